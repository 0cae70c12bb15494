package admission

import (
	"fmt"
	"slices"
	"strings"

	"yidan/internal/casework"
	"yidan/internal/form"
)

// The three doors for work outside the list (AE-4.2, articles 2 and 4 read together).
const (
	DoorDuty   = "duty"   // 第一道门：依法履行，无需申请
	DoorAssist = "assist" // 第二道门：依法协助，无需申请，提供工作条件
	DoorAdmit  = "admit"  // 第三道门：准入
)

// A Basis is a document that the matter rests on.
type Basis struct {
	Title   string `json:"title"`   // 《…》
	Article string `json:"article"` // 第…条, or the document number
}

// A Request is the application with its special explanation (专项说明): what
// Form F1 prints and what AE art. 5 asks for.
type Request struct {
	// 要不要走准入: four questions (AE-4.2)
	Listed     string `json:"listed"` // yes: it is on the list already
	Duty       string `json:"duty"`   // yes: a law makes it the township's duty
	Assist     string `json:"assist"` // yes: a law makes the township assist
	Own        string `json:"own"`    // yes: the department is itself charged with it
	LawBasis   string `json:"law_basis"`
	Conditions string `json:"conditions"` // working conditions provided for assistance
	OwnWhy     string `json:"own_why"`
	Door       string `json:"door"` // what the department proposes
	DoorWhy    string `json:"door_why"`
	ActingAs   string `json:"acting_as"` // department, deliberative, temporary (AE-3.1)
	Body       string `json:"body"`      // name of that body

	// Form F1
	Matter  string `json:"matter"`
	Contact string `json:"contact"`
	Phone   string `json:"phone"`
	Span    string `json:"span"` // phased or long
	From    string `json:"from"`
	To      string `json:"to"`

	// 专项说明, the five points of AE-5.1
	Main        string `json:"main"`
	Cooperating string `json:"cooperating"`
	Task        string `json:"task"` // 职责任务: what townships do
	Process     string `json:"process"`
	Limit       string `json:"limit"`
	Safeguards  string `json:"safeguards"`
	Training    string `json:"training"`

	Townships []string `json:"townships"` // unit ids
	Bases     []Basis  `json:"bases"`

	CopiedFrom string   `json:"copied_from,omitempty"` // number of the earlier application it began as
	Unchecked  []string `json:"unchecked,omitempty"`   // sections that were copied and not saved since
}

// Copy is a new application that says what an earlier one said. Its days are those
// of the earlier one's year, so they are not copied; the rest is to be checked,
// section by section.
func (r *Request) Copy(number string) any {
	c := *r
	c.From, c.To = "", ""
	c.Townships, c.Bases = slices.Clone(r.Townships), slices.Clone(r.Bases)
	c.CopiedFrom, c.Unchecked = number, nil
	for _, s := range requestLayout {
		c.Unchecked = append(c.Unchecked, s.Key)
	}
	return &c
}

// Copied is the number of the application that a section still stands as copied
// from; "" once it was saved here.
func (r *Request) Copied(section string) string {
	if slices.Contains(r.Unchecked, section) {
		return r.CopiedFrom
	}
	return ""
}

// Check notes that a section was looked at and saved.
func (r *Request) Check(section string) {
	r.Unchecked = slices.DeleteFunc(r.Unchecked, func(s string) bool { return s == section })
}

// Phased reports 阶段性.
func (r *Request) Phased() bool { return r.Span == "phased" }

// Asks is what the leading group is asked to approve.
func (r *Request) Asks() (what, why string) {
	return fmt.Sprintf("把“%s”交给 %d 个乡镇（街道）办理，%s", r.Matter, len(r.Townships), r.span()), ""
}

// Bodies is 职责主体及内容 of Form F1.
func (r *Request) Bodies() string {
	return "主体责任：" + r.Main + "\n配合责任：" + r.Cooperating
}

// Duties is 职责任务 of Form F1, with what the special explanation says of
// process, time limit and safeguards.
func (r *Request) Duties() string {
	var b strings.Builder
	for _, p := range []struct{ head, text string }{
		{"", r.Task}, {"办事流程：", r.Process}, {"完成时限：", r.Limit}, {"保障措施：", r.Safeguards}, {"培训指导：", r.Training},
	} {
		if p.text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.head + p.text)
	}
	return b.String()
}

var yesNo = []form.Option{{Value: "yes", Label: "是"}, {Value: "no", Label: "否"}}

