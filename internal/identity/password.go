package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"github.com/trustelem/zxcvbn"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
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

// HashPassword is the PHC string of a password, in the one form that its
// letters have however they were typed (NFC, as OpaqueString of RFC 8265 asks).
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt)
	return hashWithSalt(norm.NFC.String(password), salt)
}

func hashWithSalt(password string, salt []byte) string {
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonTime, argonLanes, enc.EncodeToString(salt), enc.EncodeToString(key))
}

// nobody's hash is compared when the account does not exist, so that the answer takes as long.
var nobody = hashWithSalt(rand.Text(), make([]byte, argonSalt))

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
	// an empty key would fit every password
	if err != nil || len(want) < 16 || passes < 1 || lanes < 1 || passes > 4 || memory > 47<<10 {
		return false
	}
	for _, form := range formsOf(password) {
		got := argon2.IDKey([]byte(form), salt, passes, memory, lanes, uint32(len(want)))
		if subtle.ConstantTimeCompare(got, want) == 1 {
			return true
		}
	}
	return false
}

// formsOf are the forms in which a password may have been hashed: composed, or as it was typed, as earlier
// versions did, perhaps on a keyboard that composes otherwise. For nearly every password they are one.
func formsOf(password string) []string {
	forms := []string{norm.NFC.String(password)}
	for _, other := range []string{password, norm.NFD.String(password)} {
		if !slices.Contains(forms, other) {
			forms = append(forms, other)
		}
	}
	return forms
}

// hash and check wait for their turn: each takes 19 MiB and a processor.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	if err := s.hashing.enter(ctx, viewer.From(ctx).Tenant); err != nil {
		return "", err
	}
	defer s.hashing.leave()
	return HashPassword(password), nil
}

func (s *Service) check(ctx context.Context, hash, password string) (bool, error) {
	if err := s.hashing.enter(ctx, viewer.From(ctx).Tenant); err != nil {
		return false, err
	}
	defer s.hashing.leave()
	return verifyPassword(hash, password), nil
}

// easily is how many guesses a password must withstand: a hundred million, zxcvbn's "safely unguessable".
const easily = 1e8

// acceptable refuses passwords that fall at once: too short, known from the lists of those
// in use, made of a pattern, or of words that belong to the account or the institution. What
// it is made of is free otherwise. The estimate is zxcvbn's (Wheeler, USENIX Security 2016).
func (s *Service) acceptable(ctx context.Context, password, email, name string) error {
	i, err := s.tenants.Get(ctx)
	if err != nil {
		return err
	}
	return acceptable(password, email, name, i.Name, i.ShortName)
}

func acceptable(password, email, name string, institution ...string) error {
	const field = "body.password"
	switch {
	case len([]rune(password)) < shortestPassword:
		return errs.InvalidField(field, fmt.Sprintf("needs %d characters or more", shortestPassword))
	case len([]rune(password)) > longestPassword:
		return errs.InvalidField(field, fmt.Sprintf("may have %d characters at most", longestPassword))
	}
	local, _, _ := strings.Cut(email, "@")
	own := strings.FieldsFunc(strings.ToLower(local+" "+name+" "+strings.Join(institution, " ")), func(r rune) bool {
		return !unicode.IsLetter(r)
	})
	words := append(own, local, "stoa", "alumni")
	left := strings.ToLower(password)
	for _, w := range words {
		if len(w) >= 4 {
			left = strings.ReplaceAll(left, w, "")
		}
	}
	if len(left) < len(password) && len([]rune(left)) < 8 {
		return errs.InvalidField(field, "should not be made of your name, your address or the institution's")
	}
	most := []rune(password)
	if zxcvbn.PasswordStrength(string(most[:min(len(most), 64)]), words).Guesses < easily {
		return errs.InvalidField(field, "is easy to guess: a few unrelated words are better")
	}
	return nil
}
