package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/regulation"
)

var paperHref = regexp.MustCompile(`href="(/cl/[0-9A-Za-z_-]+)"`)

// Proves: AE-9.1, AE-8.1
func TestTheRegisterShowsWhatIsAdmittedToWhomItConcerns(t *testing.T) {
	p := play(t)
	office := p.as("bianban")
	says(t, office.get("/zr"), p.title("veterans"), "已到期，待退出", "实施中，将到期", "长期", "6 / 12")
	says(t, office.get("/zr?s=expired"), p.title("flood"))
	hides(t, office.get("/zr?s=expired"), p.title("heritage"))
	says(t, office.get("/zr?s=ending"), p.title("oldhouse"))
	says(t, office.get("/zr?s=ended"), p.title("fire25"), "已退出")
	says(t, office.get("/zr?d="+p.units("wenlv")), p.title("heritage"))
	hides(t, office.get("/zr?d="+p.units("wenlv")), p.title("veterans"))
	says(t, office.get("/zr?n=1"), p.title("coal"))

	own := p.as("wenlv")
	says(t, own.get("/zr"), p.title("heritage"))
	hides(t, own.get("/zr"), p.title("veterans"))
	one := own.get("/zr/" + p.cases["traffic"])
	if one.StatusCode != http.StatusNotFound {
		t.Errorf("another department's: %d", one.StatusCode)
	}
	one = p.as("zhujian").get("/zr/" + p.cases["oldhouse"])
	says(t, one, "主体责任", "送达和培训", "培训指导记录", "省市备案", "准入审批表", "申请退出")
	if !strings.Contains(one.body, `action="/sq/new/exit?admission=`+p.cases["oldhouse"]+`"`) {
		t.Error("its department cannot ask for its exit")
	}
	if town := p.as("bianban").get("/zr/" + p.cases["oldhouse"]); strings.Contains(town.body, "/sq/new/exit") {
		t.Error("somebody else can ask for its exit")
	}
	says(t, p.as("zhujian").get("/gzt"), "将到期的准入事项")
}

// Proves: AE-4.1
func TestMattersThatNeedNoApplicationAreOnTheRegister(t *testing.T) {
	p := play(t)
	says(t, p.as("nanzhai").get("/zr/wx"), "依法履行", "《防范和处置非法集资条例》第五条", "依法协助", "区统计局提供普查终端、培训和劳动报酬")
	says(t, p.as("nanzhai").get("/zr/wx?q="+url.QueryEscape("没有")), "没有找到")
}

// Proves: AE-10.1
func TestADepartmentSaysWhatBecameOfARecommendation(t *testing.T) {
	p := play(t)
	s, path := p.as("shuiwu"), "/zr/gm/"+p.cases["river"]
	says(t, s.get("/zr/gm"), "建议采用视频监控和购买夜间巡护服务的方式解决", "登记落实情况")
	hides(t, s.get("/zr/gm"), "户外牌匾")
	page := s.get(path)
	if a := s.send(page, path); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "写明购买服务的落实情况") {
		t.Errorf("without a word: %d", a.StatusCode)
	}
	says(t, s.must(page, path, "outcome", "已列入下年度预算"), "已列入下年度预算", "落实情况已登记")
	if a := p.as("nongye").get(path); a.StatusCode != http.StatusNotFound {
		t.Errorf("another department: %d", a.StatusCode)
	}
}

// Whoever is about to hand work down, or to be handed it, learns in one step
// whether it is on the list, admitted, in need of no application, or none of these.
//
// Proves: AE-2.1, AE-4.2
func TestTheCheckBeforeHandingDownAnswersInOneStep(t *testing.T) {
	p := play(t)
	town := p.as("nanzhai")
	find := func(words string) answer { return town.get("/zr/xuan?q=" + url.QueryEscape(words)) }
	says(t, find(p.title("heritage")), "已经准入，但现在不能据此交办", "不包括这个单位", "清单没有列入，也没有准入批准")
	says(t, find(p.title("oldhouse")), "至2026年12月")
	says(t, find(p.title("flood")), "已到期，不能再交办", "清单没有列入，也没有准入批准")
	says(t, find("请你们做好经济普查单位清查工作"), "无需申请", "依法协助", "《全国经济普查条例》第十六条")
	says(t, find(p.title("bus")), "正在申请准入：批准以前不能交给乡镇（街道）", "你单位可以不接")
	says(t, find("组织合唱比赛"), "没有查到“组织合唱比赛”", "你单位可以不接")
	dep := p.as("nongye")
	says(t, dep.get("/zr/xuan?q="+url.QueryEscape(p.title("heritage"))), "在准入事项内：按批准的内容和时限办理", "长期")
	says(t, dep.get("/zr/xuan?q="+url.QueryEscape(p.number("oldhouse"))), "在准入事项内：按批准的内容和时限办理", p.title("oldhouse"), "至2026年12月")
	says(t, p.as("bianban").get("/zr/"+p.cases["heritage"]), "能否交办", "可以")
	says(t, p.as("bianban").get("/zr/"+p.cases["flood"]), "已到期，不能再交办")
	says(t, dep.get("/zr/xuan?q="+url.QueryEscape("组织合唱比赛")), "确需交给乡镇（街道）的，要先走准入", "开始写准入申请")
	says(t, dep.get("/zr/xuan"), "准入准出办法 第二条", "准入准出办法 第四条", "均应经审核批准后", "应当为乡镇（街道）提供必要的工作条件")
	for query, want := range map[string]string{
		"listed=yes":                              "在清单内，按清单办理",
		"listed=no&own=no&duty=yes&assist=no":     "第一道门：依法履行",
		"listed=no&own=no&duty=no&assist=yes":     "第二道门：依法协助",
		"listed=no&own=yes&duty=no&assist=no":     "由部门自己承担，不得擅自交给乡镇（街道）",
		"listed=no&own=no&duty=no&assist=no&q=xx": "第三道门：要先走准入",
	} {
		says(t, dep.get("/zr/xuan?"+query), want, "走哪道门由区委编办决定")
	}
	hides(t, dep.get("/zr/xuan?listed=no"), "第三道门")
	if strings.Contains(town.get("/zr/xuan").body, "/sq/new/admission") {
		t.Error("a township can begin an admission")
	}
}

