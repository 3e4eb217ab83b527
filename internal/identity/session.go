package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
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

// A session is a row with a generation; its refresh token is derived from the installation's key and the row, and
// kept nowhere. SignIn and its like open one, Refresh exchanges a token: decide is the whole rule as a pure
// function, exchange does what it says. Two truths explain the rest: an answer may be lost on its way, so the
// generation before is heard for a short grace from the same browser; and a copy of a token shows itself when the
// other copy is used, so an older one ends the session (endForReuse). Whatever ends a session records a revocation
// in the same transaction.

const (
	grace       = 10 * time.Second // a lost answer or a second tab may use the token before this one
	idleLife    = 14 * 24 * time.Hour
	sessionLife = 60 * 24 * time.Hour
)

// Tokens is a signed-in session's tokens.
type Tokens struct {
	Access        string
	AccessExpires time.Time
	Refresh       string
	SessionEnds   time.Time
	Device        string // the secret that binds the session to this browser
	Page          string // opens documents for an hour: see Visit
	PageExpires   time.Time
	Person        Person
	FactorNeeded  bool // roles are left out until a second factor is there
}

// Session is one sign-in of a person, as they see it.
type Session struct {
	ID        uuid.UUID `json:"id"`
	UserAgent string    `json:"user_agent"`
	Address   string    `json:"address"`
	CreatedAt time.Time `json:"created_at"`
	LastSeen  time.Time `json:"last_seen_at" doc:"When its tokens were last renewed"`
	Current   bool      `json:"current" doc:"The session that asks"`
}

// SignIn starts a session for an e-mail address and password. Device is the browser's secret, empty for a new one.
func (s *Service) SignIn(ctx context.Context, email, password, device string) (Tokens, error) {
	wrong := errs.New(errs.Unauthenticated, "E-mail address or password is wrong.").WithCode("credentials")
	p, err := q.PersonByEmail(ctx, s.db.Read(ctx), byAddress(email))
	known := err == nil
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Tokens{}, err
	}
	hash, person := nobody, (*uuid.UUID)(nil)
	if known {
		hash, person = p.PasswordHash, &p.ID
	}
	try, err := s.guess(ctx, normal(email), person, device)
	if err != nil {
		return Tokens{}, err
	}
	right, err := try.look(ctx, hash, password)
	if err != nil {
		return Tokens{}, err
	}
	if !known || !right {
		return Tokens{}, wrong
	}
	if p.EmailVerifiedAt == nil {
		return Tokens{}, errs.New(
			errs.Forbidden, "Confirm your e-mail address first: the link is in your mailbox.",
		).WithCode("email-unverified")
	}
	return s.enter(ctx, p, device)
}

// openSession begins a session; strong when more than a password was shown.
func (s *Service) openSession(ctx context.Context, p rows.Person, device string, strong bool) (Tokens, error) {
	if err := s.refuseBanned(ctx, p.ID); err != nil {
		return Tokens{}, err
	}
	v := viewer.From(ctx)
	now := s.clock.Now()
	device = deviceSecret(device)
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce)
	bound := sha256.Sum256([]byte(device))
	arg := rows.SessionInsertParams{
		ID:            id.New(),
		PersonID:      p.ID,
		RotatedAt:     now,
		Nonce:         nonce,
		DeviceHash:    bound[:],
		IdleExpiresAt: now.Add(idleLife),
		ExpiresAt:     now.Add(sessionLife),
		UserAgent:     v.UserAgent,
		Address:       v.Address,
		CreatedAt:     now,
		Strong:        strong,
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := q.SessionInsert(ctx, tx, arg); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "session.open", Type: "session", ID: arg.ID, Actor: p.ID})
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.issue(ctx, p, rows.Session{ID: arg.ID, Nonce: nonce, ExpiresAt: arg.ExpiresAt, Strong: strong}, 0, device)
}

// deviceSecret is the browser's, or a new one.
func deviceSecret(device string) string {
	if len(device) < 20 || len(device) > 100 {
		return rand.Text()
	}
	return device
}

