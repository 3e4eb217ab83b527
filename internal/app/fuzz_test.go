package app_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"stoa/internal/apptest"
	"stoa/internal/base/viewer"
)

// mutations of each operation in make test; STOA_FUZZ asks for another number, STOA_SEED for the same ones again.
const mutations = 60

// mutant makes requests from the contract: mostly of the right shape,
// with values from the edges, and now and then of no shape at all.
type mutant struct {
	*rand.Rand
	ids     []string
	schemas huma.Registry
}

var edges = []string{
	"", " ", "a", "null", "0", "-1", "true", "[]", "{}", "'", "\"", "\\", "%", "_",
	"%00", "../../etc/passwd", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${x}",
	"\u202eabc", "e\u0301", "İstanbul", "ß", "ﬀ", "😀", "👨‍👩‍👧", "\ufeff", "\u0000", "\u2028", "a\r\nX: y", "=1+1",
	"@x", "$1", "|&!():*<->", "a & b | !c", "\"unclosed", strings.Repeat("a", 300),
	strings.Repeat("ab ", 2000), strings.Repeat("(", 500), strings.Repeat("*", 1000), "[x](javascript:alert(1))",
	"$$\\frac{1}{", "```\n", "9999-12-31T23:59:59Z", "0000-00-00", "2026-02-30T00:00:00Z",
	"1e999", "18446744073709551616", "NaN", "2018-2015", "0000", "9999-9999", "eyJhIjoxfQ",
}

func (m mutant) text() string {
	switch m.IntN(6) {
	case 0:
		return m.ids[m.IntN(len(m.ids))]
	case 1:
		raw := make([]rune, m.IntN(40))
		for i := range raw {
			raw[i] = rune(m.IntN(0x2000))
		}
		return string(raw)
	case 2:
		return edges[m.IntN(len(edges))] + edges[m.IntN(len(edges))]
	}
	return edges[m.IntN(len(edges))]
}

func (m mutant) number() any {
	return []any{
		0, 1, -1, 2, 7, 100, 101, 2018, 65536, -2147483649, 9007199254740993, json.Number("1e400"),
		json.Number("-1e-400"), json.Number("123456789012345678901234567890"), 0.5, 1e21,
	}[m.IntN(16)]
}

// anything is a value of no particular kind.
func (m mutant) anything(depth int) any {
	switch m.IntN(8) {
	case 0:
		return nil
	case 1:
		return m.IntN(2) == 0
	case 2, 3:
		return m.number()
	case 4:
		if depth < 4 {
			return []any{m.anything(depth + 1), m.anything(depth + 1)}
		}
	case 5:
		if depth < 4 {
			return map[string]any{m.text(): m.anything(depth + 1)}
		}
	}
	return m.text()
}

// value is one of a schema, wrong about once in ten.
func (m mutant) value(s *huma.Schema, depth int) any {
	if s != nil && s.Ref != "" {
		s = m.schemas.SchemaFromRef(s.Ref)
	}
	if s == nil || depth > 6 || m.IntN(12) == 0 {
		return m.anything(depth)
	}
	if len(s.Enum) > 0 && m.IntN(5) > 0 {
		return s.Enum[m.IntN(len(s.Enum))]
	}
	switch s.Type {
	case huma.TypeString:
		switch {
		case s.Format == "uuid" && m.IntN(8) > 0:
			return m.ids[m.IntN(len(m.ids))]
		case s.Format == "date-time" && m.IntN(3) > 0:
			return time.Unix(m.Int64N(4e9), 0).UTC().Format(time.RFC3339)
		}
		text := m.text()
		if s.MaxLength != nil && len(text) > *s.MaxLength && m.IntN(3) > 0 {
			text = strings.ToValidUTF8(text[:*s.MaxLength], "")
		}
		return text
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil && s.Maximum != nil && m.IntN(3) > 0 {
			return int(*s.Minimum) + m.IntN(int(*s.Maximum-*s.Minimum)+1)
		}
		return m.number()
	case huma.TypeBoolean:
		return m.IntN(2) == 0
	case huma.TypeArray:
		list := make([]any, m.IntN(4))
		for i := range list {
			list[i] = m.value(s.Items, depth+1)
		}
		return list
	case huma.TypeObject:
		object := map[string]any{}
		for name, property := range s.Properties {
			if m.IntN(10) > 0 {
				object[name] = m.value(property, depth+1)
			}
		}
		if m.IntN(20) == 0 {
			object[m.text()] = m.anything(0)
		}
		return object
	}
	return m.anything(depth)
}

