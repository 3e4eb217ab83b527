package app_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
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
	r := admin.do("PUT", "/people/"+ravi.ID.String()+"/roles", map[string]any{"roles": []string{"instructor"}})
	if r.status != http.StatusOK {
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
	if len(page.Items) != 1 || page.Items[0].Before == nil || page.Items[0].After == nil ||
		page.Items[0].Address == "" || page.Items[0].RequestID == "" {
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

// The log is taken out whole, in either form, by who may read it; that it was is in it.
func TestTheLogIsTakenOut(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("ravi@example.org", "", viewer.Student)
	h.person("admin@example.org", "", viewer.Admin)
	admin := h.signIn("admin@example.org")
	_, err := h.place.superuser(t).Exec(t.Context(), `WITH written AS (
		INSERT INTO audit.entry (tenant_id, id, verb, object_type, object_id, after, request_id, address)
		SELECT $1::uuid, gen_random_uuid(), 'test.many', '=cmd|x', gen_random_uuid(), '{"name": "a \"quoted\", name"}',
		'r', 'a' FROM generate_series(1, 2500) RETURNING id)
		INSERT INTO audit.place (tenant_id, entry_id) SELECT $1::uuid, id FROM written`, h.tenant)
	if err != nil {
		t.Fatal(err)
	}
	r := admin.do("GET", "/audit/export?verb=test.many", nil)
	lines := strings.Split(strings.TrimSpace(r.body), "\n")
	if r.status != http.StatusOK || len(lines) != 2500 || r.header.Get("Content-Type") != "application/jsonl" ||
		r.header.Get("Cache-Control") != "no-store" ||
		!strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d: %d lines, %v", r.status, len(lines), r.header)
	}
	seen := map[uuid.UUID]bool{}
	for _, line := range lines {
		var e audit.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Verb != "test.many" || seen[e.ID] {
			t.Fatalf("%s: %v", line, err)
		}
		seen[e.ID] = true
	}
	r = admin.do("GET", "/audit/export?format=csv", nil)
	records, err := csv.NewReader(strings.NewReader(r.body)).ReadAll()
	if err != nil || len(records) < 2503 {
		t.Fatalf("%d records: %v", len(records), err)
	}
	exports := 0
	for _, record := range records[1:] {
		for _, field := range record {
			if field != "" && strings.ContainsAny(field[:1], "=+-@") {
				t.Fatalf("a spreadsheet takes %s for a formula", field)
			}
		}
		if record[4] == "audit.export" {
			exports++
		}
	}
	if exports != 2 {
		t.Errorf("%d exports are in the log, want 2", exports)
	}
	if r := h.signIn("ravi@example.org").do("GET", "/audit/export", nil); r.status != http.StatusForbidden {
		t.Errorf("as a student: %d", r.status)
	}
	if r := admin.do("GET", "/audit/export?format=xml", nil); r.status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown form: %d", r.status)
	}
}
