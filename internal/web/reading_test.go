package web_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/testkit"
)

// reissued issues a second edition that cancels J001 and rewords what townships do in
// P001, from a day on.
func (x *district) reissued(t *testing.T, d *db.DB, number, issued, from string) {
	t.Helper()
	now := time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		b, err := catalog.Load(tx)
		if err != nil {
			return err
		}
		reworded := *b.Latest("P001").Text
		reworded.Cooperating = "每周巡查并报告"
		for cause, c := range map[string]catalog.Change{"c1": {Code: "J001"}, "c2": {Code: "P001", Text: &reworded}} {
			c.Base, c.From = b.Latest(c.Code).TextID(), from
			if _, err := catalog.Permit(tx, cause, c, now); err != nil {
				return err
			}
		}
		by := org.Actor{Person: "p", Name: "区委编办 负责人", Unit: x.units["区委编办"], Post: org.Leader, Roles: []org.Role{org.ListOffice}}
		_, err = b.IssueChanges(tx, by, []string{"c1", "c2"}, catalog.Issue{Number: number, IssuedOn: issued, EffectiveOn: max(issued, from)}, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sees asks for addresses and looks for words in what comes.
func sees(t *testing.T, s *surfer, at string, wants ...string) {
	t.Helper()
	a := s.get(at)
	text := plainText(a.body)
	for _, w := range wants {
		if a.StatusCode != http.StatusOK || !strings.Contains(text, w) {
			t.Errorf("%s: %d, no %q in\n%.900s", at, a.StatusCode, w, text)
		}
	}
}

func sheetOf(t *testing.T, s *surfer, at string) (text string) {
	t.Helper()
	a := s.get(at)
	b := []byte(a.body)
	ss, err := sheet.Read(bytes.NewReader(b), int64(len(b)), "x.xlsx")
	if a.StatusCode != http.StatusOK || err != nil {
		t.Fatal(at, a.StatusCode, err)
	}
	for _, x := range ss {
		for _, r := range x.Rows {
			text += strings.Join(r.Cells, "|") + "\n"
		}
	}
	return text
}

// What the list said on a day and what had been published by then are two answers,
// on the page, on an item and in every export.
//
// Proves: DM-9.3
func TestTheListIsReadOnBothAxes(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.imported(t, listRows...)
		x.reissued(t, d, "郊办发〔2026〕30号", "2026-08-02", "2026-07-15") // it corrects what held since July
		guest := surf(t, x.place, "")
		sees(t, guest, "/public?on=2026-07-20", "第 1 版，郊办发〔2026〕9号", "1 项", "当时公布的内容", "其中有以后更正的，和当时公布的有 2 项不同，看差异")
		sees(t, guest, "/public?on=2026-07-20&known=2026-07-20", "按 2026年7月20日（周一）以前公布的内容（第 1 版，郊办发〔2026〕9号）", "不是现行清单", "2 项", "受理低保申请", "有 2 项不同，看差异")
		sees(t, guest, "/public/P001?on=2026-07-20", "每周巡查并报告")
		if a := guest.get("/public/P001?on=2026-07-20&known=2026-07-20"); !strings.Contains(a.body, "巡查并报告") || strings.Contains(a.body, "每周巡查") {
			t.Error("the item as it was published")
		}
		sees(t, guest, "/public/J001?on=2026-07-20", "不在2026年7月20日（周一）的清单中")
		office := x.as("区委编办 经办")
		if now, gone := office.get("/qd/P001"), office.get("/qd/J001?on=2026-07-14"); !strings.Contains(now.body, "/sq/new/adjustment?") || strings.Contains(gone.body, "/sq/new/adjustment?") {
			t.Error("what is cancelled is offered for a change, or what stands is not")
		}
		if text := sheetOf(t, guest, "/public/dc/xlsx?on=2026-07-20&known=2026-07-20"); !strings.Contains(text, "按 2026年7月20日（周一）以前公布的内容") || !strings.Contains(text, "受理低保申请") {
			t.Error(text)
		}
		if text := sheetOf(t, guest, "/public/dc/xlsx?on=2026-07-20"); strings.Contains(text, "受理低保申请") {
			t.Error(text)
		}
		if a := guest.get("/public?known=明天"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "按哪天以前公布的内容") {
			t.Error(a.StatusCode)
		}
	})
}

