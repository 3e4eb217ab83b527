package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

const (
	linkLife  = 24 * time.Hour
	resetLife = time.Hour
)

// Person is an account inside one institution.
type Person struct {
	ID       uuid.UUID       `json:"id"`
	Email    string          `json:"email"`
	Name     string          `json:"name"`
	Roles    []viewer.Role   `json:"roles"`
	Standing viewer.Standing `json:"standing,omitempty" enum:"unverified,pending,verified,rejected" doc:"Of alumni only"`
}

// Card is what everybody signed in may know of a person.
type Card struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

func personFrom(p rows.Person) Person {
	return Person{p.ID, p.Email, p.Name, rolesOf(p), standingOf(p)}
}

func normal(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Me is the viewer.
func (s *Service) Me(ctx context.Context) (Person, error) {
	p, err := q.PersonGet(ctx, s.db.Read(ctx), viewer.From(ctx).Person)
	if err != nil {
		return Person{}, db.NotFound(err, "This account no longer exists.")
	}
	return personFrom(p), nil
}

// Cards are the names of people, by id; those who do not exist are absent.
func (s *Service) Cards(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Card, error) {
	found, err := q.PersonCards(ctx, s.db.Read(ctx), ids)
	if err != nil {
		return nil, err
	}
	cards := make(map[uuid.UUID]Card, len(found))
	for _, r := range found {
		cards[r.ID] = Card{r.ID, r.Name}
	}
	return cards, nil
}

// Register opens an unverified alumnus's account and mails a link that confirms the address. The answer is the same when the
// address has an account already: its owner is told by mail, the visitor learns nothing.
func (s *Service) Register(ctx context.Context, email, name, password string) error {
	email, name = normal(email), strings.Join(strings.Fields(strings.Map(plain, name)), " ")
	if !isAddress(email) {
		return errs.InvalidField("body.email", "is not an e-mail address")
	}
	if name == "" {
		return errs.InvalidField("body.name", "is needed")
	}
	if err := s.acceptable(ctx, password, email, name); err != nil {
		return err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	if err := s.count(ctx, subject("mail", email), atMail); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx pgx.Tx) error {
		existing, err := q.PersonByEmail(ctx, tx, email)
		if err == nil {
			return s.remindOfAccount(ctx, tx, existing)
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		p, err := s.newAlumnus(ctx, tx, email, name, hash)
		if err != nil {
			return err
		}
		return s.mailLink(ctx, tx, p.ID, email, "verify-email", linkLife, "/confirm-email", "Confirm your e-mail address",
			"Welcome, "+name+".\n\nConfirm your e-mail address by opening this link within 24 hours:")
	})
}

// newAlumnus opens the account of somebody who says that they studied here.
func (s *Service) newAlumnus(ctx context.Context, tx pgx.Tx, email, name, hash string) (Person, error) {
	standing := string(viewer.Unverified)
	arg := rows.PersonInsertParams{ID: id.New(), Email: email, Name: name, PasswordHash: hash, Roles: []string{string(viewer.Alumnus)}, Standing: &standing}
	if err := q.PersonInsert(ctx, tx, arg); err != nil {
		return Person{}, err
	}
	p := Person{arg.ID, email, name, []viewer.Role{viewer.Alumnus}, viewer.Unverified}
	if err := s.Changed.Tell(ctx, tx, p); err != nil {
		return Person{}, err
	}
	return p, audit.Record(ctx, tx, audit.Change{Verb: "person.register", Type: "person", ID: p.ID, Actor: p.ID, After: p})
}

func (s *Service) remindOfAccount(ctx context.Context, tx pgx.Tx, p rows.Person) error {
	if p.EmailVerifiedAt == nil {
		return s.mailLink(ctx, tx, p.ID, p.Email, "verify-email", linkLife, "/confirm-email", "Confirm your e-mail address",
			"Confirm your e-mail address by opening this link within 24 hours:")
	}
	page, err := s.address(ctx, "/sign-in")
	if err != nil {
		return err
	}
	return s.send(ctx, tx, p.Email, "You have an account already",
		"Somebody, probably you, tried to register with this address. You have an account already: sign in, or ask for a new password, at\n\n"+page)
}

// mailLink makes a single-use link and mails it; older ones for the same purpose end.
func (s *Service) mailLink(ctx context.Context, tx pgx.Tx, person uuid.UUID, email, purpose string, life time.Duration, path, subject, text string) error {
	now := s.clock.Now()
	if err := q.LinkVoid(ctx, tx, rows.LinkVoidParams{PersonID: person, Purpose: purpose, At: &now}); err != nil {
		return err
	}
	secret := rand.Text() + rand.Text()
	hash := sha256.Sum256([]byte(secret))
	if err := q.LinkInsert(ctx, tx, rows.LinkInsertParams{ID: id.New(), PersonID: person, Purpose: purpose, Hash: hash[:], ExpiresAt: now.Add(life)}); err != nil {
		return err
	}
	page, err := s.address(ctx, path+"?token="+url.QueryEscape(secret))
	if err != nil {
		return err
	}
	return s.send(ctx, tx, email, subject, text+"\n\n"+page)
}

// useLink is the person that a link belongs to; it works once.
func (s *Service) useLink(ctx context.Context, tx pgx.Tx, purpose, secret string) (uuid.UUID, error) {
	hash := sha256.Sum256([]byte(secret))
	person, err := q.LinkUse(ctx, tx, rows.LinkUseParams{Hash: hash[:], Purpose: purpose, At: ptr(s.clock.Now())})
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, errs.New(errs.Conflict, "This link has been used or has expired. Ask for a new one.").WithCode("link")
	}
	return person, err
}

