package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"

	"stoa/internal/base/cache"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	"stoa/internal/demo"
	"stoa/internal/identity"
	"stoa/internal/screen"
	"stoa/internal/tenancy"
	"stoa/web"
)

// The document has a mark where the institution goes in, and a root where the screen does.
const (
	headMark = "<!--stoa-->"
	rootMark = `<div id="root"></div>`
)

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Stoa</title><p>This build carries ` +
	`no front end: run <code>make build</code>. The API is at <a href="/api/docs">/api/docs</a>.</p>`

// frontEnd is the built front end as documents start it.
type frontEnd struct {
	index   []byte // with marks
	style   []byte // in every document: a file of its own would hold the first paint back by a round trip
	theme   []byte // a script before the first paint
	early   []byte // a script behind a drawn screen
	painter *screen.Painter
}

var stylesheet = regexp.MustCompile(`\s*<link rel="stylesheet"[^>]*href="/(assets/[^"]+)"[^>]*>`)

func (a *App) openFrontEnd(dist fs.FS, operations http.Handler) (*frontEnd, error) {
	f := &frontEnd{}
	var err error
	for name, into := range map[string]*[]byte{
		"index.html": &f.index, "document/theme.js": &f.theme, "document/early.js": &f.early,
	} {
		if *into, err = fs.ReadFile(dist, name); err != nil {
			return nil, err
		}
	}
	m := stylesheet.FindSubmatch(f.index)
	if m == nil {
		return nil, fmt.Errorf("the document names no style")
	}
	if f.style, err = fs.ReadFile(dist, string(m[1])); err != nil {
		return nil, err
	}
	f.index = bytes.Replace(f.index, m[0], nil, 1)
	f.painter, err = screen.New(dist, screen.Modules{
		Clock: a.clock, Courses: a.Courses, Progress: a.Progress, Directory: a.Directory, Answer: inside(operations),
	})
	return f, err
}

// inside calls operations for a document: as its reader, without a way over the network.
func inside(operations http.Handler) func(context.Context, string) (json.RawMessage, bool) {
	return func(ctx context.Context, address string) (json.RawMessage, bool) {
		ctx = viewer.With(ctx, viewer.From(ctx)) // a copy: the operation may learn more of its viewer than the document
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, httpapi.Base+address, http.NoBody)
		if err != nil {
			return nil, false
		}
		w := &heard{header: http.Header{}, status: http.StatusOK}
		operations.ServeHTTP(w, r)
		return w.body.Bytes(), w.status == http.StatusOK
	}
}

// heard is the answer to a request from inside.
type heard struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *heard) Header() http.Header         { return h.header }
func (h *heard) WriteHeader(status int)      { h.status = status }
func (h *heard) Write(b []byte) (int, error) { return h.body.Write(b) }

func (a *App) mountFrontEnd(mux *http.ServeMux, operations http.Handler) {
	dist, err := fs.Sub(web.Dist, "dist")
	if err != nil {
		panic(err) // the folder is in the program
	}
	f, err := a.openFrontEnd(dist, operations)
	if err != nil {
		slog.Warn("this build carries no front end", "error", err)
	}
	mux.Handle("/assets/", a.files(assets(dist)))
	mux.Handle("/media/", a.files(http.StripPrefix("/media", cached(http.FileServerFS(demo.Media)))))
	for _, name := range []string{"favicon.svg", "robots.txt"} {
		mux.Handle("/"+name, http.FileServerFS(dist))
	}
	mux.Handle("/favicon.ico", http.RedirectHandler("/favicon.svg", http.StatusMovedPermanently))
	mux.HandleFunc("GET /manifest.webmanifest", a.manifest)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
		// a file that there is not: no page would help who asks for it
		case strings.Contains(path.Base(r.URL.Path), "."):
			a.Tenancy.Resolve(http.HandlerFunc(a.nothing)).ServeHTTP(w, r)
		default:
			a.document(w, r, f)
		}
	})
}

// files are served one by one: folders are nobody's to look through.
func (a *App) files(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") {
			a.Tenancy.Resolve(http.HandlerFunc(a.nothing)).ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// manifest lets a phone keep the institution among its applications (W3C Web Application Manifest).
func (a *App) manifest(w http.ResponseWriter, r *http.Request) {
	i, ok := a.Tenancy.ByHost(r.Host)
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "no-cache")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"name": i.Name, "short_name": i.ShortName, "start_url": "/", "display": "standalone", "lang": i.Locale,
		"icons": []map[string]string{{"src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml"}},
	})
}

// nobodyHere has no institution whose colours it could wear.
const nobodyHere = `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>No institution here</title>
<h1>There is nothing here</h1>
<p>No institution lives at this address. Check its spelling, or ask whoever gave it to you.</p>`

