package audit_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/audit"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/viewer"
)

// A crash leaves half a line at the end: it is left out, and the next head does not hang on it.
func TestHalfALineOfHeadsIsNoHead(t *testing.T) {
	t.Parallel()
	ctx := dbtest.Institution(t)
	dir := t.TempDir()
	l, err := audit.Open(dbtest.DB(t), dir)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "audit-heads.jsonl")
	next := func() {
		t.Helper()
		write(t, ctx, 1)
		if err := l.Seal(ctx); err != nil {
			t.Fatal(err)
		}
	}
	next()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := string(whole) + string(whole[:20])
	if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, cut, err := audit.KeptHeads(path)
	if err != nil || !cut || len(kept[viewer.From(ctx).Tenant]) != 1 {
		t.Errorf("%v, cut %v, %v", kept, cut, err)
	}
	next()
	kept, cut, err = audit.KeptHeads(path)
	if err != nil || cut || len(kept[viewer.From(ctx).Tenant]) != 2 {
		t.Errorf("%v, cut %v, %v", kept, cut, err)
	}
	if err := os.WriteFile(path, []byte(string(whole)+"{}\n"+string(whole)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := audit.KeptHeads(path); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("garbage in the middle: %v", err)
	}
}

func TestWhatWaitsIsCountedAndSealedAtTheEnd(t *testing.T) {
	t.Parallel()
	ctx := dbtest.Institution(t)
	l := open(t)
	write(t, ctx, 3)
	if p := prove(t, l, ctx); p.Waiting != 3 || p.WaitingSince == nil || p.Entries != 0 {
		t.Errorf("%+v", p)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	l.KeepSealed(ended)
	if p := prove(t, l, ctx); p.Waiting != 0 || p.Entries != 3 || len(p.Findings) != 0 {
		t.Errorf("%+v", p)
	}
}
