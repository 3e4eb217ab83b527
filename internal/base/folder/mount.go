package folder

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Room is how many bytes a user without privileges can still write where path is, and how large that file system is.
func Room(path string) (free, size uint64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return 0, 0, &os.PathError{Op: "statfs", Path: path, Err: err}
	}
	// #nosec G115 -- never negative
	return uint64(st.Bavail) * uint64(st.Bsize), uint64(st.Blocks) * uint64(st.Bsize), nil
}

// octal is how the kernel writes blanks and the like in its list of mounts.
var octal = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// MountOf is where the file system that holds path is mounted; "/" where that is not known.
func MountOf(path string) string {
	for dir := path; ; dir = filepath.Dir(dir) {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			path = real
			break
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	best := "/"
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return best
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) < 5 {
			continue
		}
		at := octal.Replace(fields[4])
		if len(at) >= len(best) && (path == at || strings.HasPrefix(path, strings.TrimSuffix(at, "/")+"/")) {
			best = at
		}
	}
	return best
}
