package screen

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/base/httpapi"
	"stoa/internal/directory"
)

// row is a person in a list.
type row struct {
	Person directory.Entry
	Small  bool
}

// Doing is what somebody does and where, of the parts that are shown; else their headline.
func (r row) Doing() string {
	e := r.Person
	work := joined(", ", e.Title, e.Company)
	if doing := joined(" · ", work, e.City); doing != "" {
		return doing
	}
	return e.Headline
}

// Size of their face.
func (r row) Size() int {
	if r.Small {
		return 38
	}
	return 46
}

// Mentors tells whether a mark says so.
func (r row) Mentors() bool { return !r.Small && slices.Contains(r.Person.OpenTo, "mentoring") }

func joined(by string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), by)
}

type people struct {
	Query  directory.Query
	Facets directory.Facets
	Rows   []with[row]
	More   bool
	Groups []with[group]
	Chips  []with[chip]
	Set    []string // names of filters that are set
	years  yearRange
}

// group is one facet with its checkboxes.
type group struct {
	Name   string
	Values []option
}

type option struct {
	directory.FacetValue
	Ticked bool
}

// chip is a filter that is set, to be taken away.
type chip struct{ Label string }

const (
	peopleRead  = 30
	facetsShown = 8
)

func (p *Painter) people(v *view, _ uuid.UUID) error {
	q, asked, err := filterOf(v.query)
	if err != nil {
		return err
	}
	s := people{Query: q}
	page, err := p.Directory.Search(v.ctx, q)
	if err != nil {
		return err
	}
	if s.Facets, err = p.Directory.Facets(v.ctx, q.Filter); err != nil {
		return err
	}
	unsorted := maps.Clone(asked)
	asked.Set("limit", strconv.Itoa(peopleRead))
	v.keep(page, "/directory", asked)
	unsorted.Del("sort")
	v.keep(s.Facets, "/directory/facets", unsorted)
	for _, e := range page.Items {
		s.Rows = append(s.Rows, with[row]{v, row{Person: e}})
	}
	s.More = page.NextCursor != ""
	if err := s.fill(v); err != nil {
		return err
	}
	v.Screen = s
	if v.Title, err = v.T("people.title"); err != nil {
		return err
	}
	v.Over, err = v.Tn("people.count", s.Facets.Total)
	return err
}

func (s *people) fill(v *view) error {
	for _, d := range directory.Dimensions {
		chosen := *d.Chosen(&s.Query.Filter)
		values, err := s.values(v, d)
		if err != nil {
			return err
		}
		g := group{Name: d.Name}
		for i, value := range values {
			if ticked := slices.Contains(chosen, value.Value); ticked || i < facetsShown {
				g.Values = append(g.Values, option{value, ticked})
			}
		}
		if len(g.Values) > 0 && d.Name != "batch" {
			s.Groups = append(s.Groups, with[group]{v, g})
		}
		if len(chosen) > 0 {
			s.Set = append(s.Set, d.Name)
		}
		for _, value := range chosen {
			label := value
			if i := slices.IndexFunc(values, func(f directory.FacetValue) bool { return f.Value == value }); i >= 0 {
				label = values[i].Label
			}
			s.Chips = append(s.Chips, with[chip]{v, chip{label}})
		}
	}
	s.years = yearsOf(s.Facets.Year, s.Query.Batch)
	return nil
}

// values that a dimension offers: those that people have; of one that is not counted, all that
// there are. Where there are only some, the catalogue says what they are called.
func (s *people) values(v *view, d *directory.Dimension) ([]directory.FacetValue, error) {
	var list []directory.FacetValue
	if counted := d.Counted(&s.Facets); counted != nil {
		list = slices.Clone(*counted)
	} else {
		for _, value := range d.Values {
			list = append(list, directory.FacetValue{Value: value, Count: -1})
		}
	}
	for i := range list {
		if d.Values == nil {
			continue
		}
		label, err := v.T(d.Name + "." + list[i].Value)
		if err != nil {
			return nil, err
		}
		list[i].Label = label
	}
	return list, nil
}

// Sort is the order in force.
func (s people) Sort() string {
	switch {
	case s.Query.Sort != "":
		return s.Query.Sort
	case s.Query.Q != "":
		return "relevance"
	}
	return "name"
}

// Years of the people found, from the first to the last, and the range that is chosen.
func (s people) Years() yearRange { return s.years }

type yearRange struct {
	First, Last int
	From, To    string
	Bars        []yearBar
}

type yearBar struct {
	Inside bool
	Height float64
}

func yearsOf(values []directory.FacetValue, chosen []string) yearRange {
	counts := map[int]int{}
	y := yearRange{First: 9999}
	most := 1
	for _, v := range values {
		year, err := strconv.Atoi(v.Value)
		if err != nil {
			continue
		}
		counts[year] = v.Count
		most = max(most, v.Count)
		y.First, y.Last = min(y.First, year), max(y.Last, year)
	}
	low, high := 0, 9999
	if len(chosen) == 1 {
		from, to, ranged := strings.Cut(chosen[0], "-")
		if a, err := strconv.Atoi(from); err == nil && len(from) == 4 {
			b, err := a, error(nil)
			if ranged {
				b, err = strconv.Atoi(to)
			}
			if err == nil && (!ranged || len(to) == 4) {
				low, high, y.From, y.To = a, b, strconv.Itoa(a), strconv.Itoa(b)
			}
		}
	}
	for year := y.First; year <= y.Last; year++ {
		y.Bars = append(y.Bars, yearBar{year >= low && year <= high, 100 * float64(counts[year]) / float64(most)})
	}
	return y
}

// filterOf reads an address as the front end does, and says what the front end asks for then.
func filterOf(query url.Values) (directory.Query, url.Values, error) {
	q := directory.Query{Paging: httpapi.Paging{Limit: peopleRead}}
	asked := url.Values{}
	for _, d := range directory.Dimensions {
		values := texts(query[d.Name])
		if d.Values != nil {
			values = slices.DeleteFunc(values, func(v string) bool { return !slices.Contains(d.Values, v) })
		}
		if len(values) == 0 {
			continue
		}
		if len(values) > 40 || len(strings.Join(values, "")) > 2000 {
			return q, nil, fmt.Errorf("%s: %w", d.Name, errUndrawn)
		}
		*d.Chosen(&q.Filter) = values
		asked[d.Name] = values
	}
	if words := texts(query["q"]); len(words) == 1 && len(query["q"]) == 1 && len(words[0]) <= 200 {
		q.Q = words[0]
		asked.Set("q", words[0])
	} else if len(query["q"]) > 0 && query.Get("q") != "" {
		return q, nil, errUndrawn
	}
	if sort := texts(query["sort"]); len(sort) > 0 && slices.Contains([]string{"relevance", "name", "batch"}, sort[0]) {
		q.Sort = sort[0]
		asked.Set("sort", sort[0])
	}
	return q, asked, nil
}

// texts are the values of a parameter: the front end writes what could be read as something else, and lists, as JSON.
func texts(raw []string) []string {
	var list []string
	for _, text := range raw {
		var value any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&value); err != nil || d.More() {
			value = text
		}
		items, isList := value.([]any)
		if !isList {
			items = []any{value}
		}
		for _, item := range items {
			switch word := item.(type) {
			case string:
				if strings.TrimSpace(word) != "" {
					list = append(list, word)
				}
			case json.Number:
				list = append(list, word.String())
			}
		}
	}
	return list
}
