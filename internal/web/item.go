package web

import (
	"fmt"
	"slices"
	"strconv"
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
	Facts                   []part.Fact
	Departments, Bases      part.Table
	Towns                   string
	History                 []part.Entry
	Editions                part.Link
	Contacts                []part.Fact
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
		at := s.book.Item(s.book.On(s.on), code)
		v := itemView{InForce: at != nil && s.now(), State: "当天有效", AsOf: s.asOf(), Editions: part.Link{Text: "全部版本", Href: base + "/bb"}}
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
		v.Name, v.Part = at.Name, catalog.PartName(at.Part)
		v.Lead = "编码 " + at.Code
		if at.Category != "" {
			v.Lead += " · " + at.Category
		}
		if e, ok := s.book.Edition(at.Edition); ok {
			v.Lead += fmt.Sprintf(" · 第 %d 版，%s", e.No, e.Number)
		}
		s.say(&v, at.Text)
		v.History = s.history(history)
		return s.frame(q, Show("清单事项", itemPage(v)).Under(part.Link{Text: "清单", Href: base + s.keep()})), s.bad
	}
}

// say fills in what a text says.
func (s *shelf) say(v *itemView, t *catalog.Text) {
	v.Facts = []part.Fact{{Label: "具体事项", Text: t.Name}, {Label: "类别", Text: t.Category}}
	switch t.Part {
	case catalog.TakenBack:
		v.Facts = append(v.Facts, part.Fact{Label: "乡镇（街道）", Text: "不再承担。已由部门收回，乡镇（街道）不用再做"}, part.Fact{Label: "承接部门及工作方式", Text: taken(t)})
	case catalog.Cooperating:
		v.Facts = append(v.Facts, part.Fact{Label: "部门职责划分", Text: t.Division}, part.Fact{Label: "主体责任（部门）", Text: t.Main}, part.Fact{Label: "配合责任（乡镇、街道）", Text: t.Cooperating})
	default:
		v.Facts = append(v.Facts, part.Fact{Label: "主体责任（乡镇、街道）", Text: t.Main})
		if t.Division != "" {
			v.Facts = append(v.Facts, part.Fact{Label: "部门职责划分", Text: t.Division})
		}
		if t.Cooperating != "" {
			v.Facts = append(v.Facts, part.Fact{Label: "配合责任", Text: t.Cooperating})
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
		kind, state := "法律法规", "有效"
		if i >= len(t.Legal) {
			kind = "政策文件"
		}
		if on := s.gone.Repealed(b); on != "" {
			state = part.Day(on) + "废止"
		}
		v.Bases.Rows = append(v.Bases.Rows, part.Row{Cells: []templ.Component{part.Plain(kind), part.To(part.Link{Text: b.String(), Href: s.base + "?" + qBasis + "=" + b.Instrument}), part.Plain(state)}})
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
			for _, c := range changes(before.Text, v.Text) {
				fields = append(fields, c.Field)
			}
			if len(fields) > 0 {
				x.More += "，修改了" + strings.Join(fields, "、")
			}
		}
		es = append(es, x)
	}
	return es
}

// changes are the six fields of Art. 2 in which two texts differ.
func changes(a, b *catalog.Text) (cs []part.Change) {
	for _, f := range []struct {
		name string
		of   func(t *catalog.Text) string
	}{
		{"具体事项", func(t *catalog.Text) string { return t.Name }},
		{"部分", func(t *catalog.Text) string { return catalog.PartName(t.Part) }},
		{"类别", func(t *catalog.Text) string { return t.Category }},
		{"部门", share},
		{"部门职责划分", func(t *catalog.Text) string { return t.Division }},
		{"主体责任", func(t *catalog.Text) string { return t.Main }},
		{"配合责任", func(t *catalog.Text) string { return t.Cooperating }},
		{"法律法规依据", func(t *catalog.Text) string { return catalog.Cited(t.Legal) }},
		{"政策文件依据", func(t *catalog.Text) string { return catalog.Cited(t.Policy) }},
		{"适用乡镇（街道）", func(t *catalog.Text) string { return t.Scope() }},
	} {
		if x, y := f.of(a), f.of(b); x != y {
			cs = append(cs, part.Change{Field: f.name, Runs: runs(x, y), Before: x, After: y})
		}
	}
	return cs
}

