// Package id makes identifiers.
package id

import "github.com/google/uuid"

// Random bytes are drawn for several at a time: a request costs one identifier.
func init() { uuid.EnableRandPool() }

// New is a UUIDv7 (RFC 9562): unique, and ordered by the time it was made.
func New() uuid.UUID { return uuid.Must(uuid.NewV7()) }
