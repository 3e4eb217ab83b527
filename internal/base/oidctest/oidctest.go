// Package oidctest runs a real OpenID provider for tests: that of
// github.com/zitadel/oidc, which is certified, with people of the test's.
package oidctest

import (
	"log/slog"
	"net/http"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The one client of the provider, and everybody's password there.
const (
	ClientID     = "stoa"
	ClientSecret = "the client's secret" // #nosec G101 -- of tests
	Password     = "verysecure"          // #nosec G101 -- of tests
)

// User is somebody whom the provider knows.
type User struct {
	Subject, First, Last, Email string
	Confirmed                   bool // the provider vouches for the address
}

type users map[string]*storage.User

func (u users) GetUserByID(id string) *storage.User         { return u[id] }
func (u users) GetUserByUsername(name string) *storage.User { return u[name] }
func (u users) ExampleClientID() string                     { return "service" }

// Handler is a provider whose client may return to the callbacks. People
// log in with their subject and Password. It works over plain http.
func Handler(issuer string, callbacks []string, known ...User) http.Handler {
	list := users{}
	for _, u := range known {
		list[u.Subject] = &storage.User{
			ID:            u.Subject,
			Username:      u.Subject,
			Password:      Password,
			FirstName:     u.First,
			LastName:      u.Last,
			Email:         u.Email,
			EmailVerified: u.Confirmed,
		}
	}
	client := storage.WebClient(ClientID, ClientSecret, callbacks...)
	store := storage.NewStorageWithClients(list, map[string]*storage.Client{ClientID: client})
	return exampleop.SetupServer(issuer, store, slog.Default(), false, op.WithAllowInsecure())
}
