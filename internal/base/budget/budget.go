// Package budget holds parsers of foreign input to what they may cost: whatever comes, a second of one processor and
// 64 MB. It is for tests.
package budget

import (
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"
)

// What an input of its allowed size may cost.
const (
	Time   = time.Second
	Memory = 64 << 20
)

var one sync.Mutex // the heap is everybody's

// Check runs f on an input and fails when it takes more than an input may. Time is the processor's, so that a busy
// machine makes no difference; f must work in the goroutine that calls it. The test must not be parallel: others
// would count too.
func Check(t testing.TB, input string, f func()) {
	t.Helper()
	took, held := Measure(f)
	most := Time
	if fuzzing() {
		most *= 4 // counting what is covered takes time of its own
	}
	if took > most || held > Memory {
		t.Errorf("%s (%d bytes) took %v and held %d MB", short(input), len(input),
			took.Round(time.Millisecond), held>>20)
	}
}

// Measure is what f takes: time of the processor, and memory in use at its highest. Where f takes little from the
// heap in all it runs once, else once more with a collector that leaves hardly more than what is in use.
func Measure(f func()) (took time.Duration, held int) {
	one.Lock()
	defer one.Unlock()
	runtime.LockOSThread()
	began, taken := processorTime(), allocated()
	f()
	took = processorTime() - began
	runtime.UnlockOSThread()
	if held = allocated() - taken; held > Memory {
		held = highest(f)
	}
	return took, held
}

func highest(f func()) (peak int) {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	before := heap()
	done, seen := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(seen)
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				peak = max(peak, heap()-before)
			}
		}
	}()
	f()
	close(done)
	<-seen
	return peak
}

func heap() int      { return read("/memory/classes/heap/objects:bytes") }
func allocated() int { return read("/gc/heap/allocs:bytes") }

func read(name string) int {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}

func fuzzing() bool {
	f := flag.Lookup("test.fuzz")
	return f != nil && f.Value.String() != ""
}

func short(input string) string {
	if len(input) > 60 {
		return fmt.Sprintf("%q…", input[:60])
	}
	return fmt.Sprintf("%q", input)
}
