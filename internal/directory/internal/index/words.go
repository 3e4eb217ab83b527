package index

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// vocabulary is the words that people are found by.
type vocabulary struct {
	ids    map[string]uint32
	words  []word
	sorted []uint32            // nil while the index is built
	sounds map[string][]uint32 // names by how they sound
	grams  map[uint32][]uint32 // names of plain letters by their trigrams
	runs   [][4][]uint32       // who has each word while the index is built, by the word's sets
}

// word is who has it: each person in the first set that applies, nil for nobody.
type word struct {
	text                          string
	name, everyone, alumni, batch *roaring.Bitmap
	public                        bool // anybody may find or has been found by it
	isName                        bool
	grams                         uint8
}

func newVocabulary() vocabulary {
	return vocabulary{ids: map[string]uint32{}, sounds: map[string][]uint32{}, grams: map[uint32][]uint32{}}
}

func (v *vocabulary) built() {
	for at, lists := range v.runs {
		for set, list := range lists {
			if list != nil {
				*v.words[at].set(set) = bitmapOf(list)
			}
		}
	}
	v.runs = nil
	v.sorted = make([]uint32, len(v.words))
	for i := range v.sorted {
		v.sorted[i] = uint32(i)
	}
	slices.SortFunc(v.sorted, func(a, b uint32) int { return cmp.Compare(v.words[a].text, v.words[b].text) })
}

// id is the number of a word, new or known.
func (v *vocabulary) id(text []byte) uint32 {
	if n, known := v.ids[string(text)]; known {
		return n
	}
	n := uint32(len(v.words))
	s := string(text)
	v.ids[s] = n
	v.words = append(v.words, word{text: s})
	if v.sorted != nil {
		at := sort.Search(len(v.sorted), func(i int) bool { return v.words[v.sorted[i]].text > s })
		v.sorted = slices.Insert(v.sorted, at, n)
	}
	return n
}

// Know adds a word that anybody has been found by, even if nobody is any more.
func (x *Index) Know(text []byte, name bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.words.know(x.words.id(text), name)
}

func (v *vocabulary) know(n uint32, name bool) {
	w := &v.words[n]
	w.public = true
	if !name || w.isName {
		return
	}
	w.isName = true
	v.sounds[sound(w.text)] = append(v.sounds[sound(w.text)], n)
	if plain(w.text) {
		list := trigrams(w.text)
		w.grams = uint8(min(len(list), 255))
		for _, g := range list {
			v.grams[g] = append(v.grams[g], n)
		}
	}
}

// The sets of a word.
const (
	byName = iota
	byEveryone
	byAlumni
	byMates
)

func (w *word) set(which int) **roaring.Bitmap {
	return [...]**roaring.Bitmap{&w.name, &w.everyone, &w.alumni, &w.batch}[which]
}

func (v *vocabulary) give(at uint32, which int, n uint32) {
	if v.sorted == nil { // being built
		v.runs = within(v.runs, at)
		v.runs[at][which] = push(v.runs[at][which], n)
		return
	}
	set := v.words[at].set(which)
	if *set == nil {
		*set = roaring.New()
	}
	(*set).Add(n)
}

func (v *vocabulary) add(n uint32, r Row) {
	for l := read(r.Everyone); l.next(); {
		at := v.id(l.text)
		v.know(at, l.name)
		if l.name {
			v.give(at, byName, n)
		} else {
			v.give(at, byEveryone, n)
		}
	}
	seen := r.Everyone
	if r.Alumni != nil {
		eachMore(r.Alumni, seen, func(text []byte) { v.give(v.id(text), byAlumni, n) })
		seen = r.Alumni
	}
	if r.Batchmates != nil {
		eachMore(r.Batchmates, seen, func(text []byte) { v.give(v.id(text), byMates, n) })
	}
}

// eachMore visits the words of a vector that are not in another, all of whose words it has; both are in the same order.
func eachMore(vector, other []byte, visit func(text []byte)) {
	had := read(other)
	more := had.next()
	for l := read(vector); l.next(); {
		if more && bytes.Equal(l.text, had.text) {
			more = had.next()
		} else {
			visit(l.text)
		}
	}
}

// sets are those who have the word and show it to an audience.
func (w *word) sets(audience int, into []*roaring.Bitmap) []*roaring.Bitmap {
	for level, set := range []*roaring.Bitmap{w.name, w.everyone, w.alumni, w.batch} {
		if set != nil && level <= audience+1 {
			into = append(into, set)
		}
	}
	return into
}

// lexemes are the words of a tsvector as PostgreSQL sends it: a count, then each word ended by a zero, how
// many places it has, and the places, whose highest two bits are the weight. Weight A, both bits, is a name's.
type lexemes struct {
	rest []byte
	text []byte
	name bool
}

func read(vector []byte) lexemes {
	if len(vector) < 4 {
		return lexemes{}
	}
	return lexemes{rest: vector[4:]}
}

