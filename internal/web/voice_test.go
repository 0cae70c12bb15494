package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/opinion"
	"yidan/internal/parameter"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

var receiptShown = regexp.MustCompile(`(\d{4} ){4}\d{4}`)

// right is the answer to what is asked now.
func (x *district) right() (answer string) {
	x.read(func(tx *db.Tx) error {
		q, err := opinion.Asked(tx, x.now)
		answer, _, _ = strings.Cut(q.Answers, "、")
		return err
	})
	return answer
}

// opine lodges an opinion by the public form and gives its receipt and its case.
func (x *district) opine(s *surfer, at string, fields ...string) (receipt, id string) {
	x.t.Helper()
	page := s.must(s.get(at), at, append([]string{"kind", "citizen", "answer", x.right()}, fields...)...)
	receipt = receiptShown.FindString(plainText(page.body))
	if receipt == "" {
		x.t.Fatalf("no receipt in\n%s", plainText(page.body))
	}
	x.read(func(tx *db.Tx) error {
		r, err := opinion.LookUp(tx, receipt)
		id = r.Case
		return err
	})
	return receipt, id
}

// say has a post answer a case, or take a way of it, through the rooms.
func (x *district) say(id, post string, v casework.Verdict, data any, matter ...string) {
	x.t.Helper()
	by := x.posts[post]
	a := casework.Answer{Verdict: v, By: by, Text: "理由充分", Data: data, At: x.now}
	err := x.site.Cases.Do(context.Background(), id, by, x.now, func(_ *db.Tx, c *casework.Case) error {
		for _, t := range c.Asked(by) {
			if len(matter) > 0 && t.Matter != matter[0] {
				continue
			}
			if err := c.Answer(t.No, a); !errors.Is(err, casework.ErrVerdict) {
				return err
			}
		}
		return c.Take(a)
	})
	if err != nil {
		x.t.Fatalf("%s %s: %v", post, v, err)
	}
}

