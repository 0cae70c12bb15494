package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

var unitsLink = part.Link{Text: "单位", Href: "/gl/dw"}

func listUnits(q *Request) (Reply, error) {
	dir, err := q.directory()
	if err != nil {
		return Reply{}, err
	}
	kind, words, closed := org.Kind(q.Query.Get("kind")), form.Clean(q.Query.Get("q")), q.Query.Get("closed") != ""
	l := listView{Title: "单位", More: ways(part.Link{Text: "新增单位", Href: "/gl/dw/new"})}
	l.Empty = part.Empty("没有符合条件的单位。可以去掉条件再查，或者新增单位")
	l.Table = part.Table{Caption: "单位", Columns: columns("单位", "类别", "答复签发", "承担的职责", "设立与撤销")}
	kinds := part.Group{Title: "单位类别", Name: "kind", Kind: "radio"}
	for _, k := range org.Kinds {
		kinds.Options = append(kinds.Options, part.Option{Value: k.Value, Label: k.Label, On: k.Value == string(kind)})
	}
	l.Filter = &part.Filter{To: "/gl/dw", Groups: []part.Group{{Title: "名称", Name: "q", Kind: "text", Value: words}, kinds, {Title: "范围", Name: "closed", Options: []part.Option{{Value: "1", Label: "包括已撤销的单位", On: closed}}}}}
	l.Filter.Chips, l.Filter.Clear = chips("/gl/dw", q.Query, l.Filter.Groups), "/gl/dw"
	for _, u := range dir.Every() {
		if kind != "" && u.Kind != kind || words != "" && !strings.Contains(u.Name+u.Short, words) || u.Until != "" && u.Until < q.today() && !closed {
			continue
		}
		var roles []string
		for _, r := range dir.Roles(u.ID, q.today()) {
			roles = append(roles, org.RoleName(r))
		}
		signs := "经办直接答复"
		if u.Signs {
			signs = "负责人签发"
		}
		l.Table.Rows = append(l.Table.Rows, led(part.Link{Text: u.Name, Href: "/gl/dw/" + u.ID}, u.Short, wording(org.Kinds, string(u.Kind)), signs, strings.Join(roles, "、"), span(u.From, u.Until)))
	}
	return l.reply(), nil
}

// A unitForm is what can be changed of a unit, with the basis of a new name.
type unitForm struct {
	Name     string `json:"name"`
	Short    string `json:"short"`
	Parent   string `json:"parent"`
	Township string `json:"township"`
	Phone    string `json:"phone"`
	Mailbox  string `json:"mailbox"`
	Signs    bool   `json:"signs"`
	From     string `json:"from"`
	Basis    string `json:"basis"`
}

func changeOf(u org.UnitRow) unitForm {
	return unitForm{Name: u.Name, Short: u.Short, Parent: u.Parent, Township: u.Township, Phone: u.Phone, Mailbox: u.Mailbox, Signs: u.Signs, From: u.From}
}

// of is the unit after the change.
func (f unitForm) of(u org.UnitRow) org.UnitRow {
	u.Name, u.Short, u.Parent, u.Township, u.Phone, u.Mailbox, u.Signs, u.From = f.Name, f.Short, f.Parent, f.Township, f.Phone, f.Mailbox, f.Signs, f.From
	return u
}

// unitLayout is UnitForm with the choices of the day.
func (q *Request) unitLayout(dir *org.Directory) form.Layout {
	return filled(org.UnitForm, map[string][]form.Option{"departments": options(dir.Units(q.today(), org.Department, org.Mass)), "townships": options(dir.Townships(q.today()))})
}

func (q *Request) unitPage(dir *org.Directory, u *org.UnitRow) asking {
	return asking{Head: part.Head{Title: "新增单位"}, To: "/gl/dw/new", Title: "单位", Fields: q.unitLayout(dir).Fields(), Src: u, Do: part.Do{Text: "新增单位"}, Back: part.Link{Text: "返回", Href: "/gl/dw"}}
}

func askUnit(q *Request) (Reply, error) {
	dir, err := q.directory()
	if err != nil {
		return Reply{}, err
	}
	return q.unitPage(dir, &org.UnitRow{From: q.today()}).reply(unitsLink), nil
}

func addUnit(q *Request) (Reply, error) {
	dir, err := q.directory()
	if err != nil {
		return Reply{}, err
	}
	var u org.UnitRow
	q.Bind(q.unitLayout(dir), &u)
	u.Place = len(dir.Every()) + 1
	return q.change(q.unitPage(dir, &u).reply(unitsLink), func(tx *db.Tx) (Receipt, error) {
		id, err := org.AddUnit(tx, q.Actor, u, q.Now)
		return Receipt{What: "单位已设立", Location: "/gl/dw/" + id}, err
	})
}

// unit finds the unit of the address.
func (q *Request) unit() (dir *org.Directory, u org.UnitRow, err error) {
	if dir, err = q.directory(); err != nil {
		return nil, u, err
	}
	u, ok := dir.Unit(q.Path("id"))
	if !ok {
		err = fault.Absent()
	}
	return dir, u, err
}

// changeLayout is the fields of a unit that exists: its kind stays.
func (q *Request) changeLayout(dir *org.Directory, u org.UnitRow) form.Layout {
	l := q.unitLayout(dir)
	l[0].Fields = slices.DeleteFunc(l[0].Fields, func(f form.Field) bool {
		return f.Name == "kind" || f.When != "" && u.Kind != org.Agency
	})
	for i := range l[0].Fields {
		l[0].Fields[i].When = ""
	}
	l[0].Fields = append(l[0].Fields, form.Field{Name: "basis", Label: "更名依据", Type: form.Line, Max: 60, Hint: "改了单位名称才填，写文号。原名称以后仍然认得"})
	return l
}

