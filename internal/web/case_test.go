package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/audit"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/testkit"
)

// sections are an admission as a department types it in, section by section.
var sections = map[string][]string{
	"door":      {"acting_as", "department", "listed", "no", "own", "no", "duty", "no", "assist", "no", "door", "admit", "door_why", "清单没有列入"},
	"matter":    {"matter", "秸秆禁烧巡查协助", "contact", "综合科", "phone", "0454-8000000", "span", "phased", "from", "2026-09-01", "to", "2026年12月31日"},
	"duty":      {"main", "区农业农村局制定方案、组织执法", "cooperating", "乡镇日间巡查", "task", "组织网格员巡查，发现火点劝阻并报告"},
	"process":   {"process", "发现—劝阻—报告", "limit", "发现后 30 分钟内报告"},
	"safeguard": {"safeguards", "每乡镇补助 2 万元", "training", "9月1日前培训一次"},
	"townships": {"townships", ""},
	"basis":     {"bases.0.title", "大气污染防治法", "bases.0.article", "第七十七条"},
}

// draft opens an admission as a post of a department and fills everything in; it
// gives the address of the case.
func (x *district) draft(s *surfer, towns ...string) string {
	x.t.Helper()
	page := s.get("/sq/new/admission")
	to := s.send(page, "/sq/new/admission").to()
	if !strings.HasPrefix(to, "/sq/") {
		x.t.Fatalf("the draft is at %q", to)
	}
	var ids []string
	for _, n := range towns {
		ids = append(ids, x.units[n])
	}
	for _, key := range []string{"door", "matter", "duty", "process", "safeguard", "townships", "basis"} {
		fields := sections[key]
		if key == "townships" {
			fields = []string{"townships", strings.Join(ids, "|")}
		}
		s.must(s.get(to+"/b/"+key), to+"/b/"+key, append(fields, "next", to)...)
	}
	return to
}

var caseID = regexp.MustCompile(`^/sq/([^/?]+)`)

func idOf(address string) string { return caseID.FindStringSubmatch(address)[1] }

// answered has a post answer the first task of a case that asks it.
func (x *district) answered(post, at string, way casework.Verdict, fields ...string) answer {
	x.t.Helper()
	s := x.as(post)
	for _, t := range x.load(idOf(at)).Asked(x.posts[post]) {
		to := at + "/y/" + number(t.No)
		page := s.get(to + "?v=" + url.QueryEscape(string(way)))
		if page.StatusCode != http.StatusOK {
			continue
		}
		return s.must(page, to, fields...)
	}
	x.t.Fatalf("%s is not asked at %s", post, at)
	return answer{}
}

func number(n int) string {
	return strings.TrimLeft(string([]rune{rune('0' + n/10), rune('0' + n%10)}), "0")
}

func (x *district) stands(at string, want casework.Stage) *casework.Case {
	x.t.Helper()
	c := x.load(idOf(at))
	if c.Stage != want {
		x.t.Fatalf("stands in %s, want %s", c.Stage, want)
	}
	return c
}

