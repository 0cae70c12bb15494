package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/rectify"
	"yidan/internal/testkit"
)

// missed enters what the water bureau should have applied for by 15 July, and
// returns the page of the trigger.
func (x *district) missed() string {
	x.t.Helper()
	x.listed()
	office, enter := x.as("区委编办 经办"), "/jg/sy/xin"
	return office.must(office.get(enter), enter, "kind", "function", "event", "三定调整", "happened_on", "2026-07-01", "items.0.code", "P002", "items.0.advice", "adjust").Request.URL.Path
}

// From the overdue triggers the justice bureau orders the water bureau, which
// reports; what is not put right goes to the discipline commission, which receives
// it. Each sees its own part and nobody else's.
//
// Proves: DM-11.1, DM-11.2
func TestAnOrderIsGivenReportedJudgedAndHandedOverOnItsPages(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		trigger := x.missed()
		give := trigger + "/zl/" + x.units["区水务局"]
		justice, water, farming, office := x.as("区司法局 经办"), x.as("区水务局 经办"), x.as("区农业农村局 经办"), x.as("区委编办 经办")
		if a := justice.get("/jg?xs=cq"); !strings.Contains(a.body, give) {
			t.Fatal("the overdue trigger does not lead to an order:", plainText(a.body))
		}
		if a := water.get("/jg?xs=cq"); strings.Contains(a.body, "/zl/") {
			t.Error("the unit is offered to order itself")
		}
		for _, s := range []*surfer{water, farming, x.as("区纪委监委 经办")} {
			if a := s.get(give); a.StatusCode == http.StatusOK {
				t.Error("who is neither office may order")
			}
		}
		if a := justice.get(trigger + "/zl/" + x.units["区农业农村局"]); a.StatusCode != http.StatusNotFound {
			t.Error("an order to a unit that the trigger does not ask:", a.StatusCode)
		}
		page := justice.get(give)
		says(t, page, "P002 “河道巡查”", "2026年7月15日", "最晚2026年8月17日（周一）（从今天起 10 个工作日，区内设定）")
		bad := justice.send(page, give, "due_on", "2026-08-18", "demand", "一周内提出")
		if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "不能晚于2026年8月17日") || !strings.Contains(bad.body, "一周内提出") {
			t.Fatal(bad.StatusCode, plainText(bad.body))
		}
		sent := justice.send(bad, give, "due_on", "2026-08-10", "demand", "一周内提出申请")
		if sent.StatusCode != http.StatusSeeOther {
			t.Fatal(sent.StatusCode, plainText(sent.body))
		}
		x.now = clock("2026-08-04 09:00")
		rows := x.orders("区司法局 经办")
		if len(rows) != 1 {
			t.Fatal(rows)
		}
		at := "/sq/" + rows[0].ID
		says(t, justice.get("/jg?xs=cq"), "已责令整改", "责改〔2026〕001 · 限期整改中")
		if a := office.send(office.get(give), give); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "认定以前不重复责令") {
			t.Error("ordered twice:", a.StatusCode, plainText(a.body))
		}
		says(t, water.get("/gzt/todo"), "责令区水务局就“河道巡查”限期整改")
		says(t, water.get("/jg/zg"), "责改〔2026〕001")
		says(t, water.get(trigger), "已责令整改")
		says(t, water.get(at+"?tab=cl"), "责令限期整改通知书")
		says(t, farming.get("/jg/zg"), "没有责令整改")
		says(t, office.get("/jg/zg?q="+url.QueryEscape("没有的")), "去掉一个条件再查")
		if a := farming.get(at); a.StatusCode != http.StatusNotFound {
			t.Error("another department reads the order:", a.StatusCode)
		}
		if a := office.get("/jg/zg/xlsx"); a.StatusCode != http.StatusOK || len(a.body) < 1000 {
			t.Error("the export:", a.StatusCode)
		}
		report := at + "/y/2"
		if a := water.attach(water.get(report), report, "files", "整改报告.txt", "正在起草"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "写明做了哪些整改") {
			t.Fatal("a report without words:", a.StatusCode, plainText(a.body))
		}
		sent = water.attach(water.get(report), report, "files", "整改报告.txt", "正在起草", "text", "正在起草。")
		if sent.StatusCode != http.StatusSeeOther {
			t.Fatal(sent.StatusCode, plainText(sent.body))
		}
		says(t, justice.get(at+"?tab=cl"), "整改报告.txt")
		if a := plainText(justice.get("/xx").body); !strings.Contains(a, "待办：认定整改结果。") {
			t.Error("one thing is said twice:", a)
		}
		x.stands(at, rectify.Judge)
		judge := at + "/y/3"
		says(t, justice.get(judge+"?v="+url.QueryEscape(string(rectify.Good))), "正在起草。", "一周内提出申请")
		says(t, justice.get(judge+"?v="+url.QueryEscape(string(rectify.Short))), "确定要“认定整改不到位”吗", "移送区纪委监委")
		if a := justice.send(justice.get(judge+"?v="+url.QueryEscape(string(rectify.Good))), judge, "text", "到位"); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "还没有提出申请，不能认定整改到位") {
			t.Error("what nobody applied for was put right:", a.StatusCode, plainText(a.body))
		}
		x.answered("区司法局 经办", at, rectify.Short, "text", "没有提出申请。")
		x.stands(at, casework.Closed)

		var clue string
		x.read(func(tx *db.Tx) error {
			r, err := rectify.Find(tx, rows[0].ID)
			clue = "/sq/" + r.Clue
			return err
		})
		discipline := x.as("区纪委监委 经办")
		says(t, discipline.get("/gzt/todo"), "区水务局整改不到位")
		says(t, discipline.get(clue), "三定调整", "正在起草。", "没有提出申请。", "一周内提出申请", "责改〔2026〕001")
		if !strings.Contains(discipline.get(clue).body, `href="`+at+`"`) {
			t.Error("the clue does not lead to the order")
		}
		record := discipline.get(clue + "/jl")
		says(t, record, "接收单位区纪委监委", "移送系统移送")
		hides(t, record, "申请单位", "没有要征求的单位")
		says(t, discipline.get(clue+"?tab=cl"), "整改报告.txt", "关于移送问题线索的函", "责令限期整改通知书（移送副本）")
		if !strings.Contains(discipline.get(at).body, clue) {
			t.Error("the order does not lead to the clue")
		}
		for _, s := range []*surfer{justice, office, water, farming, x.as("清单工作领导小组 经办"), x.as("区水务局 负责人")} {
			if a := s.get(clue); a.StatusCode != http.StatusNotFound {
				t.Error("somebody else reads the clue:", a.StatusCode)
			}
			if strings.Contains(s.get(at).body, clue) {
				t.Error("somebody else is led to the clue")
			}
		}
		edition := "/sq/" + idOf(office.must(office.get("/sq/new/edition"), "/sq/new/edition").Request.URL.Path)
		office.must(office.get(edition+"/b/edition"), edition+"/b/edition", "title", "下一版", "cases", strings.TrimPrefix(clue, "/sq/"), "next", edition)
		for _, page := range []string{"/b/edition", "/hd", ""} { // whoever names a clue in a form of his own does not learn of it
			says(t, office.get(edition+page), "下一版")
			hides(t, office.get(edition+page), "线索〔2026〕", "区水务局整改不到位")
		}
		x.answered("区纪委监委 经办", clue, rectify.Accepted, "number", "郊纪线7号", "on", "2026-08-04")
		x.stands(clue, casework.Closed)
		says(t, discipline.get(clue), "已接收")
		says(t, justice.get(at), "登记编号 郊纪线7号")
		says(t, office.get("/jg/zg"), "登记编号 郊纪线7号")
		for _, page := range []string{at, "/jg/zg", trigger} {
			hides(t, water.get(page), "郊纪线7号", "移送〔2026〕001")
		}
		says(t, water.get(at), "移送区纪委监委")
	})
}