func (q *Request) changePage(dir *org.Directory, was org.UnitRow, f *unitForm) Reply {
	facts := []part.Fact{{Label: "单位类别", Text: wording(org.Kinds, string(was.Kind))}, {Label: "设立与撤销", Text: span(was.From, was.Until)}}
	for _, s := range dir.Successions() {
		switch was.ID {
		case s.Former:
			if s.Former == s.Successor {
				facts = append(facts, part.Fact{Label: "曾用名", Text: fmt.Sprintf("%s，%s 更名，%s", s.Name, part.Day(s.On), s.Basis)})
			} else {
				facts = append(facts, part.Fact{Label: "承接单位", Text: fmt.Sprintf("%s，%s 次日起，%s", dir.Name(s.Successor), part.Day(s.On), s.Basis)})
			}
		case s.Successor:
			facts = append(facts, part.Fact{Label: "承接自", Text: fmt.Sprintf("%s，%s 次日起，%s", s.Name, part.Day(s.On), s.Basis)})
		}
	}
	a := asking{Head: part.Head{Title: was.Name}, Before: factCard("登记情况", facts), To: "/gl/dw/" + was.ID, Title: "修改单位", Fields: q.changeLayout(dir, was).Fields(), Src: f, Do: part.Do{Text: "保存修改"}, Back: part.Link{Text: "登记撤并", Href: "/gl/dw/" + was.ID + "/cx"}}
	if was.Until != "" {
		a.Back = part.Link{Text: "返回", Href: "/gl/dw"}
	}
	return a.reply(unitsLink)
}

func askUnitChange(q *Request) (Reply, error) {
	dir, u, err := q.unit()
	if err != nil {
		return Reply{}, err
	}
	f := changeOf(u)
	return q.changePage(dir, u, &f), nil
}

func changeUnit(q *Request) (Reply, error) {
	dir, was, err := q.unit()
	if err != nil {
		return Reply{}, err
	}
	var f unitForm
	q.Bind(q.changeLayout(dir, was), &f)
	return q.change(q.changePage(dir, was, &f), func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "单位已修改", Location: "/gl/dw/" + was.ID}, org.ChangeUnit(tx, q.Actor, f.of(was), f.Basis, q.Now)
	})
}

// An endForm is how a unit is closed.
type endForm struct {
	Until string   `json:"until"`
	Into  []string `json:"into"`
	Basis string   `json:"basis"`
}

// kindDistance orders kinds of unit: the same first, then a township for a
// subdistrict and the reverse.
func kindDistance(of, k org.Kind) int {
	switch {
	case of == k:
		return 0
	case of.Local() && k.Local():
		return 1
	}
	return 2
}

func (q *Request) endPage(dir *org.Directory, u org.UnitRow, f *endForm) (form.Layout, Reply) {
	heirs := slices.DeleteFunc(dir.Units(q.today()), func(v org.UnitRow) bool { return v.ID == u.ID || v.Kind == org.Superior })
	slices.SortStableFunc(heirs, func(a, b org.UnitRow) int { // a unit of its own kind most often takes over
		return cmp.Compare(kindDistance(u.Kind, a.Kind), kindDistance(u.Kind, b.Kind))
	})
	l := form.Layout{{Fields: []form.Field{
		{Name: "until", Label: "撤销日期", Type: form.Date, Need: "填写“撤销日期”，即单位存在的最后一天"},
		{Name: "into", Label: "由哪些单位承接", Type: form.Many, Options: options(heirs), Hint: "合并、拆分时选承接的单位；职责不再保留的，不选"},
		{Name: "basis", Label: "撤并依据", Type: form.Line, Need: "填写撤并的依据（文号）", Max: 60},
	}}}
	a := asking{Head: part.Head{Title: "登记撤并：" + u.Name, Lead: "登记以后不能恢复。到撤销日期为止，单位照常办事；次日起原岗位不能再登录，人员的新岗位由安全管理员授予。由一个单位承接的，它的事项、没办完的办件和留存随之转过去；拆给几个单位或者没有承接单位的，没办完的由区委编办转办、减签"}, To: "/gl/dw/" + u.ID + "/cx", Title: "撤并", Fields: l.Fields(), Src: f, Do: part.Do{Text: "登记撤并", Tone: part.Grave}, Back: part.Link{Text: "返回", Href: "/gl/dw/" + u.ID}}
	return l, a.reply(unitsLink, part.Link{Text: u.Name, Href: "/gl/dw/" + u.ID})
}

func askUnitEnd(q *Request) (Reply, error) {
	dir, u, err := q.unit()
	if err != nil {
		return Reply{}, err
	}
	_, r := q.endPage(dir, u, &endForm{})
	return r, nil
}

func endUnit(q *Request) (Reply, error) {
	dir, u, err := q.unit()
	if err != nil {
		return Reply{}, err
	}
	var f endForm
	l, page := q.endPage(dir, u, &f)
	q.Bind(l, &f)
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		if err := check(l, &f); err != nil {
			return Receipt{}, err
		}
		return Receipt{What: "单位的撤并已登记", Location: "/gl/dw/" + u.ID}, org.CloseUnit(tx, q.Actor, u.ID, f.Until, f.Into, f.Basis, q.Now)
	})
}
