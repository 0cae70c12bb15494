// Package adjustment carries out 动态管理办法 (DM): how items of the list are added,
// cancelled and changed, how list items leave by 准出 (AE-11), and how editions are
// issued. Nothing else changes the list.
//
// What has to be adjusted stands in a register of triggers (调整事由); a case takes
// one item through grounds, review, approval and filing; an edition (编制新版) issues
// all that is permitted at once and closes those cases.
package adjustment

import (
	"slices"
	"time"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
)

// The stages of an adjustment; between Comment and Issue lies the road of package approval.
const (
	Draft   casework.Stage = "draft"
	Comment casework.Stage = "comment" // only where the district has changes commented on in public
	Issue   casework.Stage = "issue"
)

// Verdicts of this regulation.
const (
	Issued    casework.Verdict = "印发"
	Reasoned  casework.Verdict = "登记论证"
	CompareIt casework.Verdict = "重新对照"
)

// Terms are the values in force on the day a case was filed (DM-12.1).
type Terms struct {
	approval.Terms
	Apply   calendar.Term // adjustment.apply: fixed by article 8
	Comment calendar.Term // comment.term; none: changes are not commented on
	Meeting bool          // conference.required: of exits
}

// A Desk is what the regulation stands on in one transaction.
type Desk struct {
	Tx         *db.Tx
	Terms      func(day time.Time) Terms
	Number     func(prefix string, year int) (string, error)
	Signer     func(org.Party) (org.Party, bool)
	Holder     func(org.Role) string
	UnitName   func(id string) string
	UnitKind   func(id string) org.Kind
	Heir       func(id string) string                   // the unit that stands for one today; "" for none or several
	Townships  func() []string                          // ids, in the district's order
	Resolve    func(name string) (unit string, ok bool) // of a name that people use
	Book       func() (*catalog.Book, error)
	Due        func(day string, t calendar.Term) calendar.Deadline
	Registered func(title string) (bool, error)       // whether the register of instruments has it
	Files      func(caseID, unit string) (int, error) // how many attachments a case has from a unit
	Unlisted   Unlisted
}

// Unlisted lets know what rests on an item that an edition changes (AE-2.2).
type Unlisted func(c *casework.Case, code string, before, after *catalog.Text, said string) error

// Procedures are the editions of 清单调整, 准出 of list items and 编制新版.
func Procedures(d *Desk) casework.Editions {
	return casework.Editions{
		"adjustment": {{N: 1, From: "2022-01-01", New: func(filed time.Time) *casework.Procedure { return d.adjustment(d.Terms(filed)) }}},
		"removal":    {{N: 1, From: "2022-01-01", New: func(filed time.Time) *casework.Procedure { return d.removal(d.Terms(filed)) }}},
		"edition":    {{N: 1, From: "2022-01-01", New: func(time.Time) *casework.Procedure { return d.edition() }}},
	}
}

func (d *Desk) clerk() approval.Clerk {
	return approval.Clerk{Tx: d.Tx, Number: d.Number, Holder: d.Holder, Heir: d.Heir, Unit: d.UnitName}
}

func change(c *casework.Case) *Change { return c.Form.(*Change) }

var withdraw = casework.Withdraw.To(casework.Closed).By(org.Owner).Called("撤回申请", "本件终止，已有意见保留在记录中").Saying("写明撤回的理由").Gravely()

func (d *Desk) adjustment(t Terms) *casework.Procedure {
	p := &casework.Procedure{
		Title: "清单调整", Prefix: "调整",
		Form: func() any { return new(Change) }, Layout: changeLayout, Refused: refusedChange,
		Subject: func(f any) string { return f.(*Change).Title() }, Sound: d.soundChange,
		Number: d.Number, Signer: d.Signer, Holder: d.Holder, Heir: d.Heir,
	}
	next := approval.Review
	var comment []casework.Step
	if !t.Comment.None() {
		next = Comment
		comment = []casework.Step{{
			Stage: Comment, Title: "公示征求意见", Rule: "DM-10.1", Status: "公示征求意见中",
			Ask: casework.Ask(org.ListOffice), Within: t.Comment, Value: "comment.term", Lapse: casework.Silent,
			Ways: casework.Ways{
				casework.Silent.To(approval.Review),
				casework.Return.To(Draft).Called("退回修改", "按公众意见修改以后再提出").Saying("写明要修改什么"),
				withdraw.Do(d.dropped),
			},
		}}
	}
	p.Steps = slices.Concat([]casework.Step{{
		Stage: Draft, Title: "提出书面申请", Rule: "DM-8.2", Status: "草稿", Edits: true,
		Ask: casework.Ask(org.Owner),
		Ways: casework.Ways{
			casework.Submit.To(next).Called("提交调整申请", "交区委编办、区司法局审核").Do(d.applied),
			casework.Withdraw.To(casework.Closed).Called("作废草稿", "草稿不再办理").Gravely().Do(d.dropped),
		},
		Check: d.checkChange,
	}}, comment, d.road(t).Steps(), d.awaitIssue(d.road(t)))
	return p
}

