package web_test

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"yidan/internal/audit"
	"yidan/internal/backup"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

// second makes a second policy administrator who may act.
func (x *district) second() {
	x.t.Helper()
	x.write(func(tx *db.Tx) error {
		id, err := org.AddAdministrator(tx, org.Person{Login: "policy2", Name: "安全管理员 二", Class: org.Policy}, x.now)
		if err != nil {
			return err
		}
		as, err := org.Actors(tx, id, org.Day(x.now))
		if err == nil {
			x.posts["安全管理员 二"] = as[0]
		}
		return err
	})
}

// token is the form token of a browser, from its own account's page.
func (s *surfer) token() url.Values {
	s.t.Helper()
	page := s.get("/wo/jl").body
	token := tokenField.FindStringSubmatch(page)
	if token == nil {
		s.t.Fatalf("no token in\n%s", page)
	}
	return url.Values{"_token": token[1:], "submit_id": {db.NewID()}}
}

// The three administrators and every business post meet only their own pages:
// whatever is not theirs looks as if it were not there, posted directly too (T23).
func TestTheThreeAdministratorsExcludeOneAnother(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		own := map[string]string{"/gl": "系统管理员", "/aq": "安全管理员", "/sj": "审计管理员"}
		everybody := []string{"系统管理员", "安全管理员", "审计管理员", "区委编办 经办", "城关镇 负责人"}
		tried := 0
		for _, r := range web.Routes() {
			whose := ""
			for prefix, who := range own {
				if r.Path == prefix || strings.HasPrefix(r.Path, prefix+"/") {
					whose = who
				}
			}
			if whose == "" {
				continue
			}
			path := strings.ReplaceAll(r.Path, "{id}", x.posts["城关镇 经办"].Person)
			for _, who := range everybody {
				if who == whose {
					continue
				}
				s := x.as(who)
				a := answer{}
				if r.Method == http.MethodGet {
					a = s.get(path)
				} else {
					a = s.post(path, s.token())
				}
				tried++
				if a.StatusCode != http.StatusNotFound {
					t.Errorf("%s %s %s: %d", who, r.Method, path, a.StatusCode)
				}
			}
			if r.Method == http.MethodGet && !strings.Contains(r.Path, "{") && r.Path != "/sj/dc" {
				if a := x.as(whose).get(path); a.StatusCode != http.StatusOK {
					t.Errorf("%s %s: %d\n%s", whose, path, a.StatusCode, plainText(a.body))
				}
			}
		}
		if tried < 150 {
			t.Errorf("only %d attempts", tried)
		}
		for _, who := range everybody[:3] { // nothing of the business either
			for _, path := range []string{"/cs", "/cs/xg", "/wo/dl"} {
				if a := x.as(who).get(path); a.StatusCode != http.StatusNotFound {
					t.Errorf("%s %s: %d", who, path, a.StatusCode)
				}
			}
		}
	})
}

// For a unit whose people cannot arrange it themselves the policy administrator
// says who stands in, and ends it.
func TestThePolicyAdministratorArrangesADeputy(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		p := x.as("安全管理员")
		at := "/aq/dl?unit=" + x.units["区水务局"]
		if a := p.send(p.get(at), at, "post", x.posts["区水务局 经办"].Seat, "deputy", x.posts["区水务局 负责人"].Person, "from", "2026-08-04", "until", "2026-08-10"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "2026-08-10") {
			t.Errorf("without a reason: %d\n%s", a.StatusCode, plainText(a.body))
		}
		page := p.must(p.get(at), at, "post", x.posts["区水务局 经办"].Seat, "deputy", x.posts["区水务局 负责人"].Person, "from", "2026-08-04", "until", "2026-08-10", "reason", "外出培训")
		says(t, page, "代理已安排", "办好", "外出培训")
		says(t, p.get("/aq/dl"), "外出培训")
		end := regexp.MustCompile(`name="end" value="([^"]+)"`).FindStringSubmatch(page.body)
		if end == nil {
			t.Fatal(plainText(page.body))
		}
		if page = p.must(page, at, "end", end[1]); strings.Contains(page.body, "外出培训") {
			t.Error("it does not end")
		}
	})
}

// Whatever the code puts on record has a name in words: no page shows a key.
func TestEveryActOnRecordHasAName(t *testing.T) {
	page := openly(t, testkit.Open(t, testkit.Source(t, db.SQLite))).enter("auditor").get("/sj").body
	noted := regexp.MustCompile(`(?:note\(|Line\(|deny\(|Only\(|Action:|viewed\()[^\n]*?"([a-z]+\.[a-z.-]+)"`)
	n := 0
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile("../" + path)
		for _, m := range noted.FindAllStringSubmatch(string(source), -1) {
			if n++; !strings.Contains(page, `value="`+m[1]+`"`) {
				t.Errorf("%s: %s has no name", path, m[1])
			}
		}
		return err
	})
	if err != nil || n < 50 {
		t.Errorf("%d acts, %v", n, err)
	}
}

