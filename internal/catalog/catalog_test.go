package catalog

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/statute"
	"yidan/internal/testkit"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	doc  = Issue{Number: "郊办发〔2026〕9号", IssuedOn: "2026-05-20", EffectiveOn: "2026-06-01"}

	clerk  = org.Actor{Person: "p1", Name: "区委编办 经办", Unit: "u1", Post: org.Handler, Roles: []org.Role{org.ListOffice}}
	second = org.Actor{Person: "p2", Name: "区委编办 经办（二）", Unit: "u1", Post: org.Handler, Roles: []org.Role{org.ListOffice}}
	leader = org.Actor{Person: "p3", Name: "区委编办 负责人", Unit: "u1", Post: org.Leader, Roles: []org.Role{org.ListOffice}}
	bureau = org.Actor{Person: "p4", Name: "区水务局 经办", Unit: "u2", Post: org.Handler}
)

const today = "2026-11-23"

// plain is a basic item, changed before use.
func plain(name string, change ...func(*Item)) Item {
	it := Item{Text: Text{Name: name, Part: Basic, Category: "民生服务", Main: "受理、调查、公示", Legal: []Basis{{Title: "社会救助暂行办法", Article: "第十一条"}}}, Sheet: "Sheet1", Row: 3}
	for _, f := range change {
		f(&it)
	}
	return it
}

// helped is a cooperating item of two departments.
func helped(name string, change ...func(*Item)) Item {
	return plain(name, append([]func(*Item){func(it *Item) {
		it.Part, it.Cooperating, it.Division = Cooperating, "巡查报告", "执法"
		it.Departments = []Department{{Name: "农业农村局", Role: Lead, Duty: "执法"}, {Name: "水务局", Role: Joint, Duty: "执法"}}
	}}, change...)...)
}

func write(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(ctx, f); err != nil {
		t.Fatal(err)
	}
}

// enter makes items the first edition.
func enter(t testing.TB, d *db.DB, items ...Item) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		id, err := Propose(tx, clerk, items, noon)
		if err != nil {
			return err
		}
		_, err = Approve(tx, second, id, doc, noon)
		return err
	})
}

func open(t testing.TB, d *db.DB, bs *Books) (b *Book) {
	t.Helper()
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { b, err = bs.Get(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return b
}

// The first edition is proposed by one and approved by another or by a leader,
// once, with its document.
//
// Proves: DM-4.1, DM-8.6
func TestTheFirstEditionTakesTwo(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		var id string
		write(t, d, func(tx *db.Tx) (err error) {
			if _, err := Propose(tx, bureau, []Item{plain("甲")}, noon); !fault.Is(err, fault.Missing) {
				t.Error("a department proposed a list:", err)
			}
			id, err = Propose(tx, clerk, []Item{plain("甲"), helped("乙")}, noon)
			return err
		})
		try := func(by org.Actor, i Issue) error {
			return d.Write(ctx, func(tx *db.Tx) error { _, err := Approve(tx, by, id, i, noon); return err })
		}
		for name, c := range map[string]struct {
			by   org.Actor
			doc  Issue
			kind fault.Kind
		}{
			"by a department": {bureau, doc, fault.Missing}, "by the proposer": {clerk, doc, fault.Refused},
			"without a number":   {second, Issue{"", "2026-05-20", "2026-06-01"}, fault.Invalid},
			"issued tomorrow":    {second, Issue{"x号", "2026-11-24", "2026-12-01"}, fault.Invalid},
			"on no day":          {second, Issue{"x号", "2026-02-30", "2026-12-01"}, fault.Invalid},
			"without taking eff": {second, Issue{"x号", "2026-05-20", ""}, fault.Invalid},
		} {
			if err := try(c.by, c.doc); !fault.Is(err, c.kind) {
				t.Error(name, err)
			}
		}
		var bs Books
		if b := open(t, d, &bs); len(b.Editions()) != 0 || len(b.At(b.On(today))) != 0 {
			t.Error("a refused approval left something")
		}
		if err := try(second, doc); err != nil {
			t.Fatal(err)
		}
		if err := try(leader, doc); !fault.Is(err, fault.Conflict) {
			t.Error("approved twice:", err)
		}
		b := open(t, d, &bs)
		if e, ok := b.InForce(today); !ok || e.Number != doc.Number || e.No != 1 {
			t.Error(e, ok)
		}
		if _, ok := b.InForce("2026-05-31"); ok {
			t.Error("in force before its day")
		}
		if v := b.Item(b.On(today), "P001"); v == nil || v.Name != "乙" || v.Departments[0].Role != Lead || v.Legal[0].Instrument == "" {
			t.Error(v)
		}
		if b.Item(b.On("2026-05-31"), "J001") != nil {
			t.Error("an item was in force before its edition")
		}
		// From now on the list changes by the rules only, and an empty file cancels nothing.
		err := d.Write(ctx, func(tx *db.Tx) error { _, err := Propose(tx, clerk, []Item{plain("丙")}, noon); return err })
		if !fault.Is(err, fault.Refused) || !strings.Contains(err.Error(), "调整程序") {
			t.Error("a second import:", err)
		}
		if err := d.Read(ctx, Verify); err != nil {
			t.Error(err)
		}
	})
}

