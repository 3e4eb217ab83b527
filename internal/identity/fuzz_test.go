package identity

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/budget"
	"stoa/internal/base/clock"
	rows "stoa/internal/identity/internal/db"
)

// No token but one that we signed is read, whatever its shape.
func FuzzAccessToken(f *testing.F) {
	keys, err := LoadKeys(filepath.Join(f.TempDir(), "keys.json"))
	if err != nil {
		f.Fatal(err)
	}
	s := &Service{keys: keys, clock: clock.System{}, tokens: newTokenCache()}
	good, _, err := s.accessToken(rows.Person{
		ID:       uuid.New(),
		TenantID: uuid.New(),
		Roles:    []string{"student"},
	}, uuid.New())
	if err != nil {
		f.Fatal(err)
	}
	parts := strings.Split(good, ".")
	for _, seed := range []string{
		"", ".", "..", "a.b.c", good[:len(good)-1], parts[0] + ".e30." + parts[2],
		"eyJhbGciOiJub25lIn0." + parts[1] + ".",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		budget.Check(t, token, func() {
			if c, err := s.parse(token); err == nil && token != good {
				t.Errorf("believed %q: %+v", token, c)
			}
		})
	})
}

// A refresh token is taken apart and put together again without loss, or refused.
func FuzzRefreshToken(f *testing.F) {
	keys, err := LoadKeys(filepath.Join(f.TempDir(), "keys.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(keys.refreshToken(uuid.New(), 3, []byte("nonce")))
	f.Add("")
	f.Add(strings.Repeat("A", 70))
	f.Fuzz(func(t *testing.T, token string) {
		budget.Check(t, token, func() {
			session, generation, ok := splitRefreshToken(token)
			if ok && keys.refreshToken(session, generation, []byte("another")) == token {
				t.Error("a token fits a nonce that it was not made with")
			}
		})
	})
}

// A stored hash is read or refused: it never panics, and nothing fits a broken one.
func FuzzPasswordHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "word")
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$", "")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, hash, word string) {
		budget.Check(t, hash, func() {
			if verifyPassword(hash, word) && !strings.HasPrefix(hash, "$argon2id$") {
				t.Errorf("%q fits %q", word, hash)
			}
		})
	})
}
