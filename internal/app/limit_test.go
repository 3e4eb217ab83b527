package app_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
)

// Who asks too much is told how long to wait, admins too; nobody else notices.
func TestRequestsAreLimited(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1, func(c *config.Config) { c.RatePerson, c.RateNetwork = 2, 3 })
	h.Person("admin@example.org", "", viewer.Admin)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	noisy, quiet := h.SignIn("admin@example.org"), h.SignIn("asha@example.org")
	answered, refused := 0, 0
	var last apptest.Reply
	began := time.Now()
	for range 60 {
		if last = noisy.Do("GET", "/me", nil); last.Status == http.StatusOK {
			answered++
		} else {
			refused++
		}
	}
	if most := 22 + int(2*time.Since(began).Seconds()); answered < 20 || answered > most ||
		last.Status != http.StatusTooManyRequests || last.Problem() != "too-many-requests" {
		t.Fatalf("%d answered, %d refused, the last: %d %s", answered, refused, last.Status, last.Body)
	}
	if wait, err := strconv.Atoi(last.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 10 {
		t.Errorf("Retry-After: %q", last.Header.Get("Retry-After"))
	}
	if r := quiet.Do("GET", "/me", nil); r.Status != http.StatusOK {
		t.Errorf("somebody else: %d", r.Status)
	}
	if r := quiet.Do("GET", "/directory/facets", nil); r.Status != http.StatusOK {
		t.Errorf("costly once: %d", r.Status)
	}
	if r := quiet.Do("GET", "/directory/facets", nil); r.Status != http.StatusTooManyRequests {
		t.Errorf("what costs much counts as much: %d", r.Status)
	}
	h.WaitFor(func() bool { return noisy.Do("GET", "/me", nil).Status == http.StatusOK }, "answer after a while")
	h.WaitFor(func() bool {
		return h.Client().Do("GET", "/institution", nil).Status == http.StatusTooManyRequests
	}, "refusal of a visitor's network")
}

// One institution at its limit leaves the others theirs, and demo institutions have none.
func TestAnInstitutionHasItsShare(t *testing.T) {
	t.Parallel()
	limit := func(c *config.Config) { c.RateInstitution = 3 }
	h, demo := apptest.Open(t, 1, limit), apptest.Open(t, 1, limit)
	if _, err := demo.Place.Superuser(t).Exec(
		t.Context(), "UPDATE tenancy.institution SET is_demo = true WHERE id = $1", demo.Tenant,
	); err != nil {
		t.Fatal(err)
	}
	if err := demo.Apps[0].Tenancy.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	refused := func(h *apptest.House) bool {
		return h.Client().Do("GET", "/institution", nil).Status == http.StatusTooManyRequests
	}
	h.WaitFor(func() bool { return refused(h) }, "refusal")
	for range 60 {
		if refused(demo) {
			t.Fatal("the demo is limited")
		}
	}
}
