// Package keyfile keeps secrets in files that their owner alone can read. A file appears
// and changes in one step: who reads it meanwhile sees the old or the new one, never half.
package keyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Read is the file's content. A file that others can read is refused: its secret may be known.
func Read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the key file %s is open to others (mode %o): chmod 600 it", path, info.Mode().Perm())
	}
	return os.ReadFile(path)
}

// Create makes the file, and its folder, unless it is there: of
// processes that start together the first one's content counts.
func Create(path string, content []byte) error {
	// #nosec G301 -- the data folder, which the database's user passes through; the file is 0600
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := put(path, content, os.Link); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Replace puts another content in the file's place.
func Replace(path string, content []byte) error { return put(path, content, os.Rename) }

// PutAside makes room for another file where this one is lost or damaged. One
// that cannot be read, or that others can, is left alone: it may be whole.
func PutAside(path string) error {
	if _, err := Read(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return os.Rename(path, path+".replaced")
}

func put(path string, content []byte, place func(from, to string) error) error {
	out, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	_, err = out.Write(content)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return place(out.Name(), path)
}
