package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/app"
	"stoa/internal/base/clock"
	"stoa/internal/base/config"
	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/mail"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
	"stoa/internal/identity/identitytest"
)

const password = identitytest.Password

// passwordHash is made once: hashing is slow on purpose.
var passwordHash = sync.OnceValue(func() string { return identity.HashPassword(password) })

// house is a whole stoa on the test database, for one institution of its own, in one or more processes.
type house struct {
	t       *testing.T
	ctx     context.Context // inside the institution, nobody signed in
	tenant  uuid.UUID
	host    string
	domain  string // of its mail addresses; empty: example.org
	place   place
	clock   *clock.Fake
	data    string
	browser string // what document sends beside a page token
	apps    []*app.App
	pools   []*db.DB
	servers []*httptest.Server
}

// place is a database: the shared one, or a clone that a test changed.
type place struct {
	db  *db.DB
	dsn func(role string) string
}

func (p place) superuser(t *testing.T) *pgx.Conn {
	t.Helper()
	return dbtest.Connect(t, p.dsn(pgembed.Superuser))
}

// open starts a house of n processes that share keys and database.
func open(t *testing.T, processes int, set ...func(*config.Config)) *house {
	t.Helper()
	return openAt(t, place{dbtest.DB(t), func(role string) string { return dbtest.DSN(t, role) }}, processes, set...)
}

func openAt(t *testing.T, at place, processes int, set ...func(*config.Config)) *house {
	t.Helper()
	ctx := dbtest.InstitutionIn(t, at.superuser(t))
	h := &house{
		t:      t,
		ctx:    ctx,
		tenant: viewer.From(ctx).Tenant,
		place:  at,
		clock:  clock.NewFake(time.Now()),
		data:   t.TempDir(),
	}
	h.host = "t" + h.tenant.String()[24:] + ".localhost"
	for n := range processes {
		run, cancel := context.WithCancel(context.Background())
		pool := at.db
		if n > 0 { // another process has another pool
			var err error
			if pool, err = db.Open(run, at.dsn(db.RoleApp), db.Options{MaxConns: 4}); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
		}
		cfg := config.Config{
			Data:             h.data,
			Addr:             "127.0.0.1:0",
			Roles:            []string{"api", "worker"},
			CacheMB:          16,
			PrivateProviders: true,
		}
		for _, s := range set {
			s(&cfg)
		}
		a, err := app.New(run, cfg, pool, h.clock)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() { a.Follow(run); close(done) }()
		server := httptest.NewServer(a.Handler())
		t.Cleanup(func() { server.Close(); cancel(); <-done })
		h.pools = append(h.pools, pool)
		h.apps, h.servers = append(h.apps, a), append(h.servers, server)
	}
	return h
}

// person adds somebody with a role; alumni are verified unless said otherwise.
func (h *house) person(email string, standing viewer.Standing, roles ...viewer.Role) identity.Person {
	h.t.Helper()
	p, err := h.apps[0].Identity.CreateHashed(h.ctx, email, strings.Split(email, "@")[0]+" Test", passwordHash(),
		roles, standing)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// as is the context of a person, for calls of a service.
func (h *house) as(p identity.Person) context.Context {
	return viewer.With(h.ctx, viewer.Viewer{Tenant: h.tenant, Person: p.ID, Roles: p.Roles, Standing: p.Standing})
}

// client is a browser or a program: it keeps cookies and the access token.
type client struct {
	h       *house
	server  int
	token   string
	cookies map[string]string
}

func (h *house) client() *client { return &client{h: h, cookies: map[string]string{}} }

// signIn signs somebody in.
func (h *house) signIn(email string) *client {
	h.t.Helper()
	c := h.client()
	r := c.do("POST", "/auth/sessions", map[string]string{"email": email, "password": password})
	if r.status != http.StatusCreated {
		h.t.Fatalf("sign in as %s: %d %s", email, r.status, r.body)
	}
	return c
}

type reply struct {
	status int
	body   string
	header http.Header
}

func (r reply) json(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), into); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

