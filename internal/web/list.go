package web

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// listRoutes are the list for those who have signed in, import and editions.
// What everybody may see of it is under /public, by the same handlers.
var listRoutes = []Route{
	{http.MethodGet, staffList, SignedIn, Read, showList(staffList)},
	{http.MethodGet, staffList + "/{code}", SignedIn, Read, showItem(staffList)},
	{http.MethodGet, staffList + "/dc/{kind}", SignedIn, Heavy, sendList(staffList)},
	{http.MethodGet, staffList + "/hd", SignedIn, Read, showGaps},
	{http.MethodGet, staffList + "/hd/xlsx", SignedIn, Heavy, sendGaps},
	{http.MethodGet, staffList + "/dr", Offices(org.ListOffice), Read, showImports},
	{http.MethodPost, staffList + "/dr", Offices(org.ListOffice), Heavy, readImport},
	{http.MethodGet, staffList + "/dr/{id}", Offices(org.ListOffice), Read, showImport},
	{http.MethodPost, staffList + "/dr/{id}", Offices(org.ListOffice), Write, decideImport},
}

// Where the list stands: for those who have signed in, and for everybody.
const (
	staffList  = "/qd"
	publicList = "/public"
)

// Types of files that are sent.
const (
	excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	word  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// Names of what the list is asked for, in its address.
const (
	qOn       = "on"
	qPart     = "bf"
	qCategory = "lb"
	qRole     = "js"
	qTown     = "zh"
	qBasis    = "yj"
	qKnown    = "known"
)

// A shelf is the list as one request sees it: the book, a day, what is asked.
type shelf struct {
	base  string
	book  *catalog.Book
	today string
	on    string // the day that is shown
	known string // as it was known on this day; "" is what is known today
	at    catalog.Moment
	query catalog.Query
	citing
	bad   error // what was wrong with the day asked for
	staff bool
	admin bool   // the list office: may import
	voice bool   // staff with business: sees opinions
	item  string // the code of the one item that is shown
}

// shelf reads the list.
func (q *Request) shelf(base string) (*shelf, error) {
	s := &shelf{base: base, today: org.Day(q.Now), staff: base == staffList, admin: base == staffList && q.Actor.Holds(org.ListOffice), voice: base == staffList && q.Actor.Class == org.Business}
	s.on = s.today
	for _, x := range []struct {
		name, label string
		day         *string
	}{{qOn, "查看某天的清单", &s.on}, {qKnown, "按哪天以前公布的内容", &s.known}} {
		typed := strings.TrimSpace(q.Query.Get(x.name))
		if typed == "" {
			continue
		}
		day, err := form.ParseDate(typed)
		if err != nil {
			s.bad = fault.On(x.name, "", "看不懂“%s”里的日期。写成 2026年3月5日 或者 2026-03-05", x.label)
			continue
		}
		*x.day = day
	}
	if s.known >= s.today {
		s.known = ""
	}
	v := q.Query
	s.query = catalog.Query{Words: form.Clean(v.Get(qWords)), Category: given(v[qCategory]), Unit: v.Get(qUnit), Role: catalog.Role(v.Get(qRole)), Township: v.Get(qTown), Basis: v.Get(qBasis)}
	for _, p := range given(v[qPart]) {
		s.query.Parts = append(s.query.Parts, catalog.Part(p))
	}
	err := q.Read(func(tx *db.Tx) (err error) {
		if s.book, err = q.Site.Books.Get(tx); err != nil {
			return err
		}
		reg := s.book.Register()
		s.citing = citing{reg, reg.Standing(s.on), base, base == staffList && keepsLaws(q.Actor)}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.at = s.book.On(s.on)
	if s.known != "" {
		s.at = s.book.Known(s.on, s.known)
	}
	return s, nil
}

// given are the values that say something.
func given(vs []string) (all []string) {
	for _, v := range vs {
		if v = form.Clean(v); v != "" {
			all = append(all, v)
		}
	}
	return all
}

// now reports that the list of today is shown.
func (s *shelf) now() bool { return s.on == s.today && s.known == "" }

// keep is the query that keeps the moment: ?on=2025-03-15&known=2025-03-15.
func (s *shelf) keep() string {
	v := url.Values{}
	if s.on != s.today {
		v.Set(qOn, s.on)
	}
	if s.known != "" {
		v.Set(qKnown, s.known)
	}
	return ask(v)
}

// edition names an edition: 第 2 版（郊办发〔2026〕9号，2026年6月1日起施行）.
func editionName(e catalog.Edition) string {
	return fmt.Sprintf("第 %d 版（%s，%s起施行）", e.No, e.Number, part.Day(e.EffectiveOn))
}

// lead says which edition is shown.
func (s *shelf) lead() string {
	e, ok := s.book.Current(s.at)
	switch {
	case !ok && len(s.book.Editions()) == 0:
		return "清单还没有印发"
	case !ok:
		return part.Day(s.on) + "还没有施行的版本"
	case s.now():
		return "现行版本：" + editionName(e)
	}
	return "当天的版本：" + editionName(e)
}

// asOf says that another day than today is shown; nil for today.
func (s *shelf) asOf() templ.Component {
	if s.now() {
		return nil
	}
	return part.AsOf(s.banner(), part.Link{Text: "回到现行", Href: s.base})
}

// banner says in one sentence which day's list this is and as it was known when; ""
// for the list in force. It stands on the page, on paper and in every export.
func (s *shelf) banner() string {
	if s.now() {
		return ""
	}
	text := "你在看 " + part.Day(s.on) + " 有效的清单"
	if s.on > s.today {
		return "你在看 " + part.Day(s.on) + " 将要有效的清单，按今天已经印发的版本，不是现行清单。"
	}
	switch e, ok := s.book.Current(s.at); {
	case ok && s.known != "":
		text += fmt.Sprintf("，按 %s以前公布的内容（第 %d 版，%s）", part.Day(s.known), e.No, e.Number)
	case s.known != "":
		text += fmt.Sprintf("，按 %s以前公布的内容", part.Day(s.known))
	case ok:
		text += fmt.Sprintf("（第 %d 版，%s）", e.No, e.Number)
		if now, _ := s.book.InForce(s.today); now.No == e.No {
			return text + "，和现行清单是同一版。"
		}
	}
	return text + "，不是现行清单。"
}

// axes are the two ways to look at a day that has passed: as it is known today, and
// as it was published then.
func (s *shelf) axes(v url.Values) []part.Tab {
	if s.on >= s.today && s.known == "" {
		return nil
	}
	then := s.known
	if then == "" {
		then = s.on
	}
	here := s.base
	if s.item != "" {
		here += "/" + url.PathEscape(s.item)
	}
	return []part.Tab{
		{Text: "按现在公布的内容", Href: here + ask(v, qKey, "", qKnown, "", qOn, s.on), Here: s.known == ""},
		{Text: "当时公布的内容", Href: here + ask(v, qKey, "", qKnown, then, qOn, s.on), Here: s.known != ""},
	}
}

// differs leads to what the two axes tell differently of a day that has passed, where they do.
func (s *shelf) differs() (l part.Link) {
	known, text := s.known, "以后印发的版本对这一天另有规定，有 %d 项不同，看差异"
	if known == "" {
		if s.on >= s.today {
			return l
		}
		known, text = s.on, "其中有以后更正的，和当时公布的有 %d 项不同，看差异"
	}
	if n := len(s.book.Diff(s.book.Known(s.on, known), s.book.On(s.on))); n > 0 {
		l = part.Link{Text: fmt.Sprintf(text, n), Href: s.base + "/cha" + ask(url.Values{qBefore: {s.on + "@" + known}, qAfter: {s.on}})}
	}
	return l
}

// tabs are the pages of the list.
func (s *shelf) tabs(here string) []part.Tab {
	ts := []part.Tab{{Text: "清单", Href: s.base}, {Text: "版本", Href: s.base + "/bb"}, {Text: "比较", Href: s.base + "/cha"}, {Text: "分册", Href: s.base + "/ce"}}
	if s.staff {
		ts = append(ts, part.Tab{Text: "两面核对", Href: s.base + "/hd"})
	}
	if s.voice {
		ts = append(ts, part.Tab{Text: "公众意见", Href: register}, part.Tab{Text: "调整事由", Href: "/jg"})
	}
	if s.admin {
		ts = append(ts, part.Tab{Text: "导入", Href: s.base + "/dr"})
	}
	for i := range ts {
		ts[i].Here = ts[i].Href == here
	}
	return ts
}

// sheet is what a printed page says about itself.
func (s *shelf) sheet(q *Request) part.Sheet {
	by := "公开查询"
	if q.Visitor.SignedIn() {
		by = q.Actor.Name
	}
	return part.Sheet{By: by, At: clockTime(q.Now, q.Now), State: s.lead()}
}

// frame puts what every page of the list carries around it.
func (s *shelf) frame(q *Request, r Reply) Reply {
	r = r.Print(s.sheet(q))
	if e, ok := s.book.InForce(s.today); ok {
		r.Frame.Edition = "现行清单 " + fmt.Sprintf("第 %d 版 · %s", e.No, e.Number)
	}
	return r
}

// showList is the list: as of a day, searched and narrowed down.
func showList(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		v := listView{Title: "乡镇（街道）职责任务清单", Lead: s.lead(), Tabs: s.tabs(base), Before: asOf(s.asOf(), s.axes(q.Query), s.differs())}
		all := s.book.At(s.at)
		found := s.book.Find(s.at, s.query)
		if len(s.book.Editions()) > 0 {
			v.Filter = s.filter(q.Query, all)
			v.More = ways(part.Link{Text: "下载 Excel", Href: base + "/dc/xlsx" + ask(q.Query, qKey, "")}, part.Link{Text: "下载 Word", Href: base + "/dc/docx" + ask(q.Query, qKey, "")})
			if s.admin {
				v.More = templ.Join(v.More, ways(part.Link{Text: "导出静态页面", Href: base + "/jt"}))
			}
		}
		rows, next := window(found, q.Query.Get(qKey))
		v.Table = s.table(fmt.Sprintf("清单事项，找到 %d 项", len(found)), rows)
		v.Pager = pager(q, next)
		v.Heading = fmt.Sprintf("%d 项", len(found))
		if len(rows) == 0 {
			v.Empty = s.empty(q.Query, len(all))
		}
		r := s.frame(q, Show("清单", listPage(v)))
		return r, s.bad
	}
}

// window is the page of a list that follows a code, and the code that the next follows.
func window(vs []*catalog.Version, after string) (rows []*catalog.Version, next string) {
	if after != "" {
		i := slices.IndexFunc(vs, func(v *catalog.Version) bool { return v.Code == after })
		vs = vs[i+1:]
	}
	if len(vs) > perPage {
		return vs[:perPage], vs[perPage-1].Code
	}
	return vs, ""
}

// table is items as a table.
func (s *shelf) table(caption string, vs []*catalog.Version) part.Table {
	t := part.Table{Caption: caption, Columns: []part.Column{{Title: "事项"}, {Title: "部门"}, {Title: "乡镇（街道）的职责"}, {Title: "依据"}}}
	for _, v := range vs {
		below := v.Code + " · " + catalog.PartName(v.Part)
		if v.Category != "" {
			below += " · " + v.Category
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{
			part.What(part.Link{Text: v.Name, Href: s.base + "/" + url.PathEscape(v.Code) + s.keep()}, below), part.Plain(share(v.Text)), part.Plain(clipped(duty(v.Text), 70)), s.first(v.Text, v.From),
		}})
	}
	return t
}

// share says who of the departments does what: 区水务局牵头，区农业农村局共同.
func share(t *catalog.Text) string {
	var s []string
	for _, r := range []catalog.Role{catalog.Lead, catalog.Joint, catalog.TakesOver} {
		if who := t.Departed(r); who != "" {
			s = append(s, catalog.RoleName(r)+"："+who)
		}
	}
	return strings.Join(s, "；")
}

// duty is what a township does.
func duty(t *catalog.Text) string {
	switch t.Part {
	case catalog.Cooperating:
		return "配合：" + t.Cooperating
	case catalog.TakenBack:
		return "不再承担"
	}
	return t.Main
}

func clipped(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), ""))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n]) + "…"
}

