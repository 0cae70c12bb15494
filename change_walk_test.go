package main

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/opinion"
	"yidan/internal/testkit"
)

// begin opens a draft from the page a browser is on, by the button it carries.
func (x *stage) begin(b *testkit.Browser, button string) {
	x.t.Helper()
	b.Press(button)
	m := caseID.FindStringSubmatch(b.At())
	if m == nil {
		x.t.Fatalf("no draft at %s: %s", b.At(), b.Text("main"))
	}
	x.id = m[1]
}

// section fills in one section of the draft.
func (x *stage) section(b *testkit.Browser, key string, fields ...string) {
	x.t.Helper()
	b.Open(x.url + "/sq/" + x.id + "/b/" + key)
	x.fill(b, fields...)
	b.Press("保存，回到列表")
	x.fine(b)
}

// workday is the n-th working day from a day on, at ten in the morning.
func workday(t *testing.T, d *db.DB, from time.Time, n int) (at time.Time) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		c, err := calendar.Load(tx)
		if err == nil {
			at = c.Due(from, calendar.WorkDays(n), nil).At.Add(-14 * time.Hour)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A law is repealed: its items are found, one unit applies in time and one late,
// both changes go through to an edition, and the list says what it said and will
// say. A notice is checked, a hand-over contested, a citizen answered.
//
// Proves: DM-3.1, DM-6.1, DM-8.1, DM-8.2, DM-8.3, DM-8.4, DM-8.5, DM-8.6, DM-9.1, DM-9.3, DM-10.1, DM-10.2, AE-2.1, AE-2.2
func TestAChangeOfTheListIsWalkedInTheBrowser(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			source := testkit.Source(t, engine)
			d := testkit.Open(t, source)
			x := newStage(t, d)
			const law, kept, gone = "中华人民共和国土地管理法", "审核批准农村村民住宅用地", "公告永久基本农田位置范围并设立保护标志"
			happened := x.now

			b := x.as("sifa")
			b.Open(x.url + "/fg?q=土地管理法")
			b.Press(law)
			b.Press("记一次变动")
			x.fill(b, "event=", "repealed", "on", happened.In(calendar.Zone).Format(time.DateOnly), "number", "主席令第九十九号")
			b.Press("模拟：看影响，不保存")
			x.fine(b)
			b.Want("模拟", "J016", "J017", "J018", "失去最后一条依据")
			b.Shot("impact-tried")
			b.Open(x.url + "/jg?q=" + gone)
			b.Want("没有")
			b.Open(x.url + "/fg?q=土地管理法")
			b.Press(law)
			b.Press("记一次变动")
			x.fill(b, "event=", "repealed", "on", happened.In(calendar.Zone).Format(time.DateOnly), "number", "主席令第九十九号")
			b.Press("登记这次变动")
			x.fine(b)
			b.Shot("impact-noted")
			b.Open(x.url + "/qd/J017")
			b.Want("已废止")

			apply := func(login, code, item string, day int, more ...string) string {
				x.now = workday(t, d, happened, day)
				b := x.as(login)
				b.Open(x.url + "/jg")
				b.Want(item)
				b.Press(item)
				b.Shot("trigger-" + login)
				b.Press("提出申请：" + item)
				x.fill(b, "kind=", "cancel")
				x.begin(b, "开始填写")
				x.section(b, "ground", append([]string{"reason", "依据已经废止，事项没有其他依据"}, more...)...)
				x.section(b, "demonstration", "demonstrations.0.on", x.now.In(calendar.Zone).Format(time.DateOnly), "demonstrations.0.who", "自然资源所、村委会", "demonstrations.0.findings", "不宜继续列入")
				b.Open(x.url + "/sq/" + x.id + "/z/attach")
				b.Attach("files", x.file("废止决定.txt", "废止决定"))
				b.Press("上传")
				x.fine(b)
				b.Open(x.url + "/sq/" + x.id + "/hd")
				b.Press("提交调整申请")
				return x.id
			}
			first := apply("nanzhai", "J017", gone, 9)
			x.fine(x.at("nanzhai"))
			x.at("nanzhai").Want("审核")
			second := apply("songjian", "J016", kept, 11)
			b = x.as("songjian")
			b.Open(x.url + "/sq/" + second + "/hd")
			b.Press("提交调整申请")
			b.Want("已超过 10 个工作日")
			b.Shot("late-refused")
			x.section(b, "ground", "late_why", "等待上级明确衔接办法")
			b.Open(x.url + "/sq/" + second + "/hd")
			b.Press("提交调整申请")
			x.fine(b)

			today := x.now.In(calendar.Zone).Format(time.DateOnly)
			for _, id := range []string{first, second} {
				x.id = id
				x.say("bianban", "同意", "通过", "text", "依据已经废止，同意取消")
				x.say("sifa", "同意", "通过", "text", "合法", "subject=", "yes", "authority=", "yes", "procedure=", "yes", "burden=", "yes", "conflict=", "yes")
				x.say("sifa-fzr", "同意", "签发", "text", "同意")
				b = x.at("lingdao-fzr")
				b.Choose("v", "同意")
				b.Press("下一步")
				if b.Has("再次确认身份") {
					b.Fill("password", "XianKanKan79")
					b.Press("确认")
				}
				x.fill(b, "basis", "领导小组第5次会议", "on", today, "text", "同意")
				b.Press("同意")
				x.fine(b)
				x.say("quweiban", "", "登记报市备案", "number", "郊编备〔2026〕31号", "on", today)
				x.say("quweiban", "", "登记报省备案", "number", "郊编备〔2026〕32号", "on", today)
				x.at("bianban").Want("已备案，待印发")
			}
			b = x.as("bianban")
			b.Open(x.url + "/sq/new/edition")
			b.Shot("edition-new")
			x.begin(b, "开始编制")
			x.section(b, "edition", "title", "2026年第三次调整")
			b.Open(x.url + "/sq/" + x.id + "/hd")
			b.Want(gone, kept)
			b.Press("送两办印发")
			x.fine(b)
			b = x.at("quweiban")
			b.Want("城关镇")
			b.Shot("edition-issue")
			tomorrow := x.now.AddDate(0, 0, 1)
			x.say("quweiban", "办结", "印发", "number", "郊办发〔2026〕88号", "issued_on", today, "effective_on", tomorrow.In(calendar.Zone).Format(time.DateOnly))
			x.id = first
			x.at("nanzhai").Want("已印发", "已完成：\n随新版印发")

			// Yesterday, today and tomorrow: page, print and command.
			x.now = x.now.AddDate(0, 0, 2)
			yidan := func(args ...string) string {
				t.Helper()
				at := "--data"
				if db.IsURL(source) {
					at = "--db"
				}
				var out bytes.Buffer
				sh := &Shell{Context: t.Context(), Out: &out, Err: io.Discard, Now: func() time.Time { return x.now }}
				if code := run(sh, append(args, at, source)); code != 0 {
					t.Fatalf("yidan %v: %d", args, code)
				}
				return out.String()
			}
			for _, c := range []struct {
				on       time.Time
				on_      string
				standing bool
			}{{tomorrow.AddDate(0, 0, -2), "yesterday", true}, {tomorrow.AddDate(0, 0, -1), "today", true}, {tomorrow, "tomorrow", false}} {
				day := c.on.In(calendar.Zone).Format(time.DateOnly)
				b = x.as("nanzhai")
				b.Open(x.url + "/qd?on=" + day + "&q=永久基本农田")
				if b.Has(gone) != c.standing {
					t.Errorf("%s on the page: %v", c.on_, !c.standing)
				}
				b.Open(x.url + "/public?on=" + day + "&q=永久基本农田")
				if b.Has(gone) != c.standing {
					t.Errorf("%s in public: %v", c.on_, !c.standing)
				}
				b.Open(x.url + "/qd?on=" + day)
				if text := testkit.PDFText(t, b.PDF("list-"+c.on_)); strings.Contains(text, gone) != c.standing {
					t.Errorf("%s in print: %v", c.on_, !c.standing)
				}
				if strings.Contains(yidan("list", "--on", day), gone) != c.standing {
					t.Errorf("%s by the command: %v", c.on_, !c.standing)
				}
			}
			b = x.as("nanzhai")
			b.Open(x.url + "/qd/cha")
			b.Shot("differences")

			// A notice is checked before it goes out.
			b = x.as("nongye")
			b.Open(x.url + "/zr/wj")
			b.Fill("text", "各乡镇（街道）要组织开展农作物病虫害防治。\n各乡镇（街道）要公告永久基本农田位置范围并设立保护标志。\n各乡镇（街道）每日上报养殖场用电量，建立台账。")
			b.Press("核对")
			x.fine(b)
			b.Want("在清单内", "要先走准入", "台账")
			b.Shot("notice-checked")

			// A hand-over is contested, and the township is right.
			b = x.as("nongye")
			b.Open(x.url + "/sq/new/handover?code=P004")
			x.begin(b, "开始填写")
			handed := x.id
			x.section(b, "task", "matter", "冬季病虫害越冬基数调查", "content", "每村设三个调查点", "due_on", x.now.AddDate(0, 1, 0).Format(time.DateOnly), "conditions", "无", "contact", "植保站", "phone", "0454-8000000")
			b.Open(x.url + "/sq/" + handed + "/b/basis")
			tick(t, b, "南寨镇")
			b.Press("保存，去核对")
			b.Press("交办")
			x.fine(b)
			x.say("nanzhai", "有异议", "提出异议", "ground=", "beyond", "text", "清单写的是防治，不是调查")
			b = x.as("bianban")
			b.Open(x.url + "/fy")
			b.Press("对“冬季病虫害越冬基数调查”的异议")
			x.id = strings.TrimPrefix(b.At(), x.url+"/sq/")
			b.Shot("dispute")
			x.say("bianban", "成立", "裁定成立", "text", "超出清单写明的配合责任")
			x.id = handed
			x.at("nanzhai").Want("异议成立")

			// Anybody asks, and is answered.
			b = x.root.Visitor()
			b.Open(x.url + "/public/ti?code=P004")
			var answer string
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				q, err := opinion.Asked(tx, x.now)
				answer, _, _ = strings.Cut(q.Answers, "、")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			b.Choose("kind", "citizen")
			x.fill(b, "text", "病虫害防治能不能在村里公布用药时间", "answer", answer)
			b.Press("提交意见")
			x.fine(b)
			b.Shot("opinion-receipt")
			code := regexp.MustCompile(`(\d{4} ){4}\d{4}`).FindString(b.Text("main"))
			o := x.as("bianban")
			o.Open(x.url + "/gzyj")
			o.Want("病虫害防治能不能在村里公布用药时间")
			o.Press("“农作物病虫害防治”")
			x.id = caseID.FindStringSubmatch(o.At())[1]
			x.say("bianban", "分办", "转有关单位答复")
			x.say("nongye", "办结", "答复", "result=", "adopted", "answer", "今后用药前三天在村务公开栏公布")
			x.say("bianban", "同意", "审核通过", "publish=", "text")
			b.Open(x.url + "/public/cx")
			b.Fill("code", code)
			b.Press("查询")
			b.Want("今后用药前三天在村务公开栏公布")
			b.Shot("opinion-answered")
		})
	}
}
