package sheet_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"yidan/internal/fault"
)

// answered reports what no file may do: take long, fail without a reason, or bring
// in what is no text.
func answered(t *testing.T, b []byte) {
	start := time.Now()
	sheets, err := read(b, "清单.xlsx")
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
	if f, ok := fault.As(err); err != nil && (!ok || f.Kind != fault.Invalid || f.Fields[0].Text == "") {
		t.Errorf("no reason: %v", err)
	}
	for _, s := range sheets {
		for _, r := range s.Rows {
			for i := range 200 {
				if c := r.Cell(i); !utf8.ValidString(c) || strings.ContainsRune(c, 0) {
					t.Errorf("a cell holds %q", c)
				}
			}
		}
	}
}

// Whatever is uploaded as a table is read or refused with a reason, soon (T41).
func FuzzRead(f *testing.F) {
	f.Add(xlsx(f, begin+`<row r="1">`+cell("A1", "序号")+cell("B1", "具体事项")+`</row>`+end))
	f.Add(xlsx(f, begin+end, part("xl/sharedStrings.xml", `<sst><si><t>一</t></si></sst>`)))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("序号,事项\n1,巡查\n"))
	f.Fuzz(answered)
}

// The same of what a sheet says once its file is sound (T41).
func FuzzSheet(f *testing.F) {
	for _, rows := range []string{
		`<row r="1">` + cell("A1", "序号") + `</row><row r="9"><c r="C9" t="b"><v>1</v></c></row>`, `<row><c><v>1</v></c></row>`, `<row r="1"><c r="A1" t="s"><v>7</v></c></row>`,
		`<row r="1"><c r="A1" t="str"><f>A2</f><v>=x</v></c></row>`, `<row r="1"><c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c></row>`, `</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells><sheetData>`, `<row r="0"/>`, `<!-- --><row r="1" hidden="1"/>`,
	} {
		f.Add(rows)
	}
	f.Fuzz(func(t *testing.T, rows string) { answered(t, xlsx(t, begin+rows+end)) })
}
