package markdown

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/alecthomas/chroma/v2"
	"github.com/yuin/goldmark/ast"
	extensions "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// Prefix begins every id of foreign text, so that none meets an id of the page around it.
const Prefix = "text-"

// check walks what was read: it draws what takes a budget, leads links to their prefixed ids, and notes what is left
// out.
type check struct {
	*meter
	leftOut   []LeftOut
	open      nesting // elements of HTML
	lexers    map[string]chroma.Lexer
	coloured  int
	colouring time.Duration
}

const mostLeftOut = 100 // are named

func (c *check) leave(at int, what string) {
	if len(c.leftOut) == mostLeftOut {
		return
	}
	l := LeftOut{Line: c.line(at), What: what}
	if !slices.Contains(c.leftOut, l) {
		c.leftOut = append(c.leftOut, l)
	}
}

func (c *check) children(parent ast.Node, inline int) {
	for n := parent.FirstChild(); n != nil; {
		next := n.NextSibling() // n may be replaced
		if n.Type() == ast.TypeInline && n.HasChildren() && inline > maxInline {
			c.refuse(place(n), "emphasis, links or the like more than %d levels deep", maxInline)
		}
		switch n := n.(type) {
		case *formula:
			c.draw(n, c.formula(n.tex, n.display, n.Pos()))
		case *formulaBlock:
			c.draw(n, c.block(n))
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			c.draw(n, c.code(n))
		case *ast.HTMLBlock:
			c.draw(n, c.markup(c.written(n.Lines(), n.ClosureLine), place(n)))
		case *ast.RawHTML:
			next = c.raw(n)
		case *ast.Link:
			if next = c.link(n, &n.Destination, linkSchemes, "a link to"); n.Parent() != nil {
				c.children(n, inline+1)
			}
		case *ast.Image:
			if next = c.link(n, &n.Destination, imageSchemes, "a picture at"); n.Parent() != nil {
				c.children(n, inline+1)
			}
		case *ast.AutoLink:
			if address := string(n.URL(c.source)); !follows(address, linkSchemes) {
				c.leave(place(n), "a link to "+short(address))
				c.draw(n, html.EscapeString(string(n.Label(c.source))))
			}
		default:
			if n.Type() == ast.TypeInline {
				c.children(n, inline+1)
			} else {
				c.children(n, 0)
			}
		}
		n = next
	}
}

func (c *check) block(f *formulaBlock) string {
	if !f.closed { // its quote or item ended before it did
		return "<p>" + html.EscapeString("$$"+string(f.tex)) + "</p>\n"
	}
	drawn := c.formula(strings.TrimSpace(string(f.tex)), true, f.Pos())
	if len(f.rest) > 0 {
		drawn += "<p>" + html.EscapeString(string(f.rest)) + "</p>"
	}
	return drawn + "\n"
}

var (
	linkSchemes  = []string{"", "http", "https", "mailto", "tel"}
	imageSchemes = []string{"", "https"} // the page's policy shows no other
	scheme       = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):`)
)

// follows tells whether an address has one of some schemes, read as a browser does: without its blanks and controls.
func follows(address string, schemes []string) bool {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, html.UnescapeString(address))
	if _, err := url.Parse(bare); err != nil {
		return false
	}
	name := ""
	if m := scheme.FindStringSubmatch(bare); m != nil {
		name = strings.ToLower(m[1])
	}
	return slices.Contains(schemes, name)
}

// link leads to prefixed ids within the text; one that leads where it may not leaves its words behind. It returns
// what is to be looked at next.
func (c *check) link(n ast.Node, destination *[]byte, schemes []string, what string) ast.Node {
	if bytes.HasPrefix(*destination, []byte("#")) && len(*destination) > 1 {
		*destination = append([]byte("#"+Prefix), (*destination)[1:]...)
	}
	next := n.NextSibling()
	if follows(string(util.UnescapePunctuations(*destination)), schemes) {
		return next
	}
	c.leave(place(n), what+" "+short(string(*destination)))
	parent, first := n.Parent(), n.FirstChild()
	for child := first; child != nil; {
		after := child.NextSibling()
		parent.InsertBefore(parent, n, child)
		child = after
	}
	parent.RemoveChild(parent, n)
	if first != nil {
		return first
	}
	return next
}

// short is an address as far as it says what it is.
func short(address string) string {
	if runes := []rune(address); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return address
}

// drawn stands for a node that is HTML already.
type drawn struct {
	ast.BaseInline
	html string
}

var kindDrawn = ast.NewNodeKind("Drawn")

func (*drawn) Kind() ast.NodeKind              { return kindDrawn }
func (d *drawn) Dump(source []byte, level int) { ast.DumpHelper(d, source, level, nil, nil) }

func (c *check) draw(n ast.Node, as string) {
	d := &drawn{html: as}
	d.SetPos(place(n))
	n.Parent().ReplaceChild(n.Parent(), n, d)
}

// place is where a node stands in the source.
func place(n ast.Node) int {
	if n.Pos() >= 0 {
		return n.Pos()
	}
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		return n.Lines().At(0).Start
	}
	if t, ok := n.(*ast.Text); ok {
		return t.Segment.Start
	}
	if child := n.FirstChild(); child != nil {
		return place(child)
	}
	return 0
}

// drawings are the nodes that we draw ourselves.
type drawings struct{}

func (drawings) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindDrawn, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = w.WriteString(n.(*drawn).html)
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(extensions.KindTaskCheckBox, drawTask)
}

// drawTask is a sign and no input: nobody can tick it here.
func drawTask(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		sign := "☐"
		if n.(*extensions.TaskCheckBox).IsChecked {
			sign = "☑"
		}
		_, _ = fmt.Fprintf(w, `<span class="task">%s</span> `, sign)
	}
	return ast.WalkSkipChildren, nil
}

// anchors are the ids of headings: their words, in whatever script.
type anchors struct{ taken map[string]int }

func (a *anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	var id strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(string(value))) {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r), r == '_':
			id.WriteRune(r)
		case unicode.IsSpace(r), r == '-':
			id.WriteByte('-')
		}
		if id.Len() > 80 {
			break
		}
	}
	name := strings.Trim(id.String(), "-")
	if name == "" {
		name = "section"
	}
	for {
		n := a.taken[name]
		a.taken[name]++
		if n == 0 {
			return []byte(Prefix + name)
		}
		name = fmt.Sprintf("%s-%d", name, n)
	}
}

func (a *anchors) Put(value []byte) { a.taken[string(value)]++ }
