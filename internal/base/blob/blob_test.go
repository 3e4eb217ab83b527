package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"stoa/internal/base/blob"
	"stoa/internal/base/errs"
	"stoa/internal/base/folder"
	"stoa/internal/base/folder/foldertest"
)

func open(t *testing.T, dir string) *blob.Store {
	t.Helper()
	s, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func names(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAFileIsThereWhollyOrNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	if err := s.Put("a/whole", bytes.NewReader(make([]byte, 1000)), 1000, 1<<30); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("a/long", bytes.NewReader(make([]byte, 1001)), 1000, 1<<30); !errors.Is(err, blob.ErrTooLarge) {
		t.Error(err)
	}
	if got := names(t, dir); len(got) != 1 || got[0] != "whole" {
		t.Error(got)
	}
}

func TestAFolderHoldsWhatItMay(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	const space = 40 << 20
	part := func() io.Reader { return bytes.NewReader(make([]byte, 18<<20)) }
	for n := range 3 {
		if err := s.Put(fmt.Sprintf("a/%d", n), part(), 1<<30, space); err != nil {
			if n < 2 || !errors.Is(err, blob.ErrNoSpace) {
				t.Fatalf("file %d: %v", n, err)
			}
			continue
		}
		if n == 2 {
			t.Error("more is taken than may be")
		}
	}
	if err := s.Put("b/0", part(), 1<<30, space); err != nil {
		t.Errorf("another's folder: %v", err)
	}
	if old, err := s.Old("a", 0); err != nil || len(old) != 2 {
		t.Errorf("%v %v", old, err)
	}
	if old, err := s.Old("a", time.Hour); err != nil || len(old) != 0 {
		t.Errorf("young files are old: %v %v", old, err)
	}
}

func TestWhatACrashCutOffIsSwept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	for _, name := range []string{"old.part", "new.part", "whole"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "old.part"), long, long); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); len(got) != 2 {
		t.Error(got)
	}
}

func TestFilesLeaveRoomForTheDatabase(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs a small disk")
	}
	dir := foldertest.SmallDisk(t, 64<<20)
	s := open(t, filepath.Join(dir, "films"))
	if err := s.Put("fits", bytes.NewReader(make([]byte, 20<<20)), 1<<30, 1<<30); err != nil {
		t.Fatal(err)
	}
	err := s.Put("too much", bytes.NewReader(make([]byte, 60<<20)), 1<<30, 1<<30)
	if errs.KindOf(err) != errs.Full || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	free, _, err := folder.Room(dir)
	if err != nil || free < 40<<20 {
		t.Errorf("%d bytes are left: %v", free, err)
	}
	if got := names(t, filepath.Join(dir, "films")); len(got) != 1 {
		t.Error(got)
	}
}
