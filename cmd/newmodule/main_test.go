package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// A new module is generated beside the tree, laid over it, and built and tried there: its own tests, and proofs over
// operations, of which it is part from its first moment; all of them when STOA_SOAK is set.
func TestANewModuleWorks(t *testing.T) {
	t.Parallel()
	files, err := generate(root, "guilds", "guild")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	web, err := filepath.Abs(filepath.Join(root, "web"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"src", "languages", "kit"} {
		if err := os.CopyFS(filepath.Join(dir, "web", part), os.DirFS(filepath.Join(web, part))); err != nil {
			t.Fatal(err)
		}
	}
	overlay := layOver(t, files, dir)
	binary := filepath.Join(dir, "guilds.test")
	run(t, root, "go", "test", "-overlay", overlay, "-vet=off", "-c", "-o", binary, "./internal/guilds")
	run(t, dir, binary)
	proofs := "EveryChange|WhatIsDeleted|NoBodySets|Visitors"
	if os.Getenv("STOA_SOAK") != "" {
		proofs += "|Matrix|AnotherInstitution|Extreme"
	}
	run(t, root, "go", "test", "-overlay", overlay, "-vet=off", "-count=1", "-run", proofs, "./internal/app")

	modules := filepath.Join(web, "node_modules")
	if _, err := os.Stat(modules); err != nil {
		t.Skip("its screen is tried where the packages of web are installed (make test)")
	}
	for _, file := range []string{"package.json", "tsconfig.json", "vite.config.ts", "biome.json"} {
		raw, err := os.ReadFile(filepath.Join(web, file))
		if err == nil {
			err = write(filepath.Join(dir, "web", file), raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(modules, filepath.Join(dir, "web/node_modules")); err != nil {
		t.Fatal(err)
	}
	contract := run(t, root, "go", "run", "-overlay", overlay, "./cmd/stoa", "openapi")
	if err := write(filepath.Join(dir, "api/openapi.json"), contract); err != nil {
		t.Fatal(err)
	}
	there := filepath.Join(dir, "web")
	run(t, there, "npx", "openapi-typescript", "../api/openapi.json", "-o", "src/api/schema.d.ts")
	run(t, there, "npx", "vitest", "run", "src/features/guilds") // makes the tree of routes as well
	run(t, there, "npx", "tsc", "--noEmit")
	run(t, there, "npx", "biome", "check", "--write", "src/features/guilds", "src/routes")
}

// run is what a command says, which must succeed.
func run(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, complaint.Bytes())
	}
	return out
}

// layOver writes files to a folder and says to the compiler where in the tree they would stand.
func layOver(t *testing.T, files map[string][]byte, dir string) (overlay string) {
	t.Helper()
	replace := map[string]string{}
	for name, content := range files {
		real, err := filepath.Abs(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		replace[real] = filepath.Join(dir, name)
		if err := write(replace[real], content); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay = filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	return overlay
}

func TestWordsThatAreNoModule(t *testing.T) {
	t.Parallel()
	for _, words := range [][2]string{
		{"courses", "course"}, {"Guilds", "guild"}, {"guild", "guild"}, {"gu", "g"}, {"guilds", ""},
		{"../guilds", "guild"}, {"security", "lock"}, {"people", "one"},
	} {
		if files, err := generate(root, words[0], words[1]); err == nil || files != nil {
			t.Errorf("%v: %d files", words, len(files))
		}
	}
}
