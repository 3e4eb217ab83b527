package courses_test

import (
	"strings"
	"testing"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

func TestTextsOfOlderProgramsAreDrawnAnew(t *testing.T) {
	t.Parallel()
	s, g, teacher := school(t, nil)
	ctx, d := g.Ctx, g.DB
	course, err := s.Create(teacher, courses.About{
		Code: "R 1", Title: "Thought", Category: "Tests", Level: "introductory", Description: "# Stoa",
	})
	if err != nil {
		t.Fatal(err)
	}
	var lessons []courses.DraftBody
	for _, body := range []string{"# Root", "new", strings.Repeat("> ", 200) + "deep"} {
		l, err := s.AddLesson(teacher, course.Sections[0].ID, "text", courses.Content{
			Title: "One", Minutes: 1, Body: "x",
		})
		if err != nil {
			t.Fatal(err)
		}
		lessons = append(lessons, l)
		err = d.Write(teacher, func(tx *db.Tx) error { // as an older program left it
			_, err := tx.Exec(ctx, `UPDATE courses.content
				SET body = $2, body_html = 'old', rendered = CASE $2 WHEN 'new' THEN 1000 ELSE 0 END
				WHERE lesson_id = $1`, l.ID, body)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err = d.Write(teacher, func(tx *db.Tx) error {
		_, err := tx.Exec(
			ctx, `UPDATE courses.course SET description_html = 'old', rendered = 0 WHERE id = $1`, course.ID,
		)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Redraw(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{`id="text-root"`, "old", "<pre>&gt; &gt;"} {
		l, err := s.LessonDraft(teacher, lessons[i].ID)
		if err != nil || !strings.Contains(l.BodyHTML, want) {
			t.Errorf("lesson %d: %.80q %v", i, l.BodyHTML, err)
		}
	}
	var description string
	err = d.Read(teacher).QueryRow(ctx, `SELECT description_html FROM courses.course WHERE id = $1`,
		course.ID).Scan(&description)
	if err != nil || !strings.Contains(description, `id="text-stoa"`) {
		t.Errorf("%q %v", description, err)
	}
}

func TestOnlyThoseWhoMakeCoursesHaveTextsDrawn(t *testing.T) {
	t.Parallel()
	s, g, teacher := school(t, nil)
	student := g.As(viewer.Student)
	course, err := s.Create(teacher, about("Drawing"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Preview(student, "x"); errs.KindOf(err) != errs.Forbidden {
		t.Error(err)
	}
	if err := s.Appoint(teacher, course.ID, viewer.From(student).Person, courses.Assistant); err != nil {
		t.Fatal(err)
	}
	if text, err := s.Preview(student, "x"); err != nil || !strings.Contains(text.HTML, "x") {
		t.Error(text, err)
	}
}
