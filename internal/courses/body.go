package courses

import (
	"context"

	"stoa/internal/base/markdown"
	rows "stoa/internal/courses/internal/db"
)

// Texts are drawn when they are written, so that reading costs nothing and the browser needs no code for it. Drawing
// takes its time: it is done before anything is locked, for those who make courses.
func (s *Service) draw(ctx context.Context, field, source string) (markdown.Text, error) {
	if _, err := s.maker(ctx); err != nil {
		return markdown.Text{}, err
	}
	return markdown.Render(ctx, field, source)
}

// drawn is content as it is kept, but for its lesson and revision.
func (s *Service) drawn(ctx context.Context, c Content) (rows.ContentPutParams, error) {
	text, err := s.draw(ctx, "body.body", c.Body)
	return rows.ContentPutParams{
		Body: c.Body, BodyHtml: text.HTML, Opening: markdown.Opening(text.HTML), Rendered: markdown.Version,
		VideoUrl: c.VideoURL, VideoSeconds: c.VideoSeconds,
	}, err
}

// Preview is markdown as learners would see it.
func (s *Service) Preview(ctx context.Context, source string) (markdown.Text, error) {
	return s.draw(ctx, "body.body", source)
}
