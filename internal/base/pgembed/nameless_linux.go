package pgembed

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
)

// initdb asks for the name of the user it runs as, and gives up where there is none, as in containers that run as any
// number. Such a user borrows a name for that one program, in a name space of users of its own; the files are theirs
// all the same. Where the system allows no such name spaces, the remedy is said before anything is written.
func borrowName() (*syscall.SysProcAttr, error) {
	uid, gid := os.Geteuid(), os.Getegid()
	if uid == 0 {
		return nil, nil
	}
	if _, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return nil, nil
	}
	refused := fmt.Errorf("this process runs as the user %d, who has no name here, and PostgreSQL asks for one: "+
		"add it (echo 'stoa:x:%d:%d::/:/sbin/nologin' >>/etc/passwd), start as a user with a name, or set "+
		"DATABASE_URL", uid, uid, gid)
	named := firstName()
	if named == 0 {
		return nil, refused
	}
	as := &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: named, HostID: uid, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}},
		Setpgid:     true,
	}
	self, err := os.Executable()
	if err != nil {
		return nil, refused
	}
	probe := exec.Command(self, "--version") // #nosec G204 -- this program; all that counts is whether it may start
	probe.Env, probe.SysProcAttr = []string{}, as
	if probe.Start() != nil {
		return nil, refused
	}
	_ = probe.Process.Kill()
	_ = probe.Wait()
	return as, nil
}

// firstName is the first user in /etc/passwd who is not root; 0 when there is none.
func firstName() int {
	f, err := os.Open("/etc/passwd")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if fields := strings.Split(s.Text(), ":"); len(fields) > 2 {
			if uid, err := strconv.Atoi(fields[2]); err == nil && uid > 0 {
				return uid
			}
		}
	}
	return 0
}
