package identity

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
)

// Keys sign access tokens and derive refresh tokens. They live in one file, readable by its owner alone.
type Keys struct {
	current string
	signing map[string]ed25519.PrivateKey
	public  map[string]ed25519.PublicKey
	refresh []byte
}

type keyFile struct {
	Signing []signingKey `json:"signing"` // the newest last; older ones still verify
	Refresh string       `json:"refresh"`
}

type signingKey struct {
	ID      string    `json:"kid"`
	Seed    string    `json:"seed"`
	Created time.Time `json:"created"`
}

// LoadKeys reads the file, or makes it with mode 0600 at the first start.
func LoadKeys(path string) (*Keys, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := createKeys(path); err != nil {
			return nil, fmt.Errorf("make keys: %w", err)
		}
		raw, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the key file %s is open to others (mode %o): chmod 600 it", path, info.Mode().Perm())
	}
	var f keyFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("the key file %s is broken: %w", path, err)
	}
	return keysOf(f)
}

func createKeys(path string) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	refresh := make([]byte, 32)
	_, _ = rand.Read(refresh)
	enc := base64.RawStdEncoding
	f := keyFile{
		Signing: []signingKey{{ID: uuid.NewString()[:8], Seed: enc.EncodeToString(private.Seed()), Created: time.Now().UTC()}},
		Refresh: enc.EncodeToString(refresh),
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(append(raw, '\n'))
	return errors.Join(err, out.Sync(), out.Close())
}

func keysOf(f keyFile) (*Keys, error) {
	k := &Keys{signing: map[string]ed25519.PrivateKey{}, public: map[string]ed25519.PublicKey{}}
	for _, s := range f.Signing {
		seed, err := base64.RawStdEncoding.DecodeString(s.Seed)
		if err != nil || len(seed) != ed25519.SeedSize || s.ID == "" {
			return nil, errors.New("the key file holds a broken signing key")
		}
		private := ed25519.NewKeyFromSeed(seed)
		k.current, k.signing[s.ID], k.public[s.ID] = s.ID, private, private.Public().(ed25519.PublicKey)
	}
	var err error
	if k.refresh, err = base64.RawStdEncoding.DecodeString(f.Refresh); err != nil || len(k.refresh) < 32 || k.current == "" {
		return nil, errors.New("the key file lacks a key")
	}
	return k, nil
}

// KeySet is the public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
func (k *Keys) KeySet() map[string]any {
	keys := []map[string]string{}
	for id, public := range k.public {
		keys = append(keys, map[string]string{
			"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": id, "x": base64.RawURLEncoding.EncodeToString(public),
		})
	}
	return map[string]any{"keys": keys}
}

// refreshToken derives the token of a session's generation. Neither the database nor the key alone is enough to make one.
func (k *Keys) refreshToken(session uuid.UUID, generation uint32, nonce []byte) string {
	head := binary.BigEndian.AppendUint32(append([]byte{}, session[:]...), generation)
	mac := hmac.New(sha256.New, k.refresh)
	mac.Write(head)
	mac.Write(nonce)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(head))
}

// splitRefreshToken takes a token apart without believing it.
func splitRefreshToken(token string) (session uuid.UUID, generation uint32, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 16+4+sha256.Size {
		return uuid.Nil, 0, false
	}
	copy(session[:], raw)
	return session, binary.BigEndian.Uint32(raw[16:]), true
}

// KeySet is the public keys that verify access tokens.
func (s *Service) KeySet() map[string]any { return s.keys.KeySet() }
