package app_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// fromBrowser is what a browser says of a request of its own page.
func (h *house) fromBrowser() http.Header {
	return http.Header{"Origin": {"http://" + h.host}, "Sec-Fetch-Site": {"same-origin"}}
}

// links are the secrets of the mailed links, the newest first.
func (h *house) links(to, subject string, n int) []string {
	h.t.Helper()
	h.waitFor(func() bool { return len(h.mails(to)) >= n }, fmt.Sprintf("%d mails to %s", n, to))
	var list []string
	for _, m := range h.mails(to) {
		if _, secret, found := strings.Cut(m.Text, "token="); found && m.Subject == subject {
			list = append(list, strings.Fields(secret)[0])
		}
	}
	return list
}

// TestWhoRegistersAnAddressFirstOwnsNothing: an attacker registers a victim's address before
// and after the victim does. The victim's own link makes the account theirs, and theirs alone.
func TestWhoRegistersAnAddressFirstOwnsNothing(t *testing.T) {
	t.Parallel()
	const theirs, foreign, subject = "violet anchor 77 mango", "copper kettle 12 ocean", "Confirm your e-mail address"
	register := func(c *client, header http.Header, chosen string) {
		c.h.t.Helper()
		r := c.doWith(header, "POST", "/auth/registrations", map[string]string{
			"email": "victim@example.org", "name": "Who", "password": chosen,
		})
		if r.status != http.StatusAccepted {
			c.h.t.Fatalf("register: %d %s", r.status, r.body)
		}
	}
	signsIn := func(h *house, chosen string) int {
		return h.client().do("POST", "/auth/sessions", map[string]string{
			"email": "victim@example.org", "password": chosen,
		}).status
	}
	t.Run("the victim's own link", func(t *testing.T) {
		t.Parallel()
		h := openWorking(t)
		register(h.client(), nil, foreign)
		h.links("victim@example.org", subject, 1)
		register(h.client(), nil, theirs)
		own := h.links("victim@example.org", subject, 2)[0]
		register(h.client(), nil, foreign)
		h.links("victim@example.org", subject, 3)
		r := h.client().do("POST", "/auth/email-confirmations", map[string]string{"token": own})
		if r.status != http.StatusNoContent {
			t.Fatalf("confirm: %d %s", r.status, r.body)
		}
		if a, b := signsIn(h, theirs), signsIn(h, foreign); a != http.StatusCreated || b != http.StatusUnauthorized {
			t.Errorf("the victim %d, the attacker %d", a, b)
		}
		for _, other := range h.links("victim@example.org", subject, 3)[:1] {
			r := h.client().do("POST", "/auth/email-confirmations", map[string]string{"token": other})
			if r.problem() != "confirmed" {
				t.Errorf("the attacker's link afterwards: %d %s", r.status, r.body)
			}
		}
		if a, b := signsIn(h, theirs), signsIn(h, foreign); a != http.StatusCreated || b != http.StatusUnauthorized {
			t.Errorf("afterwards the victim %d, the attacker %d", a, b)
		}
	})
	t.Run("the attacker's link in the victim's browser", func(t *testing.T) {
		t.Parallel()
		h := openWorking(t)
		attacker, victim := h.client(), h.client()
		register(attacker, h.fromBrowser(), foreign)
		secret := h.links("victim@example.org", subject, 1)[0]
		confirm := func(c *client, chosen string) reply {
			return c.doWith(h.fromBrowser(), "POST", "/auth/email-confirmations", map[string]string{
				"token": secret, "password": chosen,
			})
		}
		if r := confirm(victim, ""); r.problem() != "password-needed" {
			t.Errorf("opened: %d %s", r.status, r.body)
		}
		if r := confirm(victim, theirs); r.status != http.StatusUnprocessableEntity {
			t.Errorf("with another password: %d %s", r.status, r.body)
		}
		if signsIn(h, foreign) == http.StatusCreated {
			t.Error("the attacker is in")
		}
		// They say that they forgot it: the mailbox is the proof.
		victim.do("POST", "/auth/password-resets", map[string]string{"email": "victim@example.org"})
		reset := map[string]string{"token": h.mailed("victim@example.org", "Choose a new password"), "password": theirs}
		if r := victim.do("PUT", "/auth/password", reset); r.status != http.StatusNoContent {
			t.Fatalf("reset: %d %s", r.status, r.body)
		}
		if r := confirm(attacker, foreign); r.problem() != "confirmed" {
			t.Errorf("the old link: %d %s", r.status, r.body)
		}
		if a, b := signsIn(h, theirs), signsIn(h, foreign); a != http.StatusCreated || b != http.StatusUnauthorized {
			t.Errorf("the victim %d, the attacker %d", a, b)
		}
	})
	t.Run("the browser that registered needs no password", func(t *testing.T) {
		t.Parallel()
		h := openWorking(t)
		c := h.client()
		register(c, h.fromBrowser(), theirs)
		body := map[string]string{"token": h.links("victim@example.org", subject, 1)[0]}
		if r := c.doWith(h.fromBrowser(), "POST", "/auth/email-confirmations", body); r.status != http.StatusNoContent {
			t.Errorf("%d %s", r.status, r.body)
		}
	})
	t.Run("a factor that was added meanwhile goes with a reset that says so", func(t *testing.T) {
		t.Parallel()
		h := openWorking(t)
		h.person("victim@example.org", viewer.Verified, viewer.Alumnus)
		addPhone(t, h.signIn("victim@example.org"))
		c := h.client()
		c.do("POST", "/auth/password-resets", map[string]string{"email": "victim@example.org"})
		reset := map[string]any{
			"token": h.mailed("victim@example.org", "Choose a new password"), "password": theirs,
			"remove_factors": true,
		}
		if r := c.do("PUT", "/auth/password", reset); r.status != http.StatusNoContent {
			t.Fatalf("reset: %d %s", r.status, r.body)
		}
		h.mailed("victim@example.org", "Your passkeys and apps were removed")
		if status := signsIn(h, theirs); status != http.StatusCreated {
			t.Errorf("the owner of the mailbox: %d", status)
		}
	})
	t.Run("the office helps who lost a factor", func(t *testing.T) {
		t.Parallel()
		h := openWorking(t)
		asha := h.person("victim@example.org", viewer.Verified, viewer.Alumnus)
		h.person("staff@example.org", "", viewer.Staff)
		lost := h.signIn("victim@example.org")
		addPhone(t, lost)
		r := h.signIn("staff@example.org").do("DELETE", "/people/"+asha.ID.String()+"/factors", nil)
		if r.status != http.StatusNoContent {
			t.Fatalf("%d %s", r.status, r.body)
		}
		if r := lost.do("GET", "/me", nil); r.status != http.StatusUnauthorized {
			t.Errorf("an old session lives: %d", r.status)
		}
		h.mailed("victim@example.org", "Choose a new password")
		if status := signsIn(h, password); status != http.StatusCreated {
			t.Errorf("afterwards: %d", status)
		}
	})
}

