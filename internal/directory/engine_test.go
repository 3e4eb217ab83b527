package directory_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/clock"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/httpapi"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"
)

// remembering is a second service on the campus that holds it in memory.
func (c *campus) remembering() *directory.Service {
	c.t.Helper()
	s, err := directory.New(c.t.Context(), dbtest.DB(c.t), clock.System{}, c.People,
		directory.Options{InMemory: 1 << 20})
	if err != nil {
		c.t.Fatal(err)
	}
	c.follow(s)
	c.inMemory(s)
	return s
}

// follow lets a service hear of changes until the test ends.
func (c *campus) follow(s *directory.Service) {
	var both sync.WaitGroup
	both.Go(func() { s.Follow(c.t.Context()) })
	both.Go(func() { dbtest.DB(c.t).Follow(c.t.Context(), s.Feed()) })
	c.t.Cleanup(both.Wait)
}

func (c *campus) inMemory(s *directory.Service) {
	c.t.Helper()
	for since := time.Now(); !s.InMemory(c.Ctx); time.Sleep(5 * time.Millisecond) {
		if time.Since(since) > 10*time.Second {
			c.t.Fatal("the directory is not in memory")
		}
	}
}

func whole(ctx context.Context, s *directory.Service, q directory.Query) ([]uuid.UUID, error) {
	ids := []uuid.UUID{}
	for {
		page, err := s.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			ids = append(ids, e.ID)
		}
		if q.Cursor = page.NextCursor; q.Cursor == "" {
			return ids, nil
		}
	}
}

// Both engines find the same people in the same order with the same counts as whoever looks at each of them, for
// all kinds of viewers and questions, while people change beside them. STOA_QUESTIONS sets how many are asked.
func TestEnginesFindTheSame(t *testing.T) {
	t.Parallel()
	questions := 1200
	if n, err := strconv.Atoi(os.Getenv("STOA_QUESTIONS")); err == nil {
		questions = n
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	c := newCampus(t)
	luck := chance{rand.New(rand.NewPCG(seed, 1))}
	tenant := viewer.From(c.Ctx).Tenant
	conn := dbtest.Superuser(t)
	batches := []uuid.UUID{c.batch("A", 2016), c.batch("B", 2018), c.batch("C", 2018), c.batch("D", 2017)}
	var eyes []eye
	var people []uuid.UUID
	for i := range 130 {
		standing := luck.of(standings...)
		switch {
		case i%16 == 0:
			p, ctx := c.Join(fmt.Sprint("P", i), "", viewer.Student)
			standing, people = "", append(people, p.ID)
			eyes = append(eyes, eye{ctx: ctx, me: p.ID, ownBatch: true})
		case i%16 == 1:
			p, ctx := c.Join(fmt.Sprint("P", i), "", viewer.Staff)
			standing, people = "", append(people, p.ID)
			eyes = append(eyes, eye{ctx: ctx, me: p.ID, audience: 2})
		default:
			p, ctx := c.Join(fmt.Sprint("P", i), viewer.Standing(standing), viewer.Alumnus)
			people = append(people, p.ID)
			if standing != "rejected" {
				audience := 0
				if standing == "verified" {
					audience = 1
				}
				eyes = append(eyes, eye{ctx: ctx, me: p.ID, audience: audience, ownBatch: standing == "verified"})
			}
		}
		luck.write(t, conn, tenant, people[i], standing, batches)
	}
	marked, _ := c.Join("Mark", viewer.Verified, viewer.Alumnus)
	remembering := c.remembering()
	var ref *reference
	for n := range questions {
		fresh := n%25 == 0
		if fresh {
			for range 1 + luck.IntN(4) {
				at := luck.IntN(len(people))
				if luck.IntN(4) == 0 {
					if _, err := conn.Exec(t.Context(), `UPDATE directory.profile SET deleted_at = now()
						WHERE tenant_id = $1 AND id = $2`, tenant, people[at]); err != nil {
						t.Fatal(err)
					}
				} else {
					luck.write(t, conn, tenant, people[at], luck.of(standings...), batches)
				}
			}
			mark := letters(n) // written last: whoever finds it has followed what was before
			if _, err := conn.Exec(t.Context(), `UPDATE directory.profile SET headline = $3
				WHERE tenant_id = $1 AND id = $2`, tenant, marked.ID, mark); err != nil {
				t.Fatal(err)
			}
			ref = c.reference(conn)
			soon(t, "the index does not follow", func() bool {
				found, err := whole(c.staff, remembering, directory.Query{
					Filter: directory.Filter{Q: mark},
					Paging: httpapi.Paging{Limit: 1},
				})
				return err == nil && len(found) == 1
			})
		}
		e := eyes[luck.IntN(len(eyes))]
		q := luck.query(batches)
		want := ref.list(e, q)
		counted, _ := json.Marshal(ref.facets(e, q.Filter))
		typed := luck.typed()
		var suggested string
		for name, s := range map[string]*directory.Service{"PostgreSQL": c.dir, "memory": remembering} {
			got, err := whole(e.ctx, s, q)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s finds %d people, the reference %d, of %+v by %+v: %v",
					name, len(got), len(want), q, e.me, ref.differ(got, want))
			}
			facets, err := s.Facets(e.ctx, q.Filter)
			if err != nil {
				t.Fatal(err)
			}
			if raw, _ := json.Marshal(facets); string(raw) != string(counted) {
				t.Fatalf("%s counts\n%s, the reference\n%s of %+v", name, raw, counted, q.Filter)
			}
			list, err := s.Suggest(e.ctx, typed)
			if err != nil {
				t.Fatal(err)
			}
			raw, _ := json.Marshal(list)
			if suggested != "" && suggested != string(raw) {
				t.Fatalf("%q: %s suggests %s, the other %s", typed, name, raw, suggested)
			}
			suggested = string(raw)
		}
	}
	if !remembering.InMemory(c.Ctx) {
		t.Error("the directory is not in memory any more")
	}
}

// letters are a word for a number, none of which begins another.
func letters(n int) string {
	return "mark" + strings.Map(func(digit rune) rune { return 'a' + digit - '0' }, fmt.Sprintf("%06d", n))
}
