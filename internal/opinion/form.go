package opinion

import (
	"slices"

	"yidan/internal/casework"
	"yidan/internal/form"
)

// An Opinion is the form of the case: what was said about what. How its writer is
// reached is not part of it.
type Opinion struct {
	Subject string `json:"subject"` // what it is about, in words
	Code    string `json:"code"`    // of the item
	Change  string `json:"change"`  // the open change: a case
	Lead    string `json:"lead"`    // the unit that the item suggests
	Unit    string `json:"unit"`    // the unit that has to answer
	Kind    string `json:"kind"`    // citizen, legal, other
	Text    string `json:"text"`
	Private bool   `json:"private"` // is not to be published
}

// Title is what the case is called: 对“秸秆禁烧巡查”的意见.
func (o *Opinion) Title() string { return "对" + o.Subject + "的意见" }

// Kinds of people who may lodge an opinion (DM art. 10).
var Kinds = []form.Option{{Value: "citizen", Label: "公民"}, {Value: "legal", Label: "法人"}, {Value: "other", Label: "其他组织"}}

// Results an answer can come to.
const (
	Adopted   = "adopted"
	Partly    = "partly"
	Explained = "explained"
	Declined  = "declined"
	Outside   = "outside" // of the list: the list office says where to turn to
)

// Results are those a unit chooses from.
var Results = []form.Option{
	{Value: Adopted, Label: "采纳"}, {Value: Partly, Label: "部分采纳"}, {Value: Explained, Label: "解释说明", Hint: "不要求改变清单，把情况说清楚"}, {Value: Declined, Label: "不采纳", Hint: "写明理由"},
}

// Label is an option's label; the value where it is none of them.
func Label(os []form.Option, value string) string {
	if value == Outside {
		return "不属于清单范围"
	}
	if i := slices.IndexFunc(os, func(o form.Option) bool { return o.Value == value }); i >= 0 {
		return os[i].Label
	}
	return value
}

// MaxText is how many characters an opinion has at most.
const MaxText = 1000

var kindField = form.Field{Name: "kind", Label: "你以什么身份提意见", Type: form.Choice, Options: Kinds, Need: "选择公民、法人或者其他组织"}

// opinionLayout is how the case reads.
var opinionLayout = form.Layout{{Key: "opinion", Title: "意见", Rule: "DM-10.1", Fields: []form.Field{
	{Name: "subject", Label: "关于", Type: form.Line, Max: 220},
	{Name: "code", Label: "事项编码", Type: form.Line, Max: 20},
	{Name: "kind", Label: "意见人", Type: form.Choice, Options: Kinds},
	{Name: "text", Label: "意见", Type: form.Text, Max: MaxText},
	{Name: "private", Label: "意见人要求不公开", Type: form.Tick},
}}}

// A Submission is what the public types.
type Submission struct {
	Kind    string `json:"kind"`
	Text    string `json:"text"`
	Contact string `json:"contact"`
	Private bool   `json:"private"`
	Answer  string `json:"answer"` // to the question that keeps machines out
}

// SubmissionLayout is the public form, but for the question, which changes.
var SubmissionLayout = form.Layout{{Key: "opinion", Title: "提意见", Rule: "DM-10.1", Fields: []form.Field{
	kindField,
	{Name: "text", Label: "意见、建议", Hint: "写明问题和建议。不写身份证号等个人信息", Type: form.Text, Max: MaxText, Need: "写下你的意见、建议"},
	{Name: "contact", Label: "联系方式", Hint: "只有答复单位和区委编办能看到，答复后按期删除", Type: form.Line, Max: 60},
	{Name: "private", Label: "不公开我的意见和答复", Hint: "选了的只计入统计，凭查询码查看答复", Type: form.Tick},
}}}

// A Routing says which unit is to answer.
type Routing struct {
	Unit string `json:"unit"`
}

// An Answered opinion is what a unit says to it.
type Answered struct {
	Result string `json:"result"`
	Answer string `json:"answer"`
}

// A Releasing says what of an opinion is published.
type Releasing struct {
	Publish string `json:"publish"` // text, count
}

// A Direct answer is one of the list office's own.
type Direct struct {
	Answered
	Releasing
}

// Turning is what may be added when an opinion becomes a 调整事由.
type Turning struct {
	Code   string `json:"code"`
	Matter string `json:"matter"`
	Unit   string `json:"unit"`
	Advice string `json:"advice"`
}

// TurningLayout is how that is typed.
func TurningLayout() form.Layout { return causeSheet.Layout }

const inFull = "text" // of Releasing.Publish

var answerFields = []form.Field{
	{Name: "result", Label: "是否采纳", Type: form.Choice, Options: Results, Need: "选择是否采纳"},
	{Name: "answer", Label: "答复内容", Hint: "意见人会看到；写明理由和依据", Type: form.Text, Max: 2000, Need: "写明答复内容"},
}

var releaseFields = []form.Field{
	{Name: "publish", Label: "在“意见采纳情况”怎样公布", Hint: "不选的，或者意见、答复里有个人姓名、电话、住址的，只计数", Type: form.Choice,
		Options: []form.Option{{Value: "count", Label: "只计数，不公布内容"}, {Value: inFull, Label: "公布意见和答复"}}},
}

func sheetOf[T any](fs ...form.Field) *casework.Sheet {
	return &casework.Sheet{New: func() any { return new(T) }, Layout: form.Layout{{Key: "sheet", Rule: "DM-10.2", Fields: fs}}}
}

var (
	routeSheet   = sheetOf[Routing](form.Field{Name: "unit", Label: "答复单位", Hint: "不选的，转事项的牵头部门", Type: form.Select, Source: "respondents"})
	answerSheet  = sheetOf[Answered](answerFields...)
	releaseSheet = sheetOf[Releasing](releaseFields...)
	directSheet  = sheetOf[Direct](slices.Concat(answerFields, releaseFields)...)
	causeSheet   = sheetOf[Turning](
		form.Field{Name: "code", Label: "事项编码", Hint: "不填的，用意见所关于的事项；要增加事项的也不填", Type: form.Line, Max: 20},
		form.Field{Name: "matter", Label: "要增加的事项名称", Hint: "有编码的不填", Type: form.Line, Max: 200},
		form.Field{Name: "unit", Label: "应由谁提出调整", Hint: "不选的，由牵头部门或者答复单位提出", Type: form.Select, Source: "respondents"},
		form.Field{Name: "advice", Label: "建议", Hint: "不选的，先核对", Type: form.Select, Options: []form.Option{{Value: "add", Label: "增加"}, {Value: "cancel", Label: "取消"}, {Value: "adjust", Label: "调整"}, {Value: "check", Label: "核对"}}},
	)
)
