package directory

import (
	"context"
	"time"

	"stoa/internal/base/work"
)

// Workers are what the module does in the background.
func (s *Service) Workers(q *work.Queue) {
	q.Every(10*time.Minute, work.Job{Name: "directory-sweep"}, s.Sweep)
}

// Sweep forgets changes which every process has followed long ago, of
// all institutions at once; the database's policies decide what may go.
func (s *Service) Sweep(ctx context.Context) error {
	_, err := q.Sweep(ctx, s.db.Unscoped())
	return err
}
