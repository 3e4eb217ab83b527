// Package blob keeps files below the data folder: written once, read often, by names that we make.
package blob

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Store is a folder. Nothing outside it can be named (os.Root).
type Store struct{ root *os.Root }

// ErrTooLarge means that a file was longer than allowed; nothing of it is kept.
var ErrTooLarge = errors.New("the file is too large")

// Open makes the folder when it is missing.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	root, err := os.OpenRoot(dir)
	return &Store{root}, err
}

// Put writes a file of at most limit bytes. It is there completely or not at all.
func (s *Store) Put(name string, content io.Reader, limit int64) (err error) {
	if err := s.root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	part := name + ".part"
	f, err := s.root.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = s.root.Remove(part)
		}
	}()
	n, err := io.Copy(f, io.LimitReader(content, limit+1))
	if err == nil && n > limit {
		err = ErrTooLarge
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return s.root.Rename(part, name)
}

// Get opens a file for reading.
func (s *Store) Get(name string) (*os.File, error) { return s.root.Open(name) }

// Remove takes a file away; one that is not there is no error.
func (s *Store) Remove(name string) error {
	err := s.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
