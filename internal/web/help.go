package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/regulation"
	"yidan/internal/web/part"
)

// helpRoutes are the regulations word for word, what of them the system carries
// out and where, and how the procedures run. Everybody may read them.
var helpRoutes = []Route{
	{http.MethodGet, part.Help, Public, Read, showHelp},
	{http.MethodGet, "/bz/fa", Public, Read, listRegulations},
	{http.MethodGet, part.Article + "{rule}", Public, Read, showArticle},
	{http.MethodGet, "/bz/gz", Public, Read, listRules},
	{http.MethodGet, "/bz/tu", Public, Read, listProcedures},
	{http.MethodGet, "/bz/tu/{procedure}", Public, Read, showProcedure},
}

var (
	helpLink        = part.Link{Text: "帮助", Href: part.Help}
	regulationsLink = part.Link{Text: "制度原文", Href: "/bz/fa"}
	proceduresLink  = part.Link{Text: "程序图", Href: "/bz/tu"}
)

// A card tells one kind of post what it does here most, step by step.
type card struct {
	Title string
	Steps []string
}

// cards are the quick cards, by who reads them.
func cards(a org.Actor) []card {
	township := card{"乡镇（街道）", []string{"先查“该不该干”：写几个字，看这项工作在不在清单内、有没有批准准入。", "收到征求意见，在“工作台”打开，选同意、有条件同意或者不同意，写明理由，在截止日期前提交。", "批准交下来的工作，先签收批准材料；没有培训指导的，等部门登记培训后再接。", "不在清单内、也没有批准的，可以拒绝。"}}
	department := card{"区直部门、群团机关、派驻机构", []string{"想把工作交给乡镇（街道），先答“三道门”：依法履行、依法协助的，不用申请准入。", "要走准入的，逐节填写专项说明，核对后提交；系统向涉及的乡镇（街道）发函征求意见。", "意见收齐后正式申请，由区委编办、区司法局审核，报领导小组审批。", "工作完成、到期或者依据变化，申请退出。"}}
	office := card{"区委编办、区司法局", []string{"“工作台”按截止时间排好等你办的事项，红色的已经超期。", "审核时左边是申请内容，右边是依据的条文；写明意见后选通过、退回补充或者不予准入。", "申请单位是本单位的，系统会请你回避。", "区委编办在“政策参数”设定制度没有写明的时限。"}}
	lead := card{"领导小组", []string{"打开待审批的事项，先看两家审核结论和乡镇（街道）意见。", "选同意、不同意或者上会研究。签批前再确认一次本人。"}}
	accounts := card{"系统管理员", []string{"新增账号，发启用码，交给本人设置密码。", "人员调离当天停用账号。", "单位设立、更名、撤并，写明文号。"}}
	policy := card{"安全管理员", []string{"给新账号授予岗位以后，账号才能使用。", "放假安排由一名提出、另一名核准。", "忘记密码的，由系统管理员申请，你来重置。"}}
	auditor := card{"审计管理员", []string{"每天打印前一天的日结单，签字存档。", "定期用日结单上的序号和摘要校验全部记录。", "对照三员的操作，看有没有不该有的。"}}
	public := card{"公众", []string{"在公开页查现行清单，看每项工作由哪个单位负责。", "对清单有意见，在事项页提出。"}}
	switch {
	case a.Class == org.Accounts:
		return []card{accounts}
	case a.Class == org.Policy:
		return []card{policy}
	case a.Class == org.Auditor:
		return []card{auditor}
	case a.Class != org.Business:
		return []card{public, township, department}
	case a.Kind.Local():
		return []card{township}
	case a.Holds(org.ListOffice) || a.Holds(org.Justice):
		return []card{office, department}
	case a.Holds(org.Lead):
		return []card{lead}
	}
	return []card{department}
}

