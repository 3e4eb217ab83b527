package main

import (
	"context"
	"fmt"

	"stoa/internal/app"
	"stoa/internal/base/config"
	"stoa/internal/identity"
)

type keysCommand struct {
	Rotate keysRotate `cmd:"" help:"Sign with a new key from now on. Running processes take it up within a second; older keys go when no token needs them."`
	New    keysNew    `cmd:"" help:"Make a new key file where the old one is lost for good: all sessions end, and what was sealed with it must be set up again."`
}

type keysRotate struct {
	config.Config `embed:""`
	AtOnce        bool `help:"Drop the older keys now, because one may have leaked: every access token ends, and clients renew theirs."`
}

func (k keysRotate) Run() error {
	id, err := identity.RotateKeys(app.KeyFile(k.Config), k.AtOnce)
	if err == nil {
		fmt.Println(id)
	}
	return err
}

type keysNew struct{ config.Config }

func (k keysNew) Run(ctx context.Context) error {
	logTo(k.Config)
	return app.NewKeys(ctx, k.Config)
}
