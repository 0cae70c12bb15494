package handover

import (
	"cmp"
	"fmt"
	"slices"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// What a hand-over rests on.
const (
	ByItem      = "item"
	ByAdmission = "admission"
)

// A Task is what a department hands to townships.
type Task struct {
	Matter     string   `json:"matter"`
	Content    string   `json:"content"`
	DueOn      string   `json:"due_on"`
	Conditions string   `json:"conditions"`
	Contact    string   `json:"contact"`
	Phone      string   `json:"phone"`
	Basis      string   `json:"basis"` // item, admission
	Code       string   `json:"code"`
	Admission  string   `json:"admission"` // case id
	Townships  []string `json:"townships"`
}

var taskLayout = form.Layout{{
	Key: "task", Title: "交办的工作", Rule: "AE-2.2",
	Fields: []form.Field{
		{Name: "matter", Label: "交办的工作", Type: form.Line, Max: 60, Need: "填写“交办的工作”"},
		{Name: "content", Label: "具体内容", Hint: "乡镇（街道）做什么、做到什么程度", Type: form.Text, Max: 1500, Need: "填写“具体内容”"},
		{Name: "due_on", Label: "完成期限", Type: form.Date, Need: "填写“完成期限”"},
		{Name: "conditions", Label: "提供的工作条件", Hint: "人员、经费、物资、培训；没有的写“无”", Type: form.Text, Max: 500, Need: "写明为乡镇（街道）提供哪些工作条件；没有的写“无”"},
		{Name: "contact", Label: "联系人", Hint: "填写岗位或者姓名", Type: form.Line, Max: 30, Need: "填写“联系人”"},
		{Name: "phone", Label: "联系电话", Type: form.Phone, Need: "填写“联系电话”"},
	},
}, {
	Key: "basis", Title: "依据和乡镇（街道）", Rule: "AE-2.2", Intro: "交给乡镇（街道）的工作，应当在清单内，或者已经准入。两样都不是的，不能交办。",
	Fields: []form.Field{
		{Name: "basis", Label: "依据什么交办", Type: form.Choice, Need: "选择依据清单事项还是准入事项", Options: []form.Option{{Value: ByItem, Label: "清单事项"}, {Value: ByAdmission, Label: "准入事项", Hint: "已经实施、材料已经送达"}}},
		{Name: "code", Label: "清单事项", Hint: "你单位有职责的事项", Type: form.Select, Source: "own-items", When: "basis=item", Need: "选择所依据的“清单事项”"},
		{Name: "admission", Label: "准入事项", Type: form.Select, Source: "admissions", When: "basis=admission", Need: "选择所依据的“准入事项”"},
		{Name: "townships", Label: "交给哪些乡镇（街道）", Type: form.Many, Source: "townships", Need: "选择交给哪些乡镇（街道）"},
	},
}}

// Grounds on which a township contests.
var Grounds = []form.Option{
	{Value: "unlisted", Label: "不在清单内"}, {Value: "expired", Label: "不在准入期内"}, {Value: "beyond", Label: "超出清单或者准入的职责"},
	{Value: "unserved", Label: "没有收到批准材料"}, {Value: "unprovided", Label: "没有提供工作条件"}, {Value: "other", Label: "其他"},
}

// GroundName is a ground in words.
func GroundName(ground string) string {
	for _, g := range Grounds {
		if g.Value == ground {
			return g.Label
		}
	}
	return ground
}

// A Contest is what goes with a township's objection.
type Contest struct {
	Ground string `json:"ground"`
}

var contestLayout = form.Layout{{Key: "contest", Rule: "AE-2.2", Fields: []form.Field{
	{Name: "ground", Label: "异议的情形", Type: form.Choice, Options: Grounds, Need: "选择异议的情形"},
}}}

// A Dispute is what a township asks the list office to rule on: the contest of a
// hand-over, or a report of work beside the list.
type Dispute struct {
	Handover string `json:"handover"` // case id; empty: a report
	Township string `json:"township"` // of a contest: to which it was handed; its heir may contest
	Matter   string `json:"matter"`
	Unit     string `json:"unit"` // the department that asked
	AskedOn  string `json:"asked_on"`
	Manner   string `json:"manner"` // how it was asked
	Ground   string `json:"ground"`
	Words    string `json:"words"`
}

// Contests reports that a hand-over is contested, rather than work beside the list reported.
func (x *Dispute) Contests() bool { return x.Handover != "" }

// Title is what the case is called.
func (x *Dispute) Title() string {
	switch {
	case x.Matter == "":
		return ""
	case x.Contests():
		return "对“" + x.Matter + "”的异议"
	}
	return "反映“" + x.Matter + "”"
}

// Manners are the ways in which work comes beside the list.
var Manners = []form.Option{
	{Value: "document", Label: "发文"}, {Value: "meeting", Label: "会议"}, {Value: "phone", Label: "电话"}, {Value: "group", Label: "工作群"}, {Value: "platform", Label: "系统或者 App"}, {Value: "spoken", Label: "当面要求"},
}

var disputeLayout = form.Layout{{
	Key: "dispute", Title: "争议的工作", Rule: "AE-2.2", Intro: "区委编办裁定以前，不告知派活的单位。",
	Fields: []form.Field{
		{Name: "matter", Label: "派的是什么活", Type: form.Line, Max: 60, Need: "写明派的是什么活"},
		{Name: "unit", Label: "哪个单位派的", Type: form.Select, Source: "departments", Need: "选择是哪个单位派的"},
		{Name: "asked_on", Label: "哪天派的", Type: form.Date, Need: "填写哪天派的"},
		{Name: "manner", Label: "用什么方式", Type: form.Choice, Options: Manners, Need: "选择是用什么方式派的"},
		{Name: "ground", Label: "为什么不该干", Type: form.Choice, Options: Grounds, Need: "选择为什么不该干"},
		{Name: "words", Label: "具体情况", Type: form.Text, Max: 1000, Need: "写明具体情况"},
	},
}}

// ReportLayout is how a township reports work beside the list, on one page.
func ReportLayout() form.Layout { return disputeLayout }

// soundTask refuses a hand-over that rests on nothing, on what is not in force, or
// reaches beyond what it rests on (AE-2.2).
func (d *Desk) soundTask(c *casework.Case) error {
	if !slices.Contains(departments, d.UnitKind(c.Owner.Unit)) {
		return fault.Refuse("AE-2.2", "工作由区直部门交办。%s不是区直部门", d.UnitName(c.Owner.Unit))
	}
	x, today := task(c), org.Day(c.Now())
	var fs []*fault.Fault
	on := func(field, rule, format string, args ...any) { fs = append(fs, fault.On(field, rule, format, args...)) }
	if x.DueOn < today {
		on("due_on", "AE-2.2", "“完成期限”（%s）已经过去。改为今天以后的日期", calendar.SayDay(x.DueOn))
	}
	known := d.Townships()
	for _, u := range x.Townships {
		if !slices.Contains(known, u) {
			on("townships", "AE-2.2", "所选的乡镇（街道）不在本区。重新选择")
			break
		}
	}
	var err error
	if x.Basis == ByItem {
		err = d.restsOnItem(c, on)
	} else {
		err = d.restsOnAdmission(c, on)
	}
	if err != nil {
		return err
	}
	return fault.Join(fs...)
}

type say func(field, rule, format string, args ...any)

func (d *Desk) restsOnItem(c *casework.Case, on say) error {
	x := task(c)
	b, err := d.Book()
	if err != nil {
		return err
	}
	v := b.Item(b.On(org.Day(c.Now())), x.Code)
	switch {
	case v == nil:
		on("code", "AE-2.2", "现行清单里没有编码 %s，不能据此交办。核对编码；不在清单内的，先走准入", x.Code)
		return nil
	case v.Part == catalog.TakenBack:
		on("code", "AE-3.1", "%s“%s”已由部门收回，不能再交给乡镇（街道）", v.Code, v.Name)
		return nil
	case !d.shares(v.Text, c.Owner.Unit):
		on("code", "AE-2.2", "%s在 %s“%s”里没有职责，不能据此交办。由事项的责任部门交办", d.UnitName(c.Owner.Unit), v.Code, v.Name)
	}
	last := v
	if x.DueOn > org.Day(c.Now()) {
		last = b.Item(b.On(x.DueOn), x.Code)
	}
	if last == nil || last.Part == catalog.TakenBack {
		on("due_on", "AE-2.2", "%s“%s”在“完成期限”以前已经从清单取消或者由部门收回，这一天不能据此要求。改早期限", v.Code, v.Name)
		last = v
	}
	for _, u := range x.Townships {
		switch {
		case !d.covers(v.Text, u):
			on("townships", "AE-2.2", "%s不适用于%s，不能交给它。去掉这个乡镇（街道）", v.Code, d.UnitName(u))
		case !d.covers(last.Text, u):
			on("due_on", "AE-2.2", "%s“%s”在“完成期限”以前已经不适用于%s，这一天不能据此要求。改早期限，或者去掉这个乡镇（街道）", v.Code, v.Name, d.UnitName(u))
		}
	}
	return nil
}

// shares reports that a department has a part in an item. An item of which no
// department is known by name binds none: it is the townships' own.
func (d *Desk) shares(t *catalog.Text, unit string) bool {
	known := false
	for _, x := range t.Departments {
		id := d.bears(x.Unit, x.Name)
		if id == unit {
			return true
		}
		known = known || id != ""
	}
	return !known
}

// covers reports that an item applies to a township.
func (d *Desk) covers(t *catalog.Text, unit string) bool {
	return t.Everywhere() || slices.ContainsFunc(t.Townships, func(x catalog.Township) bool { return d.bears(x.Unit, x.Name) == unit })
}

// bears is the unit that is meant by an id or, where the list was entered without, a
// name: the one that stands for it where it was merged.
func (d *Desk) bears(id, name string) string {
	if id == "" {
		id, _ = d.Resolve(name)
	}
	return cmp.Or(d.Heir(id), id)
}

func (d *Desk) restsOnAdmission(c *casework.Case, on say) error {
	x := task(c)
	m, err := d.Admitted(x.Admission)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if err != nil || m.Unit != c.Owner.Unit && d.Heir(m.Unit) != c.Owner.Unit {
		on("admission", "AE-2.2", "选择本单位正在实施的准入事项。没有准入的，先走准入")
		return nil
	}
	if f, no := fault.As(m.Carries("")); no {
		on("admission", f.Rule, "%s", f.Text)
		return nil
	}
	if m.To != "" && x.DueOn > m.To {
		on("due_on", "AE-2.2", "%s到%s为止，“完成期限”不能更晚", m.Number, calendar.SayDay(m.To))
	}
	for _, u := range x.Townships {
		if f, no := fault.As(m.Carries(u)); no {
			on("townships", f.Rule, "%s：%s", d.UnitName(u), f.Text)
		}
	}
	return nil
}

// soundDispute refuses a report that is not a township's, or that is about itself.
func (d *Desk) soundDispute(c *casework.Case) error {
	if !slices.Contains(d.Townships(), c.Owner.Unit) {
		return fault.Refuse("AE-2.2", "清单外派活由乡镇（街道）反映。%s不是乡镇（街道）", d.UnitName(c.Owner.Unit))
	}
	x, today := matter(c), org.Day(c.Now())
	var fs []*fault.Fault
	if !slices.Contains(departments, d.UnitKind(x.Unit)) {
		fs = append(fs, fault.On("unit", "AE-2.2", "选择是哪个区直单位派的"))
	}
	if x.AskedOn > today {
		fs = append(fs, fault.On("asked_on", "AE-2.2", "日期不能晚于今天（%s）", calendar.SayDay(today)))
	}
	return fault.Join(fs...)
}

// rests says in words what a hand-over rests on.
func (d *Desk) rests(c *casework.Case) (string, error) {
	x := task(c)
	if x.Basis == ByAdmission {
		m, err := d.Admitted(x.Admission)
		return fmt.Sprintf("准入事项 %s“%s”", m.Number, m.Matter), err
	}
	b, err := d.Book()
	if err != nil {
		return "", err
	}
	v := b.Item(b.On(org.Day(c.Now())), x.Code)
	if v == nil {
		return "清单事项 " + x.Code, nil
	}
	return fmt.Sprintf("清单事项 %s“%s”", v.Code, v.Name), nil
}
