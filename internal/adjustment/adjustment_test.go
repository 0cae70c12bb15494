package adjustment_test

import (
	"slices"
	"strings"
	"testing"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/message"
	"yidan/internal/testkit"
)

// Every refusal names its field and its demand, and changes nothing.
//
// Proves: DM-2.3, DM-5.1, DM-5.2, DM-5.3, DM-5.4, DM-6.1, DM-6.2, DM-6.3, DM-6.4, DM-7.2, DM-7.3, DM-8.2
func TestWhatAnApplicationIsRefusedFor(t *testing.T) {
	type change = adjustment.Change
	for name, c := range map[string]struct {
		unit, kind, code string
		with             func(*change)
		field, rule      string
	}{
		"no ground":                       {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Grounds = nil }, "grounds", "DM-7"},
		"no ground to add":                {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds = nil }, "grounds", "DM-5"},
		"no ground to cancel":             {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Grounds = nil }, "grounds", "DM-6"},
		"law without its name":            {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Instrument = "" }, "instrument", "DM-7.1"},
		"law without its name, to add":    {"区生态局", adjustment.Add, "", func(c *change) { c.Instrument = "" }, "instrument", "DM-5.1"},
		"law without its name, to cancel": {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Instrument = "" }, "instrument", "DM-6.1"},
		"law without its day":             {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.EventOn = "" }, "event_on", "DM-7.1"},
		"law without what became of it":   {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Event = "" }, "event", "DM-6.1"},
		"a repeal, to add":                {"区生态局", adjustment.Add, "", func(c *change) { c.Event = "repealed" }, "event", "DM-5.1"},
		"a repeal, to adjust":             {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Event = "repealed" }, "event", "DM-7.1"},
		"law that comes into force later": {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.EventOn = "2027-01-01" }, "event_on", "DM-8.1"},
		"report without a township":       {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds, c.Reported = []string{adjustment.ByReport}, "问题" }, "reporter", "DM-5.2"},
		"report without what":             {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds, c.Reporter = []string{adjustment.ByReport}, "城关镇" }, "reported", "DM-5.2"},
		"function without document":       {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds = []string{adjustment.ByFunction} }, "function_doc", "DM-5.3"},
		"other without words":             {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds = []string{adjustment.ByOther} }, "other_why", "DM-5.4"},
		"decision without number":         {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Grounds, c.Level = []string{adjustment.ByDecision}, "state" }, "decision_no", "DM-6.2"},
		"decision without its level":      {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Grounds = []string{adjustment.ByDecision} }, "level", "DM-7.2"},
		"function, to cancel":             {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Grounds = []string{adjustment.ByFunction} }, "function_doc", "DM-6.3"},
		"other without words, to cancel":  {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Grounds = []string{adjustment.ByOther} }, "other_why", "DM-6.4"},
		"other without words, to adjust":  {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Grounds = []string{adjustment.ByOther} }, "other_why", "DM-7.3"},
		"a basis the item does not cite":  {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Instrument = "森林法" }, "instrument", "DM-6.1"},
		"an item not in force":            {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Code = "P099" }, "code", "DM-6"},
		"a ground of another article":     {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Grounds = []string{adjustment.ByFunction}; c.FunctionDoc = "三定" }, "grounds", "DM-7"},
		"nothing changes":                 {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Cooperating = "乡镇日间巡查并报告" }, "name", "DM-7"},
		"no part in the item":             {"区林草局", adjustment.Adjust, "P001", nil, "departments", "DM-8.2"},
		"neither department nor township": {"小组办", adjustment.Adjust, "P001", nil, "", "DM-8.2"},
		"no lead":                         {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Departments[0].Role = "joint" }, "departments", "DM-2.2"},
		"two leads": {"区生态局", adjustment.Adjust, "P001", func(c *change) {
			c.Departments = append(c.Departments, adjustment.Department{Name: "区水务局", Role: "lead", Duty: "也牵头"})
		}, "departments", "DM-2.2"},
		"no basis":                     {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Bases = nil }, "bases", "DM-2.1"},
		"a basis not in the register":  {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Bases[0].Title = "没有这部法" }, "bases.0.title", "DM-2.1"},
		"taken back and still a duty":  {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Part = "taken_back"; c.Departments[0].Role = "takes_over" }, "main", "DM-2.3"},
		"a category nobody has":        {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Category = "环保" }, "category", "DM-2.3"},
		"a category spelled otherwise": {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Category = "生态 环境保护" }, "category", "DM-2.3"},
		"a new category without name":  {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Category = adjustment.NewCategory }, "new_category", "DM-2.3"},
		"a new category that is old":   {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Category, c.NewCategory = adjustment.NewCategory, "　公共 服务" }, "new_category", "DM-2.3"},
		"a township of no district":    {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Scope, c.Townships = "some", []string{"城关镇", "区水务局"} }, "townships", "DM-2.1"},
		"reported by no township": {"区生态局", adjustment.Add, "", func(c *change) {
			c.Grounds, c.Reported, c.Reporter = []string{adjustment.ByReport}, "问题", "区水务局"
		}, "reporter", "DM-5.2"},
		"the name of another item":     {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Name = "河道巡查" }, "name", "DM-2.1"},
		"an event that has not come":   {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.HappenedOn = "2026-09-01" }, "happened_on", "DM-8.1"},
		"late without a reason":        {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.HappenedOn = "2026-07-10" }, "late_why", "DM-8.1"},
		"a code for what is to be new": {"区生态局", adjustment.Add, "P001", func(c *change) { c.Name = "新事项" }, "code", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := testkit.Open(t, testkit.Source(t, db.SQLite))
			x := newDistrict(t, d)
			y := x.change(c.kind, c.code)
			if c.code == "" {
				y.Fill(x.says("P001", "2026-08-03"))
				y.Code, y.Base, y.Name = "", "", "新事项"
				y.Evidence = because("大气污染防治法")
			}
			if c.with != nil {
				c.with(y)
			}
			x.refused(x.apply(c.unit, y), c.field, c.rule)
			if k := x.stands(adjustment.Draft); k.Number != "" {
				t.Error("numbered", k.Number)
			}
		})
	}
}

