package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
)

func jsonBody(raw []byte) io.Reader { return bytes.NewReader(raw) }

// mailed waits for a mail and returns the secret of its link.
func (h *house) mailed(to, subject string) string {
	h.t.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		for _, m := range h.mails(to) {
			if m.Subject != subject {
				continue
			}
			for _, line := range strings.Fields(m.Text) {
				if u, err := url.Parse(line); err == nil && u.Query().Get("token") != "" {
					return u.Query().Get("token")
				}
			}
			return m.Text
		}
	}
	h.t.Fatalf("no mail “%s” to %s", subject, to)
	return ""
}

func TestRegistration(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	visitor := h.client()
	who := map[string]string{"email": "Nila@Example.org", "name": "Nila Rao", "password": password}
	if r := visitor.do("POST", "/auth/registrations", who); r.status != http.StatusAccepted {
		t.Fatalf("register: %d %s", r.status, r.body)
	}
	signIn := map[string]string{"email": "nila@example.org", "password": password}
	if r := visitor.do("POST", "/auth/sessions", signIn); r.problem() != "email-unverified" {
		t.Errorf("before the address is confirmed: %d %s", r.status, r.body)
	}
	secret := h.mailed("nila@example.org", "Confirm your e-mail address")

	var wg sync.WaitGroup
	results := make([]int, 50) // single use under a race
	for i := range results {
		wg.Go(func() {
			r, _ := h.client().try("POST", "/auth/email-confirmations", map[string]string{"token": secret})
			results[i] = r.status
		})
	}
	wg.Wait()
	won := 0
	for _, status := range results {
		if status == http.StatusNoContent {
			won++
		}
	}
	if won != 1 {
		t.Errorf("the link worked %d times", won)
	}
	if r := visitor.do("POST", "/auth/sessions", signIn); r.status != http.StatusCreated {
		t.Fatalf("sign in: %d %s", r.status, r.body)
	}
	var me struct {
		Standing    string
		Permissions []string
	}
	visitor.do("GET", "/me", nil).json(t, &me)
	if me.Standing != "unverified" ||
		strings.Join(me.Permissions, " ") != "course.browse directory.read verification.ask" {
		t.Errorf("me = %+v", me)
	}

	t.Run("again says the same and tells the owner", func(t *testing.T) {
		if r := h.client().do("POST", "/auth/registrations", who); r.status != http.StatusAccepted {
			t.Errorf("%d %s", r.status, r.body)
		}
		h.mailed("nila@example.org", "You have an account already")
	})
	t.Run("verification", func(t *testing.T) {
		h.person("staff@example.org", "", viewer.Staff)
		staff := h.signIn("staff@example.org")
		r := visitor.do("POST", "/me/verification", map[string]string{"statement": "BTech CSE 2018, roll 42"})
		if r.status != http.StatusCreated {
			t.Fatalf("ask: %d %s", r.status, r.body)
		}
		var queue struct{ Items []struct{ ID, Name string } }
		staff.do("GET", "/verifications", nil).json(t, &queue)
		if len(queue.Items) != 1 {
			t.Fatalf("queue = %+v", queue)
		}
		path := "/verifications/" + queue.Items[0].ID + "/decision"
		if r := staff.do("PUT", path, map[string]string{
			"decision": "rejected",
		}); r.status != http.StatusUnprocessableEntity {
			t.Errorf("a rejection without reason: %d", r.status)
		}
		if r := staff.do("PUT", path, map[string]string{"decision": "verified"}); r.status != http.StatusOK {
			t.Fatalf("decide: %d %s", r.status, r.body)
		}
		if r := staff.do("PUT", path, map[string]string{"decision": "verified"}); r.status != http.StatusConflict {
			t.Errorf("decided twice: %d", r.status)
		}
		h.mailed("nila@example.org", "You are verified")
		if r := visitor.do("POST", "/auth/refresh", nil); r.status != http.StatusOK ||
			!strings.Contains(r.body, `"verified"`) {
			t.Errorf("renewed: %d %s", r.status, r.body)
		}
	})
}

