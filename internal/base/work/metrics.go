package work

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river/rivertype"
)

// metrics of jobs. Institutions are no labels: they would not end.
type metrics struct {
	lag  *prometheus.HistogramVec
	took *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		lag: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "stoa_job_lag_seconds",
			Help:    "Time from a job's transaction, or from when its next try was due, to its start.",
			Buckets: []float64{.01, .1, .5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200},
		}, []string{"job"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "stoa_job_seconds",
			Help:    "Time that a try of a job took, by its outcome: done, failed, or alone after the last try.",
			Buckets: []float64{.01, .1, .5, 1, 5, 10, 60, 300, 1800, 7200},
		}, []string{"job", "outcome"}),
	}
	if r != nil {
		r.MustRegister(m.lag, m.took)
	}
	return m
}

func (m *metrics) observe(ctx context.Context, job Job, row *rivertype.JobRow, do func() error) (err error) {
	began := time.Now()
	due := row.CreatedAt
	if row.Attempt > 1 {
		due = row.ScheduledAt
	}
	m.lag.WithLabelValues(job.Name).Observe(began.Sub(due).Seconds())
	outcome := "failed"
	defer func() { // a panic goes on to River, which takes it for a failure
		if row.Attempt >= row.MaxAttempts && outcome != "done" {
			outcome = "alone"
			slog.ErrorContext(ctx, "a job failed for the last time", "error", err)
		}
		m.took.WithLabelValues(job.Name, outcome).Observe(time.Since(began).Seconds())
	}()
	if err = do(); err == nil {
		outcome = "done"
	}
	return err
}
