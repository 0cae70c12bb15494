// Package rectify carries out article 11 of 动态管理办法: list office and justice
// bureau order a unit that has not applied in time to put that right (责令限期整改,
// DM-11.1); the unit reports, the ordering office finds, and what was not put right
// goes to the discipline commission as a clue (DM-11.2), which it receives. What
// follows from a clue is for people to decide: nothing here suggests it.
package rectify

import (
	"slices"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// The stages of an order and of a clue.
const (
	Draft   casework.Stage = "draft"
	Report  casework.Stage = "report"
	Judge   casework.Stage = "judge"
	Arrive  casework.Stage = "arrive" // nobody hands a clue in: it is filed as it comes
	Receive casework.Stage = "receive"
)

// Verdicts of this regulation.
const (
	Reported casework.Verdict = "报告整改结果"
	Good     casework.Verdict = "整改到位"
	Short    casework.Verdict = "整改不到位"
	Refused  casework.Verdict = "拒不整改"
	Accepted casework.Verdict = "已接收"
)

// What the ordering office is asked: to judge a report, or that none came.
const (
	OnReport  = "认定整改结果"
	OnSilence = "逾期未报告，认定整改结果"
)

// Terms are the values in force on the day a case was filed (DM-12.1).
type Terms struct {
	Rectify calendar.Term // rectify.term: an order gives no more; none: any day
}

// An Owed application is what a trigger asks of a unit.
type Owed struct {
	Event, HappenedOn string
	Due               calendar.Deadline // of article 8
	Duties            []Duty
}

// A Duty is one item of it; Case is the application that answers it.
type Duty struct {
	Code, Matter, Case string
	Open               bool
}

// Open are the duties that nobody has answered.
func (o Owed) Open() []Duty {
	return slices.DeleteFunc(slices.Clone(o.Duties), func(d Duty) bool { return !d.Open })
}

// Overdue reports that the time to apply is over, and that for certain.
func (o Owed) Overdue(now time.Time) bool {
	return !o.Due.At.IsZero() && !o.Due.Provisional && !now.Before(o.Due.At)
}

// ApplyBy is the last day on which the unit was to apply.
func (o Owed) ApplyBy() string { return org.Day(o.Due.At.Add(-time.Second)) }

// A Desk is what the regulation stands on in one transaction.
type Desk struct {
	Tx        *db.Tx
	Terms     func(day time.Time) Terms
	Number    func(prefix string, year int) (string, error)
	Signer    func(org.Party) (org.Party, bool)
	Holder    func(org.Role) string
	UnitName  func(id string) string
	Due       func(day string, t calendar.Term) calendar.Deadline
	Owed      func(trigger, unit string) (Owed, error)      // fault.Absent where the trigger asks nothing of the unit
	Discharge func(trigger, unit, application string) error // an application answers what is owed; refused where it does not
	Called    func(caseID string) (string, error)           // an application, by number and title
}

// Procedures are the editions of 责令整改 and 问题线索.
func Procedures(d *Desk) casework.Editions {
	return casework.Editions{
		"rectification": {{N: 1, From: "2022-01-01", New: func(filed time.Time) *casework.Procedure { return d.rectification(d.Terms(filed)) }}},
		"clue":          {{N: clueEdition, From: "2022-01-01", New: func(time.Time) *casework.Procedure { return d.clue() }}},
	}
}

func order(c *casework.Case) *Order { return c.Form.(*Order) }

// offices may order.
var offices = []org.Role{org.ListOffice, org.Justice}

// rectification is an order, the report on it and the finding. It ends by a
// finding and by nothing else.
func (d *Desk) rectification(t Terms) *casework.Procedure {
	return &casework.Procedure{
		Title: "责令整改", Owning: "责令单位", Prefix: "责改",
		Form: func() any { return new(Order) }, Layout: orderLayout,
		Read:    func(_ casework.Stage, l form.Layout) form.Layout { return slices.Concat(causeLayout, l) },
		Subject: func(f any) string { return f.(*Order).Title() },
		Sound:   func(c *casework.Case) error { return d.sound(c, t) },
		Number:  d.Number, Signer: d.Signer, Holder: d.Holder, Lifter: org.Owner,
		Steps: []casework.Step{{
			Stage: Draft, Title: "责令限期整改", Rule: "DM-11.1", Status: "草稿", Edits: true,
			Ask: casework.Ask(org.Owner),
			Ways: casework.Ways{
				casework.Submit.To(Report).Called("责令整改", "出具责令限期整改通知书，送被责令的单位").Do(d.ordered),
				casework.Withdraw.To(casework.Closed).Called("作废草稿", "草稿不再办理").Gravely(),
			},
		}, {
			Stage: Report, Title: "整改并报告", Rule: "DM-11.2", Status: "限期整改中", Named: true, Final: true, Value: "rectify.term",
			Ask: func(c *casework.Case) []casework.Task {
				x := order(c)
				return []casework.Task{{Party: org.Unit(x.Unit), Within: calendar.On(x.DueOn)}}
			},
			Lapse: casework.Silent,
			Ways: casework.Ways{
				Reported.To(Judge).Called("报告整改结果", "交责令的单位认定").Saying("写明做了哪些整改").With(reportSheet).Do(d.reported),
				casework.Silent.To(Judge).Do(d.lapsed),
			},
		}, {
			Stage: Judge, Title: "认定整改结果", Rule: "DM-11.2", Status: "待认定", Named: true, Final: true,
			Ask: d.askFinding,
			Ways: casework.Ways{
				Good.To(casework.Closed).Called("认定整改到位", "本件办结，告知被责令的单位").Saying("写明认定的理由").Do(d.good),
				Short.To(casework.Closed).Called("认定整改不到位", "连同全部记录移送区纪委监委").Saying("写明认定的理由").Gravely().Do(d.handOver),
				Refused.To(casework.Closed).Called("认定拒不整改", "连同全部记录移送区纪委监委").Saying("写明认定的理由").Gravely().Do(d.handOver),
			},
			Check: d.checkFinding,
		}},
	}
}

// askFinding asks the office that ordered, and says whether there is a report.
func (d *Desk) askFinding(c *casework.Case) []casework.Task {
	matter := OnSilence
	if slices.ContainsFunc(c.Tasks, func(t casework.Task) bool { return t.Stage == Report && t.Verdict == Reported }) {
		matter = OnReport
	}
	return []casework.Task{{Party: c.Owner, Matter: matter}}
}

// checkFinding lets nothing pass as put right that nobody has applied for.
func (d *Desk) checkFinding(c *casework.Case, a casework.Answer) error {
	if a.Verdict != Good {
		return nil
	}
	x := order(c)
	o, err := d.Owed(x.Trigger, x.Unit)
	if err != nil {
		return err
	}
	if open := o.Open(); len(open) > 0 {
		return fault.Refuse("DM-11.2", "%s还没有提出申请，不能认定整改到位。由%s提出申请；确实不需要调整的，先由区委编办在调整事由里写明理由", list(open), x.UnitName)
	}
	return nil
}

const clueEdition = 1

// clue is what the discipline commission receives. Nobody else reads it: neither
// the office that handed it over nor the unit it is about.
func (d *Desk) clue() *casework.Procedure {
	return &casework.Procedure{
		Name: "clue", Edition: clueEdition, Title: "问题线索", Owning: "接收单位", Prefix: "线索",
		Form: func() any { return new(Clue) }, Layout: clueLayout,
		Subject: func(f any) string { return f.(*Clue).Title() },
		Number:  d.Number, Signer: d.Signer, Holder: d.Holder, Lifter: org.Owner,
		Steps: []casework.Step{{
			Stage: Arrive, Title: "移送", Rule: "DM-11.2", Aside: true,
			Enter: func(c *casework.Case) error { c.Sealed = true; return nil },
			Ask:   func(*casework.Case) []casework.Task { return nil },
			Ways:  casework.Ways{casework.Nobody.To(Receive).Called("移送", "连同全部记录送接收的机关")},
		}, {
			Stage: Receive, Title: "接收线索", Rule: "DM-11.2", Status: "待接收", Named: true, Final: true,
			Ask: casework.Ask(org.Owner),
			Ways: casework.Ways{
				Accepted.To(casework.Closed).Called("已接收", "登记编号和日期，告知移送的单位。怎样处理由本机关依规依纪决定").With(receiptSheet).Do(d.accepted),
			},
			Check: d.checkReceipt,
		}},
	}
}
