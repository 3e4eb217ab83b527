package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The test binary is also the program.
const programEnv = "STOA_TEST_PROGRAM"

// password is that of whom tests create.
const password = "violet anchor 77 mango"

func TestMain(m *testing.M) {
	if os.Getenv(programEnv) != "" {
		main()
		os.Exit(0)
	}
	if signal.Ignored(syscall.SIGHUP) { // under nohup: caught here, it is heard again by the programs that tests start
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	os.Exit(m.Run())
}

type run struct {
	*exec.Cmd
	out   output
	ended chan error
}

// output is read while the program writes it.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func stoa(t *testing.T, args ...string) *run {
	t.Helper()
	r := &run{Cmd: exec.Command(os.Args[0], args...), ended: make(chan error, 1)}
	r.Env = append(os.Environ(), programEnv+"=1", "STOA_PASSWORD="+password)
	r.Stdout, r.Stderr = &r.out, &r.out
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { r.ended <- r.Wait() }()
	t.Cleanup(func() { _ = r.Process.Kill() })
	return r
}

// end waits for the program; its exit code, and what it said.
func (r *run) end(t *testing.T) (int, string) {
	t.Helper()
	err := <-r.ended
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return r.ProcessState.ExitCode(), r.out.String()
}

// until waits for what must become true while the program runs.
func (r *run) until(t *testing.T, what string, happens func() bool) {
	t.Helper()
	for !happens() {
		select {
		case err := <-r.ended:
			t.Fatalf("it ended (%v) before %s: %s", err, what, r.out.String())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// folder is a temporary one that the database's user passes, so that the cluster lies in it.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func exists(path string) func() bool {
	return func() bool { _, err := os.Stat(path); return err == nil }
}

// Whatever it does just then, a signal ends serving cleanly, and the next start goes on where it was.
func TestASignalEndsServingAtAnyMoment(t *testing.T) {
	t.Parallel()
	dir, addr := filepath.Join(folder(t), "my data"), freeAddress(t)
	home := filepath.Join(dir, "postgres")
	serving := func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}
	for _, moment := range []struct {
		name   string
		is     func() bool
		signal syscall.Signal
	}{
		{"unpacking", exists(home), syscall.SIGTERM},
		{"initdb", exists(filepath.Join(home, "data.new")), syscall.SIGINT},
		{"migrating", exists(filepath.Join(home, "data", "postmaster.pid")), syscall.SIGHUP},
		{"serving", serving, syscall.SIGHUP},
	} {
		r := stoa(t, "serve", "--demo", "small", "--addr", addr, "--data", dir)
		r.until(t, moment.name, moment.is)
		if err := r.Process.Signal(moment.signal); err != nil {
			t.Fatal(err)
		}
		if code, said := r.end(t); code != 0 {
			t.Errorf("%s: ended with %d: %s", moment.name, code, said)
		}
		if exists(filepath.Join(home, "data", "postmaster.pid"))() {
			t.Errorf("%s: the database was left running", moment.name)
		}
	}
}

// A database that hangs, or is killed, does not hold the process:
// it ends by itself or at a signal, and leaves nothing running.
func TestAHungDatabaseDoesNotHoldTheEnd(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), freeAddress(t)
	pidFile := filepath.Join(dir, "postgres", "data", "postmaster.pid")
	for _, hang := range []struct {
		signal syscall.Signal
		code   int
	}{{syscall.SIGSTOP, 0}, {syscall.SIGKILL, 1}} {
		r := stoa(t, "serve", "--demo", "small", "--addr", addr, "--data", dir)
		r.until(t, "serving", func() bool { return strings.Contains(r.out.String(), "stoa serves") })
		raw, err := os.ReadFile(pidFile)
		if err != nil {
			t.Fatal(err)
		}
		server, err := strconv.Atoi(strings.Fields(string(raw))[0])
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := syscall.Kill(server, hang.signal); err != nil {
			t.Fatal(err)
		}
		if hang.signal == syscall.SIGSTOP {
			if err := r.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
		}
		if code, said := r.end(t); code != hang.code {
			t.Errorf("%s: ended with %d: %s", hang.signal, code, said)
		}
		if took := time.Since(began); took > 50*time.Second {
			t.Errorf("%s: ended after %s", hang.signal, took)
		}
		if syscall.Kill(server, 0) == nil {
			t.Errorf("%s: the database was left running", hang.signal)
		}
	}
}

func TestCommandsWorkBesideARunningServer(t *testing.T) {
	t.Parallel()
	dir, addr := filepath.Join(folder(t), "data"), freeAddress(t)
	said := func(code int, want string, args ...string) {
		t.Helper()
		got, out := stoa(t, append(args, "--data", dir)...).end(t)
		if got != code || !strings.Contains(out, want) || strings.Contains(out, "SQLSTATE") {
			t.Errorf("%v: ended with %d: %s", args, got, out)
		}
	}
	person := func(institution, email string) []string {
		return []string{
			"person", "create", "--institution", institution, "--email", email, "--name", "A B", "--role", "staff",
		}
	}
	said(1, "there is no database in", "audit", "verify")
	said(1, "there is no key file", "keys", "rotate")
	if exists(dir)() {
		t.Error("a folder was made")
	}
	r := stoa(t, "serve", "--demo", "small", "--addr", addr, "--data", dir)
	r.until(t, "serving", func() bool { return strings.Contains(r.out.String(), "stoa serves") })
	said(0, "", person("aldermere", "a@example.org")...)
	said(1, "exists already", person("aldermere", "a@example.org")...)
	said(1, "there is aldermere, harbour", person("nowhere", "a@example.org")...)
	said(1, "is not an e-mail address", person("aldermere", "nobody")...)
	said(0, "aldermere: ", "audit", "verify")
	said(0, "no job failed", "job", "failed")
	said(1, "no job that failed", "job", "retry", "7")
	said(1, "institutions already", "demo")
	said(0, "", "migrate")
	said(1, "another stoa is running", "serve", "--addr", freeAddress(t))
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal("the server did not go on: ", err)
	}
	_ = c.Close()
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code, said := r.end(t); code != 0 {
		t.Errorf("ended with %d: %s", code, said)
	}
	taken, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	said(1, "in use by another process", "serve", "--addr", addr)
	said(0, ", 0 findings", "audit", "verify", "--heads", filepath.Join(dir, "audit-heads.jsonl"))
	if err := os.Remove(filepath.Join(dir, "keys.json")); err != nil {
		t.Fatal(err)
	}
	said(1, fmt.Sprintf("%s is missing", filepath.Join(dir, "keys.json")), "serve", "--addr", addr)
}
