package adjustment_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

var ctx = context.Background()

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

var offices = map[org.Role]string{
	org.ListOffice: "区委编办", org.Justice: "区司法局", org.Lead: "领导小组", org.Secretariat: "小组办", org.CommitteeOffice: "区委办", org.GovernOffice: "区政府办",
}

var townships = []string{"城关镇", "南寨镇", "河湾镇"}

func who(unit string) org.Actor {
	a := org.Actor{Person: unit, Name: unit + " 经办", Unit: unit, Post: org.Handler, Class: org.Business}
	for r, u := range offices {
		if u == unit {
			a.Roles = append(a.Roles, r)
		}
	}
	return a
}

// A district is a store with a first edition of three items, a clock, and the last case.
type district struct {
	t     *testing.T
	s     *casework.Store
	terms adjustment.Terms
	now   time.Time
	files int
	id    string
	books catalog.Books

	touching func() // what happens when an edition has been written and is about to be told of
}

func item(code, name, law, department string) catalog.Item {
	return catalog.Item{Code: code, Text: catalog.Text{
		Name: name, Part: catalog.Cooperating, Category: "生态环境保护", Division: department + "组织执法", Main: department + "组织执法", Cooperating: "乡镇日间巡查并报告",
		Departments: []catalog.Department{{Unit: department, Name: department, Role: catalog.Lead, Duty: "组织执法"}},
		Legal:       []catalog.Basis{{Title: law, Article: "第十条"}},
	}}
}

func newDistrict(t *testing.T, d *db.DB) *district {
	x := &district{t: t, now: at("2026-08-03 09:00"), files: 1, terms: adjustment.Terms{
		Apply: calendar.WorkDays(10), Meeting: true, Terms: approval.Terms{Office: calendar.WorkDays(15), Legality: calendar.WorkDays(7)},
	}}
	x.over(d)
	x.write(func(tx *db.Tx) error {
		id, err := catalog.Propose(tx, who("区委编办"), []catalog.Item{
			item("P001", "秸秆禁烧巡查", "大气污染防治法", "区生态局"), item("P002", "河道巡查", "河道管理条例", "区水务局"), item("P003", "森林防火巡查", "森林法", "区林草局"),
		}, x.now)
		if err != nil {
			return err
		}
		second := who("区委编办")
		second.Person = "负责人"
		_, err = catalog.Approve(tx, second, id, catalog.Issue{Number: "郊办发〔2026〕1号", IssuedOn: "2026-01-05", EffectiveOn: "2026-01-10"}, x.now)
		return err
	})
	return x
}

// over puts the district on a store.
func (x *district) over(d *db.DB) *district {
	x.s = &casework.Store{DB: d, Wire: func(tx *db.Tx, now time.Time) (*casework.Env, error) {
		return &casework.Env{Calendar: calendar.Built(), Near: 3, Name: func(p org.Party) string { return p.Unit + org.RoleName(p.Role) }, Editions: adjustment.Procedures(x.desk(tx))}, nil
	}}
	return x
}

func (x *district) desk(tx *db.Tx) *adjustment.Desk {
	return &adjustment.Desk{
		Tx: tx, Terms: func(time.Time) adjustment.Terms { return x.terms },
		Number:   func(p string, year int) (string, error) { return document.Number(tx, p, year) },
		Signer:   func(org.Party) (org.Party, bool) { return org.Party{}, false },
		Holder:   func(r org.Role) string { return offices[r] },
		UnitName: func(id string) string { return id },
		UnitKind: func(id string) org.Kind {
			switch {
			case slices.Contains(townships, id):
				return org.Township
			case strings.HasPrefix(id, "区"):
				return org.Department
			}
			return org.Group
		},
		Townships: func() []string {
			if x.touching != nil {
				x.touching()
			}
			return townships
		},
		Resolve: func(name string) (string, bool) { return name, true },
		Book:    func() (*catalog.Book, error) { return x.books.Get(tx) },
		Due: func(day string, t calendar.Term) calendar.Deadline {
			return calendar.Built().Due(at(day+" 00:00"), t, nil)
		},
		Registered: func(title string) (bool, error) { return catalog.Registered(tx, title) },
		Files:      func(string, string) (int, error) { return x.files, nil },
	}
}

func (x *district) write(f func(tx *db.Tx) error) {
	x.t.Helper()
	if err := x.s.DB.Write(ctx, f); err != nil {
		x.t.Fatal(err)
	}
}

func (x *district) read(f func(tx *db.Tx) error) {
	x.t.Helper()
	if err := x.s.DB.Read(ctx, f); err != nil {
		x.t.Fatal(err)
	}
}

func (x *district) book() (b *catalog.Book) {
	x.read(func(tx *db.Tx) (err error) { b, err = x.books.Get(tx); return err })
	return b
}

func (x *district) says(code, day string) *catalog.Version {
	b := x.book()
	return b.Item(b.On(day), code)
}

// because are grounds that hold: a law was amended on the day of the event.
func because(law string) adjustment.Evidence {
	return adjustment.Evidence{Grounds: []string{adjustment.ByLaw}, Instrument: law, Article: "第十条", Event: "amended", EventOn: "2026-08-01"}
}

