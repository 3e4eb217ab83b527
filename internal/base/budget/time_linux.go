package budget

import (
	"syscall"
	"time"
)

// threadOnly is RUSAGE_THREAD: collecting garbage and other tests are not counted.
const threadOnly = 1

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(threadOnly, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
