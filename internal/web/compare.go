package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/adjustment"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// Names of what a comparison is asked for.
const (
	qBefore = "a" // edition, day, or day@known
	qAfter  = "b"
	qKind   = "bh"
)

// A changedItem is one item with what became of it, field by field.
type changedItem struct {
	Title, Kind, ID string
	Link            part.Link
	Because         []part.Link
	Changes         []part.Change
}

// changed is a difference as a page shows it.
func (s *shelf) changed(d catalog.Difference, because []part.Link) changedItem {
	x := changedItem{Title: d.Version().Name, Kind: catalog.KindName(d.Kind()), ID: "i-" + d.Code(), Link: part.Link{Text: d.Code(), Href: s.base + "/" + url.PathEscape(d.Code())}, Because: because}
	for i, f := range d.Fields() {
		c := part.Change{Field: f.Name, Runs: f.Runs, Before: f.Before, After: f.After, Gone: s.goneOf(d, f.Key)}
		if i == 0 {
			c.Print = texts(because)
		}
		x.Changes = append(x.Changes, c)
	}
	return x
}

// noted is what is to be known of a text, below it; nothing for "".
func noted(s string) string {
	if s == "" {
		return ""
	}
	return "\n现在：" + s
}

// goneOf are the bases in a field of a difference, as it reads now, on which nothing
// can rest any more; "" for none and for every other field.
func (s *shelf) goneOf(d catalog.Difference, field string) string {
	t := d.Version().Text
	bs := map[string][]catalog.Basis{"legal_bases": t.Legal, "policy_bases": t.Policy}[field]
	return catalog.Marked(s.void(bs), s.gone)
}

func texts(ls []part.Link) string {
	s := make([]string, len(ls))
	for i, l := range ls {
		s[i] = l.Text
	}
	return strings.Join(s, "；")
}

// because is what each difference rests on, by the item's code: the documents that
// brought it, and the cases behind them as far as the visitor may see them.
func (s *shelf) because(q *Request, ds []catalog.Difference, of func(catalog.Difference) []*catalog.Version) (map[string][]part.Link, error) {
	versions := map[string][]*catalog.Version{}
	var ids []string
	for _, d := range ds {
		vs := of(d)
		versions[d.Code()] = vs
		for _, v := range vs {
			ids = append(ids, v.Cause)
		}
	}
	slices.Sort(ids)
	var seen map[string]casework.Row
	grounds := map[string]bool{} // changes whose grounds are published
	err := q.Read(func(tx *db.Tx) (err error) {
		ids = slices.Compact(ids)
		if seen, err = casework.Seen(tx, q.Actor, ids); err != nil || s.staff {
			return err
		}
		for _, id := range ids {
			switch c, err := adjustment.Find(tx, id); {
			case err == nil:
				grounds[id] = c.Edition > 0
			case !fault.Is(err, fault.Missing):
				return err
			}
		}
		return nil
	})
	all := map[string][]part.Link{}
	for code, vs := range versions {
		for _, v := range vs {
			e, _ := s.book.Edition(v.Edition)
			all[code] = append(all[code], part.Link{Text: fmt.Sprintf("第 %d 版，%s", e.No, e.Number), Href: fmt.Sprintf("%s/bb/%d", s.base, e.No)})
			if grounds[v.Cause] {
				all[code] = append(all[code], part.Link{Text: "事由和依据", Href: publicList + "/gs/" + v.Cause})
			}
			if c, ok := seen[v.Cause]; ok && s.staff {
				all[code] = append(all[code], part.Link{Text: c.Number, Href: "/sq/" + c.ID})
			}
		}
	}
	return all, err
}

// some is the page of differences that follows a code, and the code that the next follows.
func some(ds []catalog.Difference, after string) (rows []catalog.Difference, next string) {
	if after != "" {
		ds = ds[slices.IndexFunc(ds, func(d catalog.Difference) bool { return d.Code() == after })+1:]
	}
	if len(ds) > perPage {
		return ds[:perPage], ds[perPage-1].Code()
	}
	return ds, ""
}

// A comparing is what a comparison was asked for and came to.
type comparing struct {
	*shelf
	before, after catalog.Moment
	names         [2]string
	found         catalog.Comparison
	shown         []catalog.Difference // those of the kinds asked for
	typed         [2]string
}

