package directory

import (
	"stoa/internal/base/permit"
	"stoa/internal/identity"
)

// What people do here, and who may.
var (
	DirectoryRead = permit.New("directory.read",
		"See the directory, batches and profiles, each part as its owner allows",
		permit.Groups...)
	ProfileEdit = permit.New("profile.edit", "Change one's own profile and who sees it",
		permit.Students, permit.Verified, permit.Instructors, permit.Staff, permit.Admins, permit.Operators)
)

// Serves is what staff of a programme or department are to it.
var Serves = permit.Relate("serves", "They are staff of the programme or department", identity.VerificationDecide)
