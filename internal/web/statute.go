package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// Where the register of laws stands, and what their changes reach.
const (
	lawBook   = "/fg"
	lawImpact = "/fgyx"
)

var lawKeepers = Offices(org.ListOffice, org.Justice)

// lawRoutes are 法规库: the register, its import, what happens to a law and what that
// reaches. List office and justice bureau keep it.
var lawRoutes = []Route{
	{http.MethodGet, lawBook, lawKeepers, Read, showLaws},
	{http.MethodGet, lawBook + "/xlsx", lawKeepers, Heavy, exportLaws},
	{http.MethodGet, lawBook + "/xin", lawKeepers, Read, showLawForm},
	{http.MethodPost, lawBook + "/xin", lawKeepers, Write, enterLaw},
	{http.MethodGet, lawBook + "/dr", lawKeepers, Read, showLawFiles},
	{http.MethodPost, lawBook + "/dr", lawKeepers, Heavy, readLawFile},
	{http.MethodGet, lawBook + "/dr/{file}", lawKeepers, Read, showLawFile},
	{http.MethodPost, lawBook + "/dr/{file}", lawKeepers, Write, enterLawFile},
	{http.MethodGet, lawBook + "/{id}", lawKeepers, Read, showLaw},
	{http.MethodGet, lawBook + "/gai/{id}", lawKeepers, Read, showLawForm},
	{http.MethodPost, lawBook + "/gai/{id}", lawKeepers, Write, enterLaw},
	{http.MethodGet, lawBook + "/bd/{id}", lawKeepers, Read, showChangeForm},
	{http.MethodPost, lawBook + "/bd/{id}", lawKeepers, Write, noteChange},
	{http.MethodPost, lawBook + "/cx/{id}", lawKeepers, Write, withdrawChange},
	{http.MethodGet, lawImpact + "/{id}", Business, Read, showImpact},
	{http.MethodPost, lawImpact + "/{id}/tz", Changers, Write, beginReached},
	{http.MethodGet, lawImpact + "/{id}/dc/{kind}", Business, Heavy, sendImpact},
}

// keepsLaws reports whether the register opens for an actor.
func keepsLaws(a org.Actor) bool {
	return a.Class == org.Business && (a.Holds(org.ListOffice) || a.Holds(org.Justice))
}

// Names of what the register is asked for, in its address.
const (
	qState = "zt"
	qCited = "yy"
)

// laws is the register as one request sees it.
type laws struct {
	q    *Request
	book *catalog.Book
	citing
	today string
}

// laws reads the register.
func (q *Request) laws() (l laws, err error) {
	l = laws{q: q, today: org.Day(q.Now)}
	err = q.Read(func(tx *db.Tx) (err error) { l.book, err = q.Site.Books.Get(tx); return err })
	if err == nil {
		l.citing = citing{l.book.Register(), l.book.Register().Standing(l.today), staffList, keepsLaws(q.Actor)}
	}
	return l, err
}

// law is the register and the instrument in it that the address names.
func (q *Request) law() (laws, *statute.Instrument, error) {
	l, err := q.laws()
	if err != nil {
		return l, nil, err
	}
	i, ok := l.reg.Of(q.Path("id"))
	if !ok {
		return l, nil, fault.Absent()
	}
	return l, i, nil
}

func lawTabs(here string) []part.Tab {
	ts := []part.Tab{{Text: "法规库", Href: lawBook}, {Text: "登记一部", Href: lawBook + "/xin"}, {Text: "导入", Href: lawBook + "/dr"}}
	for i := range ts {
		ts[i].Here = ts[i].Href == here
	}
	return ts
}

// lawState is how an instrument stands, in words and as a mark.
func (l laws) lawState(i *statute.Instrument) templ.Component {
	s := l.gone.Instrument(i)
	switch {
	case s.Gone():
		return part.Void(s.Name())
	case s.State == statute.InForce && !i.Entered:
		return part.Tag("待登记")
	case s.State == statute.InForce:
		return part.Plain(s.Name())
	}
	return part.Tag(s.Name())
}

