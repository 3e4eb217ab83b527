// Package index is one institution's directory in memory: who is found by which words and
// filters by whom, in what order, and how many there are of each. It holds ids and what
// is needed to find them, not what is shown of them: that is read from the database.
//
// People are numbered in the order of their names, so that a bitmap of numbers is a
// sorted list. Who changes gets a new number behind all others and the old one is taken
// out of the living; an index that is worn by many changes is built anew by its holder.
package index

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strconv"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
)

// Dimension is what people are narrowed by and counted in. Its holder numbers the dimensions: the
// index knows them by their numbers, and of the first alone, the year of the batch, what it means.
type Dimension struct {
	Part     int  // the number of the part that shows its value, or Always
	Labelled bool // its values are folded, and shown as people write them
	Many     bool // a person may have several values
	Most     int  // how many of its values are counted; 0: none are
}

// Always is the part of what everybody sees of those they find.
const Always = -1

// Year is the dimension that the first one must be. Its value "0" is none; an order may go by it.
const Year = 0

// Separator stands between the values of a dimension of which a person may have many.
const Separator = '\x1f'

// Row is what is kept of a person. The bytes may be used again after Put.
type Row struct {
	ID     uuid.UUID
	Name   []byte   // as it is sorted
	Batch  []byte   // the 16 bytes of its id; empty: none
	Values [][]byte // by dimension; empty: none
	Labels [][]byte // by dimension, where it is labelled: the value as the person writes it
	// who sees the parts: two bits each; above them two for the part that the
	// fewest see, of all that a list shows; then one for who is not confirmed
	See        int
	Everyone   []byte // words that everyone finds, in the binary form of a tsvector
	Alumni     []byte // the same for alumni; nil when they find no others
	Batchmates []byte // the same for the batch
}

// column is one dimension of all people.
type column struct {
	Dimension
	ids    map[string]uint32
	values []string // 0 is none
	sorted []uint32 // by value
	docs   []*roaring.Bitmap
	labels [][]label // of each value
	of     []uint32  // by person; nil where one may have many
	label  []uint32  // by person, where it is labelled
}

// label is one way to write a value, and how many people do by the widest audience they show it to.
type label struct {
	text   uint32
	people [4]int32
}

// Index is safe for use by many at once.
type Index struct {
	mu          sync.RWMutex
	people      []person
	names       []byte
	at          map[uuid.UUID]uint32
	base        uint32   // people below are in the order of their names
	tail        []uint32 // the others in that order
	live        *roaring.Bitmap
	unconfirmed *roaring.Bitmap // not confirmed: only those who keep the record find them
	cols        []column        // by dimension; the last is the batch
	batch       *column
	parts       int
	texts       []string // as values are written
	shared      map[string]uint32
	levels      [][4]*roaring.Bitmap // by part
	words       vocabulary
	dead        int
	runs        *runs // nil once the index is built
}

// runs are the people of each set while an index is built, as lists: they come in order,
// and a list becomes a bitmap in a third of the time that adding one after the other takes.
type runs struct {
	docs   [][][]uint32
	levels [][4][]uint32
}

// bitmapOf is a list in order as a bitmap.
func bitmapOf(list []uint32) *roaring.Bitmap {
	set := roaring.New()
	set.AddMany(list)
	return set
}

// push doubles a list that is full: append would copy a long one several times as often.
func push(list []uint32, n uint32) []uint32 {
	if len(list) == cap(list) {
		list = slices.Grow(list, max(4, len(list)))
	}
	return append(list, n)
}

// within is a list that has a place for n.
func within[T any](list []T, n uint32) []T {
	for uint32(len(list)) <= n {
		var none T
		list = append(list, none)
	}
	return list
}

type person struct {
	id   uuid.UUID
	name uint32 // where it ends in names
	see  uint32
}

// New is an empty index for about so many people, who are narrowed by and counted in some dimensions.
func New(about int, dimensions []Dimension) *Index {
	x := &Index{
		people:      make([]person, 0, about),
		names:       make([]byte, 0, about*16),
		at:          make(map[uuid.UUID]uint32, about),
		live:        roaring.New(),
		unconfirmed: roaring.New(),
		shared:      map[string]uint32{},
		words:       newVocabulary(),
	}
	for _, d := range append(slices.Clone(dimensions), Dimension{Part: Always}) {
		x.parts = max(x.parts, d.Part+1)
		c := column{
			Dimension: d,
			ids:       map[string]uint32{"": 0},
			values:    []string{""},
			docs:      []*roaring.Bitmap{roaring.New()},
			labels:    [][]label{nil},
		}
		if !d.Many {
			c.of = make([]uint32, 0, about)
		}
		if d.Labelled {
			c.label = make([]uint32, 0, about)
		}
		x.cols = append(x.cols, c)
	}
	x.batch = &x.cols[len(dimensions)]
	x.levels = make([][4]*roaring.Bitmap, x.parts)
	for p := range x.levels {
		for l := range x.levels[p] {
			x.levels[p][l] = roaring.New()
		}
	}
	x.runs = &runs{docs: make([][][]uint32, len(x.cols)), levels: make([][4][]uint32, x.parts)}
	return x
}

// Load adds a person to an index that is being built, in the order of names; Built ends the building.
func (x *Index) Load(r Row) { x.add(r) }

