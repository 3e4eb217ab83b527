package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
)

// Global tables hold nothing of one institution's people: which institutions exist,
// other names of places, the queue of jobs (whose arguments carry their institution),
// what is remembered of the installation's files, the migrations' record.
var global = []string{
	"tenancy.institution", "tenancy.host", "tenancy.installation", "directory.alias", "public.goose_db_version",
}

// Two of them have no policy either: everybody reads them alike.
var bare = []string{"directory.alias", "public.goose_db_version"}

// Definer functions run as stoa_search past row-level security; each
// carries the institution itself and returns ids, or says why not.
var definers = []string{
	"courses.matching", "directory.find", "directory.matches", "directory.queries", "directory.spellings",
	"audit.open_institutions", // ids of institutions with entries to seal: the sealer works for all of them
	// ids of ended sessions of all institutions: a token must be refused before it is known whose it is
	"identity.recent_revocations",
	"identity.sweep",  // how many rows went, of what the policies sweep let go
	"cache.sweep",     // the same, of requests that nobody sends again
	"directory.sweep", // the same, of changes that are old; and sums up what labels count
}

// Policies that show every row: to whom, and why.
var open = []string{
	"identity.revocation definer stoa_search", "audit.place definer stoa_search", "courses.course definer stoa_search",
	"directory.profile definer stoa_search", "directory.word definer stoa_search",
	"directory.label sweep stoa_search",
	"tenancy.institution public_read public", "tenancy.host public_read public",
	"tenancy.installation owner stoa_owner", // which the runtime role cannot become
}

// The catalogue lint: rules R1 to R12.
func TestCatalogueHoldsTheRulesOfIsolation(t *testing.T) {
	t.Parallel()
	for _, hole := range holes(t, dbtest.Superuser(t)) {
		t.Error(hole)
	}
}

// holes are the objects of the catalogue that break a rule.
func holes(t *testing.T, q db.Querier) []string {
	t.Helper()
	const (
		tables = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
		named  = "n.nspname || '.' || c.relname"
		policy = named + ` || ' ' || p.polname || ' ' ||
			COALESCE(NULLIF((SELECT string_agg(r.rolname, ',') FROM pg_roles r
				WHERE r.oid = ANY (p.polroles)), ''), 'public')`
	)
	var found []string
	for _, rule := range []struct {
		says, sql string
		listed    []string // $1: what may
	}{
		{
			says: "R1 the runtime role is held by row-level security and owns nothing",
			sql: `SELECT rolname FROM pg_roles r
			WHERE rolname IN ('stoa_app', 'stoa_search', 'stoa_owner') AND (rolsuper OR rolbypassrls OR rolcreaterole
				OR rolname <> 'stoa_owner' AND EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid))`,
		},
		{says: "R1 every table has row-level security, forced, and a policy", listed: bare,
			sql: `SELECT ` + named + ` FROM ` + tables + `
			WHERE c.relkind IN ('r', 'p') AND ` + db.Ours + ` AND ` + named + ` <> ALL ($1)
			AND NOT (c.relrowsecurity AND c.relforcerowsecurity
				AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))`},
		{says: "R1 every table but the global ones belongs to an institution", listed: global,
			sql: `SELECT ` + named + ` FROM ` + tables + `
			WHERE c.relkind IN ('r', 'p') AND ` + db.Ours + ` AND ` + named + ` <> ALL ($1)
			AND NOT EXISTS (SELECT FROM pg_attribute a
				WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull)`},
		{says: "R2 views run with the rights of who asks, and nothing is materialised",
			sql: `SELECT ` + named + ` FROM ` + tables + `
			WHERE ` + db.Ours + ` AND (c.relkind = 'm' OR c.relkind = 'v'
				AND NOT 'security_invoker=true' = ANY (COALESCE(c.reloptions, '{}')))`},
		{
			says:   "R2 definer functions are listed, pinned, and not open to all",
			listed: definers,
			sql: `SELECT n.nspname || '.' || p.proname
			FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND ` + db.Ours + `
			AND (n.nspname || '.' || p.proname <> ALL ($1)
				OR NOT EXISTS (SELECT FROM unnest(p.proconfig) o WHERE o LIKE 'search_path=%pg_temp')
				OR pg_get_userbyid(p.proowner) <> 'stoa_search' OR has_function_privilege('public', p.oid, 'EXECUTE'))`,
		},
		{says: "R3 unique keys begin with the institution", listed: global, sql: `SELECT i.indexrelid::regclass::text
			FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE i.indisunique AND ` + db.Ours + ` AND ` + named + ` <> ALL ($1)
			AND (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0])
				IS DISTINCT FROM 'tenant_id'`},
		{says: "R4 foreign keys carry the institution", listed: global, sql: `SELECT ` + named + ` || ' ' || k.conname
			FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE k.contype = 'f' AND ` + db.Ours + ` AND ` + named + ` <> ALL ($1)
			AND (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1])
				<> 'tenant_id'`},
		{says: "R5 policies read the setting so that its absence fails",
			sql: `SELECT p.polrelid::regclass || ' ' || p.polname FROM pg_policy p
			WHERE p.polname = 'institution'
			AND pg_get_expr(p.polqual, p.polrelid) NOT LIKE '%= (current_setting(''app.tenant_id''::text))::uuid)'`},
		{says: "R5 policies that show every row are listed", listed: open, sql: `SELECT ` + policy + ` FROM pg_policy p
			JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE pg_get_expr(p.polqual, p.polrelid) = 'true' AND ` + policy + ` <> ALL ($1)`},
		{says: "R8 nobody truncates, nothing of a person is deleted", sql: `SELECT ` + named + ` FROM ` + tables + `
			WHERE c.relkind IN ('r', 'p') AND ` + db.Ours + ` AND (has_table_privilege('stoa_app', c.oid, 'TRUNCATE')
				OR has_table_privilege('stoa_app', c.oid, 'DELETE')
				OR has_table_privilege('stoa_app', c.oid, 'TRIGGER'))`},
		{says: "R9 no partition is reachable by itself", sql: `SELECT c.oid::regclass::text FROM pg_class c
			WHERE c.relispartition AND c.relkind = 'r' AND has_table_privilege('stoa_app', c.oid, 'SELECT')
			AND NOT c.relrowsecurity`},
		{says: "R10 policies say what may be written", sql: `SELECT p.polrelid::regclass || ' ' || p.polname
			FROM pg_policy p
			WHERE p.polname = 'institution' AND p.polcmd IN ('*', 'w', 'a') AND p.polwithcheck IS NULL`},
		{says: "R11 no function of ours claims to be leakproof", sql: `SELECT p.oid::regprocedure::text
			FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proleakproof AND ` + db.Ours + `
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`},
		{says: "the audit log is append-only", sql: `SELECT x FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) x
			WHERE has_table_privilege('stoa_app', 'audit.entry', x)`},
	} {
		args := []any{}
		if rule.listed != nil {
			args = append(args, rule.listed)
		}
		rows, err := q.Query(t.Context(), rule.sql, args...)
		if err != nil {
			t.Fatalf("%s: %v", rule.says, err)
		}
		objects, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", rule.says, err)
		}
		for _, object := range objects {
			found = append(found, rule.says+": "+object)
		}
	}
	return found
}

