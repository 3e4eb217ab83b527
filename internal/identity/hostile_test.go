package identity_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
)

// hostile is a provider of the test's own that keeps to the standard but for one thing.
// Left alone it is right, which is tested first: or a refusal would show nothing.
type hostile struct {
	*httptest.Server
	key      *rsa.PrivateKey
	nonce    string // of the newest authorisation
	code     string // challenge of its PKCE
	claims   func(c jwt.MapClaims)
	sign     func(c jwt.MapClaims) string
	token    func(w http.ResponseWriter, r *http.Request) bool
	metadata func(m map[string]any)
	keys     func(w http.ResponseWriter) bool
	userinfo map[string]any
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newHostile(t *testing.T, key *rsa.PrivateKey) *hostile {
	t.Helper()
	p := &hostile{key: key}
	write := func(w http.ResponseWriter, value any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(value)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		m := map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
			"jwks_uri": p.URL + "/keys", "userinfo_endpoint": p.URL + "/userinfo",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
			"response_types_supported":              []string{"code"}, "subject_types_supported": []string{"public"},
		}
		if p.metadata != nil {
			p.metadata(m)
		}
		write(w, m)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		if p.keys != nil && p.keys(w) {
			return
		}
		encode := base64.RawURLEncoding.EncodeToString
		write(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "kid": "k", "use": "sig", "alg": "RS256", "n": encode(key.N.Bytes()),
			"e": encode(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		if p.token != nil && p.token(w, r) {
			return
		}
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if base64.RawURLEncoding.EncodeToString(sum[:]) != p.code {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		now := time.Now()
		c := jwt.MapClaims{
			"iss":            p.URL,
			"aud":            "stoa",
			"sub":            "hostile-1",
			"nonce":          p.nonce,
			"iat":            now.Unix(),
			"exp":            now.Add(time.Minute).Unix(),
			"email":          "fresh@example.org",
			"email_verified": true,
			"name":           "Fresh",
		}
		if p.claims != nil {
			p.claims(c)
		}
		signed := p.signed(c, "k", key)
		if p.sign != nil {
			signed = p.sign(c)
		}
		write(w, map[string]any{"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": signed})
	})
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, _ *http.Request) { write(w, p.userinfo) })
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *hostile) signed(c jwt.MapClaims, kid string, key *rsa.PrivateKey) string {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, c)
	token.Header["kid"] = kid
	s, err := token.SignedString(key)
	if err != nil {
		panic(err)
	}
	return s
}

// meet goes to the provider and comes back with a code.
func (p *hostile) meet(t *testing.T, c *apptest.Client, provider uuid.UUID) map[string]string {
	t.Helper()
	address := c.Begin(t, provider)
	p.nonce, p.code = address.Query().Get("nonce"), address.Query().Get("code_challenge")
	return map[string]string{"key": "campus", "state": address.Query().Get("state"), "code": "code-1"}
}

