package app_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"stoa/internal/base/config"
)

// discard is an answer that nobody reads.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }

// How much a request allocates says how much it works, whatever else the machine does. Each figure is what
// was counted when it was written and a tenth: who makes a request dearer must raise it, and say why.
func TestRequestsAllocateNoMoreThanBefore(t *testing.T) {
	s := openShelf(t, func(*config.Config) {})
	soonFresh(t, s.House)
	for process, a := range s.Apps {
		s.WaitFor(func() bool {
			s.viewers["asha"][process].Do("GET", "/directory", nil) // builds the index
			return a.Directory.InMemory(s.Ctx)
		}, "directory in memory")
	}
	course := s.estate["course_id"].String()
	for _, c := range []struct {
		name, path, who string
		process         int // 0 keeps answers, plain does not
		most            float64
	}{
		{name: "a kept page of the directory", path: "/directory?company=Acme", who: "asha", most: 50},
		{name: "a page of the directory", path: "/directory?company=Acme", who: "asha", process: plain, most: 88},
		{name: "facets", path: "/directory/facets", who: "asha", process: plain, most: 116},
		{name: "a course", path: "/courses/" + course, who: "student", most: 241},
		{name: "home", path: "/me/learning", who: "student", most: 282},
	} {
		handler := s.Servers[c.process].Config.Handler
		req := httptest.NewRequest("GET", "/api/v1"+c.path, nil)
		req.Host = s.Host
		req.Header.Set("Authorization", "Bearer "+s.viewers[c.who][c.process].Token)
		var status int
		n := testing.AllocsPerRun(200, func() {
			d := &discard{header: http.Header{}}
			handler.ServeHTTP(d, req)
			status = d.status
		})
		if status != http.StatusOK && status != 0 {
			t.Errorf("%s: %d", c.name, status)
		}
		t.Logf("%s: %.0f allocations", c.name, n)
		if n > c.most {
			t.Errorf("%s allocates %.0f times, %.0f before", c.name, n, c.most)
		}
	}
}
