package progress

import "stoa/internal/base/nav"

// Where people go here.
var _ = nav.New(nav.Place{
	Group: nav.Main, Order: 10, To: "/", Label: "nav.today", Icon: "house", Key: "t",
})
