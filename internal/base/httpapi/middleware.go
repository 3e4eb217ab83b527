package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"

	"stoa/internal/base/cache"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/telemetry"
	"stoa/internal/base/viewer"
)

// What stands around every handler, from the outside in: Observe (id, log, figures, panics), Shed near the limit of
// memory, the institution of the host, CleanInput, and for the API Validate (ETag, 304, compression). Inside an
// operation huma's middlewares follow, which api.go puts in their order. A writer that is wrapped here is still
// reached through Unwrap.

// Observe gives each request an id, a log line, a place in the
// metrics and, when it is traced, a span; a panic is a 500.
func Observe(m *telemetry.HTTPMetrics, trustProxy, traced bool, next http.Handler) http.Handler {
	if traced {
		next = spanned(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		address := peer(r)
		if trustProxy {
			address = cmp.Or(believe(r), address)
		}
		v := viewer.Viewer{
			RequestID: id.New().String(),
			Address:   address,
			UserAgent: cut(r.UserAgent(), 300),
			Since:     began,
		}
		ctx := viewer.With(r.Context(), v)
		r = r.WithContext(ctx)
		answer := &recorder{ResponseWriter: w}
		w.Header()["X-Request-Id"] = []string{v.RequestID}
		defer func() {
			cause := recover()
			if cause == http.ErrAbortHandler { // the answer broke off half-way, and its reader must see it
				defer panic(cause)
			} else if cause != nil {
				slog.ErrorContext(ctx, "panic", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
				if answer.status == 0 {
					WriteProblem(answer, r, errors.New("panic"))
				}
			}
			took := time.Since(began)
			m.Observe(method(r), route(r), answer.status, took)
			answer.log(ctx, r, took)
		}()
		next.ServeHTTP(answer, r)
	})
}

// route is the pattern that answered: the innermost mux leaves it on the request, which nobody between copies.
func route(r *http.Request) string { return cmp.Or(r.Pattern, "other") }

// method is the request's, of those that there are: a made-up one must not make a figure of its own.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
		return r.Method
	}
	return "other"
}

func (r *recorder) log(ctx context.Context, req *http.Request, took time.Duration) {
	level := slog.LevelDebug
	switch r.status {
	// who was kept out is told whatever the level of detail
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		level = slog.LevelInfo
	}
	if r.status >= 500 {
		level = slog.LevelError
	}
	if !slog.Default().Enabled(ctx, level) { // what is not written must not be put together either
		return
	}
	slog.Log(ctx, level, "request", "method", req.Method, "route", route(req), "status", r.status,
		"ms", float64(took.Microseconds())/1000, "bytes", r.bytes, "address", viewer.From(ctx).Address)
}

// spanned makes a span of each request, in the trace that the request names.
func spanned(next http.Handler) http.Handler {
	tracer := otel.Tracer("stoa/http")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tracer.Start(
			propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header)), r.Method,
		)
		defer span.End()
		inner := r.WithContext(ctx)
		next.ServeHTTP(w, inner)
		r.Pattern = inner.Pattern
		span.SetName(r.Method + " " + route(r))
		span.SetAttributes(attribute.String("http.route", route(r)))
		if answer, ok := w.(*recorder); ok {
			span.SetAttributes(attribute.Int("http.response.status_code", answer.status))
		}
	})
}

type recorder struct {
	http.ResponseWriter
	status, bytes int
	deadline      *http.ResponseController // of long answers
}

// A long answer, as a film, takes as long as its reader needs, if only some of it
// gets on within patience. Short ones have the server's limit for a whole answer.
const (
	longAnswer = 64 << 10
	patience   = 30 * time.Second
)

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if r.bytes >= longAnswer {
		if r.deadline == nil {
			r.deadline = http.NewResponseController(r.ResponseWriter)
		}
		_ = r.deadline.SetWriteDeadline(time.Now().Add(patience)) // where there are none, as in tests, nobody waits
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// peer is the address that the connection comes from.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func cut(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// CleanInput refuses what PostgreSQL and JSON cannot hold in an
// address, before any handler: NUL characters and invalid UTF-8.
func CleanInput(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !clean(r.URL.Path) || !cleanQuery(r.URL.RawQuery) {
			WriteProblem(w, r, errs.New(errs.Invalid, "The address contains characters that are not text."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// cleanQuery looks at what the parameters say; without an escape they say what they are.
func cleanQuery(raw string) bool {
	if !strings.Contains(raw, "%") {
		return clean(raw)
	}
	values, _ := url.ParseQuery(raw)
	for key, list := range values {
		if !clean(key) || slices.ContainsFunc(list, func(v string) bool { return !clean(v) }) {
			return false
		}
	}
	return true
}

func clean(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Validate adds an ETag to JSON answers of GET, turns repeated ones
// into 304, and sends them in the best form that the client takes.
func Validate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		held := &held{ResponseWriter: w}
		next.ServeHTTP(held, r)
		switch {
		case held.through:
		case held.status == 0 || held.status == http.StatusOK:
			body := cache.NewBody(held.body.Bytes())
			if state := w.Header().Get("ETag"); state != "" {
				body.Tag = `W/"` + strings.Trim(state, `"`) + "." + strings.TrimPrefix(body.Tag, `W/"`)
			}
			WriteBody(w, r, body)
		default:
			h := w.Header()
			h["Vary"] = varies
			if h.Get("Cache-Control") == "" {
				h["Cache-Control"] = privateWays
			}
			w.WriteHeader(held.status)
			_, _ = w.Write(held.body.Bytes())
		}
	})
}

// held keeps a JSON answer until its tag is known; a file goes through as it comes.
type held struct {
	http.ResponseWriter
	body    bytes.Buffer
	status  int
	through bool
}

// whole tells whether the answer brings the tag of all it shows, as
// kept ones do. The strong tag of an editable state is only a part.
func (h *held) whole() bool { return strings.HasPrefix(h.Header().Get("ETag"), "W/") }

func (h *held) WriteHeader(status int) {
	h.status = status
	if h.whole() {
		h.through = true
		h.ResponseWriter.WriteHeader(status)
	}
}

func (h *held) Write(b []byte) (int, error) {
	if h.whole() && h.body.Len() == 0 {
		h.through = true
		return h.ResponseWriter.Write(b)
	}
	if kind := h.Header().Get("Content-Type"); !h.through && h.body.Len() == 0 && kind != "" &&
		!strings.Contains(kind, "json;") && !strings.HasSuffix(kind, "json") {
		h.through = true
		h.Header().Set("Cache-Control", noStore)
		h.ResponseWriter.WriteHeader(cmp.Or(h.status, http.StatusOK))
	}
	if h.through {
		return h.ResponseWriter.Write(b)
	}
	return h.body.Write(b)
}
