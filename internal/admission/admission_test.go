package admission_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/message"
	"yidan/internal/org"
	"yidan/internal/testkit"
	"yidan/internal/testkit/room"
)

var (
	ctx       = context.Background()
	at, who   = room.At, room.Who
	townships = room.Townships
)

// A district is a store of admissions, a clock, and the last case.
type district struct {
	t     *testing.T
	s     *casework.Store
	terms admission.Terms
	now   time.Time
	files int // attachments of every case
	heirs map[string]string
	signs string              // the unit whose leader signs
	holds map[org.Role]string // offices that lie elsewhere than in [offices]
	id    string
}

func newDistrict(t *testing.T, d *db.DB) *district {
	x := &district{t: t, now: at("2026-08-03 09:00"), files: 1, terms: admission.Terms{
		Consult: calendar.WorkDays(5), Terms: approval.Terms{Office: calendar.WorkDays(15), Legality: calendar.WorkDays(7), Conference: true}, Remind: 10,
	}}
	x.s = room.Store(d, func(tx *db.Tx) casework.Editions { return admission.Procedures(x.desk(tx)) })
	return x
}

func (x *district) desk(tx *db.Tx) *admission.Desk {
	return &admission.Desk{
		Heir: func(id string) string { return cmp.Or(x.heirs[id], id) },
		Tx:   tx, Terms: func(time.Time) admission.Terms { return x.terms },
		Number: room.Number(tx), Signer: room.Signer(x.signs), Holder: func(r org.Role) string { return cmp.Or(x.holds[r], room.Holder(r)) }, UnitName: room.Name, UnitKind: room.Kind,
		Townships: func() []string { return townships },
		Files:     func(string, string) (int, error) { return x.files, nil },
	}
}

// asked is a request with everything the regulation asks for.
func asked(change ...func(*admission.Request)) *admission.Request {
	r := &admission.Request{
		ActingAs: "department", Listed: "no", Own: "no", Duty: "no", Assist: "no", Door: admission.DoorAdmit, DoorWhy: "清单没有列入",
		Matter: "秸秆禁烧巡查协助", Contact: "综合科", Phone: "0454-8000000", Span: "phased", From: "2026-09-01", To: "2026-12-31",
		Main: "区农业农村局制定方案、组织执法", Cooperating: "乡镇日间巡查", Task: "组织网格员巡查，发现火点劝阻并报告", Process: "发现—劝阻—报告", Limit: "发现后 30 分钟内报告",
		Safeguards: "每乡镇补助 2 万元", Training: "9月1日前培训一次", Townships: []string{"城关镇", "南寨镇"}, Bases: []admission.Basis{{Title: "大气污染防治法", Article: "第七十七条"}},
	}
	for _, f := range change {
		f(r)
	}
	return r
}

func (x *district) open(r *admission.Request) {
	x.t.Helper()
	id, err := x.s.Open(ctx, "admission", who("区农业农村局"), x.now, func(_ *db.Tx, f any) error { *f.(*admission.Request) = *r; return nil })
	if err != nil {
		x.t.Fatal(err)
	}
	x.id = id
}

func (x *district) say(unit string, v casework.Verdict, data any, matter ...string) error {
	return room.Say(x.s, x.id, casework.Answer{Verdict: v, By: who(unit), Text: "理由充分", Data: data, At: x.now}, matter...)
}

func (x *district) must(unit string, v casework.Verdict, data any, matter ...string) {
	x.t.Helper()
	if err := x.say(unit, v, data, matter...); err != nil {
		x.t.Fatalf("%s %s: %v", unit, v, err)
	}
}

func (x *district) read(f func(tx *db.Tx) error) {
	x.t.Helper()
	room.Read(x.t, x.s.DB, f)
}

func (x *district) stands(want casework.Stage) *casework.Case {
	x.t.Helper()
	return room.Stands(x.t, x.s, x.id, want, x.now)
}

var (
	minutes  = &approval.Minutes{Number: "纪要〔2026〕3号", On: "2026-08-03"}
	decision = &approval.Decision{Basis: "区委专题会议纪要〔2026〕8号", On: "2026-08-03"}
	letter   = &approval.Letter{Number: "佳郊编〔2026〕1号", On: "2026-08-03"}
	refusal  = &admission.Refusal{Purchase: "no"}
)