func (s *Service) issue(
	ctx context.Context, p rows.Person, session rows.Session, generation int, device string,
) (Tokens, error) {
	full := len(p.Roles)
	p, err := s.tempered(ctx, p, session.Strong)
	if err != nil {
		return Tokens{}, err
	}
	access, expires, err := s.accessToken(p, session.ID)
	if err != nil {
		return Tokens{}, err
	}
	page, pageExpires, err := s.pageToken(p, session, device)
	return Tokens{
		Page:          page,
		PageExpires:   pageExpires,
		Access:        access,
		AccessExpires: expires,
		Device:        device,
		SessionEnds:   session.ExpiresAt,
		Person:        personFrom(p),
		FactorNeeded:  len(p.Roles) < full,
		Refresh:       s.keys.refreshToken(session.ID, uint32(generation), session.Nonce),
	}, err
}

// outcome of presenting a refresh token.
type outcome int

const (
	refused outcome = iota
	rotated         // the newest token, old enough: the next generation
	kept            // the newest token, just made: the same again
	retried         // the token before it, within the grace: its successor again
	reused          // a token that was already replaced: somebody has a copy
)

// decide is the whole rule of rotation. A session has one chain of generations: it
// cannot fork, because every answer is either the newest generation or its one
// successor. Within the grace only the browser that the session is bound to is believed.
func decide(session rows.Session, presented uint32, sameDevice bool, now time.Time) outcome {
	young := now.Sub(session.RotatedAt) <= grace
	current := uint32(session.Generation)
	switch {
	case session.RevokedAt != nil, !now.Before(session.ExpiresAt), !now.Before(session.IdleExpiresAt),
		presented > current:
		return refused
	case presented == current && !young:
		return rotated
	case presented == current && sameDevice:
		return kept
	case presented == current:
		return refused
	case presented+1 == current && young && sameDevice:
		return retried
	}
	return reused
}

var errSession = errs.New(errs.Unauthenticated, "Your session has ended. Sign in again.").WithCode("session")

// Refresh exchanges a refresh token for new tokens.
func (s *Service) Refresh(ctx context.Context, token, device string) (Tokens, error) {
	sessionID, presented, ok := splitRefreshToken(token)
	if !ok {
		return Tokens{}, errSession
	}
	var tokens Tokens
	var problem error // committed with what it did, unlike an error
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		session, err := q.SessionLock(ctx, tx, sessionID)
		if errors.Is(err, pgx.ErrNoRows) {
			problem = errSession
			return nil
		}
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare(
			[]byte(s.keys.refreshToken(sessionID, presented, session.Nonce)), []byte(token),
		) != 1 {
			problem = errSession
			return nil
		}
		tokens, problem, err = s.exchange(ctx, tx, session, presented, device)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	if problem != nil {
		return Tokens{}, problem
	}
	return tokens, nil
}

func (s *Service) exchange(
	ctx context.Context, tx *db.Tx, session rows.Session, presented uint32, device string,
) (tokens Tokens, problem, err error) {
	now := s.clock.Now()
	bound := sha256.Sum256([]byte(device))
	verdict := decide(session, presented, subtle.ConstantTimeCompare(bound[:], session.DeviceHash) == 1, now)
	switch verdict {
	case refused:
		return Tokens{}, errSession, nil
	case reused:
		return Tokens{}, errSession, s.endForReuse(ctx, tx, session)
	}
	p, err := q.PersonGet(ctx, tx, session.PersonID)
	if errors.Is(err, pgx.ErrNoRows) {
		return Tokens{}, errSession, nil
	}
	if err != nil {
		return Tokens{}, nil, err
	}
	if ban, err := s.banWithin(ctx, tx, p.ID); err != nil {
		return Tokens{}, nil, err
	} else if ban != nil {
		return Tokens{}, ban.problem(), nil
	}
	generation := session.Generation
	switch verdict {
	case rotated:
		generation++
		idle := min(now.Add(idleLife).UnixNano(), session.ExpiresAt.UnixNano())
		if err := q.SessionRotate(ctx, tx, rows.SessionRotateParams{
			ID: session.ID, RotatedAt: now, IdleExpiresAt: time.Unix(0, idle).UTC(),
		}); err != nil {
			return Tokens{}, nil, err
		}
	case retried:
		if err := audit.Record(ctx, tx, audit.Change{
			Verb:  "session.retry",
			Type:  "session",
			ID:    session.ID,
			Actor: p.ID,
		}); err != nil {
			return Tokens{}, nil, err
		}
	}
	tokens, err = s.issue(ctx, p, session, generation, device)
	return tokens, nil, err
}

