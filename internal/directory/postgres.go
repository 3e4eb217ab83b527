package directory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
)

// postgres finds people in the database itself.
type postgres struct{ db *db.DB }

func (e postgres) list(ctx context.Context, a ask) ([]Entry, []entryPlace, error) {
	b := conditions(a)
	sql := b.listing()
	list, places, err := entries(ctx, e.db, a.lens, sql, b.args)
	return list[:min(len(list), a.limit)], places, err
}

// entries reads people as the lens shows them.
func entries(ctx context.Context, d *db.DB, l lens, sql string, args []any) ([]Entry, []entryPlace, error) {
	found, err := d.Read(ctx).Query(ctx, sql, args...)
	if err != nil {
		return nil, nil, err
	}
	places := []entryPlace{}
	list, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (Entry, error) {
		e, at, err := scanEntry(row, l)
		places = append(places, at)
		return e, err
	})
	return list, places, err
}

func (e postgres) count(ctx context.Context, a ask) (Facets, error) {
	b := conditions(a)
	sql := b.counting()
	found, err := e.db.Read(ctx).Query(ctx, sql, b.args...)
	if err != nil {
		return Facets{}, err
	}
	out := noFacets()
	lists := map[string]*[]FacetValue{
		"year":       &out.Year,
		"programme":  &out.Programme,
		"department": &out.Department,
		"company":    &out.Company,
		"city":       &out.City,
		"industry":   &out.Industry,
		"standing":   &out.Standing,
	}
	var name, value, label string
	var count int
	_, err = pgx.ForEachRow(found, []any{&name, &value, &label, &count}, func() error {
		if name == "total" {
			out.Total = count
		} else {
			*lists[name] = append(*lists[name], FacetValue{Value: value, Label: label, Count: count})
		}
		return nil
	})
	out.newestFirst()
	return out, err
}

func (e postgres) complete(ctx context.Context, l lens, kind, letters string) ([]Suggestion, error) {
	b := &builder{ask: ask{lens: l}, args: []any{l.me}}
	part := map[string]string{"company": "company", "city": "place"}[kind]
	sql := fmt.Sprintf(`SELECT v.value, %[5]s, v.people
		FROM (SELECT p.%[1]s_key AS value, count(*)::int AS people FROM directory.profile p
		WHERE p.tenant_id = tenancy.here() AND %[4]s AND p.%[1]s_key <> '' AND p.%[1]s_key >= %[2]s
		AND p.%[1]s_key < %[2]s || chr(1114111) AND %[3]s
		GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 4) v ORDER BY 3 DESC, 1`,
		kind, b.arg(letters)+"::text", b.visible(part), b.living(), b.label(kind, part))
	found, err := e.db.Read(ctx).Query(ctx, sql, b.args...)
	if err != nil {
		return nil, err
	}
	var list []Suggestion
	g := Suggestion{Kind: kind}
	_, err = pgx.ForEachRow(found, []any{&g.Value, &g.Label, &g.Count}, func() error {
		list = append(list, g)
		return nil
	})
	return list, err
}

// Explain is the statement that PostgreSQL would run for a first page, for looking at its plan.
func (s *Service) Explain(ctx context.Context, query Query) (sql string, args []any, err error) {
	a, err := s.ask(ctx, query.settled(), lensOf(viewer.From(ctx)))
	if err != nil {
		return "", nil, err
	}
	b := conditions(a)
	sql = b.listing()
	return sql, b.args, nil
}

type dimension struct {
	name, filter, value, empty, part string
	labelled                         bool // people write it in different ways
	most                             int
}

var dimensions = []dimension{
	{name: "year", filter: "batch", value: "p.year::text", empty: "'0'", most: 120},
	{name: "programme", filter: "programme", value: "p.programme", empty: "''", most: 12},
	{name: "department", filter: "department", value: "p.department", empty: "''", most: 24},
	{
		name:     "company",
		filter:   "company",
		value:    "p.company_key",
		empty:    "''",
		part:     "company",
		labelled: true,
		most:     12,
	},
	{name: "city", filter: "city", value: "p.city_key", empty: "''", part: "place", labelled: true, most: 12},
	{name: "industry", filter: "industry", value: "p.industry", empty: "''", part: "industry", most: 12},
	{name: "standing", filter: "standing", value: "p.standing", empty: "''", most: 4},
}

