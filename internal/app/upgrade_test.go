package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"stoa/internal/apptest"
	"stoa/internal/base/config"
	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/pgembed"
	"stoa/internal/identity/identitytest"
)

// An installation of every released schema is filled by that schema's own statements, brought to the newest, and
// used. A file of migrations/testdata adds what its version brought; those of the versions before it go first.
func TestFilledDatabasesOfOlderVersionsUpgrade(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(root + "migrations/testdata/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for n, file := range files {
		version, err := strconv.ParseInt(strings.TrimSuffix(filepath.Base(file), ".sql"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(fmt.Sprint("from version ", version), func(t *testing.T) {
			t.Parallel()
			dsn := dbtest.Empty(t)
			super := dsn(pgembed.Superuser)
			if err := db.MigrateTo(t.Context(), super, version); err != nil {
				t.Fatal(err)
			}
			conn := dbtest.Connect(t, super)
			for _, f := range files[:n+1] {
				raw, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := conn.Exec(t.Context(), string(raw)); err != nil {
					t.Fatalf("%s: %v", f, err)
				}
			}
			before := rowCounts(t, conn)
			if err := db.Migrate(t.Context(), super); err != nil {
				t.Fatal(err)
			}
			after := rowCounts(t, conn)
			for table, rows := range before {
				if kept := after[table]; kept != rows && table != "directory.word" && table != "directory.change" {
					t.Errorf("%s: %d rows of %d were kept", table, kept, rows)
				}
			}
			wordsAreRight(t, conn)
			forced(t, conn)
			upgradedWorks(t, dsn)
		})
	}
}

func rowCounts(t *testing.T, conn *pgx.Conn) map[string]int {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT c.oid::regclass::text FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE c.relkind = 'r'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, table := range tables {
		var n int
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[table] = n
	}
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n == 0 })
	return counts
}

// wordsAreRight: what is kept to search by is what the newest functions make of each row.
func wordsAreRight(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	for what, sql := range map[string]string{
		"a profile is indexed in an older way": `SELECT count(*) FROM directory.profile p
			WHERE p.words_everyone <> directory.words(p, 0::smallint)
			OR p.words_alumni <> directory.words(p, 1::smallint) OR p.words_batch <> directory.words(p, 2::smallint)`,
		"a word of a profile is not known": `SELECT count(*) FROM directory.profile p, unnest(p.words_everyone) l
			WHERE NOT EXISTS (SELECT FROM directory.word w WHERE w.tenant_id = p.tenant_id AND w.word = l.lexeme)`,
		"a word is known that nobody has": `SELECT count(*) FROM directory.word w
			WHERE NOT EXISTS (SELECT FROM directory.profile p
				WHERE p.tenant_id = w.tenant_id AND p.words_everyone @@ quote_literal(w.word)::tsquery)`,
		"a spelling is not counted right": `WITH written AS (
				SELECT p.tenant_id, w.kind, w.key, w.label, w.see, count(*) AS people
				FROM directory.profile p, directory.written(p) w GROUP BY 1, 2, 3, 4, 5),
			counted AS (SELECT tenant_id, kind, key, label, see, sum(people) AS people FROM directory.label
			GROUP BY 1, 2, 3, 4, 5)
			SELECT count(*) FROM written FULL JOIN counted USING (tenant_id, kind, key, label, see)
			WHERE written.people IS DISTINCT FROM counted.people`,
		"an entry of the log is in no chain": `SELECT count(*) FROM audit.entry e
			WHERE NOT EXISTS (SELECT FROM audit.place p WHERE p.tenant_id = e.tenant_id AND p.entry_id = e.id)`,
	} {
		var n int
		if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil || n > 0 {
			t.Errorf("%s: %d (%v)", what, n, err)
		}
	}
}

// forced: migrations put back what they lifted.
func forced(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	var open *string
	if err := conn.QueryRow(t.Context(), `SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
		WHERE c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`).Scan(&open); err != nil ||
		open != nil {
		t.Errorf("open tables: %v, %v", open, err)
	}
}

func upgradedWorks(t *testing.T, dsn func(string) string) {
	t.Helper()
	pool, err := db.Open(t.Context(), dsn(db.RoleApp), db.Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	at := apptest.Place{DB: pool, DSN: dsn}
	if _, err := at.Superuser(t).Exec(
		t.Context(), "UPDATE identity.person SET password_hash = $1", identitytest.PasswordHash(),
	); err != nil {
		t.Fatal(err)
	}
	for _, memory := range []int{0, 1} { // the index in memory, and PostgreSQL itself
		h := apptest.OpenAt(t, at, 1, func(c *config.Config) { c.DirectoryInMemory = memory })
		h.Host = "upgrade-2.localhost"
		alumna, student := h.SignIn("p4@example.org"), h.SignIn("p2@example.org")
		for path, names := range map[string]int{
			"/directory?q=node.js": 8, "/directory?q=CI%2FCD": 8, "/directory?q=steel-works": 7, "/directory?q=pune": 8,
			"/directory?q=sowmya": 1, "/directory?q=nunez": 1, "/directory?q=" + url.QueryEscape("小明"): 1,
			"/directory?q=" + url.QueryEscape("احمد"):            1,
			"/directory?company=" + url.QueryEscape("شركه الفا"): 1, "/courses?q=" + url.QueryEscape("网络"): 1,
		} {
			var page struct {
				Items []struct{} `json:"items"`
			}
			if r := alumna.Do("GET", path, nil); r.Status != http.StatusOK {
				t.Errorf("%s: %d %s", path, r.Status, r.Body)
			} else if r.JSON(t, &page); len(page.Items) != names {
				t.Errorf("%s: %d found, want %d", path, len(page.Items), names)
			}
		}
		if r := alumna.Do("GET", "/directory/facets", nil); !strings.Contains(r.Body, `"label":"شركة ألفا"`) {
			t.Errorf("the company is not shown as it is written: %s", r.Body)
		}
		for _, path := range []string{
			"/courses/00000000-0000-7000-8003-000000000001",
			"/courses", "/people/00000000-0000-7000-8001-000000000005", "/me",
		} {
			if r := student.Do("GET", path, nil); r.Status != http.StatusOK {
				t.Errorf("%s: %d %s", path, r.Status, r.Body)
			}
		}
	}
}
