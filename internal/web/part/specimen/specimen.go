// Package specimen is one page that shows every part, with texts as they occur
// or with a text of the caller's choice in every place that takes one. Tests
// look at it: axe, phones, print, and markup that must stay text.
package specimen

import (
	"time"

	"github.com/a-h/templ"

	"yidan/internal/calendar"
	"yidan/internal/form"
	"yidan/internal/redline"
	"yidan/internal/web/part"
)

type duty struct {
	Unit string `json:"unit"`
	Duty string `json:"duty"`
}

// A Request is the form on the page.
type Request struct {
	Matter string   `json:"matter"`
	Kind   string   `json:"kind"`
	From   string   `json:"from"`
	Need   string   `json:"need"`
	Field  string   `json:"field"`
	Phone  string   `json:"phone"`
	Towns  []string `json:"towns"`
	Duties []duty   `json:"duties"`
	Sure   bool     `json:"sure"`
}

// A Page is the specimen: how a text is said and whether anything is wrong.
type Page struct {
	Say  func(string) string // the text in each place
	Form Request
}

// New is the specimen with its own texts.
func New() Page {
	return Page{Say: func(s string) string { return s }, Form: Request{
		Matter: "秸秆禁烧巡查协助", Kind: "phase", From: "2026-12-01", Need: "秋收后和春耕前火点多，部门执法力量不足以覆盖 4 个乡镇的沿江地块。", Field: "eco", Phone: "0454-8000000",
		Towns: []string{"t1", "t3"}, Duties: []duty{{"区农业农村局", "制定禁烧方案，组织执法检查，查处焚烧行为，承担巡查经费。"}, {"南寨镇", "组织网格员日间巡查，发现火点劝阻并报告。"}}, Sure: true}}
}

// Saying is the specimen with one text in every place that takes one.
func Saying(text string) Page {
	return Page{Say: func(string) string { return text }, Form: Request{Matter: text, Kind: text, From: text, Need: text, Field: text, Phone: text,
		Towns: []string{text}, Duties: []duty{{text, text}}, Sure: true}}
}

// Layout is the form's description.
func (p Page) Layout() form.Layout {
	s := p.Say
	towns := []form.Option{}
	for i, n := range []string{"城关镇", "南寨镇", "河湾镇", "青石镇", "柳林镇", "北岗镇", "东屯镇", "西营街道"} {
		towns = append(towns, form.Option{Value: "t" + string(rune('1'+i)), Label: s(n)})
	}
	return form.Layout{{Key: "matter", Title: s("事项与工作时限"), Rule: s("AE-5.1"), Intro: s("写清楚要乡镇做什么、从哪天到哪天。"), Fields: []form.Field{
		{Name: "matter", Label: s("申请具体事项"), Hint: s("一句话，不写部门简称"), Type: form.Line, Need: "填写“申请具体事项”", Max: 60, Rule: s("F-1")},
		{Name: "kind", Label: s("工作时限"), Type: form.Choice, Need: "选择工作时限", Options: []form.Option{{Value: "phase", Label: s("阶段性"), Hint: s("有起止日期，到期退出")}, {Value: "long", Label: s("长期性"), Hint: s("批准后列入清单")}}},
		{Name: "from", Label: s("开始日期"), Type: form.Date, Need: "填写“开始日期”", When: "kind=phase"},
		{Name: "need", Label: s("确需乡镇承担的理由"), Type: form.Text, Need: "填写理由", Max: 400},
		{Name: "field", Label: s("所属领域"), Type: form.Select, Options: []form.Option{{Value: "eco", Label: s("生态环境保护")}, {Value: "soc", Label: s("社会治理")}}},
		{Name: "phone", Label: s("联系电话"), Type: form.Phone, Need: "填写“联系电话”"},
	}}, {Key: "duty", Title: s("责任与乡镇"), Rule: s("AE-5.2"), Fields: []form.Field{
		{Name: "towns", Label: s("由哪些乡镇（街道）配合"), Hint: s("至少选一个"), Type: form.Many, Need: "选择至少一个乡镇", Options: towns},
		{Name: "duties", Label: s("各单位的职责"), Type: form.Rows, Need: "写明至少一个单位的职责", Fields: []form.Field{
			{Name: "unit", Label: s("单位"), Type: form.Line, Need: "填写“单位”"}, {Name: "duty", Label: s("职责"), Type: form.Text, Need: "填写“职责”", Max: 300}}},
		{Name: "sure", Label: s("已与财政部门核对经费"), Type: form.Tick},
	}}}
}

