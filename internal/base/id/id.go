// Package id makes identifiers.
package id

import "github.com/google/uuid"

// New is a UUIDv7 (RFC 9562): unique, and ordered by the time it was made.
func New() uuid.UUID { return uuid.Must(uuid.NewV7()) }
