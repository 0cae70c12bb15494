package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/document"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// deskRoutes are first screens, inbox, lists of cases, messages, search.
var deskRoutes = []Route{
	{http.MethodGet, part.Desk, SignedIn, Read, showDesk},
	{http.MethodGet, part.Desk + "/{box}", Business, Read, showInbox},
	{http.MethodGet, part.Desk + "/{box}/xlsx", Business, Heavy, exportInbox},
	{http.MethodGet, "/sq", Business, Read, showCases},
	{http.MethodGet, "/sq/xlsx", Business, Heavy, exportCases},
	{http.MethodGet, "/xx", Business, Read, showMessages},
	{http.MethodPost, "/xx", Business, Write, readMessages},
	{http.MethodPost, "/xx/{id}", Business, Write, readMessage},
	{http.MethodGet, part.Find, SignedIn, Read, showFound},
}

// onDesk is how many lines a block of the first screen has; a township reads it
// on a phone.
const (
	onDesk     = 8
	onTownDesk = 3
)

// A block is one card of a first screen.
type block struct {
	Title string
	More  templ.Component
	Body  templ.Component
	Flush bool // a table
}

// A firstScreen is what an actor meets after signing in.
type firstScreen struct {
	Title, Lead string
	Ways        []part.Link // beside the title
	Doors       []part.Door
	Numbers     []part.Number // none that is nought
	Main, Aside []block
}

// showDesk is the first screen of whoever asks, in the order of what they are
// asked for.
func showDesk(q *Request) (Reply, error) {
	if q.Actor.Class != org.Business {
		return Go(home(q.Actor)), nil
	}
	s := firstScreen{Title: "今天，" + part.Day(org.Day(q.Now))}
	err := q.look(func(l *lens) error { return l.first(&s) })
	if err != nil {
		return Reply{}, err
	}
	r := Show("工作台", deskPage(s))
	return r.Print(part.Sheet{By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: "今日待办单"}), nil
}

// first fills a first screen for the lens's actor.
func (l *lens) first(s *firstScreen) error {
	a := l.actor
	n := l.counts
	overdue, near, err := l.counts.Pressing(l.tx, l.env.Calendar, l.env.Near, l.now)
	if err != nil {
		return err
	}
	todo, _, err := l.counts.Inbox(l.tx, a, casework.Filter{Limit: onDesk}, l.now)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		n    int
		text string
		to   string
		hot  bool
	}{
		{n.Todo, "等我办", "/gzt/todo", false}, {overdue, "已超期", "/gzt/todo?s=overdue", true}, {near, fmt.Sprintf("%d 个工作日内到期", l.env.Near), "/gzt/todo", false},
		{n.Waiting, "等别人办", "/gzt/mine", false}, {n.Unread, "待阅", "/gzt/read", false}, {l.unread, "未读消息", "/xx?s=unread", false},
	} {
		if x.n > 0 {
			s.Numbers = append(s.Numbers, part.Number{N: part.Count(x.n), Label: x.text, Href: x.to, Hot: x.hot})
		}
	}
	done, _, err := casework.Handled(l.tx, a, casework.Filter{Limit: 5}, l.now)
	if err != nil {
		return err
	}
	s.Main = []block{l.todoBlock(todo, n, done)}
	for _, more := range l.ofRole() {
		if err := more(s, todo); err != nil {
			return err
		}
	}
	return l.common(s, n, done)
}

// ofRole are the blocks of what an actor's unit is for.
func (l *lens) ofRole() (fs []func(*firstScreen, []casework.Todo) error) {
	a := l.actor
	town := a.Kind.Local()
	switch {
	case a.Holds(org.Lead):
		fs = append(fs, l.leadBlocks)
	case town:
		fs = append(fs, l.townBlocks)
	case a.Holds(org.CommitteeOffice) || a.Holds(org.GovernOffice):
		fs = append(fs, l.officeBlocks)
	case a.Holds(org.ListOffice):
		fs = append(fs, l.listBlocks)
	case a.Holds(org.Justice):
		fs = append(fs, l.reviewBlocks)
	}
	if !town && len(fs) == 0 {
		fs = append(fs, l.departmentBlocks)
	}
	return fs
}

