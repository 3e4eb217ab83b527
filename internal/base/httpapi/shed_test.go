package httpapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
)

func TestRequestsAreRefusedWhileMemoryIsNearlyFull(t *testing.T) {
	t.Parallel()
	used, asked := 0.5, 0
	served := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	h := httpapi.Shed(func() float64 { asked++; return used }, 0, served)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	for _, step := range []struct {
		used   float64
		path   string
		status int
	}{
		{0.5, "/api/v1/me", 200}, {0.95, "/api/v1/me", 200}, {0.95, "/api/v1/me", 503}, {0.95, "/", 503},
		{0.95, "/healthz", 200},
		{0.95, "/readyz", 200}, {0.95, "/metrics", 200}, {0.5, "/", 200}, {0.95, "/", 200}, {0.5, "/", 200},
	} {
		used = step.used
		w := get(step.path)
		if w.Code != step.status {
			t.Errorf("%s at %.2f: %d, not %d", step.path, step.used, w.Code, step.status)
		}
		problem := strings.Contains(w.Body.String(), "Try again in a few seconds.")
		if w.Code == 503 && (w.Header().Get("Retry-After") != "5" ||
			w.Header().Get("Content-Type") != "application/problem+json" || !problem) {
			t.Errorf("%v %s", w.Header(), w.Body)
		}
	}
	h = httpapi.Shed(func() float64 { asked++; return 1 }, time.Hour, served)
	asked = 0
	for range 100 {
		get("/")
	}
	if asked != 1 {
		t.Errorf("memory was looked at %d times", asked)
	}
}

func TestABodyThatIsTooLargeNamesItsOwnLimit(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	api := httpapi.New(mux, "1", nil, nil, nil)
	type file struct{ RawBody []byte }
	httpapi.Put(api, "photo", "/photo", "A photo", func(context.Context, *file) (*httpapi.None, error) {
		return nil, nil
	}, httpapi.Body(5<<20), httpapi.Public())
	w := httptest.NewRecorder()
	r := httptest.NewRequest("PUT", "/api/v1/photo", strings.NewReader(strings.Repeat("a", 6<<20)))
	mux.ServeHTTP(w, r.WithContext(viewer.With(r.Context(), viewer.Viewer{})))
	if w.Code != 413 || !strings.Contains(w.Body.String(), "larger than the 5 MB allowed") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
