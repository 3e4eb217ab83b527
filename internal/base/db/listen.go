package db

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Feed is a channel of notifications that a process follows.
type Feed struct {
	Channel string
	Every   time.Duration                 // how often CatchUp is called beside its first call on each connection
	CatchUp func(context.Context) error   // reads what notifications may have missed
	Heard   func(context.Context, string) // one notification's payload
}

// Follow listens until ctx ends, on a connection of its own. When that is lost it connects again and catches up.
func (d *DB) Follow(ctx context.Context, f Feed) {
	for ctx.Err() == nil {
		if err := d.listen(ctx, f); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "notifications lost until connected again", "channel", f.Channel, "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(500 * time.Millisecond):
			}
		}
	}
}

func (d *DB) listen(ctx context.Context, f Feed) error {
	pooled, err := d.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack()
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+f.Channel); err != nil {
		return err
	}
	for {
		if err := f.CatchUp(ctx); err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, f.Every)
		for {
			n, err := conn.WaitForNotification(wait)
			if err != nil {
				break
			}
			f.Heard(ctx, n.Payload)
		}
		cancel()
		if ctx.Err() != nil || conn.IsClosed() {
			return errors.Join(ctx.Err(), errLost)
		}
	}
}

var errLost = errors.New("the connection was lost")
