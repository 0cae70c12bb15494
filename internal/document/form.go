package document

import "strings"

// An Opinion is one of the three opinion cells (审核意见、审批意见). The zero
// Opinion prints as an empty cell to be filled in by hand.
type Opinion struct {
	Text   string `json:"text"`
	Signer string `json:"signer"` // the post that signed
	Unit   string `json:"unit"`
	Date   string `json:"date"` // 2006-01-02
	Sealed bool   `json:"sealed"`
}

// F1 is the 准入审批表 (AE-5.3, F-1): the fields of the original in their order.
type F1 struct {
	Applicant string  `json:"applicant"`  // 申请单位
	AppliedOn string  `json:"applied_on"` // 申请时间, 2006-01-02
	Matter    string  `json:"matter"`     // 申请具体事项
	Contact   string  `json:"contact"`    // 联系人
	Phone     string  `json:"phone"`      // 联系电话
	Phased    bool    `json:"phased"`     // 阶段性□; otherwise 长期
	From      string  `json:"from"`       // 2006-01-02
	To        string  `json:"to"`         // 2006-01-02
	Bodies    string  `json:"bodies"`     // 职责主体及内容
	Duties    string  `json:"duties"`     // 职责任务
	Office    Opinion `json:"office"`     // 区委编办审核意见
	Justice   Opinion `json:"justice"`    // 区司法局审核意见
	Lead      Opinion `json:"lead"`       // 领导小组审批意见
}

// F2 is the 准出审批表 (AE-11.1, F-1).
type F2 struct {
	Applicant string  `json:"applicant"`
	AppliedOn string  `json:"applied_on"`
	Matter    string  `json:"matter"` // 申请退出事项
	Reason    string  `json:"reason"` // 申请退出理由
	Contact   string  `json:"contact"`
	Phone     string  `json:"phone"`
	Office    Opinion `json:"office"`
	Justice   Opinion `json:"justice"`
	Lead      Opinion `json:"lead"`
}

func (F1) form() string { return "f1" }
func (F2) form() string { return "f2" }

// remark is the last line of both originals.
const remark = "备注：相关依据材料另附。此表由申请单位、各乡镇（街道）、区委编办、区司法局、区委办、区政府办各留存一份。"

// overleaf ends a cell that goes on on the continuation sheet (续页).
const overleaf = "（下文见续页）"

// A grid is a form before it is set: both PDF and Word are made from it.
type grid struct {
	title       string
	left, right string    // above the table
	cols        []float64 // shares of the width
	rows        []gridRow
	remark      string
}

type gridRow struct {
	cells []gridCell
	room  float64 // share of what the page has to spare
	lines int     // at least so many, for writing by hand
}

type gridCell struct {
	text string
	span int
	part typeface
	mid  bool     // in the middle, as heads and short answers are
	foot []string // at the bottom on the right: who signed, and when
}

var gridCols = []float64{0.155, 0.25, 0.155, 0.44}

func (f F1) grid() grid {
	phased, span := "阶段性□", "从　　　年　　月　　日\n到　　　年　　月　　日"
	switch {
	case f.Phased:
		phased = "阶段性" + ticked
		if f.From != "" || f.To != "" {
			span = "从" + spacedDay(f.From) + "\n到" + spacedDay(f.To)
		}
	case f.Matter != "": // an empty form is to be filled in by hand
		span = "长期"
	}
	return grid{
		title: "郊区乡镇（街道）职责任务清单准入审批表", left: "申请单位：" + f.Applicant + "（盖章）", right: "申请时间：" + spacedDay(f.AppliedOn),
		cols: gridCols, remark: remark,
		rows: []gridRow{
			field("申请具体\n事项", f.Matter, .5, 2),
			contact(f.Contact, f.Phone),
			{cells: []gridCell{head("工作时限"), {text: phased, span: 1, mid: true}, {text: span, span: 2, mid: true}}, lines: 2},
			field("职责主体\n及内容", f.Bodies, 1, 3),
			field("职责任务", f.Duties, 1.5, 3),
			f.Office.row("区委编办\n审核意见"), f.Justice.row("区司法局\n审核意见"), f.Lead.row("领导小组\n审批意见"),
		},
	}
}

func (f F2) grid() grid {
	return grid{
		title: "郊区乡镇（街道）职责任务清单准出审批表", left: "申请单位：" + f.Applicant + "（盖章）", right: "申请时间：" + spacedDay(f.AppliedOn),
		cols: gridCols, remark: remark,
		rows: []gridRow{
			field("申请退出\n事项", f.Matter, .5, 2),
			field("申请退出\n理由", f.Reason, 1.5, 4),
			contact(f.Contact, f.Phone),
			f.Office.row("区委编办\n审核意见"), f.Justice.row("区司法局\n审核意见"), f.Lead.row("领导小组\n审批意见"),
		},
	}
}

// ticked is the box of 阶段性 with its tick: no font of ours has the one character,
// so the tick is struck over the box.
const ticked = "□√"

func head(text string) gridCell { return gridCell{text: text, span: 1, part: bold, mid: true} }

func field(label, text string, room float64, lines int) gridRow {
	return gridRow{cells: []gridCell{head(label), {text: text, span: 3}}, room: room, lines: lines}
}

func contact(name, phone string) gridRow {
	return gridRow{cells: []gridCell{head("联系人"), {text: name, span: 1, mid: true}, head("联系电话"), {text: phone, span: 1, mid: true}}, lines: 1}
}

// row is the row of an opinion, with signature, seal and date at its foot.
func (o Opinion) row(label string) gridRow {
	var by []string
	if o.Signer != "" {
		by = append(by, "签名："+o.Signer)
	}
	if o.Sealed && o.Unit != "" {
		by = append(by, o.Unit+"（盖章）")
	}
	foot := []string{spacedDay(o.Date)}
	if len(by) > 0 {
		foot = []string{strings.Join(by, "　"), spacedDay(o.Date)}
	}
	return gridRow{cells: []gridCell{head(label), {text: o.Text, span: 3, part: kai, foot: foot}}, room: 2, lines: 2}
}

// spacedDay is a day as the forms write it; none leaves room for a pen.
func spacedDay(day string) string {
	if day == "" {
		return "　　　年　　月　　日"
	}
	return sayDay(day)
}

// label is what a row is called, without the line breaks of its cell.
func (r gridRow) label() string { return strings.ReplaceAll(r.cells[0].text, "\n", "") }
