package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"stoa/internal/base/viewer"
)

// phone is somebody's phone with an authenticator app.
type phone struct {
	h      *house
	secret string
}

func (p phone) code(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(p.secret, p.h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// addPhone sets an app up and returns the recovery codes that came with it.
func addPhone(t *testing.T, c *client) (phone, []string) {
	t.Helper()
	var begun struct{ ID, Secret, Address, Picture string }
	c.do("POST", "/me/factors/apps", map[string]string{"name": "Phone"}).json(t, &begun)
	if !strings.HasPrefix(begun.Address, "otpauth://totp/") ||
		!strings.HasPrefix(begun.Picture, "data:image/png;base64,") {
		t.Fatalf("%+v", begun)
	}
	p := phone{c.h, begun.Secret}
	r := c.do("PUT", "/me/factors/"+begun.ID+"/confirmation", map[string]string{"code": p.code(t)})
	if r.status != http.StatusOK {
		t.Fatalf("confirm: %d %s", r.status, r.body)
	}
	var added struct {
		Codes []string `json:"recovery_codes"`
	}
	r.json(t, &added)
	return p, added.Codes
}

// half is a sign-in whose password was right.
type half struct {
	Challenge string
	Factors   []string
	Passkey   json.RawMessage
}

func (h *house) halfIn(t *testing.T, email string) (*client, half) {
	t.Helper()
	c := h.client()
	r := c.do("POST", "/auth/sessions", map[string]string{"email": email, "password": password})
	if r.status != http.StatusUnauthorized || r.problem() != "second-factor" || c.token != "" || len(c.cookies) > 0 {
		t.Fatalf("a password alone must not be enough: %d %s", r.status, r.body)
	}
	var problem struct{ Details half }
	r.json(t, &problem)
	return c, problem.Details
}

func TestAnAuthenticatorAppIsASecondFactor(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c, other := h.signIn("asha@example.org"), h.signIn("asha@example.org")
	p, codes := addPhone(t, c)
	if len(codes) != 10 {
		t.Fatalf("recovery codes: %v", codes)
	}
	if r := other.do("GET", "/me", nil); r.status != http.StatusUnauthorized {
		t.Errorf("a session from before lives on: %d", r.status)
	}
	used := p.code(t)
	h.clock.Advance(time.Minute)
	again, begun := h.halfIn(t, "asha@example.org")
	if !slices.Contains(begun.Factors, "totp") || slices.Contains(begun.Factors, "passkey") {
		t.Errorf("factors: %v", begun.Factors)
	}
	second := func(c *client, challenge, code string) reply {
		return c.do("POST", "/auth/second-factors", map[string]string{"challenge": challenge, "code": code})
	}
	for _, wrong := range []string{used, "000000", "ABCD-EFGH-IJKL", "1"} {
		if r := second(again, begun.Challenge, wrong); r.status != http.StatusUnauthorized || r.problem() != "code" {
			t.Errorf("code %q: %d %s", wrong, r.status, r.body)
		}
	}
	code := p.code(t)
	if r := second(again, begun.Challenge, code); r.status != http.StatusCreated || again.token == "" {
		t.Fatalf("right code: %d %s", r.status, r.body)
	}
	if r := second(h.client(), begun.Challenge, codes[0]); r.problem() != "challenge" {
		t.Errorf("a challenge counts twice: %d %s", r.status, r.body)
	}
	_, replay := h.halfIn(t, "asha@example.org")
	if r := second(h.client(), replay.Challenge, code); r.problem() != "code" {
		t.Errorf("a code counts twice: %d %s", r.status, r.body)
	}
	if r := second(h.client(), replay.Challenge, strings.ToLower(codes[0])); r.status != http.StatusCreated {
		t.Errorf("recovery code: %d %s", r.status, r.body)
	}
	_, third := h.halfIn(t, "asha@example.org")
	if r := second(h.client(), third.Challenge, codes[0]); r.problem() != "code" {
		t.Errorf("a recovery code counts twice: %d %s", r.status, r.body)
	}
	h.clock.Advance(6 * time.Minute)
	if r := second(h.client(), third.Challenge, p.code(t)); r.problem() != "challenge" {
		t.Errorf("an old challenge: %d %s", r.status, r.body)
	}
	if r := second(h.client(), uuid.NewString(), p.code(t)); r.problem() != "challenge" {
		t.Errorf("an invented challenge: %d %s", r.status, r.body)
	}
	h.clock.Advance(5 * time.Minute)
	var list struct {
		Items         []struct{ ID string }
		RecoveryCodes int `json:"recovery_codes"`
	}
	again.do("POST", "/auth/refresh", nil)
	again.do("GET", "/me/factors", nil).json(t, &list)
	if len(list.Items) != 1 || list.RecoveryCodes != 9 {
		t.Errorf("%+v", list)
	}
	removal := "/me/factors/" + list.Items[0].ID + "/removal"
	if r := again.do("POST", removal, map[string]string{}); r.problem() != "prove-yourself" {
		t.Errorf("removed without proof: %d %s", r.status, r.body)
	}
	r := again.do("POST", removal, map[string]string{"current_password": "not it"})
	if r.status != http.StatusUnprocessableEntity {
		t.Errorf("removed with a wrong password: %d %s", r.status, r.body)
	}
	if r := again.do("POST", removal, map[string]string{
		"current_password": password,
	}); r.status != http.StatusNoContent {
		t.Errorf("remove: %d %s", r.status, r.body)
	}
	last := h.signIn("asha@example.org") // one factor is enough again
	var activity struct{ Items []struct{ Verb string } }
	last.do("GET", "/me/activity", nil).json(t, &activity)
	var verbs []string
	for _, a := range activity.Items {
		verbs = append(verbs, a.Verb)
	}
	if strings.Join(verbs, " ") != "session.open factor.remove session.open recovery-code.use session.open "+
		"factor.add session.end session.open session.open" {
		t.Errorf("what happened, newest first: %v", verbs)
	}
}

// A million codes are few: guessing them is held like guessing
// passwords, and a code is taken once however many send it at once.
func TestCodesCannotBeGuessedNorUsedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	p, _ := addPhone(t, h.signIn("asha@example.org"))
	h.clock.Advance(time.Minute)
	var challenges []string
	for range 4 {
		_, begun := h.halfIn(t, "asha@example.org")
		challenges = append(challenges, begun.Challenge)
	}
	code := p.code(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for _, challenge := range challenges {
		wg.Go(func() {
			r := h.client().do("POST", "/auth/second-factors", map[string]string{"challenge": challenge, "code": code})
			if r.status == http.StatusCreated {
				mu.Lock()
				in++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if in != 1 {
		t.Errorf("one code opened %d sessions", in)
	}
	held := false
	_, begun := h.halfIn(t, "asha@example.org")
	for range 8 {
		r := h.client().do("POST", "/auth/second-factors", map[string]string{
			"challenge": begun.Challenge, "code": "000000",
		})
		held = held || r.status == http.StatusTooManyRequests
	}
	if !held {
		t.Error("eight wrong codes in a row were all looked at")
	}
}

// key is a passkey in somebody's hand.
type key struct {
	rp            virtualwebauthn.RelyingParty
	authenticator virtualwebauthn.Authenticator
	credential    virtualwebauthn.Credential
}

func newKey(h *house, person uuid.UUID) *key {
	k := &key{
		rp: virtualwebauthn.RelyingParty{ID: h.host, Name: "Test Institute", Origin: "http://" + h.host},
		authenticator: virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{
			UserHandle: person[:],
		}),
		credential: virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2),
	}
	k.authenticator.AddCredential(k.credential)
	return k
}

// make answers a creation's options as a browser does.
func (k *key) make(t *testing.T, options json.RawMessage) json.RawMessage {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(virtualwebauthn.CreateAttestationResponse(k.rp, k.authenticator, k.credential, *parsed))
}

func (k *key) use(t *testing.T, options json.RawMessage) json.RawMessage {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	k.credential.Counter++
	return json.RawMessage(virtualwebauthn.CreateAssertionResponse(k.rp, k.authenticator, k.credential, *parsed))
}

type ceremony struct {
	Challenge string
	Options   json.RawMessage
}

func addKey(t *testing.T, c *client, k *key) reply {
	t.Helper()
	var begun ceremony
	c.do("POST", "/me/factors/passkey-challenges", map[string]string{"name": "Laptop"}).json(t, &begun)
	return c.do("POST", "/me/factors/passkeys", map[string]any{
		"challenge": begun.Challenge, "credential": k.make(t, begun.Options),
	})
}

func TestPasskeys(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	asha := h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.signIn("asha@example.org")
	k := newKey(h, asha.ID)
	if r := addKey(t, c, k); r.status != http.StatusCreated || !strings.Contains(r.body, "recovery_codes") {
		t.Fatalf("add: %d %s", r.status, r.body)
	}
	if r := addKey(t, c, k); r.status != http.StatusConflict {
		t.Errorf("the same key again: %d %s", r.status, r.body)
	}
	// With the password.
	second, begun := h.halfIn(t, "asha@example.org")
	answer := map[string]any{"challenge": begun.Challenge, "credential": k.use(t, begun.Passkey)}
	if r := second.do("POST", "/auth/second-factors", answer); r.status != http.StatusCreated {
		t.Fatalf("second factor: %d %s", r.status, r.body)
	}
	if r := h.client().do("POST", "/auth/second-factors", answer); r.problem() != "challenge" {
		t.Errorf("replayed: %d %s", r.status, r.body)
	}
	// Alone.
	alone := h.client()
	ask := func() (begun ceremony) {
		h.client().do("POST", "/auth/passkey-challenges", map[string]any{}).json(t, &begun)
		return begun
	}
	one := ask()
	answer = map[string]any{"challenge": one.Challenge, "credential": k.use(t, one.Options)}
	r := alone.do("POST", "/auth/passkeys", answer)
	if r.status != http.StatusCreated || !strings.Contains(r.body, asha.ID.String()) {
		t.Fatalf("passkey alone: %d %s", r.status, r.body)
	}
	if r := h.client().do("POST", "/auth/passkeys", answer); r.problem() != "challenge" {
		t.Errorf("replayed: %d %s", r.status, r.body)
	}
	k.rp.Origin = "https://" + h.host
	h.host += ":443" // as some proxies write it, and no browser
	one = ask()
	answer = map[string]any{"challenge": one.Challenge, "credential": k.use(t, one.Options)}
	if r := h.client().do("POST", "/auth/passkeys", answer); r.status != http.StatusCreated {
		t.Errorf("behind a proxy that names the port: %d %s", r.status, r.body)
	}
	h.host = strings.TrimSuffix(h.host, ":443")
	k.rp.Origin = "http://" + h.host
	refused := func(what string, k *key) {
		t.Helper()
		begun := ask()
		if r := h.client().do("POST", "/auth/passkeys", map[string]any{
			"challenge": begun.Challenge, "credential": k.use(t, begun.Options),
		}); r.status != http.StatusUnauthorized || r.problem() != "passkey" {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	refused("a key of nobody", newKey(h, asha.ID))
	elsewhere := *k
	elsewhere.rp.Origin = "http://evil.example"
	refused("an answer made at another address", &elsewhere)
	elsewhere = *k
	elsewhere.rp.ID = "evil.example"
	refused("an answer for another institution", &elsewhere)
	untouched := *k
	untouched.authenticator = virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{
		UserHandle: asha.ID[:], UserNotVerified: true,
	})
	refused("nobody unlocked the key", &untouched)
	copied := *k
	copied.credential.Counter = 0
	refused("a copy of the key, whose counter is behind", &copied)
	two := ask()
	stale := k.use(t, one.Options)
	if r := h.client().do("POST", "/auth/passkeys", map[string]any{
		"challenge": two.Challenge, "credential": stale,
	}); r.problem() != "passkey" {
		t.Errorf("the answer to another challenge: %d %s", r.status, r.body)
	}
	for _, broken := range []any{
		map[string]any{},
		map[string]any{"id": "x", "type": "public-key", "response": map[string]any{"clientDataJSON": "!"}},
	} {
		r := h.client().do("POST", "/auth/passkeys", map[string]any{"challenge": ask().Challenge, "credential": broken})
		if r.status != http.StatusUnprocessableEntity {
			t.Errorf("broken answer: %d %s", r.status, r.body)
		}
	}
}

// Where the institution asks it, staff have their rights only with
// a second factor: without, they can set one up and nothing else.
func TestPrivilegedRolesNeedASecondFactor(t *testing.T) {
	t.Parallel()
	h := open(t, 2)
	h.person("admin@example.org", "", viewer.Admin)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	admin := h.signIn("admin@example.org")
	r := admin.do("PUT", "/institution/second-factor", map[string]string{"second_factor": "privileged"})
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	weak := h.signIn("admin@example.org")
	var account struct {
		Roles       []string
		Permissions []string
		Needed      bool `json:"second_factor_needed"`
	}
	weak.do("GET", "/me", nil).json(t, &account)
	if !account.Needed || len(account.Roles) > 0 || len(account.Permissions) > 0 {
		t.Errorf("without a second factor: %+v", account)
	}
	if r := weak.do("GET", "/audit/entries", nil); r.status != http.StatusForbidden {
		t.Errorf("audit log: %d", r.status)
	}
	addPhone(t, weak)
	if r := weak.do("POST", "/auth/refresh", nil); r.status != http.StatusOK {
		t.Fatalf("renew: %d %s", r.status, r.body)
	}
	if r := weak.do("GET", "/audit/entries", nil); r.status != http.StatusOK {
		t.Errorf("with a second factor: %d %s", r.status, r.body)
	}
	weak.do("GET", "/me", nil).json(t, &account)
	if account.Needed || !slices.Contains(account.Roles, "admin") {
		t.Errorf("with a second factor: %+v", account)
	}
	if r := h.signIn("asha@example.org").do("GET", "/directory", nil); r.status != http.StatusOK {
		t.Errorf("others are not asked: %d", r.status)
	}
}
