package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// registerRoutes are admitted tasks and the other registers, the archive, verifying a paper.
var registerRoutes = []Route{
	{http.MethodGet, "/zr", Business, Read, showMatters},
	{http.MethodGet, "/zr/xlsx", Business, Heavy, exportMatters},
	{http.MethodGet, "/zr/xuan", Business, Read, showDoors},
	{http.MethodGet, "/zr/wx", Business, Read, showLawful},
	{http.MethodGet, "/zr/gm", Business, Read, showAdvices},
	{http.MethodGet, "/zr/gm/{case}", Business, Read, showAdvice},
	{http.MethodPost, "/zr/gm/{case}", Business, Write, settleAdvice},
	{http.MethodGet, "/zr/{case}", Business, Read, showMatter},
	{http.MethodGet, "/cl", Business, Read, showArchive},
	{http.MethodGet, "/cl/xlsx", Business, Heavy, exportArchive},
	{http.MethodGet, "/cl/{id}", Business, Read, showPaper},
	{http.MethodPost, "/cl/{id}", Business, Write, receivePaper},
	{http.MethodGet, "/cl/{id}/pdf", Business, Heavy, sendPaperPDF},
	{http.MethodGet, "/cl/{id}/word", Business, Heavy, sendPaperWord},
	{http.MethodGet, "/yz", Public, Read, askForCode},
	{http.MethodGet, "/yz/{code}", Public, Read, verifyPaper},
	{http.MethodGet, "/yz/sx/{code}", Public, Read, verifyItem},
	{http.MethodGet, "/yz/zr/{number}", Public, Read, verifyAdmission},
	{http.MethodGet, "/yz/ewm/{kind}/{code}", Public, Read, sendVerifyCode},
}

// standingText are the standings of an admitted task in words.
var standingText = map[string]string{
	admission.InForce: "实施中", admission.Ending: "实施中，将到期", admission.Expired: "已到期，待退出", admission.Ended: "已退出", admission.Ahead: "已批准，未到开始日期",
}

var standingOptions = []part.Option{
	{Value: "in-force", Label: "实施中"}, {Value: "ending", Label: "将到期"}, {Value: "expired", Label: "已到期未退出"}, {Value: "ended", Label: "已退出"}, {Value: "all", Label: "全部，包括已退出的"},
}

// workTabs lead to what belongs to handing work down: what is admitted, handed over,
// contested, and the checks before it.
func workTabs(here string) []part.Tab {
	ts := []part.Tab{{Text: "准入事项", Href: "/zr"}, {Text: "交办事项", Href: "/jbd"}, {Text: "异议和反映", Href: "/fy"}, {Text: "交办统计", Href: "/jbd/tj"}, {Text: "无需申请的事项", Href: "/zr/wx"}, {Text: "购买服务建议", Href: "/zr/gm"},
		{Text: "要不要走准入", Href: "/zr/xuan"}, {Text: "查交办通知", Href: "/zr/wj"}, {Text: "减负用语", Href: "/zr/wj/cy"}}
	for i := range ts {
		ts[i].Here = ts[i].Href == here
	}
	return ts
}

// showMatters is the register of admitted tasks.
func showMatters(q *Request) (Reply, error) {
	v := listView{Title: "准入事项", Tabs: workTabs("/zr"), Lead: "清单以外，经批准交给乡镇（街道）的工作"}
	v.More = part.Go(part.Link{Text: "导出 Excel", Href: "/zr/xlsx" + ask(q.Query, qKey, "")}, part.Second)
	err := q.look(func(l *lens) error {
		ms, by, err := l.asked(q.Query)
		if err != nil {
			return err
		}
		ms, next := cut(ms, q.Query.Get(qKey), func(m admission.Matter) string { return m.Case })
		v.Table, v.Pager = l.matterTable(ms, by), pager(q, next)
		v.Filter = l.matterFilter(q)
		if len(ms) == 0 {
			v.Empty = part.Empty("现在没有实施中的准入事项。批准并备案以后登记在这里。", part.Link{Text: "查已退出的", Href: "/zr?" + qStanding + "=ended"})
			if len(v.Filter.Chips) > 0 {
				v.Empty = part.Empty("按这些条件没有找到准入事项。去掉一个条件再查。", part.Link{Text: "清除条件", Href: "/zr"})
			}
		}
		return nil
	})
	return Show("准入事项", listPage(v)).Print(part.Sheet{By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: "准入事项"}), err
}