// ConfirmEmail uses the mailed link.
func (s *Service) ConfirmEmail(ctx context.Context, secret string) error {
	return s.db.Write(ctx, func(tx pgx.Tx) error {
		person, err := s.useLink(ctx, tx, "verify-email", secret)
		if err != nil {
			return err
		}
		if err := q.PersonSetEmailVerified(ctx, tx, rows.PersonSetEmailVerifiedParams{ID: person, At: ptr(s.clock.Now())}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "person.confirm-email", Type: "person", ID: person, Actor: person})
	})
}

// AskPasswordReset mails a link when the address has an account; the answer is the same when it has none, and when it was asked for
// too often: nobody's mailbox is filled by a stranger.
func (s *Service) AskPasswordReset(ctx context.Context, email string) error {
	if err := s.count(ctx, subject("mail", normal(email)), atMail); err != nil {
		if errs.KindOf(err) == errs.TooMany {
			return nil
		}
		return err
	}
	return s.db.Write(ctx, func(tx pgx.Tx) error {
		p, err := q.PersonByEmail(ctx, tx, normal(email))
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, audit.Change{Verb: "password.ask-reset", Type: "person", ID: p.ID}); err != nil {
			return err
		}
		return s.mailLink(ctx, tx, p.ID, p.Email, "reset-password", resetLife, "/reset-password", "Choose a new password",
			"Choose a new password by opening this link within one hour. If you did not ask for it, ignore this mail.")
	})
}

