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

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// Ten equal requests with one key, at once and one after the other, do what they ask once, and all are answered alike.
func TestAKeyMakesARequestOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 2)
	teacher := h.Person("teacher@example.org", "", viewer.Instructor)
	h.Person("admin@example.org", "", viewer.Admin)
	draft, err := h.Apps[0].Courses.Create(h.As(teacher), courses.About{
		Code:     "O 1",
		Title:    "Once",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		t.Fatal(err)
	}
	path, key := "/courses/"+draft.ID.String()+"/sections", http.Header{"Idempotency-Key": {"one"}}
	c := h.SignIn("teacher@example.org")
	answers := make([]string, 10)
	for _, status := range apptest.Race(len(answers), func(i int) int {
		tab := c.Fork()
		tab.Server = i % 2
		r := tab.DoWith(key, "POST", path, map[string]string{"title": "Added"})
		answers[i] = r.Body
		return r.Status
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
	again := c.DoWith(key, "POST", path, map[string]string{"title": "Added"})
	if again.Status != http.StatusCreated || again.Body != answers[0] ||
		again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %d %s", again.Status, again.Body)
	}
	r := c.DoWith(key, "POST", path, map[string]string{"title": "Another"})
	if r.Status != http.StatusUnprocessableEntity || r.Problem() != "idempotency-key" {
		t.Errorf("the key for another request: %d %s", r.Status, r.Body)
	}
	if r := h.SignIn("admin@example.org").DoWith(key, "POST", path, map[string]string{
		"title": "Mine",
	}); r.Status != http.StatusCreated {
		t.Errorf("another person's request by the same key: %d %s", r.Status, r.Body)
	}
	if n := strings.Count(c.Do("GET", "/courses/"+draft.ID.String()+"/draft", nil).Body, `"Added"`); n != 1 {
		t.Errorf("added %d times", n)
	}
	// What was refused may be tried again with the same key.
	two := http.Header{"Idempotency-Key": {"two"}}
	if r := c.DoWith(
		two, "POST", "/courses/"+draft.ID.String()+"/publications", nil,
	); r.Status != http.StatusConflict || r.Problem() != "conflict" {
		t.Errorf("an empty course: %d %s", r.Status, r.Body)
	}
	if _, err := h.Apps[0].Courses.AddLesson(h.As(teacher), draft.Sections[0].ID, "text", courses.Content{
		Title: "L", Minutes: 1, Body: "x",
	}); err != nil {
		t.Fatal(err)
	}
	if r := c.DoWith(two, "POST", "/courses/"+draft.ID.String()+"/publications", nil); r.Status != http.StatusCreated {
		t.Errorf("the same when it can be done: %d %s", r.Status, r.Body)
	}
}

// What a request asks for claims its key, and nothing that is written
// beside it: that it was refused, or that a password was guessed.
func TestAKeyStandsForWhatWasDone(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("teacher@example.org", "", viewer.Instructor)
	h.Person("student@example.org", "", viewer.Student)
	course := map[string]string{"code": "O 2", "title": "Refused", "category": "Tests", "level": "introductory"}
	key := http.Header{"Idempotency-Key": {"three"}}
	student := h.SignIn("student@example.org")
	for range 2 {
		if r := student.DoWith(key, "POST", "/courses", course); r.Status != http.StatusForbidden {
			t.Errorf("refused: %d %s", r.Status, r.Body)
		}
	}
	c := h.SignIn("teacher@example.org")
	h.Clock.Advance(9 * time.Minute)
	c.Do("POST", "/auth/refresh", nil)
	h.Clock.Advance(9 * time.Minute)
	c.Do("POST", "/auth/refresh", nil)
	begin := func(key, current string) apptest.Reply {
		body := map[string]string{"name": "Phone", "current_password": current}
		return c.DoWith(http.Header{"Idempotency-Key": {key}}, "POST", "/me/factors/apps", body)
	}
	if r := begin("four", "wrong"); r.Status != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong password: %d %s", r.Status, r.Body)
	}
	if r := begin("four", password); r.Status != http.StatusCreated {
		t.Errorf("the right one with the same key: %d %s", r.Status, r.Body)
	}
}

// What is shown once is kept nowhere: not in the answers for
// whoever asks again, and no password in what tells requests apart.
func TestKeptAnswersHoldNoSecret(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.SignIn("asha@example.org")
	key := http.Header{"Idempotency-Key": {"five"}}
	made := c.DoWith(key, "POST", "/me/factors/apps", map[string]string{"name": "Phone"})
	if made.Status != http.StatusCreated || made.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", made.Status, made.Header, made.Body)
	}
	again := c.DoWith(key, "POST", "/me/factors/apps", map[string]string{"name": "Phone"})
	if again.Status != http.StatusConflict || again.Problem() != "repeated" {
		t.Errorf("again: %d %s", again.Status, again.Body)
	}
	signIn := map[string]string{"email": "asha@example.org", "password": password}
	for range 2 { // with a token, although none is needed: each is a session of its own
		r := c.DoWith(key, "POST", "/auth/sessions", signIn)
		if r.Status != http.StatusCreated || r.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("a sign-in: %d %s", r.Status, r.Header)
		}
	}
	c.DoWith(http.Header{
		"Idempotency-Key": {"six"},
	}, "POST", "/me/recovery-codes", map[string]string{"current_password": password})
	rows, err := h.Place.Superuser(t).Query(t.Context(), `SELECT request, content FROM cache.answered
		WHERE tenant_id = $1`, h.Tenant)
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
	schemas := contract().Components.Schemas
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
	h := apptest.Open(t, 1)
	h.Person("teacher@example.org", "", viewer.Instructor)
	c := h.SignIn("teacher@example.org")
	endless := &counting{most: 64 << 20}
	r, err := http.NewRequestWithContext(t.Context(), "POST",
		h.Servers[0].URL+"/api/v1/courses/"+uuid.NewString()+"/publications", endless)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = h.Host
	r.Header.Set("Authorization", "Bearer "+c.Token)
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
