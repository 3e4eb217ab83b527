package app_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/config"
	"stoa/internal/base/db"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/viewer"
)

// ownCluster is a PostgreSQL of one test alone, which may be hung and killed.
func ownCluster(t *testing.T) (apptest.Place, *pgembed.Cluster) {
	t.Helper()
	cluster, err := pgembed.Start(t.Context(), pgembed.Config{Dir: t.TempDir(), Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	if err := db.Migrate(t.Context(), cluster.DSN(pgembed.Superuser, "postgres")); err != nil {
		t.Fatal(err)
	}
	pool, err := db.Open(context.Background(), cluster.DSN(db.RoleApp, "postgres"), db.Options{MaxConns: 6})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return apptest.Place{DB: pool, DSN: func(role string) string { return cluster.DSN(role, "postgres") }}, cluster
}

// family is a process and all that descend from it.
func family(t *testing.T, of int) []int {
	t.Helper()
	parents := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Skip("no /proc here")
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		raw, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			parents[parent] = append(parents[parent], pid)
		}
	}
	list := []int{of}
	for i := 0; i < len(list); i++ {
		list = append(list, parents[list[i]]...)
	}
	return list
}

// A database that hangs holds nobody: readiness says so in two seconds, requests end with a sentence,
// those that come later are refused at once, closing takes seconds, and all goes on when it goes on.
func TestAHungDatabaseHoldsNobody(t *testing.T) {
	t.Parallel()
	at, cluster := ownCluster(t)
	h := apptest.OpenAt(t, at, 1, func(c *config.Config) { c.DirectoryInMemory = 0 })
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.SignIn("asha@example.org")
	signal := func(s syscall.Signal) {
		for _, pid := range family(t, cluster.Pid()) {
			_ = syscall.Kill(pid, s)
		}
	}
	ask := func(path string) (status int, retry string, took time.Duration) {
		began := time.Now()
		req, err := http.NewRequest("GET", h.Servers[0].URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = h.Host
		req.Header.Set("Authorization", "Bearer "+c.Token)
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			return 0, "", time.Since(began)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
		return r.StatusCode, r.Header.Get("Retry-After"), time.Since(began)
	}
	if status, _, _ := ask("/api/v1/me"); status != http.StatusOK {
		t.Fatalf("before: %d", status)
	}
	signal(syscall.SIGSTOP)
	defer signal(syscall.SIGCONT)
	var all sync.WaitGroup
	for range 30 { // more than the pool has
		all.Go(func() {
			status, retry, took := ask("/api/v1/me")
			if status != http.StatusServiceUnavailable || retry == "" || took > 20*time.Second {
				t.Errorf("while it hangs: %d after %s", status, took)
			}
		})
	}
	all.Go(func() {
		if status, _, took := ask("/readyz"); status != http.StatusServiceUnavailable || took > 4*time.Second {
			t.Errorf("readiness: %d after %s", status, took)
		}
	})
	all.Wait()
	if status, _, took := ask("/api/v1/me"); status != http.StatusServiceUnavailable || took > 2*time.Second {
		t.Errorf("once it is known: %d after %s", status, took)
	}
	if status, _, _ := ask("/people"); status != http.StatusOK {
		t.Errorf("a document, which needs no database for a visitor: %d", status)
	}
	signal(syscall.SIGCONT)
	h.WaitFor(func() bool {
		status, _, _ := ask("/api/v1/me")
		ready, _, _ := ask("/readyz")
		return status == http.StatusOK && ready == http.StatusOK
	}, "answer after it goes on")
}

// Closing does not wait for a database that hangs.
func TestClosingDoesNotWaitForAHungDatabase(t *testing.T) {
	t.Parallel()
	at, cluster := ownCluster(t)
	pool, err := db.Open(t.Context(), at.DSN(db.RoleApp), db.Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range family(t, cluster.Pid()) {
		_ = syscall.Kill(pid, syscall.SIGSTOP)
		defer func() { _ = syscall.Kill(pid, syscall.SIGCONT) }()
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { _ = pool.Ping(context.Background()) })
	}
	began := time.Now()
	for pool.Stat().AcquiredConns()+pool.Stat().ConstructingConns() < 3 && time.Since(began) < 10*time.Second {
		time.Sleep(time.Millisecond)
	}
	began = time.Now()
	pool.Close()
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("closing took %s", took)
	}
	all.Wait()
}
