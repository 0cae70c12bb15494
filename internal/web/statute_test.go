package web_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/sheet"
	"yidan/internal/statute"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

var lawRows = [][]string{
	{"1", "民生服务", "受理低保申请", "", "", "", "依照《大气污染防治法》第七十七条告知", "", "《社会救助暂行办法》第十一条", "", "全部"},
	{"2", "生态环保", "秸秆禁烧巡查", "区农业农村局", "区水务局", "区农业农村局：执法；区水务局：河道", "", "巡查并报告", "《大气污染防治法》第七十七条", "", "城关镇、南寨镇"},
	{"3", "生态环保", "工地扬尘巡查", "区水务局", "", "区水务局：执法", "", "巡查并报告", "《大气污染防治法》第七十七条、第六十九条", "", "全部"},
}

// want fails unless a page of 200 says every text.
func (a answer) want(t *testing.T, texts ...string) {
	t.Helper()
	for _, w := range texts {
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, w) {
			t.Errorf("%d, no %q in\n%s", a.StatusCode, w, plainText(a.body))
		}
	}
}

// What a change reaches is shown before it is noted and the same after; noting it
// opens what follows in the same transaction; then the dead basis is marked
// wherever it is shown.
//
// Proves: DM-8.1, DM-6.1
func TestAChangeOfTheLawIsTriedNotedAndMarked(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		var opened []catalog.Impact
		refuse := false
		x := newDistrict(t, d, func(s *web.Site) {
			s.Triggers = func(tx *db.Tx, by org.Actor, im catalog.Impact, now time.Time) error {
				if refuse {
					return errors.New("no triggers today")
				}
				opened = append(opened, im)
				return nil
			}
		})
		x.imported(t, lawRows...)
		s := x.as("区司法局 经办")
		law := statute.ID("大气污染防治法")
		s.get("/fg").want(t, "大气污染防治法", "社会救助暂行办法", "待登记")
		s.get("/fg?q=dqwr&yy=1").want(t, "大气污染防治法")
		s.get("/fg?q=没有").want(t, "没有找到法规文件", "清除条件")
		s.get("/fg/"+law).want(t, "第六十九条", "第七十七条", "秸秆禁烧巡查", "还没有记过变动")
		s.get("/fgyx/"+law).want(t, "3 项", "文中提及", "直接")
		impact := []string{"受理低保申请", "秸秆禁烧巡查", "工地扬尘巡查", "没有其他依据", "《大气污染防治法》第六十九条", "区农业农村局", "取消", "调整", "核对", "2026年8月17日（周一）"}
		s.get("/fgyx/"+law+"?e=repealed&on=2026-08-03&a="+url.QueryEscape("第七十七条")).want(t, append(impact, "这是模拟，没有保存")...)
		s.get("/fgyx/"+law+"?tu=1&e=repealed&a="+url.QueryEscape("第七十七条")).want(t, "<svg", "流向图")

		reprints := func() (all []string) {
			for _, kind := range []string{"txt", "xlsx", "docx"} {
				all = append(all, s.get("/qd/bb/1/"+kind).body)
			}
			return all
		}
		issued := reprints()

		at := "/fg/bd/" + law
		typed := []string{"event", "repealed", "on", "2026年8月3日", "number", "主席令第1号", "articles", "第七十七条"}
		tried := s.send(s.get(at), at, append(typed, "do", "try")...)
		tried.want(t, append(impact, "模拟的影响，没有保存", "主席令第1号")...)
		if a := s.send(s.get(at), at, "event", "repealed", "do", "note"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "发生之日") {
			t.Error(a.StatusCode)
		}
		refuse = true
		if a := s.send(s.get(at), at, append(typed, "do", "note")...); a.StatusCode != http.StatusInternalServerError {
			t.Error("noted without what follows:", a.StatusCode)
		}
		if s.get("/fg/"+law).want(t, "还没有记过变动"); len(opened) != 0 {
			t.Error("a change that was tried or refused left something")
		}
		refuse = false
		s.must(s.get(at), at, append(typed, "do", "note")...).want(t, append(impact, "第七十七条废止")...)
		if len(opened) != 1 || len(opened[0].Items) != 3 || opened[0].Losing() != 1 || len(opened[0].Items[1].Must) == 0 || opened[0].Changes[0].ID == "" {
			t.Errorf("%+v", opened)
		}

		if !slices.Equal(reprints(), issued) || len(issued[1]) < 1000 {
			t.Error("an edition is no longer printed as it was issued")
		}
		guest := surf(t, x.place, "")
		guest.get("/public").want(t, "已废止")
		guest.get("/public/P001").want(t, "已废止", "2026年8月3日", "主席令第1号")
		x.as("城关镇 经办").get("/qd/J001").want(t, `qd?yj=`+law, "已废止")
		s.get("/qd/J001").want(t, "/fg/"+law+"#")
		b := s.get("/qd/dc/xlsx")
		sheets, err := sheet.Read(bytes.NewReader([]byte(b.body)), int64(len(b.body)), "x.xlsx")
		if err != nil || !strings.Contains(strings.Join(sheets[0].Rows[3].Cells, "|"), "《大气污染防治法》第七十七条（已废止）") {
			t.Error(err, sheets[0].Rows[3].Cells)
		}
		if b := s.get("/fgyx/" + law + "/dc/xlsx?e=repealed&on=2026-08-03"); b.StatusCode != http.StatusOK || !strings.HasPrefix(b.body, "PK") {
			t.Error(b.StatusCode)
		}
		if b := s.get("/fgyx/" + law + "/dc/docx"); b.StatusCode != http.StatusOK || !strings.HasPrefix(b.body, "PK") {
			t.Error(b.StatusCode)
		}

		// What was noted by mistake is withdrawn, with the reason.
		page, off := s.get("/fg/"+law), "/fg/cx/"+law
		id := opened[0].Changes[0].ID
		if a := s.send(page, off, "change", id, "reason", ""); a.StatusCode != http.StatusUnprocessableEntity {
			t.Error(a.StatusCode)
		}
		s.must(page, off, "change", id, "reason", "看错了条").want(t, "看错了条", "登记有误")
		if a := guest.get("/public/P001"); strings.Contains(a.body, "已废止") {
			t.Error("a withdrawn repeal is still marked")
		}
		if a := s.get("/fgyx/" + law + "?bh=" + id); a.StatusCode != http.StatusNotFound {
			t.Error(a.StatusCode)
		}
	})
}

