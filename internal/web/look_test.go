package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yidan/internal/testkit"
)

// enter gives a browser the handler's session, as the sign-in page would.
func enter(t *testing.T, b *testkit.Browser, p *place) {
	t.Helper()
	b.Open(p.URL + "/missing")
	testkit.Ask[bool](b, `(()=>{document.cookie=%s;return true})()`, (&http.Cookie{Name: "yidan", Value: handler, Path: "/"}).String())
	b.Calm()
}

func TestEveryPartIsUsableAtEveryWidth(t *testing.T) {
	p := open(t, store(t))
	b := testkit.Browse(t)
	enter(t, b, p)
	for _, w := range []int64{1280, 768, 360, 320} {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			b.Size(w, 900)
			b.Open(p.URL + "/specimen")
			b.Flat()
			b.Shot(fmt.Sprintf("specimen-%d", w))
			if w == 1280 || w == 360 {
				b.Axe()
			}
			if w == 360 {
				small := testkit.Ask[[]string](b, `[...document.querySelectorAll("button,.btn,select,input[type=text],input[type=tel],.pick,.nav a,.foot a,.me a,.doors a,.big a")].filter(e=>e.getClientRects().length&&e.getBoundingClientRect().height<43.5).map(e=>e.outerHTML.slice(0,120))`)
				for _, s := range small {
					t.Errorf("less than 44 px: %s", s)
				}
			}
			b.Calm()
		})
	}
}

func TestErrorsLeadToTheirFieldsWithAndWithoutScript(t *testing.T) {
	p := open(t, store(t))
	b := testkit.Browse(t)
	enter(t, b, p)
	for _, script := range []bool{true, false} {
		if !script {
			b.NoScript()
		}
		b.Size(1280, 900)
		b.Open(p.URL + "/specimen")
		b.Fill("matter", "")
		b.Fill("phone", "12")
		b.Press("提交准入申请")
		b.Want("有内容需要修改", "填写“申请具体事项”", "“联系电话”应为手机号")
		if b.Status != http.StatusUnprocessableEntity || b.Title() != "错误：准入〔2026〕015 · 依单" {
			t.Errorf("script %v: status %d, title %q", script, b.Status, b.Title())
		}
		if got := testkit.Ask[string](b, `document.getElementsByName("phone")[0].value`); got != "12" {
			t.Errorf("what was typed is gone: %q", got)
		}
		if focus := testkit.Ask[string](b, `document.activeElement.id`); script && focus != "errors" {
			t.Errorf("focus is on %q", focus)
		}
		if at := testkit.Ask[string](b, `document.querySelector(document.querySelector("#errors a").hash).name`); at != "matter" {
			t.Errorf("the first error leads to %q", at)
		}
		b.Axe()
		b.Shot("specimen-wrong")
		b.Size(360, 800)
		b.Flat()
	}
}

func TestRowsGrowAndShrinkWithoutScript(t *testing.T) {
	p := open(t, store(t))
	b := testkit.Browse(t)
	enter(t, b, p)
	b.NoScript()
	b.Open(p.URL + "/specimen")
	b.Fill("duties.0.unit", "区水务局")
	b.Press("再加一行")
	b.Fill("duties.2.unit", "河湾镇")
	b.Press("去掉第 2 行")
	for i, want := range []string{"区水务局", "河湾镇"} {
		if got := testkit.Ask[string](b, `document.getElementsByName(%s)[0].value`, fmt.Sprintf("duties.%d.unit", i)); got != want {
			t.Errorf("row %d is %q, want %q", i, got, want)
		}
	}
	if p.calls > 0 {
		t.Error("rearranging handed the form in")
	}
}

func TestLargePrintStays(t *testing.T) {
	p := open(t, store(t))
	b := testkit.Browse(t)
	b.Size(360, 800)
	b.Open(p.URL + "/specimen?a=1")
	b.Press("大字")
	if at, _ := url.Parse(b.At()); at.RequestURI() != "/specimen?a=1" {
		t.Errorf("came back to %s", at)
	}
	b.Open(p.URL + "/specimen")
	if px := testkit.Ask[string](b, `getComputedStyle(document.documentElement).fontSize`); px != "20px" {
		t.Errorf("large print is %s", px)
	}
	b.Flat()
	b.Shot("specimen-large")
	b.Axe()
}

