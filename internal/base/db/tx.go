package db

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Tx is a transaction of Write inside the viewer's institution. What is to
// follow its commit is said to it, where it is known. Write alone ends it.
type Tx struct {
	pgx.Tx
	touched []string
	after   []follower
}

type follower struct {
	key any
	run func(context.Context)
}

// Touch says that the transaction changes what answers about topics are built from ("directory",
// "course:<id>"). Every process knows it within Stale, and this one before Write returns.
func (tx *Tx) Touch(topics ...string) { tx.touched = append(tx.touched, topics...) }

// After runs f before Write returns, once the transaction is
// committed; once for each key, however often it is asked for.
func (tx *Tx) After(key any, f func(context.Context)) {
	if i := slices.IndexFunc(tx.after, func(other follower) bool { return other.key == key }); i >= 0 {
		tx.after[i].run = f
		return
	}
	tx.after = append(tx.after, follower{key: key, run: f})
}

// Savepoint runs f so that its error undoes what f did, with what
// was to follow it, and nothing else: the transaction can go on.
func (tx *Tx) Savepoint(ctx context.Context, f func(*Tx) error) error {
	inner := &Tx{}
	err := pgx.BeginFunc(ctx, tx.Tx, func(nested pgx.Tx) error {
		inner.Tx = nested
		return f(inner)
	})
	if err != nil {
		return err
	}
	tx.Touch(inner.touched...)
	for _, then := range inner.after {
		tx.After(then.key, then.run)
	}
	return nil
}
