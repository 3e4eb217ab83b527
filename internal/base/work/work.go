// Package work is background jobs: enqueued in the transaction they belong to, so that nothing is lost and nothing is done for
// a change that was rolled back. Workers must be idempotent: a job can run again after a crash.
package work

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"stoa/internal/base/db"
)

// Queue takes jobs and, when started with workers, does them.
type Queue struct{ client *river.Client[pgx.Tx] }

// Every is work that is due again and again; one process does it each time.
func Every(interval time.Duration, args river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(interval), func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: true})
}

// New is a queue on the database. Workers may be nil for a process that only enqueues.
func New(d *db.DB, workers *river.Workers, due ...*river.PeriodicJob) (*Queue, error) {
	cfg := &river.Config{Schema: db.QueueSchema, Logger: slog.New(slog.DiscardHandler), FetchPollInterval: time.Second}
	if workers != nil {
		cfg.Workers, cfg.PeriodicJobs = workers, due
		cfg.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}}
	}
	client, err := river.NewClient(riverpgxv5.New(d.Unscoped()), cfg)
	return &Queue{client}, err
}

// Enqueue adds a job to the transaction.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, args river.JobArgs) error {
	_, err := q.client.InsertTx(ctx, tx.Tx, args, nil)
	return err
}

// Start begins to work.
func (q *Queue) Start(ctx context.Context) error { return q.client.Start(ctx) }

// Stop lets running jobs end.
func (q *Queue) Stop(ctx context.Context) error { return q.client.Stop(ctx) }

// Cancel ends running jobs; they are done again later.
func (q *Queue) Cancel(ctx context.Context) error { return q.client.StopAndCancel(ctx) }
