package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/testkit"
)

// A refused applicant reads on the first page why, with the article, takes the
// written notice and sees what the regulation lets the unit do now.
//
// Proves: AE-6.1
func TestARefusedApplicantReadsWhyAtOnceAndTakesTheNotice(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		at := x.handedIn("城关镇")
		x.answered("城关镇 经办", at, casework.Agree)
		s := x.as("区农业农村局 经办")
		s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "批复.txt", "每镇 2 万元")
		s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
		hides(t, s.get(at), "的理由")
		x.answered("区司法局 经办", at, casework.Agree, "text", "符合规定", "statutory", "yes", "power", "yes", "procedure", "yes", "burden", "yes", "conflict", "yes")
		x.answered("区委编办 经办", at, casework.Reject, "text", "本部门法定职责，不能转给乡镇", "purchase", "yes", "advice", "向社会组织购买巡查服务")
		x.stands(at, casework.Closed)

		page := s.get(at)
		says(t, page, "不予准入的理由", "本部门法定职责，不能转给乡镇", "向社会组织购买巡查服务", "不予准入告知书", "你单位可以怎么办", "复制为新的申请")
		why, content := strings.Index(page.body, "不予准入的理由"), strings.Index(page.body, "事项与工作时限")
		if why < 0 || content < why {
			t.Error("the reason comes after what was asked for")
		}
		if part := page.body[why:]; !strings.Contains(part[:strings.Index(part, "</header>")], "AE-6.1") {
			t.Errorf("no article beside the reason\n%s", part[:600])
		}
		says(t, page, "PDF：不予准入告知书")
		word := regexp.MustCompile(`/sq/[^"]*/ws/[^"]*/docx`).FindString(page.body)
		if a := s.get(word); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
			t.Errorf("the notice at %q: %d", word, a.StatusCode)
		}
		// the notice lies on its first screen until somebody has received it
		desk := s.get("/gzt")
		says(t, desk, "待签收留存", "不予准入告知书")
		hides(t, desk, "意见的函")
		paper := regexp.MustCompile(`/cl/[0-9a-f]{32}`).FindString(desk.body)
		s.must(s.get(paper), paper)
		hides(t, s.get("/gzt"), "待签收留存")
		// the reasons are for whoever may see the case, the ways on for the applicant
		town := x.as("城关镇 经办").get(at)
		says(t, town, "不予准入的理由", "本部门法定职责")
		hides(t, town, "你单位可以怎么办")
	})
}

// An exit that was approved says so, names what has left, and its form bears the name
// of whoever signed for the office; the admission leads to it.
func TestAnApprovedExitNamesWhatHasLeftAndWhoSigned(t *testing.T) {
	p := play(t)
	s := p.as("nongye")
	page := s.get("/sq/" + p.cases["straw25-out"])
	says(t, page, "已批准退出", p.number("straw25")+" "+p.title("straw25"))
	hides(t, page, "准入事项"+p.cases["straw25"], "登记报市备案（")
	says(t, s.get("/sq/"+p.cases["straw25"]), "看退出申请")
	paper := regexp.MustCompile(`/ws/([0-9a-f]{32})/pdf`).FindStringSubmatch(s.get("/sq/" + p.cases["straw25-out"] + "?tab=cl").body)
	if paper == nil {
		t.Fatal("no form")
	}
	says(t, s.get("/cl/"+paper[1]), "申请退出事项", "区司法局 负责人")
}