// found are the instruments that the address asks for, with how many items cite each.
func (l laws) found() ([]*statute.Instrument, map[string]int) {
	v := l.q.Query
	ask := statute.Query{Words: form.Clean(v.Get(qWords)), Day: l.today}
	if k := v.Get(qCategory); k != "" {
		ask.Kinds = []statute.Kind{statute.Kind(strings.TrimPrefix(k, "-"))}
	}
	if s := v.Get(qState); s != "" {
		ask.States = []statute.State{statute.State(s)}
	}
	cited := l.book.CitedBy(l.book.On(l.today))
	found := l.reg.Find(ask)
	if c := v.Get(qCited); c != "" {
		found = slices.DeleteFunc(found, func(i *statute.Instrument) bool { return (cited[i.ID] > 0) != (c == "1") })
	}
	return found, cited
}

// showLaws is the register: searched and narrowed down.
func showLaws(q *Request) (Reply, error) {
	l, err := q.laws()
	if err != nil {
		return Reply{}, err
	}
	found, cited := l.found()
	page, next := cut(found, q.Query.Get(qKey), func(i *statute.Instrument) string { return i.ID })
	v := listView{Title: "法规库", Lead: "清单事项所依据的法律、法规、规章和政策文件", Tabs: lawTabs(lawBook)}
	v.Filter, v.Pager = l.filter(), pager(q, next)
	v.More = part.Go(part.Link{Text: "导出 Excel", Href: lawBook + "/xlsx" + ask(q.Query, qKey, "")}, part.Second)
	v.Heading = fmt.Sprintf("%d 部", len(found))
	v.Table = part.Table{Caption: fmt.Sprintf("法规文件，找到 %d 部", len(found)), Columns: []part.Column{{Title: "法规文件"}, {Title: "制定机关"}, {Title: "施行日期"}, {Title: "状态"}, {Title: "引用的事项", Num: true}}}
	for _, i := range page {
		below := i.Kind.Name()
		if i.Number != "" {
			below += " · " + i.Number
		}
		count := part.Plain("0")
		if n := cited[i.ID]; n > 0 {
			count = part.To(part.Link{Text: strconv.Itoa(n), Href: lawImpact + "/" + i.ID})
		}
		v.Table.Rows = append(v.Table.Rows, part.Row{Cells: []templ.Component{
			part.What(part.Link{Text: i.Title, Href: lawBook + "/" + i.ID}, below), part.Plain(i.Issuer), part.Plain(part.Day(i.EffectiveOn)), l.lawState(i), count,
		}})
	}
	switch {
	case len(l.reg.All()) == 0:
		v.Empty = part.Empty("法规库还是空的。导入法规表，或者登记一部；清单印发时，引用的法规也会自动登记在这里。", part.Link{Text: "导入", Href: lawBook + "/dr"}, part.Link{Text: "登记一部", Href: lawBook + "/xin"})
	case len(found) == 0:
		v.Empty = part.Empty("按这些条件没有找到法规文件。去掉一个条件再查。", part.Link{Text: "清除条件", Href: lawBook})
	}
	return Show("法规库", listPage(v)).Print(l.sheet("法规库")), nil
}

func (l laws) sheet(state string) part.Sheet {
	return part.Sheet{By: l.q.Actor.Name, At: clockTime(l.q.Now, l.q.Now), State: state}
}

func (l laws) filter() *part.Filter {
	v := l.q.Query
	kinds := part.Group{Title: "种类", Name: qCategory, Kind: "select"}
	for _, k := range statute.Kinds {
		kinds.Options = append(kinds.Options, part.Option{Value: string(k.Kind), Label: k.Name, On: v.Get(qCategory) == string(k.Kind)})
	}
	kinds.Options = append(kinds.Options, part.Option{Value: "-", Label: statute.Unknown.Name(), On: v.Get(qCategory) == "-"})
	states := part.Group{Title: "状态", Name: qState, Kind: "select"}
	for _, s := range statute.States {
		states.Options = append(states.Options, part.Option{Value: string(s.State), Label: s.Name, On: v.Get(qState) == string(s.State)})
	}
	f := &part.Filter{To: lawBook, Clear: lawBook, Groups: []part.Group{
		{Title: "包含文字或拼音首字母", Name: qWords, Kind: "text", Value: form.Clean(v.Get(qWords))}, kinds, states,
		{Title: "有没有事项引用", Name: qCited, Kind: "select", Options: []part.Option{{Value: "1", Label: "有事项引用", On: v.Get(qCited) == "1"}, {Value: "0", Label: "没有事项引用", On: v.Get(qCited) == "0"}}},
	}}
	f.Chips = chips(lawBook, v, f.Groups)
	return f
}

