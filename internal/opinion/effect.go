package opinion

import (
	"cmp"

	"yidan/internal/casework"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// assigned gives the opinion to the unit that has to answer it (DM-10.2).
func (d *Desk) assigned(c *casework.Case, a casework.Answer) error {
	x := said(c)
	unit := cmp.Or(a.Data.(*Routing).Unit, x.Lead)
	if unit == "" {
		return fault.On("unit", "DM-10.2", "选择转给哪个部门或者乡镇（街道）答复")
	}
	if x.Unit = d.Heir(unit); x.Unit == "" {
		return fault.On("unit", "DM-10.2", "这个单位已经撤销或者分设。另选一个单位")
	}
	switch d.UnitKind(x.Unit) {
	case org.Department, org.Mass, org.Agency, org.Township, org.Subdistrict:
	default:
		return fault.On("unit", "DM-10.2", "意见由部门或者乡镇（街道）答复。另选一个单位")
	}
	return setUnit(d.Tx, c.ID, x.Unit)
}

// returned takes the opinion from a unit that it does not concern.
func (d *Desk) returned(c *casework.Case, _ casework.Answer) error {
	said(c).Unit = ""
	return setUnit(d.Tx, c.ID, "")
}

// answered keeps what the unit says; its writer sees it once the list office lets it go.
func (d *Desk) answered(c *casework.Case, a casework.Answer) error {
	return setAnswer(d.Tx, c.ID, *a.Data.(*Answered), org.Day(a.At))
}

// reopened takes back an answer that is to be given again.
func (d *Desk) reopened(c *casework.Case, _ casework.Answer) error {
	return setAnswer(d.Tx, c.ID, Answered{}, "")
}

// released lets the answer go, published or only counted.
func (d *Desk) released(c *casework.Case, a casework.Answer) error {
	return d.close(c, *a.Data.(*Releasing), a)
}

func (d *Desk) close(c *casework.Case, r Releasing, a casework.Answer) error {
	if r.Publish == inFull && said(c).Private {
		return fault.On("publish", "", "意见人要求不公开。选择“只计数，不公布内容”")
	}
	return setClosed(d.Tx, c.ID, org.Day(a.At), r.Publish == inFull)
}

// answeredDirectly is an answer of the list office itself.
func (d *Desk) answeredDirectly(c *casework.Case, a casework.Answer) error {
	x := a.Data.(*Direct)
	return d.closeOwn(c, x.Answered, x.Releasing, a)
}

// outside tells the writer where to turn to; it is only counted.
func (d *Desk) outside(c *casework.Case, a casework.Answer) error {
	return d.closeOwn(c, Answered{Outside, a.Text}, Releasing{}, a)
}

func (d *Desk) closeOwn(c *casework.Case, x Answered, r Releasing, a casework.Answer) error {
	said(c).Unit = c.Owner.Unit
	if err := setUnit(d.Tx, c.ID, c.Owner.Unit); err != nil {
		return err
	}
	if err := setAnswer(d.Tx, c.ID, x, org.Day(a.At)); err != nil {
		return err
	}
	return d.close(c, r, a)
}

// turned opens a 调整事由 for what the opinion asks and keeps the link (DM-10.2).
func (d *Desk) turned(c *casework.Case, a casework.Answer) error {
	x, y := said(c), a.Data.(*Turning)
	row, err := Find(d.Tx, c.ID)
	if err != nil {
		return err
	}
	if row.Trigger != "" {
		return fault.Clash("这件意见已经转为调整事由，不用再转")
	}
	cause := Cause{Case: c.ID, Event: "公众意见（" + c.Number + "）：" + clip(x.Text, 120), Code: y.Code, Matter: y.Matter, Unit: y.Unit, Advice: cmp.Or(y.Advice, "check")}
	if cause.Code == "" && cause.Matter == "" {
		cause.Code = x.Code
	}
	if cause.Code == "" && cause.Matter == "" {
		return fault.On("matter", "DM-10.2", "这件意见没有写明事项。填写事项编码，或者要增加的事项名称")
	}
	if cause.Code == "" {
		cause.Unit = cmp.Or(cause.Unit, x.Unit)
	}
	id, err := d.Begin(a.By, cause, a.At)
	if err != nil {
		return err
	}
	return setTrigger(d.Tx, c.ID, id)
}

// Turn makes a 调整事由 of an opinion that was answered already; a.Data is a
// [Turning]. The case stays closed, its timeline says so while it is not archived.
func (d *Desk) Turn(c *casework.Case, a casework.Answer) error {
	switch {
	case !a.By.Holds(org.ListOffice):
		return fault.Absent()
	case c.Stage != casework.Closed:
		return c.Take(a)
	}
	if err := fault.Join(causeSheet.Layout.Check(a.Data)...); err != nil {
		return err
	}
	if err := d.turned(c, a); err != nil || !c.Archived.IsZero() {
		return err
	}
	return c.Comment(casework.Answer{Text: string(Turned), By: a.By, At: a.At})
}

// clip is the beginning of a text, in characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