// todoBlock is 等我办, by deadline.
func (l *lens) todoBlock(todo []casework.Todo, n casework.Counts, done []casework.Todo) block {
	b := block{Title: "等我办"}
	if len(todo) == 0 {
		text := "没有等你办理的事项。"
		var next []part.Link
		if len(done) > 0 {
			next = append(next, part.Link{Text: "看最近办过的", Href: "/gzt/done"})
		}
		b.Body = part.Empty(text, next...)
		return b
	}
	b.Flush, b.Body = true, l.todos("等我办的办件，按截止时间", todo).table("办件").Show()
	b.More = part.To(part.Link{Text: fmt.Sprintf("全部 %d 件", n.Todo), Href: "/gzt/todo"})
	return b
}

// common adds what everybody has: 待阅, what they brought, drafts, what is done.
func (l *lens) common(s *firstScreen, n casework.Counts, done []casework.Todo) error {
	told, _, err := casework.ToRead(l.tx, l.actor, "", 50)
	if err != nil {
		return err
	}
	var items []item
	for _, x := range told {
		if x.Read.IsZero() && len(items) < 5 {
			items = append(items, item{Link: caseLink(x.Row), Below: clockTime(l.now, x.At) + "　" + x.Text})
		}
	}
	if len(items) > 0 {
		s.Aside = append(s.Aside, block{Title: "待阅", More: part.To(part.Link{Text: fmt.Sprintf("全部 %d 件", n.Unread), Href: "/gzt/read"}), Body: itemList(items)})
	}
	for _, own := range []struct {
		title, href string
		drafts      bool
		n           int
	}{{"我单位在办", "/gzt/mine", false, n.Waiting}, {"草稿", "/gzt/drafts", true, n.Drafts}} {
		if own.n == 0 {
			continue
		}
		f := casework.Filter{Standing: "open", Limit: 5}
		rows, _, err := casework.Brought(l.tx, l.actor, own.drafts, f, l.now)
		if err != nil {
			return err
		}
		s.Aside = append(s.Aside, block{Title: own.title, More: part.To(part.Link{Text: fmt.Sprintf("全部 %d 件", own.n), Href: own.href}), Body: itemList(l.cases(rows))})
	}
	if len(done) > 0 {
		var items []item
		for _, x := range done {
			items = append(items, item{Link: caseLink(x.Row), Below: clockTime(l.now, x.Task.At) + "　" + l.asks(x) + "：" + l.said(x)})
		}
		s.Aside = append(s.Aside, block{Title: "最近办过", More: part.To(part.Link{Text: "全部", Href: "/gzt/done"}), Body: itemList(items)})
	}
	if len(s.Aside) == 0 {
		s.Aside = append(s.Aside, block{Title: "待阅", Body: part.Empty("没有待阅的告知。别的单位把办件送给你单位看，就出现在这里。")})
	}
	return nil
}

// An item is a line of a short list.
type item struct {
	Link  part.Link
	Below string
	Show  templ.Component // a light, a tag
}

// cases are cases as short lines.
func (l *lens) cases(rows []casework.Row) (items []item) {
	for _, r := range rows {
		below := l.standing(r)
		if r.Number != "" {
			below = r.Number + "　" + below
		} else if p := l.procedure(r); p != nil { // a draft
			below = p.Title + "　" + below
		}
		x := item{Link: caseLink(r), Below: below}
		if !r.Due.At.IsZero() && r.Stage != casework.Closed {
			x.Show = part.Light(l.light(r.Due))
		}
		items = append(items, x)
	}
	return items
}

// remindBy is the day until which the last day of an admitted task is near (admission.remind).
func (l *lens) remindBy() string { return l.soon(l.settings.At(l.now).Term("admission.remind").N) }

// departmentBlocks are a department's: its doors, its admitted tasks and the written
// notices that nobody has received; its own letters are no news to it.
func (l *lens) departmentBlocks(s *firstScreen, _ []casework.Todo) error {
	if Bureaus.Admits(l.q.Visitor) { // no door that would not open
		s.Doors = append(s.Doors,
			part.Door{Title: "交给乡镇的新工作（准入）", Text: "写专项说明，由区委编办决定走哪道门", Href: "/sq/new/admission"},
			part.Door{Title: "清单要变", Text: "增加、取消事项，或者调整事项内容", Href: "/sq/new/adjustment"},
			part.Door{Title: "交办", Text: "把清单内、已准入的工作交给乡镇（街道）", Href: "/sq/new/handover"},
			part.Door{Title: "查交办通知", Text: "发文以前逐句核对，查减负用语", Href: "/zr/wj"},
			part.Door{Title: "查是否要走准入", Text: "查清单、查准入事项、查无需申请的事项", Href: "/zr/xuan"})
	} else {
		s.Ways = append(s.Ways, part.Link{Text: "查是否要走准入", Href: "/zr/xuan"})
	}
	if err := l.dutiesBlock(s); err != nil {
		return err
	}
	return l.ownApplications(s)
}

