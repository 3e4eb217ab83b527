package db_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/pgembed"
)

// A server of somebody else's may lack what we need; what it lacks is said in one sentence.
func TestAForeignServerThatLacksSomethingIsToldSo(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Clone(t)
	super, err := pgx.Connect(t.Context(), dsn(pgembed.Superuser))
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(context.Background())
	if _, err := super.Exec(t.Context(), "CREATE ROLE stoa_weak LOGIN"); err != nil &&
		!strings.Contains(err.Error(), "already exists") {
		t.Fatal(err)
	}
	err = db.Prepare(t.Context(), dsn("stoa_weak"))
	if err == nil || !strings.Contains(err.Error(), "privilege") {
		t.Errorf("a role that may nothing: %v", err)
	}
	if _, err := db.Open(t.Context(), dsn(pgembed.Superuser), db.Options{}); err != nil {
		t.Errorf("a superuser's connection is put into the runtime role: %v", err)
	}
	if _, err := db.Open(t.Context(), dsn("stoa_weak"), db.Options{}); err == nil {
		t.Error("a role that cannot become the runtime role serves")
	}
}

// Every start migrates: it must be idempotent.
func TestMigratingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Clone(t)
	for range 2 {
		if err := db.Migrate(t.Context(), dsn(pgembed.Superuser)); err != nil {
			t.Fatal(err)
		}
	}
}
