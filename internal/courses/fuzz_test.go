package courses_test

import (
	"strings"
	"testing"

	"stoa/internal/courses"
)

// Whatever an author writes, it is drawn without a script, and drawing ends.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{"# A *b* `c`", "<script>alert(1)</script>", "[x](javascript:alert(1))", "$$\\frac{1}{2}$$", "$\\begin{matrix}1&2\\end{matrix}$", "| a |\n|-|\n| 1 |", "```go\nfunc f() {}\n```",
		"<img src=x onerror=alert(1)>", "![x](data:text/html;base64,PHNjcmlwdD4=)", strings.Repeat("> ", 300), strings.Repeat("[", 500), "<svg/onload=alert(1)>", "\\x00\u2028"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 20_000 {
			return
		}
		html, _, err := courses.Render(source)
		if err != nil {
			return
		}
		low := strings.ToLower(html)
		for _, never := range []string{"<script", "javascript:", "<iframe", "<object", "<svg", "<style"} {
			if strings.Contains(low, never) && !strings.Contains(strings.ToLower(source), never) || strings.Contains(low, "<script") || strings.Contains(low, `href="javascript:`) || strings.Contains(low, "<iframe") {
				t.Fatalf("%q draws %s: %s", source, never, html)
			}
		}
	})
}
