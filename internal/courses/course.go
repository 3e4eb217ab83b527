package courses

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/audit"
	"stoa/internal/base/cache"
	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	rows "stoa/internal/courses/internal/db"
	"stoa/internal/identity"
)

// Level is how much a course asks for.
type Level string

// Card is a course in a list.
type Card struct {
	ID         uuid.UUID     `json:"id"`
	Code       string        `json:"code" example:"CS 201"`
	Title      string        `json:"title"`
	Summary    string        `json:"summary,omitempty"`
	Category   string        `json:"category"`
	Level      Level         `json:"level" enum:"introductory,intermediate,advanced"`
	Instructor identity.Card `json:"instructor"`
	Lessons    int           `json:"lessons"`
	Minutes    int           `json:"minutes"`
	Learners   int           `json:"learners"`
	Enrolled   bool          `json:"enrolled" doc:"Whether the viewer is in it"`
}

// Lesson in an outline.
type Lesson struct {
	ID      uuid.UUID `json:"id"`
	Title   string    `json:"title"`
	Kind    string    `json:"kind" enum:"text,video"`
	Minutes int       `json:"minutes"`
}

// Section of an outline.
type Section struct {
	ID      uuid.UUID `json:"id"`
	Title   string    `json:"title"`
	Lessons []Lesson  `json:"lessons" nullable:"false"`
}

// Outline is the sections of a published version, kept and sent as the JSON it was published as.
type Outline json.RawMessage

// MarshalJSON sends the document as it is.
func (o Outline) MarshalJSON() ([]byte, error) { return json.RawMessage(o).MarshalJSON() }

// UnmarshalJSON keeps the document as it is.
func (o *Outline) UnmarshalJSON(raw []byte) error { return (*json.RawMessage)(o).UnmarshalJSON(raw) }

// Schema describes the document to OpenAPI.
func (Outline) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: r.Schema(reflect.TypeFor[Section](), true, "Section")}
}

// Page is what a course's page shows, but for the viewer's progress.
type Page struct {
	Card
	DescriptionHTML string      `json:"description_html"`
	Outline         Outline     `json:"outline"`
	EnrolledAt      *time.Time  `json:"enrolled_at"`
	MayEdit         bool        `json:"may_edit"`
	UpdatedAt       time.Time   `json:"updated_at"`
	LessonIDs       []uuid.UUID `json:"-"`
}

// Filter narrows the catalogue.
type Filter struct {
	Q        string   `query:"q" maxLength:"200" doc:"Words of title, code, subject, instructor, summary"`
	Category []string `query:"category,explode" maxItems:"20" doc:"Any of these subjects"`
	Level    []string `query:"level,explode" maxItems:"3" enum:"introductory,intermediate,advanced" doc:"Any of these levels"`
	httpapi.Paging
}

type cardPlace struct {
	Score float32   `json:"s,omitempty"`
	Title string    `json:"t"`
	ID    uuid.UUID `json:"i"`
}

// List is the published courses: by title, or by relevance when words are given. All
// readers share the list; which of its courses the viewer is in is read for each.
func (s *Service) List(ctx context.Context, f Filter) (httpapi.Page[Card], error) {
	v, err := CourseBrowse.Require(ctx)
	if err != nil {
		return httpapi.Page[Card]{}, err
	}
	asked, err := json.Marshal(f)
	if err != nil {
		return httpapi.Page[Card]{}, err
	}
	page, err := cache.Get(ctx, s.kept, cache.Key{Name: "catalogue", Args: string(asked), Topics: []string{catalogue}},
		func(ctx context.Context) (httpapi.Page[Card], error) {
			return s.list(ctx, f)
		})
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	ids := make([]uuid.UUID, len(page.Items))
	for i, c := range page.Items {
		ids[i] = c.ID
	}
	mine, err := q.EnrolmentAmong(ctx, s.db.Read(ctx), rows.EnrolmentAmongParams{PersonID: v.Person, Courses: ids})
	page.Items = slices.Clone(page.Items) // the kept ones are everybody's
	for i, c := range page.Items {
		page.Items[i].Enrolled = slices.Contains(mine, c.ID)
	}
	return page, err
}

func (s *Service) list(ctx context.Context, f Filter) (httpapi.Page[Card], error) {
	var page httpapi.Page[Card]
	var after cardPlace
	more, err := httpapi.DecodeCursor(f.Cursor, &after)
	if err != nil {
		return page, err
	}
	sql, args := catalogueQuery(f, more, after)
	found, err := s.db.Read(ctx).Query(ctx, sql, args...)
	if err != nil {
		return page, err
	}
	var scores []float32
	list, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (Card, error) {
		var c Card
		var score float32
		err := row.Scan(&c.ID, &c.Code, &c.Title, &c.Summary, &c.Category, &c.Level, &c.Instructor.ID,
			&c.Instructor.Name, &c.Lessons, &c.Minutes, &c.Learners, &score)
		scores = append(scores, score)
		return c, err
	})
	if err != nil {
		return page, err
	}
	return httpapi.Paged(list, f.Limit, func(last Card) any {
		return cardPlace{scores[f.Limit-1], last.Title, last.ID}
	}), nil
}

