// Command bench measures what the README promises, on this machine, and writes bench/report.md and bench/report.svg: starting,
// memory, the directory at 50,000 profiles, the course page, and a bare net/http handler in the same run for scale. Load and
// server share the machine's processors, as they do nowhere else: read the ratios.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const address = "127.0.0.1:8098"

func main() {
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "stoa-bench")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if slices.Contains(os.Args[1:], "web") {
		web(dir)
		return
	}
	r := &report{}
	starting(r, filepath.Join(dir, "small"))
	serving(r, filepath.Join(dir, "full"))
	indexing(r)
	if err := r.write("bench"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("bench/report.md and bench/report.svg are written")
}

// stoa starts a server and waits until it is ready.
type stoa struct {
	cmd  *exec.Cmd
	took time.Duration
}

func start(data, size string, more ...string) *stoa {
	scheme := "http://"
	if slices.Contains(more, "--tls-cert") {
		scheme = "https://"
	}
	s := &stoa{cmd: exec.Command("bin/stoa", append([]string{"serve", "--demo", size, "--addr", address, "--data", data, "--log-level", "error"}, more...)...)}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // #nosec G402 -- our own server's certificate of this hour
	s.cmd.Stderr = os.Stderr
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		log.Fatal(err)
	}
	for time.Since(began) < 3*time.Minute {
		answer, err := client.Get(scheme + address + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				s.took = time.Since(began)
				return s
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	log.Fatal("the server did not become ready")
	return nil
}

func (s *stoa) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// memory is the proportional set size of the process tree in MiB: shared pages count once.
func (s *stoa) memory() float64 {
	out, err := exec.Command("ps", "-eo", "pid,ppid").Output()
	if err != nil {
		return 0
	}
	parents := map[int]int{}
	for _, line := range strings.Split(string(out), "\n")[1:] {
		var pid, ppid int
		if _, err := fmt.Sscan(line, &pid, &ppid); err == nil {
			parents[pid] = ppid
		}
	}
	total := 0
	for pid := range parents {
		for p := pid; p > 1; p = parents[p] {
			if p == s.cmd.Process.Pid {
				total += pss(pid)
				break
			}
		}
	}
	return float64(total) / 1024
}

func pss(pid int) int {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "Pss:" {
			kb, _ := strconv.Atoi(fields[1])
			return kb
		}
	}
	return 0
}

