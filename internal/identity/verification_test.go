package identity_test

import (
	"testing"

	"stoa/internal/base/clock"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	"stoa/internal/identity/identitytest"
)

func TestTheQueueOfVerificationsCounts(t *testing.T) {
	t.Parallel()
	g := identitytest.On(t, clock.System{})
	staff := g.As(viewer.Staff)
	for range 3 {
		_, alumna := g.Join("Asha", viewer.Unverified, viewer.Alumnus)
		if _, err := g.People.AskVerification(alumna, "Roll 1"); err != nil {
			t.Fatal(err)
		}
		_, err := g.People.VerificationRequests(alumna, httpapi.Paging{Limit: 2})
		if errs.KindOf(err) != errs.Forbidden {
			t.Errorf("an alumna sees the queue: %v", err)
		}
	}
	first, err := g.People.VerificationRequests(staff, httpapi.Paging{Limit: 2})
	if err != nil || len(first.Items) != 2 || first.Total == nil || *first.Total != 3 {
		t.Fatalf("the first page: %+v %v", first, err)
	}
	if _, err := g.People.DecideVerification(staff, first.Items[0].ID, true, ""); err != nil {
		t.Fatal(err)
	}
	rest, err := g.People.VerificationRequests(staff, httpapi.Paging{Limit: 2, Cursor: first.NextCursor})
	if err != nil || len(rest.Items) != 1 || rest.Total != nil || rest.NextCursor != "" {
		t.Errorf("the next page: %+v %v", rest, err)
	}
	whole, err := g.People.VerificationRequests(staff, httpapi.Paging{Limit: 2})
	if err != nil || len(whole.Items) != 2 || whole.Total == nil || *whole.Total != 2 {
		t.Errorf("when one is decided: %+v %v", whole, err)
	}
}
