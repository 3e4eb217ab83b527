package folder

import "syscall"

const stNoExec = 0x8 // ST_NOEXEC of statfs(2)

// NoPrograms tells whether the file system of path refuses to run programs.
func NoPrograms(path string) bool {
	var st syscall.Statfs_t
	return syscall.Statfs(path, &st) == nil && st.Flags&stNoExec != 0
}
