package main

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

// A stage is the demo as `make run` wires it, on a store, with a browser for
// every post.
type stage struct {
	t    *testing.T
	url  string
	now  time.Time
	seen map[string]*testkit.Browser
	root *testkit.Browser
	id   string // of the case that is walked
}

// newStage seeds the demo and serves it with a clock that moves when told.
func newStage(t *testing.T, d *db.DB) *stage {
	t.Helper()
	x := &stage{t: t, now: time.Now(), seen: map[string]*testkit.Browser{}, root: testkit.Browse(t)}
	if _, err := demo.Seed(context.Background(), d, x.now); err != nil {
		t.Fatal(err)
	}
	sh := &Shell{Context: t.Context(), Out: io.Discard, Err: io.Discard, Now: func() time.Time { return x.now }}
	site := newSite(sh, d)
	site.Log = slog.New(slog.DiscardHandler)
	site.District, site.Contact, site.Demo = demo.Name, "区委编办", true
	for _, a := range demo.Accounts() {
		site.Accounts = append(site.Accounts, web.Account(a))
	}
	h, err := site.Handler(web.Routes())
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	x.url = s.URL
	return x
}

// as is the browser of a post, signed in as its user would.
func (x *stage) as(login string) *testkit.Browser {
	x.t.Helper()
	b := x.seen[login]
	if b == nil {
		b = x.root.Visitor()
		x.seen[login] = b
	}
	b.Open(x.url + "/gzt")
	if strings.Contains(b.At(), "/dl") {
		b.Fill("login", login)
		b.Fill("password", demo.Password)
		b.Press("登录")
	}
	return b
}

// at is the browser of a post on the page of the case.
func (x *stage) at(login string) *testkit.Browser {
	x.t.Helper()
	b := x.as(login)
	b.Open(x.url + "/sq/" + x.id)
	return b
}

// say gives the answer of a post: the way, then the fields, by name, then the
// button that carries the way's name.
func (x *stage) say(login, verdict, button string, fields ...string) {
	x.t.Helper()
	b := x.at(login)
	if verdict != "" {
		b.Choose("v", verdict)
		b.Press("下一步")
	} else {
		b.Press(button)
	}
	x.fill(b, fields...)
	b.Press(button)
	x.fine(b)
}

func (x *stage) fill(b *testkit.Browser, fields ...string) {
	x.t.Helper()
	for i := 0; i+1 < len(fields); i += 2 {
		if name, ok := strings.CutSuffix(fields[i], "="); ok {
			b.Choose(name, fields[i+1])
		} else {
			b.Fill(fields[i], fields[i+1])
		}
	}
}

func (x *stage) fine(b *testkit.Browser) {
	x.t.Helper()
	if b.Status >= 400 || strings.HasPrefix(b.Title(), "错误") {
		x.t.Fatalf("%s: status %d, %s\n%s", b.At(), b.Status, b.Title(), b.Text("main"))
	}
	b.Calm()
}

// tick ticks the box that a person would find by its words.
func tick(t *testing.T, b *testkit.Browser, words string) {
	t.Helper()
	if !testkit.Ask[bool](b, `(w=>{for(const l of document.querySelectorAll("label"))if(l.innerText.trim()===w){l.click();return true}return false})(%s)`, words) {
		t.Fatalf("%s has no box %q", b.At(), words)
	}
}

var caseID = regexp.MustCompile(`/sq/([0-9a-f]{20,})`)

// file is an attachment to give.
func (x *stage) file(name, text string) string {
	path := filepath.Join(x.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		x.t.Fatal(err)
	}
	return path
}

