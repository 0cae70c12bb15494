package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/adjustment"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/opinion"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/sheet"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// opinionRoutes are the register of opinions for the list office and every unit
// (DM-10.2). Routing and answering are acts of a case like any other.
var opinionRoutes = []Route{
	{http.MethodGet, register, Business, Read, showOpinions},
	{http.MethodGet, register + "/xlsx", Business, Heavy, exportOpinions},
	{http.MethodGet, register + "/tj", Business, Read, showOpinionFigures},
	{http.MethodGet, register + "/tw", Offices(org.ListOffice), Read, func(q *Request) (Reply, error) { return q.questions(nil) }},
	{http.MethodPost, register + "/tw", Offices(org.ListOffice), Write, addQuestion},
	{http.MethodPost, register + "/tw/{id}", Offices(org.ListOffice), Write, dropQuestion},
	{http.MethodPost, register + "/lx/{case}", Business, Write, showContactOf},
	{http.MethodGet, register + "/zs/{id}", Offices(org.ListOffice), Read, func(q *Request) (Reply, error) { return q.turning(&opinion.Turning{}) }},
	{http.MethodPost, register + "/zs/{id}", Offices(org.ListOffice), Write, turnOpinion},
}

const register = "/gzyj"

func opinionTabs(a org.Actor, here string) []part.Tab {
	ts := []part.Tab{{Text: "意见", Href: register}, {Text: "统计", Href: register + "/tj"}}
	if a.Holds(org.ListOffice) {
		ts = append(ts, part.Tab{Text: "防垃圾提问", Href: register + "/tw"})
	}
	for i := range ts {
		ts[i].Here = ts[i].Href == here
	}
	return ts
}

func showOpinions(q *Request) (Reply, error) {
	f := opinionFilter(q.Query)
	v := listView{Title: "公众意见", Lead: "公民、法人和其他组织对清单的意见、建议", Tabs: opinionTabs(q.Actor, register)}
	v.More = ways(part.Link{Text: "导出 Excel", Href: register + "/xlsx" + ask(q.Query, qKey, "")}, part.Link{Text: "公开的页面", Href: heard})
	err := q.look(func(l *lens) error {
		rows, next, err := opinion.Register(l.tx, q.Actor, f)
		if err != nil {
			return err
		}
		v.Filter, v.Pager = l.opinionGroups(register, q.Query, false), pager(q, next)
		v.Table = part.Table{Caption: "公众意见，最近提出的在前", Columns: []part.Column{{Title: "关于"}, {Title: "意见"}, {Title: "答复单位"}, {Title: "状态"}, {Title: "时限"}}}
		for _, r := range rows {
			state, due := r.StateText(), templ.Component(part.Plain(part.Day(r.ClosedOn)+"答复"))
			if r.State() == opinion.Closed {
				state = opinion.Label(opinion.Results, r.Result)
			} else {
				due = part.Light(l.light(r.Due))
			}
			if r.Trigger != "" {
				state += "，已转为调整事由"
			}
			v.Table.Rows = append(v.Table.Rows, part.Row{Cells: []templ.Component{
				part.What(part.Link{Text: r.Subject, Href: "/sq/" + r.Case}, r.Number+" · "+opinion.Label(opinion.Kinds, r.Kind)+" · "+clockTime(q.Now, r.ReceivedAt)),
				part.Plain(clipped(r.Text, 80)), part.Plain(l.nameOf(r.Unit)), part.Plain(state), due,
			}})
		}
		switch {
		case len(rows) > 0:
		case len(v.Filter.Chips) > 0 || f.Change != "":
			v.Empty = part.Empty("没有符合条件的意见。", part.Link{Text: "清除条件", Href: register})
		default:
			v.Empty = part.Empty("还没有要看的公众意见。公众在公开页面提出、转给本单位以后列在这里。", part.Link{Text: "公开的页面", Href: publicList})
		}
		return nil
	})
	return v.reply(part.Link{Text: "清单", Href: staffList}), err
}

// nameOf is a unit's name; "" where there is none yet.
func (l *lens) nameOf(unit string) string {
	if unit == "" {
		return ""
	}
	return l.units.Name(unit)
}

