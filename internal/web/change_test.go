package web_test

import (
	"net/url"
	"strings"
	"testing"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/testkit"
)

// listed gives the district a first edition of two items.
func (x *district) listed() {
	x.t.Helper()
	item := func(code, name, law, department string) catalog.Item {
		return catalog.Item{Code: code, Text: catalog.Text{
			Name: name, Part: catalog.Cooperating, Category: "生态环境保护", Division: "组织执法", Main: "组织执法", Cooperating: "日间巡查并报告",
			Departments: []catalog.Department{{Unit: x.units[department], Name: department, Role: catalog.Lead, Duty: "组织执法"}},
			Legal:       []catalog.Basis{{Title: law, Article: "第十条"}},
		}}
	}
	x.write(func(tx *db.Tx) error {
		id, err := catalog.Propose(tx, x.posts["区委编办 经办"], []catalog.Item{item("P001", "秸秆禁烧巡查", "大气污染防治法", "区农业农村局"), item("P002", "河道巡查", "河道管理条例", "区水务局")}, x.now)
		if err != nil {
			return err
		}
		_, err = catalog.Approve(tx, x.posts["区委编办 负责人"], id, catalog.Issue{Number: "郊办发〔2026〕1号", IssuedOn: "2026-01-05", EffectiveOn: "2026-01-10"}, x.now)
		return err
	})
}

