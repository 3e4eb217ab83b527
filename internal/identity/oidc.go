package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	"code.dny.dev/ssrf"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/oauth2"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/visible"
	rows "stoa/internal/identity/internal/db"
)

// The conversation with sign-in providers: OpenID Connect Core 1.0 with the authorisation code, PKCE (RFC 7636), state,
// nonce, and issuer identification (RFC 9207), as RFC 9700 asks for. Whatever a provider answers is foreign input.

const (
	providerAnswer   = 1 << 20          // bytes of one answer at most
	providerPatience = 8 * time.Second  // for one answer, whole
	metadataLife     = 10 * time.Minute // of what a provider says about itself
	atProviderLife   = 15 * time.Minute // so long one may take at the provider
	clockSkew        = 2 * time.Minute
)

// abroad is a client for addresses that institutions name: not into this machine's own
// networks, no redirects, no proxy of the environment, and no more than it can hold.
func abroad(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: 3 * time.Second}
	if !private {
		dialer.Control = ssrf.New(ssrf.WithAnyPort()).Safe // looks at the address after the name was resolved
	}
	transport := &http.Transport{
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    3 * time.Second,
		ResponseHeaderTimeout:  5 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        time.Minute,
		ForceAttemptHTTP2:      true,
	}
	return &http.Client{
		Transport: brief{transport}, Timeout: providerPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// brief cuts long answers off.
type brief struct{ http.RoundTripper }

func (b brief) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, providerAnswer), answer.Body}
	return answer, nil
}

// metadata is what a provider publishes of itself (OpenID Connect Discovery 1.0), as far as we decide by it.
type metadata struct {
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	Keys          string `json:"jwks_uri"`
	UserInfo      string `json:"userinfo_endpoint"`
	TellsIssuer   bool   `json:"authorization_response_iss_parameter_supported"`
}

// knownProvider is a provider that has been found, and its keys.
type knownProvider struct {
	*oidc.Provider
	says  metadata
	until time.Time
}

type providerCache struct {
	sync.Mutex
	byIssuer map[string]knownProvider
}

// discover finds a provider by its issuer, or remembers it.
func (s *Service) discover(ctx context.Context, issuer string) (knownProvider, error) {
	now := s.clock.Now()
	s.providers.Lock()
	known, ok := s.providers.byIssuer[issuer]
	s.providers.Unlock()
	if ok && now.Before(known.until) {
		return known, nil
	}
	if !s.acceptableURL(issuer) {
		return known, errors.New("the issuer's address is not acceptable")
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, s.abroad), issuer)
	if err != nil {
		return known, err
	}
	known = knownProvider{Provider: found, until: now.Add(metadataLife)}
	if err := found.Claims(&known.says); err != nil {
		return known, err
	}
	for _, address := range []string{known.says.Authorization, known.says.Token, known.says.Keys} {
		if !s.acceptableURL(address) {
			return known, errors.New("an endpoint's address is not acceptable")
		}
	}
	if known.says.UserInfo != "" && !s.acceptableURL(known.says.UserInfo) {
		return known, errors.New("the userinfo endpoint's address is not acceptable")
	}
	s.providers.Lock()
	defer s.providers.Unlock()
	if len(s.providers.byIssuer) > 1000 {
		clear(s.providers.byIssuer)
	}
	s.providers.byIssuer[issuer] = known
	return known, nil
}

// acceptableURL: https, and http only where providers on this machine are allowed at all.
func (s *Service) acceptableURL(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	local := u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && local && s.options.PrivateProviders
}

