package identity

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/audit"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
)

// The log's routes stand here because who may read it is this module's knowledge, and audit is below it.
func auditRoutes(api huma.API, log *audit.Log) {
	httpapi.Get(api, "audit-list", "/audit/entries", "Who did what, newest first", func(ctx context.Context, in *audit.Filter) (*httpapi.OK[httpapi.Page[audit.Entry]], error) {
		if _, err := Require(ctx, AuditRead); err != nil {
			return nil, err
		}
		return httpapi.Answer(log.List(ctx, *in))
	})

	type export struct {
		audit.Narrowing
		Format string `query:"format" enum:"jsonl,csv" default:"jsonl"`
	}
	httpapi.Get(api, "audit-export", "/audit/export", "The log as a file, newest first: JSON Lines or CSV", func(ctx context.Context, in *export) (*huma.StreamResponse, error) {
		if _, err := Require(ctx, AuditRead); err != nil {
			return nil, err
		}
		if err := log.NoteExport(ctx, in.Narrowing, in.Format); err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(answer huma.Context) {
			answer.SetHeader("Content-Type", audit.Formats[in.Format])
			answer.SetHeader("Content-Disposition", `attachment; filename="audit.`+in.Format+`"`)
			if err := log.Export(ctx, in.Narrowing, in.Format, answer.BodyWriter()); err != nil {
				slog.ErrorContext(ctx, "export", "error", err.Error(), "request_id", viewer.From(ctx).RequestID)
				panic(http.ErrAbortHandler) // the reader must not take a part for the whole
			}
		}}, nil
	}, httpapi.Cost(20), httpapi.Streams("application/jsonl", "text/csv"))

	httpapi.Get(api, "activity-list", "/me/activity", "What happened to one's account of late", func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[audit.Activity]], error) {
		list, err := log.ActivityOf(ctx, viewer.From(ctx).Person, 30)
		return httpapi.Answer(httpapi.Page[audit.Activity]{Items: list}, err)
	})

	type verify struct {
		Body struct {
			Heads []audit.Head `json:"heads,omitempty" maxItems:"1000" doc:"Heads that were kept outside, to be found again in the chain"`
		}
	}
	httpapi.Post(api, "audit-verify", "/audit/verifications", "Check the whole log: every entry against the block that sealed it, every block against the one before", func(ctx context.Context, in *verify) (*httpapi.OK[audit.Proof], error) {
		if _, err := Require(ctx, AuditRead); err != nil {
			return nil, err
		}
		return httpapi.Answer(log.Verify(ctx, in.Body.Heads))
	})
}
