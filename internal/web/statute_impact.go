package web

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/adjustment"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/regulation"
	"yidan/internal/sheet"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// qChange names a noted change in an address.
const qChange = "bh"

// An impactView is what a change reaches, or what cites an instrument.
type impactView struct {
	Title, Lead string
	State       templ.Component // of the instrument
	Noted       part.Table      // what happened to it, each with what it reached
	Tabs        []part.Tab
	AsOf        templ.Component // that nothing of it happened
	Filter      *part.Filter    // what if
	Numbers     []part.Number
	Table       part.Table
	Rules       []string // that the suggestions rest on
	Uncited     part.Table
	Flow        *part.Flow
	Empty       templ.Component
	Pager       part.Pager
	Exports     []part.Link
	Do          part.Link
	All         part.Link // the page with all of it; "" on that page
	Begin       string    // where applications about ticked items are begun; "" for whom none may be
}

// changes are those that the address asks about: noted ones, or what if. whatIf
// reports the latter; no change asks for all that cites the instrument.
func (l laws) changes(i *statute.Instrument) (cs []statute.Change, whatIf bool, err error) {
	v := l.q.Query
	for _, id := range v[qChange] {
		c, ok := l.reg.Change(id)
		if !ok || c.Instrument != i.ID || c.Withdrawn != "" {
			return nil, false, fault.Absent()
		}
		cs = append(cs, c)
	}
	if len(cs) == 0 && !l.keeps { // to try changes is for those who keep the register
		return nil, false, fault.Absent()
	}
	if len(cs) > 0 || v.Get("e") == "" {
		return cs, false, nil
	}
	on := form.Clean(v.Get(qOn))
	if on == "" {
		on = l.today
	}
	// What if asks for no document: there is none yet.
	cs, err = l.reg.Changes(i.ID, statute.Account{Event: v.Get("e"), On: on, Number: "模拟", Articles: given(v["a"])})
	return cs, true, err
}

// asked is the impact that the address asks for.
func (l laws) asked(i *statute.Instrument) (im catalog.Impact, whatIf bool, err error) {
	cs, whatIf, bad := l.changes(i)
	if bad != nil || len(cs) == 0 {
		im.Items = l.book.Citing(l.book.On(l.today), i.ID)
		return im, false, bad
	}
	err = l.q.Read(func(tx *db.Tx) (err error) { im, err = regulation.Impact(tx, l.q.Site.Books, cs, l.q.Now); return err })
	return im, whatIf, err
}

// showImpact is what a change reaches: noted, or what if; without a change, all that
// cites the instrument.
func showImpact(q *Request) (Reply, error) { return q.impactPage(nil) }

// impactPage is the page with some items ticked.
func (q *Request) impactPage(ticked []string) (Reply, error) {
	l, i, err := q.law()
	if err != nil {
		return Reply{}, err
	}
	im, whatIf, bad := l.asked(i)
	if fault.Is(bad, fault.Missing) {
		return Reply{}, bad
	}
	v := l.impact(i, im, q.Query.Get(qKey))
	v.All, v.State = part.Link{}, l.lawState(i)
	if len(im.Changes) == 0 && bad == nil {
		v.Noted = l.noted(i)
	}
	v.Filter = l.whatIf(i)
	if q.Query.Get("tu") != "" {
		v.Flow = l.flowOf(im)
	}
	v.Tabs = []part.Tab{{Text: "表格", Href: lawImpact + "/" + i.ID + ask(q.Query, "tu", "", qKey, ""), Here: v.Flow == nil}, {Text: "流向图", Href: lawImpact + "/" + i.ID + ask(q.Query, "tu", "1", qKey, ""), Here: v.Flow != nil}}
	state := "引用情况"
	switch {
	case whatIf:
		v.AsOf = part.AsOf("这是模拟，没有保存："+changesText(im.Changes)+"。", part.Link{Text: "看现在的引用情况", Href: lawImpact + "/" + i.ID})
		v.Do = part.Link{Text: "登记这次变动", Href: lawBook + "/bd/" + i.ID + ask(q.Query, "tu", "", qKey, "")}
		state = "模拟，没有保存"
	case len(im.Changes) > 0:
		state = "影响"
		v.Do = part.Link{Text: "看调整事由", Href: "/jg"}
	}
	if !l.keeps {
		v.Filter, v.Do = nil, part.Link{}
		if len(im.Changes) > 0 {
			v.Do = part.Link{Text: "看调整事由", Href: "/jg"}
		}
	}
	if !whatIf && len(im.Changes) > 0 && slices.ContainsFunc(im.Items, func(t catalog.Touched) bool { return l.mayApply(t) }) {
		v.Begin, v.Table.Pick = lawImpact+"/"+i.ID+"/tz"+ask(q.Query, "tu", "", qKey, ""), "code"
		begun, err := q.underway()
		if err != nil {
			return Reply{}, err
		}
		for k := range v.Table.Rows {
			row := &v.Table.Rows[k]
			row.On = slices.Contains(ticked, row.Pick)
			if u, ok := begun[row.Pick]; ok { // nothing to tick: it is there already
				last := len(row.Cells) - 2
				row.Cells[last] = templ.Join(row.Cells[last], part.Plain("　"), part.To(begunLink(u)))
				row.Pick = ""
			}
		}
		if !slices.ContainsFunc(v.Table.Rows, func(r part.Row) bool { return r.Pick != "" }) {
			v.Begin, v.Table.Pick = "", ""
		}
	}
	base := lawImpact + "/" + i.ID + "/dc/"
	v.Exports = []part.Link{{Text: "下载 Excel", Href: base + "xlsx" + ask(q.Query, qKey, "", "tu", "")}, {Text: "下载 Word", Href: base + "docx" + ask(q.Query, qKey, "", "tu", "")}}
	r := Show("变动影响", impactPage(v))
	if l.keeps {
		r = r.Under(part.Link{Text: "法规库", Href: lawBook}, part.Link{Text: i.Title, Href: lawBook + "/" + i.ID})
	} else {
		r = r.Under(part.Link{Text: "调整事由", Href: "/jg"})
	}
	r.fieldAt = func(name string) string {
		if id, ok := strings.CutPrefix(name, begunField); ok {
			return "/sq/" + id
		}
		return ""
	}
	return r.Print(l.sheet(state)), bad
}

