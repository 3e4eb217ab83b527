// Command bench measures what the README promises, on this machine: starting, memory and the directory's index
// (bench/report.md), and requests side by side with a bare net/http handler and, where BASELINE names one that can
// run, with another implementation of the same work (docs/speed.md). With the argument web it measures screens in
// Chromium (bench/web.md). Load and servers share the machine's processors, as they do nowhere else: read the ratios.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	address     = "127.0.0.1:8098"
	bareAddress = "127.0.0.1:8095"
)

func main() {
	log.SetFlags(0)
	debug.SetGCPercent(400) // as Stoa's own
	if slices.Contains(os.Args[1:], "bare") {
		serveBare(bareAddress)
		return
	}
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
	serving(r, filepath.Join(dir, "full"), os.Getenv("BASELINE"))
	indexing(r)
	if err := r.write("bench"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("docs/speed.md and bench/report.md are written, each with its drawing")
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
	s := &stoa{cmd: exec.Command("bin/stoa", append(
		[]string{"serve", "--demo", size, "--addr", address, "--data", data, "--log-level", "error"}, more...,
	)...)} // #nosec G204 -- our own program
	// #nosec G402 -- our own server's certificate of this hour
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
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
	total := 0
	for _, pid := range tree(s.cmd.Process.Pid) {
		total += pss(pid)
	}
	return float64(total) / 1024
}

// parents is who started whom, of all processes.
func parents() map[int]int {
	out, err := exec.Command("ps", "-eo", "pid,ppid").Output()
	if err != nil {
		log.Fatal(err)
	}
	list := map[int]int{}
	for _, line := range strings.Split(string(out), "\n")[1:] {
		var pid, ppid int
		if _, err := fmt.Sscan(line, &pid, &ppid); err == nil {
			list[pid] = ppid
		}
	}
	return list
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

func serving(r *report, data, source string) {
	s := start(data, "full", "--cache-mb", "0")
	defer s.stop()
	r.rows("Demo data", []string{"what", "measured", "goal"}, [][]string{
		{"full demo from nothing to ready", seconds(s.took), "loads in under 60 s"},
	})
	sideBySide(r, s, data, source)
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
		send(teacher, "POST", "/courses", map[string]any{
			"code": fmt.Sprint("BENCH ", n), "title": fmt.Sprint(n, " lessons"), "category": "Bench",
			"level": "introductory",
		}, &course)
		for i := range n {
			send(teacher, "POST", "/sections/"+course.Sections[0].ID+"/lessons", map[string]any{
				"kind": "text", "title": fmt.Sprintf("Lesson %d", i), "minutes": 3, "body": "Text.",
			}, nil)
		}
		send(teacher, "POST", "/courses/"+course.ID+"/publications", nil, nil)
		ids[n] = course.ID
	}
	var lines [][]string
	for _, n := range []int{20, 2000} {
		path := "/api/v1/courses/" + ids[n]
		size := len(fetch(teacher, "/courses/"+ids[n]))
		times, _, _ := load(address, [][]byte{raw("GET", path, teacher, "")}, 1, 2*time.Second)
		lines = append(lines, []string{
			fmt.Sprintf("%d lessons", n), ms(quantile(times, .5)), ms(quantile(times, .99)),
			fmt.Sprintf("%d kB", size/1000),
		})
	}
	r.rows("A long course beside a short one: two reads each",
		[]string{"course", "p50 alone", "p99 alone", "answer"}, lines)
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

// answer is a head and a body, for the bare handler.
type answer struct {
	Header http.Header
	Body   []byte
}

// serveBare is the program as a plain handler that gives one answer, until
// its standard input ends; what is put to it is the answer from then on.
func serveBare(at string) {
	var given atomic.Pointer[answer]
	given.Store(&answer{})
	// #nosec G112 -- a measuring stick on this machine, without clients that dawdle
	server := &http.Server{Addr: at, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			next := &answer{}
			if err := json.NewDecoder(r.Body).Decode(next); err != nil {
				log.Fatal(err)
			}
			given.Store(next)
			return
		}
		one := given.Load()
		maps.Copy(w.Header(), one.Header)
		_, _ = w.Write(one.Body)
	})}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	_ = server.ListenAndServe()
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
	out, err := exec.CommandContext(context.Background(), "git", "describe", "--always", "--dirty").Output()
	if err == nil {
		version = strings.TrimSpace(string(out))
	}
	return fmt.Sprintf("%d processors, %s, %s, %s, %s", runtime.NumCPU(), model, runtime.Version(), version,
		time.Now().UTC().Format(time.DateOnly))
}