// Registrations at once, for an address that is free and for one that is not, are answered alike.
func TestRegistrationsAtOnceTellNothing(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("taken@example.org", viewer.Verified, viewer.Alumnus)
	answers := map[string][]int{}
	for _, email := range []string{"taken@example.org", "free@example.org"} {
		var lock sync.Mutex
		race(12, func(int) int {
			r, err := h.client().try("POST", "/auth/registrations", map[string]string{
				"email": email, "name": "N", "password": password,
			})
			if err != nil {
				t.Error(err)
			}
			lock.Lock()
			defer lock.Unlock()
			answers[email] = append(answers[email], r.status)
			return r.status
		})
		slices.Sort(answers[email])
	}
	if !slices.Equal(answers["taken@example.org"], answers["free@example.org"]) ||
		slices.Max(answers["free@example.org"]) > 429 {
		t.Errorf("%v", answers)
	}
}

func TestANetworkRegistersSoManyAndNoMore(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	accepted := 0
	for n := range 140 {
		ctx := viewer.With(h.ctx, viewer.Viewer{Tenant: h.tenant, Address: fmt.Sprintf("10.1.1.%d", n)})
		err := h.apps[0].Identity.Register(ctx, identity.Registration{
			Email: fmt.Sprintf("n%d@example.org", n), Name: "N", Password: password,
		})
		if err == nil {
			accepted++
		} else if problemKind(err) != "too-many-attempts" {
			t.Fatal(err)
		}
	}
	if accepted < 90 || accepted > 110 {
		t.Errorf("%d registrations from one network at once", accepted)
	}
	elsewhere := viewer.With(h.ctx, viewer.Viewer{Tenant: h.tenant, Address: "10.1.2.1"})
	if err := h.apps[0].Identity.Register(elsewhere, identity.Registration{
		Email: "e@example.org", Name: "N", Password: password,
	}); err != nil {
		t.Errorf("another network: %v", err)
	}
}

