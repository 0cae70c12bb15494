package adjustment

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/form"
)

// What is to become of an item.
const (
	Add    = "add"    // 增加 (art. 5)
	Cancel = "cancel" // 取消 (art. 6)
	Adjust = "adjust" // 调整 (art. 7)
	Exit   = "exit"   // 准出 (AE art. 11)
)

// Grounds of articles 5 to 7 and of AE art. 11.
const (
	ByLaw      = "law"      // 法律、法规及规章等新立、修订、废止
	ByReport   = "report"   // 基层反映存在职责任务不清等问题
	ByDecision = "decision" // 国务院、省、市、区政府决定
	ByFunction = "function" // 职能调整
	ByOther    = "other"    // 其他情形
)

// grounds are those that each article knows, in its order and words, with its demands.
var grounds = map[string][]struct{ Ground, Rule, Name string }{
	Add: {
		{ByLaw, "DM-5.1", "法律、法规及规章等设定依据新立、修订，涉及乡镇（街道）共同承担责任"}, {ByReport, "DM-5.2", "未列入清单，基层反映存在乡镇（街道）职责任务不清等问题"},
		{ByFunction, "DM-5.3", "职能调整，相应增加"}, {ByOther, "DM-5.4", "其他应当增加的情形"},
	},
	Cancel: {
		{ByLaw, "DM-6.1", "法律、法规及规章等实施依据新立、修订、废止，导致原实施依据失效"}, {ByDecision, "DM-6.2", "国务院、省、市、区政府决定取消"},
		{ByFunction, "DM-6.3", "职能调整，不宜继续列入清单"}, {ByOther, "DM-6.4", "其他应当取消的情形"},
	},
	Adjust: {
		{ByLaw, "DM-7.1", "法律、法规及规章等设定依据新立、修订，需要调整"}, {ByDecision, "DM-7.2", "国务院、省、市、区政府决定调整"}, {ByOther, "DM-7.3", "其他应当调整的情形"},
	},
	Exit: {
		{ByLaw, "AE-11.1", "法律、法规及规章新立、修订、废止"}, {ByDecision, "AE-11.1", "国务院、省、市、区政府决定取消"}, {ByFunction, "AE-11.1", "职能调整，不宜继续列入清单"},
	},
}

// articles are those of the grounds.
var articles = map[string]string{Add: "DM-5", Cancel: "DM-6", Adjust: "DM-7", Exit: "AE-11.1"}

// CodeRule is the article on which a kind of change names an item of the list.
func CodeRule(kind string) string { return articles[kind] }

// knows reports that the article on a kind of change has a ground.
func knows(kind, ground string) bool {
	return slices.ContainsFunc(Grounds(kind), func(o form.Option) bool { return o.Value == ground })
}

// groundName is a ground in the words of the first article that knows it.
func groundName(ground string) string {
	for _, k := range []string{Add, Cancel, Adjust, Exit} {
		for _, n := range GroundNames(k, []string{ground}) {
			return n
		}
	}
	return ground
}

// Grounds are the options that the article on a kind of change gives.
func Grounds(kind string) (os []form.Option) {
	for _, g := range grounds[kind] {
		os = append(os, form.Option{Value: g.Ground, Label: g.Name})
	}
	return os
}

// GroundNames are the grounds of a kind of change in words.
func GroundNames(kind string, gs []string) (names []string) {
	for _, g := range grounds[kind] {
		if slices.Contains(gs, g.Ground) {
			names = append(names, g.Name)
		}
	}
	return names
}

// Events are what may have happened to an instrument for a kind of change: only a
// cancellation, or an exit, rests on a repeal (DM-5.1, DM-6.1, DM-7.1).
func Events(kind string) []form.Option {
	if kind == Add || kind == Adjust {
		return EventNames[:2]
	}
	return EventNames
}

// A Department has a share in the item as it is to read.
type Department struct {
	Name string `json:"name"`
	Role string `json:"role"` // lead, joint, takes_over
	Duty string `json:"duty"`
}

// A Basis is what the item is to rest on.
type Basis struct {
	Kind    string `json:"kind"` // legal, policy
	Title   string `json:"title"`
	Number  string `json:"number"`
	Article string `json:"article"`
}

// A Demonstration is one occasion on which a change was demonstrated (论证, DM-9.1).
type Demonstration struct {
	On       string `json:"on"`
	Who      string `json:"who"`
	Findings string `json:"findings"`
}

