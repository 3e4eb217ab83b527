//go:build !linux

package pgembed

import "syscall"

// borrowName has nothing to lend here: initdb itself says what it lacks.
func borrowName() (*syscall.SysProcAttr, error) { return nil, nil }