// Editions stand on a timeline, are compared in three levels, and are printed again
// as they were issued; everybody sees it.
//
// Proves: DM-3.1, DM-9.2, DM-9.3
func TestEditionsAreComparedAndPrintedAgain(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.imported(t, listRows...)
		guest, town := surf(t, x.place, ""), x.as("城关镇 经办")
		sees(t, guest, "/public/cha", "只印发过一个版本")
		first := map[string]string{}
		for _, kind := range []string{"xlsx", "docx", "txt"} {
			first[kind] = guest.get("/public/bb/1/" + kind).body
		}
		x.reissued(t, d, "郊办发〔2026〕30号", "2026-08-01", "2026-08-03")
		for _, kind := range []string{"xlsx", "docx", "txt"} {
			a := guest.get("/public/bb/1/" + kind)
			if a.StatusCode != http.StatusOK || a.body != first[kind] || a.body == "" {
				t.Error("the reprint is another:", kind, a.StatusCode)
			}
		}
		if !strings.HasPrefix(first["txt"], "edition 1\nno 1\nnumber 郊办发〔2026〕9号\n") {
			t.Error(first["txt"])
		}
		for base, s := range map[string]*surfer{"/public": guest, "/qd": town} {
			sees(t, s, base+"/bb", "第 2 版", "郊办发〔2026〕30号 · 现行", "新增 0 · 取消 1 · 调整 1 · 未变 0", "新增 2 · 取消 0 · 调整 0", "2026年8月1日", "2026年8月3日")
			sees(t, s, base+"/bb/2", "取消", "受理低保申请", "与上一版比较", "配合责任")
			if page := s.get(base + "/bb/2").body; strings.Count(page, `href="`+base+`/bb/2"`) > 1 || !strings.Contains(page, `href="`+base+`/P001?known=2026-08-01&amp;on=2026-08-03"`) {
				t.Error("an edition's items lead to it, or to today's:", page)
			}
			sees(t, s, base+"/cha", "第 1 版（郊办发〔2026〕9号） → 第 2 版（郊办发〔2026〕30号）", "新增 0 · 取消 1 · 调整 1 · 未变 0", "增每周", "第 2 版，郊办发〔2026〕30号")
			sees(t, s, base+"/cha?a=2&b=1", "新增 1 · 取消 0 · 调整 1", "删每周")
			sees(t, s, base+"/cha?a=2026-08-02&b=2026-08-03", "取消 1 · 调整 1")
			sees(t, s, base+"/cha?a=1&b=2&bh=cancelled", "受理低保申请")
			sees(t, s, base+"/cha?a=1&b=2&zh="+x.units["河湾镇"], "取消 1 · 调整 0")
			sees(t, s, base+"/cha?a=1&b=1", "没有变化的事项")
			if text := sheetOf(t, s, base+"/cha/xlsx?a=1&b=2"); !strings.Contains(text, "调整|P001|秸秆禁烧巡查|配合责任|巡查并报告|每周巡查并报告|第 2 版，郊办发〔2026〕30号") {
				t.Error(text)
			}
			if a := s.get(base + "/cha?a=以前"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "看不懂“修改前”") || !strings.Contains(a.body, "以前") {
				t.Error(a.StatusCode, plainText(a.body))
			}
			for _, at := range []string{"/cha/xlsx?a=x", "/bb/9/xlsx", "/bb/1/exe"} {
				if a := s.get(base + at); a.StatusCode != http.StatusNotFound {
					t.Error(at, a.StatusCode)
				}
			}
		}
	})
}

// The same edition is read from both sides, and what does not meet is shown to staff.
//
// Proves: DM-2.2, DM-2.3, DM-3.1
func TestBothFacesOfTheListAreBooklets(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		rows := append(slices.Clone(listRows), []string{"3", "生态环保", "农作物秸秆露天焚烧巡查", "区农业农村局", "区水务局", "区农业农村局：执法；区水务局：河道", "", "巡查并报告", "《大气污染防治法》第七十七条", "", "河湾镇"})
		x.imported(t, rows...)
		guest, town := surf(t, x.place, ""), x.as("城关镇 经办")
		sees(t, guest, "/public/ce", "城关镇", "主体 1 · 配合 1", "区水务局", "共同 2")
		sees(t, guest, "/public/ce/"+x.units["城关镇"], "城关镇职责任务清单", "主体（1 项）", "配合（1 项）", "区农业农村局（牵头）：执法", "区水务局（共同）：河道")
		sees(t, guest, "/public/ce/"+x.units["区水务局"], "共同（2 项）", "城关镇、南寨镇（配合）：巡查并报告", "区农业农村局（牵头）：执法")
		for _, u := range []string{"城关镇", "区水务局"} {
			if text := sheetOf(t, guest, "/public/ce/"+x.units[u]+"/xlsx"); !strings.Contains(text, u+"职责任务清单") || !strings.Contains(text, "现行版本：第 1 版") || !strings.Contains(text, "秸秆禁烧巡查") {
				t.Error(text)
			}
			if a := guest.get("/public/ce/" + x.units[u] + "/docx"); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
				t.Error("Word:", a.StatusCode)
			}
		}
		for _, at := range []string{"/public/ce/none", "/public/ce/" + x.units["城关镇"] + "/exe", "/public/hd"} {
			if a := guest.get(at); a.StatusCode != http.StatusNotFound {
				t.Error(at, a.StatusCode)
			}
		}
		pair := "a=" + x.units["城关镇"] + "&b=" + x.units["河湾镇"]
		sees(t, guest, "/public/zhen", "选两个不同的乡镇（街道）", "选择一个")
		if open := "<details open>"; !strings.Contains(guest.get("/public/zhen").body, open) || strings.Contains(guest.get("/public/zhen?"+pair).body, open) {
			t.Error("what has to be chosen is folded away")
		}
		sees(t, guest, "/public/zhen?"+pair, "相同 1 · 可能是同一职责 1", "秸秆禁烧巡查 ↔ 农作物秸秆露天焚烧巡查")
		if text := sheetOf(t, guest, "/public/zhen/xlsx?"+pair); !strings.Contains(text, "可能是同一职责|P001|秸秆禁烧巡查|配合：巡查并报告|P002|农作物秸秆露天焚烧巡查") {
			t.Error(text)
		}
		sees(t, town, "/qd/hd", "对得上")
		sees(t, town, "/qd/hd?bh=two_leads", "两面核对")
		sheetOf(t, town, "/qd/hd/xlsx")
	})
}
