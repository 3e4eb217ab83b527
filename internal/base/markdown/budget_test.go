package markdown_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"stoa/internal/base/budget"
	"stoa/internal/base/markdown"
)

// signs are everything that means something in markdown, HTML and TeX, opened, closed and half-open.
var signs = []string{
	"a", " ", "\n", "\t", "\\", "\r", "\x00", "*", "**", "_", "a_", "`", "``", "~", "~~", "[", "]", "![", "](",
	"[]", "[a]", "[a]:", "[a]: b\n", "[^a]", "[^a]: b\n", "(", ")", "<", ">", "<a", "</a>", "<a href=\"", "<!--",
	"-->", "<![CDATA[", "<?", "<!A", "<b>", "<p>", "<li>", "<td>", "<div>\n", "<script>", "<svg>", "<iframe>",
	"<textarea>", "\"", "'", "'\n", "&", "&amp", "&#", "&amp;", "http://a.b/", "www.a.b", "a@b.c", "a.", "@", "#",
	"# ", "# a\n", "- ", "-\n", "1. ", "1) ", "* ", "> ", ">\n", "    ", "---\n", "===\n", "|", "|-", "|-|\n",
	"a|", "```", "```go\n", "```\n", "~~~\n", "- [ ] ", "[x] ", "$", "$$", "$$\n", "$a$", "$x_1^2$ ", "\\[\n",
	"\\]\n", "{", "}", "$\\frac{a}{b}$ ", "€", "हि", "\u2028", "\ufeff",
}

var tex = []string{
	"a", "1", " ", "{", "}", "{}", "[", "]", "(", ")", "|", "^", "_", "^{a}", "_{", "&", "\\\\", "\\", "'", "#1",
	"%", "~", "\\frac", "\\frac{a}{b}", "\\sqrt", "\\sqrt[", "\\left(", "\\right)", "\\left.", "\\middle|",
	"\\begin{matrix}", "\\end{matrix}", "\\begin{a}", "\\end{a}", "\\begin", "\\end", "\\over", "\\choose",
	"\\text{", "\\text{a}", "\\mathbb", "\\mathbb{ABC}", "\\hat", "\\overline{", "\\underbrace{a}_", "\\sum",
	"\\limits", "\\nolimits", "\\quad", "\\,", "\\big", "\\Bigl(", "\\substack{", "\\color{red}",
	"\\operatorname{", "\\not", "\\mathrm", "\\prime", "\\stackrel", "\\overset", "\\newcommand{\\b}{",
	"\\def\\b{", "\\b", "\\multirow{2}{*}", "\\class{a}{", "\\raisebox", "\\cancel", "\\unknown", "é", "∑", "<",
	">",
}

func filled(unit string, size int) string {
	return strings.Repeat(unit, size/len(unit)+1)[:size]
}

// hostile is what costs the most for its length: every sign and every pair of signs, over and over, in one paragraph,
// in lines, in quotes, lists and tables. Unless all is asked for it is every seventh of the signs, without pairs.
func hostile(all bool, every func(string)) {
	const most = markdown.MaxSource
	n := 0
	each := func(source string) {
		if n++; all || n%7 == 0 {
			every(source)
		}
	}
	for _, a := range signs {
		each(filled(a, most))
		each(filled(a+"a", most))
		each(filled(a+" ", most))
		each(filled(a+"\n", most))
		each(filled(a+"\n\n", most))
		each(filled("> - "+a+"\n", most))
		each(filled(a, most/2) + filled("]", most/4) + filled(")", most/4))
		each("a\n\n" + filled(filled(a, 1000)+"\n\n", most-3))
		for _, b := range signs {
			if all {
				each(filled(a+b, most))
				each(filled(a+b+"a ", most))
				each(filled(a+b+"\n", most))
				each(filled(a, most/2) + filled(b, most/2))
				each(filled(filled(a+b, 500)+"\n\n", most))
			}
		}
	}
	for _, a := range tex {
		formulas := func(f string) string { return "$$" + strings.TrimSpace(f) + "$$\n\n" }
		each(filled(formulas(filled(a, 1900)), 40_000))
		each(filled(formulas(filled(a, 20)), 40_000))
		for _, b := range tex {
			if all {
				each(filled(formulas(filled(a+b, 1900)), 40_000))
				each(filled(formulas(filled(a, 900)+filled(b, 900)), 40_000))
			}
		}
	}
	for _, language := range []string{
		"go", "js", "html", "python", "markdown", "sql", "c++", "perl", "php", "bash", "yaml", "json", "tex",
	} {
		for _, a := range []string{
			"a", "\"", "'", "(", "/*", "<", "{{", "\\", "$", "#", "/", "a ", "0", "\n", "=", "<a ", "'''", "`", "<?",
			"`${",
		} {
			each("```" + language + "\n" + filled(a, 7_900))
		}
	}
	columns := strings.Repeat("|a", 100) + "\n" + strings.Repeat("|-", 100) + "\n"
	every(filled("- ", 2*23) + filled("\n", most-46))
	every(filled("> ", 2*23) + filled("a\n", most-46))
	every(filled(filled("- ", 2*23)+"a\n", most))
	every(columns + strings.Repeat("b\n", 110))
	every(strings.Repeat(columns+strings.Repeat("b\n", 20)+"\n", 6))
	every("[a]: <http://" + filled("b", 5000) + ">\n\n" + filled("[a] ", most-5100))
	every(filled("[^a] ", 4000) + "\n\n[^a]: b")
}

func TestNoTextCostsMuch(t *testing.T) {
	all := os.Getenv("STOA_FUZZ") != ""
	drawn, refused, worst := 0, 0, ""
	var slowest, largest float64
	hostile(all, func(source string) {
		took, held := budget.Measure(func() {
			if _, err := markdown.Render(context.Background(), "body.body", source); err != nil {
				refused++
			} else {
				drawn++
			}
		})
		if took.Seconds() > slowest {
			slowest, worst = took.Seconds(), source[:30]
		}
		largest = max(largest, float64(held>>20))
		if took > budget.Time || held > budget.Memory {
			t.Errorf("%.70q… (%d bytes) takes %v and holds %d MB", source, len(source), took, held>>20)
		}
	})
	t.Logf("%d drawn, %d refused; the slowest took %.2f s (%q), the largest held %.0f MB",
		drawn, refused, slowest, worst, largest)
}
