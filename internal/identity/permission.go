package identity

import (
	"context"
	"slices"

	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

// Permission is something that some may do and others not.
type Permission string

const (
	DirectoryRead      Permission = "directory.read"
	ProfileEdit        Permission = "profile.edit"
	VerificationAsk    Permission = "verification.ask"
	VerificationDecide Permission = "verification.decide"
	CourseBrowse       Permission = "course.browse"
	CourseEnrol        Permission = "course.enrol"
	CourseCreate       Permission = "course.create"
	CourseEditAny      Permission = "course.edit-any"
	PersonBan          Permission = "person.ban"
	PersonRoles        Permission = "person.roles"
	PersonHelp         Permission = "person.help"
	InstitutionEdit    Permission = "institution.edit"
	InstitutionList    Permission = "institution.list"
	AuditRead          Permission = "audit.read"
)

// Group is who is meant: a role, or alumni of a standing.
type Group string

const (
	Students    Group = "students"
	Verified    Group = "verified alumni"
	Unverified  Group = "other alumni" // unverified, pending, rejected
	Instructors Group = "instructors"
	Staff       Group = "staff"
	Admins      Group = "admins"
	Operators   Group = "operators"
)

// Groups in the order of the table.
var Groups = []Group{Students, Verified, Unverified, Instructors, Staff, Admins, Operators}

var everyone = Groups

// Rule is one row of the table.
type Rule struct {
	Permission Permission
	Means      string
	To         []Group
}

// Rules is who may do what: the whole of it. docs/permissions.md is made from it.
var Rules = []Rule{
	{DirectoryRead, "See the directory, batches and profiles, each part as its owner allows", everyone},
	{ProfileEdit, "Change one's own profile and who sees it", []Group{Students, Verified, Instructors, Staff, Admins, Operators}},
	{VerificationAsk, "Ask to be confirmed as an alumnus", []Group{Unverified}},
	{VerificationDecide, "See requests for verification and decide them", []Group{Staff, Admins, Operators}},
	{CourseBrowse, "See the catalogue and what a course holds", everyone},
	{CourseEnrol, "Enrol in a course, open its lessons, record progress", []Group{Students, Verified, Instructors, Staff, Admins, Operators}},
	{CourseCreate, "Create courses, and change and publish one's own", []Group{Instructors, Admins, Operators}},
	{CourseEditAny, "Change and publish anybody's course", []Group{Admins, Operators}},
	{PersonBan, "Ban a person and lift a ban", []Group{Staff, Admins, Operators}},
	{PersonHelp, "Remove the passkeys and apps of somebody who lost them", []Group{Staff, Admins, Operators}},
	{PersonRoles, "Give and take roles", []Group{Admins, Operators}},
	{InstitutionEdit, "Change the institution's name, brand and settings", []Group{Admins, Operators}},
	{AuditRead, "Read the audit log and check that nobody altered it", []Group{Admins, Operators}},
	{InstitutionList, "See every institution of the installation", []Group{Operators}},
}

// groupsOf are the groups that a viewer belongs to.
func groupsOf(v viewer.Viewer) []Group {
	var groups []Group
	for _, r := range v.Roles {
		switch r {
		case viewer.Student:
			groups = append(groups, Students)
		case viewer.Alumnus:
			if v.Standing == viewer.Verified {
				groups = append(groups, Verified)
			} else {
				groups = append(groups, Unverified)
			}
		case viewer.Instructor:
			groups = append(groups, Instructors)
		case viewer.Staff:
			groups = append(groups, Staff)
		case viewer.Admin:
			groups = append(groups, Admins)
		case viewer.Operator:
			groups = append(groups, Operators)
		}
	}
	return groups
}

// May tells whether the viewer has a permission.
func May(v viewer.Viewer, p Permission) bool {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.Permission == p })
	return i >= 0 && slices.ContainsFunc(groupsOf(v), func(g Group) bool { return slices.Contains(Rules[i].To, g) })
}

// Require is the viewer, or an error when they lack the permission.
func Require(ctx context.Context, p Permission) (viewer.Viewer, error) {
	v := viewer.From(ctx)
	switch {
	case !v.SignedIn():
		return v, errs.New(errs.Unauthenticated, "Sign in first.")
	case May(v, p):
		return v, nil
	case v.Has(viewer.Alumnus) && v.Standing != viewer.Verified:
		return v, errs.New(errs.Forbidden, "This opens when your institution has verified you.").WithCode("unverified").With("standing", v.Standing)
	}
	return v, errs.New(errs.Forbidden, "Your role does not allow this.").With("permission", p)
}

// Permissions are all that a viewer has, for clients that show only what works.
func Permissions(v viewer.Viewer) []Permission {
	list := []Permission{}
	for _, r := range Rules {
		if May(v, r.Permission) {
			list = append(list, r.Permission)
		}
	}
	return list
}