// exportOpinions is the register, as it is narrowed, as a spreadsheet. How writers
// are reached is not in it.
func exportOpinions(q *Request) (Reply, error) {
	p := sheet.Page{Name: "公众意见", Title: "公众意见（" + org.Day(q.Now) + "）", Heads: []string{"编号", "关于", "事项编码", "类别", "意见人", "提出日期", "意见", "答复单位", "状态", "结果", "答复", "答复日期"}, Widths: []float64{18, 30, 10, 16, 10, 12, 46, 20, 12, 12, 46, 12}}
	f := opinionFilter(q.Query)
	f.Before, f.Limit = "", 200
	err := q.look(func(l *lens) error {
		for len(p.Rows) < mostRows {
			rows, next, err := opinion.Register(l.tx, q.Actor, f)
			if err != nil {
				return err
			}
			for _, r := range rows {
				p.Rows = append(p.Rows, []string{r.Number, r.Subject, r.Code, r.Category, opinion.Label(opinion.Kinds, r.Kind), org.Day(r.ReceivedAt), r.Text, l.nameOf(r.Unit), r.StateText(), opinion.Label(opinion.Results, r.Result), r.Answer, r.ClosedOn})
			}
			if f.Before = next; next == "" {
				break
			}
		}
		return nil
	})
	return spreadsheet(q, p, err)
}

func showOpinionFigures(q *Request) (Reply, error) {
	f := opinionFilter(q.Query)
	v := figuresView{Title: "公众意见统计", Lead: "收到、答复、采纳的意见", Tabs: opinionTabs(q.Actor, register+"/tj")}
	err := q.look(func(l *lens) error {
		cells, err := opinion.Cells(l.tx, &q.Actor, f)
		v.Tables, v.Filter = l.figures(cells, false), l.opinionGroups(register+"/tj", q.Query, false)
		return err
	})
	return Show("公众意见统计", figuresPage(v)).Under(part.Link{Text: "清单", Href: staffList}, part.Link{Text: "公众意见", Href: register}), err
}

// A questionsView is what the district asks whoever sends an opinion.
type questionsView struct {
	Tabs      []part.Tab
	Questions []opinion.Question
	Now       opinion.Question
	Src       *questionForm
	When      func(opinion.Question) string
}

type questionForm struct {
	Text    string `json:"text"`
	Answers string `json:"answers"`
}

func (q *Request) questions(typed *questionForm) (Reply, error) {
	v := questionsView{Tabs: opinionTabs(q.Actor, register+"/tw"), Src: typed, When: func(x opinion.Question) string { return x.By + "　" + clockTime(q.Now, x.At) }}
	if typed == nil {
		v.Src = &questionForm{}
	}
	err := q.Read(func(tx *db.Tx) (err error) {
		if v.Questions, err = opinion.Questions(tx); err == nil {
			v.Now, err = opinion.Asked(tx, q.Now)
		}
		return err
	})
	return Show("防垃圾提问", questionsPage(v)).Under(part.Link{Text: "清单", Href: staffList}, part.Link{Text: "公众意见", Href: register}).Narrow(), err
}

func addQuestion(q *Request) (Reply, error) {
	var x questionForm
	q.Bind(opinion.QuestionLayout, &x)
	page, err := q.questions(&x)
	if err != nil {
		return Reply{}, err
	}
	if err := fault.Join(opinion.QuestionLayout.Check(&x)...); err != nil {
		return page, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "提问已加入", Location: register + "/tw"}, opinion.AddQuestion(tx, q.Actor, opinion.Question{Text: x.Text, Answers: x.Answers}, q.Now)
	})
}

func dropQuestion(q *Request) (Reply, error) {
	page, err := q.questions(nil)
	if err != nil {
		return Reply{}, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "提问已停用", Location: register + "/tw"}, opinion.DropQuestion(tx, q.Actor, q.Path("id"), q.Now)
	})
}

// showContactOf shows how the writer of an opinion is reached, which is on record.
func showContactOf(q *Request) (Reply, error) {
	id, contact := q.Path("case"), ""
	err := q.Write(func(tx *db.Tx) (err error) { contact, err = opinion.Contact(tx, q.Actor, id, q.Now); return err })
	return Show("联系方式", reachedPage(contact, part.Link{Text: "返回本件", Href: "/sq/" + id})).Under(part.Link{Text: "公众意见", Href: register}).Narrow(), err
}

