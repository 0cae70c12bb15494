package testkit

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"
	"testing"
)

// Workbook is a file of one sheet with the given rows of XML.
func Workbook(t testing.TB, rows string, change ...func(z *zip.Writer)) []byte {
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

// What stands before and behind the rows of a sheet.
const (
	SheetBegin = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	SheetEnd   = `</sheetData></worksheet>`
)

// Cell is a cell of text.
func Cell(at, text string) string {
	return `<c r="` + at + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

// Zeros is an entry of so many MB of nothing that says how much it holds, truly or not.
func Zeros(name string, mb int, says uint64) func(z *zip.Writer) {
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

// Part is one more part of a file.
func Part(name, text string) func(z *zip.Writer) {
	return func(z *zip.Writer) {
		w, _ := z.Create(name)
		io.WriteString(w, text)
	}
}

// A Bomb is a file that may not be read as a table, and what whoever sends it is
// told: one of several texts, parted by |; "" where it may be read as well.
type Bomb struct {
	Content []byte
	Want    string
}

// Bombs are files made to bring a reader of tables down (T10).
func Bombs(t testing.TB) map[string]Bomb {
	t.Helper()
	good := Workbook(t, SheetBegin+`<row r="1">`+Cell("A1", "序号")+`</row>`+SheetEnd)
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
	lol := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><worksheet>&lol1;</worksheet>`
	external := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet>&e;</worksheet>`
	return map[string]Bomb{
		"deflate 1000:1":       {Workbook(t, SheetBegin+SheetEnd, Zeros("xl/media/a.xml", 200, 200<<20)), "展开后超过"},
		"lies about its size":  {Workbook(t, SheetBegin+SheetEnd, Zeros("xl/media/a.png", 100, 10)), "没有读取|不完整"},
		"a huge sheet":         {Workbook(t, "", Zeros("xl/worksheets/sheet1.xml", 100, 100<<20)), "展开后超过"},
		"a huge text table":    {Workbook(t, SheetBegin+SheetEnd, Zeros("xl/sharedStrings.xml", 40, 40<<20)), "展开后超过"},
		"100k entries":         {Workbook(t, SheetBegin+SheetEnd, many), "个部件"},
		"row 2147483647":       {Workbook(t, SheetBegin+`<row r="2147483647">`+Cell("A1", "x")+`</row>`+SheetEnd), "行号不对"},
		"row -1":               {Workbook(t, SheetBegin+`<row r="-1">`+Cell("A1", "x")+`</row>`+SheetEnd), "行号不对"},
		"row twice":            {Workbook(t, SheetBegin+`<row r="1"/><row r="1"/>`+SheetEnd), "行号不对"},
		"1,048,576 rows":       {Workbook(t, SheetBegin+rows.String()+SheetEnd), "超过 20000 行"},
		"16k columns":          {Workbook(t, SheetBegin+`<row r="1">`+Cell("XFD1", "x")+`</row>`+SheetEnd), "最多读 100 列"},
		"cell XFE1":            {Workbook(t, SheetBegin+`<row r="1">`+Cell("ZZZZ1", "x")+`</row>`+SheetEnd), "位置不对"},
		"billion laughs":       {Workbook(t, lol), "外部引用"},
		"external entity":      {Workbook(t, external), "外部引用"},
		"deep XML":             {Workbook(t, SheetBegin+deep.String()+SheetEnd), ""},
		"wrong magic":          {[]byte("%PDF-1.7 not a table"), "内容与后缀不一致"},
		"a Word document":      {zipped(t, "[Content_Types].xml", "word/document.xml"), "不是 Excel 表格"},
		"encrypted":            {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...), "加了密码或者是旧版"},
		"macros":               {Workbook(t, SheetBegin+SheetEnd, Part("xl/vbaProject.bin", "x")), "宏"},
		"truncated":            {good[:len(good)/2], "不完整"},
		"broken within":        {bytes.Replace(good, []byte("PK\x01\x02"), []byte("PK\x01\x09"), 1), "不完整"},
		"empty":                {nil, "空文件"},
		"two parts of a name":  {Workbook(t, SheetBegin+SheetEnd, Part("xl/Workbook.xml", "x")), "同名"},
		"merged upside down":   {Workbook(t, SheetBegin+SheetEnd+`<mergeCells><mergeCell ref="B9:A1"/></mergeCells>`), "不完整|合并"},
		"a table in the table": {Workbook(t, SheetBegin+SheetEnd, Part("xl/embeddings/a.xlsx", string(good))), ""},
	}
}

func zipped(t testing.TB, names ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		Part(n, "<x/>")(z)
	}
	z.Close()
	return b.Bytes()
}
