package app_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"stoa/internal/apptest"
	"stoa/internal/base/cache"
	"stoa/internal/base/config"
	"stoa/internal/base/db"
	"stoa/internal/base/redistest"
	"stoa/internal/base/viewer"
	"stoa/internal/directory"

	"github.com/prometheus/client_golang/prometheus"
)

// shelf is a house for looking at the cache: two processes that
// keep answers and a third that keeps none, which is always right.
type shelf struct {
	*apptest.House
	estate  estate
	viewers map[string][3]*apptest.Client // one for each process
	reads   []string
}

const plain = 2 // the process without a cache

func openShelf(t *testing.T, set func(*config.Config), judge ...func(*config.Config)) *shelf {
	t.Helper()
	n := 0
	h := apptest.Open(t, 3, func(c *config.Config) {
		c.DirectoryInMemory, c.MetricsToken = 1000, "figures"
		set(c)
		if n == plain {
			c.CacheMB, c.RedisURL = 0, ""
			for _, s := range judge {
				s(c)
			}
		}
		n++
	})
	s := &shelf{House: h, viewers: map[string][3]*apptest.Client{}}
	s.estate = furnish(t, h)
	for name, make := range map[string]func(email string){
		"staff":    func(m string) { h.Person(m, "", viewer.Staff, viewer.Admin) },
		"teacher":  func(m string) { h.Person(m, "", viewer.Instructor) },
		"student":  func(m string) { h.Person(m, "", viewer.Student) },
		"asha":     func(m string) { h.Person(m, viewer.Verified, viewer.Alumnus) },
		"sowmya":   func(m string) { h.Person(m, viewer.Verified, viewer.Alumnus) },
		"newcomer": func(m string) { h.Person(m, viewer.Unverified, viewer.Alumnus) },
	} {
		email := "shelf-" + name + "@example.org"
		make(email)
		c := h.SignIn(email)
		var all [3]*apptest.Client
		for i := range all {
			all[i] = c.Fork()
			all[i].Server = i
		}
		s.viewers[name] = all
	}
	batch, course := s.estate["batch_id"].String(), s.estate["course_id"].String()
	s.reads = []string{
		"/directory", "/directory?q=shelf", "/directory?company=Acme", "/directory?city=Pune&sort=batch",
		"/directory?standing=verified&limit=2", "/directory/facets", "/directory/facets?q=shelf",
		"/directory/suggestions?q=acm", "/directory/suggestions?q=she", "/batches", "/batches/" + batch, "/courses",
		"/courses?level=introductory", "/courses?q=" + h.Mark(), "/courses/categories", "/courses/" + course,
	}
	return s
}

func (s *shelf) same(t *testing.T, who, path string, process int) (bool, string) {
	t.Helper()
	got, want := s.viewers[who][process].Do("GET", path, nil), s.viewers[who][plain].Do("GET", path, nil)
	if got.Status != want.Status {
		return false, fmt.Sprintf("%d instead of %d %s", got.Status, want.Status, want.Body)
	}
	if got.Status != http.StatusOK { // problems carry their request's id
		return true, ""
	}
	return got.Body == want.Body, got.Body + "\ninstead of\n" + want.Body
}

