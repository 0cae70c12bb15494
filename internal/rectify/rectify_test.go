package rectify_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/message"
	"yidan/internal/org"
	"yidan/internal/rectify"
	"yidan/internal/testkit"
	"yidan/internal/testkit/room"
)

var (
	ctx     = context.Background()
	at, who = room.At, room.Who
)

// A district is a store with one trigger of 1 July that asks the water bureau for
// two items and the farming bureau for one, a clock, and the last case.
type district struct {
	t       *testing.T
	s       *casework.Store
	now     time.Time
	trigger string
	signs   string // the unit whose answers its leader signs
	id      string
}

func newDistrict(t *testing.T, d *db.DB) *district {
	x := &district{t: t, now: at("2026-08-03 09:00")}
	x.s = room.Store(d, func(tx *db.Tx) casework.Editions { return rectify.Procedures(x.desk(tx)) })
	x.begin("2026-07-01")
	return x
}

// begin opens the trigger of a day.
func (x *district) begin(day string) {
	x.write(func(tx *db.Tx) (err error) {
		x.trigger, err = adjustment.Begin(tx, who("区委编办"), adjustment.Trigger{Kind: "function", Event: "机构职能调整", HappenedOn: day, Duties: []adjustment.Duty{
			{Code: "P001", Matter: "河道巡查", Unit: "区水务局", Advice: "adjust"}, {Code: "P002", Matter: "机井管护", Unit: "区水务局", Advice: "adjust"}, {Code: "P003", Matter: "秸秆禁烧", Unit: "区农业农村局", Advice: "check"},
		}}, calendar.Deadline{}, x.now)
		return err
	})
}

func due(day string, t calendar.Term) calendar.Deadline {
	return calendar.Built().Due(at(day+" 00:00"), t, nil)
}

func (x *district) desk(tx *db.Tx) *rectify.Desk {
	return &rectify.Desk{
		Tx: tx, Terms: func(time.Time) rectify.Terms { return rectify.Terms{Rectify: calendar.WorkDays(10)} },
		Number: room.Number(tx), Signer: room.Signer(x.signs), Holder: room.Holder, UnitName: room.Name,
		Due: due,
		Owed: func(trigger, unit string) (o rectify.Owed, err error) {
			t, err := adjustment.TriggerOf(tx, trigger)
			if err != nil {
				return o, err
			}
			o = rectify.Owed{Event: t.Event, HappenedOn: t.HappenedOn, Due: due(t.HappenedOn, calendar.WorkDays(10))}
			for _, d := range t.Duties {
				if d.Unit == unit {
					o.Duties = append(o.Duties, rectify.Duty{Code: d.Code, Matter: d.Matter, Case: d.Case, Open: d.Open()})
				}
			}
			if len(o.Duties) == 0 {
				err = fault.Absent()
			}
			return o, err
		},
		Discharge: func(string, string, string) error { return fault.Refuse("DM-11.2", "不是这件") },
		Called:    func(id string) (string, error) { return casework.Called(tx, id) },
	}
}

func (x *district) write(f func(tx *db.Tx) error) {
	x.t.Helper()
	room.Write(x.t, x.s.DB, f)
}

func (x *district) read(f func(tx *db.Tx) error) {
	x.t.Helper()
	room.Read(x.t, x.s.DB, f)
}

