package directory_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"stoa/internal/directory"
)

// Any file is refused or drawn anew as a small square picture.
func FuzzSquareFace(f *testing.F) {
	for _, encode := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return png.Encode(b, image.NewGray(image.Rect(0, 0, 9, 7))) },
		func(b *bytes.Buffer) error { return jpeg.Encode(b, image.NewRGBA(image.Rect(0, 0, 16, 16)), nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte("GIF89a"))
	f.Add([]byte("RIFF\x24\x00\x00\x00WEBPVP8 "))
	f.Fuzz(func(t *testing.T, file []byte) {
		face, err := directory.SquareFace(file)
		if err != nil {
			return
		}
		size, kind, err := image.DecodeConfig(bytes.NewReader(face))
		if err != nil || kind != "jpeg" || size.Width != size.Height || size.Width > 384 {
			t.Fatalf("%dx%d %s %v", size.Width, size.Height, kind, err)
		}
	})
}
