package db

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"stoa/internal/base/errs"
)

// NotFound turns an absent row into an error of kind NotFound with that sentence; other errors pass.
func NotFound(err error, message string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return errs.New(errs.NotFound, message)
	}
	return err
}

// Violates tells whether err is a refusal by the named constraint.
func Violates(err error, constraint string) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.ConstraintName == constraint
}

// IsFull tells whether the database found no room on its disk.
func IsFull(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "53100"
}

// InputError recognises values that PostgreSQL cannot store: a NUL character, bytes
// that are no UTF-8, a number too large for its column. The driver refuses some of
// those before they are sent, and has no type for that refusal, only words.
func InputError(err error) (*errs.Error, bool) {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		if words := err.Error(); strings.Contains(words, "than maximum value for int") ||
			strings.Contains(words, "than minimum value for int") {
			return errs.New(errs.Invalid, "A number is out of range.").Because(err), true
		}
		return nil, false
	}
	switch refused.Code {
	case "22021", "22P05":
		return errs.New(errs.Invalid, "Text may not contain NUL characters or invalid UTF-8.").Because(err), true
	case "22003", "22008":
		return errs.New(errs.Invalid, "A number or a date is out of range.").Because(err), true
	}
	return nil, false
}
