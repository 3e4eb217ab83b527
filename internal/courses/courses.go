// Package courses owns the catalogue: courses, their sections and lessons, and who is enrolled. Authors work on drafts;
// publishing makes a new immutable version and swaps to it, so that no reader ever waits for an author.
package courses

import (
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/blob"
	"stoa/internal/base/cache"
	"stoa/internal/base/clock"
	"stoa/internal/base/db"
	"stoa/internal/base/work"
	rows "stoa/internal/courses/internal/db"
	"stoa/internal/identity"
	"stoa/internal/tenancy"
)

var q = rows.New()

// Service is the module.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	people  *identity.Service
	tenants *tenancy.Service
	films   *blob.Store
	// filmSpace is how many bytes of films an institution may have; 0 is half of the disk.
	filmSpace int64
	kept      *cache.Cache
}

// New is the module. Without a cache everything is read anew. An
// institution may have filmSpace bytes of films; 0 is half of the disk.
func New(
	d *db.DB, c clock.Clock, people *identity.Service, tenants *tenancy.Service,
	films *blob.Store, filmSpace int64, kept *cache.Cache,
) *Service {
	return &Service{db: d, clock: c, people: people, tenants: tenants, films: films, filmSpace: filmSpace, kept: kept}
}

// Workers are what the module does in the background.
func (s *Service) Workers(q *work.Queue) {
	// Long: a large installation has many lessons, and each one drawn stays drawn.
	q.Every(24*time.Hour, work.Job{Name: "courses-redraw", Line: work.Bulk, Timeout: 2 * time.Hour}, s.Redraw)
	q.Every(6*time.Hour, work.Job{Name: "courses-film-sweep", Line: work.Bulk, Timeout: time.Hour}, s.SweepFilms)
}

// catalogue is the topic of what lists of courses show; topic is that of one course's page.
const catalogue = "catalogue"

func topic(course uuid.UUID) string { return "course:" + course.String() }

// shown says that readers see a course differently from now on.
func shown(tx *db.Tx, course uuid.UUID) { tx.Touch(catalogue, topic(course)) }

// Routes puts the module on the API. The page of a course and
// of a lesson are progress's: they show how far the viewer is.
func (s *Service) Routes(api huma.API) {
	s.courseRoutes(api)
	s.studioRoutes(api)
	s.staffRoutes(api)
	s.filmRoutes(api)
}
