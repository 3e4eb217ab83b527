package identity_test

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
	"stoa/internal/identity"
)

// effect is Cliff's delta of two samples: how much more often one of the first is larger than one of the second than
// the other way round, from -1 to 1. It is what the Mann-Whitney test counts, made independent of the samples' size.
func effect(a, b []time.Duration) float64 {
	slices.Sort(b)
	larger := 0
	for _, x := range a {
		below, _ := slices.BinarySearch(b, x)
		above := len(b) - below
		for above > 0 && b[len(b)-above] == x {
			above--
		}
		larger += below - above
	}
	return float64(larger) / float64(len(a)*len(b))
}

// How long an answer takes does not tell whether an account exists. It needs a quiet machine, so make soak runs it.
func TestTimingTellsNothing(t *testing.T) {
	if os.Getenv("STOA_SOAK") == "" {
		t.Skip("needs a machine without other tests: make soak")
	}
	h := apptest.Open(t, 1)
	if _, err := h.Apps[0].Identity.CreateHashed(h.Ctx, "asha@example.org", "Asha", identity.HashPassword(password),
		[]viewer.Role{viewer.Alumnus}, viewer.Verified); err != nil { // the hash of tests is quick to verify
		t.Fatal(err)
	}
	const samples = 400
	registered := 0
	for name, ask := range map[string]func(email string) apptest.Reply{
		"sign-in": func(email string) apptest.Reply {
			return h.Client().Do("POST", "/auth/sessions", map[string]string{
				"email": email, "password": "wrong " + email,
			})
		},
		"password reset": func(email string) apptest.Reply {
			return h.Client().Do("POST", "/auth/password-resets", map[string]string{"email": email})
		},
		"registration": func(email string) apptest.Reply {
			if email != "asha@example.org" {
				registered++
				email = strconv.Itoa(registered) + email
			}
			return h.Client().Do("POST", "/auth/registrations", map[string]string{
				"email": email, "name": "Asha", "password": "a longer word than most",
			})
		},
	} {
		var known, unknown []time.Duration
		for n := range 2 * samples {
			h.Clock.Advance(25 * time.Hour) // or guesses would be held
			email, into := "asha@example.org", &known
			if n%2 == 1 {
				email, into = "nobody@example.org", &unknown
			}
			began := time.Now()
			_ = ask(email)
			*into = append(*into, time.Since(began))
		}
		delta := effect(known, unknown)
		t.Logf("%s: median %v known, %v unknown, effect %.3f", name, median(known), median(unknown), delta)
		if delta > 0.2 || delta < -0.2 {
			t.Errorf("%s tells by its time whether an account exists: effect %.3f", name, delta)
		}
	}
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}
