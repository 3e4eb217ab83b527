package identity

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"

	"stoa/internal/base/errs"
)

// A flood of one institution keeps nobody of another waiting for longer than two turns.
func TestInstitutionsTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		places := newTurns(1)
		flooded, quiet := uuid.New(), uuid.New()
		var mu sync.Mutex
		var order []uuid.UUID
		wait := func(who uuid.UUID) {
			if err := places.enter(t.Context(), who); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			order = append(order, who)
			mu.Unlock()
			places.leave()
		}
		if err := places.enter(t.Context(), flooded); err != nil {
			t.Fatal(err)
		}
		for range mostWaiting {
			go wait(flooded)
		}
		synctest.Wait()
		if err := places.enter(t.Context(), flooded); errs.KindOf(err) != errs.Unavailable {
			t.Errorf("more than may wait: %v", err)
		}
		go wait(quiet)
		gone, cancel := context.WithCancel(t.Context())
		go func() {
			if err := places.enter(gone, uuid.New()); err == nil {
				t.Error("who left was let in")
			}
		}()
		synctest.Wait()
		cancel()
		synctest.Wait()
		places.leave()
		synctest.Wait()
		if len(order) != mostWaiting+1 || order[0] != flooded || order[1] != quiet {
			t.Errorf("%d came in, the quiet one as number %d", len(order), 1+slices.Index(order, quiet))
		}
		if places.free != 1 || len(places.order) != 0 || len(places.waiting) != 0 {
			t.Errorf("at the end %d places are free, %d wait", places.free, len(places.waiting))
		}
	})
}
