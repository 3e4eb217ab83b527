package app_test

import (
	"testing"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
)

// What means nothing any more goes, by itself, and nothing else: what is young stays, whatever the function would say.
func TestOldRowsAreSwept(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	person := h.Person("asha@example.org", "", viewer.Student)
	conn := h.Place.Superuser(t)
	for _, age := range []string{"1 minute", "40 days"} {
		for _, sql := range []string{
			`INSERT INTO identity.guess (tenant_id, subject, failures, last_at, held_until)
				VALUES ($1, sha256($3::text::bytea || $2::uuid::text::bytea), 1, now() - $3::interval,
				now() - $3::interval)`,
			`INSERT INTO identity.challenge (tenant_id, id, person_id, purpose, data, created_at, expires_at)
				VALUES ($1, gen_random_uuid(), $2, 'x', '{}', now(), now() - $3::interval)`,
			`INSERT INTO identity.link (tenant_id, id, person_id, purpose, hash, expires_at)
				VALUES ($1, gen_random_uuid(), $2, 'verify-email', sha256($3::text::bytea), now() - $3::interval)`,
			`INSERT INTO identity.revocation (tenant_id, id, session_id, person_id, at)
				VALUES ($1, gen_random_uuid(), gen_random_uuid(), $2, now() - $3::interval)`,
		} {
			if _, err := conn.Exec(t.Context(), sql, h.Tenant, person.ID, age); err != nil {
				t.Fatal(sql, err)
			}
		}
	}
	if err := h.Apps[0].Identity.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"identity.guess", "identity.challenge", "identity.link", "identity.revocation"} {
		if n := h.Count(t, table); n != 1 {
			t.Errorf("%s: %d rows are left of one young and one old", table, n)
		}
	}
	if n := h.Count(t, "identity.person"); n != 1 {
		t.Errorf("%d people", n)
	}
}
