package pgembed_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stoa/internal/base/leaktest"
	"stoa/internal/base/pgembed"
)

// The test binary is also the process that is killed: with this variable it serves a cluster until it dies.
const (
	serveEnv = "PGEMBED_SERVE"
	umaskEnv = "PGEMBED_UMASK"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveEnv); dir != "" {
		if umask, err := strconv.ParseInt(os.Getenv(umaskEnv), 8, 32); err == nil {
			syscall.Umask(int(umask))
		}
		c, err := pgembed.Start(context.Background(), pgembed.Config{Dir: dir})
		if err != nil {
			panic(err)
		}
		_ = os.WriteFile(filepath.Join(dir, "dsn"), []byte(c.DSN(pgembed.Superuser, "postgres")), 0o600)
		select {}
	}
	leaktest.Main(m)
}

func start(t *testing.T, dir string) *pgembed.Cluster {
	t.Helper()
	c, err := pgembed.Start(t.Context(), pgembed.Config{Dir: dir, Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func query(t *testing.T, dsn, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var out string
	if err := conn.QueryRow(t.Context(), sql).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAServerOfOurOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := start(t, dir)
	got := query(t, c.DSN(pgembed.Superuser, "postgres"), "SHOW server_version")
	if !strings.HasPrefix(got, pgembed.Major) {
		t.Errorf("version %s", got)
	}
	if got := query(t, c.DSN(pgembed.Superuser, "postgres"), "SHOW listen_addresses"); got != "" {
		t.Errorf("listens on %q", got)
	}
	t.Run("a second owner is refused", func(t *testing.T) {
		if _, err := pgembed.Start(t.Context(), pgembed.Config{Dir: dir}); !errors.Is(err, pgembed.ErrInUse) {
			t.Errorf("%v", err)
		}
	})
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	home, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(home, "data", "postmaster.pid")); err == nil {
		t.Error("the server left its pid file")
	}
	t.Run("a warm start keeps what was written", func(t *testing.T) {
		again := start(t, dir)
		if again.Init != 0 {
			t.Error("the cluster was made anew")
		}
		if err := again.Stop(); err != nil {
			t.Error(err)
		}
	})
	t.Run("another major version is refused and not touched", func(t *testing.T) {
		version := filepath.Join(home, "data", "PG_VERSION")
		if err := os.WriteFile(version, []byte("15\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := pgembed.Start(t.Context(), pgembed.Config{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), "PostgreSQL 15") {
			t.Errorf("%v", err)
		}
		if raw, _ := os.ReadFile(version); string(raw) != "15\n" {
			t.Error("the folder was touched")
		}
	})
}

// The parent is killed with -9: the server shuts down by itself, and the next start finds all that was committed.
func TestTheServerEndsWithItsParent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), serveEnv+"="+dir)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var dsn []byte
	for began := time.Now(); len(dsn) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("the parent did not start its server")
		}
		dsn, _ = os.ReadFile(filepath.Join(dir, "dsn"))
	}
	conn, err := pgx.Connect(t.Context(), string(dsn))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept AS SELECT 42 AS n"); err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_, _ = parent.Process.Wait()
	c := start(t, dir)
	if got := query(t, c.DSN(pgembed.Superuser, "postgres"), "SELECT n::text FROM kept"); got != "42" {
		t.Errorf("kept %s", got)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
}

// The server itself is killed: the next start recovers.
func TestACrashedServerRecovers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := pgembed.Start(t.Context(), pgembed.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), c.DSN(pgembed.Superuser, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(-c.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Exited()
	_ = c.Stop()
	again := start(t, dir)
	if got := query(t, again.DSN(pgembed.Superuser, "postgres"), "SELECT count(*)::text FROM kept"); got != "1000" {
		t.Errorf("kept %s", got)
	}
	if err := again.Stop(); err != nil {
		t.Error(err)
	}
}

func TestTuningFitsTheMachine(t *testing.T) {
	t.Parallel()
	for memory, want := range map[uint64]string{512 << 20: "32MB", 4 << 30: "256MB", 256 << 30: "2048MB"} {
		if got := pgembed.Tuned(memory)["shared_buffers"]; got != want {
			t.Errorf("%d bytes: shared_buffers %s, want %s", memory, got, want)
		}
	}
}