// R5: without an institution every table but the global ones refuses to answer at all.
func TestNothingIsReadOutsideAnInstitution(t *testing.T) {
	t.Parallel()
	tx, err := dbtest.Superuser(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range answering(t, tx) {
		t.Errorf("%s answers without an institution", table)
	}
}

// answering are the tables that the runtime role reads outside any institution.
func answering(t *testing.T, tx pgx.Tx) []string {
	t.Helper()
	tables := dbtest.Tables(t, tx)
	if _, err := tx.Exec(t.Context(), "SET LOCAL ROLE stoa_app"); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, table := range tables {
		if slices.Contains(global, table) {
			continue
		}
		err := pgx.BeginFunc(t.Context(), tx, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "SELECT count(*) FROM "+table)
			return err
		})
		if err == nil {
			found = append(found, table)
		}
	}
	return found
}

// A table that nobody protected, in a schema that nobody has heard of, is found by each of these nets.
func TestNewSchemasAreInsideTheNets(t *testing.T) {
	t.Parallel()
	tx := dbtest.Plant(t)
	found := strings.Join(holes(t, tx), "\n")
	for _, rule := range []string{"R1 every table has row-level security, forced, and a policy",
		"R1 every table but the global ones belongs to an institution",
		"R3 unique keys begin with the institution", "R8 nobody truncates, nothing of a person is deleted"} {
		if !strings.Contains(found, rule+": planted.thing") {
			t.Errorf("unseen: %s", rule)
		}
	}
	if !slices.Contains(answering(t, tx), "planted.thing") {
		t.Error("a table that answers outside any institution is unseen")
	}
}

