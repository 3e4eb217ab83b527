package courses

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/edition"
	"stoa/internal/base/httpapi"
)

func (s *Service) studioRoutes(api huma.API) {
	httpapi.Get(api, "course-teaching", "/me/teaching", "The courses one teaches or helps to, published or not",
		func(ctx context.Context, in *httpapi.Paging) (*httpapi.OK[httpapi.Page[Taught]], error) {
			return httpapi.Answer(s.Teaching(ctx, *in))
		}, httpapi.Needs(CourseEnrol, Makes))
	type create struct{ Body About }
	httpapi.Post(api, "course-create", "/courses", "Create a course as a draft",
		func(ctx context.Context, in *create) (*httpapi.OK[Draft], error) {
			return httpapi.Answer(s.Create(ctx, in.Body))
		}, httpapi.Status(http.StatusCreated), httpapi.Needs(CourseCreate))
	httpapi.Get(api, "draft-get", "/courses/{course_id}/draft", "A course as its author sees it",
		func(ctx context.Context, in *ByCourse) (*httpapi.Edited[Draft], error) {
			return httpapi.AnswerEdited(s.Draft(ctx, in.ID))
		}, httpapi.Needs(CourseEnrol, Helps))
	type update struct {
		ByCourse
		httpapi.IfMatch
		Body struct {
			About
			edition.Seen
		}
	}
	httpapi.Put(api, "draft-put", "/courses/{course_id}/draft", "Change what describes a course",
		func(ctx context.Context, in *update) (*httpapi.Edited[Draft], error) {
			return httpapi.AnswerEdited(s.Update(ctx, in.ID, in.Body.About, in.Body.Or(in.IfMatch.IfMatch)))
		}, httpapi.Needs(CourseEnrol, Helps))
	httpapi.Post(api, "course-publish", "/courses/{course_id}/publications", "Publish the draft",
		func(ctx context.Context, in *ByCourse) (*httpapi.OK[Draft], error) {
			return httpapi.Answer(s.Publish(ctx, in.ID))
		}, httpapi.Status(http.StatusCreated), httpapi.Needs(CourseEnrol, Teaches))
	type arrange struct {
		ByCourse
		httpapi.IfMatch
		Body struct {
			Order
			edition.Seen
		}
	}
	httpapi.Put(api, "draft-arrange", "/courses/{course_id}/draft/order", "Reorder sections and lessons",
		func(ctx context.Context, in *arrange) (*httpapi.OK[Draft], error) {
			return httpapi.Answer(s.Arrange(ctx, in.ID, in.Body.Order, in.Body.Or(in.IfMatch.IfMatch)))
		}, httpapi.Needs(CourseEnrol, Helps))
	s.sectionRoutes(api)
	s.lessonRoutes(api)
}