const facetColumns = "p.id, p.batch_id, p.year, p.programme, p.department, p.company_key, p.city_key, p.industry, " +
	"p.standing, p.see_company, p.see_place, p.see_industry"

// counting is one statement for the total and every facet. Those
// without a filter of their own share one pass over the people.
func (b *builder) counting() string {
	with, among := "WITH ", ""
	if b.words != "" {
		b.filters()
		with += fmt.Sprintf("found AS MATERIALIZED (SELECT directory.matches(%s, %d::smallint, $1, %s) AS id), ",
			b.arg(b.words), b.lens.audience, b.ownBatch())
		among = " JOIN found ON found.id = p.id"
	}
	people := func(without string) string {
		clauses := []string{"p.tenant_id = tenancy.here()", b.living()}
		for _, filter := range slices.Sorted(maps.Keys(b.clauses)) {
			if filter != without {
				clauses = append(clauses, b.clauses[filter])
			}
		}
		return fmt.Sprintf("SELECT %s FROM directory.profile p%s WHERE %s",
			facetColumns, among, strings.Join(clauses, " AND "))
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
		label, chosen := "v.value", ""
		if d.labelled {
			label = b.label(d.name, d.part)
		}
		if values := b.keys.chosen(d.name); values != nil {
			chosen = " OR v.value = ANY (" + b.arg(values) + ")"
		}
		parts = append(parts,
			fmt.Sprintf(`(SELECT '%s', v.value, %s, v.people FROM (SELECT %s AS value, count(*)::int AS people,
			row_number() OVER (ORDER BY count(*) DESC, %[3]s) AS place FROM %s p WHERE %s GROUP BY 1) v
			WHERE v.place <= %d%s ORDER BY v.place)`,
				d.name, label, d.value, source, condition, d.most, chosen))
	}
	return with + strings.Join(parts, " UNION ALL ")
}

// builder makes the statements whose conditions depend on what was asked. What a person typed is always a parameter.
type builder struct {
	ask
	args    []any             // $1 is the viewer
	clauses map[string]string // by the filter they come from
}

func (b *builder) arg(value any) string {
	b.args = append(b.args, value)
	return "$" + strconv.Itoa(len(b.args))
}

// visible is the condition that a part is open to the viewer.
func (b *builder) visible(part string) string {
	clause := fmt.Sprintf("p.see_%s <= %d OR p.id = $1", part, b.lens.audience)
	if b.lens.ownBatch && b.lens.audience < 2 {
		clause += fmt.Sprintf(" OR (p.see_%s = 2 AND p.batch_id = (SELECT m.batch_id FROM directory.profile m "+
			"WHERE m.tenant_id = tenancy.here() AND m.id = $1 AND m.deleted_at IS NULL))", part)
	}
	return "(" + clause + ")"
}

// label is how a value v of the company or the city is shown: directory.label has the rule, and when
// nobody shows the value to all of the viewer's audience, those count who show it to the viewer.
func (b *builder) label(kind, part string) string {
	return fmt.Sprintf(`COALESCE(directory.label('%[1]s', v.value, %[2]d::smallint),
		(SELECT p.%[1]s FROM directory.profile p WHERE p.tenant_id = tenancy.here() AND p.%[1]s_key = v.value
		AND p.%[1]s_key <> '' AND %[3]s AND %[4]s GROUP BY 1 ORDER BY count(*) DESC, p.%[1]s COLLATE "C" LIMIT 1))`,
		kind, b.lens.audience, b.living(), b.visible(part))
}

// ownBatch is the viewer's batch where it lets them see more.
func (b *builder) ownBatch() string {
	if !b.lens.ownBatch {
		return "NULL::uuid"
	}
	return "(SELECT m.batch_id FROM directory.profile m WHERE m.tenant_id = tenancy.here() AND m.id = $1 AND " +
		"m.deleted_at IS NULL)"
}

// living is the condition that a person is to be found at all.
func (b *builder) living() string {
	if b.lens.keepsRecord() {
		return "p.deleted_at IS NULL"
	}
	return "p.deleted_at IS NULL AND (p.confirmed OR p.id = $1)"
}

// anyOf keeps a single value an equality: the index then gives the order as well.
func anyOf[T any](b *builder, column string, values []T) string {
	if len(values) == 1 {
		return column + " = " + b.arg(values[0])
	}
	return column + " = ANY (" + b.arg(values) + ")"
}

