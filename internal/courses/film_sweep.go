package courses

import (
	"context"
	"errors"
	"log/slog"
	"path"
	"slices"
	"time"

	"stoa/internal/base/viewer"
)

// filmMayWait is how long a film may be there before a lesson points to it.
const filmMayWait = 24 * time.Hour

// SweepFilms removes films which no lesson points to: another was sent in their place before
// anybody but their authors saw them. It goes on with the next institution when one fails.
func (s *Service) SweepFilms(ctx context.Context) error {
	var failed error
	for _, i := range s.tenants.All() {
		failed = errors.Join(failed, s.sweepFilms(viewer.System(ctx, i.ID)))
	}
	return failed
}

func (s *Service) sweepFilms(ctx context.Context) error {
	dir := viewer.From(ctx).Tenant.String()
	names, err := s.films.Old(dir, filmMayWait)
	if err != nil || len(names) == 0 {
		return err
	}
	shown, err := q.FilmAddresses(ctx, s.db.Read(ctx))
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.Contains(shown, filmPath+name) {
			continue
		}
		if err := s.films.Remove(path.Join(dir, name)); err != nil {
			return err
		}
		slog.InfoContext(ctx, "a film that no lesson points to is removed", "film", name)
	}
	return nil
}
