package audit

import "stoa/internal/base/permit"

// What people do here, and who may.
var (
	AuditRead = permit.New("audit.read", "Read the audit log and check that nobody altered it",
		permit.Admins, permit.Operators)
)
