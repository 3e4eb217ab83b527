package demo

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"stoa/internal/base/markdown"
	"stoa/internal/courses"
)

//go:embed subjects
var subjectFiles embed.FS

// subject is one of the files in subjects: a name, topics that courses are named after, and lessons with real text.
type subject struct {
	name, code, category string
	topics               []string
	lessons              []lessonText
}

type lessonText struct {
	title, body, html, opening string
	minutes                    int
	video                      string
	seconds                    int
}

func readSubjects() ([]subject, error) {
	entries, err := subjectFiles.ReadDir("subjects")
	if err != nil {
		return nil, err
	}
	var list []subject
	for _, e := range entries {
		raw, err := subjectFiles.ReadFile("subjects/" + e.Name())
		if err != nil {
			return nil, err
		}
		s, err := readSubject(string(raw))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		list = append(list, s)
	}
	return list, nil
}

func readSubject(text string) (subject, error) {
	parts := strings.Split(text, "\n## ")
	head := strings.Split(strings.TrimPrefix(parts[0], "# "), "\n")
	fields := strings.Split(head[0], " | ")
	if len(fields) != 3 {
		return subject{}, fmt.Errorf("the first line must be: # name | code | category")
	}
	s := subject{name: fields[0], code: fields[1], category: fields[2]}
	for _, line := range head[1:] {
		if topics, ok := strings.CutPrefix(line, "topics: "); ok {
			s.topics = strings.Split(topics, "; ")
		}
	}
	for _, part := range parts[1:] {
		title, body, _ := strings.Cut(part, "\n")
		t := lessonText{title: title}
		var kept []string
		for line := range strings.Lines(body) {
			if film, ok := strings.CutPrefix(line, "video: "); ok {
				address, seconds, _ := strings.Cut(strings.TrimSpace(film), " ")
				t.video = address
				t.seconds, _ = strconv.Atoi(seconds)
				continue
			}
			kept = append(kept, line)
		}
		t.body = strings.TrimSpace(strings.Join(kept, ""))
		text, err := markdown.Render(context.Background(), "body", t.body)
		if err != nil {
			return subject{}, err
		}
		t.html, t.opening = text.HTML, markdown.Opening(text.HTML)
		t.minutes = max(len(strings.Fields(t.body))/40+2, (t.seconds+59)/60+1)
		s.lessons = append(s.lessons, t)
	}
	return s, nil
}

var forms = []struct{ pattern, level, summary string }{
	{
		"Introduction to %s", "introductory",
		"First ideas of %s, from everyday examples to the first results. No previous knowledge is assumed.",
	},
	{"%s", "intermediate", "The core of %s: the main results, why they hold, and practice in using them."},
	{"%s Workshop", "intermediate", "Worked problems in %s, solved together, with a small project at the end."},
	{"Advanced %s", "advanced", "Current questions in %s, read from original papers and discussed in class."},
}

var sectionTitles = []string{"Foundations", "Working with the ideas", "Connections", "Looking further", "Review"}

type courseMade struct {
	id      uuid.UUID
	lessons []uuid.UUID
	seconds []int // of video; 0 for texts
}

type learningRows struct{ courses, versions, sections, lessons, contents [][]any }

// learning makes the courses, who is in them, and how far they are.
func (l *loader) learning(ctx context.Context, tenant uuid.UUID, p *people, n counts, subjects []subject) error {
	out := &learningRows{}
	var made []courseMade
	byCategory := map[string][]subject{}
	for _, s := range subjects {
		byCategory[s.category] = append(byCategory[s.category], s)
	}
	for i := range n.courses {
		s := subjects[i%len(subjects)]
		round := i / len(subjects)
		made = append(made, l.course(out, tenant, p, s, byCategory[s.category], round%len(s.topics),
			(round/len(s.topics)+round%len(s.topics))%len(forms), i))
	}
	enrolments, learners := l.enrol(p, made)
	for i, row := range out.courses {
		row[len(row)-1] = learners[i]
	}
	for _, t := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"courses.course", []string{
			"tenant_id", "id", "code", "title", "summary", "description", "description_html", "rendered", "category",
			"level", "instructor_id", "instructor_name", "version", "lessons", "minutes", "published_at", "learners",
		}, out.courses},
		{"courses.section", []string{"tenant_id", "id", "course_id", "title", "position"}, out.sections},
		{"courses.lesson", []string{
			"tenant_id", "id", "course_id", "section_id", "title", "kind", "minutes", "position", "revision",
			"published",
		}, out.lessons},
		{"courses.content", []string{
			"tenant_id", "lesson_id", "revision", "body", "body_html", "opening", "rendered", "video_url",
			"video_seconds",
		}, out.contents},
		{"courses.version", []string{
			"tenant_id", "course_id", "version", "outline", "lesson_ids", "published_at", "published_by",
		}, out.versions},
	} {
		if err := l.copy(ctx, t.table, t.columns, t.rows); err != nil {
			return err
		}
	}
	return l.progress(ctx, tenant, p, made, enrolments)
}

