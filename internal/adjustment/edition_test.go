package adjustment_test

import (
	"testing"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
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
		if v := x.says("P001", "2026-08-31"); v.Cooperating != "乡镇日间巡查并报告" {
			t.Error("in force before its day")
		}
		if v := x.says("P001", "2026-09-01"); v.Cooperating != "乡镇昼夜巡查并报告" || v.Cause != cases[0] {
			t.Errorf("%+v", v)
		}
		if x.says("P002", "2026-09-01") != nil || x.says("P002", "2026-08-31") == nil {
			t.Error("not cancelled on its day")
		}
		if v := x.says("P004", "2026-09-01"); v == nil || v.Name != "森林病虫害巡查" {
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
		first := x.id
		x.refused(x.say("区委办", casework.Done, issued("郊办发〔2026〕1号")), "number", "DM-8.6")
		x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
		x.refused(x.edition(cases[1]), "cases", "DM-8.6")
		x.id = cases[1]
		x.must("区委编办", adjustment.CompareIt, nil)
		x.stands(adjustment.Draft)
		x.refused(x.say("区生态局", casework.Submit, nil), "code", "DM-9.3")
		if x.id = first; x.says("P001", "2026-09-02").Cooperating != "乡镇昼夜巡查" {
			t.Error("the first change is lost")
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
		x.refused(x.edition(id), "", "DM-8.6")
		x.id = id
		x.must("区委编办", casework.Agree, nil)
		x.must("区司法局", casework.Agree, legal)
		x.must("领导小组", casework.Agree, decision)
		x.must("区委办", casework.Done, letter, approval.ToCity)
		x.refused(x.edition(id), "", "DM-8.6")
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

// A receipt that has not come when the edition is issued is asked for until it does.
//
// Proves: DM-8.5
func TestAReceiptMayComeAfterTheEdition(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001")); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		change := x.id
		x.must("区委办", casework.Done, receipt, approval.FromProvince)
		if err := x.edition(change); err != nil {
			t.Fatal(err)
		}
		x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
		if v := x.says("P001", "2026-12-01"); v.Cooperating == "乡镇日间巡查并报告" {
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
			return err
		})
	})
}
