package app

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"stoa/internal/demo"
	"stoa/internal/tenancy"
	"stoa/web"
)

// The document has one mark where the institution goes in.
const headMark = "<!--stoa-->"

// theme runs before the first paint, so that a dark screen never flashes white.
const theme = `(function(){var t=null;try{t=localStorage.getItem("stoa-theme")}catch(e){}if(t!=="dark"&&t!=="light")t=matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light";document.documentElement.dataset.theme=t})()`

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Stoa</title><p>This build carries no front end: run <code>make build</code>. The API is at <a href="/api/docs">/api/docs</a>.</p>`

func (a *App) mountFrontEnd(mux *http.ServeMux) {
	dist, err := fs.Sub(web.Dist, "dist")
	if err != nil {
		panic(err) // the folder is in the program
	}
	index, err := fs.ReadFile(dist, "index.html")
	if err != nil {
		index = []byte(notBuilt)
	}
	mux.Handle("/assets/", assets(dist))
	mux.Handle("/media/", http.StripPrefix("/media", cached(http.FileServerFS(demo.Media))))
	for _, name := range []string{"favicon.svg", "robots.txt", "manifest.webmanifest"} {
		mux.Handle("/"+name, http.FileServerFS(dist))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		a.document(w, r, index)
	})
}

// document is the page that starts the front end, in the institution's colours.
func (a *App) document(w http.ResponseWriter, r *http.Request, index []byte) {
	i, ok := a.Tenancy.ByHost(r.Host)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><meta charset="utf-8"><title>No institution here</title><p>No institution lives at this address.</p>`))
		return
	}
	nonce := rand.Text()
	w.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'self' 'nonce-"+nonce+"'; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' data: blob: https:; media-src 'self' blob: https:; "+
		"connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	head, err := a.head(i, nonce)
	if err != nil {
		http.Error(w, "Something went wrong on our side.", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(bytes.Replace(index, []byte(headMark), head, 1))
}

// start is what the front end knows before its first request.
type start struct {
	Institution tenancy.Institution `json:"institution"`
	Demo        *demo.SignIns       `json:"demo,omitempty"`
	Nonce       string              `json:"nonce"`
}

func (a *App) head(i tenancy.Institution, nonce string) ([]byte, error) {
	s := start{Institution: i, Nonce: nonce}
	if i.Demo && !a.cfg.Production {
		s.Demo = demo.SignInsOf(i.Slug)
	}
	data, err := json.Marshal(s) // Marshal escapes < and >, so the script element cannot be left
	if err != nil {
		return nil, err
	}
	name := html.EscapeString(i.Name)
	return fmt.Appendf(nil, `<title>%s</title><meta name="description" content="%s"><style nonce="%s">:root{--brand-h:%d;--brand-c:%.3f}</style><script nonce="%s">%s</script><script type="application/json" id="stoa">%s</script>`,
		name, html.EscapeString(i.Name+". "+i.Tagline), nonce, i.Hue, i.Chroma, nonce, theme, data), nil
}

// assets have names that change with their content, and lie there compressed.
func assets(dist fs.FS) http.Handler {
	plain := http.FileServerFS(dist)
	return cached(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "br") {
			if raw, err := fs.ReadFile(dist, name+".br"); err == nil {
				w.Header().Set("Content-Encoding", "br")
				w.Header().Set("Vary", "Accept-Encoding")
				w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
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
