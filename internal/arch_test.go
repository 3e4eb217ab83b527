// Package internal_test is the architecture, written so that it can fail.
package internal_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"stoa/internal/base/dbtest"
)

// mayImport: module to the modules it may use. Every module may use base; app and demo stand above all of them. Read it
// top-down: the arrows only point up.
var mayImport = map[string][]string{
	"audit":     {},
	"tenancy":   {"audit"},
	"identity":  {"audit", "tenancy"},
	"courses":   {"audit", "tenancy", "identity"},
	"progress":  {"audit", "tenancy", "identity", "courses"},
	"directory": {"audit", "tenancy", "identity"},
}

// above may import every module and touch every schema: wiring, the whole of
// it for tests, data for all of them, and screens that show several.
var above = []string{"app", "apptest", "demo", "screen"}

// standing are the schemas that no module owns.
var standing = map[string]string{
	"cache":  "base/cache's, of answers that are kept for a request's key",
	"public": "the record of migrations, and what extensions bring",
}

// mayRead: tables or views of another schema that a module's SQL may name.
var mayRead = map[string][]string{}

// mayBypass: who may call db.Unscoped, the pool that sees no institution.
var mayBypass = map[string]string{
	"base/work":           "the job queue's tables belong to no institution",
	"audit/seal":          "which institutions have entries to seal is asked for all of them",
	"identity/revocation": "the feed of ended sessions must be followed for all institutions at once",
	"identity/sweep":      "what means nothing any more goes for all institutions at once",
	"directory/sweep":     "followed changes go for all institutions at once",
	"directory/directory": "aliases of places are reference data of the product",
}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f",
		`{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}} outside {{join .XTestImports " "}}`,
		"stoa/internal/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		from := module(f[0])
		if _, known := mayImport[from]; !known && from != "base" && from != "" && !slices.Contains(above, from) {
			t.Errorf("the module %s is not in mayImport", from)
		}
		inside := true
		for _, imported := range f[1:] {
			to := module(imported)
			switch {
			case imported == "outside": // what follows only tests from outside import: they may open the whole house
				inside = false
			case to == "apptest" && !inside:
			case to == "" || to == from || to == "base" || from == "" || slices.Contains(above, from):
			case from == "base":
				t.Errorf("base must not know a module: %s imports %s", f[0], imported)
			case !slices.Contains(mayImport[from], to):
				t.Errorf("%s may not import %s (see mayImport)", from, to)
			}
		}
	}
}

// Every module brings its probes: what it has is acted upon by every role and from the twin institution.
func TestModulesBringProbes(t *testing.T) {
	gathered, err := os.ReadFile("app/modules_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for name := range mayImport {
		if !strings.Contains(string(gathered), name+"test.Probe(") {
			t.Errorf("app/modules_test.go does not gather the probes of %s", name)
		}
	}
}

// The nets that walk the catalogue hold every schema; the rules
// that walk the modules hold every module. Here they meet.
func TestSchemasAreModules(t *testing.T) {
	want := slices.Sorted(maps.Keys(mayImport))
	have := slices.DeleteFunc(dbtest.Schemas(t, dbtest.Superuser(t)), func(s string) bool { return standing[s] != "" })
	if !slices.Equal(have, want) {
		t.Errorf("schemas are %v, modules %v: each module keeps its rows in a schema of its name", have, want)
	}
}

func module(path string) string {
	rest, ok := strings.CutPrefix(path, "stoa/internal/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

var table = regexp.MustCompile(`(?i)\b(?:from|join|into|update)\s+([a-z_]+)\.([a-z_]+)`)

// SQL stands in queries/*.sql and, where conditions vary, in string literals.
func TestSQLStaysHome(t *testing.T) {
	check := func(file, sql string) {
		mod := strings.Split(filepath.ToSlash(file), "/")[0]
		if mod == "base" || slices.Contains(above, mod) {
			return
		}
		for _, m := range table.FindAllStringSubmatch(sql, -1) {
			_, schema := mayImport[m[1]]
			if schema && m[1] != mod && !slices.Contains(mayRead[mod], m[1]+"."+m[2]) {
				t.Errorf("%s reaches into %s.%s (see mayRead)", file, m[1], m[2])
			}
		}
	}
	files, _ := filepath.Glob("*/queries/*.sql")
	if len(files) == 0 {
		t.Fatal("no queries found")
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		check(f, string(raw))
	}
	eachGoFile(t, func(path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				check(path, literal.Value)
			}
			return true
		})
	})
}

