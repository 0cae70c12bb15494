package admission

import (
	"fmt"
	"slices"
	"strings"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/document"
	"yidan/internal/org"
	"yidan/internal/statute"
)

// needsNone keeps a matter that needs no application, on the list office's
// decision and its reasons (AE-4.1, AE-4.2).
func (d *Desk) needsNone(kind string) func(*casework.Case, casework.Answer) error {
	return func(c *casework.Case, a casework.Answer) error {
		door, r := a.Data.(*Door), request(c)
		for _, u := range d.towns(c) {
			c.Tells(org.Unit(u), fmt.Sprintf("%s：区委编办决定属于%s，无需申请准入。依据：%s", r.Matter, a.Verdict, door.Basis))
		}
		return addLawful(d.Tx, Lawful{Case: c.ID, Kind: kind, Matter: r.Matter, Unit: c.Owner.Unit, Basis: door.Basis, Conditions: door.Conditions, Reasons: a.Text, By: a.By.Name, At: a.At})
	}
}

// sendLetter issues the letter that asks the townships for their opinion (AE-5.2).
func (d *Desk) sendLetter(c *casework.Case) error {
	r, towns := request(c), d.towns(c)
	within := "收到本函后"
	if w := c.Step().Within; !w.None() {
		within += " " + w.String() + "内"
	}
	k, from := d.clerk(), approval.Applicant(c)
	l := document.Letter{
		Title: "关于征求“" + r.Matter + "”意见的函", To: k.Called(towns...),
		Paragraphs: []string{
			fmt.Sprintf("我单位拟申请将“%s”准入乡镇（街道）办理。根据《郊区乡镇（街道）职责任务清单准入准出办法》第五条，现征求你单位意见。", r.Matter),
			"工作时限：" + r.span(), "主体责任：" + r.Main, "配合责任：" + r.Cooperating, "职责任务：" + r.Task,
			"办事流程：" + r.Process, "完成时限：" + r.Limit, "保障措施：" + r.Safeguards, "培训指导：" + r.Training,
			"依据：" + r.Basis(),
			"请于" + within + "提出书面意见。逾期未答复的，如实记为逾期未答复，不视为同意。",
			"联系人：" + r.Contact + "　联系电话：" + r.Phone,
		},
		From: d.UnitName(from),
	}
	return k.Letter(c, "consult", "函", l, k.Copies(append([]string{from}, towns...)...), c.Now())
}

func (r *Request) span() string {
	if r.Phased() {
		return "阶段性，从" + calendar.SayDay(r.From) + "到" + calendar.SayDay(r.To)
	}
	return "长期"
}

// Rests is what the matter rests on: articles, and documents by their number.
func (r *Request) Rests() (bs []statute.Basis) {
	for _, x := range r.Bases {
		b := statute.Basis{Title: strings.Trim(x.Title, "《》")}
		if b.Instrument = statute.ID(b.Title); statute.Articled(x.Article) {
			b.Article = statute.Article(x.Article)
		} else {
			b.Number = x.Article
		}
		bs = append(bs, b)
	}
	return bs
}

// Basis is what the matter rests on, in one line.
func (r *Request) Basis() string {
	var b []string
	for _, x := range r.Bases {
		b = append(b, "《"+strings.Trim(x.Title, "《》")+"》"+x.Article)
	}
	return strings.Join(b, "；")
}

// towns are the townships concerned, as they stand today.
func (d *Desk) towns(c *casework.Case) []string { return d.clerk().Today(request(c).Townships...) }

// clerk writes the papers.
func (d *Desk) clerk() approval.Clerk {
	return approval.Clerk{Tx: d.Tx, Number: d.Number, Holder: d.Holder, Heir: d.Heir, Unit: d.UnitName}
}

// refuse gives the applicant the written notice with its reasons (AE-6.1) and
// keeps the recommendation to buy the work as a service (AE-10.1).
func (d *Desk) refuse(c *casework.Case, a casework.Answer) error {
	r := request(c)
	ps := []string{
		fmt.Sprintf("你单位%s申请准入的“%s”，经审核，不符合准入条件，不予准入。", calendar.SayDay(approval.AppliedOn(c, Apply)), r.Matter),
	}
	for _, o := range approval.Against(c, a) {
		ps = append(ps, o)
	}
	ps = append(ps, "未经批准准入，不得交由乡镇（街道）办理或者协助办理。")
	if text := purchases(c); text != "" {
		ps = append(ps, "建议：你单位难以完成或者履职成本过高的，符合政府购买服务政策规定的，向社会组织购买公共服务（《准入准出办法》第十条）。"+approval.Sentence(text))
		if err := addAdvice(d.Tx, Advice{Case: c.ID, Matter: r.Matter, Unit: c.Owner.Unit, Text: text, At: a.At}); err != nil {
			return err
		}
	}
	return d.clerk().Notice(c, "不予准入告知书", "依据《郊区乡镇（街道）职责任务清单准入准出办法》第六条", ps, a.At)
}