// change does something at random, as somebody, through a process.
func (s *shelf) change(t *testing.T, r *rand.Rand, process int) string {
	t.Helper()
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	course := s.estate["course_id"].String()
	do := func(who, method, path string, body any) string {
		reply := s.viewers[who][process].Do(method, path, body)
		if reply.Status >= 300 && reply.Status != http.StatusNotFound && reply.Status != http.StatusConflict {
			t.Fatalf("%s %s: %d %s", method, path, reply.Status, reply.Body)
		}
		return who + " " + method + " " + path
	}
	audience := func() string { return pick("everyone", "alumni", "batch", "me") }
	switch r.IntN(7) {
	case 0, 1:
		see := map[string]string{}
		for _, part := range parts() {
			see[part] = audience()
		}
		return do(pick("asha", "sowmya", "student"), "PATCH", "/me/profile", map[string]any{
			"company": pick("Acme", "Globex", "Initech"), "city": pick("Pune", "Kochi"), "visibility": see,
		})
	case 2:
		return do(pick("student", "asha"), "PUT", "/courses/"+course+"/enrolment", nil)
	case 3:
		return do(pick("student", "asha"), "DELETE", "/courses/"+course+"/enrolment", nil)
	case 4:
		return do("staff", "PUT", "/courses/"+course, map[string]any{
			"code": "C 1", "title": fmt.Sprint(s.Mark(), " ", r.IntN(1000)), "category": pick("Law", "Art"),
			"level": pick("introductory", "advanced"), "summary": "", "description": "",
		})
	case 5:
		return do("staff", "POST", "/batches", map[string]any{
			"code": fmt.Sprint("B-", r.IntN(1e9)), "programme": "BTech", "department": "Civil",
			"year": 2000 + r.IntN(20),
		})
	}
	var me struct{ ID string }
	s.viewers[pick("asha", "sowmya", "student")][plain].Do("GET", "/me", nil).JSON(t, &me)
	return do("staff", "PUT", "/people/"+me.ID+"/batch", map[string]string{"batch_id": s.estate["batch_id"].String()})
}

// Whoever writes reads what they wrote, in the next request and through whatever it
// is seen; another process reads it within a second. With memory alone, with Redis,
// with a Redis that is lost in the middle and comes back, and with one that is late.
func TestNobodyReadsWhatWasBeforeTheirWrite(t *testing.T) {
	for _, tier := range []string{"memory", "redis", "redis lost", "redis late"} {
		t.Run(tier, func(t *testing.T) {
			t.Parallel()
			var redis *redistest.Server
			s := openShelf(t, func(c *config.Config) {
				if tier != "memory" {
					if redis == nil {
						redis = redistest.Prepare(t)
						if tier != "redis late" {
							redis.Start(t)
						}
					}
					c.RedisURL = redis.URL
				}
			}, func(c *config.Config) { c.DirectoryInMemory = 0 }) // an index follows a moment behind
			soonFresh(t, s.House)
			r := rand.New(rand.NewPCG(7, uint64(len(tier))))
			who := []string{"staff", "teacher", "student", "asha", "sowmya", "newcomer"}
			rounds := 60
			var stop sync.WaitGroup
			ctx, cancel := context.WithCancel(t.Context())
			// others read all the while, so that there is always something kept to go wrong
			for process := range plain {
				stop.Go(func() {
					r := rand.New(rand.NewPCG(11, uint64(process)))
					for ctx.Err() == nil {
						c := s.viewers[who[r.IntN(len(who))]][process]
						_, _ = c.Try("GET", s.reads[r.IntN(len(s.reads))], nil)
					}
				})
			}
			for round := range rounds {
				if tier == "redis lost" && round == rounds/3 {
					redis.Stop()
				}
				if tier == "redis late" && round == rounds/3 || tier == "redis lost" && round == 2*rounds/3 {
					redis.Start(t)
				}
				writer := round % plain
				did := s.change(t, r, writer)
				done := time.Now()
				for range 4 {
					name, path := who[r.IntN(len(who))], s.reads[r.IntN(len(s.reads))]
					if ok, difference := s.same(t, name, path, writer); !ok {
						t.Fatalf("round %d: after %s, %s reads on the same process %s:\n%s",
							round, did, name, path, difference)
					}
					for {
						ok, difference := s.same(t, name, path, 1-writer)
						if ok {
							break
						}
						if time.Since(done) > 2*db.Stale { // the second it may take, and one for this machine
							t.Fatalf("round %d: after %s, %s still reads on the other process %s:\n%s",
								round, did, name, path, difference)
						}
					}
				}
			}
			cancel()
			stop.Wait()
			for _, name := range who {
				for _, path := range s.reads {
					for process := range plain {
						if ok, difference := s.same(t, name, path, process); !ok {
							t.Errorf("at the end %s reads %s on process %d:\n%s", name, path, process, difference)
						}
					}
				}
			}
			for process := range plain {
				kept := s.answers(t, process)
				if kept["memory"] < 50 || kept["built"] < 20 {
					t.Errorf("process %d hardly used its cache: %v", process, kept)
				}
				if tier == "redis" && kept["redis"] == 0 {
					t.Errorf("process %d took nothing from Redis: %v", process, kept)
				}
			}
		})
	}
}

