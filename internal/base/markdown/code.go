package markdown

import (
	"bytes"
	"html"
	"strings"
	"time"

	"github.com/alecthomas/chroma/v2"
	chromahtml "github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"
	"github.com/yuin/goldmark/ast"
)

// Colours are a courtesy: code beyond these bounds is shown without.
const (
	maxBlock     = 8_000  // bytes of a block: some lexers take the square of its length
	maxColoured  = 32_000 // bytes in all blocks
	maxLanguages = 6      // of one text: each stays in memory from its first use
	maxColouring = 150 * time.Millisecond
)

var coloured = chromahtml.New(chromahtml.WithClasses(true))

// code draws a block of code. What a lexer does not finish in its time is not coloured.
func (c *check) code(n ast.Node) string {
	var source bytes.Buffer
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		source.Write(line.Value(c.source))
	}
	language := ""
	if fenced, ok := n.(*ast.FencedCodeBlock); ok {
		language = strings.ToLower(string(fenced.Language(c.source)))
	}
	if drawn, ok := c.colour(language, source.String()); ok {
		return drawn
	}
	return "<pre><code>" + html.EscapeString(source.String()) + "</code></pre>\n"
}

func (c *check) colour(language, source string) (string, bool) {
	if language == "" || len(language) > 30 {
		return "", false
	}
	lexer, known := c.lexers[language]
	if !known {
		if len(c.lexers) == maxLanguages {
			return "", false
		}
		lexer = lexers.Get(language)
		c.lexers[language] = lexer
	}
	if c.coloured += len(source); lexer == nil || len(source) > maxBlock ||
		c.coloured > maxColoured || c.colouring > maxColouring {
		return "", false
	}
	began := time.Now()
	defer func() { c.colouring += time.Since(began) }()
	next, err := lexer.Tokenise(nil, source)
	if err != nil {
		return "", false
	}
	var tokens []chroma.Token
	for token := next(); token != chroma.EOF; token = next() {
		if last := len(tokens) - 1; last >= 0 && tokens[last].Type == token.Type {
			tokens[last].Value += token.Value
		} else {
			tokens = append(tokens, token)
		}
		if c.colouring+time.Since(began) > maxColouring {
			return "", false
		}
		c.alive()
	}
	var out strings.Builder
	if coloured.Format(&out, styles.Fallback, chroma.Literator(tokens...)) != nil {
		return "", false
	}
	return out.String(), true
}
