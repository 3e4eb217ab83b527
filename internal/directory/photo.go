package directory

import (
	"bytes"
	"cmp"
	"context"
	"image/jpeg"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/picture"
	rows "stoa/internal/directory/internal/db"
)

const (
	photoSide  = 384
	photoLimit = 16 << 20 // what phones of 50 megapixels make
	photoPath  = "/photos/"
)

// SetPhoto takes a picture (JPEG, PNG or WebP), cuts a square out of its middle and draws it
// anew: nothing of the file that came is kept, neither where it was taken nor what else it held.
func (s *Service) SetPhoto(ctx context.Context, file []byte) (Profile, error) {
	v, err := ProfileEdit.Require(ctx)
	if err != nil {
		return Profile{}, err
	}
	face, err := SquareFace(ctx, file)
	if err != nil {
		return Profile{}, err
	}
	photo := uuid.New() // not by time: an address that cannot be guessed
	return s.changePhoto(ctx, v.Person, photoPath+photo.String()+".jpg", func(tx *db.Tx) error {
		return q.PhotoInsert(ctx, tx, rows.PhotoInsertParams{
			ID:       photo,
			PersonID: v.Person,
			Content:  face,
			At:       s.clock.Now(),
		})
	})
}

// RemovePhoto takes the viewer's photo away.
func (s *Service) RemovePhoto(ctx context.Context) (Profile, error) {
	v, err := ProfileEdit.Require(ctx)
	if err != nil {
		return Profile{}, err
	}
	return s.changePhoto(ctx, v.Person, "", func(*db.Tx) error { return nil })
}

func (s *Service) changePhoto(
	ctx context.Context, person uuid.UUID, address string, add func(*db.Tx) error,
) (Profile, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
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
		return audit.Record(ctx, tx, audit.Change{
			Verb:   "profile.photo",
			Type:   "person",
			ID:     person,
			Before: before.Photo,
			After:  address,
		})
	})
	if err != nil {
		return Profile{}, err
	}
	return s.Profile(ctx, person)
}

// SquareFace draws the middle of a picture as a JPEG.
func SquareFace(ctx context.Context, file []byte) ([]byte, error) {
	face, err := picture.Square(ctx, "body", file, photoSide)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, face, &jpeg.Options{Quality: 86})
	return out.Bytes(), err
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
func movePhoto(ctx context.Context, tx *db.Tx, r *rows.Profile) error {
	photo := uuid.New()
	moved, err := q.PhotoMove(ctx, tx, rows.PhotoMoveParams{ID: photo, PersonID: r.ID})
	if err != nil || moved == 0 {
		return err
	}
	r.Photo = photoPath + photo.String() + ".jpg"
	return q.ProfileSetPhoto(ctx, tx, rows.ProfileSetPhotoParams{ID: r.ID, Photo: r.Photo})
}
