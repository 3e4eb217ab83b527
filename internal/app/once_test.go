package app_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/app"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// Ten equal requests with one key, at once and one after the other, do what they ask once, and all are answered alike.
func TestAKeyMakesARequestOnce(t *testing.T) {
	t.Parallel()
	h := open(t, 2)
	teacher := h.person("teacher@example.org", "", viewer.Instructor)
	h.person("admin@example.org", "", viewer.Admin)
	draft, err := h.apps[0].Courses.Create(h.as(teacher), courses.About{
		Code:     "O 1",
		Title:    "Once",
		Category: "Tests",
		Level:    "introductory",
	})
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
	if again.status != http.StatusCreated || again.body != answers[0] ||
		again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %d %s", again.status, again.body)
	}
	r := c.doWith(key, "POST", path, map[string]string{"title": "Another"})
	if r.status != http.StatusUnprocessableEntity || r.problem() != "idempotency-key" {
		t.Errorf("the key for another request: %d %s", r.status, r.body)
	}
	if r := h.signIn("admin@example.org").doWith(key, "POST", path, map[string]string{
		"title": "Mine",
	}); r.status != http.StatusCreated {
		t.Errorf("another person's request by the same key: %d %s", r.status, r.body)
	}
	if n := strings.Count(c.do("GET", "/courses/"+draft.ID.String()+"/draft", nil).body, `"Added"`); n != 1 {
		t.Errorf("added %d times", n)
	}
	// What was refused may be tried again with the same key.
	two := http.Header{"Idempotency-Key": {"two"}}
	if r := c.doWith(
		two, "POST", "/courses/"+draft.ID.String()+"/publications", nil,
	); r.status != http.StatusConflict || r.problem() != "conflict" {
		t.Errorf("an empty course: %d %s", r.status, r.body)
	}
	if _, err := h.apps[0].Courses.AddLesson(h.as(teacher), draft.Sections[0].ID, "text", courses.Content{
		Title: "L", Minutes: 1, Body: "x",
	}); err != nil {
		t.Fatal(err)
	}
	if r := c.doWith(two, "POST", "/courses/"+draft.ID.String()+"/publications", nil); r.status != http.StatusCreated {
		t.Errorf("the same when it can be done: %d %s", r.status, r.body)
	}
}

// What a request asks for claims its key, and nothing that is written
// beside it: that it was refused, or that a password was guessed.
func TestAKeyStandsForWhatWasDone(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("teacher@example.org", "", viewer.Instructor)
	h.person("student@example.org", "", viewer.Student)
	course := map[string]string{"code": "O 2", "title": "Refused", "category": "Tests", "level": "introductory"}
	key := http.Header{"Idempotency-Key": {"three"}}
	student := h.signIn("student@example.org")
	for range 2 {
		if r := student.doWith(key, "POST", "/courses", course); r.status != http.StatusForbidden {
			t.Errorf("refused: %d %s", r.status, r.body)
		}
	}
	c := h.signIn("teacher@example.org")
	h.clock.Advance(9 * time.Minute)
	c.do("POST", "/auth/refresh", nil)
	h.clock.Advance(9 * time.Minute)
	c.do("POST", "/auth/refresh", nil)
	begin := func(key, current string) reply {
		body := map[string]string{"name": "Phone", "current_password": current}
		return c.doWith(http.Header{"Idempotency-Key": {key}}, "POST", "/me/factors/apps", body)
	}
	if r := begin("four", "wrong"); r.status != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong password: %d %s", r.status, r.body)
	}
	if r := begin("four", password); r.status != http.StatusCreated {
		t.Errorf("the right one with the same key: %d %s", r.status, r.body)
	}
}

// What is shown once is kept nowhere: not in the answers for
// whoever asks again, and no password in what tells requests apart.
func TestKeptAnswersHoldNoSecret(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.signIn("asha@example.org")
	key := http.Header{"Idempotency-Key": {"five"}}
	made := c.doWith(key, "POST", "/me/factors/apps", map[string]string{"name": "Phone"})
	if made.status != http.StatusCreated || made.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", made.status, made.header, made.body)
	}
	again := c.doWith(key, "POST", "/me/factors/apps", map[string]string{"name": "Phone"})
	if again.status != http.StatusConflict || again.problem() != "repeated" {
		t.Errorf("again: %d %s", again.status, again.body)
	}
	signIn := map[string]string{"email": "asha@example.org", "password": password}
	for range 2 { // with a token, although none is needed: each is a session of its own
		r := c.doWith(key, "POST", "/auth/sessions", signIn)
		if r.status != http.StatusCreated || r.header.Get("Idempotency-Replayed") != "" {
			t.Errorf("a sign-in: %d %s", r.status, r.header)
		}
	}
	c.doWith(http.Header{
		"Idempotency-Key": {"six"},
	}, "POST", "/me/recovery-codes", map[string]string{"current_password": password})
	rows, err := h.place.superuser(t).Query(t.Context(), `SELECT request, content FROM cache.answered
		WHERE tenant_id = $1`, h.tenant)
	if err != nil {
		t.Fatal(err)
	}
	plain := sha256.Sum256([]byte("POST /api/v1/me/factors/apps\n" + `{"name":"Phone"}`))
	var request, content []byte
	n := 0
	if _, err := pgx.ForEachRow(rows, []any{&request, &content}, func() error {
		n++
		if bytes.Contains(content, []byte(`"secret"`)) || bytes.Contains(content, []byte("access_token")) ||
			bytes.Equal(request, plain[:]) {
			t.Errorf("kept: %s", content)
		}
		return nil
	}); err != nil || n == 0 {
		t.Errorf("%d answers: %v", n, err)
	}
	// Whatever answers with a secret says so, also of the modules to come.
	schemas := app.Contract().Components.Schemas
	eachOperation(func(op *huma.Operation) {
		if op.Method != http.MethodPost || len(op.Security) == 0 {
			return
		}
		for _, response := range op.Responses {
			for _, content := range response.Content {
				schema := content.Schema
				if schema.Ref != "" {
					schema = schemas.SchemaFromRef(schema.Ref)
				}
				for name := range schema.Properties {
					secret := regexp.MustCompile(`secret|token|codes|password`)
					if secret.MatchString(name) && op.Metadata["secret"] != true {
						t.Errorf("%s answers %s and is not marked as secret", op.OperationID, name)
					}
				}
			}
		}
	})
}

// An operation without a body reads none, however long what is sent is, with a key or without.
func TestNoBodyIsReadWhereNoneBelongs(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("teacher@example.org", "", viewer.Instructor)
	c := h.signIn("teacher@example.org")
	endless := &counting{most: 64 << 20}
	r, err := http.NewRequestWithContext(t.Context(), "POST",
		h.servers[0].URL+"/api/v1/courses/"+uuid.NewString()+"/publications", endless)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = h.host
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Idempotency-Key", "seven")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		_ = answer.Body.Close()
	}
	if read := endless.read.Load(); read > 16<<20 {
		t.Errorf("%d bytes were read", read)
	}
}

// counting is a body of zeros that knows how much of it was taken.
type counting struct {
	read atomic.Int64
	most int64
}

func (c *counting) Read(p []byte) (int, error) {
	if c.read.Add(int64(len(p))) > c.most {
		return 0, io.EOF
	}
	return len(p), nil
}