// A unit finds, receives and opens its copies; anybody verifies a print.
//
// Proves: F-3
func TestAUnitFindsReceivesAndOpensItsPapers(t *testing.T) {
	p := play(t)
	s := p.as("nanzhai")
	says(t, s.get("/cl"), "准入审批表："+p.title("elders"), "未签收", "第 ")
	waiting := s.get("/cl?w=1&p=f1")
	m := paperHref.FindStringSubmatch(waiting.body)
	if m == nil {
		t.Fatalf("no paper waits\n%s", plainText(waiting.body))
	}
	page := s.get(m[1])
	says(t, page, "申请具体事项", "区司法局审核意见", "核验码", "签收")
	says(t, s.must(page, m[1]), "文书已签收", "经办")
	if a := s.send(page, m[1]); a.StatusCode != http.StatusSeeOther { // the same form twice is the same receipt
		t.Errorf("a double click: %d", a.StatusCode)
	}
	v := s.filled(page, m[1])
	v.Set("submit_id", strings.Repeat("0", 32))
	if a := s.post(m[1], v); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "签收，不用再签") {
		t.Errorf("received twice: %d\n%s", a.StatusCode, plainText(a.body))
	}
	if a := s.get(m[1] + "/pdf"); a.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.body, "%PDF-") {
		t.Errorf("PDF: %d %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	if a := s.get(m[1] + "/word"); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("Word: %d", a.StatusCode)
	}
	var looked []string
	err := p.db.Read(context.Background(), func(tx *db.Tx) error {
		ls, _, err := audit.List(tx, audit.Query{Object: "paper:" + strings.TrimPrefix(m[1], "/cl/"), Result: audit.Viewed, Limit: 10})
		for _, l := range ls {
			looked = append(looked, l.Action)
		}
		return err
	})
	if got := strings.Join(looked, " "); err != nil || !strings.HasPrefix(got, "paper.take paper.take paper.view") {
		t.Errorf("on record of looking at the paper: %q %v", got, err)
	}
	p.site.Fonts = nil
	says(t, s.get(m[1]), "没有找到排版用的中文字体")
	if a := s.get(m[1] + "/pdf"); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "可以下载 Word 版") {
		t.Errorf("without fonts: %d", a.StatusCode)
	}
	for _, path := range []string{m[1], m[1] + "/pdf", m[1] + "/word"} {
		if a := p.as("caizheng").get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s by a unit without a copy: %d", path, a.StatusCode)
		}
	}

	var paper document.Paper
	err = p.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		paper, err = document.Find(tx, strings.TrimPrefix(m[1], "/cl/"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	guest := surf(t, p.place, "")
	for _, code := range []string{paper.Code, strings.ToLower(document.ShowCode(paper.Code))} {
		a := guest.get("/yz/" + code)
		says(t, a, "系统中有这份文书，内容与印制时一致", paper.Title, paper.Digest)
		hides(t, a, "职责任务", "区司法局审核意见")
	}
	if a := guest.get("/yz?code=" + url.QueryEscape(document.ShowCode(paper.Code))); a.to() != "/yz/"+document.ShowCode(paper.Code) {
		t.Errorf("a typed code leads to %q", a.to())
	}
	says(t, guest.get("/yz/ZZZZZZZZ"), "没有查到这个核验码对应的文书")
}

// Proves: AE-9.1
func TestTheEndOfAnAdmittedTaskIsToldOnce(t *testing.T) {
	p := play(t)
	// the play itself told of what ends soon; a quarter later there is more, told once
	for _, day := range []int{0, 90} {
		now := playedAt.AddDate(0, 0, day)
		told, err := regulation.RemindEnding(context.Background(), p.db, now)
		again, err2 := regulation.RemindEnding(context.Background(), p.db, now)
		if err != nil || err2 != nil || (told > 0) != (day > 0) || again > 0 {
			t.Errorf("after %d days: told %d, then %d: %v, %v", day, told, again, err, err2)
		}
	}
	for _, login := range []string{"zhujian", "bianban"} {
		says(t, p.as(login).get("/xx?q="+url.QueryEscape("将到期")), "准入事项将到期："+p.title("oldhouse"))
	}
	hides(t, p.as("nongye").get("/xx?q="+url.QueryEscape("将到期")), p.title("oldhouse"))
	// past its last day the townships know that it carries no new work
	for _, login := range []string{"zhujian", "bianban", "nanzhai"} {
		says(t, p.as(login).get("/xx?q="+url.QueryEscape("已到期")), "准入事项已到期："+p.title("oldhouse"), "不得再交乡镇（街道）办理（准入准出办法第九条）")
	}
	hides(t, p.as("zhanqian").get("/xx?q="+url.QueryEscape("已到期")), p.title("oldhouse"))
}

func TestListsAreExportedAsTheyAreNarrowed(t *testing.T) {
	p := play(t)
	for _, path := range []string{"/sq/xlsx", "/zr/xlsx?s=ended", "/sq/xlsx?q=" + url.QueryEscape("没有这件")} {
		if a := p.as("bianban").get(path); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "PK") || !strings.Contains(a.Header.Get("Content-Disposition"), ".xlsx") {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}
