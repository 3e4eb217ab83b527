package app

import (
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"stoa/internal/base/machine"
)

// sampleMemory is how often memory is looked at, at most.
const sampleMemory = 300 * time.Millisecond

// limitMemory makes the collector work harder before the system runs out of memory, unless GOMEMLIMIT says where. An
// embedded PostgreSQL takes about a quarter of the machine, and its connections and the system want theirs.
func limitMemory(embedded bool) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	share := uint64(85)
	if embedded {
		share = 60
	}
	limit := max(machine.Memory()/100*share, 128<<20)
	debug.SetMemoryLimit(int64(limit))
	slog.Info("memory is limited", "mb", limit>>20)
}

// memoryShare is what part of the limit was in use when the collector last ran. Near the limit it runs all the time;
// above what is refused it is asked to, because without requests nobody else would.
func memoryShare() float64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	limit := float64(debug.SetMemoryLimit(-1))
	if share := float64(live[0].Value.Uint64()) / limit; share < 0.9 {
		return share
	}
	runtime.GC()
	metrics.Read(live)
	return float64(live[0].Value.Uint64()) / limit
}
