package app_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/apptest"
)

// spells are the ways in which bytes may be written into JSON.
func spells(secret []byte) []string {
	return []string{
		hex.EncodeToString(secret), base64.StdEncoding.EncodeToString(secret),
		base64.RawURLEncoding.EncodeToString(secret),
	}
}

// secretsOf is everything secret that the database holds of a house, in all spellings, by where it is.
func secretsOf(t *testing.T, h *apptest.House) map[string]string {
	t.Helper()
	conn := h.Place.Superuser(t)
	secrets := map[string]string{}
	for _, column := range []struct{ table, name string }{
		{"identity.session", "nonce"}, {"identity.session", "device_hash"}, {"identity.link", "hash"},
		{"identity.guess", "subject"}, {"identity.factor", "secret"}, {"identity.recovery_code", "hash"},
		{"identity.provider", "secret"},
	} {
		found, err := conn.Query(t.Context(), fmt.Sprintf("SELECT %s FROM %s WHERE tenant_id = $1",
			column.name, column.table), h.Tenant)
		if err != nil {
			t.Fatal(err)
		}
		for found.Next() {
			var secret []byte
			if err := found.Scan(&secret); err != nil {
				t.Fatal(err)
			}
			for _, s := range spells(secret) {
				secrets[s] = column.table + "." + column.name
			}
		}
	}
	return secrets
}

// overheard is what a house answered, to look through afterwards.
type overheard []answered

type answered struct{ who, operation, body string }

// excess is what an answer holds that its contract does not name.
func excess(op *huma.Operation, r apptest.Reply) []string {
	response := op.Responses[fmt.Sprint(r.Status)]
	if response == nil || r.Status >= 300 || r.Body == "" || response.Content["application/json"] == nil {
		return nil
	}
	schemas := contract().Components.Schemas
	var value any
	if err := json.Unmarshal([]byte(r.Body), &value); err != nil {
		return []string{err.Error()}
	}
	result := &huma.ValidateResult{}
	huma.Validate(schemas, response.Content["application/json"].Schema, huma.NewPathBuffer(nil, 0),
		huma.ModeReadFromServer, value, result)
	var list []string
	for _, e := range result.Errors {
		list = append(list, e.Error())
	}
	return list
}

// staffOnly are operations whose answers may name the addresses of others.
var staffOnly = []string{"verification-list", "audit-list", "audit-export", "roles-put"}

// noSecrets looks through what was answered: no secret of the database, and nobody's address but one's own.
func (o overheard) noSecrets(t *testing.T, h *apptest.House, addresses []string) {
	t.Helper()
	secrets := secretsOf(t, h)
	if len(secrets) < 30 {
		t.Fatalf("only %d secrets to look for", len(secrets))
	}
	for _, a := range o {
		for secret, where := range secrets {
			if strings.Contains(a.body, secret) {
				t.Errorf("%s answers %s with %s", a.operation, a.who, where)
			}
		}
		for _, address := range addresses {
			if address != a.who && strings.Contains(a.body, `"`+address+`"`) &&
				!slices.Contains(staffOnly, a.operation) {
				t.Errorf("%s tells %s the address of %s", a.operation, a.who, address)
			}
		}
	}
	t.Logf("%d answers looked through for %d spellings of secrets", len(o), len(secrets))
}

// A secret that stands in a request is not repeated in a problem.
func TestProblemsDoNotRepeatSecrets(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	canary := "canary-7d1f-of-a-secret"
	eachOperation(func(op *huma.Operation) {
		if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil || len(op.Security) > 0 {
			return
		}
		body := map[string]any{
			"email":            "x@example.org",
			"password":         canary,
			"token":            canary,
			"name":             "X",
			"current_password": canary,
		}
		if r := h.Client().Do(op.Method, op.Path, body); strings.Contains(r.Body, canary) {
			t.Errorf("%s repeats a secret: %s", op.OperationID, r.Body)
		}
		r := h.Client().Do(op.Method, op.Path, `{"password": "`+canary+`", `)
		if r.Status < http.StatusBadRequest || strings.Contains(r.Body, canary) {
			t.Errorf("%s repeats a secret of a broken body: %d %s", op.OperationID, r.Status, r.Body)
		}
	})
}
