// Package screen draws the first screen of the front end in Go: the same words and the same markup as
// the front end's own, from the same structs, so that a person reads it before a script has arrived, its
// links work, and the front end takes over without a shift. e2e/first-screen.spec.ts compares the two.
package screen

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/base/clock"
	"stoa/internal/base/errs"
	"stoa/internal/courses"
	"stoa/internal/directory"
	"stoa/internal/identity"
	"stoa/internal/progress"
	"stoa/internal/tenancy"
)

// Modules are what screens show.
type Modules struct {
	Clock     clock.Clock
	Courses   *courses.Service
	Progress  *progress.Service
	Directory *directory.Service
	// Answer calls an operation that reads, as the viewer of the context. Not ok: it does not answer with 200.
	Answer func(ctx context.Context, address string) (json.RawMessage, bool)
}

// Painter draws. It is safe for use by many at once.
type Painter struct {
	Modules
	messages  map[string]map[string]string // by language
	files     map[string]built             // of the front end, by source
	addresses []*regexp.Regexp             // that the front end has screens for
	templates *template.Template
}

// built is an entry of the front end's manifest.
type built struct {
	File    string   `json:"file"`
	Imports []string `json:"imports"`
	Later   []string `json:"dynamicImports"`
}

// Drawn is a screen's part of the document.
type Drawn struct {
	Title string
	Body  []byte // inside the root element
	Rules string // of the classes that stand for style attributes, which the content policy refuses
	// Answers are those that the front end would ask for first, by their addresses under the API's base.
	Answers map[string]any
}

//go:embed templates/*.html
var sources embed.FS

// indent is what makes a template readable and means nothing to a browser.
var indent = regexp.MustCompile(`\n\s*`)

// New reads what the front end was built to: its messages and the names of its files.
func New(dist fs.FS, m Modules) (*Painter, error) {
	p := &Painter{Modules: m, templates: template.New("")}
	for name, into := range map[string]any{"messages.json": &p.messages, "manifest.json": &p.files} {
		raw, err := fs.ReadFile(dist, name)
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			return nil, fmt.Errorf("the front end's %s: %w", name, err)
		}
	}
	for source := range p.files {
		if address := addressOf(source); address != nil {
			p.addresses = append(p.addresses, address)
		}
	}
	names, err := fs.Glob(sources, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := sources.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if _, err := p.templates.Parse(indent.ReplaceAllString(string(raw), "")); err != nil {
			return nil, err
		}
	}
	return p, nil
}

var routeFile = regexp.MustCompile(`^src/routes/(?:_app/)?(.+)\.tsx\?tsr-split=component$`)

// addressOf is the addresses of the screen that a file of the front end holds, by the
// rules of its router: dots part folders, a dollar begins a parameter, "index" is the
// folder itself, and an underline at the end of a name means nothing in an address.
func addressOf(source string) *regexp.Regexp {
	m := routeFile.FindStringSubmatch(source)
	if m == nil {
		return nil
	}
	var parts []string
	for part := range strings.SplitSeq(m[1], ".") {
		switch part = strings.TrimSuffix(part, "_"); {
		case part == "index":
		case strings.HasPrefix(part, "$"):
			parts = append(parts, "/[^/]+")
		default:
			parts = append(parts, "/"+regexp.QuoteMeta(part))
		}
	}
	return regexp.MustCompile("^" + strings.Join(parts, "") + "/?$")
}

// Knows tells whether the front end has a screen at an address.
func (p *Painter) Knows(path string) bool {
	return slices.ContainsFunc(p.addresses, func(a *regexp.Regexp) bool { return a.MatchString(path) })
}

// route is a screen: the front end's file of it, and what its document brings. Four are drawn;
// a fifth, the public page of an event, will be the last.
type route struct {
	file     string
	template string
	look     func(*Painter, *view, uuid.UUID) error
	brings   []string // addresses of operations; {id} is the screen's own
}

func draw(file, template string, look func(*Painter, *view, uuid.UUID) error) route {
	return route{file: file, template: template, look: look}
}

func bring(file string, addresses ...string) route { return route{file: file, brings: addresses} }

