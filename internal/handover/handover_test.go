package handover_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/handover"
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

// A district is a store with a list, one admitted matter as a township's receipt
// left it, and a clock.
type district struct {
	heirs    map[string]string // of units that were merged
	signs    string            // the unit that has its leader sign
	t        *testing.T
	s        *casework.Store
	now      time.Time
	books    catalog.Books
	admitted handover.Admitted
	id       string
}

func item(code, name, department string, part catalog.Part, towns ...string) catalog.Item {
	x := catalog.Item{Code: code, Text: catalog.Text{
		Name: name, Part: part, Category: "生态环境保护", Division: department + "组织执法", Main: department + "组织执法", Cooperating: "开展日间巡查，发现苗头先行劝阻并报告",
		Departments: []catalog.Department{{Unit: department, Name: department, Role: catalog.Lead, Duty: "组织执法"}},
		Legal:       []catalog.Basis{{Title: "大气污染防治法", Article: "第十条"}},
	}}
	if part == catalog.TakenBack {
		x.Departments[0].Role, x.Division, x.Main, x.Cooperating = catalog.TakesOver, "", "", ""
	}
	for _, u := range towns {
		x.Townships = append(x.Townships, catalog.Township{Unit: u, Name: u})
	}
	return x
}

func newDistrict(t *testing.T, d *db.DB) *district {
	x := &district{t: t, now: at("2026-08-03 09:00")}
	x.s = room.Store(d, func(tx *db.Tx) casework.Editions { return handover.Procedures(x.desk(tx)) })
	x.write(func(tx *db.Tx) error {
		id, err := catalog.Propose(tx, who("区委编办"), []catalog.Item{
			item("P001", "秸秆禁烧巡查", "区生态局", catalog.Cooperating), item("P002", "森林防火巡查", "区林草局", catalog.Cooperating, "城关镇"), item("S001", "核发经营许可证", "区生态局", catalog.TakenBack),
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

func (x *district) desk(tx *db.Tx) *handover.Desk {
	return &handover.Desk{
		Heir: func(id string) string { return cmp.Or(x.heirs[id], id) },
		Tx:   tx, Terms: func(time.Time) handover.Terms { return handover.Terms{Dispute: calendar.WorkDays(5)} },
		Number: room.Number(tx), Signer: room.Signer(x.signs), Holder: room.Holder, UnitName: room.Name, UnitKind: room.Kind,
		Townships: func() []string { return townships },
		Resolve:   func(name string) (string, bool) { return name, true },
		Book:      func() (*catalog.Book, error) { return x.books.Get(tx) },
		Admitted: func(id string) (handover.Admitted, error) {
			if id != "a1" {
				return handover.Admitted{}, fault.Absent()
			}
			return x.admitted, nil
		},
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

func (x *district) load(id string) *casework.Case {
	x.t.Helper()
	return room.Load(x.t, x.s, id, x.now)
}

// hand opens a hand-over and hands it in; what refuses it comes back.
func (x *district) hand(unit string, f *handover.Task) error {
	x.t.Helper()
	if f.Matter == "" {
		f.Matter, f.Content, f.DueOn, f.Conditions, f.Contact, f.Phone = "秋季秸秆禁烧巡查", "每日巡查一次", "2026-10-31", "配发器材", "经办", "0454-8000000"
	}
	id, err := x.s.Open(ctx, "handover", who(unit), x.now, func(_ *db.Tx, dst any) error { *dst.(*handover.Task) = *f; return nil })
	if err != nil {
		x.t.Fatal(err)
	}
	x.id = id
	return x.answer(id, unit, casework.Submit, "", nil)
}

// answer answers the first task of a case that a unit is asked, or takes a way.
func (x *district) answer(id, unit string, v casework.Verdict, text string, data any) error {
	return x.s.Do(ctx, id, who(unit), x.now, func(_ *db.Tx, c *casework.Case) error {
		a := casework.Answer{Verdict: v, Text: text, Data: data, By: who(unit), At: x.now}
		if ts := c.Asked(a.By); len(ts) > 0 {
			return c.Answer(ts[0].No, a)
		}
		return c.Take(a)
	})
}

func (x *district) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

// dispute is the case that a contest brought about.
func (x *district) dispute() (id string) {
	x.t.Helper()
	x.read(func(tx *db.Tx) error {
		rows, err := casework.Children(tx, who("区委编办"), x.id)
		if err == nil && len(rows) > 0 {
			id = rows[len(rows)-1].ID
		}
		return err
	})
	if id == "" {
		x.t.Fatal("nothing is contested")
	}
	return id
}

func (x *district) delivery(unit string) (got handover.Delivery) {
	x.t.Helper()
	x.read(func(tx *db.Tx) error {
		rs, err := handover.Find(tx, x.id)
		for _, d := range rs[x.id].Townships {
			if d.Unit == unit {
				got = d
			}
		}
		return err
	})
	return got
}

// Proves: AE-2.2
func TestAHandOverRestsOnTheListOrIsRefused(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		for _, tt := range []struct {
			name, unit  string
			form        handover.Task
			field, rule string
		}{
			{"on nothing", "区生态局", handover.Task{Townships: townships}, "basis", "AE-2.2"},
			{"on what the list does not have", "区生态局", handover.Task{Basis: "item", Code: "P009", Townships: townships}, "code", "AE-2.2"},
			{"on what was taken back", "区生态局", handover.Task{Basis: "item", Code: "S001", Townships: townships}, "code", "AE-3.1"},
			{"on another department's item", "区水务局", handover.Task{Basis: "item", Code: "P001", Townships: townships}, "code", "AE-2.2"},
			{"outside the item's townships", "区林草局", handover.Task{Basis: "item", Code: "P002", Townships: []string{"城关镇", "河湾镇"}}, "townships", "AE-2.2"},
			{"to nobody", "区生态局", handover.Task{Basis: "item", Code: "P001"}, "townships", "AE-2.2"},
			{"on an admission that is not there", "区生态局", handover.Task{Basis: "admission", Admission: "a2", Townships: townships}, "admission", "AE-2.2"},
		} {
			f, ok := fault.As(x.hand(tt.unit, &tt.form))
			if !ok || len(f.Fields) == 0 || f.Fields[0].Name != tt.field || f.Fields[0].Text == "" {
				t.Errorf("%s: %v", tt.name, f)
			}
			if c := x.load(x.id); c.Stage != handover.Draft || c.Number != "" {
				t.Errorf("%s: it moved to %s", tt.name, c.Stage)
			}
		}
		if err := x.hand("南寨镇", &handover.Task{Basis: "item", Code: "P001", Townships: townships}); !fault.Is(err, fault.Refused) {
			t.Errorf("a township hands work down: %v", err)
		}
		x.must(x.hand("区林草局", &handover.Task{Basis: "item", Code: "P002", Townships: []string{"城关镇"}}))
		x.read(func(tx *db.Tx) error {
			rs, err := handover.Find(tx, x.id)
			if r := rs[x.id]; r.Rests != "清单事项 P002“森林防火巡查”" || len(r.Townships) != 1 || r.Townships[0].State() != "未签收" {
				t.Errorf("the register says %+v", r)
			}
			ps, e := document.OfCase(tx, x.id)
			if len(ps) != 1 || len(ps[0].Copies) != 3 {
				t.Errorf("%d papers", len(ps))
			}
			return errors.Join(err, e)
		})
	})
}

// A hand-over asks for nothing on a day on which its item is no longer on the list, no
// longer the townships', or no longer that township's; and it is judged so when it is
// signed, not when it was written.
//
// Proves: AE-2.2
func TestAHandOverIsDueNoLaterThanItsItemStands(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		// comes issues an edition in which an item says something else from October on.
		comes := func(number, code string, as func(*catalog.Text) *catalog.Text) {
			x.write(func(tx *db.Tx) error {
				b, err := x.books.Get(tx)
				if err != nil {
					return err
				}
				v := b.Latest(code)
				next := *v.Text
				if _, err := catalog.Permit(tx, number, catalog.Change{Code: code, Base: v.TextID(), Text: as(&next)}, x.now); err != nil {
					return err
				}
				_, err = b.IssueChanges(tx, who("区委编办"), []string{number}, catalog.Issue{Number: number, IssuedOn: "2026-08-03", EffectiveOn: "2026-10-01"}, x.now)
				return err
			})
		}
		rests := func(code, due string, towns ...string) *handover.Task {
			return &handover.Task{Matter: "巡查", Content: "每日一次", DueOn: due, Conditions: "配发器材", Contact: "经办", Phone: "0454-8000000", Basis: "item", Code: code, Townships: towns}
		}
		x.signs = "区生态局"
		x.must(x.hand("区生态局", rests("P001", "2026-10-31", "城关镇")))
		written := x.id
		comes("郊办发〔2026〕2号", "P001", func(*catalog.Text) *catalog.Text { return nil })
		refused := func(what string, err error) {
			t.Helper()
			if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != "due_on" || f.Fields[0].Rule != "AE-2.2" {
				t.Errorf("%s: %v", what, err)
			}
		}
		signed := func() error {
			by := who("区生态局")
			by.Person, by.Post = "局长", org.Leader
			return x.s.Do(ctx, written, by, x.now, func(_ *db.Tx, c *casework.Case) error {
				return c.Answer(c.Asked(by)[len(c.Asked(by))-1].No, casework.Answer{Verdict: casework.Agree, By: by, At: x.now})
			})
		}
		refused("signed after its item was cancelled", signed())
		if c := x.load(written); c.Stage != handover.Draft {
			t.Error("handed over all the same:", c.Stage)
		}
		x.signs = ""
		refused("due when its item is gone", x.hand("区生态局", rests("P001", "2026-10-01", "城关镇")))
		x.must(x.hand("区生态局", rests("P001", "2026-09-30", "城关镇")))
		comes("郊办发〔2026〕3号", "P002", func(t *catalog.Text) *catalog.Text {
			t.Townships = []catalog.Township{{Unit: "南寨镇", Name: "南寨镇"}}
			return t
		})
		refused("due when its item is another township's", x.hand("区林草局", rests("P002", "2026-10-31", "城关镇")))
		x.must(x.hand("区林草局", rests("P002", "2026-09-30", "城关镇")))
		comes("郊办发〔2026〕4号", "P002", func(t *catalog.Text) *catalog.Text {
			t.Part, t.Departments[0].Role, t.Division, t.Main, t.Cooperating = catalog.TakenBack, catalog.TakesOver, "", "", ""
			return t
		})
		refused("due when its item is taken back", x.hand("区林草局", rests("P002", "2026-10-31", "城关镇")))
	})
}

// Whoever has work in hand hears once that an edition takes away what it rests on: the
// department, and the townships that would otherwise go on.
//
// Proves: AE-2.2, DM-8.6
func TestAnEditionTellsOfOpenHandOversThatRestOnWhatItTakesAway(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		open := func() string {
			x.must(x.hand("区生态局", &handover.Task{Basis: "item", Code: "P001", Townships: []string{"城关镇", "南寨镇"}}))
			return x.id
		}
		done := open()
		x.must(x.answer(done, "区生态局", casework.Done, "已完成", nil))
		spared := open()
		x.must(x.answer(spared, "南寨镇", casework.Object, "没有人手", &handover.Contest{Ground: "other"}))
		x.must(x.answer(x.dispute(), "区委编办", handover.Upheld, "成立", nil))
		open()
		x.must(x.hand("区林草局", &handover.Task{Basis: "item", Code: "P002", Townships: []string{"城关镇"}}))
		other := x.id

		heard := func(unit string) (said []string) {
			x.read(func(tx *db.Tx) error {
				ms, _, err := message.Box(tx, who(unit), message.Filter{Words: "第 2 版"})
				for _, m := range ms {
					said = append(said, m.Text)
				}
				return err
			})
			return said
		}
		before := item("P001", "秸秆禁烧巡查", "区生态局", catalog.Cooperating).Text
		narrowed := item("P001", "秸秆禁烧巡查", "区生态局", catalog.Cooperating, "城关镇").Text
		back := item("P001", "秸秆禁烧巡查", "区生态局", catalog.TakenBack).Text
		for _, tt := range []struct {
			name                  string
			after                 *catalog.Text
			what                  string
			bureau, first, second int // messages so far
		}{
			{"adjusted in its words", &before, "", 0, 0, 0},
			{"no longer for a township", &narrowed, "不再适用于南寨镇", 1, 1, 1},
			{"taken back", &back, "由部门收回", 3, 3, 2},
			{"cancelled", nil, "从清单取消", 5, 5, 3},
		} {
			x.must(x.s.Do(ctx, other, who("区林草局"), x.now, func(tx *db.Tx, c *casework.Case) error {
				return x.desk(tx).Unlisted(c, "P001", &before, tt.after, "清单第 2 版印发")
			}))
			bureau, first, second := heard("区生态局"), heard("城关镇"), heard("南寨镇")
			if len(bureau) != tt.bureau || len(first) != tt.first || len(second) != tt.second {
				t.Errorf("%s: %d %d %d\n%q", tt.name, len(bureau), len(first), len(second), bureau)
			}
			if tt.what != "" && len(bureau) > 0 && !(strings.Contains(bureau[0], tt.what) && strings.Contains(bureau[0], "准入准出办法第二条")) {
				t.Errorf("%s: %s", tt.name, bureau[0])
			}
		}
		if got := heard("区林草局"); len(got) != 0 {
			t.Errorf("of another item: %q", got)
		}
		if c := x.load(spared); c.Stage != handover.Deliver {
			t.Error("it moved to", c.Stage)
		}
	})
}

// Proves: AE-2.2, AE-7.1, AE-9.1
func TestAHandOverRestsOnALiveAdmissionOrIsRefused(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		form := func() *handover.Task {
			return &handover.Task{Basis: "admission", Admission: "a1", Townships: []string{"城关镇", "南寨镇"}}
		}
		refused := func(what, field, rule string) {
			t.Helper()
			f, ok := fault.As(x.hand("区生态局", form()))
			if !ok || len(f.Fields) != 1 || f.Fields[0].Name != field || f.Fields[0].Rule != rule {
				t.Errorf("%s: %v", what, f)
			}
		}
		x.admitted = handover.Admitted{Number: "准入〔2026〕001", Matter: "巡查", Unit: "区生态局", Carries: func(unit string) error { return fault.Refuse("AE-9.1", "已到期") }}
		refused("expired", "admission", "AE-9.1")
		x.admitted.Carries = func(unit string) error {
			if unit == "南寨镇" {
				return fault.Refuse("AE-7.1", "还没有签收")
			}
			return nil
		}
		refused("no papers", "townships", "AE-7.1")
		x.admitted.Carries = func(string) error { return nil }
		x.admitted.To = "2026-09-01"
		refused("beyond its last day", "due_on", "AE-2.2")
		x.admitted.To, x.admitted.Unit = "", "区林草局"
		refused("another's", "admission", "AE-2.2")
		x.admitted.Unit = "区生态局"
		x.must(x.hand("区生态局", form()))
	})
}

