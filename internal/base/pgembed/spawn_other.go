//go:build !linux

package pgembed

import (
	"os/exec"
	"syscall"
)

// attributes: without a death signal, a server whose parent was killed lives until the next start takes over.
func (a *account) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential(), Setpgid: true}
}

func (c *Cluster) spawn(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	c.process = cmd.Process
	go func() {
		c.exit = cmd.Wait()
		close(c.exited)
	}()
	return nil
}
