package main

import (
	"context"
	"errors"
	"fmt"

	"stoa/internal/app"
	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
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
	inside, err := institution(ctx, a, p.Institution)
	if err != nil {
		return err
	}
	var roles []viewer.Role
	var standing viewer.Standing
	for _, r := range p.Role {
		roles = append(roles, viewer.Role(r))
		if r == string(viewer.Alumnus) {
			standing = viewer.Verified
		}
	}
	created, err := a.Identity.Create(inside, p.Email, p.Name, p.Password, roles, standing)
	if err == nil {
		fmt.Println(created.ID)
	}
	return err
}
