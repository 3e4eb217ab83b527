package dbtest

import (
	"slices"
	"strings"
	"testing"
)

func TestNewSchemasAreInTheCatalogue(t *testing.T) {
	t.Parallel()
	tx := Plant(t)
	if !slices.Contains(Schemas(t, tx), "planted") || !slices.Contains(Columns(t, tx), "planted_column") {
		t.Error("a new schema or its column is not there")
	}
	for _, columns := range [][]string{nil, {"tenant_id", "id uuid"}, {"deleted_at"}} {
		if !slices.Contains(Tables(t, tx, columns...), "planted.thing") {
			t.Errorf("the new table is not among those with %v", columns)
		}
	}
	if slices.Contains(Tables(t, tx, "id bigint"), "planted.thing") ||
		slices.Contains(Tables(t, tx, "absent"), "planted.thing") {
		t.Error("a table is among those with a column that it lacks")
	}
	if !strings.Contains(Schema(t, tx), "CREATE TABLE planted.thing (") {
		t.Error("the page of the whole database leaves the new table out")
	}
}