func TestAnAccountIsMadeByOneAdministratorAndOpenedByAnother(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := openly(t, d)
		a := x.enter("accounts")
		page := a.must(a.get("/gl/zh/new"), "/gl/zh/new", "login", "xinren", "name", "区水务局 经办 二", "class", "business", "phone", "0454-8123412")
		if !strings.Contains(page.body, "待授予岗位") || strings.Contains(page.body, "8123412") {
			t.Fatal(plainText(page.body))
		}
		at := strings.TrimPrefix(page.Request.URL.Path, "/gl/zh/")
		shown := a.send(page, "/gl/zh/"+at+"/yq")
		code := codeIn(shown.body)
		if shown.StatusCode != http.StatusOK || code == "" {
			t.Fatalf("%d\n%s", shown.StatusCode, plainText(shown.body))
		}
		if again := a.send(page, "/gl/zh/"+at+"/yq"); again.StatusCode != http.StatusSeeOther {
			t.Errorf("the code is shown twice: %d", again.StatusCode)
		}
		if full := a.send(page, "/gl/zh/"+at+"/dh"); !strings.Contains(full.body, "0454-8123412") {
			t.Error(plainText(full.body))
		}

		s := surf(t, x.place, "")
		if r := s.send(s.send(s.get("/qy"), "/qy", "code", code), "/qy", "new", password, "again", password); r.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d\n%s", r.StatusCode, plainText(r.body))
		}
		if _, r := x.signIn("xinren", password); r.StatusCode != http.StatusForbidden {
			t.Errorf("an account without a post opens: %d", r.StatusCode)
		}

		p := x.enter("policy")
		if list := p.get("/aq/sq?waiting=1"); !strings.Contains(list.body, "xinren") {
			t.Error(plainText(list.body))
		}
		p.must(p.get("/aq/sq/"+at), "/aq/sq/"+at+"/gw", "unit", x.units["区水务局"], "duty", org.Handler, "from", "2026-08-01")
		if r := x.enter("xinren").get("/"); r.to() != "/gzt" {
			t.Error(r.to())
		}

		list := a.get("/gl/zh?q=xinren")
		if !strings.Contains(list.body, "可以使用") || strings.Contains(list.body, "fzra") {
			t.Error(plainText(list.body))
		}
		if r := a.send(a.get("/gl/zh/"+at), "/gl/zh/"+at+"/ty"); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("stopped without a reason: %d", r.StatusCode)
		}
		a.must(a.get("/gl/zh/"+at), "/gl/zh/"+at+"/ty", "reason", "调离")
		if _, r := x.signIn("xinren", password); r.StatusCode != http.StatusForbidden || !strings.Contains(r.body, "账号已停用") {
			t.Errorf("%d\n%s", r.StatusCode, plainText(r.body))
		}
	})
}

func codeIn(page string) string {
	_, rest, ok := strings.Cut(page, `<code class="code">`)
	if !ok {
		return ""
	}
	code, _, _ := strings.Cut(rest, "<")
	return code
}

func TestAForgottenPasswordTakesTwoAdministrators(t *testing.T) {
	x := openly(t, store(t))
	id := x.posts["区水务局 经办"].Person
	p, a := x.enter("policy"), x.enter("accounts")
	v := p.token()
	if r := p.post("/aq/sq/"+id+"/cz", v); r.StatusCode != http.StatusForbidden {
		t.Errorf("reset without having been asked: %d", r.StatusCode)
	}
	a.must(a.get("/gl/zh/"+id), "/gl/zh/"+id+"/cz")
	if list := p.get("/aq/sq?reset=1"); !strings.Contains(list.body, "/aq/sq/"+id) {
		t.Error(plainText(list.body))
	}
	if shown := p.send(p.get("/aq/sq/"+id), "/aq/sq/"+id+"/cz"); codeIn(shown.body) == "" {
		t.Errorf("%d\n%s", shown.StatusCode, plainText(shown.body))
	}
}

