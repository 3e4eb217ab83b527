package work

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
)

// keepFailed is how long a job that stands alone can be started again. No longer:
// its arguments lie there as they are, mails with their addresses among them.
const keepFailed = 7 * 24 * time.Hour

// Failed is a job that was tried as often as it may be and stands alone. With what it was
// to be done is nobody's to see: a mail's arguments may hold a link that opens an account.
type Failed struct {
	ID       int64     `json:"id"`
	Job      string    `json:"job" doc:"What is to be done"`
	Attempts int       `json:"attempts"`
	Error    string    `json:"error" doc:"Of the last attempt"`
	Created  time.Time `json:"created_at"`
	Ended    time.Time `json:"ended_at"`
}

// Failed are the jobs of the viewer's institution that stand
// alone, the newest first; without an institution, those of none.
func (q *Queue) Failed(ctx context.Context) ([]Failed, error) {
	rows, err := q.db.Unscoped().Query(ctx, `
		SELECT id, kind, attempt, COALESCE(errors[cardinality(errors)]->>'error', ''), created_at, finalized_at
		FROM work.river_job WHERE state = 'discarded' AND metadata->>'institution' IS NOT DISTINCT FROM $1
		ORDER BY finalized_at DESC, id DESC LIMIT 200`, institution(ctx))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Failed])
}

// Retry starts one of them again, with all its tries, and says what it does.
func (q *Queue) Retry(ctx context.Context, tx *db.Tx, id int64) (job string, err error) {
	err = tx.QueryRow(ctx, `UPDATE work.river_job SET attempt = 0, errors = '{}'
		WHERE id = $1 AND state = 'discarded' AND metadata->>'institution' IS NOT DISTINCT FROM $2
		RETURNING kind`, id, institution(ctx)).Scan(&job)
	if err != nil {
		return "", db.NotFound(err, "There is no such job that failed.")
	}
	_, err = q.client.JobRetryTx(ctx, tx.Tx, id)
	return job, err
}

func institution(ctx context.Context) *string {
	v, _ := viewer.Lookup(ctx)
	if v.Tenant == uuid.Nil {
		return nil
	}
	s := v.Tenant.String()
	return &s
}
