package identity_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
)

func TestAnAuthenticatorAppIsASecondFactor(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c, other := h.SignIn("asha@example.org"), h.SignIn("asha@example.org")
	p, codes := apptest.AddPhone(t, c)
	if len(codes) != 10 {
		t.Fatalf("recovery codes: %v", codes)
	}
	if r := other.Do("GET", "/me", nil); r.Status != http.StatusUnauthorized {
		t.Errorf("a session from before lives on: %d", r.Status)
	}
	used := p.Code(t)
	h.Clock.Advance(time.Minute)
	again, begun := h.HalfIn(t, "asha@example.org")
	if !slices.Contains(begun.Factors, "totp") || slices.Contains(begun.Factors, "passkey") {
		t.Errorf("factors: %v", begun.Factors)
	}
	second := func(c *apptest.Client, challenge, code string) apptest.Reply {
		return c.Do("POST", "/auth/second-factors", map[string]string{"challenge": challenge, "code": code})
	}
	for _, wrong := range []string{used, "000000", "ABCD-EFGH-IJKL", "1"} {
		if r := second(again, begun.Challenge, wrong); r.Status != http.StatusUnauthorized || r.Problem() != "code" {
			t.Errorf("code %q: %d %s", wrong, r.Status, r.Body)
		}
	}
	code := p.Code(t)
	if r := second(again, begun.Challenge, code); r.Status != http.StatusCreated || again.Token == "" {
		t.Fatalf("right code: %d %s", r.Status, r.Body)
	}
	if r := second(h.Client(), begun.Challenge, codes[0]); r.Problem() != "challenge" {
		t.Errorf("a challenge counts twice: %d %s", r.Status, r.Body)
	}
	_, replay := h.HalfIn(t, "asha@example.org")
	if r := second(h.Client(), replay.Challenge, code); r.Problem() != "code" {
		t.Errorf("a code counts twice: %d %s", r.Status, r.Body)
	}
	if r := second(h.Client(), replay.Challenge, strings.ToLower(codes[0])); r.Status != http.StatusCreated {
		t.Errorf("recovery code: %d %s", r.Status, r.Body)
	}
	_, third := h.HalfIn(t, "asha@example.org")
	if r := second(h.Client(), third.Challenge, codes[0]); r.Problem() != "code" {
		t.Errorf("a recovery code counts twice: %d %s", r.Status, r.Body)
	}
	h.Clock.Advance(6 * time.Minute)
	if r := second(h.Client(), third.Challenge, p.Code(t)); r.Problem() != "challenge" {
		t.Errorf("an old challenge: %d %s", r.Status, r.Body)
	}
	if r := second(h.Client(), uuid.NewString(), p.Code(t)); r.Problem() != "challenge" {
		t.Errorf("an invented challenge: %d %s", r.Status, r.Body)
	}
	h.Clock.Advance(5 * time.Minute)
	var list struct {
		Items         []struct{ ID string }
		RecoveryCodes int `json:"recovery_codes"`
	}
	again.Do("POST", "/auth/refresh", nil)
	again.Do("GET", "/me/factors", nil).JSON(t, &list)
	if len(list.Items) != 1 || list.RecoveryCodes != 9 {
		t.Errorf("%+v", list)
	}
	removal := "/me/factors/" + list.Items[0].ID + "/removal"
	if r := again.Do("POST", removal, map[string]string{}); r.Problem() != "prove-yourself" {
		t.Errorf("removed without proof: %d %s", r.Status, r.Body)
	}
	r := again.Do("POST", removal, map[string]string{"current_password": "not it"})
	if r.Status != http.StatusUnprocessableEntity {
		t.Errorf("removed with a wrong password: %d %s", r.Status, r.Body)
	}
	if r := again.Do("POST", removal, map[string]string{
		"current_password": password,
	}); r.Status != http.StatusNoContent {
		t.Errorf("remove: %d %s", r.Status, r.Body)
	}
	last := h.SignIn("asha@example.org") // one factor is enough again
	var activity struct{ Items []struct{ Verb string } }
	last.Do("GET", "/me/activity", nil).JSON(t, &activity)
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
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	p, _ := apptest.AddPhone(t, h.SignIn("asha@example.org"))
	h.Clock.Advance(time.Minute)
	var challenges []string
	for range 4 {
		_, begun := h.HalfIn(t, "asha@example.org")
		challenges = append(challenges, begun.Challenge)
	}
	code := p.Code(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for _, challenge := range challenges {
		wg.Go(func() {
			r := h.Client().Do("POST", "/auth/second-factors", map[string]string{"challenge": challenge, "code": code})
			if r.Status == http.StatusCreated {
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
	_, begun := h.HalfIn(t, "asha@example.org")
	for range 8 {
		r := h.Client().Do("POST", "/auth/second-factors", map[string]string{
			"challenge": begun.Challenge, "code": "000000",
		})
		held = held || r.Status == http.StatusTooManyRequests
	}
	if !held {
		t.Error("eight wrong codes in a row were all looked at")
	}
}

func TestPasskeys(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	asha := h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.SignIn("asha@example.org")
	k := apptest.NewKey(h, asha.ID)
	if r := apptest.AddKey(t, c, k); r.Status != http.StatusCreated || !strings.Contains(r.Body, "recovery_codes") {
		t.Fatalf("add: %d %s", r.Status, r.Body)
	}
	if r := apptest.AddKey(t, c, k); r.Status != http.StatusConflict {
		t.Errorf("the same key again: %d %s", r.Status, r.Body)
	}
	// With the password.
	second, begun := h.HalfIn(t, "asha@example.org")
	answer := map[string]any{"challenge": begun.Challenge, "credential": k.Use(t, begun.Passkey)}
	if r := second.Do("POST", "/auth/second-factors", answer); r.Status != http.StatusCreated {
		t.Fatalf("second factor: %d %s", r.Status, r.Body)
	}
	if r := h.Client().Do("POST", "/auth/second-factors", answer); r.Problem() != "challenge" {
		t.Errorf("replayed: %d %s", r.Status, r.Body)
	}
	// Alone.
	alone := h.Client()
	ask := func() (begun apptest.Ceremony) {
		h.Client().Do("POST", "/auth/passkey-challenges", map[string]any{}).JSON(t, &begun)
		return begun
	}
	one := ask()
	answer = map[string]any{"challenge": one.Challenge, "credential": k.Use(t, one.Options)}
	r := alone.Do("POST", "/auth/passkeys", answer)
	if r.Status != http.StatusCreated || !strings.Contains(r.Body, asha.ID.String()) {
		t.Fatalf("passkey alone: %d %s", r.Status, r.Body)
	}
	if r := h.Client().Do("POST", "/auth/passkeys", answer); r.Problem() != "challenge" {
		t.Errorf("replayed: %d %s", r.Status, r.Body)
	}
	k.RP.Origin = "https://" + h.Host
	h.Host += ":443" // as some proxies write it, and no browser
	one = ask()
	answer = map[string]any{"challenge": one.Challenge, "credential": k.Use(t, one.Options)}
	if r := h.Client().Do("POST", "/auth/passkeys", answer); r.Status != http.StatusCreated {
		t.Errorf("behind a proxy that names the port: %d %s", r.Status, r.Body)
	}
	h.Host = strings.TrimSuffix(h.Host, ":443")
	k.RP.Origin = "http://" + h.Host
	refused := func(what string, k *apptest.Key) {
		t.Helper()
		begun := ask()
		if r := h.Client().Do("POST", "/auth/passkeys", map[string]any{
			"challenge": begun.Challenge, "credential": k.Use(t, begun.Options),
		}); r.Status != http.StatusUnauthorized || r.Problem() != "passkey" {
			t.Errorf("%s: %d %s", what, r.Status, r.Body)
		}
	}
	refused("a key of nobody", apptest.NewKey(h, asha.ID))
	elsewhere := *k
	elsewhere.RP.Origin = "http://evil.example"
	refused("an answer made at another address", &elsewhere)
	elsewhere = *k
	elsewhere.RP.ID = "evil.example"
	refused("an answer for another institution", &elsewhere)
	untouched := *k
	untouched.Authenticator = virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{
		UserHandle: asha.ID[:], UserNotVerified: true,
	})
	refused("nobody unlocked the key", &untouched)
	copied := *k
	copied.Credential.Counter = 0
	refused("a copy of the key, whose counter is behind", &copied)
	two := ask()
	stale := k.Use(t, one.Options)
	if r := h.Client().Do("POST", "/auth/passkeys", map[string]any{
		"challenge": two.Challenge, "credential": stale,
	}); r.Problem() != "passkey" {
		t.Errorf("the answer to another challenge: %d %s", r.Status, r.Body)
	}
	for _, broken := range []any{
		map[string]any{},
		map[string]any{"id": "x", "type": "public-key", "response": map[string]any{"clientDataJSON": "!"}},
	} {
		r := h.Client().Do("POST", "/auth/passkeys", map[string]any{"challenge": ask().Challenge, "credential": broken})
		if r.Status != http.StatusUnprocessableEntity {
			t.Errorf("broken answer: %d %s", r.Status, r.Body)
		}
	}
}

// Where the institution asks it, staff have their rights only with
// a second factor: without, they can set one up and nothing else.
func TestPrivilegedRolesNeedASecondFactor(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 2)
	h.Person("admin@example.org", "", viewer.Admin)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	admin := h.SignIn("admin@example.org")
	r := admin.Do("PUT", "/institution/second-factor", map[string]string{"second_factor": "privileged"})
	if r.Status != http.StatusOK {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	weak := h.SignIn("admin@example.org")
	var account struct {
		Roles       []string
		Permissions []string
		Needed      bool `json:"second_factor_needed"`
	}
	weak.Do("GET", "/me", nil).JSON(t, &account)
	if !account.Needed || len(account.Roles) > 0 || len(account.Permissions) > 0 {
		t.Errorf("without a second factor: %+v", account)
	}
	if r := weak.Do("GET", "/audit/entries", nil); r.Status != http.StatusForbidden {
		t.Errorf("audit log: %d", r.Status)
	}
	apptest.AddPhone(t, weak)
	if r := weak.Do("POST", "/auth/refresh", nil); r.Status != http.StatusOK {
		t.Fatalf("renew: %d %s", r.Status, r.Body)
	}
	if r := weak.Do("GET", "/audit/entries", nil); r.Status != http.StatusOK {
		t.Errorf("with a second factor: %d %s", r.Status, r.Body)
	}
	weak.Do("GET", "/me", nil).JSON(t, &account)
	if account.Needed || !slices.Contains(account.Roles, "admin") {
		t.Errorf("with a second factor: %+v", account)
	}
	if r := h.SignIn("asha@example.org").Do("GET", "/directory", nil); r.Status != http.StatusOK {
		t.Errorf("others are not asked: %d", r.Status)
	}
}
