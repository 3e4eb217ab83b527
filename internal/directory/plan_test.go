package directory_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// crowd fills the campus with people enough that a plan matters.
func (c *campus) crowd(n int) {
	c.t.Helper()
	conn := dbtest.Superuser(c.t)
	tenant := viewer.From(c.Ctx).Tenant
	for _, sql := range []string{
		`INSERT INTO directory.batch (tenant_id, id, code, programme, department, year)
			SELECT $1, gen_random_uuid(), 'B-' || y, 'BTech', 'D' || y % 7, y FROM generate_series(1975, 2026) y`,
		`INSERT INTO identity.person (tenant_id, id, email, name, password_hash, roles, standing)
			SELECT $1, gen_random_uuid(), 'c' || g || '@example.org',
			CASE WHEN g % 200 = 0 THEN 'Sowmya'
				ELSE (ARRAY['Asha', 'Ravi', 'Meena', 'Karthik', 'Imran', 'Neha', 'Yash'])[1 + g % 7] END || ' ' ||
				(ARRAY['Rao', 'Nair', 'Das', 'Khan', 'Patil', 'Iyer', 'Shah', 'Gill', 'Bose', 'Menon',
					'Hegde'])[1 + g % 11],
			'x', '{alumnus}', CASE WHEN g % 10 = 0 THEN 'unverified' ELSE 'verified' END
			FROM generate_series(1, ` + fmt.Sprint(n) + `) g`,
		`INSERT INTO directory.profile (tenant_id, id, name, sort_name, standing, batch_id, year, programme, department,
			company, company_key, title, industry, city, city_key)
			SELECT p.tenant_id, p.id, p.name, '', p.standing, b.id, b.year, b.programme, b.department,
			'Company ' || h % 300, 'company ' || h % 300, 'Engineer', 'Industry ' || h % 15, 'City ' || h % 40,
			'city ' || h % 40
			FROM (SELECT *, abs(hashtext(email)) AS h FROM identity.person
			WHERE tenant_id = $1 AND email LIKE 'c%@example.org') p
			JOIN directory.batch b ON b.tenant_id = p.tenant_id AND b.year = 1975 + p.h % 52`,
	} {
		if _, err := conn.Exec(c.t.Context(), sql, tenant); err != nil {
			c.t.Fatal(err)
		}
	}
	_, err := conn.Exec(c.t.Context(), "ANALYZE directory.profile, directory.batch, directory.word, identity.person")
	if err != nil {
		c.t.Fatal(err)
	}
}

type plan struct {
	Node     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Rows     float64 `json:"Actual Rows"`
	Removed  float64 `json:"Rows Removed by Filter"`
	Loops    float64 `json:"Actual Loops"`
	Plans    []plan  `json:"Plans"`
}

func (p plan) each(visit func(plan)) {
	visit(p)
	for _, child := range p.Plans {
		child.each(visit)
	}
}

// The statements of the directory, as the runtime role, read no more of the big table
// than they need: no sequential scan, and what an index brings is mostly what was wanted.
func TestSearchesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	c.crowd(8000)
	_, asking := c.Join("Asking", viewer.Verified, viewer.Alumnus)
	for name, query := range map[string]directory.Query{
		"browse verified":   {Filter: directory.Filter{Standing: []string{"verified"}}},
		"browse":            {},
		"batch and company": {Filter: directory.Filter{Batch: []string{"2018"}, Company: []string{"Company 7"}}},
		"company":           {Filter: directory.Filter{Company: []string{"Company 7"}}},
		"city":              {Filter: directory.Filter{City: []string{"City 7"}}},
		"industry":          {Filter: directory.Filter{Industry: []string{"Industry 3"}}},
		"by batch":          {Sort: "batch"},
		"a batch":           {Filter: directory.Filter{Batch: []string{"B-2001"}}},
	} {
		query.Limit = 20
		sql, args, err := c.dir.Explain(asking, query)
		if err != nil {
			t.Fatal(err)
		}
		var raw []byte
		err = dbtest.DB(t).Write(asking, func(tx *db.Tx) error {
			return tx.QueryRow(asking, "EXPLAIN (ANALYZE, FORMAT JSON) "+sql, args...).Scan(&raw)
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var plans []struct{ Plan plan }
		if err := json.Unmarshal(raw, &plans); err != nil {
			t.Fatal(err)
		}
		plans[0].Plan.each(func(p plan) {
			if p.Relation != "profile" {
				return
			}
			if p.Node == "Seq Scan" {
				t.Errorf("%s scans the whole table", name)
			}
			if p.Removed > 40+p.Rows {
				t.Errorf("%s: %s on %s throws away %.0f rows to keep %.0f", name, p.Node, p.Index, p.Removed, p.Rows)
			}
		})
	}
}

// The words' function runs as its owner; under row-level security the same conditions could not use an index.
func TestWordsUseTheirIndexes(t *testing.T) {
	t.Parallel()
	c := newCampus(t)
	c.crowd(8000)
	_, asking := c.Join("Asking", viewer.Verified, viewer.Alumnus)
	for _, q := range []string{"asha menon", "sowmja", "company 77", "nothingatall"} {
		query := directory.Query{Filter: directory.Filter{Q: q}, Sort: "relevance"}
		query.Limit = 20
		sql, args, err := c.dir.Explain(asking, query)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		err = dbtest.DB(t).Write(asking, func(tx *db.Tx) error {
			rows, err := tx.Query(asking, "EXPLAIN (ANALYZE, BUFFERS) "+sql, args...)
			if err != nil {
				return err
			}
			out, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var hit, read int
		for _, line := range out {
			if i := strings.Index(line, "Buffers: shared hit="); i >= 0 {
				_, _ = fmt.Sscanf(line[i:], "Buffers: shared hit=%d read=%d", &hit, &read)
				break
			}
		}
		if hit+read == 0 || hit+read > 4000 { // the whole table and its rows by index are more than 8,000
			t.Errorf("%q touches %d pages", q, hit+read)
		}
	}
}
