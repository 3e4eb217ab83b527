package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// contender serves the same work as others: its address and the processes whose work counts as its own.
type contender struct {
	name, address string
	pids          func() []int
	started       []*exec.Cmd
	input         io.Closer
	folder        string
}

const (
	rounds    = 3
	aloneFor  = 1 * time.Second
	crowdFor  = 2 * time.Second
	crowdSize = 16
)

// work is one kind of request: to Stoa that keeps answers, or to
// one that does not, and to the baseline where it does the same.
type work struct {
	name, goal string
	kept       bool
	stoa       [][]byte
	baseline   [][]byte
}

// figures are what came of a work at one contender, over all rounds.
type figures struct {
	alone, crowd []time.Duration
	rate         []float64
	cpu, client  []float64 // microseconds a request: the server's, with its database, and the load's
	bytes        float64
}

// sideBySide measures Stoa beside a bare net/http handler and
// beside a baseline, in alternation, and writes docs/speed.md.
func sideBySide(r *report, s *stoa, data, source string) {
	plain := contender{name: "Stoa", address: address, pids: func() []int { return tree(s.cmd.Process.Pid) }}
	kept := keeping(s, data)
	defer kept.stop()
	base := baseline(source)
	defer base.stop()
	bare := barely()
	defer bare.stop()
	token := signIn("alumna@demo.test")
	fetch(token, "/directory") // the first to ask has the directory read into memory
	time.Sleep(3 * time.Second)
	works := worksOf(token, base)
	results := make([]map[string]*figures, len(works))
	for i := range results {
		results[i] = map[string]*figures{"bare": {}, "stoa": {}, "baseline": {}}
	}
	for range rounds {
		for i, w := range works {
			at := plain
			if w.kept {
				at = kept
			}
			put(typical(at.address, w.stoa))
			results[i]["bare"].round(bare, [][]byte{
				[]byte("GET / HTTP/1.1\r\nHost: localhost\r\n" + authorization(w.stoa[0]) + "\r\n"),
			})
			results[i]["stoa"].round(at, w.stoa)
			if base.address != "" && w.baseline != nil {
				results[i]["baseline"].round(base, w.baseline)
			}
		}
	}
	writeSpeed(works, results, base.address != "")
}

func (m *figures) round(c contender, requests [][]byte) {
	times, _, _ := load(c.address, requests, 1, aloneFor)
	m.alone = append(m.alone, times...)
	before, mine := cpu(c.pids), self()
	times, rate, size := load(c.address, requests, crowdSize, crowdFor)
	n := float64(len(times)) / .9 // the first tenth warms up
	m.crowd, m.rate, m.bytes = append(m.crowd, times...), append(m.rate, rate), size
	m.cpu = append(m.cpu, float64((cpu(c.pids)-before).Microseconds())/n)
	m.client = append(m.client, float64((self()-mine).Microseconds())/n)
}

