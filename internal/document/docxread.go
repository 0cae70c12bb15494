package document

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"yidan/internal/fault"
)

const (
	wordSpace  = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	maxWordXML = 50 << 20 // bytes of document.xml, unpacked
	maxDepth   = 200      // of elements in one another
)

// Text is what a Word document (.docx) says, paragraph by paragraph, those in
// cells of tables included; deleted text and what is in notes is left out. A
// document that is no docx, is encrypted or unpacks beyond the limits of [Take]
// is refused.
func Text(r io.ReaderAt, size int64) ([]string, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, notWord(err)
	}
	if f := inspect(z, "这个文件"); f != nil {
		return nil, f
	}
	part, err := z.Open("word/document.xml")
	if err != nil {
		return nil, notWord(err)
	}
	defer part.Close()
	ps, err := paragraphs(io.LimitReader(part, maxWordXML))
	if err != nil {
		return nil, notWord(err)
	}
	return ps, nil
}

func notWord(cause error) error {
	return &fault.Fault{Kind: fault.Refused, Text: "这个文件不能按 Word 文档（.docx）读取。在 Word 中打开，另存为 .docx 后再传", Cause: cause}
}

// paragraphs reads the text of the body. Go's decoder fetches nothing from
// outside and knows no entities but those of XML itself; a document type, which
// a docx never has, is refused all the same.
func paragraphs(r io.Reader) (ps []string, err error) {
	d := xml.NewDecoder(r)
	var b strings.Builder
	depth, inText := 0, false
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && depth == 0 {
			return ps, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.Directive:
			return nil, errors.New("a document type")
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return nil, fmt.Errorf("deeper than %d", maxDepth)
			}
			if t.Name.Local == "Fallback" { // says again what was said for newer programs
				if err := d.Skip(); err != nil {
					return nil, err
				}
				depth--
				continue
			}
			if t.Name.Space != wordSpace {
				continue
			}
			switch t.Name.Local {
			case "t":
				inText = true
			case "tab":
				if b.Len() > 0 { // also the name of a tab stop, which stands before any text
					b.WriteByte('\t')
				}
			case "br", "cr":
				b.WriteByte('\n')
			}
		case xml.EndElement:
			depth--
			if t.Name.Space != wordSpace {
				continue
			}
			switch t.Name.Local {
			case "t":
				inText = false
			case "p":
				ps = append(ps, b.String())
				b.Reset()
			}
		case xml.CharData:
			if inText {
				b.Write(t)
			}
		}
	}
}
