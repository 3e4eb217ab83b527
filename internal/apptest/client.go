package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
)

// FromBrowser is what a browser says of a request of its own page.
func (h *House) FromBrowser() http.Header {
	return http.Header{"Origin": {"http://" + h.Host}, "Sec-Fetch-Site": {"same-origin"}}
}

// Client is a browser or a program: it keeps cookies and the access token.
type Client struct {
	House   *House
	Server  int
	Token   string
	Cookies map[string]string
}

// Client is a new browser, of which nothing is known.
func (h *House) Client() *Client { return &Client{House: h, Cookies: map[string]string{}} }

// SignIn signs somebody in.
func (h *House) SignIn(email string) *Client {
	h.T.Helper()
	c := h.Client()
	r := c.Do("POST", "/auth/sessions", map[string]string{"email": email, "password": Password})
	if r.Status != http.StatusCreated {
		h.T.Fatalf("sign in as %s: %d %s", email, r.Status, r.Body)
	}
	return c
}

// Reply is what a house answers.
type Reply struct {
	Status int
	Body   string
	Header http.Header
}

// JSON decodes the body.
func (r Reply) JSON(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.Body), into); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
}

// Problem is the last part of a problem’s type: “email-unverified”.
func (r Reply) Problem() string {
	var p struct{ Type string }
	_ = json.Unmarshal([]byte(r.Body), &p)
	return strings.TrimPrefix(p.Type, "/problems/")
}

// Do sends a request; body is marshalled unless it is already text.
func (c *Client) Do(method, path string, body any) Reply {
	c.House.T.Helper()
	r, err := c.Try(method, path, body)
	if err != nil {
		c.House.T.Fatal(err)
	}
	return r
}

// DoWith is Do with headers.
func (c *Client) DoWith(header http.Header, method, path string, body any) Reply {
	c.House.T.Helper()
	r, err := c.TryWith(header, method, path, body)
	if err != nil {
		c.House.T.Fatal(err)
	}
	return r
}

// Try is Do that may fail, as where the server goes away.
func (c *Client) Try(method, path string, body any) (Reply, error) {
	return c.TryWith(nil, method, path, body)
}

// TryWith is Try with headers.
func (c *Client) TryWith(header http.Header, method, path string, body any) (Reply, error) {
	var content io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case []byte: // a file
		content, kind = bytes.NewReader(b), "application/octet-stream"
	case string:
		content = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return Reply{}, err
		}
		content = bytes.NewReader(raw)
	}
	if !strings.HasPrefix(path, "/healthz") && !strings.HasPrefix(path, "/.well") {
		path = "/api/v1" + path
	}
	req, err := http.NewRequest(method, c.House.Servers[c.Server].URL+path, content)
	if err != nil {
		return Reply{}, err
	}
	req.Host = c.House.Host
	if content != nil {
		req.Header.Set("Content-Type", kind)
	}
	maps.Copy(req.Header, header)
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	for name, value := range c.Cookies {
		if strings.HasPrefix(path, "/api/v1/auth") {
			req.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return Reply{}, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return Reply{}, err
	}
	for _, cookie := range answer.Cookies() {
		if cookie.MaxAge < 0 {
			delete(c.Cookies, cookie.Name)
		} else {
			c.Cookies[cookie.Name] = cookie.Value
		}
	}
	var signedIn struct {
		Token string `json:"access_token"`
	}
	if json.Unmarshal(raw, &signedIn) == nil && signedIn.Token != "" {
		c.Token = signedIn.Token
	}
	for _, secret := range Never {
		if secret != Never[2] && bytes.Contains(raw, []byte(secret)) { // a token is what some answers are for
			c.House.T.Errorf("%s %s answers with a secret", method, path)
		}
	}
	return Reply{answer.StatusCode, string(raw), answer.Header}, nil
}

// Fork is another tab of the same browser, or a thief with a copy of everything but the browser's secret.
func (c *Client) Fork() *Client {
	copied := &Client{House: c.House, Server: c.Server, Token: c.Token, Cookies: map[string]string{}}
	for k, v := range c.Cookies {
		copied.Cookies[k] = v
	}
	return copied
}

// Ask sends a request to the whole of a house, not to its API alone.
func (h *House) Ask(method, path, host string, header http.Header) Reply {
	h.T.Helper()
	req, err := http.NewRequest(method, h.Servers[0].URL+path, nil)
	if err != nil {
		h.T.Fatal(err)
	}
	req.Host = host
	for name, values := range header {
		req.Header[name] = values
	}
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := stay.Do(req)
	if err != nil {
		h.T.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		h.T.Fatal(err)
	}
	return Reply{Status: r.StatusCode, Body: string(raw), Header: r.Header}
}
