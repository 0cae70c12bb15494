package calendar_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"yidan/internal/calendar"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func lastDay(d calendar.Deadline) string {
	switch {
	case d.Stopped:
		return "stopped"
	case d.At.IsZero():
		return "none"
	}
	s := d.At.Add(-time.Second).In(calendar.Zone).Format(time.DateOnly)
	if d.Provisional {
		s += "?"
	}
	return s
}

// Proves: DM-8.1
//
// The vectors were computed from two public holiday tables that agree.
func TestTenWorkingDaysAfterTheEvent(t *testing.T) {
	for _, tt := range []struct{ event, want, name string }{
		{"2024-02-05", "2024-02-23", "Spring Festival and a make-up Sunday"},
		{"2024-09-12", "2024-09-27", "Mid-Autumn and a make-up Saturday"},
		{"2025-01-21", "2025-02-10", "two make-up days"},
		{"2025-04-24", "2025-05-12", "Labour Day and a make-up Sunday"},
		{"2025-09-25", "2025-10-15", "eight days off, two made up"},
		{"2025-12-22", "2026-01-06", "year end: a Friday off, a Sunday on"},
		{"2026-02-05", "2026-02-26", "nine days off, a Saturday on"},
		{"2026-04-24", "2026-05-12", "a Saturday on"},
		{"2026-09-18", "2026-10-09", "two holidays and a make-up Sunday"},
	} {
		d := calendar.Built().Due(at(tt.event+" 15:30"), calendar.WorkDays(10), nil)
		if got := lastDay(d); got != tt.want {
			t.Errorf("%s from %s: %s, want %s", tt.name, tt.event, got, tt.want)
		}
		if s, err := calendar.Built().Add(tt.event, 10); err != nil || s.Day != tt.want || s.Provisional {
			t.Errorf("%s: Add gives %+v, %v", tt.name, s, err)
		}
		if s, err := calendar.Built().Add(tt.want, -10); err != nil || s.Day > tt.event {
			t.Errorf("%s: ten back from %s is %+v, %v", tt.name, tt.want, s, err)
		}
	}
}