// What was handed to a township that was merged is received and contested by its heir,
// and stands so in the register; an item of it applies to the heir, and one of a merged
// department binds its heir.
//
// Proves: AE-2.2
func TestAMergedTownshipsHandOverIsItsHeirs(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.must(x.hand("区林草局", &handover.Task{Basis: "item", Code: "P002", Townships: []string{"城关镇"}}))
		other := x.id
		x.must(x.hand("区林草局", &handover.Task{Basis: "item", Code: "P002", Townships: []string{"城关镇"}}))
		heir := who("南寨镇")
		heir.Former = []string{"城关镇"}
		says := func(v casework.Verdict, data any) error {
			return x.s.Do(ctx, x.id, heir, x.now, func(_ *db.Tx, c *casework.Case) error {
				return c.Answer(c.Asked(heir)[0].No, casework.Answer{Verdict: v, Text: "没有配发器材", Data: data, By: heir, At: x.now})
			})
		}
		x.must(says(casework.Object, &handover.Contest{Ground: "unprovided"}))
		if s := x.delivery("城关镇").State(); s != "有异议，待裁定" {
			t.Error("contested by the heir:", s)
		}
		x.must(x.answer(x.dispute(), "区委编办", handover.Upheld, "器材清单没有", nil))
		if s := x.delivery("城关镇").State(); s != "异议成立，不办理" {
			t.Error("ruled for the heir:", s)
		}
		x.id = other
		x.must(says(handover.Received, nil))
		if s := x.delivery("城关镇").State(); s != "已签收" {
			t.Error("received by the heir:", s)
		}
		to := func() *handover.Task {
			return &handover.Task{Basis: "item", Code: "P002", Townships: []string{"南寨镇"}}
		}
		if err := x.hand("区林草局", to()); !fault.Is(err, fault.Invalid) {
			t.Error("handed beyond its townships:", err)
		}
		x.heirs = map[string]string{"城关镇": "南寨镇", "区林草局": "区生态局"}
		x.must(x.hand("区生态局", to()))
	})
}

