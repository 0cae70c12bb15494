package handover

import (
	"cmp"
	"fmt"
	"slices"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/document"
	"yidan/internal/org"
)

func (d *Desk) clerk() approval.Clerk {
	return approval.Clerk{Tx: d.Tx, Number: d.Number, Holder: d.Holder, Unit: d.UnitName}
}

// basis is what the ruling cites.
const basis = "依据《郊区乡镇（街道）职责任务清单准入准出办法》第二条"

// handed enters the hand-over in the register and gives every township a copy of it.
func (d *Desk) handed(c *casework.Case, a casework.Answer) error {
	x, k := task(c), d.clerk()
	rests, err := d.rests(c)
	if err != nil {
		return err
	}
	if err := put(d.Tx, Record{Case: c.ID, Number: c.Number, Matter: x.Matter, Unit: c.Owner.Unit, Basis: x.Basis, Code: x.Code, Admission: x.Admission, Rests: rests, DueOn: x.DueOn, HandedAt: a.At}, x.Townships); err != nil {
		return err
	}
	l := document.Letter{
		Number: c.Number, Title: "关于“" + x.Matter + "”的交办通知", To: k.Called(x.Townships...),
		Paragraphs: []string{
			"交办依据：" + rests + "。", "工作内容：" + x.Content, "完成期限：" + calendar.SayDay(x.DueOn), "提供的工作条件：" + x.Conditions,
			"《郊区乡镇（街道）职责任务清单准入准出办法》第二条规定，清单以外的事项经审核批准后，才能交由乡镇（街道）办理或者协助办理。",
			"认为没有依据或者超出职责的，可以提出异议，由" + org.RoleName(d.ruler(c.Owner.Unit)) + "裁定；裁定以前不用办理。",
			"联系人：" + x.Contact + "　联系电话：" + x.Phone,
		},
		From: d.UnitName(c.Owner.Unit), Date: calendar.SayDay(org.Day(a.At)),
	}
	holders := k.Copies(slices.Concat([]string{c.Owner.Unit}, x.Townships, []string{d.Holder(org.ListOffice)})...)
	_, err = document.Issue(d.Tx, document.Paper{Kind: "handover", Case: c.ID, Number: c.Number, Title: l.Title, Body: l}, holders, a.At)
	return err
}

func (d *Desk) received(c *casework.Case, a casework.Answer) error {
	return setReceived(d.Tx, c.ID, delivered(c, a), a.By.Name, a.At)
}

// delivered is the township, as the register has it, for which an answer was given:
// what was handed to one that was merged is answered by its heir.
func delivered(c *casework.Case, a casework.Answer) string {
	for _, t := range slices.Backward(c.Tasks) {
		if t.Matter == Receive && t.Kind == casework.Main && t.Verdict == a.Verdict && t.At.Equal(a.At) && t.By.Unit == a.By.Unit {
			return t.Party.Unit
		}
	}
	return a.By.Unit
}

// contested puts the township's objection before the list office; until it rules,
// the township does nothing, and the department knows.
func (d *Desk) contested(c *casework.Case, a casework.Answer) error {
	x := task(c)
	p := d.dispute(d.Terms(a.At))
	p.Signer = nil // the objection was signed
	c.Bring(p, org.Unit(a.By.Unit), &Dispute{
		Handover: c.ID, Township: delivered(c, a), Matter: x.Matter, Unit: c.Owner.Unit, AskedOn: org.Day(c.Filed), Manner: "platform",
		Ground: a.Data.(*Contest).Ground, Words: a.Text,
	}, a)
	c.Tells(c.Owner, fmt.Sprintf("%s提出异议%s，由%s裁定。裁定以前它不用办理。", d.UnitName(a.By.Unit), inBrackets(a.Data.(*Contest).Ground), org.RoleName(d.ruler(c.Owner.Unit))))
	return setContested(d.Tx, c.ID, delivered(c, a), a.At)
}

// inBrackets is a ground in brackets; nothing where it says nothing.
func inBrackets(ground string) string {
	if ground == "other" {
		return ""
	}
	return "（" + GroundName(ground) + "）"
}

func (d *Desk) over(c *casework.Case, a casework.Answer) error {
	how := "withdrawn"
	if a.Verdict == casework.Done {
		how = "done"
	}
	return setEnded(d.Tx, c.ID, how, a.Text, a.At)
}

// Unlisted lets open hand-overs know that an edition takes away what they rest on: the
// item, or its townships. Those to which it did not apply before, and those that need
// not do the work, lose nothing (AE-2.2). What is said of the edition comes first.
func (d *Desk) Unlisted(c *casework.Case, code string, before, after *catalog.Text, said string) error {
	if before == nil {
		return nil
	}
	rs, err := resting(d.Tx, code)
	if err != nil {
		return err
	}
	lists := func(t *catalog.Text, unit string) bool {
		return t != nil && t.Part != catalog.TakenBack && d.covers(t, cmp.Or(d.Heir(unit), unit))
	}
	for _, r := range rs {
		var lose []string
		for _, t := range r.Townships {
			if t.Ruling != "upheld" && lists(before, t.Unit) && !lists(after, t.Unit) {
				lose = append(lose, t.Unit)
			}
		}
		if len(lose) == 0 {
			continue
		}
		what := "不再适用于" + d.clerk().Called(lose...)
		switch {
		case after == nil:
			what = "从清单取消"
		case after.Part == catalog.TakenBack:
			what = "由部门收回"
		}
		c.Tell(r.Case, org.Linked, Unlisted, fmt.Sprintf("%s，%s“%s”%s。从施行之日起，不能再据此交给乡镇（街道）：清单以外的事项经审核批准后，才能交由乡镇（街道）办理（准入准出办法第二条）。%s需要继续的，先申请准入；不再需要的，撤回交办或者登记办结。",
			said, code, before.Name, what, d.UnitName(cmp.Or(d.Heir(r.Unit), r.Unit))))
	}
	return nil
}

