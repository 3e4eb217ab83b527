package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stoa/internal/app"
	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
	"stoa/internal/tenancy"
)

type personCommand struct {
	Create personCreate `cmd:"" help:"Create a person; the password is read from STOA_PASSWORD."`
}

type personCreate struct {
	config.Config `embed:""`
	Institution   string   `help:"The institution's slug." required:""`
	Email         string   `required:""`
	Name          string   `required:""`
	Role          []string `help:"student, alumnus, instructor, staff, admin or operator." required:""`
	Password      string   `env:"STOA_PASSWORD" hidden:""`
}

func (p personCreate) Run(ctx context.Context) error {
	logTo(p.Config)
	if p.Password == "" {
		return errors.New("the password is missing: put it into the environment variable STOA_PASSWORD")
	}
	return app.Within(ctx, p.Config, p.create)
}

func (p personCreate) create(ctx context.Context, a *app.App) error {
	all := a.Tenancy.All()
	at := slices.IndexFunc(all, func(i tenancy.Institution) bool { return i.Slug == p.Institution })
	if at < 0 {
		return unknownInstitution(p.Institution, all)
	}
	var roles []viewer.Role
	var standing viewer.Standing
	for _, r := range p.Role {
		roles = append(roles, viewer.Role(r))
		if r == string(viewer.Alumnus) {
			standing = viewer.Verified
		}
	}
	created, err := a.Identity.Create(viewer.System(ctx, all[at].ID), p.Email, p.Name, p.Password, roles, standing)
	if err == nil {
		fmt.Println(created.ID)
	}
	return err
}

func unknownInstitution(slug string, all []tenancy.Institution) error {
	if len(all) == 0 {
		return fmt.Errorf(
			"there is no institution %q, and no other: see docs/running.md for how to make the first", slug,
		)
	}
	slugs := make([]string, len(all))
	for i := range all {
		slugs[i] = all[i].Slug
	}
	return fmt.Errorf("there is no institution %q here: there is %s", slug, strings.Join(slugs, ", "))
}
