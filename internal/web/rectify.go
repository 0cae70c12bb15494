package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/rectify"
	"yidan/internal/regulation"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// rectifyRoutes are how list office and justice bureau order a unit to put right
// what it has not applied for in time, and the register of those orders (DM-11.1).
// Reporting, finding and receiving are acts of a case like any other.
var rectifyRoutes = []Route{
	{http.MethodGet, orders, Business, Read, showOrders},
	{http.MethodGet, orders + "/xlsx", Business, Heavy, exportOrders},
	{http.MethodGet, "/jg/sy/{id}/zl/{unit}", orderers, Read, func(q *Request) (Reply, error) { return q.ordering(nil) }},
	{http.MethodPost, "/jg/sy/{id}/zl/{unit}", orderers, Write, giveOrder},
}

const orders = "/jg/zg"

// orderURL is where an office orders a unit to answer a trigger.
// orderers are those who may order that something be put right (DM-11.1).
var orderers = Offices(org.ListOffice, org.Justice)

func orderURL(trigger, unit string) string { return "/jg/sy/" + trigger + "/zl/" + unit }

// ordersOf are the orders about the triggers of duties, the last of each unit.
func (l *lens) ordersOf(ds []dutyLine) (map[[2]string]rectify.Record, error) {
	var ts []string
	for _, d := range ds {
		if !slices.Contains(ts, d.Trigger.ID) {
			ts = append(ts, d.Trigger.ID)
		}
	}
	rs, err := rectify.Of(l.tx, ts...)
	by := map[[2]string]rectify.Record{}
	for _, r := range rs {
		by[[2]string{r.Trigger, r.Unit}] = r
	}
	return by, err
}

// orderState is what stands below the light of a duty: the order about it and, for
// the offices, the way to give one.
func (l *lens) orderState(d dutyLine, r rectify.Record, seen bool) (cs []templ.Component) {
	if seen {
		cs = append(cs, part.What(part.Link{Text: "已责令整改", Href: "/sq/" + r.Case}, r.Number+" · "+r.State()))
	}
	if orderers.Admits(Visitor{Actor: l.actor}) && d.Unit != l.actor.Unit && d.Overdue(l.now) && (r.Case == "" || r.Finding != "") {
		cs = append(cs, part.Offer(part.Link{Text: "责令限期整改", Href: orderURL(d.Trigger.ID, d.Unit)}))
	}
	return cs
}

// ordering is the one page on which an order is written.
func (q *Request) ordering(typed *rectify.Order) (r Reply, err error) {
	trigger, unit := q.Path("id"), q.Path("unit")
	err = q.look(func(l *lens) error {
		x, last, err := regulation.Order(l.tx, trigger, unit, q.Now)
		if err != nil {
			return err
		}
		u, _ := l.units.Unit(q.Actor.Unit)
		x.Contact, x.Phone = q.Actor.Name, u.Phone
		about := x
		if typed != nil {
			x.Demand, x.DueOn, x.Contact, x.Phone = typed.Demand, typed.DueOn, typed.Contact, typed.Phone
		}
		fields := slices.Clone(rectify.OrderLayout().Fields())
		hint, err := l.orderHint(last)
		if err != nil {
			return err
		}
		for i, f := range fields {
			if f.Name == "due_on" {
				fields[i].Hint = hint
			}
		}
		r = asking{
			Head: part.Head{Title: "责令限期整改：" + about.UnitName, Lead: "提交后出具责令限期整改通知书，送该单位，并抄送编办、司法局"},
			Before: factCard("没有按期提出的申请", []part.Fact{
				{Label: "调整事由", Text: about.Event + "（" + part.Day(about.HappenedOn) + "）"}, {Label: "没有提出的事项", Text: about.Matters}, {Label: "应当提出的期限", Text: part.Day(about.ApplyBy)},
			}),
			To: orderURL(trigger, unit), Title: "整改要求", Fields: fields, Src: &x, Do: part.Do{Text: "责令限期整改"}, Back: part.Link{Text: "返回调整事由", Href: "/jg/sy/" + trigger},
		}.reply(part.Link{Text: "调整事由", Href: "/jg"})
		return nil
	})
	return r, err
}

// orderHint says until when an order may run, and where that comes from.
func (l *lens) orderHint(last string) (string, error) {
	vs, err := parameter.Load(l.tx)
	if err != nil || last == "" {
		return "", err
	}
	for _, r := range parameter.All(vs, l.today()) {
		if r.Key == "rectify.term" {
			return "最晚" + part.Day(last) + "（从今天起 " + r.Text + "，" + r.Rests + "），可以提前", nil
		}
	}
	return "", nil
}

