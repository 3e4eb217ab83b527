package markdown_test

import (
	"regexp"
	"strings"
	"testing"

	"stoa/internal/base/markdown"
)

func draw(t *testing.T, source string) markdown.Text {
	t.Helper()
	drawn, err := markdown.Render(t.Context(), "body.body", source)
	if err != nil {
		t.Fatalf("%.60q: %v", source, err)
	}
	return drawn
}

func TestWhatAuthorsMeanIsDrawn(t *testing.T) {
	t.Parallel()
	for source, parts := range map[string][]string{
		"A **closed** curve":                   {"<strong>closed</strong>"},
		"$2\\pi r$":                            {"<math", "<mn>2</mn>", "<mi>π</mi>"},
		"the $n$th, $\\$5$":                    {"<mi>n</mi>", "th, <math"},
		"$$\\frac{1}{2}$$":                     {`display="block"`, "<mfrac>"},
		"A\n\n$$\n\\frac{1}{2} + x_1\n$$\n\nB": {`display="block"`, "<mfrac>", "<p>B</p>"},
		"A\n$$ x\n+ y $$\nB":                   {"<p>A</p>", `display="block"`, "<mi>y</mi>", "<p>B</p>"},
		"> $$\n> x\n> $$\n> B":                 {"<blockquote>", `display="block"`, "<p>B</p>"},
		"- A\n\n  $$\n  x\n  $$\n- B":          {"<li>", `display="block"`, "B"},
		"$$\nx\n$$.":                           {`display="block"`, "<p>.</p>"},
		"\\[\nx^2\n\\]":                        {`display="block"`, "<msup>"},
		"\\[see\\] and $$ alone":               {"<p>[see] and $$ alone</p>"},
		"$$\nno end\n\nB":                      {"$$\nno end", "<p>B</p>"},
		"$\\sqrt{$":                            {"<code>\\sqrt{</code>"},
		"it costs $5 and $6":                   {"it costs $5 and $6"},
		"pay $5-$10 now":                       {"pay $5-$10 now"},
		"US$5,US$6":                            {"US$5,US$6"},
		"costs $5/$6 a day":                    {"costs $5/$6 a day"},
		"from $5 to$10":                        {"from $5 to$10"},
		"US$5 and US$ 6":                       {"US$5 and US$ 6"},
		"| a | b |\n|---|--:|\n| 1 | 2 |":      {"<table>", "<td>1</td>", `<td align="right">2</td>`},
		"```go\nfunc main() {}\n```":           {`class="chroma"`, `<span class="kd">func</span>`},
		"```unknown\na < b\n```":               {"<pre><code>a &lt; b"},
		"    a < b":                            {"<pre><code>a &lt; b"},
		"[x](https://example.org/a)":           {`href="https://example.org/a"`, "noreferrer"},
		"# Heading *one*":                      {`<h1 id="text-heading-one">`},
		"# A\n# A\n# A":                        {`"text-a"`, `"text-a-1"`, `"text-a-2"`},
		"## हिन्दी शीर्षक":                     {`id="text-हिन्दी-शीर्षक"`},
		"# !!!":          {`id="text-section"`},
		"[up](#heading)": {`href="#text-heading"`},
		"word[^1] more[^1]\n\n[^1]: note": {
			`href="#text-fn:1"`, `id="text-fn:1"`, `href="#text-fnref:1"`, `id="text-fnref:1"`, `id="text-fnref1:1"`,
			"note",
		},
		"- [x] done\n- [ ] to do":  {`<span class="task">☑</span> done`, `<span class="task">☐</span> to do`},
		"3. three\n4. four":        {`<ol start="3">`},
		"~~gone~~ www.example.org": {"<del>gone</del>", `<a href="http://www.example.org"`},
	} {
		html := draw(t, source).HTML
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

func TestWordsInHTMLStay(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"<p>Read chapter 3 first.</p>":    "<p>Read chapter 3 first.</p>",
		"<div align=center>Welcome</div>": "<div>Welcome</div>",
		"<details open><summary>Hint</summary>Induction</details>": `<details open=""><summary>Hint</summary>` +
			`Induction</details>`,
		"H<sub>2</sub>O, <kbd>Ctrl</kbd><br>x":    "<p>H<sub>2</sub>O, <kbd>Ctrl</kbd><br>x</p>\n",
		"<table><tr><td colspan=2>1<td>2</table>": `<table><tr><td colspan="2">1</td><td>2</td></tr></table>`,
		`<h2 id="stoa">Stoa</h2>`:                 `<h2 id="text-stoa">Stoa</h2>`,
		`<a name="here">x</a> <a href="#here">y</a>`: `<p><a id="text-here">x</a> <a href="#text-here" ` +
			`rel="noreferrer">y</a></p>` + "\n",
		"<font color=red>a &amp; b</font>": "<p>a &amp; b</p>\n",
		"<textarea><b>a</textarea> b":      "&lt;b&gt;a b",
		"<div><b>a":                        "<div><b>a</b></div>",
		"a</div></div><b>b</p></b>":        "<p>a<b>b</b></p>\n",
		"<p>a\n<p>b":                       "<p>a\n</p><p>b</p>",
		"<i>a <b>b</i> c</b>":              "<p><i>a <b>b</b></i> c</p>\n",
		"<!-- note --> Visible words":      " Visible words",
		"a < b && c > d, AT&T &copy;":      "<p>a &lt; b &amp;&amp; c &gt; d, AT&amp;T ©</p>\n",
	} {
		if got := draw(t, source).HTML; got != want {
			t.Errorf("%q is drawn as %q, not %q", source, got, want)
		}
	}
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	t.Parallel()
	for source, want := range map[string][]markdown.LeftOut{
		"All of it":                                     nil,
		"<div class=x>All</div>":                        nil,
		"a\n\n<!-- note -->\n\nb":                       {{3, "a comment"}},
		"a <!-- one\ntwo --> b":                         {{1, "a comment"}},
		"<script>\nalert(1)\n</script>":                 {{1, "<script>"}},
		"a\nb <script>alert(1)</script> c":              {{2, "<script>"}},
		"<div>\n<font>a</font>\n<style>b</style></div>": {{2, "<font>"}, {3, "<style>"}},
		`<p style="color:red" onclick="x()">a</p>`:      {{1, "the style of <p>"}, {1, "the onclick of <p>"}},
		"a\n\n[x](javascript:alert(1))":                 {{3, "a link to javascript:alert(1)"}},
		"![x](http://example.org/a.png)":                {{1, "a picture at http://example.org/a.png"}},
		"![x](data:image/png;base64,AAAA)":              {{1, "a picture at data:image/png;base64,AAAA"}},
		`<img src="data:x"> <a href=" java&#10;script:x">y</a>`: {
			{1, "a picture at data:x"},
			{1, "a link to  java\nscript:x"},
		},
		"<ftp://example.org/a>":   {{1, "a link to ftp://example.org/a"}},
		"<iframe src=x></iframe>": {{1, "<iframe>"}},
		"<svg><circle/></svg>":    {{1, "<svg>"}, {1, "<circle>"}},
	} {
		got := draw(t, source)
		if len(got.LeftOut) != len(want) {
			t.Errorf("%q leaves out %v, not %v: %s", source, got.LeftOut, want, got.HTML)
			continue
		}
		for i := range want {
			if got.LeftOut[i] != want[i] {
				t.Errorf("%q leaves out %v, not %v", source, got.LeftOut, want)
			}
		}
	}
	html := draw(t, "a <script>alert(1)</script> b\n\n[words](javascript:x) ![a bear](http://example.org/a)").HTML
	if want := "<p>a  b</p>\n<p>words a bear</p>\n"; html != want {
		t.Errorf("%q", html)
	}
}

func TestTextsRunNothing(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"<script>alert(1)</script>", `<img src=x onerror=alert(1)>`, `[x](javascript:alert(1))`,
		`<a href="javascript:alert(1)">x</a>`, `<svg onload=alert(1)>`,
		`<math><mtext><script>alert(1)</script></mtext></math>`, `<math href="javascript:alert(1)">x</math>`,
		`<iframe src="https://evil.example"></iframe>`,
		`<style>*{display:none}</style>`, `<p style="position:fixed">x</p>`,
		`<form action="https://evil.example"><input></form>`, `$\\href{javascript:alert(1)}{x}$`,
		`<object data="x"></object>`, "<base href=//evil.example>",
		`<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<div class="fixed inset-0">x</div>`,
		"a <script>alert(1)", "<div>\n<script\n>alert(1)</div>", "<scr<script>ipt>alert(1)</script>",
		"<a href=\"jav\tascript:alert(1)\">x</a>",
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
		"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
		"<p title='\"><img src=x onerror=alert(1)>'>x</p>", "![x](javascript:alert(1))", "<javascript:alert(1)>",
		"[ref]\n\n[ref]: javascript:alert(1)", "```js\"><script>alert(1)</script>\nx\n```",
	} {
		html := draw(t, source).HTML
		plain := quoted.ReplaceAllString(strings.ToLower(html), "") // what is shown as words runs nothing
		for _, bad := range []string{
			"<script", " onerror", " onload", "<iframe", "<style", " style=", "<form", "<object", "<base", "<svg",
			"<input", `"fixed`, "<noscript", "<mglyph",
		} {
			if strings.Contains(plain, bad) {
				t.Errorf("%q keeps %q: %s", source, bad, html)
			}
		}
		for _, bad := range []string{`href="javascript`, `href="data`, `src="javascript`, `href="jav`} {
			if strings.Contains(strings.ToLower(html), bad) {
				t.Errorf("%q keeps %q: %s", source, bad, html)
			}
		}
	}
}

var quoted = regexp.MustCompile(` title="[^"]*"`)
