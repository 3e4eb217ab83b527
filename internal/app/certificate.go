package app

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate is a pair of files that whoever renews them writes
// over: a new one is taken up within a minute, without a restart.
type certificate struct {
	chain, key string
	mu         sync.Mutex
	looked     time.Time
	written    time.Time // of the chain that is in use
	pair       *tls.Certificate
}

const certificateEvery = time.Minute

func openCertificate(chain, key string) (*certificate, error) {
	c := &certificate{chain: chain, key: key}
	return c, c.look()
}

// look reads the files when they have changed.
func (c *certificate) look() error {
	c.looked = time.Now()
	info, err := os.Stat(c.chain)
	if err != nil || info.ModTime().Equal(c.written) {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.chain, c.key)
	if err != nil {
		return err
	}
	c.pair, c.written = &pair, info.ModTime()
	return nil
}

// get is the certificate of a connection. Files that cannot be read leave the one in use.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) > certificateEvery {
		if err := c.look(); err != nil {
			slog.Warn("the certificate was not read again", "error", err)
		}
	}
	return c.pair, nil
}
