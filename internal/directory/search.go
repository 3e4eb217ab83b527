package directory

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// Filter narrows the directory. The same parameters are the address of the screen. Repeated ones mean "any of".
type Filter struct {
	Q          string   `query:"q" maxLength:"200" doc:"Words of name, company, title, headline or city; names may be misspelt"`
	Batch      []string `query:"batch,explode" maxItems:"40" maxLength:"60" doc:"A year (2018), a range of years (2015-2019), a batch's code or id"`
	Programme  []string `query:"programme,explode" maxItems:"40"`
	Department []string `query:"department,explode" maxItems:"40"`
	Company    []string `query:"company,explode" maxItems:"40"`
	City       []string `query:"city,explode" maxItems:"40" doc:"Other names are understood: Bangalore is Bengaluru"`
	Industry   []string `query:"industry,explode" maxItems:"40"`
	Standing   []string `query:"standing,explode" maxItems:"4" enum:"unverified,pending,verified,rejected"`
	OpenTo     []string `query:"open_to,explode" maxItems:"2" enum:"mentoring,hiring"`
}

// Query is a filter, an order and a page.
type Query struct {
	Filter
	Sort string `query:"sort" enum:"relevance,name,batch" doc:"By relevance when words are given, else by name"`
	httpapi.Paging
}

// Entry is a person in a list. Parts that the viewer may not see are absent.
type Entry struct {
	ID       uuid.UUID       `json:"id"`
	Name     string          `json:"name"`
	Standing viewer.Standing `json:"standing,omitempty" doc:"Of alumni only"`
	Batch    *BatchRef       `json:"batch,omitempty"`
	Headline string          `json:"headline,omitempty"`
	Company  string          `json:"company,omitempty"`
	Title    string          `json:"title,omitempty"`
	Industry string          `json:"industry,omitempty"`
	City     string          `json:"city,omitempty"`
	Country  string          `json:"country,omitempty"`
	OpenTo   []string        `json:"open_to,omitempty"`
	Photo    string          `json:"photo,omitempty"`
}

// BatchRef is a batch on a person.
type BatchRef struct {
	ID         uuid.UUID `json:"id"`
	Year       int       `json:"year"`
	Programme  string    `json:"programme"`
	Department string    `json:"department"`
}

type entryPlace struct {
	Filter string    `json:"f"`
	Tier   int       `json:"t,omitempty"`
	Year   int       `json:"y,omitempty"`
	Name   string    `json:"n"`
	ID     uuid.UUID `json:"i"`
}

const entryColumns = `p.id, p.name, p.standing, p.batch_id, p.year, p.programme, p.department, p.headline, p.company, p.title, p.industry, p.city, p.country, p.open_to, p.photo,
	p.see_headline, p.see_company, p.see_title, p.see_industry, p.see_place, p.see_open_to, p.see_photo, p.sort_name,
	CASE WHEN 2 IN (p.see_headline, p.see_company, p.see_title, p.see_industry, p.see_place, p.see_open_to, p.see_photo)
		THEN COALESCE(p.batch_id = (SELECT m.batch_id FROM directory.profile m WHERE m.tenant_id = tenancy.here() AND m.id = $1), false) ELSE false END`

// Search lists the people that the viewer finds.
func (s *Service) Search(ctx context.Context, query Query) (httpapi.Page[Entry], error) {
	var page httpapi.Page[Entry]
	v, err := identity.Require(ctx, identity.DirectoryRead)
	if err != nil {
		return page, err
	}
	query = query.settled()
	var after entryPlace
	more, err := httpapi.DecodeCursor(query.Cursor, &after)
	if err == nil && more && after.Filter != fingerprint(query) {
		err = errs.InvalidField("query.cursor", "belongs to another search")
	}
	if err != nil {
		return page, err
	}
	b, err := s.conditions(ctx, query.Filter, lensOf(v))
	if err != nil {
		return page, err
	}
	sql := b.listing(query, more, after)
	found, err := s.db.Read(ctx).Query(ctx, sql, b.args...)
	if err != nil {
		return page, err
	}
	var places []entryPlace
	list, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (Entry, error) {
		e, at, err := scanEntry(row, b.lens)
		places = append(places, at)
		return e, err
	})
	if err != nil {
		return page, fmt.Errorf("search the directory: %w", err)
	}
	return httpapi.Paged(list, query.Limit, func(Entry) any {
		last := places[query.Limit-1]
		last.Filter = fingerprint(query)
		return last
	}), nil
}

// settled fills in the order.
func (query Query) settled() Query {
	if query.Sort == "" {
		query.Sort = "name"
		if strings.TrimSpace(query.Q) != "" {
			query.Sort = "relevance"
		}
	}
	return query
}

