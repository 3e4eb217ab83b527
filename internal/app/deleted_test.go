package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/dbtest"
	"stoa/internal/base/viewer"
)

// What is soft-deleted is nowhere: no list, no search, no page of it, and nothing can be done to it.
func TestWhatIsDeletedIsGone(t *testing.T) {
	t.Parallel()
	for _, table := range dbtest.Tables(t, dbtest.Superuser(t), "tenant_id", "deleted_at") {
		how, known := deletable[table]
		if !known {
			t.Errorf("rows of %s can be deleted: say in its module's probe how operations name them", table)
			continue
		}
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			h := open(t, 1)
			e := furnish(t, h)
			h.person("root@example.org", viewer.Verified, viewer.Operator, viewer.Admin, viewer.Staff,
				viewer.Instructor, viewer.Student, viewer.Alumnus)
			c := h.signIn("root@example.org")
			if table != "identity.person" && table != "directory.profile" {
				if r := c.do("PUT", "/courses/"+e["course_id"].String()+"/enrolment", nil); r.status != http.StatusOK {
					t.Fatalf("enrol: %d %s", r.status, r.body)
				}
			}
			conn := h.place.superuser(t)
			for _, sql := range []string{
				"UPDATE " + table + " SET deleted_at = now() WHERE tenant_id = $1 AND id = $2", follows[table],
			} {
				if sql != "" {
					tag, err := conn.Exec(t.Context(), sql, h.tenant, e[how.Named])
					if err != nil || tag.RowsAffected() == 0 {
						t.Fatalf("%s: %v %v", sql, tag, err)
					}
				}
			}
			if table == "courses.section" || table == "courses.lesson" {
				replacement := e["section_id"]
				if table == "courses.section" {
					var draft struct{ Sections []struct{ ID uuid.UUID } }
					c.do("POST", "/courses/"+e["course_id"].String()+"/sections", map[string]string{
						"title": "Next",
					}).json(t, &draft)
					replacement = draft.Sections[0].ID
				}
				c.do("POST", "/sections/"+replacement.String()+"/lessons",
					map[string]any{"kind": "text", "title": "Next", "minutes": 1, "body": "x"})
				if r := c.do("POST", "/courses/"+e["course_id"].String()+"/publications", nil); r.status >= 300 {
					t.Fatalf("publish: %d %s", r.status, r.body)
				}
			}
			gone := e[how.Named].String()
			probes := 0
			eachOperation(func(op *huma.Operation) {
				names := strings.Contains(op.Path, "{"+how.Named+"}")
				if slices.Contains(how.Except, op.OperationID) || op.Method != http.MethodGet && !names ||
					strings.HasPrefix(op.OperationID, "audit-") { // which keeps everything
					return
				}
				path := addressOf(op, e)
				probes++
				r := c.do(op.Method, path, bodies(e)[op.OperationID])
				if names && r.status != http.StatusNotFound {
					t.Errorf("%s of what is deleted: %d %s", op.OperationID, r.status, r.body)
				}
				if !names && strings.Contains(r.body, gone) {
					t.Errorf("%s shows what is deleted: %s", op.OperationID, r.body)
				}
			})
			for _, search := range []string{
				"/directory?q=ravi", "/directory/suggestions?q=ravi", "/directory?company=" + h.mark(),
				"/courses?q=Probing", "/directory?sort=batch",
			} {
				probes++
				if r := c.do("GET", search, nil); strings.Contains(r.body, gone) {
					t.Errorf("%s finds what is deleted", search)
				}
			}
			t.Logf("%d probes", probes)
		})
	}
}
