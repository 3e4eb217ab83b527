package app_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/config"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/viewer"
	"stoa/internal/courses"
)

// What of a documented configuration is another in a test.
const (
	documentedHost     = "alumni.example.edu"
	documentedUpstream = "127.0.0.1:8080"
	documentedFolder   = "/etc/ssl/stoa/"
)

// visitorsAddress is where browsers of these tests come from: neither the proxies' address nor one that they make up.
const visitorsAddress = "127.0.0.9"

// proxy is a program that people put in front of Stoa, as docs/proxies configures it.
type proxy struct {
	file string
	// how the file says where it listens, http and https; %s stands for what follows the address
	ports   [2]string
	more    map[string]string       // what else is another in a test
	around  func(dir string) string // what Debian's own configuration brings, with %s for the documented file's path
	command func(file string) []string
}

var proxies = map[string]proxy{
	"nginx": {
		file: "nginx.conf", ports: [2]string{"listen 80;", "listen 443 "},
		around: func(dir string) string {
			return "error_log stderr warn; pid " + dir + "/pid; daemon off; master_process off; events {}\n" +
				"http { access_log off; client_body_temp_path " + dir + "/body; proxy_temp_path " + dir + "/proxy; " +
				"fastcgi_temp_path " + dir + "/f; uwsgi_temp_path " + dir + "/u; scgi_temp_path " + dir +
				"/s; include %s; }\n"
		},
		command: func(file string) []string { return []string{"-e", "stderr", "-c", file} },
	},
	"haproxy": {
		file: "haproxy.cfg", ports: [2]string{"bind :80\n", "bind :443 "},
		command: func(file string) []string { return []string{"-db", "-f", file} },
	},
	"caddy": {
		file: "Caddyfile", ports: [2]string{"", ""},
		more:    map[string]string{"# tls ": "tls "},
		command: func(file string) []string { return []string{"run", "--adapter", "caddyfile", "--config", file} },
	},
}

// front is a proxy that runs before a house, and a browser that knows it.
type front struct {
	t           *testing.T
	h           *apptest.House
	http, https string // its addresses
	roots       *x509.CertPool
	browser     *http.Client
}

// TestWhatPeoplePutInFront starts each proxy that this machine has
// from its documented file, and does through it what a browser does.
func TestWhatPeoplePutInFront(t *testing.T) {
	t.Parallel()
	for program, p := range proxies {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			binary := found(program)
			if binary == "" {
				t.Skip(program + " is not installed")
			}
			f := begin(t, binary, p)
			f.leadsToHTTPS()
			f.signsIn()
			f.takesFilms()
			f.refusesOtherHosts()
			f.passesWebSockets()
		})
	}
}