// Explain is the statement that a first page would run, for looking at its plan.
func (s *Service) Explain(ctx context.Context, query Query) (sql string, args []any, err error) {
	b, err := s.conditions(ctx, query.Filter, lensOf(viewer.From(ctx)))
	if err != nil {
		return "", nil, err
	}
	sql = b.listing(query.settled(), false, entryPlace{})
	return sql, b.args, nil
}

// fingerprint ties a cursor to its search.
func fingerprint(query Query) string {
	f := query.Filter
	return hash(fmt.Sprintf("%q %q %q %q %q %q %q %q %q %s", f.Q, f.Batch, f.Programme, f.Department, f.Company, f.City, f.Industry, f.Standing, f.OpenTo, query.Sort))
}

func scanEntry(row pgx.CollectableRow, l lens) (Entry, entryPlace, error) {
	var e Entry
	var at entryPlace
	var standing *string
	var batch *uuid.UUID
	var ref BatchRef
	var seeHeadline, seeCompany, seeTitle, seeIndustry, seePlace, seeOpenTo, seePhoto int
	var sameBatch bool
	var tier int
	err := row.Scan(&e.ID, &e.Name, &standing, &batch, &ref.Year, &ref.Programme, &ref.Department, &e.Headline, &e.Company, &e.Title, &e.Industry, &e.City, &e.Country, &e.OpenTo, &e.Photo,
		&seeHeadline, &seeCompany, &seeTitle, &seeIndustry, &seePlace, &seeOpenTo, &seePhoto, &at.Name, &sameBatch, &tier)
	if err != nil {
		return e, at, err
	}
	at.ID, at.Tier, at.Year = e.ID, tier, ref.Year
	if standing != nil {
		e.Standing = viewer.Standing(*standing)
	}
	if batch != nil {
		ref.ID = *batch
		e.Batch = &ref
	}
	hide := func(level int, parts ...*string) {
		if !l.sees(level, e.ID, sameBatch) {
			for _, part := range parts {
				*part = ""
			}
		}
	}
	hide(seeHeadline, &e.Headline)
	hide(seeCompany, &e.Company)
	hide(seeTitle, &e.Title)
	hide(seeIndustry, &e.Industry)
	hide(seePlace, &e.City, &e.Country)
	hide(seePhoto, &e.Photo)
	if !l.sees(seeOpenTo, e.ID, sameBatch) {
		e.OpenTo = nil
	}
	return e, at, nil
}

// builder makes the statements whose conditions depend on what was asked. What a person typed is always a parameter.
type builder struct {
	lens    lens
	words   string
	args    []any // $1 is the viewer
	keys    keys
	clauses map[string]string // by the filter they come from
}

// keys are the filter's values as they are stored.
type keys struct {
	years                                                                      []int16
	batches                                                                    []uuid.UUID
	programmes, departments, companies, cities, industries, standings, openFor []string
}

func (b *builder) arg(value any) string {
	b.args = append(b.args, value)
	return "$" + strconv.Itoa(len(b.args))
}

// visible is the condition that a part is open to the viewer.
func (b *builder) visible(part string) string {
	clause := fmt.Sprintf("p.see_%s <= %d OR p.id = $1", part, b.lens.audience)
	if b.lens.ownBatch && b.lens.audience < 2 {
		clause += fmt.Sprintf(" OR (p.see_%s = 2 AND p.batch_id = (SELECT m.batch_id FROM directory.profile m WHERE m.tenant_id = tenancy.here() AND m.id = $1))", part)
	}
	return "(" + clause + ")"
}

// ownBatch is the viewer's batch where it lets them see more.
func (b *builder) ownBatch() string {
	if !b.lens.ownBatch {
		return "NULL::uuid"
	}
	return "(SELECT m.batch_id FROM directory.profile m WHERE m.tenant_id = tenancy.here() AND m.id = $1)"
}

// anyOf keeps a single value an equality: the index then gives the order as well.
func anyOf[T any](b *builder, column string, values []T) string {
	if len(values) == 1 {
		return column + " = " + b.arg(values[0])
	}
	return column + " = ANY (" + b.arg(values) + ")"
}

