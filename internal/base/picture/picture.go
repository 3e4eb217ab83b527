// Package picture opens pictures that people send: JPEG, PNG and WebP, upright and on a white ground. A small file
// can hold a very large picture, so what it takes once it is opened is reckoned from its head before it is.
package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // decoders register themselves
	_ "image/png"
	"runtime"
	"time"

	scale "golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"stoa/internal/base/errs"
)

// Memory is what a picture may take once it is opened, in bytes: enough for 50 megapixels of a phone.
const Memory = 208 << 20

// place is for one picture at a time, so that many take no more memory than one.
var place = make(chan struct{}, 1)

const patience = 20 * time.Second // for the place

// Square is the middle of a picture as a square of a side, drawn anew: nothing else of the file is kept. What is no
// picture or too large a one is refused as bad input in the named field.
func Square(ctx context.Context, field string, file []byte, side int) (*image.RGBA, error) {
	cost, err := costOf(file)
	if err != nil {
		return nil, errs.InvalidField(field, "is no picture that we can open: send JPEG, PNG or WebP").Because(err)
	}
	if cost > Memory {
		const large = "would take %d MB once it is opened, and %d are the most: make it smaller first"
		return nil, errs.InvalidField(field, fmt.Sprintf(large, cost>>20, Memory>>20))
	}
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case place <- struct{}{}:
		defer func() { <-place }()
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-wait.C:
		return nil, errs.New(errs.TooMany, "Many pictures are being opened at once. Try again in a moment.").
			With("retry_after", 10)
	}
	if cost > Memory/8 {
		defer runtime.GC() // before the next one: with a small heap the collector would wait for several
	}
	opened, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, errs.InvalidField(field, "is no picture that we can open: send JPEG, PNG or WebP").Because(err)
	}
	face, err := middle(ctx, opened, side)
	if err != nil {
		return nil, err
	}
	return upright(face, orientation(file)), nil
}

// costOf is how many bytes a picture takes while it is opened and drawn.
func costOf(file []byte) (int, error) {
	head, format, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return 0, err
	}
	if head.Width < 1 || head.Height < 1 || head.Width > 1<<16 || head.Height > 1<<16 {
		return 0, fmt.Errorf("%d by %d pixels", head.Width, head.Height)
	}
	pixels := head.Width * head.Height
	switch format {
	case "jpeg":
		return jpegCost(file, pixels), nil
	case "webp":
		if bytes.Contains(file[:min(len(file), 64)], []byte("VP8L")) {
			return 8 * pixels, nil // its transforms work on a copy
		}
		return 3 * pixels, nil // with a plane for transparency
	}
	cost := 4 * pixels // also of greys, which may have a transparent one
	if _, ok := head.ColorModel.(color.Palette); ok {
		cost = pixels
	}
	switch head.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model, color.Gray16Model:
		cost = 8 * pixels
	}
	if len(file) > 28 && file[28] == 1 { // interlaced: the passes are pictures of their own
		cost += cost / 2
	}
	return cost, nil
}

// jpegCost reads the frame's header: a progressive picture keeps four bytes more of each sample until its end.
func jpegCost(file []byte, pixels int) int {
	rgb := false
	for at := 2; at+4 < len(file); {
		if file[at] != 0xff {
			at++
			continue
		}
		marker, length := file[at+1], int(binary.BigEndian.Uint16(file[at+2:]))
		if marker == 0xff || marker == 0 || marker >= 0xd0 && marker <= 0xd8 {
			at++
			continue
		}
		segment := file[at+4 : min(len(file), at+2+max(2, length))]
		if marker == 0xee && len(segment) >= 12 && string(segment[:5]) == "Adobe" {
			rgb = segment[11] == 0
		}
		if marker < 0xc0 || marker > 0xc2 || len(segment) < 6 || len(segment) < 6+3*int(segment[5]) {
			at += 2 + max(2, length)
			continue
		}
		components := int(segment[5])
		samples, widest := 0, 1
		for c := range components {
			sampling := segment[6+3*c+1]
			size := int(sampling>>4) * int(sampling&15)
			samples += size
			widest = max(widest, size)
		}
		cost := pixels * samples / widest
		if marker == 0xc2 {
			cost *= 5
		}
		if components == 4 || components == 3 && (rgb || segment[6] == 'R') { // copied into another model
			cost += 4 * pixels
		}
		return cost
	}
	return 8 * pixels // no frame: it will not open either
}

// middle cuts a square out and draws it smaller, on white. Whole rows are first made a few times smaller by their
// mean: a fine filter over all of a large picture would take more memory than the picture.
func middle(ctx context.Context, from image.Image, side int) (*image.RGBA, error) {
	b := from.Bounds()
	edge := min(b.Dx(), b.Dy())
	corner := image.Pt(b.Min.X+(b.Dx()-edge)/2, b.Min.Y+(b.Dy()-edge)/2)
	n := max(1, edge/(2*side))
	small := image.NewRGBA(image.Rect(0, 0, edge/n, edge/n))
	strip := image.NewRGBA(image.Rect(0, 0, edge, n))
	for y := range edge / n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		draw.Draw(strip, strip.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(strip, strip.Bounds(), from, corner.Add(image.Pt(0, y*n)), draw.Over)
		average(small.Pix[y*small.Stride:], strip, n)
	}
	face := image.NewRGBA(image.Rect(0, 0, side, side))
	scale.CatmullRom.Scale(face, face.Bounds(), small, small.Bounds(), draw.Src, nil)
	return face, nil
}

// average fills a row with the means of squares of n by n.
func average(row []byte, strip *image.RGBA, n int) {
	for x := range strip.Rect.Dx() / n {
		var r, g, b int
		for y := range n {
			pixels := strip.Pix[y*strip.Stride+4*x*n:]
			for i := 0; i < 4*n; i += 4 {
				r, g, b = r+int(pixels[i]), g+int(pixels[i+1]), b+int(pixels[i+2])
			}
		}
		row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = uint8(r/(n*n)), uint8(g/(n*n)), uint8(b/(n*n)), 255
	}
}

// upright turns and mirrors a square so that up is up.
func upright(face *image.RGBA, o int) *image.RGBA {
	if o == 1 {
		return face
	}
	side := face.Bounds().Dx()
	n := side - 1
	turned := image.NewRGBA(face.Bounds())
	for y := range side {
		for x := range side {
			from := [...]image.Point{
				2: {n - x, y},
				3: {n - x, n - y},
				4: {x, n - y},
				5: {y, x},
				6: {y, n - x},
				7: {n - y, n - x},
				8: {n - y, x},
			}[o]
			turned.SetRGBA(x, y, face.RGBAAt(from.X, from.Y))
		}
	}
	return turned
}
