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
		"nothing":                         {http.Header{}, "", "inner:8080", ""},
		"nginx":                           {http.Header{"X-Forwarded-For": {"203.0.113.7"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"alumni.example.edu"}}, "203.0.113.7", "alumni.example.edu", "https"},
		"a chain: the last is ours":       {http.Header{"X-Forwarded-For": {"6.6.6.6, 203.0.113.7"}}, "203.0.113.7", "inner:8080", ""},
		"a chain in two lines":            {http.Header{"X-Forwarded-For": {"6.6.6.6", "203.0.113.7"}}, "203.0.113.7", "inner:8080", ""},
		"with a port, as some clouds":     {http.Header{"X-Forwarded-For": {"203.0.113.7:51123"}}, "203.0.113.7", "inner:8080", ""},
		"IPv6 with a port":                {http.Header{"X-Forwarded-For": {"[2001:db8::7]:51123"}}, "2001:db8::7", "inner:8080", ""},
		"IPv6 with a zone":                {http.Header{"X-Forwarded-For": {"fe80::1%eth0"}}, "fe80::1", "inner:8080", ""},
		"IPv4 in IPv6":                    {http.Header{"X-Forwarded-For": {"::ffff:203.0.113.7"}}, "203.0.113.7", "inner:8080", ""},
		"no address":                      {http.Header{"X-Forwarded-For": {"unknown"}}, "", "inner:8080", ""},
		"X-Real-IP alone":                 {http.Header{"X-Real-Ip": {"203.0.113.7"}}, "203.0.113.7", "inner:8080", ""},
		"Forwarded":                       {http.Header{"Forwarded": {`for="[2001:db8::7]:4711";proto=https;host=alumni.example.edu`}}, "2001:db8::7", "alumni.example.edu", "https"},
		"Forwarded, a chain":              {http.Header{"Forwarded": {"for=6.6.6.6, for=203.0.113.7; Proto=HTTPS"}}, "203.0.113.7", "inner:8080", "https"},
		"Forwarded, hidden":               {http.Header{"Forwarded": {"for=_secret"}, "X-Forwarded-For": {"203.0.113.7"}}, "203.0.113.7", "inner:8080", ""},
		"a port of its own":               {http.Header{"X-Forwarded-Host": {"alumni.example.edu"}, "X-Forwarded-Port": {"8443"}}, "", "alumni.example.edu:8443", ""},
		"a port that the scheme implies":  {http.Header{"X-Forwarded-Host": {"alumni.example.edu"}, "X-Forwarded-Port": {"443"}}, "", "alumni.example.edu", ""},
		"the scheme in other words":       {http.Header{"X-Forwarded-Scheme": {"https"}}, "", "inner:8080", "https"},
		"the scheme as a switch":          {http.Header{"X-Forwarded-Ssl": {"on"}}, "", "inner:8080", "https"},
		"the scheme as another switch":    {http.Header{"Front-End-Https": {"on"}}, "", "inner:8080", "https"},
		"a scheme that there is not":      {http.Header{"X-Forwarded-Proto": {"javascript"}}, "", "inner:8080", ""},
		"a websocket's scheme is no page": {http.Header{"X-Forwarded-Proto": {"wss"}}, "", "inner:8080", ""},
		"a client's Forwarded, handed on": {http.Header{
			"Forwarded": {"for=6.6.6.6;host=evil.example;proto=http"}, "X-Forwarded-For": {"203.0.113.7"}, "X-Forwarded-Proto": {"https"},
		}, "203.0.113.7", "inner:8080", "https"},
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
		{"localhost", "localhost", true}, {"LOCALHOST:8102", "localhost:8102", true}, {"localhost:443", "localhost", true}, {"localhost:80", "localhost", true},
		{"localhost.", "localhost", true}, {"[::1]:8080", "[::1]:8080", true}, {"localhost:8102", "localhost", false}, {"localhost:8102", "localhost:8103", false},
		{"evil.example", "localhost", false}, {"localhost:1@evil.example", "localhost:1@evil.example", false}, {"", "", false}, {"localhost.evil.example", "localhost", false},
	} {
		if SameHost(c.a, c.b) != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, !c.same)
		}
	}
}

// Whatever stands in these headers, an address comes of it or none.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"", "for=192.0.2.1;proto=https, for=\"[2001:db8::1]:4711\"", "unknown", "1.2.3.4, 5.6.7.8", ";;==,,\"", "[::1%25eth0]:80"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, standard, own string) {
		h := http.Header{"Forwarded": {standard}, "X-Forwarded-For": {own}, "X-Forwarded-Host": {own}, "X-Forwarded-Proto": {own}}
		budget.Check(t, standard+own, func() {
			if client := forwarded(h).client; client != "" && net.ParseIP(client) == nil {
				t.Errorf("%q is no address", client)
			}
			_, _, _ = Host(own)
		})
	})
}