func starting(r *report, data string) {
	// The first start makes the cluster; demo data is loaded before serving, so it is measured without any.
	empty := filepath.Join(filepath.Dir(data), "empty")
	s := start(empty, "")
	first := s.took
	s.stop()
	var warm []time.Duration
	for range 5 {
		s = start(empty, "")
		warm = append(warm, s.took)
		s.stop()
	}
	s = start(data, "small")
	s.stop()
	s = start(data, "small")
	time.Sleep(3 * time.Second)
	memory := s.memory()
	s.stop()
	r.rows("Starting", []string{"what", "measured", "goal"}, [][]string{
		{"first start with initdb and migrations, to ready", seconds(first), "under 5 s"},
		{"warm start to ready, median of 5", seconds(median(warm)), "under 0.5 s"},
		{"idle memory of the process tree, small demo", fmt.Sprintf("%.0f MiB", memory), "under 200 MiB"},
	})
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

type work struct {
	name, path, goal string
}

func serving(r *report, data string) {
	s := start(data, "full")
	defer s.stop()
	r.rows("Demo data", []string{"what", "measured", "goal"}, [][]string{{"full demo from nothing to ready", seconds(s.took), "loads in under 60 s"}})
	token := signIn("alumna@demo.test")
	student := signIn("student@demo.test")
	var mine struct{ Items []struct{ ID string } }
	get(student, "/me/courses", &mine)
	fetch(token, "/directory") // the first to ask has the directory read into memory
	time.Sleep(3 * time.Second)
	bare := serveBare(fetch(token, "/directory?batch=2018&company=Microsoft"))
	works := []work{
		{"batch and company", "/directory?batch=2018&company=Microsoft", "p50 under 1.5 ms, over 5,000/s"},
		{"browse verified", "/directory?standing=verified", "p50 under 1.5 ms"},
		{"full text", "/directory?q=staff+engineer+microsoft", "p50 under 2 ms"},
		{"a first name and a surname", "/directory?q=asha+menon", ""},
		{"one typo in a name", "/directory?q=sowmja", "p50 under 1 ms"},
		{"facets of the whole directory", "/directory/facets", "p50 under 1 ms"},
		{"typed letters completed", "/directory/suggestions?q=mic", "p50 under 1 ms"},
		{"twenty batches and their people", "/batches?limit=20", ""},
		{"course page", "/courses/" + mine.Items[0].ID, "p50 under 5 ms"},
		{"learner's home", "/me/learning", ""},
	}
	// Rounds alternate between the works, so that a slow moment of the machine hits all of them.
	const rounds = 3
	alone, crowd := make([][]time.Duration, len(works)+1), make([][]time.Duration, len(works)+1)
	perSecond := make([][]float64, len(works)+1)
	for range rounds {
		for i := range len(works) + 1 {
			host, path, bearer := bare, "/", ""
			if i > 0 {
				host, path, bearer = address, "/api/v1"+works[i-1].path, token
				if strings.HasPrefix(works[i-1].path, "/courses") || strings.HasPrefix(works[i-1].path, "/me/learning") {
					bearer = student
				}
			}
			times, _ := load(host, path, bearer, 1, 1500*time.Millisecond)
			alone[i] = append(alone[i], times...)
			times, rate := load(host, path, bearer, 16, 3*time.Second)
			crowd[i] = append(crowd[i], times...)
			perSecond[i] = append(perSecond[i], rate)
		}
	}
	header := []string{"what", "p50 alone", "p99 alone", "p50 at 16", "p99 at 16", "requests/s at 16", "of bare", "goal"}
	base := medianFloat(perSecond[0])
	lines := [][]string{line("bare net/http, same bytes", alone[0], crowd[0], base, base, "")}
	for i, w := range works {
		lines = append(lines, line(w.name, alone[i+1], crowd[i+1], medianFloat(perSecond[i+1]), base, w.goal))
		r.bars = append(r.bars, bar{w.name, quantile(alone[i+1], .5), quantile(alone[i+1], .99)})
	}
	r.rows(fmt.Sprintf("The directory at 50,000 alumni and 10,000 students, and the course page; nothing cached, %d rounds", rounds), header, lines)
	long(r, data)
}

// long compares a course of 2,000 lessons with one of 20.
func long(r *report, _ string) {
	teacher := signIn("instructor@demo.test")
	ids := map[int]string{}
	for _, n := range []int{20, 2000} {
		var course struct {
			ID       string
			Sections []struct{ ID string }
		}
		send(teacher, "POST", "/courses", map[string]any{"code": fmt.Sprint("BENCH ", n), "title": fmt.Sprint(n, " lessons"), "category": "Bench", "level": "introductory"}, &course)
		for i := range n {
			send(teacher, "POST", "/sections/"+course.Sections[0].ID+"/lessons", map[string]any{"kind": "text", "title": fmt.Sprintf("Lesson %d", i), "minutes": 3, "body": "Text."}, nil)
		}
		send(teacher, "POST", "/courses/"+course.ID+"/publications", nil, nil)
		ids[n] = course.ID
	}
	var lines [][]string
	for _, n := range []int{20, 2000} {
		path := "/api/v1/courses/" + ids[n]
		size := len(fetch(teacher, "/courses/"+ids[n]))
		times, _ := load(address, path, teacher, 1, 2*time.Second)
		lines = append(lines, []string{fmt.Sprintf("%d lessons", n), ms(quantile(times, .5)), ms(quantile(times, .99)), fmt.Sprintf("%d kB", size/1000)})
	}
	r.rows("A long course beside a short one: two reads each", []string{"course", "p50 alone", "p99 alone", "answer"}, lines)
}

func line(name string, alone, crowd []time.Duration, rate, base float64, goal string) []string {
	return []string{name, ms(quantile(alone, .5)), ms(quantile(alone, .99)), ms(quantile(crowd, .5)), ms(quantile(crowd, .99)), fmt.Sprintf("%.0f", rate), fmt.Sprintf("%.0f %%", 100*rate/base), goal}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

func signIn(email string) string {
	var in struct {
		Token string `json:"access_token"`
	}
	send("", "POST", "/auth/sessions", map[string]string{"email": email, "password": "stoa-demo-2026"}, &in)
	return in.Token
}

func send(token, method, path string, body, into any) {
	raw, _ := json.Marshal(body)
	req, _ := http.NewRequest(method, "http://"+address+"/api/v1"+path, bytes.NewReader(raw))
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		log.Fatalf("%s %s: %s", method, path, answer.Status)
	}
	if into != nil {
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			log.Fatal(err)
		}
	}
}

func get(token, path string, into any) { send(token, "GET", path, nil, into) }

func fetch(token, path string) []byte {
	var raw json.RawMessage
	get(token, path, &raw)
	return raw
}

// serveBare answers the same bytes from a plain handler in this process.
func serveBare(content []byte) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() { // #nosec G114 -- a measuring stick on this machine, without clients that dawdle
		_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(content)
		}))
	}()
	return listener.Addr().String()
}

func machine() string {
	model := "unknown processor"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for _, l := range strings.Split(string(raw), "\n") {
			if strings.HasPrefix(l, "model name") {
				_, model, _ = strings.Cut(l, ": ")
				break
			}
		}
	}
	version := "unknown"
	if out, err := exec.CommandContext(context.Background(), "git", "describe", "--always", "--dirty").Output(); err == nil {
		version = strings.TrimSpace(string(out))
	}
	return fmt.Sprintf("%d processors, %s, %s, %s, %s", runtime.NumCPU(), model, runtime.Version(), version, time.Now().UTC().Format(time.DateOnly))
}