// Proves: AE-2.2
func TestATownshipReceivesOrContests(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.must(x.hand("区生态局", &handover.Task{Basis: "item", Code: "P001", Townships: townships}))
		x.must(x.answer(x.id, "城关镇", handover.Received, "", nil))
		if s := x.delivery("城关镇").State(); s != "已签收" {
			t.Error(s)
		}
		if err := x.answer(x.id, "南寨镇", casework.Object, "", &handover.Contest{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("contested without grounds: %v", err)
		}
		for _, u := range []string{"南寨镇", "河湾镇"} {
			x.must(x.answer(x.id, u, casework.Object, "没有配发器材", &handover.Contest{Ground: "unprovided"}))
			if s := x.delivery(u).State(); s != "有异议，待裁定" {
				t.Error(u, s)
			}
			id := x.dispute()
			c := x.load(id)
			if c.Stage != handover.Ruling || c.Number == "" || c.Owner.Unit != u {
				t.Fatalf("the dispute of %s stands in %s as %q of %s", u, c.Stage, c.Number, c.Owner.Unit)
			}
			if due := c.Due(c.Pending()[0], calendar.Built()); due.At.Format(time.DateOnly) != "2026-08-11" {
				t.Errorf("to be ruled by %v", due.At)
			}
			if err := x.answer(id, u, handover.Upheld, "我说的对", nil); err == nil {
				t.Error("a township rules on its own dispute")
			}
			if err := x.answer(id, "区委编办", handover.Upheld, "", nil); !fault.Is(err, fault.Invalid) {
				t.Errorf("ruled without reasons: %v", err)
			}
			v := map[string]casework.Verdict{"南寨镇": handover.Upheld, "河湾镇": handover.Dismissed}[u]
			x.must(x.answer(id, "区委编办", v, "核对过交办通知和器材清单", nil))
		}
		if n, h := x.delivery("南寨镇").State(), x.delivery("河湾镇").State(); n != "异议成立，不办理" || h != "异议不成立，应当办理" {
			t.Error(n, h)
		}
		x.read(func(tx *db.Tx) error {
			rows, err := casework.Children(tx, who("区生态局"), x.id)
			if len(rows) != 2 {
				t.Errorf("the department sees %d rulings", len(rows))
			}
			counted := func(reader, unit, town string) string {
				units, towns, e := handover.Counts(tx, who(reader), at("2026-01-01 00:00"), at("2027-01-01 00:00"), unit, town)
				err = errors.Join(err, e)
				return fmt.Sprint(units, towns)
			}
			all := "map[区生态局:{1 map[已签收:1 异议不成立，应当办理:1 异议成立，不办理:1] 0 0 0 0}] map[南寨镇:{1 map[异议成立，不办理:1] 0 0 0 0} 城关镇:{1 map[已签收:1] 0 0 0 0} 河湾镇:{1 map[异议不成立，应当办理:1] 0 0 0 0}]"
			for _, reader := range []string{"区委编办", "区生态局", "南寨镇"} {
				if got := counted(reader, "", ""); got != all {
					t.Errorf("%s counts %s", reader, got)
				}
			}
			for _, none := range [][3]string{{"区林草局", "", ""}, {"区委编办", "区林草局", ""}, {"区委编办", "", "东风街道"}} {
				if got := counted(none[0], none[1], none[2]); got != "map[] map[]" {
					t.Errorf("%v counts %s", none, got)
				}
			}
			if got := counted("区委编办", "区生态局", "南寨镇"); got != "map[区生态局:{1 map[异议成立，不办理:1] 0 0 0 0}] map[南寨镇:{1 map[异议成立，不办理:1] 0 0 0 0}]" {
				t.Error(got)
			}
			env, e2 := x.s.Wire(tx, x.now)
			faults, e3 := casework.Replay(tx, env, x.now)
			for _, f := range faults {
				t.Error(f)
			}
			return errors.Join(err, e2, e3)
		})
		x.must(x.answer(x.id, "区生态局", casework.Done, "巡查结束", nil))
		if c := x.load(x.id); c.Stage != casework.Closed {
			t.Error(c.Stage)
		}
	})
}

