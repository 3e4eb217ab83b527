// Package apptest opens whole stoas on the test database for tests that act as people and programs do: over HTTP,
// in one or more processes, with the mails that are sent, the devices that people hold and other services to sign in
// with. Tests of one module's rules need none of it: they call its verbs (see dbtest).
package apptest

import (
	"context"
	"net/http/httptest"
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
	"stoa/internal/base/pgembed"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
	"stoa/internal/identity/identitytest"
)

// Password is that of everybody in tests.
const Password = identitytest.Password

// House is a whole stoa on the test database, for one institution of its own, in one or more processes.
type House struct {
	T       *testing.T
	Ctx     context.Context // inside the institution, nobody signed in
	Tenant  uuid.UUID
	Host    string
	Domain  string // of its mail addresses; empty: example.org
	Place   Place
	Clock   *clock.Fake
	Data    string
	Browser string // what Document sends beside a page token
	Apps    []*app.App
	Pools   []*db.DB
	Servers []*httptest.Server
}

// Place is a database: the shared one, or a clone that a test changed.
type Place struct {
	DB  *db.DB
	DSN func(role string) string
}

// Superuser sees every institution of the database.
func (p Place) Superuser(t *testing.T) *pgx.Conn {
	t.Helper()
	return dbtest.Connect(t, p.DSN(pgembed.Superuser))
}

// Open starts a house of n processes that share keys and database.
func Open(t *testing.T, processes int, set ...func(*config.Config)) *House {
	t.Helper()
	shared := Place{DB: dbtest.DB(t), DSN: func(role string) string { return dbtest.DSN(t, role) }}
	return OpenAt(t, shared, processes, set...)
}

// OpenAt opens a house in another database than the shared one.
func OpenAt(t *testing.T, at Place, processes int, set ...func(*config.Config)) *House {
	t.Helper()
	ctx := dbtest.InstitutionIn(t, at.Superuser(t))
	h := &House{
		T:      t,
		Ctx:    ctx,
		Tenant: viewer.From(ctx).Tenant,
		Place:  at,
		Clock:  clock.NewFake(time.Now()),
		Data:   t.TempDir(),
	}
	h.Host = "t" + h.Tenant.String()[24:] + ".localhost"
	for n := range processes {
		run, cancel := context.WithCancel(context.Background())
		pool := at.DB
		if n > 0 { // another process has another pool
			var err error
			if pool, err = db.Open(run, at.DSN(db.RoleApp), db.Options{MaxConns: 4}); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
		}
		cfg := config.Config{
			Data:             h.Data,
			Addr:             "127.0.0.1:0",
			Roles:            []string{"api", "worker"},
			CacheMB:          16,
			PrivateProviders: true,
		}
		for _, s := range set {
			s(&cfg)
		}
		a, err := app.New(run, cfg, pool, h.Clock)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() { a.Follow(run); close(done) }()
		server := httptest.NewServer(a.Handler())
		t.Cleanup(func() { server.Close(); cancel(); <-done })
		h.Pools = append(h.Pools, pool)
		h.Apps, h.Servers = append(h.Apps, a), append(h.Servers, server)
	}
	return h
}

// Person adds somebody with a role, whose password is Password and quick to verify.
func (h *House) Person(email string, standing viewer.Standing, roles ...viewer.Role) identity.Person {
	h.T.Helper()
	p, err := h.Apps[0].Identity.CreateHashed(h.Ctx, email, strings.Split(email, "@")[0]+" Test",
		identitytest.PasswordHash(), roles, standing)
	if err != nil {
		h.T.Fatal(err)
	}
	return p
}

// As is the context of a person, for calls of a service.
func (h *House) As(p identity.Person) context.Context {
	return viewer.With(h.Ctx, viewer.Viewer{Tenant: h.Tenant, Person: p.ID, Roles: p.Roles, Standing: p.Standing})
}

// WaitFor waits until something is true.
func (h *House) WaitFor(is func() bool, what string) {
	h.T.Helper()
	for began := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			h.T.Fatalf("there is no %s", what)
		}
	}
}

// Race does n things at once and returns what each answered.
func Race(n int, do func(int) int) []int {
	var all sync.WaitGroup
	start, results := make(chan struct{}), make([]int, n)
	for i := range n {
		all.Go(func() { <-start; results[i] = do(i) })
	}
	close(start)
	all.Wait()
	return results
}

// Mark is a word that only the texts of this house hold: where it turns up elsewhere, something leaked.
func (h *House) Mark() string { return "mark" + h.Tenant.String()[24:] }

// MailOf is somebody's address; houses that share no layer of isolation need different ones.
func (h *House) MailOf(name string) string {
	if h.Domain == "" {
		return name + "@example.org"
	}
	return name + "@" + h.Domain
}
