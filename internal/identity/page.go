package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

// The page token lets a document be drawn for its reader before any script runs. Only requests of
// whole documents read it, the API never accepts it, and nothing but signing in and renewing makes
// it: a copy of it is worth an hour at most, and nothing once its session has ended. Its cookie comes
// with links from other sites (Lax), because they may lead here; what it opens they cannot read.
//
// It is bound to the browser as the refresh token is: beside it goes a cookie made from the browser's
// secret, of which the token holds a hash. The token alone, on another machine, opens nothing.
const (
	pageCookie    = "__Host-stoa_page"
	browserCookie = "__Host-stoa_browser"
	pageLife      = time.Hour
)

func pageCookieOf(token string, expires time.Time) http.Cookie {
	return http.Cookie{
		Name:     pageCookie,
		Value:    token,
		Path:     "/",
		Expires:  expires,
		HttpOnly: true,
		Secure:   true,
		SameSite: http.SameSiteLaxMode,
	}
}

// browserOf is what documents know a browser by; its secret itself does not leave the paths of authentication.
func (s *Service) browserOf(device string) string {
	return base64.RawURLEncoding.EncodeToString(s.keys.mark("browser", device)[:24])
}

func (s *Service) browserCookie(device string) http.Cookie {
	c := pageCookieOf(s.browserOf(device), s.clock.Now().Add(deviceLife))
	c.Name = browserCookie
	return c
}

func boundTo(browser string) string {
	sum := sha256.Sum256([]byte(browser))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func (s *Service) pageToken(
	p rows.Person, session rows.Session, device string,
) (token string, expires time.Time, err error) {
	expires = s.clock.Now().Add(pageLife).Truncate(time.Second)
	if session.ExpiresAt.Before(expires) {
		expires = session.ExpiresAt
	}
	token, err = s.sign(pageType, pageUse, expires, claims{
		RegisteredClaims: jwt.RegisteredClaims{Subject: p.ID.String()},
		Tenant:           p.TenantID,
		Session:          session.ID,
		Epoch:            p.Epoch,
		Strong:           session.Strong,
		Browser:          boundTo(s.browserOf(device)),
	})
	return token, expires, err
}

// Visit is who opens a document, with a new access token for the scripts in it; the viewer of
// the request becomes them. Not ok: a visitor, or somebody whose scripts must renew first.
func (s *Service) Visit(r *http.Request) (in SignedIn, ok bool) {
	cookie, err := r.Cookie(pageCookie)
	if err != nil || r.Method != http.MethodGet {
		return SignedIn{}, false
	}
	// no script fetches a token, no frame shows one
	if to := r.Header.Get("Sec-Fetch-Dest"); to != "" && to != "document" {
		return SignedIn{}, false
	}
	browser, err := r.Cookie(browserCookie)
	if err != nil {
		return SignedIn{}, false
	}
	ctx := r.Context()
	v := viewer.From(ctx)
	c, err := s.verify(pageType, pageUse, cookie.Value)
	if err != nil || c.Tenant != v.Tenant ||
		subtle.ConstantTimeCompare([]byte(c.Browser), []byte(boundTo(browser.Value))) != 1 {
		return SignedIn{}, false
	}
	return s.visit(ctx, v, c)
}

func (s *Service) visit(ctx context.Context, v viewer.Viewer, c claims) (SignedIn, bool) {
	// It lives longer than revocations are remembered: the database is asked.
	if live, err := q.SessionIsLive(ctx, s.db.Read(ctx), rows.SessionIsLiveParams{
		ID: c.Session, Epoch: c.Epoch,
	}); err != nil || !live {
		return SignedIn{}, false
	}
	p, err := q.PersonGet(ctx, s.db.Read(ctx), c.person)
	if err != nil {
		return SignedIn{}, false
	}
	full := len(p.Roles)
	if p, err = s.tempered(ctx, p, c.Strong); err != nil {
		return SignedIn{}, false
	}
	access, expires, err := s.accessToken(p, c.Session)
	if err != nil {
		return SignedIn{}, false
	}
	v.Person, v.Session, v.Epoch, v.Roles, v.Standing = p.ID, c.Session, p.Epoch, rolesOf(p), standingOf(p)
	viewer.Become(ctx, v)
	return SignedIn{access, expires, accountOf(personFrom(p), len(p.Roles) < full)}, true
}
