package courses

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/edition"
	"stoa/internal/base/httpapi"
)

func (s *Service) sectionRoutes(api huma.API) {
	type add struct {
		ByCourse
		Body Titled
	}
	httpapi.Post(api, "section-create", "/courses/{course_id}/sections", "Add a section",
		func(ctx context.Context, in *add) (*httpapi.OK[Draft], error) {
			return httpapi.Answer(s.AddSection(ctx, in.ID, in.Body))
		}, httpapi.Status(http.StatusCreated), httpapi.Needs(CourseEnrol, Helps))
	type rename struct {
		ID uuid.UUID `path:"section_id"`
		httpapi.IfMatch
		Body struct {
			Titled
			edition.Seen
		}
	}
	httpapi.Put(api, "section-put", "/sections/{section_id}", "Rename a section",
		func(ctx context.Context, in *rename) (*httpapi.OK[Draft], error) {
			return httpapi.Answer(s.RenameSection(ctx, in.ID, in.Body.Titled, in.Body.Or(in.IfMatch.IfMatch)))
		}, httpapi.Needs(CourseEnrol, Helps))
	type remove struct {
		ID uuid.UUID `path:"section_id"`
	}
	httpapi.Delete(api, "section-delete", "/sections/{section_id}", "Remove a section and its lessons from the draft",
		func(ctx context.Context, in *remove) (*httpapi.OK[Draft], error) {
			return httpapi.Answer(s.RemoveSection(ctx, in.ID))
		}, httpapi.Needs(CourseEnrol, Helps))
}
