package adjustment_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/testkit"
)

var receipt = &approval.Letter{Number: "市备〔2026〕1号", On: "2026-08-03"}

// An item is adjusted, one added and one cancelled by one edition; what held
// before its day of effect holds until then.
//
// Proves: DM-5.1, DM-6.1, DM-7.1, DM-8.3, DM-8.4, DM-8.5, DM-8.6, DM-9.3
func TestAnEditionAppliesItsChangesAtOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		var cases []string
		for _, c := range []struct {
			unit   string
			change *adjustment.Change
		}{
			{"区生态局", x.change(adjustment.Adjust, "P001")},
			{"区水务局", x.change(adjustment.Cancel, "P002")},
			{"区林草局", x.change(adjustment.Add, "", func(c *adjustment.Change) {
				c.Fill(x.says("P003", "2026-08-03"))
				c.Code, c.Base, c.Name = "", "", "森林病虫害巡查"
				c.Category, c.NewCategory = adjustment.NewCategory, "林草保护"
				c.Evidence = because("森林法")
			})},
		} {
			if err := x.apply(c.unit, c.change); err != nil {
				t.Fatal(err)
			}
			x.pass(legal)
			cases = append(cases, x.id)
		}
		if err := x.edition(cases...); err != nil {
			t.Fatal(err)
		}
		if v := x.says("P001", "2026-12-01"); v.Cooperating != "乡镇日间巡查并报告" {
			t.Error("changed before it was issued")
		}
		x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
		x.stands(casework.Closed)
		for _, id := range cases {
			x.id = id
			if c := x.stands(approval.Receipt); c.Status() != "已印发，待备案回执" {
				t.Error("stands as", c.Status())
			}
		}
		f, _ := fault.As(x.apply("区水务局", x.change(adjustment.Cancel, "P002")))
		if f == nil || len(f.Fields) == 0 || f.Fields[0].Text != "P002 已由第 2 版取消，2026年9月1日起不在清单。核对编码" {
			t.Errorf("of what is cancelled from September on: %v", f)
		}
		slices.Sort(x.unlisted)
		if want := []string{"P001 乡镇日间巡查并报告 → 乡镇昼夜巡查并报告", "P002 乡镇日间巡查并报告 → -", "P004 - → 乡镇日间巡查并报告"}; !slices.Equal(x.unlisted, want) {
			t.Errorf("hand-overs hear of %q", x.unlisted)
		}
		if v := x.says("P001", "2026-08-31"); v.Cooperating != "乡镇日间巡查并报告" {
			t.Error("in force before its day")
		}
		if v := x.says("P001", "2026-09-01"); v.Cooperating != "乡镇昼夜巡查并报告" || v.Cause != cases[0] {
			t.Errorf("%+v", v)
		}
		if x.says("P002", "2026-09-01") != nil || x.says("P002", "2026-08-31") == nil {
			t.Error("not cancelled on its day")
		}
		if v := x.says("P004", "2026-09-01"); v == nil || v.Name != "森林病虫害巡查" || v.Category != "林草保护" {
			t.Errorf("not added: %+v", v)
		}
		x.read(func(tx *db.Tx) error {
			if r, err := adjustment.Find(tx, cases[2]); err != nil || r.Edition != 2 || r.Code != "P004" || r.Basis != decision.Basis || r.Late() {
				t.Errorf("%+v %v", r, err)
			}
			return catalog.Verify(tx)
		})
	})
}

// Two changes of one item never go out in one edition, and one that was written
// against an older text is not issued over a newer one.
//
// Proves: DM-8.6, DM-9.2
func TestNoChangeIsLostToAnother(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		var cases []string
		for _, duty := range []string{"乡镇昼夜巡查", "乡镇不再巡查，只报告"} {
			if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.Cooperating = duty })); err != nil {
				t.Fatal(err)
			}
			x.pass(legal)
			cases = append(cases, x.id)
		}
		x.refused(x.edition(cases...), "cases", "DM-8.6")
		if err := x.edition(cases[0]); err != nil {
			t.Fatal(err)
		}
		x.refused(x.say("区委办", casework.Done, issued("郊办发〔2026〕1号")), "number", "DM-8.6")
		x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
		x.refused(x.edition(cases[1]), "cases", "DM-8.6")
		x.id = cases[1]
		x.must("区委编办", adjustment.CompareIt, nil)
		x.stands(adjustment.Draft)
		x.refused(x.say("区生态局", casework.Submit, nil), "code", "DM-9.3")
		if x.says("P001", "2026-09-02").Cooperating != "乡镇昼夜巡查" {
			t.Error("the first change is lost")
		}
	})
}

