package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"yidan/internal/testkit"
)

// A node is an element of a Word document, names without their space.
type node struct {
	name string
	attr map[string]string
	kids []*node
}

func (n *node) all(name string) (found []*node) {
	for _, k := range n.kids {
		if k.name == name {
			found = append(found, k)
		}
		found = append(found, k.all(name)...)
	}
	return found
}

// part reads one part of a docx and fails when it is not well-formed.
func part(t *testing.T, docx []byte, name string) *node {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(f)
	root := &node{}
	stack := []*node{root}
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return root
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: tok.Name.Local, attr: map[string]string{}}
			for _, a := range tok.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			top := stack[len(stack)-1]
			top.kids = append(top.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

// sound checks what Word insists on: every part that is named is there, every
// row fills the grid of its table, and every cell ends with a paragraph.
func sound(t *testing.T, docx []byte) *node {
	t.Helper()
	for _, p := range []string{"[Content_Types].xml", "_rels/.rels", "word/styles.xml", "word/footer1.xml", "docProps/core.xml"} {
		part(t, docx, p)
	}
	for _, r := range part(t, docx, "word/_rels/document.xml.rels").all("Relationship") {
		part(t, docx, "word/"+r.attr["Target"])
	}
	doc := part(t, docx, "word/document.xml")
	for _, tbl := range doc.all("tbl") {
		grid := len(tbl.all("gridCol"))
		for i, tr := range tbl.all("tr") {
			n := 0
			for _, tc := range tr.all("tc") {
				span := 1
				if s := tc.all("gridSpan"); len(s) > 0 {
					fmt.Sscan(s[0].attr["val"], &span)
				}
				n += span
				if tc.kids[len(tc.kids)-1].name != "p" {
					t.Errorf("row %d: a cell ends with %s", i, tc.kids[len(tc.kids)-1].name)
				}
			}
			if n != grid {
				t.Errorf("row %d has %d of %d columns", i, n, grid)
			}
		}
	}
	if body := doc.all("body")[0]; body.kids[len(body.kids)-1].name != "sectPr" {
		t.Error("the page set-up is not last")
	}
	return doc
}

func text(t *testing.T, docx []byte) string {
	t.Helper()
	ps, err := Text(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(ps, "\n")
}

// Proves: F-1, F-2
func TestTheFormsInWordHaveTheCellsOfTheOriginals(t *testing.T) {
	f := request()
	b, err := f.Word(printing)
	if err != nil {
		t.Fatal(err)
	}
	doc, s := sound(t, b), testkit.Solid(text(t, b))
	if n := len(doc.all("tr")); n != 8 {
		t.Errorf("%d rows", n)
	}
	for _, want := range []string{"郊区乡镇（街道）职责任务清单准入审批表申请单位：区农业农村局（盖章）", "申请时间：2026年7月1日", "工作时限阶段性☑从2026年9月1日到2026年12月31日", "职责任务" + testkit.Solid(f.Duties),
		"区司法局审核意见" + f.Justice.Text + "签名：区司法局负责人", "领导小组审批意见同意准入。", remark} {
		if !strings.Contains(s, want) {
			t.Errorf("no %s in %s", want, s)
		}
	}
	foot := part(t, b, "word/footer1.xml")
	if fs := foot.all("fldSimple"); len(fs) != 2 || fs[0].attr["instr"] != " PAGE " {
		t.Error("no page numbers")
	}
	b, err = withdrawal().Word(printing)
	if err != nil {
		t.Fatal(err)
	}
	if doc := sound(t, b); len(doc.all("tr")) != 6 || !strings.Contains(testkit.Solid(text(t, b)), "申请退出理由禁烧期结束") {
		t.Error(text(t, b))
	}
}

// In Word as on paper: what is too long for the page goes on, whole, on a sheet
// that says what it is.
//
// Proves: F-1
func TestWhatIsTooLongGoesOnOnAContinuationSheetInWordToo(t *testing.T) {
	f := request()
	f.Office.Text, f.Duties = "开头"+plainWords(2400)+"\n第二段"+plainWords(900)+"结尾", "任务开头"+plainWords(900)+"任务结尾"
	b, err := f.Word(printing)
	if err != nil {
		t.Fatal(err)
	}
	doc, s := sound(t, b), testkit.Solid(text(t, b))
	if n, sheets := len(doc.all("pageBreakBefore")), strings.Count(s, "准入审批表（续页）"); n == 0 || n != sheets {
		t.Errorf("%d pages begin, %d are titled", n, sheets)
	}
	first, _, _ := strings.Cut(s, "准入审批表（续页）")
	if strings.Count(first, overleaf) != 2 || !strings.Contains(first, "领导小组审批意见同意准入。") || !strings.HasSuffix(first, "郊区乡镇（街道）职责任务清单") {
		t.Errorf("the first page says %s", first)
	}
	for label, long := range map[string]string{"区委编办审核意见": f.Office.Text, "职责任务": f.Duties} {
		_, after, _ := strings.Cut(first, label+long[:len("开头")])
		kept, _, _ := strings.Cut(long[:len("开头")]+after, overleaf)
		left := strings.TrimPrefix(testkit.Solid(long), kept)
		for _, page := range strings.Split(s, label+"（续）")[1:] {
			n := 0
			for n < len(left) && n < len(page) && left[n] == page[n] {
				n++
			}
			left = left[n:]
		}
		if left != "" || kept == "" {
			t.Errorf("%s: kept %d bytes, lost %s", label, len(kept), left)
		}
	}
	f = request()
	if b, err = f.Word(printing); err != nil || strings.Contains(text(t, b), "续页") {
		t.Error("a form of one page has a continuation sheet", err)
	}
}

func TestASheetInWordMergesWhatRepeatsDownwards(t *testing.T) {
	s := Sheet{Title: "清单", Sub: "2026年8月3日有效", Landscape: true, Heads: []string{"类别", "事项", "主责"}, Widths: []int{1, 3, 2}, Merge: 2,
		Rows: [][]string{{"生态", "秸秆", "甲"}, {"生态", "秸秆", "乙"}, {"生态", "巡河", "乙"}, {"民政", "巡河", "丙 <&> \"'"}, {"民政"}}}
	b, err := s.Word(printing)
	if err != nil {
		t.Fatal(err)
	}
	doc := sound(t, b)
	var got []string
	for _, tr := range doc.all("tr") {
		line := ""
		for _, tc := range tr.all("tc") {
			m := "-"
			if v := tc.all("vMerge"); len(v) > 0 {
				m = v[0].attr["val"][:1]
			}
			line += m
		}
		got = append(got, line)
	}
	if s := strings.Join(got, " "); s != "--- rr- cc- c-- r-- c--" {
		t.Error(s)
	}
	if !strings.Contains(text(t, b), `丙 <&> "'`) {
		t.Error(text(t, b))
	}
	if pg := doc.all("pgSz")[0]; pg.attr["orient"] != "landscape" {
		t.Error(pg.attr)
	}
	if n := len(doc.all("tblHeader")); n != 1 {
		t.Errorf("%d heads", n)
	}
	if pdf, err := s.PDF(fonts(t), printing); err != nil || !strings.Contains(testkit.PDFText(t, pdf), "类别事项主责生态秸秆甲乙巡河乙民政巡河丙") {
		t.Error(err, testkit.PDFText(t, pdf))
	}
}

func TestLettersAndRecordsInWord(t *testing.T) {
	l := Letter{Number: "函〔2026〕003", Title: "关于征求意见的函", To: "城关镇", Paragraphs: []string{"一。", "二。"}, Table: &Sheet{Heads: []string{"甲"}, Rows: [][]string{{"乙"}}}, Enclosures: []string{"说明"}, From: "区农业农村局", Date: "2026-08-03"}
	b, err := l.Word(printing)
	if err != nil {
		t.Fatal(err)
	}
	sound(t, b)
	if s := text(t, b); s != "函〔2026〕003\n关于征求意见的函\n城关镇：\n一。\n二。\n甲\n乙\n附件：说明\n区农业农村局\n2026年8月3日" {
		t.Error(s)
	}
	r := Record{Title: "秸秆禁烧", Number: "准入〔2026〕017", Steps: []Step{{At: printing.At, Who: "区委编办 经办", Stage: "审核", What: "同意", Words: "坏\x00字\x1b符\ufffe\n二"}}}
	if b, err = r.Word(printing); err != nil {
		t.Fatal(err)
	}
	sound(t, b)
	if s := text(t, b); !strings.Contains(s, "编号：准入〔2026〕017\n事项：秸秆禁烧") || !strings.Contains(s, "坏字符") {
		t.Errorf("%q", s)
	}
}

// wordOf is a docx with a body of one's own.
func wordOf(t *testing.T, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, s := range map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": body} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, s)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestForeignWordFilesAreReadAndHostileOnesRefused(t *testing.T) {
	body := func(s string) string { return `<w:document ` + namespaces + `><w:body>` + s + `</w:body></w:document>` }
	got := text(t, wordOf(t, body(`<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr><w:r><w:t>第</w:t></w:r><w:r><w:delText>删</w:delText><w:tab/><w:t>一条</w:t><w:br/><w:t>续</w:t></w:r></w:p>`+
		`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>格&lt;1&gt;</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>`+
		`<w:p xmlns:mc="mc"><mc:AlternateContent><mc:Choice><w:r><w:t>新</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>旧</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>`)))
	if got != "第\t一条\n续\n格<1>\n\n新" {
		t.Errorf("%q", got)
	}
	for name, b := range map[string][]byte{
		"nothing": nil,
		"no zip":  []byte("%PDF-1.7"),
		"no document": func() []byte {
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			z.Create("a.xml")
			z.Close()
			return b.Bytes()
		}(),
		"not well-formed":      wordOf(t, "<w:document><w:p>"),
		"a document type":      wordOf(t, `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>`+body(`<w:p><w:r><w:t>&x;</w:t></w:r></w:p>`)),
		"an entity of its own": wordOf(t, body(`<w:p><w:r><w:t>&lol;</w:t></w:r></w:p>`)),
		"a tower":              wordOf(t, body(strings.Repeat("<w:p>", 500)+strings.Repeat("</w:p>", 500))),
		"a bomb":               wordOf(t, body(strings.Repeat("<w:p/>", 2<<20))),
		"a path out of the zip": func() []byte {
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			z.Create("../word/document.xml")
			z.Close()
			return b.Bytes()
		}(),
	} {
		if ps, err := Text(bytes.NewReader(b), int64(len(b))); err == nil {
			t.Errorf("%s was read: %q", name, ps)
		}
	}
}
