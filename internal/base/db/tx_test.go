package db_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/id"
)

// What a savepoint undoes is undone with what was to follow it; the rest of the transaction stands.
func TestASavepointUndoesItsOwn(t *testing.T) {
	t.Parallel()
	ctx := dbtest.Institution(t)
	d := dbtest.DB(t)
	add := func(tx *db.Tx, code string) error {
		const insert = `INSERT INTO directory.batch (id, code, programme, department, year)
			VALUES ($1, $2, 'P', 'D', 2000)`
		_, err := tx.Exec(ctx, insert, id.New(), code)
		return err
	}
	var ran []string
	follow := func(tx *db.Tx, key, says string) {
		tx.After(key, func(context.Context) { ran = append(ran, says) })
	}
	undone := errors.New("undone")
	err := d.Write(ctx, func(tx *db.Tx) error {
		if err := add(tx, "A"); err != nil {
			return err
		}
		follow(tx, "first", "replaced")
		if err := tx.Savepoint(ctx, func(tx *db.Tx) error {
			follow(tx, "undone", "undone")
			tx.Touch("undone")
			return errors.Join(add(tx, "B"), undone)
		}); !errors.Is(err, undone) {
			t.Errorf("the savepoint said %v", err)
		}
		if err := tx.Savepoint(ctx, func(tx *db.Tx) error { return add(tx, "A") }); !db.Violates(err, "batch_code") {
			t.Errorf("a code was taken twice: %v", err)
		}
		return tx.Savepoint(ctx, func(tx *db.Tx) error {
			follow(tx, "first", "first")
			follow(tx, "second", "second")
			tx.Touch("kept")
			return add(tx, "C")
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"first", "second"}; !slices.Equal(ran, want) {
		t.Errorf("after the commit ran %v, want %v", ran, want)
	}
	var codes, topics []string
	if err := d.Read(ctx).QueryRow(
		ctx, "SELECT array_agg(code ORDER BY code) FROM directory.batch",
	).Scan(&codes); err != nil || !slices.Equal(codes, []string{"A", "C"}) {
		t.Errorf("written are %v, %v", codes, err)
	}
	const counted = "SELECT array_agg(topic) FROM cache.version WHERE topic IN ('kept', 'undone')"
	if err := d.Read(ctx).QueryRow(ctx, counted).Scan(&topics); err != nil || !slices.Equal(topics, []string{"kept"}) {
		t.Errorf("touched are %v, %v", topics, err)
	}
}
