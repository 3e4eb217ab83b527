package db

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

// ErrDone is of a request whose key somebody has used: it was done, or is being done at this moment.
var ErrDone error = errs.New(errs.Conflict, "This was done already.").WithCode("repeated")

type aside struct{}

// Aside is for what is written beside what a request asks for, as that a guess
// was made: it stays when the request fails, and does not use up its key.
func Aside(ctx context.Context) context.Context { return context.WithValue(ctx, aside{}, true) }

// onceOf is the key that a transaction is to claim, if there is one.
func onceOf(ctx context.Context) *viewer.Once {
	if ctx.Value(aside{}) != nil {
		return nil
	}
	return viewer.From(ctx).Once
}

// claim writes a request's key into its first transaction: of two that are equal one commits.
func claim(ctx context.Context, tx *Tx) error {
	once := onceOf(ctx)
	if once == nil || once.Claimed {
		return nil
	}
	tag, err := tx.Exec(ctx, `INSERT INTO cache.answered (person_id, key, request) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`,
		viewer.From(ctx).Person, once.Key, once.Request)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return ErrDone
	}
	return nil
}

// Answered is what a request was answered with.
type Answered struct {
	Request     []byte
	Status      *int // nil: not yet, or never, because the process ended in between
	ContentType string
	Content     []byte
}

// Answered looks for what the viewer's request with a key was answered.
func (d *DB) Answered(ctx context.Context, key string) (a Answered, found bool, err error) {
	err = d.Read(ctx).QueryRow(ctx, `SELECT request, status, content_type, content FROM cache.answered
		WHERE tenant_id = tenancy.here() AND person_id = $1 AND key = $2`, viewer.From(ctx).Person, key).
		Scan(&a.Request, &a.Status, &a.ContentType, &a.Content)
	if errors.Is(err, pgx.ErrNoRows) {
		return a, false, nil
	}
	return a, err == nil, err
}

// KeepAnswer keeps what a request that was done is answered with.
func (d *DB) KeepAnswer(ctx context.Context, key string, status int, contentType string, content []byte) error {
	_, err := d.Read(ctx).Exec(ctx, `UPDATE cache.answered
		SET status = $3, content_type = $4, content = COALESCE($5::bytea, '')
		WHERE tenant_id = tenancy.here() AND person_id = $1 AND key = $2`, viewer.From(ctx).Person, key, status,
		contentType, content)
	return err
}

// SweepAnswered forgets how requests were answered that nobody sends
// again, of all institutions; the database's policy decides what may go.
func (d *DB) SweepAnswered(ctx context.Context) error {
	_, err := d.pool.Exec(ctx, "SELECT cache.sweep()")
	return err
}
