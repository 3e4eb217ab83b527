// Package redistest gives a test a Redis server of its own.
package redistest

import (
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// Server is a running Redis.
type Server struct {
	URL     string
	address *net.TCPAddr
	cmd     *exec.Cmd
}

// Start runs redis-server (Debian's package of that name) on a free port
// of this machine; it keeps nothing on disk and ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s := Prepare(t)
	s.Start(t)
	return s
}

// Prepare takes the port and starts nothing yet.
func Prepare(t testing.TB) *Server {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = free.Close()
	return &Server{URL: "redis://" + free.Addr().String(), address: free.Addr().(*net.TCPAddr)}
}

// Start starts it, or starts it again after Stop, empty.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command("redis-server", "--port", strconv.Itoa(s.address.Port), "--bind", "127.0.0.1", "--save", "",
		"--appendonly", "no", "--dir", t.TempDir()) // #nosec G204 -- a test's own server
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("redis-server: %v (make test installs it)", err)
	}
	t.Cleanup(s.Stop)
	for since := time.Now(); time.Since(since) < 10*time.Second; time.Sleep(10 * time.Millisecond) {
		if conn, err := net.Dial("tcp", s.address.String()); err == nil {
			_ = conn.Close()
			return
		}
	}
	t.Fatal("redis-server does not listen")
}

// Stop kills it, as a machine that is lost.
func (s *Server) Stop() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}
