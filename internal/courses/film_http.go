package courses

import (
	"context"
	"io"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/httpapi"
)

// film is a request whose body is read as it comes: half a gigabyte does not go through memory.
type film struct {
	ID      uuid.UUID `path:"lesson_id"`
	Seconds int       `query:"seconds" required:"true" minimum:"1" maximum:"86400" doc:"How long the film is"`
	body    io.Reader
}

func (f *film) Resolve(ctx huma.Context) []error {
	f.body = httpapi.Upload(ctx)
	return nil
}

func (s *Service) filmRoutes(api huma.API) {
	httpapi.Put(api, "film-put", "/lessons/{lesson_id}/draft/film",
		"Upload the film of a lesson: MP4 or WebM, 512 MB at most",
		func(ctx context.Context, in *film) (*httpapi.OK[DraftBody], error) {
			return httpapi.Answer(s.SetFilm(ctx, in.ID, in.Seconds, in.body))
		}, func(o *huma.Operation) {
			o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
				"video/mp4":  {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
				"video/webm": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
			}}
		}, httpapi.Needs(CourseEnrol, Helps))
}
