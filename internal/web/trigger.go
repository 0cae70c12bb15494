package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/adjustment"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/rectify"
	"yidan/internal/web/part"
)

// The register of what calls for changing the list (调整事由, DM-8.1). List office
// and justice bureau see all of it, a unit what it must apply for.
var triggerRoutes = []Route{
	{http.MethodGet, "/jg", Business, Read, showTriggers},
	{http.MethodGet, "/jg/sy/xin", Offices(org.ListOffice), Read, func(q *Request) (Reply, error) { return q.newTrigger(nil) }},
	{http.MethodPost, "/jg/sy/xin", Offices(org.ListOffice), Write, openTrigger},
	{http.MethodGet, "/jg/sy/{id}", Business, Read, func(q *Request) (Reply, error) { return q.trigger(nil) }},
	{http.MethodPost, "/jg/sy/{id}/{no}", Offices(org.ListOffice), Write, dismissDuty},
}

var advices = map[string]string{"add": "增加", "cancel": "取消", "adjust": "调整", "check": "核对"}

// overseesList reports that an actor sees every duty: list office and justice bureau
// (DM-11.1), and those for whom the figures are made.
func overseesList(a org.Actor) bool { return overseers.Admits(Visitor{Actor: a}) }

// within is the time in which article 8 has units apply.
func (l *lens) within() (calendar.Term, error) {
	vs, err := parameter.Load(l.tx)
	if err != nil {
		return calendar.Term{}, err
	}
	return vs.At(l.now).Term("adjustment.apply"), nil
}

// dueOn is when a duty of a trigger of a day runs out.
func (l *lens) dueOn(day string, within calendar.Term) calendar.Deadline {
	from, err := time.ParseInLocation(time.DateOnly, day, calendar.Zone)
	if err != nil {
		return calendar.Deadline{}
	}
	return l.env.Calendar.Due(from, within, nil)
}

// A dutyLine is a duty in a list.
type dutyLine struct {
	adjustment.Duty
	Trigger adjustment.Trigger
	Due     calendar.Deadline
}

// Overdue reports that the ten days are over, and that for certain (DM-11.1).
func (d dutyLine) Overdue(now time.Time) bool {
	return d.Open() && !d.Due.At.IsZero() && !d.Due.Provisional && !now.Before(d.Due.At)
}

// duties are those that the actor may see, by deadline.
func (l *lens) duties(open bool) (all []dutyLine, err error) {
	units := l.actor.Units()
	if overseesList(l.actor) {
		units = nil
	}
	ts, err := adjustment.Every(l.tx, open, units...)
	if err != nil {
		return nil, err
	}
	within, err := l.within()
	for _, t := range ts {
		for _, d := range t.Duties {
			all = append(all, dutyLine{d, t, l.dueOn(t.HappenedOn, within)})
		}
	}
	slices.SortStableFunc(all, func(a, b dutyLine) int { return a.Due.At.Compare(b.Due.At) })
	return all, err
}

// What the register may be narrowed down to.
const (
	dutiesOpen    = ""
	dutiesOverdue = "cq"
	dutiesAll     = "qb"
	qShow         = "xs"
)

func showTriggers(q *Request) (Reply, error) {
	show, unit, words := q.Query.Get(qShow), q.Query.Get(qUnit), form.Clean(q.Query.Get(qWords))
	v := listView{Title: "调整事由", Lead: "发生了应当调整清单的事情，由谁在什么时候以前提出申请（动态管理办法第八条）"}
	err := q.look(func(l *lens) error {
		all, err := l.duties(show != dutiesAll)
		if err != nil {
			return err
		}
		var late, kept []dutyLine
		for _, d := range all {
			if d.Overdue(q.Now) {
				late = append(late, d)
			}
		}
		if show == dutiesOverdue {
			all = late
		}
		for _, d := range all {
			if (unit == "" || d.Unit == unit) && containsAll(d.Trigger.Event+" "+d.Matter+" "+d.Code+" "+l.units.Name(d.Unit), words) {
				kept = append(kept, d)
			}
		}
		v.Tabs = triggerTabs(len(late), show)
		v.Filter = l.dutyFilter(q)
		kept, next := cut(kept, q.Query.Get(qKey), func(d dutyLine) string { return d.Ref() })
		v.Pager = pager(q, next)
		if v.Table, err = l.dutyTable("调整事由，先到期的在前", kept); err != nil {
			return err
		}
		switch {
		case len(kept) > 0:
		case words != "" || unit != "":
			v.Empty = part.Empty("按这些条件没有找到调整事由。去掉一个条件再查。", part.Link{Text: "清除条件", Href: v.Filter.Clear})
		case show == dutiesOverdue:
			v.Empty = part.Empty("没有超过 10 个工作日还没有提出的。")
		default:
			v.Empty = part.Empty("没有等待提出的清单调整。依据变化、上级决定、职能调整和基层反映登记以后列在这里。")
		}
		if q.Actor.Holds(org.ListOffice) {
			v.More = part.Go(part.Link{Text: "登记调整事由", Href: "/jg/sy/xin"}, part.Second)
		}
		return nil
	})
	return Show("调整事由", listPage(v)), err
}

