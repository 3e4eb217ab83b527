package courses_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"stoa/internal/base/blob"
	"stoa/internal/base/clock"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	"stoa/internal/base/work"
	"stoa/internal/courses"
	"stoa/internal/identity"
	"stoa/internal/tenancy"
)

func TestTextsOfOlderProgramsAreDrawnAnew(t *testing.T) {
	t.Parallel()
	ctx, d := dbtest.Institution(t), dbtest.DB(t)
	queue, err := work.New(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	tenants, err := tenancy.New(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := identity.LoadKeys(t.TempDir() + "/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	people := identity.New(d, clock.System{}, queue, tenants, keys, identity.Options{})
	films, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := courses.New(d, clock.System{}, people, films, nil)
	p, err := people.CreateHashed(ctx, id.New().String()+"@example.org", "Asha", "x", []viewer.Role{viewer.Instructor}, "")
	if err != nil {
		t.Fatal(err)
	}
	teacher := viewer.With(ctx, viewer.Viewer{Tenant: viewer.From(ctx).Tenant, Person: p.ID, Roles: p.Roles})
	course, err := s.Create(teacher, courses.About{
		Code: "R 1", Title: "Thought", Category: "Tests", Level: "introductory", Description: "# Stoa",
	})
	if err != nil {
		t.Fatal(err)
	}
	var lessons []courses.DraftBody
	for _, body := range []string{"# Root", "new", strings.Repeat("> ", 200) + "deep"} {
		l, err := s.AddLesson(teacher, course.Sections[0].ID, "text", courses.Content{Title: "One", Minutes: 1, Body: "x"})
		if err != nil {
			t.Fatal(err)
		}
		lessons = append(lessons, l)
		err = d.Write(teacher, func(tx pgx.Tx) error { // as an older program left it
			_, err := tx.Exec(ctx, `UPDATE courses.content SET body = $2, body_html = 'old', rendered = CASE $2 WHEN 'new' THEN 1000 ELSE 0 END
				WHERE lesson_id = $1`, l.ID, body)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err = d.Write(teacher, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE courses.course SET description_html = 'old', rendered = 0 WHERE id = $1`, course.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	redrawer := &courses.Redrawer{DB: d, Institutions: tenants}
	if err := redrawer.Work(t.Context(), &river.Job[courses.Redraw]{}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{`id="text-root"`, "old", "<pre>&gt; &gt;"} {
		l, err := s.LessonDraft(teacher, lessons[i].ID)
		if err != nil || !strings.Contains(l.BodyHTML, want) {
			t.Errorf("lesson %d: %.80q %v", i, l.BodyHTML, err)
		}
	}
	var description string
	err = d.Read(teacher).QueryRow(ctx, `SELECT description_html FROM courses.course WHERE id = $1`, course.ID).Scan(&description)
	if err != nil || !strings.Contains(description, `id="text-stoa"`) {
		t.Errorf("%q %v", description, err)
	}
}

func TestOnlyAuthorsHaveTextsDrawn(t *testing.T) {
	t.Parallel()
	var s courses.Service
	student := viewer.With(t.Context(), viewer.Viewer{Tenant: id.New(), Person: id.New(), Roles: []viewer.Role{viewer.Student}})
	if _, err := s.Preview(student, "x"); errs.KindOf(err) != errs.Forbidden {
		t.Error(err)
	}
}
