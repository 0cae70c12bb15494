package document

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yidan/internal/testkit"
)

// fonts are those that scripts/fonts fetches; without them nothing here can be told.
func fonts(t testing.TB) *Fonts {
	t.Helper()
	f, err := found()
	if err != nil {
		t.Fatalf("%v\nrun scripts/fonts first", err)
	}
	return f
}

var found = sync.OnceValues(func() (*Fonts, error) { return FindFonts(filepath.Join("..", "..", ".cache", "fonts")) })

var printing = Print{Title: "准入审批表", No: 3, Of: 8, Holder: "南寨镇", Code: "ABCDEFGH", URL: "http://qd.example/jy", Digest: strings.Repeat("ab12", 16), At: time.Date(2026, 8, 3, 2, 0, 0, 0, time.UTC)}

func opinion(unit, text string) Opinion {
	return Opinion{Text: text, Signer: unit + " 负责人", Unit: unit, Date: "2026-08-03", Sealed: true}
}

// plainWords are n characters of the sort that officials write.
func plainWords(n int) string {
	s := []rune(strings.Repeat("经审核，该事项符合《职责任务清单准入准出办法》第五条、第六条规定，确需乡镇（街道）协助办理；保障措施明确，同意准入。", n/50+1))
	return string(s[:n])
}

func request() F1 {
	return F1{
		Applicant: "区农业农村局", AppliedOn: "2026-07-01", Matter: "秸秆禁烧期间村屯巡查、火点劝阻和信息报告协助", Contact: "综合科", Phone: "0454-8000000", Phased: true, From: "2026-09-01", To: "2026-12-31",
		Bodies: "主体责任：区农业农村局制定方案、组织执法\n配合责任：乡镇日间巡查",
		Duties: "组织网格员巡查，发现火点劝阻并报告\n办事流程：发现—劝阻—报告\n完成时限：发现后 30 分钟内报告\n保障措施：每乡镇补助 2 万元",
		Office: opinion("区委编办", "同意。"), Justice: opinion("区司法局", "依据《大气污染防治法》第七十七条，合法。"), Lead: opinion("领导小组", "同意准入。"),
	}
}

func withdrawal() F2 {
	f := request()
	return F2{Applicant: f.Applicant, AppliedOn: f.AppliedOn, Matter: f.Matter, Reason: "禁烧期结束，不再需要乡镇协助。", Contact: f.Contact, Phone: f.Phone, Office: f.Office, Justice: f.Justice, Lead: f.Lead}
}

func pages(t testing.TB, g grid) int {
	t.Helper()
	c, err := newCanvas(fonts(t), false)
	if err != nil {
		t.Fatal(err)
	}
	g.set(c, printing)
	return len(c.pages)
}

// T46g: both forms on one A4 with opinions of 800 characters.
//
// Proves: F-1
func TestOpinionsOf800CharactersStayOnOnePage(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := rapid.IntRange(0, 800).Draw(r, "office")
		b := rapid.IntRange(0, 800-a).Draw(r, "justice")
		f := request()
		f.Matter, f.Bodies, f.Duties = plainWords(40), "主体责任："+plainWords(55)+"\n配合责任："+plainWords(55), plainWords(200)
		f.Office.Text, f.Justice.Text, f.Lead.Text = plainWords(a), plainWords(b), plainWords(800-a-b)
		if n := pages(t, f.grid()); n != 1 {
			r.Fatalf("F1 with %d+%d+%d characters: %d pages", a, b, 800-a-b, n)
		}
		x := F2{Applicant: f.Applicant, AppliedOn: f.AppliedOn, Matter: f.Matter, Reason: plainWords(200), Contact: f.Contact, Phone: f.Phone, Office: f.Office, Justice: f.Justice, Lead: f.Lead}
		if n := pages(t, x.grid()); n != 1 {
			r.Fatalf("F2 with %d+%d+%d characters: %d pages", a, b, 800-a-b, n)
		}
	})
}

