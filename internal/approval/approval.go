// Package approval is the road that 动态管理办法第八条 and 准入准出办法第六条、第十二条
// share: review by list office and justice bureau, the joint conference where the
// district wants it, approval by 区委、区政府, and filing with city and province.
// A regulation says where the road begins and ends and what it brings about.
package approval

import (
	"reflect"
	"slices"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// The stages of the road, in order.
const (
	Review   casework.Stage = "review"
	Legality casework.Stage = "legality"     // only where the district reviews one after the other
	Meeting  casework.Stage = "deliberation" // only where the conference deliberates
	Approve  casework.Stage = "approval"
	Filing   casework.Stage = "filing"
	Receipt  casework.Stage = "filing-receipt" // only where the district waits for the receipts
)

// Verdicts of the road.
const (
	Defer casework.Verdict = "缓议"
	Refer casework.Verdict = "上会研究"
)

// What the two reviews ask.
const (
	ByOffice  = "编办审核"
	ByJustice = "合法性审查"
)

// What filing asks: one letter a level, and its receipt.
const (
	ToCity       = "报市备案"
	ToProvince   = "报省备案"
	FromCity     = "市级备案回执"
	FromProvince = "省级备案回执"
)

// Terms are the values in force on the day a case was filed (DM-12.1).
type Terms struct {
	Office, Legality calendar.Term // review.office, review.legality
	Serial           bool          // review.order
	Conference       bool          // conference.required, where the regulation knows it
	AwaitReceipt     bool          // filing.gate = acknowledged
}

// Rules are the demands that the stages of a road rest on.
type Rules struct{ Review, Meeting, Approve, Filing string }

// An Effect is what going a way brings about.
type Effect func(*casework.Case, casework.Answer) error

// A Road is the common part of a procedure.
type Road struct {
	Tx          *db.Tx
	Terms       Terms
	Rules       Rules
	Back, After casework.Stage // where a return leads, and where filing does
	Reject      casework.Way   // a refusal, wherever it is spoken
	Withdraw    casework.Way
	Aside       casework.Ways   // what else may be done while the offices review
	Checklist   *casework.Sheet // what the justice bureau goes through; nil: words alone
	Pass        Effect          // what else refuses a review that lets pass
	Copies      string          // what approval brings about, on its button
	Approved    Effect
	Filed       Effect // once both letters have gone; nil does nothing more
}

// Steps are the stages of the road.
func (r Road) Steps() []casework.Step {
	steps := r.reviews()
	refer := casework.Ways{}
	if r.Terms.Conference {
		steps = append(steps, r.meeting())
		refer = casework.Ways{Refer.To(Meeting).Called("上会研究", "交联席会议再议").Saying("写明要研究什么")}
	}
	agreed := casework.Agree.To(Filing).Called("同意", r.Copies).Saying("写明审批意见").With(decisionSheet(r.Rules.Approve)).Do(r.Approved)
	ways := append(casework.Ways{agreed}, refer...)
	steps = append(steps, casework.Step{
		Stage: Approve, Title: "领导小组审批", Rule: r.Rules.Approve, Status: "待领导小组审批", Named: true,
		Ask: casework.Ask(org.Lead),
		Ways: append(ways,
			casework.Return.To(Review).Called("退回审核", "由区委编办、区司法局重新审核").Saying("写明退回的理由"),
			r.Reject, r.Withdraw),
		Check: CheckDate,
	})
	return append(steps, r.filing()...)
}

func (r Road) reviews() []casework.Step {
	next := Meeting
	if !r.Terms.Conference {
		next = Approve
	}
	office := casework.Task{Party: org.Holder(org.ListOffice), Matter: ByOffice, Within: r.Terms.Office}
	justice := casework.Task{Party: org.Holder(org.Justice), Matter: ByJustice, Within: r.Terms.Legality}
	values := map[string]string{ByOffice: "review.office", ByJustice: "review.legality"}
	step := func(s casework.Stage, title, status string, to casework.Stage, ts ...casework.Task) casework.Step {
		return casework.Step{
			Stage: s, Title: title, Rule: r.Rules.Review, Status: status, Named: true, Values: values,
			Ask: func(*casework.Case) []casework.Task { return ts },
			Ways: slices.Concat(r.pass(to), casework.Ways{
				casework.Return.To(r.Back).Called("退回补充", "退给申请单位重新申请").Saying("写明要补充什么"),
				r.Reject, r.Withdraw,
			}, r.Aside),
			Check: r.checkReview,
		}
	}
	if r.Terms.Serial {
		return []casework.Step{
			step(Review, "区委编办审核", "编办审核中", Legality, office),
			step(Legality, "区司法局合法性审查", "合法性审查中", next, justice),
		}
	}
	return []casework.Step{step(Review, "编办、司法局审核", "编办审核、合法性审查中", next, office, justice)}
}

// pass are the ways in which an office lets a matter pass.
func (r Road) pass(to casework.Stage) casework.Ways {
	w := casework.Agree.To(to).Called("通过", "送"+stageName(to)).Saying("写明审核意见")
	if r.Checklist == nil {
		return casework.Ways{w}
	}
	return casework.Ways{w.About(ByOffice), w.About(ByJustice).With(r.Checklist)}
}

func (r Road) checkReview(c *casework.Case, a casework.Answer) error {
	if l, ok := a.Data.(*LegalCheck); ok && l.unsaid() {
		return fault.Join(fault.On("remarks", r.Rules.Review, "有答“否”或者“需说明”的问题。逐项写明"))
	}
	if a.Verdict == casework.Agree && r.Pass != nil {
		return r.Pass(c, a)
	}
	return CheckDate(c, a)
}

func (r Road) meeting() casework.Step {
	reject := r.Reject
	reject.Hint = "会议结论为" + reject.Text()
	return casework.Step{
		Stage: Meeting, Title: "联席会议审议", Rule: r.Rules.Meeting, Status: "待联席会议审议", Named: true,
		Ask: casework.Ask(org.Secretariat),
		Ways: casework.Ways{
			casework.Agree.To(Approve).Called("审议通过", "报领导小组审批").Saying("写明会议结论").With(minutesSheet),
			Defer.To(casework.Here).By(org.Secretariat).Called("缓议", "留待下次会议，办件不动").Saying("写明缓议的原因"),
			casework.Return.To(r.Back).Called("退回补充", "退给申请单位").Saying("写明会议要求补充什么").With(minutesSheet),
			reject, r.Withdraw,
		},
		Check: CheckDate,
	}
}

// filing sends the approved matter up to city and province.
func (r Road) filing() []casework.Step {
	to := r.After
	if r.Terms.AwaitReceipt {
		to = Receipt
	}
	done := r.sent
	if to == r.After && r.Filed != nil {
		done = both(r.sent, r.Filed)
	}
	steps := []casework.Step{{
		Stage: Filing, Title: "省市备案", Rule: r.Rules.Filing, Status: "已批准，待备案", Movable: true, Named: true, Final: true,
		Ask: AskOffice(ToCity, ToProvince),
		Ways: casework.Ways{
			casework.Done.To(to).About(ToCity).Called("登记报市备案", "").With(sentSheet(r.Rules.Filing)).Do(done),
			casework.Done.To(to).About(ToProvince).Called("登记报省备案", "").With(sentSheet(r.Rules.Filing)).Do(done),
		},
		Check: CheckDate,
	}}
	if !r.Terms.AwaitReceipt {
		return steps
	}
	return append(steps, casework.Step{
		Stage: Receipt, Title: "备案回执", Rule: r.Rules.Filing, Status: "已报备案，待回执", Movable: true, Named: true, Final: true,
		Ask: AskOffice(FromCity, FromProvince), Ways: r.Receipts(r.After, r.Filed), Check: CheckDate,
	})
}

// Receipts are the ways in which the receipts of city and province are entered, and
// what they bring about: nothing more where the letters were enough.
func (r Road) Receipts(to casework.Stage, then Effect) casework.Ways {
	done := r.received
	if then != nil {
		done = both(r.received, then)
	}
	return casework.Ways{
		casework.Done.To(to).About(FromCity).Called("登记市级备案回执", "").Under(r.Rules.Filing).With(receivedSheet(r.Rules.Filing)).Do(done),
		casework.Done.To(to).About(FromProvince).Called("登记省级备案回执", "").Under(r.Rules.Filing).With(receivedSheet(r.Rules.Filing)).Do(done),
	}
}

// AskOffice asks the district committee office for each matter.
func AskOffice(matters ...string) func(*casework.Case) []casework.Task {
	return func(*casework.Case) (ts []casework.Task) {
		for _, m := range matters {
			ts = append(ts, casework.Task{Party: org.Holder(org.CommitteeOffice), Matter: m})
		}
		return ts
	}
}

func both(f, g Effect) Effect {
	return func(c *casework.Case, a casework.Answer) error {
		if err := f(c, a); err != nil {
			return err
		}
		return g(c, a)
	}
}

func stageName(s casework.Stage) string {
	return map[casework.Stage]string{Legality: "区司法局合法性审查", Meeting: "联席会议审议", Approve: "领导小组审批"}[s]
}

// Minutes record what the joint conference concluded (JC-1.5).
type Minutes struct {
	Number string `json:"number"` // 纪要文号
	On     string `json:"on"`
}

// A Decision of 区委、区政府 rests on a document or a meeting (AE-6.2, DM-8.4).
type Decision struct {
	Basis string `json:"basis"`
	On    string `json:"on"`
}

// A Letter is a document sent or received: its number and day.
type Letter struct {
	Number string `json:"number"`
	On     string `json:"on"`
}

var (
	minutesSheet = &casework.Sheet{New: func() any { return new(Minutes) }, Layout: form.Layout{{Key: "minutes", Rule: "JC-1.5", Fields: []form.Field{
		{Name: "number", Label: "会议纪要文号", Type: form.Line, Max: 60, Need: "填写“会议纪要文号”"},
		{Name: "on", Label: "会议日期", Type: form.Date, Need: "填写“会议日期”"},
	}}}}
)

// decisionSheet, sentSheet and receivedSheet ask under the rule of the road.
func decisionSheet(rule string) *casework.Sheet {
	return &casework.Sheet{New: func() any { return new(Decision) }, Layout: form.Layout{{Key: "approval", Rule: rule, Fields: []form.Field{
		{Name: "basis", Label: "批准依据", Hint: "批示、会议或者文件的名称和文号", Type: form.Line, Max: 100, Need: "填写“批准依据”"},
		{Name: "on", Label: "批准日期", Type: form.Date, Need: "填写“批准日期”"},
	}}}}
}

func sentSheet(rule string) *casework.Sheet {
	return &casework.Sheet{New: func() any { return new(Letter) }, Layout: form.Layout{{Key: "filing", Rule: rule, Fields: []form.Field{
		{Name: "number", Label: "报送文号", Type: form.Line, Max: 60, Need: "填写“报送文号”"},
		{Name: "on", Label: "报送日期", Type: form.Date, Need: "填写“报送日期”"},
	}}}}
}

func receivedSheet(rule string) *casework.Sheet {
	return &casework.Sheet{New: func() any { return new(Letter) }, Layout: form.Layout{{Key: "filing", Rule: rule, Fields: []form.Field{
		{Name: "number", Label: "回执编号", Type: form.Line, Max: 60, Need: "填写“回执编号”"},
		{Name: "on", Label: "回执日期", Type: form.Date, Need: "填写“回执日期”"},
	}}}}
}

// CheckDate refuses a day of the road that has not come, an approval before the
// reviews and a letter before the approval (DM-8.4, DM-8.5, AE-6.2).
func CheckDate(c *casework.Case, a casework.Answer) error {
	var day string
	switch x := a.Data.(type) {
	case *Letter:
		if day = x.On; c.Stage == Filing && day < passed(c, Approve) {
			return fault.Join(fault.On("on", c.Step().Rule, "报送日期不能早于批准日期（%s）", calendar.SayDay(passed(c, Approve))))
		}
	case *Decision:
		if day = x.On; day < passed(c, Review, Legality, Meeting) {
			return fault.Join(fault.On("on", c.Step().Rule, "审核通过以后才能批准。批准日期不能早于%s", calendar.SayDay(passed(c, Review, Legality, Meeting))))
		}
	case *Minutes:
		day = x.On
	}
	return NotAhead(c, day, a)
}

// passed is the last day on which a matter was let pass at some stages: the one on
// the paper where it was signed, decided or concluded on paper.
func passed(c *casework.Case, at ...casework.Stage) (last string) {
	for _, t := range c.Tasks {
		if t.Kind != casework.Main || t.Verdict != casework.Agree || !slices.Contains(at, t.Stage) {
			continue
		}
		day := org.Day(t.At)
		if g := c.Granted(t.No); g.By.Name != "" {
			day = org.Day(g.At)
		}
		switch x := t.Data.(type) {
		case *Decision:
			day = x.On
		case *Minutes:
			day = x.On
		default:
			if t.Paper != nil {
				day = t.Paper.On
			}
		}
		last = max(last, day)
	}
	return last
}

// NotAhead refuses a day, in the field "on", that has not come.
func NotAhead(c *casework.Case, day string, a casework.Answer) error {
	if today := org.Day(a.At); day > today {
		return fault.Join(fault.On("on", ruleOf(c, a), "日期不能晚于今天（%s）", calendar.SayDay(today)))
	}
	return nil
}

// ruleOf is what the sheet rests on that an answer filled in; else its step.
func ruleOf(c *casework.Case, a casework.Answer) string {
	for _, w := range c.Step().Ways {
		if w.On == a.Verdict && w.Sheet != nil && reflect.TypeOf(w.Sheet.New()) == reflect.TypeOf(a.Data) {
			return w.Sheet.Layout[0].Rule
		}
	}
	return c.Step().Rule
}
