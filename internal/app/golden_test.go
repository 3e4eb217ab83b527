package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"stoa/internal/app"
	"stoa/internal/base/config"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/nav"
	"stoa/internal/base/permit"
	"stoa/internal/directory"
)

var update = flag.Bool("update", false, "write the generated files instead of comparing them")

const root = "../../"

func golden(t *testing.T, name string, content []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(root+name, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(root + name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, content) {
		t.Errorf("%s is not what the code says: run make gen and look at the difference", name)
	}
}

// The public contract changes only when somebody commits the change.
func TestGoldenContract(t *testing.T) {
	t.Parallel()
	raw, err := json.MarshalIndent(app.Contract(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "api/openapi.json", append(raw, '\n'))
}

func TestGoldenSchema(t *testing.T) {
	t.Parallel()
	golden(t, "db/schema.sql", []byte(dbtest.Schema(t, dbtest.Superuser(t))))
}

// What the directory is narrowed by, for screens.
func TestGoldenDimensions(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	out.WriteString("/** Made by `make gen` from internal/directory/dimension.go: what people are narrowed by, in " +
		"the order of the screen;\n * all values, where there are only some. */\nexport const dimensions = {\n")
	for _, d := range directory.Dimensions {
		values := "null"
		if d.Values != nil {
			values = `["` + strings.Join(d.Values, `", "`) + `"]`
		}
		fmt.Fprintf(&out, "  %s: %s,\n", d.Name, values)
	}
	out.WriteString("} as const;\n")
	golden(t, "web/src/features/directory/dimensions.ts", []byte(out.String()))
}

func TestGoldenPermissions(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	out.WriteString("# Who may do what\n\nMade by `make gen` from what the modules declare " +
		"(`internal/*/permission.go`). One person can hold several roles and may do what any of them may.\nA " +
		"banned person may do nothing. The contract names for each operation what it needs (`x-access`, " +
		"`x-relation`).\n\n| permission | means |")
	for _, g := range permit.Groups {
		fmt.Fprintf(&out, " %s |", g)
	}
	out.WriteString("\n|---|---|" + strings.Repeat(":-:|", len(permit.Groups)) + "\n")
	for _, p := range permit.All() {
		fmt.Fprintf(&out, "| `%s` | %s |", p.Name, p.Means)
		for _, g := range permit.Groups {
			mark := ""
			if slices.Contains(p.To, g) {
				mark = "yes"
			}
			fmt.Fprintf(&out, " %s |", mark)
		}
		out.WriteString("\n")
	}
	out.WriteString("\n## What one must be to the object\n\nNobody acts upon themselves, or upon somebody whose " +
		"role is not below theirs.\n\n| relation | means | or has |\n|---|---|---|\n")
	for _, r := range permit.Relations() {
		or := ""
		if r.Or != nil {
			or = "`" + string(r.Or.Name) + "`"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", r.Name, r.Means, or)
	}
	golden(t, "docs/permissions.md", []byte(out.String()))
}

// The front end's shell and palette draw the places that Go draws.
func TestGoldenPlaces(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	out.WriteString("// Made by `make gen` from what the modules declare (internal/*/place.go).\n" +
		"import type { Place } from \"./places\";\n\nexport const places: Place[] = [\n")
	for _, p := range nav.All() {
		entry := struct {
			nav.Place
			Needs permit.Name `json:"needs,omitempty"`
		}{Place: p}
		if p.Needs != nil {
			entry.Needs = p.Needs.Name
		}
		raw, err := json.Marshal(entry)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "  %s,\n", raw)
	}
	out.WriteString("];\n")
	golden(t, "web/src/ui/places.gen.ts", out.Bytes())
}

func TestGoldenConfiguration(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	out.WriteString("# Configuration\n\nMade by `make gen` from `internal/base/config/config.go`. Each setting is " +
		"a flag of `stoa serve` and a variable of the environment; flags win. The\nconfiguration is printed at " +
		"start with secrets blanked.\n\n| flag | variable | default | what |\n|---|---|---|---|\n")
	for _, f := range reflect.VisibleFields(reflect.TypeFor[config.Config]()) {
		name := f.Tag.Get("name")
		if name == "" {
			name = kebab(f.Name)
		}
		fmt.Fprintf(&out, "| `--%s` | `%s` | %s | %s |\n", name, f.Tag.Get("env"), code(f.Tag.Get("default")),
			f.Tag.Get("help"))
	}
	golden(t, "docs/configuration.md", []byte(out.String()))
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// kebab is a field's flag, as kong names it.
func kebab(s string) string {
	var out []rune
	runes := []rune(s)
	for i, r := range runes {
		upper := r >= 'A' && r <= 'Z'
		if upper && i > 0 &&
			(runes[i-1] < 'A' || runes[i-1] > 'Z' || i+1 < len(runes) && runes[i+1] >= 'a' && runes[i+1] <= 'z') {
			out = append(out, '-')
		}
		out = append(out, r)
	}
	return strings.ToLower(string(out))
}

// The generator of the queries' code takes minutes to build, so this compares a digest
// of what goes in and what came out; make gen writes it after it has run the generator.
func TestGoldenQueries(t *testing.T) {
	t.Parallel()
	h := sha256.New()
	for _, pattern := range []string{
		"sqlc.yaml", "migrations/*.sql", "internal/*/queries/*.sql", "internal/*/internal/db/*.go",
	} {
		files, err := filepath.Glob(root + pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v %v", pattern, files, err)
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%s %d\n", strings.TrimPrefix(f, root), len(raw))
			h.Write(raw)
		}
	}
	golden(t, "internal/queries.lock", fmt.Appendf(nil, "%x\n", h.Sum(nil)))
}
