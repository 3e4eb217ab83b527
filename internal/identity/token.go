package identity

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/maypok86/otter/v2"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

const (
	accessLife  = 10 * time.Minute
	tokenIssuer = "stoa"
	tokenUse    = "stoa-api"
	tokenType   = "at+jwt" // RFC 9068
	pageUse     = "stoa-page"
	pageType    = "page+jwt" // ours: the API takes no other than at+jwt
)

// claims of an access token.
type claims struct {
	jwt.RegisteredClaims
	Tenant   uuid.UUID       `json:"tid"`
	Session  uuid.UUID       `json:"sid"`
	Epoch    int             `json:"epoch"`
	Roles    []viewer.Role   `json:"roles,omitempty"`
	Standing viewer.Standing `json:"standing,omitempty"`
	Strong   bool            `json:"strong,omitempty"`  // of a page token: more than a password was shown
	Browser  string          `json:"browser,omitempty"` // of a page token: whose browser it opens documents in
	person   uuid.UUID
	key      string // what signed it
}

func (s *Service) accessToken(p rows.Person, session uuid.UUID) (token string, expires time.Time, err error) {
	expires = s.clock.Now().Add(accessLife).Truncate(time.Second)
	token, err = s.sign(tokenType, tokenUse, expires, claims{
		RegisteredClaims: jwt.RegisteredClaims{Subject: p.ID.String()},
		Tenant:           p.TenantID,
		Session:          session,
		Epoch:            p.Epoch,
		Roles:            rolesOf(p),
		Standing:         standingOf(p),
	})
	return token, expires, err
}

// sign makes a token of a type for a use.
func (s *Service) sign(kind, use string, expires time.Time, c claims) (string, error) {
	c.Issuer, c.Audience = tokenIssuer, jwt.ClaimStrings{use}
	c.IssuedAt, c.ExpiresAt = jwt.NewNumericDate(s.clock.Now()), jwt.NewNumericDate(expires)
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	ring := s.keys.ring.Load()
	t.Header["kid"] = ring.current
	t.Header["typ"] = kind
	return t.SignedString(ring.signing[ring.current])
}

// tokenCache remembers verified tokens, because a signature costs more than most reads.
type tokenCache struct{ known *otter.Cache[string, claims] }

const longestToken = 4096

func newTokenCache() *tokenCache {
	return &tokenCache{otter.Must(&otter.Options[string, claims]{
		MaximumSize: 20_000, ExpiryCalculator: otter.ExpiryWriting[string, claims](accessLife),
	})}
}

func (s *Service) parse(token string) (claims, error) {
	if c, ok := s.tokens.known.GetIfPresent(token); ok {
		if _, kept := s.keys.verifying(c.key); kept {
			return c, nil
		}
		return claims{}, jwt.ErrTokenUnverifiable
	}
	c, err := s.verify(tokenType, tokenUse, token)
	if err == nil {
		s.tokens.known.Set(token, c)
	}
	return c, err
}

// verify believes a token only of its type and for its use.
func (s *Service) verify(kind, use, token string) (claims, error) {
	if len(token) > longestToken {
		return claims{}, jwt.ErrTokenMalformed
	}
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		typ, _ := t.Header["typ"].(string)
		c.key, _ = t.Header["kid"].(string)
		key, known := s.keys.verifying(c.key)
		if !known || typ != kind {
			return nil, jwt.ErrTokenUnverifiable
		}
		return key, nil
	}, jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer(tokenIssuer), jwt.WithAudience(use),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithTimeFunc(s.clock.Now), jwt.WithStrictDecoding())
	if err != nil {
		return claims{}, err
	}
	c.person, err = uuid.Parse(c.Subject)
	return c, err
}

// Authenticate puts the person of the access token into the request's viewer. No token: a visitor. A wrong,
// expired or revoked one: 401, so that the client knows to renew it. A banned person: 403, before any handler.
func (s *Service) Authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !found {
			next.ServeHTTP(w, r)
			return
		}
		v, err := s.viewerOf(r.Context(), token)
		// who renews or signs in anew may still send it
		if err == errToken && strings.HasPrefix(r.URL.Path, cookiePath+"/") {
			next.ServeHTTP(w, r)
			return
		}
		if err != nil {
			if errs.KindOf(err) == errs.Unauthenticated {
				w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			}
			httpapi.WriteProblem(w, r, err)
			return
		}
		viewer.Become(r.Context(), v)
		next.ServeHTTP(w, r)
	})
}

var errToken error = errs.New(errs.Unauthenticated, "Your sign-in has expired.").WithCode("token")

func (s *Service) viewerOf(ctx context.Context, token string) (viewer.Viewer, error) {
	v := viewer.From(ctx)
	c, err := s.parse(token)
	if err != nil || c.Tenant != v.Tenant || !c.ExpiresAt.After(s.clock.Now()) {
		return v, errToken
	}
	revoked, err := s.revocations.revoked(ctx, c)
	if err != nil {
		return v, err
	}
	if revoked {
		if ban, err := s.currentBan(ctx, c.person); err != nil {
			return v, err
		} else if ban != nil {
			return v, ban.problem()
		}
		return v, errToken
	}
	v.Person, v.Session, v.Epoch, v.Roles, v.Standing = c.person, c.Session, c.Epoch, c.Roles, c.Standing
	return v, nil
}

// stillIn refuses whoever was banned or signed out, or has other rights, since their request began.
func (s *Service) stillIn(ctx context.Context, tx *db.Tx) error {
	v := viewer.From(ctx)
	live, err := q.SessionIsLive(ctx, tx, rows.SessionIsLiveParams{ID: v.Session, Epoch: v.Epoch})
	if err != nil || live {
		return err
	}
	ban, err := s.banWithin(ctx, tx, v.Person)
	if err != nil {
		return err
	}
	if ban != nil {
		return ban.problem()
	}
	return errToken
}

func rolesOf(p rows.Person) []viewer.Role {
	roles := make([]viewer.Role, len(p.Roles))
	for i, r := range p.Roles {
		roles[i] = viewer.Role(r)
	}
	return roles
}

func standingOf(p rows.Person) viewer.Standing {
	if p.Standing == nil {
		return ""
	}
	return viewer.Standing(*p.Standing)
}
