// Package visible says what may stand in a text that people read: names, titles, codes, labels.
// Whoever reads it sees it, from the first letter to the last, in the order in which it was written.
package visible

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Line is a text of one line as it is kept: composed letters (NFC), without blanks around it or runs of them within.
// Why is what is wrong with it, in words for who typed it; empty when nothing is. An empty text is not wrong.
func Line(text string) (line, why string) {
	text, why = Text(text)
	return strings.Join(strings.Fields(text), " "), why
}

// Text is Line for several lines: line ends and blanks within stay.
func Text(text string) (clean, why string) {
	text = norm.NFC.String(text)
	for _, r := range text {
		switch {
		case turns(r):
			return text, "holds characters that turn the direction of writing"
		case unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t', r == '\ufeff':
			return text, "holds characters that are no text"
		}
	}
	text = strings.TrimSpace(text)
	if text != "" && !strings.ContainsFunc(text, seen) {
		return "", "needs at least one visible character"
	}
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || blank(r) && !joins(r) }), ""
}

// Name is a person's name as it was composed, without what nobody would see of it: control characters,
// marks of direction, blanks that show nothing. A joiner stays where letters join: between those of
// the Latin, Greek, Cyrillic and Han scripts it would make another name that looks the same.
func Name(text string) string {
	var before rune
	shown := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) && !unicode.IsSpace(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufffd',
			joins(r) && (before == 0 || unicode.In(before, unjoined...)),
			blank(r) && !joins(r) && !unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		before = r
		return r
	}, text)
	return strings.Join(strings.Fields(shown), " ")
}

// unjoined are scripts whose letters do not join, and the accents that stand on any letter.
var unjoined = []*unicode.RangeTable{
	unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Han, unicode.Inherited, unicode.Space,
}

// turns tells the marks that override or isolate the direction of
// writing (UAX #9); the two plain marks are harmless and needed.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// joins tells the joiners that scripts of India and Persia spell with, and that emoji are put together by.
func joins(r rune) bool { return r == '\u200c' || r == '\u200d' }

// blank tells characters that show nothing although they are no
// spaces: format marks, fillers, the empty pattern of Braille.
func blank(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u034f', '\u17b4', '\u17b5':
		return true
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// seen tells a character that shows by itself: a mark needs a letter to stand on.
func seen(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) && !blank(r)
}
