package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/apptest"
	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/viewer"
)

// Two layers keep institutions apart: row-level security, and the condition tenant_id =
// tenancy.here() of every query. Each holds alone, which is shown by taking the other away in a
// clone of the database; without both the probes must find leaks, or they would show nothing.
var layers = map[string]struct {
	undo  []string
	leaks bool
}{
	"both layers":              {},
	"row-level security alone": {undo: []string{conditionsOff}},
	"conditions alone":         {undo: []string{policiesOff}},
	"neither":                  {undo: []string{conditionsOff, policiesOff}, leaks: true},
}

const (
	// conditionsOff makes tenancy.here() a value that equals every institution.
	conditionsOff = `CREATE TYPE public.anywhere AS ENUM ('anywhere');
		CREATE FUNCTION public.is_anywhere(uuid, public.anywhere) RETURNS boolean
			IMMUTABLE LANGUAGE sql AS 'SELECT true';
		CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = public.anywhere, FUNCTION = public.is_anywhere);
		DROP FUNCTION tenancy.here();
		CREATE FUNCTION tenancy.here() RETURNS public.anywhere
			IMMUTABLE LANGUAGE sql AS $$ SELECT 'anywhere'::public.anywhere $$`
	policiesOff = `DO $$ DECLARE t regclass; BEGIN
		FOR t IN SELECT c.oid FROM pg_class c WHERE c.relrowsecurity
		LOOP EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t); END LOOP; END $$`
)

// Every operation of the document is called, as every role of one institution, with
// the ids of its twin one at a time. It must answer as if there were nothing, no
// answer may hold a word or an id of the twin, and nothing of the twin may change.
func TestNoOperationReachesAnotherInstitution(t *testing.T) {
	t.Parallel()
	for name, layer := range layers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := dbtest.Clone(t)
			conn := dbtest.Connect(t, dsn(pgembed.Superuser))
			for _, sql := range layer.undo {
				if _, err := conn.Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			pool, err := db.Open(t.Context(), dsn(db.RoleApp), db.Options{MaxConns: 6})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
			at := apptest.Place{DB: pool, DSN: dsn}
			h, twin := apptest.OpenAt(t, at, 1), apptest.OpenAt(t, at, 1)
			if layer.leaks {
				twin.Domain = "twin.example.org" // or one would sign in as the other
			}
			probes, leaks := probeTwin(t, h, twin)
			if !layer.leaks {
				for _, leak := range leaks {
					t.Error(leak)
				}
			} else if len(leaks) < 50 {
				t.Errorf("without any layer only %d leaks were found: the probes see too little", len(leaks))
			}
			t.Logf("%d probes, %d leaks", probes, len(leaks))
		})
	}
}

// probeTwin is what one institution can reach of another.
func probeTwin(t *testing.T, h, twin *apptest.House) (probes int, leaks []string) {
	own, foreign := furnish(t, h), furnish(t, twin)
	h.Person("admin@example.org", "", viewer.Admin, viewer.Instructor)
	h.Person("operator@example.org", "", viewer.Operator, viewer.Instructor)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	h.Person("all@example.org", viewer.Verified, viewer.Student, viewer.Alumnus, viewer.Instructor, viewer.Staff,
		viewer.Admin, viewer.Operator)
	conn := h.Place.Superuser(t)
	foreignIDs, err := idsOf(t, conn, twin.Tenant)
	if err != nil {
		t.Fatal(err)
	}
	leak := func(format string, args ...any) { leaks = append(leaks, fmt.Sprintf(format, args...)) }
	before := apptest.Fingerprints(t, twin)
	for _, email := range []string{
		"admin@example.org", "operator@example.org", "all@example.org", "teacher@example.org", "staff@example.org",
		"ravi@example.org", "asha@example.org", "new@example.org",
	} {
		c := h.SignIn(email)
		send := func(op *huma.Operation, path string, body any) apptest.Reply {
			probes++
			r := c.Do(op.Method, path, body)
			if strings.Contains(r.Body, twin.Mark()) {
				leak("%s %s as %s answers with words of another institution: %s", op.Method, path, email, r.Body)
			}
			asked := path + fmt.Sprint(body)
			for _, id := range foreignIDs {
				if strings.Contains(r.Body, id) && !strings.Contains(asked, id) {
					leak("%s %s as %s answers with an id of another institution: %s", op.Method, path, email, r.Body)
					break
				}
			}
			return r
		}
		eachOperation(func(op *huma.Operation) {
			names := parameters(op)
			// which is of all institutions
			if op.Method == http.MethodGet && len(names) == 0 && op.OperationID != "institution-list" {
				send(op, op.Path, nil)
				for _, p := range op.Parameters {
					for _, id := range foreign {
						if p.In == "query" {
							send(op, op.Path+"?"+p.Name+"="+id.String(), nil)
						}
					}
				}
			}
			names = append(names, named[op.OperationID]...)
			if len(names) == 0 {
				return
			}
			for _, mixed := range mixtures(names, own, foreign) {
				body, ok := bodies(mixed)[op.OperationID]
				if !ok && op.RequestBody != nil {
					t.Fatalf("%s takes an id and a body, and has no probe: add it to bodies", op.OperationID)
				}
				path := addressOf(op, mixed)
				if strings.Contains(path, "{") {
					t.Fatalf("%s names an object of which furnish makes none", op.OperationID)
				}
				r := send(op, path, body)
				if r.Status != http.StatusNotFound && r.Status != http.StatusForbidden &&
					r.Status != http.StatusConflict {
					leak("%s %s as %s with another institution's id: %d %s",
						op.Method, op.Path, email, r.Status, r.Body)
				}
				// who may everything must not be told that it exists
				if email == "all@example.org" && r.Status == http.StatusForbidden {
					leak("%s %s tells an admin that another institution's object exists: %s",
						op.Method, op.Path, r.Body)
				}
			}
		})
	}
	after := apptest.Fingerprints(t, twin)
	for table := range before {
		if before[table] != after[table] {
			leak("%s of the twin changed", table)
		}
	}
	return probes, leaks
}

// idsOf are the ids of everything in an institution.
func idsOf(t *testing.T, conn *pgx.Conn, tenant uuid.UUID) ([]string, error) {
	list := []string{tenant.String()}
	for _, table := range dbtest.Tables(t, conn, "tenant_id", "id uuid") {
		found, err := conn.Query(t.Context(), "SELECT id::text FROM "+table+" WHERE tenant_id = $1", tenant)
		if err != nil {
			return nil, err
		}
		ids, err := pgx.CollectRows(found, pgx.RowTo[string])
		if err != nil {
			return nil, err
		}
		list = append(list, ids...)
	}
	return list, nil
}

// mixtures replaces one id at a time by the twin's, and then all of them.
func mixtures(named []string, own, foreign estate) []estate {
	list := []estate{maps.Clone(foreign)}
	if len(named) > 1 {
		for _, name := range named {
			one := maps.Clone(own)
			one[name] = foreign[name]
			list = append(list, one)
		}
	}
	return list
}
