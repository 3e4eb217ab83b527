package directory_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/directory"
)

// chance makes people and questions.
type chance struct{ *rand.Rand }

func (c chance) of(list ...string) string { return list[c.IntN(len(list))] }

var (
	firstNames = []string{"Sowmya", "Soumya", "Saumya", "Lakshmi", "Laxmi", "Lakshmy", "Deepthi", "Dipti", "José",
		"Zoë", "Anne-Marie", "Ravi", "Raviraj", "Mohammed", "Muhammad", "हरि", "Łukasz", "Jos", "Microsoft",
		"王小明", "王明", "小林", "田中太郎", "佐々木", "김민수", "สมชาย", "أحمد", "احمد", "إيمان", "علی\u200cرضا", "क्ष", "क्\u200dष"}
	lastNames = []string{
		"Rao", "Hegde", "Iyer", "García", "O'Brien", "Nair", "Nayar", "Venkatesh", "Wenkatesh", "Subramaniam",
		"Subrahmanyam", "Straße", "del Río", "K", "Pune", "明", "ใจดี", "王", "مصطفى", "مصطفي",
	}
	titles    = []string{"", "Compiler Engineer", "VP, Sales", "Engineer", "Microsoft MVP"}
	headlines = []string{"", "Building compilers at Microsoft", "Rao's fan in Pune", "10x engineer 2018"}
	standings = []string{"verified", "verified", "unverified", "pending", "rejected"}
)

// profileOf writes a person of a name, a batch and some words, with a value of each dimension
// that is a column of its own ($8 and on), and an audience for each part.
var profileOf, drawn, audiences = func() (sql string, drawn []stated, audiences []string) {
	columns := []string{"name", "standing", "batch_id", "year", "programme", "department", "title", "headline"}
	values := []string{"$3", "NULLIF($4, '')", "b.id", "COALESCE(b.year, 0)", "COALESCE(b.programme, '')",
		"COALESCE(b.department, '')", "$6", "$7"}
	audiences = []string{"see_title", "see_headline"}
	number := 8
	for _, name := range slices.Sorted(maps.Keys(statements)) {
		of := statements[name]
		if of.has == nil {
			continue
		}
		drawn = append(drawn, of)
		value := fmt.Sprintf("$%d", number)
		number++
		switch {
		case of.written != "":
			columns, values = append(columns, of.written, of.column), append(values, value, "directory.fold("+value+")")
		case of.many:
			columns, values = append(columns, of.column), append(values, value+"::text[]")
		default:
			columns, values = append(columns, of.column), append(values, value)
		}
		if !slices.Contains(audiences, of.see) {
			audiences = append(audiences, of.see)
		}
	}
	for _, see := range audiences {
		columns, values = append(columns, see), append(values, fmt.Sprintf("$%d", number))
		number++
	}
	set := make([]string, len(columns))
	for i, column := range columns {
		set[i] = column + " = excluded." + column
	}
	return fmt.Sprintf(`INSERT INTO directory.profile (tenant_id, id, sort_name, %s) SELECT $1, $2, '', %s
		FROM (SELECT) one LEFT JOIN directory.batch b ON b.tenant_id = $1 AND b.id = $5
		ON CONFLICT (tenant_id, id) DO UPDATE SET %s, deleted_at = NULL`,
		strings.Join(columns, ", "), strings.Join(values, ", "), strings.Join(set, ", ")), drawn, audiences
}()

// write gives a person what chance will, as another process would.
func (c chance) write(t *testing.T, conn *pgx.Conn, tenant, person uuid.UUID, standing string, batches []uuid.UUID) {
	t.Helper()
	var batch *uuid.UUID
	if c.IntN(6) > 0 {
		batch = &batches[c.IntN(len(batches))]
	}
	args := []any{tenant, person, c.of(firstNames...) + " " + c.of(lastNames...), standing, batch, c.of(titles...),
		c.of(headlines...)}
	for _, of := range drawn {
		if of.many {
			args = append(args, c.subset(of.has))
		} else {
			args = append(args, c.of(of.has...))
		}
	}
	for range audiences {
		args = append(args, []int{0, 0, 1, 1, 2, 3}[c.IntN(6)])
	}
	if _, err := conn.Exec(t.Context(), profileOf, args...); err != nil {
		t.Fatal(err)
	}
}

// subset is some of a list, more often none.
func (c chance) subset(list []string) []string {
	some := []string{}
	for _, one := range list {
		if c.IntN(3) == 0 {
			some = append(some, one)
		}
	}
	return some
}

func (c chance) typed() string {
	letters := []rune(strings.ToLower(c.of(c.of(firstNames...), c.of(lastNames...),
		c.of(statements["company"].has...), c.of(titles...), c.of(headlines...), c.of(statements["city"].has...),
		"bangalore", "nyc", "bombay", "&|!", "2018")))
	switch c.IntN(5) {
	case 0:
		if len(letters) > 1 {
			letters = letters[:1+c.IntN(len(letters)-1)]
		}
	case 1:
		if len(letters) > 3 {
			at := c.IntN(len(letters) - 1)
			letters[at], letters[at+1] = letters[at+1], letters[at]
		}
	case 2:
		if len(letters) > 3 {
			at := c.IntN(len(letters))
			letters = slices.Delete(letters, at, at+1)
		}
	}
	if c.IntN(3) == 0 {
		return string(letters) + " " + c.typed()
	}
	return string(letters)
}

func (c chance) some(list ...string) []string {
	if c.IntN(5) > 0 {
		return nil
	}
	var out []string
	for range 1 + c.IntN(2) {
		if v := c.of(list...); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func (c chance) query(batches []uuid.UUID) directory.Query {
	q := directory.Query{Sort: c.of("", "", "name", "batch", "relevance")}
	if c.IntN(2) == 0 {
		q.Q = c.typed()
	}
	for _, d := range directory.Dimensions {
		of := statements[d.Name]
		list := append(slices.Clone(of.asked), of.has...)
		if d.Name == "batch" {
			list = append(list, batches[c.IntN(len(batches))].String())
		}
		*d.Chosen(&q.Filter) = c.some(list...)
	}
	q.Limit = 1 + c.IntN(12)
	return q
}
