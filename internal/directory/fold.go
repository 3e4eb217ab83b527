package directory

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/cespare/xxhash/v2"
)

// letters.txt is what PostgreSQL's directory.fold makes of the characters that unicode.ToLower does not make the same of: a line for
// each, the character, a blank, and what stands for it.
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

// fold is text as the directory compares it: lower case, without accents, single spaces. But for spaces it is directory.fold in SQL.
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

// words are what someone typed as words: runs of letters and digits of any script, eight at most, as directory.split and
// directory.queries have them in SQL.
func words(typed string) []string {
	list := strings.FieldsFunc(fold(typed), func(r rune) bool {
		return r < '0' || r > '9' && r < 'a' || r > 'z' && r < 0xc0 || r >= 0x2000 && r <= 0x206f || r >= 0x3000 && r <= 0x303f
	})
	return list[:min(len(list), 8)]
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
