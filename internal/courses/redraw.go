package courses

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/markdown"
	"stoa/internal/base/viewer"
	rows "stoa/internal/courses/internal/db"
	"stoa/internal/tenancy"
)

// Redraw is the background job that draws anew what an older program drew.
type Redraw struct{}

// Kind names the job.
func (Redraw) Kind() string { return "courses-redraw" }

// RedrawEvery is how often it is due; it is due at the start of a program, and finds nothing the second time.
const RedrawEvery = 24 * time.Hour

// Redrawer does it, one institution after the other.
type Redrawer struct {
	river.WorkerDefaults[Redraw]
	DB           *db.DB
	Institutions *tenancy.Service
}

// Timeout is long: a large installation has many lessons, and each one drawn stays drawn.
func (*Redrawer) Timeout(*river.Job[Redraw]) time.Duration { return 2 * time.Hour }

// Work goes on with the next institution when one fails, and tries again later.
func (w *Redrawer) Work(ctx context.Context, _ *river.Job[Redraw]) error {
	var failed error
	for _, i := range w.Institutions.All() {
		within := viewer.System(ctx, i.ID)
		lessons, lessonsErr := w.contents(within)
		courses, coursesErr := w.courses(within)
		if lessons+courses > 0 {
			slog.InfoContext(ctx, "texts are drawn anew", "institution", i.ID, "lessons", lessons, "courses", courses)
		}
		failed = errors.Join(failed, lessonsErr, coursesErr)
	}
	return failed
}

func (w *Redrawer) contents(ctx context.Context) (n int, err error) {
	after := rows.RedrawContentsParams{Version: markdown.Version}
	for {
		list, err := q.RedrawContents(ctx, w.DB.Read(ctx), after)
		if err != nil || len(list) == 0 {
			return n, err
		}
		for _, r := range list {
			html, err := redrawn(ctx, r.Body)
			if err != nil {
				return n, err
			}
			changed := rows.RedrawContentParams{
				LessonID: r.LessonID, Revision: r.Revision, Body: r.Body,
				BodyHtml: html, Opening: markdown.Opening(html), Version: markdown.Version,
			}
			err = w.DB.Write(ctx, func(tx *db.Tx) error {
				course, err := q.RedrawContent(ctx, tx, changed)
				switch {
				case errors.Is(err, pgx.ErrNoRows): // written meanwhile, and drawn with that
					return nil
				case err != nil:
					return err
				}
				shown(tx, course)
				n++
				return nil
			})
			if err != nil {
				return n, err
			}
			after.AfterLesson, after.AfterRevision = r.LessonID, r.Revision
		}
	}
}

func (w *Redrawer) courses(ctx context.Context) (n int, err error) {
	after := uuid.Nil
	for {
		list, err := q.RedrawCourses(ctx, w.DB.Read(ctx), rows.RedrawCoursesParams{Version: markdown.Version, After: after})
		if err != nil || len(list) == 0 {
			return n, err
		}
		for _, r := range list {
			html, err := redrawn(ctx, r.Description)
			if err != nil {
				return n, err
			}
			changed := rows.RedrawCourseParams{
				ID: r.ID, Description: r.Description, DescriptionHtml: html, Version: markdown.Version,
			}
			err = w.DB.Write(ctx, func(tx *db.Tx) error {
				done, err := q.RedrawCourse(ctx, tx, changed)
				if err != nil || done == 0 {
					return err
				}
				shown(tx, r.ID)
				n++
				return nil
			})
			if err != nil {
				return n, err
			}
			after = r.ID
		}
	}
}

// redrawn is a text in today's HTML. What was kept before there were bounds and is beyond one is shown as it was
// written.
func redrawn(ctx context.Context, source string) (string, error) {
	text, err := markdown.Render(ctx, "body", source)
	if errs.KindOf(err) == errs.Invalid {
		return markdown.Plain(source), nil
	}
	return text.HTML, err
}
