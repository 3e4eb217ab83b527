// Package db is the one way to PostgreSQL. Every statement runs inside an institution: row-level security shows a
// connection nothing until the institution is set, and only this package sets it, for one transaction at a time.
package db

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxuuid "github.com/vgarvardt/pgx-google-uuid/v5"

	"stoa/internal/base/viewer"
)

// Two ways lead to a statement. Read sends the institution and one statement in one round trip. Write is a
// transaction, and the place where everything that must be one with it meets, in this order: the institution, the
// guard of requests that took long (admit), the key of a request that may be sent again (claim), the work itself,
// the versions of what it touched (count); then the commit, and what follows it (tx.go). A statement without an
// institution fails.

// setTenant lasts until the end of the transaction (the third
// argument), so that nothing is left on a pooled connection.
const setTenant = "SELECT set_config('app.tenant_id', $1, true)"

// Querier is what sqlc's code runs on: a transaction, or a DB's Read.
type Querier interface {
	Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
	Query(context.Context, string, ...any) (pgx.Rows, error)
	QueryRow(context.Context, string, ...any) pgx.Row
}

// DB is the pool of the runtime role.
type DB struct {
	pool     *pgxpool.Pool
	versions Versions
	guard    atomic.Pointer[func(context.Context, *Tx) error]
	health   *health
	watching *pgx.ConnConfig // of the connection that looks after the others
}

// Options of a pool.
type Options struct {
	MaxConns int32 // zero: 4 per processor, the best of what was measured
	Trace    bool
}

// Open connects as the runtime role and refuses a role that row-level security would not hold.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	cfg.MaxConns = o.MaxConns
	if cfg.MaxConns == 0 {
		cfg.MaxConns = int32(4 * runtime.NumCPU())
	}
	cfg.MinConns = 2
	cfg.MaxConnIdleTime = 5 * time.Minute
	cfg.ConnConfig.RuntimeParams["role"] = RoleApp
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = "30000"
	cfg.ConnConfig.RuntimeParams["application_name"] = "stoa"
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	d := &DB{versions: newVersions(), health: &health{open: map[net.Conn]struct{}{}}, watching: cfg.ConnConfig.Copy()}
	cfg.ConnConfig.DialFunc = d.health.dial(cfg.ConnConfig.DialFunc)
	// Without it ids go through their text, slowly.
	cfg.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		pgxuuid.Register(conn.TypeMap())
		return nil
	}
	if o.Trace {
		cfg.ConnConfig.Tracer = otelpgx.NewTracer()
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := assertRole(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	d.pool = pool
	return d, nil
}

const closeFor = 3 * time.Second

// Close ends every connection. What still waits on one has a few seconds.
func (d *DB) Close() {
	closed := make(chan struct{})
	go func() {
		d.pool.Close()
		close(closed)
	}()
	for wait := closeFor; ; wait = closeFor / 10 {
		select {
		case <-closed:
			return
		case <-time.After(wait):
			d.health.cut() // once more for each that was on its way meanwhile
		}
	}
}

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.pool.Ping(ctx) }

// Stat is the pool's state, for metrics.
func (d *DB) Stat() *pgxpool.Stat { return d.pool.Stat() }

// Unscoped is the raw pool, which sees no institution. The architecture test lists who may call it.
func (d *DB) Unscoped() *pgxpool.Pool { return d.pool }

// Guard is asked before a request writes that began longer than a moment ago: what
// was begun before a ban or a sign-out, as a long upload, must not end after it.
func (d *DB) Guard(f func(context.Context, *Tx) error) { d.guard.Store(&f) }

// moment is how long a request may take on the word of its token alone.
const moment = time.Second

func (d *DB) admit(ctx context.Context, tx *Tx) error {
	v, guard := viewer.From(ctx), d.guard.Load()
	if guard == nil || !v.SignedIn() || v.Since.IsZero() || time.Since(v.Since) < moment {
		return nil
	}
	return (*guard)(ctx, tx)
}

// Read runs single statements inside the viewer's institution, each in one round trip.
func (d *DB) Read(ctx context.Context) Querier {
	return scoped{d.pool, viewer.From(ctx).Tenant}
}

// Write runs f in a transaction inside the viewer's institution. It commits when f returns nil.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	tenant := viewer.From(ctx).Tenant
	tx := &Tx{}
	var counted map[string]int64
	err := pgx.BeginFunc(ctx, d.pool, func(raw pgx.Tx) error {
		tx.Tx = raw
		if _, err := tx.Exec(ctx, setTenant, tenant.String()); err != nil {
			return err
		}
		if err := d.admit(ctx, tx); err != nil {
			return err
		}
		if err := claim(ctx, tx); err != nil {
			return err
		}
		if err := f(tx); err != nil {
			return err
		}
		var err error
		counted, err = count(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if once := onceOf(ctx); once != nil {
		once.Claimed = true
	}
	if counted != nil {
		d.versions.committed(tenant, counted)
	}
	for _, then := range tx.after {
		then.run(context.WithoutCancel(ctx))
	}
	return nil
}

// scoped sends the setting and the statement together: they share one implicit transaction and one round trip.
type scoped struct {
	pool   *pgxpool.Pool
	tenant uuid.UUID
}

func (s scoped) send(ctx context.Context, sql string, args []any) (pgx.BatchResults, error) {
	var b pgx.Batch
	b.Queue(setTenant, s.tenant.String())
	b.Queue(sql, args...)
	results := s.pool.SendBatch(ctx, &b)
	if _, err := results.Exec(); err != nil {
		return nil, errors.Join(err, results.Close())
	}
	return results, nil
}

func (s scoped) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	results, err := s.send(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		return nil, errors.Join(err, results.Close())
	}
	return &batchRows{Rows: rows, results: results}, nil
}

func (s scoped) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	rows, err := s.Query(ctx, sql, args...)
	return row{rows, err}
}

func (s scoped) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	results, err := s.send(ctx, sql, args)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	tag, err := results.Exec()
	if closed := results.Close(); err == nil {
		err = closed
	}
	return tag, err
}

// batchRows closes its batch with its rows, and reports what only the end of the transaction tells.
type batchRows struct {
	pgx.Rows
	results pgx.BatchResults
	closed  bool
	err     error
}

func (r *batchRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *batchRows) Close() {
	if r.closed {
		return
	}
	r.closed = true
	r.Rows.Close()
	r.err = r.results.Close()
}

func (r *batchRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return err
	}
	return r.err
}

type row struct {
	rows pgx.Rows
	err  error
}

func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}
