package identity_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/config"
	"stoa/internal/base/oidctest"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// The whole way through a real provider: somebody new, somebody
// known, somebody who has an account, somebody unconfirmed.
func TestSigningInWithARealProvider(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	user := func(subject, email string, confirmed bool) oidctest.User {
		return oidctest.User{Subject: subject, First: "Lena", Last: "\u202eRao\n", Email: email, Confirmed: confirmed}
	}
	p := apptest.RealProvider(h.Callback(), user("s1", "Lena@Example.org", true), user("s2", "asha@example.org", true),
		user("s3", "asha@example.org", false),
		user("s4", "nobody@example.org", false), user("s5", "other@elsewhere.example", true))
	t.Cleanup(p.Close)
	provider := h.Offer(t, p.URL+"/", "campus")
	asha := h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)

	var offered struct{ Items []struct{ ID, Name string } }
	h.Client().Do("GET", "/auth/providers", nil).JSON(t, &offered)
	if len(offered.Items) != 1 || offered.Items[0].ID != provider.String() {
		t.Fatalf("offered: %+v", offered)
	}

	c := h.Client()
	address := c.Begin(t, provider)
	if q := address.Query(); q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" ||
		q.Get("redirect_uri") != h.Callback() || q.Get("response_type") != "code" {
		t.Errorf("asked as %s", address)
	}
	back := apptest.LogIn(t, address, "s1")
	r := c.Do("POST", "/auth/provider-sessions", back)
	var in identity.SignedIn
	r.JSON(t, &in)
	if r.Status != http.StatusCreated || in.Person.Email != "lena@example.org" || in.Person.Name != "Lena Rao" ||
		in.Person.Standing != viewer.Unverified {
		t.Fatalf("somebody new: %d %s", r.Status, r.Body)
	}
	if again := c.Do("POST", "/auth/provider-sessions", back); again.Status != http.StatusUnauthorized ||
		again.Problem() != "challenge" {
		t.Errorf("what was returned counts twice: %d %s", again.Status, again.Body)
	}
	c2 := h.Client()
	r = c2.Do("POST", "/auth/provider-sessions", apptest.LogIn(t, c2.Begin(t, provider), "s1"))
	var again identity.SignedIn
	r.JSON(t, &again)
	if again.Person.ID != in.Person.ID {
		t.Errorf("somebody known: %d %s", r.Status, r.Body)
	}
	if r := h.Client().Do("POST", "/auth/sessions", map[string]string{
		"email": "lena@example.org", "password": "",
	}); r.Status != http.StatusUnauthorized {
		t.Errorf("an account without a password opens without one: %d", r.Status)
	}

	// Asha's address at the provider is her account's: nothing opens before she has opened it herself.
	c3 := h.Client()
	r = c3.Do("POST", "/auth/provider-sessions", apptest.LogIn(t, c3.Begin(t, provider), "s2"))
	var asked struct {
		Details struct{ Challenge, Email string }
	}
	r.JSON(t, &asked)
	if r.Status != http.StatusConflict || r.Problem() != "connect" || asked.Details.Email != "asha@example.org" ||
		c3.Token != "" {
		t.Fatalf("an address that has an account: %d %s", r.Status, r.Body)
	}
	connect := map[string]any{"challenge": asked.Details.Challenge}
	if r := c3.Do("POST", "/auth/connections", connect); r.Status != http.StatusUnauthorized {
		t.Errorf("connected by nobody: %d", r.Status)
	}
	if r := c.Do("POST", "/auth/connections", connect); r.Status != http.StatusConflict {
		t.Errorf("connected with somebody else's account: %d %s", r.Status, r.Body)
	}
	a := h.SignIn("asha@example.org")
	if r := a.Do("POST", "/auth/connections", connect); r.Status != http.StatusNoContent {
		t.Fatalf("connect: %d %s", r.Status, r.Body)
	}
	c4 := h.Client()
	r = c4.Do("POST", "/auth/provider-sessions", apptest.LogIn(t, c4.Begin(t, provider), "s2"))
	r.JSON(t, &in)
	if in.Person.ID != asha.ID {
		t.Errorf("connected and does not open: %d %s", r.Status, r.Body)
	}

	// An address that is not vouched for: the same words, account or not.
	var said []string
	for _, who := range []string{"s3", "s4"} {
		c := h.Client()
		r := c.Do("POST", "/auth/provider-sessions", apptest.LogIn(t, c.Begin(t, provider), who))
		if r.Status != http.StatusForbidden || r.Problem() != "address-unconfirmed" {
			t.Errorf("%s: %d %s", who, r.Status, r.Body)
		}
		said = append(said, strings.ReplaceAll(r.Body, r.Header.Get("X-Request-Id"), ""))
	}
	if said[0] != said[1] {
		t.Errorf("an unconfirmed address tells whether it has an account:\n%s\n%s", said[0], said[1])
	}

	// Connecting from the security screen, proof first, and in the same browser.
	h.Clock.Advance(time.Minute) // the provider's clock is the real one: a little skew is borne
	back = apptest.LogIn(t, a.Begin(t, provider), "s5")
	foreign := h.SignIn("asha@example.org")
	if r := foreign.Do("POST", "/auth/connections", map[string]any{
		"returned": back,
	}); r.Status != http.StatusConflict && r.Status != http.StatusUnauthorized {
		t.Errorf("connected from another browser: %d %s", r.Status, r.Body)
	}
	if r := a.Do("POST", "/auth/connections", map[string]any{"returned": back}); r.Status != http.StatusNoContent {
		t.Fatalf("connect: %d %s", r.Status, r.Body)
	}
	back = apptest.LogIn(t, c.Begin(t, provider), "s5")
	if r := c.Do("POST", "/auth/connections", map[string]any{"returned": back}); r.Status != http.StatusConflict ||
		r.Problem() != "connected" {
		t.Errorf("one account there opens two here: %d %s", r.Status, r.Body)
	}
	var list struct{ Items []identity.Connection }
	a.Do("GET", "/me/connections", nil).JSON(t, &list)
	if len(list.Items) != 2 || list.Items[1].Email != "other@elsewhere.example" {
		t.Fatalf("%+v", list)
	}
	if r := c.Do(
		"POST", "/me/connections/"+list.Items[0].ID.String()+"/removal", map[string]any{},
	); r.Status != http.StatusNotFound {
		t.Errorf("another's connection: %d", r.Status)
	}
	h.Clock.Advance(11 * time.Minute)
	a.Do("POST", "/auth/refresh", nil)
	if r := a.Do(
		"POST", "/me/connections/"+list.Items[0].ID.String()+"/removal", map[string]any{},
	); r.Problem() != "prove-yourself" {
		t.Errorf("without proof: %d %s", r.Status, r.Body)
	}
	if r := a.Do("POST", "/me/connections/"+list.Items[0].ID.String()+"/removal", map[string]any{
		"current_password": password,
	}); r.Status != http.StatusNoContent {
		t.Errorf("remove: %d %s", r.Status, r.Body)
	}
	if n := h.Count(t, "identity.person"); n != 2 {
		t.Errorf("%d people", n)
	}
}

