package web

import (
	"net/url"
	"slices"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/fault"
	"yidan/internal/handover"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// handCounts is where what was handed over is counted.
const handCounts = "/jbd/tj"

// handed is what the figures are asked for: days, a department, a township. Without
// days it is the year so far.
func (l *lens) handed(v url.Values) (from, to string, bad note) {
	f, bad := caseFilter(v)
	return orElse(f.From, l.today()[:4]+"-01-01"), orElse(f.To, l.today()), bad
}

// handFigures are what became of what was handed over, by department and by township,
// in the order of the directory: no unit is ranked.
func (l *lens) handFigures(v url.Values) (all []figures, sub string, bad note, err error) {
	from, to, bad := l.handed(v)
	a, _ := time.ParseInLocation(time.DateOnly, from, calendar.Zone)
	b, _ := time.ParseInLocation(time.DateOnly, to, calendar.Zone)
	units, towns, err := handover.Counts(l.tx, l.actor, a, b.AddDate(0, 0, 1), v.Get(qOwner), v.Get(qUnit))
	heads := append([]string{"", "交办"}, handover.States...)
	days := url.Values{qFrom: {from}, qTo: {to}}
	for _, by := range []struct {
		title, name, key, other string
		units                   []org.UnitRow
		counts                  map[string]handover.Count
	}{{"按交办单位", "交办单位", qOwner, qUnit, l.units.Every(), units}, {"按乡镇（街道）", "乡镇（街道）", qUnit, qOwner, l.units.Every(), towns}} {
		f := figures{Title: by.title, Rule: "AE-2.2", Heads: slices.Clone(heads), Empty: "这段时间没有交办事项。"}
		f.Heads[0] = by.name
		for _, u := range by.units {
			c := by.counts[u.ID]
			if c.HandedOver == 0 {
				continue
			}
			cs := []figure{{c.HandedOver, "/jbd" + ask(days, by.key, u.ID, by.other, v.Get(by.other))}}
			for _, s := range handover.States {
				cs = append(cs, figure{N: c.States[s]})
			}
			f.row(part.Link{Text: u.Name}, cs...)
		}
		all = append(all, f)
	}
	all[0].Note = "一件交办给几个乡镇（街道）的，后面各列按乡镇（街道）数。"
	f := figures{Title: "反映清单外派活", Rule: "AE-2.2", Heads: []string{"派活单位", "反映", "成立", "不成立", "待裁定"}, Empty: "这段时间没有反映。"}
	for _, u := range l.units.Every() {
		if c := units[u.ID]; c.Reported > 0 {
			f.row(part.Link{Text: u.Name}, figure{N: c.Reported}, figure{N: c.Upheld}, figure{N: c.Dismissed}, figure{N: c.Open})
		}
	}
	return append(all, f), part.Day(from) + "至" + part.Day(to), bad, err
}

func showHandCounts(q *Request) (Reply, error) {
	v := countsView{Head: part.Head{Title: "交办统计"}, Tabs: workTabs(handCounts)}
	v.Exports = []part.Link{{Text: "下载 Excel", Href: handCounts + "/xlsx" + ask(q.Query)}}
	v.Notes = []string{"只统计你单位能看到的交办和反映。按单位名录的顺序，不排名。"}
	var bad note
	err := q.look(func(l *lens) (err error) {
		v.Figures, v.Head.Lead, bad, err = l.handFigures(q.Query)
		f := &part.Filter{To: handCounts, Clear: handCounts, Groups: []part.Group{
			{Title: "日期从（不填为今年）", Name: qFrom, Kind: "date", Value: q.Query.Get(qFrom)}, {Title: "到", Name: qTo, Kind: "date", Value: q.Query.Get(qTo)},
			l.bureaus("交办单位", qOwner, q.Query.Get(qOwner)), l.towns("乡镇（街道）", qUnit, q.Query.Get(qUnit)),
		}}
		f.Chips = chips(handCounts, q.Query, f.Groups)
		v.Filter = f
		return err
	})
	return bad.on(Show("交办统计", countsPage(v)).Print(part.Sheet{By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: v.Head.Lead})), err
}

func sendHandCounts(q *Request) (r Reply, err error) {
	if q.Path("kind") != "xlsx" {
		return r, fault.Absent()
	}
	err = q.look(func(l *lens) error {
		all, sub, _, err := l.handFigures(q.Query)
		if err == nil {
			r, err = sendFigures(q, "xlsx", "交办统计", sub, all)
		}
		return err
	})
	return r, err
}
