// Package pgembed runs a private PostgreSQL server from the binaries inside the program: a unix
// socket in a private folder, no TCP port, an unprivileged user when the program itself runs as root.
package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"stoa/internal/base/folder"
	"stoa/internal/base/machine"
)

// Superuser is the cluster's superuser. Only the migrator connects as it.
const Superuser = "stoa_super"

const startDeadline = 120 * time.Second

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
	locks   []*os.File
	account *account
	// borrowed are the attributes under which initdb finds a name for a user who has none; else nil.
	borrowed *syscall.SysProcAttr
	process  *os.Process
	exited   chan struct{}
	exit     error
	// noBallast is set where the file system takes no room in advance.
	noBallast bool
	logged    int64         // how long the server's log was before this start
	Init      time.Duration // how long initdb took; zero when the cluster existed
	StartUp   time.Duration // from starting the server to its first answer
}

// Start brings the cluster up, creating it when the folder is new. It fails with ErrInUse when another process
// has the folder, and refuses, touching nothing, a cluster of another major version or of another folder.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	c, err := newCluster(cfg)
	if err != nil {
		return nil, err
	}
	if c.account, err = serverAccount(cfg.User); err != nil {
		return nil, err
	}
	if err := checkFolder(c.cfg.Dir); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(c.cfg.Dir, "postgres", "data", "PG_VERSION")); err != nil {
		if c.borrowed, err = borrowName(); err != nil {
			return nil, err
		}
	}
	// The server's own user must pass through; what is secret inside is 0600 or 0700.
	if err := folder.Make(c.cfg.Dir, 0o755); err != nil {
		return nil, folder.Explain("data folder", err)
	}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.unlock())
	}
	return c, nil
}

func newCluster(cfg Config) (*Cluster, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	cfg.Dir = dir
	return &Cluster{cfg: cfg, exited: make(chan struct{})}, nil
}

func (c *Cluster) start(ctx context.Context) (err error) {
	if err := c.lock(c.cfg.Dir); err != nil {
		return err
	}
	if c.home, err = clusterHome(c.cfg.Dir, c.account, c.cfg.Log); err != nil {
		return err
	}
	c.data = filepath.Join(c.home, "data")
	if err := checkPrograms(c.home); err != nil {
		return err
	}
	if err := c.checkOwner(); err != nil {
		return err
	}
	if err := checkVersion(c.data); err != nil {
		return err
	}
	if err := c.lock(c.home); err != nil {
		return err
	}
	if err := c.takeOver(); err != nil {
		return err
	}
	if err := c.makeRoom(); err != nil {
		return err
	}
	if err := c.claim(); err != nil {
		return folder.Explain("data folder", err)
	}
	native, err := unpack(c.home, !c.cfg.Unsafe)
	if err != nil {
		return folder.Explain("unpack PostgreSQL", err)
	}
	if c.run, err = runFolder(c.home, c.account); err != nil {
		return err
	}
	for _, left := range []string{".s.PGSQL.5432", ".s.PGSQL.5432.lock"} { // after a crash, or copied with the folder
		_ = os.Remove(filepath.Join(c.run, left))
	}
	if _, err := os.Stat(filepath.Join(c.data, "PG_VERSION")); errors.Is(err, fs.ErrNotExist) {
		if err := c.initdb(ctx, native); err != nil {
			return err
		}
	}
	return c.boot(ctx, native)
}

// lock takes a folder: the data folder, and the cluster's, which a link may have led to.
func (c *Cluster) lock(dir string) error {
	f, err := lockFolder(dir)
	if err == nil {
		c.locks = append(c.locks, f)
	}
	return err
}

