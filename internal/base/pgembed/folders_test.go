package pgembed_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/base/pgembed"
)

func stop(t *testing.T, c *pgembed.Cluster) {
	t.Helper()
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
}

// One folder after the other: each is a whole server.
func TestAnyPathWorks(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"my data", `a,b$c"d'e\f`, strings.Repeat("पाठशाला: `x`/", 12)} {
		c := start(t, filepath.Join(open(t), name))
		const zones = "SELECT count(*)::text FROM pg_timezone_names WHERE name = 'Asia/Kolkata'"
		if got := query(t, c.DSN(pgembed.Superuser, "postgres"), zones); got != "1" {
			t.Errorf("%s: time zones: %s", name, got)
		}
		stop(t, c)
	}
	for name, why := range map[string]string{"a\nb": "control character", strings.Repeat("long/", 200): "bytes"} {
		dir := filepath.Join(t.TempDir(), name)
		_, err := pgembed.Start(t.Context(), pgembed.Config{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%q was made", name)
		}
	}
}

// serve runs another process that serves a folder, and returns it when its database answers.
func serve(t *testing.T, dir string, prepare func(*exec.Cmd)) (*exec.Cmd, string) {
	t.Helper()
	var out strings.Builder
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveEnv+"="+dir)
	cmd.Stdout, cmd.Stderr = &out, &out
	prepare(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	for {
		if dsn, _ := os.ReadFile(filepath.Join(dir, "dsn")); len(dsn) > 0 {
			return cmd, string(dsn)
		}
		select {
		case <-ended:
			t.Fatalf("it ended: %s", out.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func asRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become somebody else")
	}
}

// open is a temporary folder that other users pass.
func open(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for p := dir; p != os.TempDir(); p = filepath.Dir(p) {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAStrictUmaskIsNoMatter(t *testing.T) {
	t.Parallel()
	asRoot(t)
	dir := filepath.Join(open(t), "data")
	_, dsn := serve(t, dir, func(c *exec.Cmd) { c.Env = append(c.Env, umaskEnv+"=077") })
	if got := query(t, dsn, "SELECT 'yes'"); got != "yes" {
		t.Error(got)
	}
	if home, _ := filepath.EvalSymlinks(filepath.Join(dir, "postgres")); !strings.HasPrefix(home, dir) {
		t.Errorf("the folder was closed: the cluster went to %s", home)
	}
}

// What an earlier version unpacked under a strict umask is put right.
func TestClosedProgramsAreUnpackedAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(open(t), "data")
	stop(t, start(t, dir))
	found, _ := filepath.Glob(filepath.Join(dir, "postgres", "postgresql-*"))
	if len(found) != 1 {
		t.Fatal(found)
	}
	err := filepath.WalkDir(found[0], func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.Chmod(path, info.Mode()&0o700)
	})
	if err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, dir))
}

func TestAUserWithoutANameStartsOrIsTold(t *testing.T) {
	t.Parallel()
	asRoot(t)
	dir := filepath.Join(open(t), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, 54321, 54321); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(open(t), "program")
	raw, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, raw, 0o755); err != nil { //nolint:gosec // to be run by another user
		t.Fatal(err)
	}
	_, dsn := serve(t, dir, func(c *exec.Cmd) {
		c.Path, c.Args[0] = program, program
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 54321, Gid: 54321}}
	})
	if got := query(t, dsn, "SELECT 'yes'"); got != "yes" {
		t.Error(got)
	}
}

// The link of a copied folder leads to the original's cluster: the copy is refused, whether or not the original runs.
func TestACopyNeverTouchesItsOriginal(t *testing.T) {
	t.Parallel()
	home, original, copied := filepath.Join(open(t), "cluster"), open(t), open(t)
	for _, dir := range []string{original, copied} {
		if err := os.Symlink(home, filepath.Join(dir, "postgres")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // as the server's user would have it
		seed := filepath.Join(open(t), "seed")
		stop(t, start(t, seed))
		info, err := os.Stat(filepath.Join(seed, "postgres", "data"))
		if err != nil {
			t.Fatal(err)
		}
		owner := info.Sys().(*syscall.Stat_t)
		if err := os.Chown(home, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	c := start(t, original)
	refuse := func(when string) {
		t.Helper()
		_, err := pgembed.Start(t.Context(), pgembed.Config{Dir: copied, Unsafe: true})
		if err == nil || !strings.Contains(err.Error(), "is a copy of "+original) ||
			!strings.Contains(err.Error(), "cp -a") {
			t.Errorf("%s: %v", when, err)
		}
	}
	refuse("while the original runs")
	if got := query(t, c.DSN(pgembed.Superuser, "postgres"), "SELECT 'on'"); got != "on" {
		t.Error("the original did not go on")
	}
	stop(t, c)
	refuse("while the original rests")
	if err := os.Remove(filepath.Join(original, "postgres")); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, copied)) // the original is gone: its cluster passes to the copy
}

// A folder that was copied whole, while its server ran: the pid file in it tells of the original's server.
func TestAWholeCopyIsItsOwn(t *testing.T) {
	t.Parallel()
	original, copied := filepath.Join(open(t), "data"), filepath.Join(open(t), "data")
	c := start(t, original)
	if out, err := exec.Command("cp", "-a", original, copied).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	second := start(t, copied)
	for _, each := range []*pgembed.Cluster{c, second} {
		if got := query(t, each.DSN(pgembed.Superuser, "postgres"), "SELECT 'on'"); got != "on" {
			t.Error(got)
		}
	}
	stop(t, second)
	stop(t, c)
}

func TestAttachingFindsTheRunningServer(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(open(t), "a b")
	c := start(t, dir)
	if _, err := pgembed.Start(t.Context(), pgembed.Config{Dir: dir}); !errors.Is(err, pgembed.ErrInUse) {
		t.Fatal(err)
	}
	beside, err := pgembed.Attach(t.Context(), pgembed.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if got := query(t, beside.DSN(pgembed.Superuser, "postgres"), "SELECT 'there'"); got != "there" {
		t.Error(got)
	}
	stop(t, beside)
	if got := query(t, c.DSN(pgembed.Superuser, "postgres"), "SELECT 'still'"); got != "still" {
		t.Error(got)
	}
	stop(t, c)
}

func TestTheLogIsKept(t *testing.T) {
	t.Parallel()
	dir := open(t)
	stop(t, start(t, dir))
	path := filepath.Join(dir, "postgres", "server.log")
	if err := os.WriteFile(path, []byte("what happened before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, dir))
	if raw, _ := os.ReadFile(path); !strings.Contains(string(raw), "what happened before") {
		t.Error("the log was emptied")
	}
	if err := os.Truncate(path, 9<<20); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, dir))
	if info, err := os.Stat(path + ".1"); err != nil || info.Size() != 9<<20 {
		t.Errorf("a long log was not put aside: %v", err)
	}
}
