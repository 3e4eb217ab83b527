package identity_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
)

func try(h *apptest.House, ctx viewer.Viewer, email, word, device string) error {
	_, err := h.Apps[0].Identity.SignIn(viewer.With(h.Ctx, ctx), email, word, device)
	return err
}

// Thousands of guesses at one account over two days, each from another network: few are looked at. The owner
// signs in from the browser they use, all the while; from a new one they wait like everybody. However many are
// sent, about two hundred are looked at: make test sends 2,000 and make soak 10,000.
func TestGuessingAnAccountIsSlow(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	owner := h.SignIn("asha@example.org")
	guesses, looked := 2_000, 0
	if os.Getenv("STOA_SOAK") != "" {
		guesses = 10_000
	}
	for n := range guesses {
		h.Clock.Advance(48 * time.Hour / time.Duration(guesses))
		from := viewer.Viewer{Tenant: h.Tenant, Address: fmt.Sprintf("10.%d.%d.7", n/250, n%250)}
		switch p := problemKind(try(h, from, "asha@example.org", "a wrong guess "+strconv.Itoa(n), "")); p {
		case "credentials":
			looked++
		case "too-many-attempts":
		default:
			t.Fatalf("guess %d: %s", n, p)
		}
		if n%(guesses/4) == guesses/4-1 {
			mine := owner.Fork()
			r := mine.Do("POST", "/auth/sessions", map[string]string{"email": "asha@example.org", "password": password})
			if r.Status != http.StatusCreated {
				t.Fatalf("the owner on their own browser after %d guesses: %d %s", n, r.Status, r.Body)
			}
		}
	}
	t.Logf("%d of %d guesses were looked at", looked, guesses)
	if looked < 10 || looked > 260 {
		t.Errorf("%d guesses in two days", looked)
	}
	r := h.Client().Do("POST", "/auth/sessions", map[string]string{"email": "asha@example.org", "password": password})
	wait, err := strconv.Atoi(r.Header.Get("Retry-After"))
	if r.Status != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 900 {
		t.Errorf("a new browser: %d, Retry-After %q", r.Status, r.Header.Get("Retry-After"))
	}
	h.Clock.Advance(15*time.Minute + time.Second)
	if r := h.Client().Do("POST", "/auth/sessions", map[string]string{
		"email": "asha@example.org", "password": password,
	}); r.Status != http.StatusCreated {
		t.Errorf("after the wait: %d %s", r.Status, r.Body)
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
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	var looked atomic.Int32
	var all sync.WaitGroup
	for n := range 60 {
		all.Go(func() {
			from := viewer.Viewer{Tenant: h.Tenant, Address: fmt.Sprintf("10.9.%d.1", n)}
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
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			r, err := h.Client().Try("POST", "/auth/sessions", map[string]string{
				"email": "asha@example.org", "password": password,
			})
			if err != nil || r.Status != http.StatusCreated {
				t.Errorf("%d %s %v", r.Status, r.Body, err)
			}
		})
	}
	all.Wait()
}

// One network that tries a common password on every account is held; others are not, and a known browser in it is not.
func TestANetworkThatGuessesIsHeld(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	bad := viewer.Viewer{Tenant: h.Tenant, Address: "203.0.113.9"}
	looked := 0
	for n := range 80 {
		h.Clock.Advance(10 * time.Millisecond)
		if problemKind(try(h, bad, fmt.Sprintf("p%d@example.org", n), "Password123", "")) == "credentials" {
			looked++
		}
	}
	if looked < 45 || looked > 55 {
		t.Errorf("%d accounts were tried", looked)
	}
	neighbour := viewer.Viewer{Tenant: h.Tenant, Address: "203.0.113.200"}
	if kind := problemKind(try(h, neighbour, "asha@example.org", password, "")); kind != "too-many-attempts" {
		t.Errorf("the same network, right password: %q", kind)
	}
	err := try(h, viewer.Viewer{Tenant: h.Tenant, Address: "198.51.100.1"}, "asha@example.org", password, "")
	if err != nil {
		t.Errorf("another network: %v", err)
	}
	if c := h.SignIn("asha@example.org"); c.Token == "" {
		t.Error("another network over HTTP")
	}
}

// Wrong guesses at accounts that exist and at those that do not are told and held alike.
func TestHoldsDoNotTellWhoExists(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	for n := range 9 {
		a := h.Client().Do("POST", "/auth/sessions", map[string]string{
			"email": "asha@example.org", "password": "wrong wrong wrong",
		})
		b := h.Client().Do("POST", "/auth/sessions", map[string]string{
			"email": "nobody@example.org", "password": "wrong wrong wrong",
		})
		if a.Status != b.Status || a.Problem() != b.Problem() ||
			a.Header.Get("Retry-After") != b.Header.Get("Retry-After") {
			t.Fatalf("guess %d: %d %s and %d %s", n, a.Status, a.Problem(), b.Status, b.Problem())
		}
	}
}

// Nobody's mailbox is filled by a stranger, and the stranger is told nothing.
func TestResetMailsAreFew(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	for range 12 {
		r := h.Client().Do("POST", "/auth/password-resets", map[string]string{"email": "asha@example.org"})
		if r.Status != http.StatusAccepted {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	h.Mailed("asha@example.org", "Choose a new password")
	time.Sleep(2 * time.Second) // for those that should not come
	if n := len(h.Mails("asha@example.org")); n > 4 {
		t.Errorf("%d mails", n)
	}
}