// A change that another edition has overtaken is written against what the list says
// now in the same case: what it left as it was follows the list, what it changes
// stays, and it goes the road again.
//
// Proves: DM-7.1, DM-8.6, DM-9.3
func TestAnOvertakenChangeIsWrittenAgainstWhatTheListSaysNow(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		var cases []string
		for _, with := range []func(*adjustment.Change){
			func(c *adjustment.Change) {
				c.Cooperating, c.Main = "乡镇昼夜巡查", "区生态局组织联合执法"
			},
			func(c *adjustment.Change) {
				c.Cooperating, c.Category = "乡镇不再巡查，只报告", "综合保障"
			},
		} {
			if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001", with)); err != nil {
				t.Fatal(err)
			}
			x.pass(legal)
			cases = append(cases, x.id)
		}
		if err := x.issue(x.drafted(cases[0]), "郊办发〔2026〕2号"); err != nil {
			t.Fatal(err)
		}
		x.id = cases[1]
		number := x.stands(adjustment.Issue).Number
		x.must("区委编办", adjustment.CompareIt, nil)
		b, by := x.book(), who("区生态局")
		err := x.s.Do(ctx, x.id, by, x.now, func(_ *db.Tx, c *casework.Case) error {
			y := *c.Form.(*adjustment.Change)
			if both := y.TakeOver(b.Text(y.Base), b.Latest("P001")); !slices.Equal(both, []string{"配合责任"}) {
				t.Error("both changed", both)
			}
			if y.Cooperating != "乡镇不再巡查，只报告" || y.Category != "综合保障" || y.Main != "区生态局组织联合执法" {
				t.Errorf("%+v", y)
			}
			return c.Revise(&y, c.Revision, by)
		})
		if err != nil {
			t.Fatal(err)
		}
		x.must("区生态局", casework.Submit, nil)
		x.pass(legal)
		if c := x.stands(adjustment.Issue); c.Number != number {
			t.Error("another case:", c.Number)
		}
		if err := x.issue(x.drafted(cases[1]), "郊办发〔2026〕3号"); err != nil {
			t.Fatal(err)
		}
		if v := x.says("P001", "2026-09-01"); v.Cooperating != "乡镇不再巡查，只报告" || v.Main != "区生态局组织联合执法" || v.Category != "综合保障" {
			t.Errorf("%+v", v.Text)
		}
	})
}

// What is issued is carried out after that: no edition takes effect before its
// document, nor before a text that it replaces, of which nothing would be left.
//
// Proves: DM-8.6
func TestAnEditionTakesEffectOnceItIsIssued(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		first := x.permitted("区生态局", "P001")
		x.id = x.drafted(first)
		early := issued("郊办发〔2026〕2号")
		early.EffectiveOn = "2026-08-02"
		x.refused(x.say("区委办", casework.Done, early), "effective_on", "DM-8.6")
		x.must("区委办", casework.Done, issued("郊办发〔2026〕2号")) // from 1 September
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) {
			c.Fill(x.says("P001", "2026-09-01"))
			c.Cooperating = "乡镇只报告"
		})); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		x.id = x.drafted(x.id)
		before := issued("郊办发〔2026〕3号")
		before.EffectiveOn = "2026-08-15"
		x.refused(x.say("区委办", casework.Done, before), "effective_on", "DM-8.6")
		x.must("区委办", casework.Done, issued("郊办发〔2026〕3号"))
		if v := x.says("P001", "2026-09-01"); v.Cooperating != "乡镇只报告" {
			t.Error(v.Cooperating)
		}
	})
}

// What was issued wrongly is corrected back to the day from which it held, on another
// ground that says what was wrong; what had been published by then stays told.
//
// Proves: DM-7.3, DM-9.3
func TestACorrectionHoldsFromTheDayThatItCorrects(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		from := func(day string, other bool) error {
			return x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) {
				if c.From = day; other {
					c.Evidence = adjustment.Evidence{Grounds: []string{adjustment.ByOther}, OtherWhy: "印发时漏写“昼夜”"}
				}
			}))
		}
		x.refused(from("2026-03-01", false), "from", "DM-7.3")
		x.refused(from("2026-08-04", true), "from", "DM-8.6") // tomorrow
		x.refused(from("2026-01-09", true), "from", "DM-9.3") // before it held
		if err := from("2026-01-10", true); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		if err := x.issue(x.drafted(x.id), "郊办发〔2026〕2号"); err != nil {
			t.Fatal(err)
		}
		b := x.book()
		if v := b.Item(b.On("2026-03-01"), "P001"); v.Cooperating != "乡镇昼夜巡查并报告" {
			t.Error("as it held:", v.Cooperating)
		}
		if v := b.Item(b.Known("2026-03-01", "2026-03-01"), "P001"); v.Cooperating != "乡镇日间巡查并报告" {
			t.Error("as it was published:", v.Cooperating)
		}

		// What another text has replaced is not corrected any more, and it is said what is done instead.
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.Cooperating = "只报告" })); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		if err := x.issue(x.drafted(x.id), "郊办发〔2026〕3号"); err != nil { // from September on
			t.Fatal(err)
		}
		x.now = at("2026-09-02 09:00")
		again := x.change(adjustment.Adjust, "P001")
		again.Fill(x.says("P001", "2026-09-02"))
		again.Cooperating, again.From, again.LateWhy = "乡镇昼夜巡查", "2026-03-01", "刚发现"
		again.Evidence = adjustment.Evidence{Grounds: []string{adjustment.ByOther}, OtherWhy: "3月印发时写错"}
		err := x.apply("区生态局", again)
		x.refused(err, "from", "DM-9.3")
		if f, _ := fault.As(err); !strings.Contains(f.Fields[0].Text, "更早的内容已被第 3 版替代") || !strings.Contains(f.Fields[0].Text, "随这次变更公开") {
			t.Error(f.Fields[0].Text)
		}
	})
}

