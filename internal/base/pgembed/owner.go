package pgembed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A cluster that lies outside its data folder remembers whose it is: a copy of that folder holds a copy of the link,
// and would start the original's cluster.
const ownerName = "belongs-to.json"

// place is a folder, known by its path and by what the file system calls it.
type place struct {
	Path   string `json:"path"`
	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`
}

type owner struct {
	Folder place `json:"data_folder"`
	Home   place `json:"cluster"` // a copy of the cluster says another one here, and is free
}

func placeOf(path string) (place, error) {
	info, err := os.Stat(path)
	if err != nil {
		return place{}, err
	}
	p := place{Path: path}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		p.Device, p.Inode = uint64(st.Dev), st.Ino // #nosec G115 -- a number to compare
	}
	return p, nil
}

// is tells whether both are one folder: renamed, or on a device that got another number at the last boot.
func (p place) is(other place) bool {
	return p.Inode == other.Inode && (p.Device == other.Device || p.Path == other.Path)
}

// owner is this start's data folder, and the cluster as it lies now.
func (c *Cluster) owner() (o owner, err error) {
	if o.Folder, err = placeOf(c.cfg.Dir); err != nil {
		return o, err
	}
	o.Home, err = placeOf(c.home)
	return o, err
}

// checkOwner refuses a data folder that is a copy of another one, whose cluster it would start. Clusters without a
// record, of earlier versions, belong to whoever starts them first.
func (c *Cluster) checkOwner() error {
	if c.inside() {
		return nil
	}
	var o owner
	raw, err := os.ReadFile(filepath.Join(c.home, ownerName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil // half written in a crash: the next record mends it
	}
	here, err := c.owner()
	if err != nil {
		return err
	}
	if !o.Home.is(here.Home) || o.Folder.is(here.Folder) || o.Folder.Path == here.Folder.Path {
		return nil
	}
	if leads, err := filepath.EvalSymlinks(filepath.Join(o.Folder.Path, "postgres")); err != nil || leads != c.home {
		return nil // the folder was moved here from another file system
	}
	link, own := filepath.Join(c.cfg.Dir, "postgres"), c.home+"-copy"
	return fmt.Errorf("data folder: %s is a copy of %s, whose database it links to (%s); nothing was touched. "+
		"To give the copy a database of its own, stop the original and type: cp -a '%s' '%s' && ln -sfn '%s' "+
		"'%s'. If the original is to go, remove %s first",
		c.cfg.Dir, o.Folder.Path, c.home, c.home, own, own, link, filepath.Join(o.Folder.Path, "postgres"))
}

// claim writes down whose the cluster is. The lock is held.
func (c *Cluster) claim() error {
	if c.inside() {
		return nil
	}
	here, err := c.owner()
	if err != nil {
		return err
	}
	raw, err := json.Marshal(here)
	if err != nil {
		return err
	}
	path := filepath.Join(c.home, ownerName)
	if old, err := os.ReadFile(path); err == nil && string(old) == string(raw) {
		return nil
	}
	fresh, err := os.CreateTemp(c.home, ownerName+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name())
	_, err = fresh.Write(raw)
	if err := errors.Join(err, fresh.Sync(), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), path)
}

func (c *Cluster) inside() bool {
	dir, err := filepath.EvalSymlinks(c.cfg.Dir)
	return err == nil && strings.HasPrefix(c.home, dir+string(filepath.Separator))
}
