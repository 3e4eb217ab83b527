package identitytest

import (
	"context"
	"testing"

	"stoa/internal/base/clock"
	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/id"
	"stoa/internal/base/mail"
	"stoa/internal/base/viewer"
	"stoa/internal/base/work"
	"stoa/internal/identity"
	"stoa/internal/tenancy"
)

// Ground is what every module stands on: an institution of its own on the test database, and people who join it.
type Ground struct {
	Ctx     context.Context // inside the institution, nobody signed in
	DB      *db.DB
	Tenants *tenancy.Service
	People  *identity.Service
	t       testing.TB
}

// On is new ground. Its jobs wait; tests of what jobs do open a house (apptest).
func On(t testing.TB, c clock.Clock) Ground {
	t.Helper()
	g := Ground{Ctx: dbtest.Institution(t), DB: dbtest.DB(t), t: t}
	queue, err := work.New(g.DB, nil)
	if err != nil {
		t.Fatal(err)
	}
	if g.Tenants, err = tenancy.New(t.Context(), g.DB); err != nil {
		t.Fatal(err)
	}
	keys, err := identity.LoadKeys(t.TempDir() + "/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	g.People = identity.New(g.DB, c, mail.NewPost(queue, &mail.Mailbox{}), g.Tenants, keys, identity.Options{
		Base: func(tenancy.Institution) string { return "http://test" },
	})
	return g
}

// Join adds a person and returns them with the context in which they ask.
func (g Ground) Join(name string, standing viewer.Standing, roles ...viewer.Role) (identity.Person, context.Context) {
	g.t.Helper()
	p, err := g.People.CreateHashed(g.Ctx, id.New().String()+"@example.org", name, "x", roles, standing)
	if err != nil {
		g.t.Fatal(err)
	}
	return p, viewer.With(g.Ctx, viewer.Viewer{
		Tenant:   viewer.From(g.Ctx).Tenant,
		Person:   p.ID,
		Roles:    roles,
		Standing: standing,
	})
}

// As is the context of somebody new with these roles.
func (g Ground) As(roles ...viewer.Role) context.Context {
	g.t.Helper()
	_, ctx := g.Join("Asha", "", roles...)
	return ctx
}