func showHelp(q *Request) (Reply, error) {
	doors := []part.Door{{Title: "制度原文", Text: "五项制度和两张审批表，逐条对照", Href: "/bz/fa"}, {Title: "规则落实", Text: "每条要求由系统怎样落实", Href: "/bz/gz"}, {Title: "程序图", Text: "准入、准出怎样一步一步办", Href: "/bz/tu"}}
	if q.Visitor.SignedIn() {
		doors = append(doors, part.Door{Title: "工作日历", Text: "放假调休，算工作日", Href: "/rl"})
	}
	if q.Actor.Class == org.Business {
		doors = append(doors, part.Door{Title: "政策参数", Text: "区里定的时限和做法", Href: "/cs"})
	}
	return Show("帮助", helpPage(cards(q.Actor), doors, q.Site.Contact)).Print(q.sheet("")), nil
}

func listRegulations(*Request) (Reply, error) {
	return Show("制度原文", regulationList(regulation.Regulations())).Under(helpLink), nil
}

// articleHref leads to an article; a part of a form leads to the form.
func articleHref(a regulation.Article) string {
	if r, _ := regulation.Of(a.Regulation); r.Form {
		return part.Article + a.Regulation
	}
	return part.Article + a.Regulation + "-" + strconv.Itoa(a.No)
}

// An articleView is an article and what it asks of the system.
type articleView struct {
	regulation.Article
	Of         regulation.Regulation
	Point      int // the item that a rule rests on; 0 for the whole article
	Rules      []regulation.Rule
	Prev, Next part.Link
}

// showArticle is what a rule id rests on; the key of a regulation is its whole text.
func showArticle(q *Request) (Reply, error) {
	id := q.Path("rule")
	if r, ok := regulation.Of(id); ok && !r.Form {
		return Show(r.Short, wholeText(r)).Under(helpLink, regulationsLink).Narrow(), nil
	}
	a, ok := regulation.Find(id)
	if !ok {
		return Reply{}, fault.Absent()
	}
	v := articleView{Article: a}
	v.Of, _ = regulation.Of(a.Regulation)
	for _, r := range q.demands() {
		if r.ID == id {
			v.Point = r.Point
		}
		if b, ok := regulation.Find(r.ID); ok && b.Regulation == a.Regulation && b.No == a.No {
			v.Rules = append(v.Rules, r)
		}
	}
	for i, b := range v.Of.Articles {
		if b.No != a.No {
			continue
		}
		if i > 0 {
			v.Prev = part.Link{Text: v.Of.Articles[i-1].Label, Href: articleHref(v.Of.Articles[i-1])}
		}
		if i+1 < len(v.Of.Articles) {
			v.Next = part.Link{Text: v.Of.Articles[i+1].Label, Href: articleHref(v.Of.Articles[i+1])}
		}
	}
	return Show(a.Cite(), v.page()).Under(helpLink, regulationsLink, part.Link{Text: v.Of.Short, Href: part.Article + v.Of.Key}).Narrow(), nil
}

// demands are all rules; where one is met is told to those whom the page opens for.
func (q *Request) demands() []regulation.Rule {
	rs := regulation.Rules()
	for i := range rs {
		if !q.Opens(rs[i].Place) {
			rs[i].Place = ""
		}
	}
	return rs
}

// placeLink leads to where a rule is met, where one address is enough to get there.
func placeLink(r regulation.Rule) part.Link {
	if !r.Built && r.Partly == "" || r.Place == "" || strings.Contains(r.Place, "{") {
		return part.Link{}
	}
	return part.Link{Text: "打开", Href: r.Place}
}

func ruleTable(rs []regulation.Rule, cited bool) part.Table {
	t := part.Table{Caption: "规则", Columns: columns("编号", "系统怎样落实", "本版", "在哪里")}
	if cited {
		t.Columns = slices.Insert(t.Columns, 1, part.Column{Title: "条文"})
	}
	for _, r := range rs {
		built := "后续版本"
		switch {
		case r.Built:
			built = "已落实"
		case r.Partly != "":
			built = "部分落实：" + r.Partly
		}
		where := part.Plain("")
		if l := placeLink(r); l.Href != "" {
			where = part.To(l)
		}
		cells := []templ.Component{part.Plain(r.ID), part.Plain(r.Interface), part.Plain(built), where}
		if cited {
			cells = slices.Insert(cells, 1, part.To(part.Link{Text: r.Article, Href: part.Article + r.ID}))
		}
		t.Rows = append(t.Rows, part.Row{Cells: cells})
	}
	return t
}

