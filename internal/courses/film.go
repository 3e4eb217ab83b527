package courses

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"regexp"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/blob"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
)

const (
	filmLimit = 512 << 20
	filmPath  = "/films/"
)

// Browsers play these; what a file is, its first bytes say, not its name.
var filmTypes = map[string]string{"video/mp4": ".mp4", "video/webm": ".webm"}

// SetFilm keeps a film for a lesson's draft and points the draft to it. Learners see it when it is published; a film that
// learners see is not replaced but followed by another.
func (s *Service) SetFilm(ctx context.Context, lesson uuid.UUID, seconds int, content io.Reader) (DraftBody, error) {
	d, err := s.LessonDraft(ctx, lesson)
	if err != nil {
		return DraftBody{}, err
	}
	if d.Kind != "video" {
		return DraftBody{}, errs.New(errs.Conflict, "This lesson is a text: only film lessons take a film.")
	}
	reader := bufio.NewReader(content)
	head, err := reader.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return DraftBody{}, errs.New(errs.Invalid, "The film broke off on its way. Send it again.").Because(err)
	}
	ending, ok := filmTypes[http.DetectContentType(head)]
	if !ok {
		return DraftBody{}, errs.InvalidField("body", "is no film that browsers play: send MP4 or WebM")
	}
	name := uuid.NewString() + ending // not by time: an address that cannot be guessed
	err = s.films.Put(path.Join(viewer.From(ctx).Tenant.String(), name), reader, filmLimit)
	if errors.Is(err, blob.ErrTooLarge) {
		return DraftBody{}, errs.New(errs.TooLarge, "A film may have 512 MB at most.")
	}
	if err != nil {
		return DraftBody{}, err
	}
	return s.UpdateLesson(ctx, lesson, Content{Title: d.Title, Minutes: d.Minutes, Body: d.Body, VideoURL: filmPath + name, VideoSeconds: seconds})
}

var filmName = regexp.MustCompile(`^[0-9a-f-]{36}\.(mp4|webm)$`)

// ServeFilm answers a film by its address, in ranges, so that players can jump. Who has the address may see it: a lesson tells
// it only to those enrolled.
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
	w.Header().Set("Content-Type", map[string]string{".mp4": "video/mp4", ".webm": "video/webm"}[path.Ext(name)])
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	http.ServeContent(w, r, name, time.Time{}, f)
}
