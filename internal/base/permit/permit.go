// Package permit is who may do what. Each module declares the permissions of what it does;
// a role permits them everywhere in the institution, a relation (of a person to a course,
// say) grants more, and is a row of the module that owns the noun. A verb asks once, by
// what is to be done; the operation in front of it names the same need in the contract.
package permit

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

// Group is who is meant: a role, or alumni of a standing.
type Group string

const (
	Students    Group = "students"
	Verified    Group = "verified alumni"
	Unverified  Group = "other alumni" // unverified, pending, rejected
	Instructors Group = "instructors"
	Staff       Group = "staff"
	Admins      Group = "admins"
	Operators   Group = "operators"
)

// Groups in the order of the table in docs/permissions.md.
var Groups = []Group{Students, Verified, Unverified, Instructors, Staff, Admins, Operators}

// Name of a permission, as "course.create".
type Name string

// Schema lists every name in the contract, and in the types that clients make from it.
func (Name) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, p := range declared {
		s.Enum = append(s.Enum, string(p.Name))
	}
	return s
}

// Permission is something that some may do and others not.
type Permission struct {
	Name  Name
	Means string // one line for the reader of docs/permissions.md
	To    []Group
}

var declared []*Permission

// New declares a permission, once for each name, in a variable of the module that asks for it.
func New(name Name, means string, to ...Group) *Permission {
	p := &Permission{Name: name, Means: means, To: to}
	at, twice := slices.BinarySearchFunc(declared, p, byName)
	if twice {
		panic("permit: " + string(name) + " is declared twice")
	}
	declared = slices.Insert(declared, at, p)
	return p
}

func byName(a, b *Permission) int { return cmp.Compare(a.Name, b.Name) }

// All are the permissions of every module in the program, by name.
func All() []*Permission { return slices.Clone(declared) }

// Names of all permissions that a viewer has, for clients that show only what works.
func Names(v viewer.Viewer) []Name {
	list := []Name{}
	for _, p := range declared {
		if p.Allows(v) {
			list = append(list, p.Name)
		}
	}
	return list
}

// Allows tells whether the viewer has the permission.
func (p *Permission) Allows(v viewer.Viewer) bool {
	return slices.ContainsFunc(v.Roles, func(r viewer.Role) bool {
		return slices.Contains(p.To, groupOf(r, v.Standing))
	})
}

// Require is the viewer, or an error when they lack the permission.
func (p *Permission) Require(ctx context.Context) (viewer.Viewer, error) {
	v := viewer.From(ctx)
	if !v.SignedIn() {
		return v, errs.New(errs.Unauthenticated, "Sign in first.")
	}
	if !p.Allows(v) {
		return v, p.Refusal(v)
	}
	return v, nil
}

// Refusal says why a viewer who lacks the permission may not.
func (p *Permission) Refusal(v viewer.Viewer) error {
	if v.Has(viewer.Alumnus) && v.Standing != viewer.Verified && slices.Contains(p.To, Verified) {
		return errs.New(errs.Forbidden, "This opens when your institution has verified you.").WithCode("unverified").
			With("standing", v.Standing)
	}
	return errs.New(errs.Forbidden, "Your role does not allow this.").With("permission", p.Name)
}

// groupOf is the group in which a viewer of a standing is by a role.
func groupOf(r viewer.Role, standing viewer.Standing) Group {
	switch r {
	case viewer.Student:
		return Students
	case viewer.Alumnus:
		if standing == viewer.Verified {
			return Verified
		}
		return Unverified
	case viewer.Instructor:
		return Instructors
	case viewer.Staff:
		return Staff
	case viewer.Admin:
		return Admins
	case viewer.Operator:
		return Operators
	}
	return ""
}

// Relation is what a person can be to an object, which opens what
// a permission alone does not: who teaches a course changes it.
type Relation struct {
	Name  string      // "teaches"
	Means string      // one line for the reader of docs/permissions.md
	Or    *Permission // who needs no relation; nil: nobody
}

// Owns is of what belongs to one person alone.
var Owns = Relate("owns", "It is theirs", nil)

var relations []*Relation

// Relate declares a relation, in a variable of the module that owns the object.
func Relate(name, means string, or *Permission) *Relation {
	r := &Relation{Name: name, Means: means, Or: or}
	relations = append(relations, r)
	slices.SortFunc(relations, func(a, b *Relation) int { return strings.Compare(a.Name, b.Name) })
	return r
}

// Relations of every module in the program, by name.
func Relations() []*Relation { return slices.Clone(relations) }
