// Package identity owns people: accounts, sign-in, sessions and tokens, roles, standing, bans.
package identity

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"stoa/internal/base/clock"
	"stoa/internal/base/db"
	"stoa/internal/base/facts"
	"stoa/internal/base/mail"
	"stoa/internal/base/viewer"
	rows "stoa/internal/identity/internal/db"
	"stoa/internal/tenancy"
)

var q = rows.New()

// Service is the module.
type Service struct {
	db          *db.DB
	clock       clock.Clock
	post        mail.Post
	tenants     *tenancy.Service
	keys        *Keys
	revocations *revocations
	looking     atomic.Int32 // tries of passwords that are looked at just now
	hashing     *turns       // bounds how many passwords are hashed at once: each takes memory
	options     Options
	tokens      *tokenCache
	abroad      *http.Client // to sign-in providers
	providers   providerCache
	refusals    refusals
	plain       sync.Once // says that somebody signs in over plain http
	// Changed tells that a person's name, roles or standing changed, or that a person is new.
	Changed facts.Feed[Person]
}

// Options are what the installation decides.
type Options struct {
	// Base is the address of an institution's front end, as "https://alumni.example.edu": mails lead there.
	Base func(tenancy.Institution) string
	// PrivateProviders lets institutions use sign-in providers
	// on private networks, and over plain http on this machine.
	PrivateProviders bool
}

// New is the module. Follow must run for revocations of other processes to be heard.
func New(d *db.DB, c clock.Clock, post mail.Post, t *tenancy.Service, keys *Keys, options Options) *Service {
	s := &Service{
		db:          d,
		clock:       c,
		post:        post,
		tenants:     t,
		keys:        keys,
		options:     options,
		revocations: newRevocations(d, c),
		hashing:     newTurns(hashesAtOnce),
		tokens:      newTokenCache(),
		abroad:      abroad(options.PrivateProviders),
		providers:   providerCache{byIssuer: map[string]knownProvider{}},
		refusals:    newRefusals(),
	}
	d.Guard(s.stillIn)
	return s
}

// Feed tells of sessions that other processes end.
func (s *Service) Feed() db.Feed { return s.revocations.feed() }

// Follow reads new keys until ctx ends.
func (s *Service) Follow(ctx context.Context) { s.keys.follow(ctx) }

// send enqueues a mail in the name of the viewer's institution.
func (s *Service) send(ctx context.Context, tx *db.Tx, to, subject, text string) error {
	i, err := s.tenants.Get(ctx)
	if err != nil {
		return err
	}
	return s.post.Enqueue(ctx, tx, mail.Message{
		Tenant:  i.ID,
		From:    i.Name,
		To:      to,
		Subject: subject,
		Text:    text + "\n\n" + i.Name + "\n",
	})
}

// address is a page of the viewer's institution.
func (s *Service) address(ctx context.Context, path string) (string, error) {
	i, err := s.tenants.Get(ctx)
	if err != nil {
		return "", err
	}
	return s.options.Base(i) + path, nil
}

// callback is where a provider sends people back to: at the host
// of the request, which tenancy has found to be the institution's.
func (s *Service) callback(ctx context.Context, key string) (string, error) {
	base, err := s.address(ctx, "/sign-in/callback/"+key)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	u.Host = viewer.From(ctx).Host
	return u.String(), nil
}
