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

const entryColumns = `p.id, p.name, p.standing, p.batch_id, p.year, p.programme, p.department,
	p.headline, p.company, p.title, p.industry, p.city, p.country, p.open_to, p.photo,
	p.see_headline, p.see_company, p.see_title, p.see_industry, p.see_place, p.see_open_to, p.see_photo, p.sort_name,
	CASE WHEN 2 IN (p.see_headline, p.see_company, p.see_title, p.see_industry, p.see_place, p.see_open_to, p.see_photo)
		THEN COALESCE(p.batch_id = (SELECT m.batch_id FROM directory.profile m
			WHERE m.tenant_id = tenancy.here() AND m.id = $1 AND m.deleted_at IS NULL), false) ELSE false END`

// Search lists the people that the viewer finds.
func (s *Service) Search(ctx context.Context, query Query) (httpapi.Page[Entry], error) {
	var page httpapi.Page[Entry]
	v, err := DirectoryRead.Require(ctx)
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
	a, err := s.ask(ctx, query, lensOf(v))
	if err != nil {
		return page, err
	}
	if more {
		a.after = &after
	}
	list, places, err := s.engine(ctx).list(ctx, a)
	if err != nil {
		return page, fmt.Errorf("search the directory: %w", err)
	}
	page.Items = list
	if len(places) > query.Limit {
		last := places[query.Limit-1]
		last.Filter = fingerprint(query)
		page.NextCursor = httpapi.EncodeCursor(last)
	}
	return page, nil
}

// ask is the query as an engine takes it.
func (s *Service) ask(ctx context.Context, query Query, l lens) (ask, error) {
	k, err := s.keys(ctx, query.Filter)
	return ask{lens: l, words: strings.TrimSpace(query.Q), keys: k, sort: query.Sort, limit: query.Limit}, err
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

// fingerprint ties a cursor to its search.
func fingerprint(query Query) string {
	f := query.Filter
	return hash(fmt.Sprintf("%q %q %q %q %q %q %q %q %q %s",
		f.Q, f.Batch, f.Programme, f.Department, f.Company, f.City, f.Industry, f.Standing, f.OpenTo, query.Sort))
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
	err := row.Scan(&e.ID, &e.Name, &standing, &batch, &ref.Year, &ref.Programme, &ref.Department, &e.Headline,
		&e.Company, &e.Title, &e.Industry, &e.City, &e.Country, &e.OpenTo, &e.Photo,
		&seeHeadline, &seeCompany, &seeTitle, &seeIndustry, &seePlace, &seeOpenTo, &seePhoto, &at.Name,
		&sameBatch, &tier)
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

var yearRange = regexp.MustCompile(`^(\d{4})(?:-(\d{4}))?$`)

// keys turns what was asked into what is stored: years, batch ids, folded names, canonical cities.
func (s *Service) keys(ctx context.Context, f Filter) (keys, error) {
	k := keys{
		programmes:  given(f.Programme),
		departments: given(f.Department),
		industries:  given(f.Industry),
		standings:   given(f.Standing),
		openFor:     given(f.OpenTo),
	}
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