// dutyFilter narrows the register down: by words, and by unit for those who see all.
func (l *lens) dutyFilter(q *Request) *part.Filter {
	f := wordsFilter("/jg", q)
	if show := q.Query.Get(qShow); show != "" {
		f.Keep, f.Clear = []part.Fact{{Label: qShow, Text: show}}, "/jg"+ask(url.Values{qShow: {show}})
	}
	if overseesList(l.actor) {
		f.Groups = append(f.Groups, part.Group{Title: "应由谁提出", Name: qUnit, Kind: "select", Options: unitOptions(l.units.Units(l.today()), q.Query.Get(qUnit))})
		f.Chips = chips("/jg", q.Query, f.Groups)
	}
	return f
}

// dutyTable are duties as a table.
func (l *lens) dutyTable(caption string, ds []dutyLine) (part.Table, error) {
	t := part.Table{Caption: caption, Columns: []part.Column{{Title: "事项"}, {Title: "事由"}, {Title: "应由谁提出"}, {Title: "时限"}}}
	rs, err := l.ordersOf(ds)
	if err != nil {
		return t, err
	}
	var about []string
	for _, d := range ds {
		about = append(about, d.Case, rs[[2]string{d.Trigger.ID, d.Unit}].Case)
	}
	seen, err := casework.VisibleOf(l.tx, l.actor, about...)
	for _, d := range ds {
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{
			part.What(part.Link{Text: d.Matter, Href: "/jg/sy/" + d.Trigger.ID}, strings.TrimPrefix(d.Code+" · 建议"+advices[d.Advice], " · ")),
			part.Over(d.Trigger.Event, part.Day(d.Trigger.HappenedOn)), part.Plain(l.units.Name(d.Unit)), l.dutyState(d, rs[[2]string{d.Trigger.ID, d.Unit}], seen),
		}})
	}
	return t, err
}

// dutyState is how a duty stands: its light while it is open, with the order that
// was given about it, or what ended it; seen are the cases that the actor may open.
func (l *lens) dutyState(d dutyLine, r rectify.Record, seen map[string]bool) templ.Component {
	switch {
	case d.Case != "":
		text := "已提出申请"
		if d.Applied != "" && d.Applied != d.Unit {
			text = "已由" + l.units.Name(d.Applied) + "提出申请"
		}
		if seen[d.Case] {
			return part.To(part.Link{Text: text, Href: "/sq/" + d.Case})
		}
		return part.Plain(text)
	case !d.DismissedAt.IsZero():
		return part.Plain("不需要调整：" + d.Reason + "（" + d.DismissedName + "）")
	}
	return templ.Join(append([]templ.Component{part.Light(l.light(d.Due))}, l.orderState(d, r, seen[r.Case])...)...)
}

// A triggerView is one trigger: what happened, who must apply, and what became of it.
type triggerView struct {
	Head    part.Head
	Facts   []part.Fact
	Table   part.Table
	Why     *part.Why
	Mine    []part.Link // applications that the reader's unit may begin
	Dismiss []dismissal
}

// A dismissal is the form by which the list office ends a duty.
type dismissal struct {
	To, Matter string
	Src        *reasonForm
	Typed      bool // it was handed in and refused
}

type reasonForm struct {
	Reason string `json:"reason"`
}

var dismissLayout = form.Layout{{Key: "dismiss", Rule: "DM-8.1", Fields: []form.Field{
	{Name: "reason", Label: "不需要调整的理由", Type: form.Text, Max: 500, Need: "写明不需要调整的理由"},
}}}

