// Package facts carries what happened from the module where it happened to those that follow. A
// fact is told inside its transaction: a follower's copy is never behind, and a follower that
// fails undoes the change; what may come after the commit is a job in the same transaction.
package facts

import (
	"context"

	"stoa/internal/base/db"
	"stoa/internal/base/work"
)

// Feed is one kind of fact and who follows it. Followers are added at start, before the first fact.
type Feed[T any] struct {
	followers []func(context.Context, *db.Tx, T) error
}

// Follow adds a follower.
func (f *Feed[T]) Follow(follower func(context.Context, *db.Tx, T) error) {
	f.followers = append(f.followers, follower)
}

// Later adds a follower that runs after the commit, as a job: named, tried again until it succeeds or stands alone,
// more than once if the process ends in between. It runs as the program itself, inside the institution of the fact,
// which travels as JSON. Copies follow inside the transaction; notices, figures and effects follow later.
func (f *Feed[T]) Later(q *work.Queue, name string, follower func(context.Context, T) error) {
	job := work.Handle(q, work.Job{Name: name}, follower)
	f.Follow(job.Enqueue)
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