func (x *district) toReview() {
	x.must("区农业农村局", casework.Submit, nil)
	x.must("区委编办", casework.Agree, nil)
	x.must("城关镇", casework.Agree, nil)
	x.must("南寨镇", casework.Object, nil)
	x.must("区农业农村局", casework.Submit, nil)
	x.stands(approval.Review)
}

func (x *district) toApproval() {
	x.toReview()
	x.must("区委编办", casework.Agree, nil)
	x.must("区司法局", casework.Agree, nil)
	x.must("小组办", casework.Agree, minutes)
	x.stands(approval.Approve)
}

func (x *district) toLive() {
	x.toApproval()
	x.must("领导小组", casework.Agree, decision)
	x.must("区委办", casework.Done, letter, approval.ToCity)
	x.must("区委办", casework.Done, letter, approval.ToProvince)
	x.stands(admission.Live)
}

// The main job, from application to exit.
//
// Proves: AE-4.2, AE-5.1, AE-5.2, AE-5.3, AE-6.1, AE-6.2, AE-7.1, AE-8.1, AE-9.1, F-3
func TestAnAdmissionFromApplicationToExit(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toLive()
		admitted := x.id
		matter := func() (m admission.Matter) {
			x.read(func(tx *db.Tx) (err error) { m, err = admission.Find(tx, admitted); return err })
			return m
		}
		if m := matter(); m.Basis != decision.Basis || m.Number != "准入〔2026〕001" || m.Began.IsZero() || m.InForce(x.now) || !m.InForce(at("2026-09-01 08:00")) || m.InForce(at("2027-01-01 00:00")) {
			t.Errorf("%+v", m)
		}
		x.must("城关镇", casework.Done, nil)
		for _, dl := range matter().Townships {
			if dl.At.IsZero() != (dl.Unit == "南寨镇") {
				t.Errorf("%+v", dl)
			}
		}
		x.must("区委办", casework.Done, &approval.Letter{Number: "市编备〔2026〕9号", On: "2026-08-03"}, approval.FromCity)
		ahead := &admission.Training{On: "2026-08-04", Content: "巡查要点", Participants: "网格员 30 人", Material: "手册", Townships: []string{"城关镇"}}
		if f, ok := fault.As(x.say("区农业农村局", admission.Trained, ahead)); !ok || f.Rule != "AE-8.1" {
			t.Errorf("training that is yet to be: %v", f)
		}
		x.must("区农业农村局", admission.Trained, &admission.Training{On: "2026-08-03", Content: "巡查要点", Participants: "网格员 30 人", Material: "手册", Townships: []string{"城关镇"}})
		x.read(func(tx *db.Tx) error {
			ts, err := admission.Trainings(tx, admitted)
			if len(ts) != 1 || len(ts[0].Townships) != 1 {
				t.Errorf("%+v", ts)
			}
			fs, err2 := approval.Filings(tx, admitted)
			if len(fs) != 2 || fs[0].ReceivedNo == "" || fs[1].ReceivedNo != "" {
				t.Errorf("%+v", fs)
			}
			ps, err3 := document.OfCase(tx, admitted)
			if len(ps) != 2 { // the letter that asked, and Form F1
				t.Errorf("%d papers", len(ps))
			}
			for _, p := range ps { // who answers a letter has it; who takes delivery signs for its copy of the form with it
				for town, want := range map[string]bool{"城关镇": true, "南寨镇": p.Kind == "consult"} {
					if own, ok := p.CopyOf(town); !ok || own.ReceivedAt.IsZero() == want {
						t.Errorf("%s of %s: %+v", p.Kind, town, own)
					}
				}
			}
			return errors.Join(err, err2, err3)
		})

		x.now = at("2026-12-20 09:00")
		id, err := x.s.Open(ctx, "exit", who("区农业农村局"), x.now, func(_ *db.Tx, f any) error {
			*f.(*admission.Exit) = admission.Exit{Admission: admitted, Matter: "秸秆禁烧巡查协助", Ground: "completed", Reason: "禁烧期结束", Rest: "无", Contact: "综合科", Phone: "0454-8000000"}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		x.id = id
		x.must("区农业农村局", casework.Submit, nil)
		x.must("区司法局", casework.Agree, nil)
		x.must("区委编办", casework.Agree, nil)
		x.must("小组办", casework.Agree, minutes)
		x.must("领导小组", casework.Agree, &approval.Decision{Basis: decision.Basis, On: "2026-12-20"})
		sent := &approval.Letter{Number: letter.Number, On: "2026-12-20"}
		x.must("区委办", casework.Done, sent, approval.ToCity)
		x.must("区委办", casework.Done, sent, approval.ToProvince)
		x.stands(casework.Closed)
		if m := matter(); m.Ended.IsZero() || m.ExitCase != id || m.InForce(x.now) {
			t.Errorf("%+v", m)
		}
		x.id = admitted
		if c := x.stands(casework.Closed); c.Outcome != admission.Left {
			t.Errorf("ended by %s", c.Outcome)
		}
		x.read(func(tx *db.Tx) error {
			told, _, err := casework.ToRead(tx, who("城关镇"), "", 10)
			if len(told) != 1 || !strings.Contains(told[0].Text, "已经批准退出") {
				t.Errorf("%+v", told)
			}
			return err
		})
	})
}

