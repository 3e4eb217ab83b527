package identity

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

// passkeyCeremony is what must be remembered between a challenge and its answer.
type passkeyCeremony struct {
	Session webauthn.SessionData `json:"session"`
	Name    string               `json:"name,omitempty"`
}

// holder is a person as WebAuthn Level 3 sees them; the handle is the id, which tells nothing.
type holder struct {
	person rows.Person
	keys   []rows.Factor
}

func (h holder) WebAuthnID() []byte          { return h.person.ID[:] }
func (h holder) WebAuthnName() string        { return h.person.Email }
func (h holder) WebAuthnDisplayName() string { return h.person.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	list := make([]webauthn.Credential, 0, len(h.keys))
	for _, k := range h.keys {
		var c webauthn.Credential
		if json.Unmarshal(k.Credential, &c) == nil {
			list = append(list, c)
		}
	}
	return list
}

func passkeysOf(factors []rows.Factor) []rows.Factor {
	var keys []rows.Factor
	for _, f := range factors {
		if f.Kind == "passkey" {
			keys = append(keys, f)
		}
	}
	return keys
}

// relyingParty is the institution at the host of the request, which tenancy has found to be the institution's.
// A key works at the host where it was made. Plain http counts on the machine's own names only, as in browsers.
func (s *Service) relyingParty(ctx context.Context) (*webauthn.WebAuthn, error) {
	i, err := s.tenants.Get(ctx)
	if err != nil {
		return nil, err
	}
	host := viewer.From(ctx).Host
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	// which proxies may write, and browsers leave out
	origins := []string{"https://" + strings.TrimSuffix(host, ":443")}
	if httpapi.Local(host) {
		origins = append(origins, "http://"+host)
	}
	return webauthn.New(&webauthn.Config{RPID: name, RPDisplayName: i.Name, RPOrigins: origins})
}

// asMap is a value as JSON's objects.
func asMap(value any) (m map[string]any, err error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return m, json.Unmarshal(raw, &m)
}

// Ceremony is what a browser needs to make or use a passkey.
type Ceremony struct {
	Challenge uuid.UUID      `json:"challenge" doc:"Send it back with the browser's answer"`
	Options   map[string]any `json:"options" doc:"publicKey of WebAuthn, as JSON"`
}

// BeginPasskey opens the making of a passkey.
func (s *Service) BeginPasskey(ctx context.Context, name, password string) (Ceremony, error) {
	p, err := s.proveOneself(ctx, password)
	if err != nil {
		return Ceremony{}, err
	}
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return Ceremony{}, err
	}
	factors, err := q.FactorList(ctx, s.db.Read(ctx), p.ID)
	if err != nil {
		return Ceremony{}, err
	}
	h := holder{p, passkeysOf(factors)}
	var known []protocol.CredentialDescriptor
	for _, c := range h.WebAuthnCredentials() {
		known = append(known, c.Descriptor())
	}
	options, session, err := rp.BeginRegistration(h, webauthn.WithExclusions(known),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationRequired,
		}))
	if err != nil {
		return Ceremony{}, err
	}
	return s.ceremony(ctx, "passkey-make", &p.ID, options.Response, passkeyCeremony{*session, name})
}

func (s *Service) ceremony(
	ctx context.Context, purpose string, person *uuid.UUID, options any, c passkeyCeremony,
) (Ceremony, error) {
	m, err := asMap(options)
	if err != nil {
		return Ceremony{}, err
	}
	challenge, err := s.challenge(ctx, purpose, person, c, challengeLife)
	return Ceremony{challenge, m}, err
}

var errPasskey = errs.New(
	errs.Unauthenticated, "This passkey was not accepted. Try again, or use another way.",
).WithCode("passkey")

// AddPasskey keeps the passkey that the browser made.
func (s *Service) AddPasskey(ctx context.Context, challenge uuid.UUID, credential map[string]any) (Added, error) {
	v := viewer.From(ctx)
	p, err := q.PersonGet(ctx, s.db.Read(ctx), v.Person)
	if err != nil {
		return Added{}, err
	}
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return Added{}, err
	}
	var added Added
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		ceremony, err := s.endCeremony(ctx, tx, "passkey-make", challenge, &p.ID)
		if err != nil {
			return err
		}
		raw, err := json.Marshal(credential)
		if err != nil {
			return err
		}
		parsed, err := protocol.ParseCredentialCreationResponseBytes(raw)
		if err != nil {
			return errs.InvalidField("body.credential", "is no answer of an authenticator").Because(err)
		}
		key, err := rp.CreateCredential(holder{person: p}, ceremony.Session, parsed)
		if err != nil {
			return errs.InvalidField("body.credential", "does not fit the challenge").Because(err)
		}
		others, err := q.FactorList(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		record, err := json.Marshal(key)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		added.Factor = Factor{ID: id.New(), Kind: "passkey", Name: ceremony.Name, CreatedAt: now}
		err = q.FactorInsert(ctx, tx, rows.FactorInsertParams{
			ID:           added.ID,
			PersonID:     p.ID,
			Kind:         "passkey",
			Name:         ceremony.Name,
			CredentialID: key.ID,
			Credential:   record,
			CreatedAt:    now,
			ConfirmedAt:  &now,
		})
		if db.Violates(err, "factor_credential") {
			return errs.New(errs.Conflict, "This passkey is in use already.")
		}
		if err != nil {
			return err
		}
		added.RecoveryCodes, err = s.adopt(ctx, tx, p, added.Factor, len(others) == 0)
		return err
	})
	if err != nil {
		return Added{}, err
	}
	return added, nil
}

