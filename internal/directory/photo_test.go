package directory_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http/httptest"
	"strings"
	"testing"

	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// halves is red above, blue below.
func halves(w, h int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.Set(x, y, map[bool]color.Color{
				true:  color.RGBA{R: 255, A: 255},
				false: color.RGBA{B: 255, A: 255},
			}[y < h/2])
		}
	}
	return p
}

func TestAPhotoIsDrawnAnew(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	_, asha := c.alumnus("Asha Menon", directory.Edit{})
	var file bytes.Buffer
	if err := png.Encode(&file, halves(300, 200)); err != nil {
		t.Fatal(err)
	}
	p, err := c.dir.SetPhoto(asha, append(file.Bytes(), "<script>canary</script>"...))
	if err != nil || !strings.HasPrefix(p.Photo, "/photos/") {
		t.Fatalf("%+v %v", p, err)
	}
	fetch := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", p.Photo, nil).WithContext(asha)
		w := httptest.NewRecorder()
		c.dir.ServePhoto(w, r)
		return w
	}
	w := fetch()
	face, err := jpeg.Decode(bytes.NewReader(w.Body.Bytes()))
	if err != nil || face.Bounds().Dx() != 384 || face.Bounds().Dy() != 384 ||
		bytes.Contains(w.Body.Bytes(), []byte("canary")) {
		t.Errorf("%v %v", face.Bounds(), err)
	}
	if r, _, b, _ := face.At(192, 40).RGBA(); r < b {
		t.Error("upside down")
	}
	other := newCampus(t)
	_, stranger := other.Join("Stranger", viewer.Verified, viewer.Alumnus)
	elsewhere := httptest.NewRecorder()
	other.dir.ServePhoto(elsewhere, httptest.NewRequest("GET", p.Photo, nil).WithContext(stranger))
	if elsewhere.Code != 404 {
		t.Errorf("another institution fetched the photo: %d", elsewhere.Code)
	}
	if p, err := c.dir.RemovePhoto(asha); err != nil || p.Photo != "" {
		t.Errorf("%+v %v", p, err)
	}
	if w := fetch(); w.Code != 404 {
		t.Errorf("a removed photo is served: %d", w.Code)
	}
}

func TestWhatIsNoPhotoIsRefused(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	_, asha := c.alumnus("Asha Menon", directory.Edit{})
	var bomb bytes.Buffer
	if err := png.Encode(&bomb, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	raw := bomb.Bytes()
	copy(raw[16:24], []byte{0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60})
	for name, file := range map[string][]byte{
		"text": []byte("hello"), "nothing": nil, "svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"a bomb": raw, "half a file": bomb.Bytes()[:30],
	} {
		if _, err := c.dir.SetPhoto(asha, file); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, unverified := c.Join("New", viewer.Unverified, viewer.Alumnus)
	if _, err := c.dir.SetPhoto(unverified, nil); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("an unverified person: %v", err)
	}
}