// Silence is recorded as silence, never as consent, and it does not stand in the way.
//
// Proves: AE-5.2
func TestATownshipThatDoesNotAnswerInTime(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.must("区农业农村局", casework.Submit, nil)
		x.must("区委编办", casework.Agree, nil)
		x.must("城关镇", admission.Condition, &admission.Reply{Conditions: "夜间由执法队值守"})
		if err := x.say("区农业农村局", casework.Submit, nil); !errors.Is(err, casework.ErrVerdict) {
			t.Error("filed before all have answered:", err)
		}
		for _, day := range []string{"2026-08-10 23:59", "2026-08-11 00:00"} {
			x.stands(admission.Opinions)
			x.now = at(day)
			if _, err := x.s.LapseDue(ctx, x.now); err != nil {
				t.Fatal(err)
			}
		}
		c := x.stands(admission.Apply)
		if v := c.Tasks[3].Verdict; v != casework.Silent {
			t.Errorf("recorded as %s", v)
		}
		// the silent are told so, and the applicant who they are
		x.read(func(tx *db.Tx) error {
			for unit, want := range map[string]string{"南寨镇": "记为逾期未答复，不视为同意", "区农业农村局": "南寨镇逾期未答复，现在是“待正式申请”"} {
				ms, _, err := message.Box(tx, who(unit), message.Filter{})
				if err != nil {
					return err
				}
				if len(ms) == 0 || !strings.Contains(ms[0].Text, want) {
					t.Errorf("%s reads %+v", unit, ms)
				}
			}
			return nil
		})
	})
}

// Every refusal of the regulation, before a door is opened or a form handed in.
//
// Proves: AE-2.1, AE-3.1, AE-4.1, AE-5.1, AE-5.2, AE-5.3
func TestWhatARequestIsRefusedFor(t *testing.T) {
	for _, tt := range []struct {
		name        string
		change      func(*admission.Request)
		field, rule string
	}{
		{"already on the list", func(r *admission.Request) { r.Listed = "yes" }, "listed", "AE-2.1"},
		{"no main responsibility", func(r *admission.Request) { r.Main = "　" }, "main", "AE-5.1"},
		{"no cooperating responsibility", func(r *admission.Request) { r.Cooperating = "" }, "cooperating", "AE-5.1"},
		{"no process", func(r *admission.Request) { r.Process = "" }, "process", "AE-5.1"},
		{"no time limit", func(r *admission.Request) { r.Limit = "" }, "limit", "AE-5.1"},
		{"no safeguards", func(r *admission.Request) { r.Safeguards = "" }, "safeguards", "AE-5.1"},
		{"no training", func(r *admission.Request) { r.Training = "" }, "training", "AE-8.1"},
		{"ends before it starts", func(r *admission.Request) { r.To = "2026-08-31" }, "to", "AE-5.1"},
		{"is over already", func(r *admission.Request) { r.From, r.To = "2026-01-01", "2026-08-02" }, "to", "AE-5.1"},
		{"phased without dates", func(r *admission.Request) { r.From = "" }, "from", "AE-5.1"},
		{"no township", func(r *admission.Request) { r.Townships = nil }, "townships", "AE-5.2"},
		{"a township elsewhere", func(r *admission.Request) { r.Townships = []string{"外县某镇"} }, "townships", "AE-5.2"},
		{"no basis", func(r *admission.Request) { r.Bases = nil }, "bases", "AE-5.3"},
		{"a temporary body without its name", func(r *admission.Request) { r.ActingAs = "temporary" }, "body", "AE-3.1"},
		{"its own duty, no word why", func(r *admission.Request) { r.Own = "yes" }, "own_why", "AE-3.1"},
		{"door one without a law", func(r *admission.Request) { r.Door, r.Duty = admission.DoorDuty, "yes" }, "law_basis", "AE-4.1"},
		{"door one against its own answer", func(r *admission.Request) { r.Door, r.LawBasis = admission.DoorDuty, "某法第一条" }, "door", "AE-4.1"},
		{"door two without conditions", func(r *admission.Request) {
			r.Door, r.Assist, r.LawBasis = admission.DoorAssist, "yes", "某法第一条"
		}, "conditions", "AE-4.1"},
		{"a telephone number that is none", func(r *admission.Request) { r.Phone = "8000" }, "phone", "AE-5.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
			x.open(asked(func(r *admission.Request) {
				tt.change(r)
				r.Main = strings.TrimFunc(r.Main, func(c rune) bool { return c == '　' })
			}))
			err := x.say("区农业农村局", casework.Submit, nil)
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(n fault.Field) bool { return n.Name == tt.field && n.Text != "" }) {
				t.Fatalf("%v", err)
			}
			if f.Rule != tt.rule {
				t.Errorf("rests on %s, want %s", f.Rule, tt.rule)
			}
			x.stands(admission.Draft)
		})
	}
}

