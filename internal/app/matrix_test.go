package app_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/permit"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
	"stoa/internal/directory"
	"stoa/internal/directory/directorytest"
	"stoa/internal/identity"
)

// refusalsNoted is how many refusals the audit log holds.
func refusalsNoted(t *testing.T, h *apptest.House) (n int) {
	t.Helper()
	if err := h.Place.Superuser(t).QueryRow(t.Context(), `SELECT count(*) FROM audit.entry
		WHERE tenant_id = $1 AND verb = 'request.refuse'`, h.Tenant).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// caller is somebody with what they are to the estate's objects.
type caller struct {
	name, email string
	person      identity.Person
	banned      bool
	*apptest.Client
}

// allowed tells whether the contract lets the caller in. An operation that does not say who may call it lets nobody in.
func (c caller) allowed(t *testing.T, op *huma.Operation) bool {
	t.Helper()
	v := viewer.Viewer{Person: c.person.ID, Roles: c.person.Roles, Standing: c.person.Standing}
	access, relation := httpapi.Access(op)
	switch {
	case access == "public":
		return true
	case access == "", c.name == "visitor", c.banned, access != "signed-in" && !permission(t, access).Allows(v):
		return false
	case relation == "":
		return true
	}
	i := slices.IndexFunc(permit.Relations(), func(r *permit.Relation) bool { return r.Name == relation })
	if i < 0 || related[relation] == nil {
		t.Fatalf("%s needs the relation %s: who of the callers has it?", op.OperationID, relation)
	}
	or := permit.Relations()[i].Or
	return slices.Contains(related[relation], c.name) || or != nil && or.Allows(v)
}

func permission(t *testing.T, name string) *permit.Permission {
	t.Helper()
	i := slices.IndexFunc(permit.All(), func(p *permit.Permission) bool { return string(p.Name) == name })
	if i < 0 {
		t.Fatalf("%s is no permission", name)
	}
	return permit.All()[i]
}

// Every operation is called by everybody. Who may not is told so, or that there is nothing, and has changed
// nothing; who may is never refused. Who may stands in the contract; an operation that does not say it fails.
func TestTheMatrixOfRolesAndRelations(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	var callers []caller
	people := map[string]identity.Person{}
	join := func(name string, standing viewer.Standing, roles ...viewer.Role) {
		c := caller{name: name, email: name + "@example.org", Client: h.Client()}
		if len(roles) > 0 {
			c.person = h.Person(c.email, standing, roles...)
			c.Client = h.SignIn(c.email)
		}
		people[name] = c.person
		callers = append(callers, c)
	}
	join("visitor", "")
	join("student", "", viewer.Student)
	join("learner", "", viewer.Student)
	join("assistant", "", viewer.Student)
	join("clerk", "", viewer.Student)
	join("asha", viewer.Verified, viewer.Alumnus)
	join("newcomer", viewer.Unverified, viewer.Alumnus)
	join("pending", viewer.Pending, viewer.Alumnus)
	join("rejected", viewer.Rejected, viewer.Alumnus)
	join("instructor", "", viewer.Instructor)
	join("teacher", "", viewer.Instructor)
	join("staff", "", viewer.Staff)
	join("admin", "", viewer.Admin)
	join("operator", "", viewer.Operator)
	join("banned", viewer.Verified, viewer.Alumnus, viewer.Student, viewer.Instructor)
	callers[len(callers)-1].banned = true
	if _, err := h.Apps[0].Identity.Ban(h.As(people["operator"]), people["banned"].ID, "probe", nil); err != nil {
		t.Fatal(err)
	}
	served := []directory.Unit{{Programme: directorytest.Programme}}
	if err := h.Apps[0].Directory.SetUnits(h.As(people["admin"]), people["clerk"].ID, served); err != nil {
		t.Fatal(err)
	}
	players := cast{people["teacher"], people["admin"], people["learner"]}
	fresh := func(own bool) estate {
		suffix := uuid.NewString()
		e := estateOf(h, players, h.Person("n"+suffix+"@example.org", viewer.Unverified, viewer.Alumnus))
		e["person_id"] = h.Person("p"+suffix+"@example.org", "", viewer.Student).ID // whom others act upon
		for _, helps := range []uuid.UUID{people["assistant"].ID, e["person_id"]} {
			err := h.Apps[0].Courses.Appoint(h.As(people["teacher"]), e["course_id"], helps, courses.Assistant)
			if err != nil {
				t.Fatal(err)
			}
		}
		if own {
			c := h.SignIn("learner@example.org")
			var list struct{ Items []struct{ ID uuid.UUID } }
			c.Do("GET", "/auth/sessions", nil).JSON(t, &list)
			e["session_id"] = list.Items[0].ID // the newest
			var app struct{ ID uuid.UUID }
			c.Do("POST", "/me/factors/apps", map[string]string{"name": "Phone"}).JSON(t, &app)
			e["factor_id"] = app.ID
			e["connection_id"] = h.Connect(t, people["learner"])
		}
		return e
	}
	var heard overheard
	call := func(c caller, op *huma.Operation, e estate) apptest.Reply {
		path := addressOf(op, e)
		r := c.Do(op.Method, path, bodies(e)[op.OperationID])
		for _, more := range excess(op, r) {
			t.Errorf("%s answers %s with what its contract does not name: %s", op.OperationID, c.name, more)
		}
		heard = append(heard, answered{c.email, op.OperationID, r.Body})
		return r
	}

	refusals, admissions := 0, 0
	shared := fresh(true)
	before := apptest.Fingerprints(t, h)
	operations := 0
	each := func(visit func(c caller, op *huma.Operation)) {
		operations = 0
		eachOperation(func(op *huma.Operation) {
			operations++
			if access, _ := httpapi.Access(op); access == "" {
				t.Fatalf("%s does not say who may call it: Public, Personal or Needs", op.OperationID)
			}
			for _, c := range callers {
				visit(c, op)
			}
		})
	}
	each(func(c caller, op *huma.Operation) {
		if c.allowed(t, op) {
			return
		}
		refusals++
		r := call(c, op, shared)
		right := r.Status == http.StatusForbidden || r.Status == http.StatusNotFound
		if c.name == "visitor" || c.banned {
			right = r.Status == http.StatusUnauthorized || c.banned && r.Status == http.StatusForbidden
		}
		if !right {
			t.Errorf("%s must not reach %s: %d %s", c.name, op.OperationID, r.Status, r.Body)
		}
	})
	if noted := refusalsNoted(t, h); noted < operations { // they were written down, once for each person and operation
		t.Errorf("%d refusals, and only %d are in the audit log", refusals, noted)
	}
	after := apptest.Fingerprints(t, h)
	for _, table := range []string{"audit.entry", "audit.place"} {
		delete(before, table)
		delete(after, table)
	}
	if !maps.Equal(before, after) {
		for table := range before {
			if before[table] != after[table] {
				t.Errorf("those who may not changed %s", table)
			}
		}
	}
	each(func(c caller, op *huma.Operation) {
		access, relation := httpapi.Access(op)
		if !c.allowed(t, op) || access == "public" { // which have tests of their own
			return
		}
		admissions++
		e := shared
		if op.Method != http.MethodGet {
			e = fresh(relation == "owns")
		}
		if op.OperationID == "ban-lift" {
			if _, err := h.Apps[0].Identity.Ban(h.As(people["operator"]), e["person_id"], "probe", nil); err != nil {
				t.Fatal(err)
			}
		}
		r := call(c, op, e)
		if r.Status >= 300 && r.Status != http.StatusConflict && r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s may %s: %d %s", c.name, op.OperationID, r.Status, r.Body)
		} else if r.Status == http.StatusUnprocessableEntity && !slices.Contains(
			[]string{"film-put", "totp-confirm"}, op.OperationID,
		) { // whose film and code here are none
			t.Errorf("%s %s: the body of this probe is wrong: %s", c.name, op.OperationID, r.Body)
		}
		// which end the token
		if slices.Contains([]string{"session-end-current", "password-change", "verification-ask"}, op.OperationID) {
			*c.Client = *h.SignIn(c.email)
		}
	})
	var addresses []string
	for _, c := range callers {
		addresses = append(addresses, c.email)
	}
	heard.noSecrets(t, h, addresses)
	t.Logf("%d operations × %d callers: %d refusals, %d admissions", operations, len(callers), refusals, admissions)
}
