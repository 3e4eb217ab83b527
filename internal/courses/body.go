package courses

import (
	"bytes"
	"context"
	"html"
	"regexp"
	"strings"
	"sync"

	chroma "github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/microcosm-cc/bluemonday"
	"github.com/wyatt915/treeblood"
	"github.com/yuin/goldmark"
	highlighting "github.com/yuin/goldmark-highlighting/v2"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"stoa/internal/identity"
)

// Lesson bodies are markdown with tables, highlighted code and mathematics. They are rendered and sanitised when they are
// written, so that reading costs nothing and the browser needs no code for it.
var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM, mathematics{},
			highlighting.NewHighlighting(highlighting.WithFormatOptions(chroma.WithClasses(true)))),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	)
})

// policy is what may stand in a lesson. Mathematics is MathML, which browsers draw themselves.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^[a-z0-9 -]{1,60}$`)).OnElements("span", "code", "pre", "div")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("pre")
	p.AllowNoAttrs().OnElements(strings.Fields("math mrow mi mo mn ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd mstyle mpadded mphantom menclose semantics")...)
	p.SkipElementsContent("annotation") // the TeX that the formula was made from
	p.AllowAttrs("display").Matching(regexp.MustCompile(`^(block|inline)$`)).OnElements("math")
	p.AllowAttrs("mathvariant", "stretchy", "fence", "form", "lspace", "rspace", "accent", "accentunder", "columnalign", "displaystyle", "scriptlevel", "largeop", "movablelimits", "symmetric", "separator", "linethickness", "width", "height", "depth", "minsize", "maxsize").
		Matching(regexp.MustCompile(`^[a-z0-9.+ -]{1,40}$`)).OnElements("math", "mi", "mo", "mn", "mtext", "mspace", "mrow", "mstyle", "mover", "munder", "munderover", "mfrac", "mtable", "mtd", "mpadded")
	p.RequireNoFollowOnLinks(false)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
})

// render is markdown as safe HTML.
func render(source string) (string, error) {
	var out bytes.Buffer
	if err := markdown().Convert([]byte(source), &out); err != nil {
		return "", err
	}
	return policy().Sanitize(out.String()), nil
}

// Render is markdown as safe HTML, and its first words.
func Render(source string) (html, first string, err error) {
	html, err = render(source)
	return html, opening(html), err
}

var tags = regexp.MustCompile(`(?s)<math.*?</math>|<pre.*?</pre>|<h[1-6].*?</h[1-6]>|<[^>]*>`)

// opening is the first words of rendered text, for cards.
func opening(rendered string) string {
	words := strings.Fields(html.UnescapeString(tags.ReplaceAllString(rendered, " ")))
	const most = 42
	if len(words) > most {
		return strings.Join(words[:most], " ") + " …"
	}
	return strings.Join(words, " ")
}

// mathematics is $…$ within a line and $$…$$ as a block, in TeX.
type mathematics struct{}

func (mathematics) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(parser.WithInlineParsers(util.Prioritized(mathematics{}, 150)))
	m.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(mathematics{}, 150)))
}

type formula struct {
	ast.BaseInline
	tex     string
	display bool
}

var kindFormula = ast.NewNodeKind("Formula")

func (*formula) Kind() ast.NodeKind              { return kindFormula }
func (f *formula) Dump(source []byte, level int) { ast.DumpHelper(f, source, level, nil, nil) }

func (mathematics) Trigger() []byte { return []byte{'$'} }

// Parse reads a formula; a dollar before a space or without its pair is a dollar.
func (mathematics) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	fence := "$"
	if bytes.HasPrefix(line, []byte("$$")) {
		fence = "$$"
	}
	rest := line[len(fence):]
	end := bytes.Index(rest, []byte(fence))
	if end <= 0 || fence == "$" && (rest[0] == ' ' || rest[end-1] == ' ') {
		return nil
	}
	block.Advance(len(fence)*2 + end)
	return &formula{tex: string(rest[:end]), display: fence == "$$"}
}

func (mathematics) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindFormula, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		f := n.(*formula)
		var out string
		var err error
		if f.display {
			out, err = treeblood.DisplayStyle(f.tex, nil)
		} else {
			out, err = treeblood.InlineStyle(f.tex, nil)
		}
		if err != nil { // show what the author wrote
			out = "<code>" + html.EscapeString(f.tex) + "</code>"
		}
		_, err = w.WriteString(out)
		return ast.WalkSkipChildren, err
	})
}

// Preview is markdown as learners would see it.
func (s *Service) Preview(ctx context.Context, source string) (string, error) {
	if _, err := identity.Require(ctx, identity.CourseCreate); err != nil {
		return "", err
	}
	return render(source)
}
