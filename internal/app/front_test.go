package app_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
)

func TestAddressesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	for _, c := range []struct {
		path   string
		status int
		kind   string
	}{
		{"/", 200, "text/html"}, {"/sign-in", 200, "text/html"}, {"/people", 200, "text/html"},
		{"/courses/" + h.Tenant.String(), 200, "text/html"}, {"/teach/lessons/x", 200, "text/html"},
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
		r := h.Ask("GET", c.path, h.Host, nil)
		if r.Status != c.status || !strings.HasPrefix(r.Header.Get("Content-Type"), c.kind) {
			t.Errorf("%s: %d %s, want %d %s", c.path, r.Status, r.Header.Get("Content-Type"), c.status, c.kind)
		}
		if c.status == 404 && strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s is kept for ever", c.path)
		}
	}
}

func TestAHostIsTheSameHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	for host, status := range map[string]int{
		h.Host: 200, strings.ToUpper(h.Host): 200, h.Host + ".": 200, h.Host + ".:8102": 200, h.Host + ":443": 200,
		"elsewhere.example": 404, h.Host + ":1@elsewhere.example": 404, "": 400,
	} {
		if host == "" {
			continue
		}
		r := h.Ask("GET", "/api/v1/institution", host, nil)
		if r.Status != status && !(status == 404 && r.Status == 400) {
			t.Errorf("%s: %d", host, r.Status)
		}
	}
}

func TestSigningInWorksBehindProxies(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1, func(c *config.Config) { c.TrustProxy = true })
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	for name, c := range map[string]struct {
		host   string
		header http.Header
		status int
	}{
		"the port left out": {
			h.Host,
			http.Header{"Origin": {"https://" + h.Host}, "Sec-Fetch-Site": {"same-origin"}},
			201,
		},
		"the port named": {h.Host + ":443", http.Header{"Origin": {"https://" + h.Host}}, 201},
		"another port outside": {
			h.Host,
			http.Header{"Origin": {"https://" + h.Host + ":8443"}, "Sec-Fetch-Site": {"same-origin"}},
			201,
		},
		"a host of the inside": {
			h.Host,
			http.Header{"Origin": {"https://" + h.Host}, "X-Forwarded-Host": {h.Host}, "X-Forwarded-Proto": {"https"}},
			201,
		},
		"another site": {
			h.Host,
			http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}},
			403,
		},
		"another site's old browser": {h.Host, http.Header{"Origin": {"https://evil.example"}}, 403},
		"another port's page": {
			h.Host + ":8080",
			http.Header{"Origin": {"http://" + h.Host + ":9090"}, "Sec-Fetch-Site": {"same-site"}},
			403,
		},
		"another port's old browser":  {h.Host + ":8080", http.Header{"Origin": {"http://" + h.Host + ":9090"}}, 403},
		"a page without an origin":    {h.Host, http.Header{"Origin": {"null"}}, 403},
		"a program, which names none": {h.Host, http.Header{}, 201},
		"a proxy that names the inside": {
			h.Host,
			http.Header{"Origin": {"https://evil.example"}, "X-Forwarded-Host": {h.Host}},
			403,
		},
	} {
		client := h.Client()
		h.Host = c.host
		r := client.DoWith(c.header, "POST", "/auth/sessions", map[string]string{
			"email": "asha@example.org", "password": password,
		})
		h.Host, _, _ = strings.Cut(c.host, ":")
		if r.Status != c.status {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
}

// A made-up method is no figure of its own.
func TestMethodsThatThereAreNotCountAsOne(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1, func(c *config.Config) { c.MetricsToken = "figures" })
	for _, method := range []string{"MADEUP", "GETT", "PROPFIND", "X" + strings.Repeat("Y", 200)} {
		h.Ask(method, "/", h.Host, nil)
		h.Ask(method, "/api/v1/me", h.Host, nil)
	}
	r := h.Ask("GET", "/metrics", h.Host, http.Header{"Authorization": {"Bearer figures"}})
	if !strings.Contains(r.Body, `method="other"`) || strings.Contains(r.Body, "MADEUP") ||
		strings.Contains(r.Body, "PROPFIND") {
		t.Error("methods are labels as they come")
	}
}

// A visitor's body is small, and every body that is read as JSON is looked at, whatever it calls itself.
func TestBodiesOfVisitorsAreSmallAndAllAreLookedAt(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	large := `{"email":"` + strings.Repeat("x", 70<<10) + `","password":"x"}`
	r := h.Client().Do("POST", "/auth/sessions", large)
	if r.Status != http.StatusRequestEntityTooLarge || !strings.Contains(r.Body, "64 kB") {
		t.Errorf("70 kB of a visitor: %d %s", r.Status, r.Body)
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
		r := h.Client().DoWith(header, "POST", "/auth/sessions", twice)
		if r.Status != http.StatusUnprocessableEntity && r.Status != http.StatusUnsupportedMediaType {
			t.Errorf("as %q: %d %s", kind, r.Status, r.Body)
		}
	}
}

// Who sends a body without end, or reads an answer without end, does not hold a connection for ever.
func TestConnectionsEnd(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.Servers[0].URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = conn.Write([]byte("POST /api/v1/auth/sessions HTTP/1.1\r\nHost: " + h.Host +
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
		h := apptest.Open(t, 1, func(c *config.Config) { c.RateNetwork = 2 })
		h.WaitFor(func() bool {
			return h.Ask("GET", path, h.Host, nil).Status == http.StatusTooManyRequests
		}, "limit on "+path)
	}
}
