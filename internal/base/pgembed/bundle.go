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

	"github.com/klauspost/compress/zstd"
)

// Major is the major version of the binaries inside.
const Major = "18"

//go:embed bundle
var bundle embed.FS

// unpack puts the binaries below home, once per version of them, and returns their folder.
func unpack(home string) (string, error) {
	packed, err := bundle.ReadFile("bundle/postgres.tar.zst")
	if err != nil {
		return "", errors.New("this build carries no PostgreSQL: build it with make build, or set DATABASE_URL")
	}
	sum := sha256.Sum256(packed)
	target := filepath.Join(home, fmt.Sprintf("postgresql-%s-%x", Major, sum[:6]))
	if _, err := os.Stat(target); err == nil {
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
	return target, os.Rename(fresh, target)
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
		// #nosec G301 -- programs that the server's own user runs
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
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
		if _, err := io.Copy(f, tr); err != nil {
			return errors.Join(err, f.Close())
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
}
