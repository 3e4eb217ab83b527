package directory_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/clock"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
	"stoa/internal/identity"
	"stoa/internal/identity/identitytest"
)

// campus is a directory in an institution of its own.
type campus struct {
	identitytest.Ground
	t     testing.TB
	dir   *directory.Service
	staff context.Context
}

func newCampus(t testing.TB) *campus {
	t.Helper()
	c := &campus{Ground: identitytest.On(t, clock.System{}), t: t}
	var err error
	if c.dir, err = directory.New(t.Context(), c.DB, clock.System{}, c.People, directory.Options{}); err != nil {
		t.Fatal(err)
	}
	_, c.staff = c.Join("Leela Thomas", "", viewer.Staff)
	return c
}

func (c *campus) alumnus(name string, edit directory.Edit) (identity.Person, context.Context) {
	c.t.Helper()
	p, ctx := c.Join(name, viewer.Verified, viewer.Alumnus)
	if _, err := c.dir.Update(ctx, edit, edition.Seen{}); err != nil {
		c.t.Fatal(err)
	}
	return p, ctx
}

func (c *campus) batch(code string, year int, members ...identity.Person) uuid.UUID {
	c.t.Helper()
	b, err := c.dir.CreateBatch(c.staff, directory.NewBatch{
		Code:       code,
		Programme:  "BTech",
		Department: "CSE",
		Year:       year,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, m := range members {
		if _, err := c.dir.Assign(c.staff, m.ID, b.ID); err != nil {
			c.t.Fatal(err)
		}
	}
	return b.ID
}

func (c *campus) find(ctx context.Context, f directory.Filter) []string {
	c.t.Helper()
	q := directory.Query{Filter: f}
	q.Limit = 50
	page, err := c.dir.Search(ctx, q)
	if err != nil {
		c.t.Fatal(err)
	}
	names := []string{}
	for _, e := range page.Items {
		names = append(names, e.Name)
	}
	return names
}

func text(s string) *string { return &s }

// shownTo is every part of a profile for one audience.
func shownTo(audience directory.Audience) directory.Visibility {
	var v directory.Visibility
	for _, part := range reflect.ValueOf(&v).Elem().Fields() {
		part.Set(reflect.ValueOf(audience))
	}
	return v
}

func everyone() directory.Visibility { return shownTo(directory.Everyone) }

func TestSearchByWords(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	c.alumnus("Sowmya Hegde", directory.Edit{Company: text("Infosys"), City: text("Bengaluru")})
	c.alumnus("Soumya Rao", directory.Edit{Company: text("Wipro")})
	c.alumnus("José García", directory.Edit{Title: text("Compiler Engineer"), Company: text("Microsoft")})
	c.alumnus("Lakshmi Iyer", directory.Edit{Headline: text("Building Microsoft Hyderabad")})
	_, viewer := c.alumnus("Zed Viewer", directory.Edit{})
	for q, want := range map[string][]string{
		"sowmya":             {"Sowmya Hegde", "Soumya Rao"}, // itself first, then what sounds the same
		"soumya":             {"Soumya Rao", "Sowmya Hegde"},
		"somya heg":          {"Sowmya Hegde"},
		"jose garcia":        {"José García"},
		"GARCÍA":             {"José García"},
		"laxmi":              {"Lakshmi Iyer"},
		"lakshmy":            {"Lakshmi Iyer"},
		"compiler":           {"José García"},
		"microsoft":          {"José García", "Lakshmi Iyer"},
		"microsoft compiler": {"José García"},
		"bangalore":          {"Sowmya Hegde"},
		"nobodyhere":         {},
		"&|!()":              {},
	} {
		if got := c.find(viewer, directory.Filter{Q: q}); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", q, got, want)
		}
	}
	got := c.find(viewer, directory.Filter{City: []string{"Bangalore"}})
	if !slices.Equal(got, []string{"Sowmya Hegde"}) {
		t.Errorf("the other name of the city finds %v", got)
	}
	if got := c.find(viewer, directory.Filter{
		Company: []string{"MICROSOFT"},
	}); !slices.Equal(got, []string{"José García"}) {
		t.Errorf("the company in capitals finds %v", got)
	}
}

// Names are found in every script: by the given name where no blank parts it from the
// family's, under every way to write a letter of the Arabic script, with joiners and without.
func TestNamesOfEveryScript(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	for _, name := range []string{"王小明", "王明", "小林明子", "田中太郎", "佐々木希", "김민수", "สมชายใจดี", "Li 小明", "أحمد مصطفى",
		"آمنة مؤمن", "رائد علی\u200cرضا",
		"کریم", "ہاشم", "مُحَمَّد", "عبـــد", "क्षमा", "क्\u200dषितिज", "Anne\u200cMarie"} {
		c.alumnus(name, directory.Edit{})
	}
	c.alumnus("Zed", directory.Edit{Headline: text("在北京大学研究计算机网络"), Company: text("شركة ألفا")})
	for name, s := range map[string]*directory.Service{"PostgreSQL": c.dir, "memory": c.remembering()} {
		c.dir = s
		for q, want := range map[string][]string{
			"王小明": {"王小明"}, "小明": {"Li 小明", "王小明"}, "明小": {}, "王": {"王小明", "王明"}, "王 小明": {"王小明"}, "小明 王": {"王小明"},
			"明子": {"小林明子"},
			"明":  {"Li 小明", "小林明子", "王小明", "王明"}, "太郎": {"田中太郎"}, "田中": {"田中太郎"}, "田中 太郎": {"田中太郎"}, "田中太郎": {"田中太郎"},
			"佐々木": {"佐々木希"}, "々木": {"佐々木希"}, "希": {"佐々木希"}, "민수": {"김민수"}, "김": {"김민수"}, "김민수": {"김민수"},
			"ใจดี": {"สมชายใจดี"}, "สมชาย": {"สมชายใจดี"}, "สมชาย ใจดี": {"สมชายใจดี"}, "li小明": {"Li 小明"},
			"北京": {"Zed"}, "计算机": {"Zed"}, "大北": {},
			"احمد": {"أحمد مصطفى"}, "إحمد": {"أحمد مصطفى"}, "ٱحمد": {"أحمد مصطفى"}, "آحمد": {"أحمد مصطفى"},
			"أحمد مصطفي": {"أحمد مصطفى"}, "أَحْمَد": {"أحمد مصطفى"},
			"مصطفی": {"أحمد مصطفى"}, "امنه": {"آمنة مؤمن"}, "أمنة": {"آمنة مؤمن"}, "مومن": {"آمنة مؤمن"},
			"رايد": {"رائد علی\u200cرضا"}, "رائد": {"رائد علی\u200cرضا"},
			"راي\u0654د": {"رائد علی\u200cرضا"}, "علیرضا": {"رائد علی\u200cرضا"}, "علی\u200cرضا": {"رائد علی\u200cرضا"},
			"علي\u200cرضا": {"رائد علی\u200cرضا"}, "كريم": {"کریم"}, "کریم": {"کریم"},
			"هاشم": {"ہاشم"}, "ھاشم": {"ہاشم"}, "محمد": {"مُحَمَّد"}, "محـــمد": {"مُحَمَّد"}, "عبد": {"عبـــد"},
			"क्\u200dषमा": {"क्षमा"}, "क्\u200cषमा": {"क्षमा"}, "क्षमा": {"क्षमा"}, "क्षितिज": {"क्\u200dषितिज"},
			"क्\u200cषितिज": {"क्\u200dषितिज"}, "annemarie": {"Anne\u200cMarie"},
			"anne\u200cmarie": {"Anne\u200cMarie"},
			"شركه الفا":       {"Zed"},
		} {
			if got := c.find(c.staff, directory.Filter{Q: q}); !slices.Equal(got, want) {
				t.Errorf("%s: %q finds %q, want %q", name, q, got, want)
			}
		}
		got := c.find(c.staff, directory.Filter{Company: []string{"شركه الفا"}})
		if !slices.Equal(got, []string{"Zed"}) {
			t.Errorf("%s: the company with another alef finds %q", name, got)
		}
	}
}

func TestFiltersCombine(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	public := everyone()
	var of2018, of2019 []identity.Person
	for i := range 6 {
		company := []string{"Microsoft", "Infosys"}[i%2]
		p, _ := c.alumnus(fmt.Sprintf("Person %d", i), directory.Edit{
			Company:    &company,
			City:       text("Pune"),
			Industry:   text("Software"),
			Visibility: &public,
		})
		if i < 3 {
			of2018 = append(of2018, p)
		} else {
			of2019 = append(of2019, p)
		}
	}
	c.batch("BTECH-CSE-2018", 2018, of2018...)
	b2019 := c.batch("BTECH-CSE-2019", 2019, of2019...)
	_, asking := c.Join("Asking", viewer.Verified, viewer.Alumnus)
	for name, x := range map[string]struct {
		f    directory.Filter
		want int
	}{
		"a year":               {directory.Filter{Batch: []string{"2018"}}, 3},
		"a range of years":     {directory.Filter{Batch: []string{"2017-2019"}}, 6},
		"a code":               {directory.Filter{Batch: []string{"BTECH-CSE-2018"}}, 3},
		"an id":                {directory.Filter{Batch: []string{b2019.String()}}, 3},
		"a year or an id":      {directory.Filter{Batch: []string{"2018", b2019.String()}}, 6},
		"batch and company":    {directory.Filter{Batch: []string{"2018"}, Company: []string{"Microsoft"}}, 2},
		"one of two companies": {directory.Filter{Company: []string{"Microsoft", "Infosys"}}, 6},
		"everything": {directory.Filter{
			Batch:      []string{"2018"},
			Company:    []string{"Microsoft"},
			City:       []string{"Pune"},
			Industry:   []string{"Software"},
			Department: []string{"CSE"},
			Programme:  []string{"BTech"},
			Standing:   []string{"verified"},
		}, 2},
		"words and filters": {
			directory.Filter{Q: "person", Batch: []string{"2019"}, Company: []string{"Infosys"}},
			2,
		},
		"words and a company of blanks alone": {directory.Filter{Q: "person", Company: []string{" "}}, 0},
		"a code that nobody has":              {directory.Filter{Batch: []string{"BTECH-CSE-1900"}}, 0},
		"a standing nobody holds":             {directory.Filter{Standing: []string{"rejected"}}, 0},
	} {
		if got := c.find(asking, x.f); len(got) != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, err := c.dir.CreateBatch(c.staff, directory.NewBatch{
		Code:       "BTECH-CSE-2018",
		Programme:  "X",
		Department: "Y",
		Year:       2018,
	}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("the same code twice: %v", err)
	}
}

// A page follows another without a gap or a repeat, in every order, with and without words.
func TestPagesCoverEverybodyOnce(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	var members []identity.Person
	for i := range 23 {
		p, _ := c.alumnus(fmt.Sprintf("Twin %c", 'A'+i%5), directory.Edit{Company: text("Acme")})
		members = append(members, p)
	}
	c.batch("B-2001", 2001, members[:9]...)
	c.batch("B-2002", 2002, members[9:15]...)
	_, asking := c.Join("Asking", viewer.Verified, viewer.Alumnus)
	for _, f := range []directory.Filter{{}, {Q: "twin"}, {Q: "acme"}, {Company: []string{"acme"}}} {
		for _, sort := range []string{"", "name", "batch", "relevance"} {
			whole := directory.Query{Filter: f, Sort: sort}
			whole.Limit = 100
			all, err := c.dir.Search(asking, whole)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[uuid.UUID]bool{}
			var walked []uuid.UUID
			paged := directory.Query{Filter: f, Sort: sort}
			for paged.Limit = 4; ; {
				page, err := c.dir.Search(asking, paged)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page.Items {
					if seen[e.ID] {
						t.Fatalf("%+v %s: %s twice", f, sort, e.Name)
					}
					seen[e.ID] = true
					walked = append(walked, e.ID)
				}
				if paged.Cursor = page.NextCursor; paged.Cursor == "" {
					break
				}
			}
			if len(walked) != len(all.Items) || len(walked) < 23 {
				t.Errorf("%+v %s: pages hold %d, the whole list %d", f, sort, len(walked), len(all.Items))
			}
			for i, e := range all.Items {
				if i < len(walked) && walked[i] != e.ID {
					t.Fatalf("%+v %s: the order differs at %d", f, sort, i)
				}
			}
		}
	}
}

// A hidden part is unsearchable, unfilterable, uncounted, uncompleted and absent for those
// who may not see it, and there for those who may: for every part and every audience.
func TestHiddenPartsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	const secret = "Zanzibarco"
	everything := directory.Edit{
		Links:  &[]string{"https://" + strings.ToLower(secret) + ".example"},
		OpenTo: &[]string{"mentoring"},
	}
	for _, part := range reflect.ValueOf(&everything).Elem().Fields() {
		switch part.Interface().(type) {
		case *string:
			part.Set(reflect.ValueOf(text(secret)))
		case *[]string:
			if part.IsNil() {
				part.Set(reflect.ValueOf(&[]string{secret}))
			}
		}
	}
	owner, asOwner := c.alumnus("Hidden Owner", everything)
	mate, asMate := c.Join("Same Batch", viewer.Verified, viewer.Alumnus)
	_, asAlumnus := c.Join("Other Batch", viewer.Verified, viewer.Alumnus)
	_, asStudent := c.Join("Some Student", "", viewer.Student)
	unverified, asUnverified := c.Join("Unverified", viewer.Unverified, viewer.Alumnus)
	c.batch("B-2018", 2018, owner, mate, unverified)
	for level, audience := range []directory.Audience{
		directory.Everyone, directory.Alumni, directory.Batch, directory.Me,
	} {
		v := shownTo(audience)
		if _, err := c.dir.Update(asOwner, directory.Edit{Visibility: &v}, edition.Seen{}); err != nil {
			t.Fatal(err)
		}
		for who, x := range map[string]struct {
			ctx  context.Context
			sees bool
		}{
			"a student":             {asStudent, level == 0},
			"an unverified alumnus": {asUnverified, level == 0}, // of the batch by record, but not confirmed
			"an alumnus":            {asAlumnus, level <= 1},
			"a batchmate":           {asMate, level <= 2},
			"the alumni office":     {c.staff, level <= 2},
		} {
			for way, found := range c.traces(x.ctx, owner.ID, secret) {
				if found != x.sees {
					t.Errorf("kept for %s: %s by %s: %v", audience, who, way, found)
				}
			}
		}
		if p, err := c.dir.Profile(asOwner, owner.ID); err != nil || p.Company != secret || p.Visibility == nil {
			t.Errorf("the owner does not see their own profile: %+v %v", p, err)
		}
	}
}

// traces are the ways in which a person's hidden parts could show.
func (c *campus) traces(ctx context.Context, owner uuid.UUID, secret string) map[string]bool {
	c.t.Helper()
	lower := strings.ToLower(secret)
	ways := map[string]bool{}
	for name, f := range map[string]directory.Filter{
		"words": {Q: lower}, "the beginning of a word": {Q: lower[:5]},
		"a company filter": {Company: []string{secret}}, "a city filter": {City: []string{secret}},
		"an industry filter": {Industry: []string{secret}}, "an offer filter": {OpenTo: []string{"mentoring"}},
		"words and a filter": {Q: "hidden", Company: []string{secret}},
	} {
		ways[name] = len(c.find(ctx, f)) > 0
	}
	entry := directory.Query{Filter: directory.Filter{Q: "hidden owner"}}
	entry.Limit = 1
	page, err := c.dir.Search(ctx, entry)
	if err != nil || len(page.Items) != 1 {
		c.t.Fatalf("the name is always found: %v %v", page, err)
	}
	ways["the list"] = strings.Contains(fmt.Sprint(page.Items[0]), secret)
	p, err := c.dir.Profile(ctx, owner)
	if err != nil {
		c.t.Fatal(err)
	}
	ways["the profile"] = strings.Contains(strings.ToLower(fmt.Sprint(p)), lower)
	facets, err := c.dir.Facets(ctx, directory.Filter{})
	if err != nil {
		c.t.Fatal(err)
	}
	ways["the facets"] = strings.Contains(fmt.Sprint(facets), secret)
	suggested, err := c.dir.Suggest(ctx, lower[:4])
	if err != nil {
		c.t.Fatal(err)
	}
	ways["the suggestions"] = strings.Contains(fmt.Sprint(suggested), secret)
	byName, err := c.dir.Suggest(ctx, "hidden")
	if err != nil {
		c.t.Fatal(err)
	}
	ways["a suggestion's note"] = strings.Contains(fmt.Sprint(byName), secret)
	return ways
}

func TestFacetsLeaveTheirOwnFilterOut(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	public := everyone()
	for i, company := range []string{"Acme", "Acme", "Globex", "Initech"} {
		city := []string{"Pune", "Delhi"}[i%2]
		c.alumnus(fmt.Sprintf("P %d", i), directory.Edit{Company: &company, City: &city, Visibility: &public})
	}
	_, asking := c.Join("Asking", viewer.Verified, viewer.Alumnus)
	f, err := c.dir.Facets(asking, directory.Filter{Company: []string{"Acme"}})
	if err != nil {
		t.Fatal(err)
	}
	if f.Total != 2 || len(f.Company) != 3 || len(f.City) != 2 || f.City[0].Count != 1 {
		t.Errorf("facets = %+v", f)
	}
}

// A company and a city are shown as most people of the institution write them who show it to the
// viewer's audience, whatever the filter: in facets, at what a filter asks for, and in suggestions.
func TestTheCommonestSpellingIsShown(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	public, hidden := everyone(), everyone()
	hidden.Company, hidden.Place = directory.Me, directory.Me
	var writers []context.Context
	write := func(name, company, city string, v directory.Visibility) context.Context {
		_, ctx := c.alumnus(name, directory.Edit{Company: &company, City: &city, Visibility: &v})
		return ctx
	}
	for i, company := range []string{"INFOSYS", "Infosys", "infosys", "Infosys", "INFOSYS", "Infosys"} {
		writers = append(writers, write(fmt.Sprint("Person ", i), company, []string{"PUNE", "Pune"}[i%2], public))
	}
	var owner context.Context
	for range 5 {
		owner = write("Hidden", "iNFOSYS", "pUNE", hidden)
	}
	alone := write("Alone", "Tata  Motors", "Puné", hidden)
	for i := range 13 {
		for range 2 {
			write("Other", fmt.Sprint("Company ", i), "Delhi", public)
		}
	}
	write("Rare", "Zenith", "Delhi", public)
	services := map[string]*directory.Service{"PostgreSQL": c.dir, "memory": c.remembering()}
	find := func(s *directory.Service, ctx context.Context, f directory.Filter) (company, city directory.FacetValue) {
		t.Helper()
		facets, err := s.Facets(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		named := func(list []directory.FacetValue, value string) directory.FacetValue {
			at := slices.IndexFunc(list, func(v directory.FacetValue) bool { return v.Value == value })
			if at < 0 {
				return directory.FacetValue{}
			}
			return list[at]
		}
		return named(facets.Company, "infosys"), named(facets.City, "pune")
	}
	suggested := func(s *directory.Service, typed string) directory.Suggestion {
		t.Helper()
		list, err := s.Suggest(c.staff, typed)
		if err != nil || len(list) == 0 {
			t.Fatal(list, err)
		}
		return list[len(list)-1]
	}
	for name, s := range services {
		for _, f := range []directory.Filter{{}, {Q: "person 0"}, {Q: "person 4"}, {Company: []string{"INFOSYS"}}} {
			company, city := find(s, c.staff, f)
			if company.Label != "Infosys" || city.Label != "PUNE" { // as many write Pune: the first of them is shown
				t.Errorf("%s: %+v shows %q in %q", name, f, company.Label, city.Label)
			}
		}
		if got := suggested(s, "INFO"); got.Label != "Infosys" || got.Value != "infosys" || got.Count != 6 {
			t.Errorf("%s suggests %+v", name, got)
		}
		if got := suggested(s, "pun"); got.Label != "PUNE" {
			t.Errorf("%s suggests %+v", name, got)
		}
		facets, err := s.Facets(c.staff, directory.Filter{Company: []string{"ZENITH", "zenith", "Nobody's"}})
		last := facets.Company[len(facets.Company)-1]
		if err != nil || len(facets.Company) != 13 || last.Label != "Zenith" ||
			!slices.Equal(last.Asked, []string{"ZENITH"}) {
			t.Errorf("%s does not list what is asked for: %+v %v", name, facets.Company, err)
		}
		if company, _ := find(s, owner, directory.Filter{}); company.Label != "Infosys" || company.Count != 7 {
			t.Errorf("%s shows %+v to who hides it", name, company)
		}
		facets, err = s.Facets(alone, directory.Filter{Q: "alone"})
		if err != nil || len(facets.Company) != 1 || facets.Company[0].Label != "Tata  Motors" {
			t.Errorf("%s shows %+v to the only one, %v", name, facets.Company, err)
		}
	}
	for _, i := range []int{1, 3} {
		if _, err := c.dir.Update(writers[i], directory.Edit{
			Company: text("infosys"), City: text("Mumbai"),
		}, edition.Seen{}); err != nil {
			t.Fatal(err)
		}
		if err := c.dir.Sweep(t.Context()); err != nil { // sums up, and changes nothing
			t.Fatal(err)
		}
	}
	for name, s := range services {
		soon(t, name+" does not follow", func() bool {
			company, city := find(s, c.staff, directory.Filter{})
			return company.Label == "infosys" && city.Label == "PUNE"
		})
	}
	if rows := c.labels("infosys"); rows != 4 {
		t.Errorf("the sweep leaves %d rows of four spellings", rows)
	}
}

// labels is how many rows count the spellings of a company.
func (c *campus) labels(key string) (rows int) {
	c.t.Helper()
	if err := dbtest.Superuser(c.t).QueryRow(c.t.Context(), `SELECT count(*) FROM directory.label
		WHERE tenant_id = $1 AND kind = 'company' AND key = $2`,
		viewer.From(c.Ctx).Tenant, key).Scan(&rows); err != nil {
		c.t.Fatal(err)
	}
	return rows
}

func TestUnverifiedAlumniReadOnly(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	_, asking := c.Join("New Here", viewer.Unverified, viewer.Alumnus)
	if got := c.find(asking, directory.Filter{Q: "new here"}); len(got) != 1 {
		t.Errorf("does not find themselves: %v", got)
	}
	_, err := c.dir.Update(asking, directory.Edit{Company: text("X")}, edition.Seen{})
	if errs.KindOf(err) != errs.Forbidden {
		t.Errorf("edits the profile: %v", err)
	}
}

// A value of which nothing is left finds nobody, whatever else is asked: not those who have another filter's value.
func TestNobodyIsFoundByWhatFoldsToNothing(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	pune := "Pune"
	_, asha := c.alumnus("Asha Menon", directory.Edit{Company: &pune, City: &pune})
	for _, words := range []string{"", "asha"} {
		f := directory.Filter{Q: words, City: []string{pune}}
		if got := c.find(asha, f); len(got) != 1 {
			t.Errorf("%q in Pune: %v", words, got)
		}
		f.Company = []string{"\u0651"} // a mark alone
		if got := c.find(asha, f); len(got) != 0 {
			t.Errorf("%q in Pune at no company: %v", words, got)
		}
	}
}
