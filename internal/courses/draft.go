package courses

import (
	"context"
	"time"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/markdown"
	rows "stoa/internal/courses/internal/db"
)

// Draft is a course as its author works on it.
type Draft struct {
	ID          uuid.UUID      `json:"id"`
	Code        string         `json:"code"`
	Title       string         `json:"title"`
	Summary     string         `json:"summary"`
	Description string         `json:"description" doc:"Markdown"`
	Category    string         `json:"category"`
	Level       Level          `json:"level" enum:"introductory,intermediate,advanced"`
	Version     *int           `json:"version" doc:"The published version; null until the first publication"`
	Changed     bool           `json:"changed" doc:"Whether learners see less than the author"`
	PublishedAt *time.Time     `json:"published_at"`
	Learners    int            `json:"learners"`
	Etag        string         `json:"etag" doc:"Of what describes the course: send it back with a change of it"`
	OrderEtag   string         `json:"order_etag" doc:"Of the order of sections and lessons: send it back with a new one"`
	Sections    []DraftSection `json:"sections" nullable:"false"`
}

// Edition is the etag of what describes the course, for the answer's header.
func (d Draft) Edition() string { return d.Etag }

// About is what describes a course.
type About struct {
	Code        string `json:"code" minLength:"1" maxLength:"20"`
	Title       string `json:"title" minLength:"1" maxLength:"160"`
	Summary     string `json:"summary,omitempty" maxLength:"400"`
	Description string `json:"description,omitempty" maxLength:"20000" doc:"Markdown"`
	Category    string `json:"category" minLength:"1" maxLength:"60"`
	Level       Level  `json:"level" enum:"introductory,intermediate,advanced"`
}

func aboutOf(c rows.Course) About {
	return About{
		Code:        c.Code,
		Title:       c.Title,
		Summary:     c.Summary,
		Description: c.Description,
		Category:    c.Category,
		Level:       Level(c.Level),
	}
}

var errCode = errs.InvalidField("body.code", "is taken by another course")

// Create opens a draft with a first section, so that a first lesson is one step away.
func (s *Service) Create(ctx context.Context, a About) (Draft, error) {
	v, err := CourseCreate.Require(ctx)
	if err != nil {
		return Draft{}, err
	}
	me, err := s.people.Me(ctx)
	if err != nil {
		return Draft{}, err
	}
	description, err := s.draw(ctx, "body.description", a.Description)
	if err != nil {
		return Draft{}, err
	}
	courseID := id.New()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		category, err := named(ctx, tx, courseID, a)
		if err != nil {
			return err
		}
		err = q.CourseInsert(ctx, tx, rows.CourseInsertParams{
			ID: courseID, Code: a.Code, Title: a.Title, Summary: a.Summary,
			Description: a.Description, DescriptionHtml: description.HTML, Rendered: markdown.Version,
			Category: category, Level: string(a.Level), InstructorID: v.Person, InstructorName: me.Name,
		})
		if db.Violates(err, "course_code") {
			return errCode
		}
		if err != nil {
			return err
		}
		if err := q.SectionInsert(ctx, tx, rows.SectionInsertParams{
			ID: id.New(), CourseID: courseID, Title: "Section 1",
		}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{Verb: "course.create", Type: "course", ID: courseID, After: a})
	})
	if err != nil {
		return Draft{}, err
	}
	return s.Draft(ctx, courseID)
}

// named refuses a code that another course has, however it is written, and writes a subject as others write it.
func named(ctx context.Context, tx *db.Tx, course uuid.UUID, a About) (category string, err error) {
	if err := q.CourseCodeLock(ctx, tx); err != nil {
		return "", err
	}
	taken, err := q.CourseCodeTaken(ctx, tx, rows.CourseCodeTakenParams{ID: course, Code: a.Code})
	if err != nil {
		return "", err
	}
	if taken {
		return "", errCode
	}
	return q.CategorySpelling(ctx, tx, rows.CategorySpellingParams{ID: course, Category: a.Category})
}

// Update changes what describes a course. Learners see it at once: it is not part of a version.
func (s *Service) Update(ctx context.Context, course uuid.UUID, a About, seen edition.Seen) (Draft, error) {
	description, err := s.draw(ctx, "body.description", a.Description)
	if err != nil {
		return Draft{}, err
	}
	err = s.edit(ctx, course, audit.Change{
		Verb:  "course.update",
		Type:  "course",
		ID:    course,
		After: a,
	}, func(tx *db.Tx, c rows.Course) error {
		if err := seen.Check(aboutOf(c)); err != nil {
			return err
		}
		category, err := named(ctx, tx, course, a)
		if err != nil {
			return err
		}
		err = q.CourseUpdate(ctx, tx, rows.CourseUpdateParams{
			ID:              course,
			Code:            a.Code,
			Title:           a.Title,
			Summary:         a.Summary,
			Description:     a.Description,
			DescriptionHtml: description.HTML,
			Rendered:        markdown.Version,
			Category:        category,
			Level:           string(a.Level),
		})
		if db.Violates(err, "course_code") {
			return errCode
		}
		shown(tx, course)
		return err
	})
	if err != nil {
		return Draft{}, err
	}
	return s.Draft(ctx, course)
}

// Draft is a course as its author sees it.
func (s *Service) Draft(ctx context.Context, course uuid.UUID) (Draft, error) {
	c, err := s.look(ctx, course, Helps)
	if err != nil {
		return Draft{}, err
	}
	return s.draft(ctx, s.db.Read(ctx), c)
}

func (s *Service) draft(ctx context.Context, tx db.Querier, c rows.Course) (Draft, error) {
	sections, err := q.SectionList(ctx, tx, c.ID)
	if err != nil {
		return Draft{}, err
	}
	lessons, err := q.LessonDrafts(ctx, tx, c.ID)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{
		ID:          c.ID,
		Code:        c.Code,
		Title:       c.Title,
		Summary:     c.Summary,
		Description: c.Description,
		Category:    c.Category,
		Level:       Level(c.Level),
		Version:     c.Version,
		PublishedAt: c.PublishedAt,
		Learners:    c.Learners,
		Etag:        edition.Of(aboutOf(c)),
		Sections:    []DraftSection{},
	}
	for _, section := range sections {
		ds := DraftSection{
			ID:      section.ID,
			Title:   section.Title,
			Etag:    edition.Of(Titled{section.Title}),
			Lessons: []DraftLesson{},
		}
		for _, l := range lessons {
			if l.SectionID == section.ID {
				ds.Lessons = append(ds.Lessons, draftLesson(l))
			}
		}
		d.Sections = append(d.Sections, ds)
	}
	d.OrderEtag = edition.Of(d.Order())
	d.Changed, err = s.changed(ctx, tx, c, d)
	return d, err
}
