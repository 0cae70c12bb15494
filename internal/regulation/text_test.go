package regulation

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// root is the module's, seen from this package.
const root = "../.."

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestTheTextsAreWhole(t *testing.T) {
	want := map[string]int{Management: 12, Admission: 13, Accounting: 13, Evaluation: 4, Conference: 4, AdmissionForm: 1, ExitForm: 1}
	for _, r := range Regulations() {
		if len(r.Articles) != want[r.Key] {
			t.Errorf("%s has %d articles, want %d", r.Key, len(r.Articles), want[r.Key])
		}
		delete(want, r.Key)
		if r.Form {
			if !strings.Contains(r.Articles[0].Text(), "备注：相关依据材料另附") {
				t.Errorf("%s lost its remark", r.Key)
			}
			continue
		}
		// What was read, put together again, is the text word for word.
		got, chapter := r.Title+strings.Join(r.Preamble, ""), ""
		for _, a := range r.Articles {
			if a.Chapter != chapter {
				chapter = a.Chapter
				got += chapter
			}
			got += a.Label + a.Text()
		}
		if bare(got) != bare(r.Body) {
			t.Errorf("%s: read as\n%s\nbut is\n%s", r.Key, bare(got), bare(r.Body))
		}
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

func TestARuleLeadsToItsArticle(t *testing.T) {
	for rule, want := range map[string]string{
		"DM-8.1":  "动态管理办法 第八条|出现第五条、第六条、第七条所列情形的",
		"DM-5.2":  "动态管理办法 第五条第（二）项|具有下列情形之一的，应当予以增加清单事项：",
		"DM-12":   "动态管理办法 第十二条|本办法自印发之日起施行。",
		"AE-4.2":  "准入准出办法 第四条|未列入《郊区乡镇（街道）职责任务清单》的事项",
		"AE-11.1": "准入准出办法 第十一条|乡镇（街道）职责任务清单准出",
		"SA-6.8":  "依单监管问责办法 第六条第5项|在履行“清单”工作职责任务中",
		"EV-4.3":  "考核评价权实施办法 四、结果运用第2点|1、乡镇（街道）将对区直部门的年度考核评价结果提交区考核办",
		"JC-1.5":  "联席会议制度 一、主要职责|负责学习传达",
		"JC-3.2":  "联席会议制度 三、议事制度第2点|1.联席会议由召集人",
		"F-3":     "准入审批表|郊区乡镇（街道）职责任务清单准入审批表",
		"F2":      "准出审批表|郊区乡镇（街道）职责任务清单准出审批表",
	} {
		cite, begin, _ := strings.Cut(want, "|")
		a, ok := Find(rule)
		if !ok || !strings.HasPrefix(a.Text(), begin) {
			t.Errorf("%s leads to %q", rule, a.Text())
		}
		if got := Cite(rule); got != cite {
			t.Errorf("%s is cited as %q, want %q", rule, got, cite)
		}
	}
	for _, rule := range []string{"", "DM-0.1", "DM-13.1", "JC-5.1", "XX-1.1", "AE", "AE-5.x", "F-4", "DM-8.1; DROP"} {
		if a, ok := Find(rule); ok || Cite(rule) != "" {
			t.Errorf("%q leads to %s", rule, a.Cite())
		}
	}
}

func TestFiguresAreRead(t *testing.T) {
	for s, want := range map[string]int{"一": 1, "九": 9, "十": 10, "十三": 13, "二十": 20, "三十九": 39, "": 0, "百": 0, "十百": 0} {
		if got := number(s); got != want {
			t.Errorf("%q read as %d, want %d", s, got, want)
		}
	}
}

func TestABrokenTextIsNotServed(t *testing.T) {
	for name, text := range map[string]string{
		"no head":            "第一条  甲",
		"unknown head":       "key: DM\nauthor: x\n\n第一条  甲",
		"no articles":        "key: DM\ntitle: 办法\n\n甲",
		"an article missing": "key: DM\ntitle: 办法\n\n第一条  甲\n第三条  丙",
	} {
		if _, err := parse(text); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

var cited = regexp.MustCompile(`^(DM|AE|SA|EV|JC|F)-\d+(\.\d+)?$`)

// Whatever the code calls a rule, as a refusal or beside a field, leads somewhere.
func TestEveryRuleThatIsCitedResolves(t *testing.T) {
	n := 0
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(x ast.Node) bool {
			lit, ok := x.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			id, err := strconv.Unquote(lit.Value)
			if err != nil || !cited.MatchString(id) {
				return true
			}
			n++
			if _, ok := Find(id); !ok {
				t.Errorf("%s cites %s, which is no article", file, id)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < len(rows) {
		t.Errorf("only %d citations found", n)
	}
}
