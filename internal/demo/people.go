package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// people of one institution, as the later parts of a load need them.
type people struct {
	named       map[string]uuid.UUID
	students    []uuid.UUID
	instructors []teacher
}

type teacher struct {
	id   uuid.UUID
	name string
}

type batch struct {
	id         uuid.UUID
	department department
	year       int
}

const (
	thisYear   = 2026
	duplicates = 0.012
)

type peopleRows struct{ persons, profiles [][]any }

func (l *loader) people(ctx context.Context, tenant uuid.UUID, slug string, n counts) (*people, error) {
	batches, err := l.batches(ctx, tenant)
	if err != nil {
		return nil, err
	}
	p := &people{named: map[string]uuid.UUID{}}
	out := &peopleRows{}
	for _, m := range casts[slug] {
		id := l.id()
		p.named[m.email] = id
		l.cast(out, tenant, id, m, batches)
		if m.email == "instructor@demo.test" || m.email == "admin@harbour.test" {
			p.instructors = append(p.instructors, teacher{id, m.name})
		}
	}
	domain := "demo.test"
	if slug != "aldermere" {
		domain = slug + ".test"
	}
	number := 0
	address := func() string { number++; return fmt.Sprintf("p%d@%s", number, domain) }
	l.alumni(out, tenant, n.alumni, batches, address)
	for range n.students {
		b := l.pickBatch(batches, true)
		id := l.id()
		p.students = append(p.students, id)
		name, _ := l.name()
		out.persons = append(out.persons, l.person(tenant, id, address(), name, []string{"student"}, ""))
		out.profiles = append(out.profiles, l.profile(tenant, id, name, "", &b, work{city: cities[0]}))
	}
	for range n.instructors {
		id := l.id()
		name, _ := l.name()
		p.instructors = append(p.instructors, teacher{id, name})
		out.persons = append(out.persons, l.person(tenant, id, address(), name, []string{"instructor"}, ""))
		out.profiles = append(out.profiles, l.profile(tenant, id, name, "", nil, work{
			company:  "Aldermere Institute of Technology",
			title:    "Assistant Professor",
			industry: "Education",
			city:     cities[0],
		}))
	}
	if err := l.store(ctx, out); err != nil {
		return nil, err
	}
	if id, ok := p.named["banned@demo.test"]; ok {
		err = l.copy(ctx, "identity.ban", []string{"tenant_id", "id", "person_id", "by_id", "reason", "at"},
			[][]any{{
				tenant, l.id(), id, p.named["admin@demo.test"], "Repeated advertising in messages to batchmates.",
				l.now.AddDate(0, -1, 0),
			}})
	}
	return p, err
}

func (l *loader) batches(ctx context.Context, tenant uuid.UUID) ([]batch, error) {
	var list []batch
	var rows [][]any
	for year := 1975; year <= thisYear+4; year++ {
		for _, d := range departments {
			if year < d.since {
				continue
			}
			b := batch{l.id(), d, year}
			list = append(list, b)
			rows = append(rows, []any{
				tenant, b.id, fmt.Sprintf("%s-%d", d.code, year), d.programme, d.name, int16(year),
			})
		}
	}
	return list, l.copy(
		ctx, "directory.batch", []string{"tenant_id", "id", "code", "programme", "department", "year"}, rows,
	)
}

// pickBatch: classes grow with the years, and each department has its share.
func (l *loader) pickBatch(batches []batch, student bool) batch {
	for {
		b := batches[l.rnd.IntN(len(batches))]
		if (b.year > thisYear) != student {
			continue
		}
		growth := float64(b.year-1970) / float64(thisYear-1970)
		if l.chance(growth * float64(b.department.weight) / 26) {
			return b
		}
	}
}