func conditions(a ask) *builder {
	b := &builder{ask: a, args: []any{a.lens.me}, clauses: map[string]string{}}
	if b.words == "" { // else the words' function takes the filters itself
		b.filters()
	}
	return b
}

// filters adds a clause for each filter that is set.
func (b *builder) filters() {
	k := b.keys
	switch {
	case k.years != nil && k.batches != nil:
		b.clauses["batch"] = "(" + anyOf(b, "p.year", k.years) + " OR " + anyOf(b, "p.batch_id", k.batches) + ")"
	case k.years != nil:
		b.clauses["batch"] = anyOf(b, "p.year", k.years)
	case k.batches != nil:
		b.clauses["batch"] = anyOf(b, "p.batch_id", k.batches)
	}
	for _, c := range []struct {
		filter, column, part string
		values               []string
	}{
		{filter: "programme", column: "p.programme", values: k.programmes},
		{filter: "department", column: "p.department", values: k.departments},
		{filter: "standing", column: "p.standing", values: k.standings},
		{filter: "company", column: "p.company_key", part: "company", values: k.companies},
		{filter: "city", column: "p.city_key", part: "place", values: k.cities},
		{filter: "industry", column: "p.industry", part: "industry", values: k.industries},
	} {
		if c.values == nil {
			continue
		}
		clause := anyOf(b, c.column, c.values)
		if c.part != "" {
			clause += " AND " + c.column + " <> '' AND " + b.visible(c.part)
		}
		b.clauses[c.filter] = clause
	}
	if k.openFor != nil {
		b.clauses["open_to"] = "p.open_to && " + b.arg(k.openFor) + " AND " + b.visible("open_to")
	}
}

// listing is the statement of one page.
func (b *builder) listing() string {
	if b.words != "" {
		return b.finding()
	}
	where := []string{"p.tenant_id = tenancy.here()", b.living()}
	for _, clause := range b.clauses {
		where = append(where, clause)
	}
	order := "p.sort_name, p.id"
	if b.sort == "batch" {
		order = "p.year DESC, p.sort_name, p.id"
	}
	switch {
	case b.after != nil && b.sort == "batch":
		where = append(where, fmt.Sprintf(
			"(p.year < %[1]s OR p.year = %[1]s AND (p.sort_name, p.id) > (%[2]s, %[3]s))", b.arg(b.after.Year),
			b.arg(b.after.Name), b.arg(b.after.ID),
		))
	case b.after != nil:
		where = append(where, fmt.Sprintf("(p.sort_name, p.id) > (%s, %s)", b.arg(b.after.Name), b.arg(b.after.ID)))
	}
	return fmt.Sprintf("SELECT %s, 0 FROM directory.profile p WHERE %s ORDER BY %s LIMIT %s",
		entryColumns, strings.Join(sorted(where), " AND "), order, b.arg(b.limit+1))
}

// finding joins the ids that the words' function returns back to the rows under row-level security.
func (b *builder) finding() string {
	k := b.keys
	place := "NULL::smallint, NULL::smallint, NULL::text, NULL::uuid"
	if b.after != nil {
		place = fmt.Sprintf("%s::smallint, %s::smallint, %s::text, %s::uuid",
			b.arg(b.after.Tier), b.arg(b.after.Year), b.arg(b.after.Name), b.arg(b.after.ID))
	}
	order := map[string]string{
		"relevance": "f.tier, p.sort_name, p.id", "name": "p.sort_name, p.id",
		"batch": "p.year DESC, p.sort_name, p.id",
	}[b.sort]
	return fmt.Sprintf(`SELECT %s, f.tier
		FROM directory.find(%s, %d::smallint, $1, %s, %s::smallint[], %s::uuid[], %s::text[], %s::text[], %s::text[],
		%s::text[], %s::text[], %s::text[], %s::text[], %s, %s, %s) f
		JOIN directory.profile p ON p.id = f.id
		WHERE p.tenant_id = tenancy.here() AND p.deleted_at IS NULL ORDER BY %s`,
		entryColumns, b.arg(b.words), b.lens.audience, b.ownBatch(), b.arg(k.years), b.arg(k.batches),
		b.arg(k.programmes), b.arg(k.departments), b.arg(k.companies), b.arg(k.cities), b.arg(k.industries),
		b.arg(k.standings), b.arg(k.openFor), b.arg(b.sort), place, b.arg(b.limit+1), order)
}
