package apptest

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"

	"stoa/internal/base/leaktest"
	"stoa/internal/base/oidctest"
	"stoa/internal/base/telemetry"
)

// Never are texts that no log line and no answer of any test may hold: the password of all test
// people, a password's hash, the beginning of a signed token, what providers know a house by.
var Never = []string{Password, "$argon2id$", "eyJhbGciOiJFZERTQSI", oidctest.ClientSecret}

// inLogs collects what the whole run logged that it should not have, and its errors.
var inLogs struct {
	sync.Mutex
	lines  []string
	total  int
	errors []string
}

// logWatch is where the run's log goes, with every detail; errors are shown with -v.
type logWatch struct{}

// Main is the TestMain of a package that opens houses: the log of
// the whole run, at its finest level, holds no secret, and nothing runs on.
func Main(m *testing.M) {
	slog.SetDefault(telemetry.Logger(logWatch{}, true, slog.LevelDebug))
	code := m.Run()
	nowhereClose()
	code = leaktest.Check(code)
	inLogs.Lock()
	defer inLogs.Unlock()
	if len(inLogs.lines) > 0 {
		fmt.Fprintf(os.Stderr, "%d of %d log lines hold a secret, as:\n%s", len(inLogs.lines), inLogs.total,
			inLogs.lines[0])
		code = 1
	}
	os.Exit(code)
}

func (logWatch) Write(line []byte) (int, error) {
	inLogs.Lock()
	defer inLogs.Unlock()
	inLogs.total++
	for _, secret := range Never {
		if bytes.Contains(line, []byte(secret)) {
			inLogs.lines = append(inLogs.lines, string(line))
		}
	}
	if bytes.Contains(line, []byte(`"level":"ERROR"`)) {
		inLogs.errors = append(inLogs.errors, string(line))
		if testing.Verbose() {
			_, _ = os.Stderr.Write(line)
		}
	}
	return len(line), nil
}

// Errors are the lines of errors that the run has logged.
func Errors() []string {
	inLogs.Lock()
	defer inLogs.Unlock()
	return slices.Clone(inLogs.errors)
}
