package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/jackc/pgx/v5"

	"stoa/internal/base/folder"
	"stoa/internal/base/keyfile"
)

// KeyFile is where the key that signs the chain lies: its seed, then the public keys of those that were lost, oldest
// first. They stand in the file and not in the database, so that nobody can add one who has only the database.
func KeyFile(dir string) string { return filepath.Join(dir, "audit.key") }

func newSeed() []byte {
	fresh := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(fresh)
	return fresh
}

func readKey(path string) (ed25519.PrivateKey, []ed25519.PublicKey, error) {
	raw, err := keyfile.Read(path)
	if err != nil {
		return nil, nil, folder.Explain("the audit key", err)
	}
	key, whole := keyOf(raw)
	if !whole {
		return nil, nil, fmt.Errorf("the audit key %s is damaged (%d bytes): restore it from the backup, "+
			"or, if it is lost, move it away and type stoa audit new-key", path, len(raw))
	}
	var public []ed25519.PublicKey
	for rest := raw[ed25519.SeedSize:]; len(rest) > 0; rest = rest[ed25519.PublicKeySize:] {
		public = append(public, rest[:ed25519.PublicKeySize])
	}
	return key, append(public, key.Public().(ed25519.PublicKey)), nil
}

// keyOf is the key that a file's content begins with, if it is whole.
func keyOf(raw []byte) (key ed25519.PrivateKey, whole bool) {
	if len(raw) < ed25519.SeedSize || len(raw)%ed25519.SeedSize != 0 {
		return nil, false
	}
	return ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize]), true
}

// Public is the keys that others check blocks with, 32 bytes each, the one in use last.
func (l *Log) Public() []byte {
	var all []byte
	for _, k := range l.public {
		all = append(all, k...)
	}
	return all
}

// ReplaceKey makes a new signing key, and keeps the public keys of those that were lost (as Public told them), so
// that what they signed can still be checked. A file that is there is put aside.
func ReplaceKey(dir string, lost []byte) error {
	path := KeyFile(dir)
	if raw, err := os.ReadFile(path); err == nil {
		if key, whole := keyOf(raw); whole && bytes.HasSuffix(lost, key.Public().(ed25519.PublicKey)) {
			return fmt.Errorf("the audit key %s is there, and is the one in use: nothing was changed", path)
		}
	}
	if err := keyfile.PutAside(path); err != nil {
		return folder.Explain("the audit key", err)
	}
	return keyfile.Create(path, append(newSeed(), lost...))
}

// IsOurs tells whether the newest block of the viewer's institution, if there is one, was signed with a key that we
// know.
func (l *Log) IsOurs(ctx context.Context) (bool, error) {
	head, err := q.BlockHead(ctx, l.db.Read(ctx))
	if errors.Is(err, pgx.ErrNoRows) {
		return true, nil
	}
	return slices.ContainsFunc(l.public, func(k ed25519.PublicKey) bool {
		return ed25519.Verify(k, head.Hash, head.Signature)
	}), err
}
