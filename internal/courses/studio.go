package courses

import (
	"context"
	"time"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/httpapi"
	rows "stoa/internal/courses/internal/db"
)

// Teaching are the courses that the viewer teaches or helps to, published or not, by title.
func (s *Service) Teaching(ctx context.Context, p httpapi.Paging) (httpapi.Page[Taught], error) {
	var page httpapi.Page[Taught]
	v, err := s.maker(ctx)
	if err != nil {
		return page, err
	}
	posts := []string{string(Assistant)}
	if CourseCreate.Allows(v) {
		posts = append(posts, string(Instructor))
	}
	var after cardPlace
	if _, err := httpapi.DecodeCursor(p.Cursor, &after); err != nil {
		return page, err
	}
	found, err := q.CourseTeaching(ctx, s.db.Read(ctx), rows.CourseTeachingParams{
		PersonID:   v.Person,
		Posts:      posts,
		AfterTitle: after.Title,
		AfterID:    after.ID,
		MaxRows:    int32(p.Limit + 1),
	})
	if err != nil {
		return page, err
	}
	list := make([]Taught, len(found))
	for i, r := range found {
		c := r.Course
		list[i] = Taught{
			ID:        c.ID,
			Code:      c.Code,
			Title:     c.Title,
			Category:  c.Category,
			As:        Post(r.As),
			Published: c.Version != nil,
			Lessons:   c.Lessons,
			Learners:  c.Learners,
			UpdatedAt: c.UpdatedAt,
		}
	}
	page = httpapi.Paged(list, p.Limit, func(last Taught) any { return cardPlace{Title: last.Title, ID: last.ID} })
	return httpapi.Counted(page, p, func() (int, error) {
		return q.CourseTeachingCount(ctx, s.db.Read(ctx), rows.CourseTeachingCountParams{
			PersonID: v.Person, Posts: posts,
		})
	})
}

// Taught is a course in its author's list.
type Taught struct {
	ID        uuid.UUID `json:"id"`
	Code      string    `json:"code"`
	Title     string    `json:"title"`
	Category  string    `json:"category"`
	As        Post      `json:"as" enum:"instructor,assistant" doc:"What the viewer is to it"`
	Published bool      `json:"published"`
	Lessons   int       `json:"lessons"`
	Learners  int       `json:"learners"`
	UpdatedAt time.Time `json:"updated_at"`
}

// edit does one change of a draft: permission, lock, change, audit entry.
func (s *Service) edit(
	ctx context.Context, course uuid.UUID, entry audit.Change, change func(*db.Tx, rows.Course) error,
) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := s.need(ctx, tx, course, Helps)
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