// A provider that misbehaves in one way opens nothing, makes nobody, and brings nothing
// down. Its admin chose it, so it may say who its own people are, and nothing else.
func TestAHostileProviderOpensNothing(t *testing.T) {
	t.Parallel()
	key, other := rsaKey(t), rsaKey(t)
	claim := func(name string, value any) func(*hostile) {
		return func(p *hostile) { p.claims = func(c jwt.MapClaims) { c[name] = value } }
	}
	without := func(name string) func(*hostile) {
		return func(p *hostile) { p.claims = func(c jwt.MapClaims) { delete(c, name) } }
	}
	answers := func(status int, body string) func(*hostile) {
		return func(p *hostile) {
			p.token = func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				_, _ = w.Write([]byte(body))
				return true
			}
		}
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the code was carried to %s", r.URL)
	}))
	t.Cleanup(elsewhere.Close)
	misbehaviours := map[string]func(*hostile){
		"another issuer in the token":        claim("iss", "https://accounts.google.com"),
		"no issuer in the token":             without("iss"),
		"a token for another client":         claim("aud", "somebody-else"),
		"a token for several, party unnamed": claim("aud", []string{"stoa", "somebody-else"}),
		"a token whose party is another": func(p *hostile) {
			p.claims = func(c jwt.MapClaims) { c["aud"], c["azp"] = []string{"stoa", "x"}, "x" }
		},
		"an expired token":             claim("exp", time.Now().Add(-time.Minute).Unix()),
		"a token without an end":       without("exp"),
		"a token of tomorrow":          claim("iat", time.Now().Add(24*time.Hour).Unix()),
		"a token of yesterday":         claim("iat", time.Now().Add(-24*time.Hour).Unix()),
		"a token that begins tomorrow": claim("nbf", time.Now().Add(24*time.Hour).Unix()),
		"another nonce":                claim("nonce", "another"),
		"no nonce":                     without("nonce"),
		"no subject":                   without("sub"),
		"an empty subject":             claim("sub", ""),
		"a number for a subject":       claim("sub", 7),
		"an endless subject":           claim("sub", strings.Repeat("a", 256)),
		"a subject with a line break":  claim("sub", "a\r\nb"),
		"another access token's hash":  claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
		"an unsigned token": func(p *hostile) {
			p.sign = func(c jwt.MapClaims) string {
				s, _ := jwt.NewWithClaims(jwt.SigningMethodNone, c).SignedString(jwt.UnsafeAllowNoneSignatureType)
				return s
			}
		},
		"a token signed with the secret": func(p *hostile) {
			p.sign = func(c jwt.MapClaims) string {
				s, _ := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString([]byte("the client's secret"))
				return s
			}
		},
		"a token signed with the public key": func(p *hostile) {
			p.sign = func(c jwt.MapClaims) string {
				s, _ := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(p.key.N.Bytes())
				return s
			}
		},
		"a token signed with another key": func(p *hostile) {
			p.sign = func(c jwt.MapClaims) string { return p.signed(c, "k", other) }
		},
		"a token of an unknown key": func(p *hostile) {
			p.sign = func(c jwt.MapClaims) string { return p.signed(c, "x", other) }
		},
		"a token that brings its key along": func(p *hostile) { p.sign = withItsKey(other) },
		"a token that is none": func(p *hostile) {
			p.sign = func(jwt.MapClaims) string { return "a.b.c" }
		},
		"no token":                       answers(http.StatusOK, `{"access_token":"at","token_type":"Bearer"}`),
		"a token answer that is no JSON": answers(http.StatusOK, `<html>`),
		"a refused code": answers(http.StatusBadRequest,
			`{"error":"invalid_grant","error_description":"no"}`),
		"a broken token endpoint": answers(http.StatusInternalServerError, `boom`),
		"a token endpoint that sends on": func(p *hostile) {
			p.token = func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
				return true
			}
		},
		"an endless token answer": func(p *hostile) {
			p.token = func(w http.ResponseWriter, _ *http.Request) bool {
				_, _ = w.Write([]byte(`{"access_token":"`))
				flood(w)
				return true
			}
		},
		"a token endpoint that hangs up": func(p *hostile) {
			p.token = func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
		},
		"endless keys": func(p *hostile) {
			p.keys = func(w http.ResponseWriter) bool { _, _ = w.Write([]byte(`{"keys":["`)); flood(w); return true }
		},
		"no keys": func(p *hostile) {
			p.keys = func(w http.ResponseWriter) bool { _, _ = w.Write([]byte(`{"keys":[]}`)); return true }
		},
		"an address nobody vouches for":     claim("email_verified", false),
		"an address vouched for by a no":    claim("email_verified", "false"),
		"an address vouched for by nothing": without("email_verified"),
		"an address that is none":           claim("email", "not an address"),
		"an address with a header":          claim("email", "a@example.org\r\nBcc: everybody@example.org"),
		"an address with a name":            claim("email", "Asha <asha@example.org>"),
		"an endless address":                claim("email", strings.Repeat("a", 300)+"@example.org"),
		"the address of somebody here":      claim("email", "asha@example.org"),
		"the same in capitals":              claim("email", " ASHA@Example.ORG "),
		"userinfo about somebody else": func(p *hostile) {
			without("email")(p)
			p.userinfo = map[string]any{"sub": "x", "email": "fresh@example.org", "email_verified": true}
		},
		"userinfo that vouches for nothing": func(p *hostile) {
			without("email")(p)
			p.userinfo = map[string]any{"sub": "hostile-1", "email": "fresh@example.org"}
		},
		"keys at an address of another kind": func(p *hostile) {
			p.metadata = func(m map[string]any) { m["jwks_uri"] = "file:///etc/passwd" }
		},
		"a script for a login page": func(p *hostile) {
			p.metadata = func(m map[string]any) { m["authorization_endpoint"] = "javascript:alert(1)" }
		},
		"a token endpoint in the clear": func(p *hostile) {
			p.metadata = func(m map[string]any) { m["token_endpoint"] = "http://example.org/token" }
		},
		"another issuer in what it publishes": func(p *hostile) {
			p.metadata = func(m map[string]any) { m["issuer"] = "https://accounts.google.com" }
		},
		"it says issuer and does not tell it": func(p *hostile) {
			p.metadata = func(m map[string]any) { m["authorization_response_iss_parameter_supported"] = true }
		},
	}
	h, n := apptest.Open(t, 2), 0
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	// meet goes through the provider and back, in a process that has not heard yet what the provider says of itself.
	meet := func(t *testing.T, misbehave func(*hostile)) (*apptest.Client, apptest.Reply, map[string]string) {
		p := newHostile(t, key)
		n++
		slot := fmt.Sprintf("campus-%d", n)
		provider := h.Offer(t, p.URL, slot)
		misbehave(p)
		before := apptest.Fingerprints(t, h)
		c := h.Client()
		c.Server = 1
		r := c.Do("POST", "/auth/providers/"+provider.String()+"/authorisations", nil)
		if r.Status != http.StatusCreated {
			return c, r, before
		}
		var begun struct{ Address string }
		r.JSON(t, &begun)
		address, _ := url.Parse(begun.Address)
		p.nonce, p.code = address.Query().Get("nonce"), address.Query().Get("code_challenge")
		return c, c.Do("POST", "/auth/provider-sessions", map[string]string{
			"key": slot, "state": address.Query().Get("state"), "code": "code-1",
		}), before
	}
	kindly := func(p *hostile) { claim("email", "kind@example.org")(p) }
	if _, r, _ := meet(t, kindly); r.Status != http.StatusCreated {
		t.Fatalf("left alone it must open: %d %s", r.Status, r.Body)
	}
	for name, misbehave := range misbehaviours {
		t.Run(name, func(t *testing.T) {
			c, r, before := meet(t, misbehave)
			if r.Status < 400 || r.Status >= 500 || c.Token != "" {
				t.Errorf("%d %s", r.Status, r.Body)
			}
			if strings.Contains(r.Body, "secret") || strings.Contains(r.Body, "code-1") ||
				strings.Contains(r.Body, "127.0.0.1") {
				t.Errorf("it tells too much: %s", r.Body)
			}
			after := apptest.Fingerprints(t, h)
			for _, table := range []string{
				"identity.person", "identity.connection", "identity.session", "audit.entry",
			} {
				if before[table] != after[table] {
					t.Errorf("%s changed", table)
				}
			}
		})
	}
	t.Logf("%d misbehaviours", len(misbehaviours))
}

