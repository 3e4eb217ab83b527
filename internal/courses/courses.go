// Package courses owns the catalogue: courses, their sections and lessons, and who is enrolled. Authors work on drafts;
// publishing makes a new immutable version and swaps to it, so that no reader ever waits for an author.
package courses

import (
	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/blob"
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
}

// New is the module.
func New(d *db.DB, c clock.Clock, people *identity.Service, films *blob.Store) *Service {
	return &Service{db: d, clock: c, people: people, films: films}
}

// Routes puts the module on the API. The page of a course and of a lesson are progress's: they show how far the viewer is.
func (s *Service) Routes(api huma.API) {
	s.courseRoutes(api)
	s.studioRoutes(api)
	s.filmRoutes(api)
}
