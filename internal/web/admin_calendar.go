package web

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/web/part"
)

// A yearView is the working days of one year.
type yearView struct {
	Year   int
	Known  int // the last year whose notice is out
	Months [][]dayView
	Named  part.Table // holidays and make-up days
	From   part.Table // editions
	Sum    *calendar.Sum
	Form   sumForm
	Marks  string // 日历版本
}

// A dayView is one square of a month; without a number it is empty.
type dayView struct {
	N          int
	Off        bool
	Mark, Note string // 休, 班 where that is not plain, and why
}

// A sumForm asks for the Nth working day after a day.
type sumForm struct {
	From string `json:"from"`
	N    string `json:"n"`
}

var sumLayout = form.Layout{{Fields: []form.Field{
	{Name: "from", Label: "事由发生的日期", Type: form.Date, Need: "填写“事由发生的日期”"},
	{Name: "n", Label: "多少个工作日", Type: form.Line, Need: "填写“多少个工作日”，例如 10", Hint: "当天不计入。往前数写负数", Max: 5},
}}}

var kindsOfEdition = []form.Option{{Value: calendar.National, Label: "年度通知"}, {Value: calendar.Later, Label: "后续通知"}, {Value: calendar.Local, Label: "区内补充"}}

func (q *Request) calendar() (c *calendar.Calendar, err error) {
	err = q.Read(func(tx *db.Tx) (err error) { c, err = calendar.Load(tx); return err })
	return c, err
}

// showCalendar is the year with its holidays, and a calculator for working days.
func showCalendar(q *Request) (Reply, error) {
	c, err := q.calendar()
	if err != nil {
		return Reply{}, err
	}
	v := yearView{Year: q.Now.In(calendar.Zone).Year(), Known: c.Known, Marks: c.Edition}
	if y, err := strconv.Atoi(q.Query.Get("year")); err == nil && y >= 2024 && y <= 2099 {
		v.Year = y
	}
	if err := v.fill(c); err != nil {
		return Reply{}, err
	}
	v.Form = sumForm{From: form.Clean(q.Query.Get("from")), N: form.Clean(q.Query.Get("n"))}
	if v.Form == (sumForm{}) {
		v.Form.From = q.today()
		return v.reply(), nil
	}
	sum, err := v.Form.sum(c)
	if err != nil {
		return v.reply(), err
	}
	v.Sum = &sum
	return v.reply(), nil
}

func (v yearView) reply() Reply { return Show("工作日历", v.page()) }

// sum counts as the form asks.
func (f sumForm) sum(c *calendar.Calendar) (s calendar.Sum, err error) {
	if err := check(sumLayout, f); err != nil {
		return s, err
	}
	day, err := form.ParseDate(f.From)
	if err != nil {
		return s, fault.On("from", "", "“事由发生的日期”应为日期，例如 2026年11月23日")
	}
	n, err := strconv.Atoi(f.N)
	if err != nil || n == 0 || n < -500 || n > 500 {
		return s, fault.On("n", "", "“多少个工作日”应是 1 到 500 的整数，往前数写负数")
	}
	return c.Add(day, n)
}

func (v *yearView) fill(c *calendar.Calendar) error {
	named := map[string]bool{}
	v.Named = part.Table{Caption: "放假和调休", Columns: columns("日期", "安排", "缘由")}
	v.From = part.Table{Caption: "依据", Columns: columns("依据", "类别", "印发日期")}
	for _, e := range c.Editions {
		if e.Year == v.Year {
			v.From.Rows = append(v.From.Rows, row(e.Source(), wording(kindsOfEdition, e.Kind), part.Day(e.Issued)))
		}
		for _, d := range e.Days {
			named[d.Date] = true
		}
	}
	for m := time.January; m <= time.December; m++ {
		first := time.Date(v.Year, m, 1, 0, 0, 0, 0, time.UTC)
		days := make([]dayView, (int(first.Weekday())+6)%7) // weeks begin on Monday
		for d := first; d.Month() == m; d = d.AddDate(0, 0, 1) {
			date := d.Format(time.DateOnly)
			works, why, err := c.WorkDay(date)
			if err != nil {
				return err
			}
			x := dayView{N: d.Day(), Off: !works}
			if named[date] {
				x.Mark, x.Note = "休", why
				if works {
					x.Mark = "班"
				}
				v.Named.Rows = append(v.Named.Rows, row(part.Day(date), map[bool]string{true: "上班", false: "放假"}[works], why))
			}
			days = append(days, x)
		}
		for len(days)%7 != 0 {
			days = append(days, dayView{})
		}
		v.Months = append(v.Months, days)
	}
	return nil
}

