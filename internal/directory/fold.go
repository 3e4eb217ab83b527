package directory

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/cespare/xxhash/v2"
)

// letters.txt is what PostgreSQL's directory.fold makes of the characters that unicode.ToLower
// does not make the same of: a line for each, the character, a blank, and what stands for it.
//
//go:embed letters.txt
var letters string

var folded = func() map[rune]string {
	m := map[rune]string{}
	for line := range strings.Lines(letters) {
		from, to, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		m[[]rune(from)[0]] = to
	}
	return m
}()

// fold is text as the directory compares it: lower case, without
// accents, single spaces. But for spaces it is directory.fold in SQL.
func fold(value string) string {
	var b strings.Builder
	for _, r := range value {
		if to, special := folded[r]; special {
			b.WriteString(to)
		} else {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// words are what someone typed as words: runs of letters and digits of any script, as directory.typed
// and directory.queries have them in SQL. Where no blanks part words, each two neighbours are one.
func words(typed string) []string {
	var list []string
	most := 8
	for _, w := range strings.FieldsFunc(fold(typed), separates) {
		for run := []rune(w); len(run) > 0; {
			n := 1
			for n < len(run) && unspaced(run[n]) == unspaced(run[0]) {
				n++
			}
			if unspaced(run[0]) {
				most = 16
				for i := range n - 2 {
					list = append(list, string(run[i:i+2]))
				}
				list = append(list, string(run[max(n-2, 0):n]))
			} else {
				list = append(list, string(run[:n]))
			}
			run = run[n:]
		}
	}
	return list[:min(len(list), most)]
}

func separates(r rune) bool {
	return r < '0' || r > '9' && r < 'a' || r > 'z' && r < 0xc0 || r >= 0x2000 && r <= 0x206f ||
		r >= 0x3000 && r <= 0x303f && !unspaced(r)
}

// unspaced tells whether a letter is of a script that sets no blanks between words, as directory.unspaced does in SQL.
func unspaced(r rune) bool {
	switch {
	case r < 0x0e01:
		return false
	case r <= 0x0eff, r >= 0x1000 && r <= 0x109f, r >= 0x1100 && r <= 0x11ff, r >= 0x1780 && r <= 0x17ff,
		r >= 0x3005 && r <= 0x3007, r >= 0x3041 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7ff, r >= 0xf900 && r <= 0xfaff,
		r >= 0xff66 && r <= 0xff9f, r >= 0x20000 && r <= 0x3ffff:
		return true
	}
	return false
}

// place is a city under the name it is kept by.
func (s *Service) place(city string) place {
	key := fold(city)
	if known, ok := s.places[key]; ok {
		return known
	}
	return place{key, strings.Join(strings.Fields(city), " ")}
}

func hash(s string) string { return fmt.Sprintf("%x", xxhash.Sum64String(s)) }

// sorted makes the same conditions the same statement, so that PostgreSQL plans it once.
func sorted(clauses []string) []string { slices.Sort(clauses); return clauses }