func TestAUnitIsRenamedAndMergedWithItsBasis(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("系统管理员")
	at := "/gl/dw/" + x.units["区水务局"]
	if a := s.send(s.get(at), at, "name", "区水利和湖泊局"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("renamed without a basis: %d", a.StatusCode)
	}
	if page := s.must(s.get(at), at, "name", "区水利和湖泊局", "basis", "郊编发〔2026〕3号"); !strings.Contains(page.body, "曾用名") {
		t.Error(plainText(page.body))
	}
	page := s.must(s.get(at+"/cx"), at+"/cx", "until", "2026年12月31日", "into", x.units["区农业农村局"], "basis", "郊编发〔2026〕9号")
	if !strings.Contains(page.body, "承接单位") || !strings.Contains(page.body, "2026年12月31日") {
		t.Error(plainText(page.body))
	}
	if a := s.send(s.get("/gl/dw/new"), "/gl/dw/new", "name", "城关镇", "kind", "township"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a second unit of the same name: %d", a.StatusCode)
	}
}

const holidays = "年度,2027\n标题,关于2027年部分节假日安排的通知\n文号,国办发明电〔2026〕8号\n印发日期,2026-07-30\n2027-01-01至2027-01-03,休,元旦\n2027-02-05至2027-02-12,休,春节\n2027-02-14,班,春节\n2027-05-01至2027-05-05,休,劳动节\n2027-10-01至2027-10-07,休,国庆节\n"

// A holiday plan takes two people, and what is open is counted anew with it.
func TestTheCalendarTakesTwoPeople(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.second()
		one, two := x.as("安全管理员"), x.as("安全管理员 二")
		bad := one.send(one.get("/aq/rl/new"), "/aq/rl/new", "text", "年度,2027\n2027-01-01,假,元旦", "do", "preview")
		if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "第 2 行") {
			t.Errorf("%d\n%s", bad.StatusCode, plainText(bad.body))
		}
		preview := one.send(one.get("/aq/rl/new"), "/aq/rl/new", "text", holidays, "do", "preview")
		if !strings.Contains(preview.body, "2027年2月14日（周日）") {
			t.Fatal(plainText(preview.body))
		}
		page := one.must(preview, "/aq/rl/new", "do", "propose")
		at := page.Request.URL.Path
		if strings.Contains(page.body, at+"/hz") {
			t.Error("whoever proposed it is offered to approve it")
		}
		if a := one.post(at+"/hz", one.token()); a.StatusCode != http.StatusForbidden {
			t.Errorf("approved by whoever proposed it: %d", a.StatusCode)
		}
		x.read(func(tx *db.Tx) error {
			if c, err := calendar.Load(tx); err != nil || c.Known != 2026 {
				t.Errorf("in force with one person: %d %v", c.Known, err)
			}
			return nil
		})
		if a := two.send(two.get(at), at+"/bh"); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("turned down without a reason: %d", a.StatusCode)
		}
		done := two.must(two.get(at), at+"/hz")
		if !strings.Contains(done.body, "项未办结的时限因此改变") {
			t.Error(plainText(done.body))
		}
		year := x.as("城关镇 经办").get("/rl?year=2027&from=2027-02-04&n=1")
		if !strings.Contains(year.body, "2027年2月13日（周六）") && !strings.Contains(year.body, "2027年2月14日（周日）") {
			t.Error(plainText(year.body))
		}
		if !strings.Contains(year.body, "国办发明电〔2026〕8号") {
			t.Error("the page does not say what the year rests on")
		}
	})
}

func TestTheListOfficeSetsParametersAndOthersReadThem(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		if page := x.as("城关镇 经办").get("/cs"); !strings.Contains(page.body, "15 个工作日") || strings.Contains(page.body, "/cs/xg") {
			t.Error(plainText(page.body))
		}
		if a := x.as("城关镇 经办").get("/cs/xg"); a.StatusCode != http.StatusNotFound {
			t.Errorf("%d", a.StatusCode)
		}
		s := x.as("区委编办 经办")
		if a := s.send(s.get("/cs/xg"), "/cs/xg", "review.office", "许多天", "reason", "试"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "许多天") {
			t.Errorf("%d\n%s", a.StatusCode, plainText(a.body))
		}
		page := s.must(s.get("/cs/xg"), "/cs/xg", "review.office", "12", "from", "2026-09-01", "reason", "区委编委会议确定")
		if !strings.Contains(page.body, "2026年9月1日（周二） 起 12 个工作日") {
			t.Error(plainText(page.body))
		}
		if one := s.get("/cs/review.office"); !strings.Contains(one.body, "区委编委会议确定") {
			t.Error(plainText(one.body))
		}
		if a := s.get("/cs/no.such"); a.StatusCode != http.StatusNotFound {
			t.Errorf("%d", a.StatusCode)
		}
	})
}

