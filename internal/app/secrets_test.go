package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/app"
	"stoa/internal/base/leaktest"
	"stoa/internal/base/oidctest"
	"stoa/internal/base/telemetry"
)

// never are texts that no log line and no answer of any test may hold: the password of all test
// people, a password's hash, the beginning of a signed token, what providers know a house by.
var never = []string{password, "$argon2id$", "eyJhbGciOiJFZERTQSI", oidctest.ClientSecret}

// inLogs collects what the whole run logged that it should not have, and its errors.
var inLogs struct {
	sync.Mutex
	lines  []string
	total  int
	errors []string
}

// logWatch is where the run's log goes, with every detail; errors are shown with -v.
type logWatch struct{}

func (logWatch) Write(line []byte) (int, error) {
	inLogs.Lock()
	defer inLogs.Unlock()
	inLogs.total++
	for _, secret := range never {
		if bytes.Contains(line, []byte(secret)) {
			inLogs.lines = append(inLogs.lines, string(line))
		}
	}
	if bytes.Contains(line, []byte(`"level":"ERROR"`)) {
		inLogs.errors = append(inLogs.errors, string(line))
		if testing.Verbose() {
			_, _ = os.Stderr.Write(line)
		}
	}
	return len(line), nil
}

// The log of the whole run, at its finest level, holds no secret.
func TestMain(m *testing.M) {
	slog.SetDefault(telemetry.Logger(logWatch{}, true, slog.LevelDebug))
	code := m.Run()
	nowhereClose()
	code = leaktest.Check(code)
	inLogs.Lock()
	defer inLogs.Unlock()
	if len(inLogs.lines) > 0 {
		fmt.Fprintf(os.Stderr, "%d of %d log lines hold a secret, as:\n%s", len(inLogs.lines), inLogs.total,
			inLogs.lines[0])
		code = 1
	}
	os.Exit(code)
}

// spells are the ways in which bytes may be written into JSON.
func spells(secret []byte) []string {
	return []string{
		hex.EncodeToString(secret), base64.StdEncoding.EncodeToString(secret),
		base64.RawURLEncoding.EncodeToString(secret),
	}
}

// secretsOf is everything secret that the database holds of a house, in all spellings, by where it is.
func (h *house) secretsOf(t *testing.T) map[string]string {
	t.Helper()
	conn := h.place.superuser(t)
	secrets := map[string]string{}
	for _, column := range []struct{ table, name string }{
		{"identity.session", "nonce"}, {"identity.session", "device_hash"}, {"identity.link", "hash"},
		{"identity.guess", "subject"}, {"identity.factor", "secret"}, {"identity.recovery_code", "hash"},
		{"identity.provider", "secret"},
	} {
		found, err := conn.Query(t.Context(), fmt.Sprintf("SELECT %s FROM %s WHERE tenant_id = $1",
			column.name, column.table), h.tenant)
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
func excess(op *huma.Operation, r reply) []string {
	response := op.Responses[fmt.Sprint(r.status)]
	if response == nil || r.status >= 300 || r.body == "" || response.Content["application/json"] == nil {
		return nil
	}
	schemas := app.Contract().Components.Schemas
	var value any
	if err := json.Unmarshal([]byte(r.body), &value); err != nil {
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
func (o overheard) noSecrets(t *testing.T, h *house, addresses []string) {
	t.Helper()
	secrets := h.secretsOf(t)
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
	h := open(t, 1)
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
		if r := h.client().do(op.Method, op.Path, body); strings.Contains(r.body, canary) {
			t.Errorf("%s repeats a secret: %s", op.OperationID, r.body)
		}
		r := h.client().do(op.Method, op.Path, `{"password": "`+canary+`", `)
		if r.status < http.StatusBadRequest || strings.Contains(r.body, canary) {
			t.Errorf("%s repeats a secret of a broken body: %d %s", op.OperationID, r.status, r.body)
		}
	})
}