// ownApplications are what came of what a unit applied for: its admitted tasks, and the
// written notices that nobody has received.
func (l *lens) ownApplications(s *firstScreen) error {
	if err := l.ownMatters(s); err != nil {
		return err
	}
	return l.papersBlock(s, document.Filter{Kind: "notice", Limit: onTownDesk})
}

// ownMatters are a department's admitted tasks that end soon, and the training
// that is missing.
func (l *lens) ownMatters(s *firstScreen) error {
	ms, err := admission.Register(l.tx, l.actor.Units(), nil, false)
	if err != nil || len(ms) == 0 {
		return err
	}
	by := l.remindBy()
	if b, ok := l.endingBlock(ms, by); ok {
		s.Main = append(s.Main, b)
	}
	var items []item
	for _, m := range ms {
		if us := m.Untrained(); len(us) > 0 && m.InForce(l.now) {
			items = append(items, item{Link: matterLink(m), Below: fmt.Sprintf("还没有培训指导：%s", l.names(us))})
		}
	}
	if len(items) > 0 {
		s.Main = append(s.Main, block{Title: "还没有培训指导", More: part.Cite("AE-8.1"), Body: itemList(items)})
	}
	return nil
}

// endingBlock is what ends soon or has passed its last day without leaving.
func (l *lens) endingBlock(ms []admission.Matter, by string) (block, bool) {
	var items []item
	for _, m := range ms {
		switch m.Standing(l.now, by) {
		case admission.Ending:
			items = append(items, item{Link: matterLink(m), Below: m.Number + "　" + part.Day(m.To) + "到期" + exitNote(m)})
		case admission.Expired:
			items = append(items, item{Link: matterLink(m), Below: m.Number + "　" + part.Day(m.To) + "已到期，不得再交办" + exitNote(m)})
		}
	}
	return block{Title: "将到期的准入事项", More: part.Cite("AE-9.1"), Body: itemList(items)}, len(items) > 0
}

func exitNote(m admission.Matter) string {
	if m.ExitCase != "" {
		return "，已申请退出"
	}
	return "，还没有申请退出"
}

func matterLink(m admission.Matter) part.Link {
	return part.Link{Text: m.Matter, Href: "/zr/" + m.Case}
}

// names are units in words, parted by 、.
func (l *lens) names(ids []string) string {
	s := ""
	for i, id := range ids {
		if i > 0 {
			s += "、"
		}
		s += l.units.Called(id)
	}
	return s
}

// townBlocks are a township's: may we be asked to do this, what is admitted,
// papers to receive.
func (l *lens) townBlocks(s *firstScreen, todo []casework.Todo) error {
	replies := 0
	for _, t := range todo {
		if t.Task.Stage == admission.Opinions {
			replies++
		}
	}
	s.Doors = []part.Door{
		{Title: "这件事该不该我们干？", Text: "查清单、查准入事项、查无需申请的事项", Href: "/zr/xuan"},
		{Title: "反映清单外派活", Text: "派的什么活、谁派的，由区委编办裁定", Href: "/fy/xin"},
		{Title: "查清单", Text: "主体责任、配合责任", Href: "/qd"},
		{Title: "清单要变", Text: "增加、取消事项，或者调整事项内容", Href: "/sq/new/adjustment"},
	}
	if err := l.dutiesBlock(s); err != nil {
		return err
	}
	if replies > 0 {
		s.Main[0].Title = "待我回复"
		s.Lead = fmt.Sprintf("有 %d 件征求意见等你单位回复", replies)
	}
	ms, err := admission.Register(l.tx, nil, l.actor.Units(), false)
	if err != nil {
		return err
	}
	by := l.remindBy()
	live, soon := 0, 0
	for _, m := range ms {
		switch m.Standing(l.now, by) {
		case admission.InForce:
			live++
		case admission.Ending:
			live, soon = live+1, soon+1
		}
	}
	text := fmt.Sprintf("正在实施 %d 项", live)
	if soon > 0 {
		text += fmt.Sprintf("，其中 %d 项将到期", soon)
	}
	s.Main = append(s.Main, block{Title: "本单位的准入事项", More: part.To(part.Link{Text: "查准入事项", Href: "/zr"}), Body: said(text)})
	return l.papersBlock(s, document.Filter{Limit: onTownDesk})
}

