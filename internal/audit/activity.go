package audit

import (
	"context"
	"time"

	"github.com/google/uuid"

	rows "stoa/internal/audit/internal/db"
)

// Activity is something that happened to a person's account, as they may see it.
type Activity struct {
	ID      uuid.UUID `json:"id"`
	At      time.Time `json:"at"`
	Verb    string    `json:"verb" enum:"session.open,session.end,session.reuse,factor.add,factor.remove,connection.add,connection.remove,recovery-code.renew,recovery-code.use,password.change,password.ask-reset,person.roles,person.unban"`
	Address string    `json:"address" doc:"Where it was done from"`
}

// ownVerbs are the ones of Activity.
var ownVerbs = []string{"session.open", "session.end", "session.reuse", "factor.add", "factor.remove",
	"connection.add", "connection.remove", "recovery-code.renew", "recovery-code.use",
	"password.change", "password.ask-reset", "person.roles", "person.unban"}

// ActivityOf is the last of what happened to a person's account,
// newest first. The caller asks whether the viewer may see it.
func (l *Log) ActivityOf(ctx context.Context, person uuid.UUID, most int) ([]Activity, error) {
	found, err := q.EntryActivity(ctx, l.db.Read(ctx), rows.EntryActivityParams{
		Person: &person, Verbs: ownVerbs, MaxRows: int32(most),
	})
	if err != nil {
		return nil, err
	}
	list := make([]Activity, len(found))
	for i, r := range found {
		list[i] = Activity{ID: r.ID, At: r.At, Verb: r.Verb, Address: r.Address}
	}
	return list, nil
}
