package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// TestActsUponPeopleFollowOneRule calls every operation that changes a person by
// their id, as everybody who may: never upon oneself, never upon those who are not
// below. What names another object as well, as the staff of a course, is about that object.
func TestActsUponPeopleFollowOneRule(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	people := map[string]identity.Person{
		"staff":    h.Person("rank-staff@example.org", "", viewer.Staff),
		"peer":     h.Person("rank-peer@example.org", "", viewer.Staff),
		"admin":    h.Person("rank-admin@example.org", "", viewer.Admin),
		"above":    h.Person("rank-above@example.org", "", viewer.Admin),
		"operator": h.Person("rank-operator@example.org", "", viewer.Operator),
	}
	batch := furnish(t, h)["batch_id"]
	acts := 0
	eachOperation(func(op *huma.Operation) {
		if op.Method == http.MethodGet || !slices.Equal(parameters(op), []string{"person_id"}) {
			return
		}
		acts++
		body := bodies(estate{"batch_id": batch})[op.OperationID]
		for _, pair := range [][2]string{
			{"staff", "staff"}, {"staff", "peer"}, {"staff", "admin"},
			{"admin", "admin"}, {"admin", "above"}, {"admin", "operator"},
			{"operator", "operator"},
		} {
			c := h.SignIn("rank-" + pair[0] + "@example.org")
			target := people[pair[1]]
			if op.OperationID == "ban-lift" { // there must be one to lift
				ban(t, h, target)
			}
			r := c.Do(op.Method, strings.ReplaceAll(op.Path, "{person_id}", target.ID.String()), body)
			if r.Status != http.StatusForbidden {
				t.Errorf("%s by %s upon %s: %d %s", op.OperationID, pair[0], pair[1], r.Status, r.Body)
			}
			unban(t, h, target)
		}
	})
	if acts < 5 {
		t.Errorf("only %d operations act upon people", acts)
	}
}

func ban(t *testing.T, h *apptest.House, p identity.Person) {
	t.Helper()
	_, err := h.Place.Superuser(t).Exec(t.Context(), `INSERT INTO identity.ban
		(tenant_id, id, person_id, by_id, reason, at)
		VALUES ($1, gen_random_uuid(), $2, $2, 'test', now())`, h.Tenant, p.ID)
	if err != nil {
		t.Fatal(err)
	}
}

func unban(t *testing.T, h *apptest.House, p identity.Person) {
	t.Helper()
	if _, err := h.Place.Superuser(t).Exec(t.Context(), `UPDATE identity.ban SET lifted_at = now()
		WHERE tenant_id = $1 AND person_id = $2 AND lifted_at IS NULL`, h.Tenant, p.ID); err != nil {
		t.Fatal(err)
	}
}
