package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yidan/internal/db"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

func around(s *web.Site) { s.Around = web.Around }

// Every post opens every page of the desk and the registers, with nothing in the store.
func TestEveryPostOpensEveryEmptyPage(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d, around)
		for post, a := range x.posts {
			if a.Class != "business" {
				continue
			}
			s := x.as(post)
			for _, path := range []string{"/gzt", "/gzt/todo", "/gzt/done", "/gzt/read", "/gzt/mine", "/gzt/drafts", "/sq", "/sq?q=%E5%B7%A1&s=overdue&f=2026-01-01&t=x", "/xx", "/xx?s=unread", "/zr", "/zr?s=ended&n=1", "/zr/wx", "/zr/gm", "/zr/xuan", "/zr/xuan?q=%E5%B7%A1%E6%9F%A5", "/cl", "/cl?w=1", "/cz", "/cz?q=%E5%B7%A1%E6%9F%A5", "/yz", "/yz/ABCDEFGH"} {
				if got := s.get(path); got.StatusCode != http.StatusOK {
					t.Errorf("%s %s: %d\n%s", post, path, got.StatusCode, plainText(got.body))
				} else if strings.Count(got.body, "aria-current=\"page\"") > 3 || !strings.Contains(got.body, "工作台") {
					t.Errorf("%s %s: navigation", post, path)
				}
			}
			for _, path := range []string{"/gzt/other", "/zr/none", "/zr/gm/none", "/cl/none"} {
				if got := s.get(path); got.StatusCode != http.StatusNotFound {
					t.Errorf("%s %s: %d", post, path, got.StatusCode)
				}
			}
		}
		for post, first := range map[string]string{"系统管理员": "/gl", "安全管理员": "/aq", "审计管理员": "/sj"} {
			if a := x.as(post).get("/gzt"); a.Header.Get("Location") != first {
				t.Errorf("%s is led to %q", post, a.Header.Get("Location"))
			}
			if a := x.as(post).get("/sq"); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, `href="/zr"`) {
				t.Errorf("%s sees cases: %d", post, a.StatusCode)
			}
		}
	})
}

// A page stands below the tab of its own where there is one, else below the list.
func TestTheTriggersStandBelowTheirOwnTab(t *testing.T) {
	p := play(t)
	for login, tab := range map[string]string{"bianban": "/jg", "nongye": "/qd"} {
		for _, path := range []string{"/jg", "/jg/zg"} {
			if got := p.as(login).get(path); !strings.Contains(got.body, `href="`+tab+`" aria-current="page"`) {
				t.Errorf("%s at %s does not stand at %s", login, path, tab)
			}
		}
	}
}

func TestADeskSaysWhatAwaitsWhoeverSitsAtIt(t *testing.T) {
	p := play(t)
	says(t, p.as("bianban").get("/gzt"), "1 已超期", "等我办", p.title("social"), "已超期 2 个工作日", "将到期的准入事项", "还没有申请退出", "最近办过")
	lead := p.as("lingdao").get("/gzt")
	says(t, lead, "待签批 4 件", "区水务局申请在清单中调整“农田水利工程建设和运行维护”，理由是：依据修订", "区妇联申请把“"+p.title("family")+"”交给 3 个乡镇（街道）办理", "同意 2 / 有条件 0 / 不同意 0 / 未答复 1",
		"区司法局通过：建议在实施中注意个人信息保护", "领导小组办公室审议通过：会议同意退出", "申请把“"+p.title("screening-out"), "其他等我办的")
	town := p.as("nanzhai").get("/gzt")
	says(t, town, "这件事该不该我们干？", "清单要变", "待我回复", "件征求意见等你单位回复", "今天 24:00 截止", "正在实施 3 项，其中 1 项将到期", "待签收留存", "待阅")
	if strings.Index(town.body, "待我回复") > strings.Index(town.body, "待签收留存") {
		t.Error("what a township is asked does not come first")
	}
	says(t, p.as("quweiban").get("/gzt"), "待报备案", "待登记回执", "待签收留存")
	office := p.as("nongye").get("/gzt")
	says(t, office, "交给乡镇的新工作（准入）", "查是否要走准入", "我单位在办")
	if !strings.Contains(office.body, `href="/sq/new/admission"`) {
		t.Error("there is no door to a new admission")
	}
	hides(t, p.as("xiaozuban").get("/gzt"), "交给乡镇的新工作") // it may not apply
	review := p.as("sifa").get("/gzt")
	says(t, review, "合法性审查", "待审查事项的依据", "本单位的申请")
	hides(t, review, "0 待阅") // what is nought is not counted out
	says(t, p.as("shuiwu").get("/gzt"), p.title("flood"), "已到期，不得再交办，还没有申请退出")
}

