package tenancy_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"stoa/internal/base/dbtest"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/leaktest"
	"stoa/internal/base/viewer"
	"stoa/internal/tenancy"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// house is the module, and how those of one institution ask.
func house(t *testing.T) (s *tenancy.Service, admin, student context.Context) {
	t.Helper()
	ctx := dbtest.Institution(t)
	s, err := tenancy.New(t.Context(), dbtest.DB(t))
	if err != nil {
		t.Fatal(err)
	}
	as := func(r viewer.Role) context.Context {
		return viewer.With(ctx, viewer.Viewer{
			Tenant: viewer.From(ctx).Tenant, Person: id.New(), Roles: []viewer.Role{r},
		})
	}
	return s, as(viewer.Admin), as(viewer.Student)
}

func brandOf(i tenancy.Institution) tenancy.Brand {
	return tenancy.Brand{
		Name: i.Name, ShortName: i.ShortName, Tagline: i.Tagline, Hue: i.Hue, Chroma: i.Chroma,
		Locale: i.Locale, TimeZone: i.TimeZone, Currency: i.Currency,
	}
}

func TestAnAdminChangesTheInstitution(t *testing.T) {
	t.Parallel()
	s, admin, student := house(t)
	before, err := s.Get(admin)
	if err != nil {
		t.Fatal(err)
	}
	b := brandOf(before)
	b.Name, b.TimeZone = "Aldermere", "Asia/Kolkata"
	seen := edition.Seen{Etag: before.Etag}
	if _, err := s.Update(student, b, seen); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("a student: %v", err)
	}
	for _, zone := range []string{"", "Local", "Atlantis/Poseidonis", "../../etc/passwd"} {
		wrong := b
		wrong.TimeZone = zone
		if _, err := s.Update(admin, wrong, seen); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the time zone %q: %v", zone, err)
		}
	}
	after, err := s.Update(admin, b, seen)
	if err != nil || after.Name != "Aldermere" || after.Location().String() != "Asia/Kolkata" ||
		after.Etag == before.Etag {
		t.Errorf("changed: %+v %v", after, err)
	}
	var refused *errs.Error
	if _, err := s.Update(admin, b, seen); !errors.As(err, &refused) || refused.Code != "edited" ||
		refused.Details["etag"] != after.Etag {
		t.Errorf("by who saw the state before: %v", err)
	}
	for _, who := range []string{tenancy.FactorForPrivileged, "optional"} {
		if _, err := s.SetSecondFactor(student, who); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a student asks for second factors: %v", err)
		}
		if i, err := s.SetSecondFactor(admin, who); err != nil || i.SecondFactor != who || i.Etag != after.Etag {
			t.Errorf("second factors are %s: %+v %v", who, i, err)
		}
	}
	found, err := dbtest.DB(t).Read(admin).Query(admin,
		"SELECT verb FROM audit.entry WHERE tenant_id = tenancy.here() ORDER BY at, id")
	if err != nil {
		t.Fatal(err)
	}
	verbs, err := pgx.CollectRows(found, pgx.RowTo[string])
	want := []string{"institution.update", "institution.second-factor", "institution.second-factor"}
	if err != nil || !slices.Equal(verbs, want) {
		t.Errorf("the log has %v, %v", verbs, err)
	}
}

func TestAHostLeadsToItsInstitution(t *testing.T) {
	t.Parallel()
	s, admin, student := house(t)
	_, other, _ := house(t)
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	own, err := s.Get(admin)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{
		own.Host():                             true,
		strings.ToUpper(own.Host()) + ".:8080": true,
		"x." + own.Host():                      false,
		"nobody.example.org":                   false,
		"":                                     false,
	} {
		if i, ok := s.ByHost(host); ok != want || ok && i.ID != own.ID {
			t.Errorf("%q leads to %q, %v", host, i.Name, ok)
		}
	}
	answer := func(host string) (status int, in viewer.Viewer) {
		r := httptest.NewRequest("GET", "http://"+host+"/", nil)
		r = r.WithContext(viewer.With(r.Context(), viewer.Viewer{}))
		w := httptest.NewRecorder()
		s.Resolve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { in = viewer.From(r.Context()) })).
			ServeHTTP(w, r)
		return w.Code, in
	}
	if status, in := answer(own.Host()); status != http.StatusOK || in.Tenant != own.ID || in.Locale != own.Locale {
		t.Errorf("at home: %d %+v", status, in)
	}
	if status, in := answer("nobody.example.org"); status != http.StatusNotFound || in.Tenant != uuid.Nil {
		t.Errorf("elsewhere: %d %+v", status, in)
	}

	if _, err := s.List(admin); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("an admin sees every institution: %v", err)
	}
	if _, err := s.List(student); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("a student sees every institution: %v", err)
	}
	operator := viewer.From(admin)
	operator.Roles = []viewer.Role{viewer.Operator}
	list, err := s.List(viewer.With(admin, operator))
	for _, ctx := range []context.Context{admin, other} {
		if !slices.ContainsFunc(list, func(i tenancy.Institution) bool { return i.ID == viewer.From(ctx).Tenant }) {
			t.Errorf("an operator does not see every institution: %v %v", list, err)
		}
	}
}
