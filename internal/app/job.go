package app

import (
	"context"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/work"
)

// FailedJobs are the jobs of the viewer's institution that stand alone; without an
// institution, those of the installation.
func (a *App) FailedJobs(ctx context.Context) ([]work.Failed, error) { return a.queue.Failed(ctx) }

// RetryJob starts one of an institution's again. The installation's own come back by themselves.
func (a *App) RetryJob(ctx context.Context, id int64) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		job, err := a.queue.Retry(ctx, tx, id)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Change{
			Verb: "job.retry", Type: "job", After: map[string]any{"id": id, "job": job},
		})
	})
}