// filter is the filter column; its counts are those of the whole list of the day.
func (s *shelf) filter(v url.Values, all []*catalog.Version) *part.Filter {
	parts, cats, laws := map[catalog.Part]int{}, map[string]int{}, map[string]bool{}
	var order []string
	for _, x := range all {
		parts[x.Part]++
		if x.Category != "" && cats[x.Category] == 0 {
			order = append(order, x.Category)
		}
		cats[x.Category]++
		for _, b := range x.Bases() {
			laws[b.Instrument] = true
		}
	}
	ps, cs := part.Group{Title: "部分", Name: qPart, Kind: "check"}, part.Group{Title: "分类", Name: qCategory, Kind: "check"}
	for _, p := range catalog.Parts {
		ps.Options = append(ps.Options, part.Option{Value: string(p.Part), Label: p.Name, Count: parts[p.Part], On: slices.Contains(s.query.Parts, p.Part)})
	}
	for _, c := range order {
		cs.Options = append(cs.Options, part.Option{Value: c, Label: c, Count: cats[c], On: slices.Contains(s.query.Category, c)})
	}
	dir := s.book.Directory()
	rs := part.Group{Title: "部门的角色", Name: qRole, Kind: "select"}
	for _, r := range []catalog.Role{catalog.Lead, catalog.Joint, catalog.TakesOver} {
		rs.Options = append(rs.Options, part.Option{Value: string(r), Label: catalog.RoleName(r), On: s.query.Role == r})
	}
	bs := part.Group{Title: "依据", Name: qBasis, Kind: "select"}
	for _, l := range s.book.Register().All() {
		if laws[l.ID] {
			bs.Options = append(bs.Options, part.Option{Value: l.ID, Label: l.Title, On: s.query.Basis == l.ID})
		}
	}
	f := &part.Filter{To: s.base, Clear: s.base + s.keep(), Groups: []part.Group{
		{Title: "包含文字或拼音首字母", Name: qWords, Kind: "text", Value: s.query.Words}, ps, cs,
		{Title: "部门", Name: qUnit, Kind: "select", Options: unitOptions(dir.Departments(s.on), s.query.Unit)}, rs,
		{Title: "乡镇（街道）", Name: qTown, Kind: "select", Options: unitOptions(dir.Townships(s.on), s.query.Township)}, bs,
		{Title: "查看某天的清单", Name: qOn, Kind: "date", Value: v.Get(qOn)},
		{Title: "按哪天以前公布的内容", Name: qKnown, Kind: "date", Value: v.Get(qKnown)},
	}}
	for _, g := range f.Groups {
		if g.Name == qOn || g.Name == qKnown {
			continue
		}
		for _, value := range given(v[g.Name]) {
			text := g.Title + "：" + value
			for _, o := range g.Options {
				if o.Value == value {
					text = o.Label
				}
			}
			f.Chips = append(f.Chips, part.Link{Text: text, Href: s.base + without(v, g.Name, value)})
		}
	}
	return f
}