// giveOrder opens the order and hands it in: it is in force at once, or once it is
// signed where the office's answers are.
func giveOrder(q *Request) (Reply, error) {
	var typed rectify.Order
	q.Bind(rectify.OrderLayout(), &typed)
	page, err := q.ordering(&typed)
	if err != nil {
		return page, err
	}
	if err := fault.Join(rectify.OrderLayout().Check(&typed)...); err != nil {
		return page, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		id, err := q.Site.Cases.OpenIn(tx, "rectification", q.Actor, q.Now, func(tx *db.Tx, dst any) error {
			x, _, err := regulation.Order(tx, q.Path("id"), q.Path("unit"), q.Now)
			x.Demand, x.DueOn, x.Contact, x.Phone = typed.Demand, typed.DueOn, typed.Contact, typed.Phone
			*dst.(*rectify.Order) = x
			return err
		})
		if err != nil {
			return Receipt{}, err
		}
		var r Receipt
		err = q.Site.Cases.In(tx, q.Now, func(d *casework.Docket) error {
			return d.Do(id, q.Now, func(c *casework.Case) error {
				a := q.answer("")
				a.Verdict = casework.Submit
				err := c.Answer(1, a)
				r = receipt(c, "责令整改通知已发出")
				return err
			})
		})
		return r, err
	})
}

// triggerTabs lead to what has to be adjusted and to what was ordered.
func triggerTabs(late int, show string) []part.Tab {
	return []part.Tab{
		{Text: "待提出", Href: "/jg", Here: show == dutiesOpen}, {Text: "未按期提出", Href: "/jg?" + qShow + "=" + dutiesOverdue, Count: late, Here: show == dutiesOverdue},
		{Text: "全部", Href: "/jg?" + qShow + "=" + dutiesAll, Here: show == dutiesAll}, {Text: "责令整改", Href: orders, Here: show == orders},
	}
}

// overdue is how many duties that the actor may see are overdue.
func (l *lens) overdue() (n int, err error) {
	ds, err := l.duties(true)
	for _, d := range ds {
		if d.Overdue(l.now) {
			n++
		}
	}
	return n, err
}

// showOrders is the register of orders, as far as the actor may see them.
func showOrders(q *Request) (Reply, error) {
	v := listView{Title: "责令整改", Lead: "没有按期提出清单调整的，由区委编办、区司法局责令限期整改（动态管理办法第十一条）"}
	v.More = ways(part.Link{Text: "导出 Excel", Href: orders + "/xlsx" + ask(q.Query, qKey, "")})
	var bad note
	err := q.look(func(l *lens) error {
		rows, next, f, b, err := l.register(q, "rectification")
		if err != nil {
			return err
		}
		bad = b
		rs, err := rectify.Register(l.tx, ids(rows)...)
		if err != nil {
			return err
		}
		late, err := l.overdue()
		if err != nil {
			return err
		}
		v.Tabs = triggerTabs(late, orders)
		v.Table = part.Table{Caption: "责令整改，最近责令的在前", Columns: []part.Column{{Title: "责令整改"}, {Title: "责令单位"}, {Title: "整改期限"}, {Title: "状态"}, {Title: "移送"}}}
		for _, r := range rows {
			x := rs[r.ID]
			due, ordered, state := part.Plain(part.Day(x.DueOn)), "", l.standing(r)
			if x.Case != "" { // not while it is written
				ordered, state = r.Number+" · "+part.Day(x.OrderedOn)+"责令", x.State()
			}
			if r.Stage == rectify.Report {
				due = part.Light(l.light(r.Due))
			}
			v.Table.Rows = append(v.Table.Rows, part.Row{Name: r.Title, Cells: []templ.Component{
				part.What(caseLink(r), ordered), part.Plain(l.units.Called(r.Owner)), due, part.Plain(state), part.Plain(l.passedOn(x)),
			}})
		}
		v.Pager = pager(q, next)
		v.Filter = l.registerFilter(q, orders, f,
			part.Group{Title: "责令单位", Name: qOwner, Kind: "select", Options: unitOptions(l.ordering(), f.Owner)},
			part.Group{Title: "被责令的单位", Name: qUnit, Kind: "select", Options: unitOptions(l.units.Units(l.today()), f.Unit)})
		if len(rows) == 0 {
			v.Empty = part.Empty("没有责令整改。区委编办、区司法局可以从“未按期提出”里责令。", part.Link{Text: "未按期提出", Href: "/jg?" + qShow + "=" + dutiesOverdue})
			if len(v.Filter.Chips) > 0 {
				v.Empty = part.Empty("按这些条件没有找到责令整改。去掉一个条件再查。", part.Link{Text: "清除条件", Href: orders})
			}
		}
		return nil
	})
	return bad.on(v.reply(part.Link{Text: "调整事由", Href: "/jg"}).Print(part.Sheet{By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: v.Title})), err
}

// ordering are the units that may order.
func (l *lens) ordering() (us []org.UnitRow) {
	for _, r := range []org.Role{org.ListOffice, org.Justice} {
		if u, ok := l.units.Unit(l.units.Holder(r, l.today())); ok {
			us = append(us, u)
		}
	}
	return us
}

