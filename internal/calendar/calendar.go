// Package calendar turns terms into due instants. It is the only place that
// counts days.
//
// The rule is one sentence: a day counts only if the clock ran through all of
// it. So the day of the event does not count, nor does the day on which a clock
// stopped or went on again, and stops that overlap count once. Working days are
// data with editions: the State Council's yearly notice, later notices that
// change it, local additions. A date that rests on a year whose notice is not
// out is provisional (暂定): it says so, and nothing lapses by it.
package calendar

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// Zone is the time of the district, which knows no summer time.
var Zone = time.FixedZone("Asia/Shanghai", offset)

// A Span is a time during which a clock stood still; without To it still does.
// Why says for what, such as 补正.
type Span struct {
	From, To time.Time
	Why      string
}

// A Deadline is when a term runs out.
type Deadline struct {
	At          time.Time `json:"at,omitzero"` // zero: no limit, or the clock stands still
	Stopped     bool      `json:"stopped"`     // since Since
	Provisional bool      `json:"provisional"` // rests on a year whose notice is not out
	Since       time.Time `json:"since,omitzero"`
	Why         string    `json:"why,omitempty"` // why it stands still, is provisional or is unsure
}

// A mark is what an edition says of one day.
type mark struct {
	works        bool
	name, source string
}

// A Calendar is the working days by the editions in force. It is a value that
// never changes and may be shared.
type Calendar struct {
	Edition  string    // identity: differs as soon as any day or the end of the day does
	Editions []Edition // in force; a later one overrides an earlier one
	Known    int       // the last year whose notice is out

	days  map[day]mark
	years map[int]bool
	first int
	end   time.Duration // into the day; 24 h unless the district set the close of business
}

// New combines editions: the yearly notices first, then later notices, then
// local additions, each by the day of issue.
func New(editions ...Edition) *Calendar {
	c := &Calendar{Editions: slices.Clone(editions), days: map[day]mark{}, years: map[int]bool{}, end: 24 * time.Hour}
	slices.SortStableFunc(c.Editions, func(a, b Edition) int {
		return cmp.Or(cmp.Compare(rank[a.Kind], rank[b.Kind]), cmp.Compare(a.Issued, b.Issued))
	})
	for _, e := range c.Editions {
		if e.Kind == National {
			if len(c.years) == 0 || e.Year < c.first {
				c.first = e.Year
			}
			c.years[e.Year] = true
			c.Known = max(c.Known, e.Year)
		}
		for _, m := range e.Days {
			if d, err := parseDay(m.Date); err == nil {
				c.days[d] = mark{m.Works, m.Name, e.Source()}
			}
		}
	}
	c.identify()
	return c
}

func (c *Calendar) identify() {
	b, err := json.Marshal(struct {
		Editions []Edition
		End      time.Duration
	}{c.Editions, c.end})
	if err != nil {
		panic(err) // plain data
	}
	h := sm3.Sum(b)
	c.Edition = fmt.Sprintf("%d-%s", c.Known, hex.EncodeToString(h[:4]))
}

