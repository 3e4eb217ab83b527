// Command pack lays compressed copies beside the front end's files, once and as small
// as they get, so that the server never compresses them: name.br, name.zst, name.gz.
package main

import (
	"bytes"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// worthwhile is from how many bytes on a copy is made: less fits one packet either way.
const worthwhile = 400

func main() {
	log.SetFlags(0)
	files, err := filepath.Glob("web/dist/assets/*")
	if err != nil || len(files) == 0 {
		log.Fatal("there is no front end in web/dist/assets: build it first")
	}
	for _, name := range files {
		if !slices.Contains([]string{".js", ".css", ".svg"}, filepath.Ext(name)) {
			continue // what is compressed by itself
		}
		raw, err := os.ReadFile(name) // #nosec G304 -- our own build
		if err == nil && len(raw) >= worthwhile {
			err = pack(name, raw)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

func pack(name string, raw []byte) error {
	for ending, open := range map[string]func(io.Writer) (io.WriteCloser, error){
		".br": func(w io.Writer) (io.WriteCloser, error) {
			return brotli.NewWriterLevel(w, brotli.BestCompression), nil
		},
		".zst": func(w io.Writer) (io.WriteCloser, error) {
			return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
		},
		".gz": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) },
	} {
		var out bytes.Buffer
		w, err := open(&out)
		if err != nil {
			return err
		}
		if _, err := w.Write(raw); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		// #nosec G306 -- a public file
		if err := os.WriteFile(name+ending, out.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