// soonFresh waits until the processes have heard of each other.
func soonFresh(t *testing.T, s *apptest.House) {
	t.Helper()
	for process := range plain {
		for since := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			if _, ok, err := s.Pools[process].Version(s.Ctx, "directory"); ok && err == nil {
				break
			}
			if time.Since(since) > 10*time.Second {
				t.Fatal("a process never knows its versions")
			}
		}
	}
}

var counted = regexp.MustCompile(`(?m)^stoa_cache_answers_total\{answer="([^"]+)",from="([^"]+)"\} (\d+)`)

// answers counts a process's cacheable answers by where they came from.
func (s *shelf) answers(t *testing.T, process int) map[string]int {
	t.Helper()
	req, _ := http.NewRequest("GET", s.Servers[process].URL+"/metrics", nil)
	req.Header.Set("Authorization", "Bearer figures")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	_, _ = text.ReadFrom(answer.Body)
	all := map[string]int{}
	for _, m := range counted.FindAllStringSubmatch(text.String(), -1) {
		var n int
		_, _ = fmt.Sscan(m[3], &n)
		all[m[2]] += n
		all[m[1]+" "+m[2]] += n
	}
	return all
}

// A thousand who ask for the same at once cost one query.
func TestAStampedeRunsOneQuery(t *testing.T) {
	t.Parallel()
	s := openShelf(t, func(*config.Config) {})
	soonFresh(t, s.House)
	c := s.viewers["asha"][0]
	c.Do("GET", "/directory", nil) // the directory is in memory afterwards
	time.Sleep(200 * time.Millisecond)
	before := s.answers(t, 0)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range 1000 {
		wg.Go(func() {
			<-start
			if r, err := c.Try("GET", "/directory?q=shelf&sort=name", nil); err != nil || r.Status != http.StatusOK {
				t.Errorf("%v %d %s", err, r.Status, r.Body)
			}
		})
	}
	close(start)
	wg.Wait()
	after := s.answers(t, 0)
	if built := after["directory-search built"] - before["directory-search built"]; built != 1 {
		t.Errorf("%d queries for a thousand requests", built)
	}
	if n := after["directory-search memory"] + after["directory-search joined"] - before["directory-search memory"] -
		before["directory-search joined"]; n != 999 {
		t.Errorf("%d of 999 others shared its answer", n)
	}
}

// parts are those of a profile that have an audience.
func parts() (list []string) {
	for f := range reflect.TypeFor[directory.Visibility]().Fields() {
		list = append(list, f.Tag.Get("json"))
	}
	return list
}

// One viewer asks for everything in every way right after another:
// nobody gets an answer of another class, institution or language.
func TestKeptAnswersAreTheirOwners(t *testing.T) {
	t.Parallel()
	s := openShelf(t, func(*config.Config) {})
	soonFresh(t, s.House)
	everything := map[string]string{}
	for _, part := range parts() {
		everything[part] = "me"
	}
	secret := "Hidden" + s.Mark()
	s.viewers["asha"][0].Do("PATCH", "/me/profile", map[string]any{
		"company": secret, "city": secret, "headline": secret, "visibility": everything,
	})
	everything["company"] = "batch"
	s.viewers["sowmya"][0].Do("PATCH", "/me/profile", map[string]any{
		"company": "Batch" + s.Mark(), "visibility": everything,
	})
	names := []string{"asha", "sowmya", "staff", "student", "newcomer", "teacher"}
	reads := append(s.reads, "/directory?company="+secret, "/directory?q="+strings.ToLower(secret),
		"/directory/facets?company="+secret, "/directory/suggestions?q="+strings.ToLower(secret))
	for _, path := range reads {
		for _, first := range names {
			for _, second := range names {
				s.viewers[first][0].Do("GET", path, nil)
				if ok, difference := s.same(t, second, path, 0); !ok {
					t.Errorf("%s after %s reads %s:\n%s", second, first, path, difference)
				}
			}
		}
	}
	if r := s.viewers["asha"][0].Do("GET", "/directory?company="+secret, nil); !strings.Contains(r.Body, secret) {
		t.Errorf("she does not find herself: %s", r.Body)
	}
	// With the tag of hers in hand, another viewer is told nothing of it.
	hers := s.viewers["asha"][0].Do("GET", "/directory?company="+secret, nil)
	other := s.viewers["student"][0]
	req, _ := http.NewRequest("GET", s.Servers[0].URL+"/api/v1/directory?company="+secret, nil)
	req.Host = s.Host
	req.Header.Set("Authorization", "Bearer "+other.Token)
	req.Header.Set("If-None-Match", hers.Header.Get("ETag"))
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("another viewer with her tag: %d", answer.StatusCode)
	}
	// Who has the tag of their own answer is spared it.
	req.Header.Set("If-None-Match", other.Do("GET", "/directory?company="+secret, nil).Header.Get("ETag"))
	if answer, err = http.DefaultClient.Do(req); err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotModified {
		t.Errorf("with one's own tag: %d", answer.StatusCode)
	}
}

