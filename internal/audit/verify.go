package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

// Finding is something that is not as it was sealed.
type Finding struct {
	Block int        `json:"block,omitempty"`
	Entry *uuid.UUID `json:"entry_id,omitempty"`
	What  string     `json:"what"`
}

// Proof is the result of checking a whole chain.
type Proof struct {
	Blocks  int   `json:"blocks"`
	Entries int   `json:"entries" doc:"Sealed entries that were checked"`
	Head    *Head `json:"head,omitempty" doc:"Keep it outside: a later check shows whether blocks were cut off"`
	// What no block holds yet is proven by nothing.
	Waiting      int        `json:"waiting" doc:"Entries that are not sealed yet"`
	WaitingSince *time.Time `json:"waiting_since,omitempty" doc:"When the oldest of them was written"`
	Findings     []Finding  `json:"findings" nullable:"false" doc:"Empty: nothing was altered"`
}

// The columns of an entry as its hash sees them: documents as PostgreSQL writes them.
const (
	entryColumns = `e.id, e.at, e.actor_id, e.impersonator_id, e.verb, e.object_type, e.object_id, ` +
		`e.before::text, e.after::text, e.request_id, e.address`
	waitingEntries = `SELECT ` + entryColumns + ` FROM audit.place p JOIN audit.entry e ON e.tenant_id = p.tenant_id
		AND e.id = p.entry_id
		WHERE p.tenant_id = tenancy.here() AND p.block IS NULL ORDER BY p.entry_id LIMIT $1`
	sealedEntries = `SELECT ` + entryColumns + ` FROM audit.entry e
		WHERE e.tenant_id = tenancy.here() AND e.id = ANY ($1)`
)

func collect(ctx context.Context, tx *db.Tx, sql string, args ...any) ([]Entry, error) {
	found, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, func(row pgx.CollectableRow) (Entry, error) {
		var e Entry
		var before, after *string
		err := row.Scan(&e.ID, &e.At, &e.Actor, &e.Impersonator, &e.Verb, &e.Type, &e.Object, &before, &after,
			&e.RequestID, &e.Address)
		if before != nil {
			e.Before = json.RawMessage(*before)
		}
		if after != nil {
			e.After = json.RawMessage(*after)
		}
		return e, err
	})
}

// Prove is Verify for whoever may read the log.
func (l *Log) Prove(ctx context.Context, kept []Head) (Proof, error) {
	if _, err := AuditRead.Require(ctx); err != nil {
		return Proof{}, err
	}
	return l.Verify(ctx, kept)
}

// Verify checks the whole chain of the viewer's institution: that every sealed entry is
// what it was, that none is missing, moved or slipped in, that blocks follow one another,
// and that the heads that were kept outside still stand in it. Sealing waits meanwhile.
func (l *Log) Verify(ctx context.Context, kept []Head) (Proof, error) {
	tenant := viewer.From(ctx).Tenant
	proof := Proof{Findings: []Finding{}}
	err := l.db.Write(ctx, func(tx *db.Tx) error {
		if mine, err := q.BlockLock(ctx, tx); err != nil {
			return err
		} else if !mine {
			return errs.New(errs.Conflict, "The log is being sealed or checked just now. Try again in a moment.")
		}
		v := verifier{
			tx:     tx,
			tenant: tenant,
			public: l.public,
			proof:  &proof,
			hashes: map[int]string{},
			seen:   map[uuid.UUID]int{},
		}
		if err := v.blocks(ctx); err != nil {
			return err
		}
		if err := v.waiting(ctx); err != nil {
			return err
		}
		for _, h := range kept {
			if hash, there := v.hashes[h.Number]; !there || hash != h.Hash {
				v.found(h.Number, nil, "is not the block whose head was kept: the chain was cut off or made anew")
			}
		}
		loose, err := q.EntryUnaccounted(ctx, tx)
		for _, id := range loose {
			v.found(0, &id, "stands in no block and does not wait for one")
		}
		return err
	})
	return proof, err
}

type verifier struct {
	tx     *db.Tx
	tenant uuid.UUID
	// of lost keys first: a block is signed with the key of the one before it, or with a newer one
	public []ed25519.PublicKey
	proof  *Proof
	hashes map[int]string
	seen   map[uuid.UUID]int
}

func (v *verifier) found(number int, entry *uuid.UUID, what string) {
	v.proof.Findings = append(v.proof.Findings, Finding{Block: number, Entry: entry, What: what})
}

func (v *verifier) waiting(ctx context.Context) error {
	const count = `SELECT count(*), min(e.at) FROM audit.place p
		JOIN audit.entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
		WHERE p.tenant_id = tenancy.here() AND p.block IS NULL`
	return v.tx.QueryRow(ctx, count).Scan(&v.proof.Waiting, &v.proof.WaitingSince)
}

func (v *verifier) blocks(ctx context.Context) error {
	last := block{Hash: []byte{}}
	for {
		const next = `SELECT number, entries, leaves, root, previous, hash, signature, sealed_at FROM audit.block
			WHERE tenant_id = tenancy.here() AND number > $1 ORDER BY number LIMIT 20`
		found, err := v.tx.Query(ctx, next, last.Number)
		if err != nil {
			return err
		}
		some, err := pgx.CollectRows(found, pgx.RowToStructByPos[block])
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		for _, b := range some {
			if err := v.block(ctx, last, b); err != nil {
				return err
			}
			last = b
		}
	}
	if last.Number > 0 {
		head := headOf(v.tenant, last)
		v.proof.Head = &head
	}
	return nil
}

func (v *verifier) block(ctx context.Context, last, b block) error {
	v.proof.Blocks++
	if b.Number != last.Number+1 {
		v.found(b.Number, nil, fmt.Sprintf("follows block %d: blocks are missing", last.Number))
	}
	if !bytes.Equal(b.Previous, last.Hash) {
		v.found(b.Number, nil, "does not hang on the block before it")
	}
	hash, top := b.hash(v.tenant), root(b.Leaves)
	if !bytes.Equal(hash[:], b.Hash) || !bytes.Equal(top[:], b.Root) || len(b.Leaves) != len(b.Entries)*sha256.Size {
		v.found(b.Number, nil, "is not what was hashed")
	}
	signer := slices.IndexFunc(v.public, func(k ed25519.PublicKey) bool {
		return ed25519.Verify(k, b.Hash, b.Signature)
	})
	if signer >= 0 {
		v.public = v.public[signer:]
	} else {
		v.found(b.Number, nil, "is not signed with our key")
	}
	v.hashes[b.Number] = base64.StdEncoding.EncodeToString(b.Hash)
	entries, err := collect(ctx, v.tx, sealedEntries, b.Entries)
	if err != nil {
		return err
	}
	byID := make(map[uuid.UUID]Entry, len(entries))
	for _, e := range entries {
		byID[e.ID] = e
	}
	for i, id := range b.Entries {
		v.proof.Entries++
		if before, twice := v.seen[id]; twice {
			v.found(b.Number, &id, fmt.Sprintf("stands in block %d already", before))
		}
		v.seen[id] = b.Number
		e, there := byID[id]
		if !there {
			v.found(b.Number, &id, "was deleted")
			continue
		}
		leaf := e.leaf(v.tenant)
		if len(b.Leaves) < (i+1)*sha256.Size || !slices.Equal(leaf[:], b.Leaves[i*sha256.Size:(i+1)*sha256.Size]) {
			v.found(b.Number, &id, "was altered")
		}
	}
	return nil
}