// What has not been filed cannot be issued, whoever asks.
//
// Proves: DM-8.5, DM-8.6
func TestNothingIsIssuedBeforeItIsFiled(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001")); err != nil {
			t.Fatal(err)
		}
		id := x.id
		x.refused(x.edition(id), "cases", "DM-8.6")
		x.id = id
		x.must("区委编办", casework.Agree, nil)
		x.must("区司法局", casework.Agree, legal)
		x.must("领导小组", casework.Agree, decision)
		x.must("区委办", casework.Done, letter, approval.ToCity)
		x.refused(x.edition(id), "cases", "DM-8.6")
	})
}

// Where it is enough to have sent a change up, the receipts of city and province
// are asked for while it waits for its edition, and hold nothing up; where they are
// to come first, it does not wait for its edition before.
//
// Proves: DM-8.5
func TestReceiptsAreKeptWhileAChangeWaitsForItsEdition(t *testing.T) {
	for _, first := range []bool{false, true} {
		testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
			x := newDistrict(t, d)
			x.terms.AwaitReceipt = first
			if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001")); err != nil {
				t.Fatal(err)
			}
			x.must("区委编办", casework.Agree, nil)
			x.must("区司法局", casework.Agree, legal)
			x.must("领导小组", casework.Agree, decision)
			x.must("区委办", casework.Done, letter, approval.ToCity)
			x.must("区委办", casework.Done, letter, approval.ToProvince)
			stage := adjustment.Issue
			if first {
				stage = approval.Receipt
			}
			x.stands(stage)
			x.must("区委办", casework.Done, receipt, approval.FromCity)
			x.stands(stage)
			x.must("区委办", casework.Done, receipt, approval.FromProvince)
			x.stands(adjustment.Issue)
			x.read(func(tx *db.Tx) error {
				fs, err := approval.Filings(tx, x.id)
				if len(fs) != 2 || fs[0].ReceivedNo != receipt.Number || fs[1].ReceivedOn != receipt.On || fs[0].SentNo == "" {
					t.Errorf("%+v", fs)
				}
				return err
			})
			change := x.id
			if err := x.edition(change); err != nil {
				t.Fatal(err)
			}
			x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
			x.id = change
			if c := x.stands(casework.Closed); c.Status() != "已印发" {
				t.Error("closed as", c.Status())
			}
		})
	}
}

// A receipt that has not come when the edition is issued is asked for until it does,
// and permits nothing anew: what was added keeps its code, and no edition adds it twice.
//
// Proves: DM-8.5, DM-8.6
func TestAReceiptMayComeAfterTheEdition(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if err := x.apply("区生态局", x.change(adjustment.Add, "", func(c *adjustment.Change) {
			c.Fill(x.says("P001", "2026-08-03"))
			c.Code, c.Base, c.Name, c.Evidence = "", "", "夜间禁烧巡查", because("大气污染防治法")
		})); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		change := x.id
		x.must("区委办", casework.Done, receipt, approval.FromProvince)
		if err := x.edition(change); err != nil {
			t.Fatal(err)
		}
		x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
		if v := x.says("P004", "2026-12-01"); v == nil {
			t.Error("the edition waits for the receipt")
		}
		x.id = change
		if c := x.stands(approval.Receipt); len(c.Pending()) != 1 {
			t.Error("asks for", c.Pending())
		}
		x.must("区委办", casework.Done, receipt, approval.FromCity)
		if c := x.stands(casework.Closed); c.Status() != "已印发" {
			t.Error("closed as", c.Status())
		}
		x.read(func(tx *db.Tx) error {
			fs, err := approval.Filings(tx, change)
			if len(fs) != 2 || fs[0].ReceivedNo != receipt.Number || fs[1].ReceivedNo != receipt.Number {
				t.Errorf("%+v", fs)
			}
			r, e := adjustment.Find(tx, change)
			if ws := x.waiting(); len(ws) > 0 || r.Code != "P004" {
				t.Errorf("waiting again: %v, its code is %s", ws, r.Code)
			}
			return errors.Join(err, e)
		})
	})
}
