package courses

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/id"
	"stoa/internal/base/markdown"
	"stoa/internal/base/viewer"
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
	Sections    []DraftSection `json:"sections" nullable:"false"`
}

// Edition is the etag of what describes the course, for the answer's header.
func (d Draft) Edition() string { return d.Etag }

// DraftSection is a section of a draft.
type DraftSection struct {
	ID      uuid.UUID     `json:"id"`
	Title   string        `json:"title"`
	Etag    string        `json:"etag" doc:"Of the title: send it back with a new one"`
	Lessons []DraftLesson `json:"lessons" nullable:"false"`
}

// Titled is what an author writes of a section.
type Titled struct {
	Title string `json:"title" minLength:"1" maxLength:"160"`
}

// DraftLesson is a lesson of a draft, without its body.
type DraftLesson struct {
	Lesson
	State string `json:"state" enum:"new,changed,live" doc:"Against the published version"`
}

// DraftBody is a lesson of a draft with its body.
type DraftBody struct {
	DraftLesson
	CourseID     uuid.UUID `json:"course_id"`
	Body         string    `json:"body" doc:"Markdown"`
	BodyHTML     string    `json:"body_html"`
	VideoURL     string    `json:"video_url"`
	VideoSeconds int       `json:"video_seconds"`
	Etag         string    `json:"etag" doc:"Of what its author wrote: send it back with a change"`
}

// Edition is the etag of what authors write, for the answer's header.
func (d DraftBody) Edition() string { return d.Etag }

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
	d.Changed, err = s.changed(ctx, tx, c, d)
	return d, err
}

func draftLesson(l rows.Lesson) DraftLesson {
	state := "live"
	switch {
	case l.Published == nil:
		state = "new"
	case *l.Published != l.Revision:
		state = "changed"
	}
	return DraftLesson{Lesson{ID: l.ID, Title: l.Title, Kind: l.Kind, Minutes: l.Minutes}, state}
}

// changed tells whether publishing would change what learners see.
func (s *Service) changed(ctx context.Context, tx db.Querier, c rows.Course, d Draft) (bool, error) {
	if c.Version == nil {
		return true, nil
	}
	for _, section := range d.Sections {
		if slices.ContainsFunc(section.Lessons, func(l DraftLesson) bool { return l.State != "live" }) {
			return true, nil
		}
	}
	published, err := q.VersionOutline(ctx, tx, c.ID)
	if err != nil {
		return false, err
	}
	outline, _, _, err := outlineOf(d)
	return string(outline) != string(published), err
}

// outlineOf is the document that a version holds. Empty sections stay with the author.
func outlineOf(d Draft) (outline []byte, lessons []uuid.UUID, minutes int, err error) {
	sections := []Section{}
	for _, ds := range d.Sections {
		section := Section{ds.ID, ds.Title, []Lesson{}}
		for _, l := range ds.Lessons {
			section.Lessons = append(section.Lessons, l.Lesson)
			lessons = append(lessons, l.ID)
			minutes += l.Minutes
		}
		if len(section.Lessons) > 0 {
			sections = append(sections, section)
		}
	}
	outline, err = json.Marshal(sections)
	return outline, lessons, minutes, err
}

// Publish makes the draft what learners see.
func (s *Service) Publish(ctx context.Context, course uuid.UUID) (Draft, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := s.need(ctx, tx, course, Teaches)
		if err != nil {
			return err
		}
		d, err := s.draft(ctx, tx, c)
		if err != nil {
			return err
		}
		outline, lessons, minutes, err := outlineOf(d)
		if err != nil {
			return err
		}
		if len(lessons) == 0 {
			return errs.New(errs.Conflict, "Add a lesson first: there is nothing to publish.")
		}
		version := 1
		if c.Version != nil {
			version = *c.Version + 1
		}
		if missing, err := q.LessonsWithoutVideo(ctx, tx, course); err != nil {
			return err
		} else if len(missing) > 0 {
			return errs.New(errs.Conflict, fmt.Sprintf("The lesson “%s” has no film yet.", missing[0]))
		}
		now := s.clock.Now()
		if err := q.VersionInsert(ctx, tx, rows.VersionInsertParams{
			CourseID: course, Version: version, Outline: outline, LessonIds: lessons,
			PublishedAt: now, PublishedBy: viewer.From(ctx).Person,
		}); err != nil {
			return err
		}
		if err := q.LessonPublish(ctx, tx, course); err != nil {
			return err
		}
		if err := q.CourseSetVersion(ctx, tx, rows.CourseSetVersionParams{
			ID:      course,
			Version: &version,
			Lessons: len(lessons),
			Minutes: minutes,
			At:      now,
		}); err != nil {
			return err
		}
		shown(tx, course)
		return audit.Record(ctx, tx, audit.Change{
			Verb:  "course.publish",
			Type:  "course",
			ID:    course,
			After: map[string]int{"version": version, "lessons": len(lessons)},
		})
	})
	if err != nil {
		return Draft{}, err
	}
	return s.Draft(ctx, course)
}

