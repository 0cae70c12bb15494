package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// statistics is where the figures of the year stand on one page.
const statistics = "/tj"

// overseers are those who look at the whole: the leading group with its two
// offices, list office and justice bureau.
var overseers = Offices(org.Lead, org.CommitteeOffice, org.GovernOffice, org.ListOffice, org.Justice)

var statisticsRoutes = []Route{
	{http.MethodGet, statistics, overseers, Read, showStatistics},
	{http.MethodGet, statistics + "/{kind}", overseers, Heavy, sendStatistics},
}

// showStatistics is the list and its year in figures: as of a day, each figure
// leading to what it counts, as far as the reader may see it.
func showStatistics(q *Request) (Reply, error) {
	s, v, err := q.statistics()
	if err != nil {
		return Reply{}, err
	}
	return Show("统计", countsPage(v)).Print(part.Sheet{By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: v.Head.Lead}), s.bad
}

func sendStatistics(q *Request) (Reply, error) {
	kind := q.Path("kind")
	s, v, err := q.statistics()
	if err == nil && (s.bad != nil || kind != "docx" && kind != "xlsx") {
		err = fault.Absent()
	}
	if err != nil {
		return Reply{}, err
	}
	return sendFigures(q, kind, v.Head.Title, v.Head.Lead, v.Figures)
}

// statistics counts what the page says.
func (q *Request) statistics() (*shelf, countsView, error) {
	s, err := q.shelf(staffList)
	if err != nil {
		return nil, countsView{}, err
	}
	year := s.on[:4]
	v := countsView{
		OnePage: true,
		Head:    part.Head{Title: q.Site.District + "职责任务清单统计", Lead: "截至" + part.Day(s.on)},
		Filter:  &part.Filter{Title: "截至某天", Button: "看这一天", To: statistics, Clear: statistics, Groups: []part.Group{{Title: "日期", Name: qOn, Kind: "date", Value: q.Query.Get(qOn)}}},
	}
	for _, kind := range []struct{ text, to string }{{"下载 Word", "docx"}, {"下载 Excel", "xlsx"}} {
		v.Exports = append(v.Exports, part.Link{Text: kind.text, Href: statistics + "/" + kind.to + s.keep()})
	}
	first := s.today[:4]
	if es := s.book.Editions(); len(es) > 0 {
		first = min(first, es[0].EffectiveOn[:4])
	}
	from, _ := strconv.Atoi(first)
	to, _ := strconv.Atoi(s.today[:4])
	for y := to; y >= from; y-- {
		t := part.Tab{Text: fmt.Sprintf("%d年", y), Href: statistics, Here: strconv.Itoa(y) == year}
		if y < to {
			t.Href += fmt.Sprintf("?%s=%d-12-31", qOn, y)
		}
		v.Tabs = append(v.Tabs, t)
	}
	err = q.look(func(l *lens) error {
		admitted, err := l.admittedFigures(s.on)
		if err != nil {
			return err
		}
		late, err := l.lateFigures()
		v.Figures = []figures{s.itemFigures(), s.changeFigures(), admitted, late}
		return err
	})
	v.Notes = []string{"办件只统计本单位能看到的。"}
	if !s.now() {
		v.Notes = append(v.Notes, "超期按现在统计，不随日期变化。")
	}
	return s, v, err
}

// itemFigures are the items by category and part.
func (s *shelf) itemFigures() figures {
	f := figures{Title: "清单事项", Rule: "DM-2.3", Heads: []string{"类别"}, Empty: part.Day(s.on) + "没有施行的清单。"}
	sum := make([]figure, len(catalog.Parts)+1)
	narrowed := func(category string, p catalog.Part) string {
		v := url.Values{qCategory: given([]string{category}), qPart: given([]string{string(p)})}
		if s.on != s.today {
			v.Set(qOn, s.on)
		}
		return s.base + ask(v)
	}
	for i, p := range catalog.Parts {
		f.Heads = append(f.Heads, p.Name)
		sum[i].Href = narrowed("", p.Part)
	}
	f.Heads = append(f.Heads, "合计")
	sum[len(sum)-1].Href = narrowed("", "")
	at := map[string]int{}
	for _, v := range s.book.At(s.at) {
		i, ok := at[v.Category]
		if !ok {
			i = len(f.Rows)
			at[v.Category] = i
			r := figureRow{Name: part.Link{Text: v.Category}, Counts: make([]figure, len(sum))}
			if v.Category == "" { // the list has no address for what has no category
				r.Name.Text = "没有类别"
			} else {
				for j, p := range catalog.Parts {
					r.Counts[j].Href = narrowed(v.Category, p.Part)
				}
				r.Counts[len(sum)-1].Href = narrowed(v.Category, "")
			}
			f.Rows = append(f.Rows, r)
		}
		for j, p := range catalog.Parts {
			if p.Part == v.Part {
				f.Rows[i].Counts[j].N++
				sum[j].N++
			}
		}
		f.Rows[i].Counts[len(sum)-1].N++
		sum[len(sum)-1].N++
	}
	if len(f.Rows) > 1 {
		f.row(part.Link{Text: "合计"}, sum...)
	}
	return f
}