// R10: a row cannot be written into another institution, nor
// moved there. R12: row-level security cannot be switched off.
func TestRowsStayInTheirInstitution(t *testing.T) {
	t.Parallel()
	here, there := dbtest.Institution(t), dbtest.Institution(t)
	d := dbtest.DB(t)
	batch := id.New()
	insert := `INSERT INTO directory.batch (tenant_id, id, code, programme, department, year)
		VALUES ($1, $2, 'X', 'BTech', 'CSE', 2018)`
	if _, err := d.Read(here).Exec(here, insert, viewer.From(there).Tenant, batch); err == nil {
		t.Error("a row was written into another institution")
	}
	if _, err := d.Read(here).Exec(here, insert, viewer.From(here).Tenant, batch); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Read(here).Exec(
		here, "UPDATE directory.batch SET tenant_id = $1 WHERE id = $2", viewer.From(there).Tenant, batch,
	); err == nil {
		t.Error("a row was moved into another institution")
	}
	if tag, err := d.Read(there).Exec(
		there, "UPDATE directory.batch SET code = 'Y' WHERE id = $1", batch,
	); err != nil || tag.RowsAffected() != 0 {
		t.Errorf("another institution changed the row: %v %v", tag, err)
	}
	err := d.Write(here, func(tx *db.Tx) error {
		if _, err := tx.Exec(here, "SET LOCAL row_security = off"); err != nil {
			return err
		}
		_, err := tx.Exec(here, "SELECT count(*) FROM directory.batch")
		return err
	})
	if err == nil {
		t.Error("row-level security was switched off")
	}
}

// Many workers of two institutions on few connections, with cancelled contexts, rollbacks and panics: nobody ever sees
// the other's rows, and a connection comes back without an institution.
func TestThePoolLeaksNoInstitution(t *testing.T) {
	t.Parallel()
	small, err := db.Open(t.Context(), dbtest.DSN(t, db.RoleApp), db.Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer small.Close()
	contexts := []context.Context{dbtest.Institution(t), dbtest.Institution(t)}
	for i, ctx := range contexts {
		if _, err := small.Read(ctx).Exec(ctx, `INSERT INTO directory.batch (id, code, programme, department, year)
			VALUES ($1, $2, 'P', 'D', 2000)`, id.New(), fmt.Sprintf("CANARY-%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	look := func(q db.Querier, ctx context.Context, which int) {
		rows, err := q.Query(ctx, "SELECT code FROM directory.batch")
		if err != nil {
			return
		}
		codes, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err == nil && !slices.Equal(codes, []string{fmt.Sprintf("CANARY-%d", which)}) {
			t.Errorf("institution %d saw %v", which, codes)
		}
	}
	var wg sync.WaitGroup
	for worker := range 64 {
		wg.Go(func() {
			for round := range 30 {
				which := (worker + round) % 2
				ctx := contexts[which]
				switch (worker + round) % 5 {
				case 0, 1:
					look(small.Read(ctx), ctx, which)
				case 2:
					short, cancel := context.WithTimeout(ctx, time.Duration(round*20)*time.Microsecond)
					look(small.Read(short), short, which)
					cancel()
				case 3:
					_ = small.Write(ctx, func(tx *db.Tx) error { look(tx, ctx, which); return fmt.Errorf("roll back") })
				case 4:
					func() {
						defer func() { _ = recover() }()
						_ = small.Write(ctx, func(tx *db.Tx) error { look(tx, ctx, which); panic("in a transaction") })
					}()
				}
			}
		})
	}
	wg.Wait()
	for range 16 {
		err := small.Unscoped().AcquireFunc(t.Context(), func(c *pgxpool.Conn) error {
			var setting *string
			err := c.QueryRow(t.Context(), "SELECT current_setting('app.tenant_id', true)").Scan(&setting)
			if err != nil {
				return err
			}
			if setting != nil && *setting != "" {
				t.Errorf("a connection came back inside institution %s", *setting)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Nobody changes the audit log, the owner of the table included.
func TestTheAuditLogIsAppendOnly(t *testing.T) {
	t.Parallel()
	ctx := dbtest.Institution(t)
	d := dbtest.DB(t)
	entry := id.New()
	if _, err := d.Read(ctx).Exec(ctx, `INSERT INTO audit.entry (id, verb, object_type, object_id)
		VALUES ($1, 'test', 'test', $1)`, entry); err != nil {
		t.Fatal(err)
	}
	super := dbtest.Superuser(t)
	for _, sql := range []string{
		"UPDATE audit.entry SET verb = 'other'", "DELETE FROM audit.entry", "TRUNCATE audit.entry",
	} {
		if _, err := d.Read(ctx).Exec(ctx, sql); err == nil {
			t.Errorf("the runtime role did: %s", sql)
		}
		if _, err := super.Exec(t.Context(), sql); err == nil {
			t.Errorf("the superuser did: %s", sql)
		}
	}
}
