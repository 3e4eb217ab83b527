package identity

import (
	"context"
	"fmt"
	"slices"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
	"stoa/internal/base/visible"
	rows "stoa/internal/identity/internal/db"
)

const longestName = 120

// Roles are all that a person can hold, lowest first.
var Roles = []viewer.Role{
	viewer.Student, viewer.Alumnus, viewer.Instructor, viewer.Staff, viewer.Admin, viewer.Operator,
}

// Create adds a person with a password and a confirmed address: for the command line. Nobody's permission is asked,
// for who can call it has the database; the rules are those of the screens.
func (s *Service) Create(
	ctx context.Context, email, name, password string, roles []viewer.Role, standing viewer.Standing,
) (Person, error) {
	email = normal(email)
	name = visible.Name(name)
	if _, why := visible.Line(name); why != "" {
		return Person{}, errs.InvalidField("body.name", why)
	}
	if err := s.mayCreate(ctx, email, name, password, roles); err != nil {
		return Person{}, err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return Person{}, err
	}
	return s.CreateHashed(ctx, email, name, hash, roles, standing)
}

func (s *Service) mayCreate(ctx context.Context, email, name, password string, roles []viewer.Role) error {
	switch {
	case !isAddress(email):
		return errs.InvalidField("body.email", "is not an e-mail address")
	case name == "":
		return errs.InvalidField("body.name", "is needed")
	case len([]rune(name)) > longestName:
		return errs.InvalidField("body.name", fmt.Sprintf("may have %d characters at most", longestName))
	case len(roles) == 0:
		return errs.InvalidField("body.roles", "is needed")
	}
	for _, r := range roles {
		if !slices.Contains(Roles, r) {
			return errs.New(errs.Invalid, fmt.Sprintf("There is no role %q: choose of %v.", r, Roles))
		}
	}
	return s.acceptable(ctx, password, email, name)
}

// CreateHashed is Create with a password that was hashed already.
func (s *Service) CreateHashed(
	ctx context.Context, email, name, hash string, roles []viewer.Role, standing viewer.Standing,
) (Person, error) {
	p := Person{ID: id.New(), Email: normal(email), Name: name, Roles: roles, Standing: standing, Confirmed: true}
	arg := rows.PersonInsertParams{
		ID:           p.ID,
		Email:        p.Email,
		Name:         name,
		PasswordHash: hash,
	}
	for _, r := range roles {
		arg.Roles = append(arg.Roles, string(r))
	}
	if standing != "" {
		arg.Standing = ptr(string(standing))
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		err := q.PersonInsert(ctx, tx, arg)
		if db.Violates(err, "person_email") {
			return errs.New(errs.Conflict, "A person with this e-mail address exists already.")
		}
		if err != nil {
			return err
		}
		if err := q.PersonSetEmailVerified(ctx, tx, rows.PersonSetEmailVerifiedParams{
			ID: p.ID, At: ptr(s.clock.Now()),
		}); err != nil {
			return err
		}
		if err := s.Changed.Tell(ctx, tx, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "person.create", Type: "person", ID: p.ID, After: p.record()})
	})
	return p, err
}