// endCeremony uses up a challenge of the same person.
func (s *Service) endCeremony(
	ctx context.Context, tx *db.Tx, purpose string, challenge uuid.UUID, person *uuid.UUID,
) (passkeyCeremony, error) {
	var c passkeyCeremony
	now := s.clock.Now()
	row, err := q.ChallengeUse(ctx, tx, rows.ChallengeUseParams{ID: challenge, Purpose: purpose, Now: &now})
	if errors.Is(err, pgx.ErrNoRows) ||
		err == nil && person != nil && (row.PersonID == nil || *row.PersonID != *person) {
		return c, errChallengeEnded
	}
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(row.Data, &c)
}

// askPasskey asks for one of a person's keys.
func (s *Service) askPasskey(
	ctx context.Context, p rows.Person, keys []rows.Factor,
) (map[string]any, webauthn.SessionData, error) {
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return nil, webauthn.SessionData{}, err
	}
	options, session, err := rp.BeginLogin(holder{p, keys},
		webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, webauthn.SessionData{}, err
	}
	m, err := asMap(options.Response)
	return m, *session, err
}

// checkPasskey holds an answer against a person's keys and the challenge.
func (s *Service) checkPasskey(
	ctx context.Context, tx *db.Tx, p rows.Person, keys []rows.Factor, session webauthn.SessionData,
	credential map[string]any,
) error {
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return err
	}
	parsed, err := parseAssertion(credential)
	if err != nil {
		return err
	}
	used, err := rp.ValidateLogin(holder{p, keys}, session, parsed)
	if err != nil {
		return errPasskey
	}
	return s.usePasskey(ctx, tx, keys, used)
}

func parseAssertion(credential map[string]any) (*protocol.ParsedCredentialAssertionData, error) {
	raw, err := json.Marshal(credential)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(raw)
	if err != nil {
		return nil, errs.InvalidField("body.credential", "is no answer of an authenticator").Because(err)
	}
	return parsed, nil
}

// usePasskey keeps the key's new counter. A counter that went back means a copy of the key: it is refused.
func (s *Service) usePasskey(ctx context.Context, tx *db.Tx, keys []rows.Factor, used *webauthn.Credential) error {
	if used.Authenticator.CloneWarning {
		return errPasskey
	}
	record, err := json.Marshal(used)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	for _, k := range keys {
		if string(k.CredentialID) == string(used.ID) {
			_, err := q.FactorUsePasskey(ctx, tx, rows.FactorUsePasskeyParams{ID: k.ID, Credential: record, At: &now})
			return err
		}
	}
	return errPasskey
}

// BeginPasskeySignIn asks for any passkey of this institution: who it belongs to, the key itself says.
func (s *Service) BeginPasskeySignIn(ctx context.Context) (Ceremony, error) {
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return Ceremony{}, err
	}
	options, session, err := rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, err
	}
	return s.ceremony(ctx, "passkey-sign-in", nil, options.Response, passkeyCeremony{Session: *session})
}

// SignInWithPasskey opens a session for whom the passkey belongs
// to. It is both factors in one: the key, and what unlocks it.
func (s *Service) SignInWithPasskey(
	ctx context.Context, challenge uuid.UUID, credential map[string]any, device string,
) (Tokens, error) {
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return Tokens{}, err
	}
	parsed, err := parseAssertion(credential)
	if err != nil {
		return Tokens{}, err
	}
	var p rows.Person
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		ceremony, err := s.endCeremony(ctx, tx, "passkey-sign-in", challenge, nil)
		if errs.KindOf(err) == errs.Conflict {
			return errChallenge
		}
		if err != nil {
			return err
		}
		var keys []rows.Factor
		find := func(_, handle []byte) (webauthn.User, error) {
			person, err := uuid.FromBytes(handle)
			if err != nil {
				return nil, err
			}
			if p, err = q.PersonGet(ctx, tx, person); err != nil {
				return nil, err
			}
			factors, err := q.FactorList(ctx, tx, person)
			keys = passkeysOf(factors)
			return holder{p, keys}, err
		}
		_, used, err := rp.ValidatePasskeyLogin(find, ceremony.Session, parsed)
		if err != nil {
			return errPasskey
		}
		return s.usePasskey(ctx, tx, keys, used)
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.openSession(ctx, p, device, true)
}
