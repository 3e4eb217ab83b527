package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// report is what the run found, as markdown and a drawing.
type report struct {
	text    strings.Builder
	curves  []named   // the index's questions by size
	weights []float64 // its memory in MiB by size
}

func (r *report) rows(title string, header []string, lines [][]string) {
	fmt.Fprintf(&r.text, "\n## %s\n\n| %s |\n|%s\n", title, strings.Join(header, " | "),
		"---|"+strings.Repeat("--:|", len(header)-1))
	for _, l := range lines {
		fmt.Fprintf(&r.text, "| %s |\n", strings.Join(l, " | "))
	}
}

func (r *report) write(dir string) error {
	head := "# What was measured\n\nBy `make bench`: " + machine() +
		". Requests beside those of others are in\n[docs/speed.md](../docs/speed.md), screens in [web.md](web.md).\n"
	// #nosec G306 -- a report, committed
	if err := os.WriteFile(filepath.Join(dir, "report.md"), []byte(head+r.text.String()), 0o644); err != nil {
		return err
	}
	// #nosec G306 -- a report, committed
	return os.WriteFile(filepath.Join(dir, "index.svg"), []byte(r.drawIndex()), 0o644)
}
