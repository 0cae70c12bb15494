package admission_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

// do has somebody do something to the case besides answering.
func (x *district) do(unit string, f func(c *casework.Case, a casework.Answer) error) error {
	a := casework.Answer{By: who(unit), Text: "理由充分", At: x.now}
	return x.s.Do(ctx, x.id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error { return f(c, a) })
}

// putRight asks for the form to be put right, changes it and hands it back.
func (x *district) putRight(by, owner string, form any) error {
	err := x.do(by, func(c *casework.Case, a casework.Answer) error { return c.Correct(calendar.WorkDays(5), a) })
	if err != nil && !fault.Is(err, fault.Conflict) { // asked before and not yet handed back
		return err
	}
	if err := x.do(owner, func(c *casework.Case, a casework.Answer) error { return c.Revise(form, c.Revision, a.By) }); err != nil {
		return err
	}
	return x.say(owner, casework.Done, nil)
}

func names(err error) (fields []string) {
	if f, ok := fault.As(err); ok {
		for _, x := range f.Fields {
			fields = append(fields, x.Name)
		}
	}
	return fields
}

// What a form has to hold when it is handed in it has to hold when it is put right:
// no end before the start, no township that was not asked.
//
// Proves: AE-5.1, AE-5.2
func TestPuttingRightIsNoWayRoundTheRules(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toReview()
		for field, change := range map[string]func(*admission.Request){
			"townships": func(r *admission.Request) { r.Townships = townships },
			"to":        func(r *admission.Request) { r.To = "2026-08-31" },
			"main":      func(r *admission.Request) { r.Main = "" },
		} {
			if err := x.putRight("区委编办", "区农业农村局", asked(change)); !slices.Equal(names(err), []string{field}) {
				t.Errorf("%s: %v", field, err)
			}
		}
		if err := x.putRight("区委编办", "区农业农村局", asked(func(r *admission.Request) { r.Townships = townships[:1] })); err != nil {
			t.Error("put right:", err)
		}
	})
}

// A township that was let off before it answered has not been asked (AE-5.2), and
// nobody joins those whom the regulation names.
//
// Proves: AE-5.2, AE-6.1
func TestWhoIsAskedIsWhoTheRegulationNames(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.must("区农业农村局", casework.Submit, nil)
		x.must("区委编办", casework.Agree, nil)
		x.must("城关镇", casework.Agree, nil)
		if err := x.do("区委编办", func(c *casework.Case, a casework.Answer) error { return c.Drop(4, a) }); err != nil {
			t.Fatal(err)
		}
		x.stands(admission.Apply)
		if err := x.say("区农业农村局", casework.Submit, nil); !slices.Equal(names(err), []string{"townships"}) || !strings.Contains(err.Error(), "还没有征求南寨镇的意见") {
			t.Error("filed without one of them:", err)
		}
		x.must("区农业农村局", admission.AskAgain, nil)
		x.must("城关镇", casework.Agree, nil)
		x.must("南寨镇", casework.Agree, nil)
		x.must("区农业农村局", casework.Submit, nil)
		err := x.do("区委编办", func(c *casework.Case, a casework.Answer) error { return c.Add(org.Unit("区水务局"), a) })
		if f, ok := fault.As(err); !ok || f.Kind != fault.Refused || f.Rule != "AE-6.1" {
			t.Error("a third reviewer:", err)
		}
	})
}

// What was approved is put right no more: neither while it is filed nor later, by
// whoever is asked for something then.
//
// Proves: AE-6.2
func TestWhatWasApprovedIsNotPutRight(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toApproval()
		x.must("领导小组", casework.Agree, decision)
		more := asked(func(r *admission.Request) { r.Task = "全部由乡镇承担" })
		if err := x.putRight("区委办", "区农业农村局", more); !fault.Is(err, fault.Refused) {
			t.Error("while it is filed:", err)
		}
		x.must("区委办", casework.Done, letter, approval.ToCity)
		x.must("区委办", casework.Done, letter, approval.ToProvince)
		if err := x.putRight("城关镇", "区农业农村局", more); !fault.Is(err, fault.Refused) {
			t.Error("by a township that has not signed for it:", err)
		}
	})
}

// Proves: AE-7.1, AE-9.1
func TestWhatAnAdmissionCarries(t *testing.T) {
	now := at("2026-10-08 09:00")
	m := admission.Matter{Number: "准入〔2026〕001", From: "2026-09-01", To: "2026-12-31", Began: at("2026-08-03 09:00"),
		Townships: []admission.Delivery{{Unit: "城关镇", At: at("2026-08-04 09:00")}, {Unit: "南寨镇"}}}
	for _, tt := range []struct {
		name, unit, rule string
		change           func(*admission.Matter)
		now              string
	}{
		{"signed for, within its time", "城关镇", "", nil, ""},
		{"any township, within its time", "", "", nil, ""},
		{"on its last day", "城关镇", "", nil, "2026-12-31 23:59"},
		{"not signed for", "南寨镇", "AE-7.1", nil, ""},
		{"a township it does not name", "河湾镇", "AE-2.2", nil, ""},
		{"the day after its last", "城关镇", "AE-2.2", nil, "2027-01-01 00:00"},
		{"before its first day", "城关镇", "AE-6.2", nil, "2026-08-31 23:59"},
		{"not filed yet", "城关镇", "AE-6.2", func(m *admission.Matter) { m.Began = time.Time{} }, ""},
		{"left", "城关镇", "AE-9.1", func(m *admission.Matter) { m.Ended = at("2026-10-01 09:00") }, ""},
	} {
		m, now := m, now
		if tt.change != nil {
			tt.change(&m)
		}
		if tt.now != "" {
			now = at(tt.now)
		}
		err := m.Carries(tt.unit, now)
		if f, _ := fault.As(err); tt.rule == "" && err != nil || tt.rule != "" && (f == nil || f.Rule != tt.rule || f.Kind != fault.Refused) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.rule)
		}
	}
}