// exportLaws is the register, as it is narrowed, as a spreadsheet that can be
// imported again.
func exportLaws(q *Request) (Reply, error) {
	l, err := q.laws()
	if err != nil {
		return Reply{}, err
	}
	found, cited := l.found()
	p := sheet.Page{Name: "法规库", Title: "法规库（" + l.today + "）", Heads: []string{"名称", "种类", "制定机关", "文号", "公布日期", "施行日期", "状态", "引用的事项"}, Widths: []float64{40, 14, 26, 22, 12, 12, 10, 10}}
	for _, i := range found {
		kind := i.Kind.Name()
		if i.Kind == statute.Unknown {
			kind = ""
		}
		p.Rows = append(p.Rows, []string{i.Title, kind, i.Issuer, i.Number, i.PromulgatedOn, i.EffectiveOn, l.gone.Instrument(i).Name(), strconv.Itoa(cited[i.ID])})
	}
	return spreadsheet(q, p, nil)
}

// A lawView is the page of one instrument.
type lawView struct {
	Title, Lead, To string
	State           templ.Component
	Facts           []part.Fact
	Coming          []string
	History         part.Table
	Withdraw        []form.Field // nil where nothing can be withdrawn
	Form            withdrawForm
	Articles        []lawArticle
	Uncited         string
	Impact          part.Link
	Change, Correct part.Link
}

// A withdrawForm says which change was noted by mistake.
type withdrawForm struct {
	Change string `json:"change"`
	Reason string `json:"reason"`
}

// A lawArticle is an article with what it says and said, and what rests on it.
type lawArticle struct {
	ID, Title string
	State     string // "" where nothing happened to it
	Since     string // day and document
	Gone      bool
	Text      string      // as it reads now
	From      string      // the day of the version where that is not Since
	Before    []part.Fact // by version
	Items     []part.Link
	More      part.Link
}

// showLaw is one instrument: head, history, articles, and the items that cite each.
func showLaw(q *Request) (Reply, error) {
	l, i, err := q.law()
	if err != nil {
		return Reply{}, err
	}
	v, err := l.view(i)
	if err != nil {
		return Reply{}, err
	}
	return lawReply(l, v), nil
}

func lawReply(l laws, v lawView) Reply {
	return Show("法规文件", lawPage(v)).Under(part.Link{Text: "法规库", Href: lawBook}).Print(l.sheet(v.Title))
}

func (l laws) view(i *statute.Instrument) (v lawView, err error) {
	v = lawView{Title: i.Title, Correct: part.Link{Text: "修改登记", Href: lawBook + "/gai/" + i.ID}, To: lawBook + "/cx/" + i.ID, Lead: i.Number, State: l.lawState(i), Impact: part.Link{Text: "变动影响", Href: lawImpact + "/" + i.ID}, Change: part.Link{Text: "记一次变动", Href: lawBook + "/bd/" + i.ID}}
	rank := "未登记"
	if n := i.Kind.Rank(); n > 0 {
		rank = fmt.Sprintf("第 %d 级（%s）", n, i.Kind.Name())
	}
	v.Facts = []part.Fact{{Label: "种类", Text: i.Kind.Name()}, {Label: "效力位阶", Text: rank}, {Label: "制定机关", Text: i.Issuer}, {Label: "文号", Text: i.Number}, {Label: "公布日期", Text: part.Day(i.PromulgatedOn)}, {Label: "施行日期", Text: part.Day(i.EffectiveOn)}}
	for _, c := range l.gone.Coming(i) {
		v.Coming = append(v.Coming, fmt.Sprintf("%s起%s%s（%s）", part.Day(c.On), allOr(c.Article), c.Event.Name(), c.Number))
	}
	l.history(&v, i)
	var texts []statute.Text
	if err = l.q.Read(func(tx *db.Tx) (err error) { texts, err = statute.Texts(tx, i.ID); return err }); err != nil {
		return v, err
	}
	l.articles(&v, i, texts)
	return v, nil
}

