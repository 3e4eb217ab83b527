// Package progress owns how far learners are: positions, completed lessons, the course's percentage, days of study.
package progress

import (
	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/clock"
	"stoa/internal/base/db"
	"stoa/internal/courses"
	"stoa/internal/identity"
	rows "stoa/internal/progress/internal/db"
	"stoa/internal/tenancy"
)

var q = rows.New()

// Service is the module.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	people  *identity.Service
	courses *courses.Service
	tenants *tenancy.Service
}

// New is the module.
func New(d *db.DB, c clock.Clock, people *identity.Service, cs *courses.Service, t *tenancy.Service) *Service {
	return &Service{db: d, clock: c, people: people, courses: cs, tenants: t}
}

// Routes puts the module on the API.
func (s *Service) Routes(api huma.API) {
	s.courseRoutes(api)
	s.lessonRoutes(api)
}
