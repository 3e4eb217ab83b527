package app_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/config"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/oidctest"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// realProvider is an OpenID provider of its own, which lets its client return to an address.
func realProvider(callback string, known ...oidctest.User) *httptest.Server {
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = oidctest.Handler("http://"+server.Listener.Addr().String()+"/",
		[]string{callback}, known...)
	server.Start()
	return server
}

// nowhere is a provider that is only there to be found.
var nowhere = sync.OnceValue(func() string {
	server := realProvider("http://nowhere.localhost/")
	nowhereClose = server.Close
	return server.URL + "/"
})

var nowhereClose = func() {}

func (h *house) callback() string { return "http://" + h.host + "/sign-in/callback/campus" }

// offer adds a provider to the house.
func (h *house) offer(t *testing.T, issuer, key string) uuid.UUID {
	t.Helper()
	admin := identity.Person{ID: uuid.New(), Roles: []viewer.Role{viewer.Admin}}
	n := identity.NewProvider{ProviderChange: identity.ProviderChange{
		Name: "Campus " + h.mark(), ClientID: oidctest.ClientID, Secret: oidctest.ClientSecret,
	}, Key: key, Issuer: issuer}
	p, err := h.apps[0].Identity.AddProvider(
		viewer.With(h.ctx, viewer.Viewer{Tenant: h.tenant, Person: admin.ID, Roles: admin.Roles, Host: h.host}), n,
	)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// connect puts a connection into the house, as if somebody had come from a provider.
func (h *house) connect(t *testing.T, p identity.Person) (connection uuid.UUID) {
	t.Helper()
	connection = uuid.New()
	_, err := h.place.superuser(t).Exec(t.Context(), `INSERT INTO identity.connection (tenant_id, id, person_id, issuer,
		subject, email, created_at) VALUES ($1, $2, $3, $4, $5, $6, now())`,
		h.tenant, connection, p.ID, nowhere(), connection.String(), h.mark()+"@elsewhere.example")
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

// begin is where a browser is sent for a provider.
func (c *client) begin(t *testing.T, provider uuid.UUID) *url.URL {
	t.Helper()
	r := c.do("POST", "/auth/providers/"+provider.String()+"/authorisations", nil)
	if r.status != http.StatusCreated {
		t.Fatalf("begin: %d %s", r.status, r.body)
	}
	var begun struct{ Address string }
	r.json(t, &begun)
	u, err := url.Parse(begun.Address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// logIn goes through the provider's own screens and is what it sends back.
func logIn(t *testing.T, address *url.URL, user string) map[string]string {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, "/sign-in/callback/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := browser.Get(address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	text, _ := io.ReadAll(page.Body)
	request := page.Request.URL.Query().Get("authRequestID")
	if request == "" {
		t.Fatalf("no login page: %s", text)
	}
	form := url.Values{"id": {request}, "username": {user}, "password": {oidctest.Password}}
	back, err := browser.PostForm(page.Request.URL.Scheme+"://"+page.Request.URL.Host+"/login/username", form)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Body.Close()
	to, err := url.Parse(back.Header.Get("Location"))
	if err != nil || to.Query().Get("code") == "" {
		text, _ := io.ReadAll(back.Body)
		t.Fatalf("the provider did not send back: %d %s %s", back.StatusCode, back.Header.Get("Location"), text)
	}
	return returned(to)
}

func returned(to *url.URL) map[string]string {
	q, m := to.Query(), map[string]string{"key": to.Path[strings.LastIndex(to.Path, "/")+1:]}
	for _, name := range []string{"state", "code", "iss"} {
		if v := q.Get(name); v != "" {
			m[name] = v
		}
	}
	return m
}

func (h *house) count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := dbtest.Superuser(t).QueryRow(t.Context(), "SELECT count(*) FROM "+table+
		" WHERE tenant_id = $1", h.tenant).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// The whole way through a real provider: somebody new, somebody
// known, somebody who has an account, somebody unconfirmed.
func TestSigningInWithARealProvider(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	user := func(subject, email string, confirmed bool) oidctest.User {
		return oidctest.User{Subject: subject, First: "Lena", Last: "\u202eRao\n", Email: email, Confirmed: confirmed}
	}
	p := realProvider(h.callback(), user("s1", "Lena@Example.org", true), user("s2", "asha@example.org", true),
		user("s3", "asha@example.org", false),
		user("s4", "nobody@example.org", false), user("s5", "other@elsewhere.example", true))
	t.Cleanup(p.Close)
	provider := h.offer(t, p.URL+"/", "campus")
	asha := h.person("asha@example.org", viewer.Verified, viewer.Alumnus)

	var offered struct{ Items []struct{ ID, Name string } }
	h.client().do("GET", "/auth/providers", nil).json(t, &offered)
	if len(offered.Items) != 1 || offered.Items[0].ID != provider.String() {
		t.Fatalf("offered: %+v", offered)
	}

	c := h.client()
	address := c.begin(t, provider)
	if q := address.Query(); q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" ||
		q.Get("redirect_uri") != h.callback() || q.Get("response_type") != "code" {
		t.Errorf("asked as %s", address)
	}
	back := logIn(t, address, "s1")
	r := c.do("POST", "/auth/provider-sessions", back)
	var in identity.SignedIn
	r.json(t, &in)
	if r.status != http.StatusCreated || in.Person.Email != "lena@example.org" || in.Person.Name != "Lena Rao" ||
		in.Person.Standing != viewer.Unverified {
		t.Fatalf("somebody new: %d %s", r.status, r.body)
	}
	if again := c.do("POST", "/auth/provider-sessions", back); again.status != http.StatusUnauthorized ||
		again.problem() != "challenge" {
		t.Errorf("what was returned counts twice: %d %s", again.status, again.body)
	}
	c2 := h.client()
	r = c2.do("POST", "/auth/provider-sessions", logIn(t, c2.begin(t, provider), "s1"))
	var again identity.SignedIn
	r.json(t, &again)
	if again.Person.ID != in.Person.ID {
		t.Errorf("somebody known: %d %s", r.status, r.body)
	}
	if r := h.client().do("POST", "/auth/sessions", map[string]string{
		"email": "lena@example.org", "password": "",
	}); r.status != http.StatusUnauthorized {
		t.Errorf("an account without a password opens without one: %d", r.status)
	}

	// Asha's address at the provider is her account's: nothing opens before she has opened it herself.
	c3 := h.client()
	r = c3.do("POST", "/auth/provider-sessions", logIn(t, c3.begin(t, provider), "s2"))
	var asked struct {
		Details struct{ Challenge, Email string }
	}
	r.json(t, &asked)
	if r.status != http.StatusConflict || r.problem() != "connect" || asked.Details.Email != "asha@example.org" ||
		c3.token != "" {
		t.Fatalf("an address that has an account: %d %s", r.status, r.body)
	}
	connect := map[string]any{"challenge": asked.Details.Challenge}
	if r := c3.do("POST", "/auth/connections", connect); r.status != http.StatusUnauthorized {
		t.Errorf("connected by nobody: %d", r.status)
	}
	if r := c.do("POST", "/auth/connections", connect); r.status != http.StatusConflict {
		t.Errorf("connected with somebody else's account: %d %s", r.status, r.body)
	}
	a := h.signIn("asha@example.org")
	if r := a.do("POST", "/auth/connections", connect); r.status != http.StatusNoContent {
		t.Fatalf("connect: %d %s", r.status, r.body)
	}
	c4 := h.client()
	r = c4.do("POST", "/auth/provider-sessions", logIn(t, c4.begin(t, provider), "s2"))
	r.json(t, &in)
	if in.Person.ID != asha.ID {
		t.Errorf("connected and does not open: %d %s", r.status, r.body)
	}

	// An address that is not vouched for: the same words, account or not.
	var said []string
	for _, who := range []string{"s3", "s4"} {
		c := h.client()
		r := c.do("POST", "/auth/provider-sessions", logIn(t, c.begin(t, provider), who))
		if r.status != http.StatusForbidden || r.problem() != "address-unconfirmed" {
			t.Errorf("%s: %d %s", who, r.status, r.body)
		}
		said = append(said, strings.ReplaceAll(r.body, r.header.Get("X-Request-Id"), ""))
	}
	if said[0] != said[1] {
		t.Errorf("an unconfirmed address tells whether it has an account:\n%s\n%s", said[0], said[1])
	}

	// Connecting from the security screen, proof first, and in the same browser.
	h.clock.Advance(time.Minute) // the provider's clock is the real one: a little skew is borne
	back = logIn(t, a.begin(t, provider), "s5")
	foreign := h.signIn("asha@example.org")
	if r := foreign.do("POST", "/auth/connections", map[string]any{
		"returned": back,
	}); r.status != http.StatusConflict && r.status != http.StatusUnauthorized {
		t.Errorf("connected from another browser: %d %s", r.status, r.body)
	}
	if r := a.do("POST", "/auth/connections", map[string]any{"returned": back}); r.status != http.StatusNoContent {
		t.Fatalf("connect: %d %s", r.status, r.body)
	}
	back = logIn(t, c.begin(t, provider), "s5")
	if r := c.do("POST", "/auth/connections", map[string]any{"returned": back}); r.status != http.StatusConflict ||
		r.problem() != "connected" {
		t.Errorf("one account there opens two here: %d %s", r.status, r.body)
	}
	var list struct{ Items []identity.Connection }
	a.do("GET", "/me/connections", nil).json(t, &list)
	if len(list.Items) != 2 || list.Items[1].Email != "other@elsewhere.example" {
		t.Fatalf("%+v", list)
	}
	if r := c.do(
		"POST", "/me/connections/"+list.Items[0].ID.String()+"/removal", map[string]any{},
	); r.status != http.StatusNotFound {
		t.Errorf("another's connection: %d", r.status)
	}
	h.clock.Advance(11 * time.Minute)
	a.do("POST", "/auth/refresh", nil)
	if r := a.do(
		"POST", "/me/connections/"+list.Items[0].ID.String()+"/removal", map[string]any{},
	); r.problem() != "prove-yourself" {
		t.Errorf("without proof: %d %s", r.status, r.body)
	}
	if r := a.do("POST", "/me/connections/"+list.Items[0].ID.String()+"/removal", map[string]any{
		"current_password": password,
	}); r.status != http.StatusNoContent {
		t.Errorf("remove: %d %s", r.status, r.body)
	}
	if n := h.count(t, "identity.person"); n != 2 {
		t.Errorf("%d people", n)
	}
}

// Whoever holds the mailbox owns the account: a new password by mail takes a stranger's connection away.
func TestANewPasswordByMailEndsConnections(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	p := realProvider(h.callback(), oidctest.User{
		Subject:   "s1",
		First:     "Not",
		Last:      "Lena",
		Email:     "lena@example.org",
		Confirmed: true,
	})
	t.Cleanup(p.Close)
	provider := h.offer(t, p.URL+"/", "campus")
	c := h.client()
	r := c.do("POST", "/auth/provider-sessions", logIn(t, c.begin(t, provider), "s1"))
	if r.status != http.StatusCreated {
		t.Fatalf("%d %s", r.status, r.body)
	}
	owner := h.client()
	owner.do("POST", "/auth/password-resets", map[string]string{"email": "lena@example.org"})
	if r := owner.do("PUT", "/auth/password", map[string]string{
		"token": h.mailed("lena@example.org", "Choose a new password"), "password": password,
	}); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := c.do("POST", "/auth/refresh", nil); r.status != http.StatusUnauthorized {
		t.Errorf("the stranger's session lives: %d", r.status)
	}
	if r := c.do("POST", "/auth/provider-sessions", logIn(t, c.begin(t, provider), "s1")); r.problem() != "connect" {
		t.Errorf("the stranger's connection lives: %d %s", r.status, r.body)
	}
}

// Fifty tabs bring the same answer; and two browsers come with the same new account at once.
func TestReturnsCountOnce(t *testing.T) {
	t.Parallel()
	h := open(t, 2)
	p := realProvider(h.callback(), oidctest.User{
		Subject:   "s1",
		First:     "Lena",
		Last:      "Rao",
		Email:     "lena@example.org",
		Confirmed: true,
	})
	t.Cleanup(p.Close)
	provider := h.offer(t, p.URL+"/", "campus")
	c := h.client()
	back := logIn(t, c.begin(t, provider), "s1")
	statuses := race(50, func(i int) int {
		tab := c.fork()
		tab.server = i % 2
		r, err := tab.try("POST", "/auth/provider-sessions", back)
		if err != nil {
			t.Error(err)
		}
		return r.status
	})
	n := slices.IndexFunc(statuses, func(s int) bool { return s != http.StatusCreated && s != http.StatusUnauthorized })
	if n >= 0 {
		t.Errorf("%v", statuses)
	}
	if h.count(t, "identity.session") != 1 || h.count(t, "identity.person") != 1 ||
		h.count(t, "identity.connection") != 1 {
		t.Errorf("%d sessions, %d people, %d connections", h.count(t, "identity.session"),
			h.count(t, "identity.person"), h.count(t, "identity.connection"))
	}
}

func race(n int, do func(int) int) []int {
	var all sync.WaitGroup
	start, results := make(chan struct{}), make([]int, n)
	for i := range n {
		all.Go(func() { <-start; results[i] = do(i) })
	}
	close(start)
	all.Wait()
	return results
}

// An institution's provider lies where its admin says: not on
// this machine or its networks, unless the operator allows it.
func TestProvidersAreNotSoughtInPrivateNetworks(t *testing.T) {
	t.Parallel()
	h := open(t, 1, func(c *config.Config) { c.PrivateProviders = false })
	heard := 0
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard++ }))
	t.Cleanup(inside.Close)
	h.person("admin@example.org", "", viewer.Admin)
	admin := h.signIn("admin@example.org")
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	for _, issuer := range []string{
		"https://127.0.0.1" + port, "https://localhost" + port, "https://[::1]" + port,
		"https://[::ffff:127.0.0.1]" + port, "https://2130706433" + port, "https://0.0.0.0" + port,
		"https://0x7f.1" + port, "https://10.0.0.1", "https://192.168.1.1", "https://169.254.169.254",
		"https://[fd00::1]", "https://100.64.0.1", "http://127.0.0.1" + port,
		"http://example.org", "ftp://example.org", "javascript:alert(1)", "https://user:pass@127.0.0.1" + port,
		"file:///etc/passwd", "https://", "https://x#y",
	} {
		r := admin.do("POST",
			"/institution/providers",
			map[string]string{"name": "X", "key": "x", "issuer": issuer, "client_id": "c", "client_secret": "s"})
		if r.status != http.StatusUnprocessableEntity || !strings.Contains(r.body, "body.issuer") {
			t.Errorf("%s: %d %s", issuer, r.status, r.body)
		}
	}
	if heard != 0 {
		t.Errorf("%d requests reached this machine", heard)
	}
}
