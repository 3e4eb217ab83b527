package courses_test

import (
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// An assistant writes and neither publishes nor appoints; what a post opens ends with the
// post, and with the role that it stands on.
func TestWhoMakesACourse(t *testing.T) {
	t.Parallel()
	s, g, teacher := school(t, nil)
	assistant, other := g.As(viewer.Student), g.As(viewer.Instructor)
	helper, colleague := viewer.From(assistant).Person, viewer.From(other).Person
	draft, err := s.Create(teacher, about("Making"))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, err error, kind errs.Kind) {
		t.Helper()
		if got := errs.KindOf(err); got != kind {
			t.Errorf("%s: %v, want %v", what, err, kind)
		}
	}
	may := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = s.Teaching(assistant, page)
	refused("who makes nothing looks at what they make", err, errs.Forbidden)
	_, err = s.Draft(assistant, draft.ID)
	refused("a stranger sees an unpublished course", err, errs.NotFound)
	refused("a student teaches", s.Appoint(teacher, draft.ID, helper, courses.Instructor), errs.Invalid)
	refused("nobody helps", s.Appoint(teacher, draft.ID, uuid.New(), courses.Assistant), errs.NotFound)
	may("a student helps", s.Appoint(teacher, draft.ID, helper, courses.Assistant))

	_, err = s.AddSection(assistant, draft.ID, courses.Titled{Title: "By the assistant"})
	may("an assistant writes", err)
	_, err = s.Publish(assistant, draft.ID)
	refused("an assistant publishes", err, errs.Forbidden)
	refused("an assistant appoints", s.Appoint(assistant, draft.ID, colleague, courses.Instructor), errs.Forbidden)
	_, err = s.Staff(other, draft.ID)
	refused("a colleague looks at the staff", err, errs.NotFound)
	list, err := s.Teaching(assistant, page)
	if err != nil || len(list.Items) != 1 || list.Items[0].As != courses.Assistant {
		t.Errorf("the assistant's courses are %+v, %v", list.Items, err)
	}

	refused("the only instructor leaves", s.Dismiss(teacher, draft.ID, viewer.From(teacher).Person), errs.Conflict)
	may("a colleague teaches", s.Appoint(teacher, draft.ID, colleague, courses.Instructor))
	may("the first instructor leaves", s.Dismiss(other, draft.ID, viewer.From(teacher).Person))
	_, err = s.Update(teacher, draft.ID, about("Mine again"), edition.Seen{})
	refused("who left writes", err, errs.NotFound)
	refused("one leaves twice", s.Dismiss(other, draft.ID, viewer.From(teacher).Person), errs.NotFound)
	staff, err := s.Staff(other, draft.ID)
	if err != nil || len(staff) != 2 || staff[0].Person.ID != colleague || staff[1].As != courses.Assistant {
		t.Errorf("the staff is %+v, %v", staff, err)
	}

	demoted := viewer.From(other)
	demoted.Roles = []viewer.Role{viewer.Student}
	_, err = s.Draft(viewer.With(g.Ctx, demoted), draft.ID)
	refused("an instructor without the role looks", err, errs.NotFound)
}
