package audit

import (
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
)

// What is hashed must never change: a chain of years ago is checked with today's program.
func TestHashesAreWhatTheyWere(t *testing.T) {
	tenant := uuid.MustParse("01900000-0000-7000-8000-000000000001")
	actor := uuid.MustParse("01900000-0000-7000-8000-000000000002")
	e := Entry{
		ID:        uuid.MustParse("01900000-0000-7000-8000-000000000003"),
		At:        time.UnixMicro(1_700_000_000_123_456).UTC(),
		Actor:     &actor,
		Verb:      "course.put",
		Type:      "course",
		Object:    uuid.MustParse("01900000-0000-7000-8000-000000000004"),
		After:     json.RawMessage(`{"title": "Graphs"}`),
		RequestID: "r",
		Address:   "192.0.2.1",
	}
	leaf := e.leaf(tenant)
	same(t, "leaf", leaf[:], "c0bc5aeca1f8a6824545b4678e31c21be9b77a3de3b2aa925752cfe62e32b2ea")
	three := append(append(append([]byte{}, leaf[:]...), make([]byte, 32)...), leaf[:]...)
	top := root(three)
	same(t, "root of three", top[:], "1425164b10ecda9261d41a3ccc38f8d161c6440b1138e258a257faa6336ed3d8")
	b := block{
		Number:   7,
		Entries:  []uuid.UUID{e.ID},
		Root:     leaf[:],
		Previous: make([]byte, 32),
		SealedAt: time.UnixMicro(1_700_000_001_000_000),
	}
	hash := b.hash(tenant)
	same(t, "block", hash[:], "36246ce6582798f85cf92893f18876320e613ece087a23be461477498be5b379")
}

func same(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	if text := hex.EncodeToString(got); text != want {
		t.Errorf("%s is %s, was %s", what, text, want)
	}
}
