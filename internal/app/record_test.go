package app_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/oidctest"
	"stoa/internal/base/viewer"
	"stoa/internal/courses/coursestest"
)

// G15: every operation that changes something is done once, rightly,
// and must have written an entry in its name: same request id.
func TestEveryChangeIsRecorded(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	admin := h.Person("admin@example.org", "", viewer.Admin, viewer.Instructor)
	ravi := h.Person("ravi@example.org", "", viewer.Student)
	h.Person("new@example.org", viewer.Unverified, viewer.Alumnus)
	boss, learner, newcomer := h.SignIn("admin@example.org"), h.SignIn("ravi@example.org"), h.SignIn("new@example.org")
	conn := dbtest.Superuser(t)
	covered := map[string]bool{}
	do := func(operation string, c *apptest.Client, method, path string, body any) apptest.Reply {
		t.Helper()
		r := c.Do(method, path, body)
		if r.Status >= 300 {
			t.Fatalf("%s: %d %s", operation, r.Status, r.Body)
		}
		covered[operation] = true
		if _, exempt := unrecorded[operation]; exempt {
			return r
		}
		var n int
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM audit.entry WHERE tenant_id = $1 AND "+
			"request_id = $2", h.Tenant, r.Header.Get("X-Request-Id")).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			t.Errorf("%s (%s %s) wrote no entry", operation, method, path)
		}
		return r
	}
	id := func(r apptest.Reply) string {
		t.Helper()
		var made struct{ ID string }
		r.JSON(t, &made)
		return made.ID
	}
	visitor := h.Client()
	do("registration-create", visitor, "POST", "/auth/registrations", map[string]string{
		"email": "lena@example.org", "name": "Lena", "password": password,
	})
	do("email-confirm", visitor, "POST", "/auth/email-confirmations", map[string]string{
		"token": h.Mailed("lena@example.org", "Confirm your e-mail address"),
	})
	do("password-reset-ask", visitor, "POST", "/auth/password-resets", map[string]string{"email": "lena@example.org"})
	do("password-reset", visitor, "PUT", "/auth/password", map[string]string{
		"token": h.Mailed("lena@example.org", "Choose a new password"), "password": password + " 2",
	})
	do("session-create", visitor, "POST", "/auth/sessions", map[string]string{
		"email": "lena@example.org", "password": password + " 2",
	})
	do("password-change", visitor, "PUT", "/me/password", map[string]string{
		"current_password": password + " 2", "password": password + " 3",
	})
	other := h.Client()
	other.Do("POST", "/auth/sessions", map[string]string{"email": "lena@example.org", "password": password + " 3"})
	do("session-end-others", visitor, "DELETE", "/auth/sessions", nil)
	other.Do("POST", "/auth/sessions", map[string]string{"email": "lena@example.org", "password": password + " 3"})
	var sessions struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	visitor.Do("GET", "/auth/sessions", nil).JSON(t, &sessions)
	for _, s := range sessions.Items {
		if !s.Current {
			do("session-end", visitor, "DELETE", "/auth/sessions/"+s.ID, nil)
		}
	}
	do("session-refresh", visitor, "POST", "/auth/refresh", nil)
	do("session-end-current", visitor, "DELETE", "/auth/sessions/current", nil)

	do("profile-patch", learner, "PATCH", "/me/profile", map[string]any{"headline": "Learns"})
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	do("photo-put", learner, "PUT", "/me/photo", picture.Bytes())
	do("photo-delete", learner, "DELETE", "/me/photo", nil)
	do("verification-ask", newcomer, "POST", "/me/verification", map[string]string{"statement": "Roll 1"})
	var asked struct{ Items []struct{ ID string } }
	boss.Do("GET", "/verifications", nil).JSON(t, &asked)
	do("verification-decide", boss, "PUT", "/verifications/"+asked.Items[0].ID+"/decision",
		map[string]string{"decision": "verified"})

	players := cast{teacher: admin, staff: admin, student: ravi}
	nila := h.Person("nila@example.org", viewer.Unverified, viewer.Alumnus)
	e := estateOf(h, players, nila)
	post := "/courses/" + e["course_id"].String() + "/staff/" + ravi.ID.String()
	do("course-appoint", boss, "PUT", post, map[string]string{"as": "assistant"})
	do("course-dismiss", boss, "DELETE", post, nil)
	film := id(do("lesson-create", boss, "POST", "/sections/"+e["section_id"].String()+"/lessons", map[string]any{
		"kind": "video", "title": "Watch", "minutes": 2,
	}))
	do("film-put", boss, "PUT", "/lessons/"+film+"/draft/film?seconds=60", coursestest.Film)

	campus := apptest.RealProvider(h.Callback(), oidctest.User{
		Subject:   "s1",
		First:     "Lena",
		Last:      "Rao",
		Email:     "rao@example.org",
		Confirmed: true,
	})
	t.Cleanup(campus.Close)
	service := map[string]string{
		"name": "Campus", "key": "campus", "issuer": campus.URL + "/", "client_id": oidctest.ClientID,
		"client_secret": oidctest.ClientSecret,
	}
	provider := id(do("provider-add", boss, "POST", "/institution/providers", service))
	do("provider-put", boss, "PUT", "/institution/providers/"+provider, map[string]string{
		"name": "Campus ID", "client_id": "stoa",
	})
	covered["provider-begin"] = true // by begin
	do("connection-add", learner, "POST", "/auth/connections", map[string]any{
		"returned": apptest.LogIn(t, learner.Begin(t, uuid.MustParse(provider)), "s1"),
	})
	fresh := h.Client()
	do("provider-sign-in", fresh, "POST", "/auth/provider-sessions",
		apptest.LogIn(t, fresh.Begin(t, uuid.MustParse(provider)), "s1"))
	var connections struct{ Items []struct{ ID string } }
	learner.Do("GET", "/me/connections", nil).JSON(t, &connections)
	do("connection-remove", learner, "POST", "/me/connections/"+connections.Items[0].ID+"/removal", map[string]string{})
	do("provider-remove", boss, "DELETE", "/institution/providers/"+provider, nil)

	var begun struct{ ID, Secret string }
	do("totp-begin", learner, "POST", "/me/factors/apps", map[string]string{"name": "Phone"}).JSON(t, &begun)
	app := apptest.Phone{House: h, Secret: begun.Secret}
	var added struct {
		Codes []string `json:"recovery_codes"`
	}
	do("totp-confirm", learner, "PUT", "/me/factors/"+begun.ID+"/confirmation", map[string]string{
		"code": app.Code(t),
	}).JSON(t, &added)
	half, second := h.HalfIn(t, "ravi@example.org")
	do("second-factor", half, "POST", "/auth/second-factors", map[string]string{
		"challenge": second.Challenge, "code": added.Codes[0],
	})
	do("recovery-codes-renew", learner, "POST", "/me/recovery-codes", map[string]string{})
	k, wanted := apptest.NewKey(h, ravi.ID), apptest.Ceremony{}
	do("passkey-begin", learner, "POST", "/me/factors/passkey-challenges", map[string]string{
		"name": "Laptop",
	}).JSON(t, &wanted)
	do("passkey-add", learner, "POST", "/me/factors/passkeys", map[string]any{
		"challenge": wanted.Challenge, "credential": k.Make(t, wanted.Options),
	})
	do("passkey-ask", visitor, "POST", "/auth/passkey-challenges", map[string]any{}).JSON(t, &wanted)
	do("passkey-sign-in", h.Client(), "POST", "/auth/passkeys", map[string]any{
		"challenge": wanted.Challenge, "credential": k.Use(t, wanted.Options),
	})
	do("factor-remove", learner, "POST", "/me/factors/"+begun.ID+"/removal", map[string]string{})

	do("factor-remove-all", boss, "DELETE", "/people/"+ravi.ID.String()+"/factors", nil)
	do("ban-put", boss, "PUT", "/people/"+ravi.ID.String()+"/ban", map[string]string{"reason": "Test"})
	do("ban-lift", boss, "DELETE", "/people/"+ravi.ID.String()+"/ban", nil)
	if err := h.Apps[0].Audit.Seal(h.Ctx); err != nil {
		t.Fatal(err)
	}
	do("audit-verify", boss, "POST", "/audit/verifications", map[string]any{})

	// What needs no ceremony is done as modules say: an admin, or whose it is, acts upon an estate.
	eachOperation(func(op *huma.Operation) {
		if op.Method == http.MethodGet || covered[op.OperationID] {
			return
		}
		name := func(who string) string { return who + uuid.NewString() + "@example.org" }
		owner := h.Person(name("owner"), "", viewer.Student)
		e := estateOf(h, cast{teacher: admin, staff: admin, student: owner},
			h.Person(name("new"), viewer.Unverified, viewer.Alumnus))
		c := boss
		if _, relation := httpapi.Access(op); relation == "owns" {
			c = h.SignIn(owner.Email)
		}
		do(op.OperationID, c, op.Method, addressOf(op, e), bodies(e)[op.OperationID])
	})
}
