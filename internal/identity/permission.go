package identity

import "stoa/internal/base/permit"

// What people do here, and who may.
var (
	VerificationAsk = permit.New("verification.ask", "Ask to be confirmed as an alumnus",
		permit.Unverified)
	VerificationDecide = permit.New("verification.decide", "See requests for verification and decide them",
		permit.Staff, permit.Admins, permit.Operators)
	PersonBan = permit.New("person.ban", "Ban a person and lift a ban",
		permit.Staff, permit.Admins, permit.Operators)
	PersonRoles = permit.New("person.roles", "Give and take roles",
		permit.Admins, permit.Operators)
	PersonHelp = permit.New("person.help", "Remove the passkeys and apps of somebody who lost them",
		permit.Staff, permit.Admins, permit.Operators)
)
