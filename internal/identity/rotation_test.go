package identity

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	rows "stoa/internal/identity/internal/db"
)

// chain is a session with the tokens that parties hold of it, played against the rule alone: no database,
// so that a run sees very many histories. The same rule on PostgreSQL is tested over HTTP in internal/app.
type chain struct {
	session rows.Session
	now     time.Time
	ended   bool
}

func newChain() *chain {
	now := time.Unix(1_800_000_000, 0)
	return &chain{
		session: rows.Session{RotatedAt: now, IdleExpiresAt: now.Add(idleLife), ExpiresAt: now.Add(sessionLife)},
		now:     now,
	}
}

// present is a renewal: the generation that the party holds afterwards, and whether it was let on.
func (c *chain) present(generation int, device bool) (int, outcome) {
	if c.ended {
		return generation, refused
	}
	switch verdict := decide(c.session, uint32(generation), device, c.now); verdict {
	case rotated:
		c.session.Generation++
		c.session.RotatedAt = c.now
		return int(c.session.Generation), verdict
	case kept, retried:
		return int(c.session.Generation), verdict
	case reused:
		c.ended = true
		return generation, verdict
	default:
		return generation, verdict
	}
}

// Any number of tabs of one browser, renewing when they like with
// what the jar held up to eight seconds before, are never signed out.
func TestTabsAreNeverSignedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newChain()
		type cookie struct {
			generation int
			at         time.Time
		}
		jar := []cookie{{0, c.now}} // what the browser's jar held, newest last
		for range rapid.IntRange(1, 120).Draw(t, "renewals") {
			c.now = c.now.Add(time.Duration(rapid.IntRange(0, 1_200_000).Draw(t, "ms later")) * time.Millisecond)
			lag := time.Duration(rapid.IntRange(0, 8000).Draw(t, "ms old request")) * time.Millisecond
			sent := jar[len(jar)-1]
			for i := len(jar) - 1; i > 0 && c.now.Sub(jar[i].at) < lag; i-- {
				sent = jar[i-1]
			}
			held, verdict := c.present(sent.generation, true)
			if verdict == refused || verdict == reused {
				t.Fatalf("generation %d of %d, %v after the rotation: verdict %d",
					sent.generation, c.session.Generation, c.now.Sub(c.session.RotatedAt), verdict)
			}
			if held != jar[len(jar)-1].generation {
				jar = append(jar, cookie{held, c.now})
			}
		}
	})
}

// A thief holds a copy of the refresh cookie, but not the browser's secret. As soon as both have
// renewed after the theft, the session is over for both; until then the chain has not forked.
func TestThievesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newChain()
		owner := 0
		for range rapid.IntRange(0, 5).Draw(t, "renewals before") {
			c.now = c.now.Add(time.Duration(rapid.IntRange(11, 900).Draw(t, "s")) * time.Second)
			owner, _ = c.present(owner, true)
		}
		thief := owner
		var last time.Time // when somebody last got the chain on
		for step := 0; !c.ended; step++ {
			if step > 200 {
				t.Fatal("both went on for 200 renewals")
			}
			c.now = c.now.Add(time.Duration(rapid.IntRange(0, 600_000).Draw(t, "ms later")) * time.Millisecond)
			if rapid.Bool().Draw(t, "thief") {
				before := thief
				var verdict outcome
				thief, verdict = c.present(thief, false)
				if verdict == kept || verdict == retried {
					t.Fatal("the grace was given without the browser's secret")
				}
				if verdict == rotated {
					if int(c.session.Generation)-1 != before {
						t.Fatal("the chain forked")
					}
					last = c.now
				}
				continue
			}
			var verdict outcome
			owner, verdict = c.present(owner, true)
			switch verdict {
			case rotated:
				last = c.now
			// the owner got the thief's successor: within ten seconds, and the thief's next step or theirs ends it
			case retried:
				if c.now.Sub(last) > grace {
					t.Fatal("the grace was too long")
				}
			}
		}
	})
}

// A thief who always renews within the grace after the owner gets nothing without the browser's secret.
func TestSynchronisedThievesAreRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newChain()
		owner := 0
		for range rapid.IntRange(1, 60).Draw(t, "renewals") {
			c.now = c.now.Add(time.Duration(rapid.IntRange(10_001, 900_000).Draw(t, "ms")) * time.Millisecond)
			owner, _ = c.present(owner, true)
			c.now = c.now.Add(time.Duration(rapid.IntRange(0, 9_999).Draw(t, "ms after")) * time.Millisecond)
			if _, verdict := c.present(owner, false); verdict != refused {
				t.Fatalf("verdict %d", verdict)
			}
			if c.ended {
				t.Fatal("the owner lost the session to a refused copy")
			}
		}
	})
}
