package courses_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

func TestArrangingRefusesAnOrderOfAnOlderDraft(t *testing.T) {
	t.Parallel()
	s, g, teacher := school(t, nil)
	d, err := s.Create(teacher, about("Arranging"))
	if err != nil {
		t.Fatal(err)
	}
	section := d.Sections[0].ID
	var lessons []uuid.UUID
	for _, title := range []string{"One", "Two", "Three"} {
		l, err := s.AddLesson(teacher, section, "text", courses.Content{Title: title, Minutes: 1})
		if err != nil {
			t.Fatal(err)
		}
		lessons = append(lessons, l.ID)
	}
	if d, err = s.Publish(teacher, d.ID); err != nil {
		t.Fatal(err)
	}
	order := func(lessons ...uuid.UUID) courses.Order {
		return courses.Order{Order: []courses.Place{{SectionID: section, LessonIDs: lessons}}}
	}
	seen := edition.Seen{Etag: d.OrderEtag}
	backwards := order(lessons[2], lessons[1], lessons[0])

	other := g.As(viewer.Instructor)
	if _, err := s.Arrange(other, d.ID, backwards, seen); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("another instructor arranges: %v", err)
	}
	now, err := s.Arrange(teacher, d.ID, backwards, seen)
	if err != nil || now.Sections[0].Lessons[0].ID != lessons[2] || !now.Changed || now.OrderEtag == d.OrderEtag {
		t.Errorf("arranged: %+v %v", now, err)
	}
	var refused *errs.Error
	_, err = s.Arrange(teacher, d.ID, order(lessons[1], lessons[0], lessons[2]), seen)
	if !errors.As(err, &refused) || refused.Code != "edited" || refused.Details["etag"] != now.OrderEtag {
		t.Errorf("an order made from the one before: %v", err)
	}
	for _, bad := range [][]uuid.UUID{
		lessons[:2],
		append(slices.Clone(lessons), lessons[0]),
		{lessons[0], lessons[1], uuid.New()},
	} {
		if _, err := s.Arrange(teacher, d.ID, order(bad...), edition.Seen{}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("%v: %v", bad, err)
		}
	}
	last, err := s.Arrange(teacher, d.ID, order(lessons...), edition.Seen{Etag: now.OrderEtag})
	if err != nil || last.OrderEtag != d.OrderEtag || last.Changed {
		t.Errorf("put back: %+v %v", last, err)
	}
}