// A Change is the application to add, cancel or adjust one item (DM-8.2).
type Change struct {
	Kind string `json:"kind"`
	Code string `json:"code"` // of the item; empty where one is added
	Base string `json:"base"` // id of the text it is written against
	Duty string `json:"duty"` // the trigger's duty that it discharges; may be empty

	Evidence
	HappenedOn string `json:"happened_on"` // from here the ten working days run (DM-8.1)
	LateWhy    string `json:"late_why"`
	Reason     string `json:"reason"`
	Contact    string `json:"contact"`
	Phone      string `json:"phone"`

	Name        string       `json:"name"`
	Part        string       `json:"part"`
	Category    string       `json:"category"` // of the list or the conference's, or NewCategory
	NewCategory string       `json:"new_category"`
	Division    string       `json:"division"`
	Departments []Department `json:"departments"`
	Main        string       `json:"main"`
	Cooperating string       `json:"cooperating"`
	Bases       []Basis      `json:"bases"`
	Scope       string       `json:"scope"` // all or some
	Townships   []string     `json:"townships"`
	From        string       `json:"from"` // of a correction: the day from which it holds

	Demonstrations []Demonstration `json:"demonstrations"`
}

var kindNames = map[string]string{Add: "增加", Cancel: "取消", Adjust: "调整"}

// KindName is a kind of change in words.
func KindName(kind string) string { return kindNames[kind] }

// Title is what the case is called: 调整“秸秆禁烧巡查”.
func (x *Change) Title() string {
	if x.Name == "" {
		return ""
	}
	return kindNames[x.Kind] + "“" + x.Name + "”"
}

// Asks is what the leading group is asked to approve, and why.
func (x *Change) Asks() (what, why string) { return "在清单中" + x.Title(), x.Reason }

// Has reports whether a ground is among those of the change.
func (e *Evidence) Has(ground string) bool { return slices.Contains(e.Grounds, ground) }

// Evidence holds the grounds and what each rests on.
type Evidence struct {
	Grounds     []string `json:"grounds"`
	Instrument  string   `json:"instrument"` // title
	Article     string   `json:"article"`
	Event       string   `json:"event"` // enacted, amended, repealed
	EventOn     string   `json:"event_on"`
	Reporter    string   `json:"reporter"` // township unit id
	Reported    string   `json:"reported"`
	Level       string   `json:"level"`
	DecisionNo  string   `json:"decision_no"`
	DecisionOf  string   `json:"decision_of"`
	FunctionDoc string   `json:"function_doc"`
	OtherWhy    string   `json:"other_why"`
}

// EventNames are what may have happened to an instrument.
var EventNames = []form.Option{{Value: "enacted", Label: "新立"}, {Value: "amended", Label: "修订"}, {Value: "repealed", Label: "废止"}}

// evidenceFields ask what each ground of some kinds of change rests on, under the
// demand that the kind's article makes of it.
func evidenceFields(kinds ...string) (all []form.Field) {
	for _, f := range evidence {
		f.Rules = map[string]string{}
		for _, k := range kinds {
			for _, g := range grounds[k] {
				if f.When != "grounds="+g.Ground {
					continue
				}
				if f.Rule = cmp.Or(f.Rule, g.Rule); len(kinds) > 1 {
					f.Rules["kind="+k] = g.Rule
				}
			}
		}
		if f.Rule != "" {
			all = append(all, f)
		}
	}
	return all
}

var evidence = []form.Field{
	{Name: "instrument", Label: "法律、法规、规章名称", Hint: "法规库里的名称", Type: form.Line, Max: 100, When: "grounds=law", Need: "填写新立、修订或者废止的法律、法规、规章名称"},
	{Name: "article", Label: "涉及的条款", Hint: "例如 第十一条；整部变化的可以不填", Type: form.Line, Max: 60, When: "grounds=law"},
	{Name: "event", Label: "发生了什么", Type: form.Choice, Options: EventNames, Source: "events", When: "grounds=law", Need: "选择依据是新立、修订还是废止"},
	{Name: "event_on", Label: "施行或者废止日期", Type: form.Date, When: "grounds=law", Need: "填写新立、修订或者废止的日期"},
	{Name: "reporter", Label: "哪个乡镇（街道）反映", Type: form.Select, Source: "townships", When: "grounds=report", Need: "选择反映问题的乡镇（街道）"},
	{Name: "reported", Label: "反映的问题", Type: form.Text, Max: 1000, When: "grounds=report", Need: "写明反映了什么问题"},
	{Name: "level", Label: "作出决定的机关", Type: form.Choice, When: "grounds=decision", Need: "选择哪一级政府作出的决定",
		Options: []form.Option{{Value: "state", Label: "国务院"}, {Value: "province", Label: "省政府"}, {Value: "city", Label: "市政府"}, {Value: "district", Label: "区政府"}}},
	{Name: "decision_of", Label: "决定名称", Type: form.Line, Max: 120, When: "grounds=decision", Need: "填写“决定名称”"},
	{Name: "decision_no", Label: "决定文号", Type: form.Line, Max: 60, When: "grounds=decision", Need: "填写“决定文号”"},
	{Name: "function_doc", Label: "职能调整文件", Hint: "名称和文号", Type: form.Line, Max: 160, When: "grounds=function", Need: "填写职能调整文件的名称和文号"},
	{Name: "other_why", Label: "其他情形的说明", Type: form.Text, Max: 1000, When: "grounds=other", Need: "说明是什么情形，为什么应当这样办"},
}

