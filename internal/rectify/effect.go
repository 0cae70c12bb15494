package rectify

import (
	"fmt"
	"slices"
	"strings"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/message"
	"yidan/internal/org"
)

// basis is what every paper cites.
const basis = "《郊区乡镇（街道）职责任务清单动态管理办法》第十一条"

func (d *Desk) clerk() approval.Clerk {
	return approval.Clerk{Tx: d.Tx, Number: d.Number, Holder: d.Holder, Unit: d.UnitName}
}

// ordered enters the order in the register and gives it to the unit in writing; the
// other office keeps a copy (DM-11.1).
func (d *Desk) ordered(c *casework.Case, a casework.Answer) error {
	x, k := order(c), d.clerk()
	if err := put(d.Tx, Record{Case: c.ID, Number: c.Number, Trigger: x.Trigger, Unit: x.Unit, Office: c.Owner.Unit, Matters: x.Matters, ApplyBy: x.ApplyBy, OrderedOn: org.Day(a.At), DueOn: x.DueOn}); err != nil {
		return err
	}
	l := d.letter(c, org.Day(a.At))
	holders := k.Copies(x.Unit, c.Owner.Unit, d.Holder(org.ListOffice), d.Holder(org.Justice))
	_, err := document.Issue(d.Tx, document.Paper{Kind: "rectify", Case: c.ID, Number: c.Number, Title: l.Title, Body: l}, holders, a.At)
	return err
}

// letter is the order as a paper of a day.
func (d *Desk) letter(c *casework.Case, day string) document.Letter {
	x := order(c)
	return document.Letter{
		Number: c.Number, Title: "责令限期整改通知书", To: d.UnitName(x.Unit),
		Paragraphs: []string{
			fmt.Sprintf("%s，%s。涉及你单位的清单事项：%s。", calendar.SayDay(x.HappenedOn), strings.TrimRight(x.Event, "。"), x.Matters),
			fmt.Sprintf("按照动态管理办法第八条，你单位应在%s（含当日）以前提出调整申请，至今没有提出。", calendar.SayDay(x.ApplyBy)),
			fmt.Sprintf("依据%s，责令你单位在%s（含当日）以前整改，并书面报告整改结果。", basis, calendar.SayDay(x.DueOn)),
			"整改要求：" + x.Demand,
			"拒不整改或者整改不到位的，移送纪检监察机关依规依纪处理。",
			"联系人：" + x.Contact + "　联系电话：" + x.Phone,
		},
		From: d.UnitName(c.Owner.Unit), Date: calendar.SayDay(day),
	}
}

// reported keeps what the unit says it did, and the application that it names.
func (d *Desk) reported(c *casework.Case, a casework.Answer) error {
	x := order(c)
	if r := a.Data.(*Result); r.Application != "" {
		if err := d.Discharge(x.Trigger, x.Unit, r.Application); err != nil {
			return err
		}
	}
	return setReported(d.Tx, c.ID, d.until(c), org.Day(a.At), a.Text)
}

// lapsed keeps that no report came in time.
func (d *Desk) lapsed(c *casework.Case, _ casework.Answer) error {
	return setLapsed(d.Tx, c.ID, d.until(c))
}

// until is the last day of the term as it was in the end: the one of the order, or
// the one to which it was extended.
func (d *Desk) until(c *casework.Case) string {
	day := order(c).DueOn
	for _, t := range c.Tasks {
		if t.Stage == Report && t.Kind == casework.Main && t.Within != calendar.On(day) {
			return LastDay(d.Due(org.Day(t.From), t.Within))
		}
	}
	return day
}

func (d *Desk) good(c *casework.Case, a casework.Answer) error {
	x := order(c)
	c.Tells(org.Unit(x.Unit), "认定：整改到位。"+a.Text)
	return setFound(d.Tx, c.ID, Handed{}, findings[Good], a.Text, org.Day(a.At))
}

// handOver hands what was not put right, with its whole record, to the discipline
// commission (DM-11.2).
func (d *Desk) handOver(c *casework.Case, a casework.Answer) error {
	x, day, k := order(c), org.Day(a.At), d.clerk()
	to, err := d.receiver(x.Unit)
	if err != nil {
		return err
	}
	number, err := d.Number("移送", a.At.In(calendar.Zone).Year())
	if err != nil {
		return err
	}
	y, err := d.record(c, a, number)
	if err != nil {
		return err
	}
	id := c.Pass(d.clue(), org.Unit(to), &y)
	if err := setFound(d.Tx, c.ID, Handed{id, number, to}, findings[a.Verdict], a.Text, day); err != nil {
		return err
	}
	files, err := document.Of(d.Tx, c.ID)
	if err != nil {
		return err
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
		if _, err := document.Attach(d.Tx, a.By, id, string(Arrive), f.Blob, f.Name, a.At); err != nil {
			return err
		}
	}
	sent := d.transfer(y, names)
	sent.To, sent.From = d.UnitName(to), d.UnitName(c.Owner.Unit)
	if _, err := document.Issue(d.Tx, document.Paper{Kind: "transfer", Case: c.ID, Number: number, Title: sent.Title, Body: sent}, k.Copies(to, c.Owner.Unit), a.At); err != nil {
		return err
	}
	copied := d.letter(c, y.OrderedOn)
	if _, err := document.Issue(d.Tx, document.Paper{Kind: "rectify", Case: c.ID, Number: c.Number, Title: copied.Title + "（移送副本）", Body: copied}, k.Copies(to), a.At); err != nil {
		return err
	}
	c.Tells(org.Unit(to), "移送："+string(a.Verdict)+"。全部记录随本件移送。")
	c.Tells(org.Unit(x.Unit), "认定："+string(a.Verdict)+"，移送"+d.UnitName(to)+"。"+a.Text)
	return nil
}

