package web_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

// What a department was drafting when it was merged is finished by its successor,
// which also copies from what that one had applied for, and leaves what it had admitted.
func TestDraftsAndEarlierApplicationsOfAMergedUnitAreItsSuccessors(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("区农业农村局 经办")
		earlier := x.handedInBy(s)
		draft := x.draft(s, "城关镇")
		x.write(func(tx *db.Tx) error {
			return org.CloseUnit(tx, x.accounts, x.units["区农业农村局"], "2026-08-03", []string{x.units["区水务局"]}, "编委〔2026〕8号", x.now)
		})
		x.now = clock("2026-08-04 09:00")
		heir, stranger := x.as("区水务局 经办"), x.as("区司法局 经办")
		says(t, heir.get("/gzt/drafts"), "秸秆禁烧巡查协助")
		says(t, heir.get(earlier), "复制为新的申请")
		says(t, heir.get("/sq/new/admission"), "准入〔2026〕001 秸秆禁烧巡查协助")

		begin := heir.get("/sq/new/admission?copy=" + idOf(earlier))
		copied := heir.send(begin, "/sq/new/admission").to()
		c := x.load(idOf(copied))
		if r := c.Form.(*admission.Request); r.Matter != "秸秆禁烧巡查协助" || c.Owner.Unit != x.units["区水务局"] {
			t.Errorf("the copy of %s says %+v", c.Owner.Unit, r)
		}
		if a := stranger.get(draft); a.StatusCode != http.StatusNotFound {
			t.Errorf("a stranger meets the draft: %d", a.StatusCode)
		}

		// the draft goes on as if it had been begun here
		heir.must(heir.get(draft+"/b/duty"), draft+"/b/duty", "main", "区水务局制定方案、组织执法", "next", draft)
		if a := heir.send(heir.get(draft+"/hd"), draft+"/hd", "v", "提交"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("not handed in: %d %s", a.StatusCode, plainText(a.body))
		}
		x.answered("区委编办 经办", draft, casework.Agree, "text", "应当走准入")
		x.answered("城关镇 经办", draft, casework.Agree, "text", "同意")
		x.stands(draft, admission.Apply)
		heir.attach(heir.get(draft+"/z/attach"), draft+"/fj", "files", "区水务局的说明.txt", "说明")
		heir.must(heir.get(draft+"/hd"), draft+"/hd", "v", "提交")
		x.stands(draft, approval.Review)

		// papers name the unit that handed it in, and go to it
		letter := regexp.MustCompile(`/ws/([0-9a-f]{32})/pdf`).FindStringSubmatch(heir.get(draft + "?tab=cl").body)
		if letter == nil {
			t.Fatal("the successor keeps no letter")
		}
		page := heir.get("/cl/" + letter[1])
		says(t, page, "区水务局 2026年8月4日", "第 1 份，共 2 份，区水务局")
		hides(t, page, "区农业农村局 2026")
	})
}

// An office does not review what it inherited: another is asked, and the record says why.
//
// Proves: DM-8.3
func TestTheHeirOfAnApplicantDoesNotReviewWhatItInherited(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		at := x.draft(x.as("区农业农村局 经办"), "城关镇")
		x.write(func(tx *db.Tx) error {
			return org.CloseUnit(tx, x.accounts, x.units["区农业农村局"], "2026-08-03", []string{x.units["区司法局"]}, "编委〔2026〕8号", x.now)
		})
		x.now = clock("2026-08-04 09:00")
		heir := x.as("区司法局 经办")
		heir.must(heir.get(at+"/hd"), at+"/hd", "v", "提交")
		x.answered("区委编办 经办", at, casework.Agree, "text", "应当走准入")
		x.answered("城关镇 经办", at, casework.Agree)
		heir.attach(heir.get(at+"/z/attach"), at+"/fj", "files", "说明.txt", "说明")
		heir.must(heir.get(at+"/hd"), at+"/hd", "v", "提交")
		x.stands(at, approval.Review)
		page := heir.get(at)
		says(t, page, "领导小组办公室 合法性审查")
		hides(t, page, "等你办：合法性审查")
		says(t, heir.get(at+"/jl"), "申请单位已经并入原审核单位，按回避要求改由领导小组办公室审核")
	})
}

