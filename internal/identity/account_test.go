package identity_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
)

func TestRegistration(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	visitor := h.Client()
	who := map[string]string{"email": "Nila@Example.org", "name": "Nila Rao", "password": password}
	if r := visitor.Do("POST", "/auth/registrations", who); r.Status != http.StatusAccepted {
		t.Fatalf("register: %d %s", r.Status, r.Body)
	}
	signIn := map[string]string{"email": "nila@example.org", "password": password}
	if r := visitor.Do("POST", "/auth/sessions", signIn); r.Problem() != "email-unverified" {
		t.Errorf("before the address is confirmed: %d %s", r.Status, r.Body)
	}
	secret := h.Mailed("nila@example.org", "Confirm your e-mail address")

	var wg sync.WaitGroup
	results := make([]int, 50) // single use under a race
	for i := range results {
		wg.Go(func() {
			r, _ := h.Client().Try("POST", "/auth/email-confirmations", map[string]string{"token": secret})
			results[i] = r.Status
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
	if r := visitor.Do("POST", "/auth/sessions", signIn); r.Status != http.StatusCreated {
		t.Fatalf("sign in: %d %s", r.Status, r.Body)
	}
	var me struct {
		Standing    string
		Permissions []string
	}
	visitor.Do("GET", "/me", nil).JSON(t, &me)
	if me.Standing != "unverified" ||
		strings.Join(me.Permissions, " ") != "course.browse directory.read verification.ask" {
		t.Errorf("me = %+v", me)
	}

	t.Run("again says the same and tells the owner", func(t *testing.T) {
		if r := h.Client().Do("POST", "/auth/registrations", who); r.Status != http.StatusAccepted {
			t.Errorf("%d %s", r.Status, r.Body)
		}
		h.Mailed("nila@example.org", "You have an account already")
	})
	t.Run("verification", func(t *testing.T) {
		h.Person("staff@example.org", "", viewer.Staff)
		staff := h.SignIn("staff@example.org")
		r := visitor.Do("POST", "/me/verification", map[string]string{"statement": "BTech CSE 2018, roll 42"})
		if r.Status != http.StatusCreated {
			t.Fatalf("ask: %d %s", r.Status, r.Body)
		}
		var queue struct{ Items []struct{ ID, Name string } }
		staff.Do("GET", "/verifications", nil).JSON(t, &queue)
		if len(queue.Items) != 1 {
			t.Fatalf("queue = %+v", queue)
		}
		path := "/verifications/" + queue.Items[0].ID + "/decision"
		if r := staff.Do("PUT", path, map[string]string{
			"decision": "rejected",
		}); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("a rejection without reason: %d", r.Status)
		}
		if r := staff.Do("PUT", path, map[string]string{"decision": "verified"}); r.Status != http.StatusOK {
			t.Fatalf("decide: %d %s", r.Status, r.Body)
		}
		if r := staff.Do("PUT", path, map[string]string{"decision": "verified"}); r.Status != http.StatusConflict {
			t.Errorf("decided twice: %d", r.Status)
		}
		h.Mailed("nila@example.org", "You are verified")
		if r := visitor.Do("POST", "/auth/refresh", nil); r.Status != http.StatusOK ||
			!strings.Contains(r.Body, `"verified"`) {
			t.Errorf("renewed: %d %s", r.Status, r.Body)
		}
	})
}

func TestPasswordReset(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.SignIn("asha@example.org")
	for _, email := range []string{"asha@example.org", "nobody@example.org"} {
		r := h.Client().Do("POST", "/auth/password-resets", map[string]string{"email": email})
		if r.Status != http.StatusAccepted || r.Body != "" {
			t.Errorf("%s: %d %q", email, r.Status, r.Body)
		}
	}
	secret := h.Mailed("asha@example.org", "Choose a new password")
	reset := map[string]string{"token": secret, "password": "short"}
	if r := h.Client().Do("PUT", "/auth/password", reset); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("short password: %d", r.Status)
	}
	reset["password"] = "another quiet room"
	if r := h.Client().Do("PUT", "/auth/password", reset); r.Status != http.StatusNoContent {
		t.Fatalf("reset: %d %s", r.Status, r.Body)
	}
	if r := h.Client().Do("PUT", "/auth/password", reset); r.Status != http.StatusConflict {
		t.Errorf("the link worked twice: %d", r.Status)
	}
	if r := c.Do("GET", "/me", nil); r.Status != http.StatusUnauthorized {
		t.Errorf("the old session lives: %d", r.Status)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	one, two, three := h.SignIn("asha@example.org"), h.SignIn("asha@example.org"), h.SignIn("asha@example.org")
	type session struct {
		ID      string
		Current bool
	}
	var list struct{ Items []session }
	one.Do("GET", "/auth/sessions", nil).JSON(t, &list)
	if len(list.Items) != 3 || !slices.ContainsFunc(list.Items, func(s session) bool { return s.Current }) {
		t.Fatalf("sessions = %+v", list)
	}
	var mine struct{ Items []session }
	three.Do("GET", "/auth/sessions", nil).JSON(t, &mine)
	target := mine.Items[slices.IndexFunc(mine.Items, func(s session) bool { return s.Current })].ID
	if r := one.Do("DELETE", "/auth/sessions/"+target, nil); r.Status != http.StatusNoContent {
		t.Errorf("end: %d %s", r.Status, r.Body)
	}
	if r := three.Do("GET", "/me", nil); r.Status != http.StatusUnauthorized {
		t.Errorf("the ended session works: %d", r.Status)
	}
	if r := one.Do("DELETE", "/auth/sessions", nil); r.Body != "{\"ended\":1}\n" {
		t.Errorf("end others: %s", r.Body)
	}
	if r := two.Do("GET", "/me", nil); r.Status != http.StatusUnauthorized {
		t.Errorf("the other session works: %d", r.Status)
	}
	if r := one.Do("GET", "/me", nil); r.Status != http.StatusOK {
		t.Errorf("this session ended: %d", r.Status)
	}
}

// What would be guessed soon is refused, whatever it is made of; what would not is taken, whatever it is made of.
func TestPasswordsThatFallAtOnceAreRefused(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	register := func(chosen string) apptest.Reply {
		return h.Client().Do("POST", "/auth/registrations", map[string]string{
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
		if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "body.password") {
			t.Errorf("%s: %d %s", bad, r.Status, r.Body)
		}
	}
	for _, good := range []string{
		"a quiet reading room", "मेरी किताब नीली छत पर", strings.Repeat("मेरी किताब नीली छत पर ", 5), "xkV9wq2Lmt4d",
		strings.Repeat("long sentences are fine ", 8), "tea!monsoon!ledger",
	} {
		if r := register(good); r.Status != http.StatusAccepted {
			t.Errorf("%s: %d %s", good, r.Status, r.Body)
		}
	}
}

// A new password by mail opens nothing by itself where there is a second factor.
func TestAResetDoesNotSkipTheSecondFactor(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	apptest.AddPhone(t, h.SignIn("asha@example.org"))
	h.Client().Do("POST", "/auth/password-resets", map[string]string{"email": "asha@example.org"})
	reset := map[string]string{
		"token": h.Mailed("asha@example.org", "Choose a new password"), "password": "another quiet room",
	}
	if r := h.Client().Do("PUT", "/auth/password", reset); r.Status != http.StatusNoContent {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	c := h.Client()
	if r := c.Do("POST", "/auth/sessions", map[string]string{
		"email": "asha@example.org", "password": "another quiet room",
	}); r.Problem() != "second-factor" || c.Token != "" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

// Every answer says how a browser must treat it.
func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1, func(c *config.Config) { c.TrustProxy = true })
	for _, path := range []string{
		"/", "/sign-in", "/api/v1/institution", "/api/v1/nothing", "/api/v1/me", "/api/docs", "/api/openapi.json",
		"/healthz", "/films/x", "/photos/x", "/favicon.svg", "/demo/mail", "/.well-known/jwks.json",
	} {
		for _, scheme := range []string{"http", "https"} {
			req, _ := http.NewRequest("GET", h.Servers[0].URL+path, nil)
			req.Host = h.Host
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
		req, _ := http.NewRequest(method, h.Servers[0].URL+"/api/v1/me", nil)
		req.Host = h.Host
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
	h := apptest.OpenWorking(t)
	c := h.Client()
	c.Do("POST", "/auth/registrations", map[string]string{
		"email": "lena@example.org", "name": "Lena", "password": password,
	})
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c.Do("POST", "/auth/password-resets", map[string]string{"email": "asha@example.org"})
	for name, open := range map[string]struct {
		method, path string
		body         func(i int) map[string]string
	}{
		"confirm": {"POST", "/auth/email-confirmations", func() func(int) map[string]string {
			token := h.Mailed("lena@example.org", "Confirm your e-mail address")
			return func(int) map[string]string { return map[string]string{"token": token} }
		}()},
		"reset": {"PUT", "/auth/password", func() func(int) map[string]string {
			token := h.Mailed("asha@example.org", "Choose a new password")
			return func(i int) map[string]string {
				return map[string]string{"token": token, "password": fmt.Sprintf("another quiet room %d", i)}
			}
		}()},
	} {
		won := 0
		for _, status := range apptest.Race(50, func(i int) int {
			r, err := h.Client().Try(open.method, open.path, open.body(i))
			if err != nil {
				t.Error(err)
			}
			return r.Status
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
