// Command newmodule writes a module that works: a table, its verbs, operations, permissions and probes, a list and a
// form, a place in the navigation, and the tests of all that. It is the shape that a module has here; what the
// module is about takes the place of its name and text.
package main

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

//go:embed all:skeleton
var skeleton embed.FS

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: newmodule <module, as clubs> <what it has many of, as club>")
		os.Exit(2)
	}
	files, err := generate(".", os.Args[1], os.Args[2])
	for name, content := range files {
		if err == nil {
			err = write(name, content)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "newmodule:", err)
		os.Exit(1)
	}
	fmt.Printf("internal/%s and web/src/features/%[1]s are written and wired; make gen makes the rest.\n", os.Args[1])
}

func write(name string, content []byte) error {
	// #nosec G301 -- source, which everybody reads
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	// #nosec G306 -- the same
	return os.WriteFile(name, content, 0o644)
}

// module is what the skeleton speaks of.
type module struct {
	Module, Noun string // clubs, club
	Title, Type  string // Clubs, Club
	Number       string // of its migration
}

// generate is what the tree in root must hold for a module to be there, by path: its own files, and those that know
// all modules, with their line for it.
func generate(root, name, noun string) (map[string][]byte, error) {
	word := regexp.MustCompile(`^[a-z]{3,20}$`)
	if !word.MatchString(name) || !word.MatchString(noun) || name == noun {
		return nil, fmt.Errorf("%s and %s: two different words of 3 to 20 small letters are needed", name, noun)
	}
	if _, err := os.Stat(filepath.Join(root, "internal", name)); err == nil {
		return nil, fmt.Errorf("there is a module %s already", name)
	}
	if screens, _ := filepath.Glob(filepath.Join(root, "web/src/routes/_app", name+".*")); screens != nil {
		return nil, fmt.Errorf("there is a screen at /%s already", name)
	}
	migrations, err := filepath.Glob(filepath.Join(root, "migrations", "0*.sql"))
	if err != nil {
		return nil, err
	}
	var last int
	if _, err := fmt.Sscanf(filepath.Base(migrations[len(migrations)-1]), "%d", &last); err != nil {
		return nil, err
	}
	m := module{
		Module: name, Title: capital(name), Noun: noun, Type: capital(noun), Number: fmt.Sprintf("%05d", last+1),
	}
	files, err := m.own()
	if err != nil {
		return nil, err
	}
	if err := m.wire(root, files); err != nil {
		return nil, err
	}
	return files, nil
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// names puts the module's into paths and lines.
func (m module) names() *strings.Replacer {
	return strings.NewReplacer("MODULE", m.Module, "NOUN", m.Noun, "TITLE", m.Title, "TYPE", m.Type, "NUMBER", m.Number)
}

// own are the module's own files.
func (m module) own() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(skeleton, "skeleton", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := template.New(path).Delims("«", "»").ParseFS(skeleton, path)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := text.ExecuteTemplate(&out, filepath.Base(path), m); err != nil {
			return err
		}
		name := m.names().Replace(strings.TrimSuffix(strings.TrimPrefix(path, "skeleton/"), ".tmpl"))
		files[name] = out.Bytes()
		if strings.HasSuffix(name, ".go") {
			files[name], err = format.Source(out.Bytes())
		}
		return err
	})
	return files, err
}

// wire adds the files that know all modules, with a line for this one.
func (m module) wire(root string, files map[string][]byte) error {
	for _, change := range []struct{ file, before, line string }{
		{"internal/app/modules.go", "\n}\n\n// What modules have", "\n\tTITLE *MODULE.Service"},
		{"internal/app/modules.go", "\n\ta.Directory, err =", "\n\ta.TITLE = MODULE.New(a.db, a.clock)"},
		{"internal/app/modules.go", "\n\t\"stoa/internal/tenancy\"\n)", "\n\t\"stoa/internal/MODULE\""},
		{"internal/app/modules_test.go", "\n\t}\n}\n\n// estate is", "\n\t\tMODULEtest.Probe(a.TITLE),"},
		{"internal/app/modules_test.go", "\n\t\"stoa/internal/tenancy/", "\n\t\"stoa/internal/MODULE/MODULEtest\""},
		{"internal/arch_test.go", "\n}\n\n// above may", "\n\t\"MODULE\": {\"audit\", \"tenancy\", \"identity\"},"},
		{"sqlc.yaml", "\n        overrides:", "\n          MODULE_NOUN: TYPE"},
		{"sqlc.yaml", "\n  - {engine: postgresql, schema: migrations, queries: internal/audit/queries",
			"\n  - {engine: postgresql, schema: migrations, queries: internal/MODULE/queries, " +
				"gen: {go: {<<: *go, out: internal/MODULE/internal/db}}}"},
	} {
		content, read := files[change.file]
		if !read {
			var err error
			if content, err = os.ReadFile(filepath.Join(root, change.file)); err != nil {
				return err
			}
		}
		line := m.names().Replace(change.line)
		before, after, found := strings.Cut(string(content), change.before)
		if !found {
			return fmt.Errorf("%s: there is no %q", change.file, change.before)
		}
		files[change.file] = []byte(before + line + change.before + after)
	}
	for _, name := range []string{"internal/app/modules.go", "internal/app/modules_test.go", "internal/arch_test.go"} {
		formatted, err := format.Source(files[name])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		files[name] = formatted
	}
	return m.name(root, files)
}

// name gives the module's place in the navigation a name in every language, where the alphabet has it.
func (m module) name(root string, files map[string][]byte) error {
	catalogues, err := filepath.Glob(filepath.Join(root, "web/src/lib/messages/core.*.json"))
	if err != nil {
		return err
	}
	ours := fmt.Sprintf("  \"nav.%s\": \"%s\",", m.Module, m.Title)
	for _, path := range catalogues {
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		lines := strings.Split(string(raw), "\n")
		at := slices.IndexFunc(lines, func(l string) bool {
			return strings.HasPrefix(l, "  \"nav.") && l > ours || strings.HasPrefix(l, "  \"") && l > "  \"nav.~"
		})
		if at < 0 {
			return fmt.Errorf("%s: no message comes after nav", path)
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files[file] = []byte(strings.Join(slices.Insert(lines, at, ours), "\n"))
	}
	return nil
}
