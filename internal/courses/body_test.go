package courses_test

import (
	"strings"
	"testing"

	"stoa/internal/courses"
)

func TestBodiesKeepWhatAuthorsMean(t *testing.T) {
	t.Parallel()
	for source, parts := range map[string][]string{
		"A **closed** curve":              {"<strong>closed</strong>"},
		"$2\\pi r$":                       {"<math", "<mn>2</mn>", "<mi>π</mi>"},
		"$$\\frac{1}{2}$$":                {`display="block"`, "<mfrac>"},
		"it costs $5 and $6":              {"it costs $5 and $6"},
		"| a | b |\n|---|---|\n| 1 | 2 |": {"<table>", "<td>1</td>"},
		"```go\nfunc main() {}\n```":      {`class="chroma"`, `<span class="kd">func</span>`},
		"[x](https://example.org/a)":      {`href="https://example.org/a"`, "noreferrer"},
		"# Heading":                       {"<h1"},
	} {
		html, _, err := courses.Render(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			if !strings.Contains(html, part) {
				t.Errorf("%q lacks %q: %s", source, part, html)
			}
		}
		if strings.Contains(html, "annotation") || strings.Contains(html, "\\pi") {
			t.Errorf("%q shows its TeX: %s", source, html)
		}
	}
}

func TestBodiesRunNothing(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"<script>alert(1)</script>", `<img src=x onerror=alert(1)>`, `[x](javascript:alert(1))`, `<a href="javascript:alert(1)">x</a>`, `<svg onload=alert(1)>`,
		`<math><mtext><script>alert(1)</script></mtext></math>`, `<math href="javascript:alert(1)">x</math>`, `<iframe src="https://evil.example"></iframe>`,
		`<style>*{display:none}</style>`, `<p style="position:fixed">x</p>`, `<form action="https://evil.example"><input></form>`, `$\\href{javascript:alert(1)}{x}$`,
		`<object data="x"></object>`, "<base href=//evil.example>", `<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<div class="fixed inset-0">x</div>`,
	} {
		html, _, err := courses.Render(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", "onerror", "onload", "javascript:", "<iframe", "<style", "style=", "<form", "<object", "<base", "data:", "<svg"} {
			if strings.Contains(strings.ToLower(html), bad) {
				t.Errorf("%q keeps %q: %s", source, bad, html)
			}
		}
	}
}
