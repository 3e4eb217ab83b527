package identity

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
	"stoa/internal/tenancy"
)

const (
	challengeLife = 5 * time.Minute
	freshLife     = 10 * time.Minute // so long after signing in one need not prove oneself again
	recoveryCodes = 10
)

// Factor is a second proof of who somebody is.
type Factor struct {
	ID         uuid.UUID  `json:"id"`
	Kind       string     `json:"kind" enum:"passkey,totp"`
	Name       string     `json:"name"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
}

// Factors are all that a person has.
type Factors struct {
	Items         []Factor `json:"items" nullable:"false"`
	RecoveryCodes int      `json:"recovery_codes" doc:"How many are left"`
	Required      bool     `json:"required" doc:"The institution asks it of this person's roles"`
}

func factorFrom(r rows.Factor) Factor {
	return Factor{ID: r.ID, Kind: r.Kind, Name: r.Name, CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt}
}

// Factors are the viewer's.
func (s *Service) Factors(ctx context.Context) (Factors, error) {
	v := viewer.From(ctx)
	found, err := q.FactorList(ctx, s.db.Read(ctx), v.Person)
	if err != nil {
		return Factors{}, err
	}
	list := Factors{Items: make([]Factor, len(found))}
	for i, f := range found {
		list.Items[i] = factorFrom(f)
	}
	if list.RecoveryCodes, err = q.RecoveryCodeCount(ctx, s.db.Read(ctx), v.Person); err != nil {
		return Factors{}, err
	}
	p, err := q.PersonGet(ctx, s.db.Read(ctx), v.Person)
	if err != nil {
		return Factors{}, err
	}
	list.Required, err = s.needsFactor(ctx, p)
	return list, err
}

var privileged = []viewer.Role{viewer.Staff, viewer.Admin, viewer.Operator}

// needsFactor tells whether the institution asks a second factor of this person's roles.
func (s *Service) needsFactor(ctx context.Context, p rows.Person) (bool, error) {
	i, err := s.tenants.Get(ctx)
	if err != nil || i.SecondFactor != tenancy.FactorForPrivileged {
		return false, err
	}
	return slices.ContainsFunc(rolesOf(p), func(r viewer.Role) bool { return slices.Contains(privileged, r) }), nil
}

// tempered is the person as a session may act for them: without a second factor, and where one
// is asked for, the roles that need it are left out. What remains is enough to set one up.
func (s *Service) tempered(ctx context.Context, p rows.Person, strong bool) (rows.Person, error) {
	if strong {
		return p, nil
	}
	needed, err := s.needsFactor(ctx, p)
	if err != nil || !needed {
		return p, err
	}
	p.Roles = slices.DeleteFunc(slices.Clone(p.Roles), func(r string) bool {
		return slices.Contains(privileged, viewer.Role(r))
	})
	return p, nil
}

// enter signs in who has proved the first factor: at once, or after the second.
func (s *Service) enter(ctx context.Context, p rows.Person, device string) (Tokens, error) {
	if err := s.refuseBanned(ctx, p.ID); err != nil {
		return Tokens{}, err
	}
	factors, err := q.FactorList(ctx, s.db.Read(ctx), p.ID)
	if err != nil {
		return Tokens{}, err
	}
	if len(factors) == 0 {
		return s.openSession(ctx, p, device, false)
	}
	problem := errs.New(errs.Unauthenticated, "Confirm that it is you.").WithCode("second-factor")
	kinds := []string{"recovery"}
	var ceremony passkeyCeremony
	if keys := passkeysOf(factors); len(keys) > 0 {
		options, session, err := s.askPasskey(ctx, p, keys)
		if err != nil {
			return Tokens{}, err
		}
		ceremony.Session = session
		problem = problem.With("passkey", options)
		kinds = append(kinds, "passkey")
	}
	if slices.ContainsFunc(factors, func(f rows.Factor) bool { return f.Kind == "totp" }) {
		kinds = append(kinds, "totp")
	}
	challenge, err := s.challenge(ctx, "second-factor", &p.ID, ceremony, challengeLife)
	if err != nil {
		return Tokens{}, err
	}
	return Tokens{}, problem.With("challenge", challenge).With("factors", kinds)
}

// challenge begins something that must be ended within its life, once.
func (s *Service) challenge(
	ctx context.Context, purpose string, person *uuid.UUID, data any, life time.Duration,
) (uuid.UUID, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return uuid.Nil, err
	}
	now := s.clock.Now()
	challenge := uuid.New() // not by time: it cannot be guessed
	return challenge, s.db.Write(ctx, func(tx *db.Tx) error {
		return q.ChallengeInsert(ctx, tx, rows.ChallengeInsertParams{
			ID:        challenge,
			PersonID:  person,
			Purpose:   purpose,
			Data:      raw,
			CreatedAt: now,
			ExpiresAt: now.Add(life),
		})
	})
}

// Of what was begun before one was in, and by somebody signed in: the one must not read as a session's end.
var (
	errChallenge = errs.New(
		errs.Unauthenticated, "This took too long, or was done already. Begin again.",
	).WithCode("challenge")
	errChallengeEnded = errs.New(
		errs.Conflict, "This took too long, or was done already. Begin again.",
	).WithCode("challenge")
)

// SecondFactor ends a sign-in that its password began, with an app's code, a recovery code, or a passkey.
func (s *Service) SecondFactor(
	ctx context.Context, challenge uuid.UUID, code string, credential map[string]any, device string,
) (Tokens, error) {
	c, err := q.ChallengeGet(ctx, s.db.Read(ctx), rows.ChallengeGetParams{
		ID: challenge, Purpose: "second-factor", Now: s.clock.Now(),
	})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && c.PersonID == nil {
		return Tokens{}, errChallenge
	}
	if err != nil {
		return Tokens{}, err
	}
	p, err := q.PersonGet(ctx, s.db.Read(ctx), *c.PersonID)
	if errors.Is(err, pgx.ErrNoRows) {
		return Tokens{}, errChallenge
	}
	if err != nil {
		return Tokens{}, err
	}
	try, err := s.guessAt(ctx, "factor", p.ID, device)
	if err != nil {
		return Tokens{}, err
	}
	if err := s.prove(ctx, p, c, code, credential); err != nil {
		return Tokens{}, err
	}
	if err := try.succeeded(ctx); err != nil {
		return Tokens{}, err
	}
	return s.openSession(ctx, p, device, true)
}

var errCode = errs.New(errs.Unauthenticated, "That code is wrong, or was used already.").WithCode("code")

// prove uses up the challenge and the code together: neither counts twice.
func (s *Service) prove(
	ctx context.Context, p rows.Person, c rows.Challenge, code string, credential map[string]any,
) error {
	factors, err := q.FactorList(ctx, s.db.Read(ctx), p.ID)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		now := s.clock.Now()
		_, err := q.ChallengeUse(ctx, tx, rows.ChallengeUseParams{ID: c.ID, Purpose: c.Purpose, Now: &now})
		if errors.Is(err, pgx.ErrNoRows) {
			return errChallenge
		} else if err != nil {
			return err
		}
		if credential != nil {
			var ceremony passkeyCeremony
			if err := json.Unmarshal(c.Data, &ceremony); err != nil {
				return err
			}
			return s.checkPasskey(ctx, tx, p, passkeysOf(factors), ceremony.Session, credential)
		}
		code = strings.ToUpper(strings.Map(func(r rune) rune {
			if r == ' ' || r == '-' {
				return -1
			}
			return r
		}, code))
		if len(code) == totpDigits {
			return s.useTOTP(ctx, tx, factors, code)
		}
		return s.useRecoveryCode(ctx, tx, p.ID, code)
	})
}

func (s *Service) useRecoveryCode(ctx context.Context, tx *db.Tx, person uuid.UUID, code string) error {
	now := s.clock.Now()
	used, err := q.RecoveryCodeUse(ctx, tx, rows.RecoveryCodeUseParams{
		PersonID: person, Hash: s.keys.mark("recovery code", code), At: &now,
	})
	if err != nil {
		return err
	}
	if used == 0 {
		return errCode
	}
	if err := s.tell(ctx, tx, person, "A recovery code was used", "One of your recovery codes was just used to "+
		"sign in. If that was not you, change your password and make new codes."); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Change{Verb: "recovery-code.use", Type: "person", ID: person, Actor: person})
}

// newRecoveryCodes replaces a person's codes. They are shown once and kept as marks.
func (s *Service) newRecoveryCodes(ctx context.Context, tx *db.Tx, person uuid.UUID) ([]string, error) {
	now := s.clock.Now()
	if err := q.RecoveryCodeVoid(ctx, tx, rows.RecoveryCodeVoidParams{PersonID: person, At: &now}); err != nil {
		return nil, err
	}
	codes, hashes := make([]string, recoveryCodes), make([][]byte, recoveryCodes)
	for i := range codes {
		code := rand.Text()[:12] // 60 bits
		hashes[i] = s.keys.mark("recovery code", code)
		codes[i] = code[:4] + "-" + code[4:8] + "-" + code[8:]
	}
	return codes, q.RecoveryCodeInsert(ctx, tx, rows.RecoveryCodeInsertParams{
		PersonID: person, Hashes: hashes, At: now,
	})
}

// RenewRecoveryCodes voids the viewer's codes and makes new ones.
func (s *Service) RenewRecoveryCodes(ctx context.Context, password string) (codes []string, err error) {
	p, err := s.proveOneself(ctx, password)
	if err != nil {
		return nil, err
	}
	factors, err := q.FactorList(ctx, s.db.Read(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	if len(factors) == 0 {
		return nil, errs.New(
			errs.Conflict, "Recovery codes come with a passkey or an authenticator app. Add one first.",
		)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if codes, err = s.newRecoveryCodes(ctx, tx, p.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "recovery-code.renew", Type: "person", ID: p.ID})
	})
	return codes, err
}

// proveOneself is asked before anything that decides who gets in: a sign-in of the last minutes, or the password.
func (s *Service) proveOneself(ctx context.Context, password string) (rows.Person, error) {
	v := viewer.From(ctx)
	p, err := q.PersonGet(ctx, s.db.Read(ctx), v.Person)
	if err != nil {
		return p, err
	}
	opened, err := q.SessionOpened(ctx, s.db.Read(ctx), v.Session)
	if err != nil {
		return p, err
	}
	if s.clock.Now().Sub(opened) <= freshLife {
		return p, nil
	}
	if password == "" {
		return p, errs.New(errs.Forbidden, "Enter your password to change how you sign in.").WithCode("prove-yourself")
	}
	try, err := s.guessAt(ctx, "prove", v.Session, "") // of this session alone: no stranger's tries stand in its way
	if err != nil {
		return p, err
	}
	right, err := try.look(ctx, p.PasswordHash, password)
	if err == nil && !right {
		err = errs.InvalidField("body.current_password", "is wrong")
	}
	return p, err
}

// adopt makes a confirmed factor count: with the first one come
// recovery codes, other sessions end, and this one becomes strong.
func (s *Service) adopt(
	ctx context.Context, tx *db.Tx, p rows.Person, f Factor, first bool,
) (codes []string, err error) {
	if first {
		if codes, err = s.newRecoveryCodes(ctx, tx, p.ID); err != nil {
			return nil, err
		}
		if _, err = s.endSessions(ctx, tx, p.ID, viewer.From(ctx).Session, "factor"); err != nil {
			return nil, err
		}
	}
	if err := q.SessionStrengthen(ctx, tx, viewer.From(ctx).Session); err != nil {
		return nil, err
	}
	if err := s.tell(ctx, tx, p.ID, "A new way to sign in was added", "“"+f.Name+"” can now be used to sign in to "+
		"your account. If you did not add it, change your password and remove it."); err != nil {
		return nil, err
	}
	return codes, audit.Record(ctx, tx, audit.Change{Verb: "factor.add", Type: "factor", ID: f.ID, After: f})
}

// RemoveFactor takes one of the viewer's factors away.
func (s *Service) RemoveFactor(ctx context.Context, factor uuid.UUID, password string) error {
	p, err := s.proveOneself(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		f, err := q.FactorLock(ctx, tx, rows.FactorLockParams{ID: factor, PersonID: p.ID})
		if errors.Is(err, pgx.ErrNoRows) {
			return errs.New(errs.NotFound, "There is no such passkey or app.")
		}
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if _, err := q.FactorRemove(ctx, tx, rows.FactorRemoveParams{
			ID: factor, PersonID: p.ID, At: &now,
		}); err != nil {
			return err
		}
		left, err := q.FactorList(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			if err := q.RecoveryCodeVoid(ctx, tx, rows.RecoveryCodeVoidParams{PersonID: p.ID, At: &now}); err != nil {
				return err
			}
		}
		if err := s.tell(ctx, tx, p.ID, "A way to sign in was removed", "“"+f.Name+"” can no longer be used to "+
			"sign in to your account. If you did not remove it, change your password."); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{
			Verb:   "factor.remove",
			Type:   "factor",
			ID:     factor,
			Before: factorFrom(f),
		})
	})
}

// tell mails a person about their own account.
func (s *Service) tell(ctx context.Context, tx *db.Tx, person uuid.UUID, subject, text string) error {
	p, err := q.PersonGet(ctx, tx, person)
	if err != nil {
		return err
	}
	return s.send(ctx, tx, p.Email, subject, text)
}
