package directory

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/cache"
	"stoa/internal/base/viewer"
)

// Who sees what. An audience is kept as a number, a higher one for fewer, so that one comparison decides: lens.sees
// here, builder.visible in statements, index.visible over bitmaps, and the condition in directory.find say the
// same, and tests hold them against each other. Name, standing and batch have no audience. Below stands class, by
// which answers are shared: those see alike who have the same lens and batch and hide nothing from themselves.

// Audience is who may see a part of a profile: everyone signed in, alumni, the same batch, or only its owner.
type Audience string

const (
	Everyone Audience = "everyone"
	Alumni   Audience = "alumni"
	Batch    Audience = "batch"
	Me       Audience = "me"
)

var audiences = []Audience{Everyone, Alumni, Batch, Me}

func (a Audience) level() int {
	for i, known := range audiences {
		if a == known {
			return i
		}
	}
	return len(audiences) - 1
}

// mostHidden is, in SQL, who sees the part of a profile that the fewest see, of
// those that a list shows and of those whose values people are found by.
var mostHidden = func() string {
	list := []string{"headline", "company", "title", "industry", "place", "open_to", "photo"}
	for _, part := range parts {
		if !slices.Contains(list, part) {
			list = append(list, part)
		}
	}
	return "greatest(p.see_" + strings.Join(list, ", p.see_") + ")::int"
}()

// lens is how much a viewer sees of others.
type lens struct {
	me       uuid.UUID
	audience int // what they see of strangers: 0 everyone's, 1 alumni's, 2 the batch's
	ownBatch bool
}

// lensOf: staff see what batches see, because they keep the
// record; a person who is not confirmed sees what everyone sees.
func lensOf(v viewer.Viewer) lens {
	l := lens{me: v.Person, ownBatch: v.Has(viewer.Student) || v.Standing == viewer.Verified}
	switch {
	case v.Has(viewer.Staff), v.Has(viewer.Admin), v.Has(viewer.Operator):
		l.audience = 2
	case v.Standing == viewer.Verified:
		l.audience = 1
	}
	return l
}

// keepsRecord tells whether the lens shows those whose address is not proven yet.
func (l lens) keepsRecord() bool { return l.audience >= 2 }

// sees tells whether a part kept at a level is open to this lens.
func (l lens) sees(level int, owner uuid.UUID, sameBatch bool) bool {
	return owner == l.me || level <= l.audience || level == 2 && sameBatch && l.ownBatch
}

// class is those to whom every answer of the directory is the same: they see the same of
// others, and nothing more of themselves than the others do. A viewer who hides something is a
// class of their own. The version is part of it, because it is made from the directory itself.
func (s *Service) class(ctx context.Context) (string, bool) {
	v := viewer.From(ctx)
	if !DirectoryRead.Allows(v) {
		return "", false
	}
	version, known, err := s.db.Version(ctx, topic)
	if err != nil || !known {
		return "", false
	}
	batch, hidden, err := s.self(ctx, version)
	if err != nil {
		return "", false
	}
	l := lensOf(v)
	out := strconv.AppendInt(make([]byte, 0, 64), version, 36)
	out = append(out, ' ', byte('0'+l.audience))
	mates := l.ownBatch && l.audience < 2 && batch != uuid.Nil
	if mates {
		out = hex.AppendEncode(out, batch[:])
	}
	if hidden > l.audience && !(hidden == 2 && mates) {
		out = hex.AppendEncode(append(out, ' '), v.Person[:])
	}
	return string(out), true
}

// self is the viewer's batch, and who sees the part of them that the fewest see.
func (s *Service) self(ctx context.Context, version int64) (batch uuid.UUID, hidden int, err error) {
	v := viewer.From(ctx)
	s.memory.catchUp(ctx, v.Tenant, version)
	if x := s.memory.index(v.Tenant); x != nil {
		batch, hidden, _ = x.Self(v.Person)
		return batch, hidden, nil
	}
	type own struct {
		Batch  uuid.UUID
		Hidden int
	}
	o, err := cache.Get(ctx, s.kept, cache.Key{
		Name:   "directory-self",
		Class:  v.Person.String(),
		Topics: []string{topic},
	}, func(ctx context.Context) (own, error) {
		var o own
		err := s.db.Read(ctx).QueryRow(ctx, "SELECT COALESCE(p.batch_id, $2), "+mostHidden+` FROM directory.profile p
			WHERE p.tenant_id = tenancy.here() AND p.id = $1 AND p.deleted_at IS NULL`,
			v.Person, uuid.Nil).Scan(&o.Batch, &o.Hidden)
		if errors.Is(err, pgx.ErrNoRows) {
			return own{}, nil
		}
		return o, err
	})
	return o.Batch, o.Hidden, err
}

// present is the class of those who may look into the directory, for what all of them see alike.
func present(ctx context.Context) (string, bool) {
	return "", DirectoryRead.Allows(viewer.From(ctx))
}
