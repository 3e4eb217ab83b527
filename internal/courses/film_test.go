package courses_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"stoa/internal/base/blob"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// A film that was replaced before anybody saw it goes after a day;
// what a draft or a published lesson shows stays, however old.
func TestFilmsThatNobodyShowsGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	films, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, _, teacher := school(t, films)
	course, err := s.Create(teacher, courses.About{
		Code:     "F 1",
		Title:    "Film",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		t.Fatal(err)
	}
	lesson, err := s.AddLesson(teacher, course.Sections[0].ID, "video", courses.Content{Title: "One", Minutes: 1})
	if err != nil {
		t.Fatal(err)
	}
	send := func() string {
		t.Helper()
		webm := append([]byte("\x1a\x45\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm"), make([]byte, 100)...)
		d, err := s.SetFilm(teacher, lesson.ID, 60, bytes.NewReader(webm))
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, viewer.From(teacher).Tenant.String(), filepath.Base(d.VideoURL))
	}
	there := func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	}
	replaced, published := send(), send()
	if _, err := s.Publish(teacher, course.ID); err != nil {
		t.Fatal(err)
	}
	draft := send()
	sweep := func() {
		t.Helper()
		if err := s.SweepFilms(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	if !there(replaced) {
		t.Error("a film of today is removed, which may be about to be shown")
	}
	longAgo := time.Now().Add(-48 * time.Hour)
	for _, film := range []string{replaced, published, draft} {
		if err := os.Chtimes(film, longAgo, longAgo); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	if there(replaced) || !there(published) || !there(draft) {
		t.Errorf("replaced %t, published %t, draft %t", there(replaced), there(published), there(draft))
	}
}

// Whoever hangs up while a film is being kept finds it, or finds that there is none: never an address without its film.
func TestADraftNeverPointsToAFilmThatIsGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	films, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, _, teacher := school(t, films)
	course, err := s.Create(teacher, courses.About{
		Code:     "F 2",
		Title:    "Film",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 60 {
		lesson, err := s.AddLesson(teacher, course.Sections[0].ID, "video", courses.Content{Title: "One", Minutes: 1})
		if err != nil {
			t.Fatal(err)
		}
		asking, hangUp := context.WithCancel(teacher)
		webm := append([]byte("\x1a\x45\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm"), make([]byte, 5000)...)
		wait := rand.N(6 * time.Millisecond) // #nosec G404 -- any moment will do
		last := readerFunc(func([]byte) (int, error) {
			time.AfterFunc(wait, hangUp)
			return 0, io.EOF
		})
		_, failed := s.SetFilm(asking, lesson.ID, 60, io.MultiReader(bytes.NewReader(webm), last))
		hangUp()
		d, err := s.LessonDraft(teacher, lesson.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d.VideoURL == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(
			dir, viewer.From(teacher).Tenant.String(), filepath.Base(d.VideoURL),
		)); err != nil {
			t.Fatalf("upload %d (%v): %v", n, failed, err)
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