// comparing reads two moments. Without any it compares the last edition with the one
// before it.
func (s *shelf) comparing(v url.Values) (*comparing, error) {
	c := &comparing{shelf: s}
	last := int64(len(s.book.Editions()))
	for i, x := range []struct {
		name, label string
		m           *catalog.Moment
		no          int64
	}{{qBefore, "修改前", &c.before, max(last-1, 1)}, {qAfter, "修改后", &c.after, max(last, 1)}} {
		c.typed[i] = form.Clean(v.Get(x.name))
		if c.typed[i] == "" {
			c.typed[i] = strconv.FormatInt(x.no, 10)
		}
		var ok bool
		if *x.m, c.names[i], ok = s.book.Parse(c.typed[i]); !ok && len(s.book.Editions()) > 0 {
			return c, fault.On(x.name, "", "看不懂“%s”。写版本的序号、文号，或者日期，例如 2、郊办发〔2026〕9号、2026年3月5日", x.label)
		}
	}
	c.found = s.book.Compare(c.before, c.after, s.query)
	kinds := given(v[qKind])
	for _, d := range c.found.Differences {
		if len(kinds) == 0 || slices.Contains(kinds, string(d.Kind())) {
			c.shown = append(c.shown, d)
		}
	}
	return c, nil
}

// between are the versions that make a difference.
func (c *comparing) between(d catalog.Difference) []*catalog.Version {
	return c.book.Between(d.Code(), c.before, c.after)
}

// A comparisonView is the page of the differences of two moments.
type comparisonView struct {
	Lead, Summary string
	Tabs          []part.Tab
	Filter        *part.Filter
	Export        part.Link
	Index         part.Table
	Items         []changedItem
	Pager         part.Pager
	Empty         string
	Towns         part.Link
}

// showComparison is what two editions, or two days, tell differently: in a sentence,
// as a table, and field by field (DM-9.3).
func showComparison(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		c, bad := s.comparing(q.Query)
		v := comparisonView{Tabs: s.tabs(base + "/cha"), Towns: part.Link{Text: "比较两个乡镇（街道）的清单", Href: base + "/zhen"}}
		v.Filter = c.filters(q.Query)
		switch {
		case bad != nil:
			v.Empty = "改好“修改前”“修改后”以后再比较。"
		case len(s.book.Editions()) == 0:
			v.Empty = "清单还没有印发，没有可以比较的版本。"
		default:
			rows, next := some(c.shown, q.Query.Get(qKey))
			v.Lead, v.Summary, v.Pager = c.names[0]+" → "+c.names[1], counted(c.found), pager(q, next)
			v.Export = part.Link{Text: "下载 Excel", Href: base + "/cha/xlsx" + ask(q.Query, qKey, "")}
			because, err := s.because(q, rows, c.between)
			if err != nil {
				return Reply{}, err
			}
			v.Index = part.Table{Caption: "有变化的事项", Columns: []part.Column{{Title: "变化"}, {Title: "事项"}, {Title: "改了什么"}, {Title: "依据"}}}
			for _, d := range rows {
				x := s.changed(d, because[d.Code()])
				v.Items = append(v.Items, x)
				v.Index.Rows = append(v.Index.Rows, part.Row{Cells: []templ.Component{part.Tag(x.Kind), part.What(part.Link{Text: x.Title, Href: "#" + x.ID}, d.Code()+" · "+catalog.PartName(d.Version().Part)), part.Plain(fieldsOf(d, x)), links(x.Because)}})
			}
			switch {
			case len(s.book.Editions()) == 1 && len(c.found.Differences) == 0:
				v.Empty = "只印发过一个版本，还没有可以比较的变化。下一版印发以后，在这里逐项比较。"
			case len(rows) == 0:
				v.Empty = "没有变化的事项。换两个版本或日期，或去掉一些条件。"
			}
		}
		return s.frame(q, Show("比较清单", comparisonPage(v)).Under(part.Link{Text: "清单", Href: base})), bad
	}
}

