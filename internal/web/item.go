package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// An itemView is the page of one item.
type itemView struct {
	Name, Lead, Part, State string
	InForce                 bool
	AsOf                    templ.Component
	Axes                    []part.Tab
	Facts                   []part.Fact
	Departments, Bases      part.Table
	Towns                   string
	History                 []part.Entry
	Editions                part.Link
	Contacts                []part.Fact
	Verify                  part.Verify
	HandDown                string      // where a task is handed down on it; "" for whom it is not
	Say                     part.Link   // where the public says what it thinks of it
	Propose                 []part.Link // applications that the reader may begin
}

// showItem is one item as of a day, with everything it ever said. One that is
// not in force on the day says so and shows what it said last.
func showItem(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		code := q.Path("code")
		history := s.book.History(code)
		s.item = code
		at := s.book.Item(s.at, code)
		v := itemView{InForce: at != nil && s.now(), State: "当天有效", AsOf: s.asOf(), Axes: s.axes(q.Query), Editions: part.Link{Text: "全部版本", Href: base + "/bb"}}
		if at == nil {
			i := slices.IndexFunc(history, func(x *catalog.Version) bool { return x.Text != nil })
			if i < 0 {
				return Reply{}, fault.Absent()
			}
			at = history[i]
			v.State = "不在" + part.Day(s.on) + "的清单中"
			if at.From > s.on {
				v.State = part.Day(at.From) + "起施行"
			}
		}
		if !s.staff && at == s.book.Latest(code) {
			v.Say = part.Link{Text: "对这个事项提意见", Href: sayIt + ask(nil, qCode, code)}
		}
		v.Name, v.Part = at.Name, catalog.PartName(at.Part)
		v.Lead = "编码 " + at.Code
		if at.Category != "" {
			v.Lead += " · " + at.Category
		}
		if e, ok := s.book.Edition(at.Edition); ok {
			v.Lead += fmt.Sprintf(" · 第 %d 版，%s", e.No, e.Number)
		}
		s.say(&v, at)
		v.Verify = q.verify("sx", at.Code, "SX"+at.Code, "/yz/sx/"+url.PathEscape(at.Code))
		if v.InForce && at.Part != catalog.TakenBack && Bureaus.Admits(q.Visitor) {
			v.HandDown = "/sq/new/handover" + ask(nil, "code", at.Code)
		}
		v.History = s.history(history)
		if s.staff && Changers.Admits(q.Visitor) && s.book.Latest(at.Code) != nil {
			about := "?code=" + url.QueryEscape(at.Code)
			v.Propose = []part.Link{{Text: "提出调整", Href: "/sq/new/adjustment" + about + "&kind=adjust"}, {Text: "申请退出清单", Href: "/sq/new/removal" + about}}
		}
		return s.frame(q, Show("清单事项", itemPage(v)).Under(part.Link{Text: "清单", Href: base + s.keep()})), s.bad
	}
}

// say fills in what a version says.
func (s *shelf) say(v *itemView, at *catalog.Version) {
	t := at.Text
	v.Facts = []part.Fact{{Label: "具体事项", Text: t.Name}, {Label: "类别", Text: t.Category}}
	switch t.Part {
	case catalog.TakenBack:
		v.Facts = append(v.Facts, part.Fact{Label: "乡镇（街道）", Text: "不再承担。已由部门收回，乡镇（街道）不用再做"}, part.Fact{Label: "承接部门及工作方式", Text: taken(t)})
	case catalog.Cooperating:
		v.Facts = append(v.Facts, s.said("部门职责划分", t.Division), s.said("主体责任（部门）", t.Main), s.said("配合责任（乡镇、街道）", t.Cooperating))
	default:
		v.Facts = append(v.Facts, s.said("主体责任（乡镇、街道）", t.Main))
		if t.Division != "" {
			v.Facts = append(v.Facts, s.said("部门职责划分", t.Division))
		}
		if t.Cooperating != "" {
			v.Facts = append(v.Facts, s.said("配合责任", t.Cooperating))
		}
	}
	v.Departments = part.Table{Caption: "有关部门", Columns: []part.Column{{Title: "部门"}, {Title: "角色"}, {Title: "职责"}}}
	dir := s.book.Directory()
	for _, d := range t.Departments {
		v.Departments.Rows = append(v.Departments.Rows, part.Row{Cells: []templ.Component{part.Plain(d.Name), part.Plain(catalog.RoleName(d.Role)), part.Plain(d.Duty)}})
		if u, ok := dir.Resolve(d.Name, s.today); ok {
			v.Contacts = append(v.Contacts, part.Fact{Label: u.Name, Text: reached(u)})
		}
	}
	if u, ok := dir.Unit(dir.Holder(org.ListOffice, s.today)); ok && !slices.ContainsFunc(v.Contacts, func(f part.Fact) bool { return f.Label == u.Name }) {
		v.Contacts = append(v.Contacts, part.Fact{Label: u.Name, Text: reached(u)})
	}
	v.Bases = part.Table{Caption: "依据", Columns: []part.Column{{Title: "种类"}, {Title: "依据"}, {Title: "状态"}}}
	for i, b := range t.Bases() {
		kind := "法律法规"
		if i >= len(t.Legal) {
			kind = "政策文件"
		}
		v.Bases.Rows = append(v.Bases.Rows, part.Row{Cells: []templ.Component{part.Plain(kind), s.basis(b, at.From).Show(), part.Plain(s.state(b))}})
	}
	v.Towns = t.Scope()
	if t.Everywhere() {
		v.Towns = "全部乡镇（街道）"
	}
}

func taken(t *catalog.Text) string {
	var s []string
	for _, d := range t.Departments {
		s = append(s, d.Name+"："+d.Duty)
	}
	return strings.Join(s, "\n")
}

// reached is how a unit is reached with opinions (DM-10.1).
func reached(u org.UnitRow) string {
	var s []string
	for _, x := range []string{u.Phone, u.Mailbox} {
		if x != "" {
			s = append(s, x)
		}
	}
	return strings.Join(s, "\n")
}

// history tells what became of an item, newest first.
func (s *shelf) history(vs []*catalog.Version) (es []part.Entry) {
	for i, v := range vs {
		e, _ := s.book.Edition(v.Edition)
		x := part.Entry{At: part.Day(v.From), More: e.Number}
		var before *catalog.Version
		if i+1 < len(vs) {
			before = vs[i+1]
		}
		switch {
		case v.Text == nil:
			x.Text = fmt.Sprintf("第 %d 版取消", v.Edition)
		case before == nil || before.Text == nil:
			x.Text = fmt.Sprintf("第 %d 版列入", v.Edition)
		default:
			x.Text = fmt.Sprintf("第 %d 版调整", v.Edition)
			var fields []string
			for _, c := range (catalog.Difference{Old: before, New: v}).Fields() {
				fields = append(fields, c.Name)
			}
			if len(fields) > 0 {
				x.More += "，修改了" + strings.Join(fields, "、")
			}
		}
		es = append(es, x)
	}
	return es
}
