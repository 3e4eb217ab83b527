// Package languages is what screens speak: each language has a file here, which the front end reads, too.
package languages

import (
	"embed"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

//go:embed *.json
var files embed.FS

// Language is how a language names itself, its days and its months, and puts them together.
type Language struct {
	Name     string            `json:"name"`
	Locales  map[string]string `json:"locales"` // by the institution's currency; else "any"
	Dates    map[string]string `json:"dates"`   // by locale: {weekday}, {day} and {month} in their places
	Months   [12]string        `json:"months"`
	Days     [7]string         `json:"days"` // from Sunday
	Initials [7]string         `json:"initials"`
	List     struct {
		Pair, Middle, Last string
	} `json:"list"`
}

// All languages, by code: "hi".
var All = read()

// Codes of all languages, in order.
var Codes = slices.Sorted(maps.Keys(All))

func read() map[string]Language {
	all := map[string]Language{}
	names, _ := files.ReadDir(".")
	for _, f := range names {
		raw, err := files.ReadFile(f.Name())
		var l Language
		if err == nil {
			err = json.Unmarshal(raw, &l)
		}
		if err != nil {
			panic("languages: " + f.Name() + ": " + err.Error()) // it is in the program
		}
		all[strings.TrimSuffix(f.Name(), path.Ext(f.Name()))] = l
	}
	return all
}

// Locale is how people write whose institution counts in a currency.
func (l Language) Locale(currency string) string {
	if locale, ok := l.Locales[currency]; ok {
		return locale
	}
	return l.Locales["any"]
}
