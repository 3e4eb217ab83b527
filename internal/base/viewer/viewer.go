// Package viewer says who is asking. Every request and every background job carries one in its context.
package viewer

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Role is what a person may do; one person can hold several.
type Role string

const (
	Student    Role = "student"
	Alumnus    Role = "alumnus"
	Instructor Role = "instructor"
	Staff      Role = "staff"
	Admin      Role = "admin"
	Operator   Role = "operator" // stands above institutions
)

// Standing is whether an alumnus has been confirmed by the institution; empty for those who are no alumni.
type Standing string

const (
	Unverified Standing = "unverified"
	Pending    Standing = "pending"
	Verified   Standing = "verified"
	Rejected   Standing = "rejected"
)

// Viewer is who is asking: always of one institution, and a person when signed in.
type Viewer struct {
	Tenant       uuid.UUID
	Person       uuid.UUID // zero when nobody is signed in
	Session      uuid.UUID
	Epoch        int       // of the person's rights, as the token has it
	Since        time.Time // when the request began; zero for the program's own work
	Roles        []Role
	Standing     Standing
	Impersonator uuid.UUID // the member of staff behind the person, if any
	RequestID    string
	Operation    string // of the contract; empty where the request is for none
	Address      string
	UserAgent    string
	Host         string // of the request, one of the institution's
	Locale       string // the language that the person reads
	Once         *Once  // of a request that must not be done twice
}

// Once is the key by which a request is done no more than once, and what tells it from others.
type Once struct {
	Key     string
	Request []byte
	Claimed bool // a transaction of the request is committed
}

// SignedIn tells whether the viewer is a person.
func (v Viewer) SignedIn() bool { return v.Person != uuid.Nil }

// Has tells whether the viewer holds a role.
func (v Viewer) Has(r Role) bool { return slices.Contains(v.Roles, r) }

type key struct{}

// With puts a viewer into the context.
func With(ctx context.Context, v Viewer) context.Context { return context.WithValue(ctx, key{}, &v) }

// Become changes the viewer of a context that has one: for what
// learns bit by bit who sent a request, before anything else has it.
func Become(ctx context.Context, v Viewer) { *ctx.Value(key{}).(*Viewer) = v }

// From is the viewer of the context; a context without one is a mistake of the program and panics.
func From(ctx context.Context) Viewer {
	v, ok := ctx.Value(key{}).(*Viewer)
	if !ok {
		panic("viewer: the context carries no viewer")
	}
	return *v
}

// Lookup is the viewer of the context, if there is one.
func Lookup(ctx context.Context) (Viewer, bool) {
	v, ok := ctx.Value(key{}).(*Viewer)
	if !ok {
		return Viewer{}, false
	}
	return *v, true
}

// System is the viewer of the program's own work inside an institution: no person.
func System(ctx context.Context, tenant uuid.UUID) context.Context {
	return With(ctx, Viewer{Tenant: tenant})
}
