package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/handover"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// handoverRoutes are what is handed to townships, what they would not take, and
// the check of a draft notice (AE-2.1, AE-2.2).
var handoverRoutes = slices.Concat(
	beginRoutes("handover", Bureaus),
	[]Route{
		{http.MethodGet, "/jbd", Business, Read, showHandovers},
		{http.MethodGet, "/jbd/xlsx", Business, Heavy, exportHandovers},
		{http.MethodGet, handCounts, Business, Read, showHandCounts},
		{http.MethodGet, handCounts + "/{kind}", Business, Heavy, sendHandCounts},
		{http.MethodGet, "/fy", Business, Read, showDisputes},
		{http.MethodGet, "/fy/xlsx", Business, Heavy, exportDisputes},
		{http.MethodGet, "/fy/xin", Towns, Read, func(q *Request) (Reply, error) { return q.report(nil) }},
		{http.MethodPost, "/fy/xin", Towns, Upload, sendReport},
		{http.MethodGet, "/zr/wj", Business, Read, func(q *Request) (Reply, error) { return Show("查交办通知", noticePage(noticeView{})), nil }},
		{http.MethodPost, "/zr/wj", Business, Upload, checkNotice},
		{http.MethodGet, "/zr/wj/cy", Business, Read, func(q *Request) (Reply, error) { return q.wordings(nil) }},
		{http.MethodPost, "/zr/wj/cy", Offices(org.ListOffice), Write, addWording},
		{http.MethodPost, "/zr/wj/cy/{id}", Offices(org.ListOffice), Write, dropWording},
	})

// registerFilter narrows one of the two registers: by words, standing, the units
// on both sides, and days.
func (l *lens) registerFilter(q *Request, to string, f casework.Filter, owners, others part.Group) *part.Filter {
	states := slices.Clone(standings[:3])
	for i := range states {
		states[i].On = states[i].Value == f.Standing
	}
	p := &part.Filter{To: to, Clear: to, Groups: []part.Group{
		{Title: "包含文字", Name: qWords, Kind: "text", Value: f.Words}, {Title: "状态", Name: qStanding, Kind: "select", Options: states},
		owners, others,
		{Title: "日期从", Name: qFrom, Kind: "date", Value: q.Query.Get(qFrom)}, {Title: "到", Name: qTo, Kind: "date", Value: q.Query.Get(qTo)},
	}}
	p.Chips = chips(to, q.Query, p.Groups)
	return p
}

func (l *lens) bureaus(title, name, on string) part.Group {
	return part.Group{Title: title, Name: name, Kind: "select", Options: unitOptions(l.units.Departments(l.today()), on)}
}

func (l *lens) towns(title, name, on string) part.Group {
	return part.Group{Title: title, Name: name, Kind: "select", Options: unitOptions(l.units.Townships(l.today()), on)}
}

func ids(rows []casework.Row) (all []string) {
	for _, r := range rows {
		all = append(all, r.ID)
	}
	return all
}

// register is a page of a register that is made of cases: those the actor may see.
func (l *lens) register(q *Request, procedure string) (rows []casework.Row, next string, f casework.Filter, bad note, err error) {
	f, bad = caseFilter(q.Query)
	f.Procedure = procedure
	rows, next, err = casework.List(l.tx, q.Actor, f, q.Now)
	return rows, next, f, bad, err
}

