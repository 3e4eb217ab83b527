package courses

import "stoa/internal/base/nav"

// Where people go here.
var (
	_ = nav.New(nav.Place{
		Group: nav.Main, Order: 20, To: "/courses", Label: "nav.courses", Icon: "book-open", Key: "c",
	})
	_ = nav.New(nav.Place{
		Group: nav.Main, Order: 50, To: "/teach", Label: "nav.teach", Icon: "pen-line", Key: "e", Needs: CourseCreate,
	})
	_ = nav.New(nav.Place{Group: nav.Own, Order: 20, To: "/my-courses", Label: "nav.mine"})
)
