package progress

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/httpapi"
	"stoa/internal/courses"
)

func (s *Service) courseRoutes(api huma.API) {
	type ByCourse struct {
		ID uuid.UUID `path:"course_id"`
	}
	httpapi.Get(api, "course-get", "/courses/{course_id}",
		"A course's whole page: what it is, its outline, one's enrolment and progress",
		func(ctx context.Context, in *ByCourse) (*httpapi.OK[CoursePage], error) {
			return httpapi.Answer(s.CoursePage(ctx, in.ID))
		}, httpapi.Needs(courses.CourseBrowse))
	httpapi.Get(api, "course-mine", "/me/courses", "One's courses, the last used first",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[MyCourse]], error) {
			list, err := s.Mine(ctx)
			return httpapi.Answer(httpapi.Page[MyCourse]{Items: list}, err)
		}, httpapi.Needs(courses.CourseBrowse))
	httpapi.Get(api, "learning-get", "/me/learning", "The home screen: where one stopped, the week, the streak",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[Learning], error) {
			return httpapi.Answer(s.Learning(ctx))
		}, httpapi.Needs(courses.CourseBrowse))
}

func (s *Service) lessonRoutes(api huma.API) {
	type ByLesson struct {
		ID uuid.UUID `path:"lesson_id"`
	}
	httpapi.Get(api, "lesson-get", "/lessons/{lesson_id}", "A lesson and how far one is",
		func(ctx context.Context, in *ByLesson) (*httpapi.OK[LessonPage], error) {
			return httpapi.Answer(s.LessonPage(ctx, in.ID))
		}, httpapi.Needs(courses.CourseBrowse, courses.Learns))
	type report struct {
		ByLesson
		Body Report
	}
	httpapi.Put(api, "progress-put", "/lessons/{lesson_id}/progress", "Report how far one is",
		func(ctx context.Context, in *report) (*httpapi.OK[Reported], error) {
			return httpapi.Answer(s.Record(ctx, in.ID, in.Body))
		}, httpapi.Needs(courses.CourseEnrol, courses.Learns))
}
