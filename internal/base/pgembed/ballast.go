package pgembed

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"stoa/internal/base/folder"
)

// A server that cannot write its journal stops at once, and needs room to start again. So a file takes up some room
// beside it from the beginning: when the disk runs full, whoever filled it, the file goes, the server gets its room,
// and we refuse to write until there is room for the file again.
const (
	ballastName  = "ballast"
	ballastEvery = 500 * time.Millisecond
	roomForNew   = 160 << 20 // what a new cluster takes, programs included
)

// KeepRoom watches the disk until ctx ends, and tells when it has become full and when there is room again.
func (c *Cluster) KeepRoom(ctx context.Context, tell func(full bool)) {
	full := false
	for {
		now, err := c.balance()
		if err != nil {
			c.cfg.Log.Warn("the room on the disk is not known", "error", err)
		} else if now != full {
			full = now
			tell(full)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(ballastEvery):
		}
	}
}

// balance lets the ballast go when less than half of its size is free, and makes it again when it fits in three times.
func (c *Cluster) balance() (full bool, err error) {
	free, _, err := folder.Room(c.home)
	if err != nil {
		return false, err
	}
	size, err := folder.Reserve(c.home)
	if err != nil {
		return false, err
	}
	path := filepath.Join(c.home, ballastName)
	_, err = os.Lstat(path)
	there := err == nil
	switch {
	case there && free < size/2:
		return true, os.Remove(path)
	case there || !canAllocate:
		return free < size/2, nil
	case free < 3*size:
		return free < 2*size, nil // a disk that never had the room is not full yet
	}
	if c.noBallast {
		return false, nil
	}
	err = makeBallast(path, int64(size)) // #nosec G115 -- 64 MB at most
	if errors.Is(err, errors.ErrUnsupported) {
		c.noBallast = true // this file system takes no room in advance
		return false, nil
	}
	return false, err
}

func makeBallast(path string, size int64) error {
	fresh := path + ".new"
	_ = os.Remove(fresh)
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(allocate(f, size), f.Close()); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	return os.Rename(fresh, path)
}

// makeRoom lets the ballast go before the server starts on a full disk: to recover it needs room. A new cluster is
// not begun where it does not fit.
func (c *Cluster) makeRoom() error {
	if _, err := os.Stat(filepath.Join(c.data, "PG_VERSION")); errors.Is(err, fs.ErrNotExist) {
		if free, _, err := folder.Room(c.home); err == nil && free < roomForNew {
			return folder.Explain("data folder", &fs.PathError{Op: "create", Path: c.data, Err: syscall.ENOSPC})
		}
		return nil
	}
	free, _, err := folder.Room(c.home)
	if err != nil {
		return err
	}
	size, err := folder.Reserve(c.home)
	if err != nil || free >= size/2 {
		return err
	}
	err = os.Remove(filepath.Join(c.home, ballastName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
