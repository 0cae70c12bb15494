package web

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// A bookletsView is the page of all booklets.
type bookletsView struct {
	Lead                string
	Tabs                []part.Tab
	AsOf                templ.Component
	Towns, Departments  part.Table
	Nothing, NoBooklets bool
}

// showBooklets lists whose booklets there are: the same edition, seen from the
// townships' side and from the departments'.
func showBooklets(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		v := bookletsView{Lead: s.lead(), Tabs: s.tabs(base + "/ce"), AsOf: s.asOf(), Nothing: len(s.book.At(s.at)) == 0}
		table := func(caption string, us []org.UnitRow) part.Table {
			t := part.Table{Caption: caption, Columns: []part.Column{{Title: "单位"}, {Title: "事项"}}}
			for _, u := range us {
				n := map[string]int{}
				var order []string
				for _, x := range s.book.Booklet(s.at, u.ID) {
					if n[x.Role]++; n[x.Role] == 1 {
						order = append(order, x.Role)
					}
				}
				if len(order) == 0 {
					continue
				}
				for i, r := range order {
					order[i] = fmt.Sprintf("%s %d", r, n[r])
				}
				t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.To(part.Link{Text: u.Name, Href: base + "/ce/" + u.ID + s.keep()}), part.Plain(strings.Join(order, " · "))}})
			}
			return t
		}
		dir := s.book.Directory()
		v.Towns, v.Departments = table("乡镇（街道）分册", dir.Townships(s.on)), table("部门分册", dir.Departments(s.on))
		v.NoBooklets = len(v.Towns.Rows)+len(v.Departments.Rows) == 0
		return s.frame(q, Show("清单分册", bookletsPage(v)).Under(part.Link{Text: "清单", Href: base + s.keep()})), s.bad
	}
}

// A booklet is the list as it concerns one unit.
type booklet struct {
	*shelf
	unit   org.UnitRow
	shares []catalog.Share
}

// booklet reads the one that the address names.
func (s *shelf) booklet(q *Request) (*booklet, error) {
	u, ok := s.book.Directory().Unit(q.Path("unit"))
	stood := ok && u.From <= s.on && (u.Until == "" || s.on <= u.Until)
	if !stood || !slices.ContainsFunc(slices.Concat(s.book.Directory().Townships(s.on), s.book.Directory().Departments(s.on)), func(x org.UnitRow) bool { return x.ID == u.ID }) {
		return nil, fault.Absent()
	}
	return &booklet{s, u, s.book.Booklet(s.at, u.ID)}, nil
}

// title is what stands on the cover.
func (b *booklet) title() string { return b.unit.Name + "职责任务清单" }

// heads are the columns of the booklet; whose duty is whose depends on the side.
func (b *booklet) heads() []string {
	if b.unit.Town() {
		return []string{"序号", "责任", "编码", "具体事项", "职责", "对应部门及职责", "依据"}
	}
	return []string{"序号", "角色", "编码", "具体事项", "本部门职责", "其他部门、乡镇（街道）及职责", "依据"}
}

// row is one item of the booklet.
func (b *booklet) row(i int, x catalog.Share) []string {
	return []string{strconv.Itoa(i + 1), x.Role, x.Code, x.Name, ownDuty(x), across(x), catalog.Marked(x.Bases(), b.gone)}
}

// ownDuty is the unit's own duty.
func ownDuty(x catalog.Share) string {
	if x.Duty == "" && x.Part == catalog.TakenBack {
		return "不再承担，已由部门收回"
	}
	return x.Duty
}

// across is who stands on the other side, a line each.
func across(x catalog.Share) string {
	s := make([]string, len(x.Across))
	for i, a := range x.Across {
		s[i] = a.Who + "（" + a.Role + "）"
		if a.Duty != "" {
			s[i] += "：" + a.Duty
		}
	}
	return strings.Join(s, "\n")
}

// A bookletView is the page of one booklet, a table a role.
type bookletView struct {
	Title, Lead string
	Tabs        []part.Tab
	AsOf        templ.Component
	Axes        []part.Tab
	Exports     []part.Link
	Tables      []part.Table
	Gaps        []gapLine
	Staff       bool
}

