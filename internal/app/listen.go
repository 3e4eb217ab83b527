package app

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// listen takes an address, or says why it cannot be had.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("the address %s is in use by another process: end that one, "+
			"or choose another address with --addr (ss -ltnp tells which process it is)", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("the address %s may not be used by this user: choose a port above 1023 with --addr, "+
			"or give the program the capability CAP_NET_BIND_SERVICE", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf(
			"this machine has no address %s: choose one of its own with --addr, or 0.0.0.0 for all", addr,
		)
	case err != nil:
		return nil, fmt.Errorf("serve on %s: %w", addr, err)
	}
	return l, nil
}
