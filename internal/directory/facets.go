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

// Facets are the values of each filter that most people have, and those that are asked for. A count leaves its own
// filter out, so that it says what one more value would add; and counts only those whose value the viewer may see.
type Facets struct {
	Total      int          `json:"total" doc:"People found"`
	Year       []FacetValue `json:"year" nullable:"false"`
	Programme  []FacetValue `json:"programme" nullable:"false"`
	Department []FacetValue `json:"department" nullable:"false"`
	Company    []FacetValue `json:"company" nullable:"false"`
	City       []FacetValue `json:"city" nullable:"false"`
	Industry   []FacetValue `json:"industry" nullable:"false"`
	Standing   []FacetValue `json:"standing" nullable:"false"`
}

// Facets counts what a filter finds.
func (s *Service) Facets(ctx context.Context, f Filter) (Facets, error) {
	v, err := DirectoryRead.Require(ctx)
	if err != nil {
		return Facets{}, err
	}
	a, err := s.ask(ctx, Query{Filter: f}, lensOf(v))
	if err != nil {
		return Facets{}, err
	}
	out, err := s.engine(ctx).count(ctx, a)
	asked(out.Company, f.Company, fold)
	asked(out.City, f.City, func(city string) string { return s.place(city).key })
	return out, err
}

// asked notes at each value how a filter asks for it, so that a screen knows under which label to show what is chosen.
func asked(values []FacetValue, filter []string, key func(string) string) {
	for _, typed := range filter {
		at := slices.IndexFunc(values, func(v FacetValue) bool { return v.Value == key(typed) })
		if at >= 0 && values[at].Value != typed && !slices.Contains(values[at].Asked, typed) {
			values[at].Asked = append(values[at].Asked, typed)
		}
	}
}

func noFacets() Facets {
	return Facets{
		Year:       []FacetValue{},
		Programme:  []FacetValue{},
		Department: []FacetValue{},
		Company:    []FacetValue{},
		City:       []FacetValue{},
		Industry:   []FacetValue{},
		Standing:   []FacetValue{},
	}
}

// newestFirst puts the years in their order.
func (f Facets) newestFirst() {
	slices.SortFunc(f.Year, func(a, b FacetValue) int { return strings.Compare(b.Value, a.Value) })
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
		list = append(list, Suggestion{Kind: "person", Value: e.ID.String(), Label: e.Name, Note: e.note()})
	}
	l := lensOf(v)
	for _, kind := range []string{"company", "city"} {
		letters := key
		if known, ok := s.places[key]; ok && kind == "city" {
			letters = known.key
		}
		found, err := s.engine(ctx).complete(ctx, l, kind, letters)
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
