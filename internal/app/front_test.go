package app_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
)

// ask sends a request to the whole of a house, not to its API alone.
func (h *house) ask(method, path, host string, header http.Header) reply {
	h.t.Helper()
	req, err := http.NewRequest(method, h.servers[0].URL+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Host = host
	for name, values := range header {
		req.Header[name] = values
	}
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := stay.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return reply{status: r.StatusCode, body: string(raw), header: r.Header}
}

func TestAddressesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	for _, c := range []struct {
		path   string
		status int
		kind   string
	}{
		{"/", 200, "text/html"}, {"/sign-in", 200, "text/html"}, {"/people", 200, "text/html"},
		{"/courses/" + h.tenant.String(), 200, "text/html"}, {"/teach/lessons/x", 200, "text/html"},
		{"/nope", 404, "text/html"}, {"/people/a/b", 404, "text/html"},
		{"/wp-login.php", 404, "application/problem+json"}, {"/.env", 404, "application/problem+json"},
		{"/assets/", 404, "application/problem+json"}, {"/assets/nope.js", 404, "text/plain"},
		{"/media/", 404, "application/problem+json"}, {"/media/nope.webm", 404, "text/plain"},
		{"/api/v2/me", 404, "application/problem+json"}, {"/api/v1/nope", 404, "application/problem+json"},
		{"/.well-known/nope", 404, "application/problem+json"},
		{"/.well-known/change-password", 302, "text/html"}, {"/favicon.ico", 301, "text/html"},
		{"/favicon.svg", 200, "image/svg+xml"},
		{"/manifest.webmanifest", 200, "application/manifest+json"}, {"/robots.txt", 200, "text/plain"},
		{"/api/docs", 200, "text/html"}, {"/api/openapi.json", 200, "application/json"},
	} {
		r := h.ask("GET", c.path, h.host, nil)
		if r.status != c.status || !strings.HasPrefix(r.header.Get("Content-Type"), c.kind) {
			t.Errorf("%s: %d %s, want %d %s", c.path, r.status, r.header.Get("Content-Type"), c.status, c.kind)
		}
		if c.status == 404 && strings.Contains(r.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s is kept for ever", c.path)
		}
	}
}

func TestAHostIsTheSameHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	for host, status := range map[string]int{
		h.host: 200, strings.ToUpper(h.host): 200, h.host + ".": 200, h.host + ".:8102": 200, h.host + ":443": 200,
		"elsewhere.example": 404, h.host + ":1@elsewhere.example": 404, "": 400,
	} {
		if host == "" {
			continue
		}
		r := h.ask("GET", "/api/v1/institution", host, nil)
		if r.status != status && !(status == 404 && r.status == 400) {
			t.Errorf("%s: %d", host, r.status)
		}
	}
}

func TestSigningInWorksBehindProxies(t *testing.T) {
	t.Parallel()
	h := open(t, 1, func(c *config.Config) { c.TrustProxy = true })
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	for name, c := range map[string]struct {
		host   string
		header http.Header
		status int
	}{
		"the port left out": {
			h.host,
			http.Header{"Origin": {"https://" + h.host}, "Sec-Fetch-Site": {"same-origin"}},
			201,
		},
		"the port named": {h.host + ":443", http.Header{"Origin": {"https://" + h.host}}, 201},
		"another port outside": {
			h.host,
			http.Header{"Origin": {"https://" + h.host + ":8443"}, "Sec-Fetch-Site": {"same-origin"}},
			201,
		},
		"a host of the inside": {
			h.host,
			http.Header{"Origin": {"https://" + h.host}, "X-Forwarded-Host": {h.host}, "X-Forwarded-Proto": {"https"}},
			201,
		},
		"another site": {
			h.host,
			http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}},
			403,
		},
		"another site's old browser": {h.host, http.Header{"Origin": {"https://evil.example"}}, 403},
		"another port's page": {
			h.host + ":8080",
			http.Header{"Origin": {"http://" + h.host + ":9090"}, "Sec-Fetch-Site": {"same-site"}},
			403,
		},
		"another port's old browser":  {h.host + ":8080", http.Header{"Origin": {"http://" + h.host + ":9090"}}, 403},
		"a page without an origin":    {h.host, http.Header{"Origin": {"null"}}, 403},
		"a program, which names none": {h.host, http.Header{}, 201},
		"a proxy that names the inside": {
			h.host,
			http.Header{"Origin": {"https://evil.example"}, "X-Forwarded-Host": {h.host}},
			403,
		},
	} {
		client := h.client()
		h.host = c.host
		r := client.doWith(c.header, "POST", "/auth/sessions", map[string]string{
			"email": "asha@example.org", "password": password,
		})
		h.host, _, _ = strings.Cut(c.host, ":")
		if r.status != c.status {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

// A made-up method is no figure of its own.
func TestMethodsThatThereAreNotCountAsOne(t *testing.T) {
	t.Parallel()
	h := open(t, 1, func(c *config.Config) { c.MetricsToken = "figures" })
	for _, method := range []string{"MADEUP", "GETT", "PROPFIND", "X" + strings.Repeat("Y", 200)} {
		h.ask(method, "/", h.host, nil)
		h.ask(method, "/api/v1/me", h.host, nil)
	}
	r := h.ask("GET", "/metrics", h.host, http.Header{"Authorization": {"Bearer figures"}})
	if !strings.Contains(r.body, `method="other"`) || strings.Contains(r.body, "MADEUP") ||
		strings.Contains(r.body, "PROPFIND") {
		t.Error("methods are labels as they come")
	}
}

// A visitor's body is small, and every body that is read as JSON is looked at, whatever it calls itself.
func TestBodiesOfVisitorsAreSmallAndAllAreLookedAt(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	large := `{"email":"` + strings.Repeat("x", 70<<10) + `","password":"x"}`
	r := h.client().do("POST", "/auth/sessions", large)
	if r.status != http.StatusRequestEntityTooLarge || !strings.Contains(r.body, "64 kB") {
		t.Errorf("70 kB of a visitor: %d %s", r.status, r.body)
	}
	twice := `{"email":"a@example.org","email":"b@example.org","password":"x"}`
	for _, kind := range []string{
		"application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json",
		"text/json", "", "text/plain",
	} {
		header := http.Header{"Content-Type": {kind}}
		if kind == "" {
			header = http.Header{"Content-Type": nil}
		}
		r := h.client().doWith(header, "POST", "/auth/sessions", twice)
		if r.status != http.StatusUnprocessableEntity && r.status != http.StatusUnsupportedMediaType {
			t.Errorf("as %q: %d %s", kind, r.status, r.body)
		}
	}
}

// Who sends a body without end, or reads an answer without end, does not hold a connection for ever.
func TestConnectionsEnd(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.servers[0].URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = conn.Write([]byte("POST /api/v1/auth/sessions HTTP/1.1\r\nHost: " + h.host +
		"\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"))
	began := time.Now()
	_ = conn.SetReadDeadline(began.Add(time.Minute))
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("after %s the connection is still there: %v", time.Since(began), err)
	}
}

// One network's visitors are limited wherever they ask.
func TestVisitorsAreLimitedEverywhere(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"/", "/nope.php", "/api/v1/nope", "/photos/x.jpg", "/films/x.mp4", "/.well-known/nope",
	} {
		h := open(t, 1, func(c *config.Config) { c.RateNetwork = 2 })
		h.waitFor(func() bool {
			return h.ask("GET", path, h.host, nil).status == http.StatusTooManyRequests
		}, "limit on "+path)
	}
}
