package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
)

// Bodies at the limit of what JSON can be, at every operation that takes one: a clear error or an answer, never
// a failure, and never long in the making. make soak sends each to each; make test sends every fifth to an
// operation, beginning with the next one at the next, so that each operation meets four and each of them many.
func TestExtremeBodies(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	e := furnish(t, h)
	h.Person("all@example.org", viewer.Verified, viewer.Student, viewer.Alumnus, viewer.Instructor,
		viewer.Staff, viewer.Admin)
	const whole = 1 << 20
	fill := func(before, piece, after string) string {
		return before + strings.Repeat(piece, (whole-len(before)-len(after))/len(piece)) + after
	}
	many := make([]string, 40_000)
	for i := range many {
		many[i] = fmt.Sprintf(`"f%d":%d`, i, i)
	}
	extremes := map[string]string{
		"deep arrays":          fill("", "[", ""),
		"deep and closed":      strings.Repeat("[", whole/2) + strings.Repeat("]", whole/2),
		"deep objects":         fill("", `{"a":`, ""),
		"a deep field":         `{"name":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`,
		"a number of a MB":     fill(`{"name":`, "9", "}"),
		"an exponent":          `{"name":1e999999999}`,
		"a text of a MB":       fill(`{"name":"`, "é", `"}`),
		"escapes of a MB":      fill(`{"name":"`, `\u0061`, `"}`),
		"quotes of a MB":       fill(`{"name":"`, `\"`, `"}`),
		"white space of a MB":  fill(`{"name":"x"`, " ", "}"),
		"many fields":          "{" + strings.Join(many, ",") + "}",
		"one field many times": fill(`{"a":1`, `,"a":1`, "}"),
		"a field twice":        `{"name":"x","name":"y"}`,
		"a field twice within": `{"name":{"a":1,"a":2}}`,
		"a NUL":                `{"name":"a\u0000b"}`,
		"a lone surrogate":     `{"name":"\ud800"}`,
		"a byte order mark":    "\ufeff" + `{"name":"x"}`,
		"two values":           `{"name":"x"}{"name":"y"}`,
		"no value":             ` `,
		"a comment":            `{"name":"x"/**/}`,
	}
	var took []time.Duration
	every := 5
	if os.Getenv("STOA_SOAK") != "" {
		every = 1
	}
	for n, name := range slices.Sorted(maps.Keys(extremes)) {
		c, body := h.SignIn("all@example.org"), extremes[name]
		eachOperation(func(op *huma.Operation) {
			if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
				return
			}
			if n++; n%every != 0 {
				return
			}
			path := op.Path
			for field, id := range e {
				path = strings.ReplaceAll(path, "{"+field+"}", id.String())
			}
			began := time.Now()
			r := c.Do(op.Method, path, body)
			took = append(took, time.Since(began))
			if r.Status >= 500 {
				t.Errorf("%s at %s: %d %s", name, op.OperationID, r.Status, r.Body)
			}
			if strings.Contains(name, "twice") && r.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s at %s: %d %s", name, op.OperationID, r.Status, r.Body)
			}
		})
	}
	slices.Sort(took)
	if worst := took[len(took)-1]; worst > 5*time.Second {
		t.Errorf("one took %s: something here grows faster than its input", worst)
	}
	t.Logf("%d requests: median %s, p99 %s", len(took), took[len(took)/2], took[len(took)*99/100])
}

// A name is what it seems to be: what turns the direction of writing, or is not seen, is left out.
func TestNamesAreWhatTheySeem(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	c := h.Client()
	r := c.Do("POST", "/auth/registrations", map[string]string{
		"email": "lena@example.org", "name": " Lena\u202e\u2066 \u0007\ufeffRao\n", "password": password,
	})
	if r.Status != http.StatusAccepted {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	c.Do("POST", "/auth/email-confirmations", map[string]string{
		"token": h.Mailed("lena@example.org", "Confirm your e-mail address"),
	})
	c.Do("POST", "/auth/sessions", map[string]string{"email": "lena@example.org", "password": password})
	var me struct{ Name string }
	c.Do("GET", "/me", nil).JSON(t, &me)
	if me.Name != "Lena Rao" {
		t.Errorf("%+q", me.Name)
	}
	if r := h.Client().Do("POST", "/auth/registrations", map[string]string{
		"email": "x@example.org", "name": "\u202e\u2066", "password": password,
	}); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a name of nothing: %d", r.Status)
	}
}

// What a request says of its host does not reach a mail's links,
// and an address that only begins with one of ours is nobody's.
func TestLinksAreOfTheConfiguredAddress(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	ask := func(host string, headers ...string) int {
		req, _ := http.NewRequest("POST", h.Servers[0].URL+"/api/v1/auth/password-resets",
			strings.NewReader(`{"email":"asha@example.org"}`))
		req.Host = host
		req.Header.Set("Content-Type", "application/json")
		for _, name := range headers {
			req.Header.Set(name, "evil.example")
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	for _, host := range []string{
		"evil.example", h.Host + ".evil.example", "evil.example#" + h.Host, h.Host + ":1@evil.example",
		"localhost:80@evil.example", "127.0.0.1.evil.example", h.Host + ":x", "127.1.evil.example",
	} {
		if status := ask(host); status != http.StatusNotFound && status != http.StatusBadRequest && status != 0 {
			t.Errorf("host %s: %d", host, status)
		}
	}
	status := ask(h.Host+":8443", "X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host", "Origin", "Referer")
	if status != http.StatusAccepted {
		t.Fatalf("%d", status)
	}
	h.Mailed("asha@example.org", "Choose a new password")
	for _, m := range h.Mails("asha@example.org") {
		if strings.Contains(m.Text, "evil") || !strings.Contains(m.Text, "http://"+h.Host) {
			t.Errorf("a mail leads elsewhere: %s", m.Text)
		}
	}
}
