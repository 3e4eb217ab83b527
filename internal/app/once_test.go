package app_test

import (
	"net/http"
	"strings"
	"testing"

	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// Ten equal requests with one key, at once and one after the other, do what they ask once, and all are answered alike.
func TestAKeyMakesARequestOnce(t *testing.T) {
	t.Parallel()
	h := open(t, 2)
	teacher := h.person("teacher@example.org", "", viewer.Instructor)
	h.person("admin@example.org", "", viewer.Admin)
	draft, err := h.apps[0].Courses.Create(h.as(teacher), courses.About{Code: "O 1", Title: "Once", Category: "Tests", Level: "introductory"})
	if err != nil {
		t.Fatal(err)
	}
	path, key := "/courses/"+draft.ID.String()+"/sections", http.Header{"Idempotency-Key": {"one"}}
	c := h.signIn("teacher@example.org")
	answers := make([]string, 10)
	for _, status := range race(len(answers), func(i int) int {
		tab := c.fork()
		tab.server = i % 2
		r := tab.doWith(key, "POST", path, map[string]string{"title": "Added"})
		answers[i] = r.body
		return r.status
	}) {
		if status != http.StatusCreated {
			t.Errorf("%d", status)
		}
	}
	for _, answer := range answers {
		if answer != answers[0] {
			t.Errorf("%s and %s", answers[0], answer)
		}
	}
	again := c.doWith(key, "POST", path, map[string]string{"title": "Added"})
	if again.status != http.StatusCreated || again.body != answers[0] || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %d %s", again.status, again.body)
	}
	if r := c.doWith(key, "POST", path, map[string]string{"title": "Another"}); r.status != http.StatusUnprocessableEntity || r.problem() != "idempotency-key" {
		t.Errorf("the key for another request: %d %s", r.status, r.body)
	}
	if r := h.signIn("admin@example.org").doWith(key, "POST", path, map[string]string{"title": "Mine"}); r.status != http.StatusCreated {
		t.Errorf("another person's request by the same key: %d %s", r.status, r.body)
	}
	if n := strings.Count(c.do("GET", "/courses/"+draft.ID.String()+"/draft", nil).body, `"Added"`); n != 1 {
		t.Errorf("added %d times", n)
	}
	// What was refused may be tried again with the same key.
	two := http.Header{"Idempotency-Key": {"two"}}
	if r := c.doWith(two, "POST", "/courses/"+draft.ID.String()+"/publications", nil); r.status != http.StatusConflict || r.problem() != "conflict" {
		t.Errorf("an empty course: %d %s", r.status, r.body)
	}
	if _, err := h.apps[0].Courses.AddLesson(h.as(teacher), draft.Sections[0].ID, "text", courses.Content{Title: "L", Minutes: 1, Body: "x"}); err != nil {
		t.Fatal(err)
	}
	if r := c.doWith(two, "POST", "/courses/"+draft.ID.String()+"/publications", nil); r.status != http.StatusCreated {
		t.Errorf("the same when it can be done: %d %s", r.status, r.body)
	}
}

// What is shown once is not kept for whoever sends the request again; it is done once all the same.
func TestSecretsAreNotKeptToBeSentAgain(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.signIn("asha@example.org")
	addPhone(t, c)
	once := func(key, path string, body any) reply {
		return c.doWith(http.Header{"Idempotency-Key": {key}}, "POST", path, body)
	}
	app := map[string]string{"name": "Another phone"}
	for path, body := range map[string]map[string]string{"/me/factors/apps": app, "/me/recovery-codes": {}} {
		r := once(path, path, body)
		if r.status != http.StatusCreated || r.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s: %d %v %s", path, r.status, r.header, r.body)
		}
	}
	if r := once("/me/factors/apps", "/me/factors/apps", app); r.status != http.StatusConflict || r.problem() != "repeated" {
		t.Errorf("again: %d %s", r.status, r.body)
	}
	var asked, kept int
	const count = "SELECT count(*), count(*) FILTER (WHERE content <> '') FROM cache.answered WHERE tenant_id = $1"
	if err := h.place.superuser(t).QueryRow(t.Context(), count, h.tenant).Scan(&asked, &kept); err != nil {
		t.Fatal(err)
	}
	if asked != 2 || kept != 0 {
		t.Errorf("of %d answers with secrets %d are kept", asked, kept)
	}
}