// listRules is every demand of the regulations on the system.
func listRules(q *Request) (Reply, error) {
	of, words, built := q.Query.Get("of"), form.Clean(q.Query.Get("q")), q.Query.Get("built")
	l := listView{Title: "规则落实", Lead: "五项制度和两张审批表对系统的每一条要求，系统怎样落实"}
	l.Empty = part.Empty("没有符合条件的规则。可以去掉条件再查")
	var keep []regulation.Rule
	for _, r := range q.demands() {
		a, _ := regulation.Find(r.ID)
		if of != "" && a.Regulation != of || built == "1" && !r.Built || built == "0" && r.Built || words != "" && !strings.Contains(r.ID+r.Interface+r.Article, words) {
			continue
		}
		keep = append(keep, r)
	}
	l.Table = ruleTable(keep, true)
	texts := part.Group{Title: "制度", Name: "of", Kind: "radio"}
	for _, r := range regulation.Regulations() {
		texts.Options = append(texts.Options, part.Option{Value: r.Key, Label: r.Short, On: r.Key == of})
	}
	l.Filter = &part.Filter{To: "/bz/gz", Groups: []part.Group{{Title: "含有", Name: "q", Kind: "text", Value: words}, texts,
		{Title: "本版", Name: "built", Kind: "radio", Options: []part.Option{{Value: "1", Label: "已落实", On: built == "1"}, {Value: "0", Label: "后续版本", On: built == "0"}}}}}
	asked := url.Values{}
	for name, value := range map[string]string{"of": of, "q": words, "built": built} {
		if value != "" {
			asked.Set(name, value)
		}
	}
	for _, name := range sorted(asked) {
		rest := url.Values{}
		for _, other := range sorted(asked) {
			if other != name {
				rest.Set(other, asked.Get(other))
			}
		}
		text := asked.Get(name)
		switch r, _ := regulation.Of(text); {
		case name == "of":
			text = r.Short
		case name == "built":
			text = map[string]string{"1": "已落实", "0": "后续版本"}[text]
		}
		l.Filter.Chips, l.Filter.Clear = append(l.Filter.Chips, part.Link{Text: text, Href: "/bz/gz?" + rest.Encode()}), "/bz/gz"
	}
	return l.reply(helpLink), nil
}

func listProcedures(q *Request) (Reply, error) {
	l := listView{Title: "程序图", Lead: "每道程序由哪些环节组成，谁办，依据第几条"}
	l.Table = part.Table{Caption: "程序", Columns: columns("程序", "版次", "环节")}
	for _, p := range regulation.Declared(q.Now) {
		l.Table.Rows = append(l.Table.Rows, led(part.Link{Text: p.Title, Href: "/bz/tu/" + p.Name}, "", "第 "+strconv.Itoa(p.Edition)+" 版", strconv.Itoa(len(p.Steps))+" 个"))
	}
	return l.reply(helpLink), nil
}

func showProcedure(q *Request) (Reply, error) {
	for _, p := range regulation.Declared(q.Now) {
		if p.Name == q.Path("procedure") {
			return Show(p.Title+"程序图", procedurePage(p, steps(p, q.Now))).Under(helpLink, proceduresLink).Print(q.sheet("")), nil
		}
	}
	return Reply{}, fault.Absent()
}

// steps are a procedure's, for the drawing.
func steps(p *casework.Procedure, now time.Time) (ss []part.Step) {
	defaults := new(parameter.Values).At(now)
	source := func(value string, _ calendar.Term) string {
		if value == "" {
			return ""
		}
		return defaults.Source(value)
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		var leads []string
		for _, w := range s.Ways {
			to := "留在本环节"
			switch next := p.Step(w.To); {
			case w.To == casework.Closed:
				to = "办结"
			case next != nil && next != s:
				to = next.Title
			}
			if lead := w.Text() + " → " + to; !slices.Contains(leads, lead) {
				leads = append(leads, lead)
			}
		}
		ss = append(ss, part.Step{Title: s.Title, State: "ahead", Rule: s.Rule, Who: p.Asks(s), Term: termsOf(p, s, source), Output: strings.Join(leads, "；")})
	}
	return ss
}