// Proves: AE-5.1
func TestATownshipCannotApplyForAdmission(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	id, err := x.s.Open(ctx, "admission", who("城关镇"), x.now, func(_ *db.Tx, f any) error { *f.(*admission.Request) = *asked(); return nil })
	if err != nil {
		t.Fatal(err)
	}
	x.id = id
	if err := x.say("城关镇", casework.Submit, nil); !fault.Is(err, fault.Refused) {
		t.Error(err)
	}
}

// The department proposes a door; the list office decides, with reasons on record.
//
// Proves: AE-4.1, AE-4.2
func TestTheListOfficeDecidesTheDoor(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.must("区农业农村局", casework.Submit, nil)
		if err := x.say("区农业农村局", admission.ByLaw, &admission.Door{Basis: "某法第一条"}); err == nil {
			t.Error("the department opened a door by itself")
		}
		if err := x.say("区委编办", admission.ByLaw, &admission.Door{}); !fault.Is(err, fault.Invalid) {
			t.Error("by law, without a law:", err)
		}
		if err := x.say("区委编办", admission.Assistance, &admission.Door{Basis: "某法第一条"}); !fault.Is(err, fault.Invalid) {
			t.Error("assistance without working conditions:", err)
		}
		x.must("区委编办", admission.Assistance, &admission.Door{Basis: "某法第一条", Conditions: "提供车辆和经费"})
		if c := x.stands(casework.Closed); c.Outcome != admission.Assistance {
			t.Error(c.Outcome)
		}
		x.read(func(tx *db.Tx) error {
			ls, err := admission.Lawfuls(tx)
			if len(ls) != 1 || ls[0].Conditions != "提供车辆和经费" || ls[0].Reasons == "" || ls[0].By != "区委编办 经办" {
				t.Errorf("%+v", ls)
			}
			return err
		})
	})
}

// Proves: AE-5.2, AE-5.3
func TestFormF1IsHeldBackUntilEveryTownshipIsAskedAndSomethingIsAttached(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.must("区农业农村局", casework.Submit, nil)
		x.must("区委编办", casework.Agree, nil)
		x.must("城关镇", casework.Agree, nil)
		x.must("南寨镇", casework.Agree, nil)
		c := x.stands(admission.Apply)
		by := who("区农业农村局")
		if err := x.s.Do(ctx, x.id, by, x.now, func(_ *db.Tx, c *casework.Case) error {
			return c.Revise(asked(func(r *admission.Request) { r.Townships = townships }), c.Revision, by)
		}); err != nil {
			t.Fatal(err)
		}
		_ = c
		if err := x.say("区农业农村局", casework.Submit, nil); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "还没有征求河湾镇的意见") {
			t.Error(err)
		}
		x.must("区农业农村局", admission.AskAgain, nil)
		x.stands(admission.Opinions)
		for _, u := range townships {
			x.must(u, casework.Agree, nil)
		}
		x.files = 0
		if err := x.say("区农业农村局", casework.Submit, nil); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "附上相关材料") {
			t.Error(err)
		}
		x.files = 1
		x.must("区农业农村局", casework.Submit, nil)
		x.stands(approval.Review)
	})
}

