package index

import (
	"cmp"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// Value is one value of a dimension and how many have it.
type Value struct {
	Value, Label string
	Count        int
}

// Count is how many are found, and by dimension the values most of them have, and those that are asked for. A
// dimension leaves its own filter out, and counts only those who show it to the viewer.
func (x *Index) Count(v Viewer, f Filter) (total int, values [][]Value) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	values = make([][]Value, len(x.cols)-1)
	if f.Impossible {
		return 0, values
	}
	a := x.asks(v)
	clauses := a.clauses(f)
	narrow := append(clauses, a.living)
	if len(f.Words) > 0 {
		narrow = append(narrow, a.anywhere(a.spelled(f)))
	}
	hits := intersect(narrow...)
	shown := make([]*roaring.Bitmap, x.parts) // of the hits, by part: dimensions may share one
	most := 0                                 // values of a dimension
	for d := range values {
		most = max(most, len(x.cols[d].values))
	}
	counts := make([]int, most)
	for d := range values {
		c := &x.cols[d]
		if c.Most == 0 {
			continue
		}
		var chosen []string
		if d != Year { // all years are listed, as it is
			chosen = f.of(d)
		}
		own := narrow[d]
		switch {
		case own != nil:
			narrow[d] = nil
			values[d] = a.top(c, a.visible(intersect(narrow...), c.Part), chosen, counts)
			narrow[d] = own
		case c.Part == Always:
			values[d] = a.top(c, hits, chosen, counts)
		default:
			if shown[c.Part] == nil {
				shown[c.Part] = a.visible(hits, c.Part)
			}
			values[d] = a.top(c, shown[c.Part], chosen, counts)
		}
	}
	return int(hits.GetCardinality()), values
}

// top are the values most frequent in a set, and the chosen ones that are in it. It counts in counts.
func (a asked) top(c *column, among *roaring.Bitmap, chosen []string, counts []int) []Value {
	counts = counts[:len(c.values)]
	clear(counts)
	if size := among.GetCardinality(); !c.Many && size*8 < uint64(len(a.people)) {
		for it := among.Iterator(); it.HasNext(); {
			counts[c.of[it.Next()]]++
		}
	} else {
		for v := 1; v < len(c.values); v++ {
			counts[v] = int(c.docs[v].AndCardinality(among))
		}
	}
	counts[0] = 0
	if c == &a.cols[Year] {
		counts[c.ids["0"]] = 0
	}
	worst, most := 0, c.Most
	best := make([]uint32, 0, min(4*most, len(counts)))
	for v, n := range counts {
		if n == 0 || n < worst {
			continue
		}
		best = append(best, uint32(v))
		if len(best) >= 4*most {
			best = c.leading(best, counts, most)
			worst = counts[best[most-1]]
		}
	}
	best = c.leading(best, counts, most)
	for _, value := range chosen {
		if v := c.find(value); counts[v] > 0 && !slices.Contains(best, v) {
			best = append(best, v)
		}
	}
	list := make([]Value, 0, len(best))
	for _, v := range c.leading(best, counts, len(best)) {
		list = append(list, Value{c.values[v], a.shown(c, v), counts[v]})
	}
	return list
}

// leading are the values with the highest counts; equal ones by themselves.
func (c *column) leading(list []uint32, counts []int, most int) []uint32 {
	slices.SortFunc(list, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(c.values[x], c.values[y]))
	})
	return list[:min(len(list), most)]
}

// shown is how a value is written for the viewer: as most people of the institution write it who show it to the
// viewer's audience; of equally many ways the first, byte by byte. When nobody shows it to all of that audience,
// those count who show it to the viewer. The rule is that of directory.label in SQL: the two must agree.
func (a asked) shown(c *column, v uint32) string {
	if !c.Labelled {
		return c.values[v]
	}
	label, most := "", int32(0)
	for _, w := range c.labels[v] {
		n := int32(0)
		for _, people := range w.people[:a.viewer.Audience+1] {
			n += people
		}
		if text := a.texts[w.text]; n > most || n == most && n > 0 && text < label {
			label, most = text, n
		}
	}
	if most > 0 {
		return label
	}
	return a.commonest(c, a.visible(roaring.And(c.docs[v], a.living), c.Part))
}

// commonest is the way in which most of a few people write a value.
func (a asked) commonest(c *column, people *roaring.Bitmap) string {
	counts := map[string]int{}
	for it := people.Iterator(); it.HasNext(); {
		counts[a.texts[c.label[it.Next()]]]++
	}
	label := ""
	for text, n := range counts {
		if n > counts[label] || n == counts[label] && text < label {
			label = text
		}
	}
	return label
}

// Complete lists the values of a dimension that begin with some
// letters, those of most people first, of whom the viewer may see it.
func (x *Index) Complete(v Viewer, dimension int, letters string, most int) []Value {
	x.mu.RLock()
	defer x.mu.RUnlock()
	a := x.asks(v)
	c := &x.cols[dimension]
	from, _ := slices.BinarySearchFunc(c.sorted, letters, func(v uint32, to string) int {
		return cmp.Compare(c.values[v], to)
	})
	sizes := map[uint32]int{}
	var candidates []uint32
	for _, v := range c.sorted[from:] {
		if !strings.HasPrefix(c.values[v], letters) {
			break
		}
		if v != 0 {
			candidates = append(candidates, v)
			sizes[v] = int(c.docs[v].GetCardinality())
		}
	}
	slices.SortStableFunc(candidates, func(x, y uint32) int { return cmp.Compare(sizes[y], sizes[x]) })
	counts := make([]int, len(c.values))
	var best []uint32
	for _, v := range candidates {
		if len(best) == most && sizes[v] < counts[best[most-1]] {
			break // the others have fewer people, visible or not
		}
		if counts[v] = int(a.visible(roaring.And(c.docs[v], a.living), c.Part).GetCardinality()); counts[v] > 0 {
			best = c.leading(append(best, v), counts, most)
		}
	}
	var list []Value
	for _, v := range best {
		list = append(list, Value{c.values[v], a.shown(c, v), counts[v]})
	}
	return list
}
