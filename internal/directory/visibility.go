package directory

import (
	"github.com/google/uuid"

	"stoa/internal/base/viewer"
)

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

// Visibility is who may see each part of a profile. Name, standing and batch are the institution's record and always visible.
type Visibility struct {
	Headline  Audience `json:"headline" enum:"everyone,alumni,batch,me"`
	Company   Audience `json:"company" enum:"everyone,alumni,batch,me"`
	Title     Audience `json:"title" enum:"everyone,alumni,batch,me"`
	Industry  Audience `json:"industry" enum:"everyone,alumni,batch,me"`
	Place     Audience `json:"place" enum:"everyone,alumni,batch,me" doc:"City and country"`
	About     Audience `json:"about" enum:"everyone,alumni,batch,me"`
	Links     Audience `json:"links" enum:"everyone,alumni,batch,me"`
	Languages Audience `json:"languages" enum:"everyone,alumni,batch,me"`
	OpenTo    Audience `json:"open_to" enum:"everyone,alumni,batch,me"`
	Photo     Audience `json:"photo" enum:"everyone,alumni,batch,me"`
}

// lens is how much a viewer sees of others.
type lens struct {
	me       uuid.UUID
	audience int // what they see of strangers: 0 everyone's, 1 alumni's, 2 the batch's
	ownBatch bool
}

// lensOf: staff see what batches see, because they keep the record; a person who is not confirmed sees what everyone sees.
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

// sees tells whether a part kept at a level is open to this lens.
func (l lens) sees(level int, owner uuid.UUID, sameBatch bool) bool {
	return owner == l.me || level <= l.audience || level == 2 && sameBatch && l.ownBatch
}