// endForReuse ends the session for the thief and the owner alike, and tells the owner.
func (s *Service) endForReuse(ctx context.Context, tx *db.Tx, session rows.Session) error {
	why := "reuse"
	ended, err := q.SessionRevoke(ctx, tx, rows.SessionRevokeParams{
		ID:       session.ID,
		PersonID: session.PersonID,
		At:       ptr(s.clock.Now()),
		Why:      &why,
	})
	if err != nil || ended == 0 {
		return err
	}
	if err := s.revocations.record(ctx, tx, revocation{Session: session.ID}); err != nil {
		return err
	}
	p, err := q.PersonGet(ctx, tx, session.PersonID)
	if err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, audit.Change{
		Verb:  "session.reuse",
		Type:  "session",
		ID:    session.ID,
		Actor: session.PersonID,
	}); err != nil {
		return err
	}
	return s.send(ctx, tx, p.Email, "A session of yours was ended",
		"Somebody used an old copy of a sign-in of yours, so we ended that session everywhere.\n\nIf you were "+
			"simply signed out, sign in again. If this surprises you, change your password.")
}

// SignOut ends the viewer's own session.
func (s *Service) SignOut(ctx context.Context) error {
	return s.EndSession(ctx, viewer.From(ctx).Session)
}

// EndSession ends one of the viewer's sessions.
func (s *Service) EndSession(ctx context.Context, sessionID uuid.UUID) error {
	v := viewer.From(ctx)
	why := "signed out"
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ended, err := q.SessionRevoke(ctx, tx, rows.SessionRevokeParams{
			ID:       sessionID,
			PersonID: v.Person,
			At:       ptr(s.clock.Now()),
			Why:      &why,
		})
		if err != nil {
			return err
		}
		if ended == 0 {
			return errs.New(errs.NotFound, "That session has already ended.")
		}
		if err := s.revocations.record(ctx, tx, revocation{Session: sessionID}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "session.end", Type: "session", ID: sessionID})
	})
}

// EndOtherSessions ends every session of the viewer but the one that asks, and says how many.
func (s *Service) EndOtherSessions(ctx context.Context) (int, error) {
	v := viewer.From(ctx)
	ended := 0
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		ended, err = s.endSessions(ctx, tx, v.Person, v.Session, "signed out from another session")
		return err
	})
	return ended, err
}

// endSessions ends a person's sessions but one, and says how many.
func (s *Service) endSessions(ctx context.Context, tx *db.Tx, person, keep uuid.UUID, why string) (int, error) {
	ended, err := q.SessionRevokeOthers(ctx, tx, rows.SessionRevokeOthersParams{
		PersonID: person,
		Keep:     keep,
		At:       ptr(s.clock.Now()),
		Why:      &why,
	})
	if err != nil {
		return 0, err
	}
	gone := make([]revocation, len(ended))
	for i, sessionID := range ended {
		gone[i] = revocation{Session: sessionID}
		if err := audit.Record(ctx, tx, audit.Change{
			Verb:  "session.end",
			Type:  "session",
			ID:    sessionID,
			After: map[string]string{"why": why},
		}); err != nil {
			return 0, err
		}
	}
	return len(gone), s.revocations.record(ctx, tx, gone...)
}

// Sessions are the viewer's open sessions, newest first.
func (s *Service) Sessions(ctx context.Context) ([]Session, error) {
	v := viewer.From(ctx)
	found, err := q.SessionList(ctx, s.db.Read(ctx), rows.SessionListParams{PersonID: v.Person, Now: s.clock.Now()})
	if err != nil {
		return nil, err
	}
	list := make([]Session, len(found))
	for i, r := range found {
		list[i] = Session{
			ID:        r.ID,
			UserAgent: r.UserAgent,
			Address:   r.Address,
			CreatedAt: r.CreatedAt,
			LastSeen:  r.RotatedAt,
			Current:   r.ID == v.Session,
		}
	}
	return list, nil
}

func ptr[T any](v T) *T { return &v }