// without is a query without one of the values of a name.
func without(v url.Values, name, value string) string {
	w := maps.Clone(v)
	w[name] = slices.DeleteFunc(slices.Clone(w[name]), func(x string) bool { return form.Clean(x) == value })
	return ask(w, qKey, "")
}

// empty says why nothing is listed and what to do.
func (s *shelf) empty(v url.Values, all int) templ.Component {
	switch {
	case len(s.book.Editions()) == 0 && s.admin:
		return part.Empty("清单还没有印发。导入本区的清单，由另一位同事或者负责人审定后公布。", part.Link{Text: "导入清单", Href: staffList + "/dr"})
	case len(s.book.Editions()) == 0:
		return part.Empty("清单还没有印发。第一版由区委编办审定印发后，在这里公布。")
	case all == 0:
		return part.Empty(part.Day(s.on)+"还没有施行的清单。第一版自"+part.Day(s.book.Editions()[0].EffectiveOn)+"起施行。", part.Link{Text: "查看现行清单", Href: s.base})
	}
	words := ""
	if s.query.Words != "" {
		words = "含“" + s.query.Words + "”的"
	}
	in := ""
	if len(s.query.Category) > 0 {
		in = "在“" + strings.Join(s.query.Category, "”“") + "”中"
	}
	next := []part.Link{{Text: "全部清除，看整个清单", Href: s.base + s.keep()}}
	hint := "换一个说法再查，或去掉一些条件。"
	if words != "" && len(v) > 1 {
		hint = "可去掉其他条件再查。"
		next = append([]part.Link{{Text: "只按文字查", Href: s.base + "?" + url.Values{qWords: {s.query.Words}}.Encode()}}, next...)
	}
	return part.Empty(in+"找到 0 项"+words+"事项。"+hint, next...)
}

