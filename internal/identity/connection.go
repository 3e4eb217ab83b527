package identity

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
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

// Connection is an account at a provider that opens one's own account here.
type Connection struct {
	ID         uuid.UUID  `json:"id"`
	Provider   string     `json:"provider" doc:"Its name, or its issuer when the institution no longer offers it"`
	Email      string     `json:"email" doc:"As the provider knew it when it was connected; may be empty"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
}

// Connections are the viewer's, oldest first.
func (s *Service) Connections(ctx context.Context) ([]Connection, error) {
	found, err := q.ConnectionList(ctx, s.db.Read(ctx), viewer.From(ctx).Person)
	if err != nil {
		return nil, err
	}
	list := make([]Connection, len(found))
	for i, r := range found {
		list[i] = Connection{
			ID:         r.ID,
			Provider:   r.Provider,
			Email:      r.Email,
			CreatedAt:  r.CreatedAt,
			LastUsedAt: r.LastUsedAt,
		}
		if r.Provider == "" {
			list[i].Provider = r.Issuer
		}
	}
	return list, nil
}

// SignInWithProvider signs in who comes back from a provider. Somebody new gets an account when the provider
// vouches for their address; an account that is there already is connected only by who can open it.
func (s *Service) SignInWithProvider(ctx context.Context, back Return, device string) (Tokens, error) {
	who, err := s.whoReturned(ctx, back, device)
	if err != nil {
		return Tokens{}, err
	}
	connected, err := q.ConnectionBySubject(ctx, s.db.Read(ctx), rows.ConnectionBySubjectParams{
		Issuer: who.Issuer, Subject: who.Subject,
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return s.welcome(ctx, who, device)
	}
	if err != nil {
		return Tokens{}, err
	}
	p, err := q.PersonGet(ctx, s.db.Read(ctx), connected.PersonID)
	if errors.Is(err, pgx.ErrNoRows) {
		return Tokens{}, errs.New(
			errs.Forbidden, "The account that this was connected to no longer exists.",
		).WithCode("account-gone")
	}
	if err != nil {
		return Tokens{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		return q.ConnectionUse(ctx, tx, rows.ConnectionUseParams{ID: connected.ID, At: ptr(s.clock.Now())})
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.enter(ctx, p, device)
}

// welcome opens an account for somebody whom a provider vouches for. The answer to an
// address that it does not vouch for is the same whether there is an account or not.
func (s *Service) welcome(ctx context.Context, who foreignIdentity, device string) (Tokens, error) {
	if who.Email == "" {
		return Tokens{}, errs.New(errs.Forbidden, who.Provider+" has not confirmed an e-mail address of yours. "+
			"Register here first, then connect it on the security screen.").WithCode("address-unconfirmed")
	}
	there, err := q.PersonByEmail(ctx, s.db.Read(ctx), byAddress(who.Email))
	if err == nil && there.EmailVerifiedAt != nil {
		return Tokens{}, s.askToConnect(ctx, who)
	}
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Tokens{}, err
	}
	// of a password that nobody knows: the answer to a guess takes as long as any
	hash, err := s.hash(ctx, rand.Text()+rand.Text())
	if err != nil {
		return Tokens{}, err
	}
	name := who.Name
	if name == "" {
		name, _, _ = strings.Cut(who.Email, "@")
	}
	var p rows.Person
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made := Person{ID: there.ID} // registered by somebody, proven by nobody
		if there.ID == uuid.Nil {
			made, err = s.newAlumnus(ctx, tx, Person{Email: who.Email, Name: name, Confirmed: true}, hash)
			if err != nil {
				return err
			}
		}
		if err := s.own(ctx, tx, made.ID, name, hash); err != nil {
			return err
		}
		if err := s.connect(ctx, tx, made.ID, who); err != nil {
			return err
		}
		p, err = q.PersonGet(ctx, tx, made.ID)
		return err
	})
	if db.Violates(err, "person_email") { // another tab was faster
		return Tokens{}, errChallenge
	}
	if err != nil {
		return Tokens{}, err
	}
	return s.enter(ctx, p, device)
}

// askToConnect answers who has an account here already: sign in to it, and it is connected.
func (s *Service) askToConnect(ctx context.Context, who foreignIdentity) error {
	challenge, err := s.challenge(ctx, "connection", nil, who, atProviderLife)
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "There is an account with your address already. Sign in to it once with its "+
		"password, and "+who.Provider+" opens it from then on.").
		WithCode("connect").With("challenge", challenge).With("email", who.Email).With("provider", who.Provider)
}

// ConnectReturned connects who comes back from a provider with the
// viewer's account, which they proved to be theirs a moment ago.
func (s *Service) ConnectReturned(ctx context.Context, back Return, device, password string) error {
	p, err := s.proveOneself(ctx, password)
	if err != nil {
		return err
	}
	who, err := s.whoReturned(ctx, back, device)
	// the viewer is signed in all the same
	if refused := (*errs.Error)(nil); errors.As(err, &refused) && refused.Kind == errs.Unauthenticated {
		return errs.New(errs.Conflict, refused.Message).WithCode(refused.Code)
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.connect(ctx, tx, p.ID, who) })
}

// ConnectAsked ends what SignInWithProvider asked for: the viewer has signed in to the account of that address.
func (s *Service) ConnectAsked(ctx context.Context, challenge uuid.UUID, password string) error {
	p, err := s.proveOneself(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		now := s.clock.Now()
		c, err := q.ChallengeUse(ctx, tx, rows.ChallengeUseParams{ID: challenge, Purpose: "connection", Now: &now})
		if errors.Is(err, pgx.ErrNoRows) {
			return errChallengeEnded
		}
		if err != nil {
			return err
		}
		var who foreignIdentity
		if err := json.Unmarshal(c.Data, &who); err != nil {
			return err
		}
		if who.Email != p.Email {
			return errChallengeEnded
		}
		return s.connect(ctx, tx, p.ID, who)
	})
}

// connect makes a provider's account open a person's, and tells them.
func (s *Service) connect(ctx context.Context, tx *db.Tx, person uuid.UUID, who foreignIdentity) error {
	now := s.clock.Now()
	c := Connection{ID: id.New(), Provider: who.Provider, Email: who.Email, CreatedAt: now}
	err := q.ConnectionInsert(ctx, tx, rows.ConnectionInsertParams{
		ID:       c.ID,
		PersonID: person,
		Issuer:   who.Issuer,
		Subject:  who.Subject,
		Email:    who.Email,
		At:       now,
	})
	if db.Violates(err, "connection_subject") {
		return errs.New(
			errs.Conflict, "This "+who.Provider+" account opens an account here already.",
		).WithCode("connected")
	}
	if err != nil {
		return err
	}
	text := "You can now sign in with " + who.Provider
	if who.Email != "" {
		text += " as " + who.Email
	}
	if err := s.tell(ctx, tx, person, "A way to sign in was added", text+
		". If you did not ask for this, choose a new password at once: that takes it away."); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Change{
		Verb:  "connection.add",
		Type:  "connection",
		ID:    c.ID,
		Actor: person,
		After: map[string]string{"provider": c.Provider},
	})
}

// Disconnect takes one of the viewer's connections away. Without
// a password of one's own, a new one can be asked for by mail.
func (s *Service) Disconnect(ctx context.Context, connection uuid.UUID, password string) error {
	p, err := s.proveOneself(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		gone, err := q.ConnectionRemove(ctx, tx, rows.ConnectionRemoveParams{
			ID: connection, PersonID: p.ID, At: ptr(s.clock.Now()),
		})
		if err != nil {
			return db.NotFound(err, "There is no such connection.")
		}
		if err := s.tell(ctx, tx, p.ID, "A way to sign in was removed", "Your account no longer opens with the "+
			"account of "+gone.Issuer+". If you did not remove it, choose a new password."); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "connection.remove", Type: "connection", ID: connection})
	})
}