// A refusal is a written notice with reasons; buying the service may be its outcome.
//
// Proves: AE-6.1, AE-10.1
func TestARefusalIsANoticeWithReasons(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toReview()
		a := casework.Answer{Verdict: casework.Reject, By: who("区司法局"), Data: refusal, At: x.now}
		if err := x.s.Do(ctx, x.id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error { return c.Answer(c.Asked(a.By)[0].No, a) }); !fault.Is(err, fault.Invalid) {
			t.Error("refused without reasons:", err)
		}
		x.must("区司法局", casework.Reject, &admission.Refusal{Purchase: "yes", Advice: "巡查服务"})
		x.must("区委编办", casework.Agree, nil)
		if c := x.stands(casework.Closed); c.Outcome != casework.Reject {
			t.Error(c.Outcome)
		}
		x.read(func(tx *db.Tx) error {
			ps, err := document.OfCase(tx, x.id)
			if n := len(ps); n != 2 || ps[n-1].Kind != "notice" {
				t.Errorf("%+v", ps)
			}
			as, err2 := admission.Advices(tx)
			if len(as) != 1 || as[0].Text != "巡查服务" {
				t.Errorf("%+v", as)
			}
			return errors.Join(err, err2)
		})
		if err := d.Write(ctx, func(tx *db.Tx) error { return admission.Settle(tx, who("城关镇"), x.id, "已购买", x.now) }); !fault.Is(err, fault.Missing) {
			t.Error("settled by a township:", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			return admission.Settle(tx, who("区农业农村局"), x.id, "已购买", x.now)
		}); err != nil {
			t.Error(err)
		}
		heir := who("区水务局") // of a department that has gone into it
		if err := d.Write(ctx, func(tx *db.Tx) error { return admission.Settle(tx, heir, x.id, "没有购买", x.now) }); !fault.Is(err, fault.Missing) {
			t.Error("settled by another department:", err)
		}
		heir.Former = []string{"区农业农村局"}
		if err := d.Write(ctx, func(tx *db.Tx) error { return admission.Settle(tx, heir, x.id, "没有购买", x.now) }); err != nil {
			t.Error(err)
		}
	})
}

// The notice gives the day of the formal application, as Form F1 does, and whole sentences.
//
// Proves: AE-6.1
func TestARefusalNamesTheDayOfTheFormalApplication(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.now = at("2026-08-04 09:00")
		x.toReview()
		x.must("区委编办", casework.Reject, &admission.Refusal{Purchase: "yes", Advice: "购买巡查服务"})
		x.must("区司法局", casework.Agree, nil)
		c := x.stands(casework.Closed)
		x.read(func(tx *db.Tx) error {
			ps, err := document.OfCase(tx, x.id)
			if err != nil {
				return err
			}
			said := strings.Join(ps[len(ps)-1].Body.(document.Letter).Paragraphs, "|")
			if day := calendar.SayDay(approval.AppliedOn(c, admission.Apply)); !strings.Contains(said, "你单位"+day+"申请准入的") || !strings.Contains(said, "购买巡查服务。") {
				t.Errorf("applied on %s: %s", day, said)
			}
			return nil
		})
	})
}

// Proves: AE-6.2, DM-8.3
func TestApprovalComesAfterBothReviewsAndFilingAfterApproval(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toReview()
		x.must("区委编办", casework.Agree, nil)
		if err := x.say("领导小组", casework.Agree, decision); !fault.Is(err, fault.Missing) {
			t.Error("approved before both reviews:", err)
		}
		x.must("区司法局", casework.Agree, nil)
		if err := x.say("小组办", casework.Agree, &approval.Minutes{}); !fault.Is(err, fault.Invalid) {
			t.Error("a conclusion without minutes:", err)
		}
		x.must("小组办", approval.Defer, nil)
		x.stands(approval.Meeting)
		x.must("小组办", casework.Agree, minutes)
		if err := x.say("领导小组", casework.Agree, &approval.Decision{Basis: "会议", On: "2026-08-04"}); !fault.Is(err, fault.Invalid) {
			t.Error("approved tomorrow:", err)
		}
		x.now = at("2026-08-05 09:00")
		if err := x.say("领导小组", casework.Agree, &approval.Decision{Basis: "会议", On: "2026-08-02"}); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "不能早于2026年8月3日") {
			t.Error("approved on a day before the reviews:", err)
		}
		x.must("领导小组", approval.Refer, nil)
		x.stands(approval.Meeting)
		x.must("小组办", casework.Agree, minutes)
		x.must("领导小组", casework.Agree, decision)
		c := x.stands(approval.Filing)
		if err := x.say("区委办", casework.Done, &approval.Letter{Number: "1号", On: "2026-08-02"}, approval.ToCity); !fault.Is(err, fault.Invalid) {
			t.Error("filed on a day before the approval:", err)
		}
		if err := x.say("区农业农村局", casework.Withdraw, nil); err == nil {
			t.Error("withdrawn after approval")
		}
		if len(c.Pending()) != 2 {
			t.Error(c.Pending())
		}
		x.must("区委办", casework.Done, letter, approval.ToCity)
		x.stands(approval.Filing)
	})
}