func TestADraftKeepsWhateverIsTyped(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("区农业农村局 经办")
		at := s.send(s.get("/sq/new/admission"), "/sq/new/admission").to()
		page := s.get(at)
		if page.StatusCode != 200 || strings.Count(page.body, "未开始") != 6 || !strings.Contains(page.body, "未填完") {
			t.Fatalf("the task list: %d\n%s", page.StatusCode, plainText(page.body))
		}
		sec := s.get(at + "/b/matter")
		if v := s.filled(sec, at+"/b/matter"); v.Get("phone") != "0454-8000000" || v.Get("contact") == "" {
			t.Errorf("asked again for what is known: %v", v)
		}
		// wrong and half, and yet kept
		s.must(sec, at+"/b/matter", "matter", "秸秆", "phone", "12", "to", "不是日期", "next", at)
		v := s.filled(s.get(at+"/b/matter"), at+"/b/matter")
		if v.Get("matter") != "秸秆" || v.Get("phone") != "12" || v.Get("to") != "不是日期" {
			t.Errorf("kept %v", v)
		}
		// autosaved text is the person's own until it is saved
		form := s.filled(s.get(at+"/b/duty"), at+"/b/duty")
		form.Set("main", "写了一半")
		if a := s.post(at+"/b/duty/zc", form, "Accept", "application/json"); a.StatusCode != 200 || !strings.Contains(a.body, "saved") {
			t.Fatalf("autosave: %d %s", a.StatusCode, a.body)
		}
		if v := s.filled(s.get(at+"/b/duty"), at+"/b/duty"); v.Get("main") != "写了一半" {
			t.Errorf("autosaved %v", v)
		}
		if v := x.as("区农业农村局 负责人").filled(x.as("区农业农村局 负责人").get(at+"/b/duty"), at+"/b/duty"); v.Get("main") != "" {
			t.Errorf("a colleague sees what was not saved: %v", v)
		}
		// what is missing is said where it can be handed in, with a way to each field
		check := s.get(at + "/hd")
		if !strings.Contains(check.body, at+"/b/duty#f-main") || !strings.Contains(plainText(check.body), "“联系电话”应为手机号") {
			t.Errorf("the check page\n%s", plainText(check.body))
		}
		a := s.send(check, at+"/hd", "v", "提交")
		if a.StatusCode != http.StatusUnprocessableEntity || x.load(idOf(at)).Stage != admission.Draft {
			t.Errorf("handed in: %d", a.StatusCode)
		}
	})
}

func TestTwoWritersOfADraftBothKeepTheirText(t *testing.T) {
	x := newDistrict(t, store(t))
	s, colleague := x.as("区农业农村局 经办"), x.as("区农业农村局 负责人")
	at := x.draft(s, "城关镇")
	mine, theirs := s.get(at+"/b/duty"), colleague.get(at+"/b/duty")
	colleague.must(theirs, at+"/b/duty", "main", "同事改过", "next", at)
	a := s.send(mine, at+"/b/duty", "main", "我写的", "next", at)
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "同事改过") || s.filled(a, at+"/b/duty").Get("main") != "我写的" {
		t.Fatalf("%d\n%s", a.StatusCode, plainText(a.body))
	}
	s.must(a, at+"/b/duty", "next", at)
	if f := x.load(idOf(at)).Form.(*admission.Request); f.Main != "我写的" {
		t.Errorf("saved %q", f.Main)
	}
}

func TestWhoeverMayNotSeeACaseMeetsNothing(t *testing.T) {
	x := newDistrict(t, store(t))
	at := x.draft(x.as("区农业农村局 经办"), "城关镇")
	s := x.as("区水务局 经办")
	hidden := regexp.MustCompile(`value="[0-9a-f]{32,64}"`)
	same := func(a answer) string {
		return hidden.ReplaceAllString(strings.ReplaceAll(a.body, url.QueryEscape(a.Request.URL.RequestURI()), ""), "")
	}
	none := s.get("/sq/00000000000000000000000000000000")
	if none.StatusCode != http.StatusNotFound {
		t.Fatal(none.StatusCode)
	}
	for _, more := range []string{"", "/hd", "/b/duty", "/y/1", "/z/comment", "/jl", "/jl/docx", "/tu", "/fj/x", "/ws/x/pdf", "/bd/1"} {
		if a := s.get(at + more); a.StatusCode != http.StatusNotFound || same(a) != same(none) {
			t.Errorf("GET %s: %d", more, a.StatusCode)
		}
	}
	form := s.filled(s.get("/sq/new/admission"), "/sq/new/admission")
	for _, more := range []string{"/hd", "/b/duty", "/b/duty/zc", "/y/1", "/y/1/zc", "/z/comment", "/fj", "/yd", "/dh"} {
		if a := s.post(at+more, form); a.StatusCode != http.StatusNotFound || same(a) != same(none) {
			t.Errorf("POST %s: %d\n%s", more, a.StatusCode, plainText(a.body))
		}
	}
	if a := x.as("城关镇 经办").get("/sq/new/admission"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a township may apply: %d", a.StatusCode)
	}
}

// handedIn is an admission on which the townships are being asked.
func (x *district) handedIn(towns ...string) string {
	x.t.Helper()
	s := x.as("区农业农村局 经办")
	at := x.draft(s, towns...)
	page := s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
	if !strings.Contains(plainText(page.body), "已提交准入申请，编号 准入〔2026〕001") {
		x.t.Fatalf("no receipt\n%s", plainText(page.body))
	}
	x.answered("区委编办 经办", at, casework.Agree, "text", "应当走准入")
	x.stands(at, admission.Opinions)
	return at
}

