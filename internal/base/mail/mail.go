// Package mail sends messages: to an SMTP server, or into a mailbox that can be read in the demo and in tests.
package mail

import (
	"context"
	"fmt"
	netmail "net/mail"
	"strings"
	"sync"
	"time"
	"unicode"

	"stoa/internal/base/work"

	gomail "github.com/wneessen/go-mail"

	"github.com/google/uuid"
)

// Message is a mail.
type Message struct {
	Tenant  uuid.UUID `json:"tenant"`
	From    string    `json:"from"` // the institution's name
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
}

// Sender delivers one message.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Post takes messages on their way: work.Kind.Enqueue adds one to the transaction that it tells about.
type Post = work.Kind[Message]

// NewPost has a sender deliver what is posted.
func NewPost(q *work.Queue, s Sender) Post {
	return work.Handle(q, work.Job{Name: "mail", Line: work.Mail}, s.Send)
}

// SMTP sends through a mail server.
type SMTP struct {
	client *gomail.Client
	sender string
}

// NewSMTP is a sender for a server; STARTTLS is used where the server offers it. With a user it signs in.
func NewSMTP(host string, port int, user, password, sender string) (*SMTP, error) {
	options := []gomail.Option{
		gomail.WithPort(port), gomail.WithTLSPolicy(gomail.TLSOpportunistic), gomail.WithTimeout(20 * time.Second),
	}
	if user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user),
			gomail.WithPassword(password), gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	client, err := gomail.NewClient(host, options...)
	return &SMTP{client, sender}, err
}

// Send delivers a message or says why not; the queue tries again.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg := gomail.NewMsg()
	// net/mail cannot read a backslash that it wrote
	from := netmail.Address{Name: strings.ReplaceAll(oneLine(m.From), `\`, "/"), Address: s.sender}
	if err := msg.From(from.String()); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return fmt.Errorf("recipient: %w", err)
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return s.client.DialAndSendWithContext(ctx, msg)
}

// oneLine is a text without what could end a header's line, and no longer than a line may be.
func oneLine(text string) string {
	line := []rune(strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u0020'
	}), " "))
	return string(line[:min(len(line), 250)])
}

// Received is a message in the mailbox.
type Received struct {
	Message
	At time.Time `json:"at"`
}

// Mailbox keeps the newest messages in memory instead of sending them.
type Mailbox struct {
	mu       sync.Mutex
	messages []Received
}

const mailboxSize = 500

// Send keeps the message.
func (b *Mailbox) Send(_ context.Context, m Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, Received{m, time.Now().UTC()})
	if len(b.messages) > mailboxSize {
		b.messages = b.messages[len(b.messages)-mailboxSize:]
	}
	return nil
}

// List is an institution's messages, newest first; an address narrows it.
func (b *Mailbox) List(tenant uuid.UUID, to string) []Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := []Received{}
	for i := len(b.messages) - 1; i >= 0; i-- {
		if m := b.messages[i]; m.Tenant == tenant && (to == "" || m.To == to) {
			list = append(list, m)
		}
	}
	return list
}
