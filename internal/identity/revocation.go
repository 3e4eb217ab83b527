package identity

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/clock"
	"stoa/internal/base/db"
	"stoa/internal/base/id"
	rows "stoa/internal/identity/internal/db"
)

// Access tokens are verified without the database, so what ends one early must be known here, in memory: a set of
// sessions, and for each person the epoch before which tokens mean nothing. record writes into the transaction that
// ends them and applies after its commit; other processes hear it through feed, and catchUp reads what was missed.
// An entry is forgotten when no token can still live past it. Without a feed that is heard, revoked asks the
// database.

const (
	revocationChannel = "stoa_revocation"
	pollEvery         = 2 * time.Second
	silenceLimit      = 5 * time.Second // after so long without the feed, every request asks the database
	remember          = accessLife + 5*time.Minute
)

// revocation ends one session's access tokens, or all of a person's that are older than an epoch.
type revocation struct {
	Session uuid.UUID `json:"session,omitzero"`
	Person  uuid.UUID `json:"person,omitzero"`
	Epoch   int       `json:"epoch,omitempty"`
}

// revocations is what this process knows: told by the process that revoked, by
// notification from the others, and by a poll that finds what a lost connection missed.
type revocations struct {
	db    *db.DB
	clock clock.Clock
	heard atomic.Int64 // when the feed was last known to be whole, in unix nanoseconds
	mu    sync.RWMutex
	ended map[uuid.UUID]time.Time // sessions
	epoch map[uuid.UUID]epochAt   // people
}

type epochAt struct {
	epoch int
	at    time.Time
}

func newRevocations(d *db.DB, c clock.Clock) *revocations {
	return &revocations{db: d, clock: c, ended: map[uuid.UUID]time.Time{}, epoch: map[uuid.UUID]epochAt{}}
}

// record writes revocations into the transaction. This process knows of them once it is committed.
func (r *revocations) record(ctx context.Context, tx *db.Tx, list ...revocation) error {
	for _, v := range list {
		tx.After(v, func(context.Context) { r.apply(v) })
		arg := rows.RevocationInsertParams{ID: id.New()}
		if v.Session != uuid.Nil {
			arg.SessionID = &v.Session
		} else {
			arg.PersonID, arg.Epoch = &v.Person, &v.Epoch
		}
		if err := q.RevocationInsert(ctx, tx, arg); err != nil {
			return err
		}
		payload, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if err := q.RevocationNotify(ctx, tx, string(payload)); err != nil {
			return err
		}
	}
	return nil
}

func (r *revocations) apply(list ...revocation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for _, v := range list {
		if v.Session != uuid.Nil {
			r.ended[v.Session] = now
		} else if r.epoch[v.Person].epoch < v.Epoch {
			r.epoch[v.Person] = epochAt{v.Epoch, now}
		}
	}
}

// revoked tells whether a token must be refused. Without a working feed it asks the database: slow, never open.
func (r *revocations) revoked(ctx context.Context, c claims) (bool, error) {
	r.mu.RLock()
	_, ended := r.ended[c.Session]
	old := r.epoch[c.person].epoch > c.Epoch
	r.mu.RUnlock()
	if ended || old {
		return true, nil
	}
	if time.Since(time.Unix(0, r.heard.Load())) < silenceLimit {
		return false, nil
	}
	live, err := q.SessionIsLive(ctx, r.db.Read(ctx), rows.SessionIsLiveParams{ID: c.Session, Epoch: c.Epoch})
	return !live, err
}

func (r *revocations) feed() db.Feed {
	return db.Feed{
		Channel: revocationChannel,
		Every:   pollEvery,
		CatchUp: r.catchUp,
		Heard: func(_ context.Context, payload string) {
			var v revocation
			if json.Unmarshal([]byte(payload), &v) == nil {
				r.apply(v)
			}
		},
	}
}

// catchUp reads what an access token could still live past, and forgets what none can.
func (r *revocations) catchUp(ctx context.Context) error {
	began := time.Now()
	found, err := r.db.Unscoped().Query(
		ctx, "SELECT session_id, person_id, epoch FROM identity.recent_revocations($1)", began.Add(-remember),
	)
	if err != nil {
		return err
	}
	var session, person *uuid.UUID
	var epoch *int
	_, err = pgx.ForEachRow(found, []any{&session, &person, &epoch}, func() error {
		if session != nil {
			r.apply(revocation{Session: *session})
		} else if person != nil && epoch != nil {
			r.apply(revocation{Person: *person, Epoch: *epoch})
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.heard.Store(began.UnixNano())
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, at := range r.ended {
		if began.Sub(at) > remember {
			delete(r.ended, k)
		}
	}
	for k, e := range r.epoch {
		if began.Sub(e.at) > remember {
			delete(r.epoch, k)
		}
	}
	return nil
}
