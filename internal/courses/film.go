package courses

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"regexp"
	"time"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/blob"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	rows "stoa/internal/courses/internal/db"
)

const (
	filmLimit = 512 << 20
	filmPath  = "/films/"
)

// SetFilm keeps a film for a lesson's draft and points the draft to it: whatever
// else was written while the film was on its way stays. Learners see it when it
// is published; a film that learners see is not replaced but followed by another.
func (s *Service) SetFilm(ctx context.Context, lesson uuid.UUID, seconds int, content io.Reader) (DraftBody, error) {
	d, err := s.LessonDraft(ctx, lesson)
	if err != nil {
		return DraftBody{}, err
	}
	if d.Kind != "video" {
		return DraftBody{}, errs.New(errs.Conflict, "This lesson is a text: only film lessons take a film.")
	}
	name, err := s.keepFilm(ctx, content)
	if err != nil {
		return DraftBody{}, err
	}
	l := rows.Lesson{ID: lesson, CourseID: d.CourseID}
	entry := audit.Change{Verb: "lesson.film", Type: "lesson", ID: lesson, After: filmPath + name}
	err = s.editLesson(ctx, l, entry, func(tx *db.Tx, now rows.Lesson, content rows.Content, revision int) error {
		err := q.LessonUpdate(ctx, tx, rows.LessonUpdateParams{
			ID:       lesson,
			Title:    now.Title,
			Minutes:  now.Minutes,
			Revision: revision,
		})
		if err != nil {
			return err
		}
		return q.ContentPut(ctx, tx, rows.ContentPutParams{
			LessonID:     lesson,
			Revision:     revision,
			Body:         content.Body,
			BodyHtml:     content.BodyHtml,
			Opening:      content.Opening,
			Rendered:     content.Rendered,
			VideoUrl:     filmPath + name,
			VideoSeconds: seconds,
		})
	})
	if err != nil {
		// refused. Of an error nobody knows whether it came before the commit: the sweep looks
		if errs.KindOf(err) != errs.Internal {
			s.dropFilm(ctx, name)
		}
		return DraftBody{}, err
	}
	return s.LessonDraft(ctx, lesson)
}

// keepFilm stores a file that is a film and returns its name.
func (s *Service) keepFilm(ctx context.Context, content io.Reader) (string, error) {
	reader := bufio.NewReaderSize(content, filmHead)
	head, err := reader.Peek(filmHead)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", errs.New(errs.Invalid, "The film broke off on its way. Send it again.").Because(err)
	}
	ending, ok := filmKind(head)
	if !ok {
		return "", errs.InvalidField("body", "is no film that browsers play: send MP4 or WebM")
	}
	name := uuid.NewString() + ending // not by time: an address that cannot be guessed
	err = s.films.Put(path.Join(viewer.From(ctx).Tenant.String(), name), reader, filmLimit, s.filmSpace)
	switch {
	case errors.Is(err, blob.ErrTooLarge):
		return "", errs.New(errs.TooLarge, "A film may have 512 MB at most.")
	case errors.Is(err, blob.ErrNoSpace):
		return "", errs.New(errs.Full, "Your institution's films fill all the room that they have. Whoever runs "+
			"this installation can give them more.")
	}
	return name, err
}

func (s *Service) dropFilm(ctx context.Context, name string) {
	if err := s.films.Remove(path.Join(viewer.From(ctx).Tenant.String(), name)); err != nil {
		slog.WarnContext(ctx, "a film that nothing points to was not removed", "film", name, "error", err)
	}
}

var filmName = regexp.MustCompile(`^[0-9a-f-]{36}\.(mp4|webm)$`)

// ServeFilm answers a film by its address, in ranges, so that players can jump.
// Who has the address may see it: a lesson tells it only to those enrolled.
func (s *Service) ServeFilm(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	absent := errs.New(errs.NotFound, "There is no such film.")
	if !filmName.MatchString(name) {
		httpapi.WriteProblem(w, r, absent)
		return
	}
	f, err := s.films.Get(path.Join(viewer.From(r.Context()).Tenant.String(), name))
	if err != nil {
		httpapi.WriteProblem(w, r, absent)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", filmTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	http.ServeContent(w, r, name, time.Time{}, f)
}
