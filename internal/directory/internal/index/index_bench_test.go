package index

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// The dimensions of the crowd, as the directory has them.
const (
	byYear = iota
	byProgramme
	byDepartment
	byCompany
	byCity
	byIndustry
	byStanding
	byOffer
)

var dimensions = []Dimension{
	byYear:       {Part: Always, Most: 12},
	byProgramme:  {Part: Always, Most: 12},
	byDepartment: {Part: Always, Most: 12},
	byCompany:    {Part: 0, Labelled: true, Most: 12},
	byCity:       {Part: 1, Labelled: true, Most: 12},
	byIndustry:   {Part: 2, Most: 12},
	byStanding:   {Part: Always, Most: 12},
	byOffer:      {Part: 3, Many: true},
}

// A crowd is like an institution's people: names and companies of
// which few are frequent, some hundred words of titles and headlines.
func crowd(n int) []Row {
	luck := rand.New(rand.NewPCG(1, 2))
	syllables := []string{
		"ra", "vi", "ku", "ma", "la", "sha", "ne", "ha", "mee", "na", "so", "wm", "ya", "ka", "rth", "ik", "pra", "ti",
		"de", "va", "ni", "su", "an", "jo",
	}
	vocabulary := func(size, parts int) []string {
		seen := map[string]bool{}
		var list []string
		for len(list) < size {
			var w string
			for range parts {
				w += syllables[luck.IntN(len(syllables))]
			}
			if !seen[w] {
				seen[w] = true
				list = append(list, w)
			}
		}
		return list
	}
	first, last, spoken, companies, cities := vocabulary(3000, 3), vocabulary(9000, 4), vocabulary(4000, 5),
		vocabulary(2500, 4), vocabulary(120, 3)
	often := func(list []string) string { // the first are the most frequent
		at := luck.Float64()
		return list[int(at*at*at*float64(len(list)))]
	}
	type named struct {
		name string
		row  Row
	}
	var people []named
	for range n {
		year := 1975 + int(51*(1-luck.Float64()*luck.Float64()))
		name := often(first) + " " + often(last)
		company, city, title := "company "+often(companies), often(cities), spoken[luck.IntN(60)]+" engineer"
		batch := uuid.UUID{0: byte(year - 1900), 1: byte(luck.IntN(8))}
		see := 0
		for p := range 4 {
			see |= []int{0, 0, 0, 1, 1, 1, 2, 3}[luck.IntN(8)] << (2 * p)
		}
		lexemes := map[string]bool{}
		for _, w := range strings.Fields(name) {
			lexemes[w] = true
		}
		for _, w := range strings.Fields(fmt.Sprint(
			company, " ", title, " ", often(spoken), " ", often(spoken), " ", often(spoken),
		)) {
			lexemes[w] = lexemes[w] || false
		}
		everyone := vector(lexemes)
		lexemes[city] = lexemes[city] || false
		r := Row{
			ID:       uuid.UUID{},
			Name:     []byte(name),
			See:      see,
			Everyone: everyone,
			Alumni:   vector(lexemes),
			Batch:    batch[:],
			Values:   make([][]byte, len(dimensions)),
			Labels:   [][]byte{byCompany: []byte(company), byCity: []byte(city)},
		}
		binary.BigEndian.PutUint64(r.ID[:], luck.Uint64())
		binary.BigEndian.PutUint64(r.ID[8:], luck.Uint64())
		for d, v := range map[int]string{
			byYear:       fmt.Sprint(year),
			byProgramme:  []string{"BTech", "MTech", "MBA", "PhD"}[luck.IntN(4)],
			byDepartment: []string{"CSE", "ECE", "ME", "CE", "EE", "IT", "CH", "BT"}[batch[1]],
			byCompany:    company,
			byCity:       city,
			byIndustry:   cities[luck.IntN(14)],
			byStanding:   []string{"verified", "verified", "verified", "unverified"}[luck.IntN(4)],
			byOffer:      []string{"", "mentoring", "hiring", "mentoring\x1fhiring"}[luck.IntN(4)],
		} {
			r.Values[d] = []byte(v)
		}
		people = append(people, named{name, r})
	}
	sort.Slice(people, func(a, b int) bool { return people[a].name < people[b].name })
	rows := make([]Row, n)
	for i, p := range people {
		rows[i] = p.row
	}
	return rows
}

