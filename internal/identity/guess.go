package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

// allowance is how often one may be wrong: free times without waiting, then 1 s, 2 s, 4 s … up to longest. After forget without
// another try the count begins anew.
type allowance struct {
	free            int
	longest, forget time.Duration
}

// An account takes at most about 110 guesses a day, from however many networks they come. A browser that its owner has used before
// has an allowance of its own, so that nobody can lock the owner out. A network and the institution are counted only when somebody was
// wrong, so that a campus behind one address can sign in all at once.
var (
	atAccount     = allowance{free: 5, longest: 15 * time.Minute, forget: 24 * time.Hour}
	atNetwork     = allowance{free: 50, longest: 5 * time.Minute, forget: time.Hour}
	atInstitution = allowance{free: 2000, longest: 30 * time.Second, forget: 10 * time.Minute}
	atMail        = allowance{free: 3, longest: time.Hour, forget: 24 * time.Hour}
)

func subject(kind, of string) []byte {
	sum := sha256.Sum256([]byte(kind + "\x00" + of))
	return sum[:]
}

func tooMany(until, now time.Time) error {
	wait := max(1, int(math.Ceil(until.Sub(now).Seconds())))
	words := fmt.Sprintf("%d seconds", wait)
	if wait > 90 {
		words = fmt.Sprintf("%d minutes", (wait+59)/60)
	}
	return errs.New(errs.TooMany, "Too many attempts. Try again in "+words+".").WithCode("too-many-attempts").With("retry_after", wait)
}

// attempt is one try at a secret: counted before it is looked at, so that many at once cannot slip through, and forgiven when right.
type attempt struct {
	s       *Service
	account []byte
	wider   bool // network and institution count as well
}

// guess opens an attempt at a person's secret, or says how long to wait. Person is nil when there is none of that name.
func (s *Service) guess(ctx context.Context, name string, person *uuid.UUID, device string) (attempt, error) {
	a := attempt{s: s, account: subject("account", name), wider: true}
	if person != nil && device != "" {
		bound := sha256.Sum256([]byte(device))
		known, err := q.DeviceIsKnown(ctx, s.db.Read(ctx), rows.DeviceIsKnownParams{PersonID: *person, DeviceHash: bound[:]})
		if err != nil {
			return a, err
		}
		if known {
			a.account, a.wider = subject("device", person.String()+device), false
		}
	}
	now := s.clock.Now()
	if a.wider {
		held, err := q.GuessHeld(ctx, s.db.Read(ctx), rows.GuessHeldParams{Subjects: a.around(ctx), Forget: now.Add(-atNetwork.forget)})
		if err != nil {
			return a, err
		}
		if held.After(now) {
			return a, tooMany(held, now)
		}
	}
	return a, s.countSoon(ctx, a.account)
}

// countSoon counts one at an account. Where only tries that are still being looked at are in the way, as when one account signs in
// from many programs at once, it waits a moment for them: a right one clears the way.
func (s *Service) countSoon(ctx context.Context, account []byte) error {
	for deadline := time.Now().Add(1500 * time.Millisecond); ; {
		err := s.count(ctx, account, atAccount)
		var held *errs.Error
		if !errors.As(err, &held) || held.Details["retry_after"] != 1 || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(50+rand.IntN(100)) * time.Millisecond):
		}
	}
}

func (a attempt) around(ctx context.Context) [][]byte {
	return [][]byte{subject("network", httpapi.Network(viewer.From(ctx).Address)), subject("institution", "")}
}

// failed leaves the count as it is and adds to the wider ones.
func (a attempt) failed(ctx context.Context) error {
	if !a.wider {
		return nil
	}
	around := a.around(ctx)
	for i, by := range []allowance{atNetwork, atInstitution} {
		if err := a.s.count(ctx, around[i], by); err != nil && errs.KindOf(err) != errs.TooMany {
			return err
		}
	}
	return nil
}

func (a attempt) succeeded(ctx context.Context) error {
	return a.s.db.Write(ctx, func(tx pgx.Tx) error {
		return q.GuessForgive(ctx, tx, rows.GuessForgiveParams{Subject: a.account, Now: a.s.clock.Now()})
	})
}

// count adds one, or says how long the subject is held.
func (s *Service) count(ctx context.Context, subject []byte, by allowance) error {
	now := s.clock.Now()
	err := s.db.Write(ctx, func(tx pgx.Tx) error {
		_, err := q.GuessCount(ctx, tx, rows.GuessCountParams{
			Subject: subject, Now: now, Forget: now.Add(-by.forget), Free: by.free, Longest: by.longest.Seconds(),
		})
		return err
	})
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	held, err := q.GuessHeld(ctx, s.db.Read(ctx), rows.GuessHeldParams{Subjects: [][]byte{subject}, Forget: now.Add(-by.forget)})
	if err != nil {
		return err
	}
	return tooMany(held, now)
}
