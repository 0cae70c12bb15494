package catalog

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

// adjust issues an edition of changes to items by their codes; no text cancels, no
// code adds.
func adjust(t testing.TB, d *db.DB, i Issue, cs ...change) (e Edition) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		b, err := Load(tx)
		if err != nil {
			return err
		}
		for n := range cs {
			if h := b.history(cs[n].code); h != nil {
				cs[n].item = h.id
				cs[n].base, _ = b.textNow(h.id)
			}
			cs[n].cause = "case"
		}
		e, err = issue(tx, second, cs, i, noon)
		return err
	})
	return e
}

func text(it Item) *Text { return &it.Text }

// towns of a district with a town that was merged and one that was renamed.
func towned(t testing.TB, d *db.DB) map[string]string {
	t.Helper()
	ids := map[string]string{}
	write(t, d, func(tx *db.Tx) (err error) {
		a := org.Actor{Person: "a", Class: org.Accounts}
		for _, n := range []string{"旧城镇", "城关镇", "南寨镇", "老庄镇"} {
			if ids[n], err = org.AddUnit(tx, a, org.UnitRow{Name: n, Kind: org.Township, From: "2020-01-01"}, noon); err != nil {
				return err
			}
		}
		for _, n := range []string{"区水务局", "区农业农村局", "区民政局"} {
			if ids[n], err = org.AddUnit(tx, a, org.UnitRow{Name: n, Kind: org.Department, From: "2020-01-01"}, noon); err != nil {
				return err
			}
		}
		return nil
	})
	return ids
}

// A retroactive correction tells two truths of one day: what held, and what we had
// published by then.
//
// Proves: DM-9.3
func TestARetroactiveCorrectionLeavesWhatWasPublished(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		enter(t, d, plain("巡河", func(it *Item) { it.Main = "每月巡查" }), plain("护林"))
		first := Issue{"郊办发〔2026〕20号", "2026-10-20", "2026-11-01"}
		adjust(t, d, first, change{code: "J001", text: text(plain("巡河", func(it *Item) { it.Main = "每周巡查" }))})
		// Issued in November, holding since July: the first edition had been wrong.
		adjust(t, d, Issue{"郊办发〔2026〕21号", "2026-11-10", "2026-11-10"},
			change{code: "J001", from: "2026-07-01", text: text(plain("巡河", func(it *Item) { it.Main = "每旬巡查" }))})
		b := open(t, d, new(Books))
		for _, c := range []struct{ on, known, want string }{
			{"2026-06-15", "", "每月巡查"}, {"2026-08-01", "", "每旬巡查"}, {"2026-08-01", "2026-08-01", "每月巡查"},
			{"2026-08-01", "2026-11-09", "每月巡查"}, {"2026-11-05", "2026-11-05", "每周巡查"}, {"2026-11-20", "", "每周巡查"}, {"2026-10-25", "2026-10-25", "每月巡查"},
		} {
			m := b.On(c.on)
			if c.known != "" {
				m = b.Known(c.on, c.known)
			}
			if v := b.Item(m, "J001"); v == nil || v.Main != c.want {
				t.Errorf("on %s as known %q: %v, want %s", c.on, c.known, v, c.want)
			}
		}
		if e, ok := b.Current(b.Known("2026-11-20", "2026-11-05")); !ok || e.No != 2 {
			t.Error("the edition as known:", e.No)
		}
		if vs := b.Between("J001", b.Known("2026-08-01", "2026-08-01"), b.On("2026-08-01")); len(vs) != 1 || vs[0].Edition != 3 {
			t.Error("why they differ:", vs)
		}
	})
}

// A comparison counts and shows everything that differs, each with its cause.
//
// Proves: DM-9.3
func TestAComparisonTellsEveryDifferenceByField(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		enter(t, d, plain("甲"), plain("乙"), helped("丙"), plain("丁", func(it *Item) { it.Townships = []Township{{"", "城关镇"}} }))
		e := adjust(t, d, Issue{"20号", "2026-09-01", "2026-09-01"},
			change{code: "J002"}, change{text: text(plain("戊"))},
			change{code: "P001", text: text(helped("丙", func(it *Item) {
				it.Cooperating = "巡查并报告"
				it.Policy = []Basis{{Title: "意见", Number: "1号"}}
			}))},
			change{code: "J003", text: text(plain("丁", func(it *Item) { it.Townships = []Township{{"", "城关镇"}, {"", "南寨镇"}} }))})
		b := open(t, d, new(Books))
		one, _ := b.Edition(1)
		c := b.Compare(b.Brought(one), b.Brought(e), Query{})
		if n := c.Counts(); n[Added] != 1 || n[Cancelled] != 1 || n[Adjusted] != 2 || c.Unchanged != 1 {
			t.Error(n, c.Unchanged)
		}
		said := map[string]string{}
		for _, x := range c.Differences {
			for _, f := range x.Fields() {
				said[x.Version().Name] += f.Name + " "
			}
		}
		if said["丙"] != "配合责任 政策文件依据 " || said["丁"] != "适用乡镇（街道） " || !strings.HasPrefix(said["戊"], "具体事项 部分 ") {
			t.Error(said)
		}
		// The list of one township is compared by itself: what was extended to it is new there.
		c = b.Compare(b.Brought(one), b.Brought(e), Query{Township: "南寨镇"})
		if n := c.Counts(); n[Added] != 2 || n[Adjusted] != 1 {
			t.Error("for 南寨镇:", n)
		}
		if c = b.Compare(b.Brought(e), b.Brought(e), Query{}); len(c.Differences) != 0 || c.Unchanged != 4 {
			t.Error("with itself:", c)
		}
		if c = b.Compare(b.Brought(one), b.Brought(e), Query{Parts: []Part{Cooperating}}); len(c.Differences) != 1 {
			t.Error("of one part:", len(c.Differences))
		}
	})
}

