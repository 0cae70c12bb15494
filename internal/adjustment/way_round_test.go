package adjustment_test

import (
	"errors"
	"slices"
	"testing"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/testkit"
)

// waiting are the cases that the next edition may issue.
func (x *district) waiting() (causes []string) {
	x.read(func(tx *db.Tx) error {
		ps, err := catalog.Waiting(tx)
		for _, p := range ps {
			causes = append(causes, p.Cause)
		}
		return err
	})
	return causes
}

// A change that was sent back to be compared anew is permitted no more: no edition
// issues it, whoever hands one in, until it has gone the whole road again.
//
// Proves: DM-8.6, DM-9.2
func TestAChangeThatWasSentBackIsNotIssued(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001")); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		id := x.id
		if err := x.edition(id); err != nil {
			t.Fatal(err)
		}
		draft := x.id
		x.id = id
		x.must("区委编办", adjustment.CompareIt, nil)
		if ws := x.waiting(); len(ws) > 0 {
			t.Error("waits for an edition:", ws)
		}
		x.refused(x.edition(id), "cases", "DM-8.6")
		x.id = draft
		x.refused(x.say("区委办", casework.Done, issued("郊办发〔2026〕2号")), "cases", "DM-8.6")
		x.id = id
		x.must("区生态局", casework.Submit, nil)
		x.pass(legal)
		if ws := x.waiting(); !slices.Equal(ws, []string{id}) {
			t.Error("permitted again and not waiting:", ws)
		}
		x.id = draft
		x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
		if v := x.says("P001", "2026-09-01"); v.Cooperating != "乡镇昼夜巡查并报告" {
			t.Error(v.Cooperating)
		}
	})
}

// The day of an event is that of the trigger which asked for the change, and a
// trigger is answered by a change of the item it named: neither is typed away.
//
// Proves: DM-8.1, DM-8.2
func TestADutyIsNotTypedAway(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		var id string
		x.write(func(tx *db.Tx) (err error) {
			trigger := adjustment.Trigger{Kind: "decision", Event: "省政府决定调整", HappenedOn: "2026-07-10", Duties: []adjustment.Duty{
				{Code: "P001", Matter: "秸秆禁烧巡查", Unit: "区生态局", Advice: "adjust"}, {Matter: "机动车尾气巡查", Unit: "区生态局", Advice: "add"}}}
			id, err = adjustment.Begin(tx, who("区委编办"), trigger, calendar.Deadline{}, x.now)
			return err
		})
		asks := func(no int, with func(*adjustment.Change)) error {
			return x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) {
				c.Duty, c.HappenedOn, c.LateWhy = id+"/"+string(rune('0'+no)), "2026-07-10", "等待上级解释"
				if with != nil {
					with(c)
				}
			}))
		}
		open := func() (nos []int) {
			x.read(func(tx *db.Tx) error {
				t, err := adjustment.TriggerOf(tx, id)
				for _, d := range t.Duties {
					if d.Open() {
						nos = append(nos, d.No)
					}
				}
				return err
			})
			return nos
		}
		x.refused(asks(1, func(c *adjustment.Change) { c.HappenedOn, c.LateWhy = "2026-08-01", "" }), "happened_on", "DM-8.1")
		if err := asks(2, nil); err != nil { // what is to be added is not answered by adjusting P001
			t.Fatal(err)
		}
		if nos := open(); !slices.Equal(nos, []int{1, 2}) {
			t.Error("open:", nos)
		}
		if err := asks(1, nil); err != nil {
			t.Fatal(err)
		}
		if nos := open(); !slices.Equal(nos, []int{2}) {
			t.Error("open:", nos)
		}
	})
}

