package directory_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/clock"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// remembering is a second service on the campus that holds it in memory.
func (c *campus) remembering() *directory.Service {
	c.t.Helper()
	s, err := directory.New(c.t.Context(), dbtest.DB(c.t), clock.System{}, c.people,
		directory.Options{InMemory: 1 << 20})
	if err != nil {
		c.t.Fatal(err)
	}
	c.follow(s)
	c.inMemory(s)
	return s
}

// follow lets a service hear of changes until the test ends.
func (c *campus) follow(s *directory.Service) {
	var both sync.WaitGroup
	both.Go(func() { s.Follow(c.t.Context()) })
	both.Go(func() { dbtest.DB(c.t).Follow(c.t.Context(), s.Feed()) })
	c.t.Cleanup(both.Wait)
}

func (c *campus) inMemory(s *directory.Service) {
	c.t.Helper()
	for since := time.Now(); !s.InMemory(c.ctx); time.Sleep(5 * time.Millisecond) {
		if time.Since(since) > 10*time.Second {
			c.t.Fatal("the directory is not in memory")
		}
	}
}

// known is a person as the plain reference sees them.
type known struct {
	id                                                                  uuid.UUID
	name, standing, programme, department                               string
	batch                                                               *uuid.UUID
	year                                                                int
	company, companyKey, title, headline, industry, city, cityKey       string
	openTo                                                              []string
	seeCompany, seeTitle, seeHeadline, seePlace, seeIndustry, seeOpenTo int
	// by part, as PostgreSQL splits them
	words map[string][]string
}

// reference finds people by looking at each of them.
type reference struct {
	people []known
	public map[string]bool // words that anybody has been found by: true for names
	sounds map[string]string
	folds  map[string]string
	conn   *pgx.Conn
	ctx    context.Context
}

