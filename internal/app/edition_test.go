package app_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/edition"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// edited is how one thing is read and written by those who may edit it.
type edited struct {
	name, read, write, method string
	first, second             map[string]any
	text                      string // of the first writer, as the second must be shown it
	etag                      func(read map[string]any) any
}

func own(read map[string]any) any { return read["etag"] }

// TestTwoEditorsMeet goes through everything that two people, or two windows, can edit.
func TestTwoEditorsMeet(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	teacher := h.Person("teacher@example.org", "", viewer.Instructor)
	h.Person("admin@example.org", "", viewer.Admin)
	a, b := h.SignIn("teacher@example.org"), h.SignIn("admin@example.org")
	draft, err := h.Apps[0].Courses.Create(h.As(teacher), courses.About{
		Code:     "E 1",
		Title:    "Editing",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		t.Fatal(err)
	}
	section := draft.Sections[0].ID
	lesson, err := h.Apps[0].Courses.AddLesson(h.As(teacher), section, "text", courses.Content{
		Title: "L", Minutes: 1, Body: "old",
	})
	if err != nil {
		t.Fatal(err)
	}
	ofCourse := func(title string) map[string]any {
		return map[string]any{"code": "E 1", "title": title, "category": "Tests", "level": "introductory"}
	}
	ofLesson := func(text string) map[string]any { return map[string]any{"title": "L", "minutes": 2, "body": text} }
	brand := func(name string) map[string]any {
		return map[string]any{
			"name": name, "short_name": "Test", "tagline": "", "hue": 10, "chroma": 0.1, "locale": "en",
			"time_zone": "UTC", "currency": "INR",
		}
	}
	for _, e := range []edited{
		{
			name:   "a course",
			read:   "/courses/" + draft.ID.String() + "/draft",
			method: "PUT",
			first:  ofCourse("The first"),
			second: ofCourse("The second"),
			text:   "The first",
			etag:   own,
		},
		{
			name:   "a lesson",
			read:   "/lessons/" + lesson.ID.String() + "/draft",
			method: "PUT",
			first:  ofLesson("The first"),
			second: ofLesson("The second"),
			text:   "The first",
			etag:   own,
		},
		{
			name:   "a section",
			read:   "/courses/" + draft.ID.String() + "/draft",
			write:  "/sections/" + section.String(),
			method: "PUT",
			first:  map[string]any{"title": "The first"},
			second: map[string]any{"title": "The second"},
			text:   "The first",
			etag: func(read map[string]any) any {
				return read["sections"].([]any)[0].(map[string]any)["etag"]
			},
		},
		{
			name:   "the institution",
			read:   "/institution",
			method: "PUT",
			first:  brand("The first"),
			second: brand("The second"),
			text:   "The first",
			etag:   own,
		},
		{
			name:   "a profile",
			read:   "/me/profile",
			method: "PATCH",
			first:  map[string]any{"headline": "The first"},
			second: map[string]any{"headline": "The second"},
			text:   "The first",
			etag:   own,
		},
	} {
		t.Run(e.name, func(t *testing.T) {
			if e.write == "" {
				e.write = e.read
			}
			first, second := a, b
			switch e.name {
			case "the institution":
				first = h.SignIn("admin@example.org")
			case "a profile":
				second = a.Fork() // another window
			}
			meet(t, e, first, second)
		})
	}
}

func meet(t *testing.T, e edited, first, second *apptest.Client) {
	t.Helper()
	var before map[string]any
	read := second.Do("GET", e.read, nil)
	read.JSON(t, &before)
	tag := e.etag(before)
	if tag == nil || tag == "" {
		t.Fatalf("what is read has no etag: %s", read.Body)
	}
	e.first["etag"], e.second["etag"] = tag, tag
	if r := first.Do(e.method, e.write, e.first); r.Status != http.StatusOK {
		t.Fatalf("the first save: %d %s", r.Status, r.Body)
	}
	refused := second.Do(e.method, e.write, e.second)
	if refused.Status != http.StatusConflict || refused.Problem() != "edited" ||
		!strings.Contains(refused.Body, e.text) {
		t.Fatalf("the second save: %d %s", refused.Status, refused.Body)
	}
	var problem struct{ Details struct{ Etag string } }
	refused.JSON(t, &problem)
	e.second["etag"] = problem.Details.Etag
	if r := second.Do(e.method, e.write, e.second); r.Status != http.StatusOK {
		t.Fatalf("the second save, after both were seen: %d %s", r.Status, r.Body)
	}
	delete(e.second, "etag")
	r := second.DoWith(http.Header{"If-Match": {`"` + tag.(string) + `"`}}, e.method, e.write, e.second)
	if r.Status != http.StatusConflict {
		t.Errorf("a header with the state before: %d", r.Status)
	}
	if tag := second.Do("GET", e.read, nil).Header.Get("ETag"); e.write == e.read {
		if r := second.DoWith(http.Header{"If-Match": {tag}}, e.method, e.write, e.second); r.Status != http.StatusOK {
			t.Errorf("a header with the answer's tag %s: %d %s", tag, r.Status, r.Body)
		}
	}
}

// TestAFilmChangesNothingElse: what was saved while it was on its way stays.
func TestAFilmChangesNothingElse(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	teacher := h.Person("teacher@example.org", "", viewer.Instructor)
	ctx, courseService := h.As(teacher), h.Apps[0].Courses
	draft, err := courseService.Create(ctx, courses.About{
		Code:     "F 1",
		Title:    "Film",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		t.Fatal(err)
	}
	lesson, err := courseService.AddLesson(ctx, draft.Sections[0].ID, "video", courses.Content{
		Title: "F", Minutes: 1, Body: "old",
	})
	if err != nil {
		t.Fatal(err)
	}
	content, sending := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := courseService.SetFilm(ctx, lesson.ID, 4, content)
		done <- err
	}()
	// it is on its way
	_, _ = sending.Write(append([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"), make([]byte, 5000)...))
	if _, err := courseService.UpdateLesson(ctx, lesson.ID, courses.Content{
		Title: "New", Minutes: 7, Body: "new",
	}, edition.Seen{Etag: lesson.Etag}); err != nil {
		t.Fatal(err)
	}
	_ = sending.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	d, err := courseService.LessonDraft(ctx, lesson.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d.Title != "New" || d.Minutes != 7 || d.Body != "new" || d.VideoSeconds != 4 ||
		!strings.HasSuffix(d.VideoURL, ".mp4") {
		t.Errorf("the draft is %q, %d, %q, %q", d.Title, d.Minutes, d.Body, d.VideoURL)
	}
}

// TestNothingBegunOutlivesASession: what was begun before a ban, a lost role or a sign-out does not end after it.
func TestNothingBegunOutlivesASession(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(h *apptest.House, c *apptest.Client, admin, teacher context.Context){
		"a ban": func(h *apptest.House, _ *apptest.Client, admin, teacher context.Context) {
			if _, err := h.Apps[0].Identity.Ban(admin, viewer.From(teacher).Person, "test", nil); err != nil {
				h.T.Fatal(err)
			}
		},
		"a lost role": func(h *apptest.House, _ *apptest.Client, admin, teacher context.Context) {
			_, err := h.Apps[0].Identity.SetRoles(admin, viewer.From(teacher).Person, []viewer.Role{viewer.Student})
			if err != nil {
				h.T.Fatal(err)
			}
		},
		"a sign-out": func(h *apptest.House, c *apptest.Client, _, _ context.Context) {
			if r := c.Do("DELETE", "/auth/sessions/current", nil); r.Status != http.StatusNoContent {
				h.T.Fatal(r.Status, r.Body)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Open(t, 1)
			teacher := h.Person("teacher@example.org", "", viewer.Instructor)
			admin := h.Person("admin@example.org", "", viewer.Admin)
			draft, err := h.Apps[0].Courses.Create(h.As(teacher), courses.About{
				Code:     "R 1",
				Title:    "Film",
				Category: "Tests",
				Level:    "introductory",
			})
			if err != nil {
				t.Fatal(err)
			}
			lesson, err := h.Apps[0].Courses.AddLesson(h.As(teacher), draft.Sections[0].ID, "video",
				courses.Content{Title: "F", Minutes: 1})
			if err != nil {
				t.Fatal(err)
			}
			c := h.SignIn("teacher@example.org")
			content, sending := io.Pipe()
			request, err := http.NewRequest("PUT",
				h.Servers[0].URL+"/api/v1/lessons/"+lesson.ID.String()+"/draft/film?seconds=4", content)
			if err != nil {
				t.Fatal(err)
			}
			request.Host = h.Host
			request.Header.Set("Authorization", "Bearer "+c.Token)
			request.Header.Set("Content-Type", "video/mp4")
			answered := make(chan int)
			go func() {
				r, err := http.DefaultClient.Do(request)
				if err != nil {
					answered <- 0
					return
				}
				_ = r.Body.Close()
				answered <- r.StatusCode
			}()
			_, _ = sending.Write(append([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"),
				make([]byte, 5000)...))
			time.Sleep(1100 * time.Millisecond) // what takes no second is not looked at twice
			end(h, c, h.As(admin), h.As(teacher))
			_ = sending.Close()
			if status := <-answered; status != http.StatusUnauthorized && status != http.StatusForbidden {
				t.Errorf("the upload was answered with %d", status)
			}
			if d, err := h.Apps[0].Courses.LessonDraft(h.As(admin), lesson.ID); err != nil || d.VideoURL != "" {
				t.Errorf("the film is there: %q %v", d.VideoURL, err)
			}
		})
	}
}