func TestTheNoticesAreWhole(t *testing.T) {
	want := map[int][2]int{2024: {28, 8}, 2025: {28, 5}, 2026: {33, 6}} // days off, days on
	for _, e := range calendar.Built().Editions {
		var got [2]int
		for _, d := range e.Days {
			if d.Name == "" {
				t.Errorf("%s has no name", d.Date)
			}
			if d.Works {
				got[1]++
			} else {
				got[0]++
			}
		}
		if got != want[e.Year] || e.Number == "" || e.Issued == "" {
			t.Errorf("%d: %v days off and on, want %v (%s, %s)", e.Year, got, want[e.Year], e.Number, e.Issued)
		}
		delete(want, e.Year)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// Proves: DM-8.1
func TestAddingWorkingDays(t *testing.T) {
	c := calendar.Built()
	rapid.Check(t, func(t *rapid.T) {
		for range 100 { // of these 100 by default: 10,000
			day := at("2024-01-01 12:00").AddDate(0, 0, rapid.IntRange(0, 1095).Draw(t, "day"))
			n := rapid.IntRange(1, 120).Draw(t, "n")
			from := day.Format(time.DateOnly)
			a, _ := c.Add(from, n)
			b, _ := c.Add(from, n+1)
			next, _ := c.Add(day.AddDate(0, 0, 1).Format(time.DateOnly), n)
			works, _, err := c.WorkDay(a.Day)
			end := at(a.Day+" 00:00").AddDate(0, 0, 1)
			back, _ := c.Add(a.Day, -n)
			switch {
			case err != nil || !works:
				t.Fatalf("%s + %d = %s is not worked", from, n, a.Day)
			case b.Day <= a.Day || next.Day < a.Day:
				t.Fatalf("%s + %d is not monotone", from, n)
			case c.Between(day, end) != n:
				t.Fatalf("%d working days from %s to %s, want %d", c.Between(day, end), from, a.Day, n)
			case c.Between(end.AddDate(0, 0, 3), end) > 0:
				t.Fatalf("%s is not past", a.Day)
			case !c.Due(day, calendar.WorkDays(n), nil).At.Equal(end):
				t.Fatalf("Due and Add disagree on %s + %d", from, n)
			case back.Day > from:
				t.Fatalf("%s - %d = %s is after %s", a.Day, n, back.Day, from)
			}
			skipped := int(end.Sub(at(from+" 00:00"))/(24*time.Hour)) - 1 - n
			if len(a.Skipped) != skipped {
				t.Fatalf("%s + %d: %d skipped, want %d", from, n, len(a.Skipped), skipped)
			}
		}
	})
}

func TestClocks(t *testing.T) {
	span := func(from, to string) calendar.Span {
		s := calendar.Span{From: at(from), Why: "补正"}
		if to != "" {
			s.To = at(to)
		}
		return s
	}
	type spans = []calendar.Span
	for _, tt := range []struct {
		name  string
		from  string
		term  calendar.Term
		stops spans
		want  string // last day, or instant
	}{
		{"runs", "2026-08-10 15:00", calendar.WorkDays(7), nil, "2026-08-19"},
		{"stopped", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-12 10:00", "")}, "stopped"},
		{"neither the day it stopped nor the day it went on counts", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-12 10:00", "2026-08-17 10:00")}, "2026-08-25"},
		{"overlapping stops count once", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-13 10:00", "2026-08-17 10:00"), span("2026-08-12 10:00", "2026-08-14 10:00")}, "2026-08-25"},
		{"one stop within another", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-12 10:00", "2026-08-17 10:00"), span("2026-08-13 10:00", "2026-08-14 10:00")}, "2026-08-25"},
		{"an open stop among closed ones", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-12 10:00", "2026-08-14 10:00"), span("2026-08-13 10:00", "")}, "stopped"},
		{"a stop of an hour costs its day", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-12 10:00", "2026-08-12 11:00")}, "2026-08-20"},
		{"a stop of no length costs nothing", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-12 10:00", "2026-08-12 10:00")}, "2026-08-19"},
		{"a stop over a weekend costs nothing", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-15 10:00", "2026-08-16 11:00")}, "2026-08-19"},
		{"what has run out is not stopped any more", "2026-08-10 15:00", calendar.WorkDays(7), spans{span("2026-08-21 10:00", "")}, "2026-08-19"},
		{"the day of the event does not count, even early", "2026-08-10 00:00", calendar.WorkDays(1), nil, "2026-08-11"},
		{"a day before midnight in UTC is the next day here", "2026-08-10 07:59", calendar.WorkDays(1), nil, "2026-08-11"},
		{"days end on a working day", "2026-09-10 09:00", calendar.Days(15), nil, "2026-09-28"},
		{"days count holidays", "2026-09-28 09:00", calendar.Days(3), nil, "2026-10-08"},
		{"days stop too", "2026-08-10 09:00", calendar.Days(3), spans{span("2026-08-11 09:00", "2026-08-12 09:00")}, "2026-08-17"},
		{"a fixed day stands, on a Sunday too", "2026-08-10 09:00", calendar.On("2026-11-29"), spans{span("2026-08-11 09:00", "")}, "2026-11-29"},
		{"a fixed day rests on no notice", "2026-08-10 09:00", calendar.On("2030-01-01"), nil, "2030-01-01"},
		{"no limit", "2026-08-10 09:00", calendar.Term{}, nil, "none"},
		{"year end", "2025-12-30 09:00", calendar.WorkDays(3), nil, "2026-01-05"},
		{"provisional", "2026-12-29 09:00", calendar.WorkDays(3), nil, "2027-01-01?"},
		{"the last day that is known", "2026-12-28 09:00", calendar.WorkDays(3), nil, "2026-12-31"},
		{"days rest only on the day they end", "2026-12-20 09:00", calendar.Days(20), nil, "2027-01-11?"},
		{"no days at all end on a working day", "2026-10-03 09:00", calendar.WorkDays(0), nil, "2026-10-08"},
	} {
		if got := lastDay(calendar.Built().Due(at(tt.from), tt.term, tt.stops)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	for _, tt := range []struct {
		name  string
		term  calendar.Term
		stops spans
		want  string
	}{
		{"hours", calendar.Hours(24), nil, "2026-08-11 10:00"},
		{"minutes", calendar.Minutes(30), nil, "2026-08-10 10:30"},
		{"a stop moves them by its length", calendar.Hours(2), spans{span("2026-08-10 11:00", "2026-08-10 13:00")}, "2026-08-10 14:00"},
		{"overlapping stops move them once", calendar.Hours(2), spans{span("2026-08-10 11:30", "2026-08-10 14:00"), span("2026-08-10 11:00", "2026-08-10 13:00")}, "2026-08-10 15:00"},
		{"a stop that began before", calendar.Hours(2), spans{span("2026-08-10 09:00", "2026-08-10 11:00")}, "2026-08-10 13:00"},
		{"a stop after they ran out", calendar.Hours(2), spans{span("2026-08-10 12:00", "2026-08-10 13:00")}, "2026-08-10 12:00"},
		{"a stop that is reached only because of another", calendar.Hours(2), spans{span("2026-08-10 11:00", "2026-08-10 12:00"), span("2026-08-10 12:30", "2026-08-10 13:30")}, "2026-08-10 14:00"},
	} {
		if got := calendar.Built().Due(at("2026-08-10 10:00"), tt.term, tt.stops).At; !got.Equal(at(tt.want)) {
			t.Errorf("%s: %s, want %s", tt.name, got.In(calendar.Zone), tt.want)
		}
	}
}

func TestANewNoticeMovesDates(t *testing.T) {
	from := at("2026-08-10 15:00")
	later := calendar.Built().With(calendar.Edition{Kind: calendar.Local, Year: 2026, Title: "区内安排", Issued: "2026-08-01", Days: []calendar.NamedDay{
		{Date: "2026-08-18", Name: "区内放假"}, {Date: "2026-08-22", Works: true, Name: "区内补班"}}})
	if later.Edition == calendar.Built().Edition {
		t.Error("another calendar has the same identity")
	}
	if again := calendar.New(calendar.Built().Editions...); again.Edition != calendar.Built().Edition {
		t.Error("the same calendar has another identity")
	}
	for _, tt := range []struct {
		name string
		c    *calendar.Calendar
		n    int
		want string
	}{
		{"7", calendar.Built(), 7, "2026-08-19"},
		{"7, a holiday is added", later, 7, "2026-08-20"},
		{"15", calendar.Built(), 15, "2026-08-31"},
		{"15, a holiday and a make-up day even out", later, 15, "2026-08-31"},
		{"the year's notice is not out", calendar.New(calendar.Built().Editions[:2]...), 15, "2026-08-31?"},
		{"no notice is known", calendar.New(), 15, "2026-08-31?"},
	} {
		if got := lastDay(tt.c.Due(from, calendar.WorkDays(tt.n), nil)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	want := []calendar.Shift{{"2026-08-18", "周二", false, "区内放假，区内安排"}, {"2026-08-22", "周六", true, "调休上班，区内安排"}}
	if d := cmp.Diff(want, calendar.Shifts(calendar.Built(), later)); d != "" {
		t.Error(d)
	}
}

func TestCloseOfBusiness(t *testing.T) {
	c, err := calendar.Built().EndingAt("17:30")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Due(at("2026-08-10 15:00"), calendar.WorkDays(1), nil).At; !got.Equal(at("2026-08-11 17:30")) {
		t.Error(got)
	}
	if c.Edition == calendar.Built().Edition {
		t.Error("the end of the day is not part of the identity")
	}
	if same, err := c.EndingAt("24:00"); err != nil || same.Edition != calendar.Built().Edition {
		t.Error("24:00 is not what it was", err)
	}
	for _, bad := range []string{"", "0:00", "25:00", "下班", "24:01"} {
		if _, err := c.EndingAt(bad); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
}

func TestADayBeforeTheFirstNoticeSaysSo(t *testing.T) {
	d := calendar.Built().Due(at("2023-04-24 09:00"), calendar.WorkDays(10), nil)
	if d.Provisional || d.Why != "没有收录2023年放假安排，只按周末推算" {
		t.Errorf("%+v", d)
	}
}

func TestTermsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		term := rapid.OneOf(
			rapid.Map(rapid.IntRange(0, 9999), calendar.WorkDays), rapid.Map(rapid.IntRange(0, 9999), calendar.Days),
			rapid.Map(rapid.IntRange(0, 9999), calendar.Hours), rapid.Map(rapid.IntRange(0, 9999), calendar.Minutes),
			rapid.Map(rapid.IntRange(0, 40000), func(n int) calendar.Term {
				return calendar.On(at("1970-01-01 00:00").AddDate(0, 0, n).Format(time.DateOnly))
			}), rapid.Just(calendar.Term{})).Draw(t, "term")
		b, err := json.Marshal(term)
		if err != nil {
			t.Fatal(err)
		}
		var got calendar.Term
		if err := json.Unmarshal(b, &got); err != nil || got != term {
			t.Fatalf("%s gives %+v, %v", b, got, err)
		}
	})
	for term, want := range map[calendar.Term]string{
		calendar.WorkDays(10): "10 个工作日", calendar.Days(15): "15 天", calendar.Hours(24): "24 小时", calendar.Minutes(30): "30 分钟",
		calendar.On("2026-12-31"): "至2026年12月31日", {}: "未设时限",
	} {
		if term.String() != want {
			t.Errorf("%q, want %q", term, want)
		}
	}
	for _, bad := range []string{"wd", "10", "-1wd", "+1wd", "1.5d", "10 wd", "10wds", "99999wd", "on:", "on:2026-02-30", "on:2026-2-3", "９d", "10WD"} {
		if term, err := calendar.ParseTerm(bad); err == nil {
			t.Errorf("%q gives %+v", bad, term)
		}
	}
}

func TestTheCountIsExplained(t *testing.T) {
	x := calendar.Built().Explain(at("2026-09-18 15:00"), calendar.WorkDays(4), []calendar.Span{{From: at("2026-09-22 10:00"), To: at("2026-09-23 09:00"), Why: "补正"}})
	var b strings.Builder
	for _, s := range x.Steps {
		n := "－"
		if s.N > 0 {
			n = string(rune('0' + s.N))
		}
		b.WriteString(s.Date + " " + s.Weekday + " " + n + " " + s.Why + "\n")
	}
	for _, c := range x.Clauses {
		b.WriteString(c.Text + "（" + c.Source + "）\n")
	}
	b.WriteString(lastDay(x.Due) + " " + strings.Join(x.Sources, "；"))
	want := `2026-09-19 周六 － 周末
2026-09-20 周日 1 调休上班，国办发明电〔2025〕7号
2026-09-21 周一 2 
2026-09-22 周二 － 计时暂停：补正
2026-09-23 周三 － 计时暂停：补正
2026-09-24 周四 3 
2026-09-25 周五 － 中秋节，国办发明电〔2025〕7号
2026-09-26 周六 － 中秋节，国办发明电〔2025〕7号
2026-09-27 周日 － 中秋节，国办发明电〔2025〕7号
2026-09-28 周一 4 
起算日不计入（民法典第二百零一条（参照））
只计工作日：周末和放假日不计，调休上班日计入（国务院办公厅放假安排通知）
最后一天 24:00 截止（民法典第二百零三条（参照））
计时暂停的日子不计，暂停和恢复的当天也不计（区内设定）
2026-09-28 国办发明电〔2025〕7号`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
	x = calendar.Built().Explain(at("2026-12-25 09:00"), calendar.WorkDays(10), nil)
	if !x.Due.Provisional || x.Due.Why != "2027年放假安排尚未发布" || x.Edition != calendar.Built().Edition {
		t.Errorf("%+v", x.Due)
	}
	x = calendar.Built().Explain(at("2026-08-10 09:00"), calendar.WorkDays(10), []calendar.Span{{From: at("2026-08-13 10:00"), Why: "补正"}})
	if len(x.Steps) != 2 || x.Steps[1].N != 2 || !x.Due.Stopped {
		t.Errorf("a stopped clock has counted %+v", x.Steps)
	}
}

func TestTheLight(t *testing.T) {
	c := calendar.Built()
	due := func(day string) calendar.Deadline {
		return calendar.Deadline{At: at(day+" 00:00").AddDate(0, 0, 1)}
	}
	const monday = "2026-11-23 10:00"
	for _, tt := range []struct {
		name, now string
		d         calendar.Deadline
		state     calendar.State
		text      string
	}{
		{"far", "2026-11-20 10:00", due("2026-11-30"), calendar.OK, "剩 6 个工作日 · 11月30日（周一）24:00 截止"},
		{"four left", "2026-11-24 10:00", due("2026-11-30"), calendar.OK, "剩 4 个工作日 · 11月30日（周一）24:00 截止"},
		{"three left", "2026-11-25 10:00", due("2026-11-30"), calendar.Near, "剩 3 个工作日 · 11月30日（周一）24:00 截止"},
		{"one left over a weekend", "2026-11-28 10:00", due("2026-11-30"), calendar.Near, "剩 1 个工作日 · 11月30日（周一）24:00 截止"},
		{"today, from its first instant", "2026-11-30 00:00", due("2026-11-30"), calendar.Near, "今天 24:00 截止"},
		{"today, to its last minute", "2026-11-30 23:59", due("2026-11-30"), calendar.Near, "今天 24:00 截止"},
		{"over at midnight", "2026-12-01 00:00", due("2026-11-30"), calendar.Over, "已超期 1 个工作日 · 应于11月30日前"},
		{"over", "2026-12-03 09:00", due("2026-11-30"), calendar.Over, "已超期 3 个工作日 · 应于11月30日前"},
		{"over, still the weekend", "2026-11-28 09:00", due("2026-11-27"), calendar.Over, "已超期不足 1 个工作日 · 应于11月27日前"},
		{"over since another year", "2026-01-05 09:00", due("2025-12-30"), calendar.Over, "已超期 3 个工作日 · 应于2025年12月30日前"},
		{"a fixed day on a weekend", "2026-11-27 10:00", due("2026-11-29"), calendar.Near, "剩 2 天 · 11月29日（周日）24:00 截止"},
		{"next year", "2025-12-22 10:00", due("2026-01-06"), calendar.OK, "剩 10 个工作日 · 1月6日（周二）24:00 截止"},
		{"two years on", monday, due("2028-11-30"), calendar.OK, "剩 528 个工作日 · 2028年11月30日（周四）24:00 截止"},
		{"stopped", monday, calendar.Deadline{Stopped: true, Since: at("2026-11-22 09:00"), Why: "补正中"}, calendar.Hold, "计时暂停：补正中（第 2 天）"},
		{"stopped, read from an index", monday, calendar.Deadline{Stopped: true}, calendar.Hold, "计时暂停"},
		{"provisional", monday, c.Due(at("2026-12-24 09:00"), calendar.WorkDays(11), nil), calendar.Prov, "暂定 1月8日：2027年放假安排尚未发布"},
		{"provisional, read from an index", monday, calendar.Deadline{At: at("2027-01-09 00:00"), Provisional: true}, calendar.Prov, "暂定 1月8日：2027年放假安排尚未发布"},
		{"provisional is never overdue", "2027-02-01 09:00", calendar.Deadline{At: at("2027-01-09 00:00"), Provisional: true}, calendar.Prov, "暂定 1月8日：2027年放假安排尚未发布"},
		{"no limit", monday, calendar.Deadline{}, calendar.Unset, "未设时限（区内尚未约定）"},
		{"hours", monday, calendar.Deadline{At: at("2026-11-23 14:20")}, calendar.OK, "剩 4 小时 · 今天 14:20 截止"},
		{"hours, tomorrow", monday, calendar.Deadline{At: at("2026-11-24 09:00")}, calendar.OK, "剩 23 小时 · 11月24日（周二）09:00 截止"},
		{"minutes", monday, calendar.Deadline{At: at("2026-11-23 10:25")}, calendar.Near, "剩 25 分钟 · 今天 10:25 截止"},
		{"minutes over", monday, calendar.Deadline{At: at("2026-11-23 09:35")}, calendar.Over, "已超期 25 分钟 · 应于今天 09:35前"},
	} {
		if got := calendar.LightOf(at(tt.now), tt.d, c, 3); got != (calendar.Light{State: tt.state, Text: tt.text}) {
			t.Errorf("%s: %+v, want %s %s", tt.name, got, tt.state, tt.text)
		}
	}
	closing, _ := c.EndingAt("17:30")
	d := closing.Due(at("2026-11-20 10:00"), calendar.WorkDays(6), nil)
	for now, want := range map[string]string{
		"2026-11-20 10:00": "剩 6 个工作日 · 11月30日（周一）17:30 截止",
		"2026-11-30 17:29": "今天 17:30 截止",
		"2026-11-30 17:30": "已超期不足 1 个工作日 · 应于11月30日前",
	} {
		if got := calendar.LightOf(at(now), d, closing, 3).Text; got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
	got := calendar.Finished(c, at("2026-11-16 09:00"), at("2026-11-24 10:00"), nil, "提交")
	if want := (calendar.Light{State: calendar.Done, Text: "11月24日提交，用时 6 个工作日"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	stops := []calendar.Span{{From: at("2026-11-17 09:00"), To: at("2026-11-18 09:00")}}
	if n := c.Used(at("2026-11-16 09:00"), at("2026-11-24 10:00"), stops); n != 4 {
		t.Errorf("used %d of a clock that stood still, want 4", n)
	}
}
