package web_test

import (
	"archive/zip"
	"io"
	"net/http"
	"strings"
	"testing"

	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/statute"
	"yidan/internal/testkit"
)

// review is the first case of a procedure that waits for its review of legality, and the page on which it is let pass.
func (p *played) review(t *testing.T, login, procedure string) (id, to string) {
	t.Helper()
	p.db.Read(t.Context(), func(tx *db.Tx) error {
		var no string
		err := tx.QueryRow(`SELECT c.id, t.no FROM cases c JOIN tasks t ON t.case_id = c.id WHERE t.listed AND t.matter = $1 AND c.procedure = $2 ORDER BY t.due_at, c.id LIMIT 1`, approval.ByJustice, procedure).Scan(&id, &no)
		if err != nil {
			t.Fatal(err)
		}
		to = "/sq/" + id + "/y/" + no + "?v=" + string(casework.Agree)
		return nil
	})
	return id, to
}

// Whoever reviews reads what the item is to say beside the articles it rests on, and
// what the register does not have, with the way to enter it.
func TestAReviewHoldsTheWordsAgainstTheArticles(t *testing.T) {
	p := play(t)
	id, to := p.review(t, "sifa", "adjustment")
	says(t, p.as("sifa").get(to), "职责表述", "依据原文", "《气象灾害防御条例》第三十二条", "法规库里没有第三十二条的条文。", "导入条文", "与上位法没有抵触吗")
	p.db.Write(t.Context(), func(tx *db.Tx) error {
		by, err := troupe.Actor(tx, "sifa", playedAt)
		if err != nil {
			t.Fatal(err)
		}
		law := statute.ID("气象灾害防御条例")
		draft := statute.Draft{File: "条文.xlsx", Texts: []statute.DraftText{{Text: statute.Text{Instrument: law, Article: "第三十二条", On: "2017-10-07", Body: "第一款的话。\n第二款的话。"}}, {Text: statute.Text{Instrument: law, Article: "第三十二条", On: "2030-01-01", Body: "以后的话。"}}}}
		file, err := statute.Keep(tx, by, draft, playedAt)
		if err == nil {
			err = statute.EnterFile(tx, by, file, playedAt)
		}
		if err == nil {
			var cs []statute.Change
			reg, e := statute.Load(tx)
			if e != nil {
				return e
			}
			if cs, err = reg.Changes(law, statute.Account{Event: "repealed", On: "2026-11-01", Number: "国令第 1 号", Articles: []string{"第三十二条"}}); err == nil {
				_, err = statute.Record(tx, by, cs, playedAt)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		return nil
	})
	a := p.as("sifa").get(to)
	says(t, a, "第一款的话。", "第二款的话。", "2017年10月7日（周六）的版本", "已废止")
	hides(t, a, "以后的话", "导入条文")
	says(t, p.as("sifa").get("/sq/"+id), "依据的现状", "已废止", "对照原文")
	says(t, p.as("sifa").get("/sq/"+id+"/yj"), "职责表述", "第一款的话。")
	if a := p.as("shuiwu").get("/sq/" + id + "/yj"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger: %d", a.StatusCode)
	}
}

// An admission is reviewed with the same questions; they need not be answered, but a
// no is said why.
func TestAnAdmissionIsReviewedByTheSameQuestions(t *testing.T) {
	p := play(t)
	id, to := p.review(t, "sifa", "admission")
	s := p.as("sifa")
	page := s.get(to)
	says(t, page, "职责表述", "依据原文", "承担职责的主体有法定依据吗")
	action, _, _ := strings.Cut(to, "?")
	a := s.send(page, action, "text", "依据待补", "conflict", "no")
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "有答“否”或者“需说明”的问题") {
		t.Errorf("%d %s", a.StatusCode, plainText(a.body))
	}
	b := testkit.Browse(t)
	b.Open(p.URL + "/yz")
	testkit.Ask[bool](b, `(()=>{document.cookie=%s;return true})()`, (&http.Cookie{Name: "yidan", Value: "post-sifa", Path: "/"}).String())
	for _, path := range []string{to, "/sq/" + id + "/yj"} {
		for _, w := range []int64{1280, 360} {
			b.Size(w, 900)
			b.Open(p.URL + path)
			b.Flat()
			stacked := testkit.Ask[bool](b, `(()=>{const [a,b]=document.querySelector(".even").children;return b.getBoundingClientRect().top>=a.getBoundingClientRect().bottom})()`)
			if stacked != (w == 360) {
				t.Errorf("%s at %d: one below the other is %v", path, w, stacked)
			}
		}
		b.Axe()
	}
}

// What has no force any more says so wherever it is a basis: on pages, in exports, in
// what the public reads.
func TestABasisThatIsGoneIsMarkedWhereverItStands(t *testing.T) {
	p := play(t)
	p.db.Write(t.Context(), func(tx *db.Tx) error {
		by, err := troupe.Actor(tx, "sifa", playedAt)
		if err != nil {
			t.Fatal(err)
		}
		reg, err := statute.Load(tx)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range reg.All() {
			if reg.Standing("2026-11-25").Instrument(i).Gone() {
				continue
			}
			cs, err := reg.Changes(i.ID, statute.Account{Event: "repealed", On: "2026-11-20", Number: "第 1 号"})
			if err == nil {
				_, err = statute.Record(tx, by, cs, playedAt)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		return nil
	})
	s := p.as("bianban")
	for _, path := range []string{"/qd", "/qd/P008", "/qd/ce/" + p.units("shuiwu"), "/qd/ce/" + p.units("nanzhai"), "/qd/bb/1", "/public", "/public/ce/" + p.units("nanzhai"), "/public/P008", "/zr/" + p.cases["heritage"], "/gzt"} {
		who := s
		if strings.HasPrefix(path, "/gzt") {
			who = p.as("sifa")
		}
		a := who.get(path)
		if a.StatusCode != http.StatusOK || strings.HasPrefix(path, "/zr/") && !strings.Contains(a.body, ">依据<") || !strings.HasPrefix(path, "/zr/") && !strings.Contains(a.body, "已废止") {
			t.Errorf("%s: %d does not say 已废止", path, a.StatusCode)
		}
	}
	for _, path := range []string{"/qd/dc/xlsx", "/qd/ce/" + p.units("nanzhai") + "/xlsx", "/qd/cha/xlsx?a=2025-12-31&b=2026-11-25", "/qd/zhen/xlsx?a=" + p.units("nanzhai") + "&b=" + p.units("songjian")} {
		a := s.get(path)
		z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
		if err != nil {
			t.Errorf("%s: %d %v", path, a.StatusCode, err)
			continue
		}
		marked := false
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(r)
			marked = marked || strings.Contains(string(b), "已废止")
		}
		if !marked && !strings.Contains(path, "/cha/") {
			t.Errorf("%s marks nothing", path)
		}
	}
}