func TestPrintIsAPaperAndNotAScreen(t *testing.T) {
	p := open(t, store(t))
	b := testkit.Browse(t)
	enter(t, b, p)
	b.Size(700, 900)
	b.Open(p.URL + "/specimen")
	b.PDF("specimen")
	b.Media("print")
	if n := testkit.Ask[int](b, `[...document.querySelectorAll("main select")].filter(e=>!e.value && getComputedStyle(e).visibility!="hidden").length`); n > 0 {
		t.Errorf("%d selects print that nothing was selected", n)
	}
	for _, css := range []string{".top", ".nav", ".foot", ".crumb", ".btn", ".filter", ".batch", ".pager", ".tabs", ".why", "td.pickcell", "th.pickcell", ".diff"} {
		if n := testkit.Ask[int](b, `[...document.querySelectorAll(%s)].filter(e=>e.getClientRects().length).length`, css); n > 0 {
			t.Errorf("%d of %s are printed", n, css)
		}
	}
	for _, text := range []string{"打印：区委编办 经办", "准入〔2026〕015", "已超期 3 个工作日", "修改前", "不是现行清单", "秸秆禁烧巡查协助"} {
		b.Want(text)
	}
	if font := testkit.Ask[string](b, `getComputedStyle(document.body).fontSize`); font != "16px" { // 12pt
		t.Errorf("printed in %s", font)
	}
	if head := testkit.Ask[string](b, `getComputedStyle(document.querySelector(".cards thead")).display`); head != "table-header-group" {
		t.Errorf("table heads are %s", head)
	}
}

func TestTheFocusIsAlwaysSeen(t *testing.T) {
	p := open(t, store(t))
	b := testkit.Browse(t)
	enter(t, b, p)
	b.Size(1280, 900)
	b.Open(p.URL + "/specimen")
	stops := map[string]bool{}
	for range 60 {
		b.Key("\t")
		got := testkit.Ask[[]string](b, `(()=>{const e=document.activeElement,r=e.getBoundingClientRect(),seen=x=>x&&getComputedStyle(x).outlineStyle==="solid";
			return [e.outerHTML.slice(0,100), String((seen(e)||seen(e.closest(".pick")))&&r.bottom>0&&r.top<innerHeight)]})()`)
		if got[1] != "true" {
			t.Errorf("the focus is not seen on %s", got[0])
		}
		stops[got[0]] = true
	}
	if len(stops) < 40 {
		t.Errorf("only %d stops", len(stops))
	}
}

func TestTheScriptSavesCountsAndSteps(t *testing.T) {
	p := open(t, store(t))
	b := testkit.Browse(t)
	enter(t, b, p)
	b.Open(p.URL + "/specimen")
	b.Choose("kind", "long")
	if hidden := testkit.Ask[bool](b, `document.getElementsByName("from")[0].getClientRects().length===0`); !hidden {
		t.Error("a field that is not asked for stays")
	}
	b.Fill("need", strings.Repeat("长", 401))
	b.Want("最多 400 字，现在 401 字，删减 1 字")
	b.Fill("need", "𠮷田")
	b.Want("最多 400 字，已写 2 字")
	b.Await("草稿已于 14:31 自动保存")
	file := filepath.Join(t.TempDir(), "批复.pdf")
	if err := os.WriteFile(file, make([]byte, 200<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Attach("files", file)
	b.Fill("phone", "12")
	b.Click("提交准入申请")
	b.Await("“联系电话”应为手机号")
	b.Want("最多 400 字，已写 2 字")
	b.Fill("phone", "0454-8000000")
	b.Press("提交准入申请")
	b.Want("已提交申请，编号 准入〔2026〕017")
	if p.calls != 1 {
		t.Errorf("handed in %d times", p.calls)
	}
}

func TestTroublePagesAreCalm(t *testing.T) {
	p := open(t, store(t))
	b := testkit.Browse(t)
	enter(t, b, p)
	for _, path := range []string{"/missing", "/refused", "/clash", "/readonly", "/often"} {
		b.Size(1280, 900)
		b.Open(p.URL + path)
		b.Axe()
		b.Shot("trouble" + path[1:])
		b.Size(320, 800)
		b.Flat()
	}
}
