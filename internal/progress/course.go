package progress

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
	rows "stoa/internal/progress/internal/db"
)

// Course is how far the viewer is in a course.
type Course struct {
	Completed    int         `json:"completed" doc:"Lessons completed, of those in the current version"`
	Total        int         `json:"total"`
	Percent      int         `json:"percent" minimum:"0" maximum:"100"`
	NextLesson   *uuid.UUID  `json:"next_lesson_id,omitempty" doc:"Absent when all are completed. Where to go on: the last opened lesson if it is unfinished, else the first unfinished one after it"`
	CompletedIDs []uuid.UUID `json:"completed_lesson_ids" nullable:"false"`
}

// CoursePage is everything the page of a course shows.
type CoursePage struct {
	courses.Page
	Progress Course `json:"progress"`
}

// CoursePage is a course and how far the viewer is, in two reads however many lessons it has.
func (s *Service) CoursePage(ctx context.Context, id uuid.UUID) (CoursePage, error) {
	page, err := s.courses.Page(ctx, id)
	if err != nil {
		return CoursePage{}, err
	}
	p, err := s.course(ctx, s.db.Read(ctx), id, page.LessonIDs)
	return CoursePage{page, p}, err
}

func (s *Service) course(ctx context.Context, tx db.Querier, id uuid.UUID, lessons []uuid.UUID) (Course, error) {
	person := viewer.From(ctx).Person
	r, err := q.CourseState(ctx, tx, rows.CourseStateParams{PersonID: person, CourseID: id})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Course{}, err
	}
	return state(lessons, r.Completed, r.LastLessonID), nil
}

// state counts what is completed of the lessons as they are now:
// a new version changes the percentage, never what was done.
func state(lessons, completed []uuid.UUID, last *uuid.UUID) Course {
	done := make(map[uuid.UUID]bool, len(completed))
	for _, id := range completed {
		done[id] = true
	}
	c := Course{Total: len(lessons), CompletedIDs: []uuid.UUID{}}
	for _, id := range lessons {
		if done[id] {
			c.CompletedIDs = append(c.CompletedIDs, id)
		}
	}
	c.Completed = len(c.CompletedIDs)
	if c.Total > 0 {
		c.Percent = c.Completed * 100 / c.Total
	}
	c.NextLesson = next(lessons, done, last)
	return c
}

// next is the first unfinished lesson from the last opened one on, then from the beginning.
func next(lessons []uuid.UUID, done map[uuid.UUID]bool, last *uuid.UUID) *uuid.UUID {
	from := 0
	if last != nil {
		from = max(slices.Index(lessons, *last), 0)
	}
	for i := range lessons {
		if id := lessons[(from+i)%len(lessons)]; !done[id] {
			return &id
		}
	}
	return nil
}

// MyCourse is a course of the viewer's in their list.
type MyCourse struct {
	courses.Card
	Completed  int             `json:"completed"`
	Percent    int             `json:"percent"`
	NextLesson *courses.Lesson `json:"next_lesson,omitempty" doc:"Absent when all are completed"`
	LastAt     *time.Time      `json:"last_at" doc:"When the viewer last learned in it"`
}

// Mine are the viewer's courses, the last used first.
func (s *Service) Mine(ctx context.Context) ([]MyCourse, error) {
	list, _, err := s.mine(ctx)
	return list, err
}

func (s *Service) mine(ctx context.Context) ([]MyCourse, map[uuid.UUID]courses.LessonCard, error) {
	enrolled, err := s.courses.Mine(ctx)
	if err != nil {
		return nil, nil, err
	}
	person := viewer.From(ctx).Person
	found, err := q.CourseStates(ctx, s.db.Read(ctx), person)
	if err != nil {
		return nil, nil, err
	}
	states := make(map[uuid.UUID]rows.CourseStatesRow, len(found))
	for _, r := range found {
		states[r.CourseID] = r
	}
	list := make([]MyCourse, len(enrolled))
	nexts := make([]*uuid.UUID, len(enrolled))
	var wanted []uuid.UUID
	for i, e := range enrolled {
		m := MyCourse{Card: e.Card}
		r, begun := states[e.ID]
		if begun {
			m.LastAt = &r.UpdatedAt
		}
		c := state(e.LessonIDs, r.Completed, r.LastLessonID)
		m.Completed, m.Percent, nexts[i] = c.Completed, c.Percent, c.NextLesson
		if c.NextLesson != nil {
			wanted = append(wanted, *c.NextLesson)
		}
		list[i] = m
	}
	cards, err := s.courses.LessonCards(ctx, wanted)
	if err != nil {
		return nil, nil, err
	}
	for i := range list {
		if nexts[i] == nil {
			continue
		}
		if card, ok := cards[*nexts[i]]; ok {
			list[i].NextLesson = &card.Lesson
		}
	}
	slices.SortStableFunc(list, func(a, b MyCourse) int { return lastAt(b).Compare(lastAt(a)) })
	return list, cards, nil
}

func lastAt(m MyCourse) time.Time {
	if m.LastAt == nil {
		return time.Time{}
	}
	return *m.LastAt
}
