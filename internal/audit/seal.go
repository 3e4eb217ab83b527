package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	rows "stoa/internal/audit/internal/db"
	"stoa/internal/base/db"
	"stoa/internal/base/keyfile"
	"stoa/internal/base/viewer"
)

const (
	sealEvery = 2 * time.Second
	blockMost = 1000 // entries
)

var q = rows.New()

// Log reads the entries, seals them and proves that nobody altered them.
type Log struct {
	db    *db.DB
	key   ed25519.PrivateKey
	heads string
	mu    sync.Mutex // over the file of heads
}

// Head is the newest block of a chain. Kept elsewhere, it shows later whether blocks were cut off or made anew.
type Head struct {
	Institution uuid.UUID `json:"institution_id"`
	Number      int       `json:"number"`
	Hash        string    `json:"hash" doc:"SHA-256, base64"`
	Signature   string    `json:"signature" doc:"Ed25519 over the hash, base64"`
	SealedAt    time.Time `json:"sealed_at"`
}

// Open is the log with its signing key, which is made at the first start. Heads are appended to audit-heads.jsonl beside it: copy
// that file to where nobody with the database reaches it.
func Open(d *db.DB, folder string) (*Log, error) {
	path := filepath.Join(folder, "audit.key")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		fresh := make([]byte, ed25519.SeedSize)
		_, _ = rand.Read(fresh)
		if err := keyfile.Create(path, fresh); err != nil {
			return nil, fmt.Errorf("make the audit key: %w", err)
		}
	}
	seed, err := keyfile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("the audit key %s is broken: it has %d bytes", path, len(seed))
	}
	return &Log{db: d, key: ed25519.NewKeyFromSeed(seed), heads: filepath.Join(folder, "audit-heads.jsonl")}, nil
}

// Follow seals what is written, in every institution, until ctx ends.
func (l *Log) Follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
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

// Seal puts every waiting entry of the viewer's institution into blocks. Where another process is at it, it returns at once.
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
	err = l.db.Write(ctx, func(tx pgx.Tx) error {
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
		b := block{Number: previous.Number + 1, Previous: previous.Hash, SealedAt: time.Now().UTC().Truncate(time.Microsecond)}
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
		arg := rows.BlockInsertParams{Number: b.Number, Entries: b.Entries, Leaves: b.Leaves, Root: b.Root, Previous: b.Previous, Hash: b.Hash, Signature: b.Signature, SealedAt: b.SealedAt}
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

func headOf(tenant uuid.UUID, b block) Head {
	enc := base64.StdEncoding
	return Head{tenant, b.Number, enc.EncodeToString(b.Hash), enc.EncodeToString(b.Signature), b.SealedAt}
}

func (l *Log) export(h Head) error {
	raw, err := json.Marshal(h)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	out, err := os.OpenFile(l.heads, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(append(raw, '\n'))
	return errors.Join(err, out.Close())
}

// KeptHeads reads heads that were exported, by institution.
func KeptHeads(path string) (map[uuid.UUID][]Head, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	kept := map[uuid.UUID][]Head{}
	for i, line := range bytes.Split(bytes.TrimSpace(raw), []byte("\n")) {
		var h Head
		if err := json.Unmarshal(line, &h); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, i+1, err)
		}
		kept[h.Institution] = append(kept[h.Institution], h)
	}
	return kept, nil
}