var partOptions = func() (os []form.Option) {
	for _, p := range catalog.Parts {
		os = append(os, form.Option{Value: string(p.Part), Label: p.Name})
	}
	return os
}()

var demonstrationFields = []form.Field{
	{Name: "on", Label: "论证日期", Type: form.Date, Need: "填写“论证日期”", Rule: "DM-9.1"},
	{Name: "who", Label: "参加论证的单位和人员", Type: form.Line, Max: 200, Need: "写明谁参加了论证", Rule: "DM-9.1"},
	{Name: "findings", Label: "论证结论", Type: form.Text, Max: 1000, Need: "写明论证结论", Rule: "DM-9.1"},
}

var demonstrationSheet = &casework.Sheet{New: func() any { return new(Demonstration) }, Layout: form.Layout{{Key: "demonstration", Rule: "DM-9.1", Fields: demonstrationFields}}}

// demonstrationSection is where an applicant says how a change was demonstrated. It
// holds for an item that leaves the list by 准出 as for one that is cancelled: both are
// 清单调整 (DM-9.1).
var demonstrationSection = form.Section{
	Key: "demonstration", Title: "论证", Rule: "DM-9.1", Intro: "清单调整应当充分论证（动态管理办法第九条）。申请单位做过的论证在这里登记，材料附在申请后面；审核时也可以补登。",
	Fields: []form.Field{{Name: "demonstrations", Label: "论证记录", Type: form.Rows, Fields: demonstrationFields}},
}

// NewCategory stands for a category that is deliberately new; its name is given apart.
const NewCategory = "new"

// conferenceCategories are those by which 联席会议制度 一 counts the townships' work.
var conferenceCategories = []string{"基层党建", "经济发展", "社会治理", "文化建设", "生态环境保护", "公共服务", "综合保障"}

// Categories are what an item may be put in: as the list has them, then as the
// conference names them, each spelled once; a new one is a choice of its own (DM-2.3).
func Categories(b *catalog.Book) (os []form.Option) {
	for _, group := range []struct {
		title string
		names []string
	}{{"清单现有的类别", b.Categories()}, {"联席会议制度列举的类别", conferenceCategories}} {
		for _, c := range group.names {
			if c != "" && !slices.ContainsFunc(os, func(o form.Option) bool { return spelled(o.Value) == spelled(c) }) {
				os = append(os, form.Option{Value: c, Label: c, Group: group.title})
			}
		}
	}
	return append(os, form.Option{Value: NewCategory, Label: "另立新类别", Group: "都不合适的"})
}

// spelled is a category however it is spaced and whatever width its letters have.
func spelled(c string) string { return strings.Join(strings.Fields(norm.NFKC.String(c)), "") }

const changed = "kind=add|adjust"

