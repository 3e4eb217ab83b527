package app_test

import (
	"net/http"
	"strings"
	"testing"

	"stoa/internal/apptest"
)

// Without a mail server the mails of a demo can be read by whoever tries it; those of a real institution, whose links
// open accounts, by nobody.
func TestTheMailboxIsTheDemosAlone(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	h.Client().Do("POST", "/auth/registrations", map[string]string{
		"email": "nila@example.org", "name": "Nila", "password": password,
	})
	h.Mailed("nila@example.org", "Confirm your e-mail address") // it was sent
	r := h.Ask("GET", "/demo/mail", h.Host, nil)
	if r.Status != http.StatusNotFound || strings.Contains(r.Body, "nila") {
		t.Errorf("the mailbox of a real institution: %d %s", r.Status, r.Body)
	}
	const demo = "UPDATE tenancy.institution SET is_demo = true WHERE id = $1"
	if _, err := h.Place.Superuser(t).Exec(t.Context(), demo, h.Tenant); err != nil {
		t.Fatal(err)
	}
	if err := h.Apps[0].Tenancy.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	r = h.Ask("GET", "/demo/mail", h.Host, nil)
	if r.Status != http.StatusOK || !strings.Contains(r.Body, "nila") {
		t.Errorf("the mailbox of a demo: %d %s", r.Status, r.Body)
	}
}
