package markdown

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// MaxSource is how long a text may be, in bytes.
const MaxSource = 200_000

// The other bounds are far above what people write, and low enough that a text which reaches one costs less than a
// second and 64 MB: budget_test.go measures it.
const (
	maxWork     = 48 << 20 // steps of the parser, see meter
	maxDepth    = 24       // quotes, lists and footnotes in one another
	maxBlocks   = 15_000   // paragraphs, headings, items
	maxInline   = 48       // emphasis, links and the like in one another
	maxColumns  = 100
	maxCells    = 12_000 // of all tables
	maxNotes    = 1_000  // footnotes and references to them
	maxLinks    = 2_000  // definitions of links
	maxFormula  = 2_000  // bytes of TeX in a formula
	maxFormulas = 1_500
	maxTeX      = 40_000 // bytes in all formulas
	maxBraces   = 24     // groups of TeX in one another
	maxTags     = 10_000 // of HTML
	maxElements = 48     // of HTML in one another
	maxOutput   = 2 << 20
)

// beyond ends the drawing of a text that is beyond a bound; ended that of a reader who has gone.
type (
	beyond struct {
		line int
		what string
	}
	ended struct{ cause error }
)

func (b beyond) sentence() string { return fmt.Sprintf("line %d: %s", b.line, b.what) }

func tooLong(n int) string {
	return fmt.Sprintf("is %s bytes long; %s are drawn at most", thousands(n), thousands(MaxSource))
}

// meter counts the work of a text. Steps are what the parsers look at, charged before they look: many of their
// searches run to the end of a paragraph, so that a paragraph of nothing but openings would cost the square of its
// length.
type meter struct {
	ctx    context.Context
	source []byte
	work   int
	asked  int // work at which ctx was last asked
	counts struct{ blocks, cells, links, formulas, tex, tags int }
}

func newMeter(ctx context.Context, source []byte) *meter { return &meter{ctx: ctx, source: source} }

func (m *meter) refuse(at int, format string, values ...any) {
	panic(beyond{m.line(at), fmt.Sprintf(format, values...)})
}

// line is the number of the line that an offset stands in, from 1.
func (m *meter) line(at int) int {
	return 1 + bytes.Count(m.source[:min(max(at, 0), len(m.source))], []byte("\n"))
}

// alive ends the work when nobody waits for it any more.
func (m *meter) alive() {
	if err := m.ctx.Err(); err != nil {
		panic(ended{err})
	}
}

func (m *meter) spend(steps, at int) {
	m.work += steps
	if m.work-m.asked > 1<<18 {
		m.asked = m.work
		m.alive()
	}
	if m.work > maxWork {
		m.refuse(at, "from here on the text is too intricate: make its paragraphs shorter, or format less")
	}
}

// tag counts what is HTML, or may be.
func (m *meter) tag(at int) {
	if m.counts.tags++; m.counts.tags > maxTags {
		m.refuse(at, "more than %s tags of HTML", thousands(maxTags))
	}
}

// scan looks for what is cheaper found before the parser runs.
func (m *meter) scan() {
	at := 0
	for range maxNotes {
		i := bytes.Index(m.source[at:], []byte("[^"))
		if i < 0 {
			return
		}
		at += i + 2
	}
	if i := bytes.Index(m.source[at:], []byte("[^")); i >= 0 {
		m.refuse(at+i, "more than %s footnotes and references to them", thousands(maxNotes))
	}
}

// reader charges for what the parser of blocks looks at.
type reader struct {
	text.Reader
	m *meter
}

const peekSteps = 24

func (r *reader) PeekLine() ([]byte, text.Segment) {
	line, segment := r.Reader.PeekLine()
	r.m.spend(peekSteps+len(line)/8, segment.Start)
	return line, segment
}

// reading is the parser's state; it sees every block that is opened and every link that is defined.
type reading struct {
	parser.Context
	m *meter
}

func newContext(m *meter) *reading {
	return &reading{parser.NewContext(parser.WithIDs(&anchors{taken: map[string]int{}})), m}
}

func (r *reading) SetOpenedBlocks(blocks []parser.Block) {
	depth := 0
	for _, b := range blocks {
		if _, list := b.Node.(*ast.List); !list { // its item counts
			depth++
		}
	}
	if depth > maxDepth+1 { // what they hold
		r.m.refuse(blocks[len(blocks)-1].Node.Pos(), "quotes or lists more than %d levels deep", maxDepth)
	}
	if len(blocks) > len(r.OpenedBlocks()) {
		if r.m.counts.blocks++; r.m.counts.blocks > maxBlocks {
			at := blocks[len(blocks)-1].Node.Pos()
			r.m.refuse(at, "more than %s paragraphs, headings and items", thousands(maxBlocks))
		}
	}
	r.Context.SetOpenedBlocks(blocks)
}

func (r *reading) AddReference(ref parser.Reference) {
	if r.m.counts.links++; r.m.counts.links > maxLinks {
		r.m.refuse(bytes.Index(r.m.source, ref.Label()), "more than %s definitions of links", thousands(maxLinks))
	}
	r.Context.AddReference(ref)
}

// guard stands before the parsers of what is inside a block, reads nothing itself and charges for what they may look
// at.
type guard struct{}

func (guard) Trigger() []byte { return []byte("`![]<*_~$( ") }

func (guard) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	steps := 16
	_, at := block.Position()
	switch block.Peek() {
	case ' ':
	case '<':
		pc.(*reading).m.tag(at.Start)
		steps += span(parent.Lines())/2 + 16*parent.Lines().Len()
	case '`': // each line that is looked at becomes a node
		steps += span(parent.Lines())/2 + 128*parent.Lines().Len()
	default:
		steps += span(parent.Lines())/2 + 16*parent.Lines().Len()
	}
	pc.(*reading).m.spend(steps, at.Start)
	return nil
}

func span(lines *text.Segments) int {
	if lines.Len() == 0 {
		return 0
	}
	return lines.At(lines.Len()-1).Stop - lines.At(0).Start
}

// Transform looks at a paragraph before it is searched for links' definitions and for a table, which is filled up
// with empty cells wherever a row is shorter than its head.
func (guard) Transform(node *ast.Paragraph, r text.Reader, pc parser.Context) {
	m, lines := pc.(*reading).m, node.Lines()
	whole := span(lines)
	for i := range lines.Len() {
		segment := lines.At(i)
		line := bytes.TrimSpace(segment.Value(r.Source()))
		if bytes.HasPrefix(line, []byte("[")) {
			m.spend(whole/2, segment.Start)
		}
		if i == 0 || !isDelimiterRow(line) {
			continue
		}
		columns := bytes.Count(bytes.Trim(line, "|"), []byte("|")) + 1
		if columns > maxColumns {
			m.refuse(segment.Start, "a table of %s columns; %d are drawn at most", thousands(columns), maxColumns)
		}
		if m.counts.cells += columns * (lines.Len() - i); m.counts.cells > maxCells {
			m.refuse(segment.Start, "with this table the text has more than %s cells", thousands(maxCells))
		}
		break
	}
}

func isDelimiterRow(line []byte) bool {
	return bytes.ContainsAny(line, "-") && len(bytes.Trim(line, "|-: \t\r\v\f")) == 0
}

// thousands is a number as people read it.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func megabytes(n int) string { return fmt.Sprintf("%d MB", n>>20) }