// Whoever of the two recommends to buy the service, the recommendation is kept.
//
// Proves: AE-10.1
func TestEitherOfficeMayRecommendToBuyTheService(t *testing.T) {
	buy := &admission.Refusal{Purchase: "yes", Advice: "巡查服务"}
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		for _, first := range []bool{true, false} {
			x := newDistrict(t, d)
			x.open(asked())
			x.toReview()
			of := map[bool]*admission.Refusal{true: buy, false: refusal}
			x.must("区委编办", casework.Reject, of[first])
			x.must("区司法局", casework.Reject, of[!first])
			x.stands(casework.Closed)
			x.read(func(tx *db.Tx) error {
				as, err := admission.Advices(tx)
				if !slices.ContainsFunc(as, func(a admission.Advice) bool { return a.Case == x.id && a.Text == "巡查服务" }) {
					t.Errorf("said by the list office: %v, kept: %+v", first, as)
				}
				return err
			})
		}
	})
}

// leaving begins an exit of an admitted task as a draft.
func (x *district) leaving(of string) {
	x.t.Helper()
	id, err := x.s.Open(ctx, "exit", who("区农业农村局"), x.now, func(_ *db.Tx, f any) error { *f.(*admission.Exit) = exitOf(of); return nil })
	if err != nil {
		x.t.Fatal(err)
	}
	x.id = id
}

func exitOf(of string) admission.Exit {
	return admission.Exit{Admission: of, Matter: "秸秆禁烧巡查协助", Ground: "completed", Reason: "完成", Rest: "无", Contact: "科", Phone: "0454-8000000"}
}

// An exit that is given up lets go of what it was to end, and of nothing else; one
// that is put right stays about the same task.
//
// Proves: AE-9.1
func TestAnExitHoldsWhatItIsAboutUntilItIsGivenUp(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toLive()
		admitted := x.id
		x.open(asked(func(r *admission.Request) { r.Matter = "另一件" }))
		x.toLive()
		other := x.id
		holds := func(of, want string) {
			t.Helper()
			x.read(func(tx *db.Tx) error {
				m, err := admission.Find(tx, of)
				if m.ExitCase != want {
					t.Errorf("held by %q, want %q", m.ExitCase, want)
				}
				return err
			})
		}
		x.leaving(admitted)
		first := x.id
		x.must("区农业农村局", casework.Submit, nil)
		x.leaving(admitted) // a second draft, given up: the first goes on
		x.must("区农业农村局", casework.Withdraw, nil)
		holds(admitted, first)
		x.id = first
		form := exitOf(other)
		if err := x.putRight("区委编办", "区农业农村局", &form); !slices.Equal(names(err), []string{"admission"}) {
			t.Error("put right to end another:", err)
		}
		form = exitOf(admitted)
		if err := x.putRight("区委编办", "区农业农村局", &form); err != nil {
			t.Error(err)
		}
		x.must("区委编办", casework.Return, nil)
		x.must("区司法局", casework.Agree, nil)
		x.stands(admission.ExitDraft)
		form = exitOf(other)
		if err := x.do("区农业农村局", func(c *casework.Case, a casework.Answer) error { return c.Revise(&form, c.Revision, a.By) }); err != nil {
			t.Fatal(err)
		}
		x.must("区农业农村局", casework.Submit, nil)
		holds(admitted, "")
		holds(other, first)
		x.must("区委编办", casework.Return, nil)
		x.must("区司法局", casework.Agree, nil)
		x.must("区农业农村局", casework.Withdraw, nil) // given up after it was sent back
		holds(other, "")
	})
}

// Everybody who keeps a copy of the notice is told, not the townships alone, in
// every way the district may be set.
//
// Proves: AE-9.1
func TestAnExitIsToldToAllConcerned(t *testing.T) {
	for _, receipt := range []bool{false, true} {
		for _, serial := range []bool{false, true} {
			x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
			x.terms.AwaitReceipt, x.terms.Serial, x.terms.Conference = receipt, serial, !serial
			x.open(asked())
			x.toReview()
			pass := func() {
				x.must("区委编办", casework.Agree, nil)
				x.must("区司法局", casework.Agree, nil)
				if !serial {
					x.must("小组办", casework.Agree, minutes)
				}
				x.must("领导小组", casework.Agree, decision)
				x.must("区委办", casework.Done, letter, approval.ToCity)
				x.must("区委办", casework.Done, letter, approval.ToProvince)
				if receipt {
					x.must("区委办", casework.Done, letter, approval.FromCity)
					x.must("区委办", casework.Done, letter, approval.FromProvince)
				}
			}
			pass()
			x.leaving(x.id)
			x.must("区农业农村局", casework.Submit, nil)
			pass()
			x.stands(casework.Closed)
			for _, unit := range []string{"城关镇", "南寨镇", "区委编办", "区司法局", "区委办", "区政府办"} {
				x.read(func(tx *db.Tx) error {
					told, _, err := casework.ToRead(tx, who(unit), "", 10)
					if !slices.ContainsFunc(told, func(m casework.Circulation) bool { return strings.Contains(m.Text, "已经批准退出") }) {
						t.Errorf("receipt %v, serial %v: %s is not told: %+v", receipt, serial, unit, told)
					}
					return err
				})
			}
		}
	}
}
