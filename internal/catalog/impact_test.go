package catalog

import (
	"slices"
	"strings"
	"testing"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/statute"
	"yidan/internal/testkit"
)

var tenDays = calendar.WorkDays(10)

// district has a list office, a department and two townships; it gives their ids.
func district(t testing.TB, d *db.DB) map[string]string {
	t.Helper()
	ids := map[string]string{}
	write(t, d, func(tx *db.Tx) error {
		var by [2]org.Actor
		for i, c := range []org.Class{org.Accounts, org.Policy} {
			id, err := org.AddAdministrator(tx, org.Person{Login: string(c), Name: org.ClassName(c), Class: c}, noon)
			if err != nil {
				return err
			}
			as, err := org.Actors(tx, id, today)
			if err != nil {
				return err
			}
			by[i] = as[0]
		}
		for i, u := range []org.UnitRow{{Name: "区委编办", Kind: org.Department}, {Name: "区水务局", Kind: org.Department}, {Name: "城关镇", Kind: org.Township}, {Name: "南寨镇", Kind: org.Township}} {
			u.Place, u.From = i+1, "2020-01-01"
			id, err := org.AddUnit(tx, by[0], u, noon)
			if err != nil {
				return err
			}
			ids[u.Name] = id
		}
		return org.Appoint(tx, by[1], org.ListOffice, ids["区委编办"], "2026-01-01", noon)
	})
	return ids
}

