package main

import (
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/testkit"
)

// Who has not applied in time is ordered to by the justice bureau and its leader,
// reports, is found not to have put it right, and the discipline commission receives
// what is handed over; each in their own browser.
//
// Proves: DM-11.1, DM-11.2
func TestAnOrderIsWalkedInTheBrowser(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newStage(t, d)
		today := x.now.In(calendar.Zone).Format(time.DateOnly)
		b := x.as("sifa")
		b.Open(x.url + "/jg?xs=cq&q=生产安全事故应急")
		b.Want("区应急管理局")
		b.Press("责令限期整改")
		b.Want("责令限期整改：区应急管理局")
		b.Fill("demand", "五个工作日内提出调整申请")
		b.Press("责令限期整改")
		x.fine(b)
		x.id = strings.TrimPrefix(strings.Split(b.At(), "?")[0], x.url+"/sq/")
		x.say("sifa-fzr", "同意", "签发", "text", "同意责令")

		b = x.as("yingji")
		b.Open(x.url + "/jg/zg")
		b.Press("责令区应急管理局就“生产安全事故应急”限期整改")
		x.fine(b)
		b.Shot("order")
		x.id = strings.TrimPrefix(b.At(), x.url+"/sq/")
		x.say("yingji", "", "报告整改结果", "text", "正在核对预案，尚未提出申请")

		b = x.at("sifa")
		b.Want("尚未提出申请")
		x.say("sifa", "整改不到位", "认定整改不到位", "text", "到期没有提出申请")
		x.say("sifa-fzr", "同意", "签发", "text", "同意认定")
		order := x.id

		b = x.as("jiwei")
		b.Open(x.url + "/gzt/todo")
		b.Press("区应急管理局整改不到位")
		x.fine(b)
		b.Shot("clue")
		x.id = strings.TrimPrefix(b.At(), x.url+"/sq/")
		x.say("jiwei", "", "已接收", "number", "郊纪线〔2026〕9号", "on", today)
		clue := x.id
		x.id = order
		x.at("sifa").Want("郊纪线〔2026〕9号")
		b = x.as("yingji")
		b.Open(x.url + "/sq/" + clue)
		if b.Status != 404 {
			t.Errorf("the unit opens the clue: %d", b.Status)
		}
	})
}

// What a township reports is signed by its leader, where its papers are: until then
// the office that ordered has nothing to judge. The leader sends it back once.
//
// Proves: DM-11.1
func TestAReportIsSignedByTheLeaderOfTheTownship(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newStage(t, d)
		b := x.as("bianban")
		b.Open(x.url + "/jg/sy/xin")
		unit := testkit.Ask[string](b, `[...document.getElementsByName("items.0.unit")[0].options].find(o=>o.text==="河湾镇").value`)
		x.fill(b, "kind=", "function", "event", "机构职能调整，统计调查改由部门派员承担", "happened_on", x.now.AddDate(0, 0, -40).In(calendar.Zone).Format(time.DateOnly),
			"items.0.code", "J032", "items.0.unit", unit, "items.0.advice", "adjust")
		b.Press("登记")
		x.fine(b)
		b.Press("责令限期整改")
		b.Want("责令限期整改：河湾镇")
		b.Fill("demand", "五个工作日内提出调整申请")
		b.Press("责令限期整改")
		x.fine(b)
		x.id = strings.TrimPrefix(strings.Split(b.At(), "?")[0], x.url+"/sq/")

		x.say("hewan", "", "报告整改结果", "text", "正在起草")
		x.at("bianban").Want("河湾镇", "限期整改中")
		if x.at("bianban").Has("正在起草") {
			t.Error("a report is read before it is signed")
		}
		b = x.as("hewan-fzr")
		b.Open(x.url + "/gzt/todo")
		b.Press("责令河湾镇就“设置统计岗位，依法开展统计调查”限期整改")
		b.Want("正在起草")
		b.Shot("report-to-sign")
		x.say("hewan-fzr", "退回", "退回", "text", "写明哪一天提出")
		x.at("hewan").Want("写明哪一天提出")
		x.say("hewan", "", "报告整改结果", "text", "本周五以前提出申请")
		x.say("hewan-fzr", "同意", "签发", "text", "同意")
		x.at("bianban").Want("本周五以前提出申请")
		x.say("bianban", "整改不到位", "认定整改不到位", "text", "只有打算，没有提出申请")
		x.at("hewan").Want("整改不到位", "只有打算，没有提出申请")
	})
}
