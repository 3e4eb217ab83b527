package identity

import (
	"context"
	"log/slog"
	"time"

	"stoa/internal/base/work"
)

// Workers are what the module does in the background.
func (s *Service) Workers(q *work.Queue) {
	q.Every(time.Hour, work.Job{Name: "identity-sweep"}, s.Sweep)
}

// Sweep removes rows which mean nothing any more: forgotten guesses, things begun and not ended,
// old links. It sweeps all institutions at once; the database's policies decide what may go.
func (s *Service) Sweep(ctx context.Context) error {
	gone, err := q.Sweep(ctx, s.db.Unscoped())
	if err == nil && gone > 0 {
		slog.InfoContext(ctx, "swept", "rows", gone)
	}
	return err
}