// showHandovers is the register of what was handed to townships.
func showHandovers(q *Request) (Reply, error) {
	v := listView{Title: "交办事项", Tabs: workTabs("/jbd"), Lead: "交给乡镇（街道）的工作，每一件都依据清单事项或者准入事项"}
	more := []part.Link{{Text: "导出 Excel", Href: "/jbd/xlsx" + ask(q.Query, qKey, "")}}
	if Bureaus.Admits(q.Visitor) {
		more = append(more, part.Link{Text: "交办工作", Href: "/sq/new/handover"})
	}
	v.More = ways(more...)
	var bad note
	err := q.look(func(l *lens) error {
		rows, next, f, b, err := l.register(q, "handover")
		if err != nil {
			return err
		}
		bad = b
		rs, err := handover.Find(l.tx, ids(rows)...)
		if err != nil {
			return err
		}
		v.Table = part.Table{Caption: "交办事项，最近交办的在前", Columns: []part.Column{{Title: "交办的工作"}, {Title: "交办单位"}, {Title: "依据"}, {Title: "完成期限"}, {Title: "乡镇（街道）"}, {Title: "状态"}}}
		for _, r := range rows {
			x := rs[r.ID]
			v.Table.Rows = append(v.Table.Rows, part.Row{Name: r.Title, Cells: []templ.Component{
				part.What(caseLink(r), r.Number), part.Plain(l.units.Name(r.Owner)), part.Plain(x.Rests), part.Plain(part.Day(x.DueOn)), part.Plain(l.taken(x)), part.Plain(l.standing(r)),
			}})
		}
		v.Pager = pager(q, next)
		v.Filter = l.registerFilter(q, "/jbd", f, l.bureaus("交办单位", qOwner, f.Owner), l.towns("乡镇（街道）", qUnit, f.Unit))
		if len(rows) == 0 {
			v.Empty = part.Empty("还没有交办事项。部门交办以后登记在这里。")
			if len(v.Filter.Chips) > 0 {
				v.Empty = part.Empty("按这些条件没有找到交办事项。去掉一个条件再查。", part.Link{Text: "清除条件", Href: "/jbd"})
			}
		}
		return nil
	})
	return bad.on(v.reply().Print(part.Sheet{By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: v.Title})), err
}

// handed is what the list says of what is handed over, and how that stands: with the
// reader's own township, or with each. Whoever reads a contest reads what is contested.
func (m *matter) handed(tx *db.Tx, p *casePage) error {
	if x, ok := m.Form.(*handover.Dispute); ok && x.Contests() && casework.Visible(tx, m.q.Actor, x.Handover) == nil {
		of, err := m.q.matter(tx, x.Handover)
		if err != nil {
			return err
		}
		task := of.Form.(*handover.Task)
		p.Beside = append(p.Beside, beside{"交办的内容", []part.Fact{{Label: "交办", Show: part.To(part.Link{Text: of.Number, Href: of.path("")})}, {Label: "具体内容", Text: task.Content}, {Label: "完成期限", Text: part.Day(task.DueOn)}, {Label: "工作条件", Text: task.Conditions}}})
		return m.listed(tx, p, task)
	}
	x, ok := m.Form.(*handover.Task)
	if !ok {
		return nil
	}
	if err := m.listed(tx, p, x); err != nil {
		return err
	}
	rs, err := handover.Find(tx, m.ID)
	var all, own []part.Fact
	for _, t := range rs[m.ID].Townships {
		f := part.Fact{Label: m.dir.Called(t.Unit), Text: t.State()}
		all = append(all, f)
		if m.q.Actor.Is(org.Unit(t.Unit)) {
			own = append(own, f)
			p.Tags = append(p.Tags, f.Text)
		}
	}
	if len(own) > 0 { // a township reads its own line
		all = own
	}
	if len(all) > 0 {
		p.Beside = append(p.Beside, beside{"乡镇（街道）的办理情况", all})
	}
	return err
}

// listed is what the list says of the item that a hand-over rests on, today and on the
// day on which the work is to be done.
func (m *matter) listed(tx *db.Tx, p *casePage, x *handover.Task) error {
	if x.Basis != handover.ByItem || x.Code == "" {
		return nil
	}
	book, err := m.q.Site.Books.Get(tx)
	if err != nil {
		return err
	}
	all := book.History(x.Code)
	i := slices.IndexFunc(all, func(v *catalog.Version) bool { return v.Text != nil })
	if i < 0 {
		return nil
	}
	last := all[i]
	fs := []part.Fact{{Label: "事项", Show: part.To(part.Link{Text: last.Code + " " + last.Name, Href: staffList + "/" + last.Code})}}
	if v := book.Item(book.On(m.day), x.Code); v != nil {
		role, duty := v.Town()
		fs = append(fs, part.Fact{Label: role + "责任", Text: duty})
	}
	for _, day := range []string{m.day, x.DueOn} {
		if v := book.Item(book.On(day), x.Code); v == nil || v.Part == catalog.TakenBack {
			fs = append(fs, part.Fact{Label: "注意", Text: part.Day(day) + "的清单里没有这个事项"})
			break
		}
	}
	p.Beside = append(p.Beside, beside{"清单写明的职责", fs})
	return nil
}

