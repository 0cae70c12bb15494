package rectify

import (
	"fmt"
	"slices"
	"strings"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// An Order is what an office orders a unit to put right. What it is about follows
// from the trigger; [Order.About] fills it in.
type Order struct {
	Trigger    string `json:"trigger"`
	Unit       string `json:"unit"`
	UnitName   string `json:"unit_name"`
	Event      string `json:"event"`
	HappenedOn string `json:"happened_on"`
	ApplyBy    string `json:"apply_by"`
	Matters    string `json:"matters"`
	Short      string `json:"short"` // the matters in a title
	Demand     string `json:"demand"`
	DueOn      string `json:"due_on"`
	Contact    string `json:"contact"`
	Phone      string `json:"phone"`
}

// About fills in what a unit owes.
func (x *Order) About(o Owed, unitName string) {
	open := o.Open()
	x.UnitName, x.Event, x.HappenedOn, x.ApplyBy, x.Matters = unitName, o.Event, o.HappenedOn, o.ApplyBy(), list(open)
	if x.Short = ""; len(open) > 0 {
		x.Short = "“" + open[0].Matter + "”"
	}
	if len(open) > 1 {
		x.Short += fmt.Sprintf("等 %d 项", len(open))
	}
}

// Title is what the case is called.
func (x *Order) Title() string {
	if x.UnitName == "" {
		return ""
	}
	return "责令" + x.UnitName + "就" + x.Short + "限期整改"
}

// list are duties as papers write them.
func list(ds []Duty) string {
	var all []string
	for _, d := range ds {
		all = append(all, strings.TrimSpace(d.Code+" “"+d.Matter+"”"))
	}
	return strings.Join(all, "、")
}

// UsualDemand is what an order asks where nothing else is said.
const UsualDemand = "立即提出清单调整申请，报告没有按期提出的原因和已经采取的整改措施。"

// orderLayout is what an office writes.
var orderLayout = form.Layout{{
	Key: "order", Title: "整改要求", Rule: "DM-11.1",
	Fields: []form.Field{
		{Name: "demand", Label: "整改要求", Type: form.Text, Max: 1000, Need: "写明要求怎样整改"},
		{Name: "due_on", Label: "整改期限", Type: form.Date, Need: "填写“整改期限”"},
		{Name: "contact", Label: "联系人", Hint: "填写岗位或者姓名", Type: form.Line, Max: 30, Need: "填写“联系人”"},
		{Name: "phone", Label: "联系电话", Type: form.Phone, Need: "填写“联系电话”"},
	},
}}

// OrderLayout is how an order is written, on one page.
func OrderLayout() form.Layout { return orderLayout }

// causeLayout is how what an order is about is read, before what it demands.
var causeLayout = form.Layout{{
	Key: "cause", Title: "没有按期提出的申请", Rule: "DM-11.1",
	Fields: []form.Field{
		{Name: "unit_name", Label: "被责令的单位", Type: form.Line}, {Name: "event", Label: "调整事由", Type: form.Text},
		{Name: "happened_on", Label: "发生日期", Type: form.Date}, {Name: "apply_by", Label: "应在哪天以前提出", Type: form.Date},
		{Name: "matters", Label: "没有提出的事项", Type: form.Text},
	},
}}

// sound refuses an order of another office, to itself, and for what is not overdue,
// answered, or under an order already (DM-11.1).
func (d *Desk) sound(c *casework.Case, t Terms) error {
	x, office := order(c), c.Owner.Unit
	if !slices.ContainsFunc(offices, func(r org.Role) bool { return d.Holder(r) == office }) {
		return fault.Refuse("DM-11.1", "责令限期整改由区委编办、区司法局作出，%s不能责令", d.UnitName(office))
	}
	if x.Unit == office {
		return fault.Refuse("DM-11.1", "%s不能责令自己整改。由%s责令", d.UnitName(office), d.other(office))
	}
	o, err := d.Owed(x.Trigger, x.Unit)
	if fault.Is(err, fault.Missing) {
		return fault.Refuse("DM-11.1", "这个调整事由没有要%s提出的申请。从“未按期提出”里选择", d.UnitName(x.Unit))
	}
	if err != nil {
		return err
	}
	running, err := Running(d.Tx, x.Trigger, x.Unit)
	switch {
	case err != nil:
		return err
	case running.Case != "":
		return fault.Refuse("DM-11.1", "%s已经就这个调整事由责令%s整改（%s），认定以前不重复责令", d.UnitName(running.Office), d.UnitName(x.Unit), running.Number)
	case len(o.Open()) == 0:
		return fault.Refuse("DM-11.1", "%s已经提出申请，或者区委编办已经写明不需要调整，不用责令", d.UnitName(x.Unit))
	case !o.Overdue(c.Now()):
		return fault.Refuse("DM-11.1", "还在提出申请的期限内，不能责令。过了期限仍没有提出的，再责令")
	}
	x.About(o, d.UnitName(x.Unit))
	today := org.Day(c.Now())
	last := d.Last(today, t.Rectify)
	switch {
	case x.DueOn <= today:
		return fault.Join(fault.On("due_on", "DM-11.1", "“整改期限”应在今天（%s）以后", calendar.SayDay(today)))
	case last != "" && x.DueOn > last:
		return fault.Join(fault.On("due_on", "DM-11.1", "“整改期限”不能晚于%s：区内设定的限期整改时限是 %s，从今天算起", calendar.SayDay(last), t.Rectify))
	}
	return nil
}

// Last is the last day that an order of a day may give; "" where the district has
// set none.
func (d *Desk) Last(day string, t calendar.Term) string {
	if t.None() {
		return ""
	}
	return LastDay(d.Due(day, t))
}

// LastDay is the day on which a term ends.
func LastDay(x calendar.Deadline) string {
	if x.At.IsZero() {
		return ""
	}
	return org.Day(x.At.Add(-1))
}

// other is the office that may order in the place of one.
func (d *Desk) other(office string) string {
	for _, r := range offices {
		if u := d.Holder(r); u != "" && u != office {
			return d.UnitName(u)
		}
	}
	return "区委编办、区司法局中的另一家"
}

// A Result is what goes with a report.
type Result struct {
	Application string `json:"application"` // case id
}

var reportSheet = &casework.Sheet{New: func() any { return new(Result) }, Layout: form.Layout{{Key: "report", Rule: "DM-11.2", Fields: []form.Field{
	{Name: "application", Label: "整改中提出的申请", Hint: "从调整事由提出的已经记上，不用选；另外提出的在这里选", Type: form.Select, Source: "own-changes"},
}}}}

// A Clue is what was not put right, as it was handed over.
type Clue struct {
	Order       string `json:"order"` // case id
	Number      string `json:"number"`
	UnitName    string `json:"unit_name"`
	Office      string `json:"office"`
	Event       string `json:"event"`
	HappenedOn  string `json:"happened_on"`
	ApplyBy     string `json:"apply_by"`
	Matters     string `json:"matters"`
	OrderedOn   string `json:"ordered_on"`
	Demand      string `json:"demand"`
	DueOn       string `json:"due_on"`
	ReportedOn  string `json:"reported_on"` // empty: no report came
	Report      string `json:"report"`
	Application string `json:"application"` // those that answer the trigger, in words
	Finding     string `json:"finding"`
	Reasons     string `json:"reasons"`
	FoundOn     string `json:"found_on"`
	Letter      string `json:"letter"` // 移送〔2026〕001
}

// Title is what the case is called.
func (x *Clue) Title() string { return x.UnitName + x.Finding + "（" + x.Number + "）" }

// PapersOf is the case whose papers were handed over with it: the order's.
func (x *Clue) PapersOf() string { return x.Order }

var clueLayout = form.Layout{{
	Key: "cause", Title: "没有按期提出的申请", Rule: "DM-8.1", Fields: []form.Field{
		{Name: "unit_name", Label: "被责令的单位", Type: form.Line}, {Name: "event", Label: "调整事由", Type: form.Text},
		{Name: "happened_on", Label: "发生日期", Type: form.Date}, {Name: "apply_by", Label: "应在哪天以前提出", Type: form.Date},
		{Name: "matters", Label: "没有提出的事项", Type: form.Text},
	},
}, {
	Key: "order", Title: "责令整改", Rule: "DM-11.1", Fields: []form.Field{
		{Name: "office", Label: "责令和移送的单位", Type: form.Line}, {Name: "number", Label: "责令文号", Type: form.Line},
		{Name: "ordered_on", Label: "责令日期", Type: form.Date}, {Name: "demand", Label: "整改要求", Type: form.Text}, {Name: "due_on", Label: "整改期限", Type: form.Date},
	},
}, {
	Key: "finding", Title: "报告和认定", Rule: "DM-11.2", Fields: []form.Field{
		{Name: "reported_on", Label: "报告日期", Type: form.Date}, {Name: "report", Label: "报告内容", Type: form.Text}, {Name: "application", Label: "已经提出的申请", Type: form.Text},
		{Name: "finding", Label: "认定", Type: form.Line}, {Name: "reasons", Label: "认定的理由", Type: form.Text}, {Name: "found_on", Label: "认定日期", Type: form.Date},
		{Name: "letter", Label: "移送文号", Type: form.Line},
	},
}}

// A Receipt is under which number and on which day a clue was received.
type Receipt struct {
	Number string `json:"number"`
	On     string `json:"on"`
}

var receiptSheet = &casework.Sheet{New: func() any { return new(Receipt) }, Layout: form.Layout{{Key: "receipt", Rule: "DM-11.2", Fields: []form.Field{
	{Name: "number", Label: "接收登记编号", Type: form.Line, Max: 60, Need: "填写“接收登记编号”"},
	{Name: "on", Label: "接收日期", Type: form.Date, Need: "填写“接收日期”"},
}}}}

// checkReceipt refuses a day that has not come, or on which nothing was handed over yet.
func (d *Desk) checkReceipt(c *casework.Case, a casework.Answer) error {
	r, ok := a.Data.(*Receipt)
	if !ok {
		return nil
	}
	if sent := c.Form.(*Clue).FoundOn; r.On < sent {
		return fault.Join(fault.On("on", "DM-11.2", "“接收日期”不能早于移送日期（%s）", calendar.SayDay(sent)))
	}
	return approval.NotAhead(c, r.On, a)
}