// What applied to a township applies to the one that it became, from the day on;
// before, it does not.
//
// Proves: DM-9.3
func TestAMergedAndARenamedTownshipKeepTheirLists(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		ids := towned(t, d)
		enter(t, d, plain("古城保护", func(it *Item) { it.Townships = []Township{{ids["旧城镇"], "旧城镇"}} }),
			plain("库区移民", func(it *Item) { it.Townships = []Township{{ids["老庄镇"], "老庄镇"}} }))
		write(t, d, func(tx *db.Tx) error {
			a := org.Actor{Person: "a", Class: org.Accounts}
			u, err := org.Find(tx, ids["老庄镇"])
			if err != nil {
				return err
			}
			u.Name = "新庄镇"
			if err := org.ChangeUnit(tx, a, u, "编委〔2026〕3号", noon); err != nil {
				return err
			}
			return org.CloseUnit(tx, a, ids["旧城镇"], "2026-09-30", []string{ids["城关镇"]}, "编委〔2026〕2号", noon)
		})
		b := open(t, d, new(Books))
		for _, c := range []struct{ day, town, want string }{
			{"2026-09-30", "旧城镇", "古城保护"}, {"2026-09-30", "城关镇", ""}, {"2026-10-01", "城关镇", "古城保护"}, {"2026-10-01", "南寨镇", ""},
			{"2026-10-01", "老庄镇", "库区移民"},
		} {
			if got := strings.Join(names(b.Find(b.On(c.day), Query{Township: ids[c.town]})), ""); got != c.want {
				t.Errorf("%s on %s: %q, want %q", c.town, c.day, got, c.want)
			}
		}
		for _, name := range []string{"老庄镇", "新庄镇"} {
			if key, ok := b.Township(name, today); !ok || key != ids["老庄镇"] {
				t.Error(name, key, ok)
			}
		}
		if key, ok := b.Township("旧城镇", today); !ok || key != ids["城关镇"] {
			t.Error("a merged township is asked for by its old name:", key, ok)
		}
	})
}

// An edition is printed again from the same bytes for ever; a byte turned below the
// database is told, not printed.
//
// Proves: DM-9.2
func TestAReprintIsTheSameBytesOrRefused(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		enter(t, d, plain("甲"), plain("乙"))
		canonical := func(no int64) (b []byte, err error) {
			return b, d.Read(ctx, func(tx *db.Tx) (err error) { b, err = Canonical(tx, no); return err })
		}
		before, err := canonical(1)
		if err != nil || !strings.HasPrefix(string(before), "edition 1\nno 1\nnumber 郊办发〔2026〕9号\n") {
			t.Fatal(err, string(before))
		}
		adjust(t, d, Issue{"20号", "2026-09-01", "2026-09-01"}, change{code: "J002"})
		after, err := canonical(1)
		if err != nil || !bytes.Equal(before, after) {
			t.Error("another edition changed the first:", err)
		}
		b := open(t, d, new(Books))
		for no := range int64(2) {
			e, _ := b.Edition(no + 1)
			if got, err := canonical(no + 1); err != nil || digest(got) != e.Digest {
				t.Error(no+1, err)
			}
		}
		if _, err := canonical(3); !fault.Is(err, fault.Missing) {
			t.Error("an edition that is none:", err)
		}
		off, on := `DROP TRIGGER texts_update`, `UPDATE texts SET body = replace(body, '公示', '公布')`
		if d.Engine != db.SQLite {
			off = `ALTER TABLE texts DISABLE TRIGGER texts_update`
		}
		write(t, d, func(tx *db.Tx) error {
			if _, err := tx.Exec(off); err != nil {
				return err
			}
			_, err := tx.Exec(on)
			return err
		})
		if _, err := canonical(2); !fault.Is(err, fault.Refused) || !strings.Contains(err.Error(), "不一致") {
			t.Error("a text that somebody changed is printed:", err)
		}
	})
}

