// Package folder makes the folders of an installation, and says in a sentence why the system refuses one: what it is
// about, whose it is, who asks, and what to do.
package folder

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

// Make makes the folder and those above it that are missing, each with exactly that mode: a strict umask (027, 077)
// must not close them to the users that the mode lets in.
func Make(path string, mode fs.FileMode) error {
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return &fs.PathError{Op: "mkdir", Path: path, Err: syscall.ENOTDIR}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if parent := filepath.Dir(path); parent != path {
		if err := Make(parent, mode); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Chmod(path, mode)
}

// Explain turns a refusal of the system into a sentence with its remedy. Other errors pass, with what is theirs
// before them.
func Explain(what string, err error) error {
	var at *fs.PathError
	var link *os.LinkError
	path := ""
	switch {
	case err == nil:
		return nil
	case errors.As(err, &at):
		path = at.Path
	case errors.As(err, &link):
		path = link.New
	}
	says := ""
	switch {
	case path == "":
	case errors.Is(err, fs.ErrPermission):
		says = denied(path)
	case errors.Is(err, syscall.EROFS):
		says = fmt.Sprintf("%s is on a file system that can only be read (mounted at %s): mount it for writing, "+
			"or name another folder",
			path, MountOf(path))
	case IsFull(err):
		says = fmt.Sprintf("there is no room for %s (mounted at %s): make room and start again", path, MountOf(path))
	case errors.Is(err, syscall.ENOTDIR):
		says = path + " stands where a folder is needed: move it away, or name another folder"
	case errors.Is(err, syscall.ENAMETOOLONG):
		says = "the path is too long for this system: name a shorter one"
	}
	if says == "" {
		return fmt.Errorf("%s: %w", what, err)
	}
	return &refusal{what + ": " + says, err}
}

// refusal reads as a sentence and still is the error that it explains.
type refusal struct {
	sentence string
	cause    error
}

func (r *refusal) Error() string { return r.sentence }
func (r *refusal) Unwrap() error { return r.cause }

// IsFull tells whether the system refused because there is no room left, or none left to us.
func IsFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// denied names what stands in the way to path: the first folder that may not be passed, or what may not be written or
// read.
func denied(path string) string {
	obstacle := path
	for p := path; ; p = filepath.Dir(p) {
		info, err := os.Stat(p)
		if err != nil {
			obstacle = filepath.Dir(p)
		} else if info.IsDir() && syscall.Access(p, 1) != nil { // may not be passed
			obstacle = p
		}
		if p == filepath.Dir(p) {
			break
		}
	}
	info, err := os.Stat(obstacle)
	if err != nil {
		return fmt.Sprintf("%s is closed to %s", obstacle, Self())
	}
	owner := "somebody"
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		owner = UserName(int(st.Uid))
	}
	return fmt.Sprintf("%s belongs to %s, has mode %03o, and is closed to %s: start as %s, or give it away (chown "+
		"-R %d %s)",
		obstacle, owner, info.Mode().Perm(), Self(), owner, os.Geteuid(), obstacle)
}

// Self is who this process runs as.
func Self() string { return UserName(os.Geteuid()) }

// UserName is a user in words: the name if there is one.
func UserName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return fmt.Sprintf("the user %d, who has no name here", uid)
}