var routes = map[string]route{
	"/":             draw("src/routes/_app/index.tsx", "today", (*Painter).today),
	"/people":       draw("src/routes/_app/people.index.tsx", "people", (*Painter).people),
	"/people/{id}":  draw("src/routes/_app/people.$personId.tsx", "profile", (*Painter).profile),
	"/courses/{id}": draw("src/routes/_app/courses.$courseId.tsx", "course", (*Painter).course),
	"/courses":      bring("src/routes/_app/courses.index.tsx", "/courses?limit=24", "/courses/categories"),
	"/lessons/{id}": bring("src/routes/_app/lessons.$lessonId.tsx", "/lessons/{id}"),
	"/batches":      bring("src/routes/_app/batches.index.tsx", "/batches?limit=60"),
	"/batches/{id}": bring("src/routes/_app/batches.$batchId.tsx",
		"/batches/{id}", "/directory?batch={id}&limit=60", "/directory/facets?batch={id}"),
	"/my-courses":    bring("src/routes/_app/my-courses.tsx", "/me/courses"),
	"/teach":         bring("src/routes/_app/teach.index.tsx", "/me/teaching?limit=50"),
	"/teach/{id}":    bring("src/routes/_app/teach.$courseId.tsx", "/courses/{id}/draft"),
	"/profile":       bring("src/routes/_app/profile.tsx", "/me/profile"),
	"/verifications": bring("src/routes/_app/verifications.tsx", "/verifications?limit=50"),
	"/sign-in":       bring("src/routes/sign-in.tsx"),
	"/register":      bring("src/routes/register.tsx"),
}

// find is the route of an address.
func find(path string) (route, uuid.UUID, bool) {
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	if r, ok := routes[path]; ok {
		return r, uuid.Nil, true
	}
	cut := strings.LastIndexByte(path, '/')
	id, err := uuid.Parse(path[cut+1:])
	if err != nil || len(path)-cut-1 != 36 {
		return route{}, uuid.Nil, false
	}
	r, ok := routes[path[:cut]+"/{id}"]
	return r, id, ok
}

// Files are the front end's files that an address needs besides those of every
// screen: its own, and what the parts that it speaks say in the reader's language.
func (p *Painter) Files(path, language string) []string {
	b := bundle{files: p.files, words: "." + language + ".json", seen: map[string]bool{}}
	b.collect("index.html")
	b.list = slices.DeleteFunc(b.list, func(name string) bool { return !strings.HasSuffix(name, b.words) })
	if r, _, ok := find(path); ok {
		b.collect(r.file + "?tsr-split=component")
	}
	for i, name := range b.list {
		b.list[i] = "/" + p.files[name].File
	}
	return b.list
}

// bundle is what of the manifest is fetched together.
type bundle struct {
	files map[string]built
	words string // the ending of a language's catalogues
	seen  map[string]bool
	list  []string // sources
}

func (b *bundle) collect(name string) {
	if b.seen[name] {
		return
	}
	b.seen[name] = true
	f, ok := b.files[name]
	if !ok {
		return
	}
	b.list = append(b.list, name)
	for _, i := range f.Imports {
		b.collect(i)
	}
	for _, i := range f.Later {
		if strings.HasSuffix(i, b.words) {
			b.collect(i)
		}
	}
}

// Draw is the screen of an address for its reader. Not ok: there is nothing that
// Go draws here, or nothing that this reader may see; the front end says so.
func (p *Painter) Draw(
	r *http.Request, i tenancy.Institution, language string, account identity.Account,
) (Drawn, bool) {
	found, id, ok := find(r.URL.Path)
	if !ok || account.FactorNeeded {
		return Drawn{}, false
	}
	if found.look == nil {
		answers := p.answers(r, found, id)
		return Drawn{Answers: answers}, len(answers) > 0
	}
	v := p.newView(r, i, language, account)
	if err := found.look(p, v, id); err != nil {
		if errs.KindOf(err) == errs.Internal && !errors.Is(err, context.Canceled) && !errors.Is(err, errUndrawn) {
			slog.ErrorContext(r.Context(), "a first screen was not drawn", "error", err)
		}
		return Drawn{}, false
	}
	body, err := v.execute(found.template)
	if err != nil {
		slog.ErrorContext(r.Context(), "a first screen was not drawn", "error", err)
		return Drawn{}, false
	}
	return Drawn{Title: v.Title + " · " + i.ShortName, Body: body, Rules: v.rules(), Answers: v.answers}, true
}

// answers are those that a screen brings. An address with a query asks for others: the front end does.
func (p *Painter) answers(r *http.Request, found route, id uuid.UUID) map[string]any {
	if r.URL.RawQuery != "" {
		return nil
	}
	list := map[string]any{}
	for _, address := range found.brings {
		address = strings.ReplaceAll(address, "{id}", id.String())
		if answer, ok := p.Answer(r.Context(), address); ok {
			list[address] = answer
		}
	}
	return list
}

// errUndrawn is of an address that the front end reads in a way that this package does not.
var errUndrawn = errors.New("the address is not drawn")
