package directory_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// known is a person as the plain reference sees them.
type known struct {
	id    uuid.UUID
	batch *uuid.UUID
	// by column
	values map[string]any
	// by part, as PostgreSQL splits them
	words map[string][]string
}

func (k known) level(see string) int {
	if see == "" {
		return 0
	}
	return int(k.values[see].(float64))
}

// has are a person's values of a dimension.
func (k known) has(of stated) []string {
	switch value := k.values[of.column].(type) {
	case string:
		if value != "" {
			return []string{value}
		}
	case float64:
		return []string{strconv.Itoa(int(value))}
	case []any:
		var list []string
		for _, one := range value {
			list = append(list, one.(string))
		}
		return list
	}
	return nil
}

func (k known) year() int { return int(k.values["year"].(float64)) }

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
	tenant := viewer.From(c.Ctx).Tenant
	if _, err := conn.Exec(r.ctx, `CREATE OR REPLACE FUNCTION pg_temp.words(value text) RETURNS text[] LANGUAGE sql AS
		$$ SELECT tsvector_to_array(COALESCE(directory.lexemes(value, 'A'), '')::tsvector) $$`); err != nil {
		c.t.Fatal(err)
	}
	found, err := conn.Query(r.ctx, `SELECT id, batch_id,
		to_jsonb(p) - '{words_everyone, words_alumni, words_batch}'::text[],
		pg_temp.words(name), pg_temp.words(company), pg_temp.words(title), pg_temp.words(headline), pg_temp.words(city)
		FROM directory.profile p WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY sort_name, id`, tenant)
	if err != nil {
		c.t.Fatal(err)
	}
	r.people, err = pgx.CollectRows(found, func(row pgx.CollectableRow) (known, error) {
		var k known
		var w [5][]string
		err := row.Scan(&k.id, &k.batch, &k.values, &w[0], &w[1], &w[2], &w[3], &w[4])
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
		for part, see := range map[string]string{
			"company": "see_company", "title": "see_title", "headline": "see_headline", "city": "see_place",
		} {
			if k.level(see) <= level {
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
	for _, d := range directory.Dimensions {
		of, asked := statements[d.Name], *d.Chosen(&f)
		if d.Name == but || asked == nil {
			continue
		}
		if !slices.ContainsFunc(asked, func(v string) bool { return r.fits(k, of, v) }) ||
			!r.sees(e, k, k.level(of.see)) {
			return false
		}
	}
	return true
}

// fits tells whether a person has a value that was asked for.
func (r *reference) fits(k known, of stated, asked string) bool {
	if of.column != "year" {
		if of.written != "" {
			asked = r.fold(asked)
		}
		return slices.Contains(k.has(of), asked)
	}
	if id, err := uuid.Parse(asked); err == nil {
		return k.batch != nil && *k.batch == id
	}
	from, to, ranged := strings.Cut(asked, "-")
	low, err := strconv.Atoi(from)
	high := low
	if ranged {
		high, _ = strconv.Atoi(to)
	}
	return err == nil && k.year() >= low && k.year() <= high
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
			return cmp.Compare(b.year(), a.year())
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

func (r *reference) differ(got, want []uuid.UUID) []string {
	var list []string
	for _, id := range append(slices.Clone(got), want...) {
		if slices.Contains(got, id) != slices.Contains(want, id) {
			list = append(list, fmt.Sprintf("%v %+v", slices.Contains(got, id), r.of(id)))
		}
	}
	return list
}
