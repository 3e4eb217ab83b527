package cache

import (
	"fmt"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Body is an answer in the forms that clients take. It never changes.
type Body struct {
	Plain []byte
	Tag   string // for ETag

	zstd, gzip form
	once       sync.Once
	value      func() (any, error)
}

type form struct {
	once sync.Once
	raw  []byte
}

const worthwhile = 1000 // bytes: less fits one packet either way

// NewBody is an answer of those bytes.
func NewBody(raw []byte) *Body {
	return &Body{Plain: raw, Tag: fmt.Sprintf(`W/"%x"`, xxhash.Sum64(raw))}
}

var (
	zstds = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithWindowSize(1<<20))
		if err != nil {
			panic(err) // the options are constants
		}
		return e
	})
	gzips = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.DefaultCompression); return w }}
)

// For is the best form that a client accepts, and its name for Content-Encoding. It is made once.
func (b *Body) For(accepts string) (raw []byte, encoding string) {
	switch {
	case len(b.Plain) < worthwhile || accepts == "":
	case strings.Contains(accepts, "zstd"):
		b.zstd.once.Do(func() { b.zstd.raw = zstds().EncodeAll(b.Plain, nil) })
		return b.zstd.raw, "zstd"
	case strings.Contains(accepts, "gzip"):
		b.gzip.once.Do(func() { b.gzip.raw = gzipped(b.Plain) })
		return b.gzip.raw, "gzip"
	}
	return b.Plain, ""
}

func gzipped(raw []byte) []byte {
	var out strings.Builder
	w := gzips.Get().(*gzip.Writer)
	defer gzips.Put(w)
	w.Reset(&out)
	_, _ = w.Write(raw) // to memory
	_ = w.Close()
	return []byte(out.String())
}

// decoded is the value that the answer encodes, made once.
func (b *Body) decoded(decode func() (any, error)) (any, error) {
	b.once.Do(func() {
		if b.value == nil {
			b.value = sync.OnceValues(decode)
		}
	})
	return b.value()
}
