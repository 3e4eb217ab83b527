package visible_test

import (
	"testing"

	"stoa/internal/base/visible"
)

func TestWhatNobodySeesIsNoText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"\u200b\u200b", "\u2060", "\u3164", "\u00ad", "\u200d", "\u2800", "\u0301", "\ufe0f", "\u115f\u1160",
		"\u202eevil", "a\u2066b", "a\x00b", "a\x1bb", "\ufeffa",
	} {
		if got, why := visible.Line(text); why == "" {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
	for text, want := range map[string]string{
		"": "", "   ": "", "\u00a0": "", "\n": "", " a  b\t c ": "a b c", "Jose\u0301": "José",
		"क्\u200dष": "क्\u200dष", "می\u200cخواهم": "می\u200cخواهم", "👩\u200d💻": "👩\u200d💻",
		"O'Brien": "O'Brien", "ぁ": "ぁ", "\u200bname\u200b": "name", "≠": "≠", "7": "7", "a\ufffd": "a\ufffd",
		"\u200eשלום": "שלום",
	} {
		if got, why := visible.Line(text); got != want || why != "" {
			t.Errorf("%q: %q %s", text, got, why)
		}
	}
	if got, _ := visible.Text(" one\n\n two "); got != "one\n\n two" {
		t.Errorf("lines: %q", got)
	}
}

func TestNamesHideNothing(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Ad\u200bmin": "Admin", "Ad\u00admin": "Admin", "Ad\u2060min": "Admin", "Ad\u200dmin": "Admin",
		"Ad\u200c\u200dmin": "Admin", "\u200dAdmin": "Admin",
		"Admin\U000e0061": "Admin", "Ad\u3164min": "Admin", "Jose\u0301\u200d Rao": "Jose\u0301 Rao",
		" Lena\u202e \u0007\ufeffRao\n": "Lena Rao", "\u200b": "",
		"Анна\u200d": "Анна", "王\u200d小明": "王小明", "क्\u200dष": "क्\u200dष", "می\u200cخواهم": "می\u200cخواهم",
		"ශ්\u200dරී": "ශ්\u200dරී", "👩\u200d💻": "👩\u200d💻", "O'Brien": "O'Brien",
	} {
		if got := visible.Name(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
