package directory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"stoa/internal/identity"
)

// FacetValue is one value and how many of the people found have it.
type FacetValue struct {
	Value string `json:"value" doc:"What the filter takes"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

// Facets are the values of each filter. A count leaves its own filter out, so that it says what one more value would add; and
// counts only those whose value the viewer may see.
type Facets struct {
	Total      int          `json:"total" doc:"People found; at most 20,000 are counted when words are given"`
	Year       []FacetValue `json:"year" nullable:"false"`
	Programme  []FacetValue `json:"programme" nullable:"false"`
	Department []FacetValue `json:"department" nullable:"false"`
	Company    []FacetValue `json:"company" nullable:"false"`
	City       []FacetValue `json:"city" nullable:"false"`
	Industry   []FacetValue `json:"industry" nullable:"false"`
	Standing   []FacetValue `json:"standing" nullable:"false"`
}

type dimension struct {
	name, filter, value, empty, label, part string
	most                                    int
}

var dimensions = []dimension{
	{"year", "batch", "p.year::text", "'0'", "p.year::text", "", 120},
	{"programme", "programme", "p.programme", "''", "p.programme", "", 12},
	{"department", "department", "p.department", "''", "p.department", "", 24},
	{"company", "company", "p.company_key", "''", "max(p.company)", "company", 12},
	{"city", "city", "p.city_key", "''", "max(p.city)", "place", 12},
	{"industry", "industry", "p.industry", "''", "p.industry", "industry", 12},
	{"standing", "standing", "p.standing", "''", "p.standing", "", 4},
}

// Facets counts what a filter finds.
func (s *Service) Facets(ctx context.Context, f Filter) (Facets, error) {
	v, err := identity.Require(ctx, identity.DirectoryRead)
	if err != nil {
		return Facets{}, err
	}
	b, err := s.conditions(ctx, f, lensOf(v))
	if err != nil {
		return Facets{}, err
	}
	sql := b.counting()
	found, err := s.db.Read(ctx).Query(ctx, sql, b.args...)
	if err != nil {
		return Facets{}, err
	}
	out := Facets{Year: []FacetValue{}, Programme: []FacetValue{}, Department: []FacetValue{}, Company: []FacetValue{}, City: []FacetValue{}, Industry: []FacetValue{}, Standing: []FacetValue{}}
	lists := map[string]*[]FacetValue{"year": &out.Year, "programme": &out.Programme, "department": &out.Department, "company": &out.Company,
		"city": &out.City, "industry": &out.Industry, "standing": &out.Standing}
	var name, value, label string
	var count int
	_, err = pgx.ForEachRow(found, []any{&name, &value, &label, &count}, func() error {
		if name == "total" {
			out.Total = count
		} else {
			*lists[name] = append(*lists[name], FacetValue{value, label, count})
		}
		return nil
	})
	slices.SortFunc(out.Year, func(a, b FacetValue) int { return strings.Compare(b.Value, a.Value) })
	return out, err
}

const facetColumns = "p.id, p.batch_id, p.year, p.programme, p.department, p.company, p.company_key, p.city, p.city_key, p.industry, p.standing, p.see_company, p.see_place, p.see_industry"

// counting is one statement for the total and every facet. Those without a filter of their own share one pass over the people.
func (b *builder) counting() string {
	with, among := "WITH ", ""
	if b.words != "" {
		b.filters()
		with += fmt.Sprintf("found AS MATERIALIZED (SELECT directory.matches(%s, %d::smallint, $1, %s) AS id), ", b.arg(b.words), b.lens.audience, b.ownBatch())
		among = " JOIN found ON found.id = p.id"
	}
	people := func(without string) string {
		clauses := []string{"p.tenant_id = tenancy.here()", "p.deleted_at IS NULL"}
		for _, filter := range slices.Sorted(maps.Keys(b.clauses)) {
			if filter != without {
				clauses = append(clauses, b.clauses[filter])
			}
		}
		return fmt.Sprintf("SELECT %s FROM directory.profile p%s WHERE %s", facetColumns, among, strings.Join(clauses, " AND "))
	}
	with += "hits AS MATERIALIZED (" + people("") + ") "
	parts := []string{"SELECT 'total', '', '', count(*)::int FROM hits"}
	for _, d := range dimensions {
		source := "hits"
		if _, own := b.clauses[d.filter]; own {
			source = "(" + people(d.filter) + ")"
		}
		condition := fmt.Sprintf("%s <> %s", d.value, d.empty)
		if d.part != "" {
			condition += " AND " + b.visible(d.part)
		}
		parts = append(parts, fmt.Sprintf("(SELECT '%s', %s, %s, count(*)::int FROM %s p WHERE %s GROUP BY %s ORDER BY 4 DESC, 2 LIMIT %d)",
			d.name, d.value, d.label, source, condition, d.value, d.most))
	}
	return with + strings.Join(parts, " UNION ALL ")
}

// Suggestion is something that typed letters may lead to.
type Suggestion struct {
	Kind  string `json:"kind" enum:"person,company,city,batch"`
	Value string `json:"value" doc:"The person's or batch's id, or what the filter takes"`
	Label string `json:"label"`
	Note  string `json:"note,omitempty" doc:"What tells it from others"`
	Count int    `json:"count,omitempty" doc:"People at the company or in the city, of those whose value the viewer may see"`
}

// Suggest completes typed letters: people first, then companies, cities and batches.
func (s *Service) Suggest(ctx context.Context, typed string) ([]Suggestion, error) {
	v, err := identity.Require(ctx, identity.DirectoryRead)
	if err != nil {
		return nil, err
	}
	list := []Suggestion{}
	key := fold(typed)
	if key == "" {
		return list, nil
	}
	query := Query{Filter: Filter{Q: typed}}
	query.Limit = 5
	people, err := s.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	for _, e := range people.Items {
		list = append(list, Suggestion{"person", e.ID.String(), e.Name, e.note(), 0})
	}
	l := lensOf(v)
	for _, d := range []struct{ kind, column, label, part string }{{"company", "company_key", "company", "company"}, {"city", "city_key", "city", "place"}} {
		prefix := key
		if known, ok := s.places[key]; ok && d.kind == "city" {
			prefix = known.key
		}
		b := &builder{lens: l, args: []any{l.me}}
		sql := fmt.Sprintf(`SELECT p.%[1]s, max(p.%[2]s), count(*)::int FROM directory.profile p
			WHERE p.tenant_id = tenancy.here() AND p.deleted_at IS NULL AND p.%[1]s <> '' AND p.%[1]s >= %[3]s AND p.%[1]s < %[3]s || chr(1114111) AND %[4]s GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT 4`,
			d.column, d.label, b.arg(prefix)+"::text", b.visible(d.part))
		found, err := s.db.Read(ctx).Query(ctx, sql, b.args...)
		if err != nil {
			return nil, err
		}
		g := Suggestion{Kind: d.kind}
		if _, err := pgx.ForEachRow(found, []any{&g.Value, &g.Label, &g.Count}, func() error { list = append(list, g); return nil }); err != nil {
			return nil, err
		}
	}
	batches, err := s.suggestBatches(ctx, typed)
	return append(list, batches...), err
}

func (e Entry) note() string {
	var parts []string
	if e.Batch != nil {
		parts = append(parts, fmt.Sprintf("%s %s %d", e.Batch.Programme, e.Batch.Department, e.Batch.Year))
	}
	if e.Company != "" {
		parts = append(parts, e.Company)
	}
	return strings.Join(parts, " · ")
}
