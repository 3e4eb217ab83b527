package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
	"github.com/go-json-experiment/json/jsontext"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"

	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/telemetry"
	"stoa/internal/base/viewer"
)

// Observe gives each request an id, a log line, a place in the metrics and, when tracing is on, a span; a panic is a 500.
func Observe(m *telemetry.HTTPMetrics, trustProxy bool, next http.Handler) http.Handler {
	tracer := otel.Tracer("stoa/http")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		v := viewer.Viewer{RequestID: id.New().String(), Address: address(r, trustProxy), UserAgent: cut(r.UserAgent(), 300)}
		ctx := viewer.With(r.Context(), v)
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
		ctx, span := tracer.Start(ctx, r.Method)
		defer span.End()
		var in inside
		r = r.WithContext(context.WithValue(ctx, insideKey{}, &in))
		answer := &recorder{ResponseWriter: w}
		answer.Header().Set("X-Request-Id", v.RequestID)
		defer func() {
			cause := recover()
			if cause == http.ErrAbortHandler { // the answer broke off half-way, and its reader must see it
				defer panic(cause)
			} else if cause != nil {
				slog.ErrorContext(ctx, "panic", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()), "request_id", v.RequestID)
				if answer.status == 0 {
					WriteProblem(answer, r, errors.New("panic"))
				}
			}
			route := cmp.Or(in.route, r.Pattern, "other")
			took := time.Since(began)
			m.Observe(r.Method, route, answer.status, took)
			span.SetName(r.Method + " " + route)
			span.SetAttributes(attribute.Int("http.response.status_code", answer.status), attribute.String("http.route", route))
			level := slog.LevelDebug
			switch answer.status {
			case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests: // who was kept out is told whatever the level of detail
				level = slog.LevelInfo
			}
			if answer.status >= 500 {
				level = slog.LevelError
			}
			slog.Log(ctx, level, "request", "method", r.Method, "route", route, "status", answer.status, "ms", float64(took.Microseconds())/1000, "bytes", answer.bytes,
				"institution", in.viewer.Tenant, "person", in.viewer.Person, "address", v.Address, "request_id", v.RequestID)
		}()
		next.ServeHTTP(answer, r)
	})
}

// inside is what only handlers further in know of a request.
type inside struct {
	route  string
	viewer viewer.Viewer
}

type insideKey struct{}

// Named tells Observe which pattern of the inner mux answers, and to whom.
func Named(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r)
		if in, ok := r.Context().Value(insideKey{}).(*inside); ok {
			in.route, in.viewer = r.Pattern, viewer.From(r.Context())
		}
	})
}

type recorder struct {
	http.ResponseWriter
	status, bytes int
}

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
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// address is the client's, believed from a proxy only when the configuration says that there is one.
func address(r *http.Request, trustProxy bool) string {
	if forwarded := r.Header.Get("X-Forwarded-For"); trustProxy && forwarded != "" {
		parts := strings.Split(forwarded, ",")
		return strings.TrimSpace(parts[len(parts)-1])
	}
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

// CleanInput refuses what PostgreSQL and JSON cannot hold, before any handler: NUL characters and invalid UTF-8 in the path, the
// query or a JSON body; and objects that name a field twice, of which whoever checks and whoever uses could see different ones (RFC 7493).
func CleanInput(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !clean(r.URL.Path) {
			WriteProblem(w, r, errs.New(errs.Invalid, "The address contains characters that are not text."))
			return
		}
		for key, values := range r.URL.Query() {
			if !clean(key) || slices.ContainsFunc(values, func(v string) bool { return !clean(v) }) {
				WriteProblem(w, r, errs.New(errs.Invalid, "The address contains characters that are not text."))
				return
			}
		}
		if r.Body != nil && r.Body != http.NoBody && strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
			var large *http.MaxBytesError
			switch {
			case errors.As(err, &large):
				WriteProblem(w, r, errs.New(errs.TooLarge, sentence(http.StatusRequestEntityTooLarge, "")))
				return
			case err != nil:
				WriteProblem(w, r, errs.New(errs.Invalid, "The request broke off."))
				return
			case !utf8.Valid(body):
				WriteProblem(w, r, errs.New(errs.Invalid, "The body is not valid UTF-8."))
				return
			case json.Valid(body) && !jsontext.Value(body).IsValid(jsontext.AllowInvalidUTF8(true)): // a lone surrogate reads as U+FFFD
				WriteProblem(w, r, errs.New(errs.Invalid, "The body names a field twice."))
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		next.ServeHTTP(w, r)
	})
}

func clean(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Validate adds an ETag to JSON answers of GET and turns repeated ones into 304.
func Validate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		held := &held{ResponseWriter: w}
		next.ServeHTTP(held, r)
		if held.through {
			return
		}
		header := w.Header()
		if header.Get("Cache-Control") == "" {
			header.Set("Cache-Control", "private, no-cache")
		}
		header.Add("Vary", "Authorization, Accept-Encoding")
		if held.status == 0 || held.status == http.StatusOK {
			tag := fmt.Sprintf(`W/"%x"`, xxhash.Sum64(held.body.Bytes()))
			header.Set("ETag", tag)
			if match := r.Header.Get("If-None-Match"); match != "" && strings.Contains(match, tag) {
				header.Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		if held.status != 0 {
			w.WriteHeader(held.status)
		}
		_, _ = w.Write(held.body.Bytes())
	})
}

// held keeps a JSON answer until its tag is known; a file goes through as it comes.
type held struct {
	http.ResponseWriter
	body    bytes.Buffer
	status  int
	through bool
}

func (h *held) WriteHeader(status int) {
	h.status = status
	if h.Header().Get("ETag") != "" {
		h.through = true
		h.ResponseWriter.WriteHeader(status)
	}
}

func (h *held) Write(b []byte) (int, error) {
	if h.Header().Get("ETag") != "" && h.body.Len() == 0 { // a kept answer brings its own
		h.through = true
		return h.ResponseWriter.Write(b)
	}
	if kind := h.Header().Get("Content-Type"); !h.through && h.body.Len() == 0 && kind != "" && !strings.Contains(kind, "json;") && !strings.HasSuffix(kind, "json") {
		h.through = true
		h.Header().Set("Cache-Control", "no-store")
		h.ResponseWriter.WriteHeader(cmp.Or(h.status, http.StatusOK))
	}
	if h.through {
		return h.ResponseWriter.Write(b)
	}
	return h.body.Write(b)
}