// papersBlock is what lies in the archive and has not been received.
func (l *lens) papersBlock(s *firstScreen, f document.Filter) error {
	f.Waiting = true
	ks, err := document.Archive(l.tx, l.actor.Units(), f)
	if err != nil || len(ks) == 0 {
		return err
	}
	var items []item
	for _, k := range ks {
		items = append(items, item{Link: part.Link{Text: k.Title, Href: "/cl/" + k.Paper}, Below: k.Number + "　" + clockTime(l.now, k.PlacedAt) + "送达"})
	}
	s.Main = append(s.Main, block{Title: "待签收留存", More: part.To(part.Link{Text: "全部", Href: "/cl" + ask(url.Values{"w": {"1"}, qProcedure: {f.Kind}})}), Body: itemList(items)})
	return nil
}

// officeBlocks are those of the two offices: what to file, which receipts to
// enter, what to receive.
func (l *lens) officeBlocks(s *firstScreen, _ []casework.Todo) error {
	all, _, err := l.counts.Inbox(l.tx, l.actor, casework.Filter{Limit: 200}, l.now)
	if err != nil {
		return err
	}
	var file, receipt, other []casework.Todo
	for _, t := range all {
		switch t.Task.Matter {
		case approval.ToCity, approval.ToProvince:
			file = append(file, t)
		case approval.FromCity, approval.FromProvince:
			receipt = append(receipt, t)
		default:
			other = append(other, t)
		}
	}
	if len(all) > 0 {
		s.Main = nil
	}
	for _, g := range []struct {
		title string
		ts    []casework.Todo
	}{{"待报备案", file}, {"待登记回执", receipt}, {"其他等我办的", other}} {
		if len(g.ts) > 0 {
			s.Main = append(s.Main, block{Title: fmt.Sprintf("%s %d 件", g.title, len(g.ts)), Flush: true, More: part.To(part.Link{Text: "全部", Href: "/gzt/todo"}), Body: l.todos(g.title, g.ts[:min(onDesk, len(g.ts))]).table("办件").Show()})
		}
	}
	s.Ways = append(s.Ways, toStatistics)
	return l.papersBlock(s, document.Filter{Limit: onDesk})
}

// dutiesBlock is what of the list has to be adjusted, by whoever reads it or, for
// those who oversee it, by anybody; what is overdue stands first.
func (l *lens) dutiesBlock(s *firstScreen) error {
	ds, err := l.duties(true)
	if err != nil || len(ds) == 0 {
		return err
	}
	title := fmt.Sprintf("要提出调整的事项 %d 项", len(ds))
	if late := slices.IndexFunc(ds, func(d dutyLine) bool { return !d.Overdue(l.now) }); late != 0 {
		if late < 0 {
			late = len(ds)
		}
		title += fmt.Sprintf("，已超期 %d 项", late)
	}
	t, err := l.dutyTable(title, ds[:min(onDesk, len(ds))])
	s.Main = append(s.Main, block{Title: title, Flush: true, More: part.To(part.Link{Text: "全部", Href: "/jg"}), Body: t.Show()})
	return err
}

// listBlocks are the list office's: everything that should leave.
func (l *lens) listBlocks(s *firstScreen, _ []casework.Todo) error {
	if err := l.dutiesBlock(s); err != nil {
		return err
	}
	waiting, err := catalog.Waiting(l.tx)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		s.Doors = append(s.Doors, part.Door{Title: "编制新版清单", Text: fmt.Sprintf("%d 件变更已批准备案，待印发", len(waiting)), Href: "/sq/new/edition"})
	}
	imports, err := catalog.Imports(l.tx)
	if err != nil {
		return err
	}
	for _, m := range imports {
		if m.State == catalog.Proposed && m.ProposedBy != l.actor.Person {
			s.Doors = append(s.Doors, part.Door{Title: "审定清单", Text: m.ProposedName + "提交了“" + m.Draft.File + "”，等你审定", Href: staffList + "/dr/" + m.ID})
		}
	}
	for _, b := range []func() (block, error){l.draftedEditions, l.contested, l.changesAtTheDoor, l.unanswered} {
		x, err := b()
		if err != nil {
			return err
		}
		if x.Body != nil {
			s.Main = append(s.Main, x)
		}
	}
	ms, err := admission.Register(l.tx, nil, nil, false)
	if err != nil {
		return err
	}
	by := l.remindBy()
	if b, ok := l.endingBlock(ms, by); ok {
		s.Main = append(s.Main, b)
	}
	s.Ways = append(s.Ways, toStatistics)
	return nil
}

