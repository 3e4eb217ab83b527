package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// A course is found by its own title and by each word of it, in any script, with and without accents.
func TestACourseIsFoundByItsOwnTitle(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	teacher := h.Person("teacher@example.org", "", viewer.Instructor)
	ctx, c := h.As(teacher), h.SignIn("teacher@example.org")
	for n, x := range []struct{ title, typed string }{
		{"Servers with Node.js", "node.js"}, {"TCP/IP in Practice", "tcp ip"}, {"CI/CD for Teams", "CI/CD"},
		{"3.14 and π", "3.14"}, {"Intake 2026-27", "2026-27"},
		{"हिन्दी साहित्य", "साहित्य"}, {"தமிழ் இலக்கியம்", "இலக்கிய"}, {"Crème brûlée", "creme brulee"},
		{"Algebra", "ÁLGEBRA"}, {"日本語入門", "日本語"}, {"计算机网络原理", "网络"},
		{"أساسيات الشبكات", "اساسيات"}, {"Élan vital", "elan"},
	} {
		title := fmt.Sprintf("%s zq%d", x.title, n)
		d, err := h.Apps[0].Courses.Create(ctx, courses.About{
			Code:     fmt.Sprint("T ", n),
			Title:    title,
			Category: "Tests",
			Level:    "introductory",
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Apps[0].Courses.AddLesson(ctx, d.Sections[0].ID, "text", courses.Content{
			Title: "L", Minutes: 1, Body: "x",
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Apps[0].Courses.Publish(ctx, d.ID); err != nil {
			t.Fatal(err)
		}
		for _, q := range append(strings.Fields(title), title, x.typed+fmt.Sprintf(" zq%d", n)) {
			if q == "and" || q == "with" || q == "in" || q == "for" {
				continue
			}
			if r := c.Do("GET", "/courses?q="+url.QueryEscape(q), nil); !strings.Contains(r.Body, d.ID.String()) {
				t.Errorf("%q is not found by %q: %s", title, q, r.Body)
			}
		}
	}
}

// Codes and subjects are one however they are written.
func TestCodesAndSubjectsCompareFolded(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("teacher@example.org", "", viewer.Instructor)
	c := h.SignIn("teacher@example.org")
	create := func(code, category string) apptest.Reply {
		return c.Do("POST", "/courses", map[string]string{
			"code": code, "title": "T", "category": category, "level": "introductory",
		})
	}
	if r := create("CS  1 ", "Économie"); r.Status != http.StatusCreated {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	for _, code := range []string{"CS 1", " cs 1", "Cs 1 "} {
		if r := create(code, "Tests"); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d %s", code, r.Status, r.Body)
		}
	}
	for _, category := range []string{"economie ", "ÉCONOMIE"} {
		if r := create(uuid.NewString()[:8], category); !strings.Contains(r.Body, `"category":"Économie"`) {
			t.Errorf("%q: %d %s", category, r.Status, r.Body)
		}
	}
}

// TestNoTextTurnsItsReadersAround sends marks that turn the direction of writing in every string of the
// contract that people read, in lists too: it is refused by name before anything else is looked at.
func TestNoTextTurnsItsReadersAround(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("admin@example.org", "", viewer.Admin)
	c, texts := h.SignIn("admin@example.org"), 0
	unread := regexp.MustCompile(
		`^(description|body)$|(password|token|secret|etag|email|url|issuer|key|_ids?|challenge|state|hash|signature)$`,
	)
	schemas := contract().Components.Schemas
	eachOperation(func(op *huma.Operation) {
		if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
			return
		}
		schema := op.RequestBody.Content["application/json"].Schema
		if schema.Ref != "" {
			schema = schemas.SchemaFromRef(schema.Ref)
		}
		for name, property := range schema.Properties {
			value, plain := any("\u202eevil"), property
			if property.Type == huma.TypeArray {
				value, plain = []any{"\u202eevil"}, property.Items
			}
			if plain.Type != huma.TypeString || plain.Format != "" || plain.Pattern != "" || len(plain.Enum) > 0 ||
				unread.MatchString(name) ||
				op.OperationID == "registration-create" { // a person's name loses the mark instead
				continue
			}
			texts++
			path := strings.NewReplacer("{", "", "}", "").Replace(op.Path)
			r := c.Do(op.Method, path, map[string]any{name: value})
			if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "direction of writing") ||
				!strings.Contains(r.Body, "body."+name) {
				t.Errorf("%s takes a turned %s: %d %s", op.OperationID, name, r.Status, r.Body)
			}
		}
	})
	if texts < 30 {
		t.Errorf("only %d texts were tried", texts)
	}
	for _, link := range []string{"https://somebody:word@example.org/", "https://example.org/a b"} {
		r := c.Do("PATCH", "/me/profile", map[string]any{"links": []string{link}})
		if r.Status != http.StatusUnprocessableEntity {
			t.Errorf("the link %s: %d %s", link, r.Status, r.Body)
		}
	}
}

// TestTextsHaveSomethingToSee goes through every text that the contract asks for.
func TestTextsHaveSomethingToSee(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("admin@example.org", "", viewer.Admin, viewer.Instructor)
	e := furnish(t, h)
	c, texts := h.SignIn("admin@example.org"), 0
	eachOperation(func(op *huma.Operation) {
		body, ok := bodies(e)[op.OperationID].(map[string]any)
		if op.OperationID == "registration-create" {
			body, ok = map[string]any{"email": "n@example.org", "name": "N", "password": password}, true
		}
		if !ok || strings.HasPrefix(op.OperationID, "verification-ask") {
			return
		}
		for _, field := range []string{
			"title", "code", "name", "category", "programme", "department", "reason", "short_name",
		} {
			if text, is := body[field].(string); !is || text == "" ||
				field == "code" && op.OperationID != "course-create" && op.OperationID != "draft-put" {
				continue
			}
			for _, unseen := range []string{"\u200b\u200b", "\u202eevil", "\u3164"} {
				if op.OperationID == "registration-create" && unseen == "\u202eevil" {
					continue // a person's name loses the mark instead: TestNamesAreWhatTheySeem
				}
				texts++
				mine := map[string]any{}
				for name, value := range body {
					mine[name] = value
				}
				mine[field] = unseen
				path := addressOf(op, e)
				r := c.Do(op.Method, path, mine)
				if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "body."+field) {
					t.Errorf("%s takes %q as %s: %d %s", op.OperationID, unseen, field, r.Status, r.Body)
				}
			}
		}
	})
	if texts < 40 {
		t.Errorf("only %d texts were tried", texts)
	}
}
