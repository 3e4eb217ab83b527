package screen

import (
	"net/url"
	"reflect"
	"slices"
	"testing"
	"time"

	"stoa/internal/tenancy"
	"stoa/web/languages"

	"golang.org/x/text/language"
)

// What the front end's own functions give for the same (Intl in Chromium, avatar.test.tsx).
func TestWordsAndNumbersAreTheFrontEnds(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		language, currency, date, number, list, initial string
	}{
		{
			language: "en",
			currency: "INR",
			date:     "Wednesday, 25 November",
			number:   "12,34,567",
			list:     "a, b and c",
			initial:  "W",
		},
		{
			language: "en",
			currency: "GBP",
			date:     "Wednesday 25 November",
			number:   "1,234,567",
			list:     "a, b and c",
			initial:  "W",
		},
		{
			language: "hi",
			currency: "INR",
			date:     "बुधवार, 25 नवंबर",
			number:   "12,34,567",
			list:     "a, b, और c",
			initial:  "बु",
		},
	} {
		v := &view{
			language:    c.language,
			speaks:      languages.All[c.language],
			Institution: tenancy.Institution{Currency: c.currency},
		}
		for got, want := range map[string]string{
			v.date(at): c.date, v.Number(1234567): c.number, v.List([]string{"a", "b", "c"}): c.list,
			v.Weekday(at, true): c.initial, v.Number(999): "999",
		} {
			if got != want {
				t.Errorf("%s %s: %q, not %q", c.language, c.currency, got, want)
			}
		}
	}
	for name, want := range map[string]string{
		"Asha Menon":   "AM",
		"B. Ravi":      "BR",
		"Pankaj":       "P",
		"  ":           "",
		"S. K. Selvam": "SS",
		"ß":            "SS",
		"émile":        "É",
	} {
		if got := initials(name); got != want {
			t.Errorf("initials of %q: %q, not %q", name, got, want)
		}
	}
}

// A number of things is said in the language's own form; where it says English, in English's.
func TestNumbersChooseTheirForm(t *testing.T) {
	t.Parallel()
	p := &Painter{messages: map[string]map[string]string{
		"en": {"day_one": "{count} day", "day_other": "{count} days"},
		"hi": {"day_one": "{count} दिन", "day_other": "{count} दिनों"},
		"pl": {
			"day_one": "{count} dzień", "day_few": "{count} dni", "day_many": "{count} dni.",
			"day_other": "{count} dnia",
		},
	}}
	for _, c := range []struct {
		language string
		n        int
		want     string
	}{
		{"en", 0, "0 days"},
		{"en", 1, "1 day"},
		{"en", 12345, "12,345 days"},
		{"hi", 0, "0 दिन"},
		{"hi", 1, "1 दिन"},
		{"hi", 2, "2 दिनों"},
		{"pl", 1, "1 dzień"},
		{"pl", 3, "3 dni"},
		{"pl", 5, "5 dni."},
		{"ta", 2, "2 days"},
	} {
		v := &view{p: p, language: c.language, tag: language.Make(c.language), speaks: languages.All["en"]}
		got, err := v.Tn("day", c.n)
		if err != nil || got != c.want {
			t.Errorf("%s %d: %q %v, not %q", c.language, c.n, got, err, c.want)
		}
	}
}

// A document names what its screen needs in the reader's language, and no other language.
func TestADocumentNamesItsFiles(t *testing.T) {
	t.Parallel()
	p := &Painter{files: map[string]built{
		"index.html":    {File: "index.js", Imports: []string{"_house.js"}},
		"_house.js":     {File: "house.js", Later: []string{"core.hi.json", "core.ta.json", "palette.tsx"}},
		"core.hi.json":  {File: "core.hi.js"},
		"core.ta.json":  {File: "core.ta.js"},
		"learn.hi.json": {File: "learn.hi.js"},
		"palette.tsx":   {File: "palette.js"},
		"_learn.js":     {File: "learn.js", Imports: []string{"_house.js"}, Later: []string{"learn.hi.json"}},
		"src/routes/_app/courses.index.tsx?tsr-split=component": {
			File: "courses.js", Imports: []string{"_house.js", "_learn.js"},
		},
	}}
	for _, c := range []struct {
		path, language string
		want           []string
	}{
		{"/courses", "en", []string{"/courses.js", "/learn.js"}},
		{"/courses", "hi", []string{"/core.hi.js", "/courses.js", "/learn.js", "/learn.hi.js"}},
		{"/nowhere", "ta", []string{"/core.ta.js"}},
		{"/nowhere", "en", nil},
	} {
		if got := p.Files(c.path, c.language); !slices.Equal(got, c.want) {
			t.Errorf("%s in %s: %v, not %v", c.path, c.language, got, c.want)
		}
	}
}

// An address is read as the front end reads it; what it reads in another way is not drawn.
func TestAddressesAreReadAsTheFrontEndReadsThem(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]url.Values{
		"":                                   {},
		"batch=2018":                         {"batch": {"2018"}},
		"batch=2018&batch=2019":              {"batch": {"2018", "2019"}},
		`city=["Pune","New York"]&q=asha`:    {"city": {"Pune", "New York"}, "q": {"asha"}},
		`q="2018"`:                           {"q": {"2018"}},
		"q=asha menon&sort=batch":            {"q": {"asha menon"}, "sort": {"batch"}},
		"standing=verified&standing=strange": {"standing": {"verified"}},
		"sort=strange&open_to=hiring":        {"open_to": {"hiring"}},
		"company=true&city=null&city={}":     {},
		"company=1e3":                        {"company": {"1e3"}},
	} {
		query, err := url.ParseQuery(address)
		if err != nil {
			t.Fatal(err)
		}
		_, asked, err := filterOf(query)
		if err != nil || !reflect.DeepEqual(asked, want) {
			t.Errorf("%s: %v %v", address, asked, err)
		}
	}
	for _, address := range []string{"q=a&q=b", `q=["a","b"]`} {
		query, _ := url.ParseQuery(address)
		if _, _, err := filterOf(query); err == nil {
			t.Errorf("%s is drawn", address)
		}
	}
	for path, drawn := range map[string]bool{
		"/": true, "/people": true, "/people/": true, "/people/01941f29-7dc4-78fd-8631-f29c3c816382": true,
		"/people/x": false, "/people/01941f297dc478fd8631f29c3c816382": false, "/people/a/b": false, "/teach": false,
	} {
		if r, _, ok := find(path); (ok && r.look != nil) != drawn {
			t.Errorf("%s: drawn %v", path, ok)
		}
	}
}
