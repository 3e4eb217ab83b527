package pgembed

import (
	"os/exec"
	"runtime"
	"syscall"
)

// attributes: when this process is killed, the kernel tells the server to shut down fast.
func (a *account) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential(), Setpgid: true, Pdeathsig: syscall.SIGINT}
}

// spawn starts the server. The death signal fires when the forking thread ends, not
// the process, so the goroutine keeps its thread to itself until the server has ended.
func (c *Cluster) spawn(cmd *exec.Cmd) error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		c.process = cmd.Process
		started <- err
		if err == nil {
			c.exit = cmd.Wait()
			close(c.exited)
		}
	}()
	return <-started
}
