package pgembed

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the system user that runs the server; nil when we are not root and run it ourselves.
type account struct {
	name     string
	uid, gid int
}

// serverAccount picks the user. PostgreSQL refuses root, and a user without a passwd entry.
func serverAccount(wanted string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	names := []string{"stoa", "postgres", "nobody", "daemon"}
	if wanted != "" {
		names = []string{wanted}
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		var unknown user.UnknownUserError
		if errors.As(err, &unknown) || errors.Is(err, fs.ErrNotExist) { // an image may lack /etc/passwd
			continue
		}
		if err != nil {
			return nil, err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if uid == 0 {
			return nil, fmt.Errorf(
				"PostgreSQL does not run as root, and %s is root: name another user with --pg-user", name,
			)
		}
		return &account{name: name, uid: uid, gid: gid}, nil
	}
	return nil, fmt.Errorf("PostgreSQL does not run as root and none of the users %v exists: "+
		"create one (useradd --system stoa), name one with --pg-user, or set DATABASE_URL", names)
}

// makeFolder creates a private folder of the account.
func (a *account) makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if a == nil {
		return os.Chmod(path, 0o700) // #nosec G302 -- a folder: to enter it needs the x
	}
	return os.Chown(path, a.uid, a.gid)
}

// canReach tells whether the account may search every folder down to path.
func (a *account) canReach(path string) bool { return a == nil || a.obstacle(path) == "" }

// obstacle is the first folder on the way down to path that the account may not search; "" when there is none.
func (a *account) obstacle(path string) (closed string) {
	for ; ; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if err != nil || !a.maySearch(info) {
			closed = path
		}
		if path == filepath.Dir(path) {
			return closed
		}
	}
}

func (a *account) maySearch(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return false
	case int(st.Uid) == a.uid:
		return info.Mode()&0o100 != 0
	case int(st.Gid) == a.gid:
		return info.Mode()&0o010 != 0
	}
	return info.Mode()&0o001 != 0
}

func (a *account) credential() *syscall.Credential {
	if a == nil {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
}
