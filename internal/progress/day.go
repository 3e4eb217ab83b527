package progress

import (
	"context"
	"time"

	"stoa/internal/base/viewer"
	"stoa/internal/courses"
	rows "stoa/internal/progress/internal/db"
)

// Day is what the viewer learned on one.
type Day struct {
	Day     string `json:"day" format:"date"`
	Minutes int    `json:"minutes"`
	Lessons int    `json:"lessons" doc:"Lessons completed"`
}

// Continue is where the viewer stopped.
type Continue struct {
	Course  MyCourse           `json:"course"`
	Lesson  courses.LessonCard `json:"lesson"`
	Resumed bool               `json:"resumed" doc:"Whether the viewer has learned in this course before"`
}

// Learning is the learner's part of the home screen.
type Learning struct {
	Continue *Continue  `json:"continue,omitempty" doc:"Absent when there is nothing unfinished"`
	Courses  []MyCourse `json:"courses" nullable:"false" doc:"Unfinished ones, the last used first, at most five"`
	Week     []Day      `json:"week" nullable:"false" doc:"The last seven days, the oldest first"`
	Streak   int        `json:"streak" doc:"Days in a row with learning, up to today or yesterday"`
}

const longestStreak = 400

// Learning is what the home screen shows of the viewer's courses.
func (s *Service) Learning(ctx context.Context) (Learning, error) {
	if _, err := courses.CourseBrowse.Require(ctx); err != nil {
		return Learning{}, err
	}
	mine, cards, err := s.mine(ctx)
	if err != nil {
		return Learning{}, err
	}
	l := Learning{Courses: []MyCourse{}}
	for _, m := range mine {
		if m.NextLesson == nil {
			continue
		}
		if l.Continue == nil {
			l.Continue = &Continue{m, cards[m.NextLesson.ID], m.LastAt != nil}
		}
		if len(l.Courses) < 5 {
			l.Courses = append(l.Courses, m)
		}
	}
	l.Week, l.Streak, err = s.days(ctx)
	return l, err
}

func (s *Service) days(ctx context.Context) ([]Day, int, error) {
	tenant, err := s.tenants.Get(ctx)
	if err != nil {
		return nil, 0, err
	}
	today := civil(s.clock.Now(), tenant.Location())
	found, err := q.DayList(ctx, s.db.Read(ctx), rows.DayListParams{
		PersonID: viewer.From(ctx).Person, Since: today.AddDate(0, 0, -longestStreak),
	})
	if err != nil {
		return nil, 0, err
	}
	active := make(map[time.Time]rows.DayListRow, len(found))
	for _, r := range found {
		active[r.Day.UTC()] = r
	}
	week := make([]Day, 7)
	for i := range week {
		day := today.AddDate(0, 0, i-6)
		week[i] = Day{day.Format(time.DateOnly), (active[day].Seconds + 30) / 60, active[day].Lessons}
	}
	return week, streak(today, func(day time.Time) bool { _, ok := active[day]; return ok }), nil
}

// streak counts back from today; a day that has only begun does not break it.
func streak(today time.Time, active func(time.Time) bool) int {
	day := today
	if !active(day) {
		day = day.AddDate(0, 0, -1)
	}
	n := 0
	for ; active(day); day = day.AddDate(0, 0, -1) {
		n++
	}
	return n
}