// The parts of a key that no caller can leave out or forge: institution
// and language come from the viewer, and no part runs into the next.
func TestKeysCannotRunIntoEachOther(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	other := apptest.Open(t, 1)
	c, err := cache.New(h.Pools[0], cache.Options{Bytes: 1 << 20}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	v := viewer.From(h.Ctx)
	hindi := v
	hindi.Locale = "hi"
	type ask struct {
		ctx context.Context
		key cache.Key
	}
	asks := []ask{
		{h.Ctx, cache.Key{Name: "a", Class: "b", Args: "c"}},
		{other.Ctx, cache.Key{Name: "a", Class: "b", Args: "c"}},
		{viewer.With(h.Ctx, hindi), cache.Key{Name: "a", Class: "b", Args: "c"}},
		{h.Ctx, cache.Key{Name: "a", Class: "bc", Args: ""}},
		{h.Ctx, cache.Key{Name: "a", Class: "", Args: "bc"}},
		{h.Ctx, cache.Key{Name: "ab", Class: "", Args: "c"}},
		{h.Ctx, cache.Key{Name: "a", Class: "b\x01\x00\x00c", Args: ""}},
		{h.Ctx, cache.Key{Name: "a", Class: "b", Args: "c", Topics: []string{"x"}}},
		{h.Ctx, cache.Key{Name: "a", Class: "b", Args: "c", Topics: []string{"x", ""}}},
	}
	for range 3 {
		for i, a := range asks {
			got, err := cache.Get(a.ctx, c, a.key, func(context.Context) (int, error) { return i, nil })
			if err != nil || got != i {
				t.Errorf("question %d got the answer of %d, %v", i, got, err)
			}
		}
	}
}

// A transaction that is rolled back counts nothing; one that is committed is known to its process before Write returns.
func TestVersionsFollowCommits(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	pool := h.Pools[0]
	version := func() int64 {
		for since := time.Now(); time.Since(since) < 10*time.Second; time.Sleep(10 * time.Millisecond) {
			if n, ok, err := pool.Version(h.Ctx, "thing"); err != nil {
				t.Fatal(err)
			} else if ok {
				return n
			}
		}
		t.Fatal("versions are never known")
		return 0
	}
	before := version()
	_ = pool.Write(h.Ctx, func(tx *db.Tx) error { tx.Touch("thing"); return context.Canceled })
	if version() != before {
		t.Error("a transaction that was rolled back counted")
	}
	last := before
	for range 20 {
		err := pool.Write(h.Ctx, func(tx *db.Tx) error { tx.Touch("thing", "other", "thing"); return nil })
		if err != nil {
			t.Fatal(err)
		}
		if n := version(); n <= last {
			t.Fatalf("%d after %d", n, last)
		} else {
			last = n
		}
	}
	deaf, err := db.Open(t.Context(), h.Place.DSN(db.RoleApp), db.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	if _, ok, err := deaf.Version(h.Ctx, "thing"); ok || err != nil {
		t.Errorf("a process that hears nothing claims to know: %v", err)
	}
}
