package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"yidan/internal/casework"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// perPage is how many rows a page of a list has.
const perPage = 50

// Names of what a list is asked for, in its address.
const (
	qProcedure = "p"
	qStage     = "h"
	qStanding  = "s"
	qWords     = "q"
	qOwner     = "d"
	qUnit      = "u"
	qFrom      = "f"
	qTo        = "t"
	qKey       = "k"

	qOutcome    = "jg"
	qClosedFrom = "cf"
	qClosedTo   = "ct"
	qLate       = "cq" // a unit that a case waits for past its time
)

// The boxes of the inbox.
const (
	boxTodo   = "todo"
	boxDone   = "done"
	boxRead   = "read"
	boxMine   = "mine"
	boxDrafts = "drafts"
)

var boxTitles = map[string]string{boxTodo: "待办", boxDone: "已办", boxRead: "待阅", boxMine: "我发起的", boxDrafts: "草稿"}

// showInbox is one box: 待办, 已办, 待阅, 我发起的, 草稿.
func showInbox(q *Request) (Reply, error) {
	box := q.Path("box")
	title, ok := boxTitles[box]
	if !ok {
		return Reply{}, fault.Absent()
	}
	v := listView{Title: title, More: exportLink(q, part.Desk+"/"+box+"/xlsx")}
	f, bad := caseFilter(q.Query)
	err := q.look(func(l *lens) error {
		n := l.counts
		counts := map[string]int{boxTodo: n.Todo, boxRead: n.Unread, boxMine: n.Waiting, boxDrafts: n.Drafts}
		for _, b := range []string{boxTodo, boxDone, boxRead, boxMine, boxDrafts} {
			v.Tabs = append(v.Tabs, part.Tab{Text: boxTitles[b], Href: part.Desk + "/" + b, Count: counts[b], Here: b == box})
		}
		v.Tabs = append(v.Tabs, part.Tab{Text: "消息", Href: "/xx", Count: q.waits.counts.Messages})
		if box != boxRead {
			v.Filter = l.caseFilterForm(q.http.URL.Path, q.Query, f, box == boxTodo)
		}
		ls, next, err := l.box(box, f)
		v.Table, v.Pager = ls.table("办件"), pager(q, next)
		if len(v.Table.Rows) == 0 {
			v.Empty = emptyBox(box, len(q.Query) > 0 && v.Filter != nil && len(v.Filter.Chips) > 0)
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return bad.on(Show(title, listPage(v)).Under(part.Link{Text: "工作台", Href: part.Desk})), nil
}

// box is a box's rows and the key of the next page.
func (l *lens) box(box string, f casework.Filter) (ls lines, next string, err error) {
	switch box {
	case boxTodo:
		var ts []casework.Todo
		ts, next, err = l.counts.Inbox(l.tx, l.actor, f, l.now)
		ls = l.todos("待办，按截止时间", ts)
	case boxDone:
		var ts []casework.Todo
		ts, next, err = casework.Handled(l.tx, l.actor, f, l.now)
		ls = lines{Caption: "已办，最近的在前", Heads: []string{"办了什么", "意见", "办理时间", "现在"}}
		for _, t := range ts {
			ls.Rows = append(ls.Rows, line{Link: caseLink(t.Row), Number: t.Number, Cells: []string{l.asks(t), l.said(t), clockTime(l.now, t.Task.At), l.standing(t.Row)}})
		}
	case boxRead:
		var cs []casework.Circulation
		cs, next, err = casework.ToRead(l.tx, l.actor, f.Before, f.Limit)
		ls = lines{Caption: "送给本单位看的", Heads: []string{"告知内容", "送来时间", "阅读"}}
		for _, c := range cs {
			read := "未读"
			if !c.Read.IsZero() {
				read = c.ReadBy + " " + clockTime(l.now, c.Read) + "已读"
			}
			ls.Rows = append(ls.Rows, line{Link: caseLink(c.Row), Number: c.Number, Seen: !c.Read.IsZero(), Cells: []string{c.Text, clockTime(l.now, c.At), read}})
		}
	default:
		var rs []casework.Row
		rs, next, err = casework.Brought(l.tx, l.actor, box == boxDrafts, f, l.now)
		ls = l.caseLines("本单位的办件，最近的在前", rs)
	}
	return ls, next, err
}

// caseLines are cases as a list.
func (l *lens) caseLines(caption string, rs []casework.Row) lines {
	ls := lines{Caption: caption, Heads: []string{"申请单位", "现在", "时限"}, Rows: make([]line, 0, len(rs))}
	for _, r := range rs {
		x := line{Link: caseLink(r), Number: r.Number, Cells: append(make([]string, 0, 3), l.units.Called(r.Owner), l.standing(r))}
		if p := l.procedure(r); p != nil && r.Number == "" { // a draft
			x.Number = p.Title
		}
		switch {
		case r.Stage == casework.Closed:
			x.Cells = append(x.Cells, clockTime(l.now, r.Closed)+"办结")
		case r.Filed.IsZero() && r.Due.At.IsZero(): // nobody waits for a draft
			x.Cells = append(x.Cells, "")
		default:
			x.Light = l.light(r.Due)
		}
		ls.Rows = append(ls.Rows, x)
	}
	return ls
}

func emptyBox(box string, narrowed bool) templ.Component {
	if narrowed {
		return part.Empty("按这些条件没有找到办件。去掉一个条件再查。", part.Link{Text: "清除条件", Href: part.Desk + "/" + box})
	}
	switch box {
	case boxTodo:
		return part.Empty("没有等你办理的事项。", part.Link{Text: "看最近办过的", Href: "/gzt/done"})
	case boxDone:
		return part.Empty("你单位还没有办结过事项。办过的都留在这里。")
	case boxRead:
		return part.Empty("没有待阅的告知。别的单位把办件送给你单位看，就出现在这里。")
	case boxDrafts:
		return part.Empty("没有草稿。写了没有提交的，都留在这里。")
	}
	return part.Empty("你单位还没有发起过办件。")
}

// A note is what a list has to say about what it was asked for; "" for nothing.
type note string

// on puts the note on top of a page.
func (n note) on(r Reply) Reply {
	if n == "" {
		return r
	}
	return r.Notice(part.Notice{Tone: part.Care, Title: string(n)})
}

// caseFilter reads what a list of cases is asked for from its address.
func caseFilter(v url.Values) (f casework.Filter, bad note) {
	f = casework.Filter{
		Procedure: v.Get(qProcedure), Stage: casework.Stage(v.Get(qStage)), Standing: v.Get(qStanding), Owner: v.Get(qOwner), Unit: v.Get(qUnit),
		Words: form.Clean(v.Get(qWords)), Outcome: casework.Verdict(v.Get(qOutcome)), Before: v.Get(qKey), Limit: perPage,
	}
	for _, d := range []struct {
		name string
		to   *string
	}{{qFrom, &f.From}, {qTo, &f.To}, {qClosedFrom, &f.Closed[0]}, {qClosedTo, &f.Closed[1]}} {
		text := strings.TrimSpace(v.Get(d.name))
		if text == "" {
			continue
		}
		day, err := form.ParseDate(text)
		if err != nil {
			bad = note("“" + text + "”不是日期，没有按它筛选。写成 2026-11-23 这样")
			continue
		}
		*d.to = day
	}
	return f, bad
}

// caseFilter is that of all cases, which also asks for whom a case waits past its time.
func (l *lens) caseFilter(v url.Values) (casework.Filter, note) {
	f, bad := caseFilter(v)
	if unit := v.Get(qLate); unit != "" {
		f.Late = l.parties(unit)
	}
	return f, bad
}

var standings = []part.Option{{Value: "open", Label: "在办"}, {Value: "overdue", Label: "已超期"}, {Value: "closed", Label: "已办结"}, {Value: "archived", Label: "已归档"}}

// caseFilterForm is the filter column of an inbox: procedure, stage, words, and
// for what is still to do whether it is overdue.
func (l *lens) caseFilterForm(to string, v url.Values, f casework.Filter, overdue bool) *part.Filter {
	p := &part.Filter{To: to, Clear: to, Groups: []part.Group{
		{Title: "包含文字", Name: qWords, Kind: "text", Value: f.Words},
		{Title: "程序", Name: qProcedure, Kind: "select", Menu: l.procedures(), Value: f.Procedure},
		{Title: "环节", Name: qStage, Kind: "select", Menu: l.stages(f.Procedure), Value: string(f.Stage)},
	}}
	if overdue {
		p.Groups = append(p.Groups, part.Group{Title: "时限", Name: qStanding, Kind: "check", Options: []part.Option{{Value: "overdue", Label: "只看已超期的", On: f.Standing == "overdue"}}})
	}
	p.Chips = chips(to, v, p.Groups)
	return p
}

// A menuKey names a menu that holds on a day under the stamp of its book.
type menuKey struct{ name, of, day string }

// menu is written once in a book: spoken or directed.
func (l *lens) menu(book *sync.Map, name, of string, write func() []part.Option) *part.Menu {
	k := menuKey{name, of, l.today()}
	if m, ok := book.Load(k); ok {
		return m.(*part.Menu)
	}
	m := part.NewMenu(write())
	book.Store(k, m)
	return m
}

// everyUnit is the choices of a unit of today.
func (l *lens) everyUnit() *part.Menu {
	return l.menu(l.directed, "unit", "", func() []part.Option { return unitOptions(l.units.Units(l.today()), "") })
}

// procedures are the choices of a procedure.
func (l *lens) procedures() *part.Menu {
	return l.menu(l.spoken, "procedure", "", func() (os []part.Option) {
		for _, name := range slices.Sorted(maps.Keys(l.env.Editions)) {
			if p := l.newest(name); p != nil {
				os = append(os, part.Option{Value: name, Label: p.Title})
			}
		}
		return os
	})
}

// stages are the choices of a stage: of one procedure, or of all.
func (l *lens) stages(procedure string) *part.Menu {
	if procedure != "" && l.newest(procedure) == nil {
		procedure = "?" // one for whatever an address may say
	}
	return l.menu(l.spoken, "stage", procedure, func() (os []part.Option) {
		for _, name := range slices.Sorted(maps.Keys(l.env.Editions)) {
			p := l.newest(name)
			if p == nil || procedure != "" && procedure != name {
				continue
			}
			for _, s := range p.Steps {
				if !s.Passed() && !slices.ContainsFunc(os, func(o part.Option) bool { return o.Value == string(s.Stage) }) {
					os = append(os, part.Option{Value: string(s.Stage), Label: s.Title})
				}
			}
		}
		return os
	})
}

// unitOptions are the choices of a unit.
func unitOptions(us []org.UnitRow, on string) []part.Option {
	os := make([]part.Option, 0, len(us))
	for _, u := range us {
		os = append(os, part.Option{Value: u.ID, Label: u.Name, On: u.ID == on})
	}
	return os
}

// chips name the conditions that are set, each leading to the list without it.
func chips(to string, v url.Values, gs []part.Group) (cs []part.Link) {
	for _, g := range gs {
		value := v.Get(g.Name)
		if value == "" {
			continue
		}
		text := g.Label(value)
		if text == value {
			text = g.Title + "：" + value
		}
		cs = append(cs, part.Link{Text: text, Href: to + ask(v, g.Name, "", qKey, "")})
	}
	return cs
}

// ask is the query of a list with some values changed; "" takes one away.
func ask(v url.Values, change ...string) string {
	w := url.Values{}
	maps.Copy(w, v)
	for i := 0; i+1 < len(change); i += 2 {
		w.Del(change[i])
		if change[i+1] != "" {
			w.Set(change[i], change[i+1])
		}
	}
	for k := range w {
		if strings.TrimSpace(w.Get(k)) == "" {
			w.Del(k)
		}
	}
	w.Del(receiptKey)
	w.Del(againKey)
	if len(w) == 0 {
		return ""
	}
	return "?" + w.Encode()
}