// Guesses in parallel at many accounts are counted before they are looked at.
func TestANetworkGuessesSoManyAndNoMore(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	looked := 0
	for _, kind := range race(200, func(n int) int {
		from := viewer.Viewer{Tenant: h.tenant, Address: "10.3.3.3"}
		if problemKind(try(h, from, fmt.Sprintf("n%d@example.org", n), "a wrong guess", "")) == "credentials" {
			return 1
		}
		return 0
	}) {
		looked += kind
	}
	if looked < 40 || looked > 56 {
		t.Errorf("%d of 200 guesses at once were looked at", looked)
	}
}

// TestActsUponPeopleFollowOneRule calls every operation that changes a person by
// their id, as everybody who may: never upon oneself, never upon those who are not
// below. What names another object as well, as the staff of a course, is about that object.
func TestActsUponPeopleFollowOneRule(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	people := map[string]identity.Person{
		"staff":    h.person("rank-staff@example.org", "", viewer.Staff),
		"peer":     h.person("rank-peer@example.org", "", viewer.Staff),
		"admin":    h.person("rank-admin@example.org", "", viewer.Admin),
		"above":    h.person("rank-above@example.org", "", viewer.Admin),
		"operator": h.person("rank-operator@example.org", "", viewer.Operator),
	}
	batch := furnish(t, h)["batch_id"]
	acts := 0
	eachOperation(func(op *huma.Operation) {
		if op.Method == http.MethodGet || !slices.Equal(parameters(op), []string{"person_id"}) {
			return
		}
		acts++
		body := bodies(estate{"batch_id": batch})[op.OperationID]
		for _, pair := range [][2]string{
			{"staff", "staff"}, {"staff", "peer"}, {"staff", "admin"},
			{"admin", "admin"}, {"admin", "above"}, {"admin", "operator"},
			{"operator", "operator"},
		} {
			c := h.signIn("rank-" + pair[0] + "@example.org")
			target := people[pair[1]]
			if op.OperationID == "ban-lift" { // there must be one to lift
				h.ban(t, target)
			}
			r := c.do(op.Method, strings.ReplaceAll(op.Path, "{person_id}", target.ID.String()), body)
			if r.status != http.StatusForbidden {
				t.Errorf("%s by %s upon %s: %d %s", op.OperationID, pair[0], pair[1], r.status, r.body)
			}
			h.unban(t, target)
		}
	})
	if acts < 5 {
		t.Errorf("only %d operations act upon people", acts)
	}
}

func (h *house) ban(t *testing.T, p identity.Person) {
	t.Helper()
	_, err := h.place.superuser(t).Exec(t.Context(), `INSERT INTO identity.ban
		(tenant_id, id, person_id, by_id, reason, at)
		VALUES ($1, gen_random_uuid(), $2, $2, 'test', now())`, h.tenant, p.ID)
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) unban(t *testing.T, p identity.Person) {
	t.Helper()
	if _, err := h.place.superuser(t).Exec(t.Context(), `UPDATE identity.ban SET lifted_at = now()
		WHERE tenant_id = $1 AND person_id = $2 AND lifted_at IS NULL`, h.tenant, p.ID); err != nil {
		t.Fatal(err)
	}
}

