package directory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/clock"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/edition"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// soon waits until something is so.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	for since := time.Now(); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Since(since) > time.Minute {
			t.Fatal(what)
		}
	}
}

// Who changes something finds it changed as soon as they are told that it
// is done, whichever module wrote it; another process does shortly after.
func TestChangesAreFoundAtOnce(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	p, asking := c.alumnus("Sowmya Hegde", directory.Edit{})
	here, there := c.remembering(), c.remembering()
	elsewhere := *c
	elsewhere.dir = there
	c.dir = here
	for _, company := range []string{"Acme", "Globex", "Initech"} {
		if _, err := here.Update(asking, directory.Edit{Company: text(company)}, edition.Seen{}); err != nil {
			t.Fatal(err)
		}
		if got := c.find(asking, directory.Filter{Company: []string{company}}); len(got) != 1 {
			t.Fatalf("the author does not find %s at once", company)
		}
		if got := c.find(asking, directory.Filter{Q: strings.ToLower(company)}); len(got) != 1 {
			t.Fatalf("the author does not find the word %s at once", company)
		}
		soon(t, "the other process does not follow", func() bool {
			return len(elsewhere.find(asking, directory.Filter{Company: []string{company}})) == 1
		})
	}
	c.Join("Zubin Newcomer", viewer.Verified, viewer.Alumnus)
	if got := c.find(asking, directory.Filter{Q: "zubin"}); len(got) != 1 {
		t.Error("a new person is not found at once")
	}
	c.batch("B-2031", 2031, p)
	if got := c.find(asking, directory.Filter{Batch: []string{"2031"}}); len(got) != 1 {
		t.Error("the new batch is not found at once")
	}
	for _, s := range []*directory.Service{here, there} {
		if !s.InMemory(asking) {
			t.Error("the directory was let go by small changes")
		}
	}
}

// Institutions in the memory of one process know nothing of each other.
func TestMemoryKeepsInstitutionsApart(t *testing.T) {
	t.Parallel()
	one, other := newCampus(t), newCampus(t)
	for _, c := range []*campus{one, other} {
		for _, name := range []string{"Asha Rao", "Ravi Nair"} {
			c.alumnus(name, directory.Edit{Company: text("Acme"), City: text("Pune")})
		}
	}
	s := one.remembering()
	other.inMemory(s)
	seen := map[uuid.UUID]bool{}
	for _, c := range []*campus{one, other} {
		page, err := s.Search(c.staff, directory.Query{
			Filter: directory.Filter{Company: []string{"acme"}},
			Paging: httpapi.Paging{Limit: 10},
		})
		if err != nil || len(page.Items) != 2 {
			t.Fatalf("%d people, %v", len(page.Items), err)
		}
		for _, e := range page.Items {
			if seen[e.ID] {
				t.Error("a person of the other institution is found")
			}
			seen[e.ID] = true
		}
		if f, err := s.Facets(c.staff, directory.Filter{Q: "asha"}); err != nil || f.Total != 1 {
			t.Errorf("%d are counted, %v", f.Total, err)
		}
		list, err := s.Suggest(c.staff, "acm")
		if err != nil || list[len(list)-1].Count != 2 {
			t.Errorf("suggestions %v %v", list, err)
		}
	}
}

// An institution that is too large for memory, and a process that hears of no changes, is answered by PostgreSQL.
func TestPostgreSQLAnswersWhatMemoryCannot(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	for _, name := range []string{"Asha Rao", "Ravi Nair", "Neha Das"} {
		c.alumnus(name, directory.Edit{})
	}
	for why, o := range map[string]directory.Options{
		"too large":    {InMemory: 2},
		"deaf":         {InMemory: 1000},
		"switched off": {},
	} {
		s, err := directory.New(t.Context(), dbtest.DB(t), clock.System{}, c.People, o)
		if err != nil {
			t.Fatal(err)
		}
		if why == "too large" {
			c.follow(s)
			time.Sleep(100 * time.Millisecond)
		}
		for range 3 {
			if c.dir = s; len(c.find(c.staff, directory.Filter{Q: "asha"})) != 1 || s.InMemory(c.staff) {
				t.Errorf("%s: in memory %v", why, s.InMemory(c.staff))
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// An index that many changes have worn is built anew, and one that missed too many
// is left for PostgreSQL until it is; both give the same answers all the while.
func TestManyChangesBuildTheIndexAnew(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	c.crowd(6000)
	s := c.remembering()
	conn := dbtest.Superuser(t)
	names := func(dir *directory.Service) []uuid.UUID {
		page, err := dir.Search(c.staff, directory.Query{
			Filter: directory.Filter{Company: []string{"Company 7"}},
			Paging: httpapi.Paging{Limit: 100},
		})
		if err != nil {
			t.Fatal(err)
		}
		var ids []uuid.UUID
		for _, e := range page.Items {
			ids = append(ids, e.ID)
		}
		return ids
	}
	for _, changed := range []string{"id < '80000000-0000-0000-0000-000000000000'", "true", "name LIKE 'Asha%'"} {
		if _, err := conn.Exec(t.Context(), `UPDATE directory.profile
			SET name = reverse(name), company = 'Company ' || ascii(name) % 9,
			company_key = 'company ' || ascii(name) % 9 WHERE tenant_id = $1 AND `+
			changed, viewer.From(c.Ctx).Tenant); err != nil {
			t.Fatal(err)
		}
		want := names(c.dir)
		soon(t, "the changes are not found", func() bool { return slices.Equal(names(s), want) })
		c.inMemory(s)
		if !slices.Equal(names(s), want) {
			t.Fatal("the index built anew finds others")
		}
	}
}
