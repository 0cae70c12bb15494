package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
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
)

// xlsx is a file of one sheet with the given rows of XML.
func xlsx(t testing.TB, rows string, change ...func(z *zip.Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, text string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	const head = `<?xml version="1.0" encoding="UTF-8"?>`
	put("[Content_Types].xml", head+`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`)
	put("_rels/.rels", head+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	put("xl/workbook.xml", head+`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="清单" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	put("xl/_rels/workbook.xml.rels", head+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)
	if rows != "" {
		put("xl/worksheets/sheet1.xml", rows)
	}
	for _, f := range change {
		f(z)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	begin = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	end   = `</sheetData></worksheet>`
)

func cell(at, text string) string {
	return `<c r="` + at + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

// zeros is an entry of so many MB of nothing that says how much it holds, truly or not.
func zeros(name string, mb int, says uint64) func(z *zip.Writer) {
	return func(z *zip.Writer) {
		var b bytes.Buffer
		f, _ := flate.NewWriter(&b, 9)
		block := bytes.Repeat([]byte(" "), 1<<20)
		for range mb {
			f.Write(block)
		}
		f.Close()
		w, _ := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: uint64(b.Len()), UncompressedSize64: says})
		w.Write(b.Bytes())
	}
}

func part(name, text string) func(z *zip.Writer) {
	return func(z *zip.Writer) {
		w, _ := z.Create(name)
		io.WriteString(w, text)
	}
}

func read(b []byte, name string) ([]sheet.Sheet, error) {
	return sheet.Read(bytes.NewReader(b), int64(len(b)), name)
}

// T10 of the open test catalogue: every bomb is answered with its reason, soon,
// in bounds, and leaves nothing lying about.
func TestBombsAreAnsweredWithAReason(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	good := xlsx(t, begin+`<row r="1">`+cell("A1", "序号")+`</row>`+end)
	many := func(z *zip.Writer) {
		for i := range 100_000 {
			z.Create(fmt.Sprintf("xl/x/%d.xml", i))
		}
	}
	var rows, deep strings.Builder
	for i := range 1 << 20 {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d"><v>1</v></c></row>`, i+1, i+1)
	}
	for range 200_000 {
		deep.WriteString("<x>")
	}
	column, _ := excelize.ColumnNumberToName(1 << 14)
	lol := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><worksheet>&lol1;</worksheet>`
	external := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet>&e;</worksheet>`
	for name, x := range map[string]struct {
		content []byte
		want    string
	}{
		"deflate 1000:1":       {xlsx(t, begin+end, zeros("xl/media/a.xml", 200, 200<<20)), "展开后超过"},
		"lies about its size":  {xlsx(t, begin+end, zeros("xl/media/a.png", 100, 10)), "没有读取|不完整"},
		"a huge sheet":         {xlsx(t, "", zeros("xl/worksheets/sheet1.xml", 100, 100<<20)), "展开后超过"},
		"a huge text table":    {xlsx(t, begin+end, zeros("xl/sharedStrings.xml", 40, 40<<20)), "展开后超过"},
		"100k entries":         {xlsx(t, begin+end, many), "个部件"},
		"row 2147483647":       {xlsx(t, begin+`<row r="2147483647">`+cell("A1", "x")+`</row>`+end), "行号不对"},
		"row -1":               {xlsx(t, begin+`<row r="-1">`+cell("A1", "x")+`</row>`+end), "行号不对"},
		"row twice":            {xlsx(t, begin+`<row r="1"/><row r="1"/>`+end), "行号不对"},
		"1,048,576 rows":       {xlsx(t, begin+rows.String()+end), "超过 20000 行"},
		"16k columns":          {xlsx(t, begin+`<row r="1">`+cell(column+"1", "x")+`</row>`+end), "最多读 100 列"},
		"cell XFE1":            {xlsx(t, begin+`<row r="1">`+cell("ZZZZ1", "x")+`</row>`+end), "位置不对"},
		"billion laughs":       {xlsx(t, lol), "外部引用"},
		"external entity":      {xlsx(t, external), "外部引用"},
		"deep XML":             {xlsx(t, begin+deep.String()+end), ""},
		"wrong magic":          {[]byte("%PDF-1.7 not a table"), "内容与后缀不一致"},
		"a Word document":      {zipped(t, "[Content_Types].xml", "word/document.xml"), "不是 Excel 表格"},
		"encrypted":            {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...), "加了密码或者是旧版"},
		"macros":               {xlsx(t, begin+end, part("xl/vbaProject.bin", "x")), "宏"},
		"truncated":            {good[:len(good)/2], "不完整"},
		"broken within":        {bytes.Replace(good, []byte("PK\x01\x02"), []byte("PK\x01\x09"), 1), "不完整"},
		"empty":                {nil, "空文件"},
		"two parts of a name":  {xlsx(t, begin+end, part("xl/Workbook.xml", "x")), "同名"},
		"merged upside down":   {xlsx(t, begin+end+`<mergeCells><mergeCell ref="B9:A1"/></mergeCells>`), "不完整|合并"},
		"a table in the table": {xlsx(t, begin+end, part("xl/embeddings/a.xlsx", string(good))), ""},
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := read(x.content, "清单.xlsx")
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 5*time.Second {
				t.Error("took", took)
			}
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 200<<20 {
				t.Errorf("grew by %d MB", grown>>20)
			}
			f, ok := fault.As(err)
			if x.want == "" && err == nil {
				return
			}
			if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(strings.Split(x.want, "|"), func(w string) bool { return strings.Contains(f.Fields[0].Text, w) }) {
				t.Errorf("%v, want %q", err, x.want)
			}
			t.Logf("%v", took.Round(time.Millisecond))
		})
	}
	if left, _ := filepath.Glob(tmp + "/*"); len(left) > 0 {
		t.Error("left lying:", left)
	}
}

func zipped(t *testing.T, names ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		part(n, "<x/>")(z)
	}
	z.Close()
	return b.Bytes()
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
