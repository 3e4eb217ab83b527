package courses

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	rows "stoa/internal/courses/internal/db"
)

// Place is a section and its lessons in a new order.
type Place struct {
	SectionID uuid.UUID   `json:"section_id"`
	LessonIDs []uuid.UUID `json:"lesson_ids" nullable:"false" maxItems:"2000"`
}

// Order is the outline of a draft as Arrange takes it.
type Order struct {
	Order []Place `json:"order" nullable:"false" maxItems:"500" doc:"Every section and lesson of the draft, once"`
}

// Order of the outline as it is.
func (d Draft) Order() Order {
	o := Order{Order: []Place{}}
	for _, section := range d.Sections {
		p := Place{SectionID: section.ID, LessonIDs: []uuid.UUID{}}
		for _, l := range section.Lessons {
			p.LessonIDs = append(p.LessonIDs, l.ID)
		}
		o.Order = append(o.Order, p)
	}
	return o
}

// Arrange puts sections and lessons into a new order. It must name each once, and the
// order that was seen must be there still, so that nobody's work is moved unseen.
func (s *Service) Arrange(ctx context.Context, course uuid.UUID, o Order, seen edition.Seen) (Draft, error) {
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
		if err := seen.Check(d.Order()); err != nil {
			return err
		}
		if !slices.Equal(d.Order().parts(), o.parts()) {
			return errs.New(errs.Conflict, "The outline has changed meanwhile. Look at it again.")
		}
		places := rows.OrderSetParams{CourseID: course}
		for _, p := range o.Order {
			places.Sections = append(places.Sections, p.SectionID)
			for _, lesson := range p.LessonIDs {
				places.Lessons = append(places.Lessons, lesson)
				places.SectionsOfLessons = append(places.SectionsOfLessons, p.SectionID)
			}
		}
		return q.OrderSet(ctx, tx, places)
	})
}

// parts are all sections and lessons, in no order.
func (o Order) parts() []string {
	var ids []string
	for _, p := range o.Order {
		ids = append(ids, p.SectionID.String())
		for _, l := range p.LessonIDs {
			ids = append(ids, l.String())
		}
	}
	slices.Sort(ids)
	return ids
}
