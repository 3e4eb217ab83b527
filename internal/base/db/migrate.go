package db

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"stoa/migrations"
)

// Migrate brings the database to the newest schema, as the owner.
// Several processes may call it at once: one works, the others wait.
func Migrate(ctx context.Context, dsn string) error { return MigrateTo(ctx, dsn, newest) }

const newest = math.MaxInt64

// MigrateTo stops at a version of our own tables: for tests, which upgrade from it.
func MigrateTo(ctx context.Context, dsn string, version int64) error {
	if err := Prepare(ctx, dsn); err != nil {
		return err
	}
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	cfg.RuntimeParams["role"] = RoleOwner
	handle := stdlib.OpenDB(*cfg)
	defer handle.Close()
	if err := migrateOwn(ctx, handle, version); err != nil {
		return err
	}
	return migrateQueue(ctx, cfg)
}

func migrateOwn(ctx context.Context, handle *sql.DB, version int64) error {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, handle, migrations.Files, goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrateQueue keeps the job queue's tables, which River owns the shape of, in their own schema.
func migrateQueue(ctx context.Context, conn *pgx.ConnConfig) error {
	cfg, err := pgxpool.ParseConfig("")
	if err != nil {
		return err
	}
	cfg.ConnConfig = conn
	cfg.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: QueueSchema})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	_, err = pool.Exec(ctx, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA work TO stoa_app;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA work TO stoa_app;
		GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA work TO stoa_app;
		CREATE INDEX IF NOT EXISTS river_job_turn ON work.river_job (queue, (metadata->>'institution'), scheduled_at)
		WHERE state = 'available'`)
	return err
}

// QueueSchema holds the job queue, whose tables are River's.
const QueueSchema = "work"

// Ours is the condition of SQL by which a row n of pg_namespace is a schema of
// Stoa's: every one that is not PostgreSQL's or the job queue's. What is said
// of all tables is said with it: a new schema is inside from its first day.
const Ours = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '" + QueueSchema + "')"
