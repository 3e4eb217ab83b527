package identity

import "stoa/internal/base/nav"

// Where people go here.
var (
	_ = nav.New(nav.Place{
		Group: nav.Main, Order: 60, To: "/verifications", Label: "nav.verifications", Icon: "shield-check", Key: "v",
		Needs: VerificationDecide,
	})
	_ = nav.New(nav.Place{Group: nav.Own, Order: 30, To: "/security", Label: "nav.security"})
)