// requestLayout is the form of an admission, in the sections people fill in one by one.
var requestLayout = form.Layout{{
	Key: "door", Title: "要不要走准入", Rule: "AE-4.2",
	Intro: "先答四个问题。属于乡镇（街道）依法履行、依法协助的，不用申请准入（第四条）；其他确需交办的，应当准入（第二条）。走哪道门由区委编办决定。",
	Fields: []form.Field{
		{Name: "acting_as", Label: "以什么名义交办", Type: form.Choice, Rule: "AE-3.1", Need: "选择以什么名义交办",
			Options: []form.Option{{Value: "department", Label: "本部门"}, {Value: "deliberative", Label: "议事协调机构", Hint: "写明机构名称"}, {Value: "temporary", Label: "临时机构", Hint: "写明机构名称"}}},
		{Name: "body", Label: "机构名称", Type: form.Line, Max: 60, Rule: "AE-3.1", When: "acting_as=deliberative|temporary", Need: "填写“机构名称”"},
		{Name: "listed", Label: "一、这项工作已经在清单内吗", Type: form.Choice, Options: yesNo, Rule: "AE-2.1", Need: "回答“这项工作已经在清单内吗”"},
		{Name: "own", Label: "二、法律法规或者三定规定已明确由本部门自己承担吗", Type: form.Choice, Options: yesNo, Rule: "AE-3.1", Need: "回答“已明确由本部门自己承担吗”"},
		{Name: "own_why", Label: "为什么仍需乡镇（街道）办理或者协助办理", Type: form.Text, Max: 500, Rule: "AE-3.1", When: "own=yes", Need: "说明为什么仍需乡镇（街道）办理或者协助办理"},
		{Name: "duty", Label: "三、法律法规规定乡镇（街道）必须履行吗", Type: form.Choice, Options: yesNo, Rule: "AE-4.1", Need: "回答“法律法规规定乡镇（街道）必须履行吗”"},
		{Name: "assist", Label: "四、法律法规规定乡镇（街道）应当协助吗", Type: form.Choice, Options: yesNo, Rule: "AE-4.1", Need: "回答“法律法规规定乡镇（街道）应当协助吗”"},
		{Name: "door", Label: "本部门认为应当走", Type: form.Choice, Rule: "AE-4.2", Need: "选择本部门认为应当走哪道门",
			Options: []form.Option{{Value: DoorDuty, Label: "第一道门：依法履行", Hint: "无需申请，乡镇（街道）必须落实"}, {Value: DoorAssist, Label: "第二道门：依法协助", Hint: "无需申请，本部门提供必要的工作条件"}, {Value: DoorAdmit, Label: "第三道门：申请准入", Hint: "经审核批准后才能交办"}}},
		{Name: "law_basis", Label: "法律依据", Hint: "写明法律法规名称和条款", Type: form.Text, Max: 500, Rule: "AE-4.1", When: "door=duty|assist", Need: "写明法律依据：法律法规名称和条款"},
		{Name: "conditions", Label: "为乡镇（街道）提供的工作条件", Type: form.Text, Max: 500, Rule: "AE-4.1", When: "door=assist", Need: "写明为乡镇（街道）提供哪些必要的工作条件"},
		{Name: "door_why", Label: "理由", Type: form.Text, Max: 500, Rule: "AE-4.2", Need: "写明理由"},
	},
}, {
	Key: "matter", Title: "事项与工作时限", Rule: "AE-5.1",
	Fields: []form.Field{
		{Name: "matter", Label: "申请具体事项", Type: form.Line, Max: 60, Need: "填写“申请具体事项”"},
		{Name: "contact", Label: "联系人", Hint: "填写岗位或者姓名", Type: form.Line, Max: 30, Need: "填写“联系人”"},
		{Name: "phone", Label: "联系电话", Type: form.Phone, Need: "填写“联系电话”"},
		{Name: "span", Label: "工作时限", Type: form.Choice, Need: "选择工作时限", Options: []form.Option{{Value: "phased", Label: "阶段性", Hint: "写明从哪天到哪天"}, {Value: "long", Label: "长期"}}},
		{Name: "from", Label: "开始日期", Type: form.Date, When: "span=phased", Need: "填写“开始日期”"},
		{Name: "to", Label: "结束日期", Type: form.Date, When: "span=phased", Need: "填写“结束日期”"},
	},
}, {
	Key: "duty", Title: "主体责任与配合责任", Rule: "AE-5.1", Intro: "写清谁承担什么。已明确由部门自身承担的，不得以部门、议事协调机构、临时机构等名义擅自交给乡镇（街道）（第三条）。",
	Fields: []form.Field{
		{Name: "main", Label: "主体责任", Hint: "哪个单位承担主体责任，做什么", Type: form.Text, Max: 1000, Need: "填写“主体责任”"},
		{Name: "cooperating", Label: "配合责任", Hint: "乡镇（街道）配合什么，到什么程度", Type: form.Text, Max: 1000, Need: "填写“配合责任”"},
		{Name: "task", Label: "职责任务", Hint: "乡镇（街道）具体要做的事", Type: form.Text, Max: 2000, Need: "填写“职责任务”"},
	},
}, {
	Key: "process", Title: "办事流程、完成时限", Rule: "AE-5.1",
	Fields: []form.Field{
		{Name: "process", Label: "办事流程", Type: form.Text, Max: 1000, Need: "填写“办事流程”"},
		{Name: "limit", Label: "完成时限", Hint: "每个环节多长时间、什么时候完成", Type: form.Text, Max: 300, Need: "填写“完成时限”"},
	},
}, {
	Key: "safeguard", Title: "保障措施", Rule: "AE-5.1",
	Fields: []form.Field{
		{Name: "safeguards", Label: "保障措施", Hint: "人员、经费、物资由谁提供，提供多少", Type: form.Text, Max: 1000, Need: "填写“保障措施”"},
		{Name: "training", Label: "培训指导安排", Hint: "什么时候、对谁、怎么培训指导", Type: form.Text, Max: 500, Rule: "AE-8.1", Need: "填写“培训指导安排”"},
	},
}, {
	Key: "townships", Title: "涉及的乡镇（街道）", Rule: "AE-5.2", Intro: "区委编办决定走准入以后，系统向下列乡镇（街道）逐一发函征求意见。逾期未答复的如实记为逾期，不算同意。",
	Fields: []form.Field{
		{Name: "townships", Label: "涉及的乡镇（街道）", Type: form.Many, Source: "townships", Need: "选择涉及的乡镇（街道）"},
	},
}, {
	Key: "basis", Title: "依据", Rule: "AE-5.3", Intro: "相关依据材料在“材料”中上传，正式申请时至少一份。",
	Fields: []form.Field{
		{Name: "bases", Label: "法律法规或者政策依据", Type: form.Rows, Need: "添加至少一条法律法规或者政策依据（写明名称、条款或者文号）", Fields: []form.Field{
			{Name: "title", Label: "名称", Type: form.Line, Max: 100, Need: "填写依据的“名称”"},
			{Name: "article", Label: "条款或者文号", Type: form.Line, Max: 60, Need: "填写依据的“条款或者文号”"},
		}},
	},
}}

