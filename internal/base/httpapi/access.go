package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/permit"
)

// Each operation says in the contract who may call it: one of Public, Personal and Needs. It says so
// and does not decide: that its verb decides the same is shown by calling every operation as everybody.
const (
	accessKey   = "x-access"   // "public", "signed-in", or the name of a permission
	relationKey = "x-relation" // what one must be to the object, besides
)

// Public lets visitors in.
func Public() Op {
	return func(o *huma.Operation) {
		o.Security = nil
		declare(o, "public", nil)
	}
}

// Personal is of an operation about whoever is signed in. Where
// it names an object, the relation says that it must be theirs.
func Personal(to ...*permit.Relation) Op {
	return func(o *huma.Operation) { declare(o, "signed-in", to) }
}

// Needs names the permission that the operation's verb asks for, and what one must be to its object.
func Needs(p *permit.Permission, to ...*permit.Relation) Op {
	return func(o *huma.Operation) { declare(o, string(p.Name), to) }
}

func declare(o *huma.Operation, access string, to []*permit.Relation) {
	if o.Extensions == nil {
		o.Extensions = map[string]any{}
	}
	o.Extensions[accessKey] = access
	for _, r := range to {
		o.Extensions[relationKey] = r.Name
	}
}

// Access is what an operation says of who may call it; empty where it says nothing, which a test refuses.
func Access(o *huma.Operation) (access, relation string) {
	access, _ = o.Extensions[accessKey].(string)
	relation, _ = o.Extensions[relationKey].(string)
	return access, relation
}
