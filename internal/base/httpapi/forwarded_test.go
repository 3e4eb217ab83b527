package httpapi

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"stoa/internal/base/budget"
)

func TestWhatProxiesSayIsUnderstood(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header                http.Header
		address, host, scheme string
	}{
		"nothing": {header: http.Header{}, host: "inner:8080"},
		"nginx": {header: http.Header{
			"X-Forwarded-For":   {"203.0.113.7"},
			"X-Forwarded-Proto": {"https"},
			"X-Forwarded-Host":  {"alumni.example.edu"},
		}, address: "203.0.113.7", host: "alumni.example.edu", scheme: "https"},
		"a chain: the last is ours": {
			header:  http.Header{"X-Forwarded-For": {"6.6.6.6, 203.0.113.7"}},
			address: "203.0.113.7",
			host:    "inner:8080",
		},
		"a chain in two lines": {
			header:  http.Header{"X-Forwarded-For": {"6.6.6.6", "203.0.113.7"}},
			address: "203.0.113.7",
			host:    "inner:8080",
		},
		"with a port, as some clouds": {
			header:  http.Header{"X-Forwarded-For": {"203.0.113.7:51123"}},
			address: "203.0.113.7",
			host:    "inner:8080",
		},
		"IPv6 with a port": {
			header:  http.Header{"X-Forwarded-For": {"[2001:db8::7]:51123"}},
			address: "2001:db8::7",
			host:    "inner:8080",
		},
		"IPv6 with a zone": {
			header:  http.Header{"X-Forwarded-For": {"fe80::1%eth0"}},
			address: "fe80::1",
			host:    "inner:8080",
		},
		"IPv4 in IPv6": {
			header:  http.Header{"X-Forwarded-For": {"::ffff:203.0.113.7"}},
			address: "203.0.113.7",
			host:    "inner:8080",
		},
		"no address": {header: http.Header{"X-Forwarded-For": {"unknown"}}, host: "inner:8080"},
		"X-Real-IP alone": {
			header:  http.Header{"X-Real-Ip": {"203.0.113.7"}},
			address: "203.0.113.7",
			host:    "inner:8080",
		},
		"Forwarded": {
			header:  http.Header{"Forwarded": {`for="[2001:db8::7]:4711";proto=https;host=alumni.example.edu`}},
			address: "2001:db8::7",
			host:    "alumni.example.edu",
			scheme:  "https",
		},
		"Forwarded, a chain": {
			header:  http.Header{"Forwarded": {"for=6.6.6.6, for=203.0.113.7; Proto=HTTPS"}},
			address: "203.0.113.7",
			host:    "inner:8080",
			scheme:  "https",
		},
		"Forwarded, hidden": {
			header:  http.Header{"Forwarded": {"for=_secret"}, "X-Forwarded-For": {"203.0.113.7"}},
			address: "203.0.113.7",
			host:    "inner:8080",
		},
		"a port of its own": {
			header: http.Header{"X-Forwarded-Host": {"alumni.example.edu"}, "X-Forwarded-Port": {"8443"}},
			host:   "alumni.example.edu:8443",
		},
		"a port that the scheme implies": {
			header: http.Header{"X-Forwarded-Host": {"alumni.example.edu"}, "X-Forwarded-Port": {"443"}},
			host:   "alumni.example.edu",
		},
		"the scheme in other words": {
			header: http.Header{"X-Forwarded-Scheme": {"https"}},
			host:   "inner:8080",
			scheme: "https",
		},
		"the scheme as a switch": {
			header: http.Header{"X-Forwarded-Ssl": {"on"}},
			host:   "inner:8080",
			scheme: "https",
		},
		"the scheme as another switch": {
			header: http.Header{"Front-End-Https": {"on"}},
			host:   "inner:8080",
			scheme: "https",
		},
		"a scheme that there is not": {
			header: http.Header{"X-Forwarded-Proto": {"javascript"}},
			host:   "inner:8080",
		},
		"a websocket's scheme is no page": {header: http.Header{"X-Forwarded-Proto": {"wss"}}, host: "inner:8080"},
		"a client's Forwarded, handed on": {header: http.Header{
			"Forwarded": {"for=6.6.6.6;host=evil.example;proto=http"}, "X-Forwarded-For": {"203.0.113.7"},
			"X-Forwarded-Proto": {"https"},
		}, address: "203.0.113.7", host: "inner:8080", scheme: "https"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host, r.Header = "inner:8080", c.header
		if address := believe(r); address != c.address || r.Host != c.host || r.URL.Scheme != c.scheme {
			t.Errorf("%s: %q %q %q", name, address, r.Host, r.URL.Scheme)
		}
	}
}

func TestHostsCompareAsInBrowsers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"localhost", "localhost", true}, {"LOCALHOST:8102", "localhost:8102", true},
		{"localhost:443", "localhost", true}, {"localhost:80", "localhost", true},
		{"localhost.", "localhost", true}, {"[::1]:8080", "[::1]:8080", true}, {"localhost:8102", "localhost", false},
		{"localhost:8102", "localhost:8103", false},
		{"evil.example", "localhost", false}, {"localhost:1@evil.example", "localhost:1@evil.example", false},
		{"", "", false}, {"localhost.evil.example", "localhost", false},
	} {
		if SameHost(c.a, c.b) != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, !c.same)
		}
	}
}

// Whatever stands in these headers, an address comes of it or none.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{
		"", "for=192.0.2.1;proto=https, for=\"[2001:db8::1]:4711\"", "unknown", "1.2.3.4, 5.6.7.8", ";;==,,\"",
		"[::1%25eth0]:80",
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, standard, own string) {
		h := http.Header{
			"Forwarded":         {standard},
			"X-Forwarded-For":   {own},
			"X-Forwarded-Host":  {own},
			"X-Forwarded-Proto": {own},
		}
		budget.Check(t, standard+own, func() {
			if client := forwarded(h).client; client != "" && net.ParseIP(client) == nil {
				t.Errorf("%q is no address", client)
			}
			_, _, _ = Host(own)
		})
	})
}
