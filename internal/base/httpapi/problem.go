package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/folder"
	"stoa/internal/base/viewer"
)

// Every refusal leaves through here in one form. Verbs return errors of a kind (package errs); ProblemOf gives them
// their status, and hides the text of all others. What huma refuses before a handler runs comes by its NewError,
// which init replaces, and in words that sayPlainly puts in place of its own.

// Problem is an error on the wire: application/problem+json, RFC 9457.
type Problem struct {
	Type      string         `json:"type" doc:"Stable name of the kind of problem" example:"/problems/not-found"`
	Title     string         `json:"title" example:"Not Found"`
	Status    int            `json:"status" example:"404"`
	Detail    string         `json:"detail" doc:"A sentence fit for a person" example:"There is no such course."`
	Errors    []errs.Field   `json:"errors,omitempty" doc:"The wrong inputs, where there are any"`
	RequestID string         `json:"request_id,omitempty" doc:"Quote it when you ask for help"`
	Details   map[string]any `json:"details,omitempty" doc:"More about this problem, by its type"`
}

func (p *Problem) Error() string           { return p.Detail }
func (p *Problem) GetStatus() int          { return p.Status }
func (*Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells a client that must slow down for how long.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if wait, ok := p.Details["retry_after"].(int); ok {
		h.Set("Retry-After", strconv.Itoa(wait))
	}
	return h
}

var statuses = map[errs.Kind]int{
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.Banned:          http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.TooMany:         http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
	errs.Full:            http.StatusInsufficientStorage,
}

// ProblemOf is err as the wire shows it. What is no error of a kind is logged and answered without its text.
func ProblemOf(ctx context.Context, err error) *Problem {
	v, _ := viewer.Lookup(ctx)
	if p, ok := err.(*Problem); ok {
		return p
	}
	e, ok := kindOf(err)
	if !ok && errors.Is(err, context.Canceled) { // nobody waits for the answer any more
		return &Problem{Type: "/problems/gone", Title: "Client Closed Request", Status: 499}
	}
	if !ok && (db.Unreachable(err) || errors.Is(err, context.DeadlineExceeded)) {
		slog.WarnContext(ctx, "the database did not answer a request", "error", err)
		e, ok = ErrUnreachable, true
	}
	if !ok {
		slog.ErrorContext(ctx, "request failed", "error", err)
		return &Problem{Type: "/problems/internal", Title: "Internal Server Error", Status: 500, RequestID: v.RequestID,
			Detail: "Something went wrong on our side. It has been noted; please try again."}
	}
	code := string(e.Kind)
	if e.Code != "" {
		code = e.Code
	}
	status := statuses[e.Kind]
	return &Problem{Type: "/problems/" + code, Title: http.StatusText(status), Status: status, Detail: e.Message,
		Errors: e.Fields, RequestID: v.RequestID, Details: e.Details}
}

// ErrUnreachable is what somebody is told whose request the database does not answer.
var ErrUnreachable = errs.New(errs.Unavailable, "The database does not answer at this moment. "+
	"Nothing that was saved is lost: try again in a few seconds.").With("retry_after", 3)

func kindOf(err error) (*errs.Error, bool) {
	for cause := err; cause != nil; {
		if e, ok := cause.(*errs.Error); ok {
			return e, true
		}
		u, ok := cause.(interface{ Unwrap() error })
		if !ok {
			break
		}
		cause = u.Unwrap()
	}
	if db.IsFull(err) || folder.IsFull(err) {
		return errs.DiskFull().Because(err), true
	}
	return db.InputError(err)
}

// WriteProblem answers a plain handler's request with a problem.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := ProblemOf(r.Context(), err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", noStore)
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

func writeProblem(api huma.API, ctx huma.Context, p *Problem) error {
	ctx.SetHeader("Content-Type", "application/problem+json")
	for name, values := range p.GetHeaders() {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetStatus(p.Status)
	return api.Marshal(ctx.BodyWriter(), "application/json", p)
}

const mostFields = 100 // named in one problem

// What huma itself refuses (a broken body, a wrong type, a missing field) speaks the same language.
func init() {
	huma.DefaultArrayNullable = false // a list without items is an empty list
	huma.ValidateStrictCasing = true  // a field has one spelling: another one would be a field that nobody checked
	sayPlainly()
	huma.NewError = func(status int, message string, causes ...error) huma.StatusError {
		if status == http.StatusBadRequest {
			status = http.StatusUnprocessableEntity
		}
		p := &Problem{Title: http.StatusText(status), Status: status, Detail: sentence(status, message)}
		p.Type = "/problems/" + map[int]string{
			401: "unauthenticated",
			403: "forbidden",
			404: "not-found",
			406: "not-acceptable",
			409: "conflict",
			413: "too-large",
			415: "unsupported-media-type",
			422: "invalid",
			429: "too-many",
			500: "internal",
			503: "unavailable",
		}[status]
		for _, cause := range causes {
			if cause == nil {
				continue
			}
			if len(p.Errors) == mostFields {
				break
			}
			if detailer, ok := cause.(huma.ErrorDetailer); ok { // whose Error would print the whole body, each time
				d := detailer.ErrorDetail()
				p.Errors = append(p.Errors, errs.Field{Location: d.Location, Message: d.Message})
				continue
			}
			p.Errors = append(p.Errors, errs.Field{Message: cause.Error()})
		}
		return p
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, causes ...error) huma.StatusError {
		e := huma.NewError(status, message, causes...)
		p, ok := e.(*Problem)
		if !ok || ctx == nil {
			return e
		}
		if v, ok := viewer.Lookup(ctx.Context()); ok {
			p.RequestID = v.RequestID
		}
		if status == http.StatusRequestEntityTooLarge && ctx.Operation() != nil {
			p.Detail = tooLarge(ctx.Operation().MaxBodyBytes)
		}
		if status >= http.StatusInternalServerError {
			slog.ErrorContext(ctx.Context(), "request failed", "error", message, "causes", p.Errors)
		}
		return p
	}
}

// sayPlainly puts what huma says of a field into words for whoever filled it in.
func sayPlainly() {
	validation.MsgExpectedNumber = "needs to be a number"
	validation.MsgExpectedInteger = "needs to be a whole number"
	validation.MsgExpectedMinimumNumber = "needs to be %v or more"
	validation.MsgExpectedMaximumNumber = "needs to be %v or less"
	validation.MsgExpectedMinLength = "needs a length of %d or more"
	validation.MsgExpectedMaxLength = "is longer than %d characters"
	validation.MsgExpectedMaxItems = "has more than %d entries"
	validation.MsgExpectedOneOf = "needs to be one of \"%s\""
	validation.MsgExpectedBePattern = "needs to be %s"
}

func sentence(status int, message string) string {
	switch status {
	case http.StatusUnprocessableEntity:
		return "The request could not be understood: see errors for what to correct."
	case http.StatusRequestEntityTooLarge:
		return tooLarge(MaxBody)
	case http.StatusInternalServerError:
		return "Something went wrong on our side. It has been noted; please try again."
	}
	return message
}

func tooLarge(limit int64) string {
	if limit >= 4<<20 {
		return fmt.Sprintf("The request is larger than the %d MB allowed here.", limit>>20)
	}
	return fmt.Sprintf("The request is larger than the %d kB allowed here.", limit>>10)
}