// Anybody says what they think of an item without signing in, looks the answer up
// by the receipt, and sees to which edition it led.
//
// Proves: DM-3.1, DM-10.1, DM-10.2
func TestAnOpinionLeadsToAnEdition(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d, around)
		x.imported(t, listRows...)
		guest := surf(t, x.place, "")
		sees(t, guest, "/public/P001", "对这个事项提意见")
		at := "/public/ti?code=P001"
		sees(t, guest, at, "关于：“秸秆禁烧巡查”", "回答提问")
		for name, fields := range map[string][]string{
			"写下你的意见":              {"kind", "citizen", "answer", x.right()},
			"最多 1000 字，现在 1001 字": {"kind", "citizen", "text", strings.Repeat("长", 1001), "answer", x.right()},
			"答得不对":                {"kind", "citizen", "text", "建议增加夜间巡查", "answer", "不知道"},
			"写明不要填":               {"kind", "citizen", "text", "建议增加夜间巡查", "answer", x.right(), "site", "http://x"},
			"选择公民、法人":             {"text", "建议增加夜间巡查", "answer", x.right()},
		} {
			if a := guest.send(guest.get(at), at, fields...); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(plainText(a.body), name) {
				t.Errorf("%s: %d\n%.600s", name, a.StatusCode, plainText(a.body))
			}
		}
		receipt, id := x.opine(guest, at, "text", "建议增加夜间巡查", "contact", "139 0000 0000")
		if other := surf(t, x.place, ""); true {
			other.get("/public")
			page := guest.must(guest.get(at), at, "kind", "citizen", "text", "另一件", "answer", x.right())
			where := page.Request.URL.Path
			if a := other.get(where); a.StatusCode != http.StatusNotFound || receiptShown.MatchString(plainText(a.body)) {
				t.Errorf("another browser opened the receipt at %s: %d", where, a.StatusCode)
			}
		}
		wrong := guest.send(guest.get("/public/cx"), "/public/cx", "code", "12345678901234567890")
		if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, "没有查到") {
			t.Errorf("a wrong receipt: %d", wrong.StatusCode)
		}
		look := func(wants ...string) {
			t.Helper()
			a := guest.send(guest.get("/public/cx"), "/public/cx", "code", receipt)
			for _, w := range wants {
				if text := plainText(a.body); a.StatusCode != http.StatusOK || !strings.Contains(text, w) {
					t.Errorf("the receipt does not tell %q: %d\n%.900s", w, a.StatusCode, text)
				}
			}
		}
		look("意见〔2026〕001", "已收到，等区委编办转给有关单位", "建议增加夜间巡查")

		office, unit, other := x.as("区委编办 经办"), x.as("区农业农村局 经办"), x.as("区水务局 经办")
		sees(t, office, "/gzyj", "意见〔2026〕001", "建议增加夜间巡查", "待分办")
		sees(t, other, "/gzyj", "还没有要看的公众意见")
		x.say(id, "区委编办 经办", opinion.Assigned, &opinion.Routing{})
		sees(t, unit, "/gzyj", "意见〔2026〕001", "答复中")
		sees(t, unit, "/sq/"+id, "建议增加夜间巡查", "查看意见人的联系方式")
		if a := other.get("/sq/" + id); a.StatusCode != http.StatusNotFound {
			t.Errorf("a unit that it does not concern opens it: %d", a.StatusCode)
		}
		if a := x.as("区司法局 经办").get("/sq/" + id); strings.Contains(a.body, "查看意见人的联系方式") || strings.Contains(a.body, "139 0000 0000") {
			t.Error("the justice bureau is offered how the writer is reached")
		}
		reached := unit.send(unit.get("/sq/"+id), "/gzyj/lx/"+id)
		if reached.StatusCode != http.StatusOK || !strings.Contains(reached.body, "139 0000 0000") {
			t.Errorf("the unit that answers: %d", reached.StatusCode)
		}
		x.say(id, "区委编办 经办", opinion.Turned, &opinion.Turning{Advice: "adjust"})
		x.say(id, "区农业农村局 经办", casework.Done, &opinion.Answered{Result: opinion.Adopted, Answer: "将增加夜间巡查"})
		x.say(id, "区委编办 经办", casework.Agree, &opinion.Releasing{Publish: "text"})
		look("采纳", "将增加夜间巡查", "转为调整事由，由区农业农村局提出调整")
		sees(t, guest, "/public/yj", "建议增加夜间巡查", "将增加夜间巡查", "采纳")
		sees(t, guest, "/public/yj/tj", "秸秆禁烧巡查", "<5")
		sees(t, office, "/gzyj/tj", "秸秆禁烧巡查", "区农业农村局")
		if text := sheetOf(t, office, "/gzyj/xlsx"); !strings.Contains(text, "将增加夜间巡查") || strings.Contains(text, "139 0000 0000") {
			t.Errorf("the export has\n%s", text)
		}

		var row opinion.Row
		x.read(func(tx *db.Tx) (err error) { row, err = opinion.Find(tx, id); return err })
		sees(t, unit, "/jg/sy/"+row.Trigger, "来自公众意见", "公众意见（意见〔2026〕001）")
		change := x.applied(t, row.Trigger+"/1")
		sees(t, unit, "/sq/"+change, "来自公众意见")
		look("区农业农村局已提出调整申请")
		if a := guest.get("/public/gs/" + change); a.StatusCode != http.StatusNotFound {
			t.Errorf("a change under review is public: %d", a.StatusCode)
		}
		x.issue(t, change)
		look("促成清单调整，随第 2 版印发")
		sees(t, guest, "/public/yj", "促成清单调整，随第 2 版印发")
		sees(t, guest, "/public/bb/2", "事由和依据")
		sees(t, guest, "/public/gs/"+change, "其他情形", "昼夜巡查并报告", "区委专题会议纪要〔2026〕8号", "第 2 版", "应当调整")
	})
}

// applied has the department apply for the change that a duty asks for.
func (x *district) applied(t *testing.T, duty string) (id string) {
	t.Helper()
	return x.filed(t, "区农业农村局 经办", "P001", duty)
}

