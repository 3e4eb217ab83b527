package directory

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/edition"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

func (s *Service) searchRoutes(api huma.API) {
	kept := httpapi.Cached(s.kept, httpapi.Sharing{Class: s.class, Topics: []string{topic}})
	httpapi.Get(api, "directory-search", "/directory", "Find people",
		func(ctx context.Context, in *Query) (*httpapi.OK[httpapi.Page[Entry]], error) {
			return httpapi.Answer(s.Search(ctx, *in))
		}, kept, httpapi.Needs(DirectoryRead))
	httpapi.Get(api, "directory-facets", "/directory/facets", "How many people each filter value would find",
		func(ctx context.Context, in *Filter) (*httpapi.OK[Facets], error) {
			return httpapi.Answer(s.Facets(ctx, *in))
		}, httpapi.Cost(10), kept, httpapi.Needs(DirectoryRead))
	type typed struct {
		Q string `query:"q" minLength:"1" maxLength:"100"`
	}
	httpapi.Get(api, "directory-suggest", "/directory/suggestions",
		"Complete typed letters to people, companies, cities, batches",
		func(ctx context.Context, in *typed) (*httpapi.OK[httpapi.Page[Suggestion]], error) {
			list, err := s.Suggest(ctx, in.Q)
			return httpapi.Answer(httpapi.Page[Suggestion]{Items: list}, err)
		}, httpapi.Cost(3), kept, httpapi.Needs(DirectoryRead))
}

func (s *Service) profileRoutes(api huma.API) {
	type ByPerson struct {
		ID uuid.UUID `path:"person_id"`
	}
	httpapi.Get(api, "profile-get", "/people/{person_id}", "A person's profile, as one may see it",
		func(ctx context.Context, in *ByPerson) (*httpapi.OK[Profile], error) {
			return httpapi.Answer(s.Profile(ctx, in.ID))
		}, httpapi.Needs(DirectoryRead))
	httpapi.Get(api, "profile-mine", "/me/profile", "One's own profile and who sees what",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.Edited[Profile], error) {
			return httpapi.AnswerEdited(s.Profile(ctx, viewer.From(ctx).Person))
		}, httpapi.Needs(DirectoryRead))
	type edit struct {
		httpapi.IfMatch
		Body struct {
			Edit
			edition.Seen
		}
	}
	httpapi.Patch(api, "profile-patch", "/me/profile", "Change one's own profile",
		func(ctx context.Context, in *edit) (*httpapi.Edited[Profile], error) {
			return httpapi.AnswerEdited(s.Update(ctx, in.Body.Edit, in.Body.Or(in.IfMatch.IfMatch)))
		}, httpapi.Needs(ProfileEdit))
	type picture struct {
		RawBody []byte `contentType:"image/jpeg" doc:"A picture: JPEG, PNG or WebP, 16 MB at most"`
	}
	httpapi.Put(api, "photo-put", "/me/photo", "Set one's photo",
		func(ctx context.Context, in *picture) (*httpapi.OK[Profile], error) {
			return httpapi.Answer(s.SetPhoto(ctx, in.RawBody))
		}, httpapi.Body(photoLimit), httpapi.Needs(ProfileEdit))
	httpapi.Delete(api, "photo-delete", "/me/photo", "Remove one's photo",
		func(ctx context.Context, _ *httpapi.None) (*httpapi.OK[Profile], error) {
			return httpapi.Answer(s.RemovePhoto(ctx))
		}, httpapi.Needs(ProfileEdit))
	type assign struct {
		ByPerson
		Body struct {
			BatchID uuid.UUID `json:"batch_id"`
		}
	}
	httpapi.Put(api, "profile-assign", "/people/{person_id}/batch", "Put a person into a batch",
		func(ctx context.Context, in *assign) (*httpapi.OK[Profile], error) {
			return httpapi.Answer(s.Assign(ctx, in.ID, in.Body.BatchID))
		}, httpapi.Needs(DirectoryRead, Serves))
	type unitsOf struct {
		Units []Unit `json:"units" nullable:"false" maxItems:"50"`
	}
	httpapi.Get(api, "units-get", "/people/{person_id}/units",
		"The programmes and departments of which a person is staff",
		func(ctx context.Context, in *ByPerson) (*httpapi.OK[unitsOf], error) {
			list, err := s.Units(ctx, in.ID)
			return httpapi.Answer(unitsOf{list}, err)
		}, httpapi.Needs(identity.PersonRoles))
	type setUnits struct {
		ByPerson
		Body unitsOf
	}
	httpapi.Put(api, "units-put", "/people/{person_id}/units",
		"Make a person staff of these programmes and departments alone",
		func(ctx context.Context, in *setUnits) (*httpapi.None, error) {
			return nil, s.SetUnits(ctx, in.ID, in.Body.Units)
		}, httpapi.Needs(identity.PersonRoles))
}

func (s *Service) batchRoutes(api huma.API) {
	kept := httpapi.Cached(s.kept, httpapi.Sharing{Class: present, Topics: []string{topic}})
	type list struct {
		Year int `query:"year" minimum:"0" maximum:"2200" doc:"Only this year's"`
		httpapi.Paging
	}
	httpapi.Get(api, "batch-list", "/batches", "Batches, the newest first",
		func(ctx context.Context, in *list) (*httpapi.OK[httpapi.Page[BatchPage]], error) {
			return httpapi.Answer(s.Batches(ctx, in.Year, in.Paging))
		}, kept, httpapi.Needs(DirectoryRead))
	type byBatch struct {
		ID uuid.UUID `path:"batch_id"`
	}
	httpapi.Get(api, "batch-get", "/batches/{batch_id}",
		"A batch and its counts; its people are GET /directory?batch={id}",
		func(ctx context.Context, in *byBatch) (*httpapi.OK[BatchPage], error) {
			return httpapi.Answer(s.Batch(ctx, in.ID))
		}, kept, httpapi.Needs(DirectoryRead))
	type create struct{ Body NewBatch }
	httpapi.Post(api, "batch-create", "/batches", "Add a batch",
		func(ctx context.Context, in *create) (*httpapi.OK[BatchPage], error) {
			return httpapi.Answer(s.CreateBatch(ctx, in.Body))
		}, httpapi.Status(http.StatusCreated), httpapi.Needs(DirectoryRead, Serves))
}
