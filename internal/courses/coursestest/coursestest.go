// Package coursestest is what other tests need of courses.
package coursestest

import (
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/probe"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// Probe is what the module brings to the tests of every operation.
func Probe(s *courses.Service) probe.Module {
	return probe.Module{
		Furnish: func(t testing.TB, c probe.Cast, e probe.Estate) {
			t.Helper()
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			draft, err := s.Create(c.Teacher, courses.About{
				Code:     "T " + uuid.NewString()[:8],
				Title:    "Probing " + c.Mark,
				Summary:  c.Mark,
				Category: c.Mark,
				Level:    "introductory",
			})
			must(err)
			section := draft.Sections[0].ID
			lesson, err := s.AddLesson(c.Teacher, section, "text", courses.Content{
				Title: c.Mark, Minutes: 3, Body: c.Mark,
			})
			must(err)
			_, err = s.Publish(c.Teacher, draft.ID)
			must(err)
			_, err = s.Enrol(c.Student, draft.ID)
			must(err)
			e["course_id"], e["section_id"], e["lesson_id"] = draft.ID, section, lesson.ID
			e["person_id"] = viewer.From(c.Student).Person
		},
		Bodies: func(e probe.Estate) map[string]any {
			return map[string]any{
				"course-create":  About("New"),
				"draft-put":      About("Taken over"),
				"course-appoint": map[string]any{"as": "assistant"},
				"draft-arrange": map[string]any{"order": []any{
					map[string]any{"section_id": e["section_id"], "lesson_ids": []any{e["lesson_id"]}},
				}},
				"section-create":   map[string]any{"title": "Mine"},
				"section-put":      map[string]any{"title": "Mine"},
				"lesson-create":    map[string]any{"kind": "text", "title": "Mine", "minutes": 1},
				"lesson-draft-put": map[string]any{"title": "Mine", "minutes": 1},
				"lesson-preview":   map[string]any{"body": "x"},
				"film-put":         Film,
			}
		},
		Named:   map[string][]string{"draft-arrange": {"section_id", "lesson_id"}},
		Queries: map[string]string{"film-put": "seconds=60"},
		Related: map[string][]string{
			"teaches": {"teacher"},
			"helps":   {"teacher", "assistant"},
			"makes":   {"teacher", "assistant"},
			"learns":  {"teacher", "assistant", "learner"},
		},
		Unrecorded: map[string]string{"lesson-preview": "draws a text and keeps nothing"},
		// A lesson or section that is published stays with learners until the next publication, which is a promise of
		// the studio; so those are looked for after it.
		Deletable: map[string]probe.Deletable{
			"courses.course":  {Named: "course_id"},
			"courses.section": {Named: "section_id"},
			"courses.lesson":  {Named: "lesson_id"},
		},
		Follows: map[string]string{
			"courses.section": "UPDATE courses.lesson SET deleted_at = now() WHERE tenant_id = $1 AND section_id = $2",
		},
	}
}

// About is the body of a course with a code of its own.
func About(title string) map[string]any {
	return map[string]any{"code": uuid.NewString()[:13], "title": title, "category": "Tests", "level": "introductory"}
}

// Film is the beginning of a WebM file: enough to be taken for one.
var Film = []byte("\x1a\x45\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm")
