package directory

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// fold is text as the directory compares it: lower case, without accents, single spaces.
func fold(value string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), value)
	if err != nil {
		plain = value
	}
	return strings.Join(strings.Fields(strings.ToLower(plain)), " ")
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
