package main

import (
	"fmt"
	"log"
	"math"
	"os"
	"strings"
)

// writeSpeed writes docs/speed.md and its drawing.
func writeSpeed(works []work, results []map[string]*figures, beside bool) {
	var b strings.Builder
	fmt.Fprintf(&b, `# Speed, side by side

By `+"`make bench`"+`: %s. Full demo (60,000 people, 500 courses); every work in turn at a bare net/http
handler that answers the same head and body, at Stoa, and at a baseline that does the same work%s; %d rounds,
medians. *Alone* is one connection, *crowd* is %d. Load, servers and databases share the processors: ratios say
more than absolute figures. *Kept* answers come from the cache; all others are worked out each time
(STOA_CACHE_MB=0), but for the course page, the learner's home and sign-in, which are as they are in use.

| work | requests/s | of bare | baseline | times baseline | p50 (p99) alone | p50 (p99) in the crowd | answer | goal |
|---|--:|--:|--:|--:|--:|--:|--:|---|
`, machine(), map[bool]string{
		true: " (Django, gunicorn, nginx, Redis, PostgreSQL)", false: " (not installed in this run)",
	}[beside], rounds, crowdSize)
	for i, w := range works {
		s, bare, base := results[i]["stoa"], results[i]["bare"], results[i]["baseline"]
		other, times := "", ""
		if base.rate != nil {
			other = fmt.Sprintf("%.0f", medianFloat(base.rate))
			times = fmt.Sprintf("**%.0f**", medianFloat(ratios(s.rate, base.rate)))
		}
		fmt.Fprintf(&b, "| %s | %.0f | %.0f %% | %s | %s | %s (%s) | %s (%s) | %.1f kB | %s |\n", w.name,
			medianFloat(s.rate), 100*medianFloat(ratios(s.rate, bare.rate)), other, times,
			ms(quantile(s.alone, .5)), ms(quantile(s.alone, .99)), ms(quantile(s.crowd, .5)),
			ms(quantile(s.crowd, .99)), s.bytes/1000, w.goal)
	}
	b.WriteString("\n![Requests a second](speed.svg)\n\n## Processor time of a request\n\nIn microseconds, in the " +
		"crowd: of the server with its database and cache, and of the load beside it.\n\n| work | Stoa | its load " +
		"| bare | its load | baseline | its load |\n|---|--:|--:|--:|--:|--:|--:|\n")
	for i, w := range works {
		s, bare, base := results[i]["stoa"], results[i]["bare"], results[i]["baseline"]
		other, load := "", ""
		if base.rate != nil {
			other, load = fmt.Sprintf("%.0f", medianFloat(base.cpu)), fmt.Sprintf("%.0f", medianFloat(base.client))
		}
		fmt.Fprintf(&b, "| %s | %.0f | %.0f | %.0f | %.0f | %s | %s |\n", w.name, medianFloat(s.cpu),
			medianFloat(s.client), medianFloat(bare.cpu), medianFloat(bare.client), other, load)
	}
	b.WriteString("\nThe baseline's latencies:\n\n| work | p50 (p99) alone | p50 (p99) in the crowd | answer " +
		"|\n|---|--:|--:|--:|\n")
	for i, w := range works {
		if base := results[i]["baseline"]; base.rate != nil {
			fmt.Fprintf(&b, "| %s | %s (%s) | %s (%s) | %.1f kB |\n",
				w.name, ms(quantile(base.alone, .5)), ms(quantile(base.alone, .99)), ms(quantile(base.crowd, .5)),
				ms(quantile(base.crowd, .99)), base.bytes/1000)
		}
	}
	b.WriteString("\nThe baseline has no search with typing errors, no facets, no completion, no learner's home " +
		"and no sign-in. How much a request allocates is held by a test\n(`internal/app/allocation_test.go`); " +
		"what the index costs by itself is in [bench/report.md](../bench/report.md), screens in " +
		"[bench/web.md](../bench/web.md).\n")
	for name, content := range map[string]string{
		"docs/speed.md": b.String(), "docs/speed.svg": drawSpeed(works, results),
	} {
		// #nosec G306 -- a report, committed
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// ratios pairs rounds: what was measured at nearly the same time.
func ratios(a, b []float64) []float64 {
	var list []float64
	for i := range min(len(a), len(b)) {
		list = append(list, a[i]/b[i])
	}
	return list
}

// drawSpeed is requests a second, on a logarithmic scale: a bar for each contender.
func drawSpeed(works []work, results []map[string]*figures) string {
	const left, width, bar, gap = 230, 560, 9, 14
	row := 3*bar + gap
	height := row*len(works) + 60
	x := func(rate float64) float64 { return left + width*math.Log10(max(rate, 10)/10)/4 } // 10 to 100,000
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="Georgia,serif" `+
		`font-size="14"><rect width="100%%" height="100%%" fill="#f8f5ef"/>`, left+width+80, height)
	for _, rate := range []float64{10, 100, 1000, 10_000, 100_000} {
		fmt.Fprintf(&s,
			`<line x1="%[1]f" y1="34" x2="%[1]f" y2="%[2]d" stroke="#d9d4c9"/><text x="%[1]f" y="%[3]d" `+
				`text-anchor="middle" fill="#6b6458" font-size="12">%[4]s/s</text>`,
			x(rate), height-26, height-10, thousands(int(rate)))
	}
	at := left
	for _, c := range contenders {
		fmt.Fprintf(&s, `<rect x="%d" y="12" width="12" height="12" fill="%s"/><text x="%d" y="23" fill="#22304a" `+
			`font-size="13">%s</text>`, at, c.colour, at+18, c.label)
		at += 130
	}
	for i, w := range works {
		y := 42 + i*row
		fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="end" fill="#22304a">%s</text>`, left-12, y+18, w.name)
		for n, c := range contenders {
			m := results[i][c.key]
			if m.rate == nil {
				continue
			}
			rate := medianFloat(m.rate)
			fmt.Fprintf(&s,
				`<rect x="%d" y="%d" width="%f" height="%d" fill="%s"/><text x="%f" y="%d" fill="#6b6458" `+
					`font-size="10">%s</text>`,
				left, y+n*bar, x(rate)-left, bar-1, c.colour, x(rate)+5, y+n*bar+8, thousands(int(rate)))
		}
	}
	s.WriteString(`</svg>`)
	return s.String()
}

var contenders = []struct {
	key, label, colour string
}{
	{"bare", "bare net/http", "#c9bfa8"}, {"stoa", "Stoa", "#2f4a6b"}, {"baseline", "baseline", "#a4552e"},
}
