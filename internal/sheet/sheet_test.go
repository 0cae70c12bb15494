package sheet_test

import (
	"archive/zip"
	"bytes"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yidan/internal/fault"
	"yidan/internal/sheet"
	"yidan/internal/testkit"
)

// What most tests here are made of.
var (
	xlsx, cell, part = testkit.Workbook, testkit.Cell, testkit.Part
)

const begin, end = testkit.SheetBegin, testkit.SheetEnd

func read(b []byte, name string) ([]sheet.Sheet, error) {
	return sheet.Read(bytes.NewReader(b), int64(len(b)), name)
}

// T10 of the open test catalogue: every bomb is answered with its reason, soon,
// in bounds, and leaves nothing lying about.
func TestBombsAreAnsweredWithAReason(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for name, x := range testkit.Bombs(t) {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := read(x.Content, "清单.xlsx")
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 5*time.Second {
				t.Error("took", took)
			}
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 200<<20 {
				t.Errorf("grew by %d MB", grown>>20)
			}
			f, ok := fault.As(err)
			if x.Want == "" && err == nil {
				return
			}
			if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(strings.Split(x.Want, "|"), func(w string) bool { return strings.Contains(f.Fields[0].Text, w) }) {
				t.Errorf("%v, want %q", err, x.Want)
			}
			t.Logf("%v", took.Round(time.Millisecond))
		})
	}
	if left, _ := filepath.Glob(tmp + "/*"); len(left) > 0 {
		t.Error("left lying:", left)
	}
}

func TestWhatIsNoTableIsToldHowToBecomeOne(t *testing.T) {
	for name, b := range map[string][]byte{"清单.csv": []byte("\xef\xbb\xbf序号,事项\r\n"), "gbk.csv": {0xd0, 0xf2, 0xba, 0xc5}, "a.txt": []byte("x")} {
		if _, err := read(b, name); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "另存为 .xlsx") {
			t.Error(name, err)
		}
	}
}

// T11: merged and hidden cells, formulas, numbers, trailing blanks, hidden sheets.
func TestCellsAreReadAsTheyAreShown(t *testing.T) {
	f := excelize.NewFile()
	f.SetSheetName("Sheet1", "清单")
	set := func(at string, v any) {
		if err := f.SetCellValue("清单", at, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "标题")
	f.MergeCell("清单", "A1", "D1")
	set("A2", "序号")
	set("B2", "事项")
	set("A3", 1)
	set("B3", "甲")
	set("C3", "民生")
	set("A4", 2.0)
	set("B4", "乙")
	f.MergeCell("清单", "C3", "C4")
	set("B5", "丙")
	f.SetCellFormula("清单", "B5", `"丙"`)
	f.SetRowVisible("清单", 4, false)
	set("B9", "   ")
	style, _ := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	f.SetCellStyle("清单", "A1000000", "A1000000", style) // formatted and blank, far below
	f.NewSheet("底稿")
	f.SetCellValue("底稿", "A1", "x")
	f.SetSheetVisible("底稿", false)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	all, err := read(b.Bytes(), "清单.xlsx")
	if err != nil || len(all) != 2 || !all[1].Hidden {
		t.Fatal(err, len(all))
	}
	s := all[0]
	if len(s.Rows) != 5 || s.Rows[3].No != 4 || s.Rows[3].Cell(2) != "民生" || s.Rows[3].Cell(0) != "2" || s.Rows[2].Cell(0) != "1" || s.Rows[0].Cell(1) != "" {
		t.Errorf("%+v", s.Rows)
	}
	if len(s.Notes) != 2 || s.Notes[0].Column != "B" || s.Notes[0].Row != 5 || s.Notes[1].Row != 4 {
		t.Error(s.Notes)
	}
}

// T14: what begins like a formula is text, and comes back as it was.
func TestNoTextBecomesAFormula(t *testing.T) {
	canaries := []string{"=1+1", "+1", "-1", "@SUM(A1)", "＝1", "=cmd|' /C calc'!A0", "<b>&amp;</b>", "1e5", "001", "2026-1-1", "a\nb", strings.Repeat("长", 3000)}
	p := sheet.Page{Name: "清单", Title: "=标题", Heads: canaries, Rows: [][]string{canaries, canaries}}
	var b bytes.Buffer
	if err := sheet.Write(&b, []sheet.Page{p, {Name: "二", Heads: []string{"a"}}}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range z.File {
		if !strings.HasPrefix(e.Name, "xl/worksheets/sheet") {
			continue
		}
		r, _ := e.Open()
		x, _ := io.ReadAll(r)
		if bytes.Contains(x, []byte("<f>")) || bytes.Contains(x, []byte("<f ")) || bytes.Contains(x, []byte(`t="n"`)) || bytes.Contains(x, []byte(`t="str"`)) {
			t.Error(e.Name, "has what is no text")
		}
		if n, typed := bytes.Count(x, []byte("<c ")), bytes.Count(x, []byte(`t="inlineStr"`))+bytes.Count(x, []byte(`t="s"`)); n != typed {
			t.Errorf("%s: %d cells, %d of them text", e.Name, n, typed)
		}
	}
	all, err := read(b.Bytes(), "清单.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all[0].Rows[1:] {
		if !slices.Equal(r.Cells, canaries) {
			t.Errorf("%q", r.Cells)
		}
	}
}

func BenchmarkRead5000Rows(b *testing.B) {
	row := []string{"1", "民生服务", "受理低保申请并入户核查、公示、动态复核", "农业农村局", "水务局", "定点许可、检疫、执法", strings.Repeat("入户调查、邻里访问、信息核对；", 6), strings.Repeat("巡查报告；", 10), "《社会救助暂行办法》第十一条", "", "全部"}
	p := sheet.Page{Name: "清单", Heads: row}
	for range 5000 {
		p.Rows = append(p.Rows, row)
	}
	var w bytes.Buffer
	if err := sheet.Write(&w, []sheet.Page{p}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(w.Bytes(), "x.xlsx"); err != nil {
			b.Fatal(err)
		}
	}
}

// What is written prints whole: a long cell has the height that its text needs, the
// columns fit the paper, and the heads stand on every page.
func TestASheetIsPrintedWhole(t *testing.T) {
	var b bytes.Buffer
	page := sheet.Page{Name: "分册", Title: "清单", Heads: []string{"编码", "职责"}, Widths: []float64{8, 20}, Rows: [][]string{{"J001", "短"}, {"J002", strings.Repeat("日间巡查并报告；", 10)}}}
	if err := sheet.Write(&b, []sheet.Page{page}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	short, _ := f.GetRowHeight("分册", 3)
	long, _ := f.GetRowHeight("分册", 4)
	if short > 20 || long < 9*short {
		t.Errorf("heights %v and %v", short, long)
	}
	l, err := f.GetPageLayout("分册")
	if err != nil || *l.Orientation != "landscape" || *l.FitToWidth != 1 || *l.FitToHeight != 0 {
		t.Errorf("%+v %v", l, err)
	}
	if n := f.GetDefinedName(); len(n) != 1 || n[0].RefersTo != "'分册'!$2:$2" {
		t.Errorf("%+v", n)
	}
}