// Whoever holds the mailbox owns the account: a new password by mail takes a stranger's connection away.
func TestANewPasswordByMailEndsConnections(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	p := apptest.RealProvider(h.Callback(), oidctest.User{
		Subject:   "s1",
		First:     "Not",
		Last:      "Lena",
		Email:     "lena@example.org",
		Confirmed: true,
	})
	t.Cleanup(p.Close)
	provider := h.Offer(t, p.URL+"/", "campus")
	c := h.Client()
	r := c.Do("POST", "/auth/provider-sessions", apptest.LogIn(t, c.Begin(t, provider), "s1"))
	if r.Status != http.StatusCreated {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	owner := h.Client()
	owner.Do("POST", "/auth/password-resets", map[string]string{"email": "lena@example.org"})
	if r := owner.Do("PUT", "/auth/password", map[string]string{
		"token": h.Mailed("lena@example.org", "Choose a new password"), "password": password,
	}); r.Status != http.StatusNoContent {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if r := c.Do("POST", "/auth/refresh", nil); r.Status != http.StatusUnauthorized {
		t.Errorf("the stranger's session lives: %d", r.Status)
	}
	brought := apptest.LogIn(t, c.Begin(t, provider), "s1")
	if r := c.Do("POST", "/auth/provider-sessions", brought); r.Problem() != "connect" {
		t.Errorf("the stranger's connection lives: %d %s", r.Status, r.Body)
	}
}

// Fifty tabs bring the same answer; and two browsers come with the same new account at once.
func TestReturnsCountOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 2)
	p := apptest.RealProvider(h.Callback(), oidctest.User{
		Subject:   "s1",
		First:     "Lena",
		Last:      "Rao",
		Email:     "lena@example.org",
		Confirmed: true,
	})
	t.Cleanup(p.Close)
	provider := h.Offer(t, p.URL+"/", "campus")
	c := h.Client()
	back := apptest.LogIn(t, c.Begin(t, provider), "s1")
	statuses := apptest.Race(50, func(i int) int {
		tab := c.Fork()
		tab.Server = i % 2
		r, err := tab.Try("POST", "/auth/provider-sessions", back)
		if err != nil {
			t.Error(err)
		}
		return r.Status
	})
	n := slices.IndexFunc(statuses, func(s int) bool { return s != http.StatusCreated && s != http.StatusUnauthorized })
	if n >= 0 {
		t.Errorf("%v", statuses)
	}
	if h.Count(t, "identity.session") != 1 || h.Count(t, "identity.person") != 1 ||
		h.Count(t, "identity.connection") != 1 {
		t.Errorf("%d sessions, %d people, %d connections", h.Count(t, "identity.session"),
			h.Count(t, "identity.person"), h.Count(t, "identity.connection"))
	}
}

// An institution's provider lies where its admin says: not on
// this machine or its networks, unless the operator allows it.
func TestProvidersAreNotSoughtInPrivateNetworks(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1, func(c *config.Config) { c.PrivateProviders = false })
	heard := 0
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard++ }))
	t.Cleanup(inside.Close)
	h.Person("admin@example.org", "", viewer.Admin)
	admin := h.SignIn("admin@example.org")
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	for _, issuer := range []string{
		"https://127.0.0.1" + port, "https://localhost" + port, "https://[::1]" + port,
		"https://[::ffff:127.0.0.1]" + port, "https://2130706433" + port, "https://0.0.0.0" + port,
		"https://0x7f.1" + port, "https://10.0.0.1", "https://192.168.1.1", "https://169.254.169.254",
		"https://[fd00::1]", "https://100.64.0.1", "http://127.0.0.1" + port,
		"http://example.org", "ftp://example.org", "javascript:alert(1)", "https://user:pass@127.0.0.1" + port,
		"file:///etc/passwd", "https://", "https://x#y",
	} {
		r := admin.Do("POST",
			"/institution/providers",
			map[string]string{"name": "X", "key": "x", "issuer": issuer, "client_id": "c", "client_secret": "s"})
		if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "body.issuer") {
			t.Errorf("%s: %d %s", issuer, r.Status, r.Body)
		}
	}
	if heard != 0 {
		t.Errorf("%d requests reached this machine", heard)
	}
}
