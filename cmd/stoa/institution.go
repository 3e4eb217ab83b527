package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"stoa/internal/app"
	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
	"stoa/internal/tenancy"
)

type institutionCommand struct {
	Create institutionCreate `cmd:"" help:"Make an institution, and its first admin, whose password is read from STOA_PASSWORD."`
	List   institutionList   `cmd:"" help:"List the institutions."`
}

type institutionCreate struct {
	config.Config `embed:""`
	Slug          string   `help:"What commands call it: small letters, digits and hyphens." required:""`
	Name          string   `help:"As it stands on its pages." required:""`
	ShortName     string   `help:"For narrow places (the name)."`
	Host          []string `help:"Its addresses, the first for links in mails (<slug>.localhost, for trying)."`
	Language      string   `help:"What its pages speak to those who chose nothing." default:"en"`
	TimeZone      string   `help:"Of its days and hours, as Asia/Kolkata." default:"UTC"`
	Currency      string   `help:"Of its money, as INR." default:"INR"`
	AdminEmail    string   `help:"Who runs it." required:""`
	AdminName     string   `help:"Their name." required:""`
	Password      string   `env:"STOA_PASSWORD" hidden:""`
}

// Run makes the institution and its admin, or, where something goes wrong with either, nothing.
func (c institutionCreate) Run(ctx context.Context) error {
	logTo(c.Config)
	if c.Password == "" {
		return errors.New("the password is missing: put it into the environment variable STOA_PASSWORD")
	}
	if c.ShortName == "" {
		c.ShortName = c.Name
	}
	if len(c.Host) == 0 {
		c.Host = []string{c.Slug + ".localhost"}
	}
	return app.Within(ctx, c.Config, func(ctx context.Context, a *app.App) error {
		made, address, err := a.Found(ctx, tenancy.Founding{Slug: c.Slug, Hosts: c.Host, Brand: tenancy.Brand{
			Name: c.Name, ShortName: c.ShortName, Hue: 255, Chroma: 0.07,
			Locale: c.Language, TimeZone: c.TimeZone, Currency: c.Currency,
		}}, app.Admin{Email: c.AdminEmail, Name: c.AdminName, Password: c.Password})
		if err == nil {
			fmt.Printf("%s is open at %s. %s can sign in.\n", made.Name, address, c.AdminEmail)
		}
		return err
	})
}

type institutionList struct{ config.Config }

func (l institutionList) Run(ctx context.Context) error {
	logTo(l.Config)
	return app.Within(ctx, l.Config, func(_ context.Context, a *app.App) error {
		all := a.Tenancy.All()
		if len(all) == 0 {
			fmt.Println("there is no institution yet: stoa institution create makes one")
			return nil
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "slug\tname\thosts")
		for _, i := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\n", i.Slug, i.Name, strings.Join(i.Hosts(), ", "))
		}
		return w.Flush()
	})
}

// institution is one by its slug.
func institution(ctx context.Context, a *app.App, slug string) (context.Context, error) {
	all := a.Tenancy.All()
	for _, i := range all {
		if i.Slug == slug {
			return viewer.System(ctx, i.ID), nil
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no institution %q, and no other: "+
			"stoa institution create makes the first", slug)
	}
	slugs := make([]string, len(all))
	for i := range all {
		slugs[i] = all[i].Slug
	}
	return nil, fmt.Errorf("there is no institution %q here: there is %s", slug, strings.Join(slugs, ", "))
}
