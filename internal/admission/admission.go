// Package admission carries out 准入准出办法 (AE): how work outside the list is
// admitted to townships, and how it leaves again.
package admission

import (
	"slices"
	"time"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// The stages of an admission, in order.
const (
	Draft    casework.Stage = "draft"
	Choose   casework.Stage = "door"
	Opinions casework.Stage = "opinions"
	Apply    casework.Stage = "apply"
	Live     casework.Stage = "live" // after the road of package approval
)

// Verdicts of this regulation.
const (
	ByLaw      casework.Verdict = "依法履行"
	Assistance casework.Verdict = "依法协助"
	Condition  casework.Verdict = "有条件同意"
	AskAgain   casework.Verdict = "再次征求意见"
	Trained    casework.Verdict = "登记培训"
	Left       casework.Verdict = "退出"
)

// What a stage asks where it asks for several things.
const (
	TakeDelivery = "签收批准材料"
	EndIt        = "完成、到期或者变化时申请退出"
)

// Terms are the values in force on the day a case was filed (DM-12.1).
type Terms struct {
	approval.Terms
	Consult calendar.Term // admission.consult
	Remind  int           // admission.remind, working days
}

// A Desk is what the regulation stands on in one transaction.
type Desk struct {
	Tx        *db.Tx
	Terms     func(day time.Time) Terms
	Number    func(prefix string, year int) (string, error)
	Signer    func(org.Party) (org.Party, bool)
	Holder    func(org.Role) string  // unit that holds an office
	UnitName  func(id string) string // as papers call it
	UnitKind  func(id string) org.Kind
	Heir      func(id string) string                 // the unit that stands for one today; "" for none or several
	Townships func() []string                        // ids, in the district's order
	Files     func(caseID, unit string) (int, error) // how many attachments a case has from a unit
}

// departments may apply: 区委各部委、区直各部门、群团机关 and dispatched agencies (AE-5.1).
var departments = []org.Kind{org.Department, org.Mass, org.Agency}

// Procedures are the editions of 准入 and 准出.
func Procedures(d *Desk) casework.Editions {
	return casework.Editions{
		"admission": {{N: 1, From: "2022-01-01", New: func(filed time.Time) *casework.Procedure { return d.admission(d.Terms(filed)) }}},
		"exit":      {{N: 1, From: "2022-01-01", New: func(filed time.Time) *casework.Procedure { return d.exit(d.Terms(filed)) }}},
	}
}

func request(c *casework.Case) *Request { return c.Form.(*Request) }

var withdraw = casework.Withdraw.To(casework.Closed).By(org.Owner).Called("撤回申请", "本件终止，已有意见保留在记录中").Saying("写明撤回的理由").Gravely()

func (d *Desk) admission(t Terms) *casework.Procedure {
	p := &casework.Procedure{
		Title: "准入", Prefix: "准入",
		Form: func() any { return new(Request) }, Layout: requestLayout, Read: doorLast, Refused: refusedRequest,
		Subject: func(f any) string { return f.(*Request).Matter }, Sound: d.soundRequest,
		Number: d.Number, Signer: d.Signer, Holder: d.Holder, Heir: d.Heir,
	}
	p.Steps = slices.Concat([]casework.Step{{
		Stage: Draft, Title: "起草专项说明", Rule: "AE-5.1", Status: "草稿", Edits: true, Aside: true,
		Ask: casework.Ask(org.Owner),
		Ways: casework.Ways{
			casework.Submit.To(Choose).Called("提交准入申请", "交区委编办决定走哪道门"),
			casework.Withdraw.To(casework.Closed).Called("作废草稿", "草稿不再办理").Gravely(),
		},
	}, {
		Stage: Choose, Title: "决定走哪道门", Rule: "AE-4.2", Status: "待决定走哪道门",
		Ask: casework.Ask(org.ListOffice),
		Ways: casework.Ways{
			casework.Agree.To(Opinions).Called("第三道门：走准入", "向涉及的乡镇（街道）征求意见").Saying("写明决定的理由"),
			ByLaw.To(casework.Closed).Called("第一道门：依法履行，无需申请", "记入依法履行事项").Saying("写明决定的理由").With(&casework.Sheet{New: newDoor, Layout: doorLayout}).Do(d.needsNone("duty")),
			Assistance.To(casework.Closed).Called("第二道门：依法协助，无需申请", "记入依法协助事项，部门提供工作条件").Saying("写明决定的理由").With(&casework.Sheet{New: newDoor, Layout: assistLayout}).Do(d.needsNone("assist")),
			casework.Return.To(Draft).Called("退回修改", "退给申请单位").Saying("写明要修改什么"),
			withdraw,
		},
	}, {
		Stage: Opinions, Title: "征求乡镇意见", Rule: "AE-5.2", Status: "征求乡镇意见中",
		Enter:  d.sendLetter,
		Ask:    casework.Units(d.towns),
		Within: t.Consult, Value: "admission.consult", Lapse: casework.Silent, Kept: d.letterReceived,
		Ways: casework.Ways{
			casework.Agree.To(Apply).Called("同意", ""),
			Condition.To(Apply).Called("有条件同意", "写明条件").With(&casework.Sheet{New: func() any { return new(Reply) }, Layout: replyLayout}),
			casework.Object.To(Apply).Called("不同意", "写明理由，供审核单位参考").Saying("写明不同意的理由"),
			casework.Silent.To(Apply).Called("", "不视为同意"),
			withdraw,
		},
	}, {
		Stage: Apply, Title: "正式申请", Rule: "AE-5.3", Status: "待正式申请", Edits: true,
		Ask: casework.Ask(org.Owner),
		Ways: casework.Ways{
			casework.Submit.To(approval.Review).Called("报区委编办、区司法局审核", "按审批表（F1）正式申请"),
			AskAgain.To(Opinions).Called("再次征求意见", "内容有较大修改，或者增加了乡镇（街道）").Saying("写明再次征求意见的原因"),
			withdraw,
		},
		Check: d.checkApplication,
	}}, d.road(t).Steps(), []casework.Step{{
		Stage: Live, Title: "送达、培训、实施", Rule: "AE-7.1", Status: "实施中", Named: true, Final: true,
		Enter:  d.begin(t),
		Ask:    d.askLive(t),
		Settle: casework.Never,
		Errand: casework.Errand{Matter: EndIt, Rule: "AE-9.1", Words: endIt, Label: "申请退出", Begins: "exit", Field: "admission"},
		Ways: slices.Concat(casework.Ways{
			casework.Done.To(casework.Here).About(TakeDelivery).Called("签收批准材料", "签收后部门方可交办；本单位留存的审批表一并签收").Do(d.delivered),
		}, d.road(t).Receipts(casework.Here, nil), casework.Ways{
			Trained.To(casework.Here).By(org.Owner).Called("登记培训指导", "每个涉及的乡镇（街道）都应当培训指导").Under("AE-8.1").With(&casework.Sheet{New: func() any { return new(Training) }, Layout: trainingLayout}).Do(d.trained),
			Left.To(casework.Closed).By(org.Linked).Called("已退出", "准出批准后自动办理"),
		}),
		Check: d.checkTraining,
	}})
	return p
}

// endIt is what a department is to do about what it has in force.
func endIt(c *casework.Case) string {
	if r := request(c); r.Phased() && r.To < org.Day(c.Now()) {
		return "工作时限到" + calendar.SayDay(r.To) + "为止，已经到期，不得再交办。及时申请退出。"
	}
	return "还在做的不用现在办。完成、到期或者情况变化时再申请；到期以后不得再交办。"
}

func newDoor() any { return new(Door) }

// rules are the demands on which the road of admissions rests.
var rules = approval.Rules{Review: "AE-6.1", Meeting: "JC-1.5", Approve: "AE-6.2", Filing: "AE-6.2"}

// road is how an admission is reviewed, approved and filed (AE-6).
func (d *Desk) road(t Terms) approval.Road {
	return approval.Road{
		Tx: d.Tx, Terms: t.Terms, Rules: rules, Back: Apply, After: Live, Withdraw: withdraw,
		Reject: casework.Reject.To(casework.Closed).Called("不予准入", "书面告知申请单位并说明理由").Saying("写明理由，将写入书面告知").
			With(&casework.Sheet{New: func() any { return new(Refusal) }, Layout: refusalLayout}).Gravely().Do(d.refuse),
		Checklist: approval.Checklist("AE-6.1", false), Copies: "报市、省备案，审批表送各单位留存", Approved: d.approved,
	}
}

// askLive asks every township to take delivery, the office for the receipts that
// are still out, and the department to end what it began (AE-7.1, AE-9.1).
func (d *Desk) askLive(t Terms) func(*casework.Case) []casework.Task {
	return func(c *casework.Case) (ts []casework.Task) {
		r := request(c)
		for _, u := range d.towns(c) {
			ts = append(ts, casework.Task{Party: org.Unit(u), Matter: TakeDelivery})
		}
		if !t.AwaitReceipt {
			ts = append(ts, approval.AskOffice(approval.FromCity, approval.FromProvince)(c)...)
		}
		end := casework.Task{Party: c.Owner, Matter: EndIt}
		if r.Phased() {
			end.Within = calendar.On(r.To)
		}
		return append(ts, end)
	}
}

// soundRequest refuses what the four questions or the dates contradict, and,
// from the application on, a township that was not asked: whenever the request is
// handed in or put right, so that no detour leads round it.
func (d *Desk) soundRequest(c *casework.Case) error {
	if !slices.Contains(departments, d.UnitKind(c.Owner.Unit)) {
		return fault.Refuse("AE-5.1", "准入由区直部门申请。%s不是区直部门", d.UnitName(c.Owner.Unit))
	}
	if err := approval.Decided(c, "AE-6.1"); err != nil {
		return err
	}
	r := request(c)
	var fs []*fault.Fault
	if r.Listed == "yes" {
		fs = append(fs, fault.On("listed", "AE-2.1", "已经在清单内的，按清单办理，不用申请准入。要改职责分工，提出清单调整"))
	}
	if r.Door == DoorDuty && r.Duty != "yes" {
		fs = append(fs, fault.On("door", "AE-4.1", "走第一道门，应有法律法规规定乡镇（街道）必须履行。第三个问题答的是“否”"))
	}
	if r.Door == DoorAssist && r.Assist != "yes" {
		fs = append(fs, fault.On("door", "AE-4.1", "走第二道门，应有法律法规规定乡镇（街道）应当协助。第四个问题答的是“否”"))
	}
	if r.Phased() && r.To < r.From {
		fs = append(fs, fault.On("to", "AE-5.1", "结束日期应在开始日期（%s）之后", calendar.SayDay(r.From)))
	}
	if r.Phased() && r.To < org.Day(c.Now()) {
		fs = append(fs, fault.On("to", "AE-5.1", "结束日期（%s）已经过去", calendar.SayDay(r.To)))
	}
	known := d.Townships()
	for _, u := range r.Townships {
		switch h := d.Heir(u); {
		case slices.Contains(known, u):
		case h == "":
			fs = append(fs, fault.On("townships", "AE-5.2", "%s已经撤销，改选承继它的乡镇（街道）", d.UnitName(u)))
		case h != u:
			fs = append(fs, fault.On("townships", "AE-5.2", "%s已经并入%s，改选%s", d.UnitName(u), d.UnitName(h), d.UnitName(h)))
		default:
			return fault.Join(append(fs, fault.On("townships", "AE-5.2", "所选的乡镇（街道）不在本区。重新选择"))...)
		}
	}
	if len(fs) > 0 {
		return fault.Join(fs...)
	}
	if !slices.Contains([]casework.Stage{Draft, Choose, Opinions}, c.Stage) {
		fs = append(fs, d.unasked(c)...)
	}
	return fault.Join(fs...)
}

// unasked names a township of the request that was not asked for its opinion, or
// was let off before it gave one (AE-5.2).
func (d *Desk) unasked(c *casework.Case) []*fault.Fault {
	asked := map[string]bool{}
	for _, t := range c.Tasks {
		if t.Stage == Opinions && t.Kind == casework.Main && t.Verdict != "" && t.Verdict != casework.Void && t.Verdict != casework.Dropped {
			asked[t.Party.Unit], asked[t.By.Unit] = true, true // a successor answers for itself too
		}
	}
	for _, u := range request(c).Townships {
		if !asked[u] {
			return []*fault.Fault{fault.On("townships", "AE-5.2", "还没有征求%s的意见。先“再次征求意见”", d.UnitName(u))}
		}
	}
	return nil
}

// checkApplication holds back Form F1 until the department has attached something
// (AE-5.3).
func (d *Desk) checkApplication(c *casework.Case, a casework.Answer) error {
	if a.Verdict != casework.Submit {
		return nil
	}
	n, err := d.Files(c.ID, c.Owner.Unit)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Join(fault.On("files", "AE-5.3", "附上相关材料，至少一份"))
	}
	return nil
}

func (d *Desk) checkTraining(c *casework.Case, a casework.Answer) error {
	if err := approval.CheckDate(c, a); err != nil {
		return err
	}
	if t, ok := a.Data.(*Training); ok {
		if err := approval.NotAhead(c, t.On, a); err != nil {
			return err
		}
		for _, u := range t.Townships {
			if !slices.Contains(request(c).Townships, u) {
				return fault.Join(fault.On("townships", "AE-8.1", "%s不在本件涉及的乡镇（街道）中", d.UnitName(u)))
			}
		}
	}
	return nil
}

// refusedRequest is what follows where a matter is not admitted.
var refusedRequest = casework.Refused{Rule: "AE-6.1", Ways: []casework.Recourse{
	{Text: "没有批准以前，不交给乡镇（街道）办理或者协助办理。", Rule: "AE-2.1"},
	{Text: "难以完成或者履职成本过高，又符合政府购买服务政策规定的，向社会组织购买公共服务。", Rule: "AE-10.1"},
	{Text: "补足理由和材料，或者情况有变化的，重新写专项说明、征求乡镇（街道）意见后再申请。", Rule: "AE-5.1"},
}}