// What a merged unit owed, and had a part in, is its heir's to apply for, and no other
// unit's.
//
// Proves: DM-8.1, DM-8.2
func TestAMergedUnitsDutyIsItsHeirs(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		var id string
		x.write(func(tx *db.Tx) (err error) {
			id, err = adjustment.Begin(tx, who("区委编办"), adjustment.Trigger{Kind: "decision", Event: "省政府决定调整", HappenedOn: "2026-08-01", Duties: []adjustment.Duty{
				{Code: "P001", Matter: "秸秆禁烧巡查", Unit: "区生态局", Advice: "adjust"}}}, calendar.Deadline{}, x.now)
			return err
		})
		asks := func() *adjustment.Change {
			return x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.Duty = id + "/1" })
		}
		x.refused(x.apply("区水务局", asks()), "departments", "DM-8.2")
		x.heirs = map[string]string{"区生态局": "区水务局"}
		x.refused(x.apply("区林草局", asks()), "departments", "DM-8.2")
		if err := x.apply("区水务局", asks()); err != nil {
			t.Fatal(err)
		}
		x.read(func(tx *db.Tx) error {
			mine, err := adjustment.Every(tx, false, "区水务局", "区生态局")
			if len(mine) != 1 || mine[0].Duties[0].Case != x.id {
				t.Errorf("%+v", mine)
			}
			return err
		})
	})
}

// What was handed in within its ten days stays in time when it is handed in again
// after it was sent back, and putting right does not make another application of it.
//
// Proves: DM-8.1, DM-8.2
func TestAnApplicationIsInTimeByTheDayItWasFirstHandedIn(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.refused(x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.EventOn = "2026-07-01" })), "happened_on", "DM-8.1")
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001")); err != nil {
			t.Fatal(err)
		}
		right := func(with func(*adjustment.Change)) error {
			do := func(unit string, f func(c *casework.Case, a casework.Answer) error) error {
				a := casework.Answer{By: who(unit), Text: "补正", At: x.now}
				return x.s.Do(ctx, x.id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error { return f(c, a) })
			}
			do("区委编办", func(c *casework.Case, a casework.Answer) error { return c.Correct(calendar.WorkDays(5), a) }) // once is enough
			return do("区生态局", func(c *casework.Case, a casework.Answer) error {
				y := *c.Form.(*adjustment.Change)
				with(&y)
				if err := c.Revise(&y, c.Revision, a.By); err != nil {
					return err
				}
				a.Verdict = casework.Done
				return c.Answer(c.Asked(a.By)[0].No, a)
			})
		}
		x.refused(right(func(c *adjustment.Change) { c.Kind = adjustment.Cancel }), "kind", "DM-8.2")
		x.refused(right(func(c *adjustment.Change) { c.HappenedOn = "2026-07-20" }), "happened_on", "DM-8.2")
		if err := right(func(c *adjustment.Change) { c.Reason = "依据修订，补充说明" }); err != nil {
			t.Fatal(err)
		}
		x.now = at("2026-08-20 09:00")
		x.must("区委编办", casework.Return, nil)
		x.must("区司法局", casework.Agree, legal)
		x.stands(adjustment.Draft)
		x.now = at("2026-08-24 09:00")
		x.must("区生态局", casework.Submit, nil)
		x.read(func(tx *db.Tx) error {
			r, err := adjustment.Find(tx, x.id)
			if r.Late() || r.AppliedOn != "2026-08-03" {
				t.Errorf("%+v", r)
			}
			return err
		})
	})
}

// An edition whose document is older than that of the edition before it is refused
// with a sentence, as is one by a document that was used.
//
// Proves: DM-8.6
func TestEditionsFollowOneAnother(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001")); err != nil {
		t.Fatal(err)
	}
	x.pass(legal)
	if err := x.edition(x.id); err != nil {
		t.Fatal(err)
	}
	old := *issued("郊办发〔2026〕2号")
	old.IssuedOn = "2026-01-04"
	x.refused(x.say("区委办", casework.Done, &old), "issued_on", "DM-8.6")
	for _, number := range []string{"郊办发〔2026〕1号", "郊办发[2026]1号", "郊办发（２０２６） 1 号"} {
		x.refused(x.say("区委办", casework.Done, issued(number)), "number", "DM-8.6")
	}
	x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
}

