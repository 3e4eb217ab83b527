package app

import (
	"context"

	"stoa/internal/base/viewer"
	"stoa/internal/identity"
	"stoa/internal/tenancy"
)

// Admin is who runs a new institution.
type Admin struct{ Email, Name, Password string }

// Found makes an institution with its first admin, who can sign in at the address. What is wrong
// with the admin is said before there is an institution that nobody could enter.
func (a *App) Found(ctx context.Context, f tenancy.Founding, admin Admin) (tenancy.Institution, string, error) {
	roles := []viewer.Role{viewer.Admin}
	_, _, err := identity.CheckNew(admin.Email, admin.Name, admin.Password, roles, f.Name, f.ShortName)
	if err != nil {
		return tenancy.Institution{}, "", err
	}
	made, err := a.Tenancy.Found(ctx, f)
	if err != nil {
		return tenancy.Institution{}, "", err
	}
	inside := viewer.System(ctx, made.ID)
	_, err = a.Identity.Create(inside, admin.Email, admin.Name, admin.Password, roles, "")
	return made, a.publicURL(made), err
}
