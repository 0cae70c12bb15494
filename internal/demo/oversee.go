package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/rectify"
	"yidan/internal/regulation"
)

// An ordering is a missed application and how far putting it right got. Numbers are
// working days before now; 0 is not yet.
type ordering struct {
	happened    int
	kind, event string
	code        string
	office      string // login of whoever orders
	ordered     int
	unsigned    bool // the order waits for its signature
	reported    int
	report      string
	file        string // that goes with the report
	application string // a case of cases.txt that the report names
	found       int
	finding     casework.Verdict
	reasons     string
	received    int
}

var orderings = []ordering{
	{happened: 50, kind: "decision", event: "区政府决定由部门承担保护性耕作的技术指导", code: "P006", office: "bianban", ordered: 36,
		reported: 29, report: "收到通知后已经提出调整申请。没有按期提出，是因为等待技术规程印发。", application: "black-soil", found: 27, finding: rectify.Good, reasons: "已经提出申请，内容与事由相符。"},
	{happened: 45, kind: "function", event: "机构职能调整明确农村供水和机井管护的分工", code: "P005", office: "bianban", ordered: 33,
		reported: 25, report: "正在与乡镇（街道）商量，准备年底以前提出。", file: "情况说明.txt", found: 22, finding: rectify.Short, reasons: "到期没有提出申请，报告只有打算，没有整改的措施和时间。", received: 20},
	{happened: 35, kind: "report", event: "乡镇（街道）反映防火巡护和应急处置的分工不清", code: "P013", office: "sifa", ordered: 23, found: 2, finding: rectify.Refused, reasons: "到期没有报告，催办以后仍没有提出申请。"},
	{happened: 30, kind: "decision", event: "区政府决定取消生猪屠宰环节的重复检查", code: "P012", office: "bianban", ordered: 13},
	{happened: 22, kind: "function", event: "机构职能调整明确畜禽养殖污染监测由部门承担", code: "P001", office: "sifa", ordered: 8,
		reported: 1, report: "已经起草调整申请，正在做论证，本周提出。", file: "整改情况报告.txt"},
	{happened: 18, kind: "function", event: "机构职能调整明确农村集体聚餐的指导责任", code: "P002", office: "bianban", ordered: 3},
	{happened: 16, kind: "report", event: "乡镇（街道）反映应急演练与预案衔接的责任不清", code: "P007", office: "sifa", ordered: 1, unsigned: true},
}

// oversee has the offices order what was not applied for in time, in every stage
// that an order comes to.
func (x *District) oversee(ctx context.Context, now time.Time) error {
	p := &play{District: x, now: now}
	err := x.db.Read(ctx, func(tx *db.Tx) (err error) { p.cal, err = calendar.Load(tx); return err })
	for i, o := range orderings {
		if err == nil {
			err = p.order(ctx, o, i)
		}
		if err != nil {
			return fmt.Errorf("demo: order %d: %w", i+1, err)
		}
	}
	return x.pass(ctx, now)
}

// morning is a time of a working day before now; n tells apart what happens on one.
func (p *play) morning(ago, n int) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, p.workdaysAgo(fmt.Sprint(ago)), calendar.Zone)
	return t.Add(10*time.Hour + time.Duration(n)*time.Minute), err
}

