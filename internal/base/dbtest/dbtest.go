// Package dbtest gives tests a real PostgreSQL: one private server per test process, migrated once. A test that
// asks for an institution of its own needs nothing else to be isolated, and may commit; tests run in parallel.
package dbtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/id"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/viewer"
	"stoa/migrations"
)

const slots = 64

type server struct {
	cluster *pgembed.Cluster
	db      *db.DB
	name    string
}

var shared = sync.OnceValues(start)

// start takes a free slot of the cache: a folder with a cluster that earlier runs
// of the same migrations left, or a new one. The server ends with the process.
func start() (*server, error) {
	ctx := context.Background()
	hash, err := schemaHash()
	if err != nil {
		return nil, err
	}
	cluster, err := takeSlot(ctx)
	if err != nil {
		return nil, err
	}
	template := "template_" + hash
	conn, err := pgx.Connect(ctx, cluster.DSN(pgembed.Superuser, "postgres"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	if err := makeTemplate(ctx, conn, cluster, template); err != nil {
		return nil, err
	}
	name := "run"
	for _, sql := range []string{
		"DROP DATABASE IF EXISTS run WITH (FORCE)", "CREATE DATABASE run TEMPLATE " + template + " STRATEGY file_copy",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return nil, err
		}
	}
	pool, err := db.Open(ctx, cluster.DSN(db.RoleApp, name), db.Options{MaxConns: 12})
	if err != nil {
		return nil, err
	}
	return &server{cluster, pool, name}, nil
}

func takeSlot(ctx context.Context) (*pgembed.Cluster, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	for n := range slots {
		cluster, err := pgembed.Start(ctx, pgembed.Config{
			Dir: filepath.Join(cache, "stoa", "dbtest", fmt.Sprint(n)), Unsafe: true,
		})
		if errors.Is(err, pgembed.ErrInUse) {
			continue
		}
		return cluster, err
	}
	return nil, fmt.Errorf("all %d test servers are in use", slots)
}

func makeTemplate(ctx context.Context, conn *pgx.Conn, cluster *pgembed.Cluster, template string) error {
	var exists bool
	if err := conn.QueryRow(
		ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", template,
	).Scan(&exists); err != nil || exists {
		return err
	}
	for _, sql := range []string{
		"DROP DATABASE IF EXISTS making WITH (FORCE)", "CREATE DATABASE making TEMPLATE template0 STRATEGY file_copy",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := db.Migrate(ctx, cluster.DSN(pgembed.Superuser, "making")); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "ALTER DATABASE making RENAME TO "+template)
	return err
}

func schemaHash() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := migrations.Files.ReadFile(path)
		h.Write([]byte(path))
		h.Write(raw)
		return err
	})
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), err
}

func get(t testing.TB) *server {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	return s
}

// DB is the migrated database as the runtime role, shared by the tests of the process.
func DB(t testing.TB) *db.DB { return get(t).db }

// DSN connects to that database as a role, pgembed.Superuser included.
func DSN(t testing.TB, role string) string {
	s := get(t)
	return s.cluster.DSN(role, s.name)
}

// Superuser runs statements that no part of the program may: to look behind row-level security, or to break things.
func Superuser(t testing.TB) *pgx.Conn {
	t.Helper()
	return Connect(t, DSN(t, pgembed.Superuser))
}

// Connect is a connection that ends with the test.
func Connect(t testing.TB, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// Clone is a new, empty, migrated database for a test that cannot share: its connection string for a role.
func Clone(t testing.TB) func(role string) string {
	t.Helper()
	hash, err := schemaHash()
	if err != nil {
		t.Fatal(err)
	}
	return database(t, "template_"+hash)
}

// Empty is a new database that nothing has touched, for a test that migrates it: its connection string for a role.
func Empty(t testing.TB) func(role string) string {
	t.Helper()
	return database(t, "template0")
}

func database(t testing.TB, template string) func(role string) string {
	t.Helper()
	s := get(t)
	conn, err := pgx.Connect(t.Context(), s.cluster.DSN(pgembed.Superuser, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	name := "clone_" + uuid.NewString()[:8]
	if _, err := conn.Exec(
		t.Context(), fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, template),
	); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		_, _ = conn.Exec(ctx, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name))
		_ = conn.Close(ctx)
	})
	return func(role string) string { return s.cluster.DSN(role, name) }
}

// Institution makes an institution for one test and returns a context inside it, with nobody signed in.
func Institution(t testing.TB) context.Context {
	t.Helper()
	return InstitutionIn(t, Superuser(t))
}

// InstitutionIn does the same in the database of a superuser's connection.
func InstitutionIn(t testing.TB, conn *pgx.Conn) context.Context {
	t.Helper()
	tenant := id.New()
	slug := "t" + tenant.String()[24:]
	_, err := conn.Exec(t.Context(), `WITH i AS (INSERT INTO tenancy.institution (id, slug, name, short_name)
		VALUES ($1, $2, 'Test Institute', 'Test') RETURNING id)
		INSERT INTO tenancy.host (host, institution_id) SELECT $2 || '.localhost', id FROM i`, tenant, slug)
	if err != nil {
		t.Fatal(err)
	}
	return viewer.System(t.Context(), tenant)
}
