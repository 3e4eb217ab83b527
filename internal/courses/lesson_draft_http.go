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
