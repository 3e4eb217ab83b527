package courses

import (
	"context"
	"time"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	rows "stoa/internal/courses/internal/db"
)

// Teaching are the courses that the viewer teaches, published or not, by title.
func (s *Service) Teaching(ctx context.Context, p httpapi.Paging) (httpapi.Page[Taught], error) {
	var page httpapi.Page[Taught]
	v, err := CourseCreate.Require(ctx)
	if err != nil {
		return page, err
	}
	var after cardPlace
	if _, err := httpapi.DecodeCursor(p.Cursor, &after); err != nil {
		return page, err
	}
	found, err := q.CourseTeaching(ctx, s.db.Read(ctx), rows.CourseTeachingParams{
		InstructorID: v.Person,
		AfterTitle:   after.Title,
		AfterID:      after.ID,
		MaxRows:      int32(p.Limit + 1),
	})
	if err != nil {
		return page, err
	}
	list := make([]Taught, len(found))
	for i, c := range found {
		list[i] = Taught{
			ID:        c.ID,
			Code:      c.Code,
			Title:     c.Title,
			Category:  c.Category,
			Published: c.Version != nil,
			Lessons:   c.Lessons,
			Learners:  c.Learners,
			UpdatedAt: c.UpdatedAt,
		}
	}
	return httpapi.Paged(list, p.Limit, func(last Taught) any { return cardPlace{Title: last.Title, ID: last.ID} }), nil
}

// Taught is a course in its author's list.
type Taught struct {
	ID        uuid.UUID `json:"id"`
	Code      string    `json:"code"`
	Title     string    `json:"title"`
	Category  string    `json:"category"`
	Published bool      `json:"published"`
	Lessons   int       `json:"lessons"`
	Learners  int       `json:"learners"`
	UpdatedAt time.Time `json:"updated_at"`
}

// editable is a course that the viewer may change. To others who may not even know of it, it does not exist.
func (s *Service) editable(ctx context.Context, tx db.Querier, course uuid.UUID) (rows.Course, error) {
	v, err := CourseCreate.Require(ctx)
	if err != nil {
		return rows.Course{}, err
	}
	c, err := q.CourseGet(ctx, tx, course)
	return mayChange(c, err, mayEdit(v, c.InstructorID))
}

func (s *Service) lockEditable(ctx context.Context, tx *db.Tx, course uuid.UUID) (rows.Course, error) {
	v, err := CourseCreate.Require(ctx)
	if err != nil {
		return rows.Course{}, err
	}
	c, err := q.CourseLock(ctx, tx, course)
	return mayChange(c, err, mayEdit(v, c.InstructorID))
}

func mayChange(c rows.Course, err error, may bool) (rows.Course, error) {
	switch {
	case err != nil:
		return rows.Course{}, db.NotFound(err, "There is no such course.")
	case !may && c.Version == nil:
		return rows.Course{}, errs.New(errs.NotFound, "There is no such course.")
	case !may:
		return rows.Course{}, errs.New(errs.Forbidden, "Only the instructor of this course can change it.")
	}
	return c, nil
}

// edit does one change of a draft: permission, lock, change, audit entry.
func (s *Service) edit(
	ctx context.Context, course uuid.UUID, entry audit.Change, change func(*db.Tx, rows.Course) error,
) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := s.lockEditable(ctx, tx, course)
		if err != nil {
			return err
		}
		if err := change(tx, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, entry)
	})
}

func (s *Service) editDraft(
	ctx context.Context, course uuid.UUID, entry audit.Change, change func(*db.Tx, rows.Course) error,
) (Draft, error) {
	if err := s.edit(ctx, course, entry, change); err != nil {
		return Draft{}, err
	}
	return s.Draft(ctx, course)
}
