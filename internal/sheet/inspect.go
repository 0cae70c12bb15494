package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"yidan/internal/fault"
)

const (
	maxUnpacked = 64 << 20 // bytes of a file, unpacked
	maxStrings  = 24 << 20 // bytes of its table of texts
	maxEntries  = 2000
	maxSheet    = 40 << 20 // bytes of one sheet
	prolog      = 16 << 10 // bytes at the beginning of an XML part, where a document type stands
	maxMerges   = 20_000
	lastRow     = 1 << 20 // of the format itself
	lastColumn  = 1 << 14
)

// An outline is what a sheet's XML says besides its texts.
type outline struct {
	rows     int // with something in them
	end      int // the last of them
	columns  int
	hidden   []int
	merges   [][4]int // first column and row, last column and row, from 1
	formulas []string
}

var (
	errTooMuch = errors.New("too much")
	errDoctype = errors.New("doctype")
)

// inspect looks through a file without opening it: is it what its name says, can
// it be unpacked within bounds, does it mean what it shows? It returns the outlines
// of its sheets by their names.
func inspect(r io.ReaderAt, size int64, name string) (map[string]*outline, error) {
	if err := begins(r, size, name); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refuse("“%s”不完整，可能没有传完。重新上传", name)
	}
	if len(z.File) > maxEntries {
		return nil, refuse("“%s”里有 %d 个部件，不是普通的表格，没有读取。用 Excel 或 WPS 另存为 .xlsx 后再导入", name, len(z.File))
	}
	seen, sheets, left := map[string]bool{}, map[string]*outline{}, int64(maxUnpacked)
	var books [2][]byte
	for _, e := range z.File {
		n := strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(e.Name, `\`, "/")), "/"))
		switch {
		case seen[n]:
			return nil, refuse("“%s”里有两个同名的部件，没有读取。用 Excel 或 WPS 另存为 .xlsx 后再导入", name)
		case path.Base(n) == "vbaproject.bin":
			return nil, refuse("“%s”里有宏，没有读取。另存为不带宏的 .xlsx 后再导入", name)
		case e.Flags&1 != 0:
			return nil, refuse("“%s”加了密码，没有读取。去掉密码后再导入", name)
		}
		seen[n] = true
		o, err := look(e, n, &left, &books)
		switch {
		case errors.Is(err, errTooMuch):
			return nil, refuse("“%s”展开后超过 %d MB，没有读取。清单一般只有几 MB，检查是否夹带了图片或空白格式", name, maxUnpacked>>20)
		case errors.Is(err, errDoctype):
			return nil, refuse("“%s”里有外部引用（DTD），不是 Excel 或 WPS 存的表格，没有读取。另存为 .xlsx 后再导入", name)
		case fault.Is(err, fault.Invalid):
			return nil, err
		case err != nil:
			return nil, refuse("“%s”不完整或者已损坏（%s）。重新上传，或用 Excel 打开另存为 .xlsx 后再导入", name, path.Base(n))
		}
		if o != nil {
			sheets[n] = o
		}
	}
	if !seen["[content_types].xml"] || !seen["xl/workbook.xml"] {
		return nil, refuse("“%s”不是 Excel 表格（.xlsx），内容与后缀不一致。用 Excel 或 WPS 另存为 .xlsx 后再导入", name)
	}
	return byName(sheets, books), nil
}

// The workbook says which sheet is which part.
const (
	workbook  = "xl/workbook.xml"
	relations = "xl/_rels/workbook.xml.rels"
)

func byName(parts map[string]*outline, books [2][]byte) map[string]*outline {
	var w struct {
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var r struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(books[0], &w) != nil || xml.Unmarshal(books[1], &r) != nil {
		return nil
	}
	names := map[string]*outline{}
	for _, s := range w.Sheets {
		for _, a := range s.Attrs {
			for _, x := range r.All {
				if a.Name.Local == "id" && x.ID == a.Value {
					to := x.Target
					if !strings.HasPrefix(to, "/") {
						to = "/xl/" + to
					}
					names[s.Name] = parts[strings.ToLower(path.Clean(to)[1:])]
				}
			}
		}
	}
	return names
}

// begins looks at size, name and the first bytes.
func begins(r io.ReaderAt, size int64, name string) error {
	head := make([]byte, 8)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	head = head[:n]
	switch {
	case size == 0:
		return refuse("“%s”是空文件，没有内容，没有导入。空文件不会当作取消全部事项", name)
	case size > MaxFile:
		return refuse("“%s”有 %d MB，上限 %d MB。可拆分后分别导入", name, size>>20, MaxFile>>20)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return refuse("“%s”加了密码或者是旧版 .xls，没有读取。去掉密码，另存为 .xlsx 后再导入", name)
	case strings.EqualFold(path.Ext(name), ".csv"), strings.EqualFold(path.Ext(name), ".txt"):
		return refuse("“%s”是文本表格（CSV）。用 Excel 或 WPS 打开，确认文字没有乱码，另存为 .xlsx 后再导入", name)
	case !bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return refuse("“%s”不是 Excel 表格（.xlsx），内容与后缀不一致。用 Excel 或 WPS 另存为 .xlsx 后再导入", name)
	}
	return nil
}

// look unpacks one part, counting what really comes out of it and not what it claims.
func look(e *zip.File, name string, left *int64, books *[2][]byte) (*outline, error) {
	rc, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	in := &counted{r: rc, left: left, own: maxUnpacked, guard: strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels")}
	if path.Base(name) == "sharedstrings.xml" {
		in.own = maxStrings
	}
	switch {
	case path.Dir(name) == "xl/worksheets" && in.guard:
		in.own = maxSheet
		o := new(outline)
		if err := o.read(in); err != nil {
			return nil, err
		}
		_, err := io.Copy(io.Discard, in)
		return o, err
	case name == workbook, name == relations:
		i := 0
		if name == relations {
			i = 1
		}
		in.own = 1 << 20
		books[i], err = io.ReadAll(in)
		return nil, err
	}
	_, err = io.Copy(io.Discard, in)
	return nil, err
}

// counted reads until a bound is passed, and refuses a document type.
type counted struct {
	r     io.Reader
	left  *int64 // of the whole file
	own   int64  // of this part
	guard bool
	head  []byte
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	*c.left -= int64(n)
	if c.own -= int64(n); c.own < 0 || *c.left < 0 {
		return 0, errTooMuch
	}
	if c.guard && n > 0 && len(c.head) < prolog {
		c.head = append(c.head, p[:min(n, prolog-len(c.head))]...)
		if bytes.Contains(c.head, []byte("<!DOCTYPE")) || bytes.Contains(c.head, []byte("<!ENTITY")) {
			return 0, errDoctype
		}
	}
	return n, err
}

// read goes through the XML of a sheet for rows, columns, merged cells and formulas.
func (o *outline) read(r io.Reader) error {
	d := xml.NewDecoder(r)
	row, col, before := 0, 0, 0
	inCell, filled := false, false
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "row":
				row, col, filled = before+1, 0, false
				if at := attr(t, "r"); at != "" {
					n, err := strconv.Atoi(at)
					if err != nil || n < 1 || n > lastRow || n <= before {
						return refuse("表格的行号不对（%s），不是 Excel 或 WPS 存的表格，没有读取。另存为 .xlsx 后再导入", short(at))
					}
					row = n
				}
				before = row
				if h := attr(t, "hidden"); h == "1" || h == "true" {
					o.hidden = append(o.hidden, row)
				}
			case "c":
				inCell, col = true, col+1
				if at := attr(t, "r"); at != "" {
					c, n, err := excelize.CellNameToCoordinates(at)
					if err != nil || c < 1 || c > lastColumn || n != row {
						return refuse("表格的单元格位置不对（%s），不是 Excel 或 WPS 存的表格，没有读取。另存为 .xlsx 后再导入", short(at))
					}
					col = c
				}
			case "f":
				if inCell && len(o.formulas) < 50 {
					o.formulas = append(o.formulas, fmt.Sprintf("%s%d", Column(col-1), row))
				}
			case "mergeCell":
				if len(o.merges) == maxMerges {
					return refuse("合并的单元格超过 %d 处，没有读取。取消不必要的合并后再导入", maxMerges)
				}
				if err := o.merge(attr(t, "ref")); err != nil {
					return err
				}
			}
		case xml.CharData:
			if !inCell || len(bytes.TrimSpace(t)) == 0 {
				continue
			}
			if col > MaxColumns {
				return refuse("%s 列还有内容，最多读 %d 列。删去多余的列后再导入", Column(col-1), MaxColumns)
			}
			o.columns = max(o.columns, col)
			if !filled {
				filled = true
				o.rows++
				o.end = row
			}
			if o.rows > MaxRows {
				return refuse("有内容的行超过 %d 行，没有读取。清单按表拆分后分别导入", MaxRows)
			}
		case xml.EndElement:
			if t.Name.Local == "c" {
				inCell = false
			}
		}
	}
}

func (o *outline) merge(ref string) error {
	a, b, ok := strings.Cut(strings.ReplaceAll(ref, "$", ""), ":")
	if !ok {
		return nil
	}
	c1, r1, err1 := excelize.CellNameToCoordinates(a)
	c2, r2, err2 := excelize.CellNameToCoordinates(b)
	if err1 != nil || err2 != nil || c2 < c1 || r2 < r1 || r2 > lastRow {
		return refuse("合并单元格的范围不对（%s），没有读取。另存为 .xlsx 后再导入", short(ref))
	}
	o.merges = append(o.merges, [4]int{c1, r1, c2, r2})
	return nil
}

func attr(t xml.StartElement, name string) string {
	i := slices.IndexFunc(t.Attr, func(a xml.Attr) bool { return a.Name.Local == name && a.Name.Space == "" })
	if i < 0 {
		return ""
	}
	return t.Attr[i].Value
}

func short(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