// taken is how a hand-over stands: with the reader's own township, or with all.
func (l *lens) taken(x handover.Record) string {
	got, contested, void := 0, 0, 0
	var own []string
	for _, t := range x.Townships {
		if l.actor.Is(org.Unit(t.Unit)) {
			own = append(own, t.State())
		}
		switch {
		case t.Ruling == "upheld":
			void++
		case !t.ContestedAt.IsZero() && t.Ruling == "":
			contested++
		case !t.ReceivedAt.IsZero() || t.Ruling != "":
			got++
		}
	}
	if len(own) > 0 {
		return strings.Join(slices.Compact(own), "；")
	}
	s := fmt.Sprintf("%d 个，已接 %d 个", len(x.Townships), got)
	if contested > 0 {
		s += fmt.Sprintf("，有异议 %d 个", contested)
	}
	if void > 0 {
		s += fmt.Sprintf("，不办理 %d 个", void)
	}
	return s
}

// every reads a register to its end, at most [mostRows] rows, for a spreadsheet.
func (l *lens) every(q *Request, procedure string, each func(rows []casework.Row) error) error {
	f, _ := caseFilter(q.Query)
	f.Procedure, f.Before, f.Limit = procedure, "", 200
	for n := 0; n < mostRows; {
		rows, next, err := casework.List(l.tx, q.Actor, f, q.Now)
		if err == nil {
			err = each(rows)
		}
		if f.Before = next; err != nil || next == "" {
			return err
		}
		n += len(rows)
	}
	return nil
}

func exportHandovers(q *Request) (Reply, error) {
	p := sheet.Page{Name: "交办事项", Title: "交办事项（" + org.Day(q.Now) + "）", Heads: []string{"编号", "交办的工作", "交办单位", "依据", "交办日期", "完成期限", "乡镇（街道）", "情况", "状态"}, Widths: []float64{18, 32, 22, 32, 12, 12, 14, 20, 12}}
	err := q.look(func(l *lens) error {
		return l.every(q, "handover", func(rows []casework.Row) error {
			rs, err := handover.Find(l.tx, ids(rows)...)
			for _, r := range rows {
				x := rs[r.ID]
				for _, t := range x.Townships {
					p.Rows = append(p.Rows, []string{r.Number, r.Title, l.units.Name(r.Owner), x.Rests, org.Day(x.HandedAt), x.DueOn, l.units.Name(t.Unit), t.State(), l.standing(r)})
				}
			}
			return err
		})
	})
	return spreadsheet(q, p, err)
}

// disputeKind is what a dispute is about, in words.
func disputeKind(x handover.Ruled) string {
	if x.Handover != "" {
		return "对交办的异议"
	}
	return "反映清单外派活"
}

// showDisputes is the register of contests and reports.
func showDisputes(q *Request) (Reply, error) {
	v := listView{Title: "异议和反映", Tabs: workTabs("/fy"), Lead: "对交办的异议，和乡镇（街道）反映的清单外派活，由区委编办裁定。反映在裁定以前不告知派活的单位"}
	more := []part.Link{{Text: "导出 Excel", Href: "/fy/xlsx" + ask(q.Query, qKey, "")}}
	if Towns.Admits(q.Visitor) {
		more = append(more, part.Link{Text: "反映清单外派活", Href: "/fy/xin"})
	}
	v.More = ways(more...)
	var bad note
	err := q.look(func(l *lens) error {
		rows, next, f, b, err := l.register(q, "dispute")
		if err != nil {
			return err
		}
		bad = b
		rs, err := handover.Disputes(l.tx, ids(rows)...)
		if err != nil {
			return err
		}
		v.Table = part.Table{Caption: "异议和反映，最近提出的在前", Columns: []part.Column{{Title: "事项"}, {Title: "种类"}, {Title: "提出单位"}, {Title: "派活单位"}, {Title: "情形"}, {Title: "裁定"}}}
		for _, r := range rows {
			x := rs[r.ID]
			ruling := part.Plain(handover.RulingName(x.Ruling))
			if r.Stage != casework.Closed {
				ruling = part.Light(l.light(r.Due))
			}
			v.Table.Rows = append(v.Table.Rows, part.Row{Name: r.Title, Cells: []templ.Component{
				part.What(caseLink(r), r.Number), part.Plain(disputeKind(x)), part.Plain(l.units.Name(r.Owner)), part.Plain(l.units.Name(x.Unit)), part.Plain(handover.GroundName(x.Ground)), ruling,
			}})
		}
		v.Pager = pager(q, next)
		v.Filter = l.registerFilter(q, "/fy", f, l.towns("提出单位", qOwner, f.Owner), part.Group{Title: "参加办理的单位", Name: qUnit, Kind: "select", Options: unitOptions(l.units.Units(l.today()), f.Unit)})
		if len(rows) == 0 {
			v.Empty = part.Empty("没有异议和反映。乡镇（街道）提出以后登记在这里。")
			if len(v.Filter.Chips) > 0 {
				v.Empty = part.Empty("按这些条件没有找到异议和反映。去掉一个条件再查。", part.Link{Text: "清除条件", Href: "/fy"})
			}
		}
		return nil
	})
	return bad.on(v.reply().Print(part.Sheet{By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: v.Title})), err
}

