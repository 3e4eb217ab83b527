package courses

import (
	"testing"

	"stoa/internal/base/budget"
)

// The head of a film is what anybody sends: it is a film that browsers play, or none.
func FuzzFilmKind(f *testing.F) {
	for _, seed := range []string{
		"", "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", "\xff\xff\xff\xffftypqt  \x00\x00\x00\x00",
		"\x00\x00\x00\x00ftypmp42mp41",
		"\x1a\x45\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm", "\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff",
		"\x1a\x45\xdf\xa3\x84\x42\x82\xff\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		head = head[:min(len(head), filmHead)]
		budget.Check(t, string(head), func() {
			if ending, ok := filmKind(head); ok != (filmTypes[ending] != "") {
				t.Errorf("%q: %t", ending, ok)
			}
		})
	})
}
