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
	i, err := s.tenants.Get(ctx)
	if err != nil {
		return Person{}, err
	}
	if email, name, err = CheckNew(email, name, password, roles, i.Name, i.ShortName); err != nil {
		return Person{}, err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return Person{}, err
	}
	return s.CreateHashed(ctx, email, name, hash, roles, standing)
}

// CheckNew is what is wrong with somebody who is to be created in an institution of these
// names, or their address and name as they are kept.
func CheckNew(
	email, name, password string, roles []viewer.Role, institution ...string,
) (address, kept string, err error) {
	address, kept = normal(email), visible.Name(name)
	_, why := visible.Line(kept)
	switch {
	case !isAddress(address):
		err = errs.InvalidField("body.email", "is not an e-mail address")
	case kept == "":
		err = errs.InvalidField("body.name", "is needed")
	case why != "":
		err = errs.InvalidField("body.name", why)
	case len([]rune(kept)) > longestName:
		err = errs.InvalidField("body.name", fmt.Sprintf("may have %d characters at most", longestName))
	case len(roles) == 0:
		err = errs.InvalidField("body.roles", "is needed")
	default:
		err = acceptable(password, address, kept, institution...)
	}
	for _, r := range roles {
		if !slices.Contains(Roles, r) {
			err = errs.New(errs.Invalid, fmt.Sprintf("There is no role %q: choose of %v.", r, Roles))
		}
	}
	return address, kept, err
}

// CreateHashed is Create with a password that was hashed already.
func (s *Service) CreateHashed(
	ctx context.Context, email, name, hash string, roles []viewer.Role, standing viewer.Standing,
) (p Person, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		p, err = s.CreateIn(ctx, tx, Person{Email: email, Name: name, Roles: roles, Standing: standing}, hash)
		return err
	})
	return p, err
}

// CreateIn is CreateHashed within a transaction.
func (s *Service) CreateIn(ctx context.Context, tx *db.Tx, p Person, hash string) (Person, error) {
	p.ID, p.Email, p.Confirmed = id.New(), normal(p.Email), true
	arg := rows.PersonInsertParams{ID: p.ID, Email: p.Email, Name: p.Name, PasswordHash: hash}
	for _, r := range p.Roles {
		arg.Roles = append(arg.Roles, string(r))
	}
	if p.Standing != "" {
		arg.Standing = ptr(string(p.Standing))
	}
	err := q.PersonInsert(ctx, tx, arg)
	if db.Violates(err, "person_email") {
		return p, errs.New(errs.Conflict, "A person with this e-mail address exists already.")
	}
	if err != nil {
		return p, err
	}
	if err := q.PersonSetEmailVerified(ctx, tx, rows.PersonSetEmailVerifiedParams{
		ID: p.ID, At: ptr(s.clock.Now()),
	}); err != nil {
		return p, err
	}
	if err := s.Changed.Tell(ctx, tx, p); err != nil {
		return p, err
	}
	return p, audit.Record(ctx, tx, audit.Change{Verb: "person.create", Type: "person", ID: p.ID, After: p.record()})
}
