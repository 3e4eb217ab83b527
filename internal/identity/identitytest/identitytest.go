// Package identitytest is what other tests need of identity.
package identitytest

import (
	"encoding/base64"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/crypto/argon2"

	"stoa/internal/base/probe"
	"stoa/internal/identity"
)

// Password is that of everybody in tests.
const Password = "a quiet reading room"

// PasswordHash is that of Password, made with the least work that Argon2 knows. Who verifies a hash reads
// its work from it, so that tests sign people in as often as they like; what they set through the product
// costs what the product asks.
var PasswordHash = sync.OnceValue(func() string {
	salt, encode := []byte("salt of all tests"), base64.RawStdEncoding.EncodeToString
	key := argon2.IDKey([]byte(Password), salt, 1, 8, 1, 32)
	return fmt.Sprintf("$argon2id$v=%d$m=8,t=1,p=1$%s$%s", argon2.Version, encode(salt), encode(key))
})

// Probe is what the module brings to the tests of every operation; issuer is the
// address of a sign-in service that can be found.
func Probe(s *identity.Service, issuer func() string) probe.Module {
	return probe.Module{
		Furnish: func(t testing.TB, c probe.Cast, e probe.Estate) {
			t.Helper()
			asked, err := s.AskVerification(c.Newcomer, "Roll 1 "+c.Mark)
			if err != nil {
				t.Fatal(err)
			}
			e["verification_id"] = asked.ID
		},
		Bodies: func(probe.Estate) map[string]any {
			return map[string]any{
				"password-change": map[string]any{"current_password": Password, "password": Password},
				"totp-begin":      map[string]any{"name": "Phone"},
				"totp-confirm":    map[string]any{"code": "123456"},
				"passkey-begin":   map[string]any{"name": "Laptop"},
				"passkey-add": map[string]any{
					"challenge": uuid.NewString(), "credential": map[string]any{},
				},
				"recovery-codes-renew": map[string]any{},
				"factor-remove":        map[string]any{},
				"connection-add":       map[string]any{"challenge": uuid.NewString()},
				"connection-remove":    map[string]any{},
				"provider-add": map[string]any{
					"name": "Campus", "key": "k" + uuid.NewString()[:8], "issuer": issuer(),
					"client_id": "stoa", "client_secret": "a secret of tests",
				},
				"provider-put":        map[string]any{"name": "Mine", "client_id": "mine", "client_secret": "mine"},
				"ban-put":             map[string]any{"reason": "probe"},
				"roles-put":           map[string]any{"roles": []string{"student"}},
				"verification-ask":    map[string]any{"statement": "Roll 2"},
				"verification-decide": map[string]any{"decision": "verified"},
			}
		},
		Related: map[string][]string{"owns": {"learner"}},
		Unrecorded: map[string]string{
			"session-refresh": "the chain's own row tells when; a retry and a reuse are recorded",
			"passkey-ask":     "a challenge for whoever asks; nothing is known of them",
			"passkey-begin":   "a challenge; the key that comes of it is recorded",
			"provider-begin":  "a challenge for whoever asks; what comes of it is recorded",
			"totp-begin":      "an app counts, and is recorded, when it is confirmed",
		},
		Deletable: map[string]probe.Deletable{"identity.person": {Named: "person_id"}},
	}
}