// begunField begins the name of what is refused because a case is there already: it
// leads to the case.
const begunField = "begun-"

// underway are the applications that the actor's unit has begun, by the item's code.
func (q *Request) underway() (all map[string]casework.Unclosed, err error) {
	err = q.Read(func(tx *db.Tx) error { all, err = adjustment.Underway(tx, q.Actor); return err })
	return all, err
}

// begunLink leads to an application that is there already.
func begunLink(u casework.Unclosed) part.Link {
	text := "已有草稿"
	if u.Number != "" {
		text = "已申请 " + u.Number
	}
	return part.Link{Text: text, Href: "/sq/" + u.ID}
}

// noted are the changes of an instrument that stand, each with the way to what it reaches.
func (l laws) noted(i *statute.Instrument) part.Table {
	t := part.Table{Caption: "登记过的变动，新的在前", Columns: []part.Column{{Title: "变动"}, {Title: "发生之日"}, {Title: "文号"}}}
	for _, c := range i.Changes {
		if c.Withdrawn == "" {
			what := part.What(part.Link{Text: "看" + allOr(c.Article) + c.Event.Name() + "的影响", Href: lawImpact + "/" + i.ID + "?" + qChange + "=" + c.ID}, "")
			t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{what, part.Plain(part.Day(c.On)), part.Plain(c.Number)}})
		}
	}
	return t
}

// mayApply reports that the reader may apply for a change of an item.
func (l laws) mayApply(t catalog.Touched) bool {
	return Changers.Admits(l.q.Visitor) && adjustment.MayApply(t.Version(), l.q.Actor) == nil
}

// beginReached opens an application about each ticked item, filled in with the
// change as its ground; where one may not be begun, none is, and each is named.
func beginReached(q *Request) (Reply, error) {
	codes := given(q.Form["code"])
	slices.Sort(codes)
	codes = slices.Compact(codes)
	page, err := q.impactPage(codes)
	if err != nil {
		return Reply{}, err
	}
	l, i, err := q.law()
	if err != nil {
		return Reply{}, err
	}
	im, whatIf, err := l.asked(i)
	if err == nil && (whatIf || len(im.Changes) == 0) {
		err = fault.Absent()
	}
	if err != nil {
		return Reply{}, err
	}
	if len(codes) == 0 {
		return page, fault.Join(fault.On("code", "DM-8.2", "勾选要提出调整的事项"))
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		var fs []*fault.Fault
		begun, err := adjustment.Underway(tx, q.Actor)
		if err != nil {
			return Receipt{}, err
		}
		for _, code := range codes {
			f, err := q.reach(tx, im, code, begun)
			if err != nil {
				return Receipt{}, err
			}
			fs = append(fs, f...)
		}
		return Receipt{What: fmt.Sprintf("%d 件调整申请草稿已建立", len(codes)), Location: part.Desk + "/" + boxDrafts}, fault.Join(fs...)
	})
}

