package index

import (
	"bytes"
	"cmp"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
)

// A question is answered by sets of people: each filter is one (clauses), what is said with words are three (named
// exactly, named alike, anywhere), and the living are one; their intersection is walked in the order of names. A
// filter by what may be hidden is cut down to those who show it to the viewer (visible) before it meets the others.

// Viewer is who asks, and with it how much of others they see.
type Viewer struct {
	Me       uuid.UUID
	Audience int  // what they see of strangers: 0 everyone's, 1 alumni's, 2 the batch's
	OwnBatch bool // whether they see what people of their own batch show to it
}

// Filter narrows. Nil does not; of several values one is enough.
type Filter struct {
	Words      []string            // as the directory splits them; the last may be unfinished
	Places     map[string][]string // of Words: the words that a place has under its other name
	Values     [][]string          // by dimension
	Batches    []uuid.UUID         // or one of the years in Values
	Impossible bool                // nobody can be found
}

// of is what the filter asks of a dimension.
func (f Filter) of(dimension int) []string {
	if dimension < len(f.Values) {
		return f.Values[dimension]
	}
	return nil
}

// Order of a list.
type Order int

const (
	ByName Order = iota
	ByRelevance
	ByYearDown // the newest batches first
)

// Position is where a list goes on.
type Position struct {
	Tier, Year int
	Name       string
	ID         uuid.UUID
}

// Hit is a person found: in which tier, when the order is by relevance, and where the list would go on behind them.
type Hit struct{ Position }

// asked is a question while it is answered.
type asked struct {
	*Index
	viewer Viewer
	me     *roaring.Bitmap
	mates  *roaring.Bitmap // the viewer's batch, where it lets them see more; else nil
	living *roaring.Bitmap // whom the viewer can find at all
}

func (x *Index) asks(v Viewer) asked {
	a := asked{Index: x, viewer: v, living: x.live}
	if n, known := x.at[v.Me]; known {
		a.me = roaring.BitmapOf(n)
		if of := x.batch.of[n]; of != 0 && v.OwnBatch && v.Audience < 2 {
			a.mates = x.batch.docs[of]
		}
	}
	if v.Audience < 2 && !x.unconfirmed.IsEmpty() {
		a.living = roaring.AndNot(x.live, x.unconfirmed)
		if a.me != nil {
			a.living.Or(a.me)
		}
	}
	return a
}

// Self tells a person's batch, the zero id for none, and who sees the part of them that the fewest see.
func (x *Index) Self(id uuid.UUID) (batch uuid.UUID, hidden int, known bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	n, known := x.at[id]
	if !known {
		return batch, 0, false
	}
	copy(batch[:], x.batch.values[x.batch.of[n]])
	return batch, int(x.people[n].see >> (2 * x.parts) & 3), true
}

// visible are those of a set who show a part to the viewer.
func (a asked) visible(set *roaring.Bitmap, part int) *roaring.Bitmap {
	if part == Always {
		return set
	}
	out := roaring.New()
	for level := range a.viewer.Audience + 1 {
		if !a.levels[part][level].IsEmpty() {
			out.Or(roaring.And(set, a.levels[part][level]))
		}
	}
	if a.mates != nil {
		mates := roaring.And(set, a.mates)
		mates.And(a.levels[part][2])
		out.Or(mates)
	}
	if a.me != nil && a.me.Intersects(set) {
		out.Or(a.me)
	}
	return out
}

// clauses are those who pass each filter, by dimension. Nil does not narrow. There is room for two more sets.
func (a asked) clauses(f Filter) []*roaring.Bitmap {
	list := make([]*roaring.Bitmap, len(a.cols), len(a.cols)+2)
	for d := range len(a.cols) - 1 {
		values := f.of(d)
		if values == nil && (d != Year || f.Batches == nil) {
			continue
		}
		c := &a.cols[d]
		sets := make([]*roaring.Bitmap, 0, len(values)+len(f.Batches))
		for _, value := range values {
			if v := c.find(value); v != 0 {
				sets = append(sets, c.docs[v])
			}
		}
		if d == Year {
			for _, id := range f.Batches {
				if v := a.batch.find(string(id[:])); v != 0 {
					sets = append(sets, a.batch.docs[v])
				}
			}
		}
		list[d] = a.visible(union(sets), c.Part)
	}
	return list
}

func union(sets []*roaring.Bitmap) *roaring.Bitmap {
	switch len(sets) {
	case 0:
		return roaring.New()
	case 1:
		return sets[0]
	}
	return roaring.FastOr(sets...)
}

// intersect begins with the smallest. Nil sets do not narrow; the first must not be nil.
func intersect(sets ...*roaring.Bitmap) *roaring.Bitmap {
	sets = slices.DeleteFunc(slices.Clone(sets), func(s *roaring.Bitmap) bool { return s == nil })
	slices.SortFunc(sets, func(a, b *roaring.Bitmap) int { return cmp.Compare(a.GetCardinality(), b.GetCardinality()) })
	out := sets[0]
	for i, s := range sets[1:] {
		if i == 0 {
			out = roaring.And(out, s)
		} else {
			out.And(s)
		}
	}
	return out
}

// spelled are the typed words.
func (a asked) spelled(f Filter) []spelling {
	list := make([]spelling, len(f.Words))
	for i, typed := range f.Words {
		list[i] = a.words.spell(typed, i == len(f.Words)-1, f.Places[typed])
	}
	return list
}

