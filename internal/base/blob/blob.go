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

// ErrNoSpace means that a file's folder would hold more than it may; nothing of the file is kept.
var ErrNoSpace = errors.New("the folder is full")

// Put writes a file of at most limit bytes into a folder that may hold space bytes; 0 is half of the disk. It is there
// completely or not at all. It is refused (errs.Full) where it would take the room that is kept for the database.
func (s *Store) Put(name string, content io.Reader, limit, space int64) (err error) {
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
	n, err := io.Copy(&roomy{File: f, store: s, folder: filepath.Dir(name), space: space},
		io.LimitReader(content, limit+1))
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

// roomy is a file that stops before the disk, or what its folder may hold, is full.
type roomy struct {
	*os.File
	store  *Store
	folder string
	space  int64
	left   int // bytes that may be written before the next look
}

const lookEvery = 4 << 20

func (r *roomy) Write(p []byte) (int, error) {
	if r.left -= len(p); r.left < 0 {
		if err := r.look(); err != nil {
			return 0, err
		}
		r.left = lookEvery
	}
	return r.File.Write(p)
}

func (r *roomy) look() error {
	free, size, err := folder.Room(r.store.dir)
	if err != nil {
		return err
	}
	kept, err := folder.Reserve(r.store.dir)
	if err != nil {
		return err
	}
	if free < kept+lookEvery {
		return syscall.ENOSPC
	}
	space := r.space
	if space == 0 {
		space = int64(size / 2) // #nosec G115 -- no disk has 2^64 bytes
	}
	used, err := r.store.used(r.folder) // with what others are writing there just now
	if err == nil && used > space {
		return ErrNoSpace
	}
	return err
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

// used is how many bytes a folder's files have, those too that are being written.
func (s *Store) used(dir string) (n int64, err error) {
	err = s.each(dir, func(_ string, info fs.FileInfo) { n += info.Size() })
	return n, err
}

// Old are a folder's files that are there longer than an age.
func (s *Store) Old(dir string, age time.Duration) (names []string, err error) {
	err = s.each(dir, func(name string, info fs.FileInfo) {
		if filepath.Ext(name) != partial && time.Since(info.ModTime()) > age {
			names = append(names, name)
		}
	})
	return names, err
}

func (s *Store) each(dir string, file func(name string, info fs.FileInfo)) error {
	entries, err := fs.ReadDir(s.root.FS(), dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		if err != nil {
			return err
		}
		file(e.Name(), info)
	}
	return err
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
