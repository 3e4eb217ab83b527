package dbtest

import (
	"fmt"
	"strings"
	"testing"

	"stoa/internal/base/db"
)

// Schema is the whole database on one page: tables with their columns, keys,
// indexes, policies and privileges, then views, functions and triggers.
func Schema(t testing.TB, q db.Querier) string {
	t.Helper()
	var out strings.Builder
	lines := func(sql string, args ...any) []string { return list(t, q, sql, args...) }
	member := func(catalogue string) string { // of an extension: not ours
		return "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" + catalogue +
			"'::regclass AND d.deptype = 'e' AND d.objid = "
	}
	out.WriteString("-- The database after all migrations, made by make gen. Not run: the truth is in migrations/.\n")
	for _, table := range Tables(t, q) {
		columns := lines(`SELECT format('    %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
			CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
			COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')) FROM pg_attribute a
			LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, table)
		columns = append(columns, lines(`SELECT '    CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid)
			FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('p', 'u', 'f', 'c')
			ORDER BY contype DESC, conname`, table)...)
		fmt.Fprintf(&out, "\nCREATE TABLE %s (\n%s\n);\n", table, strings.Join(columns, ",\n"))
		for _, sql := range []string{
			`SELECT pg_get_indexdef(indexrelid) || ';' FROM pg_index
				WHERE indrelid = $1::regclass
				AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
				ORDER BY 1`,
			`SELECT format('CREATE POLICY %I ON %s FOR %s TO %s USING (%s)%s;', polname, polrelid::regclass,
				CASE polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'w' THEN 'UPDATE' ELSE polcmd::text END,
				COALESCE((SELECT string_agg(rolname, ', ') FROM pg_roles
				WHERE oid = ANY (polroles)), 'PUBLIC'), pg_get_expr(polqual, polrelid),
				COALESCE(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', ''))
				FROM pg_policy WHERE polrelid = $1::regclass ORDER BY polname`,
			`SELECT format('GRANT %s ON %s TO %s;', string_agg(privilege_type, ', '
				ORDER BY privilege_type), $1::text, grantee) FROM information_schema.role_table_grants
				WHERE table_schema || '.' || table_name = $1 AND grantee LIKE 'stoa\_%' AND grantee <> 'stoa_owner'
				GROUP BY grantee ORDER BY grantee`,
			`SELECT pg_get_triggerdef(oid) || ';' FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal
				ORDER BY tgname`,
		} {
			for _, line := range lines(sql, table) {
				out.WriteString(line + "\n")
			}
		}
	}
	for _, line := range lines(`SELECT format(E'\nCREATE VIEW %I.%I AS\n%s', n.nspname, c.relname,
		pg_get_viewdef(c.oid)) FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND ` + db.Ours + " AND " +
		member("pg_class") + "c.oid) ORDER BY 1") {
		out.WriteString(line + "\n")
	}
	for _, line := range lines(`SELECT E'\n' || pg_get_functiondef(p.oid) FROM pg_proc p
		JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE p.prokind <> 'a' AND ` + db.Ours + " AND " + member("pg_proc") +
		"p.oid) ORDER BY n.nspname, p.proname, p.oid") {
		out.WriteString(strings.TrimRight(line, "\n") + ";\n")
	}
	return out.String()
}
