package cache

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"stoa/internal/base/db"
)

// Sweep is the background job that forgets how requests were answered that nobody sends again.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "cache-sweep" }

// SweepEvery is how often it is due.
const SweepEvery = time.Hour

// Sweeper does it.
type Sweeper struct {
	river.WorkerDefaults[Sweep]
	DB *db.DB
}

// Work sweeps all institutions at once; the database's policy decides what may go.
func (w *Sweeper) Work(ctx context.Context, _ *river.Job[Sweep]) error {
	_, err := w.DB.Unscoped().Exec(ctx, "SELECT cache.sweep()")
	return err
}
