package app

import (
	"context"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/audit"
	"stoa/internal/base/cache"
	"stoa/internal/base/db"
	"stoa/internal/base/mail"
	"stoa/internal/base/work"
	"stoa/internal/courses"
	"stoa/internal/directory"
	"stoa/internal/identity"
	"stoa/internal/progress"
	"stoa/internal/tenancy"
)

// Modules are what a stoa is made of. A new one is a field here and a line in build.
type Modules struct {
	Tenancy   *tenancy.Service
	Audit     *audit.Log
	Identity  *identity.Service
	Courses   *courses.Service
	Progress  *progress.Service
	Directory *directory.Service
}

// What modules have, each some of it: operations, background work, what
// they keep following and what they remember at what others change.
type (
	routed    interface{ Routes(huma.API) }
	working   interface{ Workers(*work.Queue) }
	following interface{ Follow(context.Context) }
	feeding   interface{ Feed() db.Feed }
)

// having are the modules that have something.
func having[T any](m Modules) (list []T) {
	fields := reflect.ValueOf(m)
	for i := range fields.NumField() {
		if module, ok := fields.Field(i).Interface().(T); ok {
			list = append(list, module)
		}
	}
	return list
}

// unbuilt are the modules with nothing behind them, for those who ask what they offer.
func unbuilt() (m Modules) {
	fields := reflect.ValueOf(&m).Elem()
	for i := range fields.NumField() {
		fields.Field(i).Set(reflect.New(fields.Field(i).Type().Elem()))
	}
	return m
}

// ground is what every other module stands on.
func (a *App) ground(ctx context.Context, sender mail.Sender) (err error) {
	if a.Tenancy, err = tenancy.New(ctx, a.db); err != nil {
		return err
	}
	a.Tenancy.KnownHostsOnly = a.cfg.KnownHostsOnly
	if a.Audit, err = audit.Open(a.db, a.cfg.Data); err != nil {
		return err
	}
	if a.keys, err = identity.LoadKeys(KeyFile(a.cfg)); err != nil {
		return err
	}
	a.Identity = identity.New(a.db, a.clock, mail.NewPost(a.queue, sender), a.Tenancy, a.keys, identity.Options{
		Base: a.publicURL, PrivateProviders: a.cfg.PrivateProviders,
	})
	return nil
}

// build adds the modules above it.
func (a *App) build(ctx context.Context, kept *cache.Cache) (err error) {
	filmSpace := int64(a.cfg.FilmSpaceGB) << 30
	a.Courses = courses.New(a.db, a.clock, a.Identity, a.Tenancy, a.films, filmSpace, kept)
	a.Progress = progress.New(a.db, a.clock, a.Identity, a.Courses, a.Tenancy)
	a.Directory, err = directory.New(ctx, a.db, a.clock, a.Identity, directory.Options{
		InMemory: a.cfg.DirectoryInMemory, Kept: kept,
	})
	return err
}
