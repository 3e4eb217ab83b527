package picture_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"strings"
	"testing"

	"stoa/internal/base/budget"
	"stoa/internal/base/errs"
	"stoa/internal/base/picture"
)

func square(t testing.TB, file []byte) *image.RGBA {
	t.Helper()
	p, err := picture.Square(t.Context(), "body", file, 384)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encoded(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHowACameraWasHeldIsReadFromEachFormat(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"held.jpg", "held.png", "held.webp"} {
		file, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		p := square(t, file)
		if c := p.RGBAAt(290, 100); c.R < 200 || c.G > 60 {
			t.Errorf("%s: %v where it is red", name, c)
		}
		if c := p.RGBAAt(100, 290); c.B < 200 || c.R > 60 {
			t.Errorf("%s: %v where it is blue", name, c)
		}
	}
}

func TestTheGroundUnderADrawingIsWhite(t *testing.T) {
	t.Parallel()
	ink := color.NRGBA{R: 20, G: 20, B: 20, A: 255}
	pale := image.NewPaletted(image.Rect(0, 0, 900, 900), color.Palette{color.Transparent, ink})
	full, deep := image.NewNRGBA(pale.Rect), image.NewNRGBA64(pale.Rect)
	for y := 400; y < 500; y++ {
		for x := 400; x < 500; x++ {
			pale.SetColorIndex(x, y, 1)
			full.Set(x, y, ink)
			deep.Set(x, y, ink)
		}
	}
	for _, p := range []image.Image{pale, full, deep} {
		face := square(t, encoded(t, p))
		if ground, line := face.RGBAAt(20, 20), face.RGBAAt(192, 192); ground.R != 255 || line.R > 60 || line.A != 255 {
			t.Errorf("%T: the ground is %v, the line %v", p, ground, line)
		}
	}
}

func TestAPictureOfAnySizeIsCutInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{1, 1}, {1, 5000}, {3000, 7}, {383, 385}, {767, 769}, {2000, 1600}} {
		p := image.NewGray(image.Rectangle{Max: size})
		for i := range p.Pix {
			p.Pix[i] = 128
		}
		face := square(t, encoded(t, p))
		for _, at := range []image.Point{{0, 0}, {383, 0}, {0, 383}, {383, 383}, {192, 192}} {
			if c := face.RGBAAt(at.X, at.Y); c.R < 126 || c.R > 130 {
				t.Errorf("%v: %v at %v", size, c, at)
			}
		}
	}
}

// blank is a PNG of one colour, as small as they get.
func blank(width, height int, depth, model, interlaced byte) []byte {
	per := map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[model] * int(depth)
	var out, packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	row := make([]byte, 1+(width*per+7)/8)
	for range height {
		_, _ = z.Write(row)
	}
	_ = z.Close()
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	out.WriteString("\x89PNG\r\n\x1a\n")
	for _, chunk := range []struct {
		name string
		data []byte
	}{
		{"IHDR", append(head, depth, model, 0, 0, interlaced)},
		{"PLTE", []byte{0, 0, 0}}, {"IDAT", packed.Bytes()}, {"IEND", nil},
	} {
		if chunk.name == "PLTE" && model != 3 {
			continue
		}
		named := append([]byte(chunk.name), chunk.data...)
		out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(chunk.data))))
		out.Write(named)
		out.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(named)))
	}
	return out.Bytes()
}

// What a picture takes is what was reckoned, and what was reckoned to take too much is not opened.
func TestPicturesStayWithinTheirMemory(t *testing.T) {
	phone := image.NewYCbCr(image.Rect(0, 0, 8160, 6120), image.YCbCrSubsampleRatio420)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, phone, nil); err != nil {
		t.Fatal(err)
	}
	*phone = image.YCbCr{}
	for _, c := range []struct {
		name  string
		file  []byte
		taken bool
	}{
		{"50 megapixels of a phone", file.Bytes(), true},
		{"50 megapixels in one bit", blank(8160, 6120, 1, 0, 0), true},
		{"20 megapixels with transparency", blank(5000, 4000, 8, 6, 0), true},
		{"deep", blank(6324, 6324, 16, 6, 0), false},
		{"interlaced", blank(8160, 6120, 8, 2, 1), false},
	} {
		var err error
		took, held := budget.Measure(func() { _, err = picture.Square(context.Background(), "body", c.file, 384) })
		if (err == nil) != c.taken || held > picture.Memory+32<<20 || !c.taken && held > 1<<20 {
			t.Errorf("%s: %v, held %d MB in %v", c.name, err, held>>20, took)
		}
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"": "is no picture", "hello": "is no picture", "<svg/>": "is no picture", "\xff\xd8\xff": "is no picture",
		string(blank(4, 4, 8, 6, 0)[:40]):      "is no picture",
		string(blank(20_000, 20_000, 1, 0, 0)): "would take 1525 MB once it is opened, and 208 are the most",
	} {
		_, err := picture.Square(t.Context(), "body.photo", []byte(source), 384)
		var e *errs.Error
		if !errors.As(err, &e) || e.Fields[0].Location != "body.photo" || !strings.Contains(e.Fields[0].Message, want) {
			t.Errorf("%.10q: %v", source, err)
		}
	}
}

// Any file is refused or drawn as a square.
func FuzzSquare(f *testing.F) {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 16, 16)), nil)
	f.Add(b.Bytes())
	f.Add(blank(9, 7, 8, 6, 1))
	f.Add(blank(9, 7, 16, 0, 0))
	for _, name := range []string{"held.jpg", "held.png", "held.webp"} {
		if file, err := os.ReadFile("testdata/" + name); err == nil {
			f.Add(file)
		}
	}
	f.Add([]byte("GIF89a"))
	f.Add([]byte(
		"\xff\xd8\xff\xe1\x00\x20Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06",
	))
	f.Fuzz(func(t *testing.T, file []byte) {
		took, held := budget.Measure(func() {
			p, err := picture.Square(context.Background(), "body", file, 64)
			if err == nil && p.Bounds().Size() != image.Pt(64, 64) {
				t.Errorf("%v", p.Bounds())
			}
		})
		if took > 5*budget.Time || held > picture.Memory+32<<20 {
			t.Errorf("%d bytes took %v and held %d MB", len(file), took, held>>20)
		}
	})
}
