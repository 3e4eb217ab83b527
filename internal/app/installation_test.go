package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"stoa/internal/app"
	"stoa/internal/apptest"
	"stoa/internal/audit"
	"stoa/internal/base/config"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/pgembed"
	"stoa/internal/base/viewer"
)

// founded is a database of its own, and the configuration of a process that works on it.
func founded(t *testing.T) (config.Config, context.Context) {
	t.Helper()
	dsn := dbtest.Clone(t)(pgembed.Superuser)
	cfg := config.Config{DatabaseURL: dsn, Data: t.TempDir(), Roles: []string{"api"}, MaxConns: 4}
	return cfg, dbtest.InstitutionIn(t, dbtest.Connect(t, dsn))
}

func nothing(context.Context, *app.App) error { return nil }

// refused says what a process is told that works with these files.
func refused(t *testing.T, cfg config.Config, words ...string) {
	t.Helper()
	err := app.Within(t.Context(), cfg, nothing)
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Fatalf("%q is not in: %v", w, err)
		}
	}
}

func accepted(t *testing.T, cfg config.Config, work func(context.Context, *app.App) error) {
	t.Helper()
	if err := app.Within(t.Context(), cfg, work); err != nil {
		t.Fatal(err)
	}
}

func TestKeysAreNeverReplacedWithoutAWord(t *testing.T) {
	t.Parallel()
	cfg, _ := founded(t)
	accepted(t, cfg, nothing)
	keys := app.KeyFile(cfg)
	kept, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.NewKeys(t.Context(), cfg); err == nil {
		t.Error("keys in use were replaced")
	}
	if err := os.Chmod(keys, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := app.NewKeys(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("keys that others can read: %v", err)
	}
	for name, content := range map[string]string{
		"truncated": string(kept[:len(kept)/2]), "empty": "", "another's words": "hello",
	} {
		if err := errors.Join(os.WriteFile(keys, []byte(content), 0o600), os.Chmod(keys, 0o600)); err != nil {
			t.Fatal(err)
		}
		refused(t, cfg, keys, "damaged", "stoa keys new")
		if raw, _ := os.ReadFile(keys); string(raw) != content {
			t.Errorf("%s: the file was touched", name)
		}
	}
	if err := os.Remove(keys); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, keys, "missing", "backup", "stoa keys new")
	if _, err := os.Stat(keys); err == nil {
		t.Error("new keys were made")
	}
	if err := app.NewKeys(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	accepted(t, cfg, nothing)
	t.Run("another process with keys of its own is refused", func(t *testing.T) {
		other := cfg
		other.Data = t.TempDir()
		refused(t, other, filepath.Join(other.Data, "keys.json"), "missing")
		if err := os.WriteFile(app.KeyFile(other), kept, 0o600); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(audit.KeyFile(cfg.Data))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(audit.KeyFile(other.Data), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, other, "other keys than this database was used with", "copy keys.json")
	})
}

// sealOne writes an entry of the log and seals it.
func sealOne(ctx context.Context, a *app.App) error {
	roles := []viewer.Role{viewer.Staff}
	email := id.New().String() + "@example.org"
	if _, err := a.Identity.Create(ctx, email, "Some Body", "violet anchor 77 mango", roles, ""); err != nil {
		return err
	}
	return a.Audit.Seal(ctx)
}

func TestALostAuditKeyLeavesAChain(t *testing.T) {
	t.Parallel()
	cfg, inside := founded(t)
	tenant := viewer.From(inside).Tenant
	seal := func(ctx context.Context, a *app.App) error {
		ctx = viewer.System(ctx, tenant)
		return sealOne(ctx, a)
	}
	accepted(t, cfg, seal)
	key := audit.KeyFile(cfg.Data)
	if err := os.Chmod(key, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := app.NewAuditKey(t.Context(), cfg); err == nil {
		t.Error("an audit key in use was replaced")
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, key, "missing", "stoa audit new-key")
	if err := os.WriteFile(key, make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, key, "another key")
	if err := app.NewAuditKey(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	accepted(t, cfg, seal)
	accepted(t, cfg, func(ctx context.Context, a *app.App) error {
		proof, err := a.Audit.Verify(viewer.System(ctx, tenant), nil)
		if err != nil || proof.Blocks != 2 || proof.Entries != 3 || len(proof.Findings) != 0 || proof.Waiting != 0 {
			t.Errorf("%+v, %v", proof, err)
		}
		return nil
	})
}

// A database of an earlier version remembers nothing: what was signed in it tells whose key it is.
func TestAnOlderDatabaseKnowsItsKey(t *testing.T) {
	t.Parallel()
	cfg, inside := founded(t)
	accepted(t, cfg, func(ctx context.Context, a *app.App) error {
		return sealOne(viewer.System(ctx, viewer.From(inside).Tenant), a)
	})
	conn, err := pgx.Connect(t.Context(), cfg.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "DELETE FROM tenancy.installation"); err != nil {
		t.Fatal(err)
	}
	other := cfg
	other.Data = t.TempDir()
	refused(t, other, audit.KeyFile(other.Data), "missing")
	if err := os.WriteFile(audit.KeyFile(other.Data), make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, other, audit.KeyFile(other.Data), "another key")
	accepted(t, cfg, nothing)
}

func TestTheCommandLineObeysTheRulesOfTheScreens(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	const good, likeTheAddress = "violet anchor 77 mango", "violetanchor1"
	for name, c := range map[string]struct{ email, name, password, role string }{
		"no password":       {email: "a@example.org", name: "A B", role: "staff"},
		"a weak password":   {email: "a@example.org", name: "A B", password: "password123", role: "staff"},
		"no address":        {email: "no address", name: "A B", password: good, role: "staff"},
		"a blank name":      {email: "a@example.org", name: " \u202e\t", password: good, role: "staff"},
		"a name too long":   {email: "a@example.org", name: strings.Repeat("a", 121), password: good, role: "staff"},
		"no such role":      {email: "a@example.org", name: "A B", password: good, role: "teacher"},
		"an empty role":     {email: "a@example.org", name: "A B", password: good},
		"a password of own": {email: "violetanchor@example.org", name: "A B", password: likeTheAddress, role: "staff"},
	} {
		_, err := h.Apps[0].Identity.Create(h.Ctx, c.email, c.name, c.password, []viewer.Role{viewer.Role(c.role)}, "")
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := h.Apps[0].Identity.Create(h.Ctx, " A@Example.org ", "A  B", good, []viewer.Role{viewer.Staff}, "")
	if err != nil {
		t.Error(err)
	}
}
