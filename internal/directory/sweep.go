package directory

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"stoa/internal/base/db"
)

// Sweep is the background job that forgets changes which every process has followed long ago.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "directory-sweep" }

// SweepEvery is how often it is due.
const SweepEvery = 10 * time.Minute

// Sweeper does it.
type Sweeper struct {
	river.WorkerDefaults[Sweep]
	DB *db.DB
}

// Work sweeps all institutions at once; the database's policy decides what may go.
func (w *Sweeper) Work(ctx context.Context, _ *river.Job[Sweep]) error {
	_, err := q.Sweep(ctx, w.DB.Unscoped())
	return err
}
