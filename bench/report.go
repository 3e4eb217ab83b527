package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// report is what the run found, as markdown and a drawing.
type report struct {
	text    strings.Builder
	bars    []bar
	curves  []named   // the index's questions by size
	weights []float64 // its memory in MiB by size
}

type bar struct {
	name     string
	p50, p99 time.Duration
}

func (r *report) rows(title string, header []string, lines [][]string) {
	fmt.Fprintf(&r.text, "\n## %s\n\n| %s |\n|%s\n", title, strings.Join(header, " | "), "---|"+strings.Repeat("--:|", len(header)-1))
	for _, l := range lines {
		fmt.Fprintf(&r.text, "| %s |\n", strings.Join(l, " | "))
	}
}

func (r *report) write(dir string) error {
	head := "# What was measured\n\nBy `make bench`: " + machine() + ". The load generator shares the processors with the server and PostgreSQL, so the\nfigures at 16 connections are those of the whole machine, and ratios say more than absolute times.\n"
	// #nosec G306 -- a report, committed
	if err := os.WriteFile(filepath.Join(dir, "report.md"), []byte(head+r.text.String()+"\n![Latency](report.svg)\n"), 0o644); err != nil {
		return err
	}
	// #nosec G306 -- a report, committed
	if err := os.WriteFile(filepath.Join(dir, "index.svg"), []byte(r.drawIndex()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "report.svg"), []byte(r.draw()), 0o644) // #nosec G306 -- a report, committed
}

// draw is a bar a work, from p50 (dark) to p99 (light), on a logarithmic scale.
func (r *report) draw() string {
	const left, width, row = 210, 520, 30
	height := row*len(r.bars) + 50
	x := func(d time.Duration) float64 { // 0.1 ms to 1 s
		return left + width*(math.Log10(max(float64(d.Microseconds())/1000, .1))+1)/4
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="Georgia,serif" font-size="14"><rect width="100%%" height="100%%" fill="#f8f5ef"/>`, left+width+70, height)
	for _, t := range []time.Duration{100 * time.Microsecond, time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, time.Second} {
		fmt.Fprintf(&s, `<line x1="%[1]f" y1="10" x2="%[1]f" y2="%[2]d" stroke="#d9d4c9"/><text x="%[1]f" y="%[3]d" text-anchor="middle" fill="#6b6458" font-size="12">%[4]s</text>`, x(t), height-35, height-18, t)
	}
	for i, b := range r.bars {
		y := 18 + i*row
		fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="end" fill="#22304a">%s</text>`, left-12, y+13, b.name)
		fmt.Fprintf(&s, `<rect x="%d" y="%d" width="%f" height="14" fill="#b9c4d6"/><rect x="%d" y="%d" width="%f" height="14" fill="#2f4a6b"/>`, left, y, x(b.p99)-left, left, y, x(b.p50)-left)
		fmt.Fprintf(&s, `<text x="%f" y="%d" fill="#22304a" font-size="12">%s</text>`, x(b.p99)+6, y+12, ms(b.p50))
	}
	s.WriteString(`</svg>`)
	return s.String()
}
