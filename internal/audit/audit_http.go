package audit

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
)

// Routes puts the log on the API.
func (l *Log) Routes(api huma.API) {
	httpapi.Get(api, "audit-list", "/audit/entries", "Who did what, newest first",
		func(ctx context.Context, in *Filter) (*httpapi.OK[httpapi.Page[Entry]], error) {
			return httpapi.Answer(l.List(ctx, *in))
		}, httpapi.Needs(AuditRead))

	type export struct {
		Narrowing
		Format string `query:"format" enum:"jsonl,csv" default:"jsonl"`
	}
	httpapi.Get(api, "audit-export", "/audit/export", "The log as a file, newest first: JSON Lines or CSV",
		func(ctx context.Context, in *export) (*huma.StreamResponse, error) {
			if err := l.NoteExport(ctx, in.Narrowing, in.Format); err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(answer huma.Context) {
				answer.SetHeader("Content-Type", Formats[in.Format])
				answer.SetHeader("Content-Disposition", `attachment; filename="audit.`+in.Format+`"`)
				if err := l.Export(ctx, in.Narrowing, in.Format, answer.BodyWriter()); err != nil {
					slog.ErrorContext(ctx, "export", "error", err.Error())
					panic(http.ErrAbortHandler) // the reader must not take a part for the whole
				}
			}}, nil
		}, httpapi.Cost(20), httpapi.Streams("application/jsonl", "text/csv"), httpapi.Needs(AuditRead))

	httpapi.Get(api, "activity-list", "/me/activity", "What happened to one's account of late",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[Activity]], error) {
			list, err := l.ActivityOf(ctx, viewer.From(ctx).Person, 30)
			return httpapi.Answer(httpapi.Page[Activity]{Items: list}, err)
		}, httpapi.Personal())

	type verify struct {
		Body struct {
			Heads []Head `json:"heads,omitempty" maxItems:"1000" doc:"Heads that were kept outside, to be found again in the chain"`
		}
	}
	httpapi.Post(api, "audit-verify", "/audit/verifications",
		"Check the whole log: every entry against the block that sealed it, every block against the one before",
		func(ctx context.Context, in *verify) (*httpapi.OK[Proof], error) {
			return httpapi.Answer(l.Prove(ctx, in.Body.Heads))
		}, httpapi.Needs(AuditRead))
}