func TestAnAnswerIsGivenOnceAndARefusalKeepsTheText(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		at := x.handedIn("城关镇", "南寨镇")
		s := x.as("城关镇 经办")
		page := s.get(at)
		if !strings.Contains(plainText(page.body), "等你办：征求乡镇意见") || !strings.Contains(plainText(page.body), "这个日期怎么算的？") || !strings.Contains(strings.Join(strings.Fields(plainText(page.body)), ""), "时限是5个工作日（区内设定）") {
			t.Fatalf("the township is not asked\n%s", plainText(page.body))
		}
		task := x.load(idOf(at)).Asked(x.posts["城关镇 经办"])[0]
		to := at + "/y/" + number(task.No)
		form := s.get(to + "?v=" + url.QueryEscape(string(casework.Object)))
		if a := s.send(form, to, "v", string(casework.Object), "text", ""); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "写明不同意的理由") {
			t.Errorf("without reasons: %d\n%s", a.StatusCode, plainText(a.body))
		}
		condition := s.get(to + "?v=" + url.QueryEscape(string(admission.Condition)))
		a := s.send(condition, to, "text", "我镇人手不足", "conditions", "")
		if a.StatusCode != http.StatusUnprocessableEntity || s.filled(a, to).Get("text") != "我镇人手不足" {
			t.Errorf("the text is gone: %d\n%s", a.StatusCode, plainText(a.body))
		}
		// a draft of it waits for the same person
		v := s.filled(condition, to)
		v.Set("text", "先存着")
		if a := s.post(to+"/zc", v); a.StatusCode != 200 {
			t.Errorf("draft: %d", a.StatusCode)
		}
		again := s.get(to)
		if s.filled(again, to).Get("text") != "先存着" {
			t.Errorf("the draft is not there\n%s", plainText(again.body))
		}
		v = s.filled(again, to)
		v.Set("conditions", "夜间由执法队值守")
		first, second := s.post(to, v), s.post(to, v)
		if first.StatusCode != 303 || second.StatusCode != 303 || first.to() != second.to() {
			t.Fatalf("%d %d %s", first.StatusCode, second.StatusCode, plainText(first.body))
		}
		if page := s.get(second.Header.Get("Location")); !strings.Contains(page.body, "没有重复提交") {
			t.Errorf("the second is not told\n%s", plainText(page.body))
		}
		n := 0
		x.read(func(tx *db.Tx) error {
			es, err := casework.Timeline(tx, idOf(at))
			for _, e := range es {
				if e.Verdict == admission.Condition {
					n++
				}
			}
			return err
		})
		if n != 1 {
			t.Errorf("answered %d times", n)
		}
		// another form of the same task: others were first, the text is given back
		v.Set("submit_id", strings.Repeat("ab", 16))
		v.Set("text", "迟到的意见")
		if a := s.post(to, v); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "迟到的意见") {
			t.Errorf("late: %d\n%s", a.StatusCode, plainText(a.body))
		} else if page := plainText(a.body); !strings.Contains(page, "看这一件现在的情况") || !strings.Contains(page, "办理意见") || !strings.Contains(a.body, `href="`+at+`"`) {
			t.Errorf("no way on from there\n%s", page)
		}
		// what was filled in is on record with the words
		for _, tab := range []string{"?tab=jl", "/jl"} {
			says(t, s.get(at+tab), "条件清单：夜间由执法队值守")
		}
		if page := s.get(at + "?tab=yj"); !strings.Contains(page.body, "条件清单：夜间由执法队值守") {
			t.Errorf("the opinion is not shown\n%s", plainText(page.body))
		}
	})
}