// purchases is what everybody who refused in this round recommends to buy.
func purchases(c *casework.Case) string {
	var all []string
	for _, t := range c.Tasks {
		f, ok := t.Data.(*Refusal)
		if ok && t.Round == c.Round && t.Verdict == casework.Reject && f.Purchase == "yes" && !slices.Contains(all, f.Advice) {
			all = append(all, f.Advice)
		}
	}
	return strings.Join(all, "\n")
}

// refuseExit is the same for an exit; the admitted task goes on.
func (d *Desk) refuseExit(c *casework.Case, a casework.Answer) error {
	ps := append([]string{fmt.Sprintf("你单位申请退出的“%s”，经审核，不予退出，继续按原批准内容实施。", leaving(c).Matter)}, approval.Against(c, a)...)
	if err := d.exitDropped(c, a); err != nil {
		return err
	}
	return d.clerk().Notice(c, "不予准出告知书", "依据《郊区乡镇（街道）职责任务清单准入准出办法》第十二条", ps, a.At)
}

// copies are the units that keep a copy of the form: applicant, every township,
// list office, justice bureau, the two offices (F-3).
func (d *Desk) copies(owner string, townships []string) []document.Holder {
	k := d.clerk()
	return k.Copies(slices.Concat([]string{owner}, townships, k.Offices())...)
}

// approved keeps the admission with its basis and puts a copy of Form F1 into
// every archive concerned (AE-6.2, F-3). It is not in force yet.
func (d *Desk) approved(c *casework.Case, a casework.Answer) error {
	r, ap := request(c), a.Data.(*approval.Decision)
	m := Matter{Case: c.ID, Number: c.Number, Matter: r.Matter, Unit: c.Owner.Unit, ApprovedOn: ap.On, Basis: ap.Basis}
	if r.Phased() {
		m.From, m.To = r.From, r.To
	}
	towns := d.towns(c)
	for _, u := range towns {
		m.Townships = append(m.Townships, Delivery{Unit: u})
	}
	if err := put(d.Tx, m); err != nil {
		return err
	}
	f := applicationForm(d.clerk(), c, a)
	_, err := document.Issue(d.Tx, document.Paper{Kind: "f1", Case: c.ID, Number: c.Number, Title: "准入审批表：" + r.Matter, Body: f}, d.copies(approval.Applicant(c), towns), a.At)
	return err
}

// exitApproved puts the copies of Form F2 into the archives.
func (d *Desk) exitApproved(c *casework.Case, a casework.Answer) error {
	x := leaving(c)
	m, err := Find(d.Tx, x.Admission)
	if err != nil {
		return err
	}
	f := exitForm(d.clerk(), c, a)
	_, err = document.Issue(d.Tx, document.Paper{Kind: "f2", Case: c.ID, Number: c.Number, Title: "准出审批表：" + x.Matter, Body: f}, d.copies(approval.Applicant(c), d.clerk().Today(units(m)...)), a.At)
	return err
}

// applicationForm is Form F1 of a case on which a is the last word.
func applicationForm(k approval.Clerk, c *casework.Case, a casework.Answer) document.F1 {
	r := request(c)
	return document.F1{
		Applicant: k.Unit(approval.Applicant(c)), AppliedOn: approval.AppliedOn(c, Apply), Matter: r.Matter, Contact: r.Contact, Phone: r.Phone,
		Phased: r.Phased(), From: r.From, To: r.To, Bodies: r.Bodies(), Duties: r.Duties(),
		Office: k.Opinion(c, org.ListOffice, a), Justice: k.Opinion(c, org.Justice, a), Lead: k.Opinion(c, org.Lead, a),
	}
}

// exitForm is Form F2 of a case on which a is the last word.
func exitForm(k approval.Clerk, c *casework.Case, a casework.Answer) document.F2 {
	x := leaving(c)
	reason := x.Reason
	if x.Rest != "" && x.Rest != "无" {
		reason += "\n未了事项：" + x.Rest
	}
	return document.F2{
		Applicant: k.Unit(approval.Applicant(c)), AppliedOn: approval.AppliedOn(c, ExitDraft), Matter: x.Matter, Reason: reason, Contact: x.Contact, Phone: x.Phone,
		Office: k.Opinion(c, org.ListOffice, a), Justice: k.Opinion(c, org.Justice, a), Lead: k.Opinion(c, org.Lead, a),
	}
}

