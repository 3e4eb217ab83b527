package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Where browsers drop the cookies, the log says what to do, once at the start and once when somebody signs in.
func TestTheLogSaysWhereNobodyStaysSignedIn(t *testing.T) {
	t.Parallel()
	dir, addr := filepath.Join(folder(t), "data"), freeAddress(t)
	serving := func(r *run) func() bool {
		return func() bool { return strings.Contains(r.out.String(), "stoa serves") }
	}
	signIn := func(page string) {
		t.Helper()
		body := strings.NewReader(`{"email":"student@demo.test","password":"stoa-demo-2026"}`)
		req, err := http.NewRequest("POST", "http://"+addr+"/api/v1/auth/sessions", body)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = strings.TrimPrefix(page, "http://")
		req.Header = http.Header{"Content-Type": {"application/json"}, "Origin": {page}}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusCreated {
			t.Errorf("signing in at %s: %d", page, answer.StatusCode)
		}
	}
	said := func(r *run, what string, times int) {
		t.Helper()
		if n := strings.Count(r.out.String(), what); n != times {
			t.Errorf("%q was said %d times: %s", what, n, r.out.String())
		}
	}
	const atStart, atSignIn = "the public address is plain http", "somebody signs in over plain http"

	r := stoa(t, "serve", "--demo", "small", "--addr", addr, "--data", dir)
	r.until(t, "serving", serving(r))
	_, port, _ := strings.Cut(addr, ":")
	for _, here := range []string{"localhost", "127.0.0.1"} {
		signIn(fmt.Sprintf("http://%s:%s", here, port))
	}
	said(r, atStart, 0)
	said(r, atSignIn, 0)
	signIn("http://192.0.2.1:" + port)
	signIn("http://192.0.2.1:" + port)
	said(r, atSignIn, 1)
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	r.end(t)

	r = stoa(t, "serve", "--addr", addr, "--data", dir, "--public-url", "http://%s.example.edu")
	r.until(t, "serving", serving(r))
	said(r, atStart, 1)
}
