package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"stoa/internal/base/folder"
)

// pidFile is what a server writes about itself: lines of its process, its folder, its socket's folder, its state.
type pidFile struct {
	pid   int
	run   string
	ready bool
}

func readPidFile(data string) (pidFile, error) {
	raw, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return pidFile{}, err
	}
	lines := strings.Split(string(raw), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 1 {
		return pidFile{}, nil // half written in a crash
	}
	p := pidFile{pid: pid}
	if len(lines) > 7 {
		p.run, p.ready = lines[4], strings.TrimSpace(lines[7]) == "ready"
	}
	return p, nil
}

// Exists tells whether a cluster is in a data folder.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "postgres"))
	return err == nil || !errors.Is(err, fs.ErrNotExist)
}

const attachDeadline = 30 * time.Second

// Attach finds the server that another process runs on the folder, to work beside it. Stop leaves that one alone.
func Attach(ctx context.Context, cfg Config) (*Cluster, error) {
	c, err := newCluster(cfg)
	if err != nil {
		return nil, err
	}
	if c.home, err = filepath.EvalSymlinks(filepath.Join(c.cfg.Dir, "postgres")); err != nil {
		return nil, folder.Explain("data folder", err)
	}
	c.data = filepath.Join(c.home, "data")
	ctx, cancel := context.WithTimeout(ctx, attachDeadline)
	defer cancel()
	for {
		p, err := readPidFile(c.data)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, folder.Explain("the running database", err)
		}
		if err == nil && p.ready && serves(p.pid, c.data) {
			c.run = p.run
			return c, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %s, and its database was not ready within %s",
				ErrInUse, c.cfg.Dir, attachDeadline)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// takeOver ends a server that outlived the process it belonged to. We hold the cluster's lock, so nobody else wants
// it, unless an earlier version of this program runs it, which locked its data folder alone.
func (c *Cluster) takeOver() error {
	p, err := readPidFile(c.data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return folder.Explain("data folder", err)
	}
	if p.pid == 0 || !serves(p.pid, c.data) {
		// Of a server that is gone, or of the folder that this one was copied from. PostgreSQL would refuse to start
		// if by chance another program has that number now.
		return os.Remove(filepath.Join(c.data, "postmaster.pid"))
	}
	if ownerLives(p.pid) {
		return fmt.Errorf("%w: %s", ErrInUse, c.home)
	}
	c.cfg.Log.Warn("taking over from a PostgreSQL whose parent is gone", "pid", p.pid)
	process, _ := os.FindProcess(p.pid)
	gone := make(chan struct{})
	go func() {
		for process.Signal(syscall.Signal(0)) == nil {
			time.Sleep(10 * time.Millisecond)
		}
		close(gone)
	}()
	return end(process, gone, c.cfg.Log)
}

// end shuts a server down: fast, so that nothing is left to recover; else at once; else by force.
func end(server *os.Process, gone <-chan struct{}, log *slog.Logger) error {
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{
		{syscall.SIGINT, 30 * time.Second},  // writes what is dirty
		{syscall.SIGQUIT, 10 * time.Second}, // kills its children after 5 s, whatever they do
		{syscall.SIGKILL, 5 * time.Second},
	} {
		if err := server.Signal(step.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		wake(server.Pid)
		select {
		case <-gone:
			return nil
		case <-time.After(step.wait):
			log.Warn("PostgreSQL did not end", "pid", server.Pid, "signal", step.signal.String(), "seconds",
				step.wait.Seconds())
		}
	}
	return fmt.Errorf("PostgreSQL (process %d) cannot be ended", server.Pid)
}

// wake lets a server and its children go on that somebody stopped: they hear nothing else before that.
func wake(server int) {
	_ = syscall.Kill(server, syscall.SIGCONT)
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", server, server)) // where the system lists them
	for _, child := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil && pid > 1 {
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	}
}

// serves tells whether a process is the server of a folder: it works inside it. That guards against numbers that were
// given to other processes, and against copies of the pid file.
func serves(pid int, data string) bool {
	process, _ := os.FindProcess(pid)
	if err := process.Signal(syscall.Signal(0)); err != nil && !errors.Is(err, syscall.EPERM) {
		return false
	}
	proc := fmt.Sprintf("/proc/%d/", pid)
	if _, err := os.Stat(proc); err != nil {
		_, err = os.Stat("/proc/self")
		return err != nil // no /proc here: believe the file
	}
	at, err := os.Stat(proc + "cwd")
	if err != nil {
		line, err := os.ReadFile(proc + "cmdline")
		return err == nil && strings.Contains(string(line), "\x00"+data+"\x00")
	}
	here, err := os.Stat(data)
	return err == nil && os.SameFile(at, here)
}

// ownerLives tells whether the parent of a server is a stoa that goes on: it holds a lock file open.
func ownerLives(pid int) bool {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	// the name before it may hold anything
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
	if len(fields) < 2 || fields[1] == strconv.Itoa(os.Getpid()) {
		return false
	}
	open, _ := filepath.Glob("/proc/" + fields[1] + "/fd/*")
	for _, f := range open {
		if target, err := os.Readlink(f); err == nil && filepath.Base(target) == lockName {
			return true
		}
	}
	return false
}