func TestALeaderMayApproveWhatTheyProposed(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error {
			id, err := Propose(tx, leader, []Item{plain("甲")}, noon)
			if err == nil {
				_, err = Approve(tx, leader, id, doc, noon)
			}
			return err
		})
	})
}

func TestADroppedImportStaysDropped(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		var id string
		write(t, d, func(tx *db.Tx) (err error) {
			if id, err = Propose(tx, clerk, []Item{plain("甲")}, noon); err != nil {
				return err
			}
			if err := Drop(tx, clerk, id, " ", noon); !fault.Is(err, fault.Invalid) {
				t.Error("dropped without a reason:", err)
			}
			return Drop(tx, clerk, id, "重复", noon)
		})
		err := d.Write(ctx, func(tx *db.Tx) error { _, err := Approve(tx, second, id, doc, noon); return err })
		if !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	})
}

// Every inconsistency is refused with a sentence of its own (T09).
//
// Proves: DM-2.1, DM-2.2, DM-2.3
func TestInconsistentItemsAreRefused(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		gone := "x"
		write(t, d, func(tx *db.Tx) (err error) {
			a := org.Actor{Person: "a", Class: org.Accounts}
			if gone, err = org.AddUnit(tx, a, org.UnitRow{Name: "旧城镇", Kind: org.Township, From: "2020-01-01"}, noon); err != nil {
				return err
			}
			return org.CloseUnit(tx, a, gone, "2026-03-31", nil, "编委〔2026〕2号", noon)
		})
		lead := func(it *Item) { it.Departments[1].Role = Lead }
		said := map[string]string{}
		for name, items := range map[string][]Item{
			"写了 2 个牵头部门":     {helped("甲", lead)},
			"没有牵头部门":         {helped("甲", func(it *Item) { it.Departments = it.Departments[1:] })},
			"既是牵头部门又是共同":     {helped("甲", func(it *Item) { it.Departments[1].Name = "农业农村局" })},
			"写了两次":           {helped("甲", func(it *Item) { it.Departments = append(it.Departments, it.Departments[1]) })},
			"没有写依据":          {plain("甲", func(it *Item) { it.Legal = nil })},
			"重复。一个编码":        {plain("甲", func(it *Item) { it.Code = "J9" }), plain("乙", func(it *Item) { it.Code = "J9" })},
			"已于2026-03-31撤销": {plain("甲", func(it *Item) { it.Townships = []Township{{gone, "旧城镇"}} })},
			"循环配合": {helped("甲"), helped("甲", func(it *Item) {
				it.Departments = []Department{{Name: "水务局", Role: Lead, Duty: "x"}, {Name: "农业农村局", Role: Joint, Duty: "y"}}
				it.Townships = []Township{{"t", "城关镇"}}
			})},
			"仍给乡镇（街道）写了职责": {plain("甲", func(it *Item) {
				it.Part = TakenBack
				it.Departments = []Department{{Name: "卫健局", Role: TakesOver, Duty: "x"}}
			})},
			"没有写由哪个部门承接": {plain("甲", func(it *Item) { it.Part, it.Main = TakenBack, "" })},
			"没有写水务局的职责":  {helped("甲", func(it *Item) { it.Departments[1].Duty = "" })},
			"没有写主体责任":    {plain("甲", func(it *Item) { it.Main = "" })},
			"自己配合自己":     {helped("甲", func(it *Item) { it.Departments[1].Unit, it.Departments[1].Name = gone, "旧城镇" })},
			"行重复":        {plain("甲"), plain("甲")},
		} {
			err := d.Write(ctx, func(tx *db.Tx) error { _, err := Propose(tx, clerk, items, noon); return err })
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.Invalid || !strings.Contains(f.Fields[0].Text, name) {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if said[f.Fields[0].Text] != "" {
				t.Error("the same sentence for", name, "and", said[f.Fields[0].Text])
			}
			said[f.Fields[0].Text] = name
		}
		var n int
		write(t, d, func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM imports`).Scan(&n) })
		if n > 0 {
			t.Error("something was kept:", n)
		}
		// A code once given is never given again, and what was repealed is no basis.
		enter(t, d, plain("甲", func(it *Item) { it.Code = "J001" }))
		write(t, d, func(tx *db.Tx) error {
			if _, err := statute.Record(tx, clerk, []statute.Change{{Instrument: statute.ID("社会救助暂行办法"), Event: statute.Repealed, On: "2026-07-01", Number: "国务院令第1号"}}, noon); err != nil {
				return err
			}
			flaws, err := recheck(tx, []Item{plain("乙", func(it *Item) { it.Code = "J001" })}, noon)
			if len(flaws) != 2 || !strings.Contains(flaws[0].Text, "已废止") || !strings.Contains(flaws[1].Text, "已经用过") {
				t.Error(flaws)
			}
			return err
		})
	})
}

// Nothing that an issued edition says can be touched, below the application too.
//
// Proves: DM-9.2
func TestTheDatabaseRefusesToTouchTheList(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		enter(t, d, plain("甲"), helped("乙"))
		const text = `(SELECT min(id) FROM texts)`
		statements := []string{
			`UPDATE versions SET effective_on = '2020-01-01'`,
			`UPDATE versions SET text_id = NULL`,
			`DELETE FROM versions`,
			`INSERT INTO versions (item_id, edition, effective_on, text_id, approval_id) SELECT item_id, 1, '2026-07-01', NULL, approval_id FROM versions WHERE false OR edition = 1`,
			`INSERT INTO versions (item_id, edition, effective_on, text_id, approval_id) SELECT item_id, 2, '2026-07-01', NULL, approval_id FROM versions`,
			`UPDATE editions SET effective_on = '2020-01-01'`,
			`UPDATE editions SET issued_on = NULL, digest = NULL`,
			`DELETE FROM editions`,
			`INSERT INTO editions (no, number, issued_on, effective_on, digest) VALUES (2, 'x', '2026-07-01', '2026-07-01', 'x')`,
			`INSERT INTO editions (no) VALUES (0)`,
			`UPDATE items SET code = 'x'`, `DELETE FROM items`,
			`UPDATE texts SET body = '{}'`, `UPDATE texts SET name = 'x'`, `DELETE FROM texts`,
			`UPDATE text_bases SET article = 'x'`, `DELETE FROM text_bases`,
			`INSERT INTO text_bases (text_id, instrument_id, article) SELECT ` + text + `, id, 'x' FROM instruments`,
			`UPDATE text_departments SET name = 'x'`, `DELETE FROM text_departments`,
			`INSERT INTO text_departments (text_id, no, unit_id, name, role) VALUES (` + text + `, 9, '', 'x', 'joint')`,
			`UPDATE approvals SET approved_on = '2020-01-01'`, `DELETE FROM approvals`,
			`UPDATE instruments SET title = 'x'`, `DELETE FROM instruments`, `DELETE FROM articles`,
			`UPDATE imports SET body = '{}'`, `UPDATE imports SET decision = ''`, `DELETE FROM imports`,
		}
		if d.Engine == db.SQLite {
			statements = append(statements,
				`INSERT OR REPLACE INTO versions (item_id, edition, effective_on, text_id, approval_id) SELECT item_id, edition, '2020-01-01', text_id, approval_id FROM versions`,
				`INSERT OR REPLACE INTO editions (no) VALUES (1)`,
				`UPDATE OR REPLACE versions SET edition = 1`,
				`INSERT OR REPLACE INTO texts (id, name, part, category, body) SELECT id, 'x', part, category, body FROM texts`)
		} else {
			for _, table := range []string{"versions", "editions", "texts", "items", "approvals"} {
				statements = append(statements, `TRUNCATE `+table+` CASCADE`)
			}
		}
		for _, s := range statements {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(s); return err }); err == nil {
				t.Error("done:", s)
			}
		}
		if err := d.Read(ctx, Verify); err != nil {
			t.Error(err)
		}
	})
}

// An edition cannot be issued with a change that nobody approved, or out of turn.
//
// Proves: DM-8.6, DM-9.2
func TestTheDatabaseIssuesOnlyWhatWasApproved(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		enter(t, d, plain("甲"), plain("乙"))
		issued := `UPDATE editions SET number = 'x', issued_on = '2026-07-01', effective_on = '2026-07-01', digest = 'x' WHERE no = `
		approval := `INSERT INTO approvals (id, cause, item_id, text_id, approved_on, base_id) SELECT 'a', 'c', i.id, NULL, '2026-07-01', v.text_id FROM items i JOIN versions v ON v.item_id = i.id WHERE i.code = 'J001'`
		draft := func(item, text string) string {
			return `INSERT INTO versions (item_id, edition, effective_on, text_id, approval_id) SELECT i.id, 2, '2026-07-01', ` + text + `, 'a' FROM items i WHERE i.code = '` + item + `'`
		}
		for name, ss := range map[string][]string{
			"nothing":           {`INSERT INTO editions (no) VALUES (2)`, issued + `2`},
			"another number":    {`INSERT INTO editions (no) VALUES (3)`, approval, strings.Replace(draft("J001", "NULL"), "2,", "3,", 1), issued + `3`},
			"another item":      {`INSERT INTO editions (no) VALUES (2)`, approval, draft("J002", "NULL"), issued + `2`},
			"another text":      {`INSERT INTO editions (no) VALUES (2)`, approval, draft("J001", "(SELECT min(id) FROM texts)"), issued + `2`},
			"before the last":   {`INSERT INTO editions (no) VALUES (2)`, approval, draft("J001", "NULL"), strings.Replace(issued, "2026-07-01", "2020-01-01", 1) + `2`},
			"a number used":     {`INSERT INTO editions (no) VALUES (2)`, approval, draft("J001", "NULL"), strings.Replace(issued, "'x'", "'郊办发〔2026〕9号'", 1) + `2`},
			"an old text":       {`INSERT INTO editions (no) VALUES (2)`, strings.Replace(approval, "v.text_id", "'x'", 1), draft("J001", "NULL"), issued + `2`},
			"two cancellations": {`INSERT INTO editions (no) VALUES (2)`, approval, draft("J001", "NULL"), draft("J002", "NULL"), issued + `2`},
		} {
			err := d.Write(ctx, func(tx *db.Tx) error {
				for _, s := range ss {
					if _, err := tx.Exec(s); err != nil {
						return err
					}
				}
				return nil
			})
			if err == nil {
				t.Error("issued", name)
			}
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			for _, s := range []string{`INSERT INTO editions (no) VALUES (2)`, approval, draft("J001", "NULL"), issued + `2`} {
				if _, err := tx.Exec(s); err != nil {
					return err
				}
			}
			return fmt.Errorf("undo")
		})
		if err == nil || err.Error() != "undo" {
			t.Error("what was approved could not be issued:", err)
		}
	})
}

// What the list said on any day, as known by any day, is what a model says that
// only remembers every change.
//
// Proves: DM-9.3
func TestTheListOnAnyDayIsWhatTheChangesMadeIt(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		r := rand.New(rand.NewPCG(7, 11))
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		day := func(n int) string { return start.AddDate(0, 0, n).Format(time.DateOnly) }
		type told struct {
			edition    int64
			from, name string
		}
		model := map[string][]told{}
		items := make([]Item, 8)
		for i := range items {
			items[i] = plain(fmt.Sprintf("事项%d", i), func(it *Item) { it.Code = fmt.Sprintf("J%03d", i+1) })
			model[items[i].Code] = []told{{1, day(10), items[i].Name}}
		}
		write(t, d, func(tx *db.Tx) error {
			id, err := Propose(tx, clerk, items, noon)
			if err != nil {
				return err
			}
			_, err = Approve(tx, second, id, Issue{"1号", day(5), day(10)}, noon)
			return err
		})
		var bs Books
		before := open(t, d, &bs)
		for n := int64(2); n <= 9; n++ {
			write(t, d, func(tx *db.Tx) error {
				b, err := Load(tx)
				if err != nil {
					return err
				}
				var cs []change
				for _, i := range r.Perm(len(items))[:3] {
					code := items[i].Code
					c := change{item: b.history(code).id, code: code, cause: "case", from: day(r.IntN(120))}
					c.base, _ = b.textNow(c.item)
					if r.IntN(4) > 0 {
						txt := plain(fmt.Sprintf("事项%d（%d）", i, n)).Text
						c.text = &txt
						model[code] = append(model[code], told{n, c.from, txt.Name})
					} else {
						model[code] = append(model[code], told{n, c.from, ""})
					}
					cs = append(cs, c)
				}
				_, err = issue(tx, second, cs, Issue{fmt.Sprintf("%d号", n), day(int(n) * 10), day(int(n) * 10)}, noon)
				return err
			})
		}
		b := open(t, d, &bs)
		if len(before.Editions()) != 1 || len(b.Editions()) != 9 {
			t.Fatal("editions", len(before.Editions()), len(b.Editions()))
		}
		says := func(code string, m Moment) (name string) {
			best := told{}
			for _, x := range model[code] {
				if x.from <= m.On && x.edition <= m.Edition && (x.from > best.from || x.from == best.from && x.edition > best.edition) {
					best = x
				}
			}
			return best.name
		}
		rapid.Check(t, func(rt *rapid.T) {
			on, by := rapid.IntRange(0, 130).Draw(rt, "on"), rapid.IntRange(0, 100).Draw(rt, "by")
			m := b.Known(day(on), day(by))
			got := map[string]string{}
			for _, v := range b.At(m) {
				got[v.Code] = v.Name
			}
			for code := range model {
				if got[code] != says(code, m) {
					rt.Fatalf("%s at %v: %q, want %q", code, m, got[code], says(code, m))
				}
				v := b.Item(m, code)
				if (v == nil) != (got[code] == "") {
					rt.Fatal(code, v)
				}
			}
			other := b.On(day(rapid.IntRange(0, 130).Draw(rt, "other")))
			changed := map[string]bool{}
			for _, x := range b.Diff(m, other) {
				changed[x.Code()] = true
			}
			for code := range model {
				if changed[code] != (says(code, m) != says(code, other)) {
					rt.Fatal("difference of", code, m, other)
				}
			}
		})
		if err := d.Read(ctx, Verify); err != nil {
			t.Error(err)
		}
	})
}

func TestABookOfAnUndoneTransactionIsForgotten(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		var bs Books
		d.Write(ctx, func(tx *db.Tx) error {
			id, err := Propose(tx, clerk, []Item{plain("甲")}, noon)
			if err != nil {
				t.Error(err)
			}
			if _, err = Approve(tx, second, id, doc, noon); err != nil {
				t.Error(err)
			}
			if b, err := bs.Get(tx); err != nil || len(b.Editions()) != 1 {
				t.Error(err)
			}
			return fmt.Errorf("undo")
		})
		if b := open(t, d, &bs); len(b.Editions()) != 0 {
			t.Error("an undone edition is remembered")
		}
	})
}

func names(vs []*Version) (ns []string) {
	for _, v := range vs {
		ns = append(ns, v.Name)
	}
	return ns
}

func TestTheListIsFoundByWordsInitialsAndFilters(t *testing.T) {
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	enter(t, d,
		plain("秸秆禁烧巡查", func(it *Item) { it.Category = "生态环保"; it.Townships = []Township{{"", "城关镇"}} }),
		plain("重点人群探访关爱", func(it *Item) { it.Main = "对独居老人每周探访" }),
		helped("河道巡查", func(it *Item) { it.Policy = []Basis{{Title: "河湖长制意见", Number: "郊办发〔2020〕3号"}} }))
	b := open(t, d, new(Books))
	m := b.On(today)
	for q, want := range map[string][]string{
		"巡": {"秸秆禁烧巡查", "河道巡查"}, "巡查": {"秸秆禁烧巡查", "河道巡查"}, "独居老人": {"重点人群探访关爱"}, "巡 河": {"河道巡查"},
		"jgjs": {"秸秆禁烧巡查"}, "XC": {"秸秆禁烧巡查", "河道巡查"}, "zdrq": {"重点人群探访关爱"}, "cdrq": {"重点人群探访关爱"}, "hdxc": {"河道巡查"},
		"２０２０": {"河道巡查"}, "查秸": nil, "没有": nil, "%": nil, `" OR 1`: nil, "社会救助暂行办法第十一条": {"秸秆禁烧巡查", "重点人群探访关爱", "河道巡查"}, "": {"秸秆禁烧巡查", "重点人群探访关爱", "河道巡查"},
	} {
		if got := names(b.Find(m, Query{Words: q})); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", q, got, want)
		}
	}
	for name, c := range map[string]struct {
		q    Query
		want int
	}{
		"part": {Query{Parts: []Part{Cooperating}}, 1}, "category": {Query{Category: []string{"生态环保"}}, 1}, "township": {Query{Township: "城关镇"}, 3}, "another": {Query{Township: "南寨镇"}, 2},
		"unit": {Query{Unit: "水务局"}, 1}, "role": {Query{Unit: "水务局", Role: Lead}, 0}, "lead": {Query{Role: Lead}, 1}, "basis": {Query{Basis: statute.ID("河湖长制意见")}, 1},
	} {
		if got := b.Find(m, c.q); len(got) != c.want {
			t.Errorf("%s: %v", name, names(got))
		}
	}
	if got := b.Similar(today, "组织开展河道巡查、报告", "水务局", 3); len(got) != 1 || got[0].Name != "河道巡查" {
		t.Error(got)
	}
	if got := b.Similar(today, "办理婚姻登记档案补领", "", 3); len(got) != 0 {
		t.Error(names([]*Version{got[0].Version}))
	}
}
