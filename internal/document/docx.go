package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Lengths in Word are twentieths of a point, sizes of type half points.
const twip = 20

// Typefaces as Word knows them on a Chinese office computer.
const (
	fangsong = "仿宋"
	songti   = "宋体"
	heiti    = "黑体"
	kaiti    = "楷体"
)

// A docx is a Word document being written.
type docx struct {
	body      bytes.Buffer
	landscape bool
	margin    [4]float64 // top, right, bottom, left, in points
	foot      Print      // at the foot of every page, before the page number
	pad       float64    // above and below what a cell of a table says
}

// A paragraph of a Word document; sizes and distances in points.
type paragraph struct {
	text   string // a line feed breaks the line
	far    string // on the same line at the right, at tab
	tab    float64
	font   string
	size   float64
	bold   bool
	align  string  // left, right, center; empty is left
	indent float64 // of the first line, in characters
	lead   float64 // exact distance of lines; 0 is single
	before float64
	after  float64
	inset  float64 // from the right
	stay   bool    // on the page of the next paragraph
	fresh  bool    // at the top of a page
}

func escape(b *bytes.Buffer, s string) { xml.EscapeText(b, []byte(s)) }

func (p paragraph) write(b *bytes.Buffer) {
	b.WriteString("<w:p><w:pPr>")
	if p.stay {
		b.WriteString("<w:keepNext/>")
	}
	if p.fresh {
		b.WriteString("<w:pageBreakBefore/>")
	}
	if p.far != "" {
		fmt.Fprintf(b, `<w:tabs><w:tab w:val="right" w:pos="%.0f"/></w:tabs>`, p.tab*twip)
	}
	fmt.Fprintf(b, `<w:spacing w:before="%.0f" w:after="%.0f"`, p.before*twip, p.after*twip)
	if p.lead > 0 {
		fmt.Fprintf(b, ` w:line="%.0f" w:lineRule="exact"`, p.lead*twip)
	}
	b.WriteString("/>")
	if p.indent > 0 || p.inset > 0 {
		fmt.Fprintf(b, `<w:ind w:right="%.0f" w:firstLineChars="%.0f" w:firstLine="%.0f"/>`, p.inset*twip, p.indent*100, p.indent*p.size*twip)
	}
	if p.align != "" {
		fmt.Fprintf(b, `<w:jc w:val="%s"/>`, p.align)
	}
	b.WriteString("</w:pPr>")
	before := ""
	for line := range strings.SplitSeq(tidy(p.text), "\n") {
		p.run(b, before, line)
		before = "<w:br/>"
	}
	if p.far != "" {
		p.run(b, "<w:tab/>", tidy(p.far))
	}
	b.WriteString("</w:p>")
}

func (p paragraph) run(b *bytes.Buffer, before, text string) {
	b.WriteString("<w:r>")
	p.properties(b)
	b.WriteString(before + `<w:t xml:space="preserve">`)
	escape(b, text)
	b.WriteString("</w:t></w:r>")
}

func (p paragraph) properties(b *bytes.Buffer) {
	fmt.Fprintf(b, `<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="%s"/>`, p.font)
	if p.bold {
		b.WriteString("<w:b/>")
	}
	fmt.Fprintf(b, `<w:sz w:val="%.0f"/><w:szCs w:val="%.0f"/></w:rPr>`, p.size*2, p.size*2)
}

func (d *docx) para(p paragraph) { p.write(&d.body) }

// A cell of a Word table.
type cell struct {
	paras []paragraph
	span  int    // columns; 0 is 1
	merge string // restart, continue: with the cells above and below
	mid   bool   // in the middle of its height
}

type row struct {
	cells  []cell
	height float64 // at least
	head   bool    // again on every page
	whole  bool    // never torn by the end of a page
}

