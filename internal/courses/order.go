package courses

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	rows "stoa/internal/courses/internal/db"
)

// Place is a section and its lessons in a new order.
type Place struct {
	SectionID uuid.UUID   `json:"section_id"`
	LessonIDs []uuid.UUID `json:"lesson_ids" nullable:"false" maxItems:"2000"`
}

// Arrange puts sections and lessons into a new order. It must name each once: an
// order made from an older draft is refused, so that nobody's work is moved unseen.
func (s *Service) Arrange(ctx context.Context, course uuid.UUID, order []Place) (Draft, error) {
	return s.editDraft(ctx, course, audit.Change{
		Verb: "course.arrange", Type: "course", ID: course,
	}, func(tx *db.Tx, _ rows.Course) error {
		c, err := q.CourseGet(ctx, tx, course)
		if err != nil {
			return err
		}
		d, err := s.draft(ctx, tx, c)
		if err != nil {
			return err
		}
		if !sameParts(d, order) {
			return errs.New(errs.Conflict, "The outline has changed meanwhile. Look at it again.")
		}
		places := rows.OrderSetParams{CourseID: course}
		for _, p := range order {
			places.Sections = append(places.Sections, p.SectionID)
			for _, lesson := range p.LessonIDs {
				places.Lessons = append(places.Lessons, lesson)
				places.SectionsOfLessons = append(places.SectionsOfLessons, p.SectionID)
			}
		}
		return q.OrderSet(ctx, tx, places)
	})
}

func sameParts(d Draft, order []Place) bool {
	var have, want []string
	for _, section := range d.Sections {
		have = append(have, section.ID.String())
		for _, l := range section.Lessons {
			have = append(have, l.ID.String())
		}
	}
	for _, p := range order {
		want = append(want, p.SectionID.String())
		for _, l := range p.LessonIDs {
			want = append(want, l.String())
		}
	}
	slices.Sort(have)
	slices.Sort(want)
	return slices.Equal(have, want)
}
