package progress

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
	rows "stoa/internal/progress/internal/db"
)

// Lesson is how far the viewer is in a lesson.
type Lesson struct {
	Position    int        `json:"position" doc:"Seconds into a video, per mille of a text"`
	Watched     int        `json:"watched_seconds" doc:"Different seconds of the video that were played"`
	CompletedAt *time.Time `json:"completed_at"`
	Opened      string     `json:"opened,omitempty" doc:"Says when the lesson was opened: send it back with reports"`
}

// LessonPage is a lesson and how far the viewer is in it and in its course.
type LessonPage struct {
	courses.LessonPage
	Progress Lesson `json:"progress"`
	Course   Course `json:"course_progress"`
}

// LessonPage is everything the lesson player shows but the outline, which the course's page has.
func (s *Service) LessonPage(ctx context.Context, id uuid.UUID) (LessonPage, error) {
	page, err := s.courses.Lesson(ctx, id)
	if err != nil {
		return LessonPage{}, err
	}
	r, err := q.LessonGet(ctx, s.db.Read(ctx), rows.LessonGetParams{PersonID: viewer.From(ctx).Person, LessonID: id})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return LessonPage{}, err
	}
	c, err := s.course(ctx, s.db.Read(ctx), page.CourseID, page.LessonIDs)
	return LessonPage{
		page,
		Lesson{Position: r.Position, Watched: r.WatchedSeconds, CompletedAt: r.CompletedAt, Opened: s.opened(ctx, id)},
		c,
	}, err
}

// Report is what a player tells while somebody learns.
type Report struct {
	Position int        `json:"position" minimum:"0" maximum:"86400" doc:"Seconds into a video, per mille of a text"`
	At       *time.Time `json:"at,omitempty" doc:"When the learner was there; of reports that come late the latest position counts. Absent: now"`
	Opened   string     `json:"opened,omitempty" maxLength:"100" doc:"From the lesson's progress: time before the first report counts from then"`
	Seconds  int        `json:"seconds,omitempty" minimum:"0" maximum:"3600" doc:"Time spent since the last report; no more counts than has passed"`
	Watched  [][2]int   `json:"watched,omitempty" maxItems:"5000" doc:"Ranges of seconds of the video that were played, as [from, to); no more count than can have been played since the last report"`
	Read     bool       `json:"read,omitempty" doc:"The end of a text was reached"`
}

// Reported is where the learner stands after a report.
type Reported struct {
	Lesson    Lesson `json:"lesson"`
	Course    Course `json:"course"`
	Completed bool   `json:"completed" doc:"This report completed the lesson"`
}

// Record takes a report. Reports may come twice or late: positions
// and ranges only add up, a completed lesson stays completed.
func (s *Service) Record(ctx context.Context, id uuid.UUID, r Report) (Reported, error) {
	v, err := courses.CourseEnrol.Require(ctx)
	if err != nil {
		return Reported{}, err
	}
	page, err := s.courses.Lesson(ctx, id)
	if err != nil {
		return Reported{}, err
	}
	watched, err := joined(r.Watched, page.VideoSeconds)
	if err != nil {
		return Reported{}, err
	}
	tenant, err := s.tenants.Get(ctx)
	if err != nil {
		return Reported{}, err
	}
	var out Reported
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now := s.clock.Now()
		if err := q.CourseTouch(ctx, tx, rows.CourseTouchParams{
			PersonID: v.Person, CourseID: page.CourseID, At: now,
		}); err != nil {
			return err
		}
		since, err := s.since(ctx, tx, id, r.Opened, now)
		if err != nil {
			return err
		}
		passed := int(now.Sub(since).Seconds())
		seconds := max(0, min(r.Seconds, passed+1))
		if watched, err = s.credible(ctx, tx, id, watched, passed*fastest+spare); err != nil {
			return err
		}
		at := now
		if r.At != nil && r.At.Before(now) {
			at = *r.At
		}
		put, err := q.LessonPut(ctx, tx, rows.LessonPutParams{
			PersonID: v.Person, LessonID: id, CourseID: page.CourseID, Position: r.Position, PositionAt: &at,
			Watched: multirange(watched), Seconds: seconds, At: now,
		})
		if err != nil {
			return err
		}
		out.Lesson = Lesson{Position: put.Position, Watched: put.WatchedSeconds, CompletedAt: put.CompletedAt}
		if out.Completed = put.CompletedAt == nil && completes(page, r, put.WatchedSeconds); out.Completed {
			out.Lesson.CompletedAt = &now
			err := q.LessonComplete(ctx, tx, rows.LessonCompleteParams{PersonID: v.Person, LessonID: id, At: &now})
			if err != nil {
				return err
			}
		}
		day := rows.DayAddParams{PersonID: v.Person, Day: civil(now, tenant.Location()), Seconds: seconds}
		if out.Completed {
			day.Lessons = 1
		}
		if err := q.DayAdd(ctx, tx, day); err != nil {
			return err
		}
		out.Course, err = s.settle(ctx, tx, page, id, now)
		return err
	})
	return out, err
}

// completes is the written rule: a text when its end was reached, a video when four fifths of it were played.
func completes(page courses.LessonPage, r Report, watched int) bool {
	if page.Rule == courses.RuleRead {
		return r.Read
	}
	return float64(watched) >= courses.WatchedShare*float64(page.VideoSeconds)
}

// settle brings the course's figures up to date with its lessons.
func (s *Service) settle(
	ctx context.Context, tx *db.Tx, page courses.LessonPage, lesson uuid.UUID, now time.Time,
) (Course, error) {
	person := viewer.From(ctx).Person
	r, err := q.CourseState(ctx, tx, rows.CourseStateParams{PersonID: person, CourseID: page.CourseID})
	if err != nil {
		return Course{}, err
	}
	c := state(page.LessonIDs, r.Completed, &lesson)
	set := rows.CourseSetParams{
		PersonID:     person,
		CourseID:     page.CourseID,
		Completed:    c.Completed,
		Total:        c.Total,
		LastLessonID: &lesson,
	}
	if c.Completed == c.Total {
		set.CompletedAt = &now
	}
	return c, q.CourseSet(ctx, tx, set)
}

// civil is the day it is at a place, as a date.
func civil(at time.Time, place *time.Location) time.Time {
	y, m, d := at.In(place).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