// trigger is the page of a trigger, with what was typed if anything was.
func (q *Request) trigger(typed *reasonForm) (Reply, error) {
	var v triggerView
	err := q.look(func(l *lens) error {
		t, err := adjustment.TriggerOf(l.tx, q.Path("id"))
		if err != nil {
			return err
		}
		if !overseesList(q.Actor) {
			t.Duties = slices.DeleteFunc(t.Duties, func(d adjustment.Duty) bool { return !slices.Contains(q.Actor.Units(), d.Unit) })
			if len(t.Duties) == 0 {
				return fault.Absent()
			}
		}
		within, err := l.within()
		if err != nil {
			return err
		}
		v.Head = part.Head{Title: t.Event, Lead: kindText(t.Kind) + " · 发生于" + part.Day(t.HappenedOn)}
		v.Facts = []part.Fact{{Label: "登记", Text: t.OpenedName + "　" + clockTime(q.Now, t.OpenedAt)}, {Label: "应当提出的期限", Show: part.Light(l.light(l.dueOn(t.HappenedOn, within)))}}
		if of := cause(l.tx, q.Actor, t); of.Href != "" {
			v.Facts = append(v.Facts, part.Fact{Label: "来源", Show: part.To(of)})
		}
		if from, err := time.ParseInLocation(time.DateOnly, t.HappenedOn, calendar.Zone); err == nil {
			x := l.env.Calendar.Explain(from, within, nil)
			v.Why = &x
		}
		var ds []dutyLine
		for _, d := range t.Duties {
			ds = append(ds, dutyLine{d, t, l.dueOn(t.HappenedOn, within)})
			if !d.Open() {
				continue
			}
			if slices.Contains(q.Actor.Units(), d.Unit) && Changers.Admits(q.Visitor) {
				v.Mine = append(v.Mine, part.Link{Text: "提出申请：" + d.Matter, Href: "/sq/new/adjustment" + ask(nil, "code", d.Code, "kind", kindOf(d), "duty", d.Ref())})
			}
			if like := t.Like(d); q.Actor.Holds(org.ListOffice) && like[0].No == d.No {
				x := dismissal{To: fmt.Sprintf("/jg/sy/%s/%d", t.ID, d.No), Matter: d.Matter + "（" + l.eachOf(like) + "）", Src: &reasonForm{}}
				if typed != nil && q.Path("no") == fmt.Sprint(d.No) {
					x.Src, x.Typed = typed, true
				}
				v.Dismiss = append(v.Dismiss, x)
			}
		}
		if v.Table, err = l.dutyTable("涉及的事项", ds); err != nil {
			return err
		}
		v.Table.Without(1) // the page is about one event
		return nil
	})
	return Show("调整事由", triggerPage(v)).Under(part.Link{Text: "调整事由", Href: "/jg"}), err
}

// eachOf are the units of duties about one item, in words.
func (l *lens) eachOf(ds []adjustment.Duty) string {
	who := l.units.Name(ds[0].Unit)
	if len(ds) > 1 {
		who += fmt.Sprintf("等 %d 个单位", len(ds))
	}
	return who
}

// kindOf is the change that a duty suggests; none where it is only to be looked at.
func kindOf(d adjustment.Duty) string {
	if d.Advice == "check" {
		return adjustment.Adjust
	}
	return d.Advice
}

func kindText(kind string) string {
	for _, o := range adjustment.TriggerKinds {
		if o.Value == kind {
			return o.Label
		}
	}
	return kind
}

func dismissDuty(q *Request) (Reply, error) {
	var typed reasonForm
	q.Bind(dismissLayout, &typed)
	page, err := q.trigger(&typed)
	if err != nil {
		return page, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		err := adjustment.Dismiss(tx, q.Actor, q.Path("id")+"/"+q.Path("no"), typed.Reason, q.Now)
		return Receipt{What: "调整事由已撤销", Location: "/jg/sy/" + q.Path("id")}, err
	})
}

// A triggerForm is a trigger as the list office enters it by hand.
type triggerForm struct {
	Kind       string     `json:"kind"`
	Event      string     `json:"event"`
	HappenedOn string     `json:"happened_on"`
	Items      []dutyForm `json:"items"`
}

type dutyForm struct {
	Code   string `json:"code"`
	Matter string `json:"matter"`
	Unit   string `json:"unit"`
	Advice string `json:"advice"`
}

