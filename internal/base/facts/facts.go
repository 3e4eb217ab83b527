// Package facts carries what happened from the module where it happened to those that follow. A fact is told inside its
// transaction: a follower's copy is never behind, and a follower that fails undoes the change.
package facts

import (
	"context"

	"stoa/internal/base/db"
)

// Feed is one kind of fact and who follows it. Followers are added at start, before the first fact.
type Feed[T any] struct {
	followers []func(context.Context, *db.Tx, T) error
}

// Follow adds a follower.
func (f *Feed[T]) Follow(follower func(context.Context, *db.Tx, T) error) {
	f.followers = append(f.followers, follower)
}

// Tell tells every follower, in the transaction of the fact.
func (f *Feed[T]) Tell(ctx context.Context, tx *db.Tx, fact T) error {
	for _, follow := range f.followers {
		if err := follow(ctx, tx, fact); err != nil {
			return err
		}
	}
	return nil
}
