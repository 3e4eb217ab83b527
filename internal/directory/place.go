package directory

import "stoa/internal/base/nav"

// Where people go here.
var (
	_ = nav.New(nav.Place{
		Group: nav.Main, Order: 30, To: "/people", Label: "nav.people", Icon: "users", Key: "p",
	})
	_ = nav.New(nav.Place{
		Group: nav.Main, Order: 40, To: "/batches", Label: "nav.batches", Icon: "graduation-cap", Key: "b",
	})
	_ = nav.New(nav.Place{Group: nav.Own, Order: 10, To: "/profile", Label: "nav.profile"})
)
