package app

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"stoa/internal/base/cache"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/telemetry"
	"stoa/internal/base/viewer"
)

// API is every operation, on a mux of its own: what openapi.json is made from.
func (a *App) API() (huma.API, *http.ServeMux) {
	mux := http.NewServeMux()
	var mark []byte
	if a.keys != nil { // who writes the contract has none
		mark = a.keys.For("repeated requests")
	}
	api := httpapi.New(mux, "1", a.limiter, a.db, mark)
	for _, m := range having[routed](a.Modules) {
		m.Routes(api)
	}
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
		operations, known := a.mountAPI(mux)
		a.mountFrontEnd(mux, known)
		// most requests: past the search for who else might answer
		all = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, httpapi.Base+"/") {
				r.Pattern = httpapi.Base + "/" // until it is known which
				operations.ServeHTTP(w, r)
				return
			}
			mux.ServeHTTP(w, r)
		})
	}
	shed := httpapi.Shed(memoryShare, sampleMemory, all)
	return httpapi.Observe(telemetry.NewHTTPMetrics(a.registry), a.cfg.TrustProxy, a.cfg.OTLPEndpoint != "",
		secure(a.cfg.TrustProxy, shed))
}

// mountAPI returns the operations, as the network reaches them and for callers who are known,
// and mounts what else programs ask for.
func (a *App) mountAPI(mux *http.ServeMux) (fromOutside, fromInside http.Handler) {
	api, operations := a.API()
	document, err := json.Marshal(api.OpenAPI())
	if err != nil {
		panic(err) // the document is made of our own types
	}
	operations.HandleFunc("/", a.nothing)
	mux.Handle("/films/", a.answering(a.Tenancy.Resolve(a.limited(1, http.HandlerFunc(a.Courses.ServeFilm)))))
	mux.Handle("/photos/", a.answering(a.Tenancy.Resolve(a.limited(1, http.HandlerFunc(a.Directory.ServePhoto)))))
	mux.Handle("GET /api/openapi.json", still("application/json", document))
	mux.Handle("GET /api/docs", a.docs(api.OpenAPI()))
	mux.Handle("/api/", a.Tenancy.Resolve(http.HandlerFunc(a.nothing)))
	mux.HandleFunc("GET /.well-known/jwks.json", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, a.Identity.KeySet())
	})
	// W3C: where password managers lead
	mux.Handle("GET /.well-known/change-password", http.RedirectHandler("/security", http.StatusFound))
	mux.Handle("/.well-known/", a.Tenancy.Resolve(http.HandlerFunc(a.nothing)))
	if a.mailbox != nil && !a.cfg.Production {
		mux.Handle("GET /demo/mail", a.Tenancy.Resolve(http.HandlerFunc(a.readMail)))
	}
	fromInside = httpapi.Validate(operations)
	known := a.Identity.Authenticate(a.Identity.NoteRefusals(fromInside))
	return a.answering(a.refuseWhenFull(a.Tenancy.Resolve(httpapi.CleanInput(known)))), fromInside
}

// nothing answers at an address of programs where there is nothing.
func (a *App) nothing(w http.ResponseWriter, r *http.Request) {
	err := a.limiter.Allow(r.Context(), 1)
	httpapi.WriteProblem(w, r, cmp.Or(err, error(errs.New(errs.NotFound, "There is nothing at this address."))))
}

// limited counts what is no operation: those count themselves.
func (a *App) limited(cost int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a.limiter.Allow(r.Context(), cost); err != nil {
			httpapi.WriteProblem(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answering refuses at once while the database is known not to answer: nobody waits for what will not come.
func (a *App) answering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.db.Answers() {
			httpapi.WriteProblem(w, r, httpapi.ErrUnreachable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// still answers the same bytes always, compressed once.
func still(kind string, content []byte) http.Handler {
	body := cache.NewBody(content)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		httpapi.WriteBody(w, r, body)
	})
}

// readyFor is how long the database may take to show that requests can come.
const readyFor = 1500 * time.Millisecond

func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyFor)
	defer cancel()
	if !a.db.Answers() || a.pinged(ctx) != nil {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"status":"database"}`))
		return
	}
	writeJSON(w, map[string]string{"status": "ready"})
}

// pinged asks the database for all who ask at once.
func (a *App) pinged(ctx context.Context) error {
	asked := a.pings.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyFor)
		defer cancel()
		return nil, a.db.Ping(ctx)
	})
	select {
	case answer := <-asked:
		return answer.Err
	case <-ctx.Done():
		return ctx.Err()
	}
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
	// documents say what they need
	"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"},
}

// windows is what everything carries besides that a browser may show in a window: it means nothing to a script's fetch.
var windows = http.Header{
	"Cross-Origin-Opener-Policy": {"same-origin"},
	"Permissions-Policy":         {"camera=(), microphone=(), geolocation=()"},
	"X-Frame-Options":            {"DENY"},
}

// secure sets them. That a connection is encrypted, only we or a trusted
// proxy can say: who is told to use nothing else for a year must be able to.
func secure(trustProxy bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, always)
		if !strings.HasPrefix(r.URL.Path, httpapi.Base+"/") {
			maps.Copy(h, windows)
		}
		if r.TLS != nil || trustProxy && r.URL.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

var mailPage = template.Must(template.New("mail").
	Parse(`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Mailbox</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2.5rem auto;padding:0 1rem}
article{border-top:1px solid #bbb;padding:1rem 0}h2{font-size:1rem;margin:0}small{color:#555}
pre{white-space:pre-wrap;font:inherit;overflow-wrap:anywhere}</style>
<h1>Mailbox</h1><p>Mails of the demo stay here; nothing leaves this machine.</p>
{{range .}}<article><h2>{{.Subject}}</h2><small>to {{.To}}, {{.At.Format "2006-01-02 15:04:05"}} UTC</small>
<pre>{{.Text}}</pre></article>{{else}}<p>No mail yet.</p>{{end}}</html>`))

// readMail shows the mails of a demo institution to whoever comes. Those of
// others open accounts: their links are nobody's but their receiver's.
func (a *App) readMail(w http.ResponseWriter, r *http.Request) {
	if !a.Tenancy.IsDemo(viewer.From(r.Context()).Tenant) {
		a.nothing(w, r)
		return
	}
	list := a.mailbox.List(viewer.From(r.Context()).Tenant, r.URL.Query().Get("to"))
	w.Header().Set("Cache-Control", "no-store")
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		writeJSON(w, list)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	_ = mailPage.Execute(w, list)
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
