package identity

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/permit"
)

// The refresh token and the browser's secret never leave the paths of authentication, nor reach a script.
const (
	refreshCookie = "__Secure-stoa_refresh"
	deviceCookie  = "__Secure-stoa_device"
	cookiePath    = httpapi.Base + "/auth"
	deviceLife    = 400 * 24 * time.Hour
)

// SignedIn answers a sign-in or a renewal.
type SignedIn struct {
	AccessToken string    `json:"access_token" doc:"Send it as Authorization: Bearer …"`
	ExpiresAt   time.Time `json:"expires_at"`
	Person      Account   `json:"person"`
}

type signedInAnswer struct {
	SetCookie    []http.Cookie `header:"Set-Cookie"`
	CacheControl string        `header:"Cache-Control"`
	Body         SignedIn
}

// cookieAnswer is an answer of cookies alone.
type cookieAnswer struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func authCookie(name, value string, expires time.Time) http.Cookie {
	return http.Cookie{
		Name:     name,
		Value:    value,
		Path:     cookiePath,
		Expires:  expires,
		HttpOnly: true,
		Secure:   true,
		SameSite: http.SameSiteStrictMode,
	}
}

func (s *Service) deviceCookie(device string) http.Cookie {
	return authCookie(deviceCookie, device, s.clock.Now().Add(deviceLife))
}

func (s *Service) answer(t Tokens) *signedInAnswer {
	return &signedInAnswer{
		SetCookie: []http.Cookie{
			authCookie(refreshCookie, t.Refresh, t.SessionEnds), s.deviceCookie(t.Device),
			pageCookieOf(t.Page, t.PageExpires), s.browserCookie(t.Device),
		},
		CacheControl: "no-store",
		Body:         SignedIn{t.Access, t.AccessExpires, accountOf(t.Person, t.FactorNeeded)},
	}
}

// evenly holds an answer back until a tenth of a second has passed: so long, whatever was
// found out takes less, and how long it took does not tell whether an account exists.
func evenly(ctx context.Context, began time.Time) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Until(began.Add(100 * time.Millisecond))):
	}
}

// entered answers with tokens, or with the problem and no Set-Cookie: a lost race must not delete the winner's cookie.
func (s *Service) entered(t Tokens, err error) (*signedInAnswer, error) {
	if err != nil {
		return nil, err
	}
	return s.answer(t), nil
}

// Origin is where a request on a cookie route came from; another site may not use the cookie.
type Origin struct {
	From string `header:"Origin" hidden:"true"`
	Site string `header:"Sec-Fetch-Site" hidden:"true"`
	host string
}

func (o *Origin) Resolve(ctx huma.Context) []error {
	o.host = ctx.Host()
	return nil
}

// browser tells whether a browser sent the request: programs do not say where they came from.
func (o *Origin) browser() bool { return o.From != "" || o.Site != "" }

// check refuses another site. Browsers say themselves where a request came from, and no page
// can change what they say; of those that do not, the origin's host is compared with ours.
func (o *Origin) check(ctx context.Context) error {
	same := o.From == ""
	switch o.Site {
	case "same-origin", "none":
		same = true
	case "":
		if u, err := url.Parse(o.From); err == nil && o.From != "" {
			same = httpapi.SameHost(u.Host, o.host)
		}
	default:
		same = false
	}
	if same {
		return nil
	}
	slog.WarnContext(ctx, "a request of another site was refused; behind a proxy, both must name the same host",
		"origin", o.From, "host", o.host, "site", o.Site)
	return errs.New(errs.Forbidden, "This request came from another site.").WithCode("cross-site")
}

// plain tells whether a browser sent the request from a page of plain http, of another machine than its own.
func (o *Origin) plain() bool {
	u, err := url.Parse(o.From)
	return err == nil && u.Scheme == "http" && !httpapi.Local(u.Host)
}

func (s *Service) sessionRoutes(api huma.API) {
	type signIn struct {
		Origin
		Device string `cookie:"__Secure-stoa_device" hidden:"true"`
		Body   struct {
			Email    string `json:"email" maxLength:"254" example:"student@demo.test"`
			Password string `json:"password" maxLength:"200"`
		}
	}
	httpapi.Post(api, "session-create", "/auth/sessions", "Sign in",
		func(ctx context.Context, in *signIn) (*signedInAnswer, error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			began := time.Now()
			if in.plain() {
				s.plain.Do(func() {
					slog.WarnContext(ctx, "somebody signs in over plain http, where browsers drop the cookies that "+
						"keep people signed in: serve TLS (--tls-cert, --tls-key) or put a proxy with TLS in "+
						"front (docs/running.md)", "page", in.From)
				})
			}
			t, err := s.SignIn(ctx, in.Body.Email, in.Body.Password, in.Device)
			if err != nil {
				evenly(ctx, began)
			}
			return s.entered(t, err)
		}, httpapi.Public(), httpapi.Status(http.StatusCreated))

	type refresh struct {
		Origin
		Token  string `cookie:"__Secure-stoa_refresh" hidden:"true"`
		Device string `cookie:"__Secure-stoa_device" hidden:"true"`
	}
	httpapi.Post(api, "session-refresh", "/auth/refresh", "Renew the access token with the refresh cookie",
		func(ctx context.Context, in *refresh) (*signedInAnswer, error) {
			if err := in.check(ctx); err != nil {
				return nil, err
			}
			return s.entered(s.Refresh(ctx, in.Token, in.Device))
		}, httpapi.Public(), httpapi.Status(http.StatusOK))

	httpapi.Delete(api, "session-end-current", "/auth/sessions/current", "Sign out",
		func(ctx context.Context, _ *httpapi.None) (*cookieAnswer, error) {
			if err := s.SignOut(ctx); err != nil {
				return nil, err
			}
			gone := []http.Cookie{authCookie(refreshCookie, "", time.Time{}), pageCookieOf("", time.Time{})}
			for i := range gone {
				gone[i].MaxAge = -1
			}
			return &cookieAnswer{gone}, nil
		}, httpapi.Personal())

	httpapi.Get(api, "session-list", "/auth/sessions", "One's own sessions",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[Session]], error) {
			list, err := s.Sessions(ctx)
			return httpapi.Answer(httpapi.Page[Session]{Items: list}, err)
		}, httpapi.Personal())

	type byID struct {
		ID uuid.UUID `path:"session_id"`
	}
	httpapi.Delete(api, "session-end", "/auth/sessions/{session_id}", "End one of one's sessions",
		func(ctx context.Context, in *byID) (*httpapi.None, error) {
			return nil, s.EndSession(ctx, in.ID)
		}, httpapi.Personal(permit.Owns))

	type ended struct {
		Ended int `json:"ended"`
	}
	httpapi.Delete(api, "session-end-others", "/auth/sessions", "End every session of one's own but this one",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[ended], error) {
			n, err := s.EndOtherSessions(ctx)
			return httpapi.Answer(ended{n}, err)
		}, httpapi.Personal())
}
