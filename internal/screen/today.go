package screen

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stoa/internal/base/httpapi"
	"stoa/internal/directory"
	"stoa/internal/progress"
)

type today struct {
	Learning progress.Learning
	Mine     directory.Profile
	Mates    []with[row]
}

// matesShown and matesRead: one more than is shown may be oneself, and one more is read than both.
const (
	matesRead  = 6
	matesShown = 4
)

func (p *Painter) today(v *view, _ uuid.UUID) error {
	var t today
	var err error
	if t.Learning, err = p.Progress.Learning(v.ctx); err != nil {
		return err
	}
	if t.Mine, err = p.Directory.Profile(v.ctx, v.Account.ID); err != nil {
		return err
	}
	v.keep(t.Learning, "/me/learning", nil)
	v.keep(t.Mine, "/me/profile", nil)
	if b := t.Mine.Batch; b != nil {
		filter := directory.Filter{Batch: []string{b.ID.String()}}
		mates, err := p.Directory.Search(v.ctx, directory.Query{
			Filter: filter,
			Paging: httpapi.Paging{Limit: matesRead},
		})
		if err != nil {
			return err
		}
		v.keep(mates, "/directory", url.Values{"batch": filter.Batch, "limit": {strconv.Itoa(matesRead)}})
		for _, e := range mates.Items {
			if e.ID != v.Account.ID && len(t.Mates) < matesShown {
				t.Mates = append(t.Mates, with[row]{v, row{e, true}})
			}
		}
	}
	now := p.Clock.Now().In(v.Institution.Location())
	first, _, _ := strings.Cut(v.Account.Name, " ")
	key := "today.evening"
	switch hour := now.Hour(); {
	case hour < 12:
		key = "today.morning"
	case hour < 17:
		key = "today.afternoon"
	}
	v.Over, v.Screen = v.date(now), t
	v.Title, err = v.T(key, "name", first)
	return err
}

// Others are the unfinished courses after the one to go on with.
func (t today) Others() []progress.MyCourse {
	if len(t.Learning.Courses) < 2 {
		return nil
	}
	return t.Learning.Courses[1:]
}

// Minutes of the week.
func (t today) Minutes() int {
	sum := 0
	for _, d := range t.Learning.Week {
		sum += d.Minutes
	}
	return sum
}

// Height of a day's bar, of a hundred.
func (t today) Height(d progress.Day) float64 {
	most := 30
	for _, d := range t.Learning.Week {
		most = max(most, d.Minutes)
	}
	return 100 * float64(d.Minutes) / float64(most)
}

// Date of a civil day.
func (today) Date(d progress.Day) (time.Time, error) { return time.Parse(time.DateOnly, d.Day) }