// A stranger who knows the password and tries codes elsewhere does not keep the owner out of the browser that they use.
func TestStrangersDoNotHoldTheOwnersSecondFactor(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	h.person("asha@example.org", viewer.Verified, viewer.Alumnus)
	owner := h.signIn("asha@example.org")
	_, codes := addPhone(t, owner)
	begin := func(c *client) string {
		var p struct{ Details struct{ Challenge string } }
		c.do("POST", "/auth/sessions", map[string]string{"email": "asha@example.org", "password": password}).json(t, &p)
		return p.Details.Challenge
	}
	stranger := h.client()
	challenge, held := begin(stranger), 0
	for range 12 {
		r := stranger.do("POST", "/auth/second-factors", map[string]string{"challenge": challenge, "code": "123456"})
		if r.status == http.StatusTooManyRequests {
			held++
		}
	}
	if held == 0 {
		t.Fatal("the stranger is not held, so this shows nothing")
	}
	again := owner.fork()
	r := again.do("POST", "/auth/second-factors", map[string]string{"challenge": begin(again), "code": codes[0]})
	if r.status != http.StatusCreated {
		t.Errorf("the owner: %d %s", r.status, r.body)
	}
}

// A name that somebody typed is no member of the directory until
// its address is proven; those who keep the record see it.
func TestWhoIsNotConfirmedIsSeenByTheOfficeAlone(t *testing.T) {
	t.Parallel()
	for _, inMemory := range []int{0, 1000} {
		t.Run(fmt.Sprintf("up to %d in memory", inMemory), func(t *testing.T) {
			t.Parallel()
			h := open(t, 1, func(c *config.Config) { c.DirectoryInMemory = inMemory })
			h.person("staff@example.org", "", viewer.Staff)
			h.person("ravi@example.org", "", viewer.Student)
			staff, student := h.signIn("staff@example.org"), h.signIn("ravi@example.org")
			ctx := viewer.With(h.ctx, viewer.Viewer{Tenant: h.tenant, Address: "10.1.1.1"})
			err := h.apps[0].Identity.Register(ctx, identity.Registration{
				Email: "z@example.org", Name: "Zukarno Quill", Password: password,
			})
			if err != nil {
				t.Fatal(err)
			}
			sees := func(c *client) (found, listed, suggested bool, total int) {
				var facets struct{ Total int }
				c.do("GET", "/directory/facets", nil).json(t, &facets)
				return strings.Contains(c.do("GET", "/directory?q=zukarno+quill", nil).body,
						"Zukarno"), strings.Contains(c.do("GET", "/directory", nil).body, "Zukarno"),
					strings.Contains(c.do("GET", "/directory/suggestions?q=zuk", nil).body, "Zukarno"), facets.Total
			}
			h.waitFor(func() bool { found, _, _, _ := sees(staff); return found }, "newcomer for staff")
			if found, listed, suggested, total := sees(staff); !found || !listed || !suggested || total != 3 {
				t.Errorf("staff: %v %v %v %d", found, listed, suggested, total)
			}
			if found, listed, suggested, total := sees(student); found || listed || suggested || total != 2 {
				t.Errorf("a student: %v %v %v %d", found, listed, suggested, total)
			}
			var list struct{ Items []struct{ ID, Name string } }
			staff.do("GET", "/directory?q=zukarno", nil).json(t, &list)
			if a, b := staff.do("GET", "/people/"+list.Items[0].ID, nil).status,
				student.do("GET", "/people/"+list.Items[0].ID, nil).status; a != 200 || b != 404 {
				t.Errorf("the profile: staff %d, a student %d", a, b)
			}
			if _, err := h.place.superuser(t).Exec(t.Context(), `UPDATE identity.person SET email_verified_at = now()
				WHERE tenant_id = $1 AND id = $2`, h.tenant, list.Items[0].ID); err != nil {
				t.Fatal(err)
			}
			if _, err := h.apps[0].Identity.SetRoles(
				h.as(h.person("admin@example.org", "", viewer.Admin)), uuid.MustParse(list.Items[0].ID),
				[]viewer.Role{viewer.Alumnus},
			); err != nil {
				t.Fatal(err) // tells whoever follows people
			}
			h.waitFor(func() bool {
				found, listed, _, _ := sees(student)
				return found && listed
			}, "confirmed person for a student")
		})
	}
}