// reach begins the application about one item, or says why it may not be begun.
func (q *Request) reach(tx *db.Tx, im catalog.Impact, code string, begun map[string]casework.Unclosed) (fs []*fault.Fault, err error) {
	k := slices.IndexFunc(im.Items, func(t catalog.Touched) bool { return t.Code == code })
	if k < 0 {
		return []*fault.Fault{fault.On("code", "DM-8.2", "%s 不在这次变动触及的事项里", code)}, nil
	}
	t := im.Items[k]
	if f, no := fault.As(adjustment.MayApply(t.Version(), q.Actor)); no {
		return []*fault.Fault{f}, nil
	}
	if u, ok := begun[code]; ok {
		return []*fault.Fault{fault.On(begunField+u.ID, "DM-8.2", "%s %s：你单位%s，打开接着办", code, t.Name, begunLink(u).Text)}, nil
	}
	c := im.Changes[max(0, slices.IndexFunc(im.Changes, func(c statute.Change) bool { return t.By(c) }))]
	ref := ""
	ts, err := adjustment.From(tx, regulation.Source(c))
	for _, tr := range ts {
		for _, d := range tr.Duties {
			switch {
			case d.Code != code || !slices.Contains(q.Actor.Units(), d.Unit):
			case d.Case != "":
				return []*fault.Fault{fault.On("code", "DM-8.2", "%s %s：你单位已经提出申请，不用再提", code, t.Name)}, nil
			case d.Open():
				ref = d.Ref()
			}
		}
	}
	if err != nil {
		return nil, err
	}
	kind := adjustment.Adjust
	if t.Action == catalog.ToCancel {
		kind = adjustment.Cancel
	}
	_, err = q.open(tx, "adjustment", func(tx *db.Tx, dst any) error {
		x := dst.(*adjustment.Change)
		x.Reached(t.Version(), c, kind)
		x.Duty, x.Contact, x.Phone = ref, q.Actor.Name, q.phone(tx)
		return nil
	})
	return nil, err
}

// changesText is changes in words: 第十条废止，2026年3月1日（周日）.
func changesText(cs []statute.Change) string {
	var s []string
	for _, c := range cs {
		s = append(s, allOr(c.Article))
	}
	if len(cs) == 0 {
		return ""
	}
	text := strings.Join(s, "、") + cs[0].Event.Name() + "，" + part.Day(cs[0].On)
	if n := cs[0].New; n.Title != "" {
		text += "，由" + n.String() + "替代"
	}
	return text
}

// whatIf is the form that asks what a change would reach.
func (l laws) whatIf(i *statute.Instrument) *part.Filter {
	v := l.q.Query
	to := lawImpact + "/" + i.ID
	events := part.Group{Title: "如果发生", Name: "e", Kind: "radio"}
	for _, e := range statute.Events {
		events.Options = append(events.Options, part.Option{Value: string(e.Event), Label: e.Name, On: v.Get("e") == string(e.Event)})
	}
	articles := part.Group{Title: "哪些条（都不选就是整部）", Name: "a", Kind: "check"}
	for _, a := range l.choices(i, v["a"]) {
		articles.Options = append(articles.Options, part.Option{Value: a, Label: a, On: slices.Contains(v["a"], a)})
	}
	f := &part.Filter{Title: "模拟", Button: "看影响", To: to, Clear: to, Groups: []part.Group{events, {Title: "发生之日（不填为今天）", Name: qOn, Kind: "date", Value: v.Get(qOn)}}}
	if len(articles.Options) > 0 {
		f.Groups = append(f.Groups, articles)
	}
	if v.Get("tu") != "" {
		f.Keep = []part.Fact{{Label: "tu", Text: "1"}}
	}
	f.Chips = chips(to, url.Values{"e": v["e"], qOn: v[qOn]}, f.Groups)
	return f
}

// choices are the articles that may be ticked: all of a short instrument, of a long
// one those that items cite; others can be typed where the change is noted.
func (l laws) choices(i *statute.Instrument, ticked []string) []string {
	const most = 40
	if len(i.Articles) <= most {
		return i.Articles
	}
	cited := slices.Clone(ticked)
	for _, t := range l.book.Citing(l.book.On(l.today), i.ID) {
		cited = append(cited, t.Articles...)
	}
	return slices.DeleteFunc(slices.Clone(i.Articles), func(a string) bool { return !slices.Contains(cited, a) })
}

