package app_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/app"
	"stoa/internal/apptest"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/probe"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// cast are the people to whom an estate's objects belong.
type cast struct{ teacher, staff, student identity.Person }

// furnish fills a house with one of everything.
func furnish(t *testing.T, h *apptest.House) estate {
	t.Helper()
	e := estateOf(h, cast{
		h.Person(h.MailOf("teacher"), "", viewer.Instructor),
		h.Person(h.MailOf("staff"), "", viewer.Staff, viewer.Admin),
		h.Person(h.MailOf("ravi"), "", viewer.Student),
	}, h.Person(h.MailOf("new"), viewer.Unverified, viewer.Alumnus))
	session := h.SignIn(h.MailOf("ravi"))
	var list struct{ Items []struct{ ID uuid.UUID } }
	session.Do("GET", "/auth/sessions", nil).JSON(t, &list)
	e["session_id"] = list.Items[0].ID
	var app struct{ ID uuid.UUID }
	session.Do("POST", "/me/factors/apps", map[string]string{"name": h.Mark()}).JSON(t, &app)
	e["factor_id"] = app.ID
	e["connection_id"] = h.Connect(t, identity.Person{ID: e["person_id"]})
	return e
}

// estateOf makes one of each module's objects for the cast and a newcomer.
func estateOf(h *apptest.House, c cast, newcomer identity.Person) estate {
	h.T.Helper()
	e := estate{"provider_id": h.Offer(h.T, apptest.Nowhere(), "p"+uuid.NewString()[:8])}
	for _, m := range modules(h.Apps[0]) {
		if m.Furnish != nil {
			m.Furnish(h.T, probe.Cast{
				Teacher:  h.As(c.teacher),
				Staff:    h.As(c.staff),
				Student:  h.As(c.student),
				Newcomer: h.As(newcomer),
				Mark:     h.Mark(),
			}, e)
		}
	}
	return e
}

// contract is what the API offers, put together once.
var contract = sync.OnceValue(app.Contract)

func eachOperation(visit func(*huma.Operation)) {
	document := contract()
	for _, path := range slices.Sorted(maps.Keys(document.Paths)) {
		item := document.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op != nil {
				visit(op)
			}
		}
	}
}

func parameters(op *huma.Operation) []string {
	var named []string
	for _, p := range op.Parameters {
		if p.In == "path" {
			named = append(named, p.Name)
		}
	}
	return named
}

// A visitor reaches nothing but what is public, and a public operation is public on purpose.
func TestVisitorsReachOnlyPublicOperations(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	public := []string{
		"provider-list", "provider-begin", "provider-sign-in", "email-confirm", "institution-get", "passkey-ask",
		"passkey-sign-in", "second-factor", "password-reset", "password-reset-ask", "registration-create",
		"session-create", "session-refresh",
	}
	eachOperation(func(op *huma.Operation) {
		if len(op.Security) == 0 {
			if !slices.Contains(public, op.OperationID) {
				t.Errorf("%s is public: list it here if it should be", op.OperationID)
			}
			return
		}
		path := op.Path
		for _, name := range parameters(op) {
			path = strings.ReplaceAll(path, "{"+name+"}", uuid.NewString())
		}
		if r := h.Client().Do(op.Method, path, nil); r.Status != http.StatusUnauthorized {
			t.Errorf("%s %s as a visitor: %d", op.Method, op.Path, r.Status)
		}
	})
}

// The document and what is served are the same.
func TestEveryOperationIsInTheDocument(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	if r := h.Client().Do("GET", "/no/such/thing", nil); r.Status != http.StatusNotFound || r.Problem() != "not-found" {
		t.Errorf("unknown path: %d %s", r.Status, r.Body)
	}
	count := 0
	eachOperation(func(*huma.Operation) { count++ })
	if count < 40 {
		t.Errorf("the document has %d operations", count)
	}
	if httpapi.Base != "/api/v1" {
		t.Error("the base path is part of the contract")
	}
}

// Nobody sets a column that an operation does not offer. To each body every column name of the whole
// schema is added; what the contract does not name is refused, by name, before anything is done.
func TestNoBodySetsAColumnItDoesNotOffer(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	e := furnish(t, h)
	h.Person("root@example.org", "", viewer.Admin, viewer.Instructor, viewer.Student)
	c := h.SignIn("root@example.org")
	columns := dbtest.Columns(t, dbtest.Superuser(t))
	schemas := contract().Components.Schemas
	before := apptest.Fingerprints(t, h)
	probes := 0
	eachOperation(func(op *huma.Operation) {
		if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
			return
		}
		schema := op.RequestBody.Content["application/json"].Schema
		if schema.Ref != "" {
			schema = schemas.SchemaFromRef(schema.Ref)
		}
		path := addressOf(op, e)
		for _, column := range columns {
			if schema.Properties[column] != nil {
				continue
			}
			probes++
			r := c.Do(op.Method, path, map[string]any{column: "x"})
			if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, `"body.`+column+`"`) {
				t.Errorf("%s with %s: %d %s", op.OperationID, column, r.Status, r.Body)
			}
		}
	})
	if after := apptest.Fingerprints(t, h); !maps.Equal(before, after) {
		t.Error("something changed")
	}
	t.Logf("%d probes with %d columns", probes, len(columns))
}
