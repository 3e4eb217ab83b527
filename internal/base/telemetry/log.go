// Package telemetry is what the program tells about itself: logs, metrics, traces.
package telemetry

import (
	"context"
	"io"
	"log/slog"

	"github.com/google/uuid"

	"stoa/internal/base/viewer"
)

// Logger writes JSON in production and text for people elsewhere. A line that is
// written in the context of a request or a job says which one it was.
func Logger(w io.Writer, json bool, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if json {
		return slog.New(tracing{slog.NewJSONHandler(w, options)})
	}
	return slog.New(tracing{slog.NewTextHandler(w, options)})
}

// tracing adds to each line what its context knows: the request by the id that its
// reader was told, its operation, institution and person; the job, its number and
// institution.
type tracing struct{ slog.Handler }

func (t tracing) Handle(ctx context.Context, line slog.Record) error {
	if v, ok := viewer.Lookup(ctx); ok {
		add(&line, "request_id", v.RequestID, "")
		add(&line, "operation", v.Operation, "")
		add(&line, "institution", v.Tenant, uuid.Nil)
		add(&line, "person", v.Person, uuid.Nil)
	}
	if j, ok := ctx.Value(jobKey{}).(job); ok {
		line.AddAttrs(slog.String("job", j.name), slog.Int64("job_id", j.number))
	}
	return t.Handler.Handle(ctx, line)
}

func (t tracing) WithAttrs(attrs []slog.Attr) slog.Handler {
	return tracing{t.Handler.WithAttrs(attrs)}
}
func (t tracing) WithGroup(name string) slog.Handler { return tracing{t.Handler.WithGroup(name)} }

func add[T comparable](line *slog.Record, name string, value, none T) {
	if value != none {
		line.AddAttrs(slog.Any(name, value))
	}
}

type jobKey struct{}

type job struct {
	name   string
	number int64
}

// WithJob is the context of a job: its lines say which one they are of.
func WithJob(ctx context.Context, name string, number int64) context.Context {
	return context.WithValue(ctx, jobKey{}, job{name, number})
}
