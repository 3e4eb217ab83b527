package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// FacetValue is one value and how many of the people found have it.
type FacetValue struct {
	Value string   `json:"value" doc:"What the filter takes"`
	Label string   `json:"label" doc:"A company or a city as most people write it"`
	Count int      `json:"count"`
	Asked []string `json:"asked,omitempty" doc:"How the filter asks for it, where it does so in other words"`
}

// Facets counts what a filter finds.
func (s *Service) Facets(ctx context.Context, f Filter) (Facets, error) {
	v, err := DirectoryRead.Require(ctx)
	if err != nil {
		return Facets{}, err
	}
	query := Query{Filter: f}
	a, err := s.ask(ctx, &query, lensOf(v))
	if err != nil {
		return Facets{}, err
	}
	out, err := s.engine(ctx).count(ctx, a)
	for _, d := range Dimensions {
		if d.key != nil && d.most > 0 {
			s.asked(d, *d.Counted(&out), *d.Chosen(&query.Filter))
		}
	}
	return out, err
}

// asked notes at each value how a filter asks for it, so that a screen knows under which label to show what is chosen.
func (s *Service) asked(d *Dimension, values []FacetValue, filter []string) {
	for _, typed := range filter {
		key := d.stored(s, typed)
		at := slices.IndexFunc(values, func(v FacetValue) bool { return v.Value == key })
		if at >= 0 && values[at].Value != typed && !slices.Contains(values[at].Asked, typed) {
			values[at].Asked = append(values[at].Asked, typed)
		}
	}
}

func noFacets() (f Facets) {
	for _, d := range Dimensions {
		if d.most > 0 {
			*d.Counted(&f) = []FacetValue{}
		}
	}
	return f
}

// ordered puts the values of each dimension in its order.
func (f Facets) ordered() {
	for _, d := range Dimensions {
		if d.highest {
			slices.SortFunc(*d.Counted(&f), func(a, b FacetValue) int { return strings.Compare(b.Value, a.Value) })
		}
	}
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
	v, err := DirectoryRead.Require(ctx)
	if err != nil {
		return nil, err
	}
	list := []Suggestion{}
	if fold(typed) == "" {
		return list, nil
	}
	query := Query{Filter: Filter{Q: typed}}
	query.Limit = 5
	people, err := s.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	for _, e := range people.Items {
		list = append(list, Suggestion{Kind: "person", Value: e.ID.String(), Label: e.Name, Note: e.note()})
	}
	l := lensOf(v)
	for _, d := range Dimensions {
		if !d.labelled {
			continue
		}
		found, err := s.engine(ctx).complete(ctx, l, d, d.stored(s, typed))
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
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
