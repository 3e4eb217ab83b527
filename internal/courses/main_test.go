package courses_test

import (
	"context"
	"testing"

	"stoa/internal/base/blob"
	"stoa/internal/base/clock"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/id"
	"stoa/internal/base/leaktest"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
	"stoa/internal/identity/identitytest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// page is the first page of a list.
var page = httpapi.Paging{Limit: 20}

func about(title string) courses.About {
	return courses.About{Code: id.New().String()[:20], Title: title, Category: "Tests", Level: "introductory"}
}

// school is the module on new ground, and a teacher there.
func school(t *testing.T, films *blob.Store) (s *courses.Service, g identitytest.Ground, teacher context.Context) {
	t.Helper()
	g = identitytest.On(t, clock.System{})
	s = courses.New(g.DB, clock.System{}, g.People, g.Tenants, films, 0, nil)
	return s, g, g.As(viewer.Instructor)
}