// A township that is split while its opinion is asked is succeeded by those that it
// became: they are asked, their time begins anew, and what it was asked lapses never.
// One that is merged is answered for by the other.
//
// Proves: AE-5.2
func TestTownshipsThatAreSplitOrMergedWhileTheyAreAsked(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		at := x.handedIn("城关镇", "南寨镇")
		x.write(func(tx *db.Tx) error {
			if err := org.CloseUnit(tx, x.accounts, x.units["南寨镇"], "2026-08-03", []string{x.units["东风街道"]}, "民发〔2026〕8号", x.now); err != nil {
				return err
			}
			return org.CloseUnit(tx, x.accounts, x.units["城关镇"], "2026-08-03", []string{x.units["河湾镇"], x.units["东风街道"]}, "民发〔2026〕9号", x.now)
		})
		x.now = clock("2026-08-10 09:00") // the last day
		for range 2 {
			if n, err := x.site.Cases.ReseatDue(context.Background(), x.now); err != nil {
				t.Fatal(n, err)
			}
		}
		x.now = clock("2026-08-11 00:00")
		if _, err := x.site.Cases.LapseDue(context.Background(), x.now); err != nil {
			t.Fatal(err)
		}
		says(t, x.as("区农业农村局 经办").get(at+"/jl"), "城关镇已经撤销，由河湾镇、东风街道分别承继，改由承继单位办理", "撤并改派", "南寨镇逾期未答复")
		c := x.stands(at, admission.Opinions)
		if open := c.Pending(); len(open) != 2 {
			t.Fatalf("%d are asked: %+v", len(open), c.Tasks)
		}
		x.answered("河湾镇 经办", at, casework.Agree, "text", "同意")
		x.answered("东风街道 经办", at, casework.Agree, "text", "同意")
		x.stands(at, admission.Apply)
		s := x.as("区农业农村局 经办")
		s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "说明.txt", "说明")
		a := s.send(s.get(at+"/hd"), at+"/hd", "v", "提交")
		for _, want := range []string{"南寨镇已经并入东风街道，改选东风街道", "城关镇已经撤销，改选承继它的乡镇（街道）"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("does not say %s\n%s", want, plainText(a.body))
			}
		}
		s.must(s.get(at+"/b/townships"), at+"/b/townships", "townships", x.units["河湾镇"]+"|"+x.units["东风街道"], "next", at)
		s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
		x.stands(at, approval.Review)
		faults := []string{}
		x.read(func(tx *db.Tx) error {
			env, err := x.site.Cases.Wire(tx, x.now)
			if err == nil {
				faults, err = casework.Replay(tx, env, x.now)
			}
			return err
		})
		if len(faults) > 0 {
			t.Error(faults)
		}
	})
}

// An applicant that holds every office that could decide reads so before it hands in.
//
// Proves: AE-6.1
func TestAnApplicantReadsThatNobodyCouldDecide(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("区农业农村局 经办")
		at := x.draft(s, "城关镇")
		hides(t, s.get(at+"/hd"), "现在还不能提交")
		x.write(func(tx *db.Tx) error {
			for _, r := range []org.Role{org.Justice, org.Secretariat, org.Lead} {
				if err := org.Appoint(tx, x.policy, r, x.units["区农业农村局"], "2026-08-03", x.now); err != nil {
					return err
				}
			}
			return nil
		})
		says(t, s.get(at+"/hd"), "现在还不能提交", "没有别的单位可以代为审核", "准入准出办法 第六条")
	})
}