// filed has a post apply for a change of an item, for a duty or of its own accord.
func (x *district) filed(t *testing.T, post, code, duty string) (id string) {
	t.Helper()
	by := x.posts[post]
	var err error
	id, err = x.site.Cases.Open(context.Background(), "adjustment", by, x.now, func(tx *db.Tx, dst any) error {
		b, err := x.site.Books.Get(tx)
		if err != nil {
			return err
		}
		c := dst.(*adjustment.Change)
		c.Fill(b.Latest(code))
		c.Kind, c.Cooperating, c.Reason, c.Contact, c.Phone, c.HappenedOn = adjustment.Adjust, "昼夜巡查并报告", "公众建议", "综合科", "0454-8000000", "2026-08-03"
		c.Demonstrations = []adjustment.Demonstration{{On: "2026-08-02", Who: "法规科", Findings: "应当调整"}}
		if duty == "" {
			c.Grounds, c.OtherWhy = []string{adjustment.ByOther}, "公众建议"
			return nil
		}
		return adjustment.Answer(tx, c, duty, by.Unit)
	})
	if err != nil {
		t.Fatal(err)
	}
	at := "/sq/" + id
	owner := x.as(post)
	owner.attach(owner.get(at+"/z/attach"), at+"/fj", "files", "论证.txt", "应当调整")
	x.say(id, post, casework.Submit, nil)
	return id
}

// issue takes a change through review, approval and filing into the second edition.
func (x *district) issue(t *testing.T, id string) {
	t.Helper()
	x.say(id, "区委编办 经办", casework.Agree, nil)
	x.say(id, "区司法局 经办", casework.Agree, &approval.LegalCheck{Subject: "yes", Authority: "yes", Procedure: "yes", Burden: "yes", Conflict: "yes"})
	x.say(id, "清单工作领导小组 负责人", casework.Agree, &approval.Decision{Basis: "区委专题会议纪要〔2026〕8号", On: "2026-08-03"})
	for _, m := range []string{approval.ToCity, approval.ToProvince} {
		x.say(id, "区委办公室 经办", casework.Done, &approval.Letter{Number: "郊编〔2026〕1号", On: "2026-08-03"}, m)
	}
	draft, err := x.site.Cases.Open(context.Background(), "edition", x.posts["区委编办 经办"], x.now, func(_ *db.Tx, dst any) error {
		*dst.(*adjustment.Edition) = adjustment.Edition{Title: "2026年第二次调整", Cases: []string{id}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	x.say(draft, "区委编办 经办", casework.Submit, nil)
	x.say(draft, "区委办公室 经办", casework.Done, &catalog.Issue{Number: "郊办发〔2026〕30号", IssuedOn: "2026-08-03", EffectiveOn: "2026-08-03"})
}

// Where the district has changes commented on, everybody sees the two texts and
// until when, and says what they think of them; afterwards no longer.
//
// Proves: DM-10.1
func TestAChangeIsCommentedOnInPublic(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d, around)
		x.imported(t, listRows...)
		guest := surf(t, x.place, "")
		sees(t, guest, "/public/gs", "现在没有正在公示的变更")
		earlier := x.filed(t, "城关镇 经办", "J001", "") // under the rules of before
		x.now = x.now.Add(time.Minute)
		x.write(func(tx *db.Tx) error {
			return parameter.Set(tx, x.posts["区委编办 负责人"], "comment.term", "7d", "2026-08-03", "区委编办通知", x.now)
		})
		x.now = x.now.Add(time.Minute)
		id := x.applied(t, "")
		sees(t, x.as("区委编办 经办"), "/sq/"+earlier, "编办审核")
		sees(t, x.as("区委编办 经办"), "/sq?q="+url.QueryEscape("受理低保"), "编办审核")
		sees(t, x.as("区委编办 经办"), "/sq", "编办审核", "公示征求意见中")
		sees(t, guest, "/public/gs", "调整“秸秆禁烧巡查”", "2026年8月10日")
		sees(t, guest, "/public/gs/"+id, "昼夜巡查并报告", "巡查并报告", "公示征求意见中", "公示到", "2026年8月10日")
		at := "/public/ti?bg=" + id
		_, said := x.opine(guest, at, "text", "夜间人手不够")
		if c := x.load(said); c.Form.(*opinion.Opinion).Change != id {
			t.Error("the opinion forgot what it is about")
		}
		sees(t, x.as("区委编办 经办"), "/sq/"+id, "对这项变更的意见")
		sees(t, x.as("区委编办 经办"), "/gzyj?bg="+id, "夜间人手不够")
		x.now = clock("2026-08-11 00:01")
		if _, err := x.site.Cases.LapseDue(context.Background(), x.now); err != nil {
			t.Fatal(err)
		}
		sees(t, guest, "/public/gs", "现在没有正在公示的变更")
		if a := guest.get(at); a.StatusCode != http.StatusNotFound {
			t.Errorf("an opinion on what is over: %d", a.StatusCode)
		}
	})
}