func (s *Service) conditions(ctx context.Context, f Filter, l lens) (*builder, error) {
	b := &builder{lens: l, words: strings.TrimSpace(f.Q), args: []any{l.me}, clauses: map[string]string{}}
	var err error
	if b.keys, err = s.keys(ctx, f); err != nil {
		return nil, err
	}
	if b.words != "" {
		return b, nil // the words' function takes the filters itself
	}
	b.filters()
	return b, nil
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
		{"programme", "p.programme", "", k.programmes}, {"department", "p.department", "", k.departments}, {"standing", "p.standing", "", k.standings},
		{"company", "p.company_key", "company", k.companies}, {"city", "p.city_key", "place", k.cities}, {"industry", "p.industry", "industry", k.industries},
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
func (b *builder) listing(query Query, more bool, after entryPlace) string {
	if b.words != "" {
		return b.finding(query, more, after)
	}
	where := []string{"p.tenant_id = tenancy.here()", "p.deleted_at IS NULL"}
	for _, clause := range b.clauses {
		where = append(where, clause)
	}
	order := "p.sort_name, p.id"
	if query.Sort == "batch" {
		order = "p.year DESC, p.sort_name, p.id"
	}
	switch {
	case more && query.Sort == "batch":
		where = append(where, fmt.Sprintf("(p.year < %[1]s OR p.year = %[1]s AND (p.sort_name, p.id) > (%[2]s, %[3]s))", b.arg(after.Year), b.arg(after.Name), b.arg(after.ID)))
	case more:
		where = append(where, fmt.Sprintf("(p.sort_name, p.id) > (%s, %s)", b.arg(after.Name), b.arg(after.ID)))
	}
	return fmt.Sprintf("SELECT %s, 0 FROM directory.profile p WHERE %s ORDER BY %s LIMIT %s", entryColumns, strings.Join(sorted(where), " AND "), order, b.arg(query.Limit+1))
}

// finding joins the ids that the words' function returns back to the rows under row-level security.
func (b *builder) finding(query Query, more bool, after entryPlace) string {
	k := b.keys
	place := "NULL::smallint, NULL::smallint, NULL::text, NULL::uuid"
	if more {
		place = fmt.Sprintf("%s::smallint, %s::smallint, %s::text, %s::uuid", b.arg(after.Tier), b.arg(after.Year), b.arg(after.Name), b.arg(after.ID))
	}
	order := map[string]string{"relevance": "f.tier, p.sort_name, p.id", "name": "p.sort_name, p.id", "batch": "p.year DESC, p.sort_name, p.id"}[query.Sort]
	return fmt.Sprintf(`SELECT %s, f.tier FROM directory.find(%s, %d::smallint, $1, %s, %s::smallint[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s, %s, %s) f
		JOIN directory.profile p ON p.id = f.id WHERE p.tenant_id = tenancy.here() AND p.deleted_at IS NULL ORDER BY %s`,
		entryColumns, b.arg(b.words), b.lens.audience, b.ownBatch(), b.arg(k.years), b.arg(k.batches), b.arg(k.programmes), b.arg(k.departments),
		b.arg(k.companies), b.arg(k.cities), b.arg(k.industries), b.arg(k.standings), b.arg(k.openFor), b.arg(query.Sort), place, b.arg(query.Limit+1), order)
}

var yearRange = regexp.MustCompile(`^(\d{4})(?:-(\d{4}))?$`)

// keys turns what was asked into what is stored: years, batch ids, folded names, canonical cities.
func (s *Service) keys(ctx context.Context, f Filter) (keys, error) {
	k := keys{programmes: given(f.Programme), departments: given(f.Department), industries: given(f.Industry), standings: given(f.Standing), openFor: given(f.OpenTo)}
	var codes []string
	for _, value := range f.Batch {
		if m := yearRange.FindStringSubmatch(value); m != nil {
			from, _ := strconv.Atoi(m[1])
			to := from
			if m[2] != "" {
				to, _ = strconv.Atoi(m[2])
			}
			if to < from || to-from > 200 {
				return k, errs.InvalidField("query.batch", "is no range of years")
			}
			for year := from; year <= to; year++ {
				k.years = append(k.years, int16(year))
			}
		} else if id, err := uuid.Parse(value); err == nil {
			k.batches = append(k.batches, id)
		} else if value != "" {
			codes = append(codes, value)
		}
	}
	if codes != nil {
		ids, err := q.BatchIDs(ctx, s.db.Read(ctx), codes)
		if err != nil {
			return k, err
		}
		k.batches = append(append([]uuid.UUID{}, k.batches...), ids...)
	}
	for _, value := range given(f.Company) {
		k.companies = append(k.companies, fold(value))
	}
	for _, value := range given(f.City) {
		k.cities = append(k.cities, s.place(value).key)
	}
	return k, nil
}

func given(values []string) []string {
	var list []string
	for _, v := range values {
		if v != "" {
			list = append(list, v)
		}
	}
	return list
}