// Proves: F-1, F-2
func TestTheFormsSayWhatTheOriginalsSayInTheirOrder(t *testing.T) {
	for name, want := range map[string]struct {
		body  Body
		order []string
	}{
		"F1": {request(), []string{"郊区乡镇（街道）职责任务清单准入审批表", "申请单位：区农业农村局（盖章）", "申请时间：2026年7月1日", "申请具体事项", request().Matter, "联系人", "综合科", "联系电话", "0454-8000000",
			"工作时限", "阶段性□√", "从2026年9月1日到2026年12月31日", "职责主体及内容", request().Bodies, "职责任务", request().Duties,
			"区委编办审核意见", "同意。", "签名：区委编办负责人", "区委编办（盖章）", "2026年8月3日", "区司法局审核意见", request().Justice.Text, "2026年8月3日", "领导小组审批意见", "同意准入。", "2026年8月3日",
			remark, "第3份（共8份）·南寨镇留存", "核验码ABCD-EFGH", "http://qd.example/jy", "摘要SM3ab12ab12ab12ab12", "打印时间2026年8月3日10:00", "第1页共1页"}},
		"F2": {withdrawal(), []string{"郊区乡镇（街道）职责任务清单准出审批表", "申请单位：区农业农村局（盖章）", "申请时间：2026年7月1日", "申请退出事项", request().Matter, "申请退出理由", "禁烧期结束，不再需要乡镇协助。", "联系人", "联系电话",
			"区委编办审核意见", "区司法局审核意见", "领导小组审批意见", remark}},
		"an empty F1": {F1{}, []string{"申请单位：（盖章）", "申请时间：年月日", "工作时限", "阶段性□", "从年月日到年月日", "区委编办审核意见", "年月日"}},
	} {
		pdf, err := want.body.PDF(fonts(t), printing)
		if err != nil {
			t.Fatal(err)
		}
		rest := testkit.PDFText(t, pdf)
		for _, s := range want.order {
			i := strings.Index(rest, testkit.Solid(s))
			if i < 0 {
				t.Fatalf("%s: %q is not there, or not in its place; left: %s", name, s, rest)
			}
			rest = rest[i+len(testkit.Solid(s)):]
		}
	}
	f := request()
	f.Phased = false
	pdf, err := f.PDF(fonts(t), printing)
	if err != nil {
		t.Fatal(err)
	}
	if s := testkit.PDFText(t, pdf); !strings.Contains(s, "阶段性□长期") || strings.Contains(s, "√") {
		t.Error(s)
	}
}

// Three opinions of 270 characters are as many as the page has to hold with all cells in use.
//
// Proves: F-1
func TestThreeLongOpinionsShareOnePage(t *testing.T) {
	f := request()
	f.Office.Text, f.Justice.Text, f.Lead.Text = plainWords(270), plainWords(270), plainWords(270)
	if n := pages(t, f.grid()); n != 1 {
		t.Errorf("%d pages", n)
	}
}

// A form to be signed on paper cannot be taken for the approved one.
//
// Proves: F-1
func TestAFormToBeSignedSaysSo(t *testing.T) {
	f := request()
	f.Lead = Opinion{}
	p := Print{Title: "待签", Unsigned: true, At: printing.At}
	pdf, err := f.PDF(fonts(t), p)
	if err != nil {
		t.Fatal(err)
	}
	s := testkit.PDFText(t, pdf)
	for _, want := range []string{"待签", notApproved, "第1页共1页"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %s: %s", want, s)
		}
	}
	if strings.Contains(s, "核验码") || strings.Contains(s, "留存 ") {
		t.Errorf("it bears what only an issued paper has: %s", s)
	}
	word, err := f.Word(p)
	if err != nil {
		t.Fatal(err)
	}
	if s := text(t, word); !strings.Contains(s, "【待签】") {
		t.Errorf("Word does not say so: %s", s)
	}
}

// A long name and a long address stand on lines of their own at the foot.
//
// Proves: F-3
func TestAFootNeverRunsIntoItself(t *testing.T) {
	p := printing
	p.Holder, p.URL = "区乡镇（街道）职责任务清单工作领导小组办公室", "https://qingdan.jiaoqu.example.gov.cn/yz/ABCDEFGH"
	fs, err := fonts(t).faces()
	if err != nil {
		t.Fatal(err)
	}
	lefts, right := p.lefts(fs, 400)
	if right != "" || len(lefts) != 3 || !strings.HasPrefix(lefts[1], "核验码 ABCD-EFGH") {
		t.Errorf("%q %q", lefts, right)
	}
	if lefts, right = printing.lefts(fs, 500); right == "" || len(lefts) != 2 {
		t.Errorf("%q %q", lefts, right)
	}
}

// A title of two lines has two lines of about one length.
func TestTitlesAreBalanced(t *testing.T) {
	c, err := newCanvas(fonts(t), false)
	if err != nil {
		t.Fatal(err)
	}
	ls := c.balanced(bold, size2, 440, "关于征求“秸秆禁烧日间巡查协助（新一禁烧期）”意见的函")
	if len(ls) != 2 || len([]rune(ls[0]))-len([]rune(ls[1])) > 3 {
		t.Errorf("%q", ls)
	}
}

