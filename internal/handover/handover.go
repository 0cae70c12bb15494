// Package handover carries out 准入准出办法第二条 where work goes to townships (AE-2.2):
// what a department hands down (交办) rests on an item of the list or on an admission,
// a township contests what does not (提出异议) or reports what came beside the list
// (反映清单外派活), and the list office rules. Before anything is handed down a draft
// can be checked sentence by sentence ([CheckNotice], AE-2.1).
package handover

import (
	"slices"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
)

// The stages of a hand-over and of a dispute.
const (
	Draft   casework.Stage = "draft"
	Deliver casework.Stage = "deliver"
	Ruling  casework.Stage = "ruling"
)

// Verdicts of this regulation.
const (
	Received  casework.Verdict = "签收"
	Upheld    casework.Verdict = "成立"
	Dismissed casework.Verdict = "不成立"
	Unlisted  casework.Verdict = "已不在清单"
)

// What the delivery asks.
const (
	Receive = "签收交办或者提出异议"
	Finish  = "完成以后登记办结"
)

// Terms are the values in force on the day a case was filed (DM-12.1).
type Terms struct{ Dispute calendar.Term } // dispute.list

// An Admitted matter, as far as a hand-over rests on it.
type Admitted struct {
	Number, Matter, Unit, To string                  // To: its last day; "" is long-term
	Carries                  func(unit string) error // why it carries none; "" asks of its time alone (AE-2.2, AE-7.1)
}

// A Desk is what the regulation stands on in one transaction.
type Desk struct {
	Tx        *db.Tx
	Terms     func(day time.Time) Terms
	Number    func(prefix string, year int) (string, error)
	Signer    func(org.Party) (org.Party, bool)
	Holder    func(org.Role) string
	UnitName  func(id string) string
	UnitKind  func(id string) org.Kind
	Heir      func(id string) string // the unit that stands for one today; "" for none or several
	Townships func() []string        // ids, in the district's order
	Resolve   func(name string) (unit string, ok bool)
	Book      func() (*catalog.Book, error)
	Admitted  func(caseID string) (Admitted, error) // fault.Absent where there is none
}

// departments may hand work down.
var departments = []org.Kind{org.Department, org.Mass, org.Agency}

// Procedures are the editions of 交办 and of 交办争议.
func Procedures(d *Desk) casework.Editions {
	return casework.Editions{
		"handover": {{N: 1, From: "2022-01-01", New: func(filed time.Time) *casework.Procedure { return d.handover() }}},
		"dispute":  {{N: disputeEdition, From: "2022-01-01", New: func(filed time.Time) *casework.Procedure { return d.dispute(d.Terms(filed)) }}},
	}
}

func task(c *casework.Case) *Task { return c.Form.(*Task) }

// handover is how a department hands a task to townships.
func (d *Desk) handover() *casework.Procedure {
	return &casework.Procedure{
		Title: "交办", Begin: "交办工作", Owning: "交办单位", Prefix: "交办",
		Form: func() any { return new(Task) }, Layout: taskLayout,
		Subject: func(f any) string { return f.(*Task).Matter }, Sound: d.soundTask,
		Number: d.Number, Signer: d.Signer, Holder: d.Holder, Heir: d.Heir,
		Steps: []casework.Step{{
			Stage: Draft, Title: "起草交办", Rule: "AE-2.2", Status: "草稿", Edits: true, Aside: true,
			Ask: casework.Ask(org.Owner),
			Ways: casework.Ways{
				casework.Submit.To(Deliver).Called("交办", "送各乡镇（街道）签收").Do(d.handed),
				casework.Withdraw.To(casework.Closed).Called("作废草稿", "草稿不再办理").Gravely(),
			},
		}, {
			Stage: Deliver, Title: "签收、办理", Rule: "AE-2.2", Status: "已交办", Named: true, Final: true,
			Ask: d.askDelivery, Settle: finished,
			Ways: casework.Ways{
				casework.Done.To(casework.Closed).About(Finish).Called("登记办结", "交办的工作已经完成").Saying("写明完成情况").Do(d.over),
				Received.To(casework.Here).About(Receive).Called("签收", "按交办内容办理").Do(d.received),
				casework.Object.To(casework.Here).About(Receive).Called("提出异议", "由区委编办裁定，裁定以前不用办理").Saying("写明异议的理由").
					With(&casework.Sheet{New: func() any { return new(Contest) }, Layout: contestLayout}).Do(d.contested),
				casework.Withdraw.To(casework.Closed).By(org.Owner).Called("撤回交办", "各乡镇（街道）不再办理").Saying("写明撤回的理由").Gravely().Do(d.over),
				Upheld.To(casework.Here).By(org.Linked).Called("异议成立", "裁定后自动记录"),
				Dismissed.To(casework.Here).By(org.Linked).Called("异议不成立", "裁定后自动记录"),
				Unlisted.To(casework.Here).By(org.Linked).Called("事项已不在清单", "新版印发时自动记录").Do(d.unlisted),
			},
		}},
	}
}

