package courses_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"stoa/internal/base/errs"
	"stoa/internal/courses"
)

// Two spellings of one code that are taken at once are as much one code as two that follow each other.
func TestACodeIsTakenOnceHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	s, _, teacher := school(t, nil)
	var all sync.WaitGroup
	var taken atomic.Int32
	start := make(chan struct{})
	for n := range 16 { // capitals and small letters of four, in every way
		code := strings.Map(func(r rune) rune {
			if r >= 'a' && n>>(r-'a')&1 == 1 {
				return r - 'a' + 'A'
			}
			return r
		}, "abcd 1")
		all.Go(func() {
			<-start
			_, err := s.Create(teacher, courses.About{Code: code, Title: "T", Category: "Tests", Level: "introductory"})
			switch {
			case err == nil:
				taken.Add(1)
			case errs.KindOf(err) != errs.Invalid:
				t.Errorf("%s: %v", code, err)
			}
		})
	}
	close(start)
	all.Wait()
	if n := taken.Load(); n != 1 {
		t.Errorf("%d courses have one code", n)
	}
}
