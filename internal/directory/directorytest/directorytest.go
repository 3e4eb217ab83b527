// Package directorytest is what other tests need of the directory.
package directorytest

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/edition"
	"stoa/internal/base/probe"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// Programme is that of every batch that is made here.
const Programme = "BTech"

// Probe is what the module brings to the tests of every operation.
func Probe(s *directory.Service) probe.Module {
	return probe.Module{
		Furnish: func(t testing.TB, c probe.Cast, e probe.Estate) {
			t.Helper()
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			batch, err := s.CreateBatch(c.Staff, directory.NewBatch{
				Code:       "B-" + uuid.NewString()[:8],
				Programme:  Programme,
				Department: c.Mark,
				Year:       2018,
			})
			must(err)
			_, err = s.Assign(c.Staff, viewer.From(c.Student).Person, batch.ID)
			must(err)
			_, err = s.Update(c.Student, directory.Edit{
				Headline: &c.Mark,
				Company:  &c.Mark,
				City:     &c.Mark,
				About:    &c.Mark,
			}, edition.Seen{})
			must(err)
			e["batch_id"] = batch.ID
		},
		Bodies: func(e probe.Estate) map[string]any {
			return map[string]any{
				"profile-patch":  map[string]any{"headline": "Here"},
				"profile-assign": map[string]any{"batch_id": e["batch_id"]},
				"photo-put":      Photo(),
				"units-put":      map[string]any{"units": []any{map[string]any{"department": "CSE"}}},
				"batch-create": map[string]any{
					"code":      "N-" + strings.ToUpper(uuid.NewString()[:8]),
					"programme": Programme, "department": "CSE", "year": 2018,
				},
			}
		},
		Named:   map[string][]string{"profile-assign": {"batch_id"}},
		Related: map[string][]string{"serves": {"clerk"}},
		Queries: map[string]string{"directory-suggest": "q=a"},
		Deletable: map[string]probe.Deletable{
			"directory.profile": {Named: "person_id", Except: []string{ // of the person, who is still there
				"ban-put", "ban-lift", "roles-put", "factor-remove-all", "course-appoint", "course-dismiss",
				"units-get", "units-put",
			}},
		},
		Follows: map[string]string{
			"identity.person": "UPDATE directory.profile SET deleted_at = now() WHERE tenant_id = $1 AND id = $2",
		},
	}
}

// Photo is a small picture.
func Photo() []byte {
	var picture bytes.Buffer
	_ = png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))) // into memory, which takes all
	return picture.Bytes()
}
