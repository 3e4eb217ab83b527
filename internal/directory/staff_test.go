package directory_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/dbtest"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// Staff of a department act within it and nowhere else, as staff do: never upon themselves, nor upon other staff.
func TestStaffOfADepartmentActWithinIt(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	_, admin := c.Join("Admin", "", viewer.Admin)
	clerk, asClerk := c.Join("Clerk", "", viewer.Student)
	student, _ := c.Join("Ravi", "", viewer.Student)
	boss, _ := c.Join("Boss", "", viewer.Staff)
	batch := func(department, code string) uuid.UUID {
		t.Helper()
		b, err := c.dir.CreateBatch(c.staff, directory.NewBatch{
			Code: code, Programme: "BTech", Department: department, Year: 2026,
		})
		if err != nil {
			t.Fatal(err)
		}
		return b.ID
	}
	cse, ece := batch("CSE", "CSE-2026"), batch("ECE", "ECE-2026")
	refused := func(what string, err error, kind errs.Kind) {
		t.Helper()
		if err == nil || errs.KindOf(err) != kind {
			t.Errorf("%s: %v, want %v", what, err, kind)
		}
	}
	may := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	assign := func(person, batch uuid.UUID) error {
		_, err := c.dir.Assign(asClerk, person, batch)
		return err
	}
	create := func(department string) error {
		_, err := c.dir.CreateBatch(asClerk, directory.NewBatch{
			Code: "MINE-" + department, Programme: "BTech", Department: department, Year: 2027,
		})
		return err
	}
	set := func(units ...directory.Unit) {
		t.Helper()
		if err := c.dir.SetUnits(admin, clerk.ID, units); err != nil {
			t.Fatal(err)
		}
		if have, err := c.dir.Units(admin, clerk.ID); err != nil || !slices.Equal(have, units) {
			t.Errorf("units are %v, %v", have, err)
		}
	}
	refused("a student assigns", assign(student.ID, cse), errs.Forbidden)
	refused("staff give units", c.dir.SetUnits(c.staff, clerk.ID, nil), errs.Forbidden)
	refused("a unit of nothing", c.dir.SetUnits(admin, clerk.ID, []directory.Unit{{}}), errs.Invalid)
	refused("nobody's units", c.dir.SetUnits(admin, uuid.New(), nil), errs.NotFound)

	twice := []directory.Unit{{Department: "CSE"}, {Department: "CSE"}}
	may("a unit that is said twice", c.dir.SetUnits(admin, clerk.ID, twice))
	set(directory.Unit{Department: "CSE"})
	may("into the department", assign(student.ID, cse))
	refused("into another one", assign(student.ID, ece), errs.Forbidden)
	refused("themselves", assign(clerk.ID, cse), errs.Forbidden)
	refused("other staff", assign(boss.ID, cse), errs.Forbidden)
	may("a batch of the department", create("CSE"))
	refused("a batch of another one", create("ECE"), errs.Forbidden)
	if _, err := c.dir.Assign(c.staff, student.ID, ece); err != nil {
		t.Fatal(err)
	}
	refused("out of another department", assign(student.ID, cse), errs.Forbidden)

	set(directory.Unit{Programme: "BTech"}, directory.Unit{Programme: "MTech", Department: "CSE"})
	may("of the programme", assign(student.ID, cse))
	set(directory.Unit{Programme: "MTech", Department: "CSE"})
	refused("of one department's part of another programme", assign(student.ID, cse), errs.Forbidden)
	set()
	refused("who was staff once", create("CSE2"), errs.Forbidden)
}

// Who helps in a department without a role sees its people as any student does: not those whose address nobody
// has proven yet.
func TestStaffOfADepartmentDoNotActUponThoseWhomTheyCannotSee(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	_, admin := c.Join("Admin", "", viewer.Admin)
	clerk, asClerk := c.Join("Clerk", "", viewer.Student)
	if err := c.dir.SetUnits(admin, clerk.ID, []directory.Unit{{Department: "CSE"}}); err != nil {
		t.Fatal(err)
	}
	batch := c.batch("CSE-2026", 2026)
	stranger, _ := c.Join("Stranger", "", viewer.Student)
	if _, err := dbtest.Superuser(t).Exec(t.Context(), "UPDATE directory.profile SET confirmed = false WHERE id = $1",
		stranger.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.dir.Assign(asClerk, stranger.ID, batch); errs.KindOf(err) != errs.NotFound {
		t.Errorf("assigned: %v", err)
	}
	seen, err := c.dir.Profile(c.staff, stranger.ID)
	if err != nil || seen.Batch != nil {
		t.Errorf("they are in %v, %v", seen.Batch, err)
	}
	if _, err := c.dir.Assign(c.staff, stranger.ID, batch); err != nil {
		t.Errorf("staff, who see them: %v", err)
	}
}