// turning is where an opinion that was answered still becomes a 调整事由.
func (q *Request) turning(typed *opinion.Turning) (Reply, error) {
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		if _, ok := m.Form.(*opinion.Opinion); !ok {
			return Reply{}, fault.Absent()
		}
		return asking{
			Head: part.Head{Title: string(opinion.Turned), Lead: m.Number + "　" + m.Title() + "。告知应当提出调整的单位，并与本意见关联"},
			To:   register + "/zs/" + m.ID, Title: "调整事由", Fields: m.offer(opinion.TurningLayout()).Fields(), Src: typed, Do: part.Do{Text: string(opinion.Turned)}, Back: part.Link{Text: "返回本件", Href: m.path("")},
		}.reply(part.Link{Text: "公众意见", Href: register}), nil
	})
}

func turnOpinion(q *Request) (Reply, error) {
	var typed opinion.Turning
	q.Bind(opinion.TurningLayout(), &typed)
	page, err := q.turning(&typed)
	if err != nil {
		return page, err
	}
	r, err := q.onCase(func(tx *db.Tx, c *casework.Case) (Receipt, error) {
		a := q.answer("")
		a.Verdict, a.Data = opinion.Turned, &typed
		return receipt(c, "已转为调整事由"), regulation.TurnOpinion(tx, c, a)
	})
	if err != nil {
		return page, err
	}
	return r, nil
}

// A voiced is what the public has to do with a case: of an opinion what it led to
// and how its writer is reached, of a change the opinions on it.
type voiced struct {
	Facts   []part.Fact
	Links   []part.Link
	Title   string
	Rule    string
	Contact string // where how to reach the writer is asked for; "" for nowhere
}

func (m *matter) voiced(tx *db.Tx, p *casePage) error {
	v := voiced{Title: "公众意见", Rule: "DM-10.2"}
	switch m.Procedure.Name {
	case "adjustment":
		n, err := opinion.Of(tx, m.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			v.Links = append(v.Links, part.Link{Text: "对这项变更的意见", Href: register + ask(nil, qPending, m.ID)})
		}
		if x, ok := m.Form.(*adjustment.Change); ok && x.Duty != "" {
			id, _, _ := strings.Cut(x.Duty, "/")
			t, err := adjustment.TriggerOf(tx, id)
			if err != nil && !fault.Is(err, fault.Missing) {
				return err
			}
			if of := cause(tx, m.q.Actor, t); of.Href != "" && strings.HasPrefix(t.Source, fromOpinion) {
				v.Links = append(v.Links, of)
			} else if t.ID != "" {
				if len(v.Links) == 0 {
					v.Title, v.Rule = "调整事由", "DM-8.1"
				}
				v.Links = append(v.Links, part.Link{Text: "看事由涉及的全部事项", Href: "/jg/sy/" + t.ID})
			}
		}
	case "opinion":
		r, err := opinion.Find(tx, m.ID)
		if err != nil {
			return err
		}
		l := &lens{tx: tx, env: m.env, units: m.dir, actor: m.q.Actor, now: m.q.Now}
		led, err := l.led(r)
		if err != nil {
			return err
		}
		if led != nil {
			v.Facts = append(v.Facts, part.Fact{Label: "对清单的影响", Show: led})
			v.Links = append(v.Links, part.Link{Text: "看调整事由", Href: "/jg/sy/" + r.Trigger})
		}
		if r.Trigger == "" && m.Stage == casework.Closed && m.q.Actor.Holds(org.ListOffice) {
			v.Links = append(v.Links, part.Link{Text: string(opinion.Turned), Href: register + "/zs/" + m.ID})
		}
		if opinion.MayReach(m.q.Actor, r) {
			v.Contact = register + "/lx/" + m.ID
		}
	}
	if len(v.Facts)+len(v.Links) > 0 || v.Contact != "" {
		p.Voiced = &v
	}
	return nil
}

// fromOpinion begins the source of a trigger that an opinion opened.
const fromOpinion = "opinion:"

// cause leads from a trigger to where it comes from: the opinion, where the actor may
// see that, or what the change of the law reaches.
func cause(tx *db.Tx, a org.Actor, t adjustment.Trigger) (l part.Link) {
	id, ok := strings.CutPrefix(t.Source, fromOpinion)
	if ok && casework.Visible(tx, a, id) == nil {
		return part.Link{Text: "来自公众意见", Href: "/sq/" + id}
	}
	reg, err := statute.Load(tx)
	if err != nil {
		return l
	}
	id, _ = strings.CutPrefix(t.Source, "change:")
	if c, ok := reg.Change(id); ok && c.Withdrawn == "" {
		return part.Link{Text: "看影响，成批起草申请", Href: lawImpact + "/" + c.Instrument + "?" + qChange + "=" + id}
	}
	return l
}