// asked are the admitted tasks that an address asks for, as far as the actor may
// see them, and the day until which a last day is near.
func (l *lens) asked(v url.Values) (ms []admission.Matter, by string, err error) {
	standing, department, township := v.Get(qStanding), v.Get(qOwner), v.Get(qUnit)
	words, untrained := form.Clean(v.Get(qWords)), v.Get("n") != ""
	days, _ := caseFilter(v) // of approval
	by = l.remindBy()
	all, err := l.matters(standing == "ended" || standing == "all")
	for _, m := range all {
		s := m.Standing(l.now, by)
		_, named := m.Delivery(township)
		switch {
		case standing != "" && standing != "all" && s != standing && !(standing == admission.InForce && s == admission.Ending),
			department != "" && m.Unit != department, township != "" && !named,
			days.From != "" && m.ApprovedOn < days.From, days.To != "" && m.ApprovedOn > days.To,
			!containsAll(m.Matter+" "+m.Number, words), untrained && len(m.Untrained()) == 0:
			continue
		}
		ms = append(ms, m)
	}
	return ms, by, err
}

// cut is a page of a list that was read whole: what follows the row of a key.
func cut[T any](all []T, key string, of func(T) string) (page []T, next string) {
	if key != "" {
		for i, x := range all {
			if of(x) == key {
				all = all[i+1:]
				break
			}
		}
	}
	if len(all) <= perPage {
		return all, ""
	}
	return all[:perPage], of(all[perPage-1])
}

func (l *lens) matterFilter(q *Request) *part.Filter {
	states := make([]part.Option, len(standingOptions))
	for i, o := range standingOptions {
		o.On = o.Value == q.Query.Get(qStanding)
		states[i] = o
	}
	f := &part.Filter{To: "/zr", Clear: "/zr", Groups: []part.Group{
		{Title: "包含文字", Name: qWords, Kind: "text", Value: form.Clean(q.Query.Get(qWords))},
		{Title: "状态", Name: qStanding, Kind: "select", Options: states},
	}}
	if seesAllMatters(l.actor) || l.actor.Kind.Local() {
		f.Groups = append(f.Groups, part.Group{Title: "申请单位", Name: qOwner, Kind: "select", Options: unitOptions(l.units.Departments(l.today()), q.Query.Get(qOwner))})
	}
	if seesAllMatters(l.actor) || l.actor.Kind != org.Township && l.actor.Kind != org.Subdistrict {
		f.Groups = append(f.Groups, part.Group{Title: "乡镇（街道）", Name: qUnit, Kind: "select", Options: unitOptions(l.units.Townships(l.today()), q.Query.Get(qUnit))})
	}
	f.Groups = append(f.Groups, part.Group{Title: "批准日期从", Name: qFrom, Kind: "date", Value: q.Query.Get(qFrom)}, part.Group{Title: "到", Name: qTo, Kind: "date", Value: q.Query.Get(qTo)})
	f.Groups = append(f.Groups, part.Group{Title: "培训指导", Name: "n", Kind: "check", Options: []part.Option{{Value: "1", Label: "还有乡镇（街道）没有培训", On: q.Query.Get("n") != ""}}})
	f.Chips = chips("/zr", q.Query, f.Groups)
	return f
}

// matterSpan is the time for which a matter is admitted.
func matterSpan(m admission.Matter) string {
	if m.To == "" {
		return "长期"
	}
	return part.Day(m.From) + "至" + part.Day(m.To)
}

