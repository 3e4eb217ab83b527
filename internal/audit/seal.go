package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	rows "stoa/internal/audit/internal/db"
	"stoa/internal/base/db"
	"stoa/internal/base/folder"
	"stoa/internal/base/keyfile"
	"stoa/internal/base/viewer"
)

// Entries are written by many transactions without waiting for each other; sealing orders them afterwards. Follow
// goes round the institutions that have open entries; sealBlock takes a bounded number of them under a lock of the
// institution, hashes them (chain.go) and appends one signed block, so that a process that ends in between leaves
// nothing half. A head of each is also written outside of the database.

const (
	sealEvery = 2 * time.Second
	blockMost = 1000 // entries
	lastSeal  = 5 * time.Second
)

// SealedWithin is how old an entry becomes before it is sealed, where something seals.
const SealedWithin = time.Minute

var q = rows.New()

// Log reads the entries, seals them and proves that nobody altered them.
type Log struct {
	db     *db.DB
	key    ed25519.PrivateKey
	public []ed25519.PublicKey // that blocks may be signed with: those of lost keys, then ours
	heads  string
}

// Open is the log with its signing key, which is made at the first start. Heads are appended
// to audit-heads.jsonl beside it: copy that file to where nobody with the database reaches it.
func Open(d *db.DB, dir string) (*Log, error) {
	path := KeyFile(dir)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := keyfile.Create(path, newSeed()); err != nil {
			return nil, folder.Explain("make the audit key", err)
		}
	}
	key, public, err := readKey(path)
	if err != nil {
		return nil, err
	}
	return &Log{db: d, key: key, public: public, heads: filepath.Join(dir, "audit-heads.jsonl")}, nil
}

// KeepSealed seals what is written, in every institution, until ctx
// ends; then once more, so that nothing waits while nobody serves.
func (l *Log) KeepSealed(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSeal)
			defer cancel()
			if err := l.sealAll(last); err != nil {
				slog.WarnContext(last, "audit log not sealed at the end: the next start does it", "error", err)
			}
			return
		case <-time.After(sealEvery):
		}
		if err := l.sealAll(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "audit log not sealed, trying again", "error", err)
		}
	}
}

func (l *Log) sealAll(ctx context.Context) error {
	found, err := l.db.Unscoped().Query(ctx, "SELECT tenant_id FROM audit.open_institutions()")
	if err != nil {
		return err
	}
	tenants, err := pgx.CollectRows(found, pgx.RowTo[uuid.UUID])
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		if err := l.Seal(viewer.System(ctx, tenant)); err != nil {
			return fmt.Errorf("institution %s: %w", tenant, err)
		}
	}
	return nil
}

// Seal puts every waiting entry of the viewer's institution into
// blocks. Where another process is at it, it returns at once.
func (l *Log) Seal(ctx context.Context) error {
	for {
		n, err := l.sealBlock(ctx)
		if err != nil || n < blockMost {
			return err
		}
	}
}

func (l *Log) sealBlock(ctx context.Context) (sealed int, err error) {
	tenant := viewer.From(ctx).Tenant
	var made block
	err = l.db.Write(ctx, func(tx *db.Tx) error {
		if mine, err := q.BlockLock(ctx, tx); err != nil || !mine {
			return err
		}
		waiting, err := collect(ctx, tx, waitingEntries, blockMost)
		if err != nil || len(waiting) == 0 {
			return err
		}
		previous, err := q.BlockLast(ctx, tx)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		b := block{
			Number: previous.Number + 1, Previous: previous.Hash, SealedAt: time.Now().UTC().Truncate(time.Microsecond),
		}
		if b.Previous == nil {
			b.Previous = []byte{}
		}
		for _, e := range waiting {
			leaf := e.leaf(tenant)
			b.Entries, b.Leaves = append(b.Entries, e.ID), append(b.Leaves, leaf[:]...)
		}
		top := root(b.Leaves)
		b.Root = top[:]
		hash := b.hash(tenant)
		b.Hash, b.Signature = hash[:], ed25519.Sign(l.key, hash[:])
		arg := rows.BlockInsertParams{
			Number:    b.Number,
			Entries:   b.Entries,
			Leaves:    b.Leaves,
			Root:      b.Root,
			Previous:  b.Previous,
			Hash:      b.Hash,
			Signature: b.Signature,
			SealedAt:  b.SealedAt,
		}
		if err := q.BlockInsert(ctx, tx, arg); err != nil {
			return err
		}
		if err := q.PlaceSeal(ctx, tx, rows.PlaceSealParams{Block: &b.Number, Entries: b.Entries}); err != nil {
			return err
		}
		made, sealed = b, len(waiting)
		return nil
	})
	if err != nil || sealed == 0 {
		return 0, err
	}
	return sealed, l.export(headOf(tenant, made))
}
