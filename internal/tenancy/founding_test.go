package tenancy_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/errs"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/viewer"
	"stoa/internal/tenancy"
)

func TestAnInstitutionIsFounded(t *testing.T) {
	t.Parallel()
	s, admin, _ := house(t)
	slug := "n" + uuid.NewString()[24:]
	founding := func(change func(*tenancy.Founding)) tenancy.Founding {
		f := tenancy.Founding{Slug: slug, Hosts: []string{"Z." + slug + ".example.", "a." + slug + ".example"}}
		f.Brand = tenancy.Brand{
			Name: " New  House ", ShortName: "New", Hue: 255, Chroma: 0.07,
			Locale: "en", TimeZone: "UTC", Currency: "INR",
		}
		change(&f)
		return f
	}
	alone := func(context.Context, *db.Tx) error { return nil }
	wrong := map[string]func(*tenancy.Founding){
		"no slug":              func(f *tenancy.Founding) { f.Slug = "" },
		"a slug like a path":   func(f *tenancy.Founding) { f.Slug = "../x" },
		"a blank name":         func(f *tenancy.Founding) { f.Name = " \u00a0 " },
		"a long short name":    func(f *tenancy.Founding) { f.ShortName = string(make([]rune, 41)) },
		"an unknown language":  func(f *tenancy.Founding) { f.Locale = "tlh" },
		"an unknown time zone": func(f *tenancy.Founding) { f.TimeZone = "Atlantis" },
		"no currency":          func(f *tenancy.Founding) { f.Currency = "rupees" },
		"no host":              func(f *tenancy.Founding) { f.Hosts = nil },
		"a host with a port":   func(f *tenancy.Founding) { f.Hosts = []string{"example.org:8080"} },
		"a host with a path":   func(f *tenancy.Founding) { f.Hosts = []string{"example.org/x"} },
	}
	for _, host := range []string{
		"localhost", "LOCALHOST.", "127.0.0.1", "10.0.0.7", "[::1]", "127.1", "0x7f.1", "example.org..", "a..example",
		"*.example.org", "exa\nmple.org", "<b>.example", "example.org?x", "-.example",
		strings.Repeat("a", 64) + ".example",
	} {
		wrong["the host "+host] = func(f *tenancy.Founding) { f.Hosts = []string{host} }
	}
	for what, change := range wrong {
		if _, err := s.Found(t.Context(), founding(change), alone); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	made, err := s.Found(t.Context(), founding(func(*tenancy.Founding) {}), alone)
	if err != nil || made.Name != "New House" || made.Host() != "z."+slug+".example" || len(made.Hosts()) != 2 {
		t.Fatalf("founded: %+v %v", made, err)
	}
	if i, ok := s.ByHost("A." + slug + ".example:8080"); !ok || i.ID != made.ID {
		t.Errorf("its second host leads to %+v", i)
	}
	taken := map[string]func(*tenancy.Founding){
		"the slug": func(f *tenancy.Founding) { f.Hosts = []string{"other." + slug + ".example"} },
		"a host":   func(f *tenancy.Founding) { f.Slug = "o" + slug },
	}
	for what, change := range taken {
		if _, err := s.Found(t.Context(), founding(change), alone); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s is taken: %v", what, err)
		}
	}
	for _, i := range s.All() {
		if i.Slug == "o"+slug {
			t.Error("an institution without its host was left behind")
		}
	}
	foreign, err := s.Found(t.Context(), founding(func(f *tenancy.Founding) {
		f.Slug, f.Hosts = "m"+slug, []string{"M\u00fcnchen." + slug + ".example"}
	}), alone)
	if err != nil || foreign.Host() != "xn--mnchen-3ya."+slug+".example" { // as browsers ask for it
		t.Errorf("a host with an umlaut: %v %v", foreign.Hosts(), err)
	}
	nobody := errors.New("nobody to run it")
	if _, err := s.Found(t.Context(), founding(func(f *tenancy.Founding) {
		f.Slug, f.Hosts = "p"+slug, []string{"p." + slug + ".example"}
	}), func(context.Context, *db.Tx) error { return nobody }); !errors.Is(err, nobody) {
		t.Errorf("with what fails: %v", err)
	}
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if i, ok := s.ByHost("p." + slug + ".example"); ok && i.Slug == "p"+slug {
		t.Error("an institution was left behind that nobody can enter")
	}
	nobodyAddsToAnother(t, admin, made.ID)
}

// Whichever institution was first keeps the machine's own names, though nobody ever said that it is the default one.
func TestASecondInstitutionDoesNotTakeTheDefault(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Clone(t)
	first := viewer.From(dbtest.InstitutionIn(t, dbtest.Connect(t, dsn(pgembed.Superuser)))).Tenant
	d, err := db.Open(t.Context(), dsn(db.RoleApp), db.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s, err := tenancy.New(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Found(t.Context(), tenancy.Founding{
		Slug: "second", Hosts: []string{"second.example"},
		Brand: tenancy.Brand{Name: "Second", ShortName: "Second", Locale: "en", TimeZone: "UTC", Currency: "INR"},
	}, func(context.Context, *db.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost:8080", "127.0.0.1", "[::1]:8080", "10.0.0.7"} {
		if i, ok := s.ByHost(host); !ok || i.ID != first {
			t.Errorf("%s leads to %q %v", host, i.Slug, ok)
		}
	}
	if i, ok := s.ByHost("unknown.example"); ok {
		t.Errorf("a name of nobody leads to %q", i.Slug)
	}
}

// The rows of institutions are public to read; to add one, one must be in it.
func nobodyAddsToAnother(t *testing.T, ctx context.Context, other uuid.UUID) {
	t.Helper()
	d := dbtest.DB(t)
	for row, institution := range map[string]uuid.UUID{
		"host (institution_id, host) VALUES ($1, gen_random_uuid()::text)":                   other,
		"institution (id, slug, name, short_name) VALUES ($1, 'theirs', 'Theirs', 'Theirs')": uuid.New(),
	} {
		sql := "INSERT INTO tenancy." + row
		_, err := d.Read(ctx).Exec(ctx, sql, institution)
		if refused := (*pgconn.PgError)(nil); !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("from %s: %s: %v, want a refusal by policy", viewer.From(ctx).Tenant, sql, err)
		}
	}
}