func (l *loader) alumni(out *peopleRows, tenant uuid.UUID, n int, batches []batch, address func() string) {
	for made := 0; made < n; made++ {
		b := l.pickBatch(batches, false)
		name, pattern := l.name()
		standing := "verified"
		if x := l.rnd.Float64(); x > 0.95 {
			standing = "unverified"
		} else if x > 0.93 {
			standing = "pending"
		}
		w := l.work(b)
		id := l.id()
		out.persons = append(out.persons, l.person(tenant, id, address(), name, []string{"alumnus"}, standing))
		out.profiles = append(out.profiles, l.profile(tenant, id, name, standing, &b, w))
		if made+1 < n && l.chance(duplicates) {
			made++
			twin, why, kind := l.respell(name, pattern)
			other := l.id()
			if kind == "spelling" { // another person whose name sounds the same
				b, w = l.pickBatch(batches, false), l.work(b)
			}
			out.persons = append(out.persons, l.person(tenant, other, address(), twin, []string{"alumnus"}, standing))
			out.profiles = append(out.profiles, l.profile(tenant, other, twin, standing, &b, w))
			l.truth = append(l.truth, Pair{Kind: kind, A: id, B: other, Why: why})
		}
	}
}

// name draws a region, then a first name and a surname of it. Tamil and Telugu names often carry initials.
func (l *loader) name() (name, pattern string) {
	all := regions()
	total := 0
	for _, r := range all {
		total += r.weight
	}
	x := l.rnd.IntN(total)
	i := 0
	for ; x >= all[i].weight; i++ {
		x -= all[i].weight
	}
	r := all[i]
	first := r.men
	if l.chance(0.42) {
		first = r.women
	}
	given, surname := first[l.zipf(len(first), 0.5)], r.surnames[l.zipf(len(r.surnames), 0.7)]
	if (i == 1 || i == 2) && l.chance(0.18) {
		return surname[:1] + ". " + given, "initial"
	}
	if l.chance(0.02) {
		return given, "single"
	}
	return given + " " + surname, "full"
}

var spellings = [][2]string{
	{"ow", "ou"}, {"sh", "s"}, {"th", "t"}, {"ee", "i"}, {"v", "w"}, {"aa", "a"}, {"ksh", "x"}, {"dh", "d"},
	{"y", "i"}, {"oo", "u"}, {"i", "ee"}, {"an", "aan"},
}

// respell is the same person entered twice, or another person whose name is a transliteration of it.
func (l *loader) respell(name, pattern string) (twin, why, kind string) {
	if pattern == "full" && l.chance(0.3) {
		first, last, _ := strings.Cut(name, " ")
		return first[:1] + ". " + last, "initial for the first name", "duplicate"
	}
	for _, i := range l.rnd.Perm(len(spellings)) {
		if s := spellings[i]; strings.Contains(name, s[0]) {
			kind := "duplicate"
			if l.chance(0.5) {
				kind = "spelling"
			}
			return strings.Replace(name, s[0], s[1], 1), s[0] + " as " + s[1], kind
		}
	}
	return name + " ", "space at the end", "duplicate"
}

type work struct {
	company, title, industry string
	city                     city
	founder                  bool
}

func (l *loader) work(b batch) work {
	d := b.department
	w := work{industry: d.industries[l.rnd.IntN(len(d.industries))], city: l.city()}
	if l.chance(0.09) {
		return work{city: w.city}
	}
	since := max(thisYear-b.year, 0)
	w.title = d.titles[min(since/5+l.rnd.IntN(2), len(d.titles)-1)]
	switch {
	case l.chance(0.06):
		w.founder = true
		w.title = "Founder"
		w.company = adjectives[l.rnd.IntN(len(adjectives))] + " " + ventures[l.rnd.IntN(len(ventures))]
	case l.chance(0.35):
		w.company = adjectives[l.rnd.IntN(len(adjectives))] + " " + ventures[l.rnd.IntN(len(ventures))]
	default:
		list := companies[w.industry]
		w.company = list[l.zipf(len(list), 0.8)]
	}
	return w
}

func (l *loader) city() city {
	total := 0
	for _, c := range cities {
		total += c.weight
	}
	x := l.rnd.IntN(total)
	for _, c := range cities {
		if x < c.weight {
			return c
		}
		x -= c.weight
	}
	return cities[0]
}

