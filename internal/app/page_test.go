package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
)

// The page token draws a document and puts an access token into
// it; nothing else takes it, and it ends with its session.
func TestAPageTokenOpensDocumentsAndNothingElse(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	other := apptest.Open(t, 1)
	asha := h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	h.Person("admin@example.org", "", viewer.Admin)
	other.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	c := h.SignIn("asha@example.org")
	page := c.Cookies[apptest.PageCookie]
	h.Browser, other.Browser = c.Cookies[apptest.BrowserCookie], c.Cookies[apptest.BrowserCookie]
	token, text := h.Document(t, "/people/"+asha.ID.String(), page)
	if token == "" || !strings.Contains(text, ">asha Test") || !strings.Contains(text, "<title>asha Test") {
		t.Fatalf("the document is not hers: %.400s", text)
	}
	if strings.Contains(text, "unsafe-") {
		t.Error("the document's policy or text names unsafe-…")
	}
	r := (&apptest.Client{House: h, Token: token, Cookies: map[string]string{}}).Do("GET", "/me", nil)
	if r.Status != http.StatusOK {
		t.Errorf("the token in it: %d %s", r.Status, r.Body)
	}
	bearer := &apptest.Client{House: h, Token: page, Cookies: map[string]string{}}
	if r := bearer.Do("GET", "/me", nil); r.Status != http.StatusUnauthorized {
		t.Errorf("the API takes a page token: %d", r.Status)
	}
	req, _ := http.NewRequest("GET", h.Servers[0].URL+"/api/v1/me", nil)
	req.Host = h.Host
	req.Header.Set("Cookie", apptest.PageCookie+"="+page)
	if answer, err := http.DefaultClient.Do(req); err != nil || answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("the API takes its cookie: %v %v", answer, err)
	} else {
		answer.Body.Close()
	}
	none := func(why string, h *apptest.House, cookie string, change ...func(*http.Request)) {
		t.Helper()
		if token, _ := h.Document(t, "/", cookie, change...); token != "" {
			t.Errorf("%s: a token in the document", why)
		}
	}
	none("no cookie", h, "")
	none("at another institution", other, page)
	none("an access token as page token", h, c.Token)
	for _, to := range []string{"empty", "iframe", "image", "script", "object", "embed"} {
		none("asked for as "+to, h, page, func(r *http.Request) { r.Header.Set("Sec-Fetch-Dest", to) })
	}
	none("from another machine", h, page, func(r *http.Request) { r.Header.Set("Cookie", apptest.PageCookie+"="+page) })
	another := h.SignIn("asha@example.org").Cookies[apptest.BrowserCookie]
	none("from another browser of the same person", h, page, func(r *http.Request) {
		r.Header.Set("Cookie", apptest.PageCookie+"="+page+"; "+apptest.BrowserCookie+"="+another)
	})
	f := forgerOf(t, h, page)
	if token, _ := h.Document(t, "/", f.with(nil, nil)); token == "" {
		t.Fatal("the unchanged token must work, or the next lines show nothing")
	}
	for why, forged := range forgeries(t, f, "https://elsewhere.example", h.Clock.Now()) {
		if len(forged) < 8000 && !strings.ContainsAny(forged, " \n\x00;,") && why != "a page token" {
			none(why, h, forged)
		}
	}
	h.Clock.Advance(59 * time.Minute)
	if token, _ := h.Document(t, "/", page); token == "" {
		t.Error("it ends before its hour")
	}
	h.Clock.Advance(2 * time.Minute)
	none("after its hour", h, page)

	c = h.SignIn("asha@example.org")
	kept := c.Cookies[apptest.PageCookie]
	h.Browser = c.Cookies[apptest.BrowserCookie]
	if token, _ := h.Document(t, "/", kept); token == "" {
		t.Error("a new session's page token opens nothing")
	}
	c.Do("DELETE", "/auth/sessions/current", nil)
	none("signed out", h, kept)
	c = h.SignIn("asha@example.org")
	h.Browser = c.Cookies[apptest.BrowserCookie]
	if r := h.SignIn("admin@example.org").Do("PUT", "/people/"+asha.ID.String()+"/roles", map[string]any{
		"roles": []string{"student"},
	}); r.Status >= 300 {
		t.Fatalf("roles: %d %s", r.Status, r.Body)
	}
	none("of roles that are no more", h, c.Cookies[apptest.PageCookie])
	c = h.SignIn("asha@example.org")
	second := h.SignIn("asha@example.org")
	h.Browser = c.Cookies[apptest.BrowserCookie]
	second.Do("PUT", "/me/password", map[string]string{"current_password": password, "password": password + " 2"})
	none("ended by a new password", h, c.Cookies[apptest.PageCookie])
	if r := h.SignIn("admin@example.org").Do("PUT", "/people/"+asha.ID.String()+"/ban", map[string]any{
		"reason": "a test",
	}); r.Status >= 300 {
		t.Fatalf("ban: %d %s", r.Status, r.Body)
	}
	h.Browser = second.Cookies[apptest.BrowserCookie]
	none("banned", h, second.Cookies[apptest.PageCookie])
}
