package machine

import (
	"slices"
	"strings"
	"testing"
)

func TestTheLowestLimitHolds(t *testing.T) {
	t.Parallel()
	for limit, want := range map[string]uint64{
		"max\n":                 1000,
		"512\n":                 512,
		"9223372036854771712\n": 1000,
		"":                      1000,
		"0":                     1000,
	} {
		if got := lower(1000, limit); got != want {
			t.Errorf("%q: %d, not %d", limit, got, want)
		}
	}
	if got := total(strings.NewReader("MemFree: 1 kB\nMemTotal:  2048 kB\n"), 7); got != 2048*1024 {
		t.Error(got)
	}
	if got := total(strings.NewReader("none"), 7); got != 7 {
		t.Error(got)
	}
	if m := Memory(); m < 64*mebibyte {
		t.Error(m)
	}
}

func TestLimitsAreSoughtInBothHierarchies(t *testing.T) {
	t.Parallel()
	files := limits("0::/system.slice/stoa.service\n5:memory:/docker/abc\n6:cpu,cpuacct:/x\nbroken\n")
	for _, want := range []string{
		"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/system.slice/stoa.service/memory.max",
		"/sys/fs/cgroup/system.slice/memory.max",
		"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes",
	} {
		if !slices.Contains(files, want) {
			t.Errorf("%s is not read: %v", want, files)
		}
	}
	if len(files) != 6 {
		t.Error(files)
	}
}
