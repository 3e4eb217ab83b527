package directory

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
)

// A search from its address to its page: Query is settled (its order chosen), asked of an engine as stored values,
// and read under row-level security. The engines agree on people and order, so a cursor of one goes on in the
// other; it is tied to its search by a fingerprint. entryColumns and scanEntry belong together, column by column.

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

// position is where a list goes on: in its order, behind a person.
type position struct {
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
	var after position
	more, err := httpapi.DecodeCursor(query.Cursor, &after)
	if err == nil && more && after.Filter != fingerprint(query) {
		err = errs.InvalidField("query.cursor", "belongs to another search")
	}
	if err != nil {
		return page, err
	}
	a, err := s.ask(ctx, &query, lensOf(v))
	if err != nil {
		return page, err
	}
	if more {
		a.after = &after
	}
	list, positions, err := s.engine(ctx).list(ctx, a)
	if err != nil {
		return page, fmt.Errorf("search the directory: %w", err)
	}
	page.Items = list
	if len(positions) > query.Limit {
		last := positions[query.Limit-1]
		last.Filter = fingerprint(query)
		page.NextCursor = httpapi.EncodeCursor(last)
	}
	return page, nil
}

// ask is the query as an engine takes it.
func (s *Service) ask(ctx context.Context, query *Query, l lens) (ask, error) {
	conditions, err := s.conditions(ctx, &query.Filter)
	return ask{
		lens:       l,
		words:      strings.TrimSpace(query.Q),
		conditions: conditions,
		sort:       query.Sort,
		limit:      query.Limit,
	}, err
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
	text := fmt.Sprintf("%q %s", query.Q, query.Sort)
	for _, d := range Dimensions {
		if chosen := *d.Chosen(&query.Filter); len(chosen) > 0 {
			text += fmt.Sprintf(" %s %q", d.Name, chosen)
		}
	}
	return hash(text)
}

func scanEntry(row pgx.CollectableRow, l lens) (Entry, position, error) {
	var e Entry
	var at position
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
