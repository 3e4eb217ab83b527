// Package edition lets several people edit one thing without losing each other's work. What is read carries
// the etag of its editable state; what is written back says which etag was edited. When somebody else has
// written meanwhile, nothing is changed, and the refusal holds their state, so that a screen can show both.
package edition

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"stoa/internal/base/errs"
)

// Of is the etag of an editable state: the same for equal states, whoever wrote them. The state is what a
// client may write, never what the server adds (counts, times, rendered text), so that only edits meet.
func Of(state any) string {
	raw, err := json.Marshal(state)
	if err != nil {
		panic(err) // states are plain structs of our own
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:12])
}

// Seen is which state somebody edited. It is part of a body; the header If-Match says the
// same. Neither: whatever is there is replaced, as programs that know no better ask for.
type Seen struct {
	Etag string `json:"etag,omitempty" maxLength:"200" doc:"The etag of the state that was edited, as If-Match. Absent: any"`
}

// Or is what the body says, or else the header.
func (s Seen) Or(ifMatch string) Seen {
	if s.Etag == "" {
		s.Etag = ifMatch
	}
	return s
}

// Check refuses to replace a state that the editor has not seen. It is to be asked under the lock of the row.
func (s Seen) Check(now any) error {
	if s.Etag == "" || s.names(Of(now)) {
		return nil
	}
	return errs.New(errs.Conflict, "Somebody else has changed this meanwhile. Compare both versions before you save.").
		WithCode("edited").With("current", now).With("etag", Of(now))
}

// names tells whether an etag is among those seen, which a header may list (RFC 9110,
// section 13.1.1). The tag of an answer is the etag of the state and, behind a dot,
// what distinguishes answers of one state; weak or strong makes no difference here.
func (s Seen) names(etag string) bool {
	for tag := range strings.SplitSeq(s.Etag, ",") {
		tag = strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`)
		state, _, _ := strings.Cut(tag, ".")
		if state == etag || tag == "*" {
			return true
		}
	}
	return false
}
