package app

import (
	"context"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
	"stoa/internal/tenancy"
)

// Admin is who runs a new institution.
type Admin struct{ Email, Name, Password string }

// Found makes an institution with its first admin, who can sign in at the address.
func (a *App) Found(ctx context.Context, f tenancy.Founding, admin Admin) (tenancy.Institution, string, error) {
	roles := []viewer.Role{viewer.Admin}
	email, name, err := identity.CheckNew(admin.Email, admin.Name, admin.Password, roles, f.Name, f.ShortName)
	if err != nil {
		return tenancy.Institution{}, "", err
	}
	hash := identity.HashPassword(admin.Password) // takes its time, which no transaction should wait for
	made, err := a.Tenancy.Found(ctx, f, func(inside context.Context, tx *db.Tx) error {
		_, err := a.Identity.CreateIn(inside, tx, identity.Person{Email: email, Name: name, Roles: roles}, hash)
		return err
	})
	if err != nil {
		return tenancy.Institution{}, "", err
	}
	return made, a.publicURL(made), nil
}
