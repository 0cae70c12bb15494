package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"yidan/internal/admission"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/sheet"
	"yidan/internal/testkit"
)

// handedInBy is an admission that a department has handed in once.
func (x *district) handedInBy(s *surfer) string {
	x.t.Helper()
	at := x.draft(s, "城关镇", "南寨镇")
	s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
	return at
}

func TestAnApplicationBeginsAsACopyOfAnEarlierOne(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("区农业农村局 经办")
		earlier := x.handedInBy(s)
		begin := s.get("/sq/new/admission?copy=" + idOf(earlier))
		says(t, begin, "从本单位以前的申请复制", "秸秆禁烧巡查协助", "日期不复制")
		says(t, s.get(earlier), "复制为新的申请")

		at := s.send(begin, "/sq/new/admission").to()
		r := x.load(idOf(at)).Form.(*admission.Request)
		if r.Matter != "秸秆禁烧巡查协助" || len(r.Townships) != 2 || len(r.Bases) != 1 || r.From+r.To != "" {
			t.Fatalf("the copy says %+v", r)
		}
		list := s.get(at)
		if n := strings.Count(list.body, "待核对"); n != 6 || !strings.Contains(list.body, "未填完") { // the days are missing
			t.Errorf("%d sections are to be checked\n%s", n, plainText(list.body))
		}
		page := s.get(at + "/b/duty")
		says(t, page, "复制的", "逐项核对", "复制的内容，待核对")
		s.must(page, at+"/b/duty", "next", at)
		says(t, s.get(at+"/b/duty"), "区农业农村局制定方案")
		hides(t, s.get(at+"/b/duty"), "待核对")
		if n := strings.Count(s.get(at).body, "待核对"); n != 5 {
			t.Errorf("%d sections are to be checked after one was saved", n)
		}
		says(t, s.get(at+"/hd"), "复制的内容要核对", "填写“开始日期”")

		// another unit's application cannot be copied, and looks as if it were not there
		other := x.as("区水务局 经办")
		form := other.filled(other.get("/sq/new/admission"), "/sq/new/admission")
		form.Set("copy", idOf(earlier))
		if a := other.post("/sq/new/admission", form); a.StatusCode != http.StatusNotFound {
			t.Errorf("copied another unit's application: %d", a.StatusCode)
		}
	})
}

var receiptLink = regexp.MustCompile(`/hz/[0-9a-f]{32}`)

// What was done stands over the page it leads to, with who does what next.
func TestWhoeverHasDoneSomethingIsToldWhatComesNext(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("区农业农村局 经办")
	at := x.draft(s, "城关镇", "南寨镇", "河湾镇")
	section := at + "/b/matter"
	page := s.must(s.get(section), section)
	says(t, page, "“事项与工作时限”已保存", "办好")
	hides(t, page, "看回执", "接下来") // nothing was handed in
	says(t, s.must(s.get(at+"/hd"), at+"/hd", "v", "提交"), "已提交准入申请，编号 准入〔2026〕001", "接下来由区委编办办理“决定走哪道门”", "看回执")
	x.now = x.now.Add(time.Minute)
	office := x.as("区委编办 经办")
	to := at + "/y/" + number(x.load(idOf(at)).Pending()[0])
	page = office.must(office.get(to+"?v="+url.QueryEscape(string(casework.Agree))), to, "text", "走准入")
	says(t, page, "“第三道门：走准入”已办好", "接下来由城关镇、南寨镇、河湾镇办理“征求乡镇意见”")
	hides(t, page, "已办好，编号")
	hides(t, x.as("城关镇 经办").get(at+"/z/"+string(casework.ActUrge)), "城关镇：征求乡镇意见") // nobody urges himself
	urge := at + "/z/" + string(casework.ActUrge)
	says(t, s.must(s.get(urge), urge, "text", "盼复"), "“催办”已办好")
	withdraw := at + "/y/0?v=" + url.QueryEscape(string(casework.Withdraw))
	says(t, s.must(s.get(withdraw), at+"/y/0", "text", "不再需要"), "“撤回申请”已办好", "本件到此办结")
}

func TestEverySubmissionHasAReceiptForWhoeverMadeIt(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("区农业农村局 经办")
	at := x.draft(s, "城关镇", "南寨镇")
	done := s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
	link := receiptLink.FindString(done.body)
	if link == "" {
		t.Fatalf("no receipt\n%s", plainText(done.body))
	}
	says(t, s.get(link), "回执", "准入〔2026〕001", "秸秆禁烧巡查协助", "提交人", "区农业农村局 经办", "接下来", "区委编办：决定走哪道门", "打印：")
	if a := x.as("区委编办 经办").get(link); a.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else's receipt: %d", a.StatusCode)
	}
}

// rowsOf are the rows of a spreadsheet that was sent.
func rowsOf(t *testing.T, a answer) []sheet.Row {
	t.Helper()
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d", a.Request.URL, a.StatusCode)
	}
	all, err := sheet.Read(bytes.NewReader([]byte(a.body)), int64(len(a.body)), "a.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return all[0].Rows
}

func TestListsAreExportedAsTheReaderSeesThem(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("区农业农村局 经办")
		at := x.draft(s, "城关镇", "南寨镇")
		s.must(s.get(at+"/b/matter"), at+"/b/matter", "matter", "=HYPERLINK(1)", "next", at)
		s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
		x.answered("区委编办 经办", at, casework.Agree, "text", "走准入")

		found := func(post, path, want string) bool {
			for _, r := range rowsOf(t, x.as(post).get(path)) {
				if strings.Contains(strings.Join(r.Cells, "|"), want) {
					return true
				}
			}
			return false
		}
		for _, c := range []struct {
			post, path, want string
			there            bool
		}{
			{"城关镇 经办", "/gzt/todo/xlsx", "准入〔2026〕001|=HYPERLINK(1)|征求乡镇意见|区农业农村局|剩 ", true},
			{"城关镇 经办", "/gzt/todo/xlsx?q=%E6%B2%A1%E6%9C%89", "准入〔2026〕001", false},
			{"河湾镇 经办", "/gzt/todo/xlsx", "准入〔2026〕001", false}, // never asked
			{"区农业农村局 经办", "/gzt/mine/xlsx", "征求乡镇意见中", true},
			{"区委编办 经办", "/gzt/done/xlsx", "决定走哪道门|第三道门：走准入", true},
			{"区委编办 经办", "/sq/xlsx", "=HYPERLINK(1)", true},
			{"城关镇 经办", "/cl/xlsx", "征求意见函", true},
			{"河湾镇 经办", "/cl/xlsx", "征求意见函", false},
		} {
			if found(c.post, c.path, c.want) != c.there {
				t.Errorf("%s finds %q in %s: %t", c.post, c.want, c.path, !c.there)
			}
		}
		if a := x.as("城关镇 经办").get("/gzt/nothing/xlsx"); a.StatusCode != http.StatusNotFound {
			t.Errorf("a box that is not there: %d", a.StatusCode)
		}
	})
}
