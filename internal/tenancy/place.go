package tenancy

import "stoa/internal/base/nav"

// Where people go here.
var _ = nav.New(nav.Place{
	Group: nav.Own, Order: 40, To: "/branding", Label: "nav.branding", Needs: InstitutionEdit,
})
