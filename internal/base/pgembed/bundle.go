package pgembed

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/klauspost/compress/zstd"

	"stoa/internal/base/folder"
)

// Major is the major version of the binaries inside.
const Major = "18"

//go:embed bundle
var bundle embed.FS

// unpack puts the binaries below home, once per version of them, and returns their folder.
func unpack(home string, durable bool) (string, error) {
	packed, err := bundle.ReadFile("bundle/postgres.tar.zst")
	if err != nil {
		return "", errors.New("this build carries no PostgreSQL: build it with make build, or set DATABASE_URL")
	}
	sum := sha256.Sum256(packed)
	target := filepath.Join(home, fmt.Sprintf("postgresql-%s-%x", Major, sum[:6]))
	if isOpen(target) && isOpen(filepath.Join(target, "bin", "postgres")) {
		return target, nil
	}
	fresh := target + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return "", err
	}
	zr, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	defer zr.Close()
	if err := extract(tar.NewReader(zr), fresh); err != nil {
		return "", err
	}
	if durable {
		syscall.Sync() // a power cut must not leave empty programs under the final name
	}
	if err := os.RemoveAll(target); err != nil {
		return "", err
	}
	return target, os.Rename(fresh, target)
}

// isOpen tells whether everybody may run or enter what is there: an earlier version obeyed a strict umask when it
// unpacked.
func isOpen(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o055 == 0o055
}

func extract(tr *tar.Reader, target string) error {
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		path := filepath.Join(target, filepath.FromSlash(h.Name))
		if err := folder.Make(filepath.Dir(path), 0o755); err != nil { // for the server's own user
			return err
		}
		if h.Typeflag == tar.TypeSymlink {
			if err := os.Symlink(h.Linkname, path); err != nil {
				return err
			}
			continue
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, fs.FileMode(h.Mode))
		if err != nil {
			return err
		}
		_, err = io.Copy(f, tr)
		if err := errors.Join(err, f.Chmod(fs.FileMode(h.Mode)), f.Close()); err != nil {
			return err
		}
	}
}