// road is how an adjustment is reviewed, approved and filed (DM-8.3 to DM-8.5).
func (d *Desk) road(t Terms) approval.Road {
	terms := t.Terms
	terms.Conference = false // the conference deliberates admissions and exits (JC-1.5)
	return approval.Road{
		Tx: d.Tx, Terms: terms, Rules: approval.Rules{Review: "DM-8.3", Approve: "DM-8.4", Filing: "DM-8.5"},
		Back: Draft, After: Issue, Withdraw: withdraw.Do(d.dropped),
		Reject:    casework.Reject.To(casework.Closed).Called("不予调整", "书面告知申请单位并说明理由").Saying("写明理由，将写入书面告知").Gravely().Do(d.refused),
		Aside:     casework.Ways{d.reasoning()},
		Checklist: approval.Checklist("DM-8.3", true),
		Pass:      d.demonstrated, Copies: "报市、省备案", Approved: d.approved, Filed: d.permit,
	}
}

// reasoning is how the list office enters a demonstration while it reviews (DM-9.1).
func (d *Desk) reasoning() casework.Way {
	return Reasoned.To(casework.Here).By(org.ListOffice).Called("登记论证", "清单调整应当充分论证").With(demonstrationSheet).Do(d.reasoned)
}

// awaitIssue is where permitted changes wait for their edition (DM-8.6). Where it is
// enough to have sent them up, the receipts are asked for meanwhile and hold nothing
// up; those that have not come by then are asked for until they do (DM-8.5).
func (d *Desk) awaitIssue(r approval.Road) []casework.Step {
	s := casework.Step{
		Stage: Issue, Title: "随新版印发", Rule: "DM-8.6", Status: "已备案，待印发",
		Ways: casework.Ways{
			Issued.To(casework.Closed).By(org.Linked).Called("已印发", "新版印发后自动办理"),
			CompareIt.To(Draft).By(org.ListOffice).Called("退回重新对照", "该事项已由别的版本改动，按现在的内容重新提出").Saying("写明要重新对照什么").Do(d.sentBack),
		},
	}
	if r.Terms.AwaitReceipt {
		return []casework.Step{s}
	}
	late := casework.Step{
		Stage: approval.Receipt, Title: "备案回执", Rule: r.Rules.Filing, Status: "已印发，待备案回执",
		Ask:   missing,
		Ways:  append(r.Receipts(allReceived, nil), casework.Nobody.To(casework.Closed).Called("已印发", "回执已经齐全")),
		Check: approval.CheckDate, Movable: true, Named: true, Final: true,
	}
	end := casework.Step{Stage: allReceived, Title: "备案回执齐全", Rule: r.Rules.Filing, Aside: true,
		Ask: func(*casework.Case) []casework.Task { return nil }, Ways: casework.Ways{casework.Nobody.To(casework.Closed).Called("已印发", "回执已经齐全")}}
	s.Ask, s.Settle, s.Check = approval.AskOffice(approval.FromCity, approval.FromProvince), casework.Never, approval.CheckDate
	s.Movable, s.Named, s.Final = true, true, true
	s.Ways[0].To = approval.Receipt
	s.Ways = append(s.Ways, r.Receipts(casework.Here, nil)...)
	return []casework.Step{s, late, end}
}

// allReceived is where nothing is waited for any more.
const allReceived casework.Stage = "received"

// missing asks for the receipts that did not come while the change waited.
func missing(c *casework.Case) []casework.Task {
	last := 0
	for _, t := range c.Tasks {
		if t.Stage == Issue {
			last = max(last, t.Round)
		}
	}
	var ms []string
	for _, m := range []string{approval.FromCity, approval.FromProvince} {
		if !slices.ContainsFunc(c.Tasks, func(t casework.Task) bool {
			return t.Stage == Issue && t.Round == last && t.Matter == m && t.Verdict == casework.Done
		}) {
			ms = append(ms, m)
		}
	}
	return approval.AskOffice(ms...)(c)
}

// refusedChange is what follows where the list is not changed.
var refusedChange = casework.Refused{Rule: "DM-8.3", Ways: []casework.Recourse{
	{Text: "清单不变，继续按清单执行。", Rule: "DM-9.2"},
	{Text: "又出现规定的调整情形的，自发生之日起 10 个工作日内再提出。", Rule: "DM-8.1"},
}}
