package identity_test

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

	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/config"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// TestWhoRegistersAnAddressFirstOwnsNothing: an attacker registers a victim's address before
// and after the victim does. The victim's own link makes the account theirs, and theirs alone.
func TestWhoRegistersAnAddressFirstOwnsNothing(t *testing.T) {
	t.Parallel()
	const theirs, foreign, subject = "violet anchor 77 mango", "copper kettle 12 ocean", "Confirm your e-mail address"
	register := func(c *apptest.Client, header http.Header, chosen string) {
		c.House.T.Helper()
		r := c.DoWith(header, "POST", "/auth/registrations", map[string]string{
			"email": "victim@example.org", "name": "Who", "password": chosen,
		})
		if r.Status != http.StatusAccepted {
			c.House.T.Fatalf("register: %d %s", r.Status, r.Body)
		}
	}
	signsIn := func(h *apptest.House, chosen string) int {
		return h.Client().Do("POST", "/auth/sessions", map[string]string{
			"email": "victim@example.org", "password": chosen,
		}).Status
	}
	t.Run("the victim's own link", func(t *testing.T) {
		t.Parallel()
		h := apptest.OpenWorking(t)
		register(h.Client(), nil, foreign)
		h.Links("victim@example.org", subject, 1)
		register(h.Client(), nil, theirs)
		own := h.Links("victim@example.org", subject, 2)[0]
		register(h.Client(), nil, foreign)
		h.Links("victim@example.org", subject, 3)
		r := h.Client().Do("POST", "/auth/email-confirmations", map[string]string{"token": own})
		if r.Status != http.StatusNoContent {
			t.Fatalf("confirm: %d %s", r.Status, r.Body)
		}
		if a, b := signsIn(h, theirs), signsIn(h, foreign); a != http.StatusCreated || b != http.StatusUnauthorized {
			t.Errorf("the victim %d, the attacker %d", a, b)
		}
		for _, other := range h.Links("victim@example.org", subject, 3)[:1] {
			r := h.Client().Do("POST", "/auth/email-confirmations", map[string]string{"token": other})
			if r.Problem() != "confirmed" {
				t.Errorf("the attacker's link afterwards: %d %s", r.Status, r.Body)
			}
		}
		if a, b := signsIn(h, theirs), signsIn(h, foreign); a != http.StatusCreated || b != http.StatusUnauthorized {
			t.Errorf("afterwards the victim %d, the attacker %d", a, b)
		}
	})
	t.Run("the attacker's link in the victim's browser", func(t *testing.T) {
		t.Parallel()
		h := apptest.OpenWorking(t)
		attacker, victim := h.Client(), h.Client()
		register(attacker, h.FromBrowser(), foreign)
		secret := h.Links("victim@example.org", subject, 1)[0]
		confirm := func(c *apptest.Client, chosen string) apptest.Reply {
			return c.DoWith(h.FromBrowser(), "POST", "/auth/email-confirmations", map[string]string{
				"token": secret, "password": chosen,
			})
		}
		if r := confirm(victim, ""); r.Problem() != "password-needed" {
			t.Errorf("opened: %d %s", r.Status, r.Body)
		}
		if r := confirm(victim, theirs); r.Status != http.StatusUnprocessableEntity {
			t.Errorf("with another password: %d %s", r.Status, r.Body)
		}
		if signsIn(h, foreign) == http.StatusCreated {
			t.Error("the attacker is in")
		}
		// They say that they forgot it: the mailbox is the proof.
		victim.Do("POST", "/auth/password-resets", map[string]string{"email": "victim@example.org"})
		reset := map[string]string{"token": h.Mailed("victim@example.org", "Choose a new password"), "password": theirs}
		if r := victim.Do("PUT", "/auth/password", reset); r.Status != http.StatusNoContent {
			t.Fatalf("reset: %d %s", r.Status, r.Body)
		}
		if r := confirm(attacker, foreign); r.Problem() != "confirmed" {
			t.Errorf("the old link: %d %s", r.Status, r.Body)
		}
		if a, b := signsIn(h, theirs), signsIn(h, foreign); a != http.StatusCreated || b != http.StatusUnauthorized {
			t.Errorf("the victim %d, the attacker %d", a, b)
		}
	})
	t.Run("the browser that registered needs no password", func(t *testing.T) {
		t.Parallel()
		h := apptest.OpenWorking(t)
		c := h.Client()
		register(c, h.FromBrowser(), theirs)
		body := map[string]string{"token": h.Links("victim@example.org", subject, 1)[0]}
		if r := c.DoWith(h.FromBrowser(), "POST", "/auth/email-confirmations", body); r.Status != http.StatusNoContent {
			t.Errorf("%d %s", r.Status, r.Body)
		}
	})
	t.Run("a factor that was added meanwhile goes with a reset that says so", func(t *testing.T) {
		t.Parallel()
		h := apptest.OpenWorking(t)
		h.Person("victim@example.org", viewer.Verified, viewer.Alumnus)
		apptest.AddPhone(t, h.SignIn("victim@example.org"))
		c := h.Client()
		c.Do("POST", "/auth/password-resets", map[string]string{"email": "victim@example.org"})
		reset := map[string]any{
			"token": h.Mailed("victim@example.org", "Choose a new password"), "password": theirs,
			"remove_factors": true,
		}
		if r := c.Do("PUT", "/auth/password", reset); r.Status != http.StatusNoContent {
			t.Fatalf("reset: %d %s", r.Status, r.Body)
		}
		h.Mailed("victim@example.org", "Your passkeys and apps were removed")
		if status := signsIn(h, theirs); status != http.StatusCreated {
			t.Errorf("the owner of the mailbox: %d", status)
		}
	})
	t.Run("the office helps who lost a factor", func(t *testing.T) {
		t.Parallel()
		h := apptest.OpenWorking(t)
		asha := h.Person("victim@example.org", viewer.Verified, viewer.Alumnus)
		h.Person("staff@example.org", "", viewer.Staff)
		lost := h.SignIn("victim@example.org")
		apptest.AddPhone(t, lost)
		r := h.SignIn("staff@example.org").Do("DELETE", "/people/"+asha.ID.String()+"/factors", nil)
		if r.Status != http.StatusNoContent {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		if r := lost.Do("GET", "/me", nil); r.Status != http.StatusUnauthorized {
			t.Errorf("an old session lives: %d", r.Status)
		}
		h.Mailed("victim@example.org", "Choose a new password")
		if status := signsIn(h, password); status != http.StatusCreated {
			t.Errorf("afterwards: %d", status)
		}
	})
}

// Registrations at once, for an address that is free and for one that is not, are answered alike.
func TestRegistrationsAtOnceTellNothing(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("taken@example.org", viewer.Verified, viewer.Alumnus)
	answers := map[string][]int{}
	for _, email := range []string{"taken@example.org", "free@example.org"} {
		var lock sync.Mutex
		apptest.Race(12, func(int) int {
			r, err := h.Client().Try("POST", "/auth/registrations", map[string]string{
				"email": email, "name": "N", "password": password,
			})
			if err != nil {
				t.Error(err)
			}
			lock.Lock()
			defer lock.Unlock()
			answers[email] = append(answers[email], r.Status)
			return r.Status
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
	h := apptest.Open(t, 1)
	accepted := 0
	for n := range 140 {
		ctx := viewer.With(h.Ctx, viewer.Viewer{Tenant: h.Tenant, Address: fmt.Sprintf("10.1.1.%d", n)})
		err := h.Apps[0].Identity.Register(ctx, identity.Registration{
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
	elsewhere := viewer.With(h.Ctx, viewer.Viewer{Tenant: h.Tenant, Address: "10.1.2.1"})
	if err := h.Apps[0].Identity.Register(elsewhere, identity.Registration{
		Email: "e@example.org", Name: "N", Password: password,
	}); err != nil {
		t.Errorf("another network: %v", err)
	}
}

// Guesses in parallel at many accounts are counted before they are looked at.
func TestANetworkGuessesSoManyAndNoMore(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	looked := 0
	for _, kind := range apptest.Race(200, func(n int) int {
		from := viewer.Viewer{Tenant: h.Tenant, Address: "10.3.3.3"}
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

// A stranger who knows the password and tries codes elsewhere does not keep the owner out of the browser that they use.
func TestStrangersDoNotHoldTheOwnersSecondFactor(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	h.Person("asha@example.org", viewer.Verified, viewer.Alumnus)
	owner := h.SignIn("asha@example.org")
	_, codes := apptest.AddPhone(t, owner)
	begin := func(c *apptest.Client) string {
		var p struct{ Details struct{ Challenge string } }
		c.Do("POST", "/auth/sessions", map[string]string{"email": "asha@example.org", "password": password}).JSON(t, &p)
		return p.Details.Challenge
	}
	stranger := h.Client()
	challenge, held := begin(stranger), 0
	for range 12 {
		r := stranger.Do("POST", "/auth/second-factors", map[string]string{"challenge": challenge, "code": "123456"})
		if r.Status == http.StatusTooManyRequests {
			held++
		}
	}
	if held == 0 {
		t.Fatal("the stranger is not held, so this shows nothing")
	}
	again := owner.Fork()
	r := again.Do("POST", "/auth/second-factors", map[string]string{"challenge": begin(again), "code": codes[0]})
	if r.Status != http.StatusCreated {
		t.Errorf("the owner: %d %s", r.Status, r.Body)
	}
}

// A name that somebody typed is no member of the directory until
// its address is proven; those who keep the record see it.
func TestWhoIsNotConfirmedIsSeenByTheOfficeAlone(t *testing.T) {
	t.Parallel()
	for _, inMemory := range []int{0, 1000} {
		t.Run(fmt.Sprintf("up to %d in memory", inMemory), func(t *testing.T) {
			t.Parallel()
			h := apptest.Open(t, 1, func(c *config.Config) { c.DirectoryInMemory = inMemory })
			h.Person("staff@example.org", "", viewer.Staff)
			h.Person("ravi@example.org", "", viewer.Student)
			staff, student := h.SignIn("staff@example.org"), h.SignIn("ravi@example.org")
			ctx := viewer.With(h.Ctx, viewer.Viewer{Tenant: h.Tenant, Address: "10.1.1.1"})
			err := h.Apps[0].Identity.Register(ctx, identity.Registration{
				Email: "z@example.org", Name: "Zukarno Quill", Password: password,
			})
			if err != nil {
				t.Fatal(err)
			}
			sees := func(c *apptest.Client) (found, listed, suggested bool, total int) {
				var facets struct{ Total int }
				c.Do("GET", "/directory/facets", nil).JSON(t, &facets)
				return strings.Contains(c.Do("GET", "/directory?q=zukarno+quill", nil).Body,
						"Zukarno"), strings.Contains(c.Do("GET", "/directory", nil).Body, "Zukarno"),
					strings.Contains(c.Do("GET", "/directory/suggestions?q=zuk", nil).Body, "Zukarno"), facets.Total
			}
			h.WaitFor(func() bool { found, _, _, _ := sees(staff); return found }, "newcomer for staff")
			if found, listed, suggested, total := sees(staff); !found || !listed || !suggested || total != 3 {
				t.Errorf("staff: %v %v %v %d", found, listed, suggested, total)
			}
			if found, listed, suggested, total := sees(student); found || listed || suggested || total != 2 {
				t.Errorf("a student: %v %v %v %d", found, listed, suggested, total)
			}
			var list struct{ Items []struct{ ID, Name string } }
			staff.Do("GET", "/directory?q=zukarno", nil).JSON(t, &list)
			if a, b := staff.Do("GET", "/people/"+list.Items[0].ID, nil).Status,
				student.Do("GET", "/people/"+list.Items[0].ID, nil).Status; a != 200 || b != 404 {
				t.Errorf("the profile: staff %d, a student %d", a, b)
			}
			if _, err := h.Place.Superuser(t).Exec(t.Context(), `UPDATE identity.person SET email_verified_at = now()
				WHERE tenant_id = $1 AND id = $2`, h.Tenant, list.Items[0].ID); err != nil {
				t.Fatal(err)
			}
			if _, err := h.Apps[0].Identity.SetRoles(
				h.As(h.Person("admin@example.org", "", viewer.Admin)), uuid.MustParse(list.Items[0].ID),
				[]viewer.Role{viewer.Alumnus},
			); err != nil {
				t.Fatal(err) // tells whoever follows people
			}
			h.WaitFor(func() bool {
				found, listed, _, _ := sees(student)
				return found && listed
			}, "confirmed person for a student")
		})
	}
}

// Photos are told to those who may see them: an address ends when fewer may, and while its owner is banned.
func TestAPhotoLeavesItsAddress(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	ravi := h.Person("ravi@example.org", viewer.Verified, viewer.Alumnus)
	admin := h.Person("admin@example.org", "", viewer.Admin)
	c := h.SignIn("ravi@example.org")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	var p struct {
		Photo      string
		Visibility map[string]string
	}
	c.Do("PUT", "/me/photo", picture.Bytes()).JSON(t, &p)
	fetch := func(address string) int {
		req, err := http.NewRequest("GET", h.Servers[0].URL+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = h.Host
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
	c.Do("PATCH", "/me/profile", map[string]any{"visibility": p.Visibility}).JSON(t, &p)
	if a, b := fetch(told), fetch(p.Photo); a != http.StatusNotFound || b != http.StatusOK {
		t.Errorf("hidden: %d at the old address, %d at the new one", a, b)
	}
	if _, err := h.Apps[0].Identity.Ban(h.As(admin), ravi.ID, "test", nil); err != nil {
		t.Fatal(err)
	}
	if status := fetch(p.Photo); status != http.StatusNotFound {
		t.Errorf("of a banned person: %d", status)
	}
}

// What the audit log says of people holds neither addresses nor what they wrote for themselves.
func TestTheAuditLogKeepsNoPrivateParts(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	h.Person("admin@example.org", "", viewer.Admin)
	c := h.Client()
	c.Do("POST", "/auth/registrations", map[string]string{
		"email": "nila@private-domain.example", "name": "Nila", "password": password,
	})
	c.Do("POST", "/auth/email-confirmations", map[string]string{
		"token": h.Mailed("nila@private-domain.example", "Confirm your e-mail address"),
	})
	asha := h.Person("asha@private-domain.example", viewer.Verified, viewer.Alumnus)
	edit := map[string]any{
		"about":    "private-part of mine",
		"headline": "private-headline",
		"links":    []string{"https://private-link.example"},
	}
	if r := h.SignIn("asha@private-domain.example").Do("PATCH", "/me/profile", edit); r.Status != http.StatusOK {
		t.Fatal(r.Status, r.Body)
	}
	if _, err := h.Apps[0].Identity.SetRoles(
		h.As(identity.Person{ID: asha.ID, Roles: []viewer.Role{viewer.Operator}}), asha.ID, nil,
	); err == nil {
		t.Fatal("one's own roles")
	}
	for _, path := range []string{
		"/audit/entries?limit=100", "/audit/export?format=csv", "/audit/export?format=jsonl",
	} {
		r := h.SignIn("admin@example.org").Do("GET", path, nil)
		if r.Status != http.StatusOK || strings.Contains(r.Body, "private-") {
			t.Errorf("%s: %d %s", path, r.Status, r.Body)
		}
	}
}

// TestNobodyKeepsALinkFromItsOwner: strangers who register an address again and again use up the
// mails that a registration may cause, and not the link by which its owner chooses a new password.
func TestNobodyKeepsALinkFromItsOwner(t *testing.T) {
	t.Parallel()
	h := apptest.OpenWorking(t)
	h.Person("victim@example.org", viewer.Verified, viewer.Alumnus)
	stranger := h.Client()
	held := false
	for range 8 {
		body := map[string]string{"email": "victim@example.org", "name": "Who", "password": "copper kettle 12 ocean"}
		held = stranger.Do("POST", "/auth/registrations", body).Status == http.StatusTooManyRequests || held
	}
	if !held {
		t.Error("a stranger may register an address without an end")
	}
	h.Client().Do("POST", "/auth/password-resets", map[string]string{"email": "victim@example.org"})
	if secret := h.Mailed("victim@example.org", "Choose a new password"); secret == "" {
		t.Error("no link came")
	}
}

// TestANetworkAsksForFewLinks: whoever asks for links to the mailboxes of many is told to wait, whatever the addresses.
func TestANetworkAsksForFewLinks(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	asked := 0
	for n := range 120 {
		r := h.Client().Do("POST", "/auth/password-resets", map[string]string{
			"email": fmt.Sprintf("n%d@example.org", n),
		})
		if r.Status == http.StatusTooManyRequests {
			if r.Header.Get("Retry-After") == "" {
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
