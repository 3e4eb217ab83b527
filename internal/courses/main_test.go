package courses_test

import (
	"context"
	"testing"

	"stoa/internal/base/blob"
	"stoa/internal/base/clock"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/id"
	"stoa/internal/base/leaktest"
	"stoa/internal/base/mail"
	"stoa/internal/base/viewer"
	"stoa/internal/base/work"
	"stoa/internal/courses"
	"stoa/internal/identity"
	"stoa/internal/tenancy"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// school is the module over an institution, and a teacher there.
func school(t *testing.T, ctx context.Context, films *blob.Store) (*courses.Service, context.Context) {
	t.Helper()
	d := dbtest.DB(t)
	queue, err := work.New(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	tenants, err := tenancy.New(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := identity.LoadKeys(t.TempDir() + "/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	people := identity.New(d, clock.System{}, mail.NewPost(queue, &mail.Mailbox{}), tenants, keys, identity.Options{})
	s := courses.New(d, clock.System{}, people, tenants, films, 0, nil)
	p, err := people.CreateHashed(ctx, id.New().String()+"@example.org", "Asha", "x",
		[]viewer.Role{viewer.Instructor}, "")
	if err != nil {
		t.Fatal(err)
	}
	return s, viewer.With(ctx, viewer.Viewer{Tenant: viewer.From(ctx).Tenant, Person: p.ID, Roles: p.Roles})
}