// Only list office and justice bureau keep the register; to others it is not there.
//
// Proves: DM-4.1
func TestTheRegisterOpensForThoseWhoKeepIt(t *testing.T) {
	x := newDistrict(t, store(t))
	x.imported(t, lawRows...)
	law := statute.ID("大气污染防治法")
	for _, post := range []string{"区水务局 经办", "城关镇 经办"} {
		for _, at := range []string{"/fg", "/fg/" + law, "/fgyx/" + law, "/fg/dr", "/fg/xin", "/fg/xlsx", "/fg/bd/" + law} {
			if a := x.as(post).get(at); a.StatusCode != http.StatusNotFound {
				t.Error(post, at, a.StatusCode)
			}
		}
	}
	s := x.as("区委编办 经办")
	if a := s.get("/fg/nowhere"); a.StatusCode != http.StatusNotFound {
		t.Error(a.StatusCode)
	}
	s.must(s.get("/fg/xin"), "/fg/xin", "title", "《黑龙江省某条例》", "kind", "local", "issuer", "省人大常委会", "effective_on", "2027-01-01").want(t, "黑龙江省某条例", "地方性法规", "尚未施行")
	if a := s.send(s.get("/fg/xin"), "/fg/xin", "title", "黑龙江省某条例", "kind", "local"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "已经登记") {
		t.Error(a.StatusCode)
	}
	gai := "/fg/gai/" + law
	s.must(s.get(gai), gai, "kind", "law", "title", "中华人民共和国大气污染防治法").want(t, "中华人民共和国大气污染防治法", "第 2 级")
}

// A file is looked through before it is entered; one with a fault enters nothing.
//
// Proves: DM-2.1
func TestAFileOfLawsIsLookedThroughBeforeItIsEntered(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("区司法局 经办")
	s.get("/fg").want(t, "法规库还是空的")
	const good = "law\tversion_date\tkind\tarticle\tsentence\n甲法\t2020-01-01\t社会法\t第一条\t乡镇人民政府组织实施。\n"
	if a := s.upload(s.get("/fg/dr"), "/fg/dr", "法规.tsv", []byte(good+"乙法\t某日\t社会法\t第一条\t甲\n")); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "第 3 行 B 列") {
		t.Error(a.StatusCode, plainText(a.body))
	}
	a := s.upload(s.get("/fg/dr"), "/fg/dr", "法规.tsv", []byte(good))
	if a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode, plainText(a.body))
	}
	at := a.to()
	s.get(at).want(t, "甲法", "新登记", "全部登记")
	s.get("/fg").want(t, "法规库还是空的")
	s.must(s.get(at), at).want(t, "已登记")
	s.get("/fg/"+statute.ID("甲法")).want(t, "乡镇人民政府组织实施。", "2020年1月1日")
	if a := s.upload(s.get("/fg/dr"), "/fg/dr", "法规.tsv", []byte(good)); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "都已经有了") {
		t.Error(a.StatusCode)
	}
}