// A Door is what the list office decides about the door, with the reasons on record (AE-4.2).
type Door struct {
	Basis      string `json:"basis"`
	Conditions string `json:"conditions"`
}

// A Reply is a township's written opinion (AE-5.2).
type Reply struct {
	Conditions string `json:"conditions"`
}

// A Refusal goes with the written notice (AE-6.1, AE-10.1).
type Refusal struct {
	Purchase string `json:"purchase"` // yes: 建议政府购买服务
	Advice   string `json:"advice"`
}

// doorLast reads which door was taken last, once that is decided: it is asked first.
func doorLast(at casework.Stage, l form.Layout) form.Layout {
	i := slices.IndexFunc(l, func(s form.Section) bool { return s.Key == "door" })
	if i < 0 || at == Choose || at == Draft {
		return l
	}
	return slices.Concat(l[:i], l[i+1:], l[i:i+1])
}

// A Training is one occasion of training and guidance (AE-8.1).
type Training struct {
	On           string   `json:"on"`
	Content      string   `json:"content"`
	Participants string   `json:"participants"`
	Material     string   `json:"material"`
	Townships    []string `json:"townships"`
}

var (
	doorLayout = form.Layout{{Key: "door", Rule: "AE-4.1", Fields: []form.Field{
		{Name: "basis", Label: "法律依据", Hint: "法律法规名称和条款", Type: form.Text, Max: 500, Need: "写明法律依据。没有法律依据的，不能走第一、第二道门"},
	}}}
	assistLayout = form.Layout{{Key: "door", Rule: "AE-4.1", Fields: append(doorLayout[0].Fields[:1:1],
		form.Field{Name: "conditions", Label: "部门应当提供的工作条件", Type: form.Text, Max: 500, Need: "写明部门应当为乡镇（街道）提供的工作条件"})}}
	replyLayout = form.Layout{{Key: "reply", Rule: "AE-5.2", Fields: []form.Field{
		{Name: "conditions", Label: "条件清单", Hint: "一行一条", Type: form.Text, Max: 500, Need: "写明同意的条件，一行一条"},
	}}}
	refusalLayout = form.Layout{{Key: "refusal", Rule: "AE-10.1", Fields: []form.Field{
		{Name: "purchase", Label: "建议向社会组织购买服务", Type: form.Choice, Options: yesNo, Need: "选择是否建议政府购买服务"},
		{Name: "advice", Label: "建议内容", Type: form.Text, Max: 500, When: "purchase=yes", Need: "写明建议购买什么服务"},
	}}}
	trainingLayout = form.Layout{{Key: "training", Rule: "AE-8.1", Fields: []form.Field{
		{Name: "on", Label: "培训指导日期", Type: form.Date, Need: "填写“培训指导日期”"},
		{Name: "content", Label: "内容", Type: form.Text, Max: 500, Need: "填写培训指导的“内容”"},
		{Name: "participants", Label: "参加人员", Hint: "单位、人数", Type: form.Line, Max: 200, Need: "填写“参加人员”"},
		{Name: "material", Label: "培训材料", Hint: "材料名称；文件在“材料”中上传", Type: form.Line, Max: 200, Need: "填写“培训材料”的名称"},
		{Name: "townships", Label: "参加的乡镇（街道）", Type: form.Many, Source: "case-townships", Need: "选择参加的乡镇（街道）"},
	}}}
)
