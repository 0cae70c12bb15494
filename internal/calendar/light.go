package calendar

import (
	"fmt"
	"time"

	"yidan/internal/form"
)

// A State of the deadline light. Each has its own icon and colour; the words
// are always shown.
type State string

const (
	OK    State = "ok"   // 正常
	Near  State = "near" // 临近
	Over  State = "over" // 超期
	Hold  State = "hold" // 计时暂停
	Prov  State = "prov" // 暂定
	Unset State = "none" // 未设时限
	Done  State = "done" // 已完成: plain words
)

// A Light tells how a deadline stands, in one wording everywhere.
type Light struct {
	State State
	Text  string
}

// nearShort is when a term in hours or minutes is near.
const nearShort = 2 * time.Hour

// LightOf says how a deadline stands. near is the number of working days from
// which it is near (deadline.near). A provisional deadline is never overdue.
func LightOf(now time.Time, d Deadline, c *Calendar, near int) Light {
	switch {
	case d.Stopped:
		return Light{Hold, holdText(now, d)}
	case d.At.IsZero():
		return Light{Unset, "未设时限（区内尚未约定）"}
	case d.Provisional:
		why := d.Why
		if why == "" { // read from an index, which keeps no words
			if why, _ = c.unsure(lastDay(d.At).year()); why == "" {
				why = "放假安排尚未发布"
			}
		}
		return Light{Prov, "暂定 " + lastDay(d.At).start().Format("1月2日") + "：" + why}
	case c.short(d.At):
		return shortLight(now, d.At)
	case !now.Before(d.At):
		late := "不足 1 个工作日"
		if n := -c.Between(now, d.At); n > 0 {
			late = fmt.Sprintf(" %d 个工作日", n)
		}
		return Light{Over, "已超期" + late + " · 应于" + dateText(now, lastDay(d.At)) + "前"}
	}
	last := lastDay(d.At)
	hour := "24:00"
	if c.end < 24*time.Hour && c.endsDay(d.At) {
		hour = c.clock()
	}
	if dayOf(now) == last {
		return Light{Near, "今天 " + hour + " 截止"}
	}
	left := c.Between(now, d.At)
	text := fmt.Sprintf("剩 %d 个工作日", left)
	if left == 0 { // a fixed day before the next working day
		text = fmt.Sprintf("剩 %d 天", last-dayOf(now))
	}
	s := OK
	if left <= near {
		s = Near
	}
	return Light{s, fmt.Sprintf("%s · %s（%s）%s 截止", text, dateText(now, last), last.name(), hour)}
}

// Finished is the light of what was done at an instant: 11月24日提交，用时 6 个工作日.
func Finished(c *Calendar, from, at time.Time, stops []Span, what string) Light {
	used := "不足 1 个工作日"
	if n := c.Used(from, at, stops); n > 0 {
		used = fmt.Sprintf(" %d 个工作日", n)
	}
	return Light{Done, at.In(Zone).Format("1月2日") + what + "，用时" + used}
}

// short reports that a deadline is an instant within a day and not its end.
func (c *Calendar) short(at time.Time) bool {
	return !c.endsDay(at) && !at.Equal((lastDay(at) + 1).start())
}

func (c *Calendar) endsDay(at time.Time) bool {
	return at.Equal(lastDay(at).start().Add(c.end))
}

func holdText(now time.Time, d Deadline) string {
	s := "计时暂停"
	if d.Why != "" {
		s += "：" + d.Why
	}
	if !d.Since.IsZero() {
		s += fmt.Sprintf("（第 %d 天）", max(1, dayOf(now)-dayOf(d.Since)+1))
	}
	return s
}

func shortLight(now, at time.Time) Light {
	when := at.In(Zone).Format("15:04")
	if dayOf(now) == dayOf(at) {
		when = "今天 " + when
	} else {
		when = dateText(now, dayOf(at)) + "（" + dayOf(at).name() + "）" + when
	}
	if !now.Before(at) {
		return Light{Over, "已超期 " + length(now.Sub(at)) + " · 应于" + when + "前"}
	}
	s := OK
	if at.Sub(now) <= nearShort {
		s = Near
	}
	return Light{s, "剩 " + length(at.Sub(now)) + " · " + when + " 截止"}
}

// length is a short time in whole units: 25 分钟, 4 小时, 3 天.
func length(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "不足 1 分钟"
	case d < time.Hour:
		return fmt.Sprintf("%d 分钟", d/time.Minute)
	case d < 72*time.Hour:
		return fmt.Sprintf("%d 小时", d/time.Hour)
	}
	return fmt.Sprintf("%d 天", d/(24*time.Hour))
}

// SayDay is a day (2006-01-02) as people and papers write it: 2026年9月1日. What is
// no day stays as it is.
func SayDay(day string) string { return form.SayDate(day) }

// dateText is a day in words, with its year where it could be mistaken.
func dateText(now time.Time, d day) string {
	if n := d - dayOf(now); n > 300 || n < -300 || n < 0 && d.year() != dayOf(now).year() {
		return d.start().Format("2006年1月2日")
	}
	return d.start().Format("1月2日")
}