func TestAnInboxIsSortedByDeadlineAndNarrowed(t *testing.T) {
	p := play(t)
	s := p.as("bianban")
	all := s.get("/gzt/todo")
	says(t, all, "待办", "已办", "待阅", "我发起的", "草稿")
	last := -1
	for _, light := range []string{"已超期 2 个工作日", "剩 1 个工作日", "剩 6 个工作日", "未设时限"} {
		at := strings.Index(all.body, light)
		if at <= last {
			t.Errorf("%s stands at %d", light, at)
		}
		last = at
	}
	over := s.get("/gzt/todo?s=overdue")
	says(t, over, p.title("social"), "只看已超期的")
	hides(t, over, "剩 1 个工作日")
	says(t, s.get("/gzt/todo?p=exit"), p.title("traffic-out"), "准出 ×")
	// The menus are shared between pages; what is chosen is each page's own.
	chosen, plain := s.get("/sq?p=exit").body, s.get("/sq").body
	for _, option := range []string{`<option value="exit">准出</option>`, `">区农业农村局</option>`, `">南寨镇</option>`, `">征求乡镇意见</option>`} {
		if !strings.Contains(plain, option) {
			t.Errorf("the filter of all cases offers no %s", option)
		}
	}
	if !strings.Contains(chosen, `<option value="exit" selected>准出</option>`) || strings.Contains(chosen, "征求乡镇意见</option>") || strings.Contains(plain, " selected>") {
		t.Error("the filter does not show what was chosen")
	}
	hides(t, s.get("/gzt/todo?p=exit"), "准入〔2026〕025")
	says(t, s.get("/gzt/todo?q="+"%E6%B2%A1%E6%9C%89%E8%BF%99%E4%BB%B6"), "按这些条件没有找到办件", "清除条件")
	says(t, s.get("/gzt/done"), "决定走哪道门", "第三道门：走准入")
	says(t, p.as("nanzhai").get("/gzt/read"), "未读", "依法协助")
	says(t, p.as("nongye").get("/gzt/drafts"), "草稿")
}

// What is not one's own is in no list and no search.
func TestListsAndSearchKeepToWhatAnActorMaySee(t *testing.T) {
	p := play(t)
	title := p.title("petition")
	q := "?q=" + url.QueryEscape(title)
	says(t, p.as("bianban").get("/sq"+q), title+"准入〔")
	says(t, p.as("bianban").get("/cz"+q), title+"准入〔")
	for _, login := range []string{"nongye", "shuiwu", "quweiban"} {
		hides(t, p.as(login).get("/sq"+q), title+"准入〔")
		says(t, p.as(login).get("/cz"+q), "没有找到")
	}
	own := "?q=%E7%A7%B8%E7%A7%86" // 秸秆
	says(t, p.as("nongye").get("/cz"+own), "办件", p.title("straw"), "准入事项", "留存文书")
	says(t, p.as("nongye").get("/sq?p=exit&s=closed"), "准出〔", "已办结")
	says(t, p.as("nongye").get("/sq?f=2026-02-30"), "不是日期")
	admin := surf(t, p.place, "post-shenji")
	if a := admin.get("/cz" + own); strings.Contains(a.body, "冬春季秸秆") {
		t.Error("an administrator finds cases")
	}
}

func TestMessagesAreReadOnceAndLeadOn(t *testing.T) {
	p := play(t)
	s, other := p.as("nanzhai"), p.as("nongye")
	page := s.get("/xx")
	says(t, page, "未读", "待办："+p.title("bus"))
	i := strings.Index(page.body, `action="/xx/`)
	action := page.body[i+len(`action="`):]
	action = action[:strings.IndexByte(action, '"')]
	v := other.filled(other.get("/xx"), "/xx")
	if a := other.post(action, v); a.StatusCode != http.StatusNotFound {
		t.Errorf("another unit's message: %d", a.StatusCode)
	}
	if a := s.send(page, action); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.to(), "/sq/") && !strings.HasPrefix(a.to(), "/zr/") {
		t.Errorf("%d to %q", a.StatusCode, a.to())
	}
	says(t, s.get("/xx"), "已读")
	s.must(page, "/xx")
	says(t, s.get("/xx?s=unread"), "没有未读的消息")
	hides(t, s.get("/xx"), "未读 打开")
}

// The discipline commission receives clues; it hands no work to townships.
func TestTheDisciplineCommissionHasNoDepartmentsDoors(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("区纪委监委 经办")
		hides(t, s.get("/gzt"), "交给乡镇的新工作", "查交办通知")
		for _, path := range []string{"/sq/new/admission", "/sq/new/exit", "/sq/new/handover"} {
			if a := s.get(path); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
		says(t, x.as("区委组织部 经办").get("/gzt"), "交给乡镇的新工作")
	})
}