func TestAnOfficePassesToAnotherUnit(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("安全管理员")
	page := s.must(s.get("/aq/zz"), "/aq/zz", "role", string(org.Justice), "unit", x.units["区政府办公室"], "from", "2026-09-01")
	if !strings.Contains(page.body, "2026年9月1日（周二） 起由区政府办公室承担") {
		t.Error(plainText(page.body))
	}
	if a := s.send(s.get("/aq/zz"), "/aq/zz"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%d", a.StatusCode)
	}
}

func TestLoginRulesAreOnlyTightened(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("安全管理员")
	if a := s.send(s.get("/aq/gz"), "/aq/gz", "idle", "90"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "应在 5 到 30 之间") {
		t.Errorf("%d\n%s", a.StatusCode, plainText(a.body))
	}
	if page := s.must(s.get("/aq/gz"), "/aq/gz", "idle", "15", "words", "郊区\n佳木斯"); !strings.Contains(page.body, `value="15"`) || !strings.Contains(page.body, "佳木斯") {
		t.Error(plainText(page.body))
	}
}

func TestTheAuditorVerifiesClosesAndExportsTheRecord(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("审计管理员")
		list := s.get("/sj?action=post.grant&unit=" + url.QueryEscape(x.units["城关镇"]))
		if list.StatusCode != http.StatusOK {
			t.Fatal(list.StatusCode)
		}
		if list = s.get("/sj?action=post.grant"); !strings.Contains(list.body, "授予岗位") || strings.Contains(list.body, "新增单位</td>") {
			t.Error(plainText(list.body))
		}
		if page := s.send(s.get("/sj/yz"), "/sj/yz"); !strings.Contains(page.body, "校验通过") {
			t.Error(plainText(page.body))
		}
		if page := s.send(s.get("/sj/yz"), "/sj/yz", "seq", "3", "hash", strings.Repeat("0", 64)); !strings.Contains(page.body, "校验没有通过") {
			t.Error(plainText(page.body))
		}
		var head audit.Head
		x.read(func(tx *db.Tx) (err error) { head, err = audit.Last(tx); return err })
		if sheet := s.get("/sj/rj?day=2026-08-03"); !strings.Contains(sheet.body, head.Hash) || !strings.Contains(sheet.body, "这一天还没有结束") {
			t.Error(plainText(sheet.body))
		}
		file := s.get("/sj/dc")
		if !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
			t.Error(file.Header)
		}
		last, err := audit.VerifyExport(strings.NewReader(file.body), nil)
		if err != nil || last.Seq != head.Seq+1 {
			t.Errorf("%d lines, want %d: %v", last.Seq, head.Seq+1, err)
		}
		if page := s.get("/sj/gl"); !strings.Contains(page.body, "系统管理员") || !strings.Contains(page.body, "导出审计记录") {
			t.Error(plainText(page.body))
		}
	})
}

// The policy administrator reads what accounts administrators and business users
// did and nothing of the auditors'; everybody reads their own.
func TestWhoReadsWhoseRecord(t *testing.T) {
	x := newDistrict(t, store(t))
	x.as("审计管理员").get("/sj/dc")
	policy := x.as("安全管理员").get("/aq/sj")
	if !strings.Contains(policy.body, "新增单位") || strings.Contains(policy.body, "导出审计记录</td>") || strings.Contains(policy.body, "审计管理员（") {
		t.Error(plainText(policy.body))
	}
	if page := x.as("安全管理员").get("/aq/sj?action=audit.export"); !strings.Contains(page.body, "没有符合条件的记录") {
		t.Error(plainText(page.body))
	}
	if page := x.as("安全管理员").get("/aq/sj?person=auditor"); !strings.Contains(page.body, "没有符合条件的记录") {
		t.Error(plainText(page.body))
	}
	if page := x.as("系统管理员").get("/wo/jl?action=post.grant"); !strings.Contains(page.body, "没有符合条件的记录") {
		t.Error(plainText(page.body))
	}
}

func TestTheAccountsAdministratorSeesEveryBackup(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("系统管理员")
		says(t, s.get("/gl/yx"), "还没有做过备份")
		says(t, s.get("/gl"), "没有 最近一次备份")
		x.write(func(tx *db.Tx) error {
			return backup.Note(tx, backup.Made{At: x.now.Add(-time.Hour), By: "yidan backup yw@fuwuqi", File: "/backups/1.yidan", Bytes: 5 << 20, SHA256: strings.Repeat("ab", 32), Verified: true})
		})
		says(t, s.get("/gl/yx"), "yidan backup yw@fuwuqi", "/backups/1.yidan", "5.0 MB", strings.Repeat("ab", 32), "能完整恢复")
		hides(t, s.get("/gl"), "没有 最近一次备份")
		says(t, x.as("审计管理员").get("/sj?action=backup.make"), "备份", "/backups/1.yidan")
	})
}
