//go:build !linux

package budget

import "time"

var start = time.Now()

func processorTime() time.Duration { return time.Since(start) }
