package pgembed

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
)

// sharedHome is where clusters go that root starts in a folder which the server's user cannot reach.
const sharedHome = "/var/lib/stoa/clusters"

// A unix socket's path may be 107 bytes long; the socket's own name takes 14.
const longestRunFolder = 90

// lockFolder holds the data folder for this process; the kernel lets go when the process ends, however it ends.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "stoa.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrInUse, dir), f.Close())
	}
	return f, nil
}

// clusterHome is the folder of the cluster, owned by the server's user. Dir/postgres when that user can reach it; otherwise a
// folder below /var/lib/stoa that Dir/postgres links to.
func clusterHome(dir string, a *account, log *slog.Logger) (string, error) {
	link := filepath.Join(dir, "postgres")
	if home, err := filepath.EvalSymlinks(link); err == nil {
		return home, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	home := link
	if !a.canReach(dir) {
		var name [6]byte
		_, _ = rand.Read(name[:])
		home = filepath.Join(sharedHome, fmt.Sprintf("%x", name))
		// #nosec G301 -- a folder of folders, each of which is its owner's
		if err := os.MkdirAll(sharedHome, 0o755); err != nil {
			return "", err
		}
		_ = os.Remove(link) // a link whose target is gone
		if err := os.Symlink(home, link); err != nil {
			return "", err
		}
		log.Info("the data folder is closed to PostgreSQL's user, so the cluster lives elsewhere", "folder", home, "link", link, "user", a.name)
	}
	return home, a.makeFolder(home)
}

// runFolder holds the socket. Its path has to be short.
func runFolder(home string, a *account) (string, error) {
	run := filepath.Join(home, "run")
	if len(run) > longestRunFolder {
		run = filepath.Join("/tmp", fmt.Sprintf("stoa-%x", sha256.Sum256([]byte(home)))[:24])
	}
	return run, a.makeFolder(run)
}
