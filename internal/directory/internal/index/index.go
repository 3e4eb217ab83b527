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

// Part is a part of a profile that people are found by and that may be hidden.
type Part int

const (
	Company Part = iota
	Place
	Industry
	OpenTo
	parts
)

// Dimension is what values are counted of.
type Dimension int

const (
	ByYear Dimension = iota
	ByProgramme
	ByDepartment
	ByCompany
	ByCity
	ByIndustry
	ByStanding
	byBatch
	dimensions
)

// partOf is the part that shows a dimension's value; the others are always visible.
var partOf = [dimensions]Part{
	ByYear:       parts,
	ByProgramme:  parts,
	ByDepartment: parts,
	ByCompany:    Company,
	ByCity:       Place,
	ByIndustry:   Industry,
	ByStanding:   parts,
	byBatch:      parts,
}

// unconfirmed is the bit of Row.See that says so.
const unconfirmed = 2*int(parts) + 2

// labelled are the dimensions whose values are folded and shown as people write them.
var labelled = [2]Dimension{ByCompany, ByCity}

// Row is what is kept of a person. The bytes may be used again after Put.
type Row struct {
	ID     uuid.UUID
	Name   []byte             // as it is sorted
	Values [dimensions][]byte // empty: none. The year "0" is none as well; the batch is the id's 16 bytes
	Labels [2][]byte          // the company and the city as they are written
	// who sees the parts: two bits each; above them two for the part that the
	// fewest see, of all that a list shows; then one for who is not confirmed
	See      int
	OpenTo   int    // 1 mentoring, 2 hiring
	Everyone []byte // words that everyone finds, in the binary form of a tsvector
	Alumni   []byte // the same for alumni; nil when they find no others
	Batch    []byte // the same for the batch
}

// column is one dimension of all people.
type column struct {
	ids    map[string]uint32
	values []string // 0 is none
	sorted []uint32 // by value
	docs   []*roaring.Bitmap
	labels [][]written // of each value
	of     []uint32    // by person
}

// written is one way to write a value, and how many people do by the widest audience they show it to.
type written struct {
	text   uint32
	people [4]int32
}

// Index is safe for use by many at once.
type Index struct {
	mu     sync.RWMutex
	people []person
	names  []byte
	at     map[uuid.UUID]uint32
	base   uint32   // people below are in the order of their names
	tail   []uint32 // the others in that order
	live   *roaring.Bitmap
	hidden *roaring.Bitmap // not confirmed: only those who keep the record find them
	cols   [dimensions]column
	label  [2][]uint32 // by person: how the company and the city are written
	texts  []string    // of labels
	shared map[string]uint32
	levels [parts][4]*roaring.Bitmap
	open   [2]*roaring.Bitmap
	words  vocabulary
	dead   int
	runs   *runs // nil once the index is built
}

// runs are the people of each set while an index is built, as lists: they come in order,
// and a list becomes a bitmap in a third of the time that adding one after the other takes.
type runs struct {
	docs   [dimensions][][]uint32
	levels [parts][4][]uint32
	open   [2][]uint32
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
	see  uint16
}

// New is an empty index for about so many people.
func New(about int) *Index {
	x := &Index{
		people: make([]person, 0, about),
		names:  make([]byte, 0, about*16),
		at:     make(map[uuid.UUID]uint32, about),
		live:   roaring.New(),
		hidden: roaring.New(),
		shared: map[string]uint32{},
		words:  newVocabulary(),
	}
	for d := range x.cols {
		x.cols[d] = column{
			ids:    map[string]uint32{"": 0},
			values: []string{""},
			docs:   []*roaring.Bitmap{roaring.New()},
			labels: [][]written{nil},
			of:     make([]uint32, 0, about),
		}
	}
	for i := range x.label {
		x.label[i] = make([]uint32, 0, about)
	}
	for p := range x.levels {
		for l := range x.levels[p] {
			x.levels[p][l] = roaring.New()
		}
	}
	x.open = [2]*roaring.Bitmap{roaring.New(), roaring.New()}
	x.runs = &runs{}
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
	for bit := range x.open {
		x.open[bit] = bitmapOf(x.runs.open[bit])
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
	x.people = append(x.people, person{r.ID, uint32(len(x.names)), uint16(r.See)})
	x.at[r.ID] = n
	if r.See>>unconfirmed&1 == 1 {
		x.hidden.Add(n)
	}
	for d := range x.cols {
		c := &x.cols[d]
		v := c.put(r.Values[d])
		c.of = append(c.of, v)
		switch {
		case x.runs != nil:
			x.runs.docs[d] = within(x.runs.docs[d], v)
			if v != 0 {
				x.runs.docs[d][v] = push(x.runs.docs[d][v], n)
			}
		case v != 0:
			c.docs[v].Add(n)
		}
	}
	for i := range labelled {
		x.label[i] = append(x.label[i], x.share(r.Labels[i]))
	}
	x.count(n, 1)
	x.words.add(n, r)
	if x.runs != nil {
		x.runs.add(n, r)
		return n
	}
	x.live.Add(n)
	for p := range x.levels {
		x.levels[p][r.See>>(2*p)&3].Add(n)
	}
	for bit := range x.open {
		if r.OpenTo>>bit&1 == 1 {
			x.open[bit].Add(n)
		}
	}
	return n
}

// count adds a person to those who write their company and city as they do, or takes them out.
func (x *Index) count(n uint32, by int32) {
	for i, d := range labelled {
		c := &x.cols[d]
		v, text, see := c.of[n], x.label[i][n], x.people[n].see
		if v == 0 {
			continue
		}
		at := slices.IndexFunc(c.labels[v], func(w written) bool { return w.text == text })
		if at < 0 {
			at = len(c.labels[v])
			c.labels[v] = append(c.labels[v], written{text: text})
		}
		level := see >> (2 * partOf[d]) & 3
		if see>>unconfirmed&1 == 1 {
			level = max(level, 2)
		}
		c.labels[v][at].people[level] += by
	}
}

func (u *runs) add(n uint32, r Row) {
	for p := range u.levels {
		level := r.See >> (2 * p) & 3
		u.levels[p][level] = push(u.levels[p][level], n)
	}
	for bit := range u.open {
		if r.OpenTo>>bit&1 == 1 {
			u.open[bit] = push(u.open[bit], n)
		}
	}
}

// share keeps one copy of each label.
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
	c := &x.cols[ByYear]
	year, _ := strconv.Atoi(c.values[c.of[n]])
	return year
}
