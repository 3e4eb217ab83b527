package directory_test

import (
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
	companies = []string{"", "Acme", "ACME", "acme", "Globex Inc.", "Microsoft", "C++ Labs", "New York Times",
		"Ræd & Co", "王府井", "شركة ألفا", "شركه الفا",
		"Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"}
	cities     = []string{"", "Bengaluru", "Mumbai", "Pune", "PUNE", "pune", "New York", "Delhi"}
	titles     = []string{"", "Compiler Engineer", "VP, Sales", "Engineer", "Microsoft MVP"}
	headlines  = []string{"", "Building compilers at Microsoft", "Rao's fan in Pune", "10x engineer 2018"}
	industries = []string{"", "Software", "Media"}
	standings  = []string{"verified", "verified", "unverified", "pending", "rejected"}
)

const profileOf = `INSERT INTO directory.profile (tenant_id, id, name, sort_name, standing, batch_id, year, programme,
		department, company, company_key, title, headline, industry, city, city_key, open_to,
		see_company, see_title, see_headline, see_place, see_industry, see_open_to)
	SELECT $1, $2, $3, '', NULLIF($4, ''), b.id, COALESCE(b.year, 0), COALESCE(b.programme, ''),
		COALESCE(b.department, ''), $6, lower(directory.fold($6)), $7, $8, $9, $10, lower($10), $11::text[],
		$12, $13, $14, $15, $16, $17
	FROM (SELECT) one LEFT JOIN directory.batch b ON b.tenant_id = $1 AND b.id = $5
	ON CONFLICT (tenant_id, id) DO UPDATE
	SET name = excluded.name, standing = excluded.standing, batch_id = excluded.batch_id, year = excluded.year,
		programme = excluded.programme, department = excluded.department,
		company = excluded.company, company_key = excluded.company_key, title = excluded.title,
		headline = excluded.headline, industry = excluded.industry, city = excluded.city, city_key = excluded.city_key,
		open_to = excluded.open_to,
		see_company = excluded.see_company, see_title = excluded.see_title, see_headline = excluded.see_headline,
		see_place = excluded.see_place, see_industry = excluded.see_industry, see_open_to = excluded.see_open_to,
		deleted_at = NULL`

// write gives a person what chance will, as another process would.
func (c chance) write(t *testing.T, conn *pgx.Conn, tenant, person uuid.UUID, standing string, batches []uuid.UUID) {
	t.Helper()
	var batch *uuid.UUID
	if c.IntN(6) > 0 {
		batch = &batches[c.IntN(len(batches))]
	}
	openTo := [][]string{{}, {}, {"mentoring"}, {"hiring"}, {"hiring", "mentoring"}}[c.IntN(5)]
	level := func() int { return []int{0, 0, 1, 1, 2, 3}[c.IntN(6)] }
	if _, err := conn.Exec(t.Context(), profileOf, tenant, person,
		c.of(firstNames...)+" "+c.of(lastNames...), standing, batch, c.of(companies...), c.of(titles...),
		c.of(headlines...), c.of(industries...), c.of(cities...), openTo,
		level(), level(), level(), level(), level(), level()); err != nil {
		t.Fatal(err)
	}
}

func (c chance) typed() string {
	letters := []rune(strings.ToLower(c.of(c.of(firstNames...), c.of(lastNames...), c.of(companies...),
		c.of(titles...), c.of(headlines...), c.of(cities...), "bangalore", "nyc", "bombay", "&|!", "2018")))
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
	q.Batch = c.some("2016", "2017-2018", "2018", "0000", "2030", batches[c.IntN(len(batches))].String())
	q.Programme, q.Department = c.some("BTech", "MBA"), c.some("CSE", "ECE")
	q.Company, q.City, q.Industry = c.some(companies...), c.some(cities...), c.some(industries...)
	q.Standing, q.OpenTo = c.some("verified", "unverified", "rejected"), c.some("mentoring", "hiring")
	q.Limit = 1 + c.IntN(12)
	return q
}
