package tenancy

import "stoa/internal/base/permit"

// What people do here, and who may.
var (
	InstitutionEdit = permit.New("institution.edit", "Change the institution's name, brand and settings",
		permit.Admins, permit.Operators)
	InstitutionList = permit.New("institution.list", "See every institution of the installation",
		permit.Operators)
)