// An applicant that goes into a reviewing office while that reviews: another office is
// asked in its place.
//
// Proves: DM-8.3
func TestAnApplicantMergedIntoItsReviewer(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		at := x.handedIn("城关镇")
		x.answered("城关镇 经办", at, casework.Agree)
		s := x.as("区农业农村局 经办")
		s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "说明.txt", "说明")
		s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
		x.write(func(tx *db.Tx) error {
			return org.CloseUnit(tx, x.accounts, x.units["区农业农村局"], "2026-08-03", []string{x.units["区司法局"]}, "编委〔2026〕8号", x.now)
		})
		x.now = clock("2026-08-04 09:00")
		for _, want := range []int{1, 0} {
			if n, err := x.site.Cases.ReseatDue(context.Background(), x.now); err != nil || n != want {
				t.Fatal(n, err)
			}
		}
		page := x.as("区司法局 经办").get(at)
		says(t, page, "领导小组办公室 合法性审查")
		says(t, x.as("区委编办 经办").get(at+"/jl"), "申请单位已经并入原审核单位，按回避要求改由领导小组办公室审核")
		x.answered("区委编办 经办", at, casework.Agree, "text", "符合条件")
		x.stands(at, approval.Review)
		x.answered("领导小组办公室 经办", at, casework.Agree, "text", "合法")
		x.stands(at, approval.Meeting)
	})
}

// Townships that are merged or split before they take delivery: whoever stands for them
// takes it, and may be handed work from then on.
//
// Proves: AE-7.1
func TestWhoeverSucceedsATownshipTakesDelivery(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		at := x.handedIn("城关镇", "南寨镇")
		s, lead := x.as("区农业农村局 经办"), "清单工作领导小组 负责人"
		x.fresh[lead] = true
		x.answered("城关镇 经办", at, casework.Agree)
		x.answered("南寨镇 经办", at, casework.Agree)
		s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "说明.txt", "说明")
		s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
		x.answered("区委编办 经办", at, casework.Agree, "text", "符合")
		x.answered("区司法局 经办", at, casework.Agree, "text", "合法")
		x.answered("领导小组办公室 经办", at, casework.Agree, "text", "同意", "number", "纪要〔2026〕3号", "on", "2026-08-03")
		x.answered(lead, at, casework.Agree, "text", "同意", "basis", "专题会议纪要〔2026〕8号", "on", "2026-08-03")
		for _, n := range []string{"佳郊编〔2026〕1号", "佳郊编〔2026〕2号"} {
			x.answered("区委办公室 经办", at, casework.Done, "number", n, "on", "2026-08-03")
		}
		x.stands(at, admission.Live)
		fresh := ""
		x.write(func(tx *db.Tx) error {
			var err error
			fresh, err = org.AddUnit(tx, x.accounts, org.UnitRow{Name: "新镇", Kind: org.Township, Place: 90, Phone: "0454-8000000", From: "2026-01-01"}, x.now)
			if err != nil {
				return err
			}
			if err := org.CloseUnit(tx, x.accounts, x.units["南寨镇"], "2026-08-03", []string{x.units["河湾镇"]}, "民发〔2026〕8号", x.now); err != nil {
				return err
			}
			return org.CloseUnit(tx, x.accounts, x.units["城关镇"], "2026-08-03", []string{fresh, x.units["东风街道"]}, "民发〔2026〕9号", x.now)
		})
		x.now = clock("2026-09-01 09:00")
		if n, err := x.site.Cases.ReseatDue(context.Background(), x.now); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		begin := "/sq/new/handover?admission=" + idOf(at)
		hand := s.send(s.get(begin), "/sq/new/handover").to()
		s.must(s.get(hand+"/b/task"), hand+"/b/task", "matter", "禁烧巡查", "content", "每日巡查", "due_on", "2026-10-31", "conditions", "配发器材", "next", hand)
		s.must(s.get(hand+"/b/basis"), hand+"/b/basis", "townships", x.units["河湾镇"]+"|"+x.units["东风街道"], "next", hand)
		if a := s.send(s.get(hand+"/hd"), hand+"/hd", "v", "提交"); a.StatusCode != http.StatusUnprocessableEntity || strings.Count(plainText(a.body), "不能交办")+strings.Count(plainText(a.body), "签收以后才能交办") < 2 {
			t.Fatalf("%d handed over before delivery\n%s", a.StatusCode, plainText(a.body))
		}
		heir := x.posts["河湾镇 经办"]
		heir.Former = []string{x.units["南寨镇"]}
		x.posts["河湾镇 经办"] = heir
		x.answered("河湾镇 经办", at, casework.Done)
		x.answered("东风街道 经办", at, casework.Done)
		s.must(s.get(hand+"/hd"), hand+"/hd", "v", "提交")

		// what was admitted to a township, or by a department, stays with its successor
		x.write(func(tx *db.Tx) error {
			return org.CloseUnit(tx, x.accounts, x.units["区农业农村局"], "2026-09-01", []string{x.units["区水务局"]}, "编委〔2026〕9号", x.now)
		})
		x.now = clock("2026-09-02 09:00")
		says(t, x.as("河湾镇 经办").get("/zr"), "秸秆禁烧巡查协助")
		says(t, x.as("河湾镇 经办").get("/gzt"), "正在实施 1 项")
		says(t, x.as("河湾镇 经办").get("/zr/"+idOf(at)), "能否交办")
		says(t, x.as("区水务局 经办").get("/zr"), "秸秆禁烧巡查协助")
		says(t, x.as("区水务局 经办").get("/gzt"), "还没有培训指导", "秸秆禁烧巡查协助")
		hides(t, x.as("区司法局 经办").get("/gzt"), "还没有培训指导")

		// so does what was handed over: it reads its own line
		x.write(func(tx *db.Tx) error {
			return org.CloseUnit(tx, x.accounts, x.units["河湾镇"], "2026-09-02", []string{fresh}, "民发〔2026〕10号", x.now)
		})
		x.now, x.units["新镇"] = clock("2026-09-03 09:00"), fresh
		x.hire("新镇 经办", "新镇", org.Handler, "xinzhen")
		hides(t, x.as("新镇 经办").get("/jbd"), "2 个，已接")
		says(t, x.as("新镇 经办").get("/jbd"), "禁烧巡查")
		says(t, x.as("新镇 经办").get(hand), "乡镇（街道）的办理情况河湾镇")
		hides(t, x.as("新镇 经办").get(hand), "乡镇（街道）的办理情况东风街道")
	})
}

