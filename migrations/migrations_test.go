package migrations_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stoa/migrations"
)

// repaired names statements that were released although they changed nothing, and what made up for them.
var repaired = map[string]string{
	"00014_directory_change.sql directory.word":    "00019_directory_words.sql",
	"00014_directory_change.sql directory.profile": "00019_directory_words.sql",
}

var (
	body    = regexp.MustCompile(`(?s)\bAS \$\$.*?\$\$`) // of a function: it runs later, for whoever calls it
	comment = regexp.MustCompile(`--[^\n]*`)
	writes  = regexp.MustCompile(
		`(?i)\b(?:INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|UPDATE)\s+(?:ONLY\s+)?([a-z]+\.[a-z_]+)`,
	)
	protects = regexp.MustCompile(
		`(?i)tenancy\.protect\('([a-z]+\.[a-z_]+)'|ALTER TABLE ([a-z]+\.[a-z_]+) FORCE ROW LEVEL SECURITY`,
	)
)

// Row-level security is forced: it holds the owner, as which migrations run, and a statement on such a table finds no
// row and says nothing. A migration that writes to one lifts the force first, and puts it back (see 00008).
func TestDataIsWrittenPastRowLevelSecurity(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil || !slices.IsSorted(files) {
		t.Fatal(files, err)
	}
	protected := map[string]bool{}
	seen := 0
	for _, file := range files {
		raw, err := migrations.Files.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(raw), "-- +goose Down")
		for _, found := range unlifted(up, protected) {
			seen++
			if repaired[file+" "+found] == "" {
				t.Errorf("%s writes to %s under forced row-level security: it changes nothing", file, found)
			}
		}
	}
	if seen != len(repaired) {
		t.Errorf("%d of %d known statements were found", seen, len(repaired))
	}
}

// unlifted are the tables that a migration writes to although their rows are hidden from it, or leaves open. It adds
// what the migration protects to the tables that are.
func unlifted(up string, protected map[string]bool) (tables []string) {
	up = body.ReplaceAllString(comment.ReplaceAllString(up, ""), "")
	for _, m := range protects.FindAllStringSubmatch(up, -1) {
		protected[m[1]+m[2]] = true
	}
	for _, m := range writes.FindAllStringSubmatchIndex(up, -1) {
		table := up[m[2]:m[3]]
		before, after := up[:m[0]], up[m[1]:]
		lifted := strings.LastIndex(before, "ALTER TABLE "+table+" NO FORCE ROW LEVEL SECURITY")
		forced := max(strings.LastIndex(before, "ALTER TABLE "+table+" FORCE ROW LEVEL SECURITY"),
			strings.LastIndex(before, "tenancy.protect('"+table+"'"))
		open := lifted > forced || protected[table] && forced < 0 && lifted >= 0
		madeHere := strings.Contains(before, "CREATE TABLE "+table+" ") && forced < 0 // not protected yet
		switch {
		case !protected[table] || madeHere:
		case !open || lifted >= 0 && !strings.Contains(after, "ALTER TABLE "+table+" FORCE ROW LEVEL SECURITY"):
			tables = append(tables, table)
		}
	}
	return tables
}

func TestTheLintFindsWhatChangesNothing(t *testing.T) {
	t.Parallel()
	const lift, force = "ALTER TABLE a.b NO FORCE ROW LEVEL SECURITY;", "ALTER TABLE a.b FORCE ROW LEVEL SECURITY;"
	for name, c := range map[string]struct {
		sql   string
		found bool
	}{
		"a bare update":                 {"UPDATE a.b SET x = 1;", true},
		"an update in a block":          {"DO $$ BEGIN UPDATE a.b SET x = 1; END $$;", true},
		"a statement with parts":        {"WITH x AS (DELETE FROM a.b RETURNING 1) SELECT 1;", true},
		"lifted and put back":           {lift + "DELETE FROM a.b;" + force, false},
		"lifted and left open":          {lift + "DELETE FROM a.b;", true},
		"written after it was put back": {lift + force + "INSERT INTO a.b VALUES (1);", true},
		"a function that writes later": {
			"CREATE FUNCTION a.f() RETURNS void LANGUAGE sql AS $$ DELETE FROM a.b $$;", false,
		},
		"a table without protection": {"INSERT INTO a.c VALUES (1);", false},
		"filled before it is protected": {`CREATE TABLE a.d (x int); INSERT INTO a.d VALUES (1);
			SELECT tenancy.protect('a.d');`, false},
		"filled after it is protected": {`CREATE TABLE a.d (x int); SELECT tenancy.protect('a.d');
			INSERT INTO a.d VALUES (1);`, true},
		"what only a comment speaks of": {"-- UPDATE a.b SET x = 1\nSELECT 1;", false},
	} {
		if got := unlifted(c.sql, map[string]bool{"a.b": true}); (len(got) > 0) != c.found {
			t.Errorf("%s: %v", name, got)
		}
	}
}