// receiver is who receives a clue about a unit: the discipline commission, and the
// leading group where the clue is about the commission itself.
func (d *Desk) receiver(unit string) (string, error) {
	to := d.Holder(org.Discipline)
	if to == unit {
		to = d.Holder(org.Lead)
	}
	if to == "" {
		return "", fault.Refuse("DM-11.2", "还没有确定哪个单位是区纪委监委，不能移送。先由安全管理员在“办事机构”里确定")
	}
	return to, nil
}

// record is everything that a clue says: trigger, order, report, finding, and the days.
func (d *Desk) record(c *casework.Case, a casework.Answer, letter string) (Clue, error) {
	x := order(c)
	r, err := Find(d.Tx, c.ID)
	if err != nil {
		return Clue{}, err
	}
	o, err := d.Owed(x.Trigger, x.Unit)
	if err != nil {
		return Clue{}, err
	}
	var applied []string
	for _, y := range o.Duties {
		if y.Case == "" {
			continue
		}
		s, err := d.Called(y.Case)
		if err != nil {
			return Clue{}, err
		}
		if !slices.Contains(applied, s) {
			applied = append(applied, s)
		}
	}
	y := Clue{
		Order: c.ID, Number: c.Number, UnitName: d.UnitName(x.Unit), Office: d.UnitName(c.Owner.Unit), Event: x.Event, HappenedOn: x.HappenedOn, ApplyBy: x.ApplyBy, Matters: x.Matters,
		OrderedOn: r.OrderedOn, Demand: x.Demand, DueOn: r.DueOn, ReportedOn: r.ReportedOn, Report: r.Report, Application: strings.Join(applied, "；"),
		Finding: string(a.Verdict), Reasons: a.Text, FoundOn: org.Day(a.At), Letter: letter,
	}
	if y.Report == "" {
		y.Report = "到期没有报告"
	}
	if y.Application == "" {
		y.Application = "没有"
	}
	return y, nil
}

// transfer is the letter by which a clue is handed over.
func (d *Desk) transfer(y Clue, files []string) document.Letter {
	said := fmt.Sprintf("%s报告：%s", calendar.SayDay(y.ReportedOn), y.Report)
	if y.ReportedOn == "" {
		said = "到整改期限没有报告。"
	}
	return document.Letter{
		Number: y.Letter, Title: "关于移送问题线索的函",
		Paragraphs: []string{
			fmt.Sprintf("调整事由：%s，%s。%s应在%s以前就%s提出清单调整申请，没有提出。", calendar.SayDay(y.HappenedOn), strings.TrimRight(y.Event, "。"), y.UnitName, calendar.SayDay(y.ApplyBy), y.Matters),
			fmt.Sprintf("责令整改：%s以%s责令其在%s以前整改。要求：%s", calendar.SayDay(y.OrderedOn), y.Number, calendar.SayDay(y.DueOn), y.Demand),
			"整改报告：" + said, "已经提出的申请：" + y.Application + "。",
			fmt.Sprintf("认定：%s认定%s。理由：%s", calendar.SayDay(y.FoundOn), y.Finding, y.Reasons),
			"依据" + basis + "，连同全部记录移送，请依规依纪处理。",
		},
		Enclosures: append([]string{"责令限期整改通知书（" + y.Number + "）", "流转记录"}, files...),
		Date:       calendar.SayDay(y.FoundOn),
	}
}

// accepted enters the receipt and lets the office that handed the clue over know.
func (d *Desk) accepted(c *casework.Case, a casework.Answer) error {
	y, r := c.Form.(*Clue), a.Data.(*Receipt)
	x, err := Find(d.Tx, y.Order)
	if err != nil {
		return err
	}
	if err := setReceived(d.Tx, y.Order, r.Number, r.On); err != nil {
		return err
	}
	return message.Post(d.Tx, message.Message{
		To: org.Unit(x.Office), Subject: "线索已接收：" + x.Number, Text: fmt.Sprintf("%s移送的线索，%s已经接收：%s，登记编号 %s。", y.Letter, d.UnitName(x.To), calendar.SayDay(r.On), r.Number),
		Case: y.Order, Link: "/sq/" + y.Order, At: a.At,
	})
}
