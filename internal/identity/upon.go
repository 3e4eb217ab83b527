package identity

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

// MayActUpon is the one rule for every act upon a person, as to ban, verify, place or give a role:
// never upon oneself, never upon those who are not below. It locks the person for the transaction.
// Who has a relation that lets them act, acts as somebody of a role that they need not hold.
func (s *Service) MayActUpon(ctx context.Context, tx *db.Tx, person uuid.UUID, as ...viewer.Role) error {
	target, err := q.PersonLock(ctx, tx, person)
	if err != nil {
		return db.NotFound(err, "There is no such person.")
	}
	v := viewer.From(ctx)
	v.Roles = slices.Concat(v.Roles, as)
	return uponPerson(v, target)
}

func uponPerson(v viewer.Viewer, target rows.Person) error {
	if target.ID == v.Person {
		return errs.New(errs.Forbidden, "You cannot do this to yourself.")
	}
	if rank(rolesOf(target)) >= rank(v.Roles) {
		return errs.New(errs.Forbidden, "This person's role is not below yours.")
	}
	return nil
}

func rank(roles []viewer.Role) int {
	highest := 0
	for _, r := range roles {
		highest = max(highest, map[viewer.Role]int{viewer.Staff: 1, viewer.Admin: 2, viewer.Operator: 3}[r])
	}
	return highest
}