// Noting a change opens the duties of whoever must apply, each item once; one noted
// ahead opens them on its day, and once.
//
// Proves: DM-8.1
func TestAChangeOfTheLawOpensItsTriggers(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d, func(s *web.Site) { s.Triggers = regulation.OpenTriggers })
		x.imported(t, lawRows...)
		s := x.as("区委编办 经办")
		at := "/fg/bd/" + statute.ID("大气污染防治法")
		s.must(s.get(at), at, "do", "note", "event", "repealed", "on", "2026-08-03", "number", "主席令第1号", "articles", "第六十九条|第七十七条")
		count := func() (ts []adjustment.Trigger, duties int) {
			x.read(func(tx *db.Tx) (err error) { ts, err = adjustment.Every(tx, false); return err })
			for _, t := range ts {
				duties += len(t.Duties)
			}
			return ts, duties
		}
		if ts, n := count(); len(ts) != 2 || n != 2 || ts[0].Act != "repealed" || ts[0].Duties[0].Advice != "cancel" {
			t.Errorf("%+v", ts)
		}
		x.as("区农业农村局 经办").get("/jg").want(t, "秸秆禁烧巡查")
		other := "/fg/bd/" + statute.ID("社会救助暂行办法")
		s.must(s.get(other), other, "do", "note", "event", "repealed", "on", "2026-08-10", "number", "国务院令第1号")
		ahead := func(day string, want int) {
			t.Helper()
			if n, err := regulation.OpenAhead(context.Background(), d, x.site.Books, clock(day+" 09:00")); n != want || err != nil {
				t.Error(day, n, err)
			}
		}
		ahead("2026-08-09", 0)
		ahead("2026-08-10", 1)
		ahead("2026-08-11", 0)
		if ts, n := count(); len(ts) != 3 || n != 2+4 { // the townships' own duty: all four
			t.Errorf("%d duties: %+v", n, ts)
		}
	})
}

// A change that was noted by mistake takes back what it asked of whoever has not
// acted, with its reason; an application or an order that stands is left to those
// who handle it, and is named.
//
// Proves: DM-8.1
func TestWithdrawingAChangeClosesTheTriggersNobodyActedUpon(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d, func(s *web.Site) { s.Triggers = regulation.OpenTriggers })
		x.imported(t, lawRows...)
		law := statute.ID("大气污染防治法")
		s, note, drop := x.as("区司法局 经办"), "/fg/bd/"+law, "/fg/cx/"+law
		noted := func(event, on, article string) (change string, ts adjustment.Trigger) {
			t.Helper()
			s.must(s.get(note), note, "do", "note", "event", event, "on", on, "number", "主席令第1号", "articles", article)
			x.read(func(tx *db.Tx) error {
				r, err := statute.Load(tx)
				if err != nil {
					return err
				}
				for _, i := range r.All() {
					for _, c := range i.Changes {
						if c.Article == article && c.On == on {
							change = c.ID
						}
					}
				}
				all, err := adjustment.From(tx, "change:"+change)
				if len(all) > 0 {
					ts = all[0]
				}
				return err
			})
			return change, ts
		}
		again := func(id string) (ts adjustment.Trigger) {
			x.read(func(tx *db.Tx) (err error) { ts, err = adjustment.TriggerOf(tx, id); return err })
			return ts
		}
		change, tr := noted("amended", "2026-08-03", "第七十七条")
		if len(tr.Duties) != 2 {
			t.Fatalf("%+v", tr)
		}
		ours, theirs := tr.Duties[0], tr.Duties[1]
		if ours.Unit != x.units["区农业农村局"] {
			ours, theirs = theirs, ours
		}
		if a := s.send(s.get("/fg/"+law), drop, "change", change); a.StatusCode != http.StatusUnprocessableEntity || !again(tr.ID).Duties[0].Open() {
			t.Fatal("withdrawn without a reason:", a.StatusCode)
		}
		change2, late := noted("amended", "2026-07-01", "第六十九条")
		give := "/jg/sy/" + late.ID + "/zl/" + late.Duties[0].Unit
		s.must(s.get(give), give)
		application := x.filed(t, "区农业农村局 经办", ours.Code, ours.Ref())
		s.must(s.get("/fg/"+law), drop, "change", change, "reason", "看错了条")
		for _, y := range again(tr.ID).Duties {
			if (y.No == ours.No) != (y.Case == application && y.DismissedAt.IsZero()) || (y.No == theirs.No) != (y.Reason == "依据的变动登记有误，已撤销：看错了条") {
				t.Errorf("%+v", y)
			}
		}
		x.stands("/sq/"+application, "review")
		says(t, s.get("/jg/sy/"+tr.ID), "已提出申请", "看错了条")
		says(t, x.as("区水务局 经办").get("/xx"), "不用再调整清单")
		says(t, x.as("区农业农村局 经办").get("/xx"), "依据的变动已撤销：秸秆禁烧巡查")
		s.must(s.get("/fg/"+law), drop, "change", change2, "reason", "没有修订")
		if y := again(late.ID).Duties[0]; !y.Open() {
			t.Errorf("what is under an order was closed: %+v", y)
		}
		says(t, x.as("区委编办 经办").get("/xx"), "责改〔2026〕001")
		x.read(func(tx *db.Tx) error {
			r, err := statute.Load(tx)
			if c, ok := r.Change(change); !ok || c.Withdrawn != "看错了条" {
				t.Errorf("%+v %v", c, err)
			}
			return err
		})
	})
}