// passedOn is how what was not put right was handed over; whether it was received is
// for the offices and the receiver alone.
func (l *lens) passedOn(x rectify.Record) string {
	if x.Clue == "" {
		return ""
	}
	s := part.Day(x.FoundOn) + "移送" + l.units.Name(x.To)
	switch {
	case !l.tracks(x):
	case x.ReceivedOn != "":
		s += "，" + part.Day(x.ReceivedOn) + "接收，登记编号 " + x.ReceiptNo
	default:
		s += "（" + x.Letter + "），待接收"
	}
	return s
}

// tracks reports that an actor may know what became of a clue.
func (l *lens) tracks(x rectify.Record) bool {
	return overseesList(l.actor) && l.actor.Unit != x.Unit || l.actor.Unit == x.To
}

// exportOrders is the register, as it is narrowed, as a spreadsheet.
func exportOrders(q *Request) (Reply, error) {
	p := sheet.Page{Name: "责令整改", Title: "责令整改（" + org.Day(q.Now) + "）", Heads: []string{"编号", "被责令的单位", "责令单位", "没有提出的事项", "应当提出的期限", "责令日期", "整改期限", "报告日期", "报告", "状态", "认定日期", "认定的理由", "移送"}, Widths: []float64{18, 22, 22, 36, 14, 12, 12, 12, 40, 20, 12, 40, 36}}
	err := q.look(func(l *lens) error {
		return l.every(q, "rectification", func(rows []casework.Row) error {
			rs, err := rectify.Register(l.tx, ids(rows)...)
			for _, r := range rows {
				if x := rs[r.ID]; x.Case != "" {
					p.Rows = append(p.Rows, []string{r.Number, l.units.Name(x.Unit), l.units.Name(r.Owner), x.Matters, x.ApplyBy, x.OrderedOn, x.DueOn, x.ReportedOn, x.Report, x.State(), x.FoundOn, x.Reasons, l.passedOn(x)})
				}
			}
			return err
		})
	})
	return spreadsheet(q, p, err)
}

// ordered is what the register says beside a case: of an order its trigger and what
// came of it, of a clue the order that it came from.
func (m *matter) ordered(tx *db.Tx, p *casePage) error {
	fs, err := m.orderFacts(tx)
	if len(fs) > 0 {
		p.Beside = append(p.Beside, beside{"责令整改", fs})
	}
	return err
}

func (m *matter) orderFacts(tx *db.Tx) (fs []part.Fact, err error) {
	l := &lens{tx: tx, env: m.env, units: m.dir, actor: m.q.Actor, now: m.q.Now}
	fact := func(label, text string) {
		if text != "" {
			fs = append(fs, part.Fact{Label: label, Text: text})
		}
	}
	if y, ok := m.Form.(*rectify.Clue); ok {
		fs = []part.Fact{{Label: "全部记录", Show: l.caseOrName(y.Order, y.Number)}, {Label: "移送文号", Text: y.Letter}}
	}
	x, ok := m.Form.(*rectify.Order)
	if !ok {
		return fs, nil
	}
	r, err := rectify.Find(tx, m.ID)
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	if overseesList(m.q.Actor) || m.q.Actor.Unit == x.Unit {
		fs = append(fs, part.Fact{Label: "调整事由", Show: part.To(part.Link{Text: "看涉及的事项和申请", Href: "/jg/sy/" + x.Trigger})})
	}
	if r.Case == "" {
		return fs, nil
	}
	fact("状态", r.State())
	if r.ReportedOn != "" {
		fs = append(fs, part.Fact{Label: "报告", Show: part.To(part.Link{Text: part.Day(r.ReportedOn), Href: m.path("?tab=" + tabOpinions)})})
	}
	fact("报告内容", clipped(r.Report, 120))
	fact("认定的理由", r.Reasons)
	if r.Clue != "" {
		fact("移送", part.Day(r.FoundOn)+"，"+l.units.Name(r.To))
	}
	if r.Clue != "" && l.tracks(r) {
		fact("移送文号", r.Letter)
		fact("接收", cmp.Or(strings.TrimSuffix(part.Day(r.ReceivedOn)+"，登记编号 "+r.ReceiptNo, "，登记编号 "), "待接收"))
	}
	if r.Clue != "" && casework.Visible(tx, m.q.Actor, r.Clue) == nil {
		fs = append(fs, part.Fact{Label: "线索", Show: part.To(part.Link{Text: "看线索", Href: "/sq/" + r.Clue})})
	}
	return fs, nil
}

// ownChanges are the applications about the list that the actor's unit has filed.
func (m *matter) ownChanges(tx *db.Tx, l form.Layout) (os []form.Option, err error) {
	if !slices.ContainsFunc(l.Fields(), func(f form.Field) bool { return f.Source == "own-changes" }) {
		return nil, nil
	}
	for _, procedure := range []string{"adjustment", "removal"} {
		rows, _, err := casework.List(tx, m.q.Actor, casework.Filter{Procedure: procedure, Owner: m.q.Actor.Unit, Limit: mostEarlier}, m.q.Now)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			os = append(os, form.Option{Value: r.ID, Label: r.Number + " " + r.Title})
		}
	}
	return os, nil
}
