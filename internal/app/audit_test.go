package app_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/audit"
	"stoa/internal/base/viewer"
)

func TestAdminsReadAndProveTheLog(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	ravi := h.Person("ravi@example.org", "", viewer.Student)
	h.Person("admin@example.org", "", viewer.Admin)
	admin, student := h.SignIn("admin@example.org"), h.SignIn("ravi@example.org")
	r := admin.Do("PUT", "/people/"+ravi.ID.String()+"/roles", map[string]any{"roles": []string{"instructor"}})
	if r.Status != http.StatusOK {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	for _, path := range []string{"/audit/entries", "/audit/verifications"} {
		method := map[bool]string{true: "GET", false: "POST"}[path == "/audit/entries"]
		student.Do("POST", "/auth/refresh", nil)
		if r := student.Do(method, path, map[string]any{}); r.Status != http.StatusForbidden {
			t.Errorf("%s as a student: %d %s", path, r.Status, r.Body)
		}
	}
	var page struct {
		Items []audit.Entry
		Next  string `json:"next_cursor"`
	}
	admin.Do("GET", "/audit/entries?object="+ravi.ID.String()+"&verb=person.roles", nil).JSON(t, &page)
	if len(page.Items) != 1 || page.Items[0].Before == nil || page.Items[0].After == nil ||
		page.Items[0].Address == "" || page.Items[0].RequestID == "" {
		t.Fatalf("%+v", page.Items)
	}
	if err := h.Apps[0].Audit.Seal(h.Ctx); err != nil {
		t.Fatal(err)
	}
	var proof audit.Proof
	admin.Do("POST", "/audit/verifications", map[string]any{}).JSON(t, &proof)
	if proof.Head == nil || proof.Entries == 0 || len(proof.Findings) != 0 {
		t.Fatalf("%+v", proof)
	}
	var again audit.Proof
	admin.Do("POST", "/audit/verifications", map[string]any{"heads": []any{proof.Head}}).JSON(t, &again)
	if len(again.Findings) != 0 {
		t.Errorf("the head that was kept is not found again: %+v", again.Findings)
	}
	seen := map[uuid.UUID]bool{}
	path := "/audit/entries?limit=2"
	for range 20 {
		page.Next = ""
		admin.Do("GET", path, nil).JSON(t, &page)
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
	h := apptest.Open(t, 1)
	h.Person("ravi@example.org", "", viewer.Student)
	h.Person("admin@example.org", "", viewer.Admin)
	admin := h.SignIn("admin@example.org")
	_, err := h.Place.Superuser(t).Exec(t.Context(), `WITH written AS (
		INSERT INTO audit.entry (tenant_id, id, verb, object_type, object_id, after, request_id, address)
		SELECT $1::uuid, gen_random_uuid(), 'test.many', '=cmd|x', gen_random_uuid(), '{"name": "a \"quoted\", name"}',
		'r', 'a' FROM generate_series(1, 2500) RETURNING id)
		INSERT INTO audit.place (tenant_id, entry_id) SELECT $1::uuid, id FROM written`, h.Tenant)
	if err != nil {
		t.Fatal(err)
	}
	r := admin.Do("GET", "/audit/export?verb=test.many", nil)
	lines := strings.Split(strings.TrimSpace(r.Body), "\n")
	if r.Status != http.StatusOK || len(lines) != 2500 || r.Header.Get("Content-Type") != "application/jsonl" ||
		r.Header.Get("Cache-Control") != "no-store" ||
		!strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d: %d lines, %v", r.Status, len(lines), r.Header)
	}
	seen := map[uuid.UUID]bool{}
	for _, line := range lines {
		var e audit.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Verb != "test.many" || seen[e.ID] {
			t.Fatalf("%s: %v", line, err)
		}
		seen[e.ID] = true
	}
	r = admin.Do("GET", "/audit/export?format=csv", nil)
	records, err := csv.NewReader(strings.NewReader(r.Body)).ReadAll()
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
	if r := h.SignIn("ravi@example.org").Do("GET", "/audit/export", nil); r.Status != http.StatusForbidden {
		t.Errorf("as a student: %d", r.Status)
	}
	if r := admin.Do("GET", "/audit/export?format=xml", nil); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown form: %d", r.Status)
	}
}