// AddSection adds an empty section at the end.
func (s *Service) AddSection(ctx context.Context, course uuid.UUID, t Titled) (Draft, error) {
	sectionID := id.New()
	return s.editDraft(ctx, course, audit.Change{Verb: "section.add", Type: "section", ID: sectionID, After: t.Title},
		func(tx *db.Tx, _ rows.Course) error {
			return q.SectionInsert(ctx, tx, rows.SectionInsertParams{ID: sectionID, CourseID: course, Title: t.Title})
		})
}

// RenameSection changes a section's title.
func (s *Service) RenameSection(ctx context.Context, section uuid.UUID, t Titled, seen edition.Seen) (Draft, error) {
	r, err := s.section(ctx, section)
	if err != nil {
		return Draft{}, err
	}
	return s.editDraft(ctx, r.CourseID, audit.Change{
		Verb:  "section.rename",
		Type:  "section",
		ID:    section,
		After: t.Title,
	}, func(tx *db.Tx, _ rows.Course) error {
		now, err := q.SectionGet(ctx, tx, section) // the lock of the course holds it as well
		if err != nil {
			return db.NotFound(err, "There is no such section.")
		}
		if err := seen.Check(Titled{now.Title}); err != nil {
			return err
		}
		return q.SectionRename(ctx, tx, rows.SectionRenameParams{ID: section, Title: t.Title})
	})
}

// RemoveSection removes a section and its lessons from the draft; learners keep them until the next publication.
func (s *Service) RemoveSection(ctx context.Context, section uuid.UUID) (Draft, error) {
	r, err := s.section(ctx, section)
	if err != nil {
		return Draft{}, err
	}
	return s.editDraft(ctx, r.CourseID, audit.Change{Verb: "section.remove", Type: "section", ID: section},
		func(tx *db.Tx, _ rows.Course) error {
			now := s.clock.Now()
			err := q.LessonSoftDeleteSection(ctx, tx, rows.LessonSoftDeleteSectionParams{SectionID: section, At: &now})
			if err != nil {
				return err
			}
			return q.SectionSoftDelete(ctx, tx, rows.SectionSoftDeleteParams{ID: section, At: &now})
		})
}

func (s *Service) section(ctx context.Context, section uuid.UUID) (rows.Section, error) {
	r, err := q.SectionGet(ctx, s.db.Read(ctx), section)
	return r, db.NotFound(err, "There is no such section.")
}

// Content is what an author writes of a lesson.
type Content struct {
	Title        string `json:"title" minLength:"1" maxLength:"160"`
	Minutes      int    `json:"minutes" minimum:"1" maximum:"600"`
	Body         string `json:"body,omitempty" maxLength:"200000" doc:"Markdown with tables, code and mathematics ($…$), 200,000 bytes at most"`
	VideoURL     string `json:"video_url,omitempty" maxLength:"2000" doc:"Of a video lesson: an https address of a file that browsers play"`
	VideoSeconds int    `json:"video_seconds,omitempty" minimum:"0" maximum:"86400" doc:"How long the video is"`
}

// pagesOfFilms are hosts whose addresses lead to pages, never to files.
var pagesOfFilms = []string{
	"youtube.com", "youtu.be", "youtube-nocookie.com", "vimeo.com", "dailymotion.com", "twitch.tv", "facebook.com",
	"instagram.com", "tiktok.com",
}

func (c Content) check(kind string) error {
	if kind != "video" || c.VideoURL == "" { // a film may come later; publishing asks for it
		return nil
	}
	u, err := url.Parse(c.VideoURL)
	local := err == nil && u.Host == "" && (strings.HasPrefix(u.Path, "/media/") || strings.HasPrefix(u.Path, filmPath))
	if err != nil || !local && (u.Scheme != "https" || u.Host == "" || u.User != nil) {
		return errs.InvalidField("body.video_url", "must be an https address")
	}
	if slices.ContainsFunc(pagesOfFilms, func(host string) bool {
		return u.Hostname() == host || strings.HasSuffix(u.Hostname(), "."+host)
	}) {
		return errs.InvalidField("body.video_url",
			"is a page that shows a film, which no player plays: give the address of the film's file, or upload it")
	}
	if c.VideoSeconds == 0 {
		return errs.InvalidField("body.video_seconds", "is needed: it decides when the lesson is complete")
	}
	return nil
}