// unlock gives the folders back. Closing alone would not, while a program that is just
// being started elsewhere in the process still holds a copy of what was open.
func (c *Cluster) unlock() error {
	var err error
	for _, f := range c.locks {
		err = errors.Join(err, syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
	}
	c.locks = nil
	return err
}

// DSN connects to a database of the cluster as a role.
func (c *Cluster) DSN(role, database string) string {
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(c.run)
	return fmt.Sprintf("host='%s' user=%s dbname=%s sslmode=disable", quoted, role, database)
}

// Pid is the server's process.
func (c *Cluster) Pid() int { return c.process.Pid }

// Exited is closed when the server has ended, wanted or not.
func (c *Cluster) Exited() <-chan struct{} { return c.exited }

// Stop shuts the server down: sessions are ended, everything is on disk when it returns. One that
// hangs is ended all the same; its next start recovers what was committed, as after a crash.
func (c *Cluster) Stop() error {
	if c.process == nil { // attached: another process's server
		return nil
	}
	err := c.end()
	return errors.Join(err, c.unlock())
}

func (c *Cluster) end() error {
	return end(c.process, c.exited, c.cfg.Log)
}

func (c *Cluster) environment() []string {
	return []string{"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin", "HOME=" + c.home}
}

// initdb works in a folder beside the final one, so that a cluster is there completely or not at all.
func (c *Cluster) initdb(ctx context.Context, native string) error {
	began := time.Now()
	fresh := c.data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	programs, err := c.plainPrograms(native)
	if err != nil {
		return err
	}
	if programs != native {
		defer os.RemoveAll(filepath.Dir(programs))
	}
	args := []string{
		"-D", fresh, "-U", Superuser, "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
		"--locale=C.UTF-8", "--auth=trust", "--data-checksums", "--no-sync",
	}
	// #nosec G204 -- our own bundle, with arguments from the configuration
	cmd := exec.CommandContext(ctx, filepath.Join(programs, "bin", "initdb"), args...)
	cmd.Env, cmd.Dir = c.environment(), c.home
	cmd.SysProcAttr = c.account.attributes()
	if c.borrowed != nil {
		cmd.SysProcAttr = c.borrowed
	}
	// with the servers that it runs
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if out, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("PostgreSQL's initdb failed (%w):\n%s", err, out)
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

// plainPrograms is the programs at a path that initdb can hand to a shell, between
// double quotes: it starts the server that way. Where the data folder's path has
// characters that mean something there, a copy for this one run is unpacked elsewhere.
func (c *Cluster) plainPrograms(native string) (string, error) {
	if !strings.ContainsAny(native, "$`\"\\") {
		return native, nil
	}
	for _, base := range []string{os.TempDir(), "/var/tmp", "/dev/shm", "/run"} {
		if folder.NoPrograms(base) || !c.account.canReach(base) {
			continue
		}
		elsewhere, err := os.MkdirTemp(base, "stoa-initdb-*")
		if err != nil {
			continue
		}
		// #nosec G302 -- programs that the server's own user runs
		if err := os.Chmod(elsewhere, 0o755); err != nil {
			return "", err
		}
		if _, err := unpack(elsewhere, false); err != nil {
			return "", errors.Join(folder.Explain("unpack PostgreSQL", err), os.RemoveAll(elsewhere))
		}
		return filepath.Join(elsewhere, filepath.Base(native)), nil
	}
	return "", fmt.Errorf("data folder: PostgreSQL cannot be set up in %s: its path has one of $ ` \" \\, "+
		"and no folder was found to work in: name another with --data, or set TMPDIR to a folder that runs programs",
		c.home)
}

// leftoversEnd is how long what a killed server left behind may take to end: it does so by itself.
const leftoversEnd = 10 * time.Second

// boot starts the server, when the last process of one that was killed has let go of the data.
func (c *Cluster) boot(ctx context.Context, native string) error {
	for began := time.Now(); ; {
		err := c.launch(ctx, native)
		if err == nil || time.Since(began) > leftoversEnd ||
			!strings.Contains(err.Error(), "pre-existing shared memory block") {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(50 * time.Millisecond):
			c.exited = make(chan struct{})
		}
	}
}

func (c *Cluster) launch(ctx context.Context, native string) error {
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
	log, err := c.openLog()
	if err != nil {
		return folder.Explain("PostgreSQL's log", err)
	}
	defer log.Close()
	// #nosec G204 -- our own bundle, with arguments from the configuration
	cmd := exec.Command(filepath.Join(native, "bin", "postgres"), args...)
	cmd.Env, cmd.Dir = c.environment(), c.home
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = c.account.attributes()
	if err := c.spawn(cmd); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := c.await(ctx); err != nil {
		return errors.Join(err, c.end())
	}
	c.StartUp = time.Since(began)
	return nil
}

// await returns when the server answers.
func (c *Cluster) await(ctx context.Context) error {
	asked := ctx
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
			if asked.Err() != nil {
				return asked.Err()
			}
			return fmt.Errorf("PostgreSQL did not answer within %s: %w", startDeadline, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

const longestLog = 8 * mebibyte

// openLog goes on with the server's log; a long one is put aside
// first, in the place of the one that was put aside before.
func (c *Cluster) openLog() (*os.File, error) {
	path := filepath.Join(c.home, "server.log")
	if info, err := os.Lstat(path); err == nil && info.Size() > longestLog {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	c.logged, err = f.Seek(0, io.SeekEnd)
	return f, err
}

// lastLog is the end of what the server wrote since it was started.
func (c *Cluster) lastLog() string {
	raw, err := os.ReadFile(filepath.Join(c.home, "server.log"))
	if err != nil {
		return err.Error()
	}
	raw = raw[min(c.logged, int64(len(raw))):]
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
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
		return fmt.Errorf("the cluster in %s was made by PostgreSQL %s, this program carries PostgreSQL %s: dump "+
			"it with the program that made it and load it here; nothing was changed", data, found, Major)
	}
	return nil
}