var triggerLayout = form.Layout{{Key: "trigger", Title: "调整事由", Rule: "DM-8.1", Fields: append(slices.Clone(adjustment.TriggerLayout[0].Fields),
	form.Field{Name: "items", Label: "涉及的事项", Hint: "要增加的事项没有编码，写明名称", Type: form.Rows, Need: "写明涉及哪些事项，由哪个单位提出调整", Fields: []form.Field{
		{Name: "code", Label: "事项编码", Type: form.Line, Max: 20},
		{Name: "matter", Label: "事项名称", Hint: "写了编码的可以不填", Type: form.Line, Max: 200},
		{Name: "unit", Label: "应由谁提出", Hint: "不选的，由牵头部门提出", Type: form.Select, Source: "changers"},
		{Name: "advice", Label: "建议", Type: form.Select, Need: "选择建议怎么办", Options: []form.Option{{Value: "add", Label: "增加"}, {Value: "cancel", Label: "取消"}, {Value: "adjust", Label: "调整"}, {Value: "check", Label: "核对"}}},
	}})}}

func (q *Request) newTrigger(typed *triggerForm) (Reply, error) {
	if typed == nil {
		typed = &triggerForm{}
	}
	l, err := q.triggerFields()
	return asking{
		Head: part.Head{Title: "登记调整事由", Lead: "登记以后系统立即告知应当提出的单位，并从发生之日起计算 10 个工作日。法律法规的变化在“法规”里登记。"},
		To:   "/jg/sy/xin", Fields: l.Fields(), Src: typed, Do: part.Do{Text: "登记"}, Back: part.Link{Text: "返回调整事由", Href: "/jg"},
	}.reply(part.Link{Text: "调整事由", Href: "/jg"}), err
}

func (q *Request) triggerFields() (form.Layout, error) {
	dir, err := q.directory()
	if err != nil {
		return nil, err
	}
	day := org.Day(q.Now)
	us := units(append(dir.Departments(day), dir.Townships(day)...))
	l := form.Layout{triggerLayout[0]}
	l[0].Fields = slices.Clone(l[0].Fields)
	for i, f := range l[0].Fields {
		if f.Name == "items" {
			l[0].Fields[i].Fields = slices.Clone(f.Fields)
			for j, g := range f.Fields {
				if g.Source == "changers" {
					l[0].Fields[i].Fields[j].Options = us
				}
			}
		}
	}
	return l, nil
}

func openTrigger(q *Request) (Reply, error) {
	var t triggerForm
	layout, err := q.triggerFields()
	if err != nil {
		return Reply{}, err
	}
	q.Bind(layout, &t)
	page, err := q.newTrigger(&t)
	if err != nil || q.Rearranged() {
		return page, err
	}
	if err := fault.Join(layout.Check(&t)...); err != nil {
		return page, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		b, err := q.Site.Books.Get(tx)
		if err != nil {
			return Receipt{}, err
		}
		x := adjustment.Trigger{Kind: t.Kind, Event: t.Event, HappenedOn: t.HappenedOn}
		if x.Duties, err = duties(b, t.Items); err != nil {
			return Receipt{}, err
		}
		var due calendar.Deadline
		l, err := q.lens(tx)
		if err != nil {
			return Receipt{}, err
		}
		within, err := l.within()
		if err != nil {
			return Receipt{}, err
		}
		due = l.dueOn(t.HappenedOn, within)
		id, err := adjustment.Begin(tx, q.Actor, x, due, q.Now)
		return Receipt{What: "调整事由已登记", Location: "/jg/sy/" + id}, err
	})
}

// duties are the items that were named, each with the unit that must apply: the
// one that was chosen, or the lead department.
func duties(b *catalog.Book, items []dutyForm) (ds []adjustment.Duty, err error) {
	var fs []*fault.Fault
	for i, x := range items {
		on := func(field, format string, args ...any) {
			fs = append(fs, fault.On(form.RowName("items", i, field), "DM-8.1", format, args...))
		}
		d := adjustment.Duty{Code: x.Code, Matter: x.Matter, Unit: x.Unit, Advice: x.Advice}
		v := b.Latest(x.Code)
		switch {
		case x.Code != "" && v == nil:
			on("code", "%s", b.NotListed(x.Code))
		case v != nil:
			d.Matter = v.Name
			if d.Unit == "" {
				d.Unit = v.Leader()
			}
		case x.Matter == "":
			on("matter", "写明要增加的事项名称")
		}
		if d.Unit == "" && (v != nil || x.Code == "") {
			on("unit", "选择应由哪个单位提出")
		}
		ds = append(ds, d)
	}
	return ds, fault.Join(fs...)
}