func TestWhatTheRulesForbidIsSaidAndKeptOnRecord(t *testing.T) {
	x := newDistrict(t, store(t))
	at := x.handedIn("城关镇")
	s := x.as("城关镇 经办")
	page := s.get(at) // nobody but this township is asked, and nobody urges himself
	for act, want := range map[string]bool{"urge": false, "consult": true, "comment": true, "add": false, "drop": false, "reassign": false, "seal": false, "archive": false} {
		if got := strings.Contains(page.body, at+"/z/"+act+`"`); got != want {
			t.Errorf("%s is offered: %v", act, got)
		}
	}
	before := x.refusals()
	if a := s.get(at + "/z/reassign"); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "不能转给其他单位") || !strings.Contains(a.body, "/bz/fa/AE-5.2") {
		t.Errorf("%d\n%s", a.StatusCode, plainText(a.body))
	}
	v := s.filled(s.get(at+"/z/comment"), at+"/z/comment")
	v.Set("text", "想加一个单位")
	if a := s.post(at+"/z/add", v); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "由区委编办办理") || !strings.Contains(a.body, "想加一个单位") {
		t.Errorf("%d\n%s", a.StatusCode, plainText(a.body))
	}
	if n := x.refusals() - before; n != 2 {
		t.Errorf("%d refusals on record", n)
	}
}

// refusals are how many refused attempts are on record.
func (x *district) refusals() (n int) {
	x.t.Helper()
	x.read(func(tx *db.Tx) error {
		ls, _, err := audit.List(tx, audit.Query{Result: audit.Refused, Limit: 500})
		n = len(ls)
		return err
	})
	return n
}

func TestActsReachTheEngine(t *testing.T) {
	x := newDistrict(t, store(t))
	at := x.handedIn("城关镇", "南寨镇")
	office, town := x.as("区委编办 经办"), x.as("城关镇 经办")
	act := func(s *surfer, name string, fields ...string) answer {
		t.Helper()
		return s.must(s.get(at+"/z/"+name), at+"/z/"+name, fields...)
	}
	act(office, "urge", "text", "请抓紧")
	act(office, "add", "unit", x.units["河湾镇"], "text", "河湾镇也涉及")
	act(town, "consult", "unit", x.units["区水务局"], "within", "3", "text", "沿江地块由谁管护")
	act(town, "comment", "text", "下周一答复")
	act(office, "show", "unit", x.units["东风街道"], "text", "供了解")
	c := x.load(idOf(at))
	if len(c.Pending()) != 4 {
		t.Errorf("%d tasks are open", len(c.Pending()))
	}
	if a := town.send(town.get(at+"/z/consult"), at+"/z/consult", "unit", x.units["区水务局"], "within", "很久", "text", "再问"); a.StatusCode != 422 || !strings.Contains(a.body, "再问") {
		t.Errorf("a term that is none: %d", a.StatusCode)
	}
	// the one consulted answers; whoever was told reads and says so
	x.answered("区水务局 经办", at, casework.Done, "text", "由我局管护")
	street := x.as("东风街道 经办")
	page := street.get(at)
	if !strings.Contains(page.body, "待阅") {
		t.Fatalf("nothing to read\n%s", plainText(page.body))
	}
	if page = street.must(page, at+"/yd"); strings.Contains(page.body, "<h2>待阅</h2>") {
		t.Error("it is still to be read")
	}
	for _, tab := range []string{"nr", "yj", "cl", "jl", "gl"} {
		if a := office.get(at + "?tab=" + tab); a.StatusCode != 200 {
			t.Errorf("tab %s: %d", tab, a.StatusCode)
		}
	}
	log := plainText(office.get(at + "?tab=jl").body)
	for _, want := range []string{"催办", "加签", "留言", "下周一答复", "告知东风街道", "征求意见"} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not in the record\n%s", want, log)
		}
	}
	if a := office.get(at + "/jl/docx"); a.StatusCode != 200 || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("the record as Word: %d", a.StatusCode)
	}
	for _, p := range []string{"/jl", "/tu", "?tab=cl"} {
		if a := office.get(at + p); a.StatusCode != 200 {
			t.Errorf("%s: %d", p, a.StatusCode)
		}
	}
	// numbers are masked for other units; seeing them whole is on record
	if b := plainText(office.get(at).body); strings.Contains(b, "0454-8000000") || !strings.Contains(b, "0454-8****") {
		t.Errorf("the number is not masked\n%s", b)
	}
	if a := office.send(office.get(at), at+"/dh"); a.StatusCode != 200 || !strings.Contains(plainText(a.body), "0454-8000000") {
		t.Errorf("the whole number: %d", a.StatusCode)
	}
}

