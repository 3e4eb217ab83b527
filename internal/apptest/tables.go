package apptest

import (
	"context"
	"fmt"
	"testing"

	"stoa/internal/base/dbtest"
)

// Fingerprints are a digest of every table of an institution.
func Fingerprints(t *testing.T, h *House) map[string]string {
	t.Helper()
	conn := h.Place.Superuser(t)
	digests := map[string]string{}
	for _, table := range dbtest.Tables(t, conn, "tenant_id") {
		var digest *string
		if err := conn.QueryRow(context.Background(), fmt.Sprintf(`SELECT md5(string_agg(x::text, '|'
			ORDER BY x::text)) FROM %s x WHERE tenant_id = $1`, table), h.Tenant).Scan(&digest); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		if digest != nil {
			digests[table] = *digest
		}
	}
	return digests
}

// Count is how many rows of the house a table has.
func (h *House) Count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := h.Place.Superuser(t).QueryRow(t.Context(), "SELECT count(*) FROM "+table+
		" WHERE tenant_id = $1", h.Tenant).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
