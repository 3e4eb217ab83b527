package directory

import (
	"context"

	"stoa/internal/base/viewer"
)

// engine finds people. There are two that find the same ones: inMemory, and postgres for institutions that
// are too large for it or not loaded yet. What is shown of people is always read under row-level security.
type engine interface {
	// list is one page in its order, and one more when there is more, with the position of each.
	list(context.Context, ask) ([]Entry, []position, error)
	// count is how many there are, and the values of each filter.
	count(context.Context, ask) (Facets, error)
	// complete lists at most four values of a dimension that begin with some letters.
	complete(ctx context.Context, l lens, d *Dimension, letters string) ([]Suggestion, error)
}

// ask is a search, its values as they are stored.
type ask struct {
	lens       lens
	words      string
	conditions []condition
	sort       string
	after      *position
	limit      int
}

// engine is the one for the viewer's institution. It finds people as they are
// at least since the newest version of the directory that this process knows.
func (s *Service) engine(ctx context.Context) engine {
	if version, known, err := s.db.Version(ctx, topic); err == nil && known {
		s.memory.catchUp(ctx, viewer.From(ctx).Tenant, version)
	}
	if x := s.memory.index(viewer.From(ctx).Tenant); x != nil {
		return inMemory{s, x}
	}
	return postgres{s.db}
}
