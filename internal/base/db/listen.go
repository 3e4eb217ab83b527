package db

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// Feed is a channel of notifications that a process follows.
type Feed struct {
	Channel string
	Every   time.Duration // how often CatchUp is called, beside its first call on each connection
	// a connection has begun to listen: what was told before it may have been missed. May be nil
	Began   func()
	CatchUp func(context.Context) error   // reads what notifications may have missed
	Heard   func(context.Context, string) // one notification's payload
}

// Follow listens to feeds until ctx ends, on one connection of
// its own. When that is lost it connects again and catches up.
func (d *DB) Follow(ctx context.Context, feeds ...Feed) {
	for ctx.Err() == nil {
		if err := d.listen(ctx, feeds); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "notifications are lost until connected again", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(500 * time.Millisecond):
			}
		}
	}
}

func (d *DB) listen(ctx context.Context, feeds []Feed) error {
	pooled, err := d.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack()
	defer conn.Close(context.WithoutCancel(ctx))
	for _, f := range feeds {
		if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{f.Channel}.Sanitize()); err != nil {
			return err
		}
	}
	for _, f := range feeds {
		if f.Began != nil {
			f.Began()
		}
	}
	due := make([]time.Time, len(feeds))
	for {
		next := time.Now().Add(time.Minute)
		for i, f := range feeds {
			if time.Now().Before(due[i]) {
				next = earlier(next, due[i])
				continue
			}
			due[i] = time.Now().Add(f.Every)
			next = earlier(next, due[i])
			if err := f.CatchUp(ctx); err != nil {
				return err
			}
		}
		if err := hear(ctx, conn, feeds, next); err != nil {
			return err
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// hear passes notifications on until a moment.
func hear(ctx context.Context, conn *pgx.Conn, feeds []Feed, until time.Time) error {
	wait, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	for {
		n, err := conn.WaitForNotification(wait)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case conn.IsClosed():
			return errors.Join(err, errLost)
		case err != nil:
			return nil
		}
		for _, f := range feeds {
			if f.Channel == n.Channel {
				f.Heard(ctx, n.Payload)
			}
		}
	}
}

var errLost = errors.New("the connection was lost")
