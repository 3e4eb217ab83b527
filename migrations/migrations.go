// Package migrations is the schema's history: one timeline, the owning module in each name, expand before contract.
package migrations

import "embed"

// Files are the migrations in the order of their numbers.
//
//go:embed *.sql
var Files embed.FS