// runs compares two texts clause by clause.
func runs(a, b string) (rs []part.Run) {
	x, y := clauses(a), clauses(b)
	if len(x)*len(y) > 250_000 {
		return []part.Run{{Kind: part.Gone, Text: a}, {Kind: part.New, Text: b}}
	}
	same := make([][]int, len(x)+1) // length of what x[i:] and y[j:] share in order
	for i := range same {
		same[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				same[i][j] = same[i+1][j+1] + 1
			} else {
				same[i][j] = max(same[i+1][j], same[i][j+1])
			}
		}
	}
	add := func(k part.Was, s string) {
		if n := len(rs); n > 0 && rs[n-1].Kind == k {
			rs[n-1].Text += s
			return
		}
		rs = append(rs, part.Run{Kind: k, Text: s})
	}
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			add(part.Same, x[i])
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && same[i+1][j] >= same[i][j+1]:
			add(part.Gone, x[i])
			i++
		default:
			add(part.New, y[j])
			j++
		}
	}
	return rs
}

// clauses parts a text after 。；、， and line breaks.
func clauses(s string) (all []string) {
	begin := 0
	for i, r := range s {
		if strings.ContainsRune("。；;、，,\n", r) {
			end := i + len(string(r))
			all = append(all, s[begin:end])
			begin = end
		}
	}
	if begin < len(s) {
		all = append(all, s[begin:])
	}
	return all
}

// brought are an edition's changes, against what was known before it.
func (s *shelf) brought(e catalog.Edition) (added, changed, gone []catalog.Difference) {
	const ever = "9999-12-31"
	for _, d := range s.book.Diff(catalog.Moment{On: ever, Edition: e.No - 1}, catalog.Moment{On: ever, Edition: e.No}) {
		switch {
		case d.Old == nil:
			added = append(added, d)
		case d.New == nil:
			gone = append(gone, d)
		default:
			changed = append(changed, d)
		}
	}
	return added, changed, gone
}

// showIssues lists the editions, newest first (DM-3.1).
func showIssues(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		v := listView{Title: "清单版本", Lead: s.lead(), Tabs: s.tabs(base + "/bb")}
		v.Empty = part.Empty("还没有印发过清单。第一版由区委编办审定印发后，在这里公布。")
		v.Table = part.Table{Caption: "清单版本，新的在前", Columns: []part.Column{{Title: "版本"}, {Title: "印发日期"}, {Title: "施行日期"}, {Title: "变化"}}}
		for _, e := range slices.Backward(s.book.Editions()) {
			added, changed, gone := s.brought(e)
			v.Table.Rows = append(v.Table.Rows, part.Row{Cells: []templ.Component{
				part.What(part.Link{Text: fmt.Sprintf("第 %d 版", e.No), Href: fmt.Sprintf("%s/bb/%d", base, e.No)}, e.Number),
				part.Plain(part.Day(e.IssuedOn)), part.Plain(part.Day(e.EffectiveOn)), part.Plain(fmt.Sprintf("新增 %d · 取消 %d · 调整 %d", len(added), len(gone), len(changed))),
			}})
		}
		return s.frame(q, v.reply(part.Link{Text: "清单", Href: base})), nil
	}
}

// An issuedView is the page of one edition.
type issuedView struct {
	Title, Lead string
	List        part.Link
	Facts       []part.Fact
	Changed     []changedItem
	New, Gone   part.Table
}

type changedItem struct {
	Title   string
	Link    part.Link
	Changes []part.Change
}

func showIssued(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		no, err := strconv.ParseInt(q.Path("no"), 10, 64)
		e, ok := s.book.Edition(no)
		if err != nil || !ok {
			return Reply{}, fault.Absent()
		}
		added, changed, gone := s.brought(e)
		v := issuedView{Title: fmt.Sprintf("清单第 %d 版", e.No), Lead: fmt.Sprintf("新增 %d · 取消 %d · 调整 %d", len(added), len(gone), len(changed)),
			List:  part.Link{Text: "看这一版的清单", Href: base + "?" + qOn + "=" + e.EffectiveOn},
			Facts: []part.Fact{{Label: "文号", Text: e.Number}, {Label: "印发日期", Text: part.Day(e.IssuedOn)}, {Label: "施行日期", Text: part.Day(e.EffectiveOn)}, {Label: "摘要（SM3）", Text: e.Digest}}}
		for _, d := range changed {
			v.Changed = append(v.Changed, changedItem{Title: d.New.Name, Link: part.Link{Text: d.New.Code, Href: base + "/" + d.New.Code}, Changes: changes(d.Old.Text, d.New.Text)})
		}
		var ins, outs []*catalog.Version
		for _, d := range added {
			ins = append(ins, d.New)
		}
		for _, d := range gone {
			outs = append(outs, d.Old)
		}
		v.New, v.Gone = s.table("新增的事项", ins), s.table("取消的事项", outs)
		return s.frame(q, Show("清单版本", editionPage(v)).Under(part.Link{Text: "清单", Href: base}, part.Link{Text: "版本", Href: base + "/bb"})), nil
	}
}
