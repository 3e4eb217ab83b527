package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"stoa/internal/base/errs"
)

// The vault keeps secrets that the database holds but must not tell by itself: sealed (AES-256-GCM) or only
// recognisable (HMAC), each use with a key of its own derived from the installation's key file (HKDF, RFC 5869).

// For is a key for a use of its own, outside this module.
func (k *Keys) For(use string) []byte { return k.derived(use) }

func (k *Keys) derived(use string) []byte {
	key, err := hkdf.Key(sha256.New, k.ring.Load().refresh, nil, "stoa "+use, 32)
	if err != nil {
		panic(err) // only for lengths that HKDF cannot give
	}
	return key
}

func (k *Keys) sealer(use string) cipher.AEAD {
	block, err := aes.NewCipher(k.derived(use))
	if err != nil {
		panic(err) // only for wrong key lengths
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// errSealed says what to do where a secret was sealed with keys that this installation no longer has.
func errSealed(use string) error {
	sentence := "The codes of this app can no longer be checked, because the installation's keys were replaced. " +
		"Sign in with a passkey, or ask the institution to take the app away."
	if use == "provider secret" {
		sentence = "This sign-in service must be set up again by the institution, because the installation's keys " +
			"were replaced."
	}
	return errs.New(errs.Conflict, sentence).WithCode("sealed")
}

// seal encrypts a secret for one place, as a factor's id: elsewhere it does not open.
func (k *Keys) seal(use string, secret, place []byte) []byte {
	return k.sealer(use).Seal(nil, nil, secret, place)
}

func (k *Keys) unseal(use string, sealed, place []byte) ([]byte, error) {
	secret, err := k.sealer(use).Open(nil, nil, sealed, place)
	if err != nil {
		return nil, errSealed(use)
	}
	return secret, nil
}

// mark is what a secret is recognised by.
func (k *Keys) mark(use, secret string) []byte {
	mac := hmac.New(sha256.New, k.derived(use))
	mac.Write([]byte(secret))
	return mac.Sum(nil)
}

// Mark is what a text is recognised by that this installation gave away and gets back, for a use of its own.
func (s *Service) Mark(use, text string) []byte { return s.keys.mark(use, text) }

func random(n int) []byte {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails
	return raw
}

// Mark is what the keys that seal are recognised by; signing keys come and go without changing it.
func (k *Keys) Mark() []byte { return k.derived("mark of the installation") }
