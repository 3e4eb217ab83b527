package app_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
)

func try(h *house, ctx viewer.Viewer, email, word, device string) error {
	_, err := h.apps[0].Identity.SignIn(viewer.With(h.ctx, ctx), email, word, device)
	return err
}

// Ten thousand guesses at one account over two days, each from another network: few are looked at. The
// owner signs in from the browser they use, all the while; from a new one they wait like everybody.
func TestGuessingAnAccountIsSlow(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	owner := h.signIn("asha@example.org")
	looked := 0
	for n := range 10_000 {
		h.clock.Advance(48 * time.Hour / 10_000)
		from := viewer.Viewer{Tenant: h.tenant, Address: fmt.Sprintf("10.%d.%d.7", n/250, n%250)}
		switch p := problemKind(try(h, from, "asha@example.org", "a wrong guess "+strconv.Itoa(n), "")); p {
		case "credentials":
			looked++
		case "too-many-attempts":
		default:
			t.Fatalf("guess %d: %s", n, p)
		}
		if n%2500 == 2499 {
			mine := owner.fork()
			r := mine.do("POST", "/auth/sessions", map[string]string{"email": "asha@example.org", "password": password})
			if r.status != http.StatusCreated {
				t.Fatalf("the owner on their own browser after %d guesses: %d %s", n, r.status, r.body)
			}
		}
	}
	t.Logf("%d of 10,000 guesses were looked at", looked)
	if looked < 10 || looked > 260 {
		t.Errorf("%d guesses in two days", looked)
	}
	r := h.client().do("POST", "/auth/sessions", map[string]string{"email": "asha@example.org", "password": password})
	wait, err := strconv.Atoi(r.header.Get("Retry-After"))
	if r.status != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 900 {
		t.Errorf("a new browser: %d, Retry-After %q", r.status, r.header.Get("Retry-After"))
	}
	h.clock.Advance(15*time.Minute + time.Second)
	if r := h.client().do("POST", "/auth/sessions", map[string]string{
		"email": "asha@example.org", "password": password,
	}); r.status != http.StatusCreated {
		t.Errorf("after the wait: %d %s", r.status, r.body)
	}
}

func problemKind(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(httpapi.ProblemOf(context.Background(), err).Type, "/problems/")
}

// Many guesses at the same moment are counted one by one.
func TestGuessesAtOnceDoNotSlipThrough(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	var looked atomic.Int32
	var all sync.WaitGroup
	for n := range 60 {
		all.Go(func() {
			from := viewer.Viewer{Tenant: h.tenant, Address: fmt.Sprintf("10.9.%d.1", n)}
			if problemKind(try(h, from, "asha@example.org", "a wrong guess", "")) == "credentials" {
				looked.Add(1)
			}
		})
	}
	all.Wait()
	if looked.Load() > 6 {
		t.Errorf("%d of 60 at once were looked at", looked.Load())
	}
}

// One account may sign in from many programs at once: right passwords are not held against it.
func TestRightPasswordsAtOnceAllGetIn(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			r, err := h.client().try("POST", "/auth/sessions", map[string]string{
				"email": "asha@example.org", "password": password,
			})
			if err != nil || r.status != http.StatusCreated {
				t.Errorf("%d %s %v", r.status, r.body, err)
			}
		})
	}
	all.Wait()
}

// One network that tries a common password on every account is held; others are not, and a known browser in it is not.
func TestANetworkThatGuessesIsHeld(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	bad := viewer.Viewer{Tenant: h.tenant, Address: "203.0.113.9"}
	looked := 0
	for n := range 80 {
		h.clock.Advance(10 * time.Millisecond)
		if problemKind(try(h, bad, fmt.Sprintf("p%d@example.org", n), "Password123", "")) == "credentials" {
			looked++
		}
	}
	if looked < 45 || looked > 55 {
		t.Errorf("%d accounts were tried", looked)
	}
	neighbour := viewer.Viewer{Tenant: h.tenant, Address: "203.0.113.200"}
	if kind := problemKind(try(h, neighbour, "asha@example.org", password, "")); kind != "too-many-attempts" {
		t.Errorf("the same network, right password: %q", kind)
	}
	err := try(h, viewer.Viewer{Tenant: h.tenant, Address: "198.51.100.1"}, "asha@example.org", password, "")
	if err != nil {
		t.Errorf("another network: %v", err)
	}
	if c := h.signIn("asha@example.org"); c.token == "" {
		t.Error("another network over HTTP")
	}
}

// Wrong guesses at accounts that exist and at those that do not are told and held alike.
func TestHoldsDoNotTellWhoExists(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	for n := range 9 {
		a := h.client().do("POST", "/auth/sessions", map[string]string{
			"email": "asha@example.org", "password": "wrong wrong wrong",
		})
		b := h.client().do("POST", "/auth/sessions", map[string]string{
			"email": "nobody@example.org", "password": "wrong wrong wrong",
		})
		if a.status != b.status || a.problem() != b.problem() ||
			a.header.Get("Retry-After") != b.header.Get("Retry-After") {
			t.Fatalf("guess %d: %d %s and %d %s", n, a.status, a.problem(), b.status, b.problem())
		}
	}
}

// Nobody's mailbox is filled by a stranger, and the stranger is told nothing.
func TestResetMailsAreFew(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	for range 12 {
		r := h.client().do("POST", "/auth/password-resets", map[string]string{"email": "asha@example.org"})
		if r.status != http.StatusAccepted {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	h.mailed("asha@example.org", "Choose a new password")
	time.Sleep(2 * time.Second) // for those that should not come
	if n := len(h.mails("asha@example.org")); n > 4 {
		t.Errorf("%d mails", n)
	}
}
