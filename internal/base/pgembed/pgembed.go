// Package pgembed runs a private PostgreSQL server from the binaries inside the program: a unix socket in a private folder,
// no TCP port, an unprivileged user when the program itself runs as root.
package pgembed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"stoa/internal/base/machine"
)

// Superuser is the cluster's superuser. Only the migrator connects as it.
const Superuser = "stoa_super"

const (
	startDeadline = 120 * time.Second
	stopDeadline  = 60 * time.Second
)

// ErrInUse means that another process serves this folder.
var ErrInUse = errors.New("another stoa is running on this data folder")

// Config says where the cluster lives and how it runs.
type Config struct {
	Dir  string // the data folder; the cluster lives in Dir/postgres
	User string // the system user that runs the server when we are root; empty picks stoa, postgres or nobody
	// Settings override the tuned ones.
	Settings map[string]string
	// Unsafe gives up durability for speed: for tests only.
	Unsafe bool
	Log    *slog.Logger
}

// Cluster is a running server.
type Cluster struct {
	cfg     Config
	home    string // what the server's user can reach
	data    string
	run     string
	lock    *os.File
	account *account
	process *os.Process
	exited  chan struct{}
	exit    error
	Init    time.Duration // how long initdb took; zero when the cluster existed
	StartUp time.Duration // from starting the server to its first answer
}

// Start brings the cluster up, creating it when the folder is new. It fails with ErrInUse when another process has the folder,
// and refuses, touching nothing, a cluster of another major version.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	cfg.Dir = dir
	// #nosec G301 -- the server's own user must pass through; what is secret inside is 0600 or 0700
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	c := &Cluster{cfg: cfg, exited: make(chan struct{})}
	if c.lock, err = lockFolder(dir); err != nil {
		return nil, err
	}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.lock.Close())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) (err error) {
	if c.account, err = serverAccount(c.cfg.User); err != nil {
		return err
	}
	if c.home, err = clusterHome(c.cfg.Dir, c.account, c.cfg.Log); err != nil {
		return err
	}
	c.data = filepath.Join(c.home, "data")
	if err := checkVersion(c.data); err != nil {
		return err
	}
	native, err := unpack(c.home)
	if err != nil {
		return fmt.Errorf("unpack PostgreSQL: %w", err)
	}
	if c.run, err = runFolder(c.home, c.account); err != nil {
		return err
	}
	if err := c.takeOver(ctx); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.data, "PG_VERSION")); errors.Is(err, fs.ErrNotExist) {
		if err := c.initdb(ctx, native); err != nil {
			return err
		}
	}
	return c.boot(ctx, native)
}

// DSN connects to a database of the cluster as a role.
func (c *Cluster) DSN(role, database string) string {
	return fmt.Sprintf("host=%s user=%s dbname=%s sslmode=disable", c.run, role, database)
}

// Pid is the server's process.
func (c *Cluster) Pid() int { return c.process.Pid }

// Exited is closed when the server has ended, wanted or not.
func (c *Cluster) Exited() <-chan struct{} { return c.exited }

// Stop shuts the server down: sessions are ended, everything is on disk when it returns.
func (c *Cluster) Stop() error {
	defer c.lock.Close()
	if err := c.process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-c.exited:
		return nil
	case <-time.After(stopDeadline):
		return fmt.Errorf("PostgreSQL did not stop within %s", stopDeadline)
	}
}

func (c *Cluster) environment(native string) []string {
	return []string{
		"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin", "HOME=" + c.home,
		"LD_LIBRARY_PATH=" + filepath.Join(native, "lib"),
	}
}

// initdb works in a folder beside the final one, so that a cluster is there completely or not at all.
func (c *Cluster) initdb(ctx context.Context, native string) error {
	began := time.Now()
	fresh := c.data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	args := []string{
		"-D", fresh, "-U", Superuser, "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
		"--locale=C.UTF-8", "--auth=trust", "--data-checksums", "--no-sync",
	}
	cmd := exec.CommandContext(ctx, filepath.Join(native, "bin", "initdb"), args...) // #nosec G204 -- our own bundle, with arguments from the configuration
	cmd.Env, cmd.Dir = c.environment(native), c.home
	cmd.SysProcAttr = c.account.attributes()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if !c.cfg.Unsafe {
		syscall.Sync() // one flush instead of one per file
	}
	if err := os.Rename(fresh, c.data); err != nil {
		return err
	}
	c.Init = time.Since(began)
	return nil
}

func (c *Cluster) boot(ctx context.Context, native string) error {
	began := time.Now()
	args := []string{"-D", c.data, "-k", c.run, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"}
	settings := Tuned(machine.Memory())
	if c.cfg.Unsafe {
		for k, v := range unsafeSettings {
			settings[k] = v
		}
	}
	for k, v := range c.cfg.Settings {
		settings[k] = v
	}
	for k, v := range settings {
		args = append(args, "-c", k+"="+v)
	}
	log, err := os.OpenFile(filepath.Join(c.home, "server.log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(native, "bin", "postgres"), args...) // #nosec G204 -- our own bundle, with arguments from the configuration
	cmd.Env, cmd.Dir = c.environment(native), c.home
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = c.account.attributes()
	if err := c.spawn(cmd); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := c.await(ctx); err != nil {
		_ = c.process.Signal(syscall.SIGINT)
		<-c.exited
		return err
	}
	c.StartUp = time.Since(began)
	return nil
}

// await returns when the server answers.
func (c *Cluster) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.DSN(Superuser, "postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code != "57P03" { // 57P03: starting up, or recovering
			return fmt.Errorf("PostgreSQL refuses us: %w", err)
		}
		select {
		case <-c.exited:
			return fmt.Errorf("PostgreSQL ended while starting (%v):\n%s", c.exit, c.lastLog())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not answer within %s: %w", startDeadline, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (c *Cluster) lastLog() string {
	raw, err := os.ReadFile(filepath.Join(c.home, "server.log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
}

// takeOver ends a server that outlived the process it belonged to. We hold the folder's lock, so nobody else wants it.
func (c *Cluster) takeOver(ctx context.Context) error {
	raw, err := os.ReadFile(filepath.Join(c.data, "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := bytes.Cut(raw, []byte("\n"))
	pid, err := strconv.Atoi(string(bytes.TrimSpace(first)))
	if err != nil || pid <= 1 || !servesFolder(pid, c.data) {
		return nil // stale: PostgreSQL recovers from it by itself
	}
	c.cfg.Log.Warn("taking over from a PostgreSQL whose parent is gone", "pid", pid)
	process, _ := os.FindProcess(pid)
	_ = process.Signal(syscall.SIGINT)
	ctx, cancel := context.WithTimeout(ctx, stopDeadline)
	defer cancel()
	for process.Signal(syscall.Signal(0)) == nil {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the PostgreSQL left over (process %d) does not stop", pid)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// servesFolder guards against a recycled process id.
func servesFolder(pid int, data string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil { // no /proc here: believe the pid file when the process lives
		process, _ := os.FindProcess(pid)
		return process.Signal(syscall.Signal(0)) == nil
	}
	return bytes.Contains(line, []byte("\x00"+data+"\x00"))
}

// checkVersion refuses a cluster that these binaries cannot read.
func checkVersion(data string) error {
	raw, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if found := strings.TrimSpace(string(raw)); found != Major {
		return fmt.Errorf("the cluster in %s was made by PostgreSQL %s, this program carries PostgreSQL %s: dump it with the program that made it and load it here; nothing was changed", data, found, Major)
	}
	return nil
}
