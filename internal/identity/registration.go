package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	"stoa/internal/base/visible"
	rows "stoa/internal/identity/internal/db"
)

const linkLife = 24 * time.Hour

// Registration is what a visitor asks for.
type Registration struct {
	Email, Name, Password string
	Device                string // the browser's secret; empty for a program
}

// Register asks for an alumnus's account and mails a link that proves the address. The answer is the same
// when the address has an account already: its owner is told by mail, the visitor learns nothing. Whoever
// asks first owns nothing: each registration has a link of its own, and only the one that is opened counts.
func (s *Service) Register(ctx context.Context, r Registration) error {
	email, name := normal(r.Email), visible.Name(r.Name)
	if !isAddress(email) {
		return errs.InvalidField("body.email", "is not an e-mail address")
	}
	if name == "" {
		return errs.InvalidField("body.name", "is needed")
	}
	if _, why := visible.Line(name); why != "" {
		return errs.InvalidField("body.name", why)
	}
	if err := s.acceptable(ctx, r.Password, email, name); err != nil {
		return err
	}
	network := subject("registrations", httpapi.Network(viewer.From(ctx).Address))
	if err := s.count(ctx, counted{network, atRegistration},
		counted{subject("registration mail", email), atMail}); err != nil {
		return err
	}
	hash, err := s.hash(ctx, r.Password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := q.AddressLock(ctx, tx, email); err != nil {
			return err
		}
		p, err := q.PersonByEmail(ctx, tx, byAddress(email))
		switch {
		case err == nil && p.EmailVerifiedAt != nil:
			return s.remindOfAccount(ctx, tx, p)
		case errors.Is(err, pgx.ErrNoRows):
			made, err := s.newAlumnus(ctx, tx, Person{Email: email, Name: name}, hash)
			if err != nil {
				return err
			}
			p.ID = made.ID
		case err != nil:
			return err
		}
		link, err := s.mailLink(ctx, tx, p.ID, email, letter{
			Purpose: "verify-email", Life: linkLife, Path: "/confirm-email", Subject: "Confirm your e-mail address",
			Text: "Somebody, probably you, registered with this address. Confirm that it is yours by opening this " +
				"link within 24 hours. If you did not register, ignore this mail.",
		})
		if err != nil {
			return err
		}
		arg := rows.RegistrationInsertParams{LinkID: link, Name: name, PasswordHash: hash}
		if r.Device != "" {
			bound := sha256.Sum256([]byte(r.Device))
			arg.DeviceHash = bound[:]
		}
		return q.RegistrationInsert(ctx, tx, arg)
	})
}

// newAlumnus opens the account of somebody who says that they studied here.
func (s *Service) newAlumnus(ctx context.Context, tx *db.Tx, p Person, hash string) (Person, error) {
	standing := string(viewer.Unverified)
	p.ID, p.Roles, p.Standing = id.New(), []viewer.Role{viewer.Alumnus}, viewer.Unverified
	err := q.PersonInsert(ctx, tx, rows.PersonInsertParams{
		ID:           p.ID,
		Email:        p.Email,
		Name:         p.Name,
		PasswordHash: hash,
		Roles:        []string{string(viewer.Alumnus)},
		Standing:     &standing,
	})
	if err != nil {
		return Person{}, err
	}
	if err := s.Changed.Tell(ctx, tx, p); err != nil {
		return Person{}, err
	}
	return p, audit.Record(ctx, tx, audit.Change{
		Verb:  "person.register",
		Type:  "person",
		ID:    p.ID,
		Actor: p.ID,
		After: p.record(),
	})
}

func (s *Service) remindOfAccount(ctx context.Context, tx *db.Tx, p rows.Person) error {
	page, err := s.address(ctx, "/sign-in")
	if err != nil {
		return err
	}
	return s.send(ctx, tx, p.Email, "You have an account already",
		"Somebody, probably you, tried to register with this address. You have an account already: sign in, or "+
			"ask for a new password, at\n\n"+page)
}

// letter is a mail with a link that works once.
type letter struct {
	Purpose, Path, Subject, Text string
	Life                         time.Duration
}

// mailLink makes a link and mails it.
func (s *Service) mailLink(
	ctx context.Context, tx *db.Tx, person uuid.UUID, email string, l letter,
) (uuid.UUID, error) {
	link, secret := id.New(), rand.Text()+rand.Text()
	hash := sha256.Sum256([]byte(secret))
	err := q.LinkInsert(ctx, tx, rows.LinkInsertParams{
		ID: link, PersonID: person, Purpose: l.Purpose, Hash: hash[:], ExpiresAt: s.clock.Now().Add(l.Life),
	})
	if err != nil {
		return uuid.Nil, err
	}
	page, err := s.address(ctx, l.Path+"?token="+url.QueryEscape(secret))
	if err != nil {
		return uuid.Nil, err
	}
	return link, s.send(ctx, tx, email, l.Subject, l.Text+"\n\n"+page)
}

var errLink = errs.New(errs.Conflict, "This link has been used or has expired. Ask for a new one.").WithCode("link")

