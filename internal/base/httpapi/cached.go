package httpapi

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"stoa/internal/base/cache"
)

// A kept answer never reaches its handler: the middleware asks the cache under the operation, the viewer's class,
// the address and the versions of its topics. Who misses builds it by running the rest of the operation into memory
// (recorded); only a 200 is kept, and everything else is played back to the one who asked. So permissions must be
// part of the class.

// Sharing says which viewers get the same answer of an operation, and what it is built from.
type Sharing struct {
	// Class of the viewer: all of one class get the same answer.
	// Not ok: this viewer's is built anew, and may be refused.
	Class func(context.Context) (class string, ok bool)
	// Topics whose versions the answer is kept under. "course:{course_id}" takes the parameter of that name.
	Topics []string
}

// Cached keeps an operation's answers. The limits of requests hold before it; permissions must be part of the class.
func Cached(c *cache.Cache, s Sharing) Op {
	return func(o *huma.Operation) {
		if c != nil {
			o.Middlewares = append(o.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
				s.answer(c, ctx, next)
			})
		}
	}
}

// errUncached is of an answer that only whoever asked for it gets.
var errUncached = errors.New("the answer is not to be kept")

func (s Sharing) answer(c *cache.Cache, ctx huma.Context, next func(huma.Context)) {
	class, ok := s.Class(ctx.Context())
	if !ok {
		next(ctx)
		return
	}
	r, w := humago.Unwrap(ctx)
	var own *recorded
	body, err := c.Bytes(ctx.Context(), cache.Key{
		Name:   ctx.Operation().OperationID,
		Class:  class,
		Args:   r.URL.Path + "?" + r.URL.RawQuery,
		Topics: s.topics(r),
	},
		func(inner context.Context) ([]byte, error) {
			own = &recorded{header: http.Header{}}
			next(humago.NewContext(ctx.Operation(), r.WithContext(inner), own))
			if own.status != http.StatusOK {
				return nil, errUncached
			}
			return own.body.Bytes(), nil
		})
	switch {
	case err == nil:
		WriteBody(w, r, body)
	case own != nil && errors.Is(err, errUncached):
		own.replay(w)
	case errors.Is(err, errUncached): // another request's
		next(ctx)
	default:
		WriteProblem(w, r, err)
	}
}

func (s Sharing) topics(r *http.Request) []string {
	list := s.Topics
	for i, topic := range s.Topics {
		before, after, found := strings.Cut(topic, "{")
		if !found {
			continue
		}
		if &list[0] == &s.Topics[0] {
			list = slices.Clone(list)
		}
		list[i] = before + r.PathValue(strings.TrimSuffix(after, "}"))
	}
	return list
}

// recorded is an answer in memory.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorded) Header() http.Header    { return r.header }
func (r *recorded) WriteHeader(status int) { r.status = status }
func (r *recorded) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.body.Write(b)
}

func (r *recorded) replay(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.status)
	_, _ = r.body.WriteTo(w)
}

// Headers that do not change are set without allocating.
var (
	jsonType    = []string{"application/json"}
	privateWays = []string{"private, no-cache"}
	varies      = []string{"Authorization, Accept-Encoding"}
)

// WriteBody answers with a body: 304 when the client has it, else in the best form that it takes.
func WriteBody(w http.ResponseWriter, r *http.Request, b *cache.Body) {
	h := w.Header()
	h["Vary"], h["Etag"] = varies, []string{b.Tag}
	if h["Cache-Control"] == nil {
		h["Cache-Control"] = privateWays
	}
	if match := r.Header.Get("If-None-Match"); match != "" && strings.Contains(match, b.Tag) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	raw, encoding := b.For(r.Header.Get("Accept-Encoding"))
	if encoding != "" {
		h["Content-Encoding"] = []string{encoding}
	}
	if h["Content-Type"] == nil {
		h["Content-Type"] = jsonType
	}
	h["Content-Length"] = []string{strconv.Itoa(len(raw))}
	_, _ = w.Write(raw)
}
