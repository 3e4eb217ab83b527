package pgembed

import (
	"os"
	"syscall"
)

const canAllocate = true

// allocate takes room without writing to it.
func allocate(f *os.File, size int64) error { return syscall.Fallocate(int(f.Fd()), 0, 0, size) }
