package identity

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	rows "stoa/internal/identity/internal/db"
)

// Ban keeps a person out of everything.
type Ban struct {
	ID     uuid.UUID  `json:"id"`
	Person uuid.UUID  `json:"person_id"`
	By     uuid.UUID  `json:"by_id"`
	Reason string     `json:"reason"`
	At     time.Time  `json:"at"`
	Until  *time.Time `json:"until,omitempty" doc:"Absent: until it is lifted"`
}

func banFrom(r rows.Ban) Ban {
	return Ban{ID: r.ID, Person: r.PersonID, By: r.ByID, Reason: r.Reason, At: r.At, Until: r.Until}
}

func (b Ban) problem() error {
	e := errs.New(errs.Banned, "Your account is suspended: "+b.Reason).With("reason", b.Reason)
	if b.Until != nil {
		e = e.With("until", b.Until)
	}
	return e
}

// Ban keeps a person out from now on: sessions end, tokens are refused, at once and everywhere.
func (s *Service) Ban(ctx context.Context, person uuid.UUID, reason string, until *time.Time) (Ban, error) {
	v, err := PersonBan.Require(ctx)
	if err != nil {
		return Ban{}, err
	}
	now := s.clock.Now()
	if until != nil && !until.After(now) {
		return Ban{}, errs.InvalidField("body.until", "has passed already")
	}
	ban := rows.Ban{ID: id.New(), PersonID: person, ByID: v.Person, Reason: reason, At: now, Until: until}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.MayActUpon(ctx, tx, person); err != nil {
			return err
		}
		if err := q.BanExpire(ctx, tx, rows.BanExpireParams{PersonID: person, Now: &now}); err != nil {
			return err
		}
		err := q.BanInsert(ctx, tx, rows.BanInsertParams{
			ID:       ban.ID,
			PersonID: person,
			ByID:     v.Person,
			Reason:   reason,
			At:       now,
			Until:    until,
		})
		if db.Violates(err, "ban_current") {
			return errs.New(errs.Conflict, "This person is banned already.")
		}
		if err != nil {
			return err
		}
		if _, err = s.endSessions(ctx, tx, person, uuid.Nil, "banned"); err != nil {
			return err
		}
		epoch, err := q.PersonRaiseEpoch(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := s.revocations.record(ctx, tx, revocation{Person: person, Epoch: epoch}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "person.ban", Type: "person", ID: person, After: banFrom(ban)})
	})
	return banFrom(ban), err
}

// LiftBan lets a person in again. They sign in anew.
func (s *Service) LiftBan(ctx context.Context, person uuid.UUID) error {
	v, err := PersonBan.Require(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.MayActUpon(ctx, tx, person); err != nil {
			return err
		}
		before, err := q.BanLift(ctx, tx, rows.BanLiftParams{PersonID: person, At: ptr(s.clock.Now()), By: &v.Person})
		if err != nil {
			return db.NotFound(err, "This person is not banned.")
		}
		return audit.Record(ctx, tx, audit.Change{
			Verb:   "person.unban",
			Type:   "person",
			ID:     person,
			Before: banFrom(before),
		})
	})
}

// IsBanned tells whether a person is kept out.
func (s *Service) IsBanned(ctx context.Context, person uuid.UUID) (bool, error) {
	ban, err := s.currentBan(ctx, person)
	return ban != nil, err
}

// currentBan is the person's ban, or nil.
func (s *Service) currentBan(ctx context.Context, person uuid.UUID) (*Ban, error) {
	return s.banWithin(ctx, s.db.Read(ctx), person)
}

// refuseBanned is the problem that keeps a banned person out.
func (s *Service) refuseBanned(ctx context.Context, person uuid.UUID) error {
	ban, err := s.currentBan(ctx, person)
	if err != nil || ban == nil {
		return err
	}
	return ban.problem()
}

func (s *Service) banWithin(ctx context.Context, tx db.Querier, person uuid.UUID) (*Ban, error) {
	now := s.clock.Now()
	row, err := q.BanCurrent(ctx, tx, rows.BanCurrentParams{PersonID: person, Now: &now})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ban := banFrom(row)
	return &ban, nil
}
