package tenancy

import (
	"context"

	"stoa/internal/base/edition"
	"stoa/internal/base/httpapi"

	"github.com/danielgtaylor/huma/v2"
)

// Routes puts the module on the API.
func (s *Service) Routes(api huma.API) {
	httpapi.Get(api, "institution-get", "/institution", "The institution of this host and its brand",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.Edited[Institution], error) {
			return httpapi.AnswerEdited(s.Get(ctx))
		}, httpapi.Public())
	type brand struct {
		httpapi.IfMatch
		Body struct {
			Brand
			edition.Seen
		}
	}
	httpapi.Put(api, "institution-put", "/institution", "Change the institution's name, brand and settings",
		func(ctx context.Context, in *brand) (*httpapi.Edited[Institution], error) {
			return httpapi.AnswerEdited(s.Update(ctx, in.Body.Brand, in.Body.Or(in.IfMatch.IfMatch)))
		}, httpapi.Needs(InstitutionEdit))
	type secondFactor struct {
		Body struct {
			SecondFactor string `json:"second_factor" enum:"optional,privileged"`
		}
	}
	httpapi.Put(api, "second-factor-put", "/institution/second-factor",
		"Say who needs a second factor for their rights",
		func(ctx context.Context, in *secondFactor) (*httpapi.OK[Institution], error) {
			return httpapi.Answer(s.SetSecondFactor(ctx, in.Body.SecondFactor))
		}, httpapi.Needs(InstitutionEdit))
	httpapi.Get(api, "institution-list", "/institutions", "Every institution of the installation",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[httpapi.Page[Institution]], error) {
			list, err := s.List(ctx)
			return httpapi.Answer(httpapi.Page[Institution]{Items: list}, err)
		}, httpapi.Needs(InstitutionList))
}