// fieldsOf says in which fields an adjusted item differs.
func fieldsOf(d catalog.Difference, x changedItem) string {
	if d.Kind() != catalog.Adjusted {
		return "整项"
	}
	var s []string
	for _, c := range x.Changes {
		s = append(s, c.Field)
	}
	return strings.Join(s, "、")
}

// filters narrow a comparison down.
func (c *comparing) filters(v url.Values) *part.Filter {
	n := c.found.Counts()
	ks := part.Group{Title: "变化", Name: qKind, Kind: "check"}
	for _, k := range catalog.Kinds {
		ks.Options = append(ks.Options, part.Option{Value: string(k.Kind), Label: k.Name, Count: n[k.Kind], On: slices.Contains(v[qKind], string(k.Kind))})
	}
	f := c.filter(v, nil)
	f.To, f.Clear = c.base+"/cha", c.base+"/cha"+ask(url.Values{qBefore: v[qBefore], qAfter: v[qAfter]})
	groups := []part.Group{{Title: "修改前（版本序号、文号或日期）", Name: qBefore, Kind: "text", Value: c.typed[0]}, {Title: "修改后（版本序号、文号或日期）", Name: qAfter, Kind: "text", Value: c.typed[1]}, ks}
	cats := part.Group{Title: "分类", Name: qCategory, Kind: "select"}
	for _, x := range c.categories() {
		cats.Options = append(cats.Options, part.Option{Value: x, Label: x, On: slices.Contains(c.query.Category, x)})
	}
	for _, g := range f.Groups {
		switch g.Name {
		case qUnit, qTown:
			groups = append(groups, g)
		case qCategory:
			groups = append(groups, cats)
		}
	}
	f.Groups, f.Chips = groups, nil
	for _, g := range groups[2:] {
		for _, value := range given(v[g.Name]) {
			for _, o := range g.Options {
				if o.Value == value {
					f.Chips = append(f.Chips, part.Link{Text: o.Label, Href: f.To + without(v, g.Name, value)})
				}
			}
		}
	}
	return f
}

// categories are those of both moments, in the order of the list.
func (c *comparing) categories() (all []string) {
	for _, m := range []catalog.Moment{c.after, c.before} {
		for _, x := range c.book.At(m) {
			if x.Category != "" && !slices.Contains(all, x.Category) {
				all = append(all, x.Category)
			}
		}
	}
	return all
}

// gazette are the columns in which changes are published.
var gazette = sheet.Page{Heads: []string{"变化", "编码", "具体事项", "栏目", "修改前", "修改后", "依据"}, Widths: []float64{8, 10, 28, 18, 46, 46, 30}}

// sendComparison is a comparison as a spreadsheet, a row a field.
func sendComparison(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		c, bad := s.comparing(q.Query)
		if bad != nil || len(s.book.Editions()) == 0 {
			return Reply{}, fault.Absent()
		}
		because, err := s.because(q, c.shown, c.between)
		p := gazette
		p.Name, p.Title, p.Note = "清单差异", q.Site.District+"乡镇（街道）职责任务清单差异", c.names[0]+" → "+c.names[1]+"："+counted(c.found)
		for _, d := range c.shown {
			for _, f := range d.Fields() {
				p.Rows = append(p.Rows, []string{catalog.KindName(d.Kind()), d.Code(), d.Version().Name, f.Name, f.Before, f.After + noted(c.goneOf(d, f.Key)), texts(because[d.Code()])})
			}
		}
		return spreadsheet(q, p, err)
	}
}

// A lineupView is two townships' lists side by side.
type lineupView struct {
	Lead, Summary string
	Tabs          []part.Tab
	AsOf          templ.Component
	Filter        *part.Filter
	Export        part.Link
	Pairs         []changedItem
	First, Other  part.Table
	Same          part.Table
	Empty         string
}

// towns are the two that the address names.
func (s *shelf) towns(v url.Values) (a, b string, ok bool) {
	dir := s.book.Directory()
	us := dir.Townships(s.on)
	a, b = v.Get(qBefore), v.Get(qAfter)
	in := func(id string) bool {
		return slices.ContainsFunc(us, func(u org.UnitRow) bool { return u.ID == id })
	}
	return a, b, in(a) && in(b) && a != b
}