func (l *lexemes) next() bool {
	end := bytes.IndexByte(l.rest, 0)
	if end < 0 || len(l.rest) < end+3 {
		return false
	}
	l.text, l.name = l.rest[:end], false
	places := int(binary.BigEndian.Uint16(l.rest[end+1:]))
	l.rest = l.rest[end+3:]
	if len(l.rest) < 2*places {
		return false
	}
	for i := range places {
		l.name = l.name || l.rest[2*i]>>6 == 3
	}
	l.rest = l.rest[2*places:]
	return true
}

// spelling is one typed word as words of the vocabulary.
type spelling struct {
	name    []uint32 // names that begin so, or are so
	alike   []uint32 // names that sound or look alike
	word    []uint32 // words that begin so, or are so
	place   []uint32 // another name of the same place: all of its words
	noPlace bool     // such a name there is, but nobody has its words
}

// spell takes a typed word; places are the words that the same place has under its other name. The rules are those of
// directory.spellings in SQL: the two must agree.
func (v *vocabulary) spell(typed string, last bool, places []string) spelling {
	var s spelling
	n, known := v.ids[typed]
	whole := !last && known && v.words[n].public
	isName, begins := false, false
	v.beginning(typed, func(at uint32) {
		w := &v.words[at]
		begins = begins || w.public
		if whole && w.text != typed {
			return
		}
		s.word = append(s.word, at)
		if w.isName {
			isName = true
			s.name = append(s.name, at)
		}
	})
	if len([]rune(typed)) > 2 {
		var list []uint32
		for _, at := range v.sounds[sound(typed)] {
			if v.words[at].text != typed {
				list = append(list, at)
			}
		}
		slices.SortFunc(list, func(a, b uint32) int { return cmp.Compare(v.words[a].text, v.words[b].text) })
		s.alike = list[:min(len(list), 24)]
	}
	if !isName && !begins && len(typed) > 3 && plain(typed) {
		s.alike = append(slices.Clone(s.alike), v.similar(typed)...)
	}
	for _, p := range places {
		if at, known := v.ids[p]; known {
			s.place = append(s.place, at)
		} else {
			s.noPlace = true
		}
	}
	return s
}

// beginning visits the words that begin with some letters, in their order.
func (v *vocabulary) beginning(letters string, visit func(uint32)) {
	from := sort.Search(len(v.sorted), func(i int) bool { return v.words[v.sorted[i]].text >= letters })
	for _, at := range v.sorted[from:] {
		if !strings.HasPrefix(v.words[at].text, letters) {
			return
		}
		visit(at)
	}
}

// similar are the eight names most like a typed word, by the share of trigrams that both have (pg_trgm's similarity).
func (v *vocabulary) similar(typed string) []uint32 {
	list := trigrams(typed)
	common := map[uint32]int{}
	for _, g := range list {
		for _, at := range v.grams[g] {
			common[at]++
		}
	}
	least := float32(0.4)
	if len(typed) < 6 {
		least = 0.33
	}
	type like struct {
		at uint32
		by float32
	}
	var alike []like
	for at, n := range common {
		if by := float32(n) / float32(len(list)+int(v.words[at].grams)-n); by >= least {
			alike = append(alike, like{at, by})
		}
	}
	slices.SortFunc(alike, func(a, b like) int {
		return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(v.words[a.at].text, v.words[b.at].text))
	})
	var out []uint32
	for _, a := range alike[:min(len(alike), 8)] {
		out = append(out, a.at)
	}
	return out
}

// plain tells whether a word is of the letters a to z and digits alone: only such have trigrams.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// trigrams of a word, each once: two blanks stand before it and one behind.
func trigrams(s string) []uint32 {
	padded := "  " + s + " "
	list := make([]uint32, 0, len(s)+1)
	for i := range len(s) + 1 {
		list = append(list, uint32(padded[i])<<16|uint32(padded[i+1])<<8|uint32(padded[i+2]))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

var soundSteps = []*strings.Replacer{
	strings.NewReplacer("ksh", "x"), strings.NewReplacer("ph", "f"), strings.NewReplacer("ee", "i"),
	strings.NewReplacer("oo", "u"),
	strings.NewReplacer("ow", "o", "ou", "o", "au", "o", "aw", "o"),
	strings.NewReplacer("w", "v"),
	strings.NewReplacer("bh", "b", "ch", "c", "dh", "d", "gh", "g", "jh", "j", "kh", "k", "ph", "p", "sh",
		"s", "th", "t"),
	strings.NewReplacer("y", "i", "z", "j"),
}

// sound maps spellings of one spoken name to one key, as directory.sound in SQL does.
func sound(s string) string {
	for _, step := range soundSteps {
		s = step.Replace(s)
	}
	var b strings.Builder
	previous := rune(-1)
	for _, r := range s {
		if r != previous {
			b.WriteRune(r)
		}
		previous = r
	}
	return strings.TrimSuffix(b.String(), "a")
}
