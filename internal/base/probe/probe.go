// Package probe is what a module tells the tests that walk every operation of the contract: what there is to
// act upon, what to send, who is what to it, and what writes no entry. A module's own test package brings it;
// the tests of internal/app gather what all of them bring, and fail where something is missing.
package probe

import (
	"context"
	"testing"

	"github.com/google/uuid"
)

// Estate is one of every object that an operation can name, by the name of its parameter.
type Estate map[string]uuid.UUID

// Cast are the people to whom an estate's objects belong, as the contexts in which they ask.
type Cast struct {
	Teacher  context.Context // an instructor
	Staff    context.Context // staff and admin
	Student  context.Context
	Newcomer context.Context // an alumna whom nobody has verified yet
	// Mark is a word to be put into every text: where it turns up elsewhere, something leaked.
	Mark string
}

// Module is what one module brings.
type Module struct {
	// Furnish makes one of each of the module's objects for the cast; nil: it has none.
	Furnish func(t testing.TB, c Cast, e Estate)
	// Bodies are valid bodies by operation; ids in them are the estate's.
	Bodies func(e Estate) map[string]any
	// Named are the objects that bodies name, by operation.
	Named map[string][]string
	// Queries are what an address cannot do without, by operation.
	Queries map[string]string
	// Related are those of the cast who have a relation: teacher, assistant, learner.
	Related map[string][]string
	// Unrecorded are the operations that change something and write no entry, and why.
	Unrecorded map[string]string
	// Deletable is how operations name the rows of each table that can be deleted.
	Deletable map[string]Deletable
	// Follows is what goes with a deleted row of a table, its own or another module's: SQL of an institution $1
	// and the row's id $2.
	Follows map[string]string
}

// Deletable is how operations name the rows of a table.
type Deletable struct {
	Named  string   // the parameter
	Except []string // operations on the same id that are about something else
}
