package courses

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	rows "stoa/internal/courses/internal/db"
)

// A course is a draft, which its staff edit row by row, and versions, each one immutable document. Publish makes
// the document of the draft (outlineOf), lets learners read each lesson at its newest revision, and points the
// course at the new version, in one transaction. changed is the same document compared with the one that is out,
// and whether any lesson differs from what is live.

// Publish makes the draft what learners see.
func (s *Service) Publish(ctx context.Context, course uuid.UUID) (Draft, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := s.need(ctx, tx, course, Teaches)
		if err != nil {
			return err
		}
		d, err := s.draft(ctx, tx, c)
		if err != nil {
			return err
		}
		outline, lessons, minutes, err := outlineOf(d)
		if err != nil {
			return err
		}
		if len(lessons) == 0 {
			return errs.New(errs.Conflict, "Add a lesson first: there is nothing to publish.")
		}
		version := 1
		if c.Version != nil {
			version = *c.Version + 1
		}
		if missing, err := q.LessonsWithoutVideo(ctx, tx, course); err != nil {
			return err
		} else if len(missing) > 0 {
			return errs.New(errs.Conflict, fmt.Sprintf("The lesson “%s” has no film yet.", missing[0]))
		}
		now := s.clock.Now()
		if err := q.VersionInsert(ctx, tx, rows.VersionInsertParams{
			CourseID:    course,
			Version:     version,
			Outline:     outline,
			LessonIds:   lessons,
			PublishedAt: now,
			PublishedBy: viewer.From(ctx).Person,
		}); err != nil {
			return err
		}
		if err := q.LessonPublish(ctx, tx, course); err != nil {
			return err
		}
		if err := q.CourseSetVersion(ctx, tx, rows.CourseSetVersionParams{
			ID:      course,
			Version: &version,
			Lessons: len(lessons),
			Minutes: minutes,
			At:      now,
		}); err != nil {
			return err
		}
		shown(tx, course)
		return audit.Record(ctx, tx, audit.Change{
			Verb:  "course.publish",
			Type:  "course",
			ID:    course,
			After: map[string]int{"version": version, "lessons": len(lessons)},
		})
	})
	if err != nil {
		return Draft{}, err
	}
	return s.Draft(ctx, course)
}

// changed tells whether publishing would change what learners see.
func (s *Service) changed(ctx context.Context, tx db.Querier, c rows.Course, d Draft) (bool, error) {
	if c.Version == nil {
		return true, nil
	}
	for _, section := range d.Sections {
		if slices.ContainsFunc(section.Lessons, func(l DraftLesson) bool { return l.State != "live" }) {
			return true, nil
		}
	}
	published, err := q.VersionOutline(ctx, tx, c.ID)
	if err != nil {
		return false, err
	}
	outline, _, _, err := outlineOf(d)
	return string(outline) != string(published), err
}

// outlineOf is the document that a version holds. Empty sections stay with the author.
func outlineOf(d Draft) (outline []byte, lessons []uuid.UUID, minutes int, err error) {
	sections := []Section{}
	for _, ds := range d.Sections {
		section := Section{ds.ID, ds.Title, []Lesson{}}
		for _, l := range ds.Lessons {
			section.Lessons = append(section.Lessons, l.Lesson)
			lessons = append(lessons, l.ID)
			minutes += l.Minutes
		}
		if len(section.Lessons) > 0 {
			sections = append(sections, section)
		}
	}
	outline, err = json.Marshal(sections)
	return outline, lessons, minutes, err
}