// catalogueQuery builds the one query whose conditions depend on what was asked. Values are parameters, always.
func catalogueQuery(f Filter, more bool, after cardPlace) (string, []any) {
	var args []any
	arg := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	score, from, order := "0::real", "courses.course c", "c.title, c.id"
	words := strings.TrimSpace(f.Q)
	if words != "" {
		from = "courses.matching(" + arg(words) + "::text) m JOIN courses.course c ON c.id = m.id"
		score, order = "m.score", "m.score DESC, c.title, c.id"
	}
	where := []string{"c.tenant_id = tenancy.here()", "c.version IS NOT NULL", "c.deleted_at IS NULL"}
	if len(f.Category) > 0 {
		where = append(where, "c.category = ANY ("+arg(f.Category)+")")
	}
	if len(f.Level) > 0 {
		where = append(where, "c.level = ANY ("+arg(f.Level)+")")
	}
	if more && words != "" {
		where = append(where, fmt.Sprintf("(-m.score, c.title, c.id) > (-%s::real, %s, %s)",
			arg(after.Score), arg(after.Title), arg(after.ID)))
	} else if more {
		where = append(where, fmt.Sprintf("(c.title, c.id) > (%s, %s)", arg(after.Title), arg(after.ID)))
	}
	sql := fmt.Sprintf(`SELECT c.id, c.code, c.title, c.summary, c.category, c.level, c.instructor_id,
		c.instructor_name, c.lessons, c.minutes, c.learners, %s
		FROM %s WHERE %s ORDER BY %s LIMIT %s`, score, from, strings.Join(where, " AND "), order, arg(f.Limit+1))
	return sql, args
}

// Category is a subject and how many courses it has.
type Category struct {
	Name    string `json:"name"`
	Courses int    `json:"courses"`
}

// Categories are the subjects of the published courses.
func (s *Service) Categories(ctx context.Context) ([]Category, error) {
	if _, err := CourseBrowse.Require(ctx); err != nil {
		return nil, err
	}
	found, err := q.CourseCategories(ctx, s.db.Read(ctx))
	if err != nil {
		return nil, err
	}
	list := make([]Category, len(found))
	for i, r := range found {
		list[i] = Category{r.Category, r.Courses}
	}
	return list, nil
}

// published is the page of a course as every reader sees it.
type published struct {
	Page      Page
	LessonIDs []uuid.UUID // Page leaves them out of its JSON
}

// Page is a published course with its outline: one query however many lessons, and one for the viewer's part in it.
func (s *Service) Page(ctx context.Context, id uuid.UUID) (Page, error) {
	v, err := CourseBrowse.Require(ctx)
	if err != nil {
		return Page{}, err
	}
	kept, err := cache.Get(ctx, s.kept, cache.Key{Name: "course-page", Args: id.String(), Topics: []string{topic(id)}},
		func(ctx context.Context) (published, error) {
			return s.published(ctx, id)
		})
	if err != nil {
		return Page{}, err
	}
	page := kept.Page
	part, err := q.PartOf(ctx, s.db.Read(ctx), rows.PartOfParams{CourseID: id, PersonID: v.Person})
	if err != nil {
		return Page{}, db.NotFound(err, "There is no such course.")
	}
	page.LessonIDs, page.MayEdit = kept.LessonIDs, Post(part.Staff).grants(v, Helps)
	page.Enrolled, page.EnrolledAt = part.EnrolledAt != nil, part.EnrolledAt
	return page, nil
}

func (s *Service) published(ctx context.Context, id uuid.UUID) (published, error) {
	r, err := q.CoursePublished(ctx, s.db.Read(ctx), id)
	if err != nil {
		return published{}, db.NotFound(err, "There is no such course.")
	}
	return published{Page{
		Card: Card{
			ID:         r.ID,
			Code:       r.Code,
			Title:      r.Title,
			Summary:    r.Summary,
			Category:   r.Category,
			Level:      Level(r.Level),
			Instructor: identity.Card{ID: r.InstructorID, Name: r.InstructorName},
			Lessons:    r.Lessons,
			Minutes:    r.Minutes,
			Learners:   r.Learners,
		},
		DescriptionHTML: r.DescriptionHtml, Outline: Outline(r.Outline), UpdatedAt: r.UpdatedAt,
	}, r.LessonIds}, nil
}

// Enrol puts the viewer into a course; again does nothing. It returns since when.
func (s *Service) Enrol(ctx context.Context, id uuid.UUID) (time.Time, error) {
	v, err := CourseEnrol.Require(ctx)
	if err != nil {
		return time.Time{}, err
	}
	var since time.Time
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := q.CourseLock(ctx, tx, id)
		if err == nil && c.Version == nil {
			err = pgx.ErrNoRows
		}
		if err != nil {
			return db.NotFound(err, "There is no such course.")
		}
		if since, err = q.EnrolmentPut(ctx, tx, rows.EnrolmentPutParams{
			CourseID: id, PersonID: v.Person, At: s.clock.Now(),
		}); err != nil {
			return err
		}
		return s.recordEnrolment(ctx, tx, "course.enrol", id)
	})
	return since, err
}

// Leave takes the viewer out of a course. What they completed is kept for the day they return.
func (s *Service) Leave(ctx context.Context, id uuid.UUID) error {
	v, err := CourseEnrol.Require(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := q.CourseLock(ctx, tx, id); err != nil {
			return db.NotFound(err, "There is no such course.")
		}
		left, err := q.EnrolmentLeave(ctx, tx, rows.EnrolmentLeaveParams{
			CourseID: id, PersonID: v.Person, At: ptr(s.clock.Now()),
		})
		if err != nil {
			return err
		}
		if left == 0 {
			return errs.New(errs.NotFound, "You are not enrolled in this course.")
		}
		return s.recordEnrolment(ctx, tx, "course.leave", id)
	})
}

func (s *Service) recordEnrolment(ctx context.Context, tx *db.Tx, verb string, course uuid.UUID) error {
	if err := q.EnrolmentCount(ctx, tx, course); err != nil {
		return err
	}
	shown(tx, course)
	return audit.Record(ctx, tx, audit.Change{Verb: verb, Type: "course", ID: course})
}

func ptr[T any](v T) *T { return &v }
