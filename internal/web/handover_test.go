package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/handover"
	"yidan/internal/testkit"
)

// A department hands a listed task down from the item's page, one township
// receives it, another contests it, and the list office rules.
//
// Proves: AE-2.2
func TestAHandOverIsReceivedContestedAndRuledOnItsPages(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	x.imported(t, listRows...)
	code := "P001"
	s := x.as("区农业农村局 经办")
	if a := s.get("/qd/" + code); !strings.Contains(a.body, "/sq/new/handover?code="+code) {
		t.Fatal("the item's page does not lead on:", plainText(a.body))
	}
	begin := "/sq/new/handover?code=" + code
	at := s.send(s.get(begin), begin).to()
	basis := s.get(at + "/b/basis")
	if v := s.filled(basis, at+"/b/basis"); v.Get("code") != code || v.Get("basis") != "item" {
		t.Errorf("asked again for what is known: %v", v)
	}
	s.must(s.get(at+"/b/task"), at+"/b/task", "matter", "秋季禁烧巡查", "content", "每日巡查", "due_on", "2026-10-31", "conditions", "配发器材", "next", at)
	s.must(s.get(at+"/b/basis"), at+"/b/basis", "townships", x.units["城关镇"]+"|"+x.units["河湾镇"], "next", at)
	refused := s.send(s.get(at+"/hd"), at+"/hd", "v", string(casework.Submit))
	if refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refused.body, "不适用于河湾镇") {
		t.Fatal(refused.StatusCode, plainText(refused.body))
	}
	s.must(s.get(at+"/b/basis"), at+"/b/basis", "townships", x.units["城关镇"]+"|"+x.units["南寨镇"], "next", at)
	s.must(s.get(at+"/hd"), at+"/hd", "v", string(casework.Submit))
	says(t, x.as("城关镇 经办").get(at), "清单写明的职责", code+" 秸秆禁烧巡查") // by which a township judges
	x.answered("城关镇 经办", at, handover.Received)
	x.judged("南寨镇 经办", at, casework.Object, "ground", "unprovided", "text", "没有配发器材")
	contested := x.answered("南寨镇 经办", at, casework.Object, "ground", "unprovided", "text", "没有配发器材")
	says(t, contested, "已立争议〔2026〕001，接下来由区委编办办理")
	says(t, s.get(at), "南寨镇提出异议（没有提供工作条件），由区委编办裁定。裁定以前它不用办理")
	says(t, s.get("/jbd"), "秋季禁烧巡查", "清单事项 "+code, "2 个，已接 1 个，有异议 1 个")
	says(t, x.as("南寨镇 经办").get("/jbd"), "有异议，待裁定")
	hides(t, x.as("区水务局 经办").get("/jbd"), "秋季禁烧巡查")
	office := x.as("区委编办 经办")
	says(t, office.get("/gzt/todo"), "对“秋季禁烧巡查”的异议")
	var dispute string
	x.read(func(tx *db.Tx) error {
		rows, err := casework.Children(tx, x.posts["区委编办 经办"], strings.TrimPrefix(at, "/sq/"))
		dispute = "/sq/" + rows[0].ID
		return err
	})
	says(t, office.get(dispute), "交办的内容", "每日巡查", "配发器材", "清单写明的职责", code+" 秸秆禁烧巡查")
	says(t, office.get("/fy"), "对交办的异议", "没有提供工作条件", "南寨镇")
	if a := office.get("/jbd/xlsx"); a.StatusCode != http.StatusOK || len(a.body) < 1000 {
		t.Error("the export:", a.StatusCode)
	}
	for _, unit := range []string{"区水务局 经办", "城关镇 经办"} {
		hides(t, x.as(unit).get("/fy"), "秋季禁烧巡查")
	}
	x.judged("区委编办 经办", dispute, handover.Upheld, "text", "器材没有到")
	x.answered("区委编办 经办", dispute, handover.Upheld, "text", "器材没有到")
	says(t, s.get(dispute), "裁定成立", "南寨镇的异议成立，它不办理")
	paper := s.get(regexp.MustCompile(`/cl/[0-9a-f-]+`).FindString(s.get("/cl").body))
	hides(t, paper, "准入审批表")
	says(t, paper, "交办争议裁定书", "“秋季禁烧巡查”（交办〔2026〕001），南寨镇提出异议（没有提供工作条件）。经裁定，异议成立，南寨镇不予办理")
}

