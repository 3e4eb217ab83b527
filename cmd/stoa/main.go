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
	"sync/atomic"
	"syscall"
	_ "time/tzdata" // zones, where the system has none

	"github.com/alecthomas/kong"

	"stoa/internal/app"
	"stoa/internal/base/config"
	"stoa/internal/base/errs"
	"stoa/internal/base/telemetry"
	"stoa/internal/demo"
)

type commands struct {
	Serve       serve              `cmd:"" help:"Serve: database, API, workers and front end in one process."`
	Migrate     migrate            `cmd:"" help:"Bring the database to the newest schema and end."`
	Demo        demoCommand        `cmd:"" help:"Load demo data into a database without institutions."`
	Institution institutionCommand `cmd:"" help:"Institutions from the command line."`
	Person      personCommand      `cmd:"" help:"People from the command line."`
	Job         jobCommand         `cmd:"" help:"Background jobs."`
	Keys        keysCommand        `cmd:"" help:"The keys that sign access tokens and seal secrets."`
	Audit       auditCommand       `cmd:"" help:"The log of who did what."`
	OpenAPI     openAPI            `cmd:"" name:"openapi" help:"Print the API's contract."`
	Version     kong.VersionFlag   `help:"Print the version."`
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
	ctx, ended := untilSignalled()
	var c commands
	k := kong.Parse(&c, kong.Name("stoa"), kong.Description("One institution's platform for its whole life."),
		kong.UsageOnError(),
		kong.Vars{"version": app.Version}, kong.BindTo(ctx, (*context.Context)(nil)))
	err := k.Run()
	if by := ended(); by != nil && (err == nil || errors.Is(err, context.Canceled)) {
		if strings.HasPrefix(k.Command(), "serve") {
			return // that is how serving ends, at whatever moment
		}
		fmt.Fprintf(os.Stderr, "stoa: ended by a signal (%v) before it was done\n", by)
		os.Exit(128 + int(by.(syscall.Signal)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stoa:", sentence(err))
		os.Exit(1)
	}
}

// untilSignalled is a context that SIGINT, SIGTERM and SIGHUP end, and which of them did. The second one ends the
// process at once. A hang-up that whoever started us wants ignored (nohup) stays ignored.
func untilSignalled() (context.Context, func() os.Signal) {
	wanted := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		wanted = append(wanted, syscall.SIGHUP)
	}
	came := make(chan os.Signal, 1)
	signal.Notify(came, wanted...)
	ctx, cancel := context.WithCancel(context.Background())
	var by atomic.Value
	go func() {
		s := <-came
		by.Store(s)
		signal.Reset(wanted...)
		cancel()
	}()
	return ctx, func() os.Signal {
		s, _ := by.Load().(os.Signal)
		return s
	}
}

// sentence is an error for whoever typed the command: without names of kinds, codes and fields of the API.
func sentence(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return strings.TrimSpace(err.Error())
	}
	if len(e.Fields) == 0 {
		return e.Message
	}
	wrong := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		wrong[i] = "the " + strings.TrimPrefix(f.Location, "body.") + " " + f.Message
	}
	return strings.Join(wrong, "; ")
}