// change is an application about an item, filled in from what it says.
func (x *district) change(kind, code string, with ...func(*adjustment.Change)) *adjustment.Change {
	c := &adjustment.Change{}
	if code != "" {
		v := x.says(code, "2026-08-03")
		c.Fill(v)
		c.Evidence = because(v.Legal[0].Title)
	}
	c.Kind = kind
	c.HappenedOn, c.Reason, c.Contact, c.Phone = "2026-08-01", "依据修订", "综合科", "0454-8000000"
	c.Demonstrations = []adjustment.Demonstration{{On: "2026-08-02", Who: "法规科、乡镇代表", Findings: "应当调整"}}
	if kind == adjustment.Adjust {
		c.Cooperating = "乡镇昼夜巡查并报告"
	}
	for _, f := range with {
		f(c)
	}
	return c
}

func (x *district) open(unit, procedure string, fill func(form any)) {
	x.t.Helper()
	id, err := x.s.Open(ctx, procedure, who(unit), x.now, func(_ *db.Tx, f any) error { fill(f); return nil })
	if err != nil {
		x.t.Fatal(err)
	}
	x.id = id
}

func (x *district) apply(unit string, c *adjustment.Change) error {
	x.t.Helper()
	x.open(unit, "adjustment", func(f any) { *f.(*adjustment.Change) = *c })
	return x.say(unit, casework.Submit, nil)
}

func (x *district) say(unit string, v casework.Verdict, data any, matter ...string) error {
	a := casework.Answer{Verdict: v, By: who(unit), Text: "理由充分", Data: data, At: x.now}
	return x.s.Do(ctx, x.id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error {
		for _, t := range c.Asked(a.By) {
			if len(matter) > 0 && t.Matter != matter[0] {
				continue
			}
			if err := c.Answer(t.No, a); !errors.Is(err, casework.ErrVerdict) {
				return err
			}
		}
		return c.Take(a)
	})
}

func (x *district) must(unit string, v casework.Verdict, data any, matter ...string) {
	x.t.Helper()
	if err := x.say(unit, v, data, matter...); err != nil {
		x.t.Fatalf("%s %s: %v", unit, v, err)
	}
}

func (x *district) stands(want casework.Stage) *casework.Case {
	x.t.Helper()
	var c *casework.Case
	x.read(func(tx *db.Tx) error {
		env, err := x.s.Wire(tx, x.now)
		if err == nil {
			c, err = casework.Load(tx, env, x.id, x.now)
		}
		return err
	})
	if c.Stage != want {
		x.t.Fatalf("stands in %s, want %s", c.Stage, want)
	}
	return c
}

// refused fails the test unless the error is a refusal in a field under a rule.
func (x *district) refused(err error, field, rule string) {
	x.t.Helper()
	f, ok := fault.As(err)
	if !ok {
		x.t.Fatalf("want a refusal of %s by %s, got %v", field, rule, err)
	}
	if field == "" && f.Rule == rule {
		return
	}
	for _, y := range f.Fields {
		if y.Name == field && y.Rule == rule {
			return
		}
	}
	x.t.Fatalf("want a refusal of %s by %s, got %+v", field, rule, f)
}

var (
	legal    = &approval.LegalCheck{Subject: "yes", Authority: "yes", Procedure: "yes", Burden: "yes", Conflict: "yes"}
	decision = &approval.Decision{Basis: "区委专题会议纪要〔2026〕8号", On: "2026-08-03"}
	letter   = &approval.Letter{Number: "佳郊编〔2026〕1号", On: "2026-08-03"}
)

// pass takes a case from review to where it waits for its edition.
func (x *district) pass(checked any) {
	x.t.Helper()
	x.must("区委编办", casework.Agree, nil)
	x.must("区司法局", casework.Agree, checked)
	if checked == nil {
		x.must("小组办", casework.Agree, &approval.Minutes{Number: "纪要〔2026〕3号", On: "2026-08-03"})
	}
	x.must("领导小组", casework.Agree, decision)
	x.must("区委办", casework.Done, letter, approval.ToCity)
	x.must("区委办", casework.Done, letter, approval.ToProvince)
	x.stands(adjustment.Issue)
}

// edition makes a draft of cases and hands it in.
func (x *district) edition(cases ...string) error {
	x.t.Helper()
	x.open("区委编办", "edition", func(f any) {
		*f.(*adjustment.Edition) = adjustment.Edition{Title: "2026年第二次调整", Cases: cases}
	})
	return x.say("区委编办", casework.Submit, nil)
}

func issued(number string) *catalog.Issue {
	return &catalog.Issue{Number: number, IssuedOn: "2026-08-03", EffectiveOn: "2026-09-01"}
}

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

