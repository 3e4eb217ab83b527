package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/apptest"
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
			h := apptest.Open(t, 1)
			e := furnish(t, h)
			h.Person("root@example.org", viewer.Verified, viewer.Operator, viewer.Admin, viewer.Staff,
				viewer.Instructor, viewer.Student, viewer.Alumnus)
			c := h.SignIn("root@example.org")
			if table != "identity.person" && table != "directory.profile" {
				if r := c.Do("PUT", "/courses/"+e["course_id"].String()+"/enrolment", nil); r.Status != http.StatusOK {
					t.Fatalf("enrol: %d %s", r.Status, r.Body)
				}
			}
			conn := h.Place.Superuser(t)
			for _, sql := range []string{
				"UPDATE " + table + " SET deleted_at = now() WHERE tenant_id = $1 AND id = $2", follows[table],
			} {
				if sql != "" {
					tag, err := conn.Exec(t.Context(), sql, h.Tenant, e[how.Named])
					if err != nil || tag.RowsAffected() == 0 {
						t.Fatalf("%s: %v %v", sql, tag, err)
					}
				}
			}
			if table == "courses.section" || table == "courses.lesson" {
				replacement := e["section_id"]
				if table == "courses.section" {
					var draft struct{ Sections []struct{ ID uuid.UUID } }
					c.Do("POST", "/courses/"+e["course_id"].String()+"/sections", map[string]string{
						"title": "Next",
					}).JSON(t, &draft)
					replacement = draft.Sections[0].ID
				}
				c.Do("POST", "/sections/"+replacement.String()+"/lessons",
					map[string]any{"kind": "text", "title": "Next", "minutes": 1, "body": "x"})
				if r := c.Do("POST", "/courses/"+e["course_id"].String()+"/publications", nil); r.Status >= 300 {
					t.Fatalf("publish: %d %s", r.Status, r.Body)
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
				r := c.Do(op.Method, path, bodies(e)[op.OperationID])
				if names && r.Status != http.StatusNotFound {
					t.Errorf("%s of what is deleted: %d %s", op.OperationID, r.Status, r.Body)
				}
				if !names && strings.Contains(r.Body, gone) {
					t.Errorf("%s shows what is deleted: %s", op.OperationID, r.Body)
				}
			})
			for _, search := range []string{
				"/directory?q=ravi", "/directory/suggestions?q=ravi", "/directory?company=" + h.Mark(),
				"/courses?q=Probing", "/directory?sort=batch",
			} {
				probes++
				if r := c.Do("GET", search, nil); strings.Contains(r.Body, gone) {
					t.Errorf("%s finds what is deleted", search)
				}
			}
			t.Logf("%d probes", probes)
		})
	}
}
