package dbtest_test

import (
	"testing"

	"stoa/internal/base/dbtest"
)

func TestInstitutionIsReadable(t *testing.T) {
	t.Parallel()
	ctx := dbtest.Institution(t)
	var name string
	if err := dbtest.DB(t).Read(ctx).QueryRow(ctx, `SELECT name FROM tenancy.institution
		WHERE id = current_setting('app.tenant_id')::uuid`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	if name != "Test Institute" {
		t.Errorf("name = %q", name)
	}
}
