package app_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// forger knows everything that an attacker could, and the signing
// key as well, to make tokens that are right but for one thing.
type forger struct {
	kid    string
	key    ed25519.PrivateKey
	header map[string]any
	claims map[string]any
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func segment(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b64(raw)
}

func (f forger) sign(head, body string) string {
	return head + "." + body + "." + b64(ed25519.Sign(f.key, []byte(head+"."+body)))
}

// with is a properly signed token whose header and claims differ by some fields; nil takes a field away.
func (f forger) with(header, claims map[string]any) string {
	change := func(base, by map[string]any) map[string]any {
		m := maps.Clone(base)
		for k, v := range by {
			if v == nil {
				delete(m, k)
			} else {
				m[k] = v
			}
		}
		return m
	}
	return f.sign(segment(change(f.header, header)), segment(change(f.claims, claims)))
}

// forgeries are tokens that must not be believed, by what is
// wrong with them. Elsewhere is a server that no one may ask.
func forgeries(t *testing.T, f forger, elsewhere string, now time.Time) map[string]string {
	t.Helper()
	head, body := segment(f.header), segment(f.claims)
	good := f.sign(head, body)
	_, strange, _ := ed25519.GenerateKey(rand.Reader)
	public := f.key.Public().(ed25519.PublicKey)
	hs := func(key []byte, alg string) string {
		h := segment(map[string]any{"alg": alg, "typ": "at+jwt", "kid": f.kid})
		mac := hmac.New(sha256.New, key)
		if alg == "HS512" {
			mac = hmac.New(sha512.New, key)
		}
		mac.Write([]byte(h + "." + body))
		return h + "." + body + "." + b64(mac.Sum(nil))
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	stranger := forger{kid: f.kid, key: strange, header: f.header, claims: f.claims}
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": b64(strange.Public().(ed25519.PublicKey))}
	list := map[string]string{
		// No signature, or another kind of one.
		"alg none": segment(map[string]any{"alg": "none", "typ": "at+jwt", "kid": f.kid}) + "." +
			body + ".",
		"alg None": segment(map[string]any{"alg": "None", "typ": "at+jwt", "kid": f.kid}) + "." +
			body + ".",
		"alg NONE with a signature": segment(map[string]any{"alg": "NONE", "typ": "at+jwt", "kid": f.kid}) + "." +
			body + "." + strings.Split(good, ".")[2],
		"alg empty":                   f.with(map[string]any{"alg": ""}, nil),
		"alg missing":                 f.with(map[string]any{"alg": nil}, nil),
		"alg a number":                f.with(map[string]any{"alg": 7}, nil),
		"alg a list":                  f.with(map[string]any{"alg": []string{"EdDSA"}}, nil),
		"alg in small letters":        f.with(map[string]any{"alg": "eddsa"}, nil),
		"alg Ed448":                   f.with(map[string]any{"alg": "Ed448"}, nil),
		"HS256 with the public key":   hs(public, "HS256"),
		"HS256 with its text":         hs([]byte(b64(public)), "HS256"),
		"HS512 with the public key":   hs(public, "HS512"),
		"HS256 with an empty key":     hs(nil, "HS256"),
		"RS256":                       f.with(map[string]any{"alg": "RS256", "n": b64(rsaKey.N.Bytes())}, nil),
		"ES256":                       f.with(map[string]any{"alg": "ES256"}, nil),
		"PS512":                       f.with(map[string]any{"alg": "PS512"}, nil),
		"no signature":                head + "." + body + ".",
		"no third part":               head + "." + body,
		"four parts":                  good + ".x",
		"five parts, as if encrypted": head + "...." + body,
		"signature cut":               good[:len(good)-4],
		"signature with more":         good + "AA",
		"signature of another key":    stranger.with(nil, nil),
		"signature all zeros":         head + "." + body + "." + b64(make([]byte, 64)),
		"signature of another body": head + "." + segment(map[string]any{"sub": uuid.NewString()}) + "." +
			strings.Split(good, ".")[2],
		// Keys that the token brings along or names.
		"key in the header":         stranger.with(map[string]any{"jwk": jwk}, nil),
		"key at an address":         stranger.with(map[string]any{"jku": elsewhere + "/jwks.json"}, nil),
		"certificate at an address": stranger.with(map[string]any{"x5u": elsewhere + "/cert"}, nil),
		"certificate in the header": stranger.with(map[string]any{"x5c": []string{b64(make([]byte, 300))}}, nil),
		"kid unknown":               f.with(map[string]any{"kid": "00000000"}, nil),
		"kid missing":               f.with(map[string]any{"kid": nil}, nil),
		"kid empty":                 f.with(map[string]any{"kid": ""}, nil),
		"kid a path":                f.with(map[string]any{"kid": "../../keys.json"}, nil),
		"kid /dev/null":             hs(nil, "HS256"),
		"kid SQL":                   f.with(map[string]any{"kid": f.kid + "' OR '1'='1"}, nil),
		"kid an address":            stranger.with(map[string]any{"kid": elsewhere + "/key"}, nil),
		"kid with NUL":              f.with(map[string]any{"kid": f.kid + "\x00"}, nil),
		"kid a number":              f.with(map[string]any{"kid": 1}, nil),
		"kid a list":                f.with(map[string]any{"kid": []string{f.kid}}, nil),
		"critical extension":        stranger.with(map[string]any{"crit": []string{"exp"}}, nil),
		// Rightly signed, but no access token for us.
		"typ JWT":              f.with(map[string]any{"typ": "JWT"}, nil),
		"typ missing":          f.with(map[string]any{"typ": nil}, nil),
		"an ID token":          f.with(map[string]any{"typ": "JWT"}, map[string]any{"nonce": "n", "aud": "client"}),
		"a page token":         f.with(map[string]any{"typ": "page+jwt"}, nil),
		"issuer of another":    f.with(nil, map[string]any{"iss": "https://evil.example"}),
		"issuer missing":       f.with(nil, map[string]any{"iss": nil}),
		"issuer with a slash":  f.with(nil, map[string]any{"iss": "stoa/"}),
		"audience of another":  f.with(nil, map[string]any{"aud": "somebody-else"}),
		"audience missing":     f.with(nil, map[string]any{"aud": nil}),
		"audience empty":       f.with(nil, map[string]any{"aud": []string{}}),
		"subject no id":        f.with(nil, map[string]any{"sub": "admin"}),
		"subject missing":      f.with(nil, map[string]any{"sub": nil}),
		"expired a second ago": f.with(nil, map[string]any{"exp": now.Add(-time.Second).Unix()}),
		"expires now":          f.with(nil, map[string]any{"exp": now.Unix()}),
		"never expires":        f.with(nil, map[string]any{"exp": nil}),
		"expiry a text":        f.with(nil, map[string]any{"exp": "tomorrow"}),
		"expiry negative":      f.with(nil, map[string]any{"exp": -1}),
		"not valid yet":        f.with(nil, map[string]any{"nbf": now.Add(time.Hour).Unix()}),
		"issued in the future": f.with(nil, map[string]any{"iat": now.Add(time.Hour).Unix()}),
		"another institution":  f.with(nil, map[string]any{"tid": uuid.NewString()}),
		"institution missing":  f.with(nil, map[string]any{"tid": nil}),
		"institution zero":     f.with(nil, map[string]any{"tid": uuid.Nil.String()}),
		// Not a token at all.
		"empty":                 "",
		"a dot":                 ".",
		"two dots":              "..",
		"words":                 "let me in",
		"a refresh token":       b64(make([]byte, 52)),
		"header no JSON":        f.sign(b64([]byte("{")), body),
		"claims no JSON":        f.sign(head, b64([]byte("{\"sub\":"))),
		"claims a list":         f.sign(head, b64([]byte("[]"))),
		"claims null":           f.sign(head, b64([]byte("null"))),
		"a subject given twice": f.sign(head, b64([]byte(`{"sub":"`+uuid.NewString()+`","sub":"x"}`))),
		"padded base64":         f.sign(head+"=", body+"="),
		"standard base64":       f.sign(head, base64.StdEncoding.EncodeToString([]byte(`{"a":"??>>~~~~"}`))),
		"a line break inside":   head[:10] + "%0a" + head[10:] + "." + body + ".x",
		"a megabyte":            head + "." + strings.Repeat("A", 900_000) + "." + "x",
		"deep claims":           f.sign(head, b64([]byte(strings.Repeat("[", 1500)+strings.Repeat("]", 1500)))),
	}
	return list
}

// No forged token is believed on any route, none makes us ask somebody else, and all look alike from outside.
func TestForgedTokensAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	admin := h.Person("admin@example.org", "", viewer.Admin)
	c := h.SignIn("admin@example.org")
	var asked atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(elsewhere.Close)

	f := forgerOf(t, h, c.Token)
	unchanged := &apptest.Client{House: h, Token: f.with(nil, nil), Cookies: map[string]string{}}
	if r := unchanged.Do("GET", "/me", nil); r.Status != http.StatusOK || !strings.Contains(r.Body, admin.ID.String()) {
		t.Fatalf("the unchanged token must work, or this test shows nothing: %d %s", r.Status, r.Body)
	}
	list := forgeries(t, f, elsewhere.URL, h.Clock.Now())
	if len(list) < 60 {
		t.Fatalf("only %d forgeries", len(list))
	}
	before := apptest.Fingerprints(t, h)
	tried, operations := 0, 0
	eachOperation(func(op *huma.Operation) {
		if len(op.Security) == 0 {
			return
		}
		operations++
		path := op.Path
		for _, name := range parameters(op) {
			path = strings.ReplaceAll(path, "{"+name+"}", uuid.NewString())
		}
		for what, token := range list {
			if len(token) > 100_000 && operations > 1 {
				continue // refused by the server before any route; once is enough
			}
			r := (&apptest.Client{House: h, Token: token, Cookies: map[string]string{}}).Do(op.Method, path, nil)
			tried++
			ok := r.Status == http.StatusUnauthorized && (r.Problem() == "token" || r.Problem() == "unauthenticated")
			if len(token) > 100_000 {
				ok = ok || r.Status == http.StatusRequestHeaderFieldsTooLarge
			}
			if !ok {
				t.Errorf("%s: %s %s: %d %s", what, op.Method, op.Path, r.Status, r.Body)
			}
		}
	})
	if asked.Load() != 0 {
		t.Errorf("a token made us send %d requests elsewhere", asked.Load())
	}
	if after := apptest.Fingerprints(t, h); !maps.Equal(before, after) {
		t.Error("a forged token changed something")
	}
	t.Logf("%d forgeries × %d operations: %d requests", len(list), operations, tried)
}

// forgerOf takes a good token apart and reads the key that signed it.
func forgerOf(t *testing.T, h *apptest.House, token string) forger {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(h.Data, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Signing []struct{ Kid, Seed string }
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	newest := file.Signing[len(file.Signing)-1]
	seed, err := base64.RawStdEncoding.DecodeString(newest.Seed)
	if err != nil {
		t.Fatal(err)
	}
	f := forger{kid: newest.Kid, key: ed25519.NewKeyFromSeed(seed)}
	for i, into := range []*map[string]any{&f.header, &f.claims} {
		part, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(part, into); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// Keys are rotated under load in two processes; nobody is
// refused, and a key that is dropped ends its tokens everywhere.
func TestKeysRotateUnderLoad(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 2)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	path := filepath.Join(h.Data, "keys.json")
	c := h.SignIn("asha@example.org")
	until := time.Now().Add(3 * time.Second)
	done := make(chan error, 2)
	for server := range 2 {
		mine := h.SignIn("asha@example.org")
		go func() {
			for n := 0; time.Now().Before(until); n++ {
				mine.Server = (server + n) % 2
				method, address := "GET", "/me"
				if n%20 == 0 {
					method, address = "POST", "/auth/refresh"
				}
				if r, err := mine.Try(method, address, nil); err != nil || r.Status != http.StatusOK {
					done <- fmt.Errorf("%s %s in process %d: %d %s %w",
						method, address, mine.Server, r.Status, r.Body, err)
					return
				}
			}
			done <- nil
		}()
	}
	kids := map[string]bool{}
	for time.Now().Before(until) {
		kid, err := identity.RotateKeys(path, false)
		if err != nil {
			t.Fatal(err)
		}
		kids[kid] = true
		time.Sleep(250 * time.Millisecond)
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	h.WaitFor(func() bool { // the last rotation is heard within a second, or when the machine comes to it
		var set struct{ Keys []struct{ Kid string } }
		h.Client().Do("GET", "/.well-known/jwks.json", nil).JSON(t, &set)
		return len(set.Keys) >= len(kids)
	}, fmt.Sprintf("key published for each of %d rotations", len(kids)))
	if r := c.Do("GET", "/me", nil); r.Status != http.StatusOK {
		t.Fatalf("a token of the first key, still alive: %d", r.Status)
	}
	if _, err := identity.RotateKeys(path, true); err != nil {
		t.Fatal(err)
	}
	h.WaitFor(func() bool {
		refused := true
		for c.Server = range 2 {
			refused = refused && c.Do("GET", "/me", nil).Status == http.StatusUnauthorized
		}
		return refused
	}, "refusal of a token whose key was dropped")
	if r := c.Do("POST", "/auth/refresh", nil); r.Status != http.StatusOK {
		t.Errorf("the session must live on: %d %s", r.Status, r.Body)
	}
}
