package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The units of a term.
const (
	WorkDay = "wd" // 工作日
	Day     = "d"  // 日: of the calendar, ending on a working day
	Hour    = "h"
	Minute  = "m"
	FixedOn = "on" // 定日: until the end of a day that is written down
)

// maxTerm bounds a term, so that no text makes a count run for ever.
const maxTerm = 9999

// A Term is a length of time as a rule states it (时限), or a fixed day. The
// zero term is no limit: nothing is ever overdue by it.
type Term struct {
	N    int
	Unit string
	Day  string // 2006-01-02, for FixedOn
}

// WorkDays is a term of n working days.
func WorkDays(n int) Term { return Term{N: n, Unit: WorkDay} }

// Days is a term of n days that ends on a working day.
func Days(n int) Term { return Term{N: n, Unit: Day} }

// Hours is a term of n hours of any day.
func Hours(n int) Term { return Term{N: n, Unit: Hour} }

// Minutes is a term of n minutes of any day.
func Minutes(n int) Term { return Term{N: n, Unit: Minute} }

// On is a term that ends with a day.
func On(day string) Term { return Term{Unit: FixedOn, Day: day} }

// None reports that there is no limit.
func (t Term) None() bool { return t.Unit == "" }

var unitText = map[string]string{WorkDay: "个工作日", Day: "天", Hour: "小时", Minute: "分钟"}

// String is the term in Chinese: 10 个工作日, 至2026年12月31日, 未设时限.
func (t Term) String() string {
	switch {
	case t.None():
		return "未设时限"
	case t.Unit == FixedOn:
		d, err := parseDay(t.Day)
		if err != nil {
			return "至" + t.Day
		}
		return "至" + d.start().Format("2006年1月2日")
	}
	return fmt.Sprintf("%d %s", t.N, unitText[t.Unit])
}

// ErrTerm reports a text that is no term.
var ErrTerm = errors.New("calendar: not a term")

// ParseTerm reads what [Term.MarshalText] writes: "10wd", "15d", "24h", "30m",
// "on:2026-12-31", and "" for no limit.
func ParseTerm(s string) (Term, error) {
	if s == "" {
		return Term{}, nil
	}
	if day, ok := strings.CutPrefix(s, "on:"); ok {
		if _, err := parseDay(day); err != nil {
			return Term{}, fmt.Errorf("%w: %q", ErrTerm, s)
		}
		return On(day), nil
	}
	i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if i < 1 || unitText[s[i:]] == "" {
		return Term{}, fmt.Errorf("%w: %q", ErrTerm, s)
	}
	n, err := strconv.Atoi(s[:i])
	if err != nil || n > maxTerm {
		return Term{}, fmt.Errorf("%w: %q", ErrTerm, s)
	}
	return Term{N: n, Unit: s[i:]}, nil
}

// MarshalText writes the form that is stored, in JSON too.
func (t Term) MarshalText() ([]byte, error) {
	switch {
	case t.None():
		return nil, nil
	case t.Unit == FixedOn:
		return []byte("on:" + t.Day), nil
	case unitText[t.Unit] == "" || t.N < 0 || t.N > maxTerm:
		return nil, fmt.Errorf("%w: %d%q", ErrTerm, t.N, t.Unit)
	}
	return append(strconv.AppendInt(nil, int64(t.N), 10), t.Unit...), nil
}

// UnmarshalText reads the form that is stored.
func (t *Term) UnmarshalText(b []byte) (err error) {
	*t, err = ParseTerm(string(b))
	return err
}

// A day is a day of the district, counted from 1970-01-01.
type day int

const offset = 8 * 60 * 60 // seconds that the district is ahead of UTC

func dayOf(t time.Time) day {
	s := t.Unix() + offset
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return day(d)
}

// lastDay is the day that ends at an instant: midnight belongs to the day before.
func lastDay(t time.Time) day { return dayOf(t.Add(-1)) }

func parseDay(s string) (day, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, Zone)
	if err != nil {
		return 0, err
	}
	return dayOf(t), nil
}

func (d day) start() time.Time      { return time.Unix(int64(d)*86400-offset, 0).In(Zone) }
func (d day) String() string        { return d.start().Format(time.DateOnly) }
func (d day) year() int             { return d.start().Year() }
func (d day) weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }
func (d day) weekend() bool         { w := d.weekday(); return w == time.Saturday || w == time.Sunday }

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

func (d day) name() string { return weekdays[d.weekday()] }
