package courses

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/httpapi"
)

func (s *Service) staffRoutes(api huma.API) {
	httpapi.Get(api, "course-staff", "/courses/{course_id}/staff", "Who makes a course",
		func(ctx context.Context, in *ByCourse) (*httpapi.OK[httpapi.Page[Maker]], error) {
			list, err := s.Staff(ctx, in.ID)
			return httpapi.Answer(httpapi.Page[Maker]{Items: list}, err)
		}, httpapi.Needs(CourseEnrol, Helps))
	type ByMember struct {
		ByCourse
		Person uuid.UUID `path:"person_id"`
	}
	type appoint struct {
		ByMember
		Body struct {
			As Post `json:"as" enum:"instructor,assistant"`
		}
	}
	httpapi.Put(api, "course-appoint", "/courses/{course_id}/staff/{person_id}",
		"Let somebody teach a course, or help to",
		func(ctx context.Context, in *appoint) (*httpapi.None, error) {
			return nil, s.Appoint(ctx, in.ID, in.Person, in.Body.As)
		}, httpapi.Needs(CourseEnrol, Teaches))
	httpapi.Delete(api, "course-dismiss", "/courses/{course_id}/staff/{person_id}",
		"End somebody's part in making a course",
		func(ctx context.Context, in *ByMember) (*httpapi.None, error) {
			return nil, s.Dismiss(ctx, in.ID, in.Person)
		}, httpapi.Needs(CourseEnrol, Teaches))
}