// order has a unit order another to put the trigger right.
func (x *district) order(by, unit string, with ...func(*rectify.Order)) error {
	x.t.Helper()
	id, err := x.s.Open(ctx, "rectification", who(by), x.now, func(_ *db.Tx, f any) error {
		y := f.(*rectify.Order)
		*y = rectify.Order{Trigger: x.trigger, Unit: unit, Demand: rectify.UsualDemand, DueOn: "2026-08-10", Contact: "综合科", Phone: "0454-8000000"}
		for _, w := range with {
			w(y)
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	x.id = id
	return x.say(by, casework.Submit, "", nil)
}

func (x *district) say(unit string, v casework.Verdict, text string, data any) error {
	return x.speak(who(unit), v, text, data)
}

func (x *district) speak(by org.Actor, v casework.Verdict, text string, data any) error {
	return room.Say(x.s, x.id, casework.Answer{Verdict: v, By: by, Text: text, Data: data, At: x.now})
}

func (x *district) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *district) stands(id string, want casework.Stage) *casework.Case {
	x.t.Helper()
	return room.Stands(x.t, x.s, id, want, x.now)
}

func (x *district) record() (r rectify.Record) {
	x.t.Helper()
	x.read(func(tx *db.Tx) (err error) { r, err = rectify.Find(tx, x.id); return err })
	return r
}

// refused fails the test unless the error is a refusal under article 11 that says
// these words, in a field or without.
func (x *district) refused(err error, rule, words string) {
	x.t.Helper()
	f, ok := fault.As(err)
	if !ok {
		x.t.Fatalf("want a refusal that says %q, got %v", words, err)
	}
	said := []fault.Fault{*f}
	for _, y := range f.Fields {
		said = append(said, fault.Fault{Rule: y.Rule, Text: y.Text})
	}
	if !slices.ContainsFunc(said, func(y fault.Fault) bool { return y.Rule == rule && strings.Contains(y.Text, words) }) {
		x.t.Fatalf("want a refusal by %s that says %q, got %+v", rule, words, f)
	}
}

// dismiss has the list office say that items of the trigger need no change.
func (x *district) dismiss(nos ...string) {
	x.t.Helper()
	for _, no := range nos {
		x.write(func(tx *db.Tx) error {
			return adjustment.Dismiss(tx, who("区委编办"), x.trigger+"/"+no, "不需要调整", x.now)
		})
	}
}

func (x *district) sees(unit, id string) bool {
	x.t.Helper()
	var err error
	x.read(func(tx *db.Tx) error { err = casework.Visible(tx, who(unit), id); return nil })
	return err == nil
}

// inbox is what waits for somebody.
func inbox(tx *db.Tx, a org.Actor, now time.Time) ([]casework.Todo, string, error) {
	n, err := casework.Count(tx, a)
	if err != nil {
		return nil, "", err
	}
	return n.Inbox(tx, a, casework.Filter{}, now)
}

// Only list office and justice bureau order, only what is overdue, unanswered and
// under no order, never themselves, and only to a day that the term allows.
//
// Proves: DM-11.1
func TestWhatAnOrderIsRefusedFor(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		to := func(day string) func(*rectify.Order) { return func(y *rectify.Order) { y.DueOn = day } }
		x.refused(x.order("区农业农村局", "区水务局"), "DM-11.1", "由区委编办、区司法局作出")
		x.refused(x.order("区委编办", "区委编办"), "DM-11.1", "由区司法局责令")
		x.refused(x.order("区司法局", "区财政局"), "DM-11.1", "没有要区财政局提出的申请")
		x.refused(x.order("区委编办", "区水务局", to("2026-08-03")), "DM-11.1", "以后")
		x.refused(x.order("区委编办", "区水务局", to("2026-08-18")), "DM-11.1", "不能晚于2026年8月17日：区内设定的限期整改时限是 10 个工作日")
		x.refused(x.order("区委编办", "区水务局", func(y *rectify.Order) { y.Demand = "" }), "DM-11.1", "写明要求怎样整改")
		x.must(x.order("区委编办", "区水务局", to("2026-08-17")))
		x.refused(x.order("区司法局", "区水务局"), "DM-11.1", "认定以前不重复责令")
		x.must(x.order("区司法局", "区农业农村局"))

		x.begin("2026-07-01")
		x.dismiss("1", "2")
		x.refused(x.order("区委编办", "区水务局"), "DM-11.1", "已经提出申请")
		x.begin("2026-07-21")
		x.refused(x.order("区委编办", "区水务局"), "DM-11.1", "还在提出申请的期限内")
		x.now = at("2026-08-05 00:00") // the tenth working day is over
		x.must(x.order("区委编办", "区水务局"))
	})
}

