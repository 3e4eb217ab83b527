package app

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"stoa/internal/base/httpapi"
)

// Who is signed out reads nothing: every way to sign in stays open
// on a full disk, and each that is listed is one of the contract.
func TestSigningInNeedsNoRoom(t *testing.T) {
	t.Parallel()
	writing := []string{"/auth/registrations", "/auth/email-confirmations", "/auth/password-resets", "/auth/password"}
	leads := map[string]bool{}
	for path, item := range Contract().Paths {
		if item.Post == nil && item.Put == nil {
			continue
		}
		r := httptest.NewRequest(http.MethodPost, httpapi.Base+path, nil)
		public := item.Post != nil && len(item.Post.Security) == 0 || item.Put != nil && len(item.Put.Security) == 0
		if public && !signsIn(r) && !slices.Contains(writing, path) {
			t.Errorf("%s is refused when the disk is full: is it needed to read on?", path)
		}
		for _, prefix := range signingIn {
			leads[prefix] = leads[prefix] || strings.HasPrefix(r.URL.Path, prefix)
		}
	}
	for _, prefix := range signingIn {
		if !leads[prefix] {
			t.Errorf("%s leads to no operation", prefix)
		}
	}
}