// A byArticle is one item under one article.
type byArticle struct {
	article string
	item    *catalog.Touched
}

// rows are items by article, each under the first article by which it is reached.
func (l laws) rows(im catalog.Impact) (rs []byArticle) {
	for k := range im.Items {
		t := &im.Items[k]
		rs = append(rs, byArticle{slices.MinFunc(t.Articles, statute.CompareArticles), t})
	}
	slices.SortStableFunc(rs, func(a, b byArticle) int { return statute.CompareArticles(a.article, b.article) })
	return rs
}

// impact shows an impact; after is the item that the page follows.
func (l laws) impact(i *statute.Instrument, im catalog.Impact, after string) impactView {
	v := impactView{Title: i.Title, Lead: fmt.Sprintf("引用它的事项 %d 项", len(im.Items)), All: part.Link{Text: "看全部", Href: lawImpact + "/" + i.ID}}
	rows, next := cut(l.rows(im), after, func(r byArticle) string { return r.item.Code })
	v.Pager = pager(l.q, next)
	if len(im.Changes) == 0 {
		v.Table = l.citingTable(rows, len(im.Items))
	} else {
		c := im.Changes[0]
		v.Lead = changesText(im.Changes) + "（" + c.Number + "）"
		v.Numbers = []part.Number{{N: strconv.Itoa(len(im.Items)), Label: "触及的事项", Href: "#biao"}, {N: strconv.Itoa(len(im.Items) - im.Losing()), Label: "还有其他依据", Href: "#biao"}, {N: strconv.Itoa(im.Losing()), Label: "失去最后一条依据", Href: "#biao", Hot: im.Losing() > 0}}
		v.Table = l.impactTable(rows, len(im.Items))
		for _, t := range im.Items {
			if !slices.Contains(v.Rules, t.Rule) {
				v.Rules = append(v.Rules, t.Rule)
			}
		}
		slices.Sort(v.Rules)
		v.Uncited = part.Table{Caption: "没有事项引用的条", Columns: []part.Column{{Title: "条款"}, {Title: "建议动作"}}}
		for _, b := range im.Uncited {
			v.Uncited.Rows = append(v.Uncited.Rows, part.Row{Cells: []templ.Component{part.Plain(b.String()), ruled("没有事项引用。涉及乡镇（街道）责任的，提出增加", catalog.ToAdd.Rule())}})
		}
		if next != "" && after == "" && l.q.Query.Get("e") == "" && c.ID == "" {
			u := url.Values{"e": {string(c.Event)}, qOn: {c.On}}
			for _, x := range im.Changes {
				if x.Article != "" {
					u.Add("a", x.Article)
				}
			}
			v.All.Href += "?" + u.Encode()
		}
	}
	if len(im.Items) == 0 {
		var back []part.Link
		if l.keeps {
			back = append(back, part.Link{Text: "回到法规", Href: lawBook + "/" + i.ID})
		}
		v.Empty = part.Empty("现行清单没有事项引用它。", back...)
		if len(im.Changes) > 0 {
			v.Empty = part.Empty("这次变动不触及现行清单的事项。", back...)
		}
	}
	return v
}

func itemCell(t *catalog.Touched) templ.Component {
	return part.What(part.Link{Text: t.Name, Href: staffList + "/" + url.PathEscape(t.Code)}, t.Code+" · "+catalog.PartName(t.Version().Part))
}

func (l laws) citingTable(rows []byArticle, all int) part.Table {
	t := part.Table{Caption: fmt.Sprintf("引用的事项，%d 项", all), Columns: []part.Column{{Title: "条款"}, {Title: "事项"}, {Title: "引用方式"}, {Title: "部门"}, {Title: "适用"}}}
	for _, r := range rows {
		x := r.item.Version()
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{articleCell(r.item), itemCell(r.item), part.Plain(r.item.Way.String()), part.Plain(share(x.Text)), part.Plain(x.Scope())}})
	}
	return t
}

// articleCell are the articles by which an item is reached, each in one piece.
func articleCell(t *catalog.Touched) templ.Component {
	var cs []templ.Component
	all := strings.SplitAfter(articlesOf(t), "、")
	for _, a := range all {
		cs = append(cs, part.Whole(a))
	}
	return templ.Join(cs...)
}

// articlesOf are the articles by which an item is reached.
func articlesOf(t *catalog.Touched) string {
	var s []string
	for _, a := range t.Articles {
		if a == "" {
			a = "没有写明哪一条"
		}
		s = append(s, a)
	}
	return strings.Join(s, "、")
}