// askDelivery asks every township to receive or contest, and the department to
// say when the work is done.
func (d *Desk) askDelivery(c *casework.Case) (ts []casework.Task) {
	x := task(c)
	for _, u := range x.Townships {
		ts = append(ts, casework.Task{Party: org.Unit(u), Matter: Receive})
	}
	return append(ts, casework.Task{Party: c.Owner, Matter: Finish, Within: calendar.On(x.DueOn)})
}

// finished leaves a delivery to the department's word: what townships answer is only kept.
func finished(ts []casework.Task, _ casework.Ways) casework.Verdict {
	if i := slices.IndexFunc(ts, func(t casework.Task) bool { return t.Matter == Finish }); i >= 0 {
		return ts[i].Verdict
	}
	return ""
}

const disputeEdition = 1

// dispute is how the list office rules on what a township will not take: a
// contested hand-over, or work that came beside the list. Of the latter the
// department hears nothing before it is decided.
func (d *Desk) dispute(t Terms) *casework.Procedure {
	return &casework.Procedure{
		Name: "dispute", Edition: disputeEdition, Title: "交办争议", Owning: "提出单位", Prefix: "争议",
		Form: func() any { return new(Dispute) }, Layout: disputeLayout,
		Subject: func(f any) string { return f.(*Dispute).Title() }, Sound: d.soundDispute,
		Number: d.Number, Signer: d.Signer, Holder: d.Holder, Heir: d.Heir,
		Steps: []casework.Step{{
			Stage: Draft, Title: "提出", Rule: "AE-2.2", Status: "草稿", Edits: true, Aside: true,
			Ask: casework.Ask(org.Owner),
			Ways: casework.Ways{
				casework.Submit.To(Ruling).Called("提交", "交区委编办裁定，裁定以前不告知派活的单位").Do(d.disputed),
				casework.Withdraw.To(casework.Closed).Called("作废草稿", "草稿不再办理").Gravely(),
			},
		}, {
			Stage: Ruling, Title: "区委编办裁定", Rule: "AE-2.2", Status: "待区委编办裁定", Named: true,
			Ask: d.askRuling, Within: t.Dispute, Value: "dispute.list",
			Ways: casework.Ways{
				Dismissed.To(casework.Closed).Called("裁定不成立", "工作有依据，乡镇（街道）应当办理").Saying("写明理由，将书面告知").Do(d.dismissed),
				Upheld.To(casework.Closed).Called("裁定成立", "乡镇（街道）不用办理，书面告知部门").Saying("写明理由，将书面告知").Do(d.upheld),
				casework.Withdraw.To(casework.Closed).By(org.Owner).Called("撤回", "不再裁定").Saying("写明撤回的理由").Gravely().Do(d.dropped),
			},
		}},
	}
}

func (d *Desk) askRuling(c *casework.Case) []casework.Task {
	return []casework.Task{{Party: org.Holder(d.ruler(matter(c).Unit))}}
}

// ruler is who rules on what a unit handed down: the list office; where it was the
// list office itself, the secretariat of the leading group.
func (d *Desk) ruler(unit string) org.Role {
	if d.Holder(org.ListOffice) == unit {
		return org.Secretariat
	}
	return org.ListOffice
}

func matter(c *casework.Case) *Dispute { return c.Form.(*Dispute) }
