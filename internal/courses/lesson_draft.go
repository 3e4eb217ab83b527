package courses

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	rows "stoa/internal/courses/internal/db"
)

// DraftLesson is a lesson of a draft, without its body.
type DraftLesson struct {
	Lesson
	State string `json:"state" enum:"new,changed,live" doc:"Against the published version"`
}

func draftLesson(l rows.Lesson) DraftLesson {
	state := "live"
	switch {
	case l.Published == nil:
		state = "new"
	case *l.Published != l.Revision:
		state = "changed"
	}
	return DraftLesson{Lesson{ID: l.ID, Title: l.Title, Kind: l.Kind, Minutes: l.Minutes}, state}
}

// DraftBody is a lesson of a draft with its body.
type DraftBody struct {
	DraftLesson
	CourseID     uuid.UUID `json:"course_id"`
	Body         string    `json:"body" doc:"Markdown"`
	BodyHTML     string    `json:"body_html"`
	VideoURL     string    `json:"video_url"`
	VideoSeconds int       `json:"video_seconds"`
	Etag         string    `json:"etag" doc:"Of what its author wrote: send it back with a change"`
}

// Edition is the etag of what authors write, for the answer's header.
func (d DraftBody) Edition() string { return d.Etag }

// Content is what an author writes of a lesson.
type Content struct {
	Title        string `json:"title" minLength:"1" maxLength:"160"`
	Minutes      int    `json:"minutes" minimum:"1" maximum:"600"`
	Body         string `json:"body,omitempty" maxLength:"200000" doc:"Markdown with tables, code and mathematics ($…$), 200,000 bytes at most"`
	VideoURL     string `json:"video_url,omitempty" maxLength:"2000" doc:"Of a video lesson: an https address of a file that browsers play"`
	VideoSeconds int    `json:"video_seconds,omitempty" minimum:"0" maximum:"86400" doc:"How long the video is"`
}

// pagesOfFilms are hosts whose addresses lead to pages, never to files.
var pagesOfFilms = []string{
	"youtube.com", "youtu.be", "youtube-nocookie.com", "vimeo.com", "dailymotion.com", "twitch.tv", "facebook.com",
	"instagram.com", "tiktok.com",
}

func (c Content) check(kind string) error {
	if kind != "video" || c.VideoURL == "" { // a film may come later; publishing asks for it
		return nil
	}
	u, err := url.Parse(c.VideoURL)
	local := err == nil && u.Host == "" && (strings.HasPrefix(u.Path, "/media/") || strings.HasPrefix(u.Path, filmPath))
	if err != nil || !local && (u.Scheme != "https" || u.Host == "" || u.User != nil) {
		return errs.InvalidField("body.video_url", "must be an https address")
	}
	if slices.ContainsFunc(pagesOfFilms, func(host string) bool {
		return u.Hostname() == host || strings.HasSuffix(u.Hostname(), "."+host)
	}) {
		return errs.InvalidField("body.video_url",
			"is a page that shows a film, which no player plays: give the address of the film's file, or upload it")
	}
	if c.VideoSeconds == 0 {
		return errs.InvalidField("body.video_seconds", "is needed: it decides when the lesson is complete")
	}
	return nil
}

// AddLesson adds a lesson at the end of a section.
func (s *Service) AddLesson(ctx context.Context, section uuid.UUID, kind string, c Content) (DraftBody, error) {
	if err := c.check(kind); err != nil {
		return DraftBody{}, err
	}
	content, err := s.drawn(ctx, c)
	if err != nil {
		return DraftBody{}, err
	}
	r, err := s.section(ctx, section)
	if err != nil {
		return DraftBody{}, err
	}
	lessonID := id.New()
	entry := audit.Change{Verb: "lesson.add", Type: "lesson", ID: lessonID, After: c.Title}
	err = s.edit(ctx, r.CourseID, entry, func(tx *db.Tx, _ rows.Course) error {
		err := q.LessonInsert(ctx, tx, rows.LessonInsertParams{
			ID: lessonID, CourseID: r.CourseID, SectionID: section, Title: c.Title, Kind: kind, Minutes: c.Minutes,
		})
		if err != nil {
			return err
		}
		content.LessonID, content.Revision = lessonID, 1
		return q.ContentPut(ctx, tx, content)
	})
	if err != nil {
		return DraftBody{}, err
	}
	return s.LessonDraft(ctx, lessonID)
}

