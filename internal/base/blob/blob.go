// Package blob keeps files below the data folder: written once, read often, by names that we make.
package blob

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"stoa/internal/base/folder"
)

// Store is a folder. Nothing outside it can be named (os.Root).
type Store struct{ root *os.Root }

// ErrTooLarge means that a file was longer than allowed; nothing of it is kept.
var ErrTooLarge = errors.New("the file is too large")

// Open makes the folder when it is missing.
func Open(dir string) (*Store, error) {
	if err := folder.Make(dir, 0o700); err != nil {
		return nil, folder.Explain("file store", err)
	}
	root, err := os.OpenRoot(dir)
	return &Store{root: root}, folder.Explain("file store", err)
}

// Put writes a file of at most limit bytes. It is there completely or not at all.
func (s *Store) Put(name string, content io.Reader, limit int64) (err error) {
	if err := s.root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	part := name + partial
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
	if err = s.root.Rename(part, name); err != nil {
		return err
	}
	return s.syncFolder(filepath.Dir(name))
}

// syncFolder makes a new name last: without it a power cut may undo the rename, although the content was on disk.
func (s *Store) syncFolder(name string) error {
	dir, err := s.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Sweep removes what writes left behind that a crash cut off. Another process may be writing to the same folder: what it has
// written to of late stays.
func (s *Store) Sweep() error {
	return fs.WalkDir(s.root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != partial {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && time.Since(info.ModTime()) < abandoned {
			return nil
		}
		return errors.Join(err, s.root.Remove(path))
	})
}

const (
	partial   = ".part"
	abandoned = time.Hour // longer than any request lasts
)

// Get opens a file for reading.
func (s *Store) Get(name string) (*os.File, error) { return s.root.Open(name) }