// unlisted tells the department, and the townships that would otherwise do the work.
func (d *Desk) unlisted(c *casework.Case, a casework.Answer) error {
	rs, err := Find(d.Tx, c.ID)
	if err != nil {
		return err
	}
	c.Tells(c.Owner, a.Text)
	for _, t := range rs[c.ID].Townships {
		if t.Ruling != "upheld" {
			c.Tells(org.Unit(cmp.Or(d.Heir(t.Unit), t.Unit)), a.Text)
		}
	}
	return nil
}

// disputed enters a dispute in the register. Where an office that sees every case
// is the one that handed the work down, it may not see this one.
func (d *Desk) disputed(c *casework.Case, a casework.Answer) error {
	x := matter(c)
	if !x.Contests() && (x.Unit == d.Holder(org.ListOffice) || x.Unit == d.Holder(org.Justice)) {
		c.Sealed = true
	}
	return addDispute(d.Tx, Ruled{Case: c.ID, Number: c.Number, Handover: x.Handover, Matter: x.Matter, Township: c.Owner.Unit, Unit: x.Unit, Ground: x.Ground, FiledAt: a.At})
}

// upheld says that the township is right: it does not do the work, and the
// department is told so in writing.
func (d *Desk) upheld(c *casework.Case, a casework.Answer) error {
	x, town := matter(c), d.UnitName(c.Owner.Unit)
	if err := d.ruled(c, a, "upheld"); err != nil {
		return err
	}
	handed, err := Find(d.Tx, x.Handover)
	if err != nil {
		return err
	}
	what, said := "反映", fmt.Sprintf("%s反映你单位交给它的“%s”%s。经裁定，反映成立，%s不予办理。", town, x.Matter, inBrackets(x.Ground), town)
	if x.Contests() {
		what, said = "异议", fmt.Sprintf("你单位交给%s的“%s”（%s），%s提出异议%s。经裁定，异议成立，%s不予办理，此前的交办对它不再有效。", town, x.Matter, handed[x.Handover].Number, town, inBrackets(x.Ground), town)
	}
	c.Tells(org.Unit(x.Unit), fmt.Sprintf("%s“%s”，%s的%s成立，它不办理。告知书在“留存”中签收。", c.Number, x.Matter, town, what))
	return d.write(c, a, "交办争议裁定书", said, x.Unit)
}

// dismissed says that the work is to be done. Of a report the department still
// hears nothing: there is nothing for it to change.
func (d *Desk) dismissed(c *casework.Case, a casework.Answer) error {
	x := matter(c)
	if err := d.ruled(c, a, "dismissed"); err != nil {
		return err
	}
	var also []string
	if x.Contests() {
		also = []string{x.Unit}
		c.Tells(org.Unit(x.Unit), fmt.Sprintf("%s“%s”，%s的异议不成立，继续办理。", c.Number, x.Matter, d.UnitName(c.Owner.Unit)))
	}
	return d.write(c, a, "交办争议裁定书", fmt.Sprintf("%s对“%s”提出的问题，经裁定不成立，按规定办理。", d.UnitName(c.Owner.Unit), x.Matter), also...)
}

// write gives the ruling to the township, the ruling office and whoever else it is for.
func (d *Desk) write(c *casework.Case, a casework.Answer, title, said string, also ...string) error {
	k := d.clerk()
	to := c.Owner.Unit
	if len(also) > 0 {
		to = also[0]
	}
	l := document.Letter{
		Title: title, To: d.UnitName(to), Paragraphs: []string{said, "理由：" + a.Text, basis + "，特此书面告知。"}, From: d.UnitName(a.By.Unit),
	}
	return k.Letter(c, "ruling", "告知", l, k.Copies(slices.Concat(also, []string{c.Owner.Unit, a.By.Unit})...), a.At)
}

// ruled keeps a ruling, and lets the hand-over know.
func (d *Desk) ruled(c *casework.Case, a casework.Answer, ruling string) error {
	x := matter(c)
	if err := setRuled(d.Tx, c.ID, ruling, a.Text, a.At); err != nil || !x.Contests() {
		return err
	}
	c.Tell(x.Handover, org.Linked, a.Verdict, d.UnitName(c.Owner.Unit)+"的异议（"+c.Number+"）："+a.Text)
	return setTownshipRuled(d.Tx, x.Handover, cmp.Or(x.Township, c.Owner.Unit), ruling, a.At)
}

// dropped ends a dispute that the township takes back; what was handed over stands.
func (d *Desk) dropped(c *casework.Case, a casework.Answer) error {
	x := matter(c)
	if err := setRuled(d.Tx, c.ID, "withdrawn", a.Text, a.At); err != nil || !x.Contests() {
		return err
	}
	return setTownshipRuled(d.Tx, x.Handover, cmp.Or(x.Township, c.Owner.Unit), "withdrawn", a.At)
}
