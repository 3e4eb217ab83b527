package markdown_test

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/base/budget"
	"stoa/internal/base/markdown"
)

// Whatever an author writes, it is drawn without a script, in elements that end, within its budget.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"# A *b* `c`", "<script>alert(1)</script>", "[x](javascript:alert(1))", "$$\\frac{1}{2}$$",
		"$\\begin{matrix}1&2\\end{matrix}$",
		"| a |\n|-|\n| 1 |", "```go\nfunc f() {}\n```", "<img src=x onerror=alert(1)>",
		"![x](data:text/html;base64,PHNjcmlwdD4=)",
		strings.Repeat("> ", 300), strings.Repeat("[", 500), "<svg/onload=alert(1)>", "\\x00\u2028", "$$\nx\n$$\n",
		"a[^1]\n\n[^1]: b",
		"- [x] a", "<details><summary>a</summary>b</details>", "<!-- a -->", "<div></p></div>", "<a name=x></a>[y](#x)",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		var drawn markdown.Text
		budget.Check(t, source, func() { drawn, _ = markdown.Render(context.Background(), "body", source) })
		low := strings.ToLower(drawn.HTML)
		for _, never := range []string{
			"<script", `href="javascript:`, "<iframe", "<object", "<svg", "<style", "<input",
		} {
			if strings.Contains(quoted.ReplaceAllString(low, ""), never) {
				t.Fatalf("%q draws %s: %s", source, never, drawn.HTML)
			}
		}
		i := strings.Index(low, ` id="`)
		if i >= 0 && !strings.HasPrefix(low[i:], ` id="text-`) && !strings.Contains(source, "id=") {
			t.Fatalf("%q has an id of its own: %s", source, drawn.HTML)
		}
	})
}
