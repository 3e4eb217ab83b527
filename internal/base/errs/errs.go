// Package errs names the kinds of error that a caller acts on. An error of a kind carries one
// sentence fit for the person who caused it; everything else is an internal error and is never shown.
package errs

import (
	"errors"
	"fmt"
)

// Kind is what a caller can do about an error.
type Kind string

const (
	Unauthenticated Kind = "unauthenticated" // sign in first
	Forbidden       Kind = "forbidden"       // signed in, but may not
	Banned          Kind = "banned"          // signed in, and refused everywhere
	NotFound        Kind = "not-found"       // absent, or hidden from this viewer
	Conflict        Kind = "conflict"        // the state moved on
	Invalid         Kind = "invalid"         // the input is wrong
	TooLarge        Kind = "too-large"       // the input is too large
	TooMany         Kind = "too-many"        // slow down
	Unavailable     Kind = "unavailable"     // not now: try again in a moment
	Full            Kind = "full"            // the disk is: later, when the operator made room
	Internal        Kind = "internal"        // our fault
)

// Field is one wrong input and why, in words for the person who typed it.
type Field struct {
	Location string `json:"location" doc:"Where the value stood, as body.title or query.limit" example:"body.email"`
	Message  string `json:"message" doc:"What is wrong with it" example:"is not an e-mail address"`
}

// Error is an error of a kind.
type Error struct {
	Kind    Kind
	Message string
	Fields  []Field
	// Code refines the kind where a client must tell two cases apart, as "email-unverified" within Forbidden.
	Code string
	// Details go into the answer beside the message.
	Details map[string]any
	cause   error
}

func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Kind, e.Message, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Kind, e.Message)
}

func (e *Error) Unwrap() error { return e.cause }

// New is an error of a kind with a sentence for the person.
func New(kind Kind, message string) *Error { return &Error{Kind: kind, Message: message} }

// DiskFull is what somebody is told whose change finds no room.
func DiskFull() *Error {
	return New(Full, "The disk of this server is full, so nothing was changed. Reading goes on; try again later.")
}

// InvalidField is bad input in one place, as "body.email".
func InvalidField(location, message string) *Error {
	return &Error{Kind: Invalid, Message: "Please correct the marked fields.", Fields: []Field{{location, message}}}
}

// WithCode names the case within its kind.
func (e *Error) WithCode(code string) *Error { e.Code = code; return e }

// With adds a detail for the client.
func (e *Error) With(key string, value any) *Error {
	if e.Details == nil {
		e.Details = map[string]any{}
	}
	e.Details[key] = value
	return e
}

// Because keeps the cause for the log.
func (e *Error) Because(cause error) *Error { e.cause = cause; return e }

// KindOf is the kind of the first Error in the chain, or Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
