package screen

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/cases"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"stoa/internal/base/nav"
	"stoa/internal/base/permit"
	"stoa/internal/identity"
	"stoa/internal/tenancy"
	"stoa/web/languages"
)

// view is what the templates of one screen read: its reader, its words, and what it shows.
type view struct {
	p           *Painter
	ctx         context.Context
	query       url.Values
	language    string
	speaks      languages.Language
	tag         language.Tag
	numbers     *message.Printer // made with the first number
	places      map[nav.Group][]nav.Place
	classes     map[string]string // by style
	answers     map[string]any
	Path        string
	Institution tenancy.Institution
	Account     identity.Account
	Title       string
	Over        string
	Screen      any // the screen's own struct
}

func (p *Painter) newView(r *http.Request, i tenancy.Institution, code string, account identity.Account) *view {
	return &view{
		p: p, ctx: r.Context(), query: r.URL.Query(), language: code, speaks: languages.All[code],
		tag: language.Make(code), places: map[nav.Group][]nav.Place{},
		classes: map[string]string{}, answers: map[string]any{},
		Path: r.URL.Path, Institution: i, Account: account,
	}
}

func (v *view) execute(name string) ([]byte, error) {
	var out bytes.Buffer
	err := v.p.templates.ExecuteTemplate(&out, name, v)
	return out.Bytes(), err
}

// keep hands an answer on to the front end, by the address where it would ask for it.
func (v *view) keep(answer any, path string, query url.Values) {
	if len(query) > 0 {
		path += "?" + browsers.Replace(query.Encode())
	}
	v.answers[path] = answer
}

// browsers escape one character more than Go, and one less (WHATWG URL, application/x-www-form-urlencoded).
var browsers = strings.NewReplacer("%2A", "*", "~", "%7E")

// Css is a class that stands for a style attribute.
func (v *view) Css(format string, args ...any) string {
	style := fmt.Sprintf(format, args...)
	class, known := v.classes[style]
	if !known {
		class = "d" + strconv.Itoa(len(v.classes))
		v.classes[style] = class
	}
	return class
}

func (v *view) rules() string {
	var out strings.Builder
	for _, style := range slices.Sorted(maps.Keys(v.classes)) {
		fmt.Fprintf(&out, ".%s{%s}", v.classes[style], style)
	}
	return out.String()
}

// T is a message, with pairs of names and values filled in. A key that no catalogue has is a mistake of the template.
func (v *view) T(key string, pairs ...any) (string, error) {
	message, ok := v.p.messages[v.language][key]
	if !ok {
		message, ok = v.p.messages["en"][key]
	}
	if !ok {
		return "", fmt.Errorf("no message %s", key)
	}
	if len(pairs) == 0 {
		return message, nil
	}
	filled := make([]string, len(pairs))
	for i, part := range pairs {
		if filled[i] = fmt.Sprint(part); i%2 == 0 {
			filled[i] = "{" + filled[i] + "}"
		}
	}
	return strings.NewReplacer(filled...).Replace(message), nil
}

// Tn is the message for a number of things, in the form that the language has for it.
func (v *view) Tn(key string, n int) (string, error) {
	form := forms[plural.Cardinal.MatchPlural(v.tag, n, 0, 0, 0, 0)]
	if _, ok := v.p.messages[v.language][key+form]; !ok {
		form = "_other"
	}
	return v.T(key+form, "count", v.Number(n))
}

// forms end the keys of messages that count (CLDR plural rules, as Intl.PluralRules names them).
var forms = map[plural.Form]string{
	plural.Zero:  "_zero",
	plural.One:   "_one",
	plural.Two:   "_two",
	plural.Few:   "_few",
	plural.Many:  "_many",
	plural.Other: "_other",
}

// locale is how the reader's language is written in the institution's country.
func (v *view) locale() string { return v.speaks.Locale(v.Institution.Currency) }

// Number groups digits as the reader's locale does.
func (v *view) Number(n int) string {
	if v.numbers == nil {
		v.numbers = message.NewPrinter(language.Make(v.locale()))
	}
	return v.numbers.Sprint(number.Decimal(n))
}

// List joins as the reader's language does.
func (v *view) List(items []string) string {
	join := v.speaks.List
	last := len(items) - 1
	switch {
	case last < 1:
		return strings.Join(items, "")
	case last == 1:
		return items[0] + join.Pair + items[1]
	}
	return strings.Join(items[:last], join.Middle) + join.Last + items[last]
}

// Weekday of a civil day, whole or its initial.
func (v *view) Weekday(day time.Time, initial bool) string {
	if initial {
		return v.speaks.Initials[day.Weekday()]
	}
	return v.speaks.Days[day.Weekday()]
}

// date is a weekday, a day and a month.
func (v *view) date(at time.Time) string {
	return strings.NewReplacer(
		"{weekday}", v.Weekday(at, false), "{day}", strconv.Itoa(at.Day()), "{month}", v.speaks.Months[at.Month()-1],
	).Replace(v.speaks.Dates[v.locale()])
}

// May tells whether the reader has a permission.
func (v *view) May(permission string) bool {
	return slices.Contains(v.Account.Permissions, permit.Name(permission))
}

// Places of a group that the reader has, in order.
func (v *view) Places(group nav.Group) []nav.Place {
	if _, known := v.places[group]; !known {
		v.places[group] = nav.Of(group, v.Account.Permissions)
	}
	return v.places[group]
}

