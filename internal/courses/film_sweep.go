package courses

import (
	"context"
	"errors"
	"log/slog"
	"path"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"stoa/internal/base/blob"
	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
	"stoa/internal/tenancy"
)

// FilmSweep is the background job that removes films which no lesson points to: another was sent in their place before anybody but
// their authors saw them.
type FilmSweep struct{}

// Kind names the job.
func (FilmSweep) Kind() string { return "courses-film-sweep" }

const (
	// FilmSweepEvery is how often it is due.
	FilmSweepEvery = 6 * time.Hour
	filmMayWait    = 24 * time.Hour
)

// FilmSweeper does it, one institution after the other.
type FilmSweeper struct {
	river.WorkerDefaults[FilmSweep]
	DB           *db.DB
	Films        *blob.Store
	Institutions *tenancy.Service
}

// Work goes on with the next institution when one fails, and tries again later.
func (w *FilmSweeper) Work(ctx context.Context, _ *river.Job[FilmSweep]) error {
	var failed error
	for _, i := range w.Institutions.All() {
		failed = errors.Join(failed, w.sweep(viewer.System(ctx, i.ID)))
	}
	return failed
}

func (w *FilmSweeper) sweep(ctx context.Context) error {
	dir := viewer.From(ctx).Tenant.String()
	names, err := w.Films.Old(dir, filmMayWait)
	if err != nil || len(names) == 0 {
		return err
	}
	shown, err := q.FilmAddresses(ctx, w.DB.Read(ctx))
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.Contains(shown, filmPath+name) {
			continue
		}
		if err := w.Films.Remove(path.Join(dir, name)); err != nil {
			return err
		}
		slog.InfoContext(ctx, "a film that no lesson points to is removed", "institution", dir, "film", name)
	}
	return nil
}