// attach sends a file with the form of a page, as a browser does.
func (s *surfer) attach(page answer, action, field, name, content string, fields ...string) answer {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	v := s.filled(page, action)
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	for k, all := range v {
		for _, x := range all {
			w.WriteField(k, x)
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		s.t.Fatal(err)
	}
	part.Write([]byte(content))
	w.Close()
	r, err := http.NewRequest(http.MethodPost, s.p.URL+action, &b)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", s.p.URL)
	return s.do(r)
}

// An admission goes from its draft into force by pages alone.
func TestAnAdmissionIsCarriedThroughByPages(t *testing.T) {
	x := newDistrict(t, store(t))
	at := x.handedIn("城关镇", "南寨镇")
	s := x.as("区农业农村局 经办")
	x.answered("城关镇 经办", at, casework.Agree)
	// signed on paper: the scan belongs to the case
	town := x.as("南寨镇 经办")
	to := at + "/y/" + number(x.load(idOf(at)).Asked(x.posts["南寨镇 经办"])[0].No)
	form := town.get(to + "?v=" + url.QueryEscape(string(casework.Agree)))
	if a := town.attach(form, to, "scan", "签批.exe", "MZ", "paper", "on", "signer", "镇长", "signed", "2026-08-03"); a.StatusCode != 422 || town.filled(a, to).Get("signer") != "镇长" {
		t.Errorf("a scan that is none: %d\n%s", a.StatusCode, plainText(a.body))
	}
	if a := town.send(form, to, "paper", "on", "signer", "镇长", "signed", "2026-08-03"); a.StatusCode != 422 || !strings.Contains(a.body, "上传扫描件") {
		t.Errorf("without a scan: %d\n%s", a.StatusCode, plainText(a.body))
	}
	if a := town.attach(form, to, "scan", "签批.txt", "同意。镇长", "paper", "on", "signer", "镇长", "signed", "2026-08-03"); a.StatusCode != 303 {
		t.Fatalf("signed on paper: %d\n%s", a.StatusCode, plainText(a.body))
	}
	x.stands(at, admission.Apply)
	if b := plainText(s.get(at + "?tab=yj").body); !strings.Contains(b, "纸质签批：镇长，2026年8月3日（周一）") {
		t.Errorf("the paper is not shown\n%s", b)
	}
	// the application needs something attached by the department, whatever townships
	// attached; its own files can be taken away again
	says(t, s.get(at+"/hd"), "提交前还要填好附上相关材料，至少一份", "收到的意见", "城关镇", "纸质签批：镇长")
	if a := s.send(s.get(at+"/hd"), at+"/hd", "v", "提交"); a.StatusCode != 422 || !strings.Contains(a.body, "附上相关材料，至少一份") {
		t.Errorf("nothing of its own is attached: %d\n%s", a.StatusCode, plainText(a.body))
	}
	files := at + "/z/attach"
	up := s.attach(s.get(files), at+"/fj", "files", "巡查经费批复.txt", "每镇 2 万元")
	if up.StatusCode != 303 || up.to() != files {
		t.Fatalf("upload: %d\n%s", up.StatusCode, plainText(up.body))
	}
	own := regexp.MustCompile(`name="drop" value="([^"]+)"`).FindAllStringSubmatch(s.get(files).body, -1)
	if len(own) != 1 {
		t.Fatalf("%d files of the department's", len(own))
	}
	if a := s.get(at + "/fj/" + own[0][1]); a.body != "每镇 2 万元" {
		t.Errorf("download: %d %s", a.StatusCode, a.body)
	}
	if a := x.as("区水务局 经办").get(at + "/fj/" + own[0][1]); a.StatusCode != 404 {
		t.Errorf("a stranger's download: %d", a.StatusCode)
	}
	if a := town.send(town.get(files), at+"/fj", "drop", own[0][1]); a.StatusCode == 303 {
		t.Error("a township took the department's file away")
	}
	if a := town.send(town.get(files), at+"/fj", "drop", regexp.MustCompile(`/fj/([0-9a-z]+)"[^>]*>签批`).FindStringSubmatch(town.get(files).body)[1]); a.StatusCode == 303 {
		t.Error("what an opinion was signed on is taken away")
	}
	s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
	x.stands(at, approval.Review)
	page := s.get(files)
	if strings.Contains(page.body, `name="drop"`) {
		t.Error("what was handed in may be taken away")
	}
	if a := s.send(page, at+"/fj", "drop", own[0][1]); a.StatusCode != 422 && a.StatusCode != 403 || !strings.Contains(a.body, "不能去掉") {
		t.Errorf("what was handed in was taken away: %d\n%s", a.StatusCode, plainText(a.body))
	}
	bureau, review := x.as("区司法局 经办"), at+"/y/"+number(x.load(idOf(at)).Pending()[1])+"?v="+url.QueryEscape(string(casework.Agree))
	says(t, bureau.get(review), "各方意见", "纸质签批：镇长")
	x.answered("区委编办 经办", at, casework.Agree, "text", "符合准入条件")
	x.answered("区司法局 经办", at, casework.Agree, "text", "合法")
	x.stands(at, approval.Meeting)
	// put off: a way taken unasked
	sec := x.as("领导小组办公室 经办")
	page = sec.get(at + "/y/0?v=" + url.QueryEscape(string(approval.Defer)))
	sec.must(page, at+"/y/0", "text", "议题较多")
	x.stands(at, approval.Meeting)
	x.answered("领导小组办公室 经办", at, casework.Agree, "text", "同意", "number", "纪要〔2026〕3号", "on", "2026-08-03")
	x.stands(at, approval.Approve)
	// the form can be printed to be signed on paper, by who applied and who decides
	if a := s.get(at + "?tab=cl"); !strings.Contains(plainText(a.body), "准入审批表（待签）") {
		t.Errorf("no form to sign\n%s", plainText(a.body))
	}
	if a := s.get(at + "/dq/docx"); a.StatusCode != 200 || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("the form to sign: %d", a.StatusCode)
	}
	if a := town.get(at + "/dq/docx"); a.StatusCode != 404 {
		t.Errorf("a township takes the form to sign: %d", a.StatusCode)
	}
	// the leading group shows first who is there; what it wrote waits
	lead := x.as("清单工作领导小组 负责人")
	task := x.load(idOf(at)).Asked(x.posts["清单工作领导小组 负责人"])[0]
	to = at + "/y/" + number(task.No)
	x.fresh["清单工作领导小组 负责人"] = true
	form = lead.get(to + "?v=" + url.QueryEscape(string(casework.Agree)))
	if !strings.Contains(plainText(form.body), "符合准入条件") {
		t.Errorf("the reviews are not on the page\n%s", plainText(form.body))
	}
	x.fresh["清单工作领导小组 负责人"] = false
	if a := lead.send(form, to, "text", "同意准入", "basis", "专题会议纪要〔2026〕8号", "on", "2026-08-03"); !strings.HasPrefix(a.to(), "/wo/qr?to=") {
		t.Fatalf("no step-up: %d %s", a.StatusCode, a.to())
	}
	x.stands(at, approval.Approve)
	if a := lead.get(to); !strings.HasPrefix(a.to(), "/wo/qr?to=") {
		t.Errorf("no step-up on the way in: %d", a.StatusCode)
	}
	if a := lead.get("/wo/qr?to=" + url.QueryEscape(to)); a.StatusCode != 200 || lead.filled(a, "/wo/qr").Get("to") != to {
		t.Errorf("the step-up page: %d\n%s", a.StatusCode, plainText(a.body))
	}
	x.fresh["清单工作领导小组 负责人"] = true
	form = lead.get(to + "?v=" + url.QueryEscape(string(casework.Agree)))
	if lead.filled(form, to).Get("text") != "同意准入" {
		t.Errorf("what was written is gone\n%s", plainText(form.body))
	}
	lead.must(form, to)
	x.stands(at, approval.Filing)
	for _, n := range []string{"佳郊编〔2026〕1号", "佳郊编〔2026〕2号"} {
		x.answered("区委办公室 经办", at, casework.Done, "number", n, "on", "2026-08-03")
	}
	x.stands(at, admission.Live)
	if a := s.get(at + "/dq/docx"); a.StatusCode != 404 {
		t.Errorf("an approved form is printed to be signed: %d", a.StatusCode)
	}
	// what is still to be delivered and taught stands beside it; a township reads its own line
	says(t, s.get(at), "还在做的不用现在办", "送达和培训指导", "城关镇未签收，不能交办，还没有培训指导", "南寨镇未签收", "在准入事项登记中交办")
	x.answered("城关镇 经办", at, casework.Done)
	hides(t, town.get(at), "城关镇已签收，还没有培训指导")
	says(t, x.as("城关镇 经办").get(at), "城关镇已签收，还没有培训指导")
	says(t, s.get(at+"/y/0?v="+url.QueryEscape(string(admission.Trained))), "准入准出办法 第八条")
	papers := regexp.MustCompile(at+`/ws/[^"]+/docx`).FindAllString(s.get(at+"?tab=cl").body, -1)
	if len(papers) != 2 { // the letter and Form F1
		t.Fatalf("papers: %v", papers)
	}
	if a := s.get(papers[1]); a.StatusCode != 200 || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("Form F1 as Word: %d", a.StatusCode)
	}
	if a := x.as("河湾镇 经办").get(papers[1]); a.StatusCode != 404 {
		t.Errorf("a township that is not concerned reads it: %d", a.StatusCode)
	}
	// an exit begins from the admission, filled in
	exit := s.get("/sq/new/exit?admission=" + idOf(at))
	out := s.must(exit, "/sq/new/exit")
	v := s.filled(s.get(out.Request.URL.Path+"/b/exit"), out.Request.URL.Path+"/b/exit")
	if v.Get("admission") != idOf(at) || v.Get("matter") != "秸秆禁烧巡查协助" {
		t.Errorf("the exit asks again: %v", v)
	}
	if a := x.as("区水务局 经办"); a.send(a.get("/sq/new/exit?admission="+idOf(at)), "/sq/new/exit").StatusCode != 404 {
		t.Error("somebody else's admission is ended")
	}
}