// LessonDraft is a lesson as its author sees it.
func (s *Service) LessonDraft(ctx context.Context, lesson uuid.UUID) (DraftBody, error) {
	l, err := q.LessonGet(ctx, s.db.Read(ctx), lesson)
	if err != nil {
		return DraftBody{}, db.NotFound(err, "There is no such lesson.")
	}
	if _, err := s.look(ctx, l.CourseID, Helps); err != nil {
		return DraftBody{}, err
	}
	c, err := q.ContentGet(ctx, s.db.Read(ctx), rows.ContentGetParams{LessonID: lesson, Revision: l.Revision})
	return DraftBody{
		DraftLesson: draftLesson(l), CourseID: l.CourseID, Body: c.Body, BodyHTML: c.BodyHtml,
		VideoURL: c.VideoUrl, VideoSeconds: c.VideoSeconds, Etag: edition.Of(contentOf(l, c)),
	}, err
}

func contentOf(l rows.Lesson, c rows.Content) Content {
	return Content{Title: l.Title, Minutes: l.Minutes, Body: c.Body, VideoURL: c.VideoUrl, VideoSeconds: c.VideoSeconds}
}

// UpdateLesson changes a lesson's draft.
func (s *Service) UpdateLesson(ctx context.Context, lesson uuid.UUID, c Content, seen edition.Seen) (DraftBody, error) {
	l, err := q.LessonGet(ctx, s.db.Read(ctx), lesson)
	if err != nil {
		return DraftBody{}, db.NotFound(err, "There is no such lesson.")
	}
	if err := c.check(l.Kind); err != nil {
		return DraftBody{}, err
	}
	drawn, err := s.drawn(ctx, c)
	if err != nil {
		return DraftBody{}, err
	}
	entry := audit.Change{Verb: "lesson.update", Type: "lesson", ID: lesson, After: c.Title}
	err = s.editLesson(ctx, l, entry, func(tx *db.Tx, now rows.Lesson, content rows.Content, revision int) error {
		if err := seen.Check(contentOf(now, content)); err != nil {
			return err
		}
		if err := q.LessonUpdate(ctx, tx, rows.LessonUpdateParams{
			ID:       lesson,
			Title:    c.Title,
			Minutes:  c.Minutes,
			Revision: revision,
		}); err != nil {
			return err
		}
		drawn.LessonID, drawn.Revision = lesson, revision
		return q.ContentPut(ctx, tx, drawn)
	})
	if err != nil {
		return DraftBody{}, err
	}
	return s.LessonDraft(ctx, lesson)
}

// editLesson does one change of a lesson's draft under its lock. A revision
// that learners see is left alone: the change goes into a new one.
func (s *Service) editLesson(
	ctx context.Context, l rows.Lesson, entry audit.Change,
	change func(tx *db.Tx, now rows.Lesson, content rows.Content, revision int) error,
) error {
	return s.edit(ctx, l.CourseID, entry, func(tx *db.Tx, _ rows.Course) error {
		now, err := q.LessonLock(ctx, tx, l.ID)
		if err != nil {
			return db.NotFound(err, "There is no such lesson.")
		}
		content, err := q.ContentGet(ctx, tx, rows.ContentGetParams{LessonID: l.ID, Revision: now.Revision})
		if err != nil {
			return err
		}
		revision := now.Revision
		if now.Published != nil && *now.Published == revision {
			revision++
		}
		return change(tx, now, content, revision)
	})
}

// RemoveLesson removes a lesson from the draft; learners keep it until the next publication.
func (s *Service) RemoveLesson(ctx context.Context, lesson uuid.UUID) (Draft, error) {
	l, err := q.LessonGet(ctx, s.db.Read(ctx), lesson)
	if err != nil {
		return Draft{}, db.NotFound(err, "There is no such lesson.")
	}
	return s.editDraft(ctx, l.CourseID, audit.Change{Verb: "lesson.remove", Type: "lesson", ID: lesson},
		func(tx *db.Tx, _ rows.Course) error {
			return q.LessonSoftDelete(ctx, tx, rows.LessonSoftDeleteParams{ID: lesson, At: ptr(s.clock.Now())})
		})
}
