// Package foldertest lends tests a disk that is soon full.
package foldertest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
)

// SmallDisk is an empty disk of that many bytes, in memory, gone with the test. Tests that may not mount skip.
func SmallDisk(t testing.TB, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	// #nosec G204 -- a test's own folder
	if out, err := exec.Command(
		"mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=755", bytes), "stoa-test", dir,
	).CombinedOutput(); err != nil {
		t.Skipf("no disk may be mounted here: %s", out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() }) // #nosec G204
	_ = exec.Command("chmod", "755", filepath.Dir(dir)).Run()         // #nosec G204 -- the database's user passes
	return dir
}