// ResetPassword uses the mailed link. Every session and every connection with a provider ends. The address is proven by the way.
func (s *Service) ResetPassword(ctx context.Context, secret, password string) error {
	if err := s.acceptable(ctx, password, "", ""); err != nil {
		return err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	var gone []revocation
	err = s.db.Write(ctx, func(tx pgx.Tx) error {
		person, err := s.useLink(ctx, tx, "reset-password", secret)
		if err != nil {
			return err
		}
		if err := q.PersonSetEmailVerified(ctx, tx, rows.PersonSetEmailVerifiedParams{ID: person, At: ptr(s.clock.Now())}); err != nil {
			return err
		}
		// Whoever holds the mailbox owns the account: a stranger may have been first with a provider that vouches for anything.
		if _, err := q.ConnectionRemoveAll(ctx, tx, rows.ConnectionRemoveAllParams{PersonID: person, At: ptr(s.clock.Now())}); err != nil {
			return err
		}
		gone, err = s.setPassword(ctx, tx, person, uuid.Nil, hash)
		return err
	})
	s.revocations.apply(gone...)
	return err
}

// ChangePassword replaces the viewer's password; other sessions end.
func (s *Service) ChangePassword(ctx context.Context, current, next string) error {
	v := viewer.From(ctx)
	p, err := q.PersonGet(ctx, s.db.Read(ctx), v.Person)
	if err != nil {
		return db.NotFound(err, "This account no longer exists.")
	}
	try := attempt{s: s, account: subject("change", p.ID.String())}
	if err := s.count(ctx, try.account, atAccount); err != nil {
		return err
	}
	right, err := s.check(ctx, p.PasswordHash, current)
	if err != nil {
		return err
	}
	if !right {
		return errs.InvalidField("body.current_password", "is not your password")
	}
	if err := try.succeeded(ctx); err != nil {
		return err
	}
	if err := s.acceptable(ctx, next, p.Email, p.Name); err != nil {
		return err
	}
	hash, err := s.hash(ctx, next)
	if err != nil {
		return err
	}
	var gone []revocation
	err = s.db.Write(ctx, func(tx pgx.Tx) (err error) {
		gone, err = s.setPassword(ctx, tx, p.ID, v.Session, hash)
		return err
	})
	s.revocations.apply(gone...)
	return err
}

func (s *Service) setPassword(ctx context.Context, tx pgx.Tx, person, keep uuid.UUID, hash string) ([]revocation, error) {
	p, err := q.PersonLock(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	if err := q.PersonSetPassword(ctx, tx, rows.PersonSetPasswordParams{ID: person, PasswordHash: hash}); err != nil {
		return nil, err
	}
	gone, err := s.endSessions(ctx, tx, person, keep, "password changed")
	if err != nil {
		return nil, err
	}
	if err := audit.Record(ctx, tx, audit.Change{Verb: "password.change", Type: "person", ID: person, Actor: person}); err != nil {
		return nil, err
	}
	return gone, s.send(ctx, tx, p.Email, "Your password was changed",
		"The password of your account was changed just now, and other sessions were signed out. If this was not you, ask for a new password at once.")
}

// SetRoles replaces a person's roles. Tokens with the old ones end at once; the person's client renews them unnoticed.
func (s *Service) SetRoles(ctx context.Context, person uuid.UUID, roles []viewer.Role) (Person, error) {
	v, err := Require(ctx, PersonRoles)
	if err != nil {
		return Person{}, err
	}
	if rank(roles) >= rank(v.Roles) && !v.Has(viewer.Operator) {
		return Person{}, errs.New(errs.Forbidden, "You can only give roles below your own.")
	}
	slices.Sort(roles)
	roles = slices.Compact(roles)
	return s.change(ctx, person, "person.roles", func(p *rows.Person) error {
		if err := s.notAbove(v, *p); err != nil {
			return err
		}
		p.Roles = make([]string, len(roles))
		for i, r := range roles {
			p.Roles[i] = string(r)
		}
		switch {
		case !slices.Contains(roles, viewer.Alumnus):
			p.Standing = nil
		case p.Standing == nil:
			p.Standing = ptr(string(viewer.Unverified))
		}
		return nil
	})
}

func (s *Service) notAbove(v viewer.Viewer, p rows.Person) error {
	if p.ID == v.Person {
		return errs.New(errs.Forbidden, "You cannot change your own roles.")
	}
	if rank(rolesOf(p)) >= rank(v.Roles) {
		return errs.New(errs.Forbidden, "This person's role is not below yours.")
	}
	return nil
}

// change alters roles and standing in one place: the row, the end of older tokens, the fact, the audit entry.
func (s *Service) change(ctx context.Context, person uuid.UUID, verb string, alter func(*rows.Person) error) (Person, error) {
	var after Person
	var older revocation
	err := s.db.Write(ctx, func(tx pgx.Tx) (err error) {
		after, older, err = s.changeWithin(ctx, tx, person, verb, alter)
		return err
	})
	if err != nil {
		return Person{}, err
	}
	s.revocations.apply(older)
	return after, nil
}

func (s *Service) changeWithin(ctx context.Context, tx pgx.Tx, person uuid.UUID, verb string, alter func(*rows.Person) error) (Person, revocation, error) {
	p, err := q.PersonLock(ctx, tx, person)
	if err != nil {
		return Person{}, revocation{}, db.NotFound(err, "There is no such person.")
	}
	before := personFrom(p)
	if err := alter(&p); err != nil {
		return Person{}, revocation{}, err
	}
	epoch, err := q.PersonSetRoles(ctx, tx, rows.PersonSetRolesParams{ID: person, Roles: p.Roles, Standing: p.Standing})
	if err != nil {
		return Person{}, revocation{}, err
	}
	older := revocation{Person: person, Epoch: epoch}
	if err := s.revocations.record(ctx, tx, older); err != nil {
		return Person{}, revocation{}, err
	}
	after := personFrom(p)
	if err := s.Changed.Tell(ctx, tx, after); err != nil {
		return Person{}, revocation{}, err
	}
	return after, older, audit.Record(ctx, tx, audit.Change{Verb: verb, Type: "person", ID: person, Before: before, After: after})
}
