package directory

import (
	"context"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/base/errs"
	"stoa/internal/directory/internal/index"
)

// This file is the one table of what people are narrowed by and counted in. The parameters of the API and
// of the screen's address, what both engines look for and count, the facets and their places on the screen
// follow it. A new dimension is a line of the table, a field of Filter, and one of Facets if it is counted;
// a migration for its column and index; its name, facet.<name>, in the messages, and those of its values,
// <name>.<value>, where there are only some; and what the tests know of it (dimension_test.go).

// Filter narrows the directory. The same parameters are the address of the screen. Repeated ones mean "any of".
type Filter struct {
	Q          string   `query:"q" maxLength:"200" doc:"Words of name, company, title, headline or city; names may be misspelt"`
	Batch      []string `query:"batch,explode" maxItems:"40" maxLength:"60" doc:"A year (2018), a range of years (2015-2019), a batch's code or id"`
	Programme  []string `query:"programme,explode" maxItems:"40"`
	Department []string `query:"department,explode" maxItems:"40"`
	Company    []string `query:"company,explode" maxItems:"40"`
	City       []string `query:"city,explode" maxItems:"40" doc:"Other names are understood: Bangalore is Bengaluru"`
	Country    []string `query:"country,explode" maxItems:"40"`
	Industry   []string `query:"industry,explode" maxItems:"40"`
	Standing   []string `query:"standing,explode" maxItems:"4" enum:"unverified,pending,verified,rejected"`
	OpenTo     []string `query:"open_to,explode" maxItems:"2" enum:"mentoring,hiring"`
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
	Country    []FacetValue `json:"country" nullable:"false"`
	Industry   []FacetValue `json:"industry" nullable:"false"`
	Standing   []FacetValue `json:"standing" nullable:"false"`
}

// Dimensions are all there are, in the order of the screen.
var Dimensions = dimensions(
	// The first is the year: the index knows it (see index.Year), and a batch's code or id asks for it as well.
	Dimension{
		Name: "batch", Facet: "year", column: "year", kind: "int2", none: "0", most: 120, highest: true,
		read: readBatches,
	},
	Dimension{Name: "department", column: "department", most: 24},
	Dimension{Name: "company", column: "company_key", part: "company", labelled: true, key: foldedKey, most: 12},
	Dimension{Name: "city", column: "city_key", part: "place", labelled: true, key: placeKey, most: 12},
	Dimension{Name: "country", column: "country", part: "place", most: 12},
	Dimension{Name: "industry", column: "industry", part: "industry", most: 12},
	Dimension{Name: "programme", column: "programme", most: 12},
	Dimension{Name: "standing", column: "standing", most: 4},
	Dimension{Name: "open_to", column: "open_to", part: "open_to", many: true},
)

// Dimension is one of the table.
type Dimension struct {
	Name   string   // of its parameter, and of its messages
	Facet  string   // its name among Facets, where that is another; empty: it is not counted
	Values []string // all that there are, from the parameter's enum; nil: whatever people have

	column   string // of directory.profile: the value as it is compared
	kind     string // the column's type, where that is not text
	none     string // the value of who has none
	part     string // of the profile, whose audience alone finds people by the value; empty: everybody does
	labelled bool   // people write a value in different ways, and see the commonest: one more line of directory.written
	many     bool   // the column is an array
	most     int    // how many values the facet lists, the most frequent of them; 0: it is not counted
	highest  bool   // the facet lists the highest value first, not the most frequent
	key      func(s *Service, typed string) string
	read     func(ctx context.Context, s *Service, typed []string) ([]way, error)

	number         int // in the table
	filter, facets int // which fields are the dimension's
}

// dimensions completes the table by what Filter and Facets say of each.
func dimensions(list ...Dimension) []*Dimension {
	field := func(of reflect.Type, tag, name string) reflect.StructField {
		for f := range of.Fields() {
			if key, _, _ := strings.Cut(f.Tag.Get(tag), ","); key == name {
				return f
			}
		}
		panic(of.Name() + " has no field for " + name)
	}
	table := make([]*Dimension, len(list))
	for i := range list {
		d := &list[i]
		d.number = i
		parameter := field(reflect.TypeFor[Filter](), "query", d.Name)
		d.filter = parameter.Index[0]
		if enum := parameter.Tag.Get("enum"); enum != "" {
			d.Values = strings.Split(enum, ",")
		}
		if d.most > 0 {
			if d.Facet == "" {
				d.Facet = d.Name
			}
			d.facets = field(reflect.TypeFor[Facets](), "json", d.Facet).Index[0]
		}
		table[i] = d
	}
	return table
}