// An application on the ninth working day is in time, one on the eleventh is late
// and says why; both go on.
//
// Proves: DM-8.1, DM-8.2
func TestTheTenthWorkingDayDividesInTimeFromLate(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		for _, c := range []struct {
			now  string
			code string
			unit string
			late bool
		}{{"2026-08-14 16:00", "P001", "区生态局", false}, {"2026-08-17 16:00", "P002", "区水务局", true}} {
			x.now = at(c.now)
			y := x.change(adjustment.Adjust, c.code, func(y *adjustment.Change) { y.HappenedOn = "2026-08-01" })
			err := x.apply(c.unit, y)
			if c.late {
				x.refused(err, "late_why", "DM-8.1")
				y.LateWhy = "等待上级解释"
				err = x.apply(c.unit, y)
			}
			if err != nil {
				t.Fatal(err)
			}
			x.read(func(tx *db.Tx) error {
				r, err := adjustment.Find(tx, x.id)
				if r.DueOn != "2026-08-14" || r.Late() != c.late {
					t.Errorf("%+v", r)
				}
				return err
			})
			x.stands(approval.Review)
		}
	})
}

// No review lets a change pass that nobody has demonstrated.
//
// Proves: DM-9.1, DM-8.3
func TestAReviewPassesOnlyWhatWasDemonstrated(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.Demonstrations = nil })); err != nil {
			t.Fatal(err)
		}
		x.refused(x.say("区委编办", casework.Agree, nil), "", "DM-9.1")
		x.refused(x.say("区司法局", casework.Agree, legal), "", "DM-9.1")
		x.refused(x.say("区委编办", adjustment.Reasoned, &adjustment.Demonstration{On: "2026-09-01", Who: "专家", Findings: "应当"}), "on", "DM-9.1")
		x.must("区委编办", adjustment.Reasoned, &adjustment.Demonstration{On: "2026-08-02", Who: "专家", Findings: "应当调整"})
		x.must("区委编办", casework.Agree, nil)
		unclear := *legal
		unclear.Conflict = "explain"
		x.refused(x.say("区司法局", casework.Agree, &unclear), "remarks", "DM-8.3")
		x.must("区司法局", casework.Agree, legal)
		x.stands(approval.Approve)
	})
}

