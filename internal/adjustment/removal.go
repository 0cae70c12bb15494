package adjustment

import (
	"cmp"
	"fmt"
	"slices"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// A Removal is the application by which an item leaves the list (准出, AE-11.1, Form F2).
type Removal struct {
	Code   string `json:"code"`
	Base   string `json:"base"`   // id of the text it is written against
	Matter string `json:"matter"` // 申请退出事项
	Evidence
	Reason  string `json:"reason"`
	Contact string `json:"contact"`
	Phone   string `json:"phone"`

	Demonstrations []Demonstration `json:"demonstrations"`
}

var removalLayout = form.Layout{{
	Key: "removal", Title: "申请退出清单", Rule: "AE-11.1",
	Intro: "因依据新立、修订、废止，国务院、省、市、区政府决定取消，或者职能调整，不宜继续列入清单的事项，申请退出（准入准出办法第十一条）。相关材料在“材料”中上传，至少一份。",
	Fields: slices.Concat([]form.Field{
		{Name: "code", Label: "事项编码", Hint: "清单上的编码，例如 J012", Type: form.Line, Max: 20, Need: "填写“事项编码”"},
		{Name: "matter", Label: "申请退出事项", Type: form.Line, Max: 200, Need: "填写“申请退出事项”"},
		{Name: "grounds", Label: "符合哪些情形", Type: form.Many, Options: Grounds(Exit), Need: "选择至少一种情形"},
	}, evidenceFields(Exit), []form.Field{
		{Name: "reason", Label: "申请退出理由", Type: form.Text, Max: 1500, Need: "填写“申请退出理由”"},
		{Name: "contact", Label: "联系人", Type: form.Line, Max: 30, Need: "填写“联系人”"},
		{Name: "phone", Label: "联系电话", Type: form.Phone, Need: "填写“联系电话”"},
	}),
}, demonstrationSection}

// Asks is what the leading group is asked to approve, and why.
func (x *Removal) Asks() (what, why string) { return "把“" + x.Matter + "”退出清单", x.Reason }

// Fill writes the item into the application.
func (x *Removal) Fill(v *catalog.Version) {
	x.Code, x.Base, x.Matter = v.Code, v.TextID(), v.Name
}

func removing(c *casework.Case) *Removal { return c.Form.(*Removal) }

// removal is 准出 of a list item: two reviews, the conference, approval, filing, and
// the next edition (AE-12.1).
func (d *Desk) removal(t Terms) *casework.Procedure {
	terms := t.Terms
	terms.Conference = t.Meeting
	road := approval.Road{
		Tx: d.Tx, Terms: terms, Rules: approval.Rules{Review: "AE-12.1", Meeting: "JC-1.5", Approve: "AE-12.1", Filing: "AE-12.1"},
		Back: Draft, After: Issue, Withdraw: withdraw,
		Reject: casework.Reject.To(casework.Closed).Called("不予准出", "书面告知申请单位并说明理由").Saying("写明理由，将写入书面告知").Gravely().Do(d.refusedExit),
		Aside:  casework.Ways{d.reasoning()}, Pass: d.demonstrated,
		Copies: "报市、省备案，审批表送各单位留存", Approved: d.exitApproved, Filed: d.permitExit,
	}
	issue := d.awaitIssue(road)
	issue[0].Rule = "AE-12.1"
	issue[0].Ways[0] = issue[0].Ways[0].Do(d.gone)
	return &casework.Procedure{
		Title: "清单事项准出", Prefix: "准出",
		Form: func() any { return new(Removal) }, Layout: removalLayout, Refused: refusedRemoval,
		Subject: func(f any) string {
			if x := f.(*Removal); x.Matter != "" {
				return "“" + x.Matter + "”退出清单"
			}
			return ""
		},
		Number: d.Number, Signer: d.Signer, Holder: d.Holder, Heir: d.Heir, Sound: d.soundRemoval,
		Steps: slices.Concat([]casework.Step{{
			Stage: Draft, Title: "提出退出申请", Rule: "AE-11.1", Status: "草稿", Edits: true,
			Ask: casework.Ask(org.Owner),
			Ways: casework.Ways{
				casework.Submit.To(approval.Review).Called("提交退出申请", "交区委编办、区司法局审核").Do(d.exitApplied),
				casework.Withdraw.To(casework.Closed).Called("作废草稿", "草稿不再办理").Gravely(),
			},
			Check: d.checkRemoval,
		}}, road.Steps(), issue),
	}
}

// soundRemoval is what the application has to hold besides its fields, whenever it
// is handed in or put right (AE-11.1).
func (d *Desk) soundRemoval(c *casework.Case) error {
	if err := approval.Decided(c, "AE-12.1"); err != nil {
		return err
	}
	x, today := removing(c), org.Day(c.Now())
	var fs []*fault.Fault
	on := func(field, rule, format string, args ...any) {
		fs = append(fs, fault.On(field, rule, format, args...))
	}
	if x.Has(ByLaw) && x.EventOn > today {
		on("event_on", "AE-11.1", "“施行或者废止日期”不能晚于今天（%s）。施行以后再提出", calendar.SayDay(today))
	}
	b, err := d.Book()
	if err != nil {
		return err
	}
	now := b.Latest(x.Code)
	town := d.UnitKind(c.Owner.Unit).Local()
	switch {
	case now == nil:
		on("code", "AE-11.1", "%s", b.NotListed(x.Code))
	case x.Base != "" && now.TextID() != x.Base:
		on("code", "DM-9.3", "%s 的内容与填写时不同，已由第 %d 版改动。回到申请，取用现在的内容，核对以后再提交", x.Code, now.Edition)
	case !concerned(now.Text, d.standsFor(c), town):
		on("code", "DM-8.2", "%s在这个事项里没有职责，不能提出。由事项涉及的部门或者乡镇（街道）提出", d.UnitName(c.Owner.Unit))
	case x.Has(ByLaw) && !cites(now.Text, x.Instrument):
		on("instrument", "AE-11.1", "%s 没有引用《%s》。选择它引用的依据，或者改选另一种情形", x.Code, x.Instrument)
	}
	demonstratedBy(today, x.Demonstrations, on)
	return fault.Join(fs...)
}

// checkRemoval holds an application back to which nothing is attached.
func (d *Desk) checkRemoval(c *casework.Case, a casework.Answer) error {
	if a.Verdict != casework.Submit {
		return nil
	}
	n, err := d.Files(c.ID, c.Owner.Unit)
	if err == nil && n == 0 {
		err = fault.Join(fault.On("files", "F2", "附上相关材料，至少一份"))
	}
	return err
}

func (d *Desk) exitApplied(c *casework.Case, a casework.Answer) error {
	x := removing(c)
	if now, err := d.current(x.Code); err != nil {
		return err
	} else if now != nil {
		x.Base = now.TextID()
	}
	day := org.Day(a.At)
	return put(d.Tx, Record{Case: c.ID, Kind: Exit, Code: x.Code, Unit: c.Owner.Unit, HappenedOn: day, AppliedOn: day})
}

func (d *Desk) refusedExit(c *casework.Case, a casework.Answer) error {
	ps := append([]string{fmt.Sprintf("你单位申请退出清单的“%s”，经审核，不予退出，继续按清单执行。", removing(c).Matter)}, approval.Against(c, a)...)
	return d.clerk().Notice(c, "不予准出告知书", "依据《郊区乡镇（街道）职责任务清单准入准出办法》第十二条", ps, a.At)
}

// exitApproved puts the copies of Form F2 into the archives (F-3).
func (d *Desk) exitApproved(c *casework.Case, a casework.Answer) error {
	if err := d.approved(c, a); err != nil {
		return err
	}
	x, k := removing(c), d.clerk()
	f := document.F2{
		Applicant: d.UnitName(approval.Applicant(c)), AppliedOn: approval.AppliedOn(c, Draft), Matter: x.Matter, Reason: x.Reason, Contact: x.Contact, Phone: x.Phone,
		Office: k.Opinion(c, org.ListOffice, a), Justice: k.Opinion(c, org.Justice, a), Lead: k.Opinion(c, org.Lead, a),
	}
	b, err := d.Book()
	if err != nil {
		return err
	}
	holders := k.Copies(slices.Concat([]string{approval.Applicant(c)}, d.towns(b.Text(x.Base)), k.Offices())...)
	_, err = document.Issue(d.Tx, document.Paper{Kind: "f2", Case: c.ID, Number: c.Number, Title: "准出审批表：" + x.Matter, Body: f}, holders, a.At)
	return err
}

// towns are the townships that a text applies to: for one that was merged, its heir.
func (d *Desk) towns(t *catalog.Text) (ids []string) {
	if t == nil || t.Everywhere() {
		return d.Townships()
	}
	for _, x := range t.Townships {
		if u := cmp.Or(d.Heir(x.Unit), x.Unit); !slices.Contains(ids, u) {
			ids = append(ids, u)
		}
	}
	return ids
}

func (d *Desk) permitExit(c *casework.Case, a casework.Answer) error {
	x := removing(c)
	return d.permitted(c, catalog.Change{Code: x.Code, Base: x.Base}, a.At)
}

// gone tells every unit concerned in writing that the item has left the list (AE-12.1).
func (d *Desk) gone(c *casework.Case, a casework.Answer) error {
	x, k := removing(c), d.clerk()
	b, err := d.Book()
	if err != nil {
		return err
	}
	t := b.Text(x.Base)
	units := d.towns(t)
	if t != nil {
		for _, p := range t.Departments {
			units = append(units, cmp.Or(d.Heir(p.Unit), p.Unit))
		}
	}
	l := document.Letter{
		Title: "关于“" + x.Matter + "”退出清单的告知书", To: k.Called(units...),
		Paragraphs: []string{
			fmt.Sprintf("“%s”（编码 %s）经批准退出《郊区乡镇（街道）职责任务清单》（%s），%s。", x.Matter, x.Code, c.Number, a.Text),
			"退出理由：" + x.Reason,
			"依据《郊区乡镇（街道）职责任务清单准入准出办法》第十二条，特此书面告知。",
		},
		From: k.Unit(k.Holder(org.ListOffice)),
	}
	return k.Letter(c, "exit-notice", "告知", l, k.Copies(slices.Concat(units, k.Today(c.Owner.Unit), k.Offices())...), a.At)
}

// refusedRemoval is what follows where an item stays.
var refusedRemoval = casework.Refused{Rule: "AE-12.1", Ways: []casework.Recourse{
	{Text: "事项留在清单里，继续按清单执行。", Rule: "AE-12.1"},
	{Text: "又出现第十一条情形的，再提出书面申请。", Rule: "AE-11.1"},
}}
