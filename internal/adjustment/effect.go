package adjustment

import (
	"fmt"
	"time"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/org"
)

// applied enters the application in the register, late or in time, and discharges
// the duty that asked for it (DM-8.1, DM-8.2).
func (d *Desk) applied(c *casework.Case, a casework.Answer) error {
	x := change(c)
	day, turned, err := d.appliedOn(c, a)
	if err == nil && turned {
		err = d.release(c, "不再提出关于", a.At)
	}
	if err != nil {
		return err
	}
	r := Record{Case: c.ID, Kind: x.Kind, Code: x.Code, Unit: c.Owner.Unit, HappenedOn: x.HappenedOn, DueOn: d.due(x.HappenedOn, c), AppliedOn: day, LateWhy: x.LateWhy}
	if !r.Late() {
		r.LateWhy = ""
	}
	if err := put(d.Tx, r); err != nil {
		return err
	}
	return d.discharge(x, c, a.At)
}

// dropped gives the duty back: whoever withdrew still has to apply.
func (d *Desk) dropped(c *casework.Case, a casework.Answer) error {
	return d.release(c, "撤回了关于", a.At)
}

// refused gives the applicant the written notice with its reasons (DM-8.3).
func (d *Desk) refused(c *casework.Case, a casework.Answer) error {
	x := change(c)
	ps := append([]string{fmt.Sprintf("你单位%s申请%s，经审核，不予调整。", calendar.SayDay(org.Day(c.Filed)), x.Title())}, approval.Against(c, a)...)
	return d.clerk().Notice(c, "不予调整告知书", "审核依据《郊区乡镇（街道）职责任务清单动态管理办法》第八条", ps, a.At)
}

// reasoned keeps a demonstration that the list office enters while reviewing (DM-9.1).
func (d *Desk) reasoned(c *casework.Case, a casework.Answer) error {
	m := a.Data.(*Demonstration)
	if err := approval.NotAhead(c, m.On, a); err != nil {
		return err
	}
	return addDemonstration(d.Tx, c.ID, m, a.By, a.At)
}

// approved keeps what the approval rests on (DM-8.4).
func (d *Desk) approved(c *casework.Case, a casework.Answer) error {
	x := a.Data.(*approval.Decision)
	return setApproved(d.Tx, c.ID, x.On, x.Basis)
}

// permit hands the change, approved and filed, to the list: the next edition may
// issue it (DM-8.5, DM-8.6).
func (d *Desk) permit(c *casework.Case, a casework.Answer) error {
	x := change(c)
	base := x.Base
	if x.Kind == Add { // begun on an item's page, and turned into another's addition
		base = ""
	}
	return d.permitted(c, catalog.Change{Code: x.Code, Base: base, Text: d.text(x), From: x.From}, a.At)
}

// sentBack takes back from the list what it was permitted: the next edition does
// not issue it until it has gone the road again (DM-8.6).
func (d *Desk) sentBack(c *casework.Case, a casework.Answer) error {
	return catalog.Recall(d.Tx, c.ID, a.At)
}

func (d *Desk) permitted(c *casework.Case, ch catalog.Change, now time.Time) error {
	code, err := catalog.Permit(d.Tx, c.ID, ch, now)
	if err != nil {
		return err
	}
	return setCode(d.Tx, c.ID, code)
}
