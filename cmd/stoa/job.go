package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"stoa/internal/app"
	"stoa/internal/base/config"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

type jobCommand struct {
	Failed jobFailed `cmd:"" help:"List background jobs that were tried as often as they may be."`
	Retry  jobRetry  `cmd:"" help:"Start such a job again, with all its tries; the audit log says so."`
}

type jobFailed struct{ config.Config }

func (j jobFailed) Run(ctx context.Context) error {
	logTo(j.Config)
	return app.Within(ctx, j.Config, func(ctx context.Context, a *app.App) error {
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		n := 0
		list := func(ctx context.Context, institution string) error {
			failed, err := a.FailedJobs(ctx)
			for _, f := range failed {
				if n++; n == 1 {
					fmt.Fprintln(w, "id\tinstitution\tjob\ttries\tended\terror")
				}
				ended := f.Ended.UTC().Format(time.RFC3339)
				fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%s\t%s\n", f.ID, institution, f.Job, f.Attempts, ended, f.Error)
			}
			return err
		}
		if err := list(ctx, "-"); err != nil { // the installation's own, which come back by themselves
			return err
		}
		for _, i := range a.Tenancy.All() {
			if err := list(viewer.System(ctx, i.ID), i.Slug); err != nil {
				return err
			}
		}
		if n == 0 {
			fmt.Fprintln(w, "no job failed for the last time in the last week")
		}
		return w.Flush()
	})
}

type jobRetry struct {
	config.Config `embed:""`
	ID            int64 `arg:"" help:"As stoa job failed lists it."`
}

func (j jobRetry) Run(ctx context.Context) error {
	logTo(j.Config)
	return app.Within(ctx, j.Config, func(ctx context.Context, a *app.App) error {
		for _, i := range a.Tenancy.All() {
			err := a.RetryJob(viewer.System(ctx, i.ID), j.ID)
			if err == nil {
				fmt.Printf("job %d waits for its turn\n", j.ID)
				return nil
			}
			if errs.KindOf(err) != errs.NotFound {
				return err
			}
		}
		return errors.New("no job that failed has this number: stoa job failed lists them")
	})
}
