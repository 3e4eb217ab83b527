package markdown_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"stoa/internal/base/errs"
	"stoa/internal/base/markdown"
)

func TestATextBeyondItsBoundsNamesThePlace(t *testing.T) {
	t.Parallel()
	wide := "|" + strings.Repeat("a|", 1200) + "\n|" + strings.Repeat("-|", 1200) + "\n"
	for source, want := range map[string]string{
		"a\n\n" + wide + "b":                      "line 4: a table of 1,200 columns; 100 are drawn at most",
		"a\n" + strings.Repeat("> ", 40) + "b":    "line 2: quotes or lists more than 24 levels deep",
		"a\n\n$" + strings.Repeat("{", 40) + "$":  "line 3: a formula with groups more than 24 levels deep",
		"$" + strings.Repeat("x", 3000) + "$":     "line 1: a formula of 3,000 bytes; 2,000 are drawn at most",
		"a\n" + strings.Repeat("<div>", 60):       "line 2: elements of HTML more than 48 levels deep",
		"a\n\n" + strings.Repeat("[^a] ", 1100):   "line 3: more than 1,000 footnotes and references to them",
		strings.Repeat("a\n\n", 20_000):           "line 30001: more than 15,000 paragraphs, headings and items",
		strings.Repeat("a", markdown.MaxSource+1): "is 200,001 bytes long; 200,000 are drawn at most",
		strings.Repeat("$x$ ", 2000):              "line 1: more than 1,500 formulas",
	} {
		_, err := markdown.Render(t.Context(), "body.body", source)
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Invalid || e.Fields[0].Location != "body.body" ||
			e.Fields[0].Message != want {
			t.Errorf("%.40q: %+v, not %q", source, err, want)
			if e != nil && len(e.Fields) > 0 {
				t.Log(e.Fields[0].Message)
			}
		}
	}
}

func TestNothingIsDrawnForOneWhoHasGone(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := markdown.Render(ctx, "body", "a"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
