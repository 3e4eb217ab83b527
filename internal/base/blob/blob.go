// Package blob keeps files below the data folder: written once, read often, by names that we make.
package blob

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"stoa/internal/base/errs"
	"stoa/internal/base/folder"
)

// Store is a folder. Nothing outside it can be named (os.Root).
type Store struct {
	root *os.Root
	dir  string
}

// ErrTooLarge means that a file was longer than allowed; nothing of it is kept.
var ErrTooLarge = errors.New("the file is too large")

// Open makes the folder when it is missing.
func Open(dir string) (*Store, error) {
	if err := folder.Make(dir, 0o700); err != nil {
		return nil, folder.Explain("file store", err)
	}
	root, err := os.OpenRoot(dir)
	return &Store{root: root, dir: dir}, folder.Explain("file store", err)
}

// Put writes a file of at most limit bytes. It is there completely or not at all. It is refused (errs.Full) where it
// would take the room that is kept for the database.
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
	n, err := io.Copy(&roomy{File: f, dir: s.dir}, io.LimitReader(content, limit+1))
	if err == nil && n > limit {
		err = ErrTooLarge
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		if folder.IsFull(err) {
			return errs.DiskFull().Because(err)
		}
		return err
	}
	if err = s.root.Rename(part, name); err != nil {
		return err
	}
	return s.syncFolder(filepath.Dir(name))
}

// roomy is a file that stops before the disk is full.
type roomy struct {
	*os.File
	dir  string
	left int // bytes that may be written before the next look
}

const lookEvery = 4 << 20

func (r *roomy) Write(p []byte) (int, error) {
	if r.left -= len(p); r.left < 0 {
		free, _, err := folder.Room(r.dir)
		if err != nil {
			return 0, err
		}
		kept, err := folder.Reserve(r.dir)
		if err != nil {
			return 0, err
		}
		if free < kept+lookEvery {
			return 0, syscall.ENOSPC
		}
		r.left = lookEvery
	}
	return r.File.Write(p)
}

// ReadFrom would go past Write.
func (r *roomy) ReadFrom(from io.Reader) (int64, error) { return io.Copy(struct{ io.Writer }{r}, from) }

// syncFolder makes a new name last: without it a power cut may undo the rename, although the content was on disk.
func (s *Store) syncFolder(name string) error {
	dir, err := s.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Sweep removes what writes left behind that a crash cut off. Another process may be writing to the same folder: what
// it has written to of late stays.
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

// Remove takes a file away; one that is not there is no error.
func (s *Store) Remove(name string) error {
	err := s.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
