package identity

import (
	"context"

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
