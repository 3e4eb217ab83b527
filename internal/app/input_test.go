package app_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
)

// Bad input of each kind gets a clear error, never a 500, and loses nothing.
func TestBadInput(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	h.Person("teacher@example.org", "", viewer.Instructor)
	asha, teacher := h.SignIn("asha@example.org"), h.SignIn("teacher@example.org")
	type attempt struct {
		who          *apptest.Client
		method, path string
		body         any
		want         int
	}
	edit := func(body any, want int) attempt {
		return attempt{who: asha, method: "PATCH", path: "/me/profile", body: body, want: want}
	}
	read := func(path string, want int) attempt {
		return attempt{who: asha, method: "GET", path: path, want: want}
	}
	create := func(who *apptest.Client, path string, body map[string]any) attempt {
		return attempt{who: who, method: "POST", path: path, body: body, want: http.StatusUnprocessableEntity}
	}
	for name, x := range map[string]attempt{
		"broken JSON":                edit(`{"headline": `, 422),
		"no JSON":                    edit(`hello`, 422),
		"an array for an object":     edit(`[]`, 422),
		"an unknown field":           edit(map[string]any{"headline": "x", "standing": "verified"}, 422),
		"a column of the table":      edit(map[string]any{"tenant_id": uuid.New()}, 422),
		"the wrong type":             edit(map[string]any{"headline": 7}, 422),
		"too long":                   edit(map[string]any{"headline": strings.Repeat("x", 161)}, 422),
		"too large":                  edit(map[string]any{"about": strings.Repeat("x", 1<<20)}, 413),
		"a NUL":                      edit(`{"headline":"a\u0000b"}`, 422),
		"invalid UTF-8":              edit("{\"headline\":\"\xff\xfe\"}", 422),
		"a lone surrogate":           edit(`{"headline":"\ud800"}`, 200),
		"no https link":              edit(map[string]any{"links": []string{"javascript:alert(1)"}}, 422),
		"an unknown audience":        edit(map[string]any{"visibility": map[string]string{"company": "friends"}}, 422),
		"a bad cursor":               read("/directory?cursor=abc", 422),
		"a cursor that is no base64": read("/directory?cursor=%25%25", 422),
		"a cursor of another search": read(
			"/directory?q=x&cursor=eyJmIjoieCIsIm4iOiJhIiwiaSI6IjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMCJ9",
			422,
		),
		"a limit of 0":               read("/directory?limit=0", 422),
		"a limit of 1000":            read("/directory?limit=1000", 422),
		"a limit of words":           read("/directory?limit=many", 422),
		"an unknown order":           read("/directory?sort=salary", 422),
		"a NUL in the query":         read("/directory?q=a%00b", 422),
		"invalid UTF-8 in the query": read("/directory?q=%ff%fe", 422),
		"operators in the query":     read("/directory?q=%27%3A*%20%26%20%7C%20%21%20%28%29%20%5C", 200),
		"quotes in a filter":         read("/directory?company=%27%3B%20DROP%20TABLE%20x%3B--", 200),
		"years the wrong way round":  read("/directory?batch=2019-2015", 422),
		"operators in a catalogue":   read("/courses?q=%27%20%7C%20%26%20%21", 200),
		"an id that is none":         read("/people/42", 422),
		"an absent id":               read("/people/"+uuid.NewString(), 404),
		"an absent course":           read("/courses/"+uuid.NewString(), 404),
		"an absent lesson":           read("/lessons/"+uuid.NewString(), 404),
		"an absent batch":            read("/batches/"+uuid.NewString(), 404),
		"no address": create(h.Client(), "/auth/registrations", map[string]any{
			"email": "x", "name": "X", "password": password,
		}),
		"a missing field": create(h.Client(), "/auth/sessions", map[string]any{"email": "x@example.org"}),
		"an unknown level": create(
			teacher, "/courses", map[string]any{"code": "X", "title": "X", "category": "X", "level": "hard"},
		),
		"a method nobody has": {who: asha, method: "DELETE", path: "/me", want: http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			r := x.who.Do(x.method, x.path, x.body)
			if r.Status != x.want {
				t.Fatalf("%d, want %d: %s", r.Status, x.want, r.Body)
			}
			if r.Status >= 400 && (r.Header.Get("Content-Type") != "application/problem+json" || r.Problem() == "") {
				t.Errorf("not a problem: %s %s", r.Header.Get("Content-Type"), r.Body)
			}
		})
	}
	if r := asha.Do("GET", "/me/profile", nil); !strings.Contains(r.Body, "Asha") && !strings.Contains(r.Body, "asha") {
		t.Errorf("the profile was lost: %s", r.Body)
	}
}

func TestReadsCarryAnETag(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.SignIn("asha@example.org")
	first := c.Do("GET", "/me", nil)
	tag := first.Header.Get("ETag")
	if tag == "" || first.Header.Get("Cache-Control") != "private, no-cache" {
		t.Fatalf("headers = %v", first.Header)
	}
	req, _ := http.NewRequest("GET", h.Servers[0].URL+"/api/v1/me", nil)
	req.Host = h.Host
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("If-None-Match", tag)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotModified {
		t.Errorf("%d", answer.StatusCode)
	}
}

// What is wrong with a field is said to the person who filled it in, under its label.
func TestWrongFieldsAreToldInWords(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("admin@example.org", "", viewer.Admin)
	r := h.SignIn("admin@example.org").Do("PUT", "/institution", map[string]any{
		"name": strings.Repeat("x", 121), "short_name": "", "tagline": "", "hue": 360, "chroma": -1, "locale": "xx",
		"time_zone": "UTC", "currency": "rupees",
	})
	for _, said := range []string{
		"is longer than 120 characters", "needs a length of 1 or more", "needs to be 359 or less",
		"needs to be 0 or more", `needs to be one of \"en, hi\"`, "needs to be three capital letters",
	} {
		if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, said) {
			t.Errorf("%d %s, want %q", r.Status, r.Body, said)
		}
	}
}

// A field has the name that the contract gives it. encoding/json takes "TITLE" for
// "title", and so a text under that name would reach a module past every check
// that is made by name: of its length, of what it shows, of its coming twice.
func TestFieldsHaveOneSpelling(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("admin@example.org", "", viewer.Admin)
	admin := h.SignIn("admin@example.org")
	schemas := contract().Components.Schemas
	tried := 0
	eachOperation(func(op *huma.Operation) {
		if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
			return
		}
		schema := op.RequestBody.Content["application/json"].Schema
		if schema.Ref != "" {
			schema = schemas.SchemaFromRef(schema.Ref)
		}
		path := strings.NewReplacer("{", "", "}", "").Replace(op.Path)
		for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
			for _, other := range []string{
				strings.ToUpper(name), strings.Replace(name, "k", "\u212a", 1), strings.Replace(name, "s", "\u017f", 1),
			} {
				if other == name {
					continue
				}
				tried++
				r := admin.Do(op.Method, path, map[string]any{other: strings.Repeat("x", 5000)})
				if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "unexpected property") {
					t.Errorf("%s with %q: %d %s", op.OperationID, other, r.Status, r.Body)
				}
			}
		}
	})
	if tried < 100 {
		t.Errorf("only %d spellings tried", tried)
	}
	r := admin.Do("PUT", "/institution",
		`{"name": "One", "NAME": "\u202eenO", "short_name": "One", "tagline": "", "hue": 1, "chroma": 0.1,`+
			`"locale": "en", "time_zone": "UTC", "currency": "EUR"}`)
	if r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a field twice in two spellings: %d %s", r.Status, r.Body)
	}
}