// An order is a numbered paper with the unit and both offices, stands in the unit's
// inbox until its day, and is seen by nobody else.
//
// Proves: DM-11.1
func TestAnOrderIsAPaperWithADay(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.must(x.order("区司法局", "区水务局"))
		c := x.stands(x.id, rectify.Report)
		if c.Number != "责改〔2026〕001" || c.Title() != "责令区水务局就“河道巡查”等 2 项限期整改" {
			t.Errorf("%s %s", c.Number, c.Title())
		}
		x.read(func(tx *db.Tx) error {
			ps, err := document.OfCase(tx, x.id)
			if err != nil || len(ps) != 1 || ps[0].Number != c.Number {
				t.Fatalf("%v %+v", err, ps)
			}
			l := ps[0].Body.(document.Letter)
			said := strings.Join(l.Paragraphs, "\n")
			for _, words := range []string{"机构职能调整", "P001 “河道巡查”、P002 “机井管护”", "应在2026年7月15日（含当日）以前提出", "在2026年8月10日（含当日）以前整改", "第十一条"} {
				if !strings.Contains(said, words) {
					t.Errorf("the paper does not say %q:\n%s", words, said)
				}
			}
			for _, u := range []string{"区水务局", "区司法局", "区委编办"} {
				if _, ok := ps[0].CopyOf(u); !ok {
					t.Errorf("%s keeps no copy", u)
				}
			}
			todo, _, err := inbox(tx, who("区水务局"), x.now)
			if err != nil || len(todo) != 1 || !todo[0].Due.At.Equal(at("2026-08-11 00:00")) {
				t.Errorf("%v %+v", err, todo)
			}
			return nil
		})
		for unit, want := range map[string]bool{"区水务局": true, "区委编办": true, "区司法局": true, "区农业农村局": false, "区纪委监委": false} {
			if x.sees(unit, x.id) != want {
				t.Errorf("%s sees it: %v", unit, !want)
			}
		}
	})
}

// What is written may be overtaken before it is signed: then it is not signed.
//
// Proves: DM-11.1
func TestAnOrderIsNotSignedOnceItIsAnswered(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.signs = "区委编办"
		x.must(x.order("区委编办", "区水务局"))
		if r, err := x.running(); err != nil || r.Case != "" {
			t.Fatalf("in force before it is signed: %v %+v", err, r)
		}
		x.dismiss("1", "2")
		leader := who("区委编办")
		leader.Person, leader.Post = "负责人", org.Leader
		x.refused(x.speak(leader, casework.Agree, "", nil), "DM-11.1", "已经提出申请")
	})
}

func (x *district) running() (r rectify.Record, err error) {
	x.read(func(tx *db.Tx) error { r, err = rectify.Running(tx, x.trigger, "区水务局"); return nil })
	return r, err
}

