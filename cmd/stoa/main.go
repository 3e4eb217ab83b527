// Command stoa serves one institution's platform, or many: courses for its students, a directory for its alumni.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	_ "time/tzdata" // zones, where the system has none

	"github.com/alecthomas/kong"
	"github.com/google/uuid"

	"stoa/internal/app"
	"stoa/internal/audit"
	"stoa/internal/base/clock"
	"stoa/internal/base/config"
	"stoa/internal/base/telemetry"
	"stoa/internal/base/viewer"
	"stoa/internal/demo"
	"stoa/internal/identity"
)

type commands struct {
	Serve   serve            `cmd:"" help:"Serve: database, API, workers and front end in one process."`
	Migrate migrate          `cmd:"" help:"Bring the database to the newest schema and end."`
	Demo    demoCommand      `cmd:"" help:"Load demo data into a database without institutions."`
	Person  personCommand    `cmd:"" help:"People from the command line."`
	Keys    keysCommand      `cmd:"" help:"The keys that sign access tokens."`
	Audit   auditCommand     `cmd:"" help:"The log of who did what."`
	OpenAPI openAPI          `cmd:"" name:"openapi" help:"Print the API's contract."`
	Version kong.VersionFlag `help:"Print the version."`
}

type serve struct{ config.Config }

func (s serve) Run(ctx context.Context) error {
	logTo(s.Config)
	return app.Serve(ctx, s.Config)
}

type migrate struct{ config.Config }

func (m migrate) Run(ctx context.Context) error {
	logTo(m.Config)
	base, err := app.OpenBase(ctx, m.Config)
	if err != nil {
		return err
	}
	return base.Close()
}

type demoCommand struct {
	config.Config `embed:"" prefix:""`
	Size          string `help:"small or full." enum:"small,full" default:"small"`
}

func (d demoCommand) Run(ctx context.Context) error {
	logTo(d.Config)
	base, err := app.OpenBase(ctx, d.Config)
	if err != nil {
		return err
	}
	return errors.Join(base.LoadDemo(ctx, demo.Size(d.Size), filepath.Join(d.Data, "demo-truth.json")), base.Close())
}

type personCommand struct {
	Create personCreate `cmd:"" help:"Create a person; the password is read from STOA_PASSWORD."`
}

type personCreate struct {
	config.Config `embed:""`
	Institution   string   `help:"The institution's slug." required:""`
	Email         string   `required:""`
	Name          string   `required:""`
	Role          []string `help:"student, alumnus, instructor, staff, admin or operator." required:""`
	Password      string   `env:"STOA_PASSWORD" required:"" hidden:""`
}

func (p personCreate) Run(ctx context.Context) error {
	logTo(p.Config)
	base, err := app.OpenBase(ctx, p.Config)
	if err != nil {
		return err
	}
	return errors.Join(p.create(ctx, base), base.Close())
}

func (p personCreate) create(ctx context.Context, base *app.Base) error {
	a, err := app.New(ctx, p.Config, base.DB, clock.System{})
	if err != nil {
		return err
	}
	for _, i := range a.Tenancy.All() {
		if i.Slug != p.Institution {
			continue
		}
		var roles []viewer.Role
		var standing viewer.Standing
		for _, r := range p.Role {
			roles = append(roles, viewer.Role(r))
			if r == string(viewer.Alumnus) {
				standing = viewer.Verified
			}
		}
		created, err := a.Identity.Create(viewer.System(ctx, i.ID), p.Email, p.Name, p.Password, roles, standing)
		if err == nil {
			fmt.Println(created.ID)
		}
		return err
	}
	return fmt.Errorf("there is no institution %q", p.Institution)
}

type keysCommand struct {
	Rotate keysRotate `cmd:"" help:"Sign with a new key from now on. Running processes take it up within a second; older keys go when no token needs them."`
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

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Check that no entry was altered, deleted, moved or slipped in. Ends with 1 when something was."`
}

type auditVerify struct {
	config.Config `embed:""`
	Heads         string `help:"File of heads that was kept outside, as audit-heads.jsonl in the data folder." type:"existingfile"`
}

func (v auditVerify) Run(ctx context.Context) error {
	logTo(v.Config)
	base, err := app.OpenBase(ctx, v.Config)
	if err != nil {
		return err
	}
	return errors.Join(v.verify(ctx, base), base.Close())
}

func (v auditVerify) verify(ctx context.Context, base *app.Base) error {
	kept := map[uuid.UUID][]audit.Head{}
	if v.Heads != "" {
		var err error
		if kept, err = audit.KeptHeads(v.Heads); err != nil {
			return err
		}
	}
	a, err := app.New(ctx, v.Config, base.DB, clock.System{})
	if err != nil {
		return err
	}
	altered := 0
	for _, i := range a.Tenancy.All() {
		proof, err := a.Audit.Verify(viewer.System(ctx, i.ID), kept[i.ID])
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d entries in %d blocks, %d findings\n", i.Slug, proof.Entries, proof.Blocks, len(proof.Findings))
		for _, f := range proof.Findings {
			entry := ""
			if f.Entry != nil {
				entry = ", entry " + f.Entry.String()
			}
			fmt.Printf("  block %d%s: %s\n", f.Block, entry, f.What)
		}
		altered += len(proof.Findings)
	}
	if altered > 0 {
		return errors.New("the audit log is not what it was")
	}
	return nil
}

type openAPI struct{}

func (openAPI) Run() error {
	out, err := json.MarshalIndent(app.Contract(), "", "  ")
	if err == nil {
		fmt.Println(string(out))
	}
	return err
}

func logTo(c config.Config) {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // kong has checked it
	slog.SetDefault(telemetry.Logger(os.Stderr, c.Production, level))
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	k := kong.Parse(&c, kong.Name("stoa"), kong.Description("One institution's platform for its whole life."), kong.UsageOnError(),
		kong.Vars{"version": app.Version}, kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "stoa:", strings.TrimSpace(err.Error()))
		os.Exit(1)
	}
}