// A change of the list goes by pages alone from the item to the edition that
// issues it: who has no part in the item cannot begin it, what is late says why,
// the justice bureau goes through its checklist, and whoever reads it sees what
// becomes of the item, word by word.
//
// Proves: DM-7.1, DM-8.1, DM-8.2, DM-8.3, DM-8.4, DM-8.5, DM-8.6, DM-9.1
func TestAChangeOfTheListIsCarriedThroughByPages(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.listed()
		s := x.as("区农业农村局 经办")
		if page := s.get("/qd/P001"); !strings.Contains(page.body, "/sq/new/adjustment?code=P001") {
			t.Errorf("the item does not lead to its change\n%s", plainText(page.body))
		}
		begin := "/sq/new/adjustment"
		if a := s.send(s.get(begin), begin+ask("duty", ""), "kind", "adjust", "code", "P099"); a.StatusCode != 422 || !strings.Contains(a.body, "现行清单里没有编码 P099") {
			t.Errorf("an item that is not there: %d\n%s", a.StatusCode, plainText(a.body))
		}
		at := s.must(s.get(begin+"?code=P001&kind=adjust"), begin, "kind", "adjust", "code", "P001").Request.URL.Path
		at = "/sq/" + idOf(at)
		ground := at + "/b/ground"
		s.must(s.get(ground), ground, "kind", "adjust", "code", "P001", "grounds", "law", "instrument", "大气污染防治法", "article", "第十条", "event", "amended", "event_on", "2026-07-01",
			"happened_on", "2026-07-01", "reason", "依据修订", "contact", "综合科", "phone", "0454-8000000")
		text := at + "/b/text"
		s.must(s.get(text), text, "cooperating", "昼夜巡查并报告")
		says(t, s.get(at), "依据与适用范围已完成", "论证可不填", "依据的现状", "对照原文") // whoever writes reads what the law says now
		says(t, s.get(at+"/hd"), "增昼夜")
		says(t, s.get(at), "已超期", "应于7月15日前")
		if drafts := plainText(s.get("/gzt/drafts").body); !strings.Contains(drafts, "秸秆禁烧巡查") || strings.Contains(drafts, "未设时限") {
			t.Error("a draft has no term that the district could set:", drafts)
		}
		up := s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "修订说明.txt", "说明")
		if up.StatusCode != 303 {
			t.Fatal(up.StatusCode, plainText(up.body))
		}
		if a := s.send(s.get(at+"/hd"), at+"/hd", "v", "提交"); a.StatusCode != 422 || !strings.Contains(a.body, "已超过 10 个工作日（应于2026年7月15日前提出）") || strings.Contains(a.body, "提交前还要填好") {
			t.Errorf("late without a reason: %d\n%s", a.StatusCode, plainText(a.body))
		}
		s.must(s.get(ground), ground, "late_why", "等待解释")
		s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
		x.stands(at, approval.Review)
		office := x.as("区委编办 经办")
		if b := plainText(office.get(at).body); !strings.Contains(b, "删日间") || !strings.Contains(b, "增昼夜") {
			t.Errorf("the difference is not shown\n%s", b)
		}
		to := at + "/y/0"
		enter := `href="` + to + "?v=" + url.QueryEscape(string(adjustment.Reasoned)) + `"`
		if a := office.get(at + "/y/2?v=" + url.QueryEscape(string(casework.Agree))); !strings.Contains(plainText(a.body), "论证记录还没有。") || !strings.Contains(a.body, enter) {
			t.Error("who reviews is not led to where the demonstration is entered:", plainText(a.body))
		}
		says(t, x.as("区司法局 经办").get(at), "论证记录还没有。登记以后才能通过")
		office.must(office.get(to+"?v="+url.QueryEscape(string(adjustment.Reasoned))), to, "on", "2026-08-01", "who", "专家三人", "findings", "应当调整", "text", "登记")
		says(t, x.as("区司法局 经办").get(at), "审核时的论证", "专家三人：应当调整")
		x.answered("区委编办 经办", at, casework.Agree, "text", "通过")
		x.write(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE units SET signs = TRUE WHERE id = $1`, x.units["区司法局"])
			return err
		})
		x.answered("区司法局 经办", at, casework.Agree, "text", "合法", "subject", "yes", "authority", "yes", "procedure", "yes", "burden", "yes", "conflict", "yes")
		says(t, x.as("区司法局 负责人").get(at), "合法", "没有增加法律法规以外的义务吗：是") // the whole of what is signed
		x.answered("区司法局 负责人", at, casework.Agree)
		x.fresh["清单工作领导小组 负责人"] = true
		says(t, x.as("清单工作领导小组 负责人").get("/gzt"), "申请在清单中调整“秸秆禁烧巡查”，理由是：依据修订。", "区司法局通过：合法")
		x.answered("清单工作领导小组 负责人", at, casework.Agree, "text", "同意", "basis", "会议纪要1号", "on", "2026-08-03")
		x.answered("区委办公室 经办", at, casework.Done, "number", "郊报1号", "on", "2026-08-03")
		x.answered("区委办公室 经办", at, casework.Done, "number", "郊报2号", "on", "2026-08-03")
		x.stands(at, adjustment.Issue)

		late := "/sq/" + idOf(s.must(s.get(begin+"?code=P001&kind=adjust"), begin, "kind", "adjust", "code", "P001").Request.URL.Path)
		s.must(s.get(late+"/b/text"), late+"/b/text", "division", "组织执法和培训")
		draft := office.must(office.get("/sq/new/edition"), "/sq/new/edition").Request.URL.Path
		draft = "/sq/" + idOf(draft)
		section := draft + "/b/edition"
		office.must(office.get(section), section, "title", "第二次调整")
		says(t, office.get(draft+"/hd"), "增昼夜")
		office.must(office.get(draft+"/hd"), draft+"/hd", "v", "提交")
		another := "/sq/" + idOf(office.must(office.get("/sq/new/edition"), "/sq/new/edition").Request.URL.Path)
		if c := x.load(idOf(another)).Form.(*adjustment.Edition); len(c.Cases) > 0 {
			t.Error("what one edition has taken in begins in another too")
		}
		says(t, office.get(another+"/b/edition"), "P001，已列入编制〔2026〕001“第二次调整”")
		two := x.as("区委办公室 经办")
		if b := plainText(two.get(draft).body); !strings.Contains(b, "增昼夜") {
			t.Errorf("whoever issues does not see what\n%s", b)
		}
		x.answered("区委办公室 经办", draft, casework.Done, "number", "郊办发〔2026〕2号", "issued_on", "2026-08-03", "effective_on", "2026-08-03")
		x.stands(draft, casework.Closed)
		x.stands(at, approval.Receipt)
		says(t, two.get(draft), "列入这一版的变更调整〔2026〕001 调整“秸秆禁烧巡查”", "第 2 版")
		// An edition whose change another has issued says so, on every page that tells of it, and can be put right.
		s2 := another + "/b/edition"
		office.must(office.get(s2), s2, "title", "第三次调整", "cases", idOf(at))
		says(t, office.get("/gzt"), "编制中的新版清单", "P001：这件变更已由第 2 版印发。去掉它，重新选择")
		says(t, office.get(another+"/hd"), "印发前还要处理", "这件变更已由第 2 版印发")
		says(t, office.get(s2), "已经印发，或者退回了")
		says(t, s.get(at), "印发版本第 2 版（郊办发〔2026〕2号")
		if b := plainText(x.as("南寨镇 经办").get("/qd/P001").body); !strings.Contains(b, "昼夜巡查并报告") || !strings.Contains(b, "第 2 版") {
			t.Errorf("the list does not say so\n%s", b)
		}

		// What was begun before is written against what the list says now, in the same case.
		page := s.get(late)
		if b := plainText(page.body); !strings.Contains(b, "第 2 版（郊办发〔2026〕2号）改了 P001") || !strings.Contains(b, "增昼夜") || !strings.Contains(s.get(late+"/hd").body, "取用现在的内容") {
			t.Errorf("what changed is not told\n%s", b)
		}
		if a := x.as("区水务局 经办").get(late); a.StatusCode != 404 {
			t.Error("another department finds the draft")
		}
		s.must(page, late+"/dz")
		if c := x.load(idOf(late)).Form.(*adjustment.Change); c.Cooperating != "昼夜巡查并报告" || c.Division != "组织执法和培训" {
			t.Errorf("%+v", c)
		}
		if strings.Contains(s.get(late).body, "取用现在的内容") || s.send(page, late+"/dz").StatusCode == 200 {
			t.Error("it is taken over again")
		}
	})
}

// A trigger that the list office enters is a duty of the lead department, which
// begins its application from there; nobody else finds it.
//
// Proves: DM-8.1
func TestATriggerLeadsToTheApplicationThatItAsksFor(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.listed()
		office := x.as("区委编办 经办")
		enter := "/jg/sy/xin"
		if a := office.send(office.get(enter), enter, "kind", "function", "event", "三定调整", "happened_on", "2026-09-01", "items.0.code", "P002", "items.0.advice", "adjust"); a.StatusCode != 422 || !strings.Contains(a.body, "发生以后再登记") {
			t.Errorf("an event that has not come: %d\n%s", a.StatusCode, plainText(a.body))
		}
		page := office.must(office.get(enter), enter, "kind", "function", "event", "三定调整", "happened_on", "2026-07-30", "items.0.code", "P002", "items.0.advice", "adjust")
		trigger := page.Request.URL.Path
		water, farming := x.as("区水务局 经办"), x.as("区农业农村局 经办")
		if a := farming.get(trigger); a.StatusCode != 404 {
			t.Errorf("another department finds it: %d", a.StatusCode)
		}
		if b := plainText(farming.get("/jg").body); strings.Contains(b, "河道巡查") {
			t.Error("another department reads it in the register")
		}
		b := water.get(trigger)
		if !strings.Contains(plainText(b.body), "提出申请：河道巡查") {
			t.Fatalf("%d\n%s", b.StatusCode, plainText(b.body))
		}
		var duties []adjustment.Trigger
		x.read(func(tx *db.Tx) (err error) {
			duties, err = adjustment.Every(tx, true, x.units["区水务局"])
			return err
		})
		begin := "/sq/new/adjustment" + ask("code", "P002", "kind", "adjust", "duty", duties[0].Duties[0].Ref())
		made := water.must(water.get(begin), "/sq/new/adjustment"+ask("duty", duties[0].Duties[0].Ref()), "kind", "adjust", "code", "P002")
		c := x.load(idOf(made.Request.URL.Path)).Form.(*adjustment.Change)
		if c.HappenedOn != "2026-07-30" || c.OtherWhy != "三定调整" || c.Name != "河道巡查" || c.Duty == "" {
			t.Errorf("%+v", c)
		}
		dismiss := trigger + "/1"
		office.must(office.get(trigger), dismiss, "reason", "不影响事项")
		if b := plainText(office.get("/jg?xs=qb").body); !strings.Contains(b, "不需要调整：不影响事项") {
			t.Errorf("%s", b)
		}
	})
}

// ask is the query of an address.
func ask(kv ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] != "" {
			v.Set(kv[i], kv[i+1])
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}