func (l *lens) matterTable(ms []admission.Matter, by string) part.Table {
	t := part.Table{Caption: "准入事项，先到期的在前", Columns: []part.Column{{Title: "事项"}, {Title: "申请单位"}, {Title: "工作时限"}, {Title: "状态"}, {Title: "送达"}, {Title: "培训指导"}}}
	for _, m := range ms {
		got, trained, own := 0, 0, ""
		for _, x := range m.Townships {
			if !x.At.IsZero() {
				got++
			} else if l.actor.Is(org.Unit(x.Unit)) {
				own = "，本单位未签收"
			}
			if x.Trained > 0 {
				trained++
			}
		}
		n := len(m.Townships)
		training := fmt.Sprintf("%d / %d", trained, n)
		if us := m.Untrained(); len(us) > 0 && m.InForce(l.now) {
			training += "　未培训：" + l.names(us)
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{
			part.What(matterLink(m), m.Number), part.Plain(l.units.Name(m.Unit)), part.Plain(matterSpan(m)), part.Plain(standingText[m.Standing(l.now, by)]),
			part.Plain(fmt.Sprintf("%d / %d%s", got, n, own)), part.Plain(training),
		}})
	}
	return t
}

// A matterView is one admitted task with all that belongs to it.
type matterView struct {
	Matter    admission.Matter
	Standing  string
	Facts     []part.Fact
	Duties    []part.Fact
	Towns     part.Table
	Trainings part.Table
	Filings   part.Table
	Papers    []item
	Verify    part.Verify
	HandDown  string // where a task is handed down on it; "" for whom it is not
	Exit      string // where the exit is applied for; "" for whom it is not
	ExitCase  part.Link
}

// showMatter is one admitted task.
func showMatter(q *Request) (Reply, error) {
	var v matterView
	err := q.look(func(l *lens) error {
		m, err := admission.Find(l.tx, q.Path("case"))
		if err != nil {
			return err
		}
		if _, named := m.Delivery(q.Actor.Units()...); m.Began.IsZero() || !named && !q.Actor.Is(org.Unit(m.Unit)) && !seesAllMatters(q.Actor) {
			return fault.Absent()
		}
		by := l.remindBy()
		v.Matter, v.Standing = m, standingText[m.Standing(l.now, by)]
		v.Facts = l.matterFacts(m)
		if q.Actor.Is(org.Unit(m.Unit)) && m.Ended.IsZero() && m.ExitCase == "" {
			v.Exit = "/sq/new/exit?admission=" + m.Case
		}
		v.Verify = q.verifyMatter(m)
		if q.Actor.Is(org.Unit(m.Unit)) && m.Carries("", q.Now) == nil {
			v.HandDown = "/sq/new/handover?admission=" + m.Case
		}
		if m.ExitCase != "" && casework.Visible(l.tx, q.Actor, m.ExitCase) == nil {
			v.ExitCase = part.Link{Text: "看退出申请", Href: "/sq/" + m.ExitCase}
		}
		c, err := casework.Load(l.tx, l.env, m.Case, l.now)
		if err != nil {
			return err
		}
		if r, ok := c.Form.(*admission.Request); ok {
			marks, err := q.marks(l.tx)
			if err != nil {
				return err
			}
			v.Facts = append(v.Facts, part.Fact{Label: "依据", Show: marks.all(r.Rests(), "")})
			v.Duties = []part.Fact{{Label: "主体责任", Text: r.Main}, {Label: "配合责任", Text: r.Cooperating}, {Label: "职责任务", Text: r.Task}, {Label: "办事流程", Text: r.Process},
				{Label: "完成时限", Text: r.Limit}, {Label: "保障措施", Text: r.Safeguards}, {Label: "培训指导安排", Text: r.Training}}
		}
		return l.matterTables(&v)
	})
	if err != nil {
		return Reply{}, err
	}
	return Show("准入事项", matterPage(v)).Under(part.Link{Text: "准入事项", Href: "/zr"}).Print(part.Sheet{Number: v.Matter.Number, By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: v.Standing}), nil
}

func (l *lens) matterFacts(m admission.Matter) []part.Fact {
	fs := []part.Fact{
		{Label: "编号", Show: part.To(part.Link{Text: m.Number, Href: "/sq/" + m.Case})},
		{Label: "申请单位", Text: l.units.Name(m.Unit)}, {Label: "工作时限", Text: matterSpan(m)},
		{Label: "批准", Text: part.Day(m.ApprovedOn) + "　" + m.Basis}, {Label: "开始实施", Text: part.Day(org.Day(m.Began))},
	}
	if !m.Ended.IsZero() {
		fs = append(fs, part.Fact{Label: "退出", Text: part.Day(org.Day(m.Ended)) + "　" + m.EndReason})
	}
	return fs
}

