package httpapi_test

import (
	"testing"

	"stoa/internal/base/budget"
	"stoa/internal/base/httpapi"
)

// A cursor is text that anybody can send: it is read or refused.
func FuzzDecodeCursor(f *testing.F) {
	for _, seed := range []string{"", "e30", "W10", "bnVsbA", "!", "eyJhIjoxfQ==", "eyJOYW1lIjoiYSIsIklEIjoxfQ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		var place struct {
			Name string
			Year int
		}
		budget.Check(t, cursor, func() {
			if ok, err := httpapi.DecodeCursor(cursor, &place); ok && err != nil {
				t.Errorf("read and refused: %v", err)
			}
			_ = httpapi.Network(cursor)
		})
	})
}
