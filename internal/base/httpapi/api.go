// Package httpapi is how modules put operations on the wire:
// OpenAPI from Go structs, problems from errors, pages from lists.
package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

// Base is where the API lives.
const Base = "/api/v1"

// MaxBody is how large a request body may be, in bytes, where an operation does not say otherwise.
const MaxBody = 1 << 20

// bearer names the scheme in the document.
const bearer = "bearer"

// New is an API on a mux, in front of a database that knows repeated
// requests by marks of a key. Without a limiter it answers everything.
func New(mux *http.ServeMux, version string, limiter *Limiter, d *db.DB, mark []byte) huma.API {
	cfg := huma.DefaultConfig("Stoa", version)
	cfg.Info.Description = "One institution's platform for its whole life: it teaches its students and keeps its " +
		"alumni."
	cfg.CreateHooks = nil // no $schema links in bodies
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	cfg.Servers = []*huma.Server{{URL: Base}}
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		bearer: {
			Type:         "http",
			Scheme:       "bearer",
			BearerFormat: "JWT",
			Description:  "An access token from POST /auth/sessions or POST /auth/refresh.",
		},
	}
	api := humago.NewWithPrefix(mux, Base, cfg)
	api.UseMiddleware(nameOperation, requireSignIn(api))
	if limiter != nil {
		api.UseMiddleware(limiter.middleware(api))
	}
	api.UseMiddleware(cleanBody(api), once(api, d, mark))
	return api
}

// nameOperation lets whatever is logged of a request say which operation it was for.
func nameOperation(ctx huma.Context, next func(huma.Context)) {
	v := viewer.From(ctx.Context())
	v.Operation = ctx.Operation().OperationID
	viewer.Become(ctx.Context(), v)
	next(ctx)
}

// requireSignIn refuses visitors everywhere but on public operations.
func requireSignIn(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if len(ctx.Operation().Security) > 0 && !viewer.From(ctx.Context()).SignedIn() {
			ctx.SetHeader("WWW-Authenticate", "Bearer")
			_ = writeProblem(api, ctx, ProblemOf(ctx.Context(), errs.New(errs.Unauthenticated, "Sign in first.")))
			return
		}
		next(ctx)
	}
}

// Op changes an operation's description.
type Op func(*huma.Operation)

// Status is the answer's status when all goes well.
func Status(code int) Op { return func(o *huma.Operation) { o.DefaultStatus = code } }

// Body is how many bytes the body may have.
func Body(limit int64) Op {
	return func(o *huma.Operation) { o.MaxBodyBytes, o.BodyReadTimeout = limit, time.Minute }
}

const noStore = "no-store"

// Streams names the types of an answer that is no JSON.
func Streams(types ...string) Op {
	return func(o *huma.Operation) {
		content := map[string]*huma.MediaType{}
		for _, t := range types {
			content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		o.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: content}}
	}
}

func withMetadata(key string, value any) Op {
	return func(o *huma.Operation) {
		if o.Metadata == nil {
			o.Metadata = map[string]any{}
		}
		o.Metadata[key] = value
	}
}

// Get, Post, Put, Patch and Delete register an operation: id is
// noun first ("course-get"), summary one line for the reader.
func Get[I, O any](api huma.API, id, path, summary string, h func(context.Context, *I) (*O, error), ops ...Op) {
	register(api, http.MethodGet, id, path, summary, h, ops)
}

func Post[I, O any](api huma.API, id, path, summary string, h func(context.Context, *I) (*O, error), ops ...Op) {
	register(api, http.MethodPost, id, path, summary, h, append(ops, func(o *huma.Operation) {
		if len(o.Security) > 0 {
			o.Parameters = append(o.Parameters, &huma.Param{
				Name: keyHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString},
				Description: "Makes it safe to send the request again: an equal one with this key is answered as " +
					"the first was, for a day",
			})
		}
	}))
}

func Put[I, O any](api huma.API, id, path, summary string, h func(context.Context, *I) (*O, error), ops ...Op) {
	register(api, http.MethodPut, id, path, summary, h, ops)
}

func Patch[I, O any](api huma.API, id, path, summary string, h func(context.Context, *I) (*O, error), ops ...Op) {
	register(api, http.MethodPatch, id, path, summary, h, ops)
}

func Delete[I, O any](api huma.API, id, path, summary string, h func(context.Context, *I) (*O, error), ops ...Op) {
	register(api, http.MethodDelete, id, path, summary, h, ops)
}

func register[I, O any](
	api huma.API, method, id, path, summary string, h func(context.Context, *I) (*O, error), ops []Op,
) {
	tag, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	op := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag},
		Security: []map[string][]string{{bearer: {}}}, MaxBodyBytes: MaxBody,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity},
	}
	if strings.Contains(path, "{") {
		op.Errors = append(op.Errors, http.StatusNotFound)
	}
	for _, change := range ops {
		change(&op)
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, ProblemOf(ctx, err)
		}
		return out, nil
	})
}

// OK is an answer with a JSON body.
type OK[T any] struct{ Body T }

// Answer wraps a value as an answer's body; errors pass.
func Answer[T any](value T, err error) (*OK[T], error) {
	if err != nil {
		return nil, err
	}
	return &OK[T]{value}, nil
}

// IfMatch is the header that says which state was edited (RFC 9110): the etag of the body says the same.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"1000" doc:"ETag of the state that was edited; another state is 409, with what is there now"`
}

// Edited is an answer whose state can be edited: its tag names that state, and what else the answer shows.
type Edited[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// AnswerEdited wraps a value whose editable state has a name (see package edition); errors pass.
func AnswerEdited[T interface{ Edition() string }](value T, err error) (*Edited[T], error) {
	if err != nil {
		return nil, err
	}
	return &Edited[T]{ETag: `"` + value.Edition() + `"`, Body: value}, nil
}

// None is an answer without a body, or a request without parameters.
type None struct{}

// Page is one page of a list and the way to the next one.
type Page[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"next_cursor,omitempty" doc:"Pass it as cursor for the next page; absent on the last one"`
	Total      *int   `json:"total,omitempty" doc:"How many there are on all pages; on the first page of lists that count"`
}

var moduleType = regexp.MustCompile(`stoa/internal/(?:base/)?(\w+)\.(\w+)`)

// schemaName puts the module before a type's name, because two modules may each
// have a Lesson: CoursesLesson, ProgressLesson. A page is named for its items.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	module := func(pkg string) string {
		return strings.ToUpper(pkg[:1]) + pkg[1:]
	}
	if inner := moduleType.FindStringSubmatch(t.Name()); inner != nil {
		return module(inner[1]) + inner[2] + t.Name()[:strings.Index(t.Name(), "[")]
	}
	path, ok := strings.CutPrefix(t.PkgPath(), "stoa/internal/")
	if ok && t.Name() != "" && !strings.HasPrefix(path, "base/") && unicode.IsUpper(rune(t.Name()[0])) {
		return module(path) + t.Name()
	}
	return huma.DefaultSchemaNamer(t, hint)
}