// Proves: AE-2.2
func TestATownshipReportsWorkBesideTheListOnOnePage(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	s := x.as("南寨镇 经办")
	page := s.get("/fy/xin?q=" + url.QueryEscape("统计用电量"))
	if v := s.filled(page, "/fy/xin"); v.Get("matter") != "统计用电量" {
		t.Error(v)
	}
	bad := s.send(page, "/fy/xin", "unit", x.units["区水务局"], "words", "群里要求每天报")
	if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "群里要求每天报") || !strings.Contains(bad.body, "选择是用什么方式派的") {
		t.Fatal(bad.StatusCode, plainText(bad.body))
	}
	a := s.send(bad, "/fy/xin", "manner", "group", "ground", "unlisted")
	if a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode, plainText(a.body))
	}
	at := a.to()
	x.stands(at, handover.Ruling)
	says(t, s.get(at), "反映“统计用电量”", "待区委编办裁定")
	dept := x.as("区水务局 经办")
	if a := dept.get(at); a.StatusCode != http.StatusNotFound {
		t.Error("the department sees it before it is ruled:", a.StatusCode)
	}
	hides(t, dept.get("/fy"), "统计用电量")
	x.answered("区委编办 经办", at, handover.Upheld, "text", "清单没有列入")
	says(t, dept.get(at), "成立")
	says(t, dept.get("/cl"), "交办争议裁定书")
	if a := dept.get("/fy/xin"); a.StatusCode == http.StatusOK {
		t.Error("a department reports")
	}
}

// Proves: AE-2.1
func TestADraftNoticeIsCheckedOnItsPage(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	x.imported(t, listRows...)
	s := x.as("区农业农村局 经办")
	page := s.get("/zr/wj")
	if a := s.send(page, "/zr/wj"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "粘贴通知全文") {
		t.Error(a.StatusCode)
	}
	a := s.send(page, "/zr/wj", "text", "各乡镇组织开展秸秆禁烧巡查。\n各乡镇统计养殖场用电量，建立台账。")
	says(t, a, "核对的通知：各乡镇组织开展秸秆禁烧巡查。", "在清单内", "P001", "要先走准入", "台账", "区内设定")
	hides(t, s.get("/zr/wj/cy"), "登记用语")
	office := x.as("区委编办 经办")
	office.must(office.get("/zr/wj/cy"), "/zr/wj/cy", "words", "挂图作战", "why", "用平实的话", "source", "区内设定")
	says(t, s.get("/zr/wj/cy"), "挂图作战", "整治形式主义为基层减负若干规定")
}

// What stands on the list or is admitted is verified by everybody, at one address.
func TestAnybodyVerifiesAnItem(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	x.imported(t, listRows...)
	says(t, x.as("城关镇 经办").get("/qd/P001"), "核验码 SXP001")
	if strings.Contains(x.as("城关镇 经办").get("/qd/P001").body, `loading="lazy"`) {
		t.Error("a picture that was not scrolled to is not printed")
	}
	guest := surf(t, x.place, "")
	says(t, guest.get("/yz/sx/P001"), "今天有效", "秸秆禁烧巡查", "核验时间2026年")
	says(t, guest.get("/yz/sx/P999"), "没有编码 P999")
	says(t, guest.get("/yz/zr/2026-999"), "没有 准入〔2026〕999")
	if a := guest.get("/yz?code=SXP001"); a.to() != "/yz/sx/P001" {
		t.Error(a.to())
	}
	if a := guest.get("/yz/ewm/sx/P001"); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "\x89PNG") {
		t.Error("the picture:", a.StatusCode)
	}
}