// table writes a table with columns of given widths in points.
func (d *docx) table(cols []float64, rows []row) {
	b := &d.body
	whole := 0.0
	for _, c := range cols {
		whole += c
	}
	fmt.Fprintf(b, `<w:tbl><w:tblPr><w:tblW w:w="%.0f" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>`, whole*twip)
	for _, side := range []struct {
		name  string
		thick int // in eighths of a point
	}{{"top", 8}, {"left", 8}, {"bottom", 8}, {"right", 8}, {"insideH", 4}, {"insideV", 4}} {
		fmt.Fprintf(b, `<w:%s w:val="single" w:sz="%d" w:space="0" w:color="000000"/>`, side.name, side.thick)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/>`)
	if d.pad > 0 {
		fmt.Fprintf(b, `<w:tblCellMar><w:top w:w="%.0f" w:type="dxa"/><w:bottom w:w="%.0f" w:type="dxa"/></w:tblCellMar>`, d.pad*twip, d.pad*twip)
	}
	b.WriteString(`</w:tblPr><w:tblGrid>`)
	for _, c := range cols {
		fmt.Fprintf(b, `<w:gridCol w:w="%.0f"/>`, c*twip)
	}
	b.WriteString("</w:tblGrid>")
	for _, r := range rows {
		r.write(b, cols)
	}
	b.WriteString("</w:tbl>")
}

func (r row) write(b *bytes.Buffer, cols []float64) {
	b.WriteString("<w:tr><w:trPr>")
	if r.whole {
		b.WriteString("<w:cantSplit/>")
	}
	if r.height > 0 {
		fmt.Fprintf(b, `<w:trHeight w:val="%.0f" w:hRule="atLeast"/>`, r.height*twip)
	}
	if r.head {
		b.WriteString("<w:tblHeader/>")
	}
	b.WriteString("</w:trPr>")
	at := 0
	for _, c := range r.cells {
		span, width := max(c.span, 1), 0.0
		for _, w := range cols[at : at+span] {
			width += w
		}
		at += span
		c.write(b, width, span)
	}
	b.WriteString("</w:tr>")
}

func (c cell) write(b *bytes.Buffer, width float64, span int) {
	fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%.0f" w:type="dxa"/>`, width*twip)
	if span > 1 {
		fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, span)
	}
	if c.merge != "" {
		fmt.Fprintf(b, `<w:vMerge w:val="%s"/>`, c.merge)
	}
	if c.mid {
		b.WriteString(`<w:vAlign w:val="center"/>`)
	}
	b.WriteString("</w:tcPr>")
	if len(c.paras) == 0 { // a cell without a paragraph is no document
		b.WriteString("<w:p/>")
	}
	for _, p := range c.paras {
		p.write(b)
	}
	b.WriteString("</w:tc>")
}

const namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// file packs the document. Equal documents are equal bytes.
func (d *docx) file(title string) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
			`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
			`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"word/_rels/document.xml.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>`},
		{"word/styles.xml", xmlHead + `<w:styles ` + namespaces + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="` + fangsong + `"/><w:sz w:val="24"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
			`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:widowControl w:val="0"/></w:pPr></w:style></w:styles>`},
		{"word/footer1.xml", d.footer()},
		{"docProps/core.xml", properties(title)},
		{"word/document.xml", d.document()},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(part.text)); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

func properties(title string) string {
	var b bytes.Buffer
	b.WriteString(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>`)
	escape(&b, tidy(title))
	b.WriteString(`</dc:title></cp:coreProperties>`)
	return b.String()
}

func (d *docx) document() string {
	w, h, orient := a4Width, a4Height, ""
	if d.landscape {
		w, h, orient = h, w, ` w:orient="landscape"`
	}
	return xmlHead + `<w:document ` + namespaces + `><w:body>` + d.body.String() +
		fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="%.0f" w:h="%.0f"%s/><w:pgMar w:top="%.0f" w:right="%.0f" w:bottom="%.0f" w:left="%.0f" w:header="400" w:footer="400" w:gutter="0"/></w:sectPr></w:body></w:document>`,
			w*twip, h*twip, orient, d.margin[0]*twip, d.margin[1]*twip, d.margin[2]*twip, d.margin[3]*twip)
}

// footer are the lines of this printing and 第 x 页 共 y 页, which Word counts.
func (d *docx) footer() string {
	var b bytes.Buffer
	b.WriteString(xmlHead + `<w:ftr ` + namespaces + `>`)
	p := paragraph{font: songti, size: sizeFn, lead: 11}
	p.tab = a4Width - d.margin[1] - d.margin[3]
	if d.landscape {
		p.tab += a4Height - a4Width
	}
	lefts, right := d.foot.lefts(nil, p.tab)
	last := len(lefts) - 1
	for i, l := range lefts[:last] {
		p.text, p.far = l, ""
		if i == 0 {
			p.far = right
		}
		p.write(&b)
	}
	fmt.Fprintf(&b, `<w:p><w:pPr><w:tabs><w:tab w:val="right" w:pos="%.0f"/></w:tabs><w:spacing w:line="220" w:lineRule="exact"/></w:pPr>`, p.tab*twip)
	p.run(&b, "", lefts[last])
	p.run(&b, "<w:tab/>", "")
	for _, piece := range []struct{ text, field string }{{"第 ", "PAGE"}, {" 页 共 ", "NUMPAGES"}, {" 页", ""}} {
		b.WriteString("<w:r>")
		p.properties(&b)
		fmt.Fprintf(&b, `<w:t xml:space="preserve">%s</w:t></w:r>`, piece.text)
		if piece.field != "" {
			fmt.Fprintf(&b, `<w:fldSimple w:instr=" %s "><w:r>`, piece.field)
			p.properties(&b)
			b.WriteString(`<w:t>1</w:t></w:r></w:fldSimple>`)
		}
	}
	b.WriteString("</w:p></w:ftr>")
	return b.String()
}
