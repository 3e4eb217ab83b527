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
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

const resetLife = time.Hour

// AskPasswordReset mails a link when the address has an account; the answer is the same when it has none, and
// when it was asked for too often: nobody's mailbox is filled by a stranger. These mails are counted apart
// from those of registrations, so that whoever asks too often for somebody else has sent them a link at least.
func (s *Service) AskPasswordReset(ctx context.Context, email string) error {
	network := subject("resets", httpapi.Network(viewer.From(ctx).Address))
	if err := s.count(ctx, counted{network, atRegistration}); err != nil {
		return err
	}
	if err := s.count(ctx, counted{subject("mail", normal(email)), atMail}); err != nil {
		if errs.KindOf(err) == errs.TooMany {
			return nil
		}
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := q.PersonByEmail(ctx, tx, byAddress(email))
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, audit.Change{
			Verb: "password.ask-reset", Type: "person", ID: p.ID,
		}); err != nil {
			return err
		}
		return s.mailReset(ctx, tx, p, "If you did not ask for it, ignore this mail.")
	})
}

// mailReset mails a link to choose a new password; the one before it ends.
func (s *Service) mailReset(ctx context.Context, tx *db.Tx, p rows.Person, why string) error {
	now := s.clock.Now()
	if err := q.LinkVoid(ctx, tx, rows.LinkVoidParams{
		PersonID: p.ID, Purpose: "reset-password", At: &now,
	}); err != nil {
		return err
	}
	_, err := s.mailLink(ctx, tx, p.ID, p.Email, letter{
		Purpose: "reset-password", Life: resetLife, Path: "/reset-password", Subject: "Choose a new password",
		Text: "Choose a new password by opening this link within one hour. " + why,
	})
	return err
}

// Reset is a new password, chosen with a mailed link.
type Reset struct {
	Token, Password string
	// RemoveFactors takes passkeys, apps and recovery codes away too, for who lost them, or never had them.
	RemoveFactors bool
}

// ResetPassword uses the mailed link. Every session and every connection with a
// provider ends. The address is proven by the way: what was there before the first
// proof goes in any case, and other proofs of who one is go when their owner says so.
func (s *Service) ResetPassword(ctx context.Context, r Reset) error {
	if err := s.acceptable(ctx, r.Password, "", ""); err != nil {
		return err
	}
	hash, err := s.hash(ctx, r.Password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		person, err := s.useLink(ctx, tx, "reset-password", r.Token)
		if err != nil {
			return err
		}
		p, err := q.PersonLock(ctx, tx, person)
		if err != nil {
			return db.NotFound(err, "This account no longer exists.")
		}
		if p.EmailVerifiedAt == nil {
			if err := s.own(ctx, tx, person, p.Name, hash); err != nil {
				return err
			}
		}
		// Whoever holds the mailbox owns the account: a stranger may
		// have been first with a provider that vouches for anything.
		now := s.clock.Now()
		if _, err := q.ConnectionRemoveAll(ctx, tx, rows.ConnectionRemoveAllParams{
			PersonID: person, At: &now,
		}); err != nil {
			return err
		}
		if err := s.forgiveAll(ctx, tx, p); err != nil {
			return err
		}
		if r.RemoveFactors {
			if err := s.removeFactors(ctx, tx, p, "with a mailed link"); err != nil {
				return err
			}
		}
		return s.setPassword(ctx, tx, person, uuid.Nil, hash)
	})
}

// removeFactors takes every second proof away and tells the person.
func (s *Service) removeFactors(ctx context.Context, tx *db.Tx, p rows.Person, how string) error {
	now := s.clock.Now()
	removed, err := q.FactorRemoveAll(ctx, tx, rows.FactorRemoveAllParams{PersonID: p.ID, At: &now})
	if err != nil || removed == 0 {
		return err
	}
	if err := q.RecoveryCodeVoid(ctx, tx, rows.RecoveryCodeVoidParams{PersonID: p.ID, At: &now}); err != nil {
		return err
	}
	err = s.send(ctx, tx, p.Email, "Your passkeys and apps were removed",
		"All passkeys, authenticator apps and recovery codes of your account were removed "+how+
			". If this was not you, choose a new password and add yours again.")
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Change{
		Verb:  "factor.remove-all",
		Type:  "person",
		ID:    p.ID,
		After: map[string]string{"how": how},
	})
}

// RemoveFactorsOf helps somebody who lost their phone or their keys: all second proofs go, every session ends,
// and a link to choose a new password is mailed, so that nobody but the owner of the mailbox gains by it.
func (s *Service) RemoveFactorsOf(ctx context.Context, person uuid.UUID) error {
	if _, err := PersonHelp.Require(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.MayActUpon(ctx, tx, person); err != nil {
			return err
		}
		p, err := q.PersonGet(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := s.removeFactors(ctx, tx, p, "by your institution's office, which you asked for help"); err != nil {
			return err
		}
		if _, err := s.endSessions(ctx, tx, person, uuid.Nil, "factors removed"); err != nil {
			return err
		}
		return s.mailReset(ctx, tx, p,
			"Your institution's office removed the passkeys and apps of your account, so that you can sign in again.")
	})
}

// ChangePassword replaces the viewer's password; other sessions end.
func (s *Service) ChangePassword(ctx context.Context, current, next string) error {
	v := viewer.From(ctx)
	p, err := q.PersonGet(ctx, s.db.Read(ctx), v.Person)
	if err != nil {
		return db.NotFound(err, "This account no longer exists.")
	}
	try, err := s.guessAt(ctx, "change", v.Session, "")
	if err != nil {
		return err
	}
	right, err := try.look(ctx, p.PasswordHash, current)
	if err != nil {
		return err
	}
	if !right {
		return errs.InvalidField("body.current_password", "is not your password")
	}
	if err := s.acceptable(ctx, next, p.Email, p.Name); err != nil {
		return err
	}
	hash, err := s.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.setPassword(ctx, tx, p.ID, v.Session, hash) })
}

func (s *Service) setPassword(ctx context.Context, tx *db.Tx, person, keep uuid.UUID, hash string) error {
	p, err := q.PersonLock(ctx, tx, person)
	if err != nil {
		return err
	}
	if err := q.PersonSetPassword(ctx, tx, rows.PersonSetPasswordParams{ID: person, PasswordHash: hash}); err != nil {
		return err
	}
	if _, err := s.endSessions(ctx, tx, person, keep, "password changed"); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, audit.Change{
		Verb:  "password.change",
		Type:  "person",
		ID:    person,
		Actor: person,
	}); err != nil {
		return err
	}
	return s.send(ctx, tx, p.Email, "Your password was changed",
		"The password of your account was changed just now, and other sessions were signed out. If this was not "+
			"you, ask for a new password at once.")
}
