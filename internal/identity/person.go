package identity

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
)

// Person is an account inside one institution.
type Person struct {
	ID       uuid.UUID       `json:"id"`
	Email    string          `json:"email"`
	Name     string          `json:"name"`
	Roles    []viewer.Role   `json:"roles"`
	Standing viewer.Standing `json:"standing,omitempty" enum:"unverified,pending,verified,rejected" doc:"Of alumni only"`
	// Confirmed says that the person has shown that the address is theirs; until then only staff see them.
	Confirmed bool `json:"-"`
}

// record is what the audit log says of a person: no address, which is theirs to change and to have forgotten.
func (p Person) record() any {
	return struct {
		Name     string          `json:"name"`
		Roles    []viewer.Role   `json:"roles"`
		Standing viewer.Standing `json:"standing,omitempty"`
	}{p.Name, p.Roles, p.Standing}
}

// Card is what everybody signed in may know of a person.
type Card struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

func personFrom(p rows.Person) Person {
	return Person{
		ID:        p.ID,
		Email:     p.Email,
		Name:      p.Name,
		Roles:     rolesOf(p),
		Standing:  standingOf(p),
		Confirmed: p.EmailVerifiedAt != nil,
	}
}

// Me is the viewer.
func (s *Service) Me(ctx context.Context) (Person, error) {
	p, err := q.PersonGet(ctx, s.db.Read(ctx), viewer.From(ctx).Person)
	if err != nil {
		return Person{}, db.NotFound(err, "This account no longer exists.")
	}
	return personFrom(p), nil
}

// Find is a person of the viewer's institution.
func (s *Service) Find(ctx context.Context, tx db.Querier, person uuid.UUID) (Person, error) {
	p, err := q.PersonGet(ctx, tx, person)
	if err != nil {
		return Person{}, db.NotFound(err, "There is no such person.")
	}
	return personFrom(p), nil
}

// Cards are the names of people, by id; those who do not exist are absent.
func (s *Service) Cards(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Card, error) {
	found, err := q.PersonCards(ctx, s.db.Read(ctx), ids)
	if err != nil {
		return nil, err
	}
	cards := make(map[uuid.UUID]Card, len(found))
	for _, r := range found {
		cards[r.ID] = Card{r.ID, r.Name}
	}
	return cards, nil
}

// SetRoles replaces a person's roles. Tokens with the old ones end at once; the person's client renews them unnoticed.
func (s *Service) SetRoles(ctx context.Context, person uuid.UUID, roles []viewer.Role) (Person, error) {
	v, err := PersonRoles.Require(ctx)
	if err != nil {
		return Person{}, err
	}
	if rank(roles) >= rank(v.Roles) && !v.Has(viewer.Operator) {
		return Person{}, errs.New(errs.Forbidden, "You can only give roles below your own.")
	}
	slices.Sort(roles)
	roles = slices.Compact(roles)
	return s.change(ctx, person, "person.roles", func(p *rows.Person) error {
		if err := uponPerson(v, *p); err != nil {
			return err
		}
		p.Roles = make([]string, len(roles))
		for i, r := range roles {
			p.Roles[i] = string(r)
		}
		switch {
		case !slices.Contains(roles, viewer.Alumnus):
			p.Standing = nil
		case p.Standing == nil:
			p.Standing = ptr(string(viewer.Unverified))
		}
		return nil
	})
}

// change alters roles and standing in one place: the row, the end of older tokens, the fact, the audit entry.
func (s *Service) change(
	ctx context.Context, person uuid.UUID, verb string, alter func(*rows.Person) error,
) (Person, error) {
	var after Person
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		after, err = s.changeWithin(ctx, tx, person, verb, alter)
		return err
	})
	return after, err
}

func (s *Service) changeWithin(
	ctx context.Context, tx *db.Tx, person uuid.UUID, verb string, alter func(*rows.Person) error,
) (Person, error) {
	p, err := q.PersonLock(ctx, tx, person)
	if err != nil {
		return Person{}, db.NotFound(err, "There is no such person.")
	}
	before := personFrom(p)
	if err := alter(&p); err != nil {
		return Person{}, err
	}
	epoch, err := q.PersonSetRoles(ctx, tx, rows.PersonSetRolesParams{ID: person, Roles: p.Roles, Standing: p.Standing})
	if err != nil {
		return Person{}, err
	}
	if err := s.revocations.record(ctx, tx, revocation{Person: person, Epoch: epoch}); err != nil {
		return Person{}, err
	}
	after := personFrom(p)
	if err := s.Changed.Tell(ctx, tx, after); err != nil {
		return Person{}, err
	}
	return after, audit.Record(ctx, tx, audit.Change{
		Verb:   verb,
		Type:   "person",
		ID:     person,
		Before: before.record(),
		After:  after.record(),
	})
}