// Who takes the place of one township is told for which it is asked, has the letter that
// lay with it, signs for it, and the record names both.
//
// Proves: AE-5.2
func TestTheSuccessorOfATownshipHasItsLetterAndAnswers(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		at := x.handedIn("城关镇", "南寨镇")
		x.write(func(tx *db.Tx) error {
			return org.CloseUnit(tx, x.accounts, x.units["南寨镇"], "2026-08-03", []string{x.units["河湾镇"]}, "民发〔2026〕8号", x.now)
		})
		x.now = clock("2026-08-04 09:00")
		heir, s := x.as("河湾镇 经办"), x.as("区农业农村局 经办")
		desk := heir.get("/gzt")
		says(t, desk, "征求乡镇意见（承继南寨镇）", "待签收留存")
		says(t, heir.get(at), "等你办：征求乡镇意见（承继南寨镇）")
		says(t, heir.get(at+"?tab=cl"), "第 3 份，共 3 份")
		says(t, s.get(at), "南寨镇（由河湾镇承继）")
		paper := regexp.MustCompile(`/cl/[0-9a-f]{32}`).FindString(desk.body)
		heir.must(heir.get(paper), paper)
		says(t, heir.get(paper), "河湾镇 经办")
		hides(t, heir.get("/gzt"), "待签收留存")
		post := x.posts["河湾镇 经办"]
		post.Former = []string{x.units["南寨镇"]}
		x.posts["河湾镇 经办"] = post
		x.answered("河湾镇 经办", at, casework.Agree)
		says(t, s.get(at+"/jl"), "河湾镇 经办（承继南寨镇）")
	})
}
