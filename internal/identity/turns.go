package identity

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"stoa/internal/base/errs"
)

// Hashing a password costs a processor; few may do it at once. Places are given round the institutions, not in the
// order of coming: enter, and leave hands the place straight to whose turn it is (pass), so that it is never free
// while somebody waits. giveUp settles the race between a place that comes and a wait that ends.

// mostWaiting is how many of one institution may wait; a hash takes about 30 ms of one processor.
const mostWaiting = 500

// turns shares a few places among institutions: when several wait, each
// has its turn, so that a flood in one does not keep the others waiting.
type turns struct {
	mu      sync.Mutex
	free    int
	waiting map[uuid.UUID][]chan struct{} // in the order of their coming
	order   []uuid.UUID                   // institutions that wait, whose turn is next first
}

func newTurns(places int) *turns {
	return &turns{free: places, waiting: map[uuid.UUID][]chan struct{}{}}
}

// enter takes a place, waiting for it; leave gives it back.
func (t *turns) enter(ctx context.Context, who uuid.UUID) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	if len(t.waiting[who]) >= mostWaiting {
		t.mu.Unlock()
		return errs.New(
			errs.Unavailable, "Many people are signing in at this moment. Try again in a few seconds.",
		).With("retry_after", 3)
	}
	turn := make(chan struct{})
	if _, inOrder := t.waiting[who]; !inOrder {
		t.order = append(t.order, who)
	}
	t.waiting[who] = append(t.waiting[who], turn)
	t.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		t.giveUp(who, turn)
		return ctx.Err()
	}
}

// giveUp ends a wait, or passes on a place that came at the same moment.
func (t *turns) giveUp(who uuid.UUID, turn chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, other := range t.waiting[who] {
		if other == turn {
			t.waiting[who] = append(t.waiting[who][:i:i], t.waiting[who][i+1:]...)
			return // an institution whose last one went is passed over when its turn comes
		}
	}
	t.pass()
}

func (t *turns) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass()
}

// pass gives a place to the institution whose turn it is.
func (t *turns) pass() {
	for len(t.order) > 0 {
		who := t.order[0]
		t.order = t.order[1:]
		line := t.waiting[who]
		if len(line) <= 1 {
			delete(t.waiting, who)
		} else {
			t.waiting[who] = line[1:]
			t.order = append(t.order, who)
		}
		if len(line) > 0 {
			close(line[0])
			return
		}
	}
	t.free++
}
