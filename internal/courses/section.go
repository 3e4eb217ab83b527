package courses

import (
	"context"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/edition"
	"stoa/internal/base/id"
	rows "stoa/internal/courses/internal/db"
)

// DraftSection is a section of a draft.
type DraftSection struct {
	ID      uuid.UUID     `json:"id"`
	Title   string        `json:"title"`
	Etag    string        `json:"etag" doc:"Of the title: send it back with a new one"`
	Lessons []DraftLesson `json:"lessons" nullable:"false"`
}

// Titled is what an author writes of a section.
type Titled struct {
	Title string `json:"title" minLength:"1" maxLength:"160"`
}

// AddSection adds an empty section at the end.
func (s *Service) AddSection(ctx context.Context, course uuid.UUID, t Titled) (Draft, error) {
	sectionID := id.New()
	return s.editDraft(ctx, course, audit.Change{Verb: "section.add", Type: "section", ID: sectionID, After: t.Title},
		func(tx *db.Tx, _ rows.Course) error {
			return q.SectionInsert(ctx, tx, rows.SectionInsertParams{ID: sectionID, CourseID: course, Title: t.Title})
		})
}

// RenameSection changes a section's title.
func (s *Service) RenameSection(ctx context.Context, section uuid.UUID, t Titled, seen edition.Seen) (Draft, error) {
	r, err := s.section(ctx, section)
	if err != nil {
		return Draft{}, err
	}
	return s.editDraft(ctx, r.CourseID, audit.Change{
		Verb:  "section.rename",
		Type:  "section",
		ID:    section,
		After: t.Title,
	}, func(tx *db.Tx, _ rows.Course) error {
		now, err := q.SectionGet(ctx, tx, section) // the lock of the course holds it as well
		if err != nil {
			return db.NotFound(err, "There is no such section.")
		}
		if err := seen.Check(Titled{now.Title}); err != nil {
			return err
		}
		return q.SectionRename(ctx, tx, rows.SectionRenameParams{ID: section, Title: t.Title})
	})
}

// RemoveSection removes a section and its lessons from the draft; learners keep them until the next publication.
func (s *Service) RemoveSection(ctx context.Context, section uuid.UUID) (Draft, error) {
	r, err := s.section(ctx, section)
	if err != nil {
		return Draft{}, err
	}
	return s.editDraft(ctx, r.CourseID, audit.Change{Verb: "section.remove", Type: "section", ID: section},
		func(tx *db.Tx, _ rows.Course) error {
			now := s.clock.Now()
			err := q.LessonSoftDeleteSection(ctx, tx, rows.LessonSoftDeleteSectionParams{SectionID: section, At: &now})
			if err != nil {
				return err
			}
			return q.SectionSoftDelete(ctx, tx, rows.SectionSoftDeleteParams{ID: section, At: &now})
		})
}

func (s *Service) section(ctx context.Context, section uuid.UUID) (rows.Section, error) {
	r, err := q.SectionGet(ctx, s.db.Read(ctx), section)
	return r, db.NotFound(err, "There is no such section.")
}
