// Package nav is where one can go. Each module declares its places with the permission that opens them, once:
// first screens, the front end's shell and its palette draw them from here (web/src/ui/places.gen.ts is made of them).
package nav

import (
	"cmp"
	"slices"

	"stoa/internal/base/permit"
)

// Group is where places stand together.
type Group string

const (
	Main Group = "main" // the rail; the first five are a phone's bar
	Own  Group = "own"  // the menu of one's account
)

// Place is an entry of the navigation.
type Place struct {
	To    string             `json:"to"`    // its address
	Label string             `json:"label"` // its message, in web/src/lib/messages: every screen says it
	Icon  string             `json:"icon,omitempty"`
	Key   string             `json:"key,omitempty"` // what goes there after a g; main places have one
	Needs *permit.Permission `json:"-"`             // nil: it is open to whoever is signed in
	Group Group              `json:"group"`
	Order int                `json:"-"` // in its group; leave room between
}

var declared []Place

// New declares a place, once for each address and key, in a file of the module whose screen is there.
func New(p Place) Place {
	for _, other := range declared {
		if other.To == p.To || p.Key != "" && other.Key == p.Key {
			panic("nav: " + p.To + " and " + other.To + " are one place or have one key")
		}
	}
	declared = append(declared, p)
	slices.SortFunc(declared, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Order, b.Order), cmp.Compare(a.To, b.To))
	})
	return p
}

// All are the places of every module in the program, by group and in order.
func All() []Place { return slices.Clone(declared) }

// Of are the places of a group that are open to who has these permissions, in order.
func Of(group Group, has []permit.Name) []Place {
	return slices.DeleteFunc(All(), func(p Place) bool {
		return p.Group != group || p.Needs != nil && !slices.Contains(has, p.Needs.Name)
	})
}
