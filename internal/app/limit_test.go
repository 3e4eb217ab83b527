package app_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
)

// Who asks too much is told how long to wait, admins too; nobody else notices.
func TestRequestsAreLimited(t *testing.T) {
	t.Parallel()
	h := open(t, 1, func(c *config.Config) { c.RatePerson, c.RateNetwork = 2, 3 })
	h.person("admin@example.org", "", viewer.Admin)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	noisy, quiet := h.signIn("admin@example.org"), h.signIn("asha@example.org")
	answered, refused := 0, 0
	var last reply
	began := time.Now()
	for range 60 {
		if last = noisy.do("GET", "/me", nil); last.status == http.StatusOK {
			answered++
		} else {
			refused++
		}
	}
	if most := 22 + int(2*time.Since(began).Seconds()); answered < 20 || answered > most ||
		last.status != http.StatusTooManyRequests || last.problem() != "too-many-requests" {
		t.Fatalf("%d answered, %d refused, the last: %d %s", answered, refused, last.status, last.body)
	}
	if wait, err := strconv.Atoi(last.header.Get("Retry-After")); err != nil || wait < 1 || wait > 10 {
		t.Errorf("Retry-After: %q", last.header.Get("Retry-After"))
	}
	if r := quiet.do("GET", "/me", nil); r.status != http.StatusOK {
		t.Errorf("somebody else: %d", r.status)
	}
	if r := quiet.do("GET", "/directory/facets", nil); r.status != http.StatusOK {
		t.Errorf("costly once: %d", r.status)
	}
	if r := quiet.do("GET", "/directory/facets", nil); r.status != http.StatusTooManyRequests {
		t.Errorf("what costs much counts as much: %d", r.status)
	}
	h.waitFor(func() bool { return noisy.do("GET", "/me", nil).status == http.StatusOK }, "answer after a while")
	h.waitFor(func() bool {
		return h.client().do("GET", "/institution", nil).status == http.StatusTooManyRequests
	}, "refusal of a visitor's network")
}

// One institution at its limit leaves the others theirs, and demo institutions have none.
func TestAnInstitutionHasItsShare(t *testing.T) {
	t.Parallel()
	limit := func(c *config.Config) { c.RateInstitution = 3 }
	h, demo := open(t, 1, limit), open(t, 1, limit)
	if _, err := demo.place.superuser(t).Exec(
		t.Context(), "UPDATE tenancy.institution SET is_demo = true WHERE id = $1", demo.tenant,
	); err != nil {
		t.Fatal(err)
	}
	if err := demo.apps[0].Tenancy.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	refused := func(h *house) bool {
		return h.client().do("GET", "/institution", nil).status == http.StatusTooManyRequests
	}
	h.waitFor(func() bool { return refused(h) }, "refusal")
	for range 60 {
		if refused(demo) {
			t.Fatal("the demo is limited")
		}
	}
}