func (m mutant) body(op *huma.Operation) any {
	if op.RequestBody == nil {
		return nil
	}
	for kind, media := range op.RequestBody.Content {
		if kind != "application/json" {
			raw := make([]byte, m.IntN(3000))
			for i := range raw {
				raw[i] = byte(m.Uint32())
			}
			return raw
		}
		whole, err := json.Marshal(m.value(media.Schema, 0))
		if err != nil {
			return "{"
		}
		switch m.IntN(25) {
		case 0:
			return string(whole[:m.IntN(len(whole)+1)])
		case 1:
			return string(whole) + string(whole)
		case 2:
			at := m.IntN(len(whole) + 1)
			return string(whole[:at]) + string(rune(m.IntN(256))) + string(whole[at:])
		case 3:
			return strings.Repeat("[", 20_000)
		}
		return string(whole)
	}
	return nil
}

// cursor is a forged one: what the places of our lists are made of, with values from the edges.
func (m mutant) cursor() string {
	place := map[string]any{}
	for _, name := range []string{"f", "t", "y", "n", "i", "s", "At", "ID", "Year", "Code"} {
		if m.IntN(4) > 0 {
			place[name] = m.anything(2)
		}
		if (name == "i" || name == "ID") && m.IntN(5) > 0 {
			place[name] = m.ids[m.IntN(len(m.ids))]
		}
		if (name == "y" || name == "t" || name == "Year" || name == "s") && m.IntN(5) > 0 {
			place[name] = m.number()
		}
		if (name == "n" || name == "Code") && m.IntN(5) > 0 {
			place[name] = m.text()
		}
	}
	raw, err := json.Marshal(place)
	if err != nil {
		return "x"
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (m mutant) address(op *huma.Operation) string {
	path := op.Path
	query := url.Values{}
	for _, p := range op.Parameters {
		switch p.In {
		case "path":
			id := m.ids[m.IntN(len(m.ids))]
			if m.IntN(10) == 0 {
				id = url.PathEscape(m.text())
			}
			path = strings.ReplaceAll(path, "{"+p.Name+"}", id)
		case "query":
			if m.IntN(2) == 0 {
				continue
			}
			value := m.value(p.Schema, 0)
			if p.Name == "cursor" && m.IntN(3) > 0 {
				value = m.cursor()
			}
			if list, ok := value.([]any); ok {
				for _, v := range list {
					query.Add(p.Name, fmt.Sprint(v))
				}
				continue
			}
			query.Add(p.Name, fmt.Sprint(value))
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// No request, however shaped, is answered with a mistake of ours.
func TestNoRequestBreaksTheServer(t *testing.T) {
	t.Parallel()
	h := apptest.Open(t, 1)
	e := furnish(t, h)
	h.Person("asha@example.org", "", viewer.Admin, viewer.Instructor, viewer.Student)
	c := h.SignIn("asha@example.org")
	n, seed := mutations, rand.Uint64()
	if asked, err := strconv.Atoi(os.Getenv("STOA_FUZZ")); err == nil {
		n = asked
	}
	if asked, err := strconv.ParseUint(os.Getenv("STOA_SEED"), 10, 64); err == nil {
		seed = asked
	}
	t.Logf("seed %d: STOA_SEED=%d repeats it", seed, seed)
	m := mutant{
		Rand: rand.New(rand.NewPCG(seed, 0)),
		ids:  []string{uuid.Nil.String(), uuid.Max.String(), uuid.NewString()},
	}
	for _, id := range e {
		m.ids = append(m.ids, id.String())
	}
	schemas := contract().Components.Schemas
	sent, answers := 0, map[int]int{}
	eachOperation(func(op *huma.Operation) {
		m.schemas = schemas
		for range n {
			path, body := m.address(op), m.body(op)
			r, err := c.Try(op.Method, path, body)
			if err != nil {
				continue // the client itself refuses such an address
			}
			sent++
			answers[r.Status]++
			if r.Status >= 500 || r.Status == 0 {
				t.Errorf("%s %s\n%v\n%d %s", op.Method, path, body, r.Status, r.Body)
			}
			if r.Status == http.StatusTooManyRequests { // the time stands still: nobody would ever be let go on
				h.Clock.Advance(time.Hour)
			}
			if r.Status == http.StatusUnauthorized && c.Do("GET", "/me", nil).Status == http.StatusUnauthorized {
				h.Clock.Advance(time.Hour)
				c = h.SignIn("asha@example.org")
			}
		}
	})
	t.Logf("%d requests, answers %v", sent, answers)
}