// Every refusal names its field and its demand, and changes nothing.
//
// Proves: DM-5.1, DM-5.2, DM-5.3, DM-5.4, DM-6.1, DM-6.2, DM-6.3, DM-6.4, DM-7.2, DM-7.3, DM-8.2
func TestWhatAnApplicationIsRefusedFor(t *testing.T) {
	type change = adjustment.Change
	for name, c := range map[string]struct {
		unit, kind, code string
		with             func(*change)
		field, rule      string
	}{
		"no ground":                       {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Grounds = nil }, "grounds", "DM-8.2"},
		"law without its name":            {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Instrument = "" }, "instrument", "DM-5.1"},
		"law without its day":             {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.EventOn = "" }, "event_on", "DM-5.1"},
		"law that comes into force later": {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.EventOn = "2027-01-01" }, "event_on", "DM-8.1"},
		"report without a township":       {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds, c.Reported = []string{adjustment.ByReport}, "问题" }, "reporter", "DM-5.2"},
		"report without what":             {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds, c.Reporter = []string{adjustment.ByReport}, "城关镇" }, "reported", "DM-5.2"},
		"function without document":       {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds = []string{adjustment.ByFunction} }, "function_doc", "DM-5.3"},
		"other without words":             {"区生态局", adjustment.Add, "", func(c *change) { c.Grounds = []string{adjustment.ByOther} }, "other_why", "DM-5.4"},
		"decision without number":         {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Grounds, c.Level = []string{adjustment.ByDecision}, "state" }, "decision_no", "DM-6.2"},
		"a basis the item does not cite":  {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Instrument = "森林法" }, "instrument", "DM-6.1"},
		"an item not in force":            {"区生态局", adjustment.Cancel, "P001", func(c *change) { c.Code = "P099" }, "code", "DM-6.1"},
		"a ground of another article":     {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Grounds = []string{adjustment.ByFunction}; c.FunctionDoc = "三定" }, "grounds", "DM-8.2"},
		"nothing changes":                 {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Cooperating = "乡镇日间巡查并报告" }, "name", "DM-7.3"},
		"no part in the item":             {"区林草局", adjustment.Adjust, "P001", nil, "departments", "DM-8.2"},
		"neither department nor township": {"小组办", adjustment.Adjust, "P001", nil, "", "DM-8.2"},
		"no lead":                         {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Departments[0].Role = "joint" }, "departments", "DM-2.2"},
		"two leads": {"区生态局", adjustment.Adjust, "P001", func(c *change) {
			c.Departments = append(c.Departments, adjustment.Department{Name: "区水务局", Role: "lead", Duty: "也牵头"})
		}, "departments", "DM-2.2"},
		"no basis":                     {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Bases = nil }, "bases", "DM-2.1"},
		"a basis not in the register":  {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Bases[0].Title = "没有这部法" }, "bases.0.title", "DM-2.1"},
		"taken back and still a duty":  {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Part = "taken_back"; c.Departments[0].Role = "takes_over" }, "main", "DM-2.3"},
		"the name of another item":     {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.Name = "河道巡查" }, "name", "DM-2.1"},
		"an event that has not come":   {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.HappenedOn = "2026-09-01" }, "happened_on", "DM-8.1"},
		"late without a reason":        {"区生态局", adjustment.Adjust, "P001", func(c *change) { c.HappenedOn = "2026-07-10" }, "late_why", "DM-8.1"},
		"a code for what is to be new": {"区生态局", adjustment.Add, "P001", func(c *change) { c.Name = "新事项" }, "code", "DM-5.1"},
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
		x.refused(x.say("区委编办", adjustment.Reasoned, &adjustment.Demonstration{On: "2026-09-01", Who: "专家", Findings: "应当"}), "on", "DM-8.3")
		x.must("区委编办", adjustment.Reasoned, &adjustment.Demonstration{On: "2026-08-02", Who: "专家", Findings: "应当调整"})
		x.must("区委编办", casework.Agree, nil)
		unclear := *legal
		unclear.Conflict = "explain"
		x.refused(x.say("区司法局", casework.Agree, &unclear), "remarks", "DM-8.3")
		x.must("区司法局", casework.Agree, legal)
		x.stands(approval.Approve)
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

// A list item leaves on Form F2: the conference deliberates, copies go to every
// archive, and it leaves with the next edition, of which all are told in writing.
//
// Proves: AE-11.1, AE-12.1, F-3
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
		x.refused(ask("区林草局", nil), "code", "AE-11.1")
		x.refused(ask("区水务局", func(y *adjustment.Removal) { y.Instrument = "森林法" }), "instrument", "AE-11.1")
		x.refused(ask("区水务局", func(y *adjustment.Removal) { y.Grounds = []string{adjustment.ByDecision} }), "decision_no", "AE-11.1")
		x.refused(ask("区水务局", func(y *adjustment.Removal) { y.Code = "P077" }), "code", "AE-11.1")
		if err := ask("南寨镇", nil); err != nil {
			t.Fatal(err)
		}
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
				ts, err := adjustment.Every(tx, "", true)
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
		x.refused(finish("乡镇日间巡查并报告"), "name", "DM-7.3")
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

var receipt = &approval.Letter{Number: "市备〔2026〕1号", On: "2026-08-03"}

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