// AddLesson adds a lesson at the end of a section.
func (s *Service) AddLesson(ctx context.Context, section uuid.UUID, kind string, c Content) (DraftBody, error) {
	if err := c.check(kind); err != nil {
		return DraftBody{}, err
	}
	content, err := s.drawn(ctx, c)
	if err != nil {
		return DraftBody{}, err
	}
	r, err := s.section(ctx, section)
	if err != nil {
		return DraftBody{}, err
	}
	lessonID := id.New()
	entry := audit.Change{Verb: "lesson.add", Type: "lesson", ID: lessonID, After: c.Title}
	err = s.edit(ctx, r.CourseID, entry, func(tx *db.Tx, _ rows.Course) error {
		err := q.LessonInsert(ctx, tx, rows.LessonInsertParams{
			ID: lessonID, CourseID: r.CourseID, SectionID: section, Title: c.Title, Kind: kind, Minutes: c.Minutes,
		})
		if err != nil {
			return err
		}
		content.LessonID, content.Revision = lessonID, 1
		return q.ContentPut(ctx, tx, content)
	})
	if err != nil {
		return DraftBody{}, err
	}
	return s.LessonDraft(ctx, lessonID)
}

// LessonDraft is a lesson as its author sees it.
func (s *Service) LessonDraft(ctx context.Context, lesson uuid.UUID) (DraftBody, error) {
	l, err := q.LessonGet(ctx, s.db.Read(ctx), lesson)
	if err != nil {
		return DraftBody{}, db.NotFound(err, "There is no such lesson.")
	}
	if _, err := s.look(ctx, l.CourseID, Helps); err != nil {
		return DraftBody{}, err
	}
	c, err := q.ContentGet(ctx, s.db.Read(ctx), rows.ContentGetParams{LessonID: lesson, Revision: l.Revision})
	return DraftBody{
		DraftLesson: draftLesson(l), CourseID: l.CourseID, Body: c.Body, BodyHTML: c.BodyHtml,
		VideoURL: c.VideoUrl, VideoSeconds: c.VideoSeconds, Etag: edition.Of(contentOf(l, c)),
	}, err
}

func contentOf(l rows.Lesson, c rows.Content) Content {
	return Content{Title: l.Title, Minutes: l.Minutes, Body: c.Body, VideoURL: c.VideoUrl, VideoSeconds: c.VideoSeconds}
}

// UpdateLesson changes a lesson's draft.
func (s *Service) UpdateLesson(ctx context.Context, lesson uuid.UUID, c Content, seen edition.Seen) (DraftBody, error) {
	l, err := q.LessonGet(ctx, s.db.Read(ctx), lesson)
	if err != nil {
		return DraftBody{}, db.NotFound(err, "There is no such lesson.")
	}
	if err := c.check(l.Kind); err != nil {
		return DraftBody{}, err
	}
	drawn, err := s.drawn(ctx, c)
	if err != nil {
		return DraftBody{}, err
	}
	entry := audit.Change{Verb: "lesson.update", Type: "lesson", ID: lesson, After: c.Title}
	err = s.editLesson(ctx, l, entry, func(tx *db.Tx, now rows.Lesson, content rows.Content, revision int) error {
		if err := seen.Check(contentOf(now, content)); err != nil {
			return err
		}
		if err := q.LessonUpdate(ctx, tx, rows.LessonUpdateParams{
			ID:       lesson,
			Title:    c.Title,
			Minutes:  c.Minutes,
			Revision: revision,
		}); err != nil {
			return err
		}
		drawn.LessonID, drawn.Revision = lesson, revision
		return q.ContentPut(ctx, tx, drawn)
	})
	if err != nil {
		return DraftBody{}, err
	}
	return s.LessonDraft(ctx, lesson)
}

// editLesson does one change of a lesson's draft under its lock. A revision
// that learners see is left alone: the change goes into a new one.
func (s *Service) editLesson(
	ctx context.Context, l rows.Lesson, entry audit.Change,
	change func(tx *db.Tx, now rows.Lesson, content rows.Content, revision int) error,
) error {
	return s.edit(ctx, l.CourseID, entry, func(tx *db.Tx, _ rows.Course) error {
		now, err := q.LessonLock(ctx, tx, l.ID)
		if err != nil {
			return db.NotFound(err, "There is no such lesson.")
		}
		content, err := q.ContentGet(ctx, tx, rows.ContentGetParams{LessonID: l.ID, Revision: now.Revision})
		if err != nil {
			return err
		}
		revision := now.Revision
		if now.Published != nil && *now.Published == revision {
			revision++
		}
		return change(tx, now, content, revision)
	})
}

// RemoveLesson removes a lesson from the draft; learners keep it until the next publication.
func (s *Service) RemoveLesson(ctx context.Context, lesson uuid.UUID) (Draft, error) {
	l, err := q.LessonGet(ctx, s.db.Read(ctx), lesson)
	if err != nil {
		return Draft{}, db.NotFound(err, "There is no such lesson.")
	}
	return s.editDraft(ctx, l.CourseID, audit.Change{Verb: "lesson.remove", Type: "lesson", ID: lesson},
		func(tx *db.Tx, _ rows.Course) error {
			return q.LessonSoftDelete(ctx, tx, rows.LessonSoftDeleteParams{ID: lesson, At: ptr(s.clock.Now())})
		})
}