// changeFigures are what the editions of the year changed, and what came of it since
// the year began.
func (s *shelf) changeFigures() figures {
	year := s.on[:4]
	f := figures{Title: year + "年清单的变化", Rule: "DM-8.6", Heads: []string{"版本"}, Empty: year + "年没有印发新版清单。"}
	for _, k := range catalog.Kinds {
		f.Heads = append(f.Heads, k.Name)
	}
	add := func(name part.Link, to string, c catalog.Comparison) {
		n := c.Counts()
		var cs []figure
		for _, k := range catalog.Kinds {
			cs = append(cs, figure{n[k.Kind], to + qKind + "=" + string(k.Kind)})
		}
		f.row(name, cs...)
	}
	for _, e := range s.book.Editions() {
		if e.EffectiveOn[:4] == year && e.EffectiveOn <= s.on && e.No <= s.at.Edition {
			to := fmt.Sprintf("%s/bb/%d", s.base, e.No)
			add(part.Link{Text: fmt.Sprintf("第 %d 版（%s）", e.No, e.Number), Href: to}, to+"?", s.brought(e))
		}
	}
	if len(f.Rows) > 0 {
		y, _ := strconv.Atoi(year)
		since := fmt.Sprintf("%d-12-31", y-1)
		add(part.Link{Text: "与年初相比"}, s.base+"/cha?"+url.Values{qBefore: {since}, qAfter: {s.on}}.Encode()+"&", s.book.Compare(s.book.On(since), s.book.On(s.on), catalog.Query{}))
	}
	return f
}

// admittedFigures are the year's applications for admission and what came of them.
func (l *lens) admittedFigures(on string) (figures, error) {
	from := on[:4] + "-01-01"
	f := figures{Title: on[:4] + "年准入", Rule: "AE-6.2", Heads: []string{"办理情况", "件"}}
	for _, x := range []struct {
		name string
		ask  url.Values
	}{
		{"提出申请", url.Values{qFrom: {from}, qTo: {on}}},
		{"不予准入", url.Values{qOutcome: {string(casework.Reject)}, qClosedFrom: {from}, qClosedTo: {on}}},
	} {
		x.ask.Set(qProcedure, "admission")
		asked, _ := l.caseFilter(x.ask)
		n, err := casework.Tally(l.tx, l.actor, asked, l.now)
		if err != nil {
			return f, err
		}
		f.row(part.Link{Text: x.name}, figure{n, "/sq?" + x.ask.Encode()})
	}
	granted := url.Values{qStanding: {"all"}, qFrom: {from}, qTo: {on}}
	ms, _, err := l.asked(granted)
	f.Rows = slices.Insert(f.Rows, 1, figureRow{part.Link{Text: "批准并实施"}, []figure{{len(ms), "/zr?" + granted.Encode()}}})
	return f, err
}

// lateFigures are what is overdue now, by the unit that it waits for, in the order of
// the directory: no unit is ranked.
func (l *lens) lateFigures() (figures, error) {
	f := figures{Title: "现在超期", Rule: "DM-11.1", Heads: []string{"单位", "未按期提出调整", "办件超期未办"}, Empty: "没有超期的。", Note: "按单位名录的顺序，没有列出的单位没有超期。"}
	ds, err := l.duties(true)
	if err != nil {
		return f, err
	}
	owed := map[string]int{}
	for _, d := range ds {
		if d.Overdue(l.now) {
			owed[d.Unit]++
		}
	}
	late, err := casework.Late(l.tx, l.actor, l.now)
	for _, u := range l.units.Every() {
		cases := map[string]bool{}
		for _, p := range l.parties(u.ID) {
			for _, id := range late[p.Key()] {
				cases[id] = true
			}
		}
		if owed[u.ID]+len(cases) > 0 {
			f.row(part.Link{Text: u.Name}, figure{owed[u.ID], "/jg?" + url.Values{qShow: {dutiesOverdue}, qUnit: {u.ID}}.Encode()}, figure{len(cases), "/sq?" + url.Values{qLate: {u.ID}}.Encode()})
		}
	}
	if len(f.Rows) == 0 {
		f.Note = ""
	}
	return f, err
}

// parties are what a unit is asked as: itself, and the offices that it holds today.
func (l *lens) parties(unit string) []org.Party {
	ps := []org.Party{org.Unit(unit)}
	for _, r := range l.units.Roles(unit, l.today()) {
		ps = append(ps, org.Holder(r))
	}
	return ps
}
