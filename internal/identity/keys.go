package identity

import (
	"context"
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
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/folder"
	"stoa/internal/base/keyfile"
)

// Keys sign access tokens and derive refresh tokens. They live in one file, readable by its owner alone, which
// every process follows: a key that RotateKeys adds is known before the first token signed with it arrives.
type Keys struct {
	path string
	ring atomic.Pointer[keyRing]
	mu   sync.Mutex
	seen os.FileInfo // the file when it was last read
}

// keyRing is what a file held.
type keyRing struct {
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

const keysEvery = time.Second // how often a process looks at the file unasked

// LoadKeys reads the file, or makes it with mode 0600 at the first start.
func LoadKeys(path string) (*Keys, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := createKeys(path); err != nil {
			return nil, folder.Explain("make keys", err)
		}
	}
	k := &Keys{path: path}
	return k, k.look()
}

// look reads the file anew when it has changed.
func (k *Keys) look() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.path)
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	if k.seen != nil && os.SameFile(info, k.seen) && info.ModTime().Equal(k.seen.ModTime()) {
		return nil
	}
	f, err := readKeys(k.path)
	if err != nil {
		return err
	}
	ring, err := ringOf(f)
	if err != nil {
		return fmt.Errorf("the key file %s: %w", k.path, err)
	}
	k.seen = info
	k.ring.Store(ring)
	return nil
}

// follow looks at the file until ctx ends. A file that cannot be read changes nothing: the keys in memory stay good.
func (k *Keys) follow(ctx context.Context) {
	for ctx.Err() == nil {
		if err := k.look(); err != nil {
			slog.WarnContext(ctx, "keys not read again", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(keysEvery):
		}
	}
}

// verifying is the public key of an id. An unknown one may be newer than the last look: another process
// may have signed with it already. To look costs the microseconds of a stat, less than a signature would.
func (k *Keys) verifying(id string) (ed25519.PublicKey, bool) {
	key, known := k.ring.Load().public[id]
	if !known && k.look() == nil {
		key, known = k.ring.Load().public[id]
	}
	return key, known
}

// RotateKeys adds a signing key to the file and says its id. Keys that no living token can be signed with go.
// When atOnce, all older ones go now: every access token ends, and clients renew theirs with the next request.
func RotateKeys(path string, atOnce bool) (string, error) {
	f, err := readKeys(path)
	if err != nil {
		return "", err
	}
	now := time.Now().UTC()
	kept := f.Signing[:0:0]
	for i, key := range f.Signing {
		replaced := now
		if i+1 < len(f.Signing) {
			replaced = f.Signing[i+1].Created
		}
		if !atOnce && now.Sub(replaced) < accessLife+time.Minute {
			kept = append(kept, key)
		}
	}
	fresh, err := newSigningKey()
	if err != nil {
		return "", err
	}
	f.Signing = append(kept, fresh)
	raw, err := encodeKeys(f)
	if err != nil {
		return "", err
	}
	return fresh.ID, keyfile.Replace(path, raw)
}

func readKeys(path string) (keyFile, error) {
	var f keyFile
	raw, err := keyfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, fmt.Errorf("there is no key file %s: name the data folder with --data", path)
	}
	if err != nil {
		return f, folder.Explain("the keys", err)
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return f, fmt.Errorf("the key file %s is damaged (%w): restore it from the backup, "+
			"or, if it is lost, move it away and type stoa keys new", path, err)
	}
	return f, nil
}

// ReplaceKeys makes a new key file where the old one is lost; one that is there is put aside.
func ReplaceKeys(path string) error {
	if err := keyfile.PutAside(path); err != nil {
		return folder.Explain("the keys", err)
	}
	return createKeys(path)
}

func newSigningKey() (signingKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	return signingKey{
		ID: uuid.NewString()[:8], Seed: base64.RawStdEncoding.EncodeToString(private.Seed()), Created: time.Now().UTC(),
	}, err
}

func createKeys(path string) error {
	fresh, err := newSigningKey()
	if err != nil {
		return err
	}
	refresh := make([]byte, 32)
	_, _ = rand.Read(refresh)
	raw, err := encodeKeys(keyFile{
		Signing: []signingKey{fresh},
		Refresh: base64.RawStdEncoding.EncodeToString(refresh),
	})
	if err != nil {
		return err
	}
	return keyfile.Create(path, raw)
}

func encodeKeys(f keyFile) ([]byte, error) {
	raw, err := json.MarshalIndent(f, "", "  ")
	return append(raw, '\n'), err
}

func ringOf(f keyFile) (*keyRing, error) {
	k := &keyRing{signing: map[string]ed25519.PrivateKey{}, public: map[string]ed25519.PublicKey{}}
	for _, s := range f.Signing {
		seed, err := base64.RawStdEncoding.DecodeString(s.Seed)
		if err != nil || len(seed) != ed25519.SeedSize || s.ID == "" {
			return nil, errors.New("it holds a broken signing key")
		}
		private := ed25519.NewKeyFromSeed(seed)
		k.current, k.signing[s.ID], k.public[s.ID] = s.ID, private, private.Public().(ed25519.PublicKey)
	}
	var err error
	k.refresh, err = base64.RawStdEncoding.DecodeString(f.Refresh)
	if err != nil || len(k.refresh) < 32 || k.current == "" {
		return nil, errors.New("it lacks a key")
	}
	return k, nil
}

// KeySet is the public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
func (k *Keys) KeySet() map[string]any {
	keys := []map[string]string{}
	for id, public := range k.ring.Load().public {
		keys = append(keys, map[string]string{
			"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": id,
			"x": base64.RawURLEncoding.EncodeToString(public),
		})
	}
	return map[string]any{"keys": keys}
}

// refreshToken derives the token of a session's generation.
// Neither the database nor the key alone is enough to make one.
func (k *Keys) refreshToken(session uuid.UUID, generation uint32, nonce []byte) string {
	head := binary.BigEndian.AppendUint32(append([]byte{}, session[:]...), generation)
	mac := hmac.New(sha256.New, k.ring.Load().refresh)
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