func exportDisputes(q *Request) (Reply, error) {
	p := sheet.Page{Name: "异议和反映", Title: "异议和反映（" + org.Day(q.Now) + "）", Heads: []string{"编号", "事项", "种类", "提出单位", "派活单位", "情形", "提出日期", "裁定", "理由", "裁定日期"}, Widths: []float64{18, 32, 16, 14, 22, 20, 12, 10, 40, 12}}
	err := q.look(func(l *lens) error {
		return l.every(q, "dispute", func(rows []casework.Row) error {
			rs, err := handover.Disputes(l.tx, ids(rows)...)
			for _, r := range rows {
				x, ruled := rs[r.ID], ""
				if !x.RuledAt.IsZero() {
					ruled = org.Day(x.RuledAt)
				}
				p.Rows = append(p.Rows, []string{r.Number, x.Matter, disputeKind(x), l.units.Name(r.Owner), l.units.Name(x.Unit), handover.GroundName(x.Ground), org.Day(x.FiledAt), handover.RulingName(x.Ruling), x.Reasons, ruled})
			}
			return err
		})
	})
	return spreadsheet(q, p, err)
}

// report is the one page on which a township reports work beside the list.
func (q *Request) report(typed *handover.Dispute) (Reply, error) {
	if typed == nil {
		typed = &handover.Dispute{Matter: form.Clean(q.Query.Get(qWords)), AskedOn: org.Day(q.Now)}
	}
	l, err := q.reportLayout()
	return Show("反映清单外派活", reportPage(l.Fields(), typed)).Narrow().Under(part.Link{Text: "异议和反映", Href: "/fy"}), err
}

func (q *Request) reportLayout() (form.Layout, error) {
	dir, err := q.directory()
	if err != nil {
		return nil, err
	}
	return withOptions(handover.ReportLayout(), func(f form.Field) []form.Option {
		if f.Source == "departments" {
			return units(dir.Departments(org.Day(q.Now)))
		}
		return f.Options
	}), nil
}

// sendReport takes the report in with its evidence and puts it before the list
// office at once.
func sendReport(q *Request) (Reply, error) {
	l, err := q.reportLayout()
	if err != nil {
		return Reply{}, err
	}
	var typed handover.Dispute
	q.Bind(l, &typed)
	page, err := q.report(&typed)
	if err != nil {
		return Reply{}, err
	}
	if err := fault.Join(l.Check(&typed)...); err != nil {
		return page, err
	}
	var all []scan
	for _, h := range q.Files("files") {
		s, err := q.takeFile(h)
		if err != nil {
			return page, err
		}
		all = append(all, s)
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		id, err := q.Site.Cases.OpenIn(tx, "dispute", q.Actor, q.Now, func(_ *db.Tx, dst any) error { *dst.(*handover.Dispute) = typed; return nil })
		if err != nil {
			return Receipt{}, err
		}
		var r Receipt
		err = q.Site.Cases.In(tx, q.Now, func(d *casework.Docket) error {
			return d.Do(id, q.Now, func(c *casework.Case) error {
				for _, s := range all {
					a, err := document.Attach(tx, q.Actor, id, string(c.Stage), s.blob, s.name, q.Now)
					if err != nil {
						return err
					}
					if err := c.Attached("添加材料："+a.Name, q.answer("")); err != nil {
						return err
					}
				}
				a := q.answer("")
				a.Verdict = casework.Submit
				err := c.Answer(1, a)
				r = receipt(c, "反映已提交")
				return err
			})
		})
		return r, err
	})
}