func withItsKey(key *rsa.PrivateKey) func(jwt.MapClaims) string {
	return func(c jwt.MapClaims) string {
		encode := base64.RawURLEncoding.EncodeToString
		token := jwt.NewWithClaims(jwt.SigningMethodRS256, c)
		token.Header["kid"] = "k"
		token.Header["jwk"] = map[string]any{"kty": "RSA", "n": encode(key.N.Bytes()), "e": "AQAB"}
		s, _ := token.SignedString(key)
		return s
	}
}

// flood writes until nobody listens.
func flood(w http.ResponseWriter) {
	for block := []byte(strings.Repeat("a", 1<<16)); ; {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// What the browser brings is foreign, too: state, code, issuer and
// address are each of one sign-in, in one browser, at one provider.
func TestReturnsFitWhatWasBegun(t *testing.T) {
	t.Parallel()
	h, p, second := apptest.Open(t, 1), newHostile(t, rsaKey(t)), newHostile(t, rsaKey(t))
	provider := h.Offer(t, p.URL, "campus")
	right := h.Client()
	type from = *apptest.Client
	for name, bend := range map[string]func(back map[string]string) from{
		"no state":                  func(b map[string]string) from { delete(b, "state"); return right },
		"an invented state":         func(b map[string]string) from { b["state"] = uuid.NewString(); return right },
		"no code":                   func(b map[string]string) from { delete(b, "code"); return right },
		"another browser":           func(map[string]string) from { return h.Client() },
		"another provider's page":   func(b map[string]string) from { b["key"] = "other"; return right },
		"another provider's issuer": func(b map[string]string) from { b["iss"] = second.URL; return right },
		"a code of another sign-in": func(map[string]string) from { p.code = "of another verifier"; return right },
	} {
		back := p.meet(t, right, provider)
		c := bend(back)
		r := c.Do("POST", "/auth/provider-sessions", back)
		if r.Status != http.StatusUnauthorized && r.Status != http.StatusUnprocessableEntity || c.Token != "" {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	back := p.meet(t, right, provider)
	h.Clock.Advance(16 * time.Minute)
	if r := right.Do("POST", "/auth/provider-sessions", back); r.Problem() != "challenge" {
		t.Errorf("too late: %d %s", r.Status, r.Body)
	}
	h.Clock.Advance(-16 * time.Minute)
	back = p.meet(t, right, provider)
	back["iss"] = p.URL
	if r := right.Do("POST", "/auth/provider-sessions", back); r.Status != http.StatusCreated {
		t.Errorf("left alone it must open: %d %s", r.Status, r.Body)
	}
	// The subject's word, not the address, is who somebody is.
	p.claims = func(c jwt.MapClaims) { c["sub"], c["email"] = "hostile-2", "fresh@example.org" }
	stranger := h.Client()
	if r := stranger.Do("POST", "/auth/provider-sessions", p.meet(t, stranger, provider)); r.Problem() != "connect" {
		t.Errorf("another subject with the same address: %d %s", r.Status, r.Body)
	}
	p.claims = func(c jwt.MapClaims) { c["email"] = "moved@example.org" }
	moved := h.Client()
	r := moved.Do("POST", "/auth/provider-sessions", p.meet(t, moved, provider))
	if r.Status != http.StatusCreated || !strings.Contains(r.Body, "fresh@example.org") {
		t.Errorf("the same subject with another address: %d %s", r.Status, r.Body)
	}
	if got := h.Count(t, "identity.person"); got != 1 {
		t.Errorf("%d people", got)
	}
}