// vector is a tsvector as PostgreSQL sends it.
func vector(lexemes map[string]bool) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(lexemes)))
	inOrder := slices.SortedFunc(maps.Keys(lexemes), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	for _, w := range inOrder {
		out = append(append(out, w...), 0, 0, 1)
		weight := uint16(1)
		if lexemes[w] {
			weight |= 3 << 14
		}
		out = binary.BigEndian.AppendUint16(out, weight)
	}
	return out
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkDirectory measures building, memory and questions at three sizes; bench/main.go draws what it prints.
func BenchmarkDirectory(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the server has it
	for _, n := range []int{50_000, 200_000, 1_000_000} {
		rows := crowd(n)
		var x *Index
		var before uint64
		var builds []time.Duration
		for range 3 { // the middle one counts: the first also waits for memory
			x = nil
			before = heap()
			began := time.Now()
			x = New(n, dimensions)
			for _, r := range rows {
				x.Load(r)
			}
			x.Built()
			builds = append(builds, time.Since(began))
		}
		slices.Sort(builds)
		took := builds[1]
		bytes := float64(heap()-before) / float64(n)
		name := string(rows[n/3].Name)
		company, year, city := string(rows[n/3].Values[byCompany]), string(rows[n/3].Values[byYear]),
			string(rows[n/3].Values[byCity])
		typo := []byte(strings.Fields(name)[1])
		typo[2], typo[3] = typo[3], typo[2]
		alumna := Viewer{Me: rows[7].ID, Audience: 1, OwnBatch: true}
		b.Run(fmt.Sprintf("people=%d/build", n), func(b *testing.B) {
			for range b.N {
				runtime.KeepAlive(x)
			}
			b.ReportMetric(float64(took.Milliseconds()), "ms")
			b.ReportMetric(bytes, "B/person")
		})
		find := func(f Filter, order Order) func() {
			return func() { x.Find(alumna, f, order, nil, 21) }
		}
		by := func(dimension int, value string, f Filter) Filter {
			f.Values = slices.Clone(f.Values)
			if f.Values == nil {
				f.Values = make([][]string, len(dimensions))
			}
			f.Values[dimension] = []string{value}
			return f
		}
		for _, q := range []struct {
			name string
			ask  func()
		}{
			{"batch and company", find(by(byYear, year, by(byCompany, company, Filter{})), ByName)},
			{"browse verified", find(by(byStanding, "verified", Filter{}), ByName)},
			{"full text", find(Filter{Words: []string{"engineer", strings.Fields(company)[1]}}, ByRelevance)},
			{"a name", find(Filter{Words: strings.Fields(name)}, ByRelevance)},
			{"one typo in a name", find(Filter{Words: []string{string(typo)}}, ByRelevance)},
			{"facets of everybody", func() { x.Count(alumna, Filter{}) }},
			{"facets of a city", func() { x.Count(alumna, by(byCity, city, Filter{})) }},
			{"complete a company", func() { x.Complete(alumna, byCompany, "company ra", 4) }},
			{"change a person", func() { x.Put(rows[n/2]) }},
		} {
			b.Run(fmt.Sprintf("people=%d/%s", n, q.name), func(b *testing.B) {
				times := make([]time.Duration, 0, b.N)
				for range b.N {
					at := time.Now()
					q.ask()
					times = append(times, time.Since(at))
				}
				slices.Sort(times)
				b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1000, "p50-us")
				b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1000, "p99-us")
			})
		}
	}
}