// Here tells whether the screen is at a place, or further in.
func (v *view) Here(p nav.Place) bool {
	return v.Path == p.To || p.To != "/" && strings.HasPrefix(v.Path, p.To+"/")
}

// Roles of the reader, in words.
func (v *view) Roles() (string, error) {
	var words []string
	for _, r := range v.Account.Roles {
		word, err := v.T("role." + string(r))
		if err != nil {
			return "", err
		}
		words = append(words, word)
	}
	return strings.Join(words, ", "), nil
}

// Languages are those that the reader could choose instead.
func (v *view) Languages() []struct{ Code, Name string } {
	var list []struct{ Code, Name string }
	for _, code := range languages.Codes {
		if code != v.language {
			list = append(list, struct{ Code, Name string }{code, languages.All[code].Name})
		}
	}
	return list
}

// ShortRest is what the institution's name says beyond its short name.
func (v *view) ShortRest() string {
	rest, found := strings.CutPrefix(v.Institution.Name, v.Institution.ShortName)
	if !found {
		return ""
	}
	return strings.TrimSpace(rest)
}

// Initial is a text's first letter.
func (v *view) Initial(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}

// Icon is a drawing of the sheet of icons; with a label it speaks.
func (v *view) Icon(name string, size int, weight float64, class, label string) template.HTML {
	speaks := `aria-hidden="true"`
	if label != "" {
		speaks = `role="img" aria-label="` + template.HTMLEscapeString(label) + `"`
	}
	// #nosec G203 -- every part is ours or escaped
	return template.HTML(fmt.Sprintf(`<svg width="%[1]d" height="%[1]d" fill="none" stroke="currentColor" `+
		`stroke-width="%[2]g" stroke-linecap="round" stroke-linejoin="round" class="%[3]s" %[4]s><use `+
		`href="/%[5]s#%[6]s"></use></svg>`,
		size, weight, template.HTMLEscapeString(class), speaks, v.p.files["src/ui/icons.svg"].File,
		template.HTMLEscapeString(name)))
}

// Avatar is a person's photo, or a face drawn from their name.
func (v *view) Avatar(name string, id fmt.Stringer, photo string, size int) template.HTML {
	if photo != "" {
		// #nosec G203 -- escaped
		return template.HTML(fmt.Sprintf(
			`<img src="%s" alt="" width="%[2]d" height="%[2]d" class="shrink-0 rounded-full object-cover">`,
			template.HTMLEscapeString(photo), size,
		))
	}
	class := v.Css("width:%[1]dpx;height:%[1]dpx;font-size:%[2]gpx;--face-h:%[3]d",
		size, float64(size)*36/100, hue(id.String()))
	// #nosec G203 -- escaped
	return template.HTML(fmt.Sprintf(
		`<span aria-hidden="true" class="face inline-grid shrink-0 place-items-center rounded-full %s">%s</span>`,
		class, template.HTMLEscapeString(initials(name)),
	))
}

// hue is a colour that stays the person's.
func hue(id string) int {
	sum := 0
	for _, unit := range utf16.Encode([]rune(id)) {
		sum = (sum*31 + int(unit)) % 360
	}
	return sum
}

func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '.' })
	if len(words) > 1 {
		words = []string{words[0], words[len(words)-1]}
	}
	var out strings.Builder
	for _, w := range words {
		for _, r := range w {
			out.WriteRune(r)
			break
		}
	}
	return cases.Upper(language.Und).String(out.String()) // as scripts do: ß becomes SS
}

// Ticks is progress as one mark a lesson; more than forty become a bar.
func (v *view) Ticks(done, total int) (template.HTML, error) {
	label, err := v.T("progress.of", "done", done, "total", total)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if total > 40 {
		fmt.Fprintf(&out, `<div role="img" aria-label="%s" class="h-1.5 w-full rounded-full bg-rule"><div `+
			`class="h-full rounded-full bg-brand %s"></div></div>`,
			template.HTMLEscapeString(label), v.Css("width:%g%%", 100*float64(done)/float64(total)))
		return template.HTML(out.String()), nil // #nosec G203 -- escaped
	}
	fmt.Fprintf(&out, `<div role="img" aria-label="%s" class="flex w-full gap-[3px]">`,
		template.HTMLEscapeString(label))
	for i := range total {
		colour := "bg-rule"
		if i < done {
			colour = "bg-brand"
		}
		fmt.Fprintf(&out, `<span class="h-1.5 min-w-1 max-w-4 flex-1 rounded-full %s"></span>`, colour)
	}
	out.WriteString("</div>")
	return template.HTML(out.String()), nil // #nosec G203 -- escaped
}

// Button is the look of a button, for links too.
func (v *view) Button(kind string) string {
	look := map[string]string{
		"primary": "bg-brand text-on-brand hover:opacity-90",
		"quiet":   "border border-edge bg-sheet text-ink hover:bg-sunk",
		"plain":   "text-ink-2 hover:text-ink hover:bg-sunk",
	}[kind]
	return "inline-flex min-h-11 items-center justify-center gap-2 rounded-md px-4 text-base font-semibold " +
		"whitespace-nowrap disabled:opacity-55 md:min-h-10 " + look
}

// with is a part of a screen that reads the view as well.
type with[T any] struct {
	*view
	It T
}
