package app

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"stoa/internal/base/errs"
	"stoa/internal/base/httpapi"
)

// keepRoom follows how full the embedded database's disk is, until ctx ends.
func (b *Base) keepRoom(ctx context.Context, a *App) {
	if b.cluster == nil {
		return
	}
	go b.cluster.KeepRoom(ctx, func(full bool) {
		a.full.Store(full)
		if full {
			slog.Error("the disk is full: nothing is written until there is room again", "folder", a.cfg.Data)
			return
		}
		slog.Info("there is room on the disk again", "folder", a.cfg.Data)
	})
}

// refuseWhenFull keeps the room that is left for the database: what it needs to go on answering, and for sessions,
// without which nobody reads.
func (a *App) refuseWhenFull(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.full.Load() && !reads(r) && !signsIn(r) {
			httpapi.WriteProblem(w, r, errs.DiskFull())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func reads(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}

func signsIn(r *http.Request) bool {
	return slices.ContainsFunc(signingIn, func(p string) bool { return strings.HasPrefix(r.URL.Path, p) })
}

// signingIn is what somebody needs to read on.
var signingIn = []string{
	httpapi.Base + "/auth/refresh", httpapi.Base + "/auth/sessions", httpapi.Base + "/auth/second-factors",
	httpapi.Base + "/auth/passkey", httpapi.Base + "/auth/provider",
}