// Proves: AE-2.2
func TestOfAReportTheDepartmentHearsNothingBeforeItIsUpheld(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		report := func(unit string) string {
			id, err := x.s.Open(ctx, "dispute", who("南寨镇"), x.now, func(_ *db.Tx, dst any) error {
				*dst.(*handover.Dispute) = handover.Dispute{Matter: "统计养殖户用电量", Unit: unit, AskedOn: "2026-08-01", Manner: "group", Ground: "unlisted", Words: "工作群里要求每天报"}
				return nil
			})
			x.must(err)
			x.must(x.answer(id, "南寨镇", casework.Submit, "", nil))
			return id
		}
		sees := func(unit, id string) bool {
			err := d.Read(ctx, func(tx *db.Tx) error { return casework.Visible(tx, who(unit), id) })
			return err == nil
		}
		for v, after := range map[casework.Verdict]bool{handover.Upheld: true, handover.Dismissed: false} {
			id := report("区水务局")
			if sees("区水务局", id) || !sees("区委编办", id) || sees("城关镇", id) {
				t.Error("seen by who should not, or not by who should")
			}
			x.must(x.answer(id, "区委编办", v, "核对过清单", nil))
			if sees("区水务局", id) != after {
				t.Errorf("%s: the department sees it: %v", v, !after)
			}
			x.read(func(tx *db.Tx) error {
				rs, err := handover.Disputes(tx, id)
				if r := rs[id]; r.RuledAt.IsZero() || r.Reasons != "核对过清单" {
					t.Errorf("%+v", r)
				}
				return err
			})
		}
		id := report("区委编办")
		if sees("区委编办", id) || !sees("小组办", id) {
			t.Error("the list office sees, and would rule on, what is reported of it")
		}
		if err := x.answer(id, "区委编办", handover.Dismissed, "没有的事", nil); !fault.Is(err, fault.Missing) {
			t.Errorf("it rules on itself: %v", err)
		}
		x.must(x.answer(id, "小组办", handover.Upheld, "核对过清单", nil))
		if err := x.answer(report("区水务局"), "南寨镇", casework.Withdraw, "已经协商", nil); err != nil {
			t.Errorf("taken back: %v", err)
		}
	})
}