// Photos are told to those who may see them: an address ends when fewer may, and while its owner is banned.
func TestAPhotoLeavesItsAddress(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	ravi := h.person("ravi@example.org", viewer.Verified, viewer.Alumnus)
	admin := h.person("admin@example.org", "", viewer.Admin)
	c := h.signIn("ravi@example.org")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	var p struct {
		Photo      string
		Visibility map[string]string
	}
	c.do("PUT", "/me/photo", picture.Bytes()).json(t, &p)
	fetch := func(address string) int {
		req, err := http.NewRequest("GET", h.servers[0].URL+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = h.host
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		return r.StatusCode
	}
	told := p.Photo
	if status := fetch(told); status != http.StatusOK {
		t.Fatalf("at first: %d", status)
	}
	p.Visibility["photo"] = "me"
	c.do("PATCH", "/me/profile", map[string]any{"visibility": p.Visibility}).json(t, &p)
	if a, b := fetch(told), fetch(p.Photo); a != http.StatusNotFound || b != http.StatusOK {
		t.Errorf("hidden: %d at the old address, %d at the new one", a, b)
	}
	if _, err := h.apps[0].Identity.Ban(h.as(admin), ravi.ID, "test", nil); err != nil {
		t.Fatal(err)
	}
	if status := fetch(p.Photo); status != http.StatusNotFound {
		t.Errorf("of a banned person: %d", status)
	}
}

// What the audit log says of people holds neither addresses nor what they wrote for themselves.
func TestTheAuditLogKeepsNoPrivateParts(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	h.person("admin@example.org", "", viewer.Admin)
	c := h.client()
	c.do("POST", "/auth/registrations", map[string]string{
		"email": "nila@private-domain.example", "name": "Nila", "password": password,
	})
	c.do("POST", "/auth/email-confirmations", map[string]string{
		"token": h.mailed("nila@private-domain.example", "Confirm your e-mail address"),
	})
	asha := h.person("asha@private-domain.example", viewer.Verified, viewer.Alumnus)
	edit := map[string]any{
		"about":    "private-part of mine",
		"headline": "private-headline",
		"links":    []string{"https://private-link.example"},
	}
	if r := h.signIn("asha@private-domain.example").do("PATCH", "/me/profile", edit); r.status != http.StatusOK {
		t.Fatal(r.status, r.body)
	}
	if _, err := h.apps[0].Identity.SetRoles(
		h.as(identity.Person{ID: asha.ID, Roles: []viewer.Role{viewer.Operator}}), asha.ID, nil,
	); err == nil {
		t.Fatal("one's own roles")
	}
	for _, path := range []string{
		"/audit/entries?limit=100", "/audit/export?format=csv", "/audit/export?format=jsonl",
	} {
		r := h.signIn("admin@example.org").do("GET", path, nil)
		if r.status != http.StatusOK || strings.Contains(r.body, "private-") {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// TestNobodyKeepsALinkFromItsOwner: strangers who register an address again and again use up the
// mails that a registration may cause, and not the link by which its owner chooses a new password.
func TestNobodyKeepsALinkFromItsOwner(t *testing.T) {
	t.Parallel()
	h := openWorking(t)
	h.person("victim@example.org", viewer.Verified, viewer.Alumnus)
	stranger := h.client()
	held := false
	for range 8 {
		body := map[string]string{"email": "victim@example.org", "name": "Who", "password": "copper kettle 12 ocean"}
		held = stranger.do("POST", "/auth/registrations", body).status == http.StatusTooManyRequests || held
	}
	if !held {
		t.Error("a stranger may register an address without an end")
	}
	h.client().do("POST", "/auth/password-resets", map[string]string{"email": "victim@example.org"})
	if secret := h.mailed("victim@example.org", "Choose a new password"); secret == "" {
		t.Error("no link came")
	}
}

// TestANetworkAsksForFewLinks: whoever asks for links to the mailboxes of many is told to wait, whatever the addresses.
func TestANetworkAsksForFewLinks(t *testing.T) {
	t.Parallel()
	h := open(t, 1)
	asked := 0
	for n := range 120 {
		r := h.client().do("POST", "/auth/password-resets", map[string]string{
			"email": fmt.Sprintf("n%d@example.org", n),
		})
		if r.status == http.StatusTooManyRequests {
			if r.header.Get("Retry-After") == "" {
				t.Error("no word of how long to wait")
			}
			break
		}
		asked++
	}
	if asked < 90 || asked == 120 {
		t.Errorf("%d were asked for", asked)
	}
}