func (l *loader) course(
	out *learningRows, tenant uuid.UUID, p *people, s subject, neighbours []subject, topic, form, number int,
) courseMade {
	f := forms[form]
	title := fmt.Sprintf(f.pattern, s.topics[topic])
	summary := fmt.Sprintf(f.summary, strings.ToLower(s.topics[topic]))
	description := "Each section begins with a short reading. Films are short, and you can stop and go on " +
		"wherever you are."
	drawn, _ := markdown.Render(context.Background(), "description", description)
	who := p.instructors[number%len(p.instructors)]
	if number%7 == 0 {
		who = p.instructors[0]
	}
	m := courseMade{id: l.id()}
	texts := append([]lessonText{}, s.lessons...)
	own := rand.New(rand.NewPCG(uint64(number), 7))
	for _, other := range neighbours {
		if other.name != s.name {
			texts = append(texts, other.lessons[own.IntN(len(other.lessons))],
				other.lessons[own.IntN(len(other.lessons))])
		}
	}
	texts = distinct(texts)
	minutes, position := 0, 0
	var outline []courses.Section
	for i := 0; len(texts) > 0; i++ {
		take := min(3+own.IntN(2), len(texts))
		section := courses.Section{ID: l.id(), Title: sectionTitles[min(i, len(sectionTitles)-1)]}
		if i >= len(sectionTitles) {
			section.Title = fmt.Sprintf("More readings %d", i-len(sectionTitles)+1)
		}
		out.sections = append(out.sections, []any{tenant, section.ID, m.id, section.Title, i + 1})
		for _, t := range texts[:take] {
			position++
			lesson := courses.Lesson{ID: l.id(), Title: t.title, Kind: "text", Minutes: t.minutes}
			if t.video != "" {
				lesson.Kind = "video"
			}
			section.Lessons = append(section.Lessons, lesson)
			m.lessons, m.seconds = append(m.lessons, lesson.ID), append(m.seconds, t.seconds)
			minutes += t.minutes
			out.lessons = append(out.lessons, []any{
				tenant, lesson.ID, m.id, section.ID, lesson.Title, lesson.Kind, lesson.Minutes, position, 1, 1,
			})
			out.contents = append(out.contents, []any{
				tenant, lesson.ID, 1, t.body, t.html, t.opening, markdown.Version, t.video, t.seconds,
			})
		}
		outline = append(outline, section)
		texts = texts[take:]
	}
	document, _ := json.Marshal(outline)
	published := l.now.AddDate(0, 0, -30-number)
	code := fmt.Sprintf("%s %d%02d", s.code, form+1, 10+topic)
	out.courses = append(out.courses, []any{
		tenant, m.id, code, title, summary, description, drawn.HTML, markdown.Version,
		s.category, f.level, who.id, who.name, 1, position, minutes, published, 0,
	})
	out.versions = append(out.versions, []any{tenant, m.id, 1, document, m.lessons, published, who.id})
	return m
}

func distinct(texts []lessonText) []lessonText {
	seen := map[string]bool{}
	var list []lessonText
	for _, t := range texts {
		if !seen[t.title] {
			seen[t.title] = true
			list = append(list, t)
		}
	}
	return list
}

type enrolment struct {
	person uuid.UUID
	course int
	done   int // lessons completed, in order
	days   int // since the last activity
}