func TestWhatCannotBeUndoneIsAskedOnAPageOfItsOwn(t *testing.T) {
	x := newDistrict(t, store(t))
	at := x.handedIn("城关镇")
	s := x.as("区农业农村局 经办")
	way := at + "/y/0?v=" + url.QueryEscape(string(casework.Withdraw))
	if !strings.Contains(s.get(at).body, way) {
		t.Fatal("withdrawing is not offered")
	}
	page := s.get(way)
	if !strings.Contains(page.body, `class="interrupt"`) || !strings.Contains(page.body, "本件到此办结") {
		t.Errorf("no interruption\n%s", plainText(page.body))
	}
	if a := s.send(page, at+"/y/0", "text", ""); a.StatusCode != 422 || !strings.Contains(a.body, "写明撤回的理由") {
		t.Errorf("without a reason: %d", a.StatusCode)
	}
	s.must(page, at+"/y/0", "text", "工作安排有变化")
	x.stands(at, casework.Closed)
	s.must(s.get(at+"/z/archive"), at+"/z/archive", "text", "")
	if a := s.get(at + "/z/archive"); a.StatusCode != 403 || !strings.Contains(a.body, "已归档的不用再归") {
		t.Errorf("archived twice: %d", a.StatusCode)
	}
}

func TestPuttingRightStopsTheClockUntilItIsHandedBack(t *testing.T) {
	x := newDistrict(t, store(t))
	at := x.handedIn("城关镇")
	x.answered("城关镇 经办", at, casework.Agree)
	s, office := x.as("区农业农村局 经办"), x.as("区委编办 经办")
	s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "批复.txt", "每镇 2 万元")
	s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
	office.must(office.get(at+"/z/correct"), at+"/z/correct", "within", "5", "text", "写明经费来源")
	page := plainText(office.get(at).body)
	if !strings.Contains(page, "计时暂停：") {
		t.Errorf("the clock runs\n%s", page)
	}
	if a := office.get(at + "/b/safeguard"); a.StatusCode != 404 {
		t.Errorf("the office revises the application: %d", a.StatusCode)
	}
	page = plainText(s.get(at).body)
	if !strings.Contains(page, "等你办：补正") || !strings.Contains(page, "写明经费来源") {
		t.Fatalf("the department is not asked\n%s", page)
	}
	s.must(s.get(at+"/b/safeguard"), at+"/b/safeguard", "safeguards", "每乡镇补助 2 万元，由区财政承担", "next", at+"/hd")
	s.must(s.get(at+"/hd"), at+"/hd", "v", string(casework.Done))
	page = plainText(office.get(at).body)
	if strings.Contains(page, "计时暂停：") || !strings.Contains(page, "由区财政承担") {
		t.Errorf("not handed back\n%s", page)
	}
}

