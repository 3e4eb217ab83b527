package courses

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	rows "stoa/internal/courses/internal/db"
	"stoa/internal/identity"
)

// LessonPage is a lesson as learners see it.
type LessonPage struct {
	Lesson
	CourseID     uuid.UUID   `json:"course_id"`
	CourseTitle  string      `json:"course_title"`
	CourseCode   string      `json:"course_code"`
	BodyHTML     string      `json:"body_html" doc:"Sanitised"`
	VideoURL     string      `json:"video_url,omitempty"`
	VideoSeconds int         `json:"video_seconds,omitempty"`
	Rule         string      `json:"rule" enum:"read,watched-80" doc:"What completes the lesson"`
	Number       int         `json:"number" doc:"Its place in the course, from 1"`
	Of           int         `json:"of" doc:"How many lessons the course has"`
	Previous     *uuid.UUID  `json:"previous_id,omitempty"`
	Next         *uuid.UUID  `json:"next_id,omitempty"`
	LessonIDs    []uuid.UUID `json:"-"`
}

// WatchedShare is how much of a video completes its lesson.
const WatchedShare = 0.8

// The rules that complete a lesson.
const (
	RuleRead    = "read"
	RuleWatched = "watched-80"
)

// Lesson is a published lesson, for those enrolled and for its authors.
func (s *Service) Lesson(ctx context.Context, id uuid.UUID) (LessonPage, error) {
	v, err := CourseBrowse.Require(ctx)
	if err != nil {
		return LessonPage{}, err
	}
	r, err := q.LessonPublished(ctx, s.db.Read(ctx), rows.LessonPublishedParams{ID: id, PersonID: v.Person})
	if err != nil {
		return LessonPage{}, db.NotFound(err, "There is no such lesson.")
	}
	place := slices.Index(r.LessonIds, id)
	if place < 0 { // taken out of the course by the version that readers see
		return LessonPage{}, errs.New(errs.NotFound, "There is no such lesson.")
	}
	if !r.Enrolled && !Post(r.Staff).grants(v, Helps) {
		return LessonPage{}, errs.New(errs.Forbidden, "Enrol in the course to open its lessons.").
			WithCode("not-enrolled").With("course_id", r.Lesson.CourseID)
	}
	page := LessonPage{
		Lesson:   Lesson{ID: r.Lesson.ID, Title: r.Lesson.Title, Kind: r.Lesson.Kind, Minutes: r.Lesson.Minutes},
		CourseID: r.Lesson.CourseID, CourseTitle: r.CourseTitle, CourseCode: r.CourseCode,
		BodyHTML: r.Content.BodyHtml, VideoURL: r.Content.VideoUrl, VideoSeconds: r.Content.VideoSeconds,
		Rule: RuleRead, Number: place + 1, Of: len(r.LessonIds), LessonIDs: r.LessonIds,
	}
	if r.Lesson.Kind == "video" {
		page.Rule = RuleWatched
	}
	if place > 0 {
		page.Previous = &r.LessonIds[place-1]
	}
	if place+1 < len(r.LessonIds) {
		page.Next = &r.LessonIds[place+1]
	}
	return page, nil
}

// LessonCard is a lesson in a list, with its first words.
type LessonCard struct {
	Lesson
	Opening string `json:"opening"`
}

// LessonCards are published lessons by id.
func (s *Service) LessonCards(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]LessonCard, error) {
	found, err := q.LessonCards(ctx, s.db.Read(ctx), ids)
	if err != nil {
		return nil, err
	}
	cards := make(map[uuid.UUID]LessonCard, len(found))
	for _, r := range found {
		cards[r.ID] = LessonCard{Lesson{ID: r.ID, Title: r.Title, Kind: r.Kind, Minutes: r.Minutes}, r.Opening}
	}
	return cards, nil
}

// Mine are the courses the viewer is enrolled in, the newest enrolment first, each with its lessons in order.
func (s *Service) Mine(ctx context.Context) ([]Enrolled, error) {
	v, err := CourseBrowse.Require(ctx)
	if err != nil {
		return nil, err
	}
	found, err := q.EnrolmentMine(ctx, s.db.Read(ctx), v.Person)
	if err != nil {
		return nil, err
	}
	list := make([]Enrolled, len(found))
	for i, r := range found {
		list[i] = Enrolled{Card{
			ID:         r.ID,
			Code:       r.Code,
			Title:      r.Title,
			Category:   r.Category,
			Level:      Level(r.Level),
			Instructor: identity.Card{ID: r.InstructorID, Name: r.InstructorName},
			Lessons:    r.Lessons,
			Minutes:    r.Minutes,
			Enrolled:   true,
		}, r.LessonIds}
	}
	return list, nil
}

// Enrolled is a course of the viewer's and its lessons in order.
type Enrolled struct {
	Card
	LessonIDs []uuid.UUID
}
