package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"

	"stoa/internal/base/errs"
)

// Argon2id with 19 MiB, 2 passes, 1 lane: the OWASP password storage recommendation. Kept as a PHC string.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

const (
	shortestPassword = 10
	longestPassword  = 200
)

var hashesAtOnce = runtime.NumCPU()

// HashPassword is the PHC string of a password.
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt)
	return hashWithSalt(password, salt)
}

func hashWithSalt(password string, salt []byte) string {
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, enc.EncodeToString(salt), enc.EncodeToString(key))
}

// nobody's hash is compared when the account does not exist, so that the answer takes as long.
var nobody = hashWithSalt("", make([]byte, argonSalt))

func verifyPassword(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false
	}
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) < 16 || passes < 1 || lanes < 1 || passes > 16 || memory > 1<<20 { // an empty key would fit every password
		return false
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// hash and check wait for their turn: each takes 19 MiB and a processor.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	if err := s.enterHashing(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashing }()
	return HashPassword(password), nil
}

func (s *Service) check(ctx context.Context, hash, password string) (bool, error) {
	if err := s.enterHashing(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashing }()
	return verifyPassword(hash, password), nil
}

func (s *Service) enterHashing(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// acceptable refuses passwords that fall at once: too short, or made of the account's own address or name.
func acceptable(password, email, name string) error {
	const field = "body.password"
	lower := strings.ToLower(password)
	local, _, _ := strings.Cut(email, "@")
	switch {
	case len([]rune(password)) < shortestPassword:
		return errs.InvalidField(field, fmt.Sprintf("needs %d characters or more", shortestPassword))
	case len(password) > longestPassword:
		return errs.InvalidField(field, fmt.Sprintf("may have %d characters at most", longestPassword))
	case len(local) >= 4 && strings.Contains(lower, local), strings.ReplaceAll(lower, " ", "") == strings.ReplaceAll(strings.ToLower(name), " ", ""):
		return errs.InvalidField(field, "should not contain your name or address")
	case strings.Count(password, password[:1]) == len(password), commonPasswords[lower]:
		return errs.InvalidField(field, "is one of the first that anybody would try")
	}
	return nil
}

var commonPasswords = map[string]bool{
	"1234567890": true, "0123456789": true, "qwertyuiop": true, "password123": true, "password1234": true, "passwordpassword": true,
	"iloveyou123": true, "1q2w3e4r5t": true, "qwerty12345": true, "abcdefghij": true, "welcome123": true, "letmein123": true,
}