// A code that was cancelled is given to nothing else, and what bore it is changed no
// more: from its edition on, before it takes effect as well.
//
// Proves: DM-2.1, DM-6.1, DM-7.1, DM-9.2
func TestACancelledCodeIsNotUsedAgain(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		goes := func(unit, number string, c *adjustment.Change) {
			t.Helper()
			if err := x.apply(unit, c); err != nil {
				t.Fatal(err)
			}
			x.pass(legal)
			if err := x.issue(x.drafted(x.id), number); err != nil {
				t.Fatal(err)
			}
		}
		late := x.change(adjustment.Adjust, "P003")
		goes("区林草局", "郊办发〔2026〕2号", x.change(adjustment.Cancel, "P003")) // the highest of its letter
		x.refused(x.apply("区林草局", late), "code", "DM-7")
		x.refused(x.apply("区林草局", x.change(adjustment.Cancel, "P003")), "code", "DM-6")
		goes("区林草局", "郊办发〔2026〕3号", x.change(adjustment.Add, "", func(c *adjustment.Change) {
			c.Fill(x.says("P003", "2026-08-03"))
			c.Code, c.Base, c.Name, c.Evidence = "", "", "森林防火巡护", because("森林法")
		}))
		if v := x.says("P004", "2026-09-01"); v == nil || v.Name != "森林防火巡护" {
			t.Errorf("added as %+v", v)
		}
		if x.says("P003", "2026-09-01") != nil || x.says("P003", "2026-08-31") == nil {
			t.Error("the cancelled code says something again, or what it said is lost")
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO items (id, code) VALUES ('x', 'P003')`)
			return err
		}); err == nil {
			t.Error("the database gave a code twice")
		}
	})
}

// A township that was merged is asked and served through its heir when its item leaves
// the list: the heir may apply, and keeps the copies.
//
// Proves: AE-11.1, AE-12.1, F-3
func TestWhatLeavesAMergedTownshipIsItsHeirs(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if err := x.apply("区林草局", x.change(adjustment.Adjust, "P003", func(c *adjustment.Change) { c.Scope, c.Townships = "some", []string{"城关镇"} })); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		if err := x.issue(x.drafted(x.id), "郊办发〔2026〕2号"); err != nil {
			t.Fatal(err)
		}
		leave := func() error {
			x.open("南寨镇", "removal", func(f any) {
				y := f.(*adjustment.Removal)
				y.Fill(x.says("P003", "2026-09-01"))
				y.Evidence, y.Reason, y.Contact, y.Phone = because("森林法"), "依据已经废止", "综合科", "0454-8000000"
				y.Demonstrations = []adjustment.Demonstration{{On: "2026-08-02", Who: "法规科", Findings: "应当退出"}}
			})
			return x.say("南寨镇", casework.Submit, nil)
		}
		x.refused(leave(), "code", "DM-8.2")
		x.heirs = map[string]string{"城关镇": "南寨镇"}
		if err := leave(); err != nil {
			t.Fatal(err)
		}
		x.pass(nil)
		x.read(func(tx *db.Tx) error {
			ps, err := document.OfCase(tx, x.id)
			if err != nil || len(ps) != 1 {
				t.Fatal(ps, err)
			}
			p, err := document.Find(tx, ps[0].ID)
			var holders []string
			for _, c := range p.Copies {
				holders = append(holders, c.Unit)
			}
			if !slices.Contains(holders, "南寨镇") || slices.Contains(holders, "城关镇") || len(holders) != 5 { // and four offices
				t.Error("copies with", holders)
			}
			return err
		})
	})
}

// What was in order when it was written is judged again when it is signed: the ten days
// may have run out meanwhile, the item been changed, the files been removed, and another
// edition have come first.
//
// Proves: DM-8.1, DM-8.2, DM-8.6
func TestWhatIsSignedIsJudgedAgain(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.signs = "区生态局"
		written := func(code string) string {
			t.Helper()
			if err := x.apply("区生态局", x.change(adjustment.Adjust, code, func(c *adjustment.Change) { c.Departments[0].Name = "区生态局" })); err != nil {
				t.Fatal(err)
			}
			return x.id
		}
		late, overtaken := written("P002"), written("P001")
		x.files = 0
		x.refused(x.sign("区生态局"), "files", "DM-8.2")
		x.files = 1
		first := written("P001")
		if err := x.sign("区生态局"); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		if err := x.issue(x.drafted(first), "郊办发〔2026〕2号"); err != nil {
			t.Fatal(err)
		}
		x.id = overtaken
		x.refused(x.sign("区生态局"), "code", "DM-9.3")
		x.id, x.now = late, at("2026-08-14 17:00")
		x.stands(adjustment.Draft)
		x.now = at("2026-08-17 09:00") // the eleventh working day
		x.refused(x.sign("区生态局"), "late_why", "DM-8.1")
		x.stands(adjustment.Draft)
	})
}

// An application that was sent back and is handed in again about another item is
// another application: its days run anew, and the duty that it answered is open again.
//
// Proves: DM-8.1, DM-8.2
func TestWhatTurnsIntoAnotherApplicationIsNoLongerTheFirst(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		var id string
		x.write(func(tx *db.Tx) (err error) {
			id, err = adjustment.Begin(tx, who("区委编办"), adjustment.Trigger{Kind: "decision", Event: "省政府决定调整", HappenedOn: "2026-08-01", Duties: []adjustment.Duty{
				{Code: "P001", Matter: "秸秆禁烧巡查", Unit: "区生态局", Advice: "adjust"}}}, calendar.Deadline{}, x.now)
			return err
		})
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.Duty = id + "/1" })); err != nil {
			t.Fatal(err)
		}
		x.now = at("2026-08-20 09:00")
		x.must("区委编办", casework.Return, nil)
		x.must("区司法局", casework.Agree, legal)
		turn := func(late string) {
			by := who("区生态局")
			y := x.change(adjustment.Adjust, "P002", func(c *adjustment.Change) {
				c.Departments[0].Name, c.Duty, c.LateWhy = "区生态局", id+"/1", late
			})
			if err := x.s.Do(ctx, x.id, by, x.now, func(_ *db.Tx, c *casework.Case) error { return c.Revise(y, c.Revision, by) }); err != nil {
				t.Fatal(err)
			}
		}
		turn("")
		x.refused(x.say("区生态局", casework.Submit, nil), "late_why", "DM-8.1")
		turn("等待上级解释")
		x.must("区生态局", casework.Submit, nil)
		x.read(func(tx *db.Tx) error {
			r, err := adjustment.Find(tx, x.id)
			if !r.Late() || r.Code != "P002" || r.AppliedOn != "2026-08-20" {
				t.Errorf("%+v", r)
			}
			y, e := adjustment.TriggerOf(tx, id)
			if !y.Duties[0].Open() {
				t.Error("answered by an application about another item")
			}
			return errors.Join(err, e)
		})
	})
}

// An application that was begun on the page of an item and asks for a new one in the
// end is issued like any other.
//
// Proves: DM-5.1, DM-8.6
func TestWhatBeganOnAnItemMayBecomeAnAddition(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		c := x.change(adjustment.Add, "P001", func(c *adjustment.Change) { c.Code, c.Name = "", "夜间禁烧巡查" })
		if err := x.apply("区生态局", c); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		if err := x.issue(x.drafted(x.id), "郊办发〔2026〕2号"); err != nil {
			t.Fatal(err)
		}
		if x.says("P004", "2026-09-01") == nil {
			t.Error("not added")
		}
	})
}

// At the turn of a year an application bears the number of the year in which it was
// handed in, by the clock of the district; while nobody knows the working days of the
// next year nothing is late by them, and an event of the next day is not one of today.
//
// Proves: DM-8.1, DM-8.2
func TestAtTheTurnOfAYear(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		asks := func(code, unit, happened string) error {
			return x.apply(unit, x.change(adjustment.Adjust, code, func(c *adjustment.Change) { c.HappenedOn, c.EventOn = happened, happened }))
		}
		number := func() string { return x.stands(approval.Review).Number }
		x.now = at("2026-12-31 23:59")
		x.refused(asks("P001", "区生态局", "2027-01-01"), "happened_on", "DM-8.1")
		if err := asks("P001", "区生态局", "2026-12-28"); err != nil || number() != "调整〔2026〕001" {
			t.Error(err)
		}
		x.now = at("2027-01-01 00:00")
		if err := asks("P002", "区水务局", "2027-01-01"); err != nil || number() != "调整〔2027〕001" {
			t.Error(err)
		}
		x.now = at("2027-03-01 09:00")
		if err := asks("P003", "区林草局", "2026-12-28"); err != nil || number() != "调整〔2027〕002" {
			t.Error("late by a date that may move:", err)
		}
		x.refused(asks("P003", "区林草局", "2026-12-11"), "late_why", "DM-8.1") // its ten days end within the year
		x.read(func(tx *db.Tx) error {
			rs, err := adjustment.Records(tx, "2026-12-31", "2027-12-31")
			if len(rs) != 3 || rs[2].AppliedOn != "2026-12-31" || rs[2].DueOn != "" {
				t.Errorf("%+v", rs)
			}
			return err
		})
	})
}
