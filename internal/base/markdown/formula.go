package markdown

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/wyatt915/treeblood"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// formula is mathematics in TeX: $…$ within a line, $$…$$ within one or over several, \[ and \] on lines of their
// own.
type formula struct {
	ast.BaseInline
	tex     string
	display bool
}

var kindFormula = ast.NewNodeKind("Formula")

func (*formula) Kind() ast.NodeKind              { return kindFormula }
func (f *formula) Dump(source []byte, level int) { ast.DumpHelper(f, source, level, nil, nil) }

type formulas struct{}

func (formulas) Trigger() []byte { return []byte{'$'} }

// Parse reads a formula. A dollar is one of money where pandoc takes it for that: before a space, behind one, or
// closing before a digit; and behind a letter or digit, as in US$5.
func (formulas) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	fence := []byte("$")
	if bytes.HasPrefix(line, []byte("$$")) {
		fence = []byte("$$")
	}
	rest := line[len(fence):]
	end := closing(rest, fence)
	if end <= 0 || len(bytes.TrimSpace(rest[:end])) == 0 {
		return nil
	}
	money := isSpace(rest[0]) || isSpace(rest[end-1]) || wordBefore(block) || end+1 < len(rest) && isDigit(rest[end+1])
	if len(fence) == 1 && money {
		return nil
	}
	block.Advance(len(fence)*2 + end)
	f := &formula{tex: string(rest[:end]), display: len(fence) == 2}
	f.SetPos(segment.Start)
	return f
}

// closing is where a fence stands that no backslash precedes, or -1.
func closing(line, fence []byte) int {
	for i := 0; i < len(line); i++ {
		switch {
		case bytes.HasPrefix(line[i:], fence):
			return i
		case line[i] == '\\':
			i++
		}
	}
	return -1
}

func wordBefore(block text.Reader) bool {
	b := block.PrecendingCharacter()
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }
func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// formulaBlock is a formula between fences over lines of its own.
type formulaBlock struct {
	ast.BaseBlock
	fence  string // that ends it
	tex    []byte
	rest   []byte // what stands behind the end
	closed bool
}

var kindFormulaBlock = ast.NewNodeKind("FormulaBlock")

func (*formulaBlock) Kind() ast.NodeKind              { return kindFormulaBlock }
func (*formulaBlock) IsRaw() bool                     { return true }
func (f *formulaBlock) Dump(source []byte, level int) { ast.DumpHelper(f, source, level, nil, nil) }

type formulaBlocks struct{}

func (formulaBlocks) Trigger() []byte { return []byte{'$', '\\'} }

// Open takes a line that begins with a fence whose end follows before an empty line; one without an end is text.
func (formulaBlocks) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	line = line[max(pc.BlockOffset(), 0):]
	f := &formulaBlock{fence: "$$"}
	if !bytes.HasPrefix(line, []byte("$$")) {
		if f.fence = `\]`; string(bytes.TrimSpace(line)) != `\[` {
			return nil, parser.NoChildren
		}
	}
	line = line[2:]
	if end := closing(line, []byte(f.fence)); end >= 0 {
		// $$x$$ and more stands inside a paragraph
		if len(bytes.TrimSpace(line[:end])) == 0 || len(bytes.TrimSpace(line[end+2:])) > 0 {
			return nil, parser.NoChildren
		}
		f.tex, f.closed = bytes.Clone(line[:end]), true
	} else if !f.ends(reader.Source()[segment.Stop:], pc.(*reading).m, segment.Start) {
		return nil, parser.NoChildren
	} else {
		f.tex = bytes.Clone(line)
	}
	f.SetPos(segment.Start)
	reader.AdvanceToEOL()
	return f, parser.NoChildren
}

// ends looks for the end in what follows, a little further than a formula may reach.
func (f *formulaBlock) ends(following []byte, m *meter, at int) bool {
	for line := range bytes.Lines(following[:min(len(following), 4*maxFormula)]) {
		m.spend(8+len(line), at)
		bare := bytes.TrimLeft(line, " \t>")
		if len(bytes.TrimSpace(bare)) == 0 {
			return false
		}
		if closing(bare, []byte(f.fence)) >= 0 {
			return true
		}
	}
	return false
}

func (formulaBlocks) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	f := node.(*formulaBlock)
	if f.closed {
		return parser.Close
	}
	line, _ := reader.PeekLine()
	if len(bytes.TrimSpace(line)) == 0 {
		return parser.Close
	}
	reader.AdvanceToEOL()
	if end := closing(line, []byte(f.fence)); end >= 0 {
		f.tex, f.rest, f.closed = append(f.tex, line[:end]...), bytes.Clone(bytes.TrimSpace(line[end+2:])), true
		return parser.Continue | parser.NoChildren
	}
	f.tex = append(f.tex, line...)
	return parser.Continue | parser.NoChildren
}

func (formulaBlocks) Close(ast.Node, text.Reader, parser.Context) {}
func (formulaBlocks) CanInterruptParagraph() bool                 { return true }
func (formulaBlocks) CanAcceptIndentedLine() bool                 { return false }

// formula draws TeX as MathML, which browsers draw themselves.
func (c *check) formula(tex string, display bool, at int) string {
	if c.counts.formulas++; c.counts.formulas > maxFormulas {
		c.refuse(at, "more than %s formulas", thousands(maxFormulas))
	}
	if len(tex) > maxFormula {
		c.refuse(at, "a formula of %s bytes; %s are drawn at most", thousands(len(tex)), thousands(maxFormula))
	}
	if c.counts.tex += len(tex); c.counts.tex > maxTeX {
		c.refuse(at, "with this formula the text has more than %s bytes of mathematics", thousands(maxTeX))
	}
	if depthOf(tex) > maxBraces {
		c.refuse(at, "a formula with groups more than %d levels deep", maxBraces)
	}
	c.alive()
	show := treeblood.InlineStyle
	if display {
		show = treeblood.DisplayStyle
	}
	drawn, err := show(tex, nil)
	if err != nil || defines.MatchString(tex) || strings.Contains(drawn, "<merror") { // show what the author wrote
		return asWritten(tex)
	}
	return indentation.ReplaceAllString(strings.TrimSpace(drawn), "")
}

var (
	indentation = regexp.MustCompile(`\n *`)
	groups      = regexp.MustCompile(`\\[{}\\]|[{}]|\\(?:left|right|begin|end)\b`)
	// Commands of one's own could repeat themselves without end.
	defines = regexp.MustCompile(`\\(?:re)?newcommand|\\[gex]?def\b|\\let\b`)
)

func asWritten(tex string) string { return "<code>" + html.EscapeString(tex) + "</code>" }

// depthOf is how many groups stand in one another: TeX can be nested without end, and its parser goes down with it.
func depthOf(tex string) int {
	depth, deepest := 0, 0
	for _, sign := range groups.FindAllString(tex, -1) {
		switch sign {
		case "{", `\left`, `\begin`:
			depth++
			deepest = max(deepest, depth)
		case "}", `\right`, `\end`:
			depth = max(0, depth-1)
		}
	}
	return deepest
}