// keepsText says what an item still rests on.
func keepsText(t *catalog.Touched) string {
	if t.LosesLast {
		return "没有其他依据"
	}
	if n := len(t.Keeps); n > 2 {
		return fmt.Sprintf("%s 等 %d 条", t.Keeps[0], n)
	}
	return catalog.Cited(t.Keeps)
}

// mustText says who has to apply.
func mustText(t *catalog.Touched) string {
	if n := len(t.MustNames); n > 3 {
		return fmt.Sprintf("%s等 %d 个乡镇（街道）", t.MustNames[0], n)
	}
	return strings.Join(t.MustNames, "、")
}

// dueText is the last day for applying: 2026年12月4日（周五）.
func dueText(d calendar.Deadline) string {
	s := part.Day(d.At.Add(-1).In(calendar.Zone).Format("2006-01-02"))
	if d.Provisional {
		s += "（暂定）"
	}
	return s
}

func (l laws) impactTable(rows []byArticle, all int) part.Table {
	t := part.Table{Caption: fmt.Sprintf("触及的事项，%d 项", all), Columns: []part.Column{{Title: "条款"}, {Title: "事项"}, {Title: "引用方式"}, {Title: "由谁申请"}, {Title: "乡镇（街道）", Num: true}, {Title: "其余依据"}, {Title: "建议动作"}, {Title: "申请期限"}}}
	for _, r := range rows {
		keeps := part.Plain(keepsText(r.item))
		if r.item.LosesLast {
			keeps = part.Void(keepsText(r.item))
		}
		t.Rows = append(t.Rows, part.Row{Pick: r.item.Code, Name: r.item.Name, Cells: []templ.Component{
			articleCell(r.item), itemCell(r.item), part.Plain(r.item.Way.String()), part.Plain(mustText(r.item)), part.Plain(strconv.Itoa(r.item.Towns)),
			keeps, part.Plain(r.item.Action.Name()), part.Plain(dueText(r.item.Due)),
		}})
	}
	return t
}

// sendImpact sends what the address asks for as a spreadsheet or a Word document.
func sendImpact(q *Request) (Reply, error) {
	l, i, err := q.law()
	if err != nil {
		return Reply{}, err
	}
	im, whatIf, err := l.asked(i)
	if err != nil {
		return Reply{}, err
	}
	d := document.Sheet{Title: "《" + i.Title + "》引用情况", Sub: "截至" + part.Day(l.today), Landscape: true, Merge: 1,
		Heads: []string{"条款", "编码", "事项", "引用方式", "由谁申请", "乡镇（街道）", "其余依据", "建议动作", "申请期限"}, Widths: []int{10, 6, 22, 7, 14, 7, 18, 7, 12}}
	if len(im.Changes) > 0 {
		d.Title, d.Sub = "《"+i.Title+"》变动影响", changesText(im.Changes)+"（"+im.Changes[0].Number+"）"
		if whatIf {
			d.Sub = "模拟，没有保存：" + changesText(im.Changes)
		}
	}
	for _, r := range l.rows(im) {
		row := []string{articlesOf(r.item), r.item.Code, r.item.Name, r.item.Way.String(), share(r.item.Version().Text), strconv.Itoa(r.item.Towns), "", "", ""}
		if len(im.Changes) > 0 {
			row[4], row[6], row[7], row[8] = strings.Join(r.item.MustNames, "、"), keepsText(r.item), r.item.Action.Name(), dueText(r.item.Due)
		} else {
			row[5] = r.item.Version().Scope()
		}
		d.Rows = append(d.Rows, row)
	}
	for _, b := range im.Uncited {
		d.Rows = append(d.Rows, []string{b.Article, "", "没有事项引用", "", "", "", "", catalog.ToAdd.Name(), ""})
	}
	switch q.Path("kind") {
	case "xlsx":
		p := sheet.Page{Name: "影响", Title: d.Title + "（" + d.Sub + "）", Heads: d.Heads, Rows: d.Rows}
		for _, w := range d.Widths {
			p.Widths = append(p.Widths, float64(w)*1.6)
		}
		return spreadsheet(q, p, nil)
	case "docx":
		b, err := d.Word(document.Print{Title: d.Title, At: q.Now})
		if err != nil {
			return Reply{}, err
		}
		return Send(File{Name: d.Title + "（" + l.today + "）.docx", Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Body: io.NopCloser(bytes.NewReader(b)), At: q.Now}), nil
	}
	return Reply{}, fault.Absent()
}
