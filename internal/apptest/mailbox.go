package apptest

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stoa/internal/app"
	"stoa/internal/base/mail"
)

// Mailed waits for a mail and returns the secret of its link.
func (h *House) Mailed(to, subject string) string {
	h.T.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		for _, m := range h.Mails(to) {
			if m.Subject != subject {
				continue
			}
			for _, line := range strings.Fields(m.Text) {
				if u, err := url.Parse(line); err == nil && u.Query().Get("token") != "" {
					return u.Query().Get("token")
				}
			}
			return m.Text
		}
	}
	h.T.Fatalf("no mail “%s” to %s", subject, to)
	return ""
}

// Links are the secrets of the mailed links, the newest first.
func (h *House) Links(to, subject string, n int) []string {
	h.T.Helper()
	h.WaitFor(func() bool { return len(h.Mails(to)) >= n }, fmt.Sprintf("%d mails to %s", n, to))
	var list []string
	for _, m := range h.Mails(to) {
		if _, secret, found := strings.Cut(m.Text, "token="); found && m.Subject == subject {
			list = append(list, strings.Fields(secret)[0])
		}
	}
	return list
}

// OpenWorking is a house whose background jobs run. The queue is one for all houses
// of the test database, so any of them may send the mails of another: see Mails.
func OpenWorking(t *testing.T) *House {
	t.Helper()
	h := Open(t, 1)
	if err := h.Apps[0].StartWork(context.Background()); err != nil {
		t.Fatal(err)
	}
	working.Lock()
	working.Apps = append(working.Apps, h.Apps[0])
	working.Unlock()
	t.Cleanup(func() { _ = h.Apps[0].StopWork(context.Background()) })
	return h
}

// working is every app of this process whose jobs run, or ran.
var working struct {
	sync.Mutex
	Apps []*app.App
}

// Mails are the ones to an address of this house, whichever process sent them, the newest first.
func (h *House) Mails(to string) []mail.Received {
	working.Lock()
	defer working.Unlock()
	var list []mail.Received
	for _, a := range working.Apps {
		list = append(list, a.Mailbox().List(h.Tenant, to)...)
	}
	slices.SortFunc(list, func(a, b mail.Received) int { return b.At.Compare(a.At) })
	return list
}