// Proves: F-1
func TestWhatIsTooLongGoesOnOnAContinuationSheetWhole(t *testing.T) {
	f := request()
	f.Office.Text, f.Duties, f.Matter = "开头"+plainWords(2400)+"结尾", "任务开头"+plainWords(900)+"任务结尾", plainWords(300)
	if n := pages(t, f.grid()); n < 2 {
		t.Fatalf("%d pages", n)
	}
	pdf, err := f.PDF(fonts(t), printing)
	if err != nil {
		t.Fatal(err)
	}
	s := testkit.PDFText(t, pdf)
	for _, want := range []string{overleaf, "准入审批表（续页）", "区委编办审核意见（续）", "结尾", "任务结尾", "领导小组审批意见同意准入。", remark} {
		if !strings.Contains(s, want) {
			t.Errorf("no %s", want)
		}
	}
	// Put together again, nothing is lost between the sheets.
	for _, long := range []string{f.Office.Text, f.Duties, f.Matter} {
		left := []rune(testkit.Solid(long))
		for _, page := range strings.SplitAfter(s, "留存一份。") {
			for i := len(left); i > 0; i-- {
				if strings.Contains(page, string(left[:i])) {
					left = left[i:]
					break
				}
			}
		}
		if len(left) > 0 && !strings.Contains(s, string(left)) {
			t.Errorf("lost: %s", string(left))
		}
	}
}

func TestNothingThatIsReadIsSmallerThanSmallFour(t *testing.T) {
	f := request()
	f.Office.Text = plainWords(3000)
	c, err := newCanvas(fonts(t), false)
	if err != nil {
		t.Fatal(err)
	}
	f.grid().set(c, printing)
	for i, marks := range c.pages {
		for _, m := range marks {
			if m.text != "" && m.size < size4s && m.y < c.height-footRoom {
				t.Errorf("page %d: %q in %v points", i+1, m.text, m.size)
			}
			if m.x < 0 || m.y < 0 || m.y > c.height-10 || m.text != "" && m.x+c.faces.wide(m.part, m.text, m.size) > c.width-20 {
				t.Errorf("page %d: %q runs off the paper at %v, %v", i+1, m.text, m.x, m.y)
			}
		}
	}
}

func TestEqualInputGivesEqualBytesWhoeverPrintsAtTheSameTime(t *testing.T) {
	fs, r := fonts(t), Record{Title: "秸秆禁烧", Steps: []Step{{At: printing.At, Who: "区委编办 经办", Stage: "审核", What: "同意", Words: "同意。"}}}
	bodies := []Body{request(), withdrawal(), r, Letter{Number: "函〔2026〕003", Title: "函", To: "城关镇", Paragraphs: []string{"一", "二"}, From: "区农业农村局", Date: "2026-08-03"}}
	var wg sync.WaitGroup
	for _, b := range bodies {
		want, err := b.PDF(fs, printing)
		if err != nil {
			t.Fatal(err)
		}
		word, err := b.Word(printing)
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			wg.Go(func() {
				got, err := b.PDF(fs, printing)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: the PDF differs, %v", b.form(), err)
				}
				if again, err := b.Word(printing); err != nil || !bytes.Equal(again, word) {
					t.Errorf("%s: the Word file differs, %v", b.form(), err)
				}
			})
		}
	}
	wg.Wait()
}

// However long a letter is, the page that is signed says something.
func TestNobodySignsAPageThatSaysNothing(t *testing.T) {
	for n := 20; n < 1500; n += 10 {
		for _, more := range [][]string{nil, {"责令限期整改通知书", "流转记录"}} {
			l := Letter{Number: "移送〔2026〕003", Title: "关于移送问题线索的函", To: "区纪委监委", Paragraphs: []string{plainWords(n), strings.Repeat("文", 30+n%80)}, Enclosures: more, From: "区委编办", Date: "2026-08-03"}
			w, err := l.flow(fonts(t))
			if err != nil {
				t.Fatal(err)
			}
			last := ""
			for _, m := range w.pages[len(w.pages)-1] {
				last += m.text
			}
			if !strings.Contains(last, "文") {
				t.Fatalf("%d characters: the last page says %q", n, last)
			}
		}
	}
}