// What comes too often is refused in words, opinions and guesses alike.
//
// Proves: DM-10.1
func TestOpinionsAndGuessesAreLimited(t *testing.T) {
	x := newDistrict(t, store(t), func(s *web.Site) { s.Limits = web.Limits })
	guest := surf(t, x.place, "")
	for at, words := range map[string]string{"/public/cx": "暂停 15 分钟", "/public/ti": "打公布的电话"} {
		page, limited := guest.get(at), 0
		for range 15 {
			if a := guest.send(page, at, "code", "00000000000000000000", "text", "意见"); a.StatusCode == http.StatusTooManyRequests {
				limited++
				if !strings.Contains(a.body, words) {
					t.Errorf("%s: %s", at, plainText(a.body))
				}
			}
		}
		if limited < 4 {
			t.Errorf("%s: only %d of 15 refused", at, limited)
		}
	}
}

// A receipt can be shown again for an hour, in the browser that got it.
func TestAReceiptIsNotLeftOpenForTheNextPerson(t *testing.T) {
	x := newDistrict(t, store(t))
	guest := surf(t, x.place, "")
	page := guest.must(guest.get("/public/ti"), "/public/ti", "kind", "legal", "text", "对清单的建议", "answer", x.right())
	where := page.Request.URL.Path
	if a := guest.get(where); !receiptShown.MatchString(plainText(a.body)) {
		t.Error("it cannot be opened again to print it")
	}
	if code := strings.ReplaceAll(receiptShown.FindString(plainText(page.body)), " ", ""); strings.Contains(where, code) {
		t.Error("the receipt stands in the address")
	}
	x.now = x.now.Add(61 * time.Minute)
	if a := guest.get(where); a.StatusCode != http.StatusNotFound {
		t.Errorf("an hour later: %d", a.StatusCode)
	}
}

// The list goes to the district's own portal as files that need nothing of this
// site; on one day it is the same bytes, on another it says that day. Large print is
// a set of pages of its own: whoever chose it stays in it without a script.
//
// Proves: DM-3.1
func TestTheListIsExportedAsStillPages(t *testing.T) {
	x := newDistrict(t, store(t))
	x.imported(t, listRows...)
	s := x.as("区委编办 经办")
	first := s.get("/qd/jt").body
	x.now = x.now.Add(3 * time.Hour)
	if first != s.get("/qd/jt").body {
		t.Error("three hours later the same edition is other bytes")
	}
	if a := x.as("城关镇 经办").get("/qd/jt"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a township exports: %d", a.StatusCode)
	}
	z, err := zip.NewReader(bytes.NewReader([]byte(first)), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names[f.Name] = string(b)
	}
	for _, name := range []string{"index.html", "style.css", "list.xlsx", "items/P001.html", "items/J001.html", "editions.html", "editions/1.html", "contacts.html", "da/index.html", "da/items/P001.html", "da/contacts.html"} {
		if names[name] == "" {
			t.Errorf("no %s", name)
		}
	}
	for name, text := range names {
		if strings.HasSuffix(name, ".html") && (strings.Contains(text, "<script") || strings.Contains(text, `href="/`) || strings.Contains(text, "http")) {
			t.Errorf("%s leads out of the folder", name)
		}
	}
	for from, links := range map[string][]string{
		"index.html":         {`href="items/P001.html"`, `href="da/index.html"`, `href="list.xlsx"`, `href="style.css"`},
		"da/index.html":      {"<html lang=\"zh-CN\" data-large>", `href="items/P001.html"`, `href="../index.html"`, `href="../list.xlsx"`, `href="../style.css"`},
		"items/P001.html":    {`href="../index.html"`, `href="../da/items/P001.html"`, `href="../style.css"`, "2026年8月3日（周一）导出"},
		"da/items/P001.html": {"data-large", `href="../index.html"`, `href="../../items/P001.html"`, `href="../../style.css"`},
	} {
		for _, want := range links {
			if !strings.Contains(names[from], want) {
				t.Errorf("%s does not have %s", from, want)
			}
		}
	}
	if !strings.Contains(names["index.html"], `href="items/P001.html"`) || !strings.Contains(names["items/P001.html"], "巡查并报告") {
		t.Error("the pages do not lead to each other")
	}
	if !strings.Contains(names["contacts.html"], "区水务局") || !strings.Contains(names["contacts.html"], "0454-8000000") || !strings.Contains(names["editions.html"], `href="editions/1.html"`) {
		t.Error("editions or contacts are not among the pages")
	}
}