// Proves: AE-2.1
func TestWordingIsTheListOfficesToEdit(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		w := handover.Wording{Words: "挂图作战", Why: "用平实的话", Source: "区内设定"}
		for unit, kind := range map[string]fault.Kind{"区水务局": fault.Missing} {
			if err := d.Write(ctx, func(tx *db.Tx) error { return handover.AddWording(tx, who(unit), w, x.now) }); !fault.Is(err, kind) {
				t.Errorf("%s: %v", unit, err)
			}
		}
		x.write(func(tx *db.Tx) error { return handover.AddWording(tx, who("区委编办"), w, x.now) })
		if err := d.Write(ctx, func(tx *db.Tx) error { return handover.AddWording(tx, who("区委编办"), w, x.now) }); !fault.Is(err, fault.Invalid) {
			t.Errorf("entered twice: %v", err)
		}
		x.read(func(tx *db.Tx) error {
			ws, err := handover.Wordings(tx)
			i := slices.IndexFunc(ws, func(y handover.Wording) bool { return y.Words == w.Words })
			if i < 0 {
				t.Fatal("not in the table")
			}
			w.ID = ws[i].ID
			return err
		})
		x.write(func(tx *db.Tx) error { return handover.DropWording(tx, who("区委编办"), w.ID, x.now) })
		x.read(func(tx *db.Tx) error {
			ws, err := handover.Wordings(tx)
			for _, y := range ws {
				if y.Words == w.Words {
					t.Error("still in force")
				}
				if y.Source != "区内设定" && !strings.Contains(y.Source, "整治形式主义为基层减负若干规定") {
					t.Errorf("%s has no source", y.Words)
				}
			}
			return err
		})
	})
}
