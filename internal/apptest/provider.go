package apptest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/oidctest"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// RealProvider is an OpenID provider of its own, which lets its client return to an address.
func RealProvider(callback string, known ...oidctest.User) *httptest.Server {
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = oidctest.Handler("http://"+server.Listener.Addr().String()+"/",
		[]string{callback}, known...)
	server.Start()
	return server
}

// Nowhere is a provider that is only there to be found.
var Nowhere = sync.OnceValue(func() string {
	server := RealProvider("http://nowhere.localhost/")
	nowhereClose = server.Close
	return server.URL + "/"
})

var nowhereClose = func() {}

// Callback is where providers send back to.
func (h *House) Callback() string { return "http://" + h.Host + "/sign-in/callback/campus" }

// Offer adds a provider to the house.
func (h *House) Offer(t *testing.T, issuer, key string) uuid.UUID {
	t.Helper()
	admin := identity.Person{ID: uuid.New(), Roles: []viewer.Role{viewer.Admin}}
	n := identity.NewProvider{ProviderChange: identity.ProviderChange{
		Name: "Campus " + h.Mark(), ClientID: oidctest.ClientID, Secret: oidctest.ClientSecret,
	}, Key: key, Issuer: issuer}
	p, err := h.Apps[0].Identity.AddProvider(
		viewer.With(h.Ctx, viewer.Viewer{Tenant: h.Tenant, Person: admin.ID, Roles: admin.Roles, Host: h.Host}), n,
	)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// Connect puts a connection into the house, as if somebody had come from a provider.
func (h *House) Connect(t *testing.T, p identity.Person) (connection uuid.UUID) {
	t.Helper()
	connection = uuid.New()
	_, err := h.Place.Superuser(t).Exec(t.Context(), `INSERT INTO identity.connection (tenant_id, id, person_id, issuer,
		subject, email, created_at) VALUES ($1, $2, $3, $4, $5, $6, now())`,
		h.Tenant, connection, p.ID, Nowhere(), connection.String(), h.Mark()+"@elsewhere.example")
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

// Begin is where a browser is sent for a provider.
func (c *Client) Begin(t *testing.T, provider uuid.UUID) *url.URL {
	t.Helper()
	r := c.Do("POST", "/auth/providers/"+provider.String()+"/authorisations", nil)
	if r.Status != http.StatusCreated {
		t.Fatalf("begin: %d %s", r.Status, r.Body)
	}
	var begun struct{ Address string }
	r.JSON(t, &begun)
	u, err := url.Parse(begun.Address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// LogIn goes through the provider's own screens and is what it sends back.
func LogIn(t *testing.T, address *url.URL, user string) map[string]string {
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
	return Returned(to)
}

// Returned is what a provider says in the address to which it sends back.
func Returned(to *url.URL) map[string]string {
	q, m := to.Query(), map[string]string{"key": to.Path[strings.LastIndex(to.Path, "/")+1:]}
	for _, name := range []string{"state", "code", "iss"} {
		if v := q.Get(name); v != "" {
			m[name] = v
		}
	}
	return m
}