func listEditions(q *Request) (Reply, error) {
	l := listView{Title: "放假安排", Lead: "一名安全管理员提出，另一名核准。核准后，未办结的时限立即按新安排重算", More: ways(part.Link{Text: "提出放假安排", Href: "/aq/rl/new"}, part.Link{Text: "工作日历", Href: "/rl"})}
	l.Empty = part.Empty("还没有提出过放假安排。程序自带的国务院办公厅年度通知见工作日历")
	l.Table = part.Table{Caption: "放假安排", Columns: columns("放假安排", "年度", "类别", "提出", "结果")}
	err := q.Read(func(tx *db.Tx) error {
		ps, err := calendar.Editions(tx)
		for _, p := range ps {
			l.Table.Rows = append(l.Table.Rows, led(part.Link{Text: p.Title, Href: "/aq/rl/" + p.ID}, p.Number, strconv.Itoa(p.Year), wording(kindsOfEdition, p.Kind), p.Proposed.Name+" "+moment(p.Proposed.At), became(p)))
		}
		return err
	})
	return l.reply(), err
}

// became is what became of a proposal.
func became(p calendar.Proposal) string {
	switch {
	case p.Open():
		return "待另一名安全管理员核准"
	case !p.Rejected.At.IsZero():
		return p.Rejected.Name + " " + moment(p.Rejected.At) + " 不予核准：" + p.Reason
	}
	return p.Approved.Name + " " + moment(p.Approved.At) + " 核准"
}

// An editionForm is an edition as it is pasted in, with what it would change.
type editionForm struct {
	Text   string
	Read   *calendar.Edition // once it can be read
	Shifts []calendar.Shift
}

var editionLayout = form.Layout{{Fields: []form.Field{{Name: "text", Label: "内容", Type: form.Text, Need: "粘贴放假安排", Max: 20000}}}}

func (f editionForm) reply() Reply {
	return Show("提出放假安排", f.page()).Under(part.Link{Text: "放假安排", Href: "/aq/rl"})
}

func askEdition(q *Request) (Reply, error) {
	next := q.Now.In(calendar.Zone).Year() + 1
	return editionForm{Text: fmt.Sprintf("年度,%d\n类别,年度通知\n标题,\n文号,\n印发日期,\n", next)}.reply(), nil
}

// proposeEdition reads an edition, shows what it would change, and brings it in.
func proposeEdition(q *Request) (Reply, error) {
	f := editionForm{Text: q.Form.Get("text")}
	if fs := q.Files("file"); len(fs) > 0 {
		b, err := fs[0].Open()
		if err != nil {
			return f.reply(), err
		}
		defer b.Close()
		text, err := io.ReadAll(io.LimitReader(b, 65<<10))
		if err != nil {
			return f.reply(), err
		}
		f.Text = string(text)
	}
	e, err := calendar.ParseEdition(strings.NewReader(f.Text))
	if err == nil {
		err = e.Check()
	}
	if err != nil {
		f.Text = strings.ToValidUTF8(f.Text, "")
		return f.reply(), onText(err)
	}
	c, err := q.calendar()
	if err != nil {
		return Reply{}, err
	}
	f.Read, f.Shifts = &e, calendar.Shifts(c, c.With(e))
	if q.Form.Get("do") != "propose" {
		return f.reply(), nil
	}
	r, err := q.change(f.reply(), func(tx *db.Tx) (Receipt, error) {
		id, err := calendar.Propose(tx, q.Actor, e, q.Now)
		return Receipt{What: "放假安排已提交，等另一名安全管理员核准", Location: "/aq/rl/" + id}, err
	})
	return r, onText(err)
}

// onText lets every fault of an edition lead to the one field it was typed into.
func onText(err error) error {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	g := *f
	g.Fields = slices.Clone(f.Fields)
	for i := range g.Fields {
		g.Fields[i].Name = "text"
	}
	return &g
}

func shiftTable(ss []calendar.Shift) part.Table {
	t := part.Table{Caption: "改变的日子", Columns: columns("日期", "改为", "缘由")}
	for _, s := range ss {
		t.Rows = append(t.Rows, row(part.Day(s.Date), map[bool]string{true: "上班", false: "放假"}[s.Works], s.Reason))
	}
	return t
}