func TestPasswordReset(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.signIn("asha@example.org")
	for _, email := range []string{"asha@example.org", "nobody@example.org"} {
		r := h.client().do("POST", "/auth/password-resets", map[string]string{"email": email})
		if r.status != http.StatusAccepted || r.body != "" {
			t.Errorf("%s: %d %q", email, r.status, r.body)
		}
	}
	secret := h.mailed("asha@example.org", "Choose a new password")
	reset := map[string]string{"token": secret, "password": "short"}
	if r := h.client().do("PUT", "/auth/password", reset); r.status != http.StatusUnprocessableEntity {
		t.Errorf("short password: %d", r.status)
	}
	reset["password"] = "another quiet room"
	if r := h.client().do("PUT", "/auth/password", reset); r.status != http.StatusNoContent {
		t.Fatalf("reset: %d %s", r.status, r.body)
	}
	if r := h.client().do("PUT", "/auth/password", reset); r.status != http.StatusConflict {
		t.Errorf("the link worked twice: %d", r.status)
	}
	if r := c.do("GET", "/me", nil); r.status != http.StatusUnauthorized {
		t.Errorf("the old session lives: %d", r.status)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	one, two, three := h.signIn("asha@example.org"), h.signIn("asha@example.org"), h.signIn("asha@example.org")
	type session struct {
		ID      string
		Current bool
	}
	var list struct{ Items []session }
	one.do("GET", "/auth/sessions", nil).json(t, &list)
	if len(list.Items) != 3 || !slices.ContainsFunc(list.Items, func(s session) bool { return s.Current }) {
		t.Fatalf("sessions = %+v", list)
	}
	var mine struct{ Items []session }
	three.do("GET", "/auth/sessions", nil).json(t, &mine)
	target := mine.Items[slices.IndexFunc(mine.Items, func(s session) bool { return s.Current })].ID
	if r := one.do("DELETE", "/auth/sessions/"+target, nil); r.status != http.StatusNoContent {
		t.Errorf("end: %d %s", r.status, r.body)
	}
	if r := three.do("GET", "/me", nil); r.status != http.StatusUnauthorized {
		t.Errorf("the ended session works: %d", r.status)
	}
	if r := one.do("DELETE", "/auth/sessions", nil); r.body != "{\"ended\":1}\n" {
		t.Errorf("end others: %s", r.body)
	}
	if r := two.do("GET", "/me", nil); r.status != http.StatusUnauthorized {
		t.Errorf("the other session works: %d", r.status)
	}
	if r := one.do("GET", "/me", nil); r.status != http.StatusOK {
		t.Errorf("this session ended: %d", r.status)
	}
}

// What would be guessed soon is refused, whatever it is made of; what would not is taken, whatever it is made of.
func TestPasswordsThatFallAtOnceAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	register := func(chosen string) reply {
		return h.client().do("POST", "/auth/registrations", map[string]string{
			"email": "nila.raman" + uuid.NewString()[:4] + "@example.org", "name": "Nila Raman", "password": chosen,
		})
	}
	for _, bad := range []string{
		"short", "password123", "1234567890", "qwertyuiop", "iloveyou123", "1q2w3e4r5t", "aaaaaaaaaaaaaaaaaaaa",
		"abababababababab", "9876543210", "letmein2024", "P@ssw0rd123", "basketball1", "nila.raman!",
		"Nila Raman", "nilaraman2018", "alumni2018", "stoastoastoa", "qazwsxedcrfv", "2018-06-01", "football2024",
		"welcome2stoa",
	} {
		r := register(bad)
		if r.status != http.StatusUnprocessableEntity || !strings.Contains(r.body, "body.password") {
			t.Errorf("%s: %d %s", bad, r.status, r.body)
		}
	}
	for _, good := range []string{
		"a quiet reading room", "मेरी किताब नीली छत पर", strings.Repeat("मेरी किताब नीली छत पर ", 5), "xkV9wq2Lmt4d",
		strings.Repeat("long sentences are fine ", 8), "tea!monsoon!ledger",
	} {
		if r := register(good); r.status != http.StatusAccepted {
			t.Errorf("%s: %d %s", good, r.status, r.body)
		}
	}
}