// draftedEditions are editions that are being prepared, each with what keeps it from
// being issued.
func (l *lens) draftedEditions() (b block, err error) {
	rows, _, err := casework.Brought(l.tx, l.actor, true, casework.Filter{Procedure: "edition", Limit: onDesk}, l.now)
	var items []item
	for _, r := range rows {
		m, err := l.q.matter(l.tx, r.ID)
		if err != nil {
			return b, err
		}
		taken, findings, err := m.changes(l.tx)
		if err != nil {
			return b, err
		}
		below := fmt.Sprintf("选入 %d 项变更，没有要处理的问题", len(taken))
		if len(findings) > 0 {
			below = fmt.Sprintf("选入 %d 项变更，印发前还要处理 %d 处：%s", len(taken), len(findings), findings[0])
		}
		items = append(items, item{Link: caseLink(r), Below: below})
	}
	if len(items) > 0 {
		b = block{Title: "编制中的新版清单", More: part.Cite("DM-8.6"), Body: itemList(items)}
	}
	return b, err
}

// openBlock is what is open of a procedure and who may see it, with the way to all of it.
func (l *lens) openBlock(title, procedure, all string) (b block, err error) {
	f := casework.Filter{Procedure: procedure, Standing: "open", Limit: onDesk}
	rows, _, err := casework.List(l.tx, l.actor, f, l.now)
	if err != nil || len(rows) == 0 {
		return b, err
	}
	n, err := casework.Tally(l.tx, l.actor, f, l.now)
	return block{Title: fmt.Sprintf("%s %d 件", title, n), More: part.To(part.Link{Text: "全部", Href: all}), Body: itemList(l.cases(rows))}, err
}

func (l *lens) contested() (block, error) {
	return l.openBlock("待裁定的异议和反映", "dispute", "/fy?"+qStanding+"=open")
}

func (l *lens) changesAtTheDoor() (block, error) {
	return l.openBlock("在办的清单变更", "adjustment", "/sq?"+qProcedure+"=adjustment&"+qStanding+"=open")
}

func (l *lens) unanswered() (block, error) {
	return l.openBlock("没有答复的公众意见", "opinion", "/sq?"+qProcedure+"=opinion&"+qStanding+"=open")
}

// toStatistics leads to the figures of the year.
var toStatistics = part.Link{Text: "统计", Href: statistics}

// reviewBlocks are the justice bureau's: what waits for its review of legality, each
// with what it rests on and how that stands. It may also hand work on, like any department.
func (l *lens) reviewBlocks(s *firstScreen, todo []casework.Todo) error {
	if err := l.dutiesBlock(s); err != nil {
		return err
	}
	var items []item
	for _, t := range todo {
		if t.Task.Matter != approval.ByJustice {
			continue
		}
		r, err := l.restsOf(t.ID)
		if err != nil {
			return err
		}
		x := item{Link: caseLink(t.Row), Below: fmt.Sprintf("%s　没有写明依据", t.Number)}
		if r != nil && len(r.Grounds) > 0 {
			x.Below, x.Show = fmt.Sprintf("%s　依据 %d 条", t.Number, len(r.Grounds)), r.lines()
		}
		items = append(items, x)
	}
	if len(items) > 0 {
		s.Main = append(s.Main, block{Title: "待审查事项的依据", More: part.Cite("DM-4.1"), Body: itemList(items)})
	}
	open, err := l.changesAtTheDoor()
	if err != nil {
		return err
	}
	if open.Body != nil {
		s.Main = append(s.Main, open)
	}
	s.Ways = append(s.Ways, toStatistics)
	s.Aside = append(s.Aside, block{Title: "本单位的申请", Body: itemList([]item{{Link: part.Link{Text: "提出准入申请", Href: "/sq/new/admission"}, Below: "把本单位的新工作交给乡镇（街道）"}, {Link: part.Link{Text: "清单要变", Href: "/sq/new/adjustment"}, Below: "增加、取消事项，或者调整事项内容"}, {Link: part.Link{Text: "查是否要走准入", Href: "/zr/xuan"}}})})
	return l.ownApplications(s)
}

