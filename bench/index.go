package main

import (
	"fmt"
	"log"
	"math"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sizes are how many people the index of the directory is measured at.
var sizes = []int{50_000, 200_000, 1_000_000}

var measured = regexp.MustCompile(`^BenchmarkDirectory/people=(\d+)/(.+)-\d+\s+\d+\s+(.*)$`)

// indexing measures the directory's index by itself, without HTTP and
// PostgreSQL: how long it takes to build and to answer, and what it weighs.
func indexing(r *report) {
	out, err := exec.Command("go", "test", "./internal/directory/internal/index", "-run", "^$", "-bench", "Directory",
		"-benchtime", "400x").Output()
	if err != nil {
		log.Fatalf("the index's benchmark: %v", err)
	}
	figures := map[string]map[int]map[string]float64{}
	var names []string
	for l := range strings.Lines(string(out)) {
		m := measured.FindStringSubmatch(strings.TrimSpace(l))
		if m == nil {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		name := strings.ReplaceAll(m[2], "_", " ")
		if figures[name] == nil {
			figures[name] = map[int]map[string]float64{}
			names = append(names, name)
		}
		figures[name][n] = map[string]float64{}
		for f := strings.Fields(m[3]); len(f) > 1; f = f[2:] {
			figures[name][n][f[1]], _ = strconv.ParseFloat(f[0], 64)
		}
	}
	header := []string{"what"}
	for _, n := range sizes {
		header = append(header, thousands(n)+" people")
	}
	build, memory := []string{"building it from rows"}, []string{"memory of a person"}
	for _, n := range sizes {
		build = append(build, fmt.Sprintf("%.0f ms", figures["build"][n]["ms"]))
		memory = append(memory, fmt.Sprintf("%.0f bytes", figures["build"][n]["B/person"]))
	}
	lines := [][]string{build, memory}
	for _, name := range names {
		if name == "build" {
			continue
		}
		row := []string{name + ", p50 (p99)"}
		var curve []float64
		for _, n := range sizes {
			f := figures[name][n]
			row = append(row, fmt.Sprintf("%.3f (%.3f) ms", f["p50-us"]/1000, f["p99-us"]/1000))
			curve = append(curve, f["p50-us"]/1000)
		}
		lines = append(lines, row)
		r.curves = append(r.curves, named{name, curve})
	}
	for _, n := range sizes {
		r.weights = append(r.weights, figures["build"][n]["B/person"]*float64(n)/(1<<20))
	}
	r.rows("The directory's index alone, without HTTP and database", header, lines)
	r.text.WriteString("\n![The index by size](index.svg)\n")
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// named is one line of a plot: a value at each of sizes.
type named struct {
	name   string
	values []float64
}

// drawIndex is two plots over the number of people: the median of
// each question, both axes logarithmic, and the memory of all.
func (r *report) drawIndex() string {
	const left, width, top, height = 70, 330, 30, 300
	x := func(n int) float64 {
		return left + width*(math.Log10(float64(n))-math.Log10(50_000))/(6-math.Log10(50_000))
	}
	y := func(ms float64) float64 { // 1 us to 100 ms
		return top + height*(2-math.Log10(max(ms, .001)))/5
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="%d" font-family="Georgia,serif" `+
		`font-size="13"><rect width="100%%" height="100%%" fill="#f8f5ef"/>`, top+height+50)
	for _, ms := range []float64{.001, .01, .1, 1, 10, 100} {
		fmt.Fprintf(&s, `<line x1="%d" x2="%d" y1="%[3]f" y2="%[3]f" stroke="#d9d4c9"/><text x="%d" y="%[3]f" `+
			`dy="4" text-anchor="end" fill="#6b6458" font-size="12">%[5]g ms</text>`, left, left+width,
			y(ms), left-8, ms)
	}
	colours := []string{
		"#2f4a6b", "#a4552e", "#4b7a4f", "#7a4b74", "#b08a2e", "#2e7f8a", "#8a2e4b", "#555555", "#6b8e23",
	}
	labels := slices.Clone(r.curves)
	slices.SortFunc(labels, func(a, b named) int { return int(1e6 * (b.values[2] - a.values[2])) })
	lowest := 0.0
	for _, c := range labels {
		at := slices.IndexFunc(r.curves, func(o named) bool { return o.name == c.name })
		colour := colours[at%len(colours)]
		var points []string
		for i, n := range sizes {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(n), y(c.values[i])))
			fmt.Fprintf(&s, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, x(n), y(c.values[i]), colour)
		}
		fmt.Fprintf(&s, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.6"/>`,
			strings.Join(points, " "), colour)
		lowest = max(lowest+16, y(c.values[2]))
		fmt.Fprintf(&s, `<text x="%d" y="%.1f" dy="4" fill="%s">%s</text>`, left+width+10, lowest, colour, c.name)
	}
	const right, bar = 640, 70
	for i, n := range sizes {
		fmt.Fprintf(&s, `<text x="%.1f" y="%d" text-anchor="middle" fill="#6b6458" font-size="12">%s</text>`, x(n),
			top+height+20, thousands(n))
		tall := height * r.weights[i] / 300
		at := right + i*(bar+30)
		fmt.Fprintf(&s, `<rect x="%d" y="%.1f" width="%d" height="%.1f" fill="#2f4a6b"/><text x="%d" y="%.1f" `+
			`text-anchor="middle" fill="#22304a">%.0f MiB</text><text x="%[5]d" y="%[8]d" text-anchor="middle" `+
			`fill="#6b6458" font-size="12">%[9]s</text>`,
			at, float64(top+height)-tall, bar, tall, at+bar/2, float64(top+height)-tall-6, r.weights[i],
			top+height+20, thousands(n))
	}
	fmt.Fprintf(&s, `<text x="%d" y="18" fill="#22304a">median by number of people</text><text x="%d" y="18" `+
		`fill="#22304a">memory by number of people</text></svg>`, left, right)
	return s.String()
}
