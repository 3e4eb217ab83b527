package mail_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"stoa/internal/base/mail"
)

// server is a real mail server that keeps what it is given.
type server struct {
	sync.Mutex
	to   []string
	data []byte
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return s, nil }
func (s *server) Mail(string, *smtp.MailOptions) error        { return nil }
func (s *server) Reset()                                      {}
func (s *server) Logout() error                               { return nil }
func (s *server) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.Lock()
	defer s.Unlock()
	s.to = append(s.to, to)
	return nil
}

func (s *server) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.Lock()
	defer s.Unlock()
	s.data = raw
	return err
}

// take is what came, and forgets it.
func (s *server) take() ([]string, []byte) {
	s.Lock()
	defer s.Unlock()
	to, data := s.to, s.data
	s.to, s.data = nil, nil
	return to, data
}

func serve(t *testing.T) (*server, mail.Sender) {
	t.Helper()
	kept := &server{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(kept)
	s.Domain, s.AllowInsecureAuth = "localhost", true
	done := make(chan struct{})
	go func() { _ = s.Serve(listener); close(done) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	sender, err := mail.NewSMTP("127.0.0.1", listener.Addr().(*net.TCPAddr).Port, "", "", "stoa@example.org")
	if err != nil {
		t.Fatal(err)
	}
	return kept, sender
}

func headersOf(t *testing.T, raw []byte) (*netmail.Message, []string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return m, slices.Sorted(maps.Keys(m.Header))
}

// Whatever people write into names, subjects and texts, a mail
// has the same headers and goes to one address, or is refused.
func TestNobodyAddsHeadersOrRecipients(t *testing.T) {
	t.Parallel()
	kept, sender := serve(t)
	plain := mail.Message{From: "Aldermere", To: "asha@example.org", Subject: "Hello", Text: "Hello"}
	if err := sender.Send(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
	_, raw := kept.take()
	_, want := headersOf(t, raw)
	pieces := []string{
		"\r\n", "\n", "\r", "\r\nBcc: everybody@example.org", "\nTo: other@example.org", "\r\n\r\n<html>",
		"Bcc: x@example.org", "=?utf-8?q?=0D=0ABcc:_x@example.org?=", "\u2028Bcc: x", "\x00", "\x0b", "\u0085",
		"\"", "\\", "<", ">", ",", ";", ":", "(", ")", "@", "@example.org", " ", "é", "नमस्ते", "😀", "Asha",
		strings.Repeat("x", 1200), "\r\n.\r\n", "\r\n.\r\nMAIL FROM:<x@example.org>\r\n", "asha@example.org", "%0d%0a",
	}
	chance := rand.New(rand.NewPCG(7, 7))
	piece := func() string {
		var b strings.Builder
		for range 1 + chance.IntN(4) {
			b.WriteString(pieces[chance.IntN(len(pieces))])
		}
		return b.String()
	}
	sent, refused := 0, 0
	for range 600 {
		m := plain
		switch chance.IntN(4) {
		case 0:
			m.From = piece()
		case 1:
			m.To = piece()
		case 2:
			m.Subject = piece()
		default:
			m.From, m.Subject, m.Text = piece(), piece(), piece()
		}
		if err := sender.Send(t.Context(), m); err != nil {
			kept.take()
			refused++
			if m.To == plain.To {
				t.Errorf("%+q never arrives: %v", m, err)
			}
			continue
		}
		sent++
		to, raw := kept.take()
		message, got := headersOf(t, raw)
		if !slices.Equal(got, want) || slices.ContainsFunc(got, func(name string) bool {
			return len(message.Header[name]) != 1
		}) {
			t.Errorf("%+q: headers %v, want %v", m, got, want)
		}
		list, err := message.Header.AddressList("To")
		if err != nil || len(list) != 1 || len(to) != 1 || list[0].Address != to[0] {
			t.Errorf("%+q: goes to %v and says %v", m, to, list)
		}
		if from, err := message.Header.AddressList("From"); err != nil || len(from) != 1 ||
			from[0].Address != "stoa@example.org" {
			t.Errorf("%+q: says it is from %v", m, from)
		}
	}
	if sent < 300 {
		t.Errorf("only %d were sent, %d refused: too few to show anything", sent, refused)
	}
	t.Logf("%d sent, %d refused", sent, refused)
}

// A server that does not answer is an error, so that the queue tries again.
func TestASilentServerIsAnError(t *testing.T) {
	t.Parallel()
	sender, err := mail.NewSMTP("127.0.0.1", 1, "", "", "stoa@example.org")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := sender.Send(t.Context(), mail.Message{From: "A", To: "a@example.org"}); err == nil ||
		errors.Is(err, io.EOF) && time.Since(began) > time.Minute {
		t.Errorf("err = %v", err)
	}
}