// A list item leaves on Form F2: the conference deliberates, copies go to every
// archive, and it leaves with the next edition, of which all are told in writing.
//
// Proves: AE-11.1, AE-12.1, DM-9.1, F-3
func TestAListItemLeavesOnFormF2(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		ask := func(unit string, with func(*adjustment.Removal)) error {
			x.open(unit, "removal", func(f any) {
				y := f.(*adjustment.Removal)
				y.Fill(x.says("P002", "2026-08-03"))
				y.Evidence = because("河道管理条例")
				y.Reason, y.Contact, y.Phone = "依据已经废止", "综合科", "0454-8000000"
				if with != nil {
					with(y)
				}
			})
			return x.say(unit, casework.Submit, nil)
		}
		x.refused(ask("区林草局", nil), "code", "DM-8.2")
		x.refused(ask("区水务局", func(y *adjustment.Removal) { y.Instrument = "森林法" }), "instrument", "AE-11.1")
		x.refused(ask("区水务局", func(y *adjustment.Removal) { y.Grounds = []string{adjustment.ByDecision} }), "decision_no", "AE-11.1")
		x.refused(ask("区水务局", func(y *adjustment.Removal) { y.Code = "P077" }), "code", "AE-11.1")
		x.refused(ask("区水务局", func(y *adjustment.Removal) {
			y.Demonstrations = []adjustment.Demonstration{{On: "2026-08-04", Who: "法规科", Findings: "应当退出"}}
		}), "demonstrations.0.on", "DM-9.1")
		if err := ask("南寨镇", nil); err != nil {
			t.Fatal(err)
		}
		x.refused(x.say("区委编办", casework.Agree, nil), "", "DM-9.1")
		x.refused(x.say("区司法局", casework.Agree, nil), "", "DM-9.1")
		x.must("区委编办", adjustment.Reasoned, &adjustment.Demonstration{On: "2026-08-02", Who: "区委编办、区水务局、三个乡镇", Findings: "应当退出"})
		x.pass(nil)
		leaving := x.id
		if err := x.edition(leaving); err != nil {
			t.Fatal(err)
		}
		x.must("区委办", casework.Done, issued("郊办发〔2026〕2号"))
		if x.says("P002", "2026-09-01") != nil {
			t.Error("still on the list")
		}
		x.read(func(tx *db.Tx) error {
			kinds := map[string]int{}
			ps, err := document.OfCase(tx, leaving)
			for _, p := range ps {
				q, err := document.Find(tx, p.ID)
				if err != nil {
					return err
				}
				kinds[p.Kind] = len(q.Copies)
			}
			if kinds["f2"] != 7 || kinds["exit-notice"] < 8 { // applicant is one of three townships, four offices
				t.Errorf("copies: %v", kinds)
			}
			return err
		})
	})
}

// A trigger tells each unit once what it must apply for; an application
// discharges its duty, withdrawing gives it back, and only the list office dismisses.
//
// Proves: DM-8.1
func TestADutyIsDischargedGivenBackOrDismissed(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		var id string
		x.write(func(tx *db.Tx) (err error) {
			trigger := adjustment.Trigger{Kind: "law", Event: "《大气污染防治法》修订", HappenedOn: "2026-08-01", Source: "instrument:x", Duties: []adjustment.Duty{
				{Code: "P001", Matter: "秸秆禁烧巡查", Unit: "区生态局", Advice: "adjust"}, {Code: "P002", Matter: "河道巡查", Unit: "区水务局", Advice: "check"}}}
			id, err = adjustment.Begin(tx, who("区委编办"), trigger, calendar.Deadline{}, x.now)
			return err
		})
		open := func() (n int) {
			x.read(func(tx *db.Tx) error {
				ts, err := adjustment.Every(tx, true)
				for _, t := range ts {
					n += len(t.Duties)
				}
				return err
			})
			return n
		}
		if n := open(); n != 2 {
			t.Fatal(n, "duties")
		}
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.Duty = id + "/1" })); err != nil {
			t.Fatal(err)
		}
		if n := open(); n != 1 {
			t.Error(n, "duties open after one was applied for")
		}
		x.must("区生态局", casework.Withdraw, nil)
		if n := open(); n != 2 {
			t.Error(n, "duties open after the application was withdrawn")
		}
		dismiss := func(unit, reason string) error {
			return d.Write(ctx, func(tx *db.Tx) error { return adjustment.Dismiss(tx, who(unit), id+"/2", reason, x.now) })
		}
		if err := dismiss("区水务局", "不用调整"); !fault.Is(err, fault.Missing) {
			t.Error(err)
		}
		x.refused(dismiss("区委编办", " "), "reason", "DM-8.1")
		if err := dismiss("区委编办", "只改了罚则，不影响事项"); err != nil {
			t.Fatal(err)
		}
		if err := dismiss("区委编办", "再来一次"); !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	})
}

