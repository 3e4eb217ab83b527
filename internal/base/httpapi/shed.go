package httpapi

import (
	"net/http"
	"sync/atomic"
	"time"

	"stoa/internal/base/errs"
)

// nearlyFull is the share of the memory limit above which requests are refused: what lives cannot be collected, and
// beyond the limit the system's killer would end the process and every request in it.
const nearlyFull = 0.9

var errBusy = errs.New(errs.Unavailable, "There is much to do here at the moment. Try again in a few seconds.").
	WithCode("busy").With("retry_after", 5)

// Probes are answered whatever happens.
var probes = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true}

// Shed answers 503 while memory in use is nearly full. It asks share, which tells what part of the limit lives, at
// most once in every interval, and believes the second answer: one may have seen a single large piece of work.
func Shed(share func() float64, every time.Duration, next http.Handler) http.Handler {
	var due atomic.Int64 // when to ask again
	var full atomic.Int32
	began := time.Now()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := int64(time.Since(began))
		if at := due.Load(); now >= at && due.CompareAndSwap(at, now+int64(every)) {
			if share() < nearlyFull {
				full.Store(0)
			} else {
				full.Add(1)
			}
		}
		if full.Load() < 2 || probes[r.URL.Path] {
			next.ServeHTTP(w, r)
			return
		}
		WriteProblem(w, r, errBusy)
	})
}
