package app

import (
	"crypto/subtle"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/telemetry"
	"stoa/internal/base/viewer"
)

// API is every operation, on a mux of its own: what openapi.json is made from.
func (a *App) API() (huma.API, *http.ServeMux) {
	mux := http.NewServeMux()
	api := httpapi.New(mux, "1", a.limiter)
	a.Identity.Routes(api, a.Audit)
	a.Courses.Routes(api)
	a.Progress.Routes(api)
	a.Directory.Routes(api)
	return api, mux
}

// Handler is the whole of what this process answers.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]string{"status": "ok", "version": Version})
	})
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", a.guardMetrics(a.metrics()))
	all := http.Handler(mux)
	if a.cfg.Has("api") {
		operations := a.mountAPI(mux)
		a.mountFrontEnd(mux)
		all = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // most requests: past the search for who else might answer
			if strings.HasPrefix(r.URL.Path, httpapi.Base+"/") {
				r.Pattern = httpapi.Base + "/" // until it is known which
				operations.ServeHTTP(w, r)
				return
			}
			mux.ServeHTTP(w, r)
		})
	}
	return httpapi.Observe(telemetry.NewHTTPMetrics(a.registry), a.cfg.TrustProxy, a.cfg.OTLPEndpoint != "", secure(httpapi.Shed(memoryShare, sampleMemory, all)))
}

// mountAPI returns the operations, and mounts what else programs ask for.
func (a *App) mountAPI(mux *http.ServeMux) http.Handler {
	api, operations := a.API()
	document, err := json.Marshal(api.OpenAPI())
	if err != nil {
		panic(err) // the document is made of our own types
	}
	gzip, err := gzhttp.NewWrapper(gzhttp.MinSize(1400), gzhttp.ContentTypes([]string{"application/json", "application/problem+json", "text/html"}))
	if err != nil {
		panic(err)
	}
	operations.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		httpapi.WriteProblem(w, r, errs.New(errs.NotFound, "There is nothing at this address."))
	})
	mux.Handle("/films/", a.Tenancy.Resolve(http.HandlerFunc(a.Courses.ServeFilm)))
	mux.Handle("/photos/", a.Tenancy.Resolve(http.HandlerFunc(a.Directory.ServePhoto)))
	mux.Handle("GET /api/openapi.json", gzip(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document)
	})))
	mux.Handle("GET /api/docs", gzip(a.docs(api.OpenAPI())))
	mux.HandleFunc("GET /.well-known/jwks.json", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, a.Identity.KeySet()) })
	if a.mailbox != nil && !a.cfg.Production {
		mux.Handle("GET /demo/mail", a.Tenancy.Resolve(http.HandlerFunc(a.readMail)))
	}
	return a.Tenancy.Resolve(httpapi.CleanInput(a.Identity.Authenticate(a.Identity.NoteRefusals(httpapi.Validate(operations)))))
}

func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.db.Ping(r.Context()); err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"status":"database"}`))
		return
	}
	writeJSON(w, map[string]string{"status": "ready"})
}

func (a *App) metrics() http.Handler { return promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{}) }

// guardMetrics: figures tell much about an installation, so outside the demo they need a token or their own address.
func (a *App) guardMetrics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		right := a.cfg.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(token), []byte(a.cfg.MetricsToken)) == 1
		if !right && (a.cfg.Demo == "" || a.cfg.MetricsToken != "") {
			httpapi.WriteProblem(w, r, errs.New(errs.NotFound, "There is nothing at this address."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// always is what every answer carries. Nobody appends to these values; who needs another sets a new one.
var always = http.Header{
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Content-Security-Policy":      {"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"}, // documents say what they need
}

// windows is what everything carries besides that a browser may show in a window: it means nothing to a script's fetch.
var windows = http.Header{
	"Cross-Origin-Opener-Policy": {"same-origin"},
	"Permissions-Policy":         {"camera=(), microphone=(), geolocation=()"},
	"X-Frame-Options":            {"DENY"},
}

// secure sets them.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, always)
		if !strings.HasPrefix(r.URL.Path, httpapi.Base+"/") {
			maps.Copy(h, windows)
		}
		if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

var mailPage = template.Must(template.New("mail").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mailbox</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2.5rem auto;padding:0 1rem}article{border-top:1px solid #bbb;padding:1rem 0}h2{font-size:1rem;margin:0}small{color:#555}pre{white-space:pre-wrap;font:inherit;overflow-wrap:anywhere}</style>
<h1>Mailbox</h1><p>Mails of the demo stay here; nothing leaves this machine.</p>
{{range .}}<article><h2>{{.Subject}}</h2><small>to {{.To}}, {{.At.Format "2006-01-02 15:04:05"}} UTC</small><pre>{{.Text}}</pre></article>{{else}}<p>No mail yet.</p>{{end}}</html>`))

func (a *App) readMail(w http.ResponseWriter, r *http.Request) {
	list := a.mailbox.List(viewer.From(r.Context()).Tenant, r.URL.Query().Get("to"))
	w.Header().Set("Cache-Control", "no-store")
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		writeJSON(w, list)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	_ = mailPage.Execute(w, list)
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
