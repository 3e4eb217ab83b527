package identity

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"stoa/internal/base/db"
)

// Sweep is the background job that removes rows which mean nothing any more: forgotten guesses, things begun and not ended, old links.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "identity-sweep" }

// SweepEvery is how often it is due.
const SweepEvery = time.Hour

// Sweeper does it.
type Sweeper struct {
	river.WorkerDefaults[Sweep]
	DB *db.DB
}

// Work sweeps all institutions at once; the database's policies decide what may go.
func (w *Sweeper) Work(ctx context.Context, _ *river.Job[Sweep]) error {
	gone, err := q.Sweep(ctx, w.DB.Unscoped())
	if err == nil && gone > 0 {
		slog.InfoContext(ctx, "swept", "rows", gone)
	}
	return err
}