// found is where a program is; administrators' programs are not in everybody's path.
func found(program string) string {
	for _, name := range []string{program, "/usr/sbin/" + program} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func begin(t *testing.T, binary string, p proxy) *front {
	t.Helper()
	h := apptest.Open(t, 1, func(c *config.Config) { c.TrustProxy, c.KnownHostsOnly = true, true })
	h.Person("teacher@example.org", "", viewer.Instructor)
	behind := httptest.NewServer(withSocket(h.Servers[0].Config.Handler))
	t.Cleanup(behind.Close)
	f := &front{t: t, h: h, http: freeAddress(t), https: freeAddress(t)}
	dir := t.TempDir()
	f.certificate(dir)
	file := f.configured(dir, p, strings.TrimPrefix(behind.URL, "http://"))
	f.run(exec.Command(binary, p.command(file)...), dir) // #nosec G204 -- a test's own proxy
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	f.browser = &http.Client{
		Jar: jar, Transport: f.transport(h.Host),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return f
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// configured writes the documented file with this test's host, addresses and folder in it.
func (f *front) configured(dir string, p proxy, upstream string) string {
	f.t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../docs/proxies", p.file))
	if err != nil {
		f.t.Fatal(err)
	}
	text := string(raw)
	put := func(old, new string) {
		f.t.Helper()
		if !strings.Contains(text, old) {
			f.t.Fatalf("%s does not say %q", p.file, old)
		}
		text = strings.ReplaceAll(text, old, new)
	}
	put(documentedUpstream, upstream)
	for old, new := range p.more {
		put(old, new)
	}
	put(documentedFolder, dir+"/")
	if p.file == "Caddyfile" { // it names no ports, but hosts
		_, plain, _ := net.SplitHostPort(f.http)
		_, secure, _ := net.SplitHostPort(f.https)
		put("{\n\tservers {", "{\n\tadmin off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\thttp_port "+plain+
			"\n\thttps_port "+secure+"\n\tservers {")
	}
	for i, address := range []string{f.http, f.https} {
		if p.ports[i] != "" {
			put(p.ports[i], strings.NewReplacer(":80", address, ":443", address, " 80", " "+address, " 443",
				" "+address).Replace(p.ports[i]))
		}
	}
	if strings.Contains(text, documentedHost) {
		put(documentedHost, f.h.Host)
	}
	file := filepath.Join(dir, p.file)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	if p.around == nil {
		return file
	}
	whole := filepath.Join(dir, "whole.conf")
	if err := os.WriteFile(whole, fmt.Appendf(nil, p.around(dir), file), 0o600); err != nil {
		f.t.Fatal(err)
	}
	return whole
}

// certificate makes one for the house's host, as files of every kind that proxies read.
func (f *front) certificate(dir string) {
	f.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{f.h.Host}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		f.t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		f.t.Fatal(err)
	}
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
	for name, content := range map[string][]byte{
		"fullchain.pem": chain, "privkey.pem": key, "stoa.pem": append(bytes.Clone(chain), key...),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
	f.roots = x509.NewCertPool()
	f.roots.AppendCertsFromPEM(chain)
}

// run starts the proxy and waits until it listens; it ends with the test.
func (f *front) run(cmd *exec.Cmd, dir string) {
	f.t.Helper()
	var said bytes.Buffer // read when the program has ended
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	f.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if f.t.Failed() {
			f.t.Log(said.String())
		}
	})
	f.h.WaitFor(func() bool {
		select {
		case <-ended:
			f.t.Fatalf("it ended: %s", said.String())
		default:
		}
		for _, address := range []string{f.http, f.https} {
			c, err := net.Dial("tcp", address)
			if err != nil {
				return false
			}
			_ = c.Close()
		}
		return true
	}, "proxy that listens")
}

// transport reaches the proxy whatever name is asked for, as HTTP/2.
func (f *front) transport(name string) *http.Transport {
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(visitorsAddress)}}
	t := &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: f.roots, ServerName: name, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, _ := net.SplitHostPort(address)
			return from.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		},
	}
	f.t.Cleanup(t.CloseIdleConnections)
	return t
}

// origin is the house's as a browser sees it.
func (f *front) origin() string {
	_, port, _ := net.SplitHostPort(f.https)
	return "https://" + net.JoinHostPort(f.h.Host, port)
}

