// Package machine tells what this process may use of the machine it runs on.
package machine

import (
	"bufio"
	"io"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
)

const mebibyte = 1 << 20

// Memory is the machine's memory in bytes, or the limit of a control group around this process where that is lower.
func Memory() uint64 {
	memory := uint64(2048 * mebibyte)
	if f, err := os.Open("/proc/meminfo"); err == nil {
		defer f.Close()
		memory = total(f, memory)
	} else if runtime.GOOS == "darwin" {
		memory = 8192 * mebibyte
	}
	groups, _ := os.ReadFile("/proc/self/cgroup")
	for _, file := range limits(string(groups)) {
		if raw, err := os.ReadFile(file); err == nil {
			memory = lower(memory, string(raw))
		}
	}
	return memory
}

func total(meminfo io.Reader, otherwise uint64) uint64 {
	for s := bufio.NewScanner(meminfo); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) < 2 || fields[0] != "MemTotal:" {
			continue
		}
		if kb, err := strconv.ParseUint(fields[1], 10, 64); err == nil {
			return kb * 1024
		}
	}
	return otherwise
}

// limits are the files that may hold a limit: of the group that this process is in and of those around it, in the
// unified hierarchy and in the older one. Inside a container the group is usually mounted as the root.
func limits(groups string) []string {
	files := []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}
	for line := range strings.Lines(groups) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		root, file := "/sys/fs/cgroup", "memory.max"
		if parts[1] != "" {
			if parts[1] != "memory" {
				continue
			}
			root, file = "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
		}
		for group := path.Clean("/" + parts[2]); group != "/"; group = path.Dir(group) {
			files = append(files, path.Join(root, group, file))
		}
	}
	return files
}

// lower is the lower of memory and a limit; "max" is none, and neither is the older hierarchy's very large number.
func lower(memory uint64, limit string) uint64 {
	if n, err := strconv.ParseUint(strings.TrimSpace(limit), 10, 64); err == nil && n > 0 {
		return min(memory, n)
	}
	return memory
}
