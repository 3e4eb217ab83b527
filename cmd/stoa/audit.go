package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"stoa/internal/app"
	"stoa/internal/audit"
	"stoa/internal/base/config"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
	"stoa/internal/tenancy"
)

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Check that no entry was altered, deleted, moved or slipped in. Ends with 1 when something was."`
	NewKey auditNewKey `cmd:"" name:"new-key" help:"Go on with a new signing key where audit.key is lost for good; the log says that it happened."`
}

type auditVerify struct {
	config.Config `embed:""`
	Heads         string `help:"File of heads that was kept outside, as audit-heads.jsonl in the data folder." type:"existingfile"`
}

func (v auditVerify) Run(ctx context.Context) error {
	logTo(v.Config)
	return app.Within(ctx, v.Config, v.verify)
}

func (v auditVerify) verify(ctx context.Context, a *app.App) error {
	kept := map[uuid.UUID][]audit.Head{}
	if v.Heads != "" {
		heads, cut, err := audit.KeptHeads(v.Heads)
		if err != nil {
			return err
		}
		if kept = heads; cut {
			fmt.Fprintf(
				os.Stderr, "%s: the last line is cut off, as a crash leaves it; the others were used\n", v.Heads,
			)
		}
	}
	all := a.Tenancy.All()
	if len(all) == 0 {
		return errors.New("there is no institution here, and so no log: is this the right data folder or database?")
	}
	altered, open := 0, false
	for _, i := range all {
		proof, err := prove(ctx, a, i, kept[i.ID])
		if err != nil {
			return err
		}
		altered += len(proof.Findings)
		open = open || proof.Waiting > 0 && time.Since(*proof.WaitingSince) > audit.SealedWithin
		report(i.Slug, proof)
	}
	if altered > 0 {
		return errors.New("the audit log is not what it was")
	}
	if open {
		return errors.New(
			"entries wait to be sealed and nothing seals them: run stoa serve with the role worker, then verify again",
		)
	}
	return nil
}

// prove waits for whoever seals or checks the chain just now.
func prove(ctx context.Context, a *app.App, i tenancy.Institution, kept []audit.Head) (audit.Proof, error) {
	for began := time.Now(); ; {
		proof, err := a.Audit.Verify(viewer.System(ctx, i.ID), kept)
		if errs.KindOf(err) != errs.Conflict || time.Since(began) > time.Minute {
			return proof, err
		}
		select {
		case <-ctx.Done():
			return proof, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func report(slug string, p audit.Proof) {
	fmt.Printf("%s: %d entries in %d blocks, %d findings\n", slug, p.Entries, p.Blocks, len(p.Findings))
	if p.Waiting > 0 {
		fmt.Printf("  %d entries are not sealed yet, the oldest since %s: nothing proves them\n",
			p.Waiting, p.WaitingSince.UTC().Format(time.RFC3339))
	}
	for _, f := range p.Findings {
		entry := ""
		if f.Entry != nil {
			entry = ", entry " + f.Entry.String()
		}
		fmt.Printf("  block %d%s: %s\n", f.Block, entry, f.What)
	}
}

type auditNewKey struct{ config.Config }

func (k auditNewKey) Run(ctx context.Context) error {
	logTo(k.Config)
	return app.NewAuditKey(ctx, k.Config)
}
