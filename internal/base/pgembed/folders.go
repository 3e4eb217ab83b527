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
	"strings"
	"syscall"
	"unicode"

	"stoa/internal/base/folder"
)

// sharedHome is where clusters go that root starts in a folder which the server's user cannot reach.
const sharedHome = "/var/lib/stoa/clusters"

const (
	longestRunFolder = 90  // a unix socket's path may have 107 bytes; the socket's own name takes 14
	longestFolder    = 800 // of the 1,023 bytes that PostgreSQL keeps for a path
)

// checkFolder refuses, before anything is written, a folder in which the server could not live.
func checkFolder(dir string) error {
	if strings.ContainsFunc(dir, unicode.IsControl) {
		return fmt.Errorf(
			"data folder: the path %q has a control character, which PostgreSQL's files cannot keep: name another", dir,
		)
	}
	if len(dir) > longestFolder {
		return fmt.Errorf("data folder: the path has %d bytes, PostgreSQL takes %d: name a shorter one",
			len(dir), longestFolder)
	}
	return checkPrograms(dir)
}

// checkPrograms refuses a file system that runs no programs: the server's own lie in the data folder.
func checkPrograms(dir string) error {
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(dir); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	if !folder.NoPrograms(dir) {
		return nil
	}
	mount := folder.MountOf(dir)
	return fmt.Errorf("data folder: the file system mounted at %s runs no programs (noexec), and PostgreSQL's lie "+
		"in the data folder: "+
		"name a folder elsewhere, mount it with exec (mount -o remount,exec %s), or set DATABASE_URL", mount, mount)
}

// lockFolder holds a folder for this process; the kernel lets go when the process ends, however it ends.
func lockFolder(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, folder.Explain("data folder", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("data folder: %s cannot be locked: %w", path, err), f.Close())
		}
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrInUse, dir), f.Close())
	}
	return f, nil
}

const lockName = "stoa.lock"

// clusterHome is the folder of the cluster, owned by the server's user. Dir/postgres when that user can reach it;
// otherwise a folder below /var/lib/stoa that Dir/postgres links to.
func clusterHome(dir string, a *account, log *slog.Logger) (string, error) {
	link := filepath.Join(dir, "postgres")
	if home, err := filepath.EvalSymlinks(link); err == nil {
		return home, a.openWay(home)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", folder.Explain("data folder", err)
	}
	home := link
	if !a.canReach(dir) {
		var name [6]byte
		_, _ = rand.Read(name[:])
		home = filepath.Join(sharedHome, fmt.Sprintf("%x", name))
		if err := folder.Make(sharedHome, 0o755); err != nil {
			return "", folder.Explain("data folder", err)
		}
		_ = os.Remove(link) // a link whose target is gone
		if err := os.Symlink(home, link); err != nil {
			return "", folder.Explain("data folder", err)
		}
		log.Info("the data folder is closed to PostgreSQL's user, so the cluster lives elsewhere",
			"folder", home, "link", link, "user", a.name)
	}
	if err := a.makeFolder(home); err != nil {
		return "", folder.Explain("data folder", err)
	}
	return home, a.openWay(home)
}

// openWay lets the server's user through to its cluster again, where an earlier start under a strict umask closed our
// own folders.
func (a *account) openWay(home string) error {
	if a == nil {
		return nil
	}
	if strings.HasPrefix(home, sharedHome+"/") {
		for _, ours := range []string{sharedHome, filepath.Dir(sharedHome)} {
			if info, err := os.Stat(ours); err == nil && info.Mode()&0o055 != 0o055 {
				_ = os.Chmod(ours, 0o755) // #nosec G302 -- a folder of folders, each of which is its owner's
			}
		}
	}
	if closed := a.obstacle(home); closed != "" {
		return fmt.Errorf("data folder: %s is closed to %s, the user that runs PostgreSQL: let others pass (chmod "+
			"o+x %s), "+
			"name another user with --pg-user, or name a folder elsewhere with --data", closed, a.name, closed)
	}
	return nil
}

// runFolder holds the socket. Its path has to be short, and free of what separates one folder from the next where
// such paths are listed; below folders that others write to, only one that was ours from the beginning counts.
func runFolder(home string, a *account) (string, error) {
	name := fmt.Sprintf("stoa-%x", sha256.Sum256([]byte(home)))[:24]
	places := []string{filepath.Join(home, "run")}
	for _, base := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir(), "/run", "/dev/shm", "/var/tmp"} {
		if filepath.IsAbs(base) && a.canReach(base) {
			places = append(places, filepath.Join(base, name))
		}
	}
	var failed error
	for _, run := range places {
		if len(run) > longestRunFolder || strings.ContainsAny(run, `,'"\`) || strings.HasSuffix(run, " ") {
			continue
		}
		err := a.makeOwn(run)
		if err == nil {
			return run, nil
		}
		failed = errors.Join(failed, folder.Explain("the folder of PostgreSQL's socket", err))
	}
	return "", errors.Join(errors.New("no folder was found for PostgreSQL's socket: "+
		"name a data folder with a shorter, plainer path, or set TMPDIR or XDG_RUNTIME_DIR to a folder that can "+
		"be written"), failed)
}

// makeOwn makes a private folder of the account, or finds the one that it made.
func (a *account) makeOwn(path string) error {
	uid := os.Geteuid()
	if a != nil {
		uid = a.uid
	}
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrExist) {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok || !info.IsDir() || int(st.Uid) != uid || info.Mode().Perm() != 0o700 {
			return fmt.Errorf("%s is there already and is not ours", path)
		}
		return nil
	}
	if err != nil {
		return err
	}
	// #nosec G302 -- a folder: to enter it needs the x
	if err := os.Chmod(path, 0o700); err != nil || a == nil {
		return err
	}
	return os.Lchown(path, a.uid, a.gid)
}
