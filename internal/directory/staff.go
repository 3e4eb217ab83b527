package directory

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	rows "stoa/internal/directory/internal/db"
	"stoa/internal/identity"
)

// Unit is a part of the institution: a programme, a department, or a department's part of a programme.
type Unit struct {
	Programme  string `json:"programme,omitempty" maxLength:"80" doc:"Absent: every programme of the department"`
	Department string `json:"department,omitempty" maxLength:"80" doc:"Absent: every department of the programme"`
}

// need asks for a viewer who is staff, everywhere or of all these units.
func (s *Service) need(ctx context.Context, tx db.Querier, units ...Unit) error {
	v, err := DirectoryRead.Require(ctx)
	if err != nil || Serves.Or.Allows(v) {
		return err
	}
	for _, u := range units {
		serves, err := q.StaffServes(ctx, tx, rows.StaffServesParams{
			PersonID: v.Person, Programme: u.Programme, Department: u.Department,
		})
		if err != nil {
			return err
		}
		if !serves {
			return Serves.Or.Refusal(v)
		}
	}
	return nil
}

// Units are the parts of the institution of which a person is staff, besides what their roles let them do everywhere.
func (s *Service) Units(ctx context.Context, person uuid.UUID) ([]Unit, error) {
	if _, err := identity.PersonRoles.Require(ctx); err != nil {
		return nil, err
	}
	if _, err := s.people.Find(ctx, s.db.Read(ctx), person); err != nil {
		return nil, err
	}
	return s.units(ctx, s.db.Read(ctx), person)
}

func (s *Service) units(ctx context.Context, tx db.Querier, person uuid.UUID) ([]Unit, error) {
	found, err := q.StaffUnits(ctx, tx, person)
	list := make([]Unit, len(found))
	for i, r := range found {
		list[i] = Unit(r)
	}
	return list, err
}

// SetUnits makes a person staff of these parts of the institution and of no other.
func (s *Service) SetUnits(ctx context.Context, person uuid.UUID, units []Unit) error {
	if _, err := identity.PersonRoles.Require(ctx); err != nil {
		return err
	}
	staff, after := rows.StaffPutParams{PersonID: person, At: s.clock.Now()}, []Unit{}
	for _, u := range units {
		if u == (Unit{}) {
			return errs.InvalidField("body.units", "need a programme or a department each")
		}
		if slices.Contains(after, u) {
			continue // a statement writes a row once
		}
		after = append(after, u)
		staff.Programmes = append(staff.Programmes, u.Programme)
		staff.Departments = append(staff.Departments, u.Department)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.people.MayActUpon(ctx, tx, person); err != nil {
			return err
		}
		before, err := s.units(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := q.StaffLeave(ctx, tx, rows.StaffLeaveParams{
			PersonID: person, At: &staff.At, Programmes: staff.Programmes, Departments: staff.Departments,
		}); err != nil {
			return err
		}
		if err := q.StaffPut(ctx, tx, staff); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{
			Verb: "person.units", Type: "person", ID: person, Before: before, After: after,
		})
	})
}