func TestLettersAndRecordsComeOutWhole(t *testing.T) {
	l := Letter{
		Number: "告知〔2026〕003", Title: "不予准入告知书", To: "区农业农村局",
		Paragraphs: []string{plainWords(600), "区司法局的理由：没有法律法规依据。", "建议：符合政府购买服务政策规定的，向社会组织购买公共服务（《准入准出办法》第十条）。"},
		Enclosures: []string{"审核意见", "清单摘录"}, From: "区委编办", Date: "2026-08-03",
		Table: &Sheet{Heads: []string{"事项", "理由"}, Rows: [][]string{{"巡查", "无依据"}, {"统计"}}},
	}
	pdf, err := l.PDF(fonts(t), printing)
	if err != nil {
		t.Fatal(err)
	}
	s := testkit.PDFText(t, pdf)
	for _, want := range []string{"告知〔2026〕003不予准入告知书区农业农村局：", l.Paragraphs[1] + l.Paragraphs[2], "事项理由巡查无依据统计", "附件：1.审核意见2.清单摘录", "区委编办2026年8月3日"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in %s", want, s)
		}
	}
	r := Record{Title: "秸秆禁烧", Number: "准入〔2026〕017", Owning: "申请单位", Owner: "区农业农村局", Standing: "待领导小组审批"}
	for range 40 {
		r.Steps = append(r.Steps, Step{At: printing.At, Who: "区委编办 经办", Stage: "编办审核", What: "同意", Words: plainWords(90) + "。完"})
	}
	r.Steps = append(r.Steps, Step{At: printing.At, Who: "区政府办 经办", Stage: "印发", What: "办结", Words: plainWords(3000)}) // longer than a page
	if pdf, err = r.PDF(fonts(t), printing); err != nil {
		t.Fatal(err)
	}
	s = testkit.PDFText(t, pdf)
	if n := strings.Count(s, "完"); n != 40 {
		t.Errorf("%d of 40 steps", n)
	}
	if heads, sheets := strings.Count(s, "时间办理单位和岗位环节办理情况意见"), strings.Count(s, "核验码"); heads != sheets || sheets < 5 {
		t.Errorf("%d heads on %d pages", heads, sheets)
	}
}

func TestCharactersThatNoFontHasAreSeenToBeMissing(t *testing.T) {
	f := request()
	f.Matter = "𠮷𪚥村👍\u200d🏽事项\ue000\u202e倒"
	f.Office.Text = "同意“准入”…—①\u0000\u0007\ufeff"
	f.Applicant, f.Lead.Text = "", strings.Repeat("〓𠮷", 400)
	pdf, err := f.PDF(fonts(t), Print{Title: "𠮷", At: printing.At})
	if err != nil {
		t.Fatal(err)
	}
	if s := testkit.PDFText(t, pdf); !strings.Contains(s, "〓〓村〓〓事项〓倒") || !strings.Contains(s, "同意“准入”…—①") {
		t.Error(s)
	}
}

func TestWithoutFontsThereIsNoPDFButWord(t *testing.T) {
	if _, err := findFonts([]string{t.TempDir()}); !errors.Is(err, ErrNoFonts) || !strings.Contains(err.Error(), "scripts/fonts") {
		t.Error(err)
	}
	if _, err := request().PDF(nil, printing); !errors.Is(err, ErrNoFonts) {
		t.Error(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "NotoSerifSC_400Regular.ttf"), []byte("not a font"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := findFonts([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := request().PDF(f, printing); !errors.Is(err, ErrNoFonts) {
		t.Error("a broken font:", err)
	}
	if b, err := request().Word(printing); err != nil || len(b) == 0 {
		t.Error(err)
	}
}

func TestOneFontPlaysEveryPart(t *testing.T) {
	all := fonts(t)
	f := &Fonts{paths: map[typeface]string{song: all.paths[song]}}
	pdf, err := request().PDF(f, printing)
	if err != nil {
		t.Fatal(err)
	}
	if s := testkit.PDFText(t, pdf); !strings.Contains(s, "准入审批表") || !strings.Contains(s, "同意准入。") {
		t.Error(s)
	}
}

func TestLinesBreakAsChinesePunctuationWants(t *testing.T) {
	one := func(r rune) float64 {
		if r < 0x2E80 {
			return .5
		}
		return 1
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("职责任务清单，。、；：（）《》“”ab1 \n"))).Draw(t, "text")
		width := float64(rapid.IntRange(1, 12).Draw(t, "width"))
		lines := breakLines(text, width, 0, one)
		if testkit.Solid(strings.Join(lines, "")) != testkit.Solid(text) {
			t.Fatalf("%q became %q", text, lines)
		}
		for i, l := range lines {
			w := 0.0
			for _, r := range l {
				w += one(r)
			}
			if w > width && len([]rune(l)) > 1 {
				t.Fatalf("%q is wider than %v", l, width)
			}
			_ = i
		}
	})
	for text, want := range map[string]string{
		"一二三四五，六":              "一二三四|五，六",
		"一二三四（五）":              "一二三四|（五）",
		"一二三四《五》":              "一二三四|《五》",
		"一二三四五）。六":             "一二三四|五）。六",
		"一二三 overlapping":      "一二三|overlappin|g",
		"一二三四五overlap":         "一二三四五|overlap",
		"一二三四五\n\n六":           "一二三四五||六",
		"于 2026-08-03 10:00 办": "于|2026-08-03|10:00 办",
	} {
		if got := strings.Join(breakLines(text, 5, 0, one), "|"); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := strings.Join(breakLines("一二三四五六七", 5, 2, one), "|"); got != "一二三|四五六七" {
		t.Errorf("indented: %s", got)
	}
}
