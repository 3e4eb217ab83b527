package courses

import (
	"context"
	"errors"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/markdown"
	"stoa/internal/base/viewer"
	rows "stoa/internal/courses/internal/db"
)

// Redraw draws anew what an older program drew, one institution after the other. It goes on with the
// next one when one fails; it is due at the start of a program, and finds nothing the second time.
func (s *Service) Redraw(ctx context.Context) error {
	var failed error
	for _, i := range s.tenants.All() {
		within := viewer.System(ctx, i.ID)
		lessons, lessonsErr := s.redrawContents(within)
		courses, coursesErr := s.redrawCourses(within)
		if lessons+courses > 0 {
			slog.InfoContext(within, "texts are drawn anew", "lessons", lessons, "courses", courses)
		}
		failed = errors.Join(failed, lessonsErr, coursesErr)
	}
	return failed
}

func (s *Service) redrawContents(ctx context.Context) (n int, err error) {
	after := rows.RedrawContentsParams{Version: markdown.Version}
	for {
		list, err := q.RedrawContents(ctx, s.db.Read(ctx), after)
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
			err = s.db.Write(ctx, func(tx *db.Tx) error {
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

func (s *Service) redrawCourses(ctx context.Context) (n int, err error) {
	after := uuid.Nil
	for {
		list, err := q.RedrawCourses(ctx, s.db.Read(ctx), rows.RedrawCoursesParams{
			Version: markdown.Version, After: after,
		})
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
			err = s.db.Write(ctx, func(tx *db.Tx) error {
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
