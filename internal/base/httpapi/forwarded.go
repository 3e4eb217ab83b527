package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// Host is a request's host name and port as names compare: small letters, no last dot, no brackets.
// Not ok: it is no host at all, as "localhost:1@elsewhere", which would be an address of elsewhere.
func Host(host string) (name, port string, ok bool) {
	name = strings.ToLower(host)
	if h, p, err := net.SplitHostPort(name); err == nil {
		if _, err := strconv.ParseUint(p, 10, 16); err != nil && p != "" {
			return "", "", false
		}
		name, port = h, p
	}
	name = strings.TrimSuffix(strings.Trim(name, "[]"), ".")
	return name, port, name != "" && !strings.ContainsAny(name, "@/\\ ")
}

// SameHost tells whether two hosts are one as browsers compare them. A port that a
// scheme implies may be left out or not: proxies that end TLS write it either way.
func SameHost(a, b string) bool {
	nameA, portA, okA := Host(a)
	nameB, portB, okB := Host(b)
	implied := func(port string) bool { return port == "" || port == "80" || port == "443" }
	return okA && okB && nameA == nameB && (portA == portB || implied(portA) && implied(portB))
}

// Local tells whether a host is this machine for a browser on it: there, plain http is as good as https.
func Local(host string) bool {
	name, _, ok := Host(host)
	return ok && (name == "localhost" || strings.HasSuffix(name, ".localhost") || net.ParseIP(name).IsLoopback())
}

// believe takes from a trusted proxy's headers what the client's request was before it: its address,
// its host, and whether it was encrypted. Where several have written, the last one is ours.
func believe(r *http.Request) (address string) {
	said := forwarded(r.Header)
	if said.host != "" {
		r.Host = said.host
	}
	if said.proto == "https" || said.proto == "http" {
		r.URL.Scheme = said.proto
	}
	return said.client
}

type forwardedBy struct{ client, host, proto string }

// forwarded reads what proxies say in X-Forwarded-… or in words of their own, or else in Forwarded (RFC 7239).
// One of them alone is believed: most proxies write the former, and hand the latter on as a client sent it.
func forwarded(h http.Header) forwardedBy {
	own, standard := inOwnWords(h), h.Values("Forwarded")
	if own.client == "" && len(standard) > 0 {
		return inStandardWords(last(standard))
	}
	return own
}

func inStandardWords(said string) (f forwardedBy) {
	for part := range strings.SplitSeq(said, ";") {
		name, value, _ := strings.Cut(part, "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "for":
			f.client = bare(value)
		case "host":
			f.host = value
		case "proto":
			f.proto = strings.ToLower(value)
		}
	}
	return f
}

func inOwnWords(h http.Header) (f forwardedBy) {
	for _, name := range []string{"X-Forwarded-For", "X-Real-Ip"} {
		if f.client == "" {
			f.client = bare(last(h.Values(name)))
		}
	}
	f.host = last(h.Values("X-Forwarded-Host"))
	port := last(h.Values("X-Forwarded-Port"))
	if f.host != "" && port != "" && port != "80" && port != "443" && !strings.Contains(f.host, ":") {
		f.host += ":" + port
	}
	for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Url-Scheme"} {
		if f.proto == "" {
			f.proto = strings.ToLower(last(h.Values(name)))
		}
	}
	if f.proto == "" && (last(h.Values("X-Forwarded-Ssl")) == "on" || last(h.Values("Front-End-Https")) == "on") {
		f.proto = "https"
	}
	return f
}

// last is the last member of a header that holds a list, over all its lines.
func last(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	line := lines[len(lines)-1]
	return strings.TrimSpace(line[strings.LastIndexByte(line, ',')+1:])
}

// bare is an address without port, brackets and zone; "" for what is no address, as "unknown".
func bare(address string) string {
	if with, err := netip.ParseAddrPort(address); err == nil {
		return with.Addr().WithZone("").Unmap().String()
	}
	if a, err := netip.ParseAddr(strings.Trim(address, "[]")); err == nil {
		return a.WithZone("").Unmap().String()
	}
	return ""
}
