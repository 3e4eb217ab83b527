package directory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
)

// The engine that finds people by statements made for each question. builder gathers clauses by dimension,
// parameters as they come ($1 is always the viewer), and makes three statements of them: listing, which walks an
// index in its order; finding, which leaves words and filters to directory.find, because their indexes are closed
// to a role under row-level security; counting, which is one pass for all facets without a filter of their own and
// one for each that has one. Texts are made of the table's columns alone; what was typed is always a parameter. The
// same questions make the same text, which PostgreSQL plans once.

// postgres finds people in the database itself.
type postgres struct{ db *db.DB }

func (e postgres) list(ctx context.Context, a ask) ([]Entry, []position, error) {
	b := conditions(a)
	sql := b.listing()
	list, positions, err := entries(ctx, e.db, a.lens, sql, b.args)
	return list[:min(len(list), a.limit)], positions, err
}

// entries reads people as the lens shows them.
func entries(ctx context.Context, d *db.DB, l lens, sql string, args []any) ([]Entry, []position, error) {
	found, err := d.Read(ctx).Query(ctx, sql, args...)
	if err != nil {
		return nil, nil, err
	}
	positions := []position{}
	list, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (Entry, error) {
		e, at, err := scanEntry(row, l)
		positions = append(positions, at)
		return e, err
	})
	return list, positions, err
}

func (e postgres) count(ctx context.Context, a ask) (Facets, error) {
	b := conditions(a)
	sql := b.counting()
	found, err := e.db.Read(ctx).Query(ctx, sql, b.args...)
	if err != nil {
		return Facets{}, err
	}
	out := noFacets()
	lists := map[string]*[]FacetValue{}
	for _, d := range Dimensions {
		lists[d.Name] = d.Counted(&out)
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
	out.ordered()
	return out, err
}

func (e postgres) complete(ctx context.Context, l lens, d *Dimension, letters string) ([]Suggestion, error) {
	b := &builder{ask: ask{lens: l}, args: []any{l.me}}
	sql := fmt.Sprintf(`SELECT v.value, %[5]s, v.people
		FROM (SELECT %[1]s AS value, count(*)::int AS people FROM directory.profile p
		WHERE p.tenant_id = tenancy.here() AND %[4]s AND %[1]s <> '' AND %[1]s >= %[2]s
		AND %[1]s < %[2]s || chr(1114111) AND %[3]s
		GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 4) v ORDER BY 3 DESC, 1`,
		d.value(), b.arg(letters)+"::text", b.visible(d.part), b.living(), b.label(d))
	found, err := e.db.Read(ctx).Query(ctx, sql, b.args...)
	if err != nil {
		return nil, err
	}
	var list []Suggestion
	g := Suggestion{Kind: d.Name}
	_, err = pgx.ForEachRow(found, []any{&g.Value, &g.Label, &g.Count}, func() error {
		list = append(list, g)
		return nil
	})
	return list, err
}

// Explain is the statement that PostgreSQL would run for a first page, for looking at its plan.
func (s *Service) Explain(ctx context.Context, query Query) (sql string, args []any, err error) {
	query = query.settled()
	a, err := s.ask(ctx, &query, lensOf(viewer.From(ctx)))
	if err != nil {
		return "", nil, err
	}
	b := conditions(a)
	sql = b.listing()
	return sql, b.args, nil
}

// value is the dimension in SQL, as text.
func (d *Dimension) value() string {
	if d.kind != "" {
		return "p." + d.column + "::text"
	}
	return "p." + d.column
}

// countedColumns are those that counting needs of each person.
var countedColumns = func() string {
	list := []string{"p.id", "p.batch_id"}
	for _, d := range Dimensions {
		if d.most == 0 {
			continue
		}
		list = append(list, "p."+d.column)
		if see := "p.see_" + d.part; d.part != "" && !slices.Contains(list, see) {
			list = append(list, see)
		}
	}
	return strings.Join(list, ", ")
}()

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
			countedColumns, among, strings.Join(clauses, " AND "))
	}
	with += "hits AS MATERIALIZED (" + people("") + ") "
	parts := []string{"SELECT 'total', '', '', count(*)::int FROM hits"}
	for _, d := range Dimensions {
		if d.most == 0 {
			continue
		}
		source := "hits"
		if _, own := b.clauses[d.Name]; own {
			source = "(" + people(d.Name) + ")"
		}
		condition := fmt.Sprintf("%s <> '%s'", d.value(), d.none)
		if d.part != "" {
			condition += " AND " + b.visible(d.part)
		}
		label, chosen := "v.value", ""
		if d.labelled {
			label = b.label(d)
		}
		if values := b.chosen(d); values != nil {
			chosen = " OR v.value = ANY (" + b.arg(values) + ")"
		}
		parts = append(parts,
			fmt.Sprintf(`(SELECT '%s', v.value, %s, v.people FROM (SELECT %s AS value, count(*)::int AS people,
			row_number() OVER (ORDER BY count(*) DESC, %[3]s) AS rank FROM %s p WHERE %s GROUP BY 1) v
			WHERE v.rank <= %d%s ORDER BY v.rank)`,
				d.Name, label, d.value(), source, condition, d.most, chosen))
	}
	return with + strings.Join(parts, " UNION ALL ")
}