// allOr is an article, or all of the instrument.
func allOr(article string) string {
	if article == "" {
		return "整部"
	}
	return article
}

// history tells what happened to an instrument.
func (l laws) history(v *lawView, i *statute.Instrument) {
	v.History = part.Table{Caption: "变动记录，新的在前", Columns: []part.Column{{Title: "变动"}, {Title: "发生之日"}, {Title: "文号"}, {Title: "由谁登记"}}}
	which := form.Field{Name: "change", Label: "哪一次变动", Type: form.Select, Need: "选择记错的是哪一次变动"}
	for _, c := range i.Changes {
		below := c.Note
		if c.New.Title != "" {
			below = strings.TrimPrefix(below+"；由"+c.New.String()+"替代", "；")
		}
		what := part.What(part.Link{Text: allOr(c.Article) + c.Event.Name(), Href: lawImpact + "/" + i.ID + "?" + qChange + "=" + c.ID}, below)
		if c.Withdrawn != "" {
			what = named(allOr(c.Article)+c.Event.Name(), "登记有误，已撤销："+c.Withdrawn)
		} else {
			which.Options = append(which.Options, form.Option{Value: c.ID, Label: fmt.Sprintf("%s%s，%s", allOr(c.Article), c.Event.Name(), part.Day(c.On))})
		}
		v.History.Rows = append(v.History.Rows, part.Row{Cells: []templ.Component{what, part.Plain(part.Day(c.On)), part.Plain(c.Number), part.Plain(strings.TrimSpace(c.NotedName + "　" + clockTime(l.q.Now, c.NotedAt)))}})
	}
	if len(which.Options) > 0 {
		v.Withdraw = []form.Field{which, {Name: "reason", Label: "为什么记错了", Type: form.Line, Need: "写明为什么记错了", Max: 200}}
	}
}

// articles fills in the articles, each with its texts and its items.
func (l laws) articles(v *lawView, i *statute.Instrument, texts []statute.Text) {
	const most = 6
	citing := map[string][]catalog.Touched{}
	for _, t := range l.book.Citing(l.book.On(l.today), i.ID) {
		for _, a := range t.Articles {
			citing[a] = append(citing[a], t)
		}
	}
	names := i.Articles
	if len(citing[""]) > 0 {
		names = append([]string{""}, names...)
	}
	for _, name := range names {
		s := l.gone.Of(statute.Basis{Instrument: i.ID, Article: name})
		a := lawArticle{ID: name, Title: name, Gone: s.Gone()}
		if name == "" {
			a.ID, a.Title = "zhengbu", "没有写明哪一条"
		}
		if s.Change.On != "" {
			a.State, a.Since = s.Name(), part.Day(s.Change.On)+"（"+s.Change.Number+"）"
		}
		for _, t := range texts {
			switch {
			case t.Article != name:
			case a.Text == "" && t.On <= l.today:
				if a.Text = t.Body; t.On != s.Change.On {
					a.From = part.Day(t.On)
				}
			default:
				label := part.Day(t.On) + "的版本"
				if t.On == "" {
					label = "没有写明日期的版本"
				}
				a.Before = append(a.Before, part.Fact{Label: label, Text: t.Body})
			}
		}
		for n, t := range citing[name] {
			if n == most {
				a.More = part.Link{Text: fmt.Sprintf("全部 %d 项", len(citing[name])), Href: lawImpact + "/" + i.ID}
				break
			}
			a.Items = append(a.Items, part.Link{Text: t.Name, Href: staffList + "/" + t.Code})
		}
		v.Articles = append(v.Articles, a)
	}
}
