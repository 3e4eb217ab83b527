package telemetry_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/base/telemetry"
	"stoa/internal/base/viewer"
)

func TestALineSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	tenant, person := uuid.New(), uuid.New()
	request := viewer.With(t.Context(), viewer.Viewer{
		Tenant: tenant, Person: person, RequestID: "r", Operation: "course-get", Address: "192.0.2.1", Host: "h",
	})
	for name, c := range map[string]struct {
		ctx  context.Context
		want map[string]any
	}{
		"the program's": {t.Context(), map[string]any{}},
		"a request's": {request, map[string]any{
			"request_id": "r", "operation": "course-get", "institution": tenant.String(), "person": person.String(),
		}},
		"a visitor's": {viewer.With(t.Context(), viewer.Viewer{RequestID: "r"}), map[string]any{"request_id": "r"}},
		"a job's, of an institution": {
			viewer.System(telemetry.WithJob(t.Context(), "mail-send", 7), tenant),
			map[string]any{"job": "mail-send", "job_id": 7.0, "institution": tenant.String()},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			telemetry.Logger(&out, true, slog.LevelInfo).With("a", 1).InfoContext(c.ctx, "m", "b", 2)
			var line map[string]any
			if err := json.Unmarshal([]byte(out.String()), &line); err != nil {
				t.Fatal(err)
			}
			for _, own := range []string{slog.TimeKey, slog.LevelKey, slog.MessageKey, "a", "b"} {
				if _, there := line[own]; !there {
					t.Errorf("%s is missing: %s", own, out.String())
				}
				delete(line, own)
			}
			if !maps.Equal(line, c.want) {
				t.Errorf("%v, want %v", line, slices.Sorted(maps.Keys(c.want)))
			}
		})
	}
}