func showBooklet(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		b, err := s.booklet(q)
		if err != nil {
			return Reply{}, err
		}
		v := bookletView{Title: b.title(), Lead: s.lead(), Tabs: s.tabs(base + "/ce"), AsOf: s.asOf(), Staff: s.staff}
		to := base + "/ce/" + b.unit.ID + "/"
		v.Exports = []part.Link{{Text: "下载 Excel", Href: to + "xlsx" + s.keep()}, {Text: "下载 Word", Href: to + "docx" + s.keep()}}
		heads := b.heads()
		var vs []*catalog.Version
		for _, x := range b.shares {
			if n := len(v.Tables); n == 0 || v.Tables[n-1].Caption != x.Role {
				v.Tables = append(v.Tables, part.Table{Caption: x.Role, Columns: []part.Column{{Title: heads[3]}, {Title: heads[4]}, {Title: heads[5]}, {Title: heads[6]}}})
			}
			t := &v.Tables[len(v.Tables)-1]
			below := x.Code
			if x.Category != "" {
				below += " · " + x.Category
			}
			t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.What(part.Link{Text: x.Name, Href: base + "/" + url.PathEscape(x.Code) + s.keep()}, below), unfolded(ownDuty(x)), unfolded(across(x)), s.all(x.Bases(), x.From)}})
			vs = append(vs, x.Version)
		}
		for i := range v.Tables {
			v.Tables[i].Caption = fmt.Sprintf("%s（%d 项）", v.Tables[i].Caption, len(v.Tables[i].Rows))
		}
		if s.staff {
			v.Gaps = s.gaps(s.book.Gaps(s.at, vs))
		}
		return s.frame(q, Show(b.unit.Called()+"分册", bookletPage(v)).Under(part.Link{Text: "清单", Href: base + s.keep()}, part.Link{Text: "分册", Href: base + "/ce" + s.keep()})), s.bad
	}
}

// sendBooklet sends a booklet as a spreadsheet or as a Word document.
func sendBooklet(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		b, err := s.booklet(q)
		switch {
		case err != nil:
			return Reply{}, err
		case s.bad != nil:
			return Reply{}, fault.Absent()
		}
		var rows [][]string
		for i, x := range b.shares {
			rows = append(rows, b.row(i, x))
		}
		note := cmp.Or(s.banner(), s.lead())
		f := File{Name: fmt.Sprintf("%s（%s）.%s", b.title(), s.on, q.Path("kind")), At: q.Now}
		switch q.Path("kind") {
		case "xlsx":
			var w bytes.Buffer
			p := sheet.Page{Name: "分册", Title: b.title(), Note: note, Heads: b.heads(), Widths: []float64{6, 10, 10, 28, 46, 50, 34}, Rows: rows}
			if err := sheet.Write(&w, []sheet.Page{p}); err != nil {
				return Reply{}, err
			}
			f.Type, f.Body = excel, &w
		case "docx":
			w, err := document.Sheet{Title: b.title(), Sub: note, Landscape: true, Heads: b.heads(), Widths: []int{4, 6, 6, 14, 26, 30, 16}, Rows: rows}.Word(document.Print{Title: b.title(), Source: s.lead(), At: q.Now})
			if err != nil {
				return Reply{}, err
			}
			f.Type, f.Body = word, bytes.NewReader(w)
		default:
			return Reply{}, fault.Absent()
		}
		return Send(f), nil
	}
}

// A gapLine is one place where the two faces do not meet.
type gapLine struct {
	Kind, Text, Rule string
	Items            []part.Link
}

func (s *shelf) gaps(fs []catalog.Gap) (ls []gapLine) {
	for _, f := range fs {
		l := gapLine{Kind: gapName(f.Kind), Text: f.Text, Rule: f.Rule}
		for _, v := range f.Items {
			l.Items = append(l.Items, part.Link{Text: v.Code + " " + v.Name, Href: s.base + "/" + url.PathEscape(v.Code) + s.keep()})
			if gone := s.void(v.Bases()); len(gone) > 0 {
				l.Text += "　" + v.Code + "的依据：" + catalog.Marked(gone, s.gone)
			}
		}
		ls = append(ls, l)
	}
	return ls
}

