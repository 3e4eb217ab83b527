// Package audit owns who did what. Entries are written in the transaction of the change
// they tell about, and never change: the runtime role may only add and read, a trigger
// refuses everyone else, and a chain of sealed blocks shows whoever got past both.
package audit

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	rows "stoa/internal/audit/internal/db"
	"stoa/internal/base/db"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
)

// Change is one thing done: the verb, what it was done to, and the object before and after. Secrets never go in.
type Change struct {
	Verb   string // noun first, as "course.publish"
	Type   string // "course"
	ID     uuid.UUID
	Before any
	After  any
	// Actor is who did it where that is not the viewer: the person who just signed in.
	Actor uuid.UUID
}

// Record writes the entry, with actor, request and address from the viewer.
func Record(ctx context.Context, tx *db.Tx, c Change) error {
	v := viewer.From(ctx)
	before, err := encode(c.Before)
	if err != nil {
		return err
	}
	after, err := encode(c.After)
	if err != nil {
		return err
	}
	actor := v.Person
	if c.Actor != uuid.Nil {
		actor = c.Actor
	}
	return q.EntryInsert(ctx, tx, rows.EntryInsertParams{
		ID:             id.New(),
		ActorID:        optional(actor),
		ImpersonatorID: optional(v.Impersonator),
		Verb:           c.Verb,
		ObjectType:     c.Type,
		ObjectID:       c.ID,
		Before:         before,
		After:          after,
		RequestID:      v.RequestID,
		Address:        v.Address,
	})
}

func encode(value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	return json.Marshal(value)
}

func optional(u uuid.UUID) *uuid.UUID {
	if u == uuid.Nil {
		return nil
	}
	return &u
}