// Unsigned is Form F1 or F2 of a case that waits for approval, to be signed on
// paper: opinions that are not all given, and the approval, are left for the pen.
// nil before the case is at its application, and once it is decided.
func Unsigned(k approval.Clerk, c *casework.Case) document.Body {
	reviewed := c.Stage == approval.Meeting || c.Stage == approval.Approve
	if !reviewed && !slices.Contains([]casework.Stage{Apply, ExitDraft, approval.Review, approval.Legality}, c.Stage) {
		return nil
	}
	var none document.Opinion
	switch c.Form.(type) {
	case *Request:
		f := applicationForm(k, c, casework.Answer{})
		f.Lead = none
		if !reviewed {
			f.Office, f.Justice = none, none
		}
		return f
	case *Exit:
		f := exitForm(k, c, casework.Answer{})
		f.Lead = none
		if !reviewed {
			f.Office, f.Justice = none, none
		}
		return f
	}
	return nil
}

func units(m Matter) (us []string) {
	for _, t := range m.Townships {
		us = append(us, t.Unit)
	}
	return us
}

// begin brings the admission into force and hands the papers to the townships (AE-6.2, AE-7.1).
func (d *Desk) begin(t Terms) func(*casework.Case) error {
	return func(c *casework.Case) error {
		return setBegan(d.Tx, c.ID, c.Now())
	}
}

// receive keeps a unit's receipt for its copies of a kind of paper.
func (d *Desk) receive(c *casework.Case, kind string, a casework.Answer) error {
	ps, err := document.OfCase(d.Tx, c.ID)
	for _, p := range ps {
		if err == nil && p.Kind == kind && p.Waits(a.By) {
			err = document.Receive(d.Tx, a.By, p.ID, c.Now())
		}
	}
	return err
}

// letterReceived keeps that whoever answers a letter has it.
func (d *Desk) letterReceived(c *casework.Case, a casework.Answer) error {
	return d.receive(c, "consult", a)
}

// delivered keeps a township's receipt, which is that of its copy of the form too.
func (d *Desk) delivered(c *casework.Case, a casework.Answer) error {
	if err := d.receive(c, "f1", a); err != nil {
		return err
	}
	unit := a.By.Unit
	for _, t := range c.Tasks { // the one that is answered, where a successor answers
		if t.Stage == Live && t.Matter == TakeDelivery && t.At.Equal(a.At) && t.By.Person == a.By.Person {
			unit = t.Party.Unit
		}
	}
	return setReceived(d.Tx, c.ID, unit, a.By.Name, c.Now())
}

// trained keeps an occasion of training (AE-8.1).
func (d *Desk) trained(c *casework.Case, a casework.Answer) error {
	return addTraining(d.Tx, c.ID, a.Data.(*Training), a.By, a.At)
}

func (d *Desk) exitBegun(c *casework.Case, _ casework.Answer) error {
	if err := dropExit(d.Tx, c.ID); err != nil { // handed in before for another
		return err
	}
	return setExit(d.Tx, leaving(c).Admission, c.ID)
}

func (d *Desk) exitDropped(c *casework.Case, _ casework.Answer) error { return dropExit(d.Tx, c.ID) }

// leave ends the admitted task and tells everybody concerned in writing (AE-9.1, AE-12.1).
func (d *Desk) leave(c *casework.Case, a casework.Answer) error {
	x := leaving(c)
	m, err := Find(d.Tx, x.Admission)
	if err != nil {
		return err
	}
	if err := setEnded(d.Tx, x.Admission, x.Reason, a.At); err != nil {
		return err
	}
	c.Tell(x.Admission, org.Linked, Left, c.Number+" "+x.Reason)
	k := d.clerk()
	owner, towns := k.Today(c.Owner.Unit)[0], k.Today(units(m)...)
	copies := d.copies(owner, towns)
	for _, h := range copies {
		if h.Unit != owner {
			c.Tells(org.Unit(h.Unit), fmt.Sprintf("%s“%s”已经批准退出，不再由乡镇（街道）办理。告知书在“留存”中签收。", m.Number, m.Matter))
		}
	}
	l := document.Letter{
		Title: "关于“" + m.Matter + "”退出的告知书", To: k.Called(towns...),
		Paragraphs: []string{
			fmt.Sprintf("%s申请准入的“%s”（%s），已经批准退出（%s），自今日起不再由乡镇（街道）办理或者协助办理。", d.UnitName(m.Unit), m.Matter, m.Number, c.Number),
			"退出理由：" + x.Reason, "未了事项：" + x.Rest,
			"依据《郊区乡镇（街道）职责任务清单准入准出办法》第九条、第十二条，特此书面告知。",
		},
		From: d.UnitName(owner),
	}
	return k.Letter(c, "exit-notice", "告知", l, copies, a.At)
}
