package audit

import (
	"context"
	"time"

	"github.com/google/uuid"

	rows "stoa/internal/audit/internal/db"
	"stoa/internal/base/httpapi"
)

// Narrowing says which entries are meant; what is empty matches everything.
type Narrowing struct {
	Actor  uuid.UUID `query:"actor" doc:"Who did it"`
	Object uuid.UUID `query:"object" doc:"What it was done to"`
	Type   string    `query:"object_type" maxLength:"60" example:"course"`
	Verb   string    `query:"verb" maxLength:"60" example:"course.publish"`
	From   time.Time `query:"from"`
	Until  time.Time `query:"until" doc:"Up to, but not including"`
}

// Filter is a page of them.
type Filter struct {
	Narrowing
	httpapi.Paging
}

var (
	newest  = uuid.Max
	forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// List is a page of the log of the viewer's institution, newest first.
func (l *Log) List(ctx context.Context, f Filter) (httpapi.Page[Entry], error) {
	if _, err := AuditRead.Require(ctx); err != nil {
		return httpapi.Page[Entry]{}, err
	}
	before := newest
	if _, err := httpapi.DecodeCursor(f.Cursor, &before); err != nil {
		return httpapi.Page[Entry]{}, err
	}
	list, err := l.before(ctx, f.Narrowing, before, f.Limit+1)
	return httpapi.Paged(list, f.Limit, func(last Entry) any { return last.ID }), err
}

func (l *Log) before(ctx context.Context, n Narrowing, before uuid.UUID, most int) ([]Entry, error) {
	if n.Until.IsZero() {
		n.Until = forever
	}
	found, err := q.EntryList(ctx, l.db.Read(ctx), rows.EntryListParams{
		Actor:      optional(n.Actor),
		Object:     optional(n.Object),
		ObjectType: n.Type,
		Verb:       n.Verb,
		Since:      n.From,
		Until:      n.Until,
		BeforeID:   before,
		MaxRows:    int32(most),
	})
	if err != nil {
		return nil, err
	}
	list := make([]Entry, len(found))
	for i, r := range found {
		list[i] = Entry{
			ID:           r.ID,
			At:           r.At,
			Actor:        r.ActorID,
			Impersonator: r.ImpersonatorID,
			Verb:         r.Verb,
			Type:         r.ObjectType,
			Object:       r.ObjectID,
			Before:       r.Before,
			After:        r.After,
			RequestID:    r.RequestID,
			Address:      r.Address,
			Block:        r.Block,
		}
	}
	return list, nil
}