func (p Page) steps() []part.Step {
	s := p.Say
	return []part.Step{
		{Title: s("提出申请"), Note: s("11月2日"), State: "done", Who: s("申请单位"), Rule: s("AE-5.1"), Output: s("准入审批表")},
		{Title: s("征求乡镇意见"), Note: s("11月9日，4/4"), State: "done", Who: s("涉及的乡镇（街道）"), Rule: s("AE-5.2"), Term: s("5 个工作日（区内设定）"), Output: s("书面意见")},
		{Title: s("编办、司法局审核"), Note: s("应于11月30日"), State: "now", Who: s("区委编办、区司法局"), Rule: s("AE-6.1"), Term: s("15 个工作日（区内设定）")},
		{Title: s("联席会议审议"), State: "ahead"}, {Title: s("领导小组审批"), State: "ahead"}, {Title: s("省市备案"), State: "ahead"}, {Title: s("送达与培训"), State: "ahead"}, {Title: s("实施"), State: "ahead"},
	}
}

func (p Page) lights() []calendar.Light {
	s := p.Say
	return []calendar.Light{
		{State: calendar.OK, Text: s("剩 6 个工作日 · 11月30日（周一）24:00 截止")}, {State: calendar.Near, Text: s("剩 2 个工作日 · 11月26日（周四）24:00 截止")},
		{State: calendar.Over, Text: s("已超期 3 个工作日 · 应于11月19日前")}, {State: calendar.Hold, Text: s("计时暂停：补正中（第 2 天）")},
		{State: calendar.Prov, Text: s("暂定 1月8日：2027年放假安排尚未发布")}, {State: calendar.Unset, Text: s("未设时限（区内尚未约定）")}, {State: calendar.Done, Text: s("11月24日提交，用时 6 个工作日")},
	}
}

func (p Page) reckoning() part.Why {
	s := p.Say
	return part.Why{Edition: s("2026-1"), Clauses: []calendar.Clause{{Text: s("起算日不计入"), Source: s("民法典第二百零一条（参照）")}, {Text: s("只计工作日"), Source: s("国务院办公厅放假安排通知")}},
		Steps: []calendar.Step{{Date: "2026-11-10", Weekday: s("周二"), N: 1}, {Date: "2026-11-14", Weekday: s("周六"), Why: s("周末")}}}
}

func (p Page) table() part.Table {
	s := p.Say
	row := func(name, no, stage, unit string, l calendar.Light, n string) part.Row {
		return part.Row{Pick: s(no), Name: s("勾选 " + name), Cells: []templ.Component{part.What(part.Link{Text: s(name), Href: "/sq/1"}, s(no)), part.Plain(s(stage)), part.Plain(s(unit)), part.Light(l), part.Plain(s(n))}}
	}
	ls := p.lights()
	t := part.Table{Caption: s("等我办的办件，按截止时间"), Pick: "case", Columns: []part.Column{{Title: s("办件")}, {Title: s("环节")}, {Title: s("申请单位")}, {Title: s("时限")}, {Title: s("乡镇"), Num: true}}, Rows: []part.Row{
		row("秸秆禁烧巡查协助", "准入〔2026〕015", "编办审核", "区农业农村局", ls[2], "4"),
		row("燃气安全入户检查职责划分", "调整〔2026〕031 · 法规修订", "编办审核", "区住房和城乡建设局", ls[1], "12"),
		row("独居老人探访关爱", "准入〔2026〕018", "征求乡镇意见", "区民政局", ls[0], "12"),
		row("散煤治理网格排查", "准入〔2026〕012", "补正", "市生态环境局郊区分局", ls[3], "6"),
	}}
	t.Rows[3].Seen = true
	return t
}

func (p Page) opinions() []part.Opinion {
	s := p.Say
	return []part.Opinion{
		{Who: s("城关镇"), Short: s("城关"), Verdict: s("同意"), Yes: true, At: s("11月5日 16:20"), Text: s("请明确夜间由执法队值守。"), Signed: s("经办起草，负责人签发")},
		{Who: s("南寨镇"), Short: s("南寨"), Verdict: s("有异议"), No: true, At: s("11月6日 09:41"), Text: s("我镇沿江地块由水务部门管护，建议划出。")},
		{Who: s("河湾镇"), Short: s("河湾"), Verdict: s("逾期未答复"), At: s("11月9日 24:00"), Text: s("系统按期记录，不视为同意。"), Quiet: true},
		{Who: s("区司法局"), Short: s("司法"), Verdict: s("通过"), Yes: true, At: s("11月17日 10:05"), Text: s("主体法定，未增加乡镇法定外义务；建议注明经费由申请单位承担。")},
	}
}