// Chosen is what a filter asks of the dimension.
func (d *Dimension) Chosen(f *Filter) *[]string {
	return reflect.ValueOf(f).Elem().Field(d.filter).Addr().Interface().(*[]string)
}

// Counted is the dimension's list among the facets; nil when it is not counted.
func (d *Dimension) Counted(f *Facets) *[]FacetValue {
	if d.most == 0 {
		return nil
	}
	return reflect.ValueOf(f).Elem().Field(d.facets).Addr().Interface().(*[]FacetValue)
}

// stored is a typed value as it is compared.
func (d *Dimension) stored(s *Service, typed string) string {
	if d.key == nil {
		return typed
	}
	return d.key(s, typed)
}

func foldedKey(_ *Service, typed string) string { return fold(typed) }
func placeKey(s *Service, typed string) string  { return s.place(typed).key }

// condition is what a filter asks of a dimension: people who match in one way.
type condition struct {
	*Dimension
	ways []way
}

// way is a column that has one of some values.
type way struct {
	column, kind string
	many         bool
	values       []string
}

// conditions are what a filter asks, in the order of the table, with values as they are stored.
func (s *Service) conditions(ctx context.Context, f *Filter) ([]condition, error) {
	var list []condition
	for _, d := range Dimensions {
		typed := *d.Chosen(f)
		if slices.Contains(typed, "") {
			typed = slices.DeleteFunc(slices.Clone(typed), func(v string) bool { return v == "" })
		}
		if len(typed) == 0 {
			continue
		}
		if d.read != nil {
			ways, err := d.read(ctx, s, typed)
			if err != nil {
				return nil, err
			}
			list = append(list, condition{d, ways})
			continue
		}
		one := way{column: d.column, kind: "text", many: d.many, values: make([]string, 0, len(typed))}
		for _, value := range typed {
			if key := d.stored(s, value); key != "" { // nobody is found by what folds to nothing
				one.values = append(one.values, key)
			}
		}
		list = append(list, condition{d, []way{one}})
	}
	return list, nil
}

var yearRange = regexp.MustCompile(`^(\d{4})(?:-(\d{4}))?$`)

// readBatches takes years, ranges of them, and codes or ids of batches.
func readBatches(ctx context.Context, s *Service, typed []string) ([]way, error) {
	years, batches := way{column: "year", kind: "int2"}, way{column: "batch_id", kind: "uuid", values: []string{}}
	var codes []string
	for _, value := range typed {
		if m := yearRange.FindStringSubmatch(value); m != nil {
			from, _ := strconv.Atoi(m[1])
			to := from
			if m[2] != "" {
				to, _ = strconv.Atoi(m[2])
			}
			if to < from || to-from > 200 {
				return nil, errs.InvalidField("query.batch", "is no range of years")
			}
			for year := from; year <= to; year++ {
				years.values = append(years.values, strconv.Itoa(year))
			}
		} else if id, err := uuid.Parse(value); err == nil {
			batches.values = append(batches.values, id.String())
		} else {
			codes = append(codes, value)
		}
	}
	if codes != nil {
		ids, err := q.BatchIDs(ctx, s.db.Read(ctx), codes)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			batches.values = append(batches.values, id.String())
		}
	}
	switch {
	case years.values == nil:
		return []way{batches}, nil
	case len(batches.values) == 0:
		return []way{years}, nil
	}
	return []way{years, batches}, nil
}

// parts are those of profiles that the values of dimensions belong to, as the index numbers them.
var parts = func() (list []string) {
	for _, d := range Dimensions {
		if d.part != "" && !slices.Contains(list, d.part) {
			list = append(list, d.part)
		}
	}
	return list
}()

// indexDimensions is the table as the index in memory takes it.
var indexDimensions = func() (list []index.Dimension) {
	for _, d := range Dimensions {
		part := index.Always
		if d.part != "" {
			part = slices.Index(parts, d.part)
		}
		list = append(list, index.Dimension{Part: part, Labelled: d.labelled, Many: d.many, Most: d.most})
	}
	return list
}()