// enrol puts students into courses: some courses are far more popular, some students far more diligent.
func (l *loader) enrol(p *people, made []courseMade) (list []enrolment, learners []int) {
	learners = make([]int, len(made))
	add := func(person uuid.UUID, course, done, days int) {
		list = append(list, enrolment{
			person: person,
			course: course,
			done:   min(done, len(made[course].lessons)),
			days:   days,
		})
		learners[course]++
	}
	for _, email := range []string{"student@demo.test"} {
		if id, ok := p.named[email]; ok {
			for i, done := range []int{5, 3, 8, 0, 40} {
				add(id, (i*3+1)%len(made), done, i)
			}
		}
	}
	for _, student := range p.students {
		taken := map[int]bool{}
		diligence := l.rnd.Float64()
		for range 3 + l.rnd.IntN(6) {
			course := l.zipf(len(made), 0.6)
			if taken[course] {
				continue
			}
			taken[course] = true
			add(student, course, int(diligence*l.rnd.Float64()*14), l.rnd.IntN(40))
		}
	}
	return list, learners
}

func (l *loader) progress(
	ctx context.Context, tenant uuid.UUID, p *people, made []courseMade, enrolments []enrolment,
) error {
	var enrolled, rollups, lessons [][]any
	days := map[uuid.UUID]map[time.Time][2]int{}
	today := time.Date(l.now.Year(), l.now.Month(), l.now.Day(), 0, 0, 0, 0, time.UTC)
	student := p.named["student@demo.test"]
	for _, e := range enrolments {
		c := made[e.course]
		last := l.now.AddDate(0, 0, -e.days).Add(-time.Duration(l.rnd.IntN(600)) * time.Minute)
		enrolled = append(enrolled, []any{tenant, c.id, e.person, last.AddDate(0, 0, -20)})
		if e.done == 0 {
			continue
		}
		var finished *time.Time
		if e.done == len(c.lessons) {
			finished = &last
		}
		rollups = append(rollups, []any{
			tenant, e.person, c.id, e.done, len(c.lessons), c.lessons[e.done-1], finished, last,
		})
		for i, lesson := range c.lessons[:e.done] {
			at := last.Add(-time.Duration(e.done-1-i) * 20 * time.Hour)
			watched := pgtype.Multirange[pgtype.Range[pgtype.Int4]]{}
			if c.seconds[i] > 0 {
				watched = append(watched, pgtype.Range[pgtype.Int4]{
					LowerType: pgtype.Inclusive,
					UpperType: pgtype.Exclusive,
					Valid:     true,
					Upper:     pgtype.Int4{Int32: int32(c.seconds[i]), Valid: true},
					Lower:     pgtype.Int4{Valid: true},
				})
			}
			seconds := 180 + l.rnd.IntN(700)
			lessons = append(lessons, []any{tenant, e.person, lesson, c.id, 0, watched, seconds, at, at})
			if day := at.Truncate(24 * time.Hour); today.Sub(day) < 15*24*time.Hour && e.person != student {
				if days[e.person] == nil {
					days[e.person] = map[time.Time][2]int{}
				}
				d := days[e.person][day]
				days[e.person][day] = [2]int{d[0] + seconds, d[1] + 1}
			}
		}
	}
	var studied [][]any
	// the student's last days: a streak with a gap before it
	for i, minutes := range []int{34, 52, 18, 41, 0, 27, 63, 22} {
		if id := student; id != uuid.Nil && minutes > 0 {
			studied = append(studied, []any{tenant, id, today.AddDate(0, 0, -i), minutes * 60, 1 + minutes/25})
		}
	}
	for person, list := range days {
		for day, d := range list {
			studied = append(studied, []any{tenant, person, day, d[0], d[1]})
		}
	}
	for _, t := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"courses.enrolment", []string{"tenant_id", "course_id", "person_id", "at"}, enrolled},
		{"progress.course", []string{
			"tenant_id", "person_id", "course_id", "completed", "total", "last_lesson_id", "completed_at", "updated_at",
		}, rollups},
		{"progress.lesson", []string{
			"tenant_id", "person_id", "lesson_id", "course_id", "position", "watched", "seconds", "completed_at",
			"updated_at",
		}, lessons},
		{"progress.day", []string{"tenant_id", "person_id", "day", "seconds", "lessons"}, studied},
	} {
		if err := l.copy(ctx, t.table, t.columns, t.rows); err != nil {
			return err
		}
	}
	return nil
}
