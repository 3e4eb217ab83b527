package progress_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/blob"
	"stoa/internal/base/clock"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
	"stoa/internal/identity/identitytest"
	"stoa/internal/progress"
)

// school is courses and progress in an institution of their own.
type school struct {
	t        *testing.T
	ground   identitytest.Ground
	clock    *clock.Fake
	courses  *courses.Service
	progress *progress.Service
}

func newSchool(t *testing.T) *school {
	t.Helper()
	s := &school{t: t, clock: clock.NewFake(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))}
	s.ground = identitytest.On(t, s.clock)
	films, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.courses = courses.New(s.ground.DB, s.clock, s.ground.People, s.ground.Tenants, films, 0, nil)
	s.progress = progress.New(s.ground.DB, s.clock, s.ground.People, s.courses, s.ground.Tenants)
	return s
}

func (s *school) person(role viewer.Role) context.Context {
	s.t.Helper()
	return s.ground.As(role)
}

// course publishes one with that many text lessons.
func (s *school) course(teacher context.Context, code string, lessons int) (uuid.UUID, []uuid.UUID) {
	s.t.Helper()
	d, err := s.courses.Create(teacher, courses.About{
		Code:     code,
		Title:    "Course " + code,
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	var ids []uuid.UUID
	for i := range lessons {
		l, err := s.courses.AddLesson(teacher, d.Sections[0].ID, "text", courses.Content{
			Title: fmt.Sprint("Lesson ", i+1), Minutes: 3, Body: "Text.",
		})
		if err != nil {
			s.t.Fatal(err)
		}
		ids = append(ids, l.ID)
	}
	if _, err := s.courses.Publish(teacher, d.ID); err != nil {
		s.t.Fatal(err)
	}
	return d.ID, ids
}

// open is when somebody opened a lesson, as a report says it.
func (s *school) open(ctx context.Context, lesson uuid.UUID) string {
	s.t.Helper()
	page, err := s.progress.LessonPage(ctx, lesson)
	if err != nil {
		s.t.Fatal(err)
	}
	return page.Progress.Opened
}

func (s *school) read(ctx context.Context, lesson uuid.UUID) progress.Reported {
	s.t.Helper()
	r, err := s.progress.Record(ctx, lesson, progress.Report{Position: 1000, Seconds: 30, Read: true})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func TestACourseIsLearnedLessonByLesson(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	teacher, student := s.person(viewer.Instructor), s.person(viewer.Student)
	course, lessons := s.course(teacher, "L 1", 4)
	if _, err := s.progress.LessonPage(student, lessons[0]); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("a lesson before enrolling: %v", err)
	}
	if _, err := s.courses.Enrol(student, course); err != nil {
		t.Fatal(err)
	}
	page, err := s.progress.CoursePage(student, course)
	if err != nil || page.Progress.Percent != 0 || *page.Progress.NextLesson != lessons[0] || page.Learners != 1 {
		t.Fatalf("at first: %+v %v", page.Progress, err)
	}
	s.read(student, lessons[0])
	if r := s.read(student, lessons[2]); !r.Completed || r.Course.Percent != 50 || *r.Course.NextLesson != lessons[3] {
		t.Errorf("after the third: %+v", r.Course) // from where one is, not from the beginning
	}
	if r := s.read(student, lessons[2]); r.Completed || r.Course.Completed != 2 {
		t.Errorf("the same again: %+v", r)
	}
	s.read(student, lessons[3])
	if r := s.read(student, lessons[1]); r.Course.Percent != 100 || r.Course.NextLesson != nil {
		t.Errorf("at the end: %+v", r.Course)
	}
	mine, err := s.progress.Mine(student)
	if err != nil || len(mine) != 1 || mine[0].Percent != 100 || mine[0].NextLesson != nil {
		t.Errorf("mine: %+v %v", mine, err)
	}
	if err := s.courses.Leave(student, course); err != nil {
		t.Fatal(err)
	}
	if _, err := s.courses.Enrol(student, course); err != nil {
		t.Fatal(err)
	}
	if page, _ := s.progress.CoursePage(student, course); page.Progress.Percent != 100 {
		t.Errorf("leaving and returning lost progress: %+v", page.Progress)
	}
}

func TestAFilmIsCompleteWhenFourFifthsWerePlayed(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	teacher, student := s.person(viewer.Instructor), s.person(viewer.Student)
	d, err := s.courses.Create(teacher, courses.About{
		Code:     "F 1",
		Title:    "Films",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		t.Fatal(err)
	}
	film, err := s.courses.AddLesson(teacher, d.Sections[0].ID, "video", courses.Content{Title: "Film", Minutes: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.courses.Publish(teacher, d.ID); errs.KindOf(err) != errs.Conflict {
		t.Errorf("published without a film: %v", err)
	}
	if _, err := s.courses.UpdateLesson(teacher, film.ID, courses.Content{
		Title:        "Film",
		Minutes:      2,
		VideoURL:     "javascript:alert(1)",
		VideoSeconds: 100,
	}, edition.Seen{}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a script for an address: %v", err)
	}
	if _, err := s.courses.UpdateLesson(teacher, film.ID, courses.Content{
		Title:        "Film",
		Minutes:      2,
		VideoURL:     "https://example.org/a.mp4",
		VideoSeconds: 100,
	}, edition.Seen{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.courses.Publish(teacher, d.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.courses.Enrol(student, d.ID); err != nil {
		t.Fatal(err)
	}
	opened := s.open(student, film.ID)
	for i, x := range []struct {
		ranges  [][2]int
		watched int
		done    bool
	}{
		{[][2]int{{0, 40}}, 40, false},
		{[][2]int{{0, 40}, {20, 50}}, 50, false},  // the same seconds count once
		{[][2]int{{90, 400}}, 60, false},          // past the end counts to the end
		{[][2]int{{50, 50}, {70, 85}}, 75, false}, // an empty range is nothing
		{[][2]int{{60, 65}}, 80, true},            // four fifths
		{[][2]int{{60, 65}}, 80, false},           // complete already
	} {
		s.clock.Advance(20 * time.Second)
		r, err := s.progress.Record(student, film.ID, progress.Report{
			Position: 10,
			Watched:  x.ranges,
			Read:     true,
			Opened:   opened,
		})
		if err != nil || r.Lesson.Watched != x.watched || r.Completed != x.done {
			t.Errorf("report %d: %+v %v", i, r, err)
		}
	}
	if _, err := s.progress.Record(student, film.ID, progress.Report{
		Watched: [][2]int{{9, 3}},
	}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a range backwards: %v", err)
	}
}

// webm is the beginning of a WebM file, as far as a browser or we look to tell what it is.
var webm = append([]byte("\x1a\x45\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm"), bytes.Repeat([]byte{0}, 2000)...)

func TestAFilmIsUploaded(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	teacher, other, student := s.person(viewer.Instructor), s.person(viewer.Instructor), s.person(viewer.Student)
	d, err := s.courses.Create(teacher, courses.About{
		Code:     "U 1",
		Title:    "Upload",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		t.Fatal(err)
	}
	film, err := s.courses.AddLesson(teacher, d.Sections[0].ID, "video", courses.Content{
		Title: "Film", Minutes: 2, Body: "Kept.",
	})
	if err != nil {
		t.Fatal(err)
	}
	for who, ctx := range map[string]context.Context{"another instructor": other, "a student": student} {
		if _, err := s.courses.SetFilm(ctx, film.ID, 60, bytes.NewReader(webm)); err == nil {
			t.Errorf("%s uploads", who)
		}
	}
	for name, file := range map[string]string{
		"a page":        "<html><script>alert(1)</script>",
		"nothing":       "",
		"a picture":     "\x89PNG\r\n\x1a\n",
		"Matroska":      "\x1a\x45\xdf\xa3\x93\x42\x86\x81\x01\x42\x82\x88matroska\x42\x87\x81\x04",
		"half a header": "\x1a\x45\xdf\xa3\x8b\x42\x82\xff",
		"QuickTime":     "\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ",
	} {
		_, err := s.courses.SetFilm(teacher, film.ID, 60, strings.NewReader(file))
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := s.courses.SetFilm(teacher, film.ID, 60, bytes.NewReader(webm))
	if err != nil || got.Body != "Kept." || got.VideoSeconds != 60 || !strings.HasSuffix(got.VideoURL, ".webm") {
		t.Fatalf("%+v %v", got, err)
	}
	fetch := func(ctx context.Context, address, ranges string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", address, nil).WithContext(ctx)
		r.Header.Set("Range", ranges)
		w := httptest.NewRecorder()
		s.courses.ServeFilm(w, r)
		return w
	}
	w := fetch(student, got.VideoURL, "bytes=0-3")
	if w.Code != 206 || !bytes.Equal(w.Body.Bytes(), webm[:4]) || w.Header().Get("Content-Type") != "video/webm" {
		t.Errorf("%d %x %v", w.Code, w.Body.Bytes(), w.Header())
	}
	elsewhere := newSchool(t).person(viewer.Student)
	if w := fetch(elsewhere, got.VideoURL, ""); w.Code != 404 {
		t.Errorf("another institution fetched the film: %d", w.Code)
	}
	for _, address := range []string{"/films/../keys.json", "/films/x.webm", "/films/" + uuid.NewString() + ".webm"} {
		if w := fetch(student, address, ""); w.Code != 404 {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

func TestTimeCountsOnlyAsItPasses(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	teacher, student := s.person(viewer.Instructor), s.person(viewer.Student)
	course, lessons := s.course(teacher, "T 1", 1)
	if _, err := s.courses.Enrol(student, course); err != nil {
		t.Fatal(err)
	}
	for range 20 { // a client that claims an hour twenty times within a second
		if _, err := s.progress.Record(student, lessons[0], progress.Report{Seconds: 3600}); err != nil {
			t.Fatal(err)
		}
	}
	l, err := s.progress.Learning(student)
	if err != nil || l.Week[6].Minutes > 0 {
		t.Errorf("%d minutes in a second: %v", l.Week[6].Minutes, err)
	}
}

// film is a published lesson of that many seconds, and a student in its course.
func (s *school) film(code string, seconds int) (student context.Context, lesson uuid.UUID) {
	s.t.Helper()
	teacher, student := s.person(viewer.Instructor), s.person(viewer.Student)
	d, err := s.courses.Create(teacher, courses.About{
		Code:     code,
		Title:    "Films",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	l, err := s.courses.AddLesson(teacher, d.Sections[0].ID, "video", courses.Content{
		Title: "Film", Minutes: 2, VideoURL: "https://example.org/a.mp4", VideoSeconds: seconds,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.courses.Publish(teacher, d.ID); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.courses.Enrol(student, d.ID); err != nil {
		s.t.Fatal(err)
	}
	return student, l.ID
}

func TestNobodyPlaysAFilmInOneRequest(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	student, film := s.film("O 1", 1500)
	whole := progress.Report{Position: 1500, Watched: [][2]int{{0, 1500}}, Seconds: 3600}
	for _, opened := range []string{"", "kx.forged", s.open(student, film)} {
		whole.Opened = opened
		if r, err := s.progress.Record(student, film, whole); err != nil || r.Completed || r.Lesson.Watched > 20 {
			t.Errorf("opened %q: %+v %v", opened, r.Lesson, err)
		}
	}
}

// TestALongOutageLosesNothing: a player that could not report for twenty minutes tells all of them at once.
func TestALongOutageLosesNothing(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	student, film := s.film("O 2", 1500)
	opened := s.open(student, film)
	s.clock.Advance(20 * time.Minute)
	var watched [][2]int
	for n := range 260 {
		watched = append(watched, [2]int{5 * n, 5*n + 6})
	}
	r, err := s.progress.Record(student, film, progress.Report{
		Position: 1300,
		Watched:  watched,
		Seconds:  1200,
		Opened:   opened,
	})
	if err != nil || r.Lesson.Watched != 1301 || !r.Completed {
		t.Errorf("%+v %v", r.Lesson, err)
	}
	l, err := s.progress.Learning(student)
	if err != nil || l.Week[6].Minutes != 20 {
		t.Errorf("%d minutes of 20: %v", l.Week[6].Minutes, err)
	}
	if r, err := s.progress.Record(student, film, progress.Report{
		Position: 1300,
		Watched:  watched,
		Seconds:  1200,
		Opened:   opened,
	}); err != nil || r.Lesson.Watched != 1301 {
		t.Errorf("the same again: %+v %v", r.Lesson, err)
	}
}

func TestTheLatestPositionCountsWheneverItArrives(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	student, film := s.film("O 3", 1500)
	s.clock.Advance(time.Hour)
	ago := func(d time.Duration) *time.Time { at := s.clock.Now().Add(-d); return &at }
	for i, x := range []struct {
		at             *time.Time
		position, want int
	}{
		{ago(time.Minute), 100, 100},
		{ago(2 * time.Minute), 40, 100}, // the other tab's, on a slow line
		{nil, 130, 130},
		{ago(30 * time.Second), 70, 130},
		{ago(-time.Hour), 200, 200}, // a clock that is ahead counts as now
		{nil, 210, 210},
	} {
		r, err := s.progress.Record(student, film, progress.Report{Position: x.position, At: x.at})
		if err != nil || r.Lesson.Position != x.want {
			t.Errorf("report %d: %d, want %d (%v)", i, r.Lesson.Position, x.want, err)
		}
	}
}

func TestStreaksFollowTheInstitutionsDays(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	teacher, student := s.person(viewer.Instructor), s.person(viewer.Student)
	course, lessons := s.course(teacher, "S 1", 6)
	if _, err := s.courses.Enrol(student, course); err != nil {
		t.Fatal(err)
	}
	want := []int{1, 2, 3, 3, 0, 1} // the fourth day not yet learned keeps the row, the fifth breaks it
	for day, learns := range []bool{true, true, true, false, false, true} {
		if learns {
			s.read(student, lessons[day%6])
		}
		l, err := s.progress.Learning(student)
		if err != nil || l.Streak != want[day] {
			t.Errorf("day %d: streak %d, want %d (%v)", day, l.Streak, want[day], err)
		}
		s.clock.Advance(24 * time.Hour)
	}
}

// Publishing swaps a version: who reads meanwhile sees the whole old one or the whole new one, and nobody waits.
func TestPublishingNeverDisturbsReaders(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	teacher, student := s.person(viewer.Instructor), s.person(viewer.Student)
	course, lessons := s.course(teacher, "P 1", 3)
	if _, err := s.courses.Enrol(student, course); err != nil {
		t.Fatal(err)
	}
	s.read(student, lessons[0])
	draft, err := s.courses.LessonDraft(teacher, lessons[1])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.courses.UpdateLesson(teacher, lessons[1], courses.Content{
		Title: "Changed", Minutes: 9, Body: "New text.",
	}, edition.Seen{}); err != nil {
		t.Fatal(err)
	}
	if page, err := s.progress.LessonPage(student, lessons[1]); err != nil || page.BodyHTML != draft.BodyHTML {
		t.Errorf("an unpublished change is seen: %q %v", page.BodyHTML, err)
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				page, err := s.progress.CoursePage(student, course)
				if err != nil {
					t.Errorf("a reader failed: %v", err)
					return
				}
				var outline []courses.Section
				if err := json.Unmarshal(page.Outline, &outline); err != nil {
					t.Error(err)
					return
				}
				n := 0
				for _, section := range outline {
					n += len(section.Lessons)
				}
				if n != page.Lessons || n != page.Progress.Total {
					t.Errorf("half a version: %d lessons in the outline, %d said", n, page.Lessons)
				}
			}
		})
	}
	d, err := s.courses.Draft(teacher, course)
	if err != nil {
		t.Fatal(err)
	}
	for range 15 {
		_, err := s.courses.AddLesson(teacher, d.Sections[0].ID, "text", courses.Content{Title: "More", Minutes: 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.courses.Publish(teacher, course); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
	page, err := s.progress.CoursePage(student, course)
	if err != nil || page.Progress.Completed != 1 || page.Progress.Total != 18 {
		t.Errorf("progress over versions: %+v %v", page.Progress, err)
	}
}

// A course of 2,000 lessons is one document and one list of ids;
// how long it takes beside one of 20 is make bench's to say.
func TestALongCourse(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	teacher, student := s.person(viewer.Instructor), s.person(viewer.Student)
	course, lessons := s.course(teacher, "LONG", 2000)
	if _, err := s.courses.Enrol(student, course); err != nil {
		t.Fatal(err)
	}
	s.read(student, lessons[1998])
	page, err := s.progress.CoursePage(student, course)
	if err != nil || page.Progress.Total != 2000 || *page.Progress.NextLesson != lessons[1999] {
		t.Errorf("%+v %v", page.Progress.Total, err)
	}
}