// named are those whose name has every word: exactly, or with
// those that are alike. Nil when one of the words is no name.
func (a asked) named(typed []spelling, alike bool) *roaring.Bitmap {
	var out *roaring.Bitmap
	for _, s := range typed {
		list := s.name
		if alike {
			list = append(slices.Clone(list), s.alike...)
		}
		if len(list) == 0 {
			return nil
		}
		var sets []*roaring.Bitmap
		for _, at := range list {
			if set := a.words.words[at].name; set != nil {
				sets = append(sets, set)
			}
		}
		found := union(sets)
		if out == nil {
			out = found
		} else {
			out = roaring.And(out, found)
		}
	}
	return out
}

// anywhere are those who have every word in what they show: to the viewer's audience, or to their batch.
func (a asked) anywhere(typed []spelling) *roaring.Bitmap {
	all := func(audience int, among *roaring.Bitmap) *roaring.Bitmap {
		out := among
		for _, s := range typed {
			var sets []*roaring.Bitmap
			for _, at := range s.word {
				sets = a.words.words[at].sets(audience, sets)
			}
			for _, at := range s.alike {
				if set := a.words.words[at].name; set != nil {
					sets = append(sets, set)
				}
			}
			if len(s.place) > 0 && !s.noPlace {
				var place []*roaring.Bitmap
				for _, at := range s.place {
					place = append(place, union(a.words.words[at].sets(audience, nil)))
				}
				sets = append(sets, intersect(place...))
			}
			found := union(sets)
			if out == nil {
				out = found
			} else {
				out = roaring.And(out, found)
			}
		}
		return out
	}
	out := all(a.viewer.Audience, nil)
	if a.mates != nil {
		out = roaring.Or(out, all(2, a.mates))
	}
	return out
}

// Find lists at most so many people behind a position.
func (x *Index) Find(v Viewer, f Filter, order Order, after *Position, most int) []Hit {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if f.Impossible {
		return nil
	}
	a := x.asks(v)
	narrow := append(a.clauses(f), a.living)
	var hits []Hit
	if len(f.Words) == 0 {
		return a.list(hits, intersect(narrow...), order, 0, after, most)
	}
	typed := a.spelled(f)
	anywhere := intersect(append(narrow, a.anywhere(typed))...)
	if order != ByRelevance {
		return a.list(hits, anywhere, order, 0, withoutTier(after), most)
	}
	exact, alike := a.named(typed, false), a.named(typed, true)
	for tier, set := range []*roaring.Bitmap{exact, alike, anywhere} {
		if set == nil || after != nil && tier < after.Tier {
			continue
		}
		if tier < 2 {
			set = intersect(set, anywhere)
		}
		if before := []*roaring.Bitmap{nil, exact, alike}[tier]; before != nil {
			set = roaring.AndNot(set, before)
		}
		from := after
		if after != nil && tier > after.Tier {
			from = nil
		}
		hits = a.list(hits, set, ByName, tier, from, most)
		if len(hits) >= most {
			break
		}
	}
	return hits
}

func withoutTier(p *Position) *Position {
	if p == nil {
		return nil
	}
	plain := *p
	plain.Tier = 0
	return &plain
}

// list appends people of a set in their order until there are enough.
func (a asked) list(hits []Hit, set *roaring.Bitmap, order Order, tier int, after *Position, most int) []Hit {
	if order != ByYearDown {
		return a.walk(hits, set, tier, after, most)
	}
	c := &a.cols[Year]
	years := make([]uint32, 0, len(c.values))
	for v := range c.values {
		years = append(years, uint32(v))
	}
	slices.SortFunc(years, func(x, y uint32) int { // years have four digits; none and "0" are last
		return cmp.Or(cmp.Compare(len(c.values[y]), len(c.values[x])), cmp.Compare(c.values[y], c.values[x]))
	})
	for _, v := range years {
		docs := c.docs[v]
		first := docs.IsEmpty()
		if first {
			continue
		}
		year := a.year(docs.Minimum())
		if after != nil && year > after.Year {
			continue
		}
		from := after
		if after != nil && year < after.Year {
			from = nil
		}
		if hits = a.walk(hits, roaring.And(set, docs), tier, from, most); len(hits) >= most {
			break
		}
	}
	return hits
}

// walk goes through a set in the order of names: the people of
// the building, and between them those who came or changed since.
func (a asked) walk(hits []Hit, set *roaring.Bitmap, tier int, after *Position, most int) []Hit {
	from, late := uint32(0), 0
	if after != nil {
		behind := func(n uint32) bool {
			by := cmp.Compare(string(a.name(n)), after.Name)
			return by > 0 || by == 0 && bytes.Compare(a.people[n].id[:], after.ID[:]) > 0
		}
		from = uint32(sort.Search(int(a.base), func(i int) bool { return behind(uint32(i)) }))
		late = sort.Search(len(a.tail), func(i int) bool { return behind(a.tail[i]) })
	}
	it := set.Iterator()
	it.AdvanceIfNeeded(from)
	for len(hits) < most {
		for late < len(a.tail) && !set.Contains(a.tail[late]) {
			late++
		}
		early := it.HasNext() && it.PeekNext() < a.base
		var n uint32
		switch {
		case early && (late == len(a.tail) || a.compare(it.PeekNext(), a.tail[late]) < 0):
			n = it.Next()
		case late < len(a.tail):
			n = a.tail[late]
			late++
		default:
			return hits
		}
		hits = append(hits, Hit{Position{Tier: tier, Year: a.year(n), Name: string(a.name(n)), ID: a.people[n].id}})
	}
	return hits
}