func (f *front) ask(method, path string, header http.Header, body io.Reader) (*http.Response, string) {
	f.t.Helper()
	req, err := http.NewRequest(method, f.origin()+path, body)
	if err != nil {
		f.t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	r, err := f.browser.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return r, string(raw)
}

func (f *front) leadsToHTTPS() {
	f.t.Helper()
	_, port, _ := net.SplitHostPort(f.http)
	r, err := f.browser.Get("http://" + net.JoinHostPort(f.h.Host, port) + "/people?q=asha")
	if err != nil {
		f.t.Fatal(err)
	}
	_ = r.Body.Close()
	to := r.Header.Get("Location")
	if r.StatusCode != http.StatusPermanentRedirect || !strings.HasPrefix(to, "https://"+f.h.Host) ||
		!strings.HasSuffix(to, "/people?q=asha") {
		f.t.Errorf("http: %d %s", r.StatusCode, to)
	}
	for path, status := range map[string]int{
		"/":               200,
		"/sign-in":        200,
		"/nope.php":       404,
		"/api/v1/nope":    404,
		"/assets/nope.js": 404,
		"/readyz":         200,
	} {
		if r, _ := f.ask("GET", path, nil, nil); r.StatusCode != status || r.ProtoMajor != 2 {
			f.t.Errorf("%s: %d %s", path, r.StatusCode, r.Proto)
		}
	}
}

// forged is what a client may write to be somebody else somewhere else.
func forged() http.Header {
	return http.Header{
		"Forwarded":         {"for=198.51.100.66;host=elsewhere.example;proto=http"},
		"X-Forwarded-For":   {"198.51.100.66"},
		"X-Real-Ip":         {"198.51.100.66"},
		"X-Forwarded-Host":  {"elsewhere.example"},
		"X-Forwarded-Proto": {"http"},
	}
}

func (f *front) signsIn() {
	f.t.Helper()
	credentials := `{"email":"teacher@example.org","password":"` + password + `"}`
	header := forged()
	header.Set("Content-Type", "application/json")
	header.Set("Origin", f.origin())
	header.Set("Sec-Fetch-Site", "same-origin")
	r, body := f.ask("POST", "/api/v1/auth/sessions", header, strings.NewReader(credentials))
	if r.StatusCode != http.StatusCreated {
		f.t.Fatalf("signing in: %d %s", r.StatusCode, body)
	}
	if r.Header.Get("Strict-Transport-Security") == "" {
		f.t.Error("Stoa does not know that the connection is encrypted")
	}
	for _, c := range r.Cookies() {
		if !c.Secure {
			f.t.Errorf("%s is not kept from plain http", c.Name)
		}
	}
	var address string
	err := dbtest.Superuser(f.t).QueryRow(f.t.Context(), `SELECT address FROM audit.entry
		WHERE tenant_id = $1 AND request_id = $2`,
		f.h.Tenant, r.Header.Get("X-Request-Id")).Scan(&address)
	if err != nil || address != visitorsAddress {
		f.t.Errorf("Stoa took the visitor for one at %q (%v)", address, err)
	}
	header.Del("Sec-Fetch-Site") // an old browser
	if r, body := f.ask("POST", "/api/v1/auth/refresh", header, nil); r.StatusCode != http.StatusOK {
		f.t.Errorf("renewing: %d %s", r.StatusCode, body)
	}
	header.Set("Origin", "https://elsewhere.example")
	if r, _ := f.ask("POST", "/api/v1/auth/refresh", header, nil); r.StatusCode != http.StatusForbidden {
		f.t.Errorf("renewing from another site: %d", r.StatusCode)
	}
	if r, body := f.ask("GET", "/", http.Header{
		"Sec-Fetch-Dest": {"document"},
	}, nil); !strings.Contains(body, `"access_token"`) {
		f.t.Errorf("a document is not drawn for who is signed in: %d", r.StatusCode)
	}
}

// takesFilms sends one of some megabytes, of which Stoa has the
// first part before the last is sent, and reads from its middle.
func (f *front) takesFilms() {
	f.t.Helper()
	teacher := f.h.SignIn("teacher@example.org")
	var me struct{ ID uuid.UUID }
	teacher.Do("GET", "/me", nil).JSON(f.t, &me)
	ctx := viewer.With(f.h.Ctx, viewer.Viewer{
		Tenant: f.h.Tenant,
		Person: me.ID,
		Roles:  []viewer.Role{viewer.Instructor},
	})
	course := f.h.Apps[0].Courses
	draft, err := course.Create(ctx, courses.About{
		Code:     "P 1",
		Title:    "Film",
		Category: "Tests",
		Level:    "introductory",
	})
	if err != nil {
		f.t.Fatal(err)
	}
	lesson, err := course.AddLesson(ctx, draft.Sections[0].ID, "video", courses.Content{Title: "F", Minutes: 1})
	if err != nil {
		f.t.Fatal(err)
	}
	content, sending := io.Pipe()
	req, err := http.NewRequest("PUT",
		f.origin()+"/api/v1/lessons/"+lesson.ID.String()+"/draft/film?seconds=4", content)
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"video/mp4"}, "Authorization": {"Bearer " + teacher.Token}}
	answered := make(chan error)
	go func() {
		r, err := f.browser.Do(req)
		if err == nil {
			_ = r.Body.Close()
			if r.StatusCode != http.StatusOK {
				err = errors.New(r.Status)
			}
		}
		_ = content.CloseWithError(io.ErrClosedPipe) // nobody reads on
		answered <- err
	}()
	_, _ = sending.Write(append([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"), make([]byte, 3<<20)...))
	f.h.WaitFor(func() bool {
		parts, err := filepath.Glob(filepath.Join(f.h.Data, "films", "*", "*.part"))
		return err == nil && len(parts) == 1
	}, "first part of a film before its last: the proxy refuses it or holds it back")
	_, _ = sending.Write(make([]byte, 3<<20))
	_ = sending.Close()
	if err := <-answered; err != nil {
		f.t.Fatalf("sending a film: %v", err)
	}
	kept, err := course.LessonDraft(ctx, lesson.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	r, part := f.ask("GET", kept.VideoURL, http.Header{"Range": {"bytes=4000000-4999999"}}, nil)
	if r.StatusCode != http.StatusPartialContent || len(part) != 1_000_000 ||
		r.Header.Get("Content-Range") != fmt.Sprintf("bytes 4000000-4999999/%d", 6<<20+24) {
		f.t.Errorf("reading a film: %d, %d bytes of %s", r.StatusCode, len(part), r.Header.Get("Content-Range"))
	}
}

func (f *front) refusesOtherHosts() {
	f.t.Helper()
	req, err := http.NewRequest("GET", f.origin()+"/", nil)
	if err != nil {
		f.t.Fatal(err)
	}
	req.Host = "elsewhere.example"
	for what, name := range map[string]string{"a request": f.h.Host, "a connection": req.Host} {
		transport := f.transport(name)
		transport.TLSClientConfig.InsecureSkipVerify = true // #nosec G402 -- there is no certificate of that name
		r, err := transport.RoundTrip(req)
		if err != nil { // no connection for that name at all
			continue
		}
		_ = r.Body.Close()
		if r.StatusCode != http.StatusNotFound && r.StatusCode != http.StatusMisdirectedRequest {
			f.t.Errorf("%s for another host: %d", what, r.StatusCode)
		}
	}
}

// withSocket answers upgrades at /live with an echo, and hands everything else on.
func withSocket(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/live" || r.Header.Get("Upgrade") != "websocket" ||
			!strings.EqualFold(r.Header.Get("Connection"), "upgrade") {
			next.ServeHTTP(w, r)
			return
		}
		conn, both, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
		_, _ = io.Copy(conn, both)
	})
}

func (f *front) passesWebSockets() {
	f.t.Helper()
	conn, err := tls.Dial("tcp", f.https, &tls.Config{
		RootCAs:    f.roots,
		ServerName: f.h.Host,
		NextProtos: []string{"http/1.1"},
		MinVersion: tls.VersionTLS12,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	_, _ = fmt.Fprintf(conn,
		"GET /live HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
		strings.TrimPrefix(f.origin(), "https://"), f.origin(),
		base64.StdEncoding.EncodeToString([]byte("the sample nonce"))) // of RFC 6455, which withSocket's answer fits
	reader := bufio.NewReader(conn)
	r, err := http.ReadResponse(reader, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	if r.StatusCode != http.StatusSwitchingProtocols {
		f.t.Fatalf("a WebSocket: %s", r.Status)
	}
	_, _ = io.WriteString(conn, "both ways")
	echo := make([]byte, len("both ways"))
	if _, err := io.ReadFull(reader, echo); err != nil || string(echo) != "both ways" {
		f.t.Errorf("a WebSocket: %q %v", echo, err)
	}
}