// What an event touches, what is left to rest on, who must act by when, and what
// is suggested: the same before it is noted and after.
//
// Proves: DM-8.1, DM-6.1
func TestAnEventReachesTheItemsThatCiteIt(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		ids := district(t, d)
		water := func(it *Item) {
			it.Departments = []Department{{Unit: ids["区水务局"], Name: "区水务局", Role: Lead, Duty: "执法"}}
		}
		rests := func(bs ...string) func(*Item) {
			return func(it *Item) { it.Legal, _ = statute.Cites(strings.Join(bs, "；")) }
		}
		enter(t, d,
			plain("甲", rests("《水法》第十条")),                                                   // townships' own duty, loses its last
			plain("乙", rests("《水法》第十条", "《防洪法》第三条"), water),                                // keeps another
			plain("丙", rests("《中华人民共和国水法》"), water),                                        // names no article
			plain("丁", rests("《水法》第十一条"), water),                                           // another article
			plain("戊", rests("《防洪法》第三条"), func(it *Item) { it.Main = "依照《水法》第十条、第十二条巡查" }), // only mentions it
			helped("己", rests("《水法》第十条"), func(it *Item) { // a department that is no unit: the list office sees to it
				it.Departments = []Department{{Name: "河道主管部门", Role: Lead, Duty: "执法"}}
			}),
			plain("庚", rests("《水法》第十条"), func(it *Item) { it.Townships = []Township{{Unit: ids["南寨镇"], Name: "南寨镇"}} }),
		)
		bs := new(Books)
		b := open(t, d, bs)
		what := func(event statute.Event, articles ...string) (cs []statute.Change) {
			for _, a := range articles {
				cs = append(cs, statute.Change{Instrument: statute.ID("水法"), Title: "水法", Article: a, Event: event, On: "2026-11-20", Number: "主席令第1号"})
			}
			return cs
		}
		say := func(im Impact) (lines []string) {
			for _, x := range im.Items {
				last := "keeps " + Cited(x.Keeps)
				if x.LosesLast {
					last = "loses its last"
				}
				lines = append(lines, x.Name+" "+x.Way.String()+" "+x.Action.Name()+" "+strings.Join(x.MustNames, "、")+" "+last)
			}
			return lines
		}
		repealed := what(statute.Repealed, "第十条")
		want := []string{
			"甲 直接 取消 城关镇、南寨镇 loses its last",
			"乙 直接 调整 区水务局 keeps 《防洪法》第三条",
			"丙 整部 核对 区水务局 keeps 《中华人民共和国水法》",
			"戊 文中提及 核对 城关镇、南寨镇 keeps 《防洪法》第三条",
			"庚 直接 取消 南寨镇 loses its last",
			"己 直接 取消 区委编办 loses its last",
		}
		before := b.Impact(repealed, calendar.Built(), tenDays, today)
		if got := say(before); !slices.Equal(got, want) {
			t.Errorf("before it is noted:\n%s", strings.Join(got, "\n"))
		}
		if before.Losing() != 3 || len(before.Uncited) != 0 || before.Items[0].Towns != 2 || before.Items[4].Towns != 1 {
			t.Error(before.Losing(), before.Uncited)
		}
		sum, err := calendar.Built().Add("2026-11-20", 10)
		if due := before.Items[0].Due; err != nil || org.Day(due.At.Add(-1)) != sum.Day || due.Provisional {
			t.Error(due, sum.Day)
		}
		for _, c := range []struct {
			name string
			cs   []statute.Change
			want []string
		}{
			{"amended", what(statute.Amended, "第十一条"), []string{"丙 整部 核对", "丁 直接 调整"}},
			{"all of it repealed", what(statute.Repealed, ""), []string{"甲 直接 取消", "乙 直接 调整", "丙 直接 取消", "丁 直接 取消", "戊 文中提及 核对", "庚 直接 取消", "己 直接 取消"}},
			{"two articles", what(statute.Repealed, "第十条", "第十一条"), []string{"甲 直接 取消", "乙 直接 调整", "丙 整部 核对", "丁 直接 取消", "戊 文中提及 核对", "庚 直接 取消", "己 直接 取消"}},
			{"enacted", what(statute.Enacted, "第九条"), []string{"丙 整部 核对"}},
		} {
			im := b.Impact(c.cs, calendar.Built(), tenDays, today)
			var got []string
			for i, l := range say(im) {
				got = append(got, strings.Join(strings.Fields(l)[:3], " "))
				if im.Items[i].From != "2026-11-20" {
					t.Error(c.name, "the term runs from", im.Items[i].From)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %q", c.name, got)
			}
			if c.name == "enacted" && (len(im.Uncited) != 1 || im.Uncited[0].Article != "第九条") {
				t.Error("an article that nothing cites:", im.Uncited)
			}
		}
		replaced := what(statute.Repealed, "第十条")
		replaced[0].New = statute.Basis{Title: "防洪法", Instrument: statute.ID("防洪法")}
		if im := b.Impact(replaced, calendar.Built(), tenDays, today); im.Items[0].Action != ToAdjust || im.Items[0].Rule != "DM-7.1" || !im.Items[0].LosesLast {
			t.Error("what is replaced is adjusted:", im.Items[0])
		}
		if before.Items[0].Rule != "DM-6.1" || before.Items[1].Rule != "DM-7.3" {
			t.Error("a repeal cancels, or is another ground of adjusting:", before.Items[0].Rule, before.Items[1].Rule)
		}
		far := what(statute.Repealed, "第十条")
		far[0].On = "2031-03-03"
		if im := b.Impact(far, calendar.Built(), tenDays, today); !im.Items[0].Due.Provisional {
			t.Error("a date of a year without a notice is provisional")
		}
		write(t, d, func(tx *db.Tx) error { _, err := statute.Record(tx, clerk, repealed, noon); return err })
		b = open(t, d, bs)
		if got := say(b.Impact(repealed, calendar.Built(), tenDays, today)); !slices.Equal(got, want) {
			t.Errorf("after it is noted:\n%s", strings.Join(got, "\n"))
		}
		if n := len(b.Citing(b.On(today), statute.ID("水法"))); n != 7 {
			t.Error("cited by", n)
		}
		if len(b.Impact(repealed, calendar.Built(), tenDays, "2026-05-30").Items) == 0 {
			t.Error("the list of the day of the event counts")
		}
	})
}

// BenchmarkImpact measures what the repeal of an article reaches that 800 of 5,000
// items cite.
func BenchmarkImpact(b *testing.B) {
	d := testkit.Open(b, testkit.Source(b, db.SQLite))
	district(b, d)
	items := many(5000)
	for i := range items {
		if i%25 >= 4 { // 4 of 25 keep it: 800
			items[i].Legal = items[i].Legal[:1]
		}
	}
	enter(b, d, items...)
	book := open(b, d, new(Books))
	cal := calendar.Built()
	cs := []statute.Change{{Instrument: statute.ID("社会救助暂行办法"), Article: "第十一条", Event: statute.Repealed, On: "2026-11-20", Number: "x"}}
	n := 0
	for b.Loop() {
		n = len(book.Impact(cs, cal, tenDays, today).Items)
	}
	b.ReportMetric(float64(n), "items")
	if n != 800 {
		b.Error(n)
	}
}