// document is the page that starts the front end, in the institution's colours;
// for a reader who is signed in, with the first screen drawn and its data.
func (a *App) document(w http.ResponseWriter, r *http.Request, f *frontEnd) {
	i, ok := a.Tenancy.ByHost(r.Host)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	switch {
	case !ok:
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(nobodyHere))
		return
	case f == nil:
		_, _ = w.Write([]byte(notBuilt))
		return
	}
	v := viewer.From(r.Context())
	v.Tenant, v.Host, v.Locale = i.ID, r.Host, i.LocaleOf(r)
	viewer.Become(r.Context(), v)
	if err := a.limiter.Allow(r.Context(), 1); err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	d := document{Institution: i, Nonce: rand.Text()}
	if i.Demo && !a.cfg.Production {
		d.Demo = demo.SignInsOf(i.Slug)
	}
	h.Add("Vary", "Cookie, Accept-Encoding")
	var drawn screen.Drawn
	if in, ok := a.visit(r); ok {
		h.Set("Cache-Control", "private, no-store") // it holds a token and a person's data
		d.Session = &in
		if a.limiter.Allow(r.Context(), documentCost) == nil {
			if drawn, ok = f.painter.Draw(r, i, v.Locale, in.Person); ok {
				d.Answers = drawn.Answers
			}
		}
	}
	h.Set("Content-Security-Policy", "default-src 'self'; script-src 'self' 'nonce-"+d.Nonce+
		"'; style-src 'self' 'nonce-"+d.Nonce+"'; img-src 'self' data: blob: https:; media-src 'self' blob: https:; "+
		"connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "+
		"frame-ancestors 'none'")
	page, err := d.page(f, drawn, r.URL.Path, v.Locale)
	if err != nil {
		http.Error(w, "Something went wrong on our side.", http.StatusInternalServerError)
		return
	}
	raw, encoding := cache.NewBody(page).For(r.Header.Get("Accept-Encoding"))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(raw)))
	if !f.painter.Knows(r.URL.Path) {
		w.WriteHeader(http.StatusNotFound) // the front end says so in words
	}
	_, _ = w.Write(raw)
}

// visit is who opens a document, while the database can say so.
func (a *App) visit(r *http.Request) (identity.SignedIn, bool) {
	if !a.db.Answers() {
		return identity.SignedIn{}, false
	}
	return a.Identity.Visit(r)
}

// documentCost is how many requests of others a drawn document is worth: about as many as it spares.
const documentCost = 4

// document is what the front end knows before its first request.
type document struct {
	Institution tenancy.Institution `json:"institution"`
	Demo        *demo.SignIns       `json:"demo,omitempty"`
	Nonce       string              `json:"nonce"`
	Session     *identity.SignedIn  `json:"session,omitempty"`
	Answers     map[string]any      `json:"answers,omitempty"`
}

func (d document) page(f *frontEnd, drawn screen.Drawn, path, language string) ([]byte, error) {
	data, err := json.Marshal(d) // Marshal escapes < and >, so the script element cannot be left
	if err != nil {
		return nil, err
	}
	i := d.Institution
	title := i.Name
	if drawn.Title != "" {
		title = drawn.Title
	}
	var head bytes.Buffer
	fmt.Fprintf(&head,
		`<title>%s</title><link rel="manifest" href="/manifest.webmanifest"><meta name="description" content="%s">`,
		html.EscapeString(title), html.EscapeString(i.Name+". "+i.Tagline))
	for _, file := range f.painter.Files(path, language) {
		fmt.Fprintf(&head, `<link rel="modulepreload" crossorigin href="%s">`, html.EscapeString(file))
	}
	fmt.Fprintf(&head, `<style nonce="%s">:root{--brand-h:%d;--brand-c:%.3f}`, d.Nonce, i.Hue, i.Chroma)
	head.Write(f.style)
	head.WriteString(drawn.Rules)
	fmt.Fprintf(&head, `</style><script nonce="%s">%s</script>`, d.Nonce, f.theme)
	page := bytes.Replace(f.index, []byte(headMark), head.Bytes(), 1)
	page = bytes.Replace(page, []byte(`<html lang="en">`), []byte(`<html lang="`+language+`">`), 1)
	root := []byte(rootMark)
	if drawn.Body != nil {
		root = fmt.Appendf(nil, `<div id="root" class="drawn">%s</div><script nonce="%s">%s</script>`, drawn.Body,
			d.Nonce, f.early)
	}
	root = fmt.Appendf(root, `<script type="application/json" id="stoa">%s</script>`, data) // behind what is read first
	return bytes.Replace(page, []byte(rootMark), root, 1), nil
}

// forms are the compressed copies that lie beside an asset, the best first.
var forms = []struct{ encoding, ending string }{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// assets have names that change with their content, and lie there compressed.
func assets(dist fs.FS) http.Handler {
	plain := http.FileServerFS(dist)
	return cached(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		w.Header().Set("Vary", "Accept-Encoding")
		for _, f := range forms {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), f.encoding) {
				continue
			}
			if raw, err := fs.ReadFile(dist, name+f.ending); err == nil {
				w.Header().Set("Content-Encoding", f.encoding)
				w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
				w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
				_, _ = w.Write(raw)
				return
			}
		}
		plain.ServeHTTP(w, r)
	}))
}

func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		next.ServeHTTP(w, r)
	})
}