// atProvider is what must be remembered while somebody is at a provider. The row's id is the state.
type atProvider struct {
	Provider uuid.UUID `json:"provider"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // of PKCE
	Device   []byte    `json:"device"`   // hash of the browser's secret
}

// Return is what a provider's redirect brings back.
type Return struct {
	Key    string    // the end of the address that it came to
	State  uuid.UUID // ours
	Code   string
	Issuer string // "iss" of RFC 9207; may be empty
}

// known by (issuer, subject), never by e-mail address.
type foreignIdentity struct {
	Issuer   string `json:"issuer"`
	Subject  string `json:"subject"`
	Email    string `json:"email"` // empty unless the provider vouches for it
	Name     string `json:"name"`
	Provider string `json:"provider"` // its name
}

var errProvider = errs.New(
	errs.Unauthenticated, "The sign-in there could not be confirmed. Begin again.",
).WithCode("provider")

func refusedBy(ctx context.Context, provider string, err error) error {
	slog.WarnContext(ctx, "sign-in provider refused", "provider", provider, "error", err.Error())
	return errProvider
}

func (s *Service) oauth(ctx context.Context, p rows.Provider, known knownProvider) (*oauth2.Config, error) {
	callback, err := s.callback(ctx, p.Key)
	if err != nil {
		return nil, err
	}
	secret, err := s.keys.unseal("provider secret", p.Secret, p.ID[:])
	if err != nil {
		return nil, err
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: string(secret), Endpoint: known.Endpoint(), RedirectURL: callback,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}, nil
}

// whoReturned ends what somebody began at a provider: the state is used up, the code exchanged, the answer checked.
func (s *Service) whoReturned(ctx context.Context, back Return, device string) (foreignIdentity, error) {
	var who foreignIdentity
	began, p, err := s.takeReturn(ctx, back, device)
	if err != nil {
		return who, err
	}
	known, err := s.discover(ctx, p.Issuer)
	if err != nil {
		return who, refusedBy(ctx, p.Name, err)
	}
	if back.Issuer != "" && back.Issuer != p.Issuer || back.Issuer == "" && known.says.TellsIssuer {
		return who, refusedBy(ctx, p.Name, errors.New("the answer is of another issuer"))
	}
	config, err := s.oauth(ctx, p, known)
	if err != nil {
		return who, err
	}
	ctx = oidc.ClientContext(ctx, s.abroad)
	token, err := config.Exchange(ctx, back.Code, oauth2.VerifierOption(began.Verifier))
	if err != nil {
		return who, refusedBy(ctx, p.Name, exchangeError(err))
	}
	claims, err := s.checkToken(ctx, p, known, token, began.Nonce)
	if err != nil {
		return who, refusedBy(ctx, p.Name, err)
	}
	who = foreignIdentity{Issuer: p.Issuer, Subject: claims.Subject, Provider: p.Name, Name: claims.fullName()}
	if email := normal(claims.Email); bool(claims.EmailVerified) && isAddress(email) {
		who.Email = email
	}
	return who, nil
}

// exchangeError is the error without the provider's words, which may hold the code or the secret.
func exchangeError(err error) error {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) {
		return errors.New("the token endpoint answered " + answered.Response.Status)
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return errors.New("the token endpoint's answer makes no sense")
}

type foreignClaims struct {
	Subject         string   `json:"sub"`
	Email           string   `json:"email"`
	EmailVerified   looseYes `json:"email_verified"`
	Name            string   `json:"name"`
	GivenName       string   `json:"given_name"`
	FamilyName      string   `json:"family_name"`
	AuthorisedParty string   `json:"azp"`
}

// looseYes is true or "true": some providers write the word.
type looseYes bool

func (y *looseYes) UnmarshalJSON(raw []byte) error {
	*y = string(raw) == "true" || string(raw) == `"true"`
	return nil
}

func (c foreignClaims) fullName() string {
	name := c.Name
	if name == "" {
		name = c.GivenName + " " + c.FamilyName
	}
	name = visible.Name(name)
	if runes := []rune(name); len(runes) > 120 {
		name = strings.TrimSpace(string(runes[:120]))
	}
	return name
}

// checkToken checks the ID token as Core 3.1.3.7 says, and asks at
// the userinfo endpoint where the token leaves the address out.
func (s *Service) checkToken(
	ctx context.Context, p rows.Provider, known knownProvider, token *oauth2.Token, nonce string,
) (foreignClaims, error) {
	var c foreignClaims
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return c, errors.New("there is no ID token")
	}
	verified, err := known.Verifier(&oidc.Config{ClientID: p.ClientID, Now: s.clock.Now}).Verify(ctx, raw)
	if err != nil {
		return c, err
	}
	if err := verified.Claims(&c); err != nil {
		return c, err
	}
	now := s.clock.Now()
	switch {
	case subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(nonce)) != 1:
		return c, errors.New("the nonce is another one")
	case len(verified.Audience) > 1 && c.AuthorisedParty == "",
		c.AuthorisedParty != "" && c.AuthorisedParty != p.ClientID:
		return c, errors.New("the token is for another party")
	case verified.IssuedAt.IsZero(), verified.IssuedAt.After(now.Add(clockSkew)),
		verified.IssuedAt.Before(now.Add(-atProviderLife)):
		return c, errors.New("the token is not of now")
	case c.Subject == "" || len(c.Subject) > 255 || strings.ContainsFunc(c.Subject, unprintable):
		return c, errors.New("the subject is none")
	}
	if verified.AccessTokenHash != "" {
		if err := verified.VerifyAccessToken(token.AccessToken); err != nil {
			return c, err
		}
	}
	if c.Email != "" || known.says.UserInfo == "" {
		return c, nil
	}
	info, err := known.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return c, errors.New("the userinfo endpoint did not answer")
	}
	if info.Subject != c.Subject {
		return c, errors.New("userinfo is about another subject")
	}
	c.EmailVerified = false // it would be said of no address
	return c, info.Claims(&c)
}

// takeReturn finds what was begun: once, in the same browser, at the provider whose address the answer came to.
func (s *Service) takeReturn(ctx context.Context, back Return, device string) (atProvider, rows.Provider, error) {
	var began atProvider
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		now := s.clock.Now()
		c, err := q.ChallengeUse(ctx, tx, rows.ChallengeUseParams{ID: back.State, Purpose: "provider", Now: &now})
		if errors.Is(err, pgx.ErrNoRows) {
			return errChallenge
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal(c.Data, &began); err != nil {
			return err
		}
		bound := sha256.Sum256([]byte(device))
		if subtle.ConstantTimeCompare(bound[:], began.Device) != 1 {
			return errChallenge
		}
		return nil
	})
	if err != nil {
		return began, rows.Provider{}, err
	}
	p, err := q.ProviderGet(ctx, s.db.Read(ctx), began.Provider)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && p.Key != back.Key {
		return began, p, errProvider
	}
	return began, p, err
}

// unprintable tells characters that no subject of a provider holds.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' || r == '\ufffd'
}
