package directory_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/dbtest"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// stated is what the tests know of a dimension by themselves: a wrong line of the table is found, and so is one that is
// not stated here. Both engines are compared by it with whoever looks at each person (reference_test.go).
type stated struct {
	column  string // of directory.profile: the value as it is compared
	written string // the column of the value as people write it; empty: it is compared as it is
	see     string // the column of who sees it; empty: everybody does
	many    bool   // a person may have several
	most    int    // how many values are counted; 0: none is
	// what people have by chance; nil: what they have otherwise, as with their batch
	has   []string
	asked []string // what is asked for besides
}

var statements = map[string]stated{
	"batch": {column: "year", most: 120, asked: []string{
		"2016", "2017-2018", "2018", "0000", "2030",
	}},
	"department": {column: "department", most: 24, asked: []string{"CSE", "ECE"}},
	"programme":  {column: "programme", most: 12, asked: []string{"BTech", "MBA"}},
	"standing":   {column: "standing", most: 4, asked: []string{"verified", "unverified", "rejected"}},
	"company": {column: "company_key", written: "company", see: "see_company", most: 12, has: []string{
		"", "Acme", "ACME", "acme", "Globex Inc.", "Microsoft", "C++ Labs", "New York Times", "Ræd & Co", "王府井",
		"شركة ألفا", "شركه الفا", "Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta",
	}},
	"city": {column: "city_key", written: "city", see: "see_place", most: 12, has: []string{
		"", "Bengaluru", "Mumbai", "Pune", "PUNE", "pune", "New York", "Delhi",
	}},
	"country":  {column: "country", see: "see_place", most: 12, has: []string{"", "India", "Germany", "Kenya"}},
	"industry": {column: "industry", see: "see_industry", most: 12, has: []string{"", "Software", "Media"}},
	"open_to":  {column: "open_to", see: "see_open_to", many: true, has: []string{"mentoring", "hiring"}},
}

// Each dimension of the table is stated here, and a parameter of the contract;
// and no other list is a parameter or among the facets.
func TestDimensionsAreTheContracts(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	api := httpapi.New(http.NewServeMux(), "test", nil, dbtest.DB(t), nil)
	c.dir.Routes(api)
	var names, facets []string
	for _, d := range directory.Dimensions {
		names = append(names, d.Name)
		of, known := statements[d.Name]
		if !known {
			t.Errorf("the tests do not know the dimension %s", d.Name)
		}
		if d.Facet != "" {
			facets = append(facets, d.Facet)
		}
		if (d.Facet != "") != (of.most > 0) {
			t.Errorf("%s is counted: %v", d.Name, d.Facet != "")
		}
	}
	slices.Sort(names)
	slices.Sort(facets)
	for _, path := range []string{"/directory", "/directory/facets"} {
		var parameters []string
		for _, p := range api.OpenAPI().Paths[path].Get.Parameters {
			if p.Schema.Type == huma.TypeArray {
				parameters = append(parameters, p.Name)
			}
		}
		if slices.Sort(parameters); !slices.Equal(parameters, names) {
			t.Errorf("%s takes %v, the dimensions are %v", path, parameters, names)
		}
	}
	var counted []string
	for f := range reflect.TypeFor[directory.Facets]().Fields() {
		if f.Type == reflect.TypeFor[[]directory.FacetValue]() {
			counted = append(counted, f.Tag.Get("json"))
		}
	}
	if slices.Sort(counted); !slices.Equal(counted, facets) {
		t.Errorf("the answer counts %v, the table %v", counted, facets)
	}
	kind, _ := reflect.TypeFor[directory.Suggestion]().FieldByName("Kind")
	for name, of := range statements {
		if of.written != "" && !strings.Contains(kind.Tag.Get("enum"), name) {
			t.Errorf("a suggestion is of no kind %s", name)
		}
	}
}

// Whoever alone has a value of a dimension is found and counted by it, by both engines, with words and without; and by
// nobody else when the one part that the value is of is hidden, whatever else is shown.
func TestEachDimensionFindsAndCounts(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	conn := dbtest.Superuser(t)
	c.batch("OTHER", 2001)
	batch, err := c.dir.CreateBatch(c.staff, directory.NewBatch{
		Code: "ONE", Programme: "Magister", Department: "Alchemy", Year: 2033,
	})
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]uuid.UUID{}
	for _, name := range []string{"Wanted One", "Wanted Other"} {
		p, _ := c.Join(name, viewer.Rejected, viewer.Alumnus)
		people[name] = p.ID
	}
	one := people["Wanted One"]
	if _, err := c.dir.Assign(c.staff, one, batch.ID); err != nil {
		t.Fatal(err)
	}
	_, asking := c.Join("Asking", viewer.Verified, viewer.Alumnus)
	set := func(who uuid.UUID, column string, value any) {
		t.Helper()
		if _, err := conn.Exec(t.Context(),
			"UPDATE directory.profile SET "+column+" = $3 WHERE tenant_id = $1 AND id = $2",
			viewer.From(c.Ctx).Tenant, who, value); err != nil {
			t.Fatal(err)
		}
	}
	set(people["Wanted Other"], "standing", "pending")
	var sees []string
	for _, d := range directory.Dimensions {
		of := statements[d.Name]
		switch {
		case of.written != "":
			set(one, of.written, "Zanzibar")
			set(one, of.column, "zanzibar")
		case of.many:
			set(one, of.column, []string{append(d.Values, "Zanzibar")[0]})
		case of.has != nil:
			set(one, of.column, append(d.Values, "Zanzibar")[0])
		}
		if of.see != "" {
			sees = append(sees, of.see)
		}
	}
	r := c.reference(conn)
	services := map[string]*directory.Service{"PostgreSQL": c.dir, "memory": c.remembering()}
	for _, d := range directory.Dimensions {
		of := statements[d.Name]
		value := r.of(one).has(of)[0]
		for _, shown := range []bool{true, false} {
			if of.see == "" && !shown {
				continue
			}
			for _, see := range sees { // the part of the dimension the other way than all others
				level := map[bool]int{true: 0, false: 3}[(see == of.see) == shown]
				set(one, see, level)
			}
			want := map[bool]string{true: "found", false: "not found"}[shown]
			for name, s := range services {
				soon(t, fmt.Sprintf("%s: %s %q is not %s", name, d.Name, value, want), func() bool {
					return c.trace(asking, s, d, value, one) == want
				})
			}
		}
	}
}

// trace says whether a person alone is found by a value, without words and with
// them, and counted by it, or nobody is; "differs" when not all of these agree.
func (c *campus) trace(
	ctx context.Context, s *directory.Service, d *directory.Dimension, value string, who uuid.UUID,
) string {
	c.t.Helper()
	ways := []bool{}
	for _, words := range []string{"", "wanted"} {
		query := directory.Query{Filter: directory.Filter{Q: words}}
		query.Limit = 10
		*d.Chosen(&query.Filter) = []string{value}
		page, err := s.Search(ctx, query)
		if err != nil || len(page.Items) > 1 {
			c.t.Fatal(page, err)
		}
		ways = append(ways, len(page.Items) == 1 && page.Items[0].ID == who)
		if d.Facet == "" {
			continue
		}
		facets, err := s.Facets(ctx, directory.Filter{Q: words})
		if err != nil {
			c.t.Fatal(err)
		}
		ways = append(ways, slices.ContainsFunc(*d.Counted(&facets), func(v directory.FacetValue) bool {
			return v.Value == value && v.Count == 1
		}))
	}
	switch {
	case !slices.Contains(ways, false):
		return "found"
	case !slices.Contains(ways, true):
		return "not found"
	}
	return "differs"
}