// A report may name an application that the unit filed without the trigger: then it
// answers it, and what was ordered is put right.
//
// Proves: DM-11.2
func TestAReportNamesTheApplicationThatPutsItRight(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		trigger := x.missed()
		justice := x.as("区司法局 经办")
		give := trigger + "/zl/" + x.units["区水务局"]
		justice.must(justice.get(give), give)
		at := "/sq/" + x.orders("区司法局 经办")[0].ID
		mine, other := x.filed(t, "区水务局 经办", "P002", ""), x.applied(t, "")
		water := x.as("区水务局 经办")
		report := at + "/y/2"
		form := water.get(report)
		if v := form.body; !strings.Contains(v, mine) || strings.Contains(v, other) {
			t.Fatal("the report is not offered the unit's own applications:", plainText(v))
		}
		if a := water.send(form, report, "text", "已提出", "application", other); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "不是关于这个调整事由的事项") {
			t.Fatal(a.StatusCode, plainText(a.body))
		}
		water.must(form, report, "text", "已经提出申请。", "application", mine)
		says(t, justice.get(trigger), "已提出申请")
		x.answered("区司法局 经办", at, rectify.Good, "text", "已经提出。")
		x.stands(at, casework.Closed)
		says(t, water.get(at), "整改到位")
		hides(t, justice.get("/jg?xs=cq"), "河道巡查")
	})
}

// orders are the orders that a post sees.
func (x *district) orders(post string) (rows []casework.Row) {
	x.t.Helper()
	x.read(func(tx *db.Tx) (err error) {
		rows, _, err = casework.List(tx, x.posts[post], casework.Filter{Procedure: "rectification"}, x.now)
		return err
	})
	return rows
}