func (r reply) problem() string {
	var p struct{ Type string }
	_ = json.Unmarshal([]byte(r.body), &p)
	return strings.TrimPrefix(p.Type, "/problems/")
}

// do sends a request; body is marshalled unless it is already text.
func (c *client) do(method, path string, body any) reply {
	c.h.t.Helper()
	r, err := c.try(method, path, body)
	if err != nil {
		c.h.t.Fatal(err)
	}
	return r
}

// doWith is do with headers.
func (c *client) doWith(header http.Header, method, path string, body any) reply {
	c.h.t.Helper()
	r, err := c.tryWith(header, method, path, body)
	if err != nil {
		c.h.t.Fatal(err)
	}
	return r
}

func (c *client) try(method, path string, body any) (reply, error) {
	return c.tryWith(nil, method, path, body)
}

func (c *client) tryWith(header http.Header, method, path string, body any) (reply, error) {
	var content io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case []byte: // a file
		content, kind = bytes.NewReader(b), "application/octet-stream"
	case string:
		content = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return reply{}, err
		}
		content = bytes.NewReader(raw)
	}
	if !strings.HasPrefix(path, "/healthz") && !strings.HasPrefix(path, "/.well") {
		path = "/api/v1" + path
	}
	req, err := http.NewRequest(method, c.h.servers[c.server].URL+path, content)
	if err != nil {
		return reply{}, err
	}
	req.Host = c.h.host
	if content != nil {
		req.Header.Set("Content-Type", kind)
	}
	maps.Copy(req.Header, header)
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range c.cookies {
		if strings.HasPrefix(path, "/api/v1/auth") {
			req.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return reply{}, err
	}
	for _, cookie := range answer.Cookies() {
		if cookie.MaxAge < 0 {
			delete(c.cookies, cookie.Name)
		} else {
			c.cookies[cookie.Name] = cookie.Value
		}
	}
	var signedIn struct {
		Token string `json:"access_token"`
	}
	if json.Unmarshal(raw, &signedIn) == nil && signedIn.Token != "" {
		c.token = signedIn.Token
	}
	for _, secret := range never {
		if secret != never[2] && bytes.Contains(raw, []byte(secret)) { // a token is what some answers are for
			c.h.t.Errorf("%s %s answers with a secret", method, path)
		}
	}
	return reply{answer.StatusCode, string(raw), answer.Header}, nil
}

// fork is another tab of the same browser, or a thief with a copy of everything but the browser's secret.
func (c *client) fork() *client {
	copied := &client{h: c.h, server: c.server, token: c.token, cookies: map[string]string{}}
	for k, v := range c.cookies {
		copied.cookies[k] = v
	}
	return copied
}

// openWorking is a house whose background jobs run. The queue is one for all houses
// of the test database, so any of them may send the mails of another: see mails.
func openWorking(t *testing.T) *house {
	t.Helper()
	h := open(t, 1)
	if err := h.apps[0].StartWork(context.Background()); err != nil {
		t.Fatal(err)
	}
	working.Lock()
	working.apps = append(working.apps, h.apps[0])
	working.Unlock()
	t.Cleanup(func() { _ = h.apps[0].StopWork(context.Background()) })
	return h
}

// working is every app of this process whose jobs run, or ran.
var working struct {
	sync.Mutex
	apps []*app.App
}

// waitFor waits until something is true.
func (h *house) waitFor(is func() bool, what string) {
	h.t.Helper()
	for began := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			h.t.Fatalf("there is no %s", what)
		}
	}
}

// mails are the ones to an address of this house, whichever process sent them, the newest first.
func (h *house) mails(to string) []mail.Received {
	working.Lock()
	defer working.Unlock()
	var list []mail.Received
	for _, a := range working.apps {
		list = append(list, a.Mailbox().List(h.tenant, to)...)
	}
	slices.SortFunc(list, func(a, b mail.Received) int { return b.At.Compare(a.At) })
	return list
}
