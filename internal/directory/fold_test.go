package directory

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"stoa/internal/base/dbtest"
)

// Every character folds in Go as it does in PostgreSQL, alone and beside others. STOA_UPDATE writes letters.txt anew.
func TestFoldIsThatOfPostgreSQL(t *testing.T) {
	t.Parallel()
	conn := dbtest.Superuser(t)
	var raw string
	if err := conn.QueryRow(t.Context(), `SELECT string_agg(chr(c) || ' ' || directory.fold(chr(c)), E'\n' ORDER BY c)
		FROM generate_series(33, 262143) c
		WHERE c NOT BETWEEN 55296 AND 57343 AND chr(c) !~ '\s'`).Scan(&raw); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	var all []rune
	for line := range strings.SplitSeq(raw, "\n") {
		from, to, _ := strings.Cut(line, " ")
		r := []rune(from)[0]
		all = append(all, r)
		if to != string(unicode.ToLower(r)) {
			fmt.Fprintf(&table, "%c %s\n", r, to)
		}
	}
	if os.Getenv("STOA_UPDATE") != "" {
		if err := os.WriteFile("letters.txt", []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table.String() != letters {
		t.Fatal("letters.txt is not what PostgreSQL folds: run with STOA_UPDATE=1")
	}
	for range 300 {
		var text []rune
		for range rand.IntN(40) {
			r := all[rand.IntN(len(all))]
			switch rand.IntN(6) {
			case 0, 1:
				r = all[rand.IntN(800)]
			case 2:
				r = ' '
			case 3:
				r = []rune("小明太郎민수ใจ々ー\u200d\u200cأةکی")[rand.IntN(16)]
			}
			text = append(text, r)
		}
		var want []string
		if err := conn.QueryRow(t.Context(), "SELECT directory.typed($1)", string(text)).Scan(&want); err != nil {
			t.Fatal(err)
		}
		if got := words(string(text)); !slices.Equal(got, want) {
			t.Fatalf("%q is %q here and %q in PostgreSQL", string(text), got, want)
		}
	}
}
