package courses

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/permit"
	"stoa/internal/base/viewer"
	rows "stoa/internal/courses/internal/db"
	"stoa/internal/identity"
)

// Post is what somebody who makes a course is to it; empty for everybody else.
type Post string

const (
	Instructor Post = "instructor"
	Assistant  Post = "assistant"
)

// grants tells whether a viewer with this post has a relation to the course. An instructor's
// post counts while their role lets them make courses: who loses the role changes none of
// them any more.
func (p Post) grants(v viewer.Viewer, to *permit.Relation) bool {
	switch {
	case to.Or.Allows(v):
		return true
	case p == Instructor:
		return CourseCreate.Allows(v)
	case p == Assistant:
		return to == Helps && CourseEnrol.Allows(v)
	}
	return false
}

// need locks a course for a viewer who must have the relation to it.
func (s *Service) need(ctx context.Context, tx *db.Tx, course uuid.UUID, to *permit.Relation) (rows.Course, error) {
	return s.needed(ctx, tx, course, to, q.CourseLock)
}

// look is a course as it is now, for a viewer who must have the relation to it.
func (s *Service) look(ctx context.Context, course uuid.UUID, to *permit.Relation) (rows.Course, error) {
	return s.needed(ctx, s.db.Read(ctx), course, to, q.CourseGet)
}

// needed finds a course. To those who may not even know of it, it does not exist.
func (s *Service) needed(
	ctx context.Context, tx db.Querier, course uuid.UUID, to *permit.Relation,
	get func(context.Context, rows.DBTX, uuid.UUID) (rows.Course, error),
) (rows.Course, error) {
	v, err := CourseEnrol.Require(ctx)
	if err != nil {
		return rows.Course{}, err
	}
	const absent = "There is no such course."
	c, err := get(ctx, tx, course)
	if err != nil {
		return rows.Course{}, db.NotFound(err, absent)
	}
	post, err := q.StaffOf(ctx, tx, rows.StaffOfParams{CourseID: course, PersonID: v.Person})
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return rows.Course{}, err
	case Post(post).grants(v, to):
		return c, nil
	case Post(post).grants(v, Helps):
		return rows.Course{}, errs.New(errs.Forbidden, "Only the course's instructors can do this.")
	case c.Version == nil:
		return rows.Course{}, errs.New(errs.NotFound, absent)
	}
	return rows.Course{}, errs.New(errs.Forbidden, "Only those who make this course can change it.")
}

// maker is the viewer, who must make some course or be one who may begin one.
func (s *Service) maker(ctx context.Context) (viewer.Viewer, error) {
	v, err := CourseEnrol.Require(ctx)
	if err != nil || Makes.Or.Allows(v) {
		return v, err
	}
	makes, err := q.StaffAnywhere(ctx, s.db.Read(ctx), v.Person)
	if err == nil && !makes {
		err = Makes.Or.Refusal(v)
	}
	return v, err
}

// Maker is somebody who makes a course.
type Maker struct {
	Person identity.Card `json:"person"`
	As     Post          `json:"as" enum:"instructor,assistant"`
	Since  time.Time     `json:"since"`
}

// Staff are those who make a course: its instructors, then its assistants, each in the order in which they came.
func (s *Service) Staff(ctx context.Context, course uuid.UUID) ([]Maker, error) {
	if _, err := s.look(ctx, course, Helps); err != nil {
		return nil, err
	}
	found, err := q.StaffList(ctx, s.db.Read(ctx), course)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(found))
	for i, r := range found {
		ids[i] = r.PersonID
	}
	cards, err := s.people.Cards(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Maker, len(found))
	for i, r := range found {
		list[i] = Maker{Person: cards[r.PersonID], As: Post(r.As), Since: r.Since}
	}
	return list, nil
}

// Appoint lets a person teach a course, or help to. Who teaches must have a role that may make courses.
func (s *Service) Appoint(ctx context.Context, course, person uuid.UUID, as Post) error {
	appointed := map[string]any{"person_id": person, "as": as}
	return s.changeStaff(ctx, course, audit.Change{Verb: "course.appoint", After: appointed}, func(tx *db.Tx) error {
		p, err := s.people.Find(ctx, tx, person)
		if err != nil {
			return err
		}
		them := viewer.Viewer{Person: p.ID, Roles: p.Roles, Standing: p.Standing}
		if to := map[Post]*permit.Relation{Instructor: Teaches, Assistant: Helps}[as]; !as.grants(them, to) {
			return errs.InvalidField("body.as", "needs a role that this person does not have")
		}
		return q.StaffPut(ctx, tx, rows.StaffPutParams{
			CourseID: course, PersonID: person, Post: string(as), At: s.clock.Now(),
		})
	})
}

// Dismiss ends a person's post in a course.
func (s *Service) Dismiss(ctx context.Context, course, person uuid.UUID) error {
	dismissed := map[string]any{"person_id": person}
	return s.changeStaff(ctx, course, audit.Change{Verb: "course.dismiss", Before: dismissed}, func(tx *db.Tx) error {
		left, err := q.StaffLeave(ctx, tx, rows.StaffLeaveParams{
			CourseID: course, PersonID: person, At: ptr(s.clock.Now()),
		})
		if err == nil && left == 0 {
			return errs.New(errs.NotFound, "This person does not make this course.")
		}
		return err
	})
}

// changeStaff does one change under the lock of the course. A course is never without an
// instructor, and the one whose name stands in the catalogue is one of them.
func (s *Service) changeStaff(
	ctx context.Context, course uuid.UUID, entry audit.Change, change func(*db.Tx) error,
) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := s.need(ctx, tx, course, Teaches)
		if err != nil {
			return err
		}
		if err := change(tx); err != nil {
			return err
		}
		staff, err := q.StaffList(ctx, tx, course)
		if err != nil {
			return err
		}
		staff = slices.DeleteFunc(staff, func(r rows.StaffListRow) bool { return Post(r.As) != Instructor })
		if len(staff) == 0 {
			return errs.New(errs.Conflict, "A course needs an instructor: appoint another one first.")
		}
		if !slices.ContainsFunc(staff, func(r rows.StaffListRow) bool { return r.PersonID == c.InstructorID }) {
			first, err := s.people.Find(ctx, tx, staff[0].PersonID)
			if err != nil {
				return err
			}
			err = q.CourseSetInstructor(ctx, tx, rows.CourseSetInstructorParams{
				ID: course, InstructorID: first.ID, InstructorName: first.Name,
			})
			if err != nil {
				return err
			}
			shown(tx, course)
		}
		entry.Type, entry.ID = "course", course
		return audit.Record(ctx, tx, entry)
	})
}
