package courses_test

import (
	"context"
	"testing"

	"stoa/internal/base/blob"
	"stoa/internal/base/clock"
	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/httpapi"
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

// page is the first page of a list.
var page = httpapi.Paging{Limit: 20}

func about(title string) courses.About {
	return courses.About{Code: id.New().String()[:20], Title: title, Category: "Tests", Level: "introductory"}
}

// school is the module over an institution, and a teacher there.
func school(t *testing.T, ctx context.Context, films *blob.Store) (*courses.Service, context.Context) {
	t.Helper()
	d, people, tenants := ground(t)
	return courses.New(d, clock.System{}, people, tenants, films, 0, nil), join(t, ctx, viewer.Instructor)
}

// join is a new person of the institution.
func join(t *testing.T, ctx context.Context, roles ...viewer.Role) context.Context {
	t.Helper()
	_, people, _ := ground(t)
	p, err := people.CreateHashed(ctx, id.New().String()+"@example.org", "Asha", "x", roles, "")
	if err != nil {
		t.Fatal(err)
	}
	return viewer.With(ctx, viewer.Viewer{Tenant: viewer.From(ctx).Tenant, Person: p.ID, Roles: p.Roles})
}

// ground is what the module stands on.
func ground(t *testing.T) (*db.DB, *identity.Service, *tenancy.Service) {
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
	post := mail.NewPost(queue, &mail.Mailbox{})
	return d, identity.New(d, clock.System{}, post, tenants, keys, identity.Options{}), tenants
}
