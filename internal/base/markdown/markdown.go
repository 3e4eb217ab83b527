// Package markdown draws text that people wrote: markdown with tables, footnotes, code, mathematics and some HTML. It
// is the one place where foreign text becomes HTML, and it promises bounds: whatever comes, drawing costs little or
// is refused with a sentence that names the place. What runs is never kept, and what else is left out is said, line
// by line.
//
// A text goes this way: Render (markdown.go) takes one of a few places, the parser reads under a meter (bounds.go),
// check.go walks what was read, the renderers of code.go, formula.go and html.go draw, and html.go cleans all that
// was drawn.
package markdown

import (
	"bytes"
	"context"
	"errors"
	"html"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"stoa/internal/base/errs"
)

// Version counts what this package draws. Whoever keeps drawn text keeps the version beside it and draws anew what is
// older: raise it with every change of the HTML.
const Version = 1

// Text is what was drawn, and what was not.
type Text struct {
	HTML    string
	LeftOut []LeftOut
}

// LeftOut is a part that an author wrote and no reader will see.
type LeftOut struct {
	Line int    `json:"line" doc:"Counted from 1"`
	What string `json:"what" doc:"What stands there, in words fit for a person" example:"a comment"`
}

// places is how many texts are drawn at once: they take processor and memory, and nobody waits long for one.
var places = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))

const (
	patience = 10 * time.Second // for a place
	mostTime = 5 * time.Second  // for a text; the bounds end it far sooner unless the machine is very busy
)

// Render draws a text. What is beyond a bound is refused as bad input in the named field, as "body.description". It
// ends soon after ctx does.
func Render(ctx context.Context, field, source string) (Text, error) {
	if len(source) > MaxSource {
		return Text{}, errs.InvalidField(field, tooLong(len(source)))
	}
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return Text{}, ctx.Err()
	case <-wait.C:
		return Text{}, errs.New(errs.TooMany, "Many texts are being drawn at once. Try again in a moment.").
			With("retry_after", 5)
	}
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	return draw(ctx, field, source)
}

// draw leaves the libraries in the middle of their work by a panic where a bound is reached: they have no other way
// out.
func draw(ctx context.Context, field, source string) (t Text, err error) {
	m := newMeter(ctx, []byte(source))
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case beyond:
			t, err = Text{}, errs.InvalidField(field, cause.sentence())
		case ended:
			t, err = Text{}, cause.cause
			if errors.Is(cause.cause, context.DeadlineExceeded) {
				err = errs.New(
					errs.TooMany, "Drawing this text took too long. Try again in a moment.",
				).With("retry_after", 5)
			}
		default:
			panic(cause)
		}
	}()
	m.scan()
	language := language()
	read := newContext(m)
	root := language.Parser().Parse(&reader{text.NewReader(m.source), m}, parser.WithContext(read))
	out := &output{m: m}
	c := &check{meter: m, leftOut: []LeftOut{}, lexers: map[string]chroma.Lexer{}}
	c.children(root, 0)
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		out.at = place(n)
		m.alive()
		if err := language.Renderer().Render(out, m.source, n); err != nil {
			return Text{}, err
		}
	}
	m.alive()
	return Text{HTML: clean(out.String()), LeftOut: c.leftOut}, nil
}

// language is goldmark with what we add. Parsing and drawing leave nothing behind in it.
var language = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.NewTable(
			extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute),
		),
			extension.Strikethrough, extension.Linkify, extension.TaskList,
			extension.NewFootnote(extension.WithFootnoteIDPrefix(Prefix))),
		goldmark.WithParserOptions(parser.WithAutoHeadingID(),
			parser.WithInlineParsers(util.Prioritized(guard{}, -1), util.Prioritized(formulas{}, 150)),
			parser.WithBlockParsers(util.Prioritized(formulaBlocks{}, 650)),
			parser.WithParagraphTransformers(util.Prioritized(guard{}, 50))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(drawings{}, 50))),
	)
})

// output is what was drawn, up to a bound.
type output struct {
	bytes.Buffer
	m  *meter
	at int // in the source, of the block that is being drawn
}

func (o *output) Write(b []byte) (int, error) {
	if o.Len()+len(b) > maxOutput {
		o.m.refuse(o.at, "from here on the text would become more than %s", megabytes(maxOutput))
	}
	return o.Buffer.Write(b)
}

var tags = regexp.MustCompile(`(?s)<math.*?</math>|<pre.*?</pre>|<h[1-6].*?</h[1-6]>|<[^>]*>`)

// Opening is the first words of drawn text, for cards.
func Opening(drawn string) string {
	words := strings.Fields(html.UnescapeString(tags.ReplaceAllString(drawn, " ")))
	const most = 42
	if len(words) > most {
		return strings.Join(words[:most], " ") + " …"
	}
	return strings.Join(words, " ")
}

// Plain is a text as it was written, for what was kept before there were bounds and is beyond one.
func Plain(source string) string { return "<pre>" + html.EscapeString(source) + "</pre>" }
