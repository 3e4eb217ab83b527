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

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

// A try at a secret goes: guess names what is counted (account or browser, network, institution), countSoon counts
// it before anybody looks, look compares and settles it: right ones are taken back from the wider counts and
// forgive the account, wrong ones stay, what was not looked at is withdrawn. Counts are rows written beside the
// request (db.Aside): they stay when it fails. A subject is counted by one statement that refuses to count what is
// held, so many at once cannot slip through.

// allowance is how often one may be wrong: free times without waiting, then 1 s, 2
// s, 4 s … up to longest. After forget without another try the count begins anew.
type allowance struct {
	free            int
	longest, forget time.Duration
}

// An account takes at most about 110 guesses a day, from however many networks they come. A browser that its owner
// has used before has an allowance of its own, so that nobody can lock the owner out. Networks and the institution
// are counted too, and a right try is taken back there, so that a campus behind one address can sign in all at once.
var (
	atAccount      = allowance{free: 5, longest: 15 * time.Minute, forget: 24 * time.Hour}
	atNetwork      = allowance{free: 50, longest: 5 * time.Minute, forget: time.Hour}
	atInstitution  = allowance{free: 2000, longest: 30 * time.Second, forget: 10 * time.Minute}
	atMail         = allowance{free: 3, longest: time.Hour, forget: 24 * time.Hour}
	atRegistration = allowance{free: 100, longest: 20 * time.Second, forget: time.Hour} // of a network, and at resets
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
	return errs.New(errs.TooMany, "Too many attempts. Try again in "+words+".").WithCode("too-many-attempts").
		With("retry_after", wait)
}

// counted is a subject and what it may.
type counted struct {
	subject []byte
	by      allowance
}

// attempt is one try at a secret: counted before it is looked at, so
// that many at once cannot slip through, and forgiven when right.
type attempt struct {
	s       *Service
	account []byte
	wider   []counted // network and institution, where they count as well
}

// guess opens an attempt at a person's secret, or says how long to wait. Person is nil when there is none of that name.
func (s *Service) guess(ctx context.Context, name string, person *uuid.UUID, device string) (attempt, error) {
	a := attempt{s: s, account: subject("account", name), wider: []counted{
		{subject("network", httpapi.Network(viewer.From(ctx).Address)), atNetwork},
		{subject("institution", ""), atInstitution},
	}}
	known, err := s.deviceIsKnown(ctx, person, device)
	if err != nil {
		return a, err
	}
	if known {
		a.account, a.wider = subject("device", person.String()+device), nil
	}
	return a, a.countSoon(ctx)
}

// guessAt opens an attempt at something of a person's that only who got so far can try.
func (s *Service) guessAt(ctx context.Context, what string, person uuid.UUID, device string) (attempt, error) {
	a := attempt{s: s, account: subject(what, person.String())}
	known, err := s.deviceIsKnown(ctx, &person, device)
	if err != nil {
		return a, err
	}
	if known {
		a.account = subject(what+" device", person.String()+device)
	}
	return a, a.countSoon(ctx)
}

// deviceIsKnown tells whether a person has signed in with a browser before.
func (s *Service) deviceIsKnown(ctx context.Context, person *uuid.UUID, device string) (bool, error) {
	if person == nil || device == "" {
		return false, nil
	}
	bound := sha256.Sum256([]byte(device))
	return q.DeviceIsKnown(ctx, s.db.Read(ctx), rows.DeviceIsKnownParams{PersonID: *person, DeviceHash: bound[:]})
}

// countSoon counts a try. Where only tries that are still being looked at are in the
// way, as when a campus signs in at once, it waits for them: right ones clear the way.
// While any are looked at here it waits on; another process's tries have a moment.
func (a attempt) countSoon(ctx context.Context) error {
	began := time.Now()
	for idle := began; ; {
		err := a.s.count(ctx, append(a.wider[:len(a.wider):len(a.wider)], counted{a.account, atAccount})...)
		var held *errs.Error
		now := time.Now()
		if a.s.looking.Load() > 0 {
			idle = now
		}
		if !errors.As(err, &held) || held.Details["retry_after"] != 1 || now.Sub(idle) > moment ||
			now.Sub(began) > longestWait {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(50+rand.IntN(100)) * time.Millisecond):
		}
	}
}

const (
	moment      = 1500 * time.Millisecond
	longestWait = 10 * time.Second
)

// succeeded forgives the account what was wrong before, and takes this try back from the wider counts.
func (a attempt) succeeded(ctx context.Context) error {
	return a.s.db.Write(db.Aside(ctx), func(tx *db.Tx) error {
		for _, c := range a.wider {
			err := q.GuessUncount(ctx, tx, rows.GuessUncountParams{Subject: c.subject, Free: c.by.free})
			if err != nil {
				return err
			}
		}
		return q.GuessForgive(ctx, tx, a.account)
	})
}

// withdrawn takes a try back that was not looked at.
func (a attempt) withdrawn(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = a.s.db.Write(db.Aside(ctx), func(tx *db.Tx) error { // what stays counted costs a wait at most
		for _, c := range append(a.wider[:len(a.wider):len(a.wider)], counted{a.account, atAccount}) {
			err := q.GuessUncount(ctx, tx, rows.GuessUncountParams{Subject: c.subject, Free: c.by.free})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// look holds a password against a hash and settles the attempt.
func (a attempt) look(ctx context.Context, hash, password string) (right bool, err error) {
	a.s.looking.Add(1)
	defer a.s.looking.Add(-1)
	right, err = a.s.check(ctx, hash, password)
	switch {
	case err != nil:
		a.withdrawn(ctx)
		return false, err
	case right:
		return true, a.succeeded(ctx)
	}
	return false, nil
}

// forgiveAll lets whoever proved that an account is theirs begin anew.
func (s *Service) forgiveAll(ctx context.Context, tx *db.Tx, p rows.Person) error {
	for _, of := range [][]byte{subject("account", normal(p.Email)), subject("factor", p.ID.String())} {
		if err := q.GuessForgive(ctx, tx, of); err != nil {
			return err
		}
	}
	return nil
}

// count adds one to each subject, or to none and says how long the first that is held will be.
func (s *Service) count(ctx context.Context, list ...counted) error {
	now := s.clock.Now()
	var held counted
	err := s.db.Write(db.Aside(ctx), func(tx *db.Tx) error {
		for _, c := range list { // the same order everywhere, so that nobody waits for each other
			_, err := q.GuessCount(ctx, tx, rows.GuessCountParams{
				Subject: c.subject,
				Now:     now,
				Forget:  now.Add(-c.by.forget),
				Free:    c.by.free,
				Longest: c.by.longest.Seconds(),
			})
			if err != nil {
				held = c
				return err
			}
		}
		return nil
	})
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	until, err := q.GuessHeld(ctx, s.db.Read(ctx), rows.GuessHeldParams{
		Subjects: [][]byte{held.subject},
		Forget:   now.Add(-held.by.forget),
	})
	if err != nil {
		return err
	}
	return tooMany(until, now)
}
