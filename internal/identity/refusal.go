package identity

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/maypok86/otter/v2"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
)

const refusalPause = 10 * time.Minute

// refusals remembers of whom a refusal was written down lately, so that nobody can fill the log by trying again.
type refusals struct{ lately *otter.Cache[string, bool] }

func newRefusals() refusals {
	return refusals{otter.Must(&otter.Options[string, bool]{
		MaximumSize: 100_000, ExpiryCalculator: otter.ExpiryWriting[string, bool](refusalPause),
	})}
}

// NoteRefusals writes into the audit log that somebody signed in asked for what is not theirs: once in ten
// minutes for each person and operation. Every single one is in the request log. It stands inside Authenticate.
func (s *Service) NoteRefusals(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &statusOf{ResponseWriter: w}
		next.ServeHTTP(answer, r)
		v := viewer.From(r.Context())
		if answer.status != http.StatusForbidden || !v.SignedIn() {
			return
		}
		if _, first := s.refusals.lately.SetIfAbsent(v.Person.String()+r.Pattern, true); !first {
			return
		}
		err := s.db.Write(r.Context(), func(tx *db.Tx) error {
			return audit.Record(r.Context(), tx, audit.Change{
				Verb:  "request.refuse",
				Type:  "person",
				ID:    v.Person,
				After: map[string]string{"operation": r.Pattern},
			})
		})
		if err != nil {
			slog.ErrorContext(r.Context(), "a refusal was not written down", "error", err.Error())
		}
	})
}

// statusOf sees the status that passes through.
type statusOf struct {
	http.ResponseWriter
	status int
}

func (w *statusOf) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusOf) Unwrap() http.ResponseWriter { return w.ResponseWriter }