func (l *loader) cast(out *peopleRows, tenant, id uuid.UUID, m member, batches []batch) {
	out.persons = append(out.persons, l.person(tenant, id, m.email, m.name, m.roles, m.standing))
	var b *batch
	for _, candidate := range batches {
		if candidate.year == m.year && candidate.department.code == "BTECH-CSE" {
			b = &candidate
		}
	}
	w := work{company: m.company, title: m.title}
	for _, c := range cities {
		if c.name == m.city {
			w.city = c
		}
	}
	for industry, list := range companies {
		for _, c := range list {
			if c == m.company {
				w.industry = industry
			}
		}
	}
	profile := l.profile(tenant, id, m.name, m.standing, b, w)
	for i, column := range profileColumns { // the cast does not depend on chance
		switch column {
		case "headline":
			profile[i] = m.headline
		case "about":
			profile[i] = m.about
		case "see_company", "see_title", "see_about":
			profile[i] = int16(0)
		}
	}
	out.profiles = append(out.profiles, profile)
}

var personColumns = []string{
	"tenant_id", "id", "email", "name", "password_hash", "roles", "standing", "email_verified_at", "created_at",
}

func (l *loader) person(tenant, id uuid.UUID, email, name string, roles []string, standing string) []any {
	name = strings.TrimSpace(name)
	return []any{tenant, id, email, name, l.hash, roles, null(standing), l.now, l.now.AddDate(0, 0, -l.rnd.IntN(1500))}
}

var profileColumns = []string{
	"tenant_id", "id", "name", "sort_name", "standing", "batch_id", "year", "programme", "department", "headline",
	"company", "company_key", "title", "industry", "city", "city_key", "country", "about", "languages", "open_to",
	"see_company", "see_title", "see_place", "see_about",
}

func (l *loader) profile(tenant, id uuid.UUID, name, standing string, b *batch, w work) []any {
	name = strings.TrimSpace(name)
	var batchID *uuid.UUID
	var year int16
	var programme, dept, headline, about string
	if b != nil {
		batchID, year, programme, dept = &b.id, int16(b.year), b.department.programme, b.department.name
	}
	known := []string{"English"}
	if l.chance(0.7) {
		known = append(known, languages[1+l.rnd.IntN(len(languages)-1)])
	}
	open := []string{}
	if standing == "verified" && l.chance(0.16) {
		open = append(open, "mentoring")
	}
	if w.founder || standing == "verified" && l.chance(0.05) {
		open = append(open, "hiring")
	}
	switch {
	case w.founder:
		headline = "Building " + w.company + " in " + w.city.name
		about = fmt.Sprintf("Started %s after some years in industry. Glad to talk to students who want to build "+
			"something of their own.", w.company)
	case w.company != "" && l.chance(0.35):
		headline = w.title + ", " + strings.ToLower(w.industry)
		if l.chance(0.4) {
			about = fmt.Sprintf(
				"%s at %s. Class of %d. I remember the library at midnight and the tea stall behind the workshop.",
				w.title, w.company, year,
			)
		}
	}
	see := func(common int16) int16 {
		switch x := l.rnd.Float64(); {
		case x < 0.03:
			return 3
		case x < 0.08:
			return 2
		case x < 0.16:
			return 1
		}
		return common
	}
	place := w.city
	return []any{tenant, id, name, "", null(standing), batchID, year, programme, dept, headline, w.company,
		key(w.company), w.title, w.industry,
		place.name, key(place.name), place.country, about, known, open, see(0), see(0), see(1), see(0)}
}

// key is what the directory compares; the demo's names hold few accents.
func key(value string) string {
	return strings.ToLower(strings.NewReplacer("ü", "u", "ã", "a").Replace(value))
}

func null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (l *loader) store(ctx context.Context, out *peopleRows) error {
	if err := l.copy(ctx, "identity.person", personColumns, out.persons); err != nil {
		return err
	}
	// The words are gathered once instead of row by row.
	if _, err := l.tx.Exec(ctx, "ALTER TABLE directory.profile DISABLE TRIGGER index_words"); err != nil {
		return err
	}
	if err := l.copy(ctx, "directory.profile", profileColumns, out.profiles); err != nil {
		return err
	}
	_, err := l.tx.Exec(ctx, `ALTER TABLE directory.profile ENABLE TRIGGER index_words;
		INSERT INTO directory.word (tenant_id, word, name, sound)
		SELECT p.tenant_id, w.lexeme, bool_or('A' = ANY (w.weights)), directory.sound(w.lexeme)
		FROM directory.profile p, unnest(p.words_everyone) w
		GROUP BY p.tenant_id, w.lexeme ON CONFLICT DO NOTHING`)
	return err
}