// A new password by mail opens nothing by itself where there is a second factor.
func TestAResetDoesNotSkipTheSecondFactor(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	addPhone(t, h.signIn("asha@example.org"))
	h.client().do("POST", "/auth/password-resets", map[string]string{"email": "asha@example.org"})
	reset := map[string]string{
		"token": h.mailed("asha@example.org", "Choose a new password"), "password": "another quiet room",
	}
	if r := h.client().do("PUT", "/auth/password", reset); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	c := h.client()
	if r := c.do("POST", "/auth/sessions", map[string]string{
		"email": "asha@example.org", "password": "another quiet room",
	}); r.problem() != "second-factor" || c.token != "" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// Every answer says how a browser must treat it.
func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	t.Parallel()
	h := open(t, 1, func(c *config.Config) { c.TrustProxy = true })
	for _, path := range []string{
		"/", "/sign-in", "/api/v1/institution", "/api/v1/nothing", "/api/v1/me", "/api/docs", "/api/openapi.json",
		"/healthz", "/films/x", "/photos/x", "/favicon.svg", "/demo/mail", "/.well-known/jwks.json",
	} {
		for _, scheme := range []string{"http", "https"} {
			req, _ := http.NewRequest("GET", h.servers[0].URL+path, nil)
			req.Host = h.host
			req.Header.Set("X-Forwarded-Proto", scheme)
			answer, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			policy := answer.Header.Get("Content-Security-Policy")
			if answer.Header.Get("X-Content-Type-Options") != "nosniff" ||
				answer.Header.Get("Referrer-Policy") == "" ||
				!strings.Contains(policy, "frame-ancestors 'none'") ||
				!strings.Contains(policy, "base-uri 'none'") ||
				strings.Contains(policy, "unsafe-eval") ||
				answer.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" ||
				answer.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: %v", path, answer.Header)
			}
			if (answer.Header.Get("Strict-Transport-Security") != "") != (scheme == "https") {
				t.Errorf("%s over %s: %v", path, scheme, answer.Header)
			}
		}
	}
	for _, method := range []string{"TRACE", "CONNECT", "OPTIONS", "PROPFIND"} {
		req, _ := http.NewRequest(method, h.servers[0].URL+"/api/v1/me", nil)
		req.Host = h.host
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode < 400 {
			t.Errorf("%s: %d", method, answer.StatusCode)
		}
	}
}

// A mailed link that fifty open at once works for one of them.
func TestLinksWorkOnceUnderARace(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	c := h.client()
	c.do("POST", "/auth/registrations", map[string]string{
		"email": "lena@example.org", "name": "Lena", "password": password,
	})
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c.do("POST", "/auth/password-resets", map[string]string{"email": "asha@example.org"})
	for name, open := range map[string]struct {
		method, path string
		body         func(i int) map[string]string
	}{
		"confirm": {"POST", "/auth/email-confirmations", func() func(int) map[string]string {
			token := h.mailed("lena@example.org", "Confirm your e-mail address")
			return func(int) map[string]string { return map[string]string{"token": token} }
		}()},
		"reset": {"PUT", "/auth/password", func() func(int) map[string]string {
			token := h.mailed("asha@example.org", "Choose a new password")
			return func(i int) map[string]string {
				return map[string]string{"token": token, "password": fmt.Sprintf("another quiet room %d", i)}
			}
		}()},
	} {
		won := 0
		for _, status := range race(50, func(i int) int {
			r, err := h.client().try(open.method, open.path, open.body(i))
			if err != nil {
				t.Error(err)
			}
			return r.status
		}) {
			switch status {
			case http.StatusNoContent:
				won++
			case http.StatusConflict:
			default:
				t.Errorf("%s: %d", name, status)
			}
		}
		if won != 1 {
			t.Errorf("%s worked %d times", name, won)
		}
	}
}
