package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/base/folder/foldertest"
)

// The disk runs full under a serving installation: changes are refused with 507, reading goes on, and when there is
// room again everything goes on by itself, with all that was ever acknowledged.
func TestAFullDiskLosesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs a small disk")
	}
	t.Parallel()
	disk := foldertest.SmallDisk(t, 700<<20)
	dir, addr := filepath.Join(disk, "data"), freeAddress(t)
	serve := func() *run {
		r := stoa(t, "serve", "--demo", "small", "--addr", addr, "--data", dir)
		r.until(t, "serving", func() bool { return strings.Contains(r.out.String(), "stoa serves") })
		return r
	}
	r := serve()
	r.until(t, "the ballast is there", exists(filepath.Join(dir, "postgres", "ballast")))
	who := person{t: t, base: "http://" + addr + "/api/v1"}
	who.signIn("alumna@demo.test")
	acknowledged := ""
	n := 0
	write := func() int {
		n++
		headline := fmt.Sprint("Headline ", n)
		status, _ := who.do("PATCH", "/me/profile", map[string]string{"headline": headline})
		if status == http.StatusOK {
			acknowledged = headline
		}
		return status
	}
	if status := write(); status != http.StatusOK {
		t.Fatal(status)
	}
	filler := fill(t, filepath.Join(disk, "filler"))
	r.until(t, "writing is refused", func() bool { return write() == http.StatusInsufficientStorage })
	for range 20 {
		status, body := who.do("GET", "/me/profile", nil)
		if status != http.StatusOK || !strings.Contains(body, acknowledged) {
			t.Errorf("reading on a full disk: %d %s", status, body)
		}
	}
	who.signIn("alumna@demo.test")
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	r.until(t, "writing goes on", func() bool { return write() == http.StatusOK })
	r.until(t, "the ballast is there again", exists(filepath.Join(dir, "postgres", "ballast")))

	// Full at the moment of a crash: the next start has its room.
	fill(t, filler)
	if err := r.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-r.ended
	r = serve()
	who.signIn("alumna@demo.test")
	status, body := who.do("GET", "/me/profile", nil)
	if status != http.StatusOK || !strings.Contains(body, acknowledged) {
		t.Errorf("after the crash: %d %s", status, body)
	}
	if err := errors.Join(os.Remove(filler), r.Process.Signal(syscall.SIGTERM)); err != nil {
		t.Fatal(err)
	}
	if code, said := r.end(t); code != 0 {
		t.Errorf("ended with %d: %s", code, said)
	}
}

// fill takes all room at once: whoever makes room meanwhile must not lose it to a file that goes on growing.
func fill(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(path, &disk); err != nil {
		t.Fatal(err)
	}
	free := int64(disk.Bavail) * disk.Bsize
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, free); err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	// What is left is a rest of some blocks. No more is taken: room may have been made by now.
	_, err = f.Seek(0, io.SeekEnd)
	for n, block := 0, make([]byte, 4<<10); err == nil && n < 1024; n++ {
		_, err = f.Write(block)
	}
	if err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return path
}

type person struct {
	t     *testing.T
	base  string
	token string
}

func (p *person) signIn(email string) {
	p.t.Helper()
	status, body := p.do("POST", "/auth/sessions", map[string]string{"email": email, "password": "stoa-demo-2026"})
	var in struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &in); err != nil || status != http.StatusCreated {
		p.t.Fatalf("sign-in: %d %s", status, body)
	}
	p.token = in.Token
}

func (p *person) do(method, path string, body any) (int, string) {
	p.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+p.token)
	answer, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(said)
}
