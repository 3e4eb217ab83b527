package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// write makes a certificate of localhost with a serial number.
func write(t *testing.T, chain, key string, serial int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		DNSNames:     []string{"localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		chain: {Type: "CERTIFICATE", Bytes: der},
		key:   {Type: "PRIVATE KEY", Bytes: raw},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// The server speaks HTTP/2 over TLS, takes up a certificate that was renewed, and keeps the one it has when
// the new one is broken; without TLS it speaks HTTP/2 to who knows that it may, and HTTP/1.1 to others.
func TestServesHTTP2AndTakesUpNewCertificates(t *testing.T) {
	t.Parallel()
	chain, key := filepath.Join(t.TempDir(), "chain.pem"), filepath.Join(t.TempDir(), "key.pem")
	if _, err := openCertificate(chain, key); err == nil {
		t.Error("a certificate that is not there is accepted")
	}
	write(t, chain, key, 1)
	c, err := openCertificate(chain, key)
	if err != nil {
		t.Fatal(err)
	}
	serve := func(secure bool) string {
		s := newServer("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(r.Proto))
		}))
		listener, err := net.Listen("tcp", s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		if secure {
			s.TLSConfig = &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}
			go func() { _ = s.ServeTLS(listener, "", "") }()
		} else {
			go func() { _ = s.Serve(listener) }()
		}
		t.Cleanup(func() { _ = s.Shutdown(context.Background()) })
		return listener.Addr().String()
	}
	secure, open := serve(true), serve(false)
	ask := func(address string, protocols func(*http.Protocols)) (proto string, serial int64) {
		t.Helper()
		var p http.Protocols
		protocols(&p)
		// #nosec G402 -- a test's own certificate
		transport := &http.Transport{Protocols: &p, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
		defer transport.CloseIdleConnections()
		answer, err := (&http.Client{Transport: transport}).Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.TLS != nil {
			serial = answer.TLS.PeerCertificates[0].SerialNumber.Int64()
		}
		return answer.Proto, serial
	}
	both := func(p *http.Protocols) { p.SetHTTP1(true); p.SetHTTP2(true) }
	if proto, serial := ask("https://"+secure, both); proto != "HTTP/2.0" || serial != 1 {
		t.Errorf("over TLS: %s, certificate %d", proto, serial)
	}
	if proto, _ := ask("http://"+open, both); proto != "HTTP/1.1" {
		t.Errorf("without TLS: %s", proto)
	}
	if proto, _ := ask("http://"+open, func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }); proto != "HTTP/2.0" {
		t.Errorf("to a proxy: %s", proto)
	}
	later := func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.looked, c.written = time.Time{}, time.Time{} // a minute later
	}
	write(t, chain, key, 2)
	later()
	if _, serial := ask("https://"+secure, both); serial != 2 {
		t.Errorf("after a renewal: certificate %d", serial)
	}
	if err := os.WriteFile(chain, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	later()
	if _, serial := ask("https://"+secure, both); serial != 2 {
		t.Errorf("after a broken renewal: certificate %d", serial)
	}
}