// builder makes the statements whose conditions depend on what was asked. What a person typed is always a parameter.
type builder struct {
	ask
	args    []any             // $1 is the viewer
	clauses map[string]string // by the filter they come from
}

// chosen are the values of a dimension that are listed however few have them. Of batches all are, as it is.
func (b *builder) chosen(d *Dimension) []string {
	for _, c := range b.conditions {
		if c.Dimension == d && d.read == nil {
			return c.ways[0].values
		}
	}
	return nil
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

// label is how a value v of a dimension is shown that people write in different ways: directory.label has the rule, and
// when nobody shows the value to all of the viewer's audience, those count who show it to the viewer.
func (b *builder) label(d *Dimension) string {
	return fmt.Sprintf(`COALESCE(directory.label('%[1]s', v.value, %[3]d::smallint),
		(SELECT p.%[1]s FROM directory.profile p WHERE p.tenant_id = tenancy.here() AND %[2]s = v.value
		AND %[2]s <> '' AND %[4]s AND %[5]s GROUP BY 1 ORDER BY count(*) DESC, p.%[1]s COLLATE "C" LIMIT 1))`,
		d.Name, d.value(), b.lens.audience, b.living(), b.visible(d.part))
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

// matching is the condition that a column has one of the values. A single
// value stays an equality: the index then gives the order as well.
func (b *builder) matching(w way) string {
	switch {
	case w.many:
		return "p." + w.column + " && " + b.arg(w.values)
	case len(w.values) == 1:
		return "p." + w.column + " = " + b.arg(w.values[0])
	}
	return "p." + w.column + " = ANY (" + b.arg(w.typed()) + ")"
}

// typed are the values as the driver sends them for the column.
func (w way) typed() any {
	switch w.kind {
	case "int2":
		list := make([]int16, len(w.values))
		for i, value := range w.values {
			n, _ := strconv.ParseInt(value, 10, 16) // a year of four digits
			list[i] = int16(n)
		}
		return list
	case "uuid":
		list := make([]uuid.UUID, len(w.values))
		for i, value := range w.values {
			list[i] = uuid.MustParse(value)
		}
		return list
	}
	return w.values
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
	for _, c := range b.conditions {
		ways := make([]string, len(c.ways))
		for i, way := range c.ways {
			ways[i] = b.matching(way)
		}
		clause := "(" + strings.Join(ways, " OR ") + ")"
		if c.part != "" && !c.many { // what may be hidden is indexed where it is there
			clause += " AND p." + c.column + " <> ''"
		}
		if c.part != "" {
			clause += " AND " + b.visible(c.part)
		}
		b.clauses[c.Name] = clause
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

// filter is one as directory.find takes it; the values come beside, by their kinds.
type filter struct {
	Part string `json:"part"`
	Ways []pass `json:"ways"`
}

// pass is a way to pass a filter, with the place of its values where several ways have some of a kind.
type pass struct {
	Column string `json:"column"`
	Kind   string `json:"kind"`
	Many   bool   `json:"many"`
	From   int    `json:"from,omitempty"`
	To     int    `json:"to"` // below From: there are none
}

// finding joins the ids that the words' function returns back to the rows under row-level security.
func (b *builder) finding() string {
	after := "NULL::smallint, NULL::smallint, NULL::text, NULL::uuid"
	if b.after != nil {
		after = fmt.Sprintf("%s::smallint, %s::smallint, %s::text, %s::uuid",
			b.arg(b.after.Tier), b.arg(b.after.Year), b.arg(b.after.Name), b.arg(b.after.ID))
	}
	order := map[string]string{
		"relevance": "f.tier, p.sort_name, p.id", "name": "p.sort_name, p.id",
		"batch": "p.year DESC, p.sort_name, p.id",
	}[b.sort]
	filters := make([]filter, len(b.conditions))
	values := map[string][]string{"text": {}, "int2": {}, "uuid": {}}
	for i, c := range b.conditions {
		filters[i] = filter{Part: c.part, Ways: make([]pass, len(c.ways))}
		for j, w := range c.ways {
			way := pass{Column: w.column, Kind: w.kind, Many: w.many}
			before := len(values[w.kind])
			values[w.kind] = append(values[w.kind], w.values...)
			if b.ways(w.kind) > 1 {
				way.From, way.To = before+1, len(values[w.kind])
			}
			filters[i].Ways[j] = way
		}
	}
	typed := func(kind string) string { return b.arg(way{kind: kind, values: values[kind]}.typed()) }
	return fmt.Sprintf(`SELECT %s, f.tier
		FROM directory.find(%s, %d::smallint, $1, %s, %s::jsonb, %s::text[], %s::smallint[], %s::uuid[],
		%s, %s, %s) f
		JOIN directory.profile p ON p.id = f.id
		WHERE p.tenant_id = tenancy.here() AND p.deleted_at IS NULL ORDER BY %s`,
		entryColumns, b.arg(b.words), b.lens.audience, b.ownBatch(), b.arg(filters), typed("text"), typed("int2"),
		typed("uuid"), b.arg(b.sort), after, b.arg(b.limit+1), order)
}

// ways is how many columns of a kind are asked.
func (b *builder) ways(kind string) (n int) {
	for _, c := range b.conditions {
		for _, w := range c.ways {
			if w.kind == kind {
				n++
			}
		}
	}
	return n
}
