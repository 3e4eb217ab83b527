package apptest

import (
	"io"
	"net/http"
	"regexp"
	"testing"
)

const (
	PageCookie    = "__Host-stoa_page"
	BrowserCookie = "__Host-stoa_browser"
)

var inDocument = regexp.MustCompile(`"access_token":"([^"]+)"`)

// Document asks for a page as a browser does, and returns it and the access token in it.
func (h *House) Document(t *testing.T, path, cookie string, change ...func(*http.Request)) (token, text string) {
	t.Helper()
	req, err := http.NewRequest("GET", h.Servers[0].URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = h.Host
	req.Header.Set("Sec-Fetch-Dest", "document")
	if cookie != "" {
		req.Header.Set("Cookie", PageCookie+"="+cookie+"; "+BrowserCookie+"="+h.Browser)
	}
	for _, c := range change {
		c(req)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if m := inDocument.FindSubmatch(raw); m != nil {
		token = string(m[1])
		if answer.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("a document with a token may be kept: %q", answer.Header.Get("Cache-Control"))
		}
	}
	return token, string(raw)
}
