package dbtest

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
)

// Tables are Stoa's tables as the catalogue has them now, "schema.table", those alone
// that have all of the columns; a column may say its type, as "id uuid". What a test
// says of every table it says of these, so that the next one is not forgotten.
func Tables(t testing.TB, q db.Querier, columns ...string) []string {
	t.Helper()
	return list(t, q, `SELECT n.nspname || '.' || c.relname FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND `+db.Ours+` AND NOT EXISTS (
			SELECT FROM unnest($1::text[]) wanted WHERE NOT EXISTS (
				SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
				AND wanted IN (a.attname, a.attname || ' ' || format_type(a.atttypid, NULL))))
		ORDER BY 1`, columns)
}

// Columns are the names of all their columns, each once.
func Columns(t testing.TB, q db.Querier) []string {
	t.Helper()
	return list(t, q, `SELECT DISTINCT a.attname::text FROM pg_attribute a
		JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND `+db.Ours+` ORDER BY 1`)
}

// Schemas are the schemas that they lie in.
func Schemas(t testing.TB, q db.Querier) []string {
	t.Helper()
	return list(t, q, "SELECT n.nspname::text FROM pg_namespace n WHERE "+db.Ours+" ORDER BY 1")
}

// Plant puts an unprotected table into a schema that nobody has heard of, in a transaction that the
// test rolls back: a net that asks the catalogue must find planted.thing and its column planted_column.
func Plant(t testing.TB) pgx.Tx {
	t.Helper()
	tx, err := Superuser(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `CREATE SCHEMA planted; GRANT USAGE ON SCHEMA planted TO stoa_app;
		CREATE TABLE planted.thing (id uuid PRIMARY KEY, tenant_id uuid, planted_column text, deleted_at timestamptz);
		GRANT SELECT, INSERT, UPDATE, DELETE ON planted.thing TO stoa_app`); err != nil {
		t.Fatal(err)
	}
	return tx
}

func list(t testing.TB, q db.Querier, sql string, args ...any) []string {
	t.Helper()
	rows, err := q.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return found
}
