package directory

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"image"
	"image/jpeg"
	_ "image/png" // decoders register themselves
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	rows "stoa/internal/directory/internal/db"
	"stoa/internal/identity"
)

const (
	photoSide   = 384
	photoLimit  = 8 << 20
	photoPixels = 40_000_000 // a picture that claims more is not opened
	photoPath   = "/photos/"
)

// SetPhoto takes a picture (JPEG, PNG or WebP), cuts a square out of its middle and draws it anew: nothing of the file that came
// is kept, neither where it was taken nor what else it held.
func (s *Service) SetPhoto(ctx context.Context, file []byte) (Profile, error) {
	v, err := identity.Require(ctx, identity.ProfileEdit)
	if err != nil {
		return Profile{}, err
	}
	face, err := SquareFace(file)
	if err != nil {
		return Profile{}, err
	}
	photo := uuid.New() // not by time: an address that cannot be guessed
	return s.changePhoto(ctx, v.Person, photoPath+photo.String()+".jpg", func(tx pgx.Tx) error {
		return q.PhotoInsert(ctx, tx, rows.PhotoInsertParams{ID: photo, PersonID: v.Person, Content: face, At: s.clock.Now()})
	})
}

// RemovePhoto takes the viewer's photo away.
func (s *Service) RemovePhoto(ctx context.Context) (Profile, error) {
	v, err := identity.Require(ctx, identity.ProfileEdit)
	if err != nil {
		return Profile{}, err
	}
	return s.changePhoto(ctx, v.Person, "", func(pgx.Tx) error { return nil })
}

func (s *Service) changePhoto(ctx context.Context, person uuid.UUID, address string, add func(pgx.Tx) error) (Profile, error) {
	err := s.db.Write(ctx, func(tx pgx.Tx) error {
		before, err := q.ProfileLock(ctx, tx, person)
		if err != nil {
			return db.NotFound(err, "You have no profile here.")
		}
		if err := q.PhotoClear(ctx, tx, person); err != nil {
			return err
		}
		if err := add(tx); err != nil {
			return err
		}
		if err := q.ProfileSetPhoto(ctx, tx, rows.ProfileSetPhotoParams{ID: person, Photo: address}); err != nil {
			return err
		}
		s.changed(ctx, tx)
		return audit.Record(ctx, tx, audit.Change{Verb: "profile.photo", Type: "person", ID: person, Before: before.Photo, After: address})
	})
	if err != nil {
		return Profile{}, err
	}
	return s.Profile(ctx, person)
}

// SquareFace draws the middle of a picture as a JPEG.
func SquareFace(file []byte) ([]byte, error) {
	refuse := errs.InvalidField("body", "is no picture that we can open: send JPEG, PNG or WebP")
	size, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, refuse.Because(err)
	}
	if size.Width < 1 || size.Height < 1 || size.Width*size.Height > photoPixels {
		return nil, errs.InvalidField("body", "has too many pixels")
	}
	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, refuse.Because(err)
	}
	b := picture.Bounds()
	side := min(b.Dx(), b.Dy())
	corner := image.Pt(b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/2)
	face := image.NewRGBA(image.Rect(0, 0, photoSide, photoSide))
	draw.CatmullRom.Scale(face, face.Bounds(), picture, image.Rectangle{Min: corner, Max: corner.Add(image.Pt(side, side))}, draw.Src, nil)
	var out bytes.Buffer
	err = jpeg.Encode(&out, upright(face, orientation(file)), &jpeg.Options{Quality: 86})
	return out.Bytes(), err
}

// orientation is how a camera was held, 1 to 8, from a JPEG's Exif (CIPA DC-008, tag 0x0112); 1 when nothing says so.
func orientation(file []byte) int {
	i := bytes.Index(file[:min(len(file), 1<<16)], []byte("Exif\x00\x00"))
	if i < 0 || len(file) < i+14 {
		return 1
	}
	tiff := file[i+6:]
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(tiff, []byte("MM")) {
		order = binary.BigEndian
	}
	at := int(order.Uint32(tiff[4:8]))
	if at < 8 || at+2 > len(tiff) {
		return 1
	}
	for n := range int(order.Uint16(tiff[at : at+2])) {
		entry := at + 2 + 12*n
		if entry+12 > len(tiff) {
			return 1
		}
		if order.Uint16(tiff[entry:entry+2]) == 0x0112 {
			if o := int(order.Uint16(tiff[entry+8 : entry+10])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
	}
	return 1
}

// upright turns and mirrors a square so that up is up.
func upright(face *image.RGBA, o int) image.Image {
	if o == 1 {
		return face
	}
	n := photoSide - 1
	turned := image.NewRGBA(face.Bounds())
	for y := range photoSide {
		for x := range photoSide {
			from := [...]image.Point{{}, {}, {n - x, y}, {n - x, n - y}, {x, n - y}, {y, x}, {y, n - x}, {n - y, n - x}, {n - y, x}}[o]
			turned.SetRGBA(x, y, face.RGBAAt(from.X, from.Y))
		}
	}
	return turned
}

// ServePhoto answers a photo by its address. Who has the address may see it: it is told only to those who may.
func (s *Service) ServePhoto(w http.ResponseWriter, r *http.Request) {
	photo, err := uuid.Parse(strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, photoPath), ".jpg"))
	if err != nil {
		httpapi.WriteProblem(w, r, errs.New(errs.NotFound, "There is no such photo."))
		return
	}
	row, err := q.PhotoGet(r.Context(), s.db.Read(r.Context()), photo)
	if err != nil {
		httpapi.WriteProblem(w, r, db.NotFound(err, "There is no such photo."))
		return
	}
	if banned, err := s.people.IsBanned(r.Context(), row.PersonID); err != nil || banned {
		httpapi.WriteProblem(w, r, cmp.Or(err, error(errs.New(errs.NotFound, "There is no such photo."))))
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=3600") // an address may end, as when the photo is hidden
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	_, _ = w.Write(row.Content)
}

// movePhoto gives a photo that fewer may see another address, because the old one was told to more.
func movePhoto(ctx context.Context, tx pgx.Tx, r *rows.Profile) error {
	photo := uuid.New()
	moved, err := q.PhotoMove(ctx, tx, rows.PhotoMoveParams{ID: photo, PersonID: r.ID})
	if err != nil || moved == 0 {
		return err
	}
	r.Photo = photoPath + photo.String() + ".jpg"
	return q.ProfileSetPhoto(ctx, tx, rows.ProfileSetPhotoParams{ID: r.ID, Photo: r.Photo})
}