// An order ends by a finding of the office that ordered, with reasons, and by
// nothing else; what nobody has applied for is not put right.
//
// Proves: DM-11.2
func TestAnOrderEndsByAFindingAlone(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.must(x.order("区委编办", "区水务局"))
		closes := func(when string) {
			for _, v := range []casework.Verdict{casework.Withdraw, casework.Done, casework.Agree, casework.Nobody, casework.Silent} {
				if err := x.say("区委编办", v, "撤回", nil); err == nil {
					t.Fatalf("%s: closed by %s", when, v)
				}
			}
		}
		closes("while it runs")
		if err := x.say("区委编办", rectify.Good, "到位", nil); err == nil {
			t.Fatal("found before there was a report")
		}
		x.refused(x.say("区水务局", rectify.Reported, "", &rectify.Result{}), "DM-11.2", "写明做了哪些整改")
		x.refused(x.say("区水务局", rectify.Reported, "已整改", &rectify.Result{Application: "x"}), "DM-11.2", "不是这件")
		x.must(x.say("区水务局", rectify.Reported, "已经开会研究，正在起草申请。", &rectify.Result{}))
		c := x.stands(x.id, rectify.Judge)
		if got := c.Asked(who("区委编办")); len(got) != 1 || got[0].Matter != rectify.OnReport {
			t.Fatalf("%+v", got)
		}
		closes("while it is judged")
		if err := x.say("区司法局", rectify.Good, "到位", nil); err == nil {
			t.Fatal("the other office found")
		}
		if err := x.say("区水务局", rectify.Good, "到位", nil); err == nil {
			t.Fatal("the unit found for itself")
		}
		for _, v := range []casework.Verdict{rectify.Good, rectify.Short, rectify.Refused} {
			x.refused(x.say("区委编办", v, "", nil), "DM-11.2", "写明认定的理由")
		}
		x.dismiss("1")
		x.refused(x.say("区委编办", rectify.Good, "到位", nil), "DM-11.2", "P002 “机井管护”还没有提出申请")
		x.dismiss("2")
		x.must(x.say("区委编办", rectify.Good, "两项都有了着落。", nil))
		x.stands(x.id, casework.Closed)
		if r := x.record(); r.State() != "整改到位" || r.FoundOn != "2026-08-03" || r.ReportedOn != "2026-08-03" || r.Clue != "" {
			t.Errorf("%+v", r)
		}
		if x.sees("区纪委监委", x.id) {
			t.Error("what was put right was handed over")
		}
	})
}