// showLineup lays the lists of two townships side by side, with what may be one duty
// under two names (一镇一策).
func showLineup(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		dir := s.book.Directory()
		a, b, ok := s.towns(q.Query)
		v := lineupView{Lead: s.lead(), Tabs: s.tabs(base + "/cha"), AsOf: s.asOf()}
		v.Filter = &part.Filter{To: base + "/zhen", Open: !ok, Groups: []part.Group{
			{Title: "乡镇（街道）", Name: qBefore, Kind: "select", None: "选择一个", Options: unitOptions(dir.Townships(s.on), a)},
			{Title: "另一个乡镇（街道）", Name: qAfter, Kind: "select", None: "选择一个", Options: unitOptions(dir.Townships(s.on), b)},
			{Title: "哪一天的清单", Name: qOn, Kind: "date", Value: q.Query.Get(qOn)},
		}}
		if !ok {
			v.Empty = "选两个不同的乡镇（街道），比较它们的清单。"
			return s.frame(q, Show("比较乡镇（街道）", lineupPage(v)).Under(part.Link{Text: "清单", Href: base}, part.Link{Text: "比较", Href: base + "/cha"})), s.bad
		}
		x := s.book.LineUp(s.at, a, b)
		one, two := dir.Name(a), dir.Name(b)
		v.Lead = one + " 与 " + two + "，" + s.lead()
		v.Summary = fmt.Sprintf("相同 %d · 可能是同一职责 %d · 只有%s有 %d · 只有%s有 %d", len(x.Same), len(x.Pairs), one, len(x.First), two, len(x.Other))
		v.Export = part.Link{Text: "下载 Excel", Href: base + "/zhen/xlsx" + ask(q.Query)}
		for _, p := range x.Pairs {
			c := s.changed(catalog.Difference{Old: p.First, New: p.Other}, nil)
			c.Title, c.Kind = p.First.Name+" ↔ "+p.Other.Name, fmt.Sprintf("相近 %d%%", int(p.Share*100))
			c.Link = part.Link{}
			for _, y := range []*catalog.Version{p.First, p.Other} {
				c.Because = append(c.Because, part.Link{Text: y.Code, Href: base + "/" + url.PathEscape(y.Code) + s.keep()})
			}
			v.Pairs = append(v.Pairs, c)
		}
		v.First, v.Other, v.Same = s.table("只有"+one+"有", x.First), s.table("只有"+two+"有", x.Other), s.table("两边相同", x.Same)
		return s.frame(q, Show("比较乡镇（街道）", lineupPage(v)).Under(part.Link{Text: "清单", Href: base}, part.Link{Text: "比较", Href: base + "/cha"})), s.bad
	}
}

// sendLineup is the same as a spreadsheet: a sheet of pairs, a sheet of the rest.
func sendLineup(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		a, b, ok := s.towns(q.Query)
		if !ok || s.bad != nil {
			return Reply{}, fault.Absent()
		}
		x, dir := s.book.LineUp(s.at, a, b), s.book.Directory()
		one, two := dir.Called(a), dir.Called(b)
		p := sheet.Page{Name: "比较", Title: one + "、" + two + "职责任务清单比较", Note: cmp.Or(s.banner(), s.lead()),
			Heads: []string{"比较", one + "编码", one + "事项", one + "职责", two + "编码", two + "事项", two + "职责", "共同依据"}, Widths: []float64{16, 10, 28, 44, 10, 28, 44, 30}}
		row := func(what string, f, o *catalog.Version, bases []catalog.Basis) {
			r := []string{what, "", "", "", "", "", "", catalog.Marked(bases, s.gone)}
			if f != nil {
				r[1], r[2], r[3] = f.Code, f.Name, duty(f.Text)
			}
			if o != nil {
				r[4], r[5], r[6] = o.Code, o.Name, duty(o.Text)
			}
			p.Rows = append(p.Rows, r)
		}
		for _, y := range x.Pairs {
			row("可能是同一职责", y.First, y.Other, y.Bases)
		}
		for _, v := range x.First {
			row("只有"+one+"有", v, nil, nil)
		}
		for _, v := range x.Other {
			row("只有"+two+"有", nil, v, nil)
		}
		for _, v := range x.Same {
			row("相同", v, v, v.Bases())
		}
		return spreadsheet(q, p, nil)
	}
}
