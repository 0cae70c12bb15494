package calendar

import (
	"fmt"
	"slices"
	"time"
)

// A Step is one day of a count.
type Step struct {
	Date    string `json:"date"`
	Weekday string `json:"weekday"`
	N       int    `json:"n,omitempty"`   // the nth that counts; 0: skipped
	Why     string `json:"why,omitempty"` // 周末; 国庆节，国办发明电〔…〕…号; 调休上班，…; 计时暂停：补正
}

// A Clause is one sentence of the rule of counting and what it rests on.
type Clause struct{ Text, Source string }

// An Explanation answers 这个日期怎么算的？
type Explanation struct {
	From    time.Time
	Term    Term
	Due     Deadline
	Steps   []Step   // each day passed; none for hours, minutes and fixed days
	Clauses []Clause // the rule
	Edition string   // of the calendar
	Sources []string // the notices that a passed day rests on
	Stops   []Span   // merged, in order; the last may still run
}

// Explain counts as [Calendar.Due] does and shows its work.
func (c *Calendar) Explain(from time.Time, t Term, stops []Span) Explanation {
	x := Explanation{From: from, Term: t, Edition: c.Edition, Clauses: c.clauses(t, len(stops) > 0)}
	x.Due = c.count(from, t, stops, func(d day, n int, why string) {
		x.Steps = append(x.Steps, Step{Date: d.String(), Weekday: d.name(), N: n, Why: why})
		if m, ok := c.days[d]; ok && !slices.Contains(x.Sources, m.source) {
			x.Sources = append(x.Sources, m.source)
		}
	})
	closed, open := merge(stops)
	x.Stops = closed
	if open != nil {
		x.Stops = append(x.Stops, *open)
	}
	if x.Due.Stopped { // the days after the stop have not been counted by any clock
		since := dayOf(open.From).String()
		x.Steps = slices.DeleteFunc(x.Steps, func(s Step) bool { return s.Date >= since })
	}
	return x
}

// The articles that counting follows. None of the five regulations says how to
// count; they are followed by analogy.
const (
	civil201 = "民法典第二百零一条（参照）"
	civil203 = "民法典第二百零三条（参照）"
	district = "区内设定"
)

func (c *Calendar) clauses(t Term, stopped bool) (cs []Clause) {
	end := Clause{"最后一天 24:00 截止", civil203}
	if c.end < 24*time.Hour {
		end = Clause{fmt.Sprintf("最后一天下班时间 %s 截止", c.clock()), civil203 + "；" + district}
	}
	switch t.Unit {
	case WorkDay:
		cs = []Clause{{"起算日不计入", civil201}, {"只计工作日：周末和放假日不计，调休上班日计入", "国务院办公厅放假安排通知"}, end}
	case Day:
		cs = []Clause{{"起算日不计入", civil201}, {"最后一天是休息日的，顺延到下一个工作日", civil203}, end}
	case Hour, Minute:
		cs = []Clause{{"从起算时刻起连续计算，不分昼夜和休息日", civil201}}
	case FixedOn:
		return []Clause{{"到期日已写明，当天 24:00 截止", ""}}
	default:
		return []Clause{{"区内尚未约定时限，不会超期", ""}}
	}
	if stopped && (t.Unit == WorkDay || t.Unit == Day) {
		cs = append(cs, Clause{"计时暂停的日子不计，暂停和恢复的当天也不计", district})
	} else if stopped {
		cs = append(cs, Clause{"计时暂停的时间不计", district})
	}
	return cs
}

// clock is the hour at which the last day of a term ends.
func (c *Calendar) clock() string {
	return fmt.Sprintf("%02d:%02d", int(c.end.Hours()), int(c.end.Minutes())%60)
}
