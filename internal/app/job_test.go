package app_test

import (
	"testing"

	"stoa/internal/apptest"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

// A job that stands alone is seen by its institution and started again in its name.
func TestAFailedJobIsStartedAgain(t *testing.T) {
	t.Parallel()
	h, other := apptest.Open(t, 1), apptest.Open(t, 1)
	here, there := viewer.System(t.Context(), h.Tenant), viewer.System(t.Context(), other.Tenant)
	var job int64
	err := h.Place.Superuser(t).QueryRow(t.Context(), `
		INSERT INTO work.river_job
			(kind, args, state, attempt, max_attempts, queue, priority, metadata, finalized_at, errors)
		VALUES ('test-poison', '{}', 'discarded', 3, 3, 'bulk', 1, jsonb_build_object('institution', $1::text), now(),
			ARRAY['{"error": "it will not"}'::jsonb])
		RETURNING id`, h.Tenant.String()).Scan(&job)
	if err != nil {
		t.Fatal(err)
	}
	a := h.Apps[0]
	list, err := a.FailedJobs(here)
	if err != nil || len(list) != 1 || list[0].ID != job || list[0].Error != "it will not" {
		t.Fatalf("failed jobs are %+v, %v", list, err)
	}
	if list, err := a.FailedJobs(there); err != nil || len(list) != 0 {
		t.Errorf("another institution sees %+v, %v", list, err)
	}
	if err := a.RetryJob(there, job); errs.KindOf(err) != errs.NotFound {
		t.Errorf("another institution starts it: %v", err)
	}
	if err := a.RetryJob(here, job); err != nil {
		t.Fatal(err)
	}
	if err := a.RetryJob(here, job); errs.KindOf(err) != errs.NotFound {
		t.Errorf("it is started twice: %v", err)
	}
	var entries int
	err = h.Place.Superuser(t).QueryRow(t.Context(),
		"SELECT count(*) FROM audit.entry WHERE tenant_id = $1 AND verb = 'job.retry'", h.Tenant).Scan(&entries)
	if err != nil || entries != 1 {
		t.Errorf("%d entries, %v", entries, err)
	}
}
