package pgembed

import (
	"errors"
	"syscall"
	"testing"
)

// Between fork and exec a child has a copy of everything that its parent has open, the locks too.
func TestALockEndsThoughAChildHoldsACopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var c, next Cluster
	if err := c.lock(dir); err != nil {
		t.Fatal(err)
	}
	child, err := syscall.Dup(int(c.locks[0].Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Close(child) }()
	if err := next.lock(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("a second owner: %v", err)
	}
	if err := c.unlock(); err != nil {
		t.Fatal(err)
	}
	if err := next.lock(dir); err != nil {
		t.Errorf("the next owner: %v", err)
	}
	if err := next.unlock(); err != nil {
		t.Error(err)
	}
}