func TestConfirmingWhoOneIsLeadsBackUnderANewSession(t *testing.T) {
	x := openly(t, store(t))
	s := x.enter("fzrc")
	page := s.get("/wo/qr?to=" + url.QueryEscape("/sq/1/y/2?v=a"))
	a := s.send(page, "/wo/qr", "password", "not-this-one")
	if a.StatusCode == http.StatusSeeOther || s.filled(a, "/wo/qr").Get("to") != "/sq/1/y/2?v=a" {
		t.Fatalf("a wrong password: %d\n%s", a.StatusCode, plainText(a.body))
	}
	if a = s.send(a, "/wo/qr", "password", password); a.to() != "/sq/1/y/2?v=a" {
		t.Fatalf("%d %s\n%s", a.StatusCode, a.to(), plainText(a.body))
	}
	if a := s.get("/wo/qr?to=" + url.QueryEscape("https://elsewhere.example/")); a.StatusCode != 200 || s.filled(a, "/wo/qr").Get("to") != "/gzt" {
		t.Errorf("leads elsewhere, or the session is gone: %d", a.StatusCode)
	}
}

// What the handler of a unit has written is the unit's own until its leader signs:
// the applicant and the printed record know that it waits, not what it says.
func TestAnUnsignedOpinionIsTheUnitsOwn(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.write(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE units SET signs = TRUE WHERE id = $1`, x.units["区司法局"])
			return err
		})
		at := x.handedIn("城关镇")
		x.answered("城关镇 经办", at, casework.Agree)
		s := x.as("区农业农村局 经办")
		s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "批复.txt", "每镇 2 万元")
		s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
		x.answered("区司法局 经办", at, casework.Return, "text", "条款对不上")
		for _, page := range []string{"", "?tab=yj", "?tab=jl", "/jl"} {
			for _, who := range []string{"区农业农村局 经办", "区委编办 经办"} {
				if a := x.as(who).get(at + page); strings.Contains(a.body, "条款对不上") || strings.Contains(plainText(a.body), "区司法局 经办：退回") {
					t.Errorf("%s reads on %q what nobody has signed\n%s", who, page, plainText(a.body))
				}
			}
		}
		says(t, s.get(at+"?tab=jl"), "意见送签")
		says(t, s.get(at), "：已送签，等签发")
		says(t, x.as("区司法局 经办").get(at+"?tab=jl"), "条款对不上")
		says(t, x.as("区司法局 负责人").get(at), "签发“退回补充”", "条款对不上")
		if a := s.get(at); strings.Contains(a.body, "退回补充") {
			t.Errorf("the applicant reads the verdict\n%s", plainText(a.body))
		}
		x.answered("区司法局 负责人", at, casework.Agree)
		says(t, s.get(at+"?tab=jl"), "条款对不上")
		says(t, s.get(at+"?tab=yj"), "条款对不上")
		// both are heard: back it goes, and the applicant is told where it stands what to mend
		x.answered("区委编办 经办", at, casework.Agree, "text", "符合条件")
		says(t, s.get(at), "退回来了", "区司法局 退回补充", "条款对不上")
		says(t, s.get(at+"/hd"), "退回的意见", "条款对不上")
		s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
		x.stands(at, approval.Review)
	})
}

// A draft that its leader is to sign is called so, and the receipt names who signs.
func TestADraftWaitsForItsLeader(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.write(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE units SET signs = TRUE WHERE id = $1`, x.units["区农业农村局"])
			return err
		})
		s := x.as("区农业农村局 经办")
		at := x.draft(s, "城关镇")
		says(t, s.get("/gzt"), "准入 草稿")
		says(t, s.must(s.get(at+"/hd"), at+"/hd", "v", "提交"), "“提交准入申请”已送区农业农村局 负责人签发，签发后生效", "待负责人签发")
		for _, page := range []string{"/gzt", "/gzt/drafts"} {
			says(t, s.get(page), "待负责人签发")
		}
		x.answered("区农业农村局 负责人", at, casework.Agree)
		x.stands(at, admission.Choose)
	})
}
