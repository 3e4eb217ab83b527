package courses

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/edition"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/markdown"
)

func (s *Service) studioRoutes(api huma.API) {
	httpapi.Get(api, "course-teaching", "/me/teaching", "The courses one teaches or helps to, published or not",
		func(ctx context.Context, in *httpapi.Paging) (*httpapi.OK[httpapi.Page[Taught]], error) {
			return httpapi.Answer(s.Teaching(ctx, *in))
		}, httpapi.Needs(CourseEnrol))
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
		Body struct {
			Order []Place `json:"order" nullable:"false" maxItems:"500" doc:"Every section and lesson of the draft, once"`
		}
	}
	httpapi.Put(api, "draft-arrange", "/courses/{course_id}/draft/order", "Reorder sections and lessons",
		func(ctx context.Context, in *arrange) (*httpapi.OK[Draft], error) {
			return httpapi.Answer(s.Arrange(ctx, in.ID, in.Body.Order))
		}, httpapi.Needs(CourseEnrol, Helps))
	s.sectionRoutes(api)
	s.lessonRoutes(api)
}

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

func (s *Service) lessonRoutes(api huma.API) {
	type add struct {
		Section uuid.UUID `path:"section_id"`
		Body    struct {
			Kind string `json:"kind" enum:"text,video"`
			Content
		}
	}
	httpapi.Post(api, "lesson-create", "/sections/{section_id}/lessons", "Add a lesson",
		func(ctx context.Context, in *add) (*httpapi.OK[DraftBody], error) {
			return httpapi.Answer(s.AddLesson(ctx, in.Section, in.Body.Kind, in.Body.Content))
		}, httpapi.Status(http.StatusCreated), httpapi.Needs(CourseEnrol, Helps))
	type ByLesson struct {
		ID uuid.UUID `path:"lesson_id"`
	}
	httpapi.Get(api, "lesson-draft-get", "/lessons/{lesson_id}/draft", "A lesson as its author sees it",
		func(ctx context.Context, in *ByLesson) (*httpapi.Edited[DraftBody], error) {
			return httpapi.AnswerEdited(s.LessonDraft(ctx, in.ID))
		}, httpapi.Needs(CourseEnrol, Helps))
	type update struct {
		ByLesson
		httpapi.IfMatch
		Body struct {
			Content
			edition.Seen
		}
	}
	httpapi.Put(api, "lesson-draft-put", "/lessons/{lesson_id}/draft", "Change a lesson's draft",
		func(ctx context.Context, in *update) (*httpapi.Edited[DraftBody], error) {
			return httpapi.AnswerEdited(s.UpdateLesson(ctx, in.ID, in.Body.Content, in.Body.Or(in.IfMatch.IfMatch)))
		}, httpapi.Needs(CourseEnrol, Helps))
	httpapi.Delete(api, "lesson-delete", "/lessons/{lesson_id}/draft", "Remove a lesson from the draft",
		func(ctx context.Context, in *ByLesson) (*httpapi.OK[Draft], error) {
			return httpapi.Answer(s.RemoveLesson(ctx, in.ID))
		}, httpapi.Needs(CourseEnrol, Helps))
	type preview struct {
		Body struct {
			Body string `json:"body" maxLength:"200000" doc:"200,000 bytes at most"`
		}
	}
	type rendered struct {
		HTML    string             `json:"html"`
		LeftOut []markdown.LeftOut `json:"left_out" nullable:"false" doc:"What no learner will see, by line"`
	}
	httpapi.Post(api, "lesson-preview", "/me/previews", "Markdown as learners would see it",
		func(ctx context.Context, in *preview) (*httpapi.OK[rendered], error) {
			text, err := s.Preview(ctx, in.Body.Body)
			return httpapi.Answer(rendered{HTML: text.HTML, LeftOut: text.LeftOut}, err)
		}, httpapi.Status(http.StatusOK), httpapi.Needs(CourseEnrol, Makes))
}