// changeLayout is the application, in the sections people fill in one by one.
var changeLayout = form.Layout{{
	Key: "ground", Title: "调整事由", Rule: "DM-8.1",
	Intro: "应当在事由发生之日起 10 个工作日内提出（第八条）。超过以后仍可提出，需说明原因，记入办理记录。相关材料在“材料”中上传，至少一份。",
	Fields: slices.Concat([]form.Field{
		{Name: "kind", Label: "要做什么", Type: form.Choice, Rule: "DM-8.2", Need: "选择增加、取消还是调整",
			Options: []form.Option{{Value: Add, Label: "增加事项", Hint: "第五条"}, {Value: Cancel, Label: "取消事项", Hint: "第六条"}, {Value: Adjust, Label: "调整事项内容", Hint: "第七条"}}},
		{Name: "code", Label: "事项编码", Hint: "清单上的编码，例如 J012；增加事项不填", Type: form.Line, Max: 20, When: "kind=cancel|adjust", Rule: "DM-8.2", Need: "填写要取消或者调整的“事项编码”"},
		{Name: "grounds", Label: "符合哪些情形", Type: form.Many, Source: "grounds", Options: Grounds(""), Rule: "DM-8.2", Rules: map[string]string{"kind=add": "DM-5", "kind=cancel": "DM-6", "kind=adjust": "DM-7"}, Need: "选择至少一种情形"},
	}, evidenceFields(Add, Cancel, Adjust), []form.Field{
		{Name: "happened_on", Label: "调整事由发生日期", Type: form.Date, Rule: "DM-8.1", Need: "填写“调整事由发生日期”"},
		{Name: "late_why", Label: "超过 10 个工作日的原因", Hint: "没有超过的不填", Type: form.Text, Max: 500, Rule: "DM-8.1"},
		{Name: "reason", Label: "申请理由", Type: form.Text, Max: 1500, Rule: "DM-8.2", Need: "填写“申请理由”"},
		{Name: "contact", Label: "联系人", Hint: "填写岗位或者姓名", Type: form.Line, Max: 30, Need: "填写“联系人”"},
		{Name: "phone", Label: "联系电话", Type: form.Phone, Need: "填写“联系电话”"},
	}),
}, {
	Key: "text", Title: "事项内容", Rule: "DM-2.1", Intro: "写调整以后的全部内容。取消事项的，这一节不用填。",
	Fields: []form.Field{
		{Name: "name", Label: "具体事项", Type: form.Text, Max: 200, When: changed, Need: "填写“具体事项”"},
		{Name: "part", Label: "属于哪一部分", Type: form.Choice, Options: partOptions, When: changed, Rule: "DM-2.3", Need: "选择属于清单的哪一部分"},
		{Name: "category", Label: "类别", Type: form.Select, Source: "categories", When: changed, Rule: "DM-2.3", Need: "选择“类别”"},
		{Name: "new_category", Label: "新类别的名称", Hint: "清单和联席会议制度里都没有合适的，才另立", Type: form.Line, Max: 30, When: "category=" + NewCategory, Rule: "DM-2.3", Need: "填写“新类别的名称”"},
		{Name: "division", Label: "部门职责划分", Type: form.Text, Max: 2000, When: changed, Rule: "DM-2.2"},
		{Name: "departments", Label: "涉及的部门", Hint: "多个部门的，写明一个牵头、其余共同，以及各自职责", Type: form.Rows, When: changed, Rule: "DM-2.2", Fields: []form.Field{
			{Name: "name", Label: "部门", Type: form.Line, Max: 40, Need: "填写“部门”"},
			{Name: "role", Label: "角色", Type: form.Choice, Need: "选择牵头、共同或者承接", Options: []form.Option{{Value: string(catalog.Lead), Label: "牵头"}, {Value: string(catalog.Joint), Label: "共同"}, {Value: string(catalog.TakesOver), Label: "承接"}}},
			{Name: "duty", Label: "职责", Type: form.Text, Max: 1500, Need: "写明这个部门的职责"},
		}},
		{Name: "main", Label: "主体责任", Type: form.Text, Max: 2000, When: changed},
		{Name: "cooperating", Label: "配合责任", Type: form.Text, Max: 2000, When: changed},
	},
}, {
	Key: "bases", Title: "依据与适用范围", Rule: "DM-2.1", Intro: "每个事项至少有一条法律法规或者政策文件依据，依据应在法规库中。取消事项的，这一节不用填。",
	Fields: []form.Field{
		{Name: "bases", Label: "依据", Type: form.Rows, When: changed, Need: "至少写明一条法律法规或者政策文件依据", Fields: []form.Field{
			{Name: "kind", Label: "种类", Type: form.Choice, Need: "选择依据的种类", Options: []form.Option{{Value: "legal", Label: "法律法规"}, {Value: "policy", Label: "政策文件"}}},
			{Name: "title", Label: "名称", Type: form.Line, Max: 120, Need: "填写依据“名称”"},
			{Name: "number", Label: "文号", Type: form.Line, Max: 60},
			{Name: "article", Label: "条款", Hint: "例如 第十一条", Type: form.Line, Max: 40},
		}},
		{Name: "scope", Label: "适用的乡镇（街道）", Type: form.Choice, When: changed, Need: "选择适用范围", Options: []form.Option{{Value: "all", Label: "全部乡镇（街道）"}, {Value: "some", Label: "部分乡镇（街道）"}}},
		{Name: "townships", Label: "哪些乡镇（街道）", Type: form.Many, Source: "townships", When: "scope=some", Need: "选择适用的乡镇（街道）"},
		{Name: "from", Label: "从哪天起", Hint: "只在更正已经印发的内容时填写，并在调整事由里选“其他”写明错在哪里；不早于现在的内容施行之日，不填的从新版施行之日起", Type: form.Date, When: changed, Rule: "DM-9.3"},
	},
}, demonstrationSection}
