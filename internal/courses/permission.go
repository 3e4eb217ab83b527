package courses

import "stoa/internal/base/permit"

// What people do here, and who may.
var (
	CourseBrowse = permit.New("course.browse", "See the catalogue and what a course holds",
		permit.Groups...)
	CourseEnrol = permit.New("course.enrol", "Enrol in a course, open its lessons, record progress",
		permit.Students, permit.Verified, permit.Instructors, permit.Staff, permit.Admins, permit.Operators)
	CourseCreate = permit.New("course.create", "Create courses, and change and publish one's own",
		permit.Instructors, permit.Admins, permit.Operators)
	CourseEditAny = permit.New("course.edit-any", "Change and publish anybody's course",
		permit.Admins, permit.Operators)
)

// What people are to a course.
var (
	Teaches = permit.Relate("teaches", "Is an instructor of the course", CourseEditAny)
	Helps   = permit.Relate("helps", "Is an instructor or an assistant of the course", CourseEditAny)
	Makes   = permit.Relate("makes", "Is an instructor or an assistant of some course", CourseCreate)
	Learns  = permit.Relate("learns", "Is enrolled in the course, or makes it", CourseEditAny)
)