// Proves: AE-9.1
func TestWhatAnExitIsRefusedFor(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toLive()
		admitted := x.id
		ground := "completed"
		exit := func(unit, of string) error {
			id, err := x.s.Open(ctx, "exit", who(unit), x.now, func(_ *db.Tx, f any) error {
				*f.(*admission.Exit) = admission.Exit{Admission: of, Matter: "x", Ground: ground, Reason: "完成", Rest: "无", Contact: "科", Phone: "0454-8000000"}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			x.id = id
			return x.say(unit, casework.Submit, nil)
		}
		if err := exit("区水务局", admitted); !fault.Is(err, fault.Invalid) {
			t.Error("somebody else's:", err)
		}
		if err := exit("区农业农村局", "none"); !fault.Is(err, fault.Invalid) {
			t.Error("nothing:", err)
		}
		ground = "expired"
		for _, day := range []string{"2026-08-03 09:00", "2026-12-31 23:59"} {
			x.now = at(day)
			if err := exit("区农业农村局", admitted); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "还没有到期") {
				t.Error("expired before its time:", err)
			}
		}
		x.now = at("2027-01-01 00:00")
		if err := exit("区农业农村局", admitted); err != nil {
			t.Error("expired:", err)
		}
		x.must("区农业农村局", casework.Withdraw, nil)
		x.now, ground = at("2026-08-04 09:00"), "completed"
		if err := exit("区农业农村局", admitted); err != nil {
			t.Fatal(err)
		}
		first := x.id
		if err := exit("区农业农村局", admitted); !fault.Is(err, fault.Invalid) {
			t.Error("twice at once:", err)
		}
		x.id = first
		x.must("区农业农村局", casework.Withdraw, nil)
		if err := exit("区农业农村局", admitted); err != nil {
			t.Error("after the first was withdrawn:", err)
		}
		x.must("区委编办", casework.Reject, nil)
		x.must("区司法局", casework.Agree, nil)
		x.stands(casework.Closed)
		x.id = admitted
		x.stands(admission.Live) // a refused exit leaves it in force
	})
}

// What a leader signs counts from that day: the form, the order of days and the
// register of deliveries say when it was signed, not when it was drafted.
//
// Proves: AE-6.2, AE-7.1
func TestTheDayOfASignature(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toReview()
		signed := func(unit, day string) {
			t.Helper()
			x.now = at(day)
			a := casework.Answer{Verdict: casework.Agree, By: room.Leader(unit), At: x.now}
			if err := x.s.Do(ctx, x.id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error { return c.Answer(c.Asked(a.By)[0].No, a) }); err != nil {
				t.Fatal(err)
			}
		}
		x.must("区委编办", casework.Agree, nil)
		x.signs = "区司法局"
		x.must("区司法局", casework.Agree, nil)
		signed("区司法局", "2026-08-05 09:00")
		x.signs = "城关镇"
		x.must("小组办", casework.Agree, minutes)
		if err := x.say("领导小组", casework.Agree, &approval.Decision{Basis: "会议", On: "2026-08-04"}); !fault.Is(err, fault.Invalid) {
			t.Error("approved before the review was signed:", err)
		}
		x.must("领导小组", casework.Agree, &approval.Decision{Basis: "会议", On: "2026-08-05"})
		later := &approval.Letter{Number: "1号", On: "2026-08-05"}
		x.must("区委办", casework.Done, later, approval.ToCity)
		x.must("区委办", casework.Done, later, approval.ToProvince)
		x.must("城关镇", casework.Done, nil)
		signed("城关镇", "2026-08-07 09:00")
		x.read(func(tx *db.Tx) error {
			m, err := admission.Find(tx, x.id)
			if own, _ := m.Delivery("城关镇"); org.Day(own.At) != "2026-08-07" {
				t.Errorf("delivered on %s", own.At)
			}
			ps, err2 := document.OfCase(tx, x.id)
			for _, p := range ps {
				f, ok := p.Body.(document.F1)
				if own, _ := p.CopyOf("城关镇"); ok && (f.Justice.Date != "2026-08-05" || f.Justice.Signer != "区司法局 负责人" || org.Day(own.ReceivedAt) != "2026-08-07") {
					t.Errorf("%+v received %s", f.Justice, own.ReceivedAt)
				}
			}
			return errors.Join(err, err2)
		})
	})
}