// raw is a request as it goes over the wire.
func raw(method, path, token, body string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path)
	if token != "" {
		fmt.Fprintf(&b, "Authorization: Bearer %s\r\n", token)
	}
	if body != "" {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

// authorization is the header of a request that carries one: the bare handler reads the same.
func authorization(request []byte) string {
	for line := range strings.Lines(string(request)) {
		if strings.HasPrefix(line, "Authorization: ") {
			return line
		}
	}
	return ""
}

func worksOf(token string, base contender) []work {
	student := signIn("student@demo.test")
	var mine struct{ Items []struct{ ID string } }
	get(student, "/me/courses", &mine)
	var facets struct {
		Year, Company, Department []struct{ Value string }
	}
	get(token, "/directory/facets", &facets)
	api := func(who string, paths ...string) (list [][]byte) {
		for _, p := range paths {
			list = append(list, raw("GET", "/api/v1"+p, who, ""))
		}
		return list
	}
	var pairs, browsed []string
	for _, y := range facets.Year {
		for _, c := range facets.Company {
			pairs = append(pairs, "/directory?"+url.Values{"batch": {y.Value}, "company": {c.Value}}.Encode())
		}
		for _, d := range facets.Department {
			browsed = append(browsed, "/directory?"+
				url.Values{"batch": {y.Value}, "department": {d.Value}, "standing": {"verified"}}.Encode())
		}
	}
	var courses []string
	for _, c := range mine.Items {
		courses = append(courses, "/courses/"+c.ID)
	}
	var doors [][]byte
	for i := range 200 {
		doors = append(doors, raw("POST", "/api/v1/auth/sessions", "",
			fmt.Sprintf(`{"email":"p%d@demo.test","password":"stoa-demo-2026"}`, 2000+i)))
	}
	return []work{
		{
			name:     "batch and company",
			goal:     "p50 under 1.5 ms, over 5,000/s",
			stoa:     api(token, pairs...),
			baseline: base.requests("search_uncached", false),
		},
		{
			name:     "the same, kept",
			goal:     "80 % of bare",
			kept:     true,
			stoa:     api(token, pairs[:200]...),
			baseline: base.requests("search_cached", false),
		},
		{
			name: "one page of it, kept",
			goal: "80 % of bare",
			kept: true,
			stoa: api(token, "/directory?batch=2018&company=Microsoft"),
		},
		{
			name:     "verified, of a batch and department",
			stoa:     api(token, browsed...),
			baseline: base.requests("browse", false),
		},
		{name: "everybody verified", goal: "p50 under 1.5 ms", stoa: api(token, "/directory?standing=verified")},
		{
			name: "full text",
			goal: "p50 under 2 ms",
			stoa: api(token, "/directory?q=staff+engineer+microsoft", "/directory?q=data+scientist+pune",
				"/directory?q=product+manager+google"),
		},
		{
			name: "a name",
			stoa: api(token, "/directory?q=menon", "/directory?q=asha+menon", "/directory?q=kulkarni",
				"/directory?q=srinivasan"),
			baseline: base.requests("name_fts_gin", false),
		},
		{
			name: "one typo in a name",
			goal: "p50 under 1 ms",
			stoa: api(token, "/directory?q=sowmja", "/directory?q=kulkrani", "/directory?q=srinivsan",
				"/directory?q=meenakshy"),
		},
		{name: "facets of everybody", goal: "p50 under 1 ms", stoa: api(token, "/directory/facets")},
		{
			name: "typed letters completed",
			goal: "p50 under 1 ms",
			stoa: api(token, "/directory/suggestions?q=mic", "/directory/suggestions?q=ben",
				"/directory/suggestions?q=ash"),
		},
		{
			name:     "course page",
			goal:     "p50 under 5 ms",
			kept:     true,
			stoa:     api(student, courses...),
			baseline: base.requests("course", true),
		},
		{name: "learner's home", kept: true, stoa: api(student, "/me/learning")},
		{name: "sign-in", kept: true, stoa: doors},
	}
}

// keeping is a second Stoa on the same database that keeps its answers.
func keeping(s *stoa, data string) contender {
	const at = "127.0.0.1:8096"
	folder, err := os.MkdirTemp("", "stoa-kept")
	if err != nil {
		log.Fatal(err)
	}
	keys, err := os.ReadFile(filepath.Join(data, "keys.json"))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "keys.json"), keys, 0o600)
	}
	if err != nil {
		log.Fatal(err)
	}
	cmd := exec.Command("bin/stoa", "serve", "--demo", "full", "--addr", at, "--data", folder, "--log-level", "error",
		"--roles", "api") // #nosec G204 -- our own program
	cmd.Env = append(os.Environ(), "DATABASE_URL=host="+socketOf(s.cmd.Process.Pid)+
		" user=stoa_super dbname=postgres sslmode=disable")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		log.Fatal(err)
	}
	await("http://"+at+"/readyz", time.Minute)
	return contender{name: "Stoa", address: at, started: []*exec.Cmd{cmd}, pids: func() []int {
		return append(tree(cmd.Process.Pid), tree(s.cmd.Process.Pid)...)
	}}
}

// barely starts the bare handler in a process of its own, as Stoa has.
func barely() contender {
	cmd := exec.Command(os.Args[0], "bare") // #nosec G204 -- ourselves
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		log.Fatal(err)
	}
	await("http://"+bareAddress+"/", time.Minute)
	return contender{name: "bare", address: bareAddress, started: []*exec.Cmd{cmd}, input: in, pids: func() []int {
		return []int{cmd.Process.Pid}
	}}
}

// put makes the bare handler give an answer.
func put(a answer) {
	content, err := json.Marshal(a)
	if err != nil {
		log.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPut, "http://"+bareAddress+"/", bytes.NewReader(content))
	if err != nil {
		log.Fatal(err)
	}
	done, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	done.Body.Close()
}

// socketOf finds the folder of the embedded database's socket among a server's processes.
func socketOf(pid int) string {
	for _, child := range tree(pid) {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
		words := strings.Split(string(line), "\x00")
		for i, w := range words {
			if w == "-k" && i+1 < len(words) {
				return words[i+1]
			}
		}
	}
	log.Fatal("the embedded database is not running")
	return ""
}