// What an edition changed is exported with its grounds; what has lost its force by
// the day of the export is marked on the item's page too.
func TestStillPagesSayWhyTheListChanged(t *testing.T) {
	body := play(t).as("bianban").get("/qd/jt").body
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("editions/2.html")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"情形", "理由", "修改前", "修改后"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the second edition does not say %q", want)
		}
	}
	for _, name := range []string{"items/P015.html", "da/items/P015.html"} {
		if b, err := fs.ReadFile(z, name); err != nil || !strings.Contains(string(b), "《郊区农业投入品登记管理实施办法》（郊政规〔2023〕6号）第四条（已废止）") {
			t.Errorf("%s does not say that its basis was repealed: %v", name, err)
		}
	}
}

// The list office keeps the question that keeps machines out.
func TestTheListOfficeChoosesTheQuestion(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("区委编办 经办")
	s.must(s.get("/gzyj/tw"), "/gzyj/tw", "text", "本区有几个街道？", "answers", "1、一")
	sees(t, surf(t, x.place, ""), "/public/ti", "本区有几个街道？")
	if a := s.send(s.get("/gzyj/tw"), "/gzyj/tw"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty question: %d", a.StatusCode)
	}
	if a := x.as("城关镇 经办").get("/gzyj/tw"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a township sees the answers: %d", a.StatusCode)
	}
	var qs []opinion.Question
	x.read(func(tx *db.Tx) (err error) { qs, err = opinion.Questions(tx); return err })
	if len(qs) != 1 {
		t.Fatalf("%d questions", len(qs))
	}
	s.must(s.get("/gzyj/tw"), "/gzyj/tw/"+qs[0].ID)
	if a := surf(t, x.place, "").get("/public/ti"); strings.Contains(a.body, "本区有几个街道？") {
		t.Error("what was stopped is still asked")
	}
}

// An opinion that was answered, and archived, can still become a trigger by one
// click of the list office: once, linked both ways, and the case stays closed.
//
// Proves: DM-10.2
func TestAnAnsweredOpinionStillBecomesATrigger(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.listed()
		guest := surf(t, x.place, "")
		for i, archived := range []bool{false, true} {
			_, id := x.opine(guest, "/public/ti?code=P001", "text", "建议增加夜间巡查")
			at, turn := "/sq/"+id, "/gzyj/zs/"+id
			office := x.as("区委编办 经办")
			if strings.Contains(office.get(at).body, turn) {
				t.Error("offered twice while it is open")
			}
			x.say(id, "区委编办 经办", casework.Done, &opinion.Direct{Answered: opinion.Answered{Result: opinion.Explained, Answer: "已经在巡查"}, Releasing: opinion.Releasing{Publish: "count"}})
			if archived {
				archive := at + "/z/archive"
				office.must(office.get(archive), archive)
			}
			if a := office.get(at); !strings.Contains(a.body, turn) {
				t.Fatal("not offered:", plainText(a.body))
			}
			for _, post := range []string{"区农业农村局 经办", "区司法局 经办"} {
				if a := x.as(post).get(turn); a.StatusCode == http.StatusOK {
					t.Errorf("%s may", post)
				}
			}
			if a := office.send(office.get(turn), turn, "code", "P099"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "现行清单里没有编码 P099") {
				t.Error("an item that is not there:", a.StatusCode, plainText(a.body))
			}
			office.must(office.get(turn), turn)
			var row opinion.Row
			x.read(func(tx *db.Tx) (err error) { row, err = opinion.Find(tx, id); return err })
			sees(t, office, at, "转为调整事由，由区农业农村局提出调整", "看调整事由", "直接答复")
			sees(t, office, "/jg/sy/"+row.Trigger, "来自公众意见", "秸秆禁烧巡查")
			sees(t, x.as("区农业农村局 经办"), "/jg", "公众意见（意见〔2026〕00"+number(i+1)+"）")
			if c := x.load(id); c.Stage != casework.Closed || c.Archived.IsZero() == archived {
				t.Errorf("it stands in %s", c.Stage)
			}
			if a := office.send(office.get(turn), turn); a.StatusCode < 400 || !strings.Contains(a.body, "不用再转") {
				t.Error("turned twice:", a.StatusCode, plainText(a.body))
			}
		}
	})
}
