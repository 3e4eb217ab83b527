package courses

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/httpapi"
	"stoa/internal/base/permit"
	"stoa/internal/base/viewer"
)

type ByCourse struct {
	ID uuid.UUID `path:"course_id"`
}

// browsing is the class of those who may look at courses: all see the same.
func browsing(ctx context.Context) (string, bool) {
	return "", CourseBrowse.Allows(viewer.From(ctx))
}

func (s *Service) courseRoutes(api huma.API) {
	httpapi.Get(api, "course-list", "/courses", "The catalogue",
		func(ctx context.Context, in *Filter) (*httpapi.OK[httpapi.Page[Card]], error) {
			return httpapi.Answer(s.List(ctx, *in))
		}, httpapi.Needs(CourseBrowse))
	httpapi.Get(api, "course-categories", "/courses/categories", "Subjects and how many courses each has",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[Category]], error) {
			list, err := s.Categories(ctx)
			return httpapi.Answer(httpapi.Page[Category]{Items: list}, err)
		}, httpapi.Cached(s.kept, httpapi.Sharing{Class: browsing, Topics: []string{catalogue}}),
		httpapi.Needs(CourseBrowse))
	type since struct {
		EnrolledAt time.Time `json:"enrolled_at"`
	}
	httpapi.Put(api, "enrolment-put", "/courses/{course_id}/enrolment", "Enrol; again does nothing",
		func(ctx context.Context, in *ByCourse) (*httpapi.OK[since], error) {
			at, err := s.Enrol(ctx, in.ID)
			return httpapi.Answer(since{at}, err)
		}, httpapi.Needs(CourseEnrol))
	httpapi.Delete(api, "enrolment-delete", "/courses/{course_id}/enrolment", "Leave the course; progress is kept",
		func(ctx context.Context, in *ByCourse) (*httpapi.None, error) {
			return nil, s.Leave(ctx, in.ID)
		}, httpapi.Needs(CourseEnrol, permit.Owns))
}