func editionFacts(e calendar.Edition) []part.Fact {
	return []part.Fact{{Label: "年度", Text: strconv.Itoa(e.Year)}, {Label: "类别", Text: wording(kindsOfEdition, e.Kind)}, {Label: "标题", Text: e.Title}, {Label: "文号", Text: e.Number}, {Label: "印发日期", Text: part.Day(e.Issued)}}
}

// An editionView is one proposal before whoever decides on it.
type editionView struct {
	calendar.Proposal
	Shifts []calendar.Shift
	Own    bool // proposed by whoever looks at it
	Form   struct {
		Reason string `json:"reason"`
	}
}

var rejectLayout = form.Layout{{Fields: []form.Field{{Name: "reason", Label: "原因", Type: form.Line, Need: "填写“原因”", Max: 100}}}}

func (q *Request) edition() (v editionView, err error) {
	err = q.Read(func(tx *db.Tx) (err error) {
		if v.Proposal, err = calendar.Find(tx, q.Path("id")); err != nil {
			return err
		}
		c, err := calendar.Load(tx)
		if err == nil && v.Open() {
			v.Shifts = calendar.Shifts(c, c.With(v.Edition))
		}
		return err
	})
	v.Own = v.Proposed.Person == q.Actor.Person
	return v, err
}

func (v editionView) reply() Reply {
	at := "/aq/rl/" + v.ID
	cards := []templ.Component{part.Head{Title: v.Title, Lead: became(v.Proposal)}.Show(), factCard("放假安排", append(editionFacts(v.Edition), part.Fact{Label: "提出", Text: v.Proposed.Name + " " + moment(v.Proposed.At)}))}
	if v.Open() {
		cards = append(cards, part.List{Heading: "核准后改变的日子", Table: shiftTable(v.Shifts), Empty: part.Empty("没有日子因此改变")}.Show())
	} else {
		t := part.Table{Caption: "列出的日子", Columns: columns("日期", "安排", "名称")}
		for _, d := range v.Days {
			t.Rows = append(t.Rows, row(part.Day(d.Date), map[bool]string{true: "上班", false: "放假"}[d.Works], d.Name))
		}
		cards = append(cards, part.List{Heading: "列出的日子", Table: t}.Show())
	}
	switch {
	case v.Open() && v.Own:
		cards = append(cards, part.Empty("这份放假安排是你提出的，由另一名安全管理员核准"),
			asking{To: at + "/bh", Title: "撤回", Fields: rejectLayout.Fields(), Src: v.Form, Do: part.Do{Text: "撤回放假安排", Tone: part.Grave}}.page())
	case v.Open():
		cards = append(cards, pressCard("核准", "核准后立即生效，未办结的时限按新安排重算，每一项的变化记入办理记录。已办结的不变。", at+"/hz", part.Do{Text: "核准放假安排"}),
			asking{To: at + "/bh", Title: "不予核准", Fields: rejectLayout.Fields(), Src: v.Form, Do: part.Do{Text: "不予核准", Tone: part.Grave}}.page())
	}
	return Show("放假安排", all(cards...)).Under(part.Link{Text: "放假安排", Href: "/aq/rl"})
}

func showEdition(q *Request) (Reply, error) {
	v, err := q.edition()
	if err != nil {
		return Reply{}, err
	}
	return v.reply(), nil
}

// approveEdition puts an edition in force and counts every open deadline anew in
// the same transaction.
func approveEdition(q *Request) (Reply, error) {
	v, err := q.edition()
	if err != nil {
		return Reply{}, err
	}
	return q.change(v.reply(), func(tx *db.Tx) (Receipt, error) {
		if _, _, err := calendar.Approve(tx, q.Actor, v.ID, q.Now); err != nil {
			return Receipt{}, err
		}
		env, err := q.Site.Cases.Wire(tx, q.Now)
		if err != nil {
			return Receipt{}, err
		}
		moved, err := casework.Recompute(tx, env, q.Now)
		return Receipt{What: fmt.Sprintf("放假安排已核准，%d 项未办结的时限因此改变", moved), Location: "/aq/rl/" + v.ID}, err
	})
}

func rejectEdition(q *Request) (Reply, error) {
	v, err := q.edition()
	if err != nil {
		return Reply{}, err
	}
	q.Bind(rejectLayout, &v.Form)
	return q.change(v.reply(), func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "放假安排已退回，不生效", Location: "/aq/rl/" + v.ID}, calendar.Reject(tx, q.Actor, v.ID, v.Form.Reason, q.Now)
	})
}
