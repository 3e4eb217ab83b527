package progress

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	rows "stoa/internal/progress/internal/db"
)

// What counts of a report is what can have happened since the report before it, or since the lesson was
// opened: nobody completes a film, or learns an hour, in one request. An honest player never notices.
const (
	fastest = 8 // seconds of a film in one of the learner's
	spare   = 5 // seconds of a film: clocks and rounding
)

// opened says when the viewer opened a lesson, in a form that only this installation makes.
func (s *Service) opened(ctx context.Context, lesson uuid.UUID) string {
	at := strconv.FormatInt(s.clock.Now().UnixMilli(), 36)
	return at + "." + s.stamp(ctx, lesson, at)
}

func (s *Service) stamp(ctx context.Context, lesson uuid.UUID, at string) string {
	mark := s.people.Mark("lesson opened", viewer.From(ctx).Person.String()+lesson.String()+at)
	return base64.RawURLEncoding.EncodeToString(mark[:15])
}

// since is from when on what a report claims can have happened.
func (s *Service) since(
	ctx context.Context, tx *db.Tx, lesson uuid.UUID, opened string, now time.Time,
) (time.Time, error) {
	last, err := q.LessonLock(ctx, tx, rows.LessonLockParams{PersonID: viewer.From(ctx).Person, LessonID: lesson})
	if err == nil {
		return last.UpdatedAt, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, err
	}
	at, stamp, _ := strings.Cut(opened, ".")
	millis, err := strconv.ParseInt(at, 36, 64)
	if err != nil || stamp != s.stamp(ctx, lesson, at) {
		return now, nil // a client that does not say when it began begins now
	}
	return time.UnixMilli(millis), nil
}

// credible leaves out what cannot have been played, from the end.
func (s *Service) credible(
	ctx context.Context, tx *db.Tx, lesson uuid.UUID, watched [][2]int, most int,
) ([][2]int, error) {
	if length(watched) <= most {
		return watched, nil
	}
	fresh, err := q.LessonUnseen(ctx, tx, rows.LessonUnseenParams{
		Watched: multirange(watched), PersonID: viewer.From(ctx).Person, LessonID: lesson,
	})
	if err != nil {
		return nil, err
	}
	var kept [][2]int
	for _, r := range fresh {
		to := min(r.ToSecond, r.FromSecond+most)
		if to > r.FromSecond {
			kept = append(kept, [2]int{r.FromSecond, to})
			most -= to - r.FromSecond
		}
	}
	return kept, nil
}

func length(list [][2]int) (seconds int) {
	for _, r := range list {
		seconds += r[1] - r[0]
	}
	return seconds
}

// joined is the played seconds within a video's length, in order and without overlaps.
func joined(list [][2]int, longest int) ([][2]int, error) {
	var cut [][2]int
	for _, r := range list {
		if r[0] > r[1] {
			return nil, errs.InvalidField("body.watched", "holds a range that ends before it begins")
		}
		if from, to := max(r[0], 0), min(r[1], longest); from < to {
			cut = append(cut, [2]int{from, to})
		}
	}
	slices.SortFunc(cut, func(a, b [2]int) int { return a[0] - b[0] })
	var out [][2]int
	for _, r := range cut {
		if n := len(out); n > 0 && r[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], r[1])
			continue
		}
		out = append(out, r)
	}
	return out, nil
}

// multirange is ranges as PostgreSQL writes them.
func multirange(list [][2]int) string {
	parts := make([]string, len(list))
	for i, r := range list {
		parts[i] = fmt.Sprintf("[%d,%d)", r[0], r[1])
	}
	return "{" + strings.Join(parts, ",") + "}"
}
