package internal_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// verified is how many items of levels 1 and 2 each section of
// OWASP ASVS 5.0.0 has; those of level 3 stand behind them.
const verified = `1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
	4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2
	7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3
	11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3
	15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2`

// security/asvs.yaml leaves no item out, and every test and page that it names is there.
func TestTheVerificationStandardIsAnswered(t *testing.T) {
	raw, err := os.ReadFile("../security/asvs.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var items map[string]struct {
		Tests, Docs               []string
		Absent, Operator, Differs string
	}
	if err := yaml.UnmarshalWithOptions(raw, &items, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	for _, section := range strings.Fields(verified) {
		var chapter, part, n int
		if _, err := fmt.Sscanf(section, "%d.%d:%d", &chapter, &part, &n); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			id := fmt.Sprintf("V%d.%d.%d", chapter, part, i+1)
			item, found := items[id]
			delete(items, id)
			if !found || len(item.Tests)+len(item.Docs) == 0 && item.Absent == "" && item.Operator == "" &&
				item.Differs == "" {
				t.Errorf("%s is not answered", id)
			}
			for _, test := range item.Tests {
				if !tests(t)[test] {
					t.Errorf("%s: there is no test %s", id, test)
				}
			}
			for _, page := range item.Docs {
				if _, err := os.Stat(filepath.Join("..", page)); err != nil {
					t.Errorf("%s: there is no %s", id, page)
				}
			}
		}
	}
	if len(items) > 0 {
		t.Errorf("these are no items of levels 1 and 2: %v", slices.Sorted(maps.Keys(items)))
	}
}

var declared = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)

var known map[string]bool

// tests are all there are: Go's by name, the browser's by file.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	if known != nil {
		return known
	}
	known = map[string]bool{}
	specs, err := filepath.Glob("../e2e/*.spec.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range specs {
		known[strings.TrimPrefix(filepath.ToSlash(name), "../")] = true
	}
	err = filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, found := range declared.FindAllSubmatch(raw, -1) {
			known[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
}
