package screen

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"

	"github.com/google/uuid"

	"stoa/internal/courses"
	"stoa/internal/progress"
)

type course struct {
	progress.CoursePage
	Sections []section
}

type section struct {
	Number    int
	Title     string
	Completed int
	Lessons   []lesson
	Unfolded  bool
}

type lesson struct {
	courses.Lesson
	Finished bool
}

// foldFrom: a course of so many sections shows only the one where its reader is.
const foldFrom = 8

func (p *Painter) course(v *view, id uuid.UUID) error {
	page, err := p.Progress.CoursePage(v.ctx, id)
	if err != nil {
		return err
	}
	var outline []courses.Section
	if err := json.Unmarshal(page.Outline, &outline); err != nil {
		return fmt.Errorf("the outline of course %s: %w", id, err)
	}
	s := course{CoursePage: page}
	for i, part := range outline {
		drawn := section{Number: i + 1, Title: part.Title, Unfolded: len(outline) < foldFrom}
		for _, l := range part.Lessons {
			finished := slices.Contains(page.Progress.CompletedIDs, l.ID)
			if finished {
				drawn.Completed++
			}
			drawn.Unfolded = drawn.Unfolded || page.Progress.NextLesson != nil && *page.Progress.NextLesson == l.ID
			drawn.Lessons = append(drawn.Lessons, lesson{l, finished})
		}
		s.Sections = append(s.Sections, drawn)
	}
	v.keep(page, "/courses/"+id.String(), nil)
	level, err := v.T("level." + string(page.Level))
	v.Title, v.Over, v.Screen = page.Title, page.Code+" · "+page.Category+" · "+level, s
	return err
}

// Open tells whether the reader may open the lessons.
func (c course) Open() bool { return c.Enrolled || c.MayEdit }

// Description is as its author's text was drawn and cleaned when it was saved.
func (c course) Description() template.HTML {
	return template.HTML(c.DescriptionHTML) // #nosec G203 -- cleaned by base/markdown
}

// Lesson is one of the outline, for a part that reads the view as well.
func (v *view) Lesson(l lesson) with[lesson] { return with[lesson]{v, l} }