func (c *campus) reference(conn *pgx.Conn) *reference {
	c.t.Helper()
	r := &reference{
		public: map[string]bool{},
		sounds: map[string]string{},
		folds:  map[string]string{},
		conn:   conn,
		ctx:    c.t.Context(),
	}
	tenant := viewer.From(c.ctx).Tenant
	if _, err := conn.Exec(r.ctx, `CREATE OR REPLACE FUNCTION pg_temp.words(value text) RETURNS text[] LANGUAGE sql AS
		$$ SELECT tsvector_to_array(COALESCE(directory.lexemes(value, 'A'), '')::tsvector) $$`); err != nil {
		c.t.Fatal(err)
	}
	found, err := conn.Query(r.ctx, `SELECT id, sort_name, COALESCE(standing, ''), programme, department, batch_id,
		year, company, company_key, title, headline, industry, city, city_key, open_to,
		see_company, see_title, see_headline, see_place, see_industry, see_open_to,
		pg_temp.words(name), pg_temp.words(company), pg_temp.words(title), pg_temp.words(headline), pg_temp.words(city)
		FROM directory.profile WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY sort_name, id`, tenant)
	if err != nil {
		c.t.Fatal(err)
	}
	r.people, err = pgx.CollectRows(found, func(row pgx.CollectableRow) (known, error) {
		var k known
		var w [5][]string
		err := row.Scan(&k.id, &k.name, &k.standing, &k.programme, &k.department, &k.batch, &k.year, &k.company,
			&k.companyKey, &k.title, &k.headline, &k.industry, &k.city, &k.cityKey, &k.openTo,
			&k.seeCompany, &k.seeTitle, &k.seeHeadline, &k.seePlace, &k.seeIndustry, &k.seeOpenTo, &w[0], &w[1],
			&w[2], &w[3], &w[4])
		k.words = map[string][]string{}
		for i, part := range []string{"name", "company", "title", "headline", "city"} {
			k.words[part] = w[i]
		}
		return k, err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	found, err = conn.Query(r.ctx, "SELECT word, name, sound FROM directory.word WHERE tenant_id = $1", tenant)
	if err != nil {
		c.t.Fatal(err)
	}
	var word, sound string
	var name bool
	if _, err := pgx.ForEachRow(found, []any{&word, &name, &sound}, func() error {
		r.public[word], r.sounds[word] = name, sound
		return nil
	}); err != nil {
		c.t.Fatal(err)
	}
	return r
}

// eye is who looks at the reference.
type eye struct {
	ctx      context.Context
	me       uuid.UUID
	audience int
	ownBatch bool
}

func (r *reference) of(id uuid.UUID) *known {
	for i := range r.people {
		if r.people[i].id == id {
			return &r.people[i]
		}
	}
	return nil
}

func (r *reference) mates(e eye, k known) bool {
	me := r.of(e.me)
	return e.ownBatch && me != nil && me.batch != nil && k.batch != nil && *me.batch == *k.batch
}

func (r *reference) sees(e eye, k known, level int) bool {
	return k.id == e.me || level <= e.audience || level == 2 && r.mates(e, k)
}

// like are the names that sound or look like a typed word.
func (r *reference) like(typed string) []string {
	var typedSound string
	if err := r.conn.QueryRow(r.ctx, "SELECT directory.sound($1)", typed).Scan(&typedSound); err != nil {
		panic(err)
	}
	var alike []string
	begins := false
	for w, name := range r.public {
		begins = begins || strings.HasPrefix(w, typed)
		if name && w != typed && len([]rune(typed)) > 2 && r.sounds[w] == typedSound {
			alike = append(alike, w)
		}
	}
	slices.Sort(alike)
	alike = alike[:min(len(alike), 24)]
	if !begins && len(typed) > 3 && strings.Trim(typed, "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
		var names []string
		for w, name := range r.public {
			if name {
				names = append(names, w)
			}
		}
		found, _ := r.conn.Query(r.ctx, `SELECT w FROM unnest($1::text[]) w
			WHERE similarity(w, $2) >= CASE WHEN length($2) < 6 THEN 0.33::real ELSE 0.4::real END
			ORDER BY similarity(w, $2) DESC, w COLLATE "C" LIMIT 8`, names, typed)
		similar, err := pgx.CollectRows(found, pgx.RowTo[string])
		if err != nil {
			panic(err)
		}
		alike = append(alike, similar...)
	}
	return alike
}

var otherPlaces = map[string][]string{"bangalore": {"bengaluru"}, "nyc": {"new", "york"}, "bombay": {"mumbai"}}

// tiers are in which way each person is found by words: 0, 1, 2, or -1 for not at all.
func (r *reference) tiers(e eye, typed []string) map[uuid.UUID]int {
	type test struct {
		exact, names, anywhere func(names, all []string) bool
	}
	var tests []test
	for i, word := range typed {
		_, public := r.public[word]
		whole := i < len(typed)-1 && public
		begins := func(w string) bool { return w == word || !whole && strings.HasPrefix(w, word) }
		isName := false
		for w, name := range r.public {
			isName = isName || name && begins(w)
		}
		alike := r.like(word)
		in := func(w string) bool { return slices.Contains(alike, w) }
		tests = append(tests, test{
			exact: func(names, _ []string) bool { return isName && slices.ContainsFunc(names, begins) },
			names: func(names, _ []string) bool {
				return isName && slices.ContainsFunc(names, begins) || slices.ContainsFunc(names, in)
			},
			anywhere: func(names, all []string) bool {
				place := otherPlaces[word]
				return slices.ContainsFunc(all, begins) || slices.ContainsFunc(names, in) ||
					place != nil && !slices.ContainsFunc(place, func(p string) bool { return !slices.Contains(all, p) })
			},
		})
	}
	out := map[uuid.UUID]int{}
	for _, k := range r.people {
		level := e.audience
		if r.mates(e, k) {
			level = 2
		}
		all := slices.Clone(k.words["name"])
		for part, see := range map[string]int{
			"company": k.seeCompany, "title": k.seeTitle, "headline": k.seeHeadline, "city": k.seePlace,
		} {
			if see <= level {
				all = append(all, k.words[part]...)
			}
		}
		exact, names, anywhere := true, true, true
		for _, t := range tests {
			exact = exact && t.exact(k.words["name"], all)
			names = names && t.names(k.words["name"], all)
			anywhere = anywhere && t.anywhere(k.words["name"], all)
		}
		switch {
		case exact && anywhere:
			out[k.id] = 0
		case names && anywhere:
			out[k.id] = 1
		case anywhere:
			out[k.id] = 2
		}
	}
	return out
}

// typed is what PostgreSQL takes for words.
func (r *reference) typed(typed string) (words []string) {
	if err := r.conn.QueryRow(r.ctx, "SELECT directory.typed($1)", typed).Scan(&words); err != nil {
		panic(err)
	}
	return words
}

func (r *reference) fold(value string) string {
	if _, known := r.folds[value]; !known {
		var folded string
		if err := r.conn.QueryRow(r.ctx, "SELECT directory.fold($1)", value).Scan(&folded); err != nil {
			panic(err)
		}
		r.folds[value] = folded
	}
	return r.folds[value]
}

// passes tells whether a person is let through by every filter but one.
func (r *reference) passes(e eye, k known, f directory.Filter, but string) bool {
	either := func(filter string, values []string, has func(string) bool) bool {
		return filter == but || values == nil || slices.ContainsFunc(values, has)
	}
	same := func(kept string) func(string) bool {
		return func(v string) bool { return kept != "" && kept == r.fold(v) }
	}
	return either("batch", f.Batch, func(v string) bool {
		from, to, ranged := strings.Cut(v, "-")
		low, err := strconv.Atoi(from)
		if id, bad := uuid.Parse(v); bad == nil {
			return k.batch != nil && *k.batch == id
		}
		high := low
		if ranged {
			high, _ = strconv.Atoi(to)
		}
		return err == nil && k.year >= low && k.year <= high
	}) && either("programme", f.Programme, func(v string) bool { return k.programme == v }) &&
		either("department", f.Department, func(v string) bool { return k.department == v }) &&
		either("standing", f.Standing, func(v string) bool { return k.standing == v }) &&
		either("company", f.Company, same(k.companyKey)) &&
		(f.Company == nil || but == "company" || r.sees(e, k, k.seeCompany)) &&
		either("city", f.City, same(k.cityKey)) && (f.City == nil || but == "city" || r.sees(e, k, k.seePlace)) &&
		either("industry", f.Industry, func(v string) bool { return k.industry == v && v != "" }) &&
		(f.Industry == nil || but == "industry" || r.sees(e, k, k.seeIndustry)) &&
		either("open_to", f.OpenTo, func(v string) bool { return slices.Contains(k.openTo, v) }) &&
		(f.OpenTo == nil || r.sees(e, k, k.seeOpenTo))
}

func (r *reference) list(e eye, q directory.Query) []uuid.UUID {
	typed := r.typed(q.Q)
	var tiers map[uuid.UUID]int
	if strings.TrimSpace(q.Q) != "" {
		if tiers = map[uuid.UUID]int{}; len(typed) > 0 {
			tiers = r.tiers(e, typed)
		}
	}
	var list []known
	for _, k := range r.people {
		if _, found := tiers[k.id]; (tiers == nil || found) && r.passes(e, k, q.Filter, "") {
			list = append(list, k)
		}
	}
	slices.SortStableFunc(list, func(a, b known) int {
		switch {
		case q.Sort == "batch":
			return cmp.Compare(b.year, a.year)
		case q.Sort == "relevance" || q.Sort == "" && tiers != nil:
			return cmp.Compare(tiers[a.id], tiers[b.id])
		}
		return 0
	})
	ids := []uuid.UUID{}
	for _, k := range list {
		ids = append(ids, k.id)
	}
	return ids
}

// label is how most people write a value: of those who show it to
// all of an audience, or else of those who show it to the eye.
func (r *reference) label(e eye, value string, spelt func(known) (key, text string, level int)) string {
	for _, shows := range []func(known, int) bool{
		func(_ known, level int) bool { return level <= e.audience },
		func(k known, level int) bool { return r.sees(e, k, level) },
	} {
		counts, label := map[string]int{}, ""
		for _, k := range r.people {
			if key, text, level := spelt(k); key == value && shows(k, level) {
				counts[text]++
			}
		}
		for text, n := range counts {
			if n > counts[label] || n == counts[label] && text < label {
				label = text
			}
		}
		if label != "" {
			return label
		}
	}
	return ""
}

func (r *reference) facets(e eye, f directory.Filter) directory.Facets {
	var tiers map[uuid.UUID]int
	if strings.TrimSpace(f.Q) != "" {
		if tiers = map[uuid.UUID]int{}; len(r.typed(f.Q)) > 0 {
			tiers = r.tiers(e, r.typed(f.Q))
		}
	}
	count := func(
		filter string, value func(known) (string, bool), most int, asked []string,
		spelt func(known) (key, text string, level int),
	) []directory.FacetValue {
		by := map[string]*directory.FacetValue{}
		for _, k := range r.people {
			_, found := tiers[k.id]
			v, visible := value(k)
			if tiers != nil && !found || !visible || v == "" || v == "0" || !r.passes(e, k, f, filter) {
				continue
			}
			if by[v] == nil {
				by[v] = &directory.FacetValue{Value: v, Label: v}
				if spelt != nil {
					by[v].Label = r.label(e, v, spelt)
				}
			}
			by[v].Count++
		}
		list := []directory.FacetValue{}
		for _, v := range by {
			list = append(list, *v)
		}
		slices.SortFunc(list, func(a, b directory.FacetValue) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
		top := []directory.FacetValue{}
		for place, v := range list {
			chosen := false
			for _, typed := range asked {
				chosen = chosen || typed == v.Value || spelt != nil && r.fold(typed) == v.Value
				if spelt != nil && typed != v.Value && r.fold(typed) == v.Value && !slices.Contains(v.Asked, typed) {
					v.Asked = append(v.Asked, typed)
				}
			}
			if place < most || chosen {
				top = append(top, v)
			}
		}
		return top
	}
	open := func(value func(known) string) func(known) (string, bool) {
		return func(k known) (string, bool) { return value(k), true }
	}
	company := func(k known) (string, string, int) { return k.companyKey, k.company, k.seeCompany }
	city := func(k known) (string, string, int) { return k.cityKey, k.city, k.seePlace }
	out := directory.Facets{
		Year:       count("batch", open(func(k known) string { return strconv.Itoa(k.year) }), 120, nil, nil),
		Programme:  count("programme", open(func(k known) string { return k.programme }), 12, f.Programme, nil),
		Department: count("department", open(func(k known) string { return k.department }), 24, f.Department, nil),
		Company: count("company", func(k known) (string, bool) {
			return k.companyKey, r.sees(e, k, k.seeCompany)
		}, 12, f.Company, company),
		City: count("city", func(k known) (string, bool) {
			return k.cityKey, r.sees(e, k, k.seePlace)
		}, 12, f.City, city),
		Industry: count("industry", func(k known) (string, bool) {
			return k.industry, r.sees(e, k, k.seeIndustry)
		}, 12, f.Industry, nil),
		Standing: count("standing", open(func(k known) string { return k.standing }), 4, f.Standing, nil),
	}
	slices.SortFunc(out.Year, func(a, b directory.FacetValue) int { return strings.Compare(b.Value, a.Value) })
	for _, k := range r.people {
		if _, found := tiers[k.id]; (tiers == nil || found) && r.passes(e, k, f, "") {
			out.Total++
		}
	}
	return out
}

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

func whole(ctx context.Context, s *directory.Service, q directory.Query) ([]uuid.UUID, error) {
	ids := []uuid.UUID{}
	for {
		page, err := s.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			ids = append(ids, e.ID)
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" {
			return ids, nil
		}
	}
}

// Both engines find the same people in the same order with the same counts as whoever looks at each of them, for
// all kinds of viewers and questions, while people change beside them. STOA_QUESTIONS sets how many are asked.
func TestEnginesFindTheSame(t *testing.T) {
	t.Parallel()
	questions := 1200
	if n, err := strconv.Atoi(os.Getenv("STOA_QUESTIONS")); err == nil {
		questions = n
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	c := newCampus(t)
	luck := chance{rand.New(rand.NewPCG(seed, 1))}
	tenant := viewer.From(c.ctx).Tenant
	conn := dbtest.Superuser(t)
	batches := []uuid.UUID{c.batch("A", 2016), c.batch("B", 2018), c.batch("C", 2018), c.batch("D", 2017)}
	var eyes []eye
	var people []uuid.UUID
	for i := range 130 {
		standing := luck.of(standings...)
		switch {
		case i%16 == 0:
			p, ctx := c.person(fmt.Sprint("P", i), "", viewer.Student)
			standing, people = "", append(people, p.ID)
			eyes = append(eyes, eye{ctx: ctx, me: p.ID, ownBatch: true})
		case i%16 == 1:
			p, ctx := c.person(fmt.Sprint("P", i), "", viewer.Staff)
			standing, people = "", append(people, p.ID)
			eyes = append(eyes, eye{ctx: ctx, me: p.ID, audience: 2})
		default:
			p, ctx := c.person(fmt.Sprint("P", i), viewer.Standing(standing), viewer.Alumnus)
			people = append(people, p.ID)
			if standing != "rejected" {
				audience := 0
				if standing == "verified" {
					audience = 1
				}
				eyes = append(eyes, eye{ctx: ctx, me: p.ID, audience: audience, ownBatch: standing == "verified"})
			}
		}
		luck.write(t, conn, tenant, people[i], standing, batches)
	}
	marked, _ := c.person("Mark", viewer.Verified, viewer.Alumnus)
	remembering := c.remembering()
	var ref *reference
	for n := range questions {
		fresh := n%25 == 0
		if fresh {
			for range 1 + luck.IntN(4) {
				at := luck.IntN(len(people))
				if luck.IntN(4) == 0 {
					if _, err := conn.Exec(t.Context(), `UPDATE directory.profile SET deleted_at = now()
						WHERE tenant_id = $1 AND id = $2`, tenant, people[at]); err != nil {
						t.Fatal(err)
					}
				} else {
					luck.write(t, conn, tenant, people[at], luck.of(standings...), batches)
				}
			}
			mark := letters(n) // written last: whoever finds it has followed what was before
			if _, err := conn.Exec(t.Context(), `UPDATE directory.profile SET headline = $3
				WHERE tenant_id = $1 AND id = $2`, tenant, marked.ID, mark); err != nil {
				t.Fatal(err)
			}
			ref = c.reference(conn)
			soon(t, "the index does not follow", func() bool {
				found, err := whole(c.staff, remembering, directory.Query{
					Filter: directory.Filter{Q: mark},
					Paging: httpapi.Paging{Limit: 1},
				})
				return err == nil && len(found) == 1
			})
		}
		e := eyes[luck.IntN(len(eyes))]
		q := luck.query(batches)
		want := ref.list(e, q)
		counted, _ := json.Marshal(ref.facets(e, q.Filter))
		typed := luck.typed()
		var suggested string
		for name, s := range map[string]*directory.Service{"PostgreSQL": c.dir, "memory": remembering} {
			got, err := whole(e.ctx, s, q)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s finds %d people, the reference %d, of %+v by %+v: %v",
					name, len(got), len(want), q, e.me, ref.differ(got, want))
			}
			facets, err := s.Facets(e.ctx, q.Filter)
			if err != nil {
				t.Fatal(err)
			}
			if raw, _ := json.Marshal(facets); string(raw) != string(counted) {
				t.Fatalf("%s counts\n%s, the reference\n%s of %+v", name, raw, counted, q.Filter)
			}
			list, err := s.Suggest(e.ctx, typed)
			if err != nil {
				t.Fatal(err)
			}
			raw, _ := json.Marshal(list)
			if suggested != "" && suggested != string(raw) {
				t.Fatalf("%q: %s suggests %s, the other %s", typed, name, raw, suggested)
			}
			suggested = string(raw)
		}
	}
	if !remembering.InMemory(c.ctx) {
		t.Error("the directory is not in memory any more")
	}
}

// letters are a word for a number, none of which begins another.
func letters(n int) string {
	return "mark" + strings.Map(func(digit rune) rune { return 'a' + digit - '0' }, fmt.Sprintf("%06d", n))
}

func (r *reference) differ(got, want []uuid.UUID) []string {
	var list []string
	for _, id := range append(slices.Clone(got), want...) {
		if slices.Contains(got, id) != slices.Contains(want, id) {
			list = append(list, fmt.Sprintf("%v %+v", slices.Contains(got, id), r.of(id)))
		}
	}
	return list
}
