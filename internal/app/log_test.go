package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// Whoever meets an error of ours can quote its id; the log tells by that id what was asked, by whom,
// where, and what went wrong.
func TestAnErrorIsFoundByTheIDThatItsReaderSees(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	teacher := h.Person("teacher@example.org", "", viewer.Instructor)
	draft, err := h.Apps[0].Courses.Create(h.As(teacher), courses.About{
		Code: "L 1", Title: "Logs", Category: "Tests", Level: "introductory",
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Apps[0].Courses.AddLesson(h.As(teacher), draft.Sections[0].ID, "text", courses.Content{
		Title: "One", Minutes: 1, Body: "Text.",
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Place.Superuser(t).Exec(t.Context(), `INSERT INTO courses.version
		(tenant_id, course_id, version, outline, lesson_ids, published_at, published_by)
		VALUES ($1, $2, 1, '[]', '{}', now(), $3)`, h.Tenant, draft.ID, teacher.ID)
	if err != nil {
		t.Fatal(err)
	}

	c := h.SignIn("teacher@example.org")
	r := c.Do("POST", "/courses/"+draft.ID.String()+"/publications", nil) // whose first version is there already
	var problem struct {
		RequestID string `json:"request_id"`
	}
	r.JSON(t, &problem)
	if r.Status != http.StatusInternalServerError || problem.RequestID == "" ||
		problem.RequestID != r.Header.Get("X-Request-Id") {
		t.Fatalf("%d %s, request %s", r.Status, r.Body, r.Header.Get("X-Request-Id"))
	}
	lines := errorLines(problem.RequestID)
	cause := slices.IndexFunc(lines, func(l map[string]any) bool { return l["msg"] == "request failed" })
	whole := slices.IndexFunc(lines, func(l map[string]any) bool { return l["msg"] == "request" })
	if len(lines) != 2 || cause < 0 || whole < 0 {
		t.Fatalf("the log says of the request: %v", lines)
	}
	if said, _ := lines[cause]["error"].(string); !strings.Contains(said, "version_pkey") {
		t.Errorf("nobody can tell what failed: %v", lines[cause])
	}
	for _, line := range lines {
		for name, want := range map[string]any{
			"operation": "course-publish", "institution": h.Tenant.String(), "person": teacher.ID.String(),
		} {
			if line[name] != want {
				t.Errorf("%s is %v, not %v: %v", name, line[name], want, line)
			}
		}
		raw, _ := json.Marshal(line)
		for _, secret := range []string{c.Token, password, "teacher@example.org"} {
			if strings.Contains(string(raw), secret) {
				t.Errorf("the line holds %q: %s", secret, raw)
			}
		}
	}
}

// errorLines are what was logged as an error of a request.
func errorLines(request string) []map[string]any {
	var found []map[string]any
	for _, raw := range apptest.Errors() {
		var line map[string]any
		if json.Unmarshal([]byte(raw), &line) == nil && line["request_id"] == request {
			found = append(found, line)
		}
	}
	return found
}