// matterTables are what belongs to an admitted task, each with its own record.
func (l *lens) matterTables(v *matterView) error {
	m := v.Matter
	v.Towns = part.Table{Caption: "送达和培训", Columns: []part.Column{{Title: "乡镇（街道）"}, {Title: "签收批准材料"}, {Title: "培训指导", Num: true}, {Title: "能否交办"}}}
	for _, x := range m.Townships {
		got := "未签收"
		if !x.At.IsZero() {
			got = clockTime(l.now, x.At) + "　" + x.By
		}
		may := part.Plain("可以")
		if why, no := fault.As(m.Carries(x.Unit, l.now)); no {
			may = part.Plain(why.Text)
		}
		v.Towns.Rows = append(v.Towns.Rows, part.Row{Cells: []templ.Component{part.Plain(l.units.Name(x.Unit)), part.Plain(got), part.Plain(fmt.Sprintf("%d 次", x.Trained)), may}})
	}
	ss, err := admission.Trainings(l.tx, m.Case)
	if err != nil {
		return err
	}
	v.Trainings = part.Table{Caption: "培训指导", Columns: []part.Column{{Title: "日期"}, {Title: "内容"}, {Title: "参加"}, {Title: "乡镇（街道）"}}}
	for _, s := range ss {
		v.Trainings.Rows = append(v.Trainings.Rows, part.Row{Cells: []templ.Component{part.Plain(part.Day(s.On)), part.What(part.Link{Text: s.Content, Href: "/sq/" + m.Case}, s.Material), part.Plain(s.Participants), part.Plain(l.names(s.Townships))}})
	}
	fs, err := approval.Filings(l.tx, m.Case)
	if err != nil {
		return err
	}
	v.Filings = part.Table{Caption: "备案", Columns: []part.Column{{Title: "级别"}, {Title: "报送"}, {Title: "回执"}}}
	for _, f := range fs {
		level, receipt := map[string]string{"city": "市", "province": "省"}[f.Level], "还没有回执"
		if f.ReceivedNo != "" {
			receipt = f.ReceivedNo + "　" + part.Day(f.ReceivedOn)
		}
		v.Filings.Rows = append(v.Filings.Rows, part.Row{Cells: []templ.Component{part.Plain(level), part.Plain(f.SentNo + "　" + part.Day(f.SentOn)), part.Plain(receipt)}})
	}
	ps, err := document.OfCase(l.tx, m.Case)
	for _, p := range ps {
		if _, ok := p.CopyOf(l.heirs()...); ok {
			v.Papers = append(v.Papers, item{Link: part.Link{Text: p.Title, Href: "/cl/" + p.ID}, Below: strings.TrimSpace(p.Number + "　" + clockTime(l.now, p.At))})
		}
	}
	return err
}

// showLawful is the register of what needs no application (AE-4.1).
func showLawful(q *Request) (Reply, error) {
	v := listView{Title: "无需申请的事项", Tabs: workTabs("/zr/wx"), Lead: "区委编办决定属于依法履行或者依法协助的，写明依据和理由"}
	words := form.Clean(q.Query.Get(qWords))
	err := q.look(func(l *lens) error {
		all, err := admission.Lawfuls(l.tx)
		if err != nil {
			return err
		}
		marks, err := q.marks(l.tx)
		if err != nil {
			return err
		}
		var ls []admission.Lawful
		for _, x := range all {
			if containsAll(x.Matter+" "+x.Basis, words) {
				ls = append(ls, x)
			}
		}
		ls, next := cut(ls, q.Query.Get(qKey), func(x admission.Lawful) string { return x.Case })
		v.Pager = pager(q, next)
		v.Table = part.Table{Caption: "无需申请的事项，最近决定的在前", Columns: []part.Column{{Title: "事项"}, {Title: "类别"}, {Title: "部门"}, {Title: "法律依据"}, {Title: "工作条件"}, {Title: "决定"}}}
		for _, x := range ls {
			v.Table.Rows = append(v.Table.Rows, part.Row{Cells: []templ.Component{
				l.caseOrName(x.Case, x.Matter), part.Plain(lawfulKind[x.Kind]), part.Plain(l.units.Name(x.Unit)), part.Plain(marks.marked(x.Basis)), part.Plain(orDash(x.Conditions)),
				part.Plain(clockTime(l.now, x.At) + "　" + x.By + "：" + x.Reasons),
			}})
		}
		v.Filter = wordsFilter("/zr/wx", q)
		if len(ls) == 0 {
			v.Empty = part.Empty("没有登记无需申请的事项。部门提出、区委编办决定以后登记在这里。")
			if words != "" {
				v.Empty = part.Empty("没有找到含“"+words+"”的事项。", part.Link{Text: "清除条件", Href: "/zr/wx"})
			}
		}
		return nil
	})
	return Show("无需申请的事项", listPage(v)), err
}