func TestTheRawPoolIsOutOfReach(t *testing.T) {
	eachGoFile(t, func(path string, file *ast.File) {
		if strings.HasPrefix(path, "base/db/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Unscoped" {
				place := strings.TrimSuffix(path, ".go")
				if _, listed := mayBypass[place]; !listed {
					if _, listed := mayBypass[filepath.ToSlash(filepath.Dir(path))]; !listed {
						t.Errorf("%s takes the raw pool (see mayBypass)", path)
					}
				}
			}
			return true
		})
	})
}

func TestOnlyOnePlaceSetsTheInstitution(t *testing.T) {
	eachGoFile(t, func(path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if ok && strings.Contains(literal.Value, "set_config('app.tenant_id'") && path != "base/db/db.go" {
				t.Errorf("%s sets app.tenant_id: only base/db may", path)
			}
			return true
		})
	})
}

// sqlc reads "a=@b" without a space as an operator and drops the parameter without a word.
func TestQueriesSpaceTheirParameters(t *testing.T) {
	tight := regexp.MustCompile(`=@`)
	files, _ := filepath.Glob("*/queries/*.sql")
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if tight.Match(raw) {
			t.Errorf("%s: write “= @name” with a space", f)
		}
	}
}

var (
	reference = regexp.MustCompile(`(?i)\b(?:from|join|update)\s+([a-z]+\.[a-z_]+)(?:\s+(?:as\s+)?([a-z]\w*))?`)
	notAlias  = regexp.MustCompile(`(?i)^(where|set|on|left|join|order|limit|group|for|using|returning|values)$`)
	// global tables belong to no institution.
	global = []string{"tenancy.host", "directory.alias"}
	// everywhere are the queries that are for all institutions.
	everywhere = []string{"InstitutionList", "InstitutionInsert"} // whether it is the first
)

// Row-level security is the net; the query itself names the institution of every table that it
// touches. That each of the two holds alone is shown by TestNoOperationReachesAnotherInstitution.
func TestQueriesNameTheInstitution(t *testing.T) {
	files, _ := filepath.Glob("*/queries/*.sql")
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range strings.Split(string(raw), "-- name: ")[1:] {
			name, _, _ := strings.Cut(query, " ")
			if slices.Contains(everywhere, name) {
				continue
			}
			bare := 0
			for _, m := range reference.FindAllStringSubmatch(query, -1) {
				alias := m[2]
				switch {
				case slices.Contains(global, m[1]):
				case alias == "" || notAlias.MatchString(alias):
					bare++
				case !regexp.MustCompile(`\b` + alias + `\.tenant_id =|= ` + alias + `\.tenant_id`).MatchString(query):
					t.Errorf("%s: %s does not say whose %s it means", f, name, m[1])
				}
			}
			if n := strings.Count(query, "id = tenancy.here()"); n < bare || n == 0 && reference.MatchString(query) &&
				!slices.Contains(global, reference.FindStringSubmatch(query)[1]) {
				t.Errorf("%s: %s lacks tenant_id = tenancy.here()", f, name)
			}
		}
	}
}

// A line ends where a reader still sees its end beside another one, and who reads
// a literal need not count the fields of its type.
func TestLinesAndLiterals(t *testing.T) {
	files := map[string]*ast.File{}
	sources := map[string]string{}
	set := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || strings.HasSuffix(path, "internal/db")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		raw, err := os.ReadFile(path) // #nosec G122 -- the repository's own files
		if err != nil {
			return err
		}
		sources[path] = string(raw)
		files[path], err = parser.ParseFile(set, path, raw, parser.SkipObjectResolution)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	lists := listTypes(maps.Values(files))
	for path, file := range files {
		for _, line := range tooWide(sources[path], set, file) {
			t.Errorf("%s:%d is wider than %d columns", path, line, widest)
		}
		for _, line := range unkeyed(set, file, lists) {
			t.Errorf("%s:%d: a literal of four fields or more says which value is which", path, line)
		}
	}
}

func TestWideLinesAndBareLiteralsAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		source      string
		wide, naked int
	}{
		"a short line":           {source: "var a = 1"},
		"a long line":            {source: "var a, b = 1, " + strings.Repeat("2", 120), wide: 1},
		"a long comment":         {source: "// " + strings.Repeat("word ", 30), wide: 1},
		"letters, not bytes":     {source: "// " + strings.Repeat("वर्ष ", 20)},
		"tabs are four columns":  {source: "var a = `\n" + strings.Repeat("\t", 30) + "a b`", wide: 1},
		"no blank to break at":   {source: "var a = `\n" + strings.Repeat("x", 130) + "`"},
		"the tag of a field":     {source: "type t struct {\nA int `doc:\"" + strings.Repeat("word ", 30) + "\"`\n}"},
		"keys":                   {source: "var a = T{A: 1, B: 2, C: 3, D: 4}"},
		"no keys":                {source: "var a = T{1, 2, 3, 4}", naked: 1},
		"three fields":           {source: "var a = T{1, 2, 3}"},
		"another package's type": {source: "var a = p.T{1, 2, 3, 4}", naked: 1},
		"a list":                 {source: "var a = []int{1, 2, 3, 4}"},
		"a type that is a list":  {source: "type L []int\nvar a = L{1, 2, 3, 4}"},
		"of a list":              {source: "var a = []T{{1, 2, 3, 4}, {1, 2, 3, 4}}", naked: 2},
		"of a map of pointers":   {source: "var a = map[string]*T{`a`: {1, 2, 3, 4}}", naked: 1},
		"a table of a test":      {source: "var a = []struct{ a, b, c, d int }{{1, 2, 3, 4}}", naked: 1},
		"lists in a list":        {source: "var a = [][]int{{1, 2, 3, 4}}"},
		"lists in a named list":  {source: "type L [][]int\nvar a = L{{1, 2, 3, 4}}"},
		"within a call":          {source: "var a = f([]any{T{1, 2, 3, 4}})", naked: 1},
	} {
		t.Run(name, func(t *testing.T) {
			source := "package p\n\n" + c.source
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, "p.go", source, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			wide := tooWide(source, set, file)
			naked := unkeyed(set, file, listTypes(slices.Values([]*ast.File{file})))
			if len(wide) != c.wide || len(naked) != c.naked {
				t.Errorf("wide lines %v, literals without keys on lines %v", wide, naked)
			}
		})
	}
}

const widest = 120

// tooWide are the lines that are wider and could be broken: a field's tag must
// stay on its line, and some lines have no blank.
func tooWide(source string, set *token.FileSet, file *ast.File) []int {
	tags := map[int]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if f, ok := n.(*ast.Field); ok && f.Tag != nil {
			tags[set.Position(f.Tag.Pos()).Line] = true
		}
		return true
	})
	var found []int
	for i, line := range strings.Split(source, "\n") {
		width := utf8.RuneCountInString(line) + 3*strings.Count(line, "\t")
		if width > widest && strings.Contains(strings.TrimSpace(line), " ") && !tags[i+1] {
			found = append(found, i+1)
		}
	}
	return found
}

// listTypes are the names that files give to types of arrays, slices and maps. Two
// packages may use one name: then it is a list for both.
func listTypes(files iter.Seq[*ast.File]) map[string]ast.Expr {
	lists := map[string]ast.Expr{}
	for file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok && elementOf(s.Type, nil) != nil {
				lists[s.Name.Name] = s.Type
			}
			return true
		})
	}
	return lists
}

// unkeyed are the literals of four values or more that are neither of a list nor have keys.
func unkeyed(set *token.FileSet, file *ast.File, lists map[string]ast.Expr) []int {
	var found []int
	var visit func(n ast.Node, elided ast.Expr)
	visit = func(n ast.Node, elided ast.Expr) {
		ast.Inspect(n, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			kind := cmp.Or[ast.Expr](literal.Type, elided)
			element := elementOf(kind, lists)
			_, keyed := firstOf(literal.Elts).(*ast.KeyValueExpr)
			if len(literal.Elts) > 3 && !keyed && element == nil {
				found = append(found, set.Position(literal.Pos()).Line)
			}
			for _, e := range literal.Elts {
				visit(e, element)
			}
			return false
		})
	}
	visit(file, nil)
	return found
}

func firstOf(list []ast.Expr) ast.Expr {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// elementOf is the type of a list's elements; nil when it is no list.
func elementOf(kind ast.Expr, lists map[string]ast.Expr) ast.Expr {
	switch kind := kind.(type) {
	case *ast.ArrayType:
		return kind.Elt
	case *ast.MapType:
		return kind.Value
	case *ast.StarExpr:
		return elementOf(kind.X, lists)
	case *ast.Ident:
		return elementOf(lists[kind.Name], nil)
	case *ast.SelectorExpr:
		return elementOf(lists[kind.Sel.Name], nil)
	}
	return nil
}

// eachGoFile parses the program's own code, tests and generated code left out.
func eachGoFile(t *testing.T, visit func(path string, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.Contains(path, "internal/db/") || strings.Contains(path, "node_modules") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			visit(filepath.ToSlash(path), file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