// Two townships' lists stand side by side, one duty under two names beside itself.
//
// Proves: DM-9.3
func TestOneDutyUnderTwoNamesIsLinedUp(t *testing.T) {
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	of := func(town, main, law string) func(*Item) {
		return func(it *Item) {
			it.Townships, it.Main, it.Legal = []Township{{"", town}}, main, []Basis{{Title: law, Article: "第七十七条"}}
		}
	}
	enter(t, d, plain("受理低保申请"),
		plain("秸秆禁烧巡查", of("城关镇", "组织秸秆禁烧日常巡查、劝阻和报告", "大气污染防治法")),
		plain("农作物秸秆露天焚烧巡查", of("南寨镇", "组织秸秆露天焚烧日常巡查、劝阻和报告", "大气污染防治法")),
		plain("古城墙看护", of("城关镇", "看护城墙，制止攀爬", "文物保护法")),
		plain("湿地看护", of("南寨镇", "制止捕猎，救护鸟类", "湿地保护法")))
	b := open(t, d, new(Books))
	x := b.LineUp(b.On(today), "城关镇", "南寨镇")
	if !slices.Equal(names(x.Same), []string{"受理低保申请"}) || !slices.Equal(names(x.First), []string{"古城墙看护"}) || !slices.Equal(names(x.Other), []string{"湿地看护"}) {
		t.Error(names(x.Same), names(x.First), names(x.Other))
	}
	if len(x.Pairs) != 1 || x.Pairs[0].First.Name != "秸秆禁烧巡查" || x.Pairs[0].Other.Name != "农作物秸秆露天焚烧巡查" || len(x.Pairs[0].Bases) != 1 {
		t.Error(x.Pairs)
	}
}

// What one face of the list gives, the other has: both booklets and what does not
// meet between them.
//
// Proves: DM-2.2, DM-2.3
func TestTheTwoFacesOfTheListAreHeldAgainstEachOther(t *testing.T) {
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	ids := towned(t, d)
	both := func(it *Item) {
		it.Departments = []Department{{ids["区农业农村局"], "区农业农村局", Lead, "查处违法行为；接到报告后现场核查"}, {ids["区水务局"], "区水务局", Joint, "河道巡查"}}
	}
	enter(t, d, plain("受理低保申请"),
		helped("秸秆禁烧", both),
		helped("畜禽养殖污染防治", both, func(it *Item) { it.Cooperating = "接到报告后现场核查；报区民政局" }),
		plain("古城保护", func(it *Item) { it.Townships = []Township{{ids["旧城镇"], "旧城镇"}} }),
		plain("殡葬改革", func(it *Item) {
			it.Part, it.Main = TakenBack, ""
			it.Departments = []Department{{ids["区民政局"], "区民政局", TakesOver, "由乡镇负责上门统计"}}
		}),
		helped("河道采砂管理", both), helped("河道采砂的管理", both, func(it *Item) {
			it.Departments = []Department{{ids["区水务局"], "区水务局", Lead, "审批"}, {ids["区农业农村局"], "区农业农村局", Joint, "审批"}}
		}))
	write(t, d, func(tx *db.Tx) error {
		return org.CloseUnit(tx, org.Actor{Person: "a", Class: org.Accounts}, ids["旧城镇"], "2026-09-30", nil, "编委〔2026〕2号", noon)
	})
	b := open(t, d, new(Books))
	m := b.On(today)
	line := func(ss []Share) (all []string) {
		for _, s := range ss {
			x := s.Name + "/" + s.Role + "/" + s.Duty
			for _, a := range s.Across {
				x += fmt.Sprintf("/%s %s", a.Who, a.Role)
			}
			all = append(all, x)
		}
		return all
	}
	if got := line(b.Booklet(m, ids["城关镇"])); len(got) != 6 || got[0] != "受理低保申请/主体/受理、调查、公示" || got[1] != "秸秆禁烧/配合/巡查报告/区农业农村局 牵头/区水务局 共同" || got[5] != "殡葬改革/不再承担//区民政局 承接" {
		t.Error(strings.Join(got, "\n"))
	}
	if got := line(b.Booklet(m, ids["区水务局"])); len(got) != 4 || got[0] != "河道采砂的管理/牵头/审批/区农业农村局 共同/全部乡镇（街道） 配合" || got[1] != "秸秆禁烧/共同/河道巡查/区农业农村局 牵头/全部乡镇（街道） 配合" {
		t.Error(strings.Join(got, "\n"))
	}
	want := map[string]string{
		NoTown: "古城保护 殡葬改革 ", NoDepartment: "畜禽养殖污染防治 ", TwoLeads: "河道采砂管理+河道采砂的管理 ", BothSides: "畜禽养殖污染防治 ", Undivided: "河道采砂的管理 ",
	}
	got := map[string]string{}
	for _, f := range b.Gaps(m, b.At(m)) {
		if f.Text == "" || f.Rule == "" {
			t.Error(f)
		}
		got[f.Kind] += strings.Join(names(f.Items), "+") + " "
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error(got)
	}
}