func gapName(kind string) string {
	for _, x := range catalog.GapNames {
		if x.Kind == kind {
			return x.Name
		}
	}
	return kind
}

// A gapsView is the page on which both faces of the list are held against each other.
type gapsView struct {
	Lead, Summary string
	Tabs          []part.Tab
	AsOf          templ.Component
	Filter        *part.Filter
	Export        part.Link
	Lines         []gapLine
	Pager         part.Pager
}

// held are the gaps of the kinds asked for, and how many there are of each.
func (s *shelf) held(v url.Values) (fs []catalog.Gap, n map[string]int) {
	n = map[string]int{}
	for _, f := range s.book.Gaps(s.at, s.book.Find(s.at, catalog.Query{Unit: s.query.Unit, Township: s.query.Township})) {
		n[f.Kind]++
		if ks := given(v[qKind]); len(ks) == 0 || slices.Contains(ks, f.Kind) {
			fs = append(fs, f)
		}
	}
	return fs, n
}

// showGaps holds the townships' and the departments' side of the list against
// each other: steps that nobody takes, and steps that two take (DM-2.2, DM-2.3).
func showGaps(q *Request) (Reply, error) {
	s, err := q.shelf(staffList)
	if err != nil {
		return Reply{}, err
	}
	fs, n := s.held(q.Query)
	v := gapsView{Lead: s.lead(), Tabs: s.tabs(staffList + "/hd"), AsOf: s.asOf(), Summary: fmt.Sprintf("%d 处", len(fs)), Export: part.Link{Text: "下载 Excel", Href: staffList + "/hd/xlsx" + ask(q.Query, qKey, "")}}
	ks := part.Group{Title: "情形", Name: qKind, Kind: "check"}
	for _, k := range catalog.GapNames {
		ks.Options = append(ks.Options, part.Option{Value: k.Kind, Label: k.Name, Count: n[k.Kind], On: slices.Contains(q.Query[qKind], k.Kind)})
	}
	dir := s.book.Directory()
	v.Filter = &part.Filter{To: staffList + "/hd", Clear: staffList + "/hd", Groups: []part.Group{ks,
		{Title: "部门", Name: qUnit, Kind: "select", Options: unitOptions(dir.Departments(s.on), s.query.Unit)},
		{Title: "乡镇（街道）", Name: qTown, Kind: "select", Options: unitOptions(dir.Townships(s.on), s.query.Township)},
		{Title: "哪一天的清单", Name: qOn, Kind: "date", Value: q.Query.Get(qOn)}}}
	v.Filter.Chips = chips(staffList+"/hd", q.Query, v.Filter.Groups)
	from, _ := strconv.Atoi(q.Query.Get(qKey))
	from = max(0, min(from, len(fs)))
	next := ""
	if fs = fs[from:]; len(fs) > perPage {
		fs, next = fs[:perPage], strconv.Itoa(from+perPage)
	}
	v.Lines, v.Pager = s.gaps(fs), pager(q, next)
	return s.frame(q, Show("两面核对", gapsPage(v)).Under(part.Link{Text: "清单", Href: staffList})), s.bad
}

// sendGaps is the same as a spreadsheet.
func sendGaps(q *Request) (Reply, error) {
	s, err := q.shelf(staffList)
	if err != nil {
		return Reply{}, err
	}
	fs, _ := s.held(q.Query)
	p := sheet.Page{Name: "两面核对", Title: "职责任务清单两面核对", Note: cmp.Or(s.banner(), s.lead()), Heads: []string{"情形", "事项", "说明", "条款"}, Widths: []float64{28, 40, 60, 24}}
	for _, l := range s.gaps(fs) {
		p.Rows = append(p.Rows, []string{l.Kind, texts(l.Items), l.Text, q.Site.Cite(l.Rule)})
	}
	return spreadsheet(q, p, s.bad)
}