// useLink is the person that a link belongs to; it works once.
func (s *Service) useLink(ctx context.Context, tx *db.Tx, purpose, secret string) (uuid.UUID, error) {
	hash := sha256.Sum256([]byte(secret))
	person, err := q.LinkUse(ctx, tx, rows.LinkUseParams{Hash: hash[:], Purpose: purpose, At: ptr(s.clock.Now())})
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, errLink
	}
	return person, err
}

// Confirmation is a mailed link that its reader opened, and what shows that they are who registered.
type Confirmation struct {
	Token    string
	Password string // the one chosen when registering
	Device   string
	Browser  bool // a browser asks: a person who may have been led here
}

// ConfirmEmail proves an address with a mailed link. The link may have been sent for a stranger's registration with
// somebody else's address: opening it must not make the stranger the owner of the account. So a browser that is not the
// one that registered is asked for the password that was chosen then. What stood before the proof does not outlive it.
func (s *Service) ConfirmEmail(ctx context.Context, c Confirmation) error {
	hash := sha256.Sum256([]byte(c.Token))
	r, err := q.LinkRegistration(ctx, s.db.Read(ctx), hash[:])
	if err != nil {
		if errors.Is(err, pgx.ErrNoRows) {
			return errLink
		}
		return err
	}
	if r.Proven {
		return errConfirmed
	}
	if err := s.registered(ctx, r, c); err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		person, err := s.useLink(ctx, tx, "verify-email", c.Token)
		if err != nil {
			return err
		}
		return s.own(ctx, tx, person, r.Name, r.PasswordHash)
	})
	if err == errLink && s.proven(ctx, hash[:]) { // another tab was faster
		return errConfirmed
	}
	return err
}

var errConfirmed = errs.New(errs.Conflict, "This address is confirmed already. Sign in.").WithCode("confirmed")

func (s *Service) proven(ctx context.Context, hash []byte) bool {
	r, err := q.LinkRegistration(ctx, s.db.Read(ctx), hash)
	return err == nil && r.Proven
}

// registered makes sure that who opens a link in a browser is who registered.
func (s *Service) registered(ctx context.Context, r rows.LinkRegistrationRow, c Confirmation) error {
	bound := sha256.Sum256([]byte(c.Device))
	if !c.Browser || !r.Registered || c.Device != "" && subtle.ConstantTimeCompare(bound[:], r.DeviceHash) == 1 {
		return nil
	}
	if c.Password == "" {
		return errs.New(errs.Forbidden,
			"This is not the browser that you registered with. Enter the password that you chose there.").
			WithCode("password-needed")
	}
	try, err := s.guessAt(ctx, "confirm", r.ID, "")
	if err != nil {
		return err
	}
	right, err := try.look(ctx, r.PasswordHash, c.Password)
	if err == nil && !right {
		err = errs.InvalidField("body.password", "is not the one that was chosen when registering")
	}
	return err
}

// own gives an account to whoever has just proved that its
// address is theirs, and takes from it whatever was there before.
func (s *Service) own(ctx context.Context, tx *db.Tx, person uuid.UUID, name, passwordHash string) error {
	row, err := q.PersonLock(ctx, tx, person)
	if err != nil {
		return db.NotFound(err, "This account no longer exists.")
	}
	now := s.clock.Now()
	if err := s.disown(ctx, tx, row); err != nil {
		return err
	}
	err = q.PersonConfirm(ctx, tx, rows.PersonConfirmParams{
		ID:           person,
		Name:         name,
		PasswordHash: passwordHash,
		At:           &now,
	})
	if err != nil {
		return err
	}
	row.Name, row.EmailVerifiedAt = name, &now
	if err := s.Changed.Tell(ctx, tx, personFrom(row)); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Change{Verb: "person.confirm-email", Type: "person", ID: person, Actor: person})
}

// disown takes away every way into an account but its password: links, factors,
// recovery codes, connections, sessions; and forgives what was guessed at it.
func (s *Service) disown(ctx context.Context, tx *db.Tx, p rows.Person) error {
	now := s.clock.Now()
	for _, purpose := range []string{"verify-email", "reset-password"} {
		if err := q.LinkVoid(ctx, tx, rows.LinkVoidParams{PersonID: p.ID, Purpose: purpose, At: &now}); err != nil {
			return err
		}
	}
	if _, err := q.FactorRemoveAll(ctx, tx, rows.FactorRemoveAllParams{PersonID: p.ID, At: &now}); err != nil {
		return err
	}
	if err := q.RecoveryCodeVoid(ctx, tx, rows.RecoveryCodeVoidParams{PersonID: p.ID, At: &now}); err != nil {
		return err
	}
	if _, err := q.ConnectionRemoveAll(ctx, tx, rows.ConnectionRemoveAllParams{PersonID: p.ID, At: &now}); err != nil {
		return err
	}
	if _, err := s.endSessions(ctx, tx, p.ID, uuid.Nil, "given to the owner of the address"); err != nil {
		return err
	}
	return s.forgiveAll(ctx, tx, p)
}