// sendList sends what is listed as a spreadsheet, in the columns in which the
// list came in, or as a Word document.
func sendList(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		if s.bad != nil || len(s.book.Editions()) == 0 {
			return Reply{}, fault.Absent()
		}
		vs := s.book.Find(s.at, s.query)
		title := q.Site.District + "乡镇（街道）职责任务清单"
		name := title + "（" + s.on
		if s.known != "" {
			name += "，按" + s.known + "以前公布"
		}
		name += "）"
		switch q.Path("kind") {
		case "xlsx":
			var b bytes.Buffer
			pages := s.book.Export(vs, title, s.gone)
			for i := range pages {
				pages[i].Note = s.banner()
			}
			if err := sheet.Write(&b, pages); err != nil {
				return Reply{}, err
			}
			return Send(File{Name: name + ".xlsx", Type: excel, Body: &b, At: q.Now}), nil
		case "docx":
			b, err := s.printed(title, vs).Word(document.Print{Title: title, Source: s.lead(), At: q.Now})
			if err != nil {
				return Reply{}, err
			}
			return Send(File{Name: name + ".docx", Type: word, Body: bytes.NewReader(b), At: q.Now}), nil
		}
		return Reply{}, fault.Absent()
	}
}

// printed is the list as a table for paper.
func (s *shelf) printed(title string, vs []*catalog.Version) document.Sheet {
	t := document.Sheet{Title: title, Sub: cmp.Or(s.banner(), s.lead()), Landscape: true, Merge: 2,
		Heads: []string{"部分", "类别", "编码", "具体事项", "部门", "部门职责划分", "主体责任", "配合责任", "依据", "适用"}, Widths: []int{5, 6, 5, 13, 11, 14, 16, 14, 14, 9}}
	for _, v := range vs {
		main := v.Main
		if v.Part == catalog.Cooperating && v.Main == v.Division {
			main = ""
		}
		division := v.Division
		if v.Part == catalog.TakenBack && len(v.Departments) > 0 {
			division = v.Departments[0].Duty
		}
		t.Rows = append(t.Rows, []string{catalog.PartName(v.Part), v.Category, v.Code, v.Name, share(v.Text), division, main, v.Cooperating, catalog.Marked(v.Bases(), s.gone), v.Scope()})
	}
	return t
}