// An exit goes its road by article 12, an admission by article 6.
//
// Proves: AE-6.2, AE-12.1
func TestTheRoadRestsOnTheArticleOfItsProcedure(t *testing.T) {
	x := &district{}
	for name, want := range map[string]string{"admission": "AE-6", "exit": "AE-12"} {
		p := admission.Procedures(x.desk(nil))[name][0].New(at("2026-08-03 09:00"))
		for _, s := range []casework.Stage{approval.Review, approval.Approve, approval.Filing} {
			if got, _, _ := strings.Cut(p.Step(s).Rule, "."); got != want {
				t.Errorf("%s, %s: %s", name, s, got)
			}
		}
	}
}

// Whatever the district sets, the declaration holds together and leads to an end.
func TestEverySettingOfTheProcedure(t *testing.T) {
	for _, serial := range []bool{false, true} {
		for _, meeting := range []bool{false, true} {
			for _, receipt := range []bool{false, true} {
				t.Run(fmt.Sprintf("serial=%v conference=%v receipt=%v", serial, meeting, receipt), func(t *testing.T) {
					x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
					x.terms.Serial, x.terms.Conference, x.terms.AwaitReceipt = serial, meeting, receipt
					for name, es := range admission.Procedures(x.desk(nil)) {
						p := es[0].New(x.now)
						p.Name = name
						if err := p.Check(); err != nil {
							t.Fatal(err)
						}
					}
					x.open(asked())
					x.toReview()
					x.must("区委编办", casework.Agree, nil)
					x.must("区司法局", casework.Agree, nil)
					if meeting {
						x.must("小组办", casework.Agree, minutes)
					}
					x.must("领导小组", casework.Agree, decision)
					x.must("区委办", casework.Done, letter, approval.ToCity)
					x.must("区委办", casework.Done, letter, approval.ToProvince)
					if receipt {
						x.stands(approval.Receipt)
						x.must("区委办", casework.Done, letter, approval.FromCity)
						x.must("区委办", casework.Done, letter, approval.FromProvince)
					}
					x.stands(admission.Live)
				})
			}
		}
	}
}

// Whoever has SQL in hand cannot change what was decided, received or held.
//
// Proves: AE-6.2, AE-7.1, AE-8.1
func TestTheDatabaseKeepsWhatWasAdmitted(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toLive()
		x.must("城关镇", casework.Done, nil)
		x.must("区农业农村局", admission.Trained, &admission.Training{On: "2026-08-03", Content: "巡查方法", Participants: "网格员", Material: "手册", Townships: []string{"城关镇"}})
		for _, q := range []string{
			`UPDATE admissions SET matter = 'x'`, `UPDATE admissions SET unit_id = 'x'`, `UPDATE admissions SET from_on = '2026-01-01'`, `UPDATE admissions SET to_on = '2027-12-31'`, `UPDATE admissions SET basis = 'x'`,
			`UPDATE admissions SET began_at = '2026-01-01'`, `UPDATE admissions SET began_at = ''`,
			`UPDATE admission_townships SET received_at = '2026-01-01' WHERE received_at <> ''`, `UPDATE admission_townships SET unit_id = '河湾镇' WHERE received_at = ''`,
			`INSERT INTO admission_townships (case_id, unit_id, received_at) SELECT case_id, '河湾镇', '2026-01-01' FROM admissions`,
			`UPDATE trainings SET participants = 'x'`, `DELETE FROM training_townships`, `DELETE FROM trainings`, `DELETE FROM admission_townships`, `DELETE FROM admissions`,
		} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil || !strings.Contains(err.Error(), "admission: ") {
				t.Errorf("%s: %v", q, err)
			}
		}
	})
}