func (p *play) order(ctx context.Context, o ordering, n int) error {
	at, err := p.morning(o.happened, n)
	if err != nil {
		return err
	}
	id, unit, trigger := "", "", ""
	err = p.db.Write(ctx, func(tx *db.Tx) error {
		book, err := catalog.Load(tx)
		if err != nil {
			return err
		}
		by, err := p.Actor(tx, "bianban", at)
		if err != nil {
			return err
		}
		v := book.Latest(o.code)
		if v == nil {
			return fmt.Errorf("no item %q", o.code)
		}
		unit = v.Leader()
		t := adjustment.Trigger{Kind: o.kind, Event: o.event, HappenedOn: at.Format(time.DateOnly), Duties: []adjustment.Duty{{Code: o.code, Matter: v.Name, Unit: unit, Advice: "adjust"}}}
		trigger, err = adjustment.Begin(tx, by, t, p.cal.Due(at, calendar.WorkDays(10), nil), at)
		return err
	})
	if err != nil {
		return err
	}
	login := ""
	for l, u := range p.ids {
		if u == unit {
			login = l
		}
	}
	say := func(ago int, login string, v casework.Verdict, words string, data any) error {
		at, err := p.morning(ago, n)
		if err != nil {
			return err
		}
		if err := p.reply(ctx, id, login, casework.Answer{Verdict: v, Text: words, Data: data, At: at}); err != nil {
			return err
		}
		if seatOf(login).signs && !o.unsigned {
			return p.reply(ctx, id, login+"-fzr", casework.Answer{Verdict: casework.Agree, At: at.Add(time.Hour)})
		}
		return nil
	}
	if at, err = p.morning(o.ordered, n); err != nil {
		return err
	}
	err = p.db.Write(ctx, func(tx *db.Tx) error {
		by, err := p.Actor(tx, o.office, at)
		if err != nil {
			return err
		}
		x, last, err := regulation.Order(tx, trigger, unit, at)
		x.DueOn, x.Contact, x.Phone = last, "综合科", p.unitPhone(tx, by.Unit)
		if err != nil {
			return err
		}
		id, err = p.store.OpenIn(tx, "rectification", by, at, func(_ *db.Tx, form any) error { *form.(*rectify.Order) = x; return nil })
		return err
	})
	if err == nil {
		err = say(o.ordered, o.office, casework.Submit, "", nil)
	}
	if f, refused := fault.As(err); refused && f.Rule == "DM-11.1" { // in a year whose working days nobody knows nothing is overdue
		return nil
	}
	if err != nil {
		return err
	}
	p.cases["order-"+o.code] = id
	if o.reported > 0 {
		if err := p.enclose(ctx, o, login, id, n); err != nil {
			return err
		}
		if err := say(o.reported, login, rectify.Reported, o.report, &rectify.Result{Application: p.cases[o.application]}); err != nil {
			return err
		}
	}
	if o.found == 0 {
		return nil
	}
	if at, err = p.morning(o.found, n); err != nil {
		return err
	}
	if err := p.pass(ctx, at); err != nil {
		return err
	}
	if o.reported == 0 && !p.stands(ctx, id, rectify.Judge) {
		return nil // its day is not certain yet
	}
	if err := say(o.found, o.office, o.finding, o.reasons, nil); err != nil {
		return err
	}
	var r rectify.Record
	if err := p.db.Read(ctx, func(tx *db.Tx) (err error) { r, err = rectify.Find(tx, id); return err }); err != nil || r.Clue == "" {
		return err
	}
	id, p.cases["clue-"+o.code] = r.Clue, r.Clue
	if o.received == 0 {
		return nil
	}
	day := p.workdaysAgo(fmt.Sprint(o.received))
	return say(o.received, "jiwei", rectify.Accepted, "", &rectify.Receipt{Number: "郊纪线〔" + day[:4] + "〕" + fmt.Sprint(n+1) + "号", On: day})
}

// enclose adds the file that goes with a report.
func (p *play) enclose(ctx context.Context, o ordering, login, id string, n int) error {
	at, err := p.morning(o.reported, n)
	if err != nil || o.file == "" {
		return err
	}
	title, _, _ := strings.Cut(o.file, ".")
	blob, err := document.Take(ctx, p.db, strings.NewReader(strings.Join([]string{title, "", seatOf(login).called() + "　" + at.Format(time.DateOnly), o.report, ""}, "\r\n")), o.file, at)
	if err != nil {
		return err
	}
	return p.store.Write(ctx, at, func(tx *db.Tx, d *casework.Docket) error {
		by, err := p.Actor(tx, login, at)
		if err != nil {
			return err
		}
		return d.Do(id, at, func(c *casework.Case) error {
			if _, err := document.Attach(tx, by, id, string(c.Stage), blob, o.file, at); err != nil {
				return err
			}
			return c.Attached("添加材料："+o.file, casework.Answer{By: by, At: at})
		})
	})
}

func (p *play) stands(ctx context.Context, id string, stage casework.Stage) (yes bool) {
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		env, err := p.store.Wire(tx, p.now)
		if err != nil {
			return err
		}
		c, err := casework.Load(tx, env, id, p.now)
		if err == nil {
			yes = c.Stage == stage
		}
		return err
	})
	return yes && err == nil
}
