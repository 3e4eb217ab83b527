package directory_test

import (
	"context"
	"testing"

	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// BenchmarkReads asks both engines what screens ask, each answer built anew.
func BenchmarkReads(b *testing.B) {
	c := newCampus(b)
	c.crowd(8000)
	_, asking := c.Join("Asking", viewer.Verified, viewer.Alumnus)
	search := func(f directory.Filter) func(context.Context, *directory.Service) error {
		return func(ctx context.Context, s *directory.Service) error {
			query := directory.Query{Filter: f}
			query.Limit = 30
			_, err := s.Search(ctx, query)
			return err
		}
	}
	facets := func(f directory.Filter) func(context.Context, *directory.Service) error {
		return func(ctx context.Context, s *directory.Service) error {
			_, err := s.Facets(ctx, f)
			return err
		}
	}
	for name, s := range map[string]*directory.Service{"postgres": c.dir, "memory": c.remembering()} {
		for what, read := range map[string]func(context.Context, *directory.Service) error{
			"everybody":         search(directory.Filter{}),
			"batch and company": search(directory.Filter{Batch: []string{"2018"}, Company: []string{"Company 7"}}),
			"verified":          search(directory.Filter{Standing: []string{"verified"}}),
			"words":             search(directory.Filter{Q: "asha menon"}),
			"words and filters": search(directory.Filter{
				Q: "asha", Batch: []string{"2001-2018"}, City: []string{"City 7"},
			}),
			"facets":          facets(directory.Filter{}),
			"facets of some":  facets(directory.Filter{City: []string{"City 7"}, Department: []string{"D3"}}),
			"facets of words": facets(directory.Filter{Q: "asha", Company: []string{"Company 7"}}),
			"suggestions": func(ctx context.Context, s *directory.Service) error {
				_, err := s.Suggest(ctx, "comp")
				return err
			},
		} {
			b.Run(name+"/"+what, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := read(asking, s); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