// The register does not take a closing without a finding or a finding without its
// clue, whoever writes to it.
//
// Proves: DM-11.2
func TestTheRegisterRefusesAFindingWithoutItsClue(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.must(x.order("区委编办", "区水务局"))
		for _, set := range []string{
			`finding = 'insufficient', reasons = 'x', found_on = '2026-08-04', lapsed = TRUE`, `finding = 'good', reasons = '', found_on = '2026-08-04', lapsed = TRUE`,
			`finding = 'good', reasons = 'x', found_on = '2026-08-04'`, `clue = 'x'`, `office = unit_id`, `receipt_no = '1', received_on = '2026-08-04'`,
		} {
			if err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE rectifications SET `+set+` WHERE case_id = $1`, x.id)
				return err
			}); err == nil {
				t.Errorf("takes %s", set)
			}
		}
	})
}

// What was not put right goes to the discipline commission with the whole record.
// It alone reads the clue; the unit and the offices go on seeing the order.
//
// Proves: DM-11.2
func TestWhatWasNotPutRightBecomesAClue(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.must(x.order("区司法局", "区水务局"))
		order := x.id
		blob, err := document.Take(ctx, d, strings.NewReader("整改说明"), "说明.txt", x.now)
		x.must(err)
		x.write(func(tx *db.Tx) error {
			_, err := document.Attach(tx, who("区水务局"), order, "report", blob, "说明.txt", x.now)
			return err
		})
		x.must(x.say("区水务局", rectify.Reported, "等省里的文件。", &rectify.Result{}))
		x.now = at("2026-08-04 09:00")
		x.must(x.say("区司法局", rectify.Short, "只作解释，没有提出申请。", nil))
		x.stands(order, casework.Closed)
		r := x.record()
		if r.State() != "整改不到位" || r.Clue == "" || r.Letter != "移送〔2026〕001" || r.To != "区纪委监委" {
			t.Fatalf("%+v", r)
		}
		c := x.stands(r.Clue, rectify.Receive)
		y := c.Form.(*rectify.Clue)
		if want := (rectify.Clue{Order: order, Number: "责改〔2026〕001", UnitName: "区水务局", Office: "区司法局", Event: "机构职能调整", HappenedOn: "2026-07-01", ApplyBy: "2026-07-15",
			Matters: "P001 “河道巡查”、P002 “机井管护”", OrderedOn: "2026-08-03", Demand: rectify.UsualDemand, DueOn: "2026-08-10", ReportedOn: "2026-08-03", Report: "等省里的文件。", Application: "没有",
			Finding: "整改不到位", Reasons: "只作解释，没有提出申请。", FoundOn: "2026-08-04", Letter: "移送〔2026〕001"}); *y != want {
			t.Errorf("the clue says\n%+v, want\n%+v", *y, want)
		}
		if c.Number != "线索〔2026〕001" || !c.Sealed || c.Parent.Case != order {
			t.Errorf("%s sealed %v from %s", c.Number, c.Sealed, c.Parent.Case)
		}
		for unit, want := range map[string][2]bool{"区纪委监委": {true, true}, "区司法局": {true, false}, "区委编办": {true, false}, "区水务局": {true, false}, "区农业农村局": {false, false}, "领导小组": {false, false}} {
			if got := [2]bool{x.sees(unit, order), x.sees(unit, r.Clue)}; got != want {
				t.Errorf("%s sees order and clue %v, want %v", unit, got, want)
			}
		}
		x.read(func(tx *db.Tx) error {
			if fs, err := document.Of(tx, r.Clue); err != nil || len(fs) != 1 || fs[0].Blob.ID != blob.ID {
				t.Errorf("the report's file is not with the clue: %v %+v", err, fs)
			}
			kinds := map[string]int{}
			ps, err := document.OfCase(tx, order)
			for _, p := range ps {
				if _, ok := p.CopyOf("区纪委监委"); ok {
					kinds[p.Kind]++
				}
				if _, ok := p.CopyOf("区水务局"); ok && p.Kind == "transfer" {
					t.Error("the unit keeps a copy of the letter that hands it over")
				}
			}
			if err != nil || kinds["transfer"] != 1 || kinds["rectify"] != 1 {
				t.Errorf("order and letter are not with the commission: %v %v", err, kinds)
			}
			for _, unit := range []string{"区水务局", "区司法局", "区委编办"} {
				rows, err := casework.Children(tx, who(unit), order)
				if err != nil || len(rows) > 0 {
					t.Errorf("%s is led to the clue: %v %v", unit, err, rows)
				}
			}
			rows, err := casework.Children(tx, who("区纪委监委"), order)
			if err != nil || len(rows) != 1 {
				t.Errorf("the commission is not led to the clue: %v %v", err, rows)
			}
			return nil
		})
		x.id = r.Clue
		if err := x.say("区司法局", rectify.Accepted, "", &rectify.Receipt{Number: "1", On: "2026-08-04"}); !fault.Is(err, fault.Missing) {
			t.Errorf("another office receives it: %v", err)
		}
		x.refused(x.say("区纪委监委", rectify.Accepted, "", &rectify.Receipt{On: "2026-08-04"}), "DM-11.2", "接收登记编号")
		x.refused(x.say("区纪委监委", rectify.Accepted, "", &rectify.Receipt{Number: "郊纪线〔2026〕3号", On: "2026-08-03"}), "DM-11.2", "不能早于移送日期")
		x.refused(x.say("区纪委监委", rectify.Accepted, "", &rectify.Receipt{Number: "郊纪线〔2026〕3号", On: "2026-08-05"}), "DM-11.2", "不能晚于今天")
		x.must(x.say("区纪委监委", rectify.Accepted, "", &rectify.Receipt{Number: "郊纪线〔2026〕3号", On: "2026-08-04"}))
		if c := x.stands(r.Clue, casework.Closed); c.Status() != "已接收" {
			t.Error(c.Status())
		}
		x.id = order
		if r := x.record(); r.ReceiptNo != "郊纪线〔2026〕3号" || r.ReceivedOn != "2026-08-04" {
			t.Errorf("%+v", r)
		}
		x.read(func(tx *db.Tx) error {
			told, _, err := message.Box(tx, who("区司法局"), message.Filter{})
			if err != nil || !slices.ContainsFunc(told, func(m message.Kept) bool {
				return strings.Contains(m.Text, "登记编号 郊纪线〔2026〕3号") && m.Link == "/sq/"+order
			}) {
				t.Errorf("the office is not told: %v %+v", err, told)
			}
			told, _, err = message.Box(tx, who("区水务局"), message.Filter{})
			for _, m := range told {
				if strings.Contains(m.Text+m.Link, "郊纪线") || strings.Contains(m.Link, r.Clue) {
					t.Errorf("the unit is told of the clue: %+v", m)
				}
			}
			return err
		})
		x.must(x.order("区委编办", "区水务局")) // it still owes the application
	})
}

// Where no report comes by the day, that stands with the office that ordered, which
// may find a refusal without a report. The day can be put off by that office alone.
//
// Proves: DM-11.2
func TestSilenceStandsWithTheOfficeThatOrdered(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.must(x.order("区司法局", "区水务局"))
		a := casework.Answer{By: who("区水务局"), At: x.now, Text: "材料在市里"}
		x.must(x.s.Do(ctx, x.id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error {
			return c.Extend(c.Asked(a.By)[0].No, calendar.WorkDays(7), a)
		}))
		if c := x.stands(x.id, rectify.Report); len(c.Asked(who("区委编办"))) > 0 || len(c.Asked(who("区司法局"))) != 1 {
			t.Fatal("not the office that ordered is asked for more time")
		}
		x.must(x.say("区司法局", casework.Agree, "", nil))
		x.now = at("2026-08-11 08:00")
		if n, err := x.s.LapseDue(ctx, x.now); err != nil || n != 0 {
			t.Fatalf("lapsed before its day: %d %v", n, err)
		}
		x.now = at("2026-08-13 08:00")
		if n, err := x.s.LapseDue(ctx, x.now); err != nil || n != 1 {
			t.Fatalf("%d %v", n, err)
		}
		x.read(func(tx *db.Tx) error {
			todo, _, err := inbox(tx, who("区司法局"), x.now)
			if err != nil || len(todo) != 1 || todo[0].Task.Matter != rectify.OnSilence {
				t.Errorf("%v %+v", err, todo)
			}
			return nil
		})
		if r := x.record(); r.State() != "逾期未报告，待认定" || r.DueOn != "2026-08-12" {
			t.Errorf("%+v", r)
		}
		if err := x.say("区水务局", rectify.Reported, "晚了一天", &rectify.Result{}); err == nil {
			t.Error("a report after the day")
		}
		x.must(x.say("区司法局", rectify.Refused, "催办两次，没有报告。", nil))
		r := x.record()
		y := x.stands(r.Clue, rectify.Receive).Form.(*rectify.Clue)
		if y.ReportedOn != "" || y.Report != "到期没有报告" || y.DueOn != "2026-08-12" || y.Finding != "拒不整改" {
			t.Errorf("%+v", y)
		}
		x.read(func(tx *db.Tx) error {
			env, err := x.s.Wire(tx, x.now)
			if err != nil {
				return err
			}
			faults, err := casework.Replay(tx, env, x.now)
			for _, f := range faults {
				t.Error(f)
			}
			return err
		})
	})
}

// Where there is no discipline commission nothing is handed over and the finding
// waits; a clue about the commission itself goes to the leading group.
//
// Proves: DM-11.2
func TestWhoReceivesAClue(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		was := room.Offices[org.Discipline]
		defer func() { room.Offices[org.Discipline] = was }()
		x.must(x.order("区委编办", "区水务局"))
		x.must(x.say("区水务局", rectify.Reported, "不改", &rectify.Result{}))
		room.Offices[org.Discipline] = ""
		x.refused(x.say("区委编办", rectify.Refused, "明确不改", nil), "DM-11.2", "还没有确定哪个单位是区纪委监委")
		x.stands(x.id, rectify.Judge)
		room.Offices[org.Discipline] = "区水务局"
		x.must(x.say("区委编办", rectify.Refused, "明确不改", nil))
		if r := x.record(); r.To != "领导小组" || x.sees("区水务局", r.Clue) {
			t.Errorf("%+v", r)
		}
	})
}
