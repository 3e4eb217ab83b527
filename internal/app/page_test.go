package app_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"stoa/internal/base/viewer"
)

const (
	pageCookie    = "__Host-stoa_page"
	browserCookie = "__Host-stoa_browser"
)

var inDocument = regexp.MustCompile(`"access_token":"([^"]+)"`)

// document asks for a page as a browser does, and returns it and the access token in it.
func (h *house) document(t *testing.T, path, cookie string, change ...func(*http.Request)) (token, text string) {
	t.Helper()
	req, err := http.NewRequest("GET", h.servers[0].URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = h.host
	req.Header.Set("Sec-Fetch-Dest", "document")
	if cookie != "" {
		req.Header.Set("Cookie", pageCookie+"="+cookie+"; "+browserCookie+"="+h.browser)
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

// The page token draws a document and puts an access token into
// it; nothing else takes it, and it ends with its session.
func TestAPageTokenOpensDocumentsAndNothingElse(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	other := open(t, 1)
	asha := h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	h.person("admin@example.org", "", viewer.Admin)
	other.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.signIn("asha@example.org")
	page := c.cookies[pageCookie]
	h.browser, other.browser = c.cookies[browserCookie], c.cookies[browserCookie]
	token, text := h.document(t, "/people/"+asha.ID.String(), page)
	if token == "" || !strings.Contains(text, ">asha Test") || !strings.Contains(text, "<title>asha Test") {
		t.Fatalf("the document is not hers: %.400s", text)
	}
	if strings.Contains(text, "unsafe-") {
		t.Error("the document's policy or text names unsafe-…")
	}
	r := (&client{h: h, token: token, cookies: map[string]string{}}).do("GET", "/me", nil)
	if r.status != http.StatusOK {
		t.Errorf("the token in it: %d %s", r.status, r.body)
	}
	bearer := &client{h: h, token: page, cookies: map[string]string{}}
	if r := bearer.do("GET", "/me", nil); r.status != http.StatusUnauthorized {
		t.Errorf("the API takes a page token: %d", r.status)
	}
	req, _ := http.NewRequest("GET", h.servers[0].URL+"/api/v1/me", nil)
	req.Host = h.host
	req.Header.Set("Cookie", pageCookie+"="+page)
	if answer, err := http.DefaultClient.Do(req); err != nil || answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("the API takes its cookie: %v %v", answer, err)
	} else {
		answer.Body.Close()
	}
	none := func(why string, h *house, cookie string, change ...func(*http.Request)) {
		t.Helper()
		if token, _ := h.document(t, "/", cookie, change...); token != "" {
			t.Errorf("%s: a token in the document", why)
		}
	}
	none("no cookie", h, "")
	none("at another institution", other, page)
	none("an access token as page token", h, c.token)
	for _, to := range []string{"empty", "iframe", "image", "script", "object", "embed"} {
		none("asked for as "+to, h, page, func(r *http.Request) { r.Header.Set("Sec-Fetch-Dest", to) })
	}
	none("from another machine", h, page, func(r *http.Request) { r.Header.Set("Cookie", pageCookie+"="+page) })
	another := h.signIn("asha@example.org").cookies[browserCookie]
	none("from another browser of the same person", h, page, func(r *http.Request) {
		r.Header.Set("Cookie", pageCookie+"="+page+"; "+browserCookie+"="+another)
	})
	f := forgerOf(t, h, page)
	if token, _ := h.document(t, "/", f.with(nil, nil)); token == "" {
		t.Fatal("the unchanged token must work, or the next lines show nothing")
	}
	for why, forged := range forgeries(t, f, "https://elsewhere.example", h.clock.Now()) {
		if len(forged) < 8000 && !strings.ContainsAny(forged, " \n\x00;,") && why != "a page token" {
			none(why, h, forged)
		}
	}
	h.clock.Advance(59 * time.Minute)
	if token, _ := h.document(t, "/", page); token == "" {
		t.Error("it ends before its hour")
	}
	h.clock.Advance(2 * time.Minute)
	none("after its hour", h, page)

	c = h.signIn("asha@example.org")
	kept := c.cookies[pageCookie]
	h.browser = c.cookies[browserCookie]
	if token, _ := h.document(t, "/", kept); token == "" {
		t.Error("a new session's page token opens nothing")
	}
	c.do("DELETE", "/auth/sessions/current", nil)
	none("signed out", h, kept)
	c = h.signIn("asha@example.org")
	h.browser = c.cookies[browserCookie]
	if r := h.signIn("admin@example.org").do("PUT", "/people/"+asha.ID.String()+"/roles", map[string]any{
		"roles": []string{"student"},
	}); r.status >= 300 {
		t.Fatalf("roles: %d %s", r.status, r.body)
	}
	none("of roles that are no more", h, c.cookies[pageCookie])
	c = h.signIn("asha@example.org")
	second := h.signIn("asha@example.org")
	h.browser = c.cookies[browserCookie]
	second.do("PUT", "/me/password", map[string]string{"current_password": password, "password": password + " 2"})
	none("ended by a new password", h, c.cookies[pageCookie])
	if r := h.signIn("admin@example.org").do("PUT", "/people/"+asha.ID.String()+"/ban", map[string]any{
		"reason": "a test",
	}); r.status >= 300 {
		t.Fatalf("ban: %d %s", r.status, r.body)
	}
	h.browser = second.cookies[browserCookie]
	none("banned", h, second.cookies[pageCookie])
}