// Where an item is the duty of several units, a trigger asks each of them; the
// application of one changes the list for all and answers for all, and gives
// everything back when it is withdrawn. So does a dismissal. Each is told.
//
// Proves: DM-8.1, DM-8.2
func TestOneApplicationAnswersForEveryUnitOfItsItem(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		var id string
		x.write(func(tx *db.Tx) (err error) {
			trigger := adjustment.Trigger{Kind: "law", Event: "《大气污染防治法》修订", HappenedOn: "2026-08-01", Duties: []adjustment.Duty{
				{Code: "P001", Matter: "秸秆禁烧巡查", Unit: townships[0], Advice: "adjust"}, {Code: "P001", Matter: "秸秆禁烧巡查", Unit: townships[1], Advice: "adjust"},
				{Code: "P002", Matter: "河道巡查", Unit: townships[1], Advice: "check"}}}
			id, err = adjustment.Begin(tx, who("区委编办"), trigger, calendar.Deadline{}, x.now)
			return err
		})
		stands := func(when string, want ...int) {
			t.Helper()
			var open []int
			x.read(func(tx *db.Tx) error {
				ts, err := adjustment.Every(tx, true)
				for _, t := range ts {
					for _, d := range t.Duties {
						open = append(open, d.No)
					}
				}
				return err
			})
			if !slices.Equal(open, want) {
				t.Errorf("%s: open %v, want %v", when, open, want)
			}
		}
		told := func(unit, words string) {
			t.Helper()
			x.read(func(tx *db.Tx) error {
				ms, _, err := message.Box(tx, who(unit), message.Filter{})
				if !slices.ContainsFunc(ms, func(m message.Kept) bool {
					return strings.Contains(m.Text, words) && !strings.Contains(m.Text, "。。")
				}) {
					t.Errorf("%s was not told %q: %v", unit, words, ms)
				}
				return err
			})
		}
		if err := x.apply(townships[0], x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.Duty = id + "/1" })); err != nil {
			t.Fatal(err)
		}
		stands("applied for", 3)
		told(townships[1], "“秸秆禁烧巡查”已由"+townships[0]+"申请调整，你单位不用再提出")
		x.must(townships[0], casework.Withdraw, nil)
		stands("withdrawn", 1, 2, 3)
		told(townships[1], townships[0]+"撤回了关于“秸秆禁烧巡查”的申请，仍应在规定时间内提出")
		x.write(func(tx *db.Tx) error {
			return adjustment.Dismiss(tx, who("区委编办"), id+"/2", "只改了罚则。", x.now)
		})
		stands("dismissed", 3)
		told(townships[0], "秸秆禁烧巡查不用再提出：只改了罚则。")
	})
}

// What handing in refuses, putting right (补正) refuses as well.
//
// Proves: DM-7.3, DM-8.3
func TestPuttingRightIsNoWayRound(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001")); err != nil {
			t.Fatal(err)
		}
		do := func(unit string, f func(c *casework.Case, a casework.Answer) error) error {
			a := casework.Answer{By: who(unit), Text: "补正依据", At: x.now}
			return x.s.Do(ctx, x.id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error { return f(c, a) })
		}
		if err := do("区委编办", func(c *casework.Case, a casework.Answer) error { return c.Correct(calendar.WorkDays(5), a) }); err != nil {
			t.Fatal(err)
		}
		finish := func(cooperating string) error {
			return do("区生态局", func(c *casework.Case, a casework.Answer) error {
				y := *c.Form.(*adjustment.Change)
				y.Cooperating = cooperating
				if err := c.Revise(&y, c.Revision, a.By); err != nil {
					return err
				}
				a.Verdict = casework.Done
				return c.Answer(c.Asked(a.By)[0].No, a)
			})
		}
		x.refused(finish("乡镇日间巡查并报告"), "name", "DM-7")
		if err := finish("乡镇昼夜巡查，每日一次"); err != nil {
			t.Fatal(err)
		}
		x.stands(approval.Review)
	})
}

// A refusal closes the application and goes to the applicant in writing, with the
// reasons of everybody who refused.
//
// Proves: DM-8.3
func TestARefusalIsAWrittenNotice(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if err := x.apply("区生态局", x.change(adjustment.Adjust, "P001")); err != nil {
			t.Fatal(err)
		}
		x.must("区委编办", casework.Reject, nil)
		x.stands(approval.Review)
		x.must("区司法局", casework.Reject, nil)
		if c := x.stands(casework.Closed); c.Outcome != casework.Reject {
			t.Error(c.Outcome)
		}
		x.read(func(tx *db.Tx) error {
			ps, err := document.OfCase(tx, x.id)
			if len(ps) != 1 || ps[0].Kind != "notice" || ps[0].Title != "不予调整告知书" {
				t.Errorf("%+v", ps)
			}
			return err
		})
	})
}
