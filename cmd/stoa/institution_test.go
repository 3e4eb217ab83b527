package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// From an empty folder to an institution whose admin is signed in, beside a server that never stops.
func TestAnInstitutionIsOpenedBesideARunningServer(t *testing.T) {
	t.Parallel()
	dir, addr := filepath.Join(folder(t), "data"), freeAddress(t)
	said := func(code int, want string, args ...string) {
		t.Helper()
		got, out := stoa(t, append(args, "--data", dir, "--addr", addr)...).end(t)
		if got != code || !strings.Contains(out, want) || strings.Contains(out, "SQLSTATE") {
			t.Errorf("%v: ended with %d: %s", args, got, out)
		}
	}
	create := func(slug, host, email string) []string {
		return []string{
			"institution", "create", "--slug", slug, "--name", "Alder College", "--host", host, "--language", "en",
			"--admin-email", email, "--admin-name", "Nila Rao",
		}
	}
	said(1, "there is no database in", create("alder", "alder.localhost", "nila@example.org")...)
	server := stoa(t, "serve", "--addr", addr, "--data", dir)
	server.until(t, "serving", func() bool { return strings.Contains(server.out.String(), "stoa serves") })

	said(0, "there is no institution yet", "institution", "list")
	said(1, "stoa institution create makes the first", "person", "create", "--institution", "alder",
		"--email", "a@example.org", "--name", "A B", "--role", "staff")
	said(1, "is not an e-mail address", create("alder", "alder.localhost", "nobody")...)
	said(1, "not a host name", create("alder", "http://alder.localhost/", "nila@example.org")...)
	said(0, "there is no institution yet", "institution", "list") // what was refused left nothing behind
	said(0, "is open at http://alder.localhost", create("alder", "alder.localhost", "nila@example.org")...)
	said(1, "taken by another institution", create("alder", "other.localhost", "nila@example.org")...)
	said(1, "taken by another institution", create("other", "alder.localhost", "nila@example.org")...)
	said(0, "alder.localhost", "institution", "list")

	server.until(t, "signed in", func() bool { // within ten seconds of the command
		time.Sleep(100 * time.Millisecond)
		req, err := http.NewRequest("POST", "http://"+addr+"/api/v1/auth/sessions",
			strings.NewReader(`{"email":"nila@example.org","password":"`+password+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "alder.localhost"
		req.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusCreated
	})
}
