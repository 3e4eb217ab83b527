// Package directory owns people as others find them: profiles and who sees each part, batches, search.
package directory

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/cache"
	"stoa/internal/base/clock"
	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
	rows "stoa/internal/directory/internal/db"
	"stoa/internal/identity"
)

var q = rows.New()

// Service is the module.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	people *identity.Service
	memory *memory
	kept   *cache.Cache
	// places maps other names of cities to the one they are kept under: reference data, read once.
	places map[string]place
}

type place struct{ key, label string }

// Options of the module.
type Options struct {
	InMemory int          // up to how many people an institution's directory is held in memory; 0: none is
	Kept     *cache.Cache // of answers; nil: all are built anew
}

// New is the module; what it builds in memory ends with ctx. It follows
// people: who is new has a profile, who is renamed is found by the new name.
func New(ctx context.Context, d *db.DB, c clock.Clock, people *identity.Service, o Options) (*Service, error) {
	s := &Service{
		db:     d,
		clock:  c,
		people: people,
		memory: newMemory(ctx, d, o.InMemory),
		kept:   o.Kept,
		places: map[string]place{},
	}
	aliases, err := q.AliasList(ctx, d.Unscoped())
	if err != nil {
		return nil, fmt.Errorf("aliases: %w", err)
	}
	for _, a := range aliases {
		s.places[a.Alias] = place{a.Canonical, a.Label}
	}
	people.Changed.Follow(s.follow)
	return s, nil
}

// follow keeps a profile's name and standing those of the person.
func (s *Service) follow(ctx context.Context, tx *db.Tx, p identity.Person) error {
	var standing *string
	if p.Standing != "" {
		known := string(p.Standing)
		standing = &known
	}
	if err := q.ProfileInsert(ctx, tx, rows.ProfileInsertParams{
		ID:        p.ID,
		Name:      p.Name,
		Standing:  standing,
		Confirmed: p.Confirmed,
	}); err != nil {
		return err
	}
	s.changed(ctx, tx)
	return q.ProfileFollow(ctx, tx, rows.ProfileFollowParams{
		ID:        p.ID,
		Name:      p.Name,
		Standing:  standing,
		Confirmed: p.Confirmed,
	})
}

// topic of every answer of the directory: who is in it, in which batches, and what is shown of them.
const topic = "directory"

// changed lets whoever changes profiles find them changed when the transaction is done.
func (s *Service) changed(ctx context.Context, tx *db.Tx) {
	tenant := viewer.From(ctx).Tenant
	tx.Touch(topic)
	tx.After(s.memory, func(ctx context.Context) { s.memory.follow(ctx, tenant) })
}

// Routes puts the module on the API.
func (s *Service) Routes(api huma.API) {
	s.searchRoutes(api)
	s.profileRoutes(api)
	s.batchRoutes(api)
}
