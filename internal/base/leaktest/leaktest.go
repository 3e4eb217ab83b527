// Package leaktest fails a package's tests when something still runs after the last of them.
package leaktest

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// lasting are goroutines that live as long as the process: the server of the test database and its pool, and what
// keeps a cache in order; and the clock of colouring code, which stops by itself a second after the last use.
var lasting = []goleak.Option{
	goleak.IgnoreAnyFunction("stoa/internal/base/pgembed.(*Cluster).spawn.func1"),
	goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"),
	goleak.IgnoreAnyFunction("github.com/maypok86/otter/v2.periodicCleanUp[...]"),
	goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock"),
}

// Main is a package's TestMain.
func Main(m *testing.M) { os.Exit(Check(m.Run())) }

// Check is the exit code of tests: of a failure when they passed and left something running, which it names.
func Check(code int) int {
	if code != 0 {
		return code
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if err := goleak.Find(lasting...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