// restsOf is how what a case rests on stands; nil where it rests on nothing.
func (l *lens) restsOf(id string) (*reading, error) {
	m, err := l.q.matter(l.tx, id)
	if err != nil {
		return nil, err
	}
	return m.reading(l.tx, false)
}

// A request is a matter that waits for approval, as the leading group reads it.
type request struct {
	Link     part.Link
	Number   string
	Sentence string
	Reviews  []part.Fact
	Feedback string
	Light    templ.Component // nil: there is no term
	Since    string          // how long it has waited
}

// leadBlocks are the leading group's: what waits for approval, each with one
// sentence, both conclusions and what the townships said.
func (l *lens) leadBlocks(s *firstScreen, todo []casework.Todo) error {
	var rs []request
	var other []casework.Todo
	for _, t := range todo {
		c, err := casework.Load(l.tx, l.env, t.ID, l.now)
		if err != nil {
			return err
		}
		sentence := l.sentence(c)
		if sentence == "" || c.Stage != approval.Approve {
			other = append(other, t)
			continue
		}
		r := request{Link: caseLink(t.Row), Number: t.Number, Sentence: sentence, Since: l.since(c.Tasks[t.Task.No-1].From)}
		if light := l.light(t.Due); light.State != calendar.Unset {
			r.Light = part.Light(light)
		}
		for _, x := range approval.Conclusions(c) {
			r.Reviews = append(r.Reviews, part.Fact{Label: org.RoleName(x.Office), Text: cmp.Or(x.Said, "还没有意见") + "：" + gist(x.Text)})
		}
		if n := admission.Feedback(c); n.Asked() > 0 {
			r.Feedback = tally(n)
		}
		rs = append(rs, r)
	}
	s.Ways = append(s.Ways, toStatistics)
	if len(rs) > 0 {
		s.Main = []block{{Title: fmt.Sprintf("待签批 %d 件", len(rs)), More: part.To(part.Link{Text: "全部", Href: "/gzt/todo"}), Body: requests(rs)}}
		if len(other) > 0 {
			s.Main = append(s.Main, block{Title: "其他等我办的", Flush: true, Body: l.todos("其他等我办的", other).table("办件").Show()})
		}
	}
	return nil
}

// since is when something arrived and how many days ago that was.
func (l *lens) since(at time.Time) string {
	from, today := at.In(calendar.Zone), l.now.In(calendar.Zone)
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	if n := int(day(today).Sub(day(from)).Hours() / 24); n > 0 {
		return fmt.Sprintf("%s送到，已等 %d 天", from.Format("1月2日"), n)
	}
	return "今天 " + clock(at) + " 送到"
}

// gist is the beginning of what somebody wrote; the whole stands with the case.
func gist(s string) string {
	if r := []rune(s); len(r) > mostGist {
		return string(r[:mostGist]) + "……"
	}
	return s
}

// mostGist is how many characters of an opinion the leading group's first screen shows.
const mostGist = 90

// tally is what the townships said, in numbers.
func tally(n admission.Tally) string {
	s := fmt.Sprintf("同意 %d / 有条件 %d / 不同意 %d / 未答复 %d", n.Agree, n.Condition, n.Object, n.Silent)
	if n.Waiting > 0 {
		s += fmt.Sprintf(" / 还在征求 %d", n.Waiting)
	}
	return s
}

// sentence is what a case asks the leading group to approve, in one sentence; "" of
// a case that it does not approve. The form says it.
func (l *lens) sentence(c *casework.Case) string {
	x, ok := c.Form.(interface{ Asks() (what, why string) })
	if !ok {
		return ""
	}
	what, why := x.Asks()
	if why != "" {
		what += "，理由是：" + strings.TrimRight(gist(why), "。")
	}
	return l.units.Called(c.Owner.Unit) + "申请" + what + "。"
}

// facts are what a request rests on.
func (r request) facts() []part.Fact {
	fs := r.Reviews
	if r.Feedback != "" {
		fs = append(fs, part.Fact{Label: "乡镇（街道）意见", Text: r.Feedback})
	}
	return fs
}