// EndingAt is the same calendar where the last day of a term ends at an hour,
// "17:30", instead of "24:00" (deadline.end; 民法典第二百零三条（参照）).
func (c *Calendar) EndingAt(hour string) (*Calendar, error) {
	end := 24 * time.Hour
	if hour != "24:00" {
		t, err := time.Parse("15:04", hour)
		if err != nil || t.Hour() == 0 && t.Minute() == 0 {
			return nil, fmt.Errorf("calendar: the day cannot end at %q", hour)
		}
		end = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	if end == c.end {
		return c, nil
	}
	n := *c
	n.end = end
	n.identify()
	return &n, nil
}

// With is the calendar with one more edition.
func (c *Calendar) With(e Edition) *Calendar {
	n := New(append(slices.Clone(c.Editions), e)...)
	n.end = c.end
	n.identify()
	return n
}

func (c *Calendar) works(d day) bool {
	if m, ok := c.days[d]; ok {
		return m.works
	}
	return !d.weekend()
}

// reason says why a day is worked or not where that is not plain: 周末,
// "国庆节，国办发明电〔2025〕7号", "调休上班，…".
func (c *Calendar) reason(d day) string {
	m, ok := c.days[d]
	switch {
	case ok && m.works && d.weekend():
		return "调休上班，" + m.source
	case ok && m.works:
		return "正常上班，" + m.source
	case ok && m.name != "":
		return m.name + "，" + m.source
	case ok:
		return "放假，" + m.source
	case d.weekend():
		return "周末"
	}
	return ""
}

// unsure says what is not known about a year; provisional, that it will be.
func (c *Calendar) unsure(year int) (why string, provisional bool) {
	switch {
	case c.years[year]:
		return "", false
	case len(c.years) > 0 && year < c.first:
		return fmt.Sprintf("没有收录%d年放假安排，只按周末推算", year), false
	}
	return fmt.Sprintf("%d年放假安排尚未发布", year), true
}

// Due says when a term that started at from runs out, in view of the stops of
// its clock. A stop that began after the term had run out no longer stops it.
func (c *Calendar) Due(from time.Time, t Term, stops []Span) Deadline {
	return c.count(from, t, stops, func(day, int, string) {})
}

// count is Due; it shows each day it passes with its number, 0 for a day that
// does not count, and the reason.
func (c *Calendar) count(from time.Time, t Term, stops []Span, see func(d day, n int, why string)) (dl Deadline) {
	closed, open := merge(stops)
	switch t.Unit {
	case WorkDay, Day:
		dl = c.countDays(dayOf(from), t, closed, see)
	case Hour, Minute:
		u := time.Hour
		if t.Unit == Minute {
			u = time.Minute
		}
		dl.At = run(from, time.Duration(t.N)*u, closed)
	case FixedOn: // a written day moves for nobody
		d, err := parseDay(t.Day)
		if err != nil {
			return Deadline{Why: "日期没有写清：" + t.Day}
		}
		return Deadline{At: (d + 1).start()}
	default:
		return Deadline{Why: "区内尚未约定"}
	}
	if open != nil && open.From.Before(dl.At) {
		return Deadline{Stopped: true, Since: open.From, Why: open.Why}
	}
	return dl
}

func (c *Calendar) countDays(d day, t Term, closed []Span, see func(day, int, string)) (dl Deadline) {
	look := func() bool { // whether d is worked; notes what is not known about it
		if why, prov := c.unsure(d.year()); why != "" && !dl.Provisional {
			dl.Provisional, dl.Why = prov, why
		}
		return c.works(d)
	}
	for n, goal := 0, min(t.N, maxTerm); n < goal; {
		d++
		if s := touching(d, closed); s != nil {
			see(d, 0, stopText(s.Why))
		} else if t.Unit == Day || look() {
			n++
			see(d, n, c.reason(d))
		} else {
			see(d, 0, c.reason(d))
		}
	}
	for !look() { // days of the calendar end on a working day
		d++
		see(d, 0, "顺延")
	}
	dl.At = d.start().Add(c.end)
	return dl
}

func stopText(why string) string {
	if why == "" {
		return "计时暂停"
	}
	return "计时暂停：" + why
}

// merge makes disjoint spans of the closed stops, in order, and finds the one
// that still runs.
func merge(stops []Span) (closed []Span, open *Span) {
	sorted := slices.Clone(stops)
	slices.SortFunc(sorted, func(a, b Span) int { return a.From.Compare(b.From) })
	for _, s := range sorted {
		if s.To.IsZero() {
			if open == nil {
				open = &s
			}
			continue
		}
		if !s.To.After(s.From) {
			continue
		}
		if n := len(closed); n > 0 && !s.From.After(closed[n-1].To) {
			if s.To.After(closed[n-1].To) {
				closed[n-1].To = s.To
			}
			continue
		}
		closed = append(closed, s)
	}
	return closed, open
}

// touching is the stop during which part of a day fell.
func touching(d day, closed []Span) *Span {
	a, b := d.start(), (d + 1).start()
	for i := range closed {
		if closed[i].From.Before(b) && closed[i].To.After(a) {
			return &closed[i]
		}
	}
	return nil
}

// run lets a clock run for a duration, standing still during the stops.
func run(from time.Time, n time.Duration, closed []Span) time.Time {
	at := from.Add(n)
	for _, s := range closed {
		if s.To.After(from) && s.From.Before(at) {
			began := s.From
			if began.Before(from) {
				began = from
			}
			at = at.Add(s.To.Sub(began))
		}
	}
	return at
}

// WorkDay says whether a day (2006-01-02) is worked, and why where that is not
// plain. A text that is no day is an error.
func (c *Calendar) WorkDay(date string) (works bool, reason string, err error) {
	d, err := parseDay(date)
	if err != nil {
		return false, "", err
	}
	return c.works(d), c.reason(d), nil
}

// A Sum is a day found by counting working days.
type Sum struct {
	From        string `json:"from"`
	N           int    `json:"n"`
	Day         string `json:"day"`
	Weekday     string `json:"weekday"`
	Provisional bool   `json:"provisional"`
	Why         string `json:"why,omitempty"`
	Edition     string `json:"edition"`
	Skipped     []Step `json:"skipped"` // in order of counting
}

// Add finds the nth working day after a day (2006-01-02), or before it when n
// is negative. The day itself does not count.
func (c *Calendar) Add(date string, n int) (s Sum, err error) {
	d, err := parseDay(date)
	if err != nil {
		return s, err
	}
	step, left := day(1), n
	if n < 0 {
		step, left = -1, -n
	}
	if left > maxTerm {
		return s, fmt.Errorf("calendar: more than %d working days", maxTerm)
	}
	s = Sum{From: date, N: n, Edition: c.Edition, Skipped: []Step{}}
	for left > 0 {
		d += step
		if why, prov := c.unsure(d.year()); why != "" && !s.Provisional {
			s.Provisional, s.Why = prov, why
		}
		if c.works(d) {
			left--
		} else {
			s.Skipped = append(s.Skipped, Step{Date: d.String(), Weekday: d.name(), Why: c.reason(d)})
		}
	}
	s.Day, s.Weekday = d.String(), d.name()
	return s, nil
}

// Between counts the working days from the day of now to the day that ends at
// due: what is left, the day of now not counted. Past due it is negative: what
// is overdue, the last day of the term not counted.
func (c *Calendar) Between(now, due time.Time) int {
	a, b := dayOf(now), lastDay(due)
	if a > b {
		return -c.worked(b, a, nil)
	}
	return c.worked(a, b, nil)
}

// Used counts the working days a clock ran from one instant to another; neither
// the first day nor a day on which it stood still counts.
func (c *Calendar) Used(from, to time.Time, stops []Span) int {
	closed, open := merge(stops)
	if open != nil {
		closed, _ = merge(append(closed, Span{From: open.From, To: (dayOf(to) + 1).start()}))
	}
	return c.worked(dayOf(from), dayOf(to), closed)
}

// worked counts the working days after a up to b.
func (c *Calendar) worked(a, b day, closed []Span) (n int) {
	for a++; a <= b; a++ {
		if c.works(a) && touching(a, closed) == nil {
			n++
		}
	}
	return n
}
