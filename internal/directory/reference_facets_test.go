package directory_test

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/directory"
)

// label is how most people write a value: of those who show it to
// all of an audience, or else of those who show it to the eye.
func (r *reference) label(e eye, value string, of stated) string {
	for _, shows := range []func(known, int) bool{
		func(_ known, level int) bool { return level <= e.audience },
		func(k known, level int) bool { return r.sees(e, k, level) },
	} {
		counts, label := map[string]int{}, ""
		for _, k := range r.people {
			if k.values[of.column] == value && shows(k, k.level(of.see)) {
				counts[k.values[of.written].(string)]++
			}
		}
		for text, n := range counts {
			if n > counts[label] || n == counts[label] && text < label {
				label = text
			}
		}
		if label != "" {
			return label
		}
	}
	return ""
}

func (r *reference) facets(e eye, f directory.Filter) directory.Facets {
	var tiers map[uuid.UUID]int
	if strings.TrimSpace(f.Q) != "" {
		if tiers = map[uuid.UUID]int{}; len(r.typed(f.Q)) > 0 {
			tiers = r.tiers(e, r.typed(f.Q))
		}
	}
	var out directory.Facets
	for _, d := range directory.Dimensions {
		of := statements[d.Name]
		if of.most == 0 {
			continue
		}
		by := map[string]*directory.FacetValue{}
		for _, k := range r.people {
			_, found := tiers[k.id]
			if tiers != nil && !found || !r.sees(e, k, k.level(of.see)) || !r.passes(e, k, f, d.Name) {
				continue
			}
			for _, v := range k.has(of) {
				if by[v] == nil {
					by[v] = &directory.FacetValue{Value: v, Label: v}
					if of.written != "" {
						by[v].Label = r.label(e, v, of)
					}
				}
				by[v].Count++
			}
		}
		*d.Counted(&out) = r.top(by, *d.Chosen(&f), of)
	}
	for _, k := range r.people {
		if _, found := tiers[k.id]; (tiers == nil || found) && r.passes(e, k, f, "") {
			out.Total++
		}
	}
	return out
}

// top are the values that most people have, and those that are asked for.
func (r *reference) top(by map[string]*directory.FacetValue, asked []string, of stated) []directory.FacetValue {
	list := []directory.FacetValue{}
	for _, v := range by {
		list = append(list, *v)
	}
	slices.SortFunc(list, func(a, b directory.FacetValue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	top := []directory.FacetValue{}
	for place, v := range list {
		if of.column == "year" {
			if v.Value != "0" {
				top = append(top, v)
			}
			continue
		}
		chosen := false
		for _, typed := range asked {
			chosen = chosen || typed == v.Value || of.written != "" && r.fold(typed) == v.Value
			if of.written != "" && typed != v.Value && r.fold(typed) == v.Value && !slices.Contains(v.Asked, typed) {
				v.Asked = append(v.Asked, typed)
			}
		}
		if place < of.most || chosen {
			top = append(top, v)
		}
	}
	if of.column == "year" {
		slices.SortFunc(top, func(a, b directory.FacetValue) int { return strings.Compare(b.Value, a.Value) })
	}
	return top
}
