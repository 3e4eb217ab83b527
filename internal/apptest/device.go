package apptest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
)

// Phone is somebody's phone with an authenticator app.
type Phone struct {
	House  *House
	Secret string
}

// Code is what the app shows now.
func (p Phone) Code(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(p.Secret, p.House.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// AddPhone sets an app up and returns the recovery codes that came with it.
func AddPhone(t *testing.T, c *Client) (Phone, []string) {
	t.Helper()
	var begun struct{ ID, Secret, Address, Picture string }
	c.Do("POST", "/me/factors/apps", map[string]string{"name": "Phone"}).JSON(t, &begun)
	if !strings.HasPrefix(begun.Address, "otpauth://totp/") ||
		!strings.HasPrefix(begun.Picture, "data:image/png;base64,") {
		t.Fatalf("%+v", begun)
	}
	p := Phone{House: c.House, Secret: begun.Secret}
	r := c.Do("PUT", "/me/factors/"+begun.ID+"/confirmation", map[string]string{"code": p.Code(t)})
	if r.Status != http.StatusOK {
		t.Fatalf("confirm: %d %s", r.Status, r.Body)
	}
	var added struct {
		Codes []string `json:"recovery_codes"`
	}
	r.JSON(t, &added)
	return p, added.Codes
}

// Half is a sign-in whose password was right.
type Half struct {
	Challenge string
	Factors   []string
	Passkey   json.RawMessage
}

// HalfIn gives the right password of somebody who has a second factor.
func (h *House) HalfIn(t *testing.T, email string) (*Client, Half) {
	t.Helper()
	c := h.Client()
	r := c.Do("POST", "/auth/sessions", map[string]string{"email": email, "password": Password})
	if r.Status != http.StatusUnauthorized || r.Problem() != "second-factor" || c.Token != "" || len(c.Cookies) > 0 {
		t.Fatalf("a password alone must not be enough: %d %s", r.Status, r.Body)
	}
	var problem struct{ Details Half }
	r.JSON(t, &problem)
	return c, problem.Details
}

// Key is a passkey in somebody's hand.
type Key struct {
	RP            virtualwebauthn.RelyingParty
	Authenticator virtualwebauthn.Authenticator
	Credential    virtualwebauthn.Credential
}

// NewKey is an empty one for a person.
func NewKey(h *House, person uuid.UUID) *Key {
	k := &Key{
		RP: virtualwebauthn.RelyingParty{ID: h.Host, Name: "Test Institute", Origin: "http://" + h.Host},
		Authenticator: virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{
			UserHandle: person[:],
		}),
		Credential: virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2),
	}
	k.Authenticator.AddCredential(k.Credential)
	return k
}

// Make answers a creation's options as a browser does.
func (k *Key) Make(t *testing.T, options json.RawMessage) json.RawMessage {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(virtualwebauthn.CreateAttestationResponse(k.RP, k.Authenticator, k.Credential, *parsed))
}

// Use answers the options of a sign-in as a browser does.
func (k *Key) Use(t *testing.T, options json.RawMessage) json.RawMessage {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	k.Credential.Counter++
	return json.RawMessage(virtualwebauthn.CreateAssertionResponse(k.RP, k.Authenticator, k.Credential, *parsed))
}

// Ceremony is what a browser is asked to do with a passkey.
type Ceremony struct {
	Challenge string
	Options   json.RawMessage
}

// AddKey adds a passkey to the account of a client.
func AddKey(t *testing.T, c *Client, k *Key) Reply {
	t.Helper()
	var begun Ceremony
	c.Do("POST", "/me/factors/passkey-challenges", map[string]string{"name": "Laptop"}).JSON(t, &begun)
	return c.Do("POST", "/me/factors/passkeys", map[string]any{
		"challenge": begun.Challenge, "credential": k.Make(t, begun.Options),
	})
}
