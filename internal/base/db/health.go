package db

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	lookEvery   = time.Second
	lookFor     = 2 * time.Second
	silentAfter = 2 // looks without an answer
)

// health knows whether the database answers. A server that hangs holds whoever asks it: no
// connection ends by itself. So one that does not answer repeated looks is given up: its
// connections are cut, which ends what waits on them, and nobody asks until it answers.
type health struct {
	silent atomic.Bool
	mu     sync.Mutex
	open   map[net.Conn]struct{}
}

// dial keeps track of connections, so that they can be cut.
func (h *health) dial(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.open[conn] = struct{}{}
		return &tracked{Conn: conn, health: h}, nil
	}
}

type tracked struct {
	net.Conn
	health *health
}

func (t *tracked) Close() error {
	t.health.mu.Lock()
	delete(t.health.open, t.Conn)
	t.health.mu.Unlock()
	return t.Conn.Close()
}

func (h *health) cut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for conn := range h.open {
		_ = conn.Close()
		delete(h.open, conn)
	}
}

// Answers tells whether the database has answered of late. Watch must run.
func (d *DB) Answers() bool { return !d.health.silent.Load() }

// Watch looks once a second whether the database answers, on a connection of its own, until ctx ends.
func (d *DB) Watch(ctx context.Context) {
	var conn *pgx.Conn
	defer func() {
		if conn != nil {
			end(conn)
		}
	}()
	for misses := 0; ; {
		var err error
		if conn, err = d.look(ctx, conn); ctx.Err() != nil {
			return
		}
		if err == nil {
			misses = 0
			if d.health.silent.Swap(false) {
				slog.InfoContext(ctx, "the database answers again")
			}
		} else if misses++; misses >= silentAfter {
			if !d.health.silent.Load() {
				slog.ErrorContext(ctx, "the database does not answer: requests are refused until it does", "error", err)
			}
			d.GiveUp()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookEvery):
		}
	}
}

// GiveUp cuts the connections to a server that hangs or is gone, and lets nobody ask until it answers.
func (d *DB) GiveUp() {
	d.health.silent.Store(true)
	d.health.cut()
}

// look asks once. The connection stays open for the next look, if it is good.
func (d *DB) look(ctx context.Context, conn *pgx.Conn) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	var err error
	if conn == nil {
		if conn, err = pgx.ConnectConfig(ctx, d.watching.Copy()); err != nil {
			return nil, err
		}
	}
	if err = conn.Ping(ctx); err != nil {
		end(conn)
		return nil, err
	}
	return conn, nil
}

func end(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = conn.Close(ctx)
}

// Unreachable tells whether an error says that the database cannot
// be asked now: it hangs, restarts, or has no room for more.
func Unreachable(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code {
		// shut down, crashed, starting, too many connections, statement timed out
		case "57P01", "57P02", "57P03", "53300", "57014":
			return true
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.EOF) || pgconn.SafeToRetry(err)
}
