package adjustment_test

import (
	"cmp"
	"context"
	"testing"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/testkit/room"
)

var (
	ctx       = context.Background()
	at, who   = room.At, room.Who
	townships = room.Townships
)

// A district is a store with a first edition of three items, a clock, and the last case.
type district struct {
	t     *testing.T
	s     *casework.Store
	terms adjustment.Terms
	now   time.Time
	files int
	id    string
	books catalog.Books
	heirs map[string]string // of units that were merged
	signs string            // the unit that has its leader sign

	unlisted []string // what hand-overs were told of: code, what it said, what it says

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
	x.s = room.Store(d, func(tx *db.Tx) casework.Editions { return adjustment.Procedures(x.desk(tx)) })
	return x
}

func (x *district) desk(tx *db.Tx) *adjustment.Desk {
	return &adjustment.Desk{
		Tx: tx, Terms: func(time.Time) adjustment.Terms { return x.terms },
		Number: room.Number(tx), Signer: room.Signer(x.signs), Holder: room.Holder, UnitName: room.Name, UnitKind: room.Kind,
		Heir: func(id string) string { return cmp.Or(x.heirs[id], id) },
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
		Unlisted: func(_ *casework.Case, code string, before, after *catalog.Text, _ string) error {
			x.unlisted = append(x.unlisted, code+" "+said(before)+" → "+said(after))
			return nil
		},
	}
}

func said(t *catalog.Text) string {
	if t == nil {
		return "-"
	}
	return t.Cooperating
}

func (x *district) write(f func(tx *db.Tx) error) {
	x.t.Helper()
	room.Write(x.t, x.s.DB, f)
}

func (x *district) read(f func(tx *db.Tx) error) {
	x.t.Helper()
	room.Read(x.t, x.s.DB, f)
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
	return room.Say(x.s, x.id, casework.Answer{Verdict: v, By: who(unit), Text: "理由充分", Data: data, At: x.now}, matter...)
}

// sign has the leader of a unit sign what it answered.
func (x *district) sign(unit string) error { return room.Sign(x.s, x.id, unit, x.now) }

func (x *district) must(unit string, v casework.Verdict, data any, matter ...string) {
	x.t.Helper()
	if err := x.say(unit, v, data, matter...); err != nil {
		x.t.Fatalf("%s %s: %v", unit, v, err)
	}
}

func (x *district) stands(want casework.Stage) *casework.Case {
	x.t.Helper()
	return room.Stands(x.t, x.s, x.id, want, x.now)
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
