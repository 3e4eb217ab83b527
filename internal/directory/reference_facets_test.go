package directory_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/directory"
)

// label is how most people write a value: of those who show it to
// all of an audience, or else of those who show it to the eye.
func (r *reference) label(e eye, value string, spelt func(known) (key, text string, level int)) string {
	for _, shows := range []func(known, int) bool{
		func(_ known, level int) bool { return level <= e.audience },
		func(k known, level int) bool { return r.sees(e, k, level) },
	} {
		counts, label := map[string]int{}, ""
		for _, k := range r.people {
			if key, text, level := spelt(k); key == value && shows(k, level) {
				counts[text]++
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
	count := func(
		filter string, value func(known) (string, bool), most int, asked []string,
		spelt func(known) (key, text string, level int),
	) []directory.FacetValue {
		by := map[string]*directory.FacetValue{}
		for _, k := range r.people {
			_, found := tiers[k.id]
			v, visible := value(k)
			if tiers != nil && !found || !visible || v == "" || v == "0" || !r.passes(e, k, f, filter) {
				continue
			}
			if by[v] == nil {
				by[v] = &directory.FacetValue{Value: v, Label: v}
				if spelt != nil {
					by[v].Label = r.label(e, v, spelt)
				}
			}
			by[v].Count++
		}
		list := []directory.FacetValue{}
		for _, v := range by {
			list = append(list, *v)
		}
		slices.SortFunc(list, func(a, b directory.FacetValue) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
		top := []directory.FacetValue{}
		for place, v := range list {
			chosen := false
			for _, typed := range asked {
				chosen = chosen || typed == v.Value || spelt != nil && r.fold(typed) == v.Value
				if spelt != nil && typed != v.Value && r.fold(typed) == v.Value && !slices.Contains(v.Asked, typed) {
					v.Asked = append(v.Asked, typed)
				}
			}
			if place < most || chosen {
				top = append(top, v)
			}
		}
		return top
	}
	open := func(value func(known) string) func(known) (string, bool) {
		return func(k known) (string, bool) { return value(k), true }
	}
	company := func(k known) (string, string, int) { return k.companyKey, k.company, k.seeCompany }
	city := func(k known) (string, string, int) { return k.cityKey, k.city, k.seePlace }
	out := directory.Facets{
		Year:       count("batch", open(func(k known) string { return strconv.Itoa(k.year) }), 120, nil, nil),
		Programme:  count("programme", open(func(k known) string { return k.programme }), 12, f.Programme, nil),
		Department: count("department", open(func(k known) string { return k.department }), 24, f.Department, nil),
		Company: count("company", func(k known) (string, bool) {
			return k.companyKey, r.sees(e, k, k.seeCompany)
		}, 12, f.Company, company),
		City: count("city", func(k known) (string, bool) {
			return k.cityKey, r.sees(e, k, k.seePlace)
		}, 12, f.City, city),
		Industry: count("industry", func(k known) (string, bool) {
			return k.industry, r.sees(e, k, k.seeIndustry)
		}, 12, f.Industry, nil),
		Standing: count("standing", open(func(k known) string { return k.standing }), 4, f.Standing, nil),
	}
	slices.SortFunc(out.Year, func(a, b directory.FacetValue) int { return strings.Compare(b.Value, a.Value) })
	for _, k := range r.people {
		if _, found := tiers[k.id]; (tiers == nil || found) && r.passes(e, k, f, "") {
			out.Total++
		}
	}
	return out
}
