// Package work is background jobs: enqueued in the transaction they belong to, so that nothing is
// lost and nothing is done for a change that was rolled back. Each module registers what it does
// (Handle, Every) before the queue starts. What a job does must be idempotent: it can run again
// after a crash. One that fails is tried again, later each time, until it stands alone: see Failed.
package work

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"stoa/internal/base/db"
	"stoa/internal/base/telemetry"
	"stoa/internal/base/viewer"
)

// Line is what jobs wait in. Slow or many jobs of one line do not hold those of another.
type Line string

const (
	Default Line = river.QueueDefault
	Mail    Line = "mail"  // to one person, about what they did or wait for
	Bulk    Line = "bulk"  // many alike: mailings, exports, recomputations
	Media   Line = "media" // one at a time takes a processor: video, large pictures
)

// atOnce is how many jobs of a line one process does at the same time.
var atOnce = map[Line]int{Default: 4, Mail: 4, Bulk: 2, Media: 1}

// Queue takes jobs and, once started, does them.
type Queue struct {
	client  *river.Client[pgx.Tx]
	workers *river.Workers
	db      *db.DB
	metrics *metrics
}

// New is a queue on the database; its figures go to the registry.
func New(d *db.DB, r prometheus.Registerer) (*Queue, error) {
	q := &Queue{workers: river.NewWorkers(), db: d, metrics: newMetrics(r)}
	lines := map[string]river.QueueConfig{}
	for line, n := range atOnce {
		lines[string(line)] = river.QueueConfig{MaxWorkers: n}
	}
	client, err := river.NewClient(riverpgxv5.New(d.Unscoped()), &river.Config{
		Schema: db.QueueSchema, Workers: q.workers, Queues: lines, Logger: slog.New(slog.DiscardHandler),
		FetchPollInterval: time.Second, DiscardedJobRetentionPeriod: keepFailed,
	})
	q.client = client
	return q, err
}

// Start begins to work.
func (q *Queue) Start(ctx context.Context) error { return q.client.Start(ctx) }

// Stop lets running jobs end.
func (q *Queue) Stop(ctx context.Context) error { return q.client.Stop(ctx) }

// Cancel ends running jobs; they are done again later.
func (q *Queue) Cancel(ctx context.Context) error { return q.client.StopAndCancel(ctx) }

// Job says what a module does in the background.
type Job struct {
	Name    string        // as "courses-redraw": kept in the database, so that it must not change while jobs wait
	Line    Line          // empty: Default
	Tries   int           // zero: 12, which takes about nine hours
	Timeout time.Duration // of one try; zero: a minute
}

// Kind is a job that is registered and can be enqueued.
type Kind[T any] struct {
	queue *Queue
	job   Job
}

// Handle registers a job. It runs as the program itself, inside the institution in which it was enqueued.
func Handle[T any](q *Queue, job Job, do func(context.Context, T) error) Kind[T] {
	if job.Line == "" {
		job.Line = Default
	}
	if job.Tries == 0 {
		job.Tries = 12
	}
	river.AddWorkerArgs(q.workers, envelope[T]{job: job.Name}, &worker[T]{queue: q, job: job, do: do})
	return Kind[T]{queue: q, job: job}
}

// Every has something done again and again, at the start first; one of
// all processes does it each time. It runs outside any institution.
func (q *Queue) Every(interval time.Duration, job Job, do func(context.Context) error) {
	kind := Handle(q, job, func(ctx context.Context, _ struct{}) error { return do(ctx) })
	due := func() (river.JobArgs, *river.InsertOpts) {
		return envelope[struct{}]{
			job: job.Name,
		}, &river.InsertOpts{Queue: string(kind.job.Line), MaxAttempts: kind.job.Tries}
	}
	q.client.PeriodicJobs().Add(river.NewPeriodicJob(river.PeriodicInterval(interval), due,
		&river.PeriodicJobOpts{RunOnStart: true}))
}

// Enqueue adds a job to the transaction.
func (k Kind[T]) Enqueue(ctx context.Context, tx *db.Tx, args T) error {
	institution := viewer.From(ctx).Tenant
	mark, err := json.Marshal(metadata{Institution: institution})
	if err != nil {
		return err
	}
	added, err := k.queue.client.InsertTx(ctx, tx.Tx, envelope[T]{job: k.job.Name, args: args}, &river.InsertOpts{
		Queue: string(k.job.Line), MaxAttempts: k.job.Tries, Metadata: mark,
	})
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", k.job.Name, err)
	}
	if _, err := tx.Exec(ctx, takeTurn, added.Job.ID, k.job.Line, institution.String()); err != nil {
		return fmt.Errorf("enqueue %s: %w", k.job.Name, err)
	}
	return nil
}

// takeTurn sets a job's place among those that wait in its line: behind the last one of its
// institution, and no later than the first one of all others. So institutions alternate, whatever
// one of them enqueues at once: start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996) with a
// microsecond for each job. The places lie in the past, because what is due later is not looked at.
const takeTurn = `UPDATE work.river_job SET scheduled_at = LEAST(scheduled_at, GREATEST(
		COALESCE((SELECT min(w.scheduled_at) FROM work.river_job w
		WHERE w.state = 'available' AND w.queue = $2 AND w.id <> $1),
			now() - interval '1 minute'),
		(SELECT max(m.scheduled_at) + interval '1 microsecond' FROM work.river_job m
			WHERE m.state = 'available' AND m.queue = $2 AND m.metadata->>'institution' = $3 AND m.id <> $1)))
	WHERE id = $1`

// metadata is what stands beside a job's arguments.
type metadata struct {
	Institution uuid.UUID `json:"institution,omitzero"`
}

// envelope gives arguments of any type the name of their job.
type envelope[T any] struct {
	job  string
	args T
}

func (e envelope[T]) Kind() string                 { return e.job }
func (e envelope[T]) MarshalJSON() ([]byte, error) { return json.Marshal(e.args) }
func (e *envelope[T]) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &e.args)
}

type worker[T any] struct {
	river.WorkerDefaults[envelope[T]]
	queue *Queue
	job   Job
	do    func(context.Context, T) error
}

func (w *worker[T]) Timeout(*river.Job[envelope[T]]) time.Duration { return w.job.Timeout }

func (w *worker[T]) Work(ctx context.Context, job *river.Job[envelope[T]]) error {
	ctx = telemetry.WithJob(ctx, w.job.Name, job.ID)
	var mark metadata
	if err := json.Unmarshal(job.Metadata, &mark); err != nil {
		return err
	}
	if mark.Institution != uuid.Nil {
		ctx = viewer.System(ctx, mark.Institution)
	}
	return w.queue.metrics.observe(ctx, w.job, job.JobRow, func() error { return w.do(ctx, job.Args.args) })
}
