package app_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/audit"
	"stoa/internal/base/viewer"
)

func TestAdminsReadAndProveTheLog(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	ravi := h.person("ravi@example.org", "", viewer.Student)
	h.person("admin@example.org", "", viewer.Admin)
	admin, student := h.signIn("admin@example.org"), h.signIn("ravi@example.org")
	if r := admin.do("PUT", "/people/"+ravi.ID.String()+"/roles", map[string]any{"roles": []string{"instructor"}}); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for _, path := range []string{"/audit/entries", "/audit/verifications"} {
		method := map[bool]string{true: "GET", false: "POST"}[path == "/audit/entries"]
		student.do("POST", "/auth/refresh", nil)
		if r := student.do(method, path, map[string]any{}); r.status != http.StatusForbidden {
			t.Errorf("%s as a student: %d %s", path, r.status, r.body)
		}
	}
	var page struct {
		Items []audit.Entry
		Next  string `json:"next_cursor"`
	}
	admin.do("GET", "/audit/entries?object="+ravi.ID.String()+"&verb=person.roles", nil).json(t, &page)
	if len(page.Items) != 1 || page.Items[0].Before == nil || page.Items[0].After == nil || page.Items[0].Address == "" || page.Items[0].RequestID == "" {
		t.Fatalf("%+v", page.Items)
	}
	if err := h.apps[0].Audit.Seal(h.ctx); err != nil {
		t.Fatal(err)
	}
	var proof audit.Proof
	admin.do("POST", "/audit/verifications", map[string]any{}).json(t, &proof)
	if proof.Head == nil || proof.Entries == 0 || len(proof.Findings) != 0 {
		t.Fatalf("%+v", proof)
	}
	var again audit.Proof
	admin.do("POST", "/audit/verifications", map[string]any{"heads": []any{proof.Head}}).json(t, &again)
	if len(again.Findings) != 0 {
		t.Errorf("the head that was kept is not found again: %+v", again.Findings)
	}
	seen := map[uuid.UUID]bool{}
	path := "/audit/entries?limit=2"
	for range 20 {
		page.Next = ""
		admin.do("GET", path, nil).json(t, &page)
		for _, e := range page.Items {
			if seen[e.ID] {
				t.Fatal("an entry came twice")
			}
			seen[e.ID] = true
		}
		if page.Next == "" {
			break
		}
		path = "/audit/entries?limit=2&cursor=" + page.Next
	}
	if len(seen) != proof.Entries {
		t.Errorf("%d entries listed, %d sealed", len(seen), proof.Entries)
	}
}
