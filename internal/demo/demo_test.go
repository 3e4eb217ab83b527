package demo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"stoa/internal/base/dbtest"
	"stoa/internal/base/pgembed"
	"stoa/internal/demo"
)

func ask(t *testing.T, dsn, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var out string
	if err := conn.QueryRow(t.Context(), sql).Scan(&out); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return out
}

// The same size gives the same people, and the load leaves row-level security as it found it.
func TestTheDemoIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	var digests [2]string
	for i := range digests {
		dsn := dbtest.Clone(t)(pgembed.Superuser)
		truth := filepath.Join(t.TempDir(), "new", "truth.json")
		if err := demo.LoadIfEmpty(t.Context(), dsn, demo.Small, truth); err != nil {
			t.Fatal(err)
		}
		if err := demo.LoadIfEmpty(t.Context(), dsn, demo.Small, truth); err != nil {
			t.Errorf("again: %v", err)
		}
		if err := demo.Load(t.Context(), dsn, demo.Small, ""); err == nil {
			t.Error("demo data went into a database with institutions")
		}
		digests[i] = ask(t, dsn, `SELECT md5(string_agg(concat_ws('|', id, name, standing, batch_id, company, title,
			city, headline), ',' ORDER BY id)) FROM directory.profile`) +
			ask(t, dsn, `SELECT md5(string_agg(concat_ws('|', id, code, title, lessons, minutes), ',' ORDER BY id))
				FROM courses.course`)
		open := ask(t, dsn, `SELECT count(*)::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind = 'r' AND c.relrowsecurity AND NOT c.relforcerowsecurity AND n.nspname <> 'work'`)
		if open != "0" {
			t.Errorf("%s tables were left without forced row-level security", open)
		}
		for what, sql := range map[string]string{
			"people": `SELECT (count(*) BETWEEN 1800 AND 2500)::text FROM directory.profile`,
			"indexes of profiles": `SELECT (count(*) >= 13)::text FROM pg_index
				WHERE indrelid = 'directory.profile'::regclass`,
			"courses": `SELECT (count(*) = 36)::text FROM courses.course`,
			"lessons with text": `SELECT (count(*) > 200 AND min(length(body_html)) > 100)::text
				FROM courses.content`,
			"names are skewed": `SELECT (max(n) >= 5)::text
				FROM (SELECT count(*) n FROM directory.profile GROUP BY name) x`,
			"batches grow": `SELECT (count(*) FILTER (WHERE year BETWEEN 2016 AND 2026) > 3 * count(*) FILTER (WHERE ` +
				`year BETWEEN 1975 AND 1985))::text FROM directory.profile`,
			"rolled-up progress is true": `SELECT bool_and(c.completed = (SELECT count(*) FROM progress.lesson l
				WHERE l.person_id = c.person_id AND l.course_id = c.course_id AND l.completed_at IS NOT NULL))::text
				FROM progress.course c`,
			"learners are counted": `SELECT bool_and(c.learners = (SELECT count(*) FROM courses.enrolment e
				WHERE e.course_id = c.id))::text FROM courses.course c`,
		} {
			if got := ask(t, dsn, sql); got != "true" {
				t.Errorf("%s: %s", what, got)
			}
		}
		raw, err := os.ReadFile(truth)
		if err != nil {
			t.Fatal(err)
		}
		var pairs []demo.Pair
		if err := json.Unmarshal(raw, &pairs); err != nil || len(pairs) < 10 {
			t.Errorf("%d planted pairs: %v", len(pairs), err)
		}
	}
	if digests[0] != digests[1] {
		t.Error("two loads differ")
	}
}

func TestEverybodyOfTheCastIsOffered(t *testing.T) {
	t.Parallel()
	if got := fmt.Sprint(len(demo.SignInsOf("aldermere").People), len(demo.SignInsOf("harbour").People)); got != "8 2" {
		t.Errorf("%s", got)
	}
}
