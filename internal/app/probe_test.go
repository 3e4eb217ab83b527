package app_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/app"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/probe"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// mark is a word that only the texts of this house hold: where it turns up elsewhere, something leaked.
func (h *house) mark() string { return "mark" + h.tenant.String()[24:] }

// mailOf is somebody's address; houses that share no layer of isolation need different ones.
func (h *house) mailOf(name string) string {
	if h.domain == "" {
		return name + "@example.org"
	}
	return name + "@" + h.domain
}

// cast are the people to whom an estate's objects belong.
type cast struct{ teacher, staff, student identity.Person }

// furnish fills a house with one of everything.
func furnish(t *testing.T, h *house) estate {
	t.Helper()
	e := h.estate(cast{
		h.person(h.mailOf("teacher"), "", viewer.Instructor),
		h.person(h.mailOf("staff"), "", viewer.Staff, viewer.Admin),
		h.person(h.mailOf("ravi"), "", viewer.Student),
	}, h.person(h.mailOf("new"), viewer.Unverified, viewer.Alumnus))
	session := h.signIn(h.mailOf("ravi"))
	var list struct{ Items []struct{ ID uuid.UUID } }
	session.do("GET", "/auth/sessions", nil).json(t, &list)
	e["session_id"] = list.Items[0].ID
	var app struct{ ID uuid.UUID }
	session.do("POST", "/me/factors/apps", map[string]string{"name": h.mark()}).json(t, &app)
	e["factor_id"] = app.ID
	e["connection_id"] = h.connect(t, identity.Person{ID: e["person_id"]})
	return e
}

// estate makes one of each module's objects for the cast and a newcomer.
func (h *house) estate(c cast, newcomer identity.Person) estate {
	h.t.Helper()
	e := estate{"provider_id": h.offer(h.t, nowhere(), "p"+uuid.NewString()[:8])}
	for _, m := range modules(h.apps[0]) {
		if m.Furnish != nil {
			m.Furnish(h.t, probe.Cast{
				Teacher:  h.as(c.teacher),
				Staff:    h.as(c.staff),
				Student:  h.as(c.student),
				Newcomer: h.as(newcomer),
				Mark:     h.mark(),
			}, e)
		}
	}
	return e
}

func eachOperation(visit func(*huma.Operation)) {
	document := app.Contract()
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

// fingerprints are a digest of every table of an institution.
func fingerprints(t *testing.T, h *house) map[string]string {
	t.Helper()
	conn := h.place.superuser(t)
	digests := map[string]string{}
	for _, table := range dbtest.Tables(t, conn, "tenant_id") {
		var digest *string
		if err := conn.QueryRow(context.Background(), fmt.Sprintf(`SELECT md5(string_agg(x::text, '|'
			ORDER BY x::text)) FROM %s x WHERE tenant_id = $1`, table), h.tenant).Scan(&digest); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		if digest != nil {
			digests[table] = *digest
		}
	}
	return digests
}

// A visitor reaches nothing but what is public, and a public operation is public on purpose.
func TestVisitorsReachOnlyPublicOperations(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
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
		if r := h.client().do(op.Method, path, nil); r.status != http.StatusUnauthorized {
			t.Errorf("%s %s as a visitor: %d", op.Method, op.Path, r.status)
		}
	})
}

// The document and what is served are the same.
func TestEveryOperationIsInTheDocument(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	if r := h.client().do("GET", "/no/such/thing", nil); r.status != http.StatusNotFound || r.problem() != "not-found" {
		t.Errorf("unknown path: %d %s", r.status, r.body)
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
	h := open(t, 1)
	e := furnish(t, h)
	h.person("root@example.org", "", viewer.Admin, viewer.Instructor, viewer.Student)
	c := h.signIn("root@example.org")
	columns := dbtest.Columns(t, dbtest.Superuser(t))
	schemas := app.Contract().Components.Schemas
	before := fingerprints(t, h)
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
			r := c.do(op.Method, path, map[string]any{column: "x"})
			if r.status != http.StatusUnprocessableEntity || !strings.Contains(r.body, `"body.`+column+`"`) {
				t.Errorf("%s with %s: %d %s", op.OperationID, column, r.status, r.body)
			}
		}
	})
	if after := fingerprints(t, h); !maps.Equal(before, after) {
		t.Error("something changed")
	}
	t.Logf("%d probes with %d columns", probes, len(columns))
}
