package cache

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/redis/rueidis"

	"stoa/internal/base/db"
	"stoa/internal/base/redistest"
)

func TestRedisIsBelievedWithOurMarkAlone(t *testing.T) {
	t.Parallel()
	ours, foreign := &shared{key: []byte("ours")}, &shared{key: []byte("foreign")}
	raw := []byte(`{"items":[]}`)
	sealed := append(ours.mark("a", raw), raw...)
	if got, ok := ours.believed("a", sealed); !ok || !bytes.Equal(got, raw) {
		t.Errorf("our own answer: %s %v", got, ok)
	}
	for why, c := range map[string]struct {
		name   string
		sealed []byte
	}{
		"of another name":        {"b", sealed},
		"made with another key":  {"a", append(foreign.mark("a", raw), raw...)},
		"without a mark":         {"a", raw},
		"nothing":                {"a", nil},
		"half a mark":            {"a", sealed[:20]},
		"one byte more":          {"a", append(bytes.Clone(sealed), 'x')},
		"an answer that is none": {"a", append(ours.mark("a", raw), []byte(`{"items":[1]}`)...)},
	} {
		if _, ok := ours.believed(c.name, c.sealed); ok {
			t.Errorf("%s is believed", why)
		}
	}
	if n, ok := ours.versionOf("v", ours.version("v", 7)); !ok || n != 7 {
		t.Errorf("our own version: %d %v", n, ok)
	}
	for _, forged := range []string{
		"9223372036854775807", "", "7", "8" + ours.version("v", 7)[1:], foreign.version("v", 9), ours.version("w", 9),
	} {
		if _, ok := ours.versionOf("v", forged); ok {
			t.Errorf("%q is believed", forged)
		}
	}
}

// Redis may tell of changes before its client is ours, and without it being there at all.
func TestRedisMayCallEarly(t *testing.T) {
	t.Parallel()
	server := redistest.Prepare(t)
	s, err := dial(server.URL, "test", []byte("key"), new(db.Versions))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.invalidated(nil)
	s.invalidated([]rueidis.RedisMessage{{}, {}})
	for range 3 {
		s.changed <- []string{versionPrefix + uuid.NewString() + ":directory"}
	}
	for began := time.Now(); len(s.changed) > 0; time.Sleep(time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			t.Fatal("nobody listens")
		}
	}
}