// An admission goes from the department's first click to its exit, each step in
// the browser of whoever takes it.
//
// Proves: AE-4.2, AE-5.1, AE-5.2, AE-5.3, AE-6.1, AE-6.2, AE-7.1, AE-8.1, AE-9.1, F-3
func TestAnAdmissionIsWalkedInTheBrowser(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newStage(t, d)
		now := x.now.In(calendar.Zone)
		from, to := now.AddDate(0, 0, 1).Format(time.DateOnly), now.AddDate(0, 4, 0).Format(time.DateOnly)
		today := now.Format(time.DateOnly)

		b := x.as("shuiwu")
		b.Open(x.url + "/sq/new/admission")
		b.Press("开始填写")
		m := caseID.FindStringSubmatch(b.At())
		if m == nil {
			t.Fatalf("no draft: %s", b.At())
		}
		x.id = m[1]
		for _, s := range []struct {
			section string
			fields  []string
		}{
			{"door", []string{"acting_as=", "department", "listed=", "no", "own=", "no", "duty=", "no", "assist=", "no", "door=", "admit", "door_why", "清单没有列入，法律法规没有规定由乡镇承担"}},
			{"matter", []string{"matter", "冬季封冻河道安全巡查协助", "contact", "综合科", "phone", "0454-8000000", "span=", "phased", "from", from, "to", to}},
			{"duty", []string{"main", "区水务局制定方案、设置警示、组织处置", "cooperating", "乡镇日间巡查、劝阻上冰", "task", "组织网格员每日巡查一次，发现险情劝阻并报告"}},
			{"process", []string{"process", "巡查—劝阻—报告—处置", "limit", "发现后 30 分钟内报告"}},
			{"safeguard", []string{"safeguards", "每个乡镇补助 2 万元，配发警示牌", "training", "实施前集中培训一次"}},
			{"basis", []string{"bases.0.title", "《中华人民共和国防洪法》", "bases.0.article", "第四十五条"}},
		} {
			b.Open(x.url + "/sq/" + x.id + "/b/" + s.section)
			x.fill(b, s.fields...)
			b.Press("保存，回到列表")
			x.fine(b)
		}
		b.Open(x.url + "/sq/" + x.id + "/b/townships")
		b.Shot("draft-townships")
		for _, town := range []string{"南寨镇", "松涧乡"} {
			tick(t, b, town)
		}
		b.Press("保存，去核对")
		x.fine(b)
		b.Want("冬季封冻河道安全巡查协助", "南寨镇")
		b.Shot("draft-check")
		b.Press("提交准入申请")
		x.fine(b)
		b.Want("待决定走哪道门")

		x.say("bianban", "同意", "第三道门：走准入", "text", "不属于依法履行、依法协助，走准入")
		x.say("nanzhai", "同意", "同意", "text", "同意协助")
		x.say("songjian", "有条件同意", "有条件同意", "text", "落实经费后办理", "conditions", "补助资金实施前到位")

		b = x.at("shuiwu")
		b.Want("待正式申请")
		b.Open(x.url + "/sq/" + x.id + "?tab=yj")
		b.Want("补助资金实施前到位")
		b.Open(x.url + "/sq/" + x.id + "/z/attach")
		b.Attach("files", x.file("方案.txt", "巡查方案"))
		b.Press("上传")
		x.fine(b)
		b.Open(x.url + "/sq/" + x.id + "/hd")
		b.Press("报区委编办、区司法局审核")
		x.fine(b)

		x.say("bianban", "同意", "通过", "text", "符合准入条件，同意")
		x.say("sifa", "同意", "通过", "text", "依据充分，合法")
		x.at("bianban").Want("等签发")
		x.say("sifa-fzr", "同意", "签发", "text", "同意")
		x.say("xiaozuban", "同意", "审议通过", "number", "联席纪要〔2026〕9号", "on", today, "text", "同意提请审批")

		b = x.at("lingdao-fzr")
		b.Shot("approval-case")
		b.Choose("v", "同意")
		b.Press("下一步")
		b.Want("再次确认身份")
		b.Fill("password", demo.Password)
		b.Press("确认")
		b.Want("依据充分，合法", "补助资金实施前到位")
		b.Shot("approval")
		x.fill(b, "basis", "领导小组第3次会议", "on", today, "text", "同意准入")
		b.Press("同意")
		x.fine(b)
		b.Want("已批准，待备案")

		x.say("quweiban", "", "登记报市备案", "number", "郊编备〔2026〕21号", "on", today)
		x.say("quweiban", "", "登记报省备案", "number", "郊编备〔2026〕22号", "on", today)
		x.at("shuiwu").Want("实施中")
		for _, town := range []string{"nanzhai", "songjian"} {
			x.say(town, "", "签收批准材料", "text", "已收到")
		}
		b = x.at("shuiwu")
		b.Press("登记培训指导")
		x.fill(b, "on", today, "content", "冰面险情识别与劝阻", "participants", "两乡镇各 3 人", "material", "培训讲义")
		tick(t, b, "南寨镇")
		tick(t, b, "松涧乡")
		b.Press("登记培训指导")
		x.fine(b)

		// Six copies lie in the archives; one is received and verified.
		for _, login := range []string{"shuiwu", "nanzhai", "songjian", "bianban", "sifa", "quweiban", "zhengfuban"} {
			b = x.as(login)
			b.Open(x.url + "/cl")
			b.Want("冬季封冻河道安全巡查协助")
		}

		b = x.as("shuiwu")
		b.Open(x.url + "/sq/new/exit?admission=" + x.id)
		b.Press("开始填写")
		admitted := x.id
		x.id = caseID.FindStringSubmatch(b.At())[1]
		b.Open(x.url + "/sq/" + x.id + "/b/exit")
		x.fill(b, "matter", "冬季封冻河道安全巡查协助", "ground=", "completed", "reason", "河道解冻，工作完成", "rest", "无", "contact", "综合科", "phone", "0454-8000000")
		b.Press("保存，去核对")
		b.Press("提交退出申请")
		x.fine(b)
		x.say("bianban", "同意", "通过", "text", "同意退出")
		x.say("sifa", "同意", "通过", "text", "同意退出")
		x.say("sifa-fzr", "同意", "签发", "text", "同意")
		x.say("xiaozuban", "同意", "审议通过", "number", "联席纪要〔2026〕10号", "on", today, "text", "同意退出")
		x.say("lingdao-fzr", "同意", "同意", "basis", "领导小组第4次会议", "on", today, "text", "同意退出")
		x.say("quweiban", "", "登记报市备案", "number", "郊编备〔2026〕23号", "on", today)
		x.say("quweiban", "", "登记报省备案", "number", "郊编备〔2026〕24号", "on", today)
		x.id = admitted
		x.at("shuiwu").Want("已退出")
		b = x.as("nanzhai")
		b.Open(x.url + "/gzt/read")
		b.Want("已经批准退出")
	})
}