// Built ends the building: the index may be asked and changed.
func (x *Index) Built() {
	x.base = uint32(len(x.people))
	x.live.AddRange(0, uint64(x.base))
	for d := range x.cols {
		for v, list := range x.runs.docs[d] {
			x.cols[d].docs[v] = bitmapOf(list)
		}
	}
	for p := range x.levels {
		for l := range x.levels[p] {
			x.levels[p][l] = bitmapOf(x.runs.levels[p][l])
		}
	}
	x.runs = nil
	for d := range x.cols {
		c := &x.cols[d]
		c.sorted = make([]uint32, len(c.values))
		for i := range c.sorted {
			c.sorted[i] = uint32(i)
		}
		slices.SortFunc(c.sorted, func(a, b uint32) int { return cmp.Compare(c.values[a], c.values[b]) })
	}
	x.words.built()
}

// Put adds a person or replaces what is known of them.
func (x *Index) Put(r Row) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(r.ID)
	n := x.add(r)
	at := sort.Search(len(x.tail), func(i int) bool { return x.compare(x.tail[i], n) > 0 })
	x.tail = slices.Insert(x.tail, at, n)
}

// Remove forgets a person.
func (x *Index) Remove(id uuid.UUID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
}

// Worn tells whether so much has changed that the index should be built anew.
func (x *Index) Worn() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.tail)+x.dead > 2000+len(x.people)/20
}

// Len is how many people are in it.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return int(x.live.GetCardinality())
}

func (x *Index) remove(id uuid.UUID) {
	if n, known := x.at[id]; known {
		delete(x.at, id)
		x.live.Remove(n)
		x.count(n, -1)
		x.dead++
		if n >= x.base {
			x.tail = slices.DeleteFunc(x.tail, func(t uint32) bool { return t == n })
		}
	}
}

func (x *Index) add(r Row) uint32 {
	n := uint32(len(x.people))
	x.names = append(x.names, r.Name...)
	x.people = append(x.people, person{r.ID, uint32(len(x.names)), uint32(r.See)})
	x.at[r.ID] = n
	if x.isUnconfirmed(n) {
		x.unconfirmed.Add(n)
	}
	for d, value := range r.Values {
		c := &x.cols[d]
		if c.Labelled {
			c.label = append(c.label, x.share(r.Labels[d]))
		}
		if !c.Many {
			c.of = append(c.of, x.give(d, value, n))
			continue
		}
		for len(value) > 0 {
			one, others, _ := bytes.Cut(value, []byte{Separator})
			x.give(d, one, n)
			value = others
		}
	}
	x.batch.of = append(x.batch.of, x.give(len(r.Values), r.Batch, n))
	x.count(n, 1)
	x.words.add(n, r)
	if x.runs != nil {
		for p := range x.runs.levels {
			level := r.See >> (2 * p) & 3
			x.runs.levels[p][level] = push(x.runs.levels[p][level], n)
		}
		return n
	}
	x.live.Add(n)
	for p := range x.levels {
		x.levels[p][r.See>>(2*p)&3].Add(n)
	}
	return n
}

// isUnconfirmed tells whether only those who keep the record find a person.
func (x *Index) isUnconfirmed(n uint32) bool { return x.people[n].see>>(2*x.parts+2)&1 == 1 }

// give adds a person to those who have a value, and tells its number.
func (x *Index) give(d int, value []byte, n uint32) uint32 {
	c := &x.cols[d]
	v := c.put(value)
	switch {
	case x.runs != nil:
		x.runs.docs[d] = within(x.runs.docs[d], v)
		if v != 0 {
			x.runs.docs[d][v] = push(x.runs.docs[d][v], n)
		}
	case v != 0:
		c.docs[v].Add(n)
	}
	return v
}

// count adds a person to those who write their values as they do, or takes them out.
func (x *Index) count(n uint32, by int32) {
	for d := range x.cols {
		c := &x.cols[d]
		if !c.Labelled || c.of[n] == 0 {
			continue
		}
		v, text := c.of[n], c.label[n]
		at := slices.IndexFunc(c.labels[v], func(w label) bool { return w.text == text })
		if at < 0 {
			at = len(c.labels[v])
			c.labels[v] = append(c.labels[v], label{text: text})
		}
		level := uint32(0)
		if c.Part != Always {
			level = x.people[n].see >> (2 * c.Part) & 3
		}
		if x.isUnconfirmed(n) {
			level = max(level, 2)
		}
		c.labels[v][at].people[level] += by
	}
}

// share keeps one copy of each way to write a value.
func (x *Index) share(b []byte) uint32 {
	if n, known := x.shared[string(b)]; known {
		return n
	}
	n := uint32(len(x.texts))
	x.texts = append(x.texts, string(b))
	x.shared[x.texts[n]] = n
	return n
}

func (c *column) put(value []byte) uint32 {
	v, known := c.ids[string(value)]
	if known {
		return v
	}
	v = uint32(len(c.values))
	text := string(value)
	c.ids[text] = v
	c.values = append(c.values, text)
	c.docs = append(c.docs, roaring.New())
	c.labels = append(c.labels, nil)
	if c.sorted != nil {
		at := sort.Search(len(c.sorted), func(i int) bool { return c.values[c.sorted[i]] > text })
		c.sorted = slices.Insert(c.sorted, at, v)
	}
	return v
}

// number of a value; 0 when nobody has it.
func (c *column) find(value string) uint32 { return c.ids[value] }

func (x *Index) name(n uint32) []byte {
	from := uint32(0)
	if n > 0 {
		from = x.people[n-1].name
	}
	return x.names[from:x.people[n].name]
}

// compare is the order of names; equal names go by id.
func (x *Index) compare(a, b uint32) int {
	if by := bytes.Compare(x.name(a), x.name(b)); by != 0 {
		return by
	}
	return bytes.Compare(x.people[a].id[:], x.people[b].id[:])
}

func (x *Index) year(n uint32) int {
	c := &x.cols[Year]
	year, _ := strconv.Atoi(c.values[c.of[n]])
	return year
}