// Place is a section and its lessons in a new order.
type Place struct {
	SectionID uuid.UUID   `json:"section_id"`
	LessonIDs []uuid.UUID `json:"lesson_ids" nullable:"false" maxItems:"2000"`
}

// Arrange puts sections and lessons into a new order. It must name each once: an
// order made from an older draft is refused, so that nobody's work is moved unseen.
func (s *Service) Arrange(ctx context.Context, course uuid.UUID, order []Place) (Draft, error) {
	return s.editDraft(ctx, course, audit.Change{
		Verb: "course.arrange", Type: "course", ID: course,
	}, func(tx *db.Tx, _ rows.Course) error {
		c, err := q.CourseGet(ctx, tx, course)
		if err != nil {
			return err
		}
		d, err := s.draft(ctx, tx, c)
		if err != nil {
			return err
		}
		if !sameParts(d, order) {
			return errs.New(errs.Conflict, "The outline has changed meanwhile. Look at it again.")
		}
		position := 0
		for i, p := range order {
			err := q.SectionPlace(ctx, tx, rows.SectionPlaceParams{ID: p.SectionID, CourseID: course, Position: i + 1})
			if err != nil {
				return err
			}
			for _, lesson := range p.LessonIDs {
				position++
				if err := q.LessonPlace(ctx, tx, rows.LessonPlaceParams{
					ID:        lesson,
					CourseID:  course,
					SectionID: p.SectionID,
					Position:  position,
				}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func sameParts(d Draft, order []Place) bool {
	var have, want []string
	for _, section := range d.Sections {
		have = append(have, section.ID.String())
		for _, l := range section.Lessons {
			have = append(have, l.ID.String())
		}
	}
	for _, p := range order {
		want = append(want, p.SectionID.String())
		for _, l := range p.LessonIDs {
			want = append(want, l.String())
		}
	}
	slices.Sort(have)
	slices.Sort(want)
	return slices.Equal(have, want)
}

// Teaching are the courses that the viewer teaches or helps to, published or not, by title.
func (s *Service) Teaching(ctx context.Context, p httpapi.Paging) (httpapi.Page[Taught], error) {
	var page httpapi.Page[Taught]
	v, err := CourseEnrol.Require(ctx)
	if err != nil {
		return page, err
	}
	posts := []string{string(Assistant)}
	if CourseCreate.Allows(v) {
		posts = append(posts, string(Instructor))
	}
	var after cardPlace
	if _, err := httpapi.DecodeCursor(p.Cursor, &after); err != nil {
		return page, err
	}
	found, err := q.CourseTeaching(ctx, s.db.Read(ctx), rows.CourseTeachingParams{
		PersonID: v.Person, Posts: posts, AfterTitle: after.Title, AfterID: after.ID, MaxRows: int32(p.Limit + 1),
	})
	if err != nil {
		return page, err
	}
	list := make([]Taught, len(found))
	for i, r := range found {
		c := r.Course
		list[i] = Taught{
			ID: c.ID, Code: c.Code, Title: c.Title, Category: c.Category, As: Post(r.As), Published: c.Version != nil,
			Lessons: c.Lessons, Learners: c.Learners, UpdatedAt: c.UpdatedAt,
		}
	}
	return httpapi.Paged(list, p.Limit, func(last Taught) any { return cardPlace{Title: last.Title, ID: last.ID} }), nil
}

// Taught is a course in its author's list.
type Taught struct {
	ID        uuid.UUID `json:"id"`
	Code      string    `json:"code"`
	Title     string    `json:"title"`
	Category  string    `json:"category"`
	As        Post      `json:"as" enum:"instructor,assistant" doc:"What the viewer is to it"`
	Published bool      `json:"published"`
	Lessons   int       `json:"lessons"`
	Learners  int       `json:"learners"`
	UpdatedAt time.Time `json:"updated_at"`
}

// edit does one change of a draft: permission, lock, change, audit entry.
func (s *Service) edit(
	ctx context.Context, course uuid.UUID, entry audit.Change, change func(*db.Tx, rows.Course) error,
) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := s.need(ctx, tx, course, Helps)
		if err != nil {
			return err
		}
		if err := change(tx, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, entry)
	})
}

func (s *Service) editDraft(
	ctx context.Context, course uuid.UUID, entry audit.Change, change func(*db.Tx, rows.Course) error,
) (Draft, error) {
	if err := s.edit(ctx, course, entry, change); err != nil {
		return Draft{}, err
	}
	return s.Draft(ctx, course)
}