var lawfulKind = map[string]string{admission.DoorDuty: "依法履行", admission.DoorAssist: "依法协助"}

// wordsFilter is a filter by words alone.
func wordsFilter(to string, q *Request) *part.Filter {
	f := &part.Filter{To: to, Clear: to, Groups: []part.Group{{Title: "包含文字", Name: qWords, Kind: "text", Value: form.Clean(q.Query.Get(qWords))}}}
	f.Chips = chips(to, q.Query, f.Groups)
	return f
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// caseOrName links to a case where the actor may see it, and names it where not.
func (l *lens) caseOrName(id, name string) templ.Component {
	if casework.Visible(l.tx, l.actor, id) == nil {
		return part.What(part.Link{Text: name, Href: "/sq/" + id}, "")
	}
	return part.Plain(name)
}

// showAdvices is the register of recommendations to buy the work as a service (AE-10.1).
func showAdvices(q *Request) (Reply, error) {
	v := listView{Title: "购买服务建议", Tabs: workTabs("/zr/gm"), Lead: "不予准入时，建议部门向社会组织购买公共服务的事项"}
	words := form.Clean(q.Query.Get(qWords))
	err := q.look(func(l *lens) error {
		all, err := l.advices()
		if err != nil {
			return err
		}
		var as []admission.Advice
		for _, a := range all {
			if containsAll(a.Matter+" "+a.Text, words) {
				as = append(as, a)
			}
		}
		as, next := cut(as, q.Query.Get(qKey), func(a admission.Advice) string { return a.Case })
		v.Pager, v.Filter = pager(q, next), wordsFilter("/zr/gm", q)
		v.Table = part.Table{Caption: "购买服务建议，最近的在前", Columns: []part.Column{{Title: "事项"}, {Title: "部门"}, {Title: "建议"}, {Title: "落实情况"}}}
		for _, a := range as {
			outcome := templ.Component(part.Plain("还没有登记"))
			if a.Outcome != "" {
				outcome = part.Plain(a.Outcome + "（" + clockTime(l.now, a.OutcomeAt) + "　" + a.OutcomeBy + "）")
			} else if q.Actor.Is(org.Unit(a.Unit)) || q.Actor.Holds(org.ListOffice) {
				outcome = part.To(part.Link{Text: "登记落实情况", Href: "/zr/gm/" + a.Case})
			}
			v.Table.Rows = append(v.Table.Rows, part.Row{Cells: []templ.Component{
				part.What(part.Link{Text: a.Matter, Href: "/zr/gm/" + a.Case}, clockTime(l.now, a.At)), part.Plain(l.units.Name(a.Unit)), part.Plain(a.Text), outcome,
			}})
		}
		if len(as) == 0 {
			v.Empty = part.Empty("没有购买服务建议。审核单位提出以后登记在这里。")
		}
		return nil
	})
	return Show("购买服务建议", listPage(v)), err
}

// advices are the recommendations an actor may see: all, or those to its own unit
// and what went into it.
func (l *lens) advices() (as []admission.Advice, err error) {
	all, err := admission.Advices(l.tx)
	for _, a := range all {
		if seesAllMatters(l.actor) || l.actor.Is(org.Unit(a.Unit)) {
			as = append(as, a)
		}
	}
	return as, err
}

// An adviceView is one recommendation and the form for what became of it.
type adviceView struct {
	Case, Matter string
	Facts        []part.Fact
	Form         outcome
	MaySettle    bool
}

// An outcome is what became of a recommendation.
type outcome struct {
	Outcome string `json:"outcome"`
}

var outcomeForm = form.Layout{{Key: "outcome", Title: "落实情况", Rule: "AE-10.1", Fields: []form.Field{
	{Name: "outcome", Label: "落实情况", Hint: "是否购买、向谁购买、从什么时候开始；没有购买的写明理由", Type: form.Text, Max: 500, Need: "写明购买服务的落实情况"},
}}}

func showAdvice(q *Request) (Reply, error) { return q.advice(nil) }

// advice is the page of a recommendation, with what was typed if anything was.
func (q *Request) advice(typed *outcome) (Reply, error) {
	var v adviceView
	err := q.look(func(l *lens) error {
		as, err := l.advices()
		if err != nil {
			return err
		}
		for _, a := range as {
			if a.Case != q.Path("case") {
				continue
			}
			v = adviceView{Case: a.Case, Matter: a.Matter, Form: outcome{a.Outcome}, MaySettle: q.Actor.Is(org.Unit(a.Unit)) || q.Actor.Holds(org.ListOffice)}
			v.Facts = []part.Fact{{Label: "部门", Text: l.units.Name(a.Unit)}, {Label: "建议", Text: a.Text}, {Label: "提出时间", Text: clockTime(l.now, a.At)}, {Label: "办件", Show: l.caseOrName(a.Case, "看这件申请")}, {Label: "落实情况", Text: a.Outcome}}
			if a.OutcomeBy != "" {
				v.Facts = append(v.Facts, part.Fact{Label: "登记", Text: a.OutcomeBy + "　" + clockTime(l.now, a.OutcomeAt)})
			}
			return nil
		}
		return fault.Absent()
	})
	if err != nil {
		return Reply{}, err
	}
	if typed != nil {
		v.Form = *typed
	}
	return Show("购买服务建议", advicePage(v)).Under(part.Link{Text: "准入事项", Href: "/zr"}, part.Link{Text: "购买服务建议", Href: "/zr/gm"}), nil
}

// settleAdvice records what became of a recommendation.
func settleAdvice(q *Request) (reply Reply, err error) {
	id, typed := q.Path("case"), outcome{}
	q.Bind(outcomeForm, &typed)
	if err = fault.Join(outcomeForm.Check(&typed)...); err == nil {
		err = q.Write(func(tx *db.Tx) (err error) {
			reply, err = q.Once(tx, func() (Receipt, error) {
				return Receipt{What: "落实情况已登记", Location: "/zr/gm/" + id}, admission.Settle(tx, q.Actor, id, typed.Outcome, q.Now)
			})
			return err
		})
	}
	if err == nil {
		return reply, nil
	}
	page, absent := q.advice(&typed)
	if absent != nil {
		return Reply{}, absent
	}
	return page, err
}

// live is how an admission is carried out: what is delivered, who was trained (AE-7.1, AE-8.1).
func (m *matter) live(tx *db.Tx, p *casePage) error {
	if _, ok := m.Form.(*admission.Request); !ok || m.Stage != admission.Live && m.Outcome != admission.Left {
		return nil
	}
	x, err := admission.Find(tx, m.ID)
	if err != nil {
		return err
	}
	if x.ExitCase != "" && casework.Visible(tx, m.q.Actor, x.ExitCase) == nil {
		p.Beside = append(p.Beside, beside{"退出", []part.Fact{{Label: "申请", Show: part.To(part.Link{Text: "看退出申请", Href: "/sq/" + x.ExitCase})}}})
	}
	if m.Stage != admission.Live {
		return nil
	}
	var fs []part.Fact
	for _, t := range x.Townships {
		if _, named := x.Delivery(m.q.Actor.Units()...); named && !m.q.Actor.Is(org.Unit(t.Unit)) {
			continue // a township reads its own line
		}
		got, taught := "已签收", "已培训指导"
		if t.At.IsZero() {
			got = "未签收，不能交办"
		}
		if t.Trained == 0 {
			taught = "还没有培训指导"
		}
		fs = append(fs, part.Fact{Label: m.dir.Called(t.Unit), Text: got + "，" + taught})
	}
	if register := "/zr/" + m.ID; m.q.Actor.Is(m.Owner) {
		fs = append(fs, part.Fact{Label: "交办", Show: part.To(part.Link{Text: "在准入事项登记中交办", Href: register})})
	}
	p.Beside = append(p.Beside, beside{"送达和培训指导", fs})
	return nil
}