func (p Page) log() []part.Entry {
	s := p.Say
	return []part.Entry{{At: s("11月18日 09:00"), Text: s("系统提醒区委编办，剩 2 个工作日")}, {At: s("11月17日 10:05"), Text: s("区司法局 负责人签发：通过"), More: s("主体法定，未增加乡镇法定外义务。"), Rule: s("AE-6.1")},
		{At: s("11月9日 24:00"), Text: s("河湾镇逾期未答复"), Rule: s("AE-5.2")}, {At: s("11月2日 15:12"), Text: s("区农业农村局提交申请，编号 准入〔2026〕015")}}
}

func (p Page) filter() part.Filter {
	s := p.Say
	return part.Filter{To: "/specimen", Keep: []part.Fact{{Label: "tab", Text: s("mine")}}, Clear: "/specimen", Chips: []part.Link{{Text: s("社会治理"), Href: "/specimen?a=1"}, {Text: s("城关镇"), Href: "/specimen?b=1"}},
		Groups: []part.Group{{Title: s("包含文字"), Name: "q", Kind: "text", Value: s("燃气")},
			{Title: s("分类"), Name: "field", Kind: "check", Options: []part.Option{{Value: s("soc"), Label: s("社会治理"), Count: 34, On: true}, {Value: s("eco"), Label: s("生态环境保护"), Count: 21}}},
			{Title: s("角色"), Name: "role", Kind: "radio", Options: []part.Option{{Value: s("main"), Label: s("主体责任"), Count: 76}, {Value: s("help"), Label: s("配合责任"), Count: 42}}},
			{Title: s("单位"), Name: "unit", Kind: "select", Options: []part.Option{{Value: s("u1"), Label: s("区农业农村局")}}}}}
}

func (p Page) changes() []part.Change {
	s := p.Say
	return []part.Change{{Field: s("职责划分"), Runs: []redline.Run{{Was: redline.Same, Text: s("乡镇组织网格员")}, {Was: redline.Gone, Text: s("昼夜巡查，")}, {Was: redline.New, Text: s("日间巡查，")}, {Was: redline.Same, Text: s("发现火点劝阻并报告。")}},
		Before: s("乡镇组织网格员昼夜巡查，发现火点劝阻并报告。"), After: s("乡镇组织网格员日间巡查，发现火点劝阻并报告。"), Basis: part.Link{Text: s("调整〔2026〕031"), Href: "/sq/31"}}}
}

// Frame is what stands around the specimen.
func (p Page) Frame() part.Frame {
	s := p.Say
	return part.Frame{Title: s("准入〔2026〕015"), District: s("郊区"), Contact: s("区委编办 0454-8000000"), Edition: s("现行清单 2026-2 · 郊办发〔2026〕9号"), Demo: true,
		Who:    &part.Who{Unit: s("区委编办"), Post: s("经办"), Todo: 7, Others: true},
		Nav:    []part.Tab{{Text: s("工作台"), Href: "/gzt"}, {Text: s("清单"), Href: "/qd"}, {Text: s("申请"), Href: "/sq", Count: 7, Here: true}, {Text: s("法规影响"), Href: "/fg"}, {Text: s("监管整改"), Href: "/jg"}, {Text: s("联席会议"), Href: "/hy"}, {Text: s("统计"), Href: "/tj"}},
		Crumbs: []part.Link{{Text: s("申请"), Href: "/sq"}, {Text: s("准入"), Href: "/sq?p=zr"}, {Text: s("准入〔2026〕015")}},
		Notice: &part.Notice{Tone: part.Good, Title: s("已提交准入申请，编号 准入〔2026〕015"), Text: s("14:31 记入办理记录。接下来由城关镇、南寨镇等 4 个单位办理“征求乡镇意见”。"), Link: part.Link{Text: s("打印回执"), Href: "/sq/1/hz"}},
		Sheet:  &part.Sheet{Number: s("准入〔2026〕015"), By: s("区委编办 经办"), At: s("2026年11月24日 14:31"), State: s("摘要 7f3a 22c1")}}
}

// Now is the moment at which the specimen plays.
var Now = time.Date(2026, 11, 24, 14, 31, 0, 0, calendar.Zone)
