package work_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/errs"
	"stoa/internal/base/facts"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/telemetry"
	"stoa/internal/base/viewer"
	"stoa/internal/base/work"
)

// bench is a queue on a database of its own, with two institutions.
type bench struct {
	*work.Queue
	t           *testing.T
	db          *db.DB
	here, there context.Context
	registry    *prometheus.Registry
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dsn := dbtest.Clone(t)
	b := &bench{t: t, registry: prometheus.NewRegistry()}
	var err error
	if b.db, err = db.Open(t.Context(), dsn(db.RoleApp), db.Options{MaxConns: 8}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.db.Close)
	super := dbtest.Connect(t, dsn(pgembed.Superuser))
	b.here, b.there = dbtest.InstitutionIn(t, super), dbtest.InstitutionIn(t, super)
	if b.Queue, err = work.New(b.db, b.registry); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) start() {
	b.t.Helper()
	if err := b.Start(context.Background()); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = b.Cancel(context.Background()) })
}

func enqueue[T any](b *bench, ctx context.Context, k work.Kind[T], list ...T) {
	b.t.Helper()
	err := b.db.Write(ctx, func(tx *db.Tx) error {
		for _, args := range list {
			if err := k.Enqueue(ctx, tx, args); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for began := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("there is no %s", what)
		}
	}
}

func TestWhatAJobLogsSaysWhichOneItIsOf(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	said := make(chan string, 1)
	kind := work.Handle(b.Queue, work.Job{Name: "speaks"}, func(ctx context.Context, _ string) error {
		var out strings.Builder
		telemetry.Logger(&out, true, slog.LevelInfo).InfoContext(ctx, "spoken")
		said <- out.String()
		return nil
	})
	b.start()
	enqueue(b, b.here, kind, "once")
	line := <-said
	for _, want := range []string{`"job":"speaks"`, `"job_id":`, viewer.From(b.here).Tenant.String()} {
		if !strings.Contains(line, want) {
			t.Errorf("the line lacks %s: %s", want, line)
		}
	}
}

// A flood of one institution does not keep the others waiting:
// from where they come, they alternate. Each keeps its own order.
func TestInstitutionsAlternate(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var mu sync.Mutex
	var done []string
	kind := work.Handle(b.Queue, work.Job{Name: "flood", Line: work.Media}, func(_ context.Context, name string) error {
		mu.Lock()
		defer mu.Unlock()
		done = append(done, name)
		return nil
	})
	names := func(prefix string, n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf("%s%02d", prefix, i))
		}
		return list
	}
	enqueue(b, b.here, kind, names("a", 20)...)
	enqueue(b, b.there, kind, names("b", 3)...)
	enqueue(b, b.here, kind, "a20")
	b.start()
	until(t, "end of the flood", func() bool { mu.Lock(); defer mu.Unlock(); return len(done) == 24 })
	for prefix, n := range map[string]int{"a": 21, "b": 3} {
		own := slices.DeleteFunc(slices.Clone(done), func(name string) bool { return !strings.HasPrefix(name, prefix) })
		if !slices.Equal(own, names(prefix, n)) {
			t.Errorf("one institution's jobs were done in the order %v", own)
		}
	}
	if last := slices.Index(done, "b02"); last > 6 {
		t.Errorf("the other institution's last job was done after %d of the flood: %v", last-2, done)
	}
}

// What follows a fact later is told by its commit alone, as the program
// itself inside the institution of the fact, and again until it succeeds.
func TestFactsAreFollowedLater(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	type named struct{ Name string }
	var feed facts.Feed[named]
	told := make(chan string, 10)
	tries := 0
	feed.Later(b.Queue, "test-follower", func(ctx context.Context, fact named) error {
		if tries++; tries == 1 {
			return errors.New("not yet")
		}
		v := viewer.From(ctx)
		told <- fmt.Sprint(fact.Name, " ", v.Tenant == viewer.From(b.here).Tenant, " ", v.SignedIn())
		return nil
	})
	b.start()
	undone := errors.New("undone")
	tell := func(name string, end error) error {
		return b.db.Write(b.here, func(tx *db.Tx) error {
			return errors.Join(feed.Tell(b.here, tx, named{Name: name}), end)
		})
	}
	if err := tell("undone", undone); !errors.Is(err, undone) {
		t.Fatal(err)
	}
	if err := tell("asha", nil); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-told:
		if got != "asha true false" {
			t.Errorf("told %q", got)
		}
	case <-time.After(time.Minute):
		t.Fatal("nothing was told")
	}
	until(t, "figure of it", func() bool {
		found, err := b.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		outcomes := map[string]uint64{}
		for _, f := range found {
			for _, m := range f.GetMetric() {
				for _, l := range m.GetLabel() {
					if f.GetName() == "stoa_job_seconds" && l.GetName() == "outcome" {
						outcomes[l.GetValue()] += m.GetHistogram().GetSampleCount()
					}
				}
			}
		}
		return outcomes["failed"] == 1 && outcomes["done"] == 1
	})
}

// A job that always fails stands alone after its last try, seen by its own institution, which can start it again.
func TestAPoisonJobStandsAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var mu sync.Mutex
	poison, tries := true, 0
	kind := work.Handle(b.Queue, work.Job{Name: "poison", Tries: 1}, func(context.Context, string) error {
		mu.Lock()
		defer mu.Unlock()
		if tries++; poison {
			panic("cannot be digested")
		}
		return nil
	})
	enqueue(b, b.here, kind, "a link of a mail")
	b.start()
	failed := func(ctx context.Context) []work.Failed {
		t.Helper()
		list, err := b.Failed(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	until(t, "job that stands alone", func() bool { return len(failed(b.here)) == 1 })
	job := failed(b.here)[0]
	if job.Job != "poison" || job.Attempts != 1 || !strings.Contains(job.Error, "cannot be digested") {
		t.Errorf("failed is %+v", job)
	}
	if shown, err := json.Marshal(job); err != nil || strings.Contains(string(shown), "a link of a mail") {
		t.Errorf("what it was to do is shown: %s %v", shown, err)
	}
	if list := failed(b.there); len(list) != 0 {
		t.Errorf("another institution sees %+v", list)
	}
	retry := func(ctx context.Context) error {
		return b.db.Write(ctx, func(tx *db.Tx) error {
			_, err := b.Retry(ctx, tx, job.ID)
			return err
		})
	}
	if err := retry(b.there); errs.KindOf(err) != errs.NotFound {
		t.Errorf("another institution started it: %v", err)
	}
	mu.Lock()
	poison = false
	mu.Unlock()
	if err := retry(b.here); err != nil {
		t.Fatal(err)
	}
	until(t, "second try", func() bool { mu.Lock(); defer mu.Unlock(); return tries == 2 })
	until(t, "end of it", func() bool {
		var state string
		err := b.db.Unscoped().QueryRow(t.Context(), "SELECT state::text FROM work.river_job WHERE id = $1",
			job.ID).Scan(&state)
		return !errors.Is(err, pgx.ErrNoRows) && state == "completed"
	})
	if list := failed(b.here); len(list) != 0 {
		t.Errorf("it still stands alone: %+v", list)
	}
}