func await(address string, most time.Duration) {
	for began := time.Now(); time.Since(began) < most; time.Sleep(10 * time.Millisecond) {
		// #nosec G107 -- on this machine
		if answer, err := http.Get(address); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
	}
	log.Fatal(address + " does not answer")
}

// baseline starts the other implementation, where it can be. Its address is empty where it cannot.
func baseline(source string) contender {
	if source == "" {
		return contender{}
	}
	folder, err := os.MkdirTemp("", "stoa-baseline")
	if err != nil {
		log.Fatal(err)
	}
	// #nosec G204 -- a folder that whoever measures names
	if out, err := exec.Command("bench/baseline.sh", "up", source, folder).CombinedOutput(); err != nil {
		log.Printf("without a baseline: %v\n%s", err, out)
		return contender{}
	}
	return contender{name: "baseline", address: "127.0.0.1:8100", folder: folder, pids: func() []int {
		var all []int
		for _, name := range []string{"run/gunicorn.pid", "run/nginx.pid", "run/redis.pid", "pg/data/postmaster.pid"} {
			content, _ := os.ReadFile(filepath.Join(folder, name))
			first, _, _ := strings.Cut(string(content), "\n")
			if pid, err := strconv.Atoi(strings.TrimSpace(first)); err == nil {
				all = append(all, tree(pid)...)
			}
		}
		return all
	}}
}

// requests are the baseline's own, from its files. Own: each line belongs to the token of the same line.
func (c contender) requests(name string, own bool) (list [][]byte) {
	if c.address == "" {
		return nil
	}
	read := func(file string) []string {
		content, err := os.ReadFile(filepath.Join(c.folder, "seed-django/load/req", file+".txt"))
		if err != nil {
			log.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(content)), "\n")
	}
	tokens := read("tokens")
	for i, path := range read(name) {
		token := tokens[0]
		if own {
			token = tokens[i%len(tokens)]
		}
		list = append(list, raw("GET", path, token, ""))
	}
	return list
}

func (c contender) stop() {
	if c.input != nil {
		_ = c.input.Close()
	}
	for _, cmd := range c.started {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	if c.folder != "" {
		_ = exec.Command("bench/baseline.sh", "down", c.folder).Run() // #nosec G204 -- our own folder
		_ = os.RemoveAll(c.folder)
	}
}

// typical is, of some answers, the one whose size is nearest to their mean.
func typical(host string, requests [][]byte) answer {
	var some []answer
	mean := 0
	for i := 0; i < len(requests); i += max(1, len(requests)/20) {
		a := answerOf(host, requests[i])
		some = append(some, a)
		mean += len(a.Body)
	}
	mean /= len(some)
	return slices.MinFunc(some, func(a, b answer) int {
		return cmp.Compare(math.Abs(float64(len(a.Body)-mean)), math.Abs(float64(len(b.Body)-mean)))
	})
}

// answerOf is one answer with its head.
func answerOf(host string, request []byte) answer {
	head, body, _ := bytes.Cut(request, []byte("\r\n\r\n"))
	first, rest, _ := strings.Cut(string(head), "\r\n")
	words := strings.Fields(first)
	req, err := http.NewRequest(words[0], "http://"+host+words[1], bytes.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(rest) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		req.Header.Set(name, value)
	}
	req.Host = "localhost"
	req.Header.Set("Accept-Encoding", "identity")
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	if err != nil {
		log.Fatal(err)
	}
	return answer{got.Header, content}
}

// tree is a process and all that it started.
func tree(root int) []int {
	parents := parents()
	var all []int
	for pid := range parents {
		for p := pid; p > 1; p = parents[p] {
			if p == root {
				all = append(all, pid)
				break
			}
		}
	}
	return all
}

// cpu is the processor time that processes have used, with that of their children that have ended.
func cpu(pids func() []int) time.Duration {
	if pids == nil {
		return 0
	}
	const ticks = 100 // a second, on Linux
	total := 0
	for _, pid := range pids() {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, rest, found := bytes.Cut(line, []byte(") "))
		if !found {
			continue
		}
		for i, field := range bytes.Fields(rest) {
			if i >= 11 && i <= 14 {
				n, _ := strconv.Atoi(string(field))
				total += n
			}
		}
	}
	return time.Duration(total) * time.Second / ticks
}

func self() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
