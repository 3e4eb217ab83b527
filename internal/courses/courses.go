// Package courses owns the catalogue: courses, their sections and lessons, and who is enrolled. Authors work on drafts;
// publishing makes a new immutable version and swaps to it, so that no reader ever waits for an author.
package courses

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/blob"
	"stoa/internal/base/cache"
	"stoa/internal/base/clock"
	"stoa/internal/base/db"
	rows "stoa/internal/courses/internal/db"
	"stoa/internal/identity"
)

var q = rows.New()

// Service is the module.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	people *identity.Service
	films  *blob.Store
	// filmSpace is how many bytes of films an institution may have; 0 is half of the disk.
	filmSpace int64
	kept      *cache.Cache
}

// New is the module. Without a cache everything is read anew. An institution may have filmSpace bytes of films; 0 is half of the disk.
func New(d *db.DB, c clock.Clock, people *identity.Service, films *blob.Store, filmSpace int64, kept *cache.Cache) *Service {
	return &Service{db: d, clock: c, people: people, films: films, filmSpace: filmSpace, kept: kept}
}

// catalogue is the topic of what lists of courses show; topic is that of one course's page.
const catalogue = "catalogue"

func topic(course uuid.UUID) string { return "course:" + course.String() }

// shown says that readers see a course differently from now on.
func shown(tx *db.Tx, course uuid.UUID) { tx.Touch(catalogue, topic(course)) }

// Routes puts the module on the API. The page of a course and of a lesson are progress's: they show how far the viewer is.
func (s *Service) Routes(api huma.API) {
	s.courseRoutes(api)
	s.studioRoutes(api)
	s.filmRoutes(api)
}
