// Package sheet reads and writes spreadsheets (xlsx). A file from outside is
// looked through before it is opened, so that none can take the house down, and
// every refusal says why. What is written is text and never a formula.
package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"yidan/internal/fault"
)

// Limits of what is read.
const (
	MaxFile    = 50 << 20 // bytes
	MaxRows    = 20_000   // with something in them, of one sheet
	MaxColumns = 100
	MaxSheets  = 30
)

// A Sheet is one sheet of a file. Cells that are merged downwards say in every
// row what the first of them says.
type Sheet struct {
	Name   string
	Hidden bool
	Rows   []Row // those with something in them
	Notes  []Note
}

// A Row keeps the number that the spreadsheet shows.
type Row struct {
	No    int
	Cells []string
}

// Cell is the text in a column, from 0; "" beyond the last.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// A Note tells what a reader should know about a place: a formula, a hidden row.
type Note struct {
	Row    int
	Column string
	Text   string
}

// Column is the letter of a column, from 0: A, B, … AA.
func Column(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return ""
	}
	return name
}

func refuse(format string, args ...any) error { return fault.On("file", "", format, args...) }

// Read reads a file of a name.
func Read(r io.ReaderAt, size int64, name string) (all []Sheet, err error) {
	found, err := inspect(r, size, name)
	if err != nil {
		return nil, err
	}
	defer func() { // what is broken in a way that the reader of the format did not foresee
		if p := recover(); p != nil {
			all, err = nil, &fault.Fault{Kind: fault.Invalid, Text: "“" + name + "”读不出来", Cause: fmt.Errorf("%v", p), Fields: []fault.Field{{Name: "file", Text: "“" + name + "”的内容读不出来。用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"}}}
		}
	}()
	f, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return nil, refuse("“%s”打不开，可能没有传完整。用 Excel 或 WPS 打开，另存为 .xlsx 后再导入", name)
	}
	defer f.Close()
	names := f.GetSheetList()
	if len(names) > MaxSheets {
		return nil, refuse("“%s”有 %d 张表，上限 %d 张。可拆分后分别导入", name, len(names), MaxSheets)
	}
	for _, n := range names {
		s := Sheet{Name: n}
		visible, err := f.GetSheetVisible(n)
		if err != nil {
			return nil, refuse("“%s”的表“%s”读不出来", name, n)
		}
		s.Hidden = !visible
		o := found[n]
		if o == nil {
			o = new(outline)
		}
		if err := s.read(f, o); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// read reads the rows of a sheet one after another, up to the last with something in it.
func (s *Sheet) read(f *excelize.File, o *outline) error {
	rows, err := f.Rows(s.Name)
	if err != nil {
		return refuse("表“%s”读不出来。另存为 .xlsx 后再导入", s.Name)
	}
	defer rows.Close()
	at := make(map[int]int, o.rows)
	for no := 1; no <= o.end && rows.Next(); no++ {
		cells, err := rows.Columns()
		if err != nil {
			return refuse("表“%s”第 %d 行读不出来。另存为 .xlsx 后再导入", s.Name, no)
		}
		for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) > MaxColumns {
			cells = cells[:MaxColumns]
		}
		if len(cells) > 0 {
			at[no] = len(s.Rows)
			s.Rows = append(s.Rows, Row{No: no, Cells: cells})
		}
	}
	s.fill(o, at)
	for _, c := range o.formulas {
		if col, no, err := excelize.CellNameToCoordinates(c); err == nil {
			s.Notes = append(s.Notes, Note{Row: no, Column: Column(col - 1), Text: "这一格是公式，按显示的结果读取"})
		}
	}
	for _, no := range o.hidden {
		if _, ok := at[no]; ok {
			s.Notes = append(s.Notes, Note{Row: no, Text: "这一行是隐藏的，也读取了"})
		}
	}
	return rows.Error()
}

// fill says in every row what cells merged downwards say in their first.
func (s *Sheet) fill(o *outline, at map[int]int) {
	most := 1 << 20 // merged ranges that overlap could otherwise keep us busy
	for _, m := range o.merges {
		first, ok := at[m[1]]
		if !ok || m[0] > MaxColumns {
			continue
		}
		col := m[0] - 1
		text := s.Rows[first].Cell(col)
		for no := m[1] + 1; no <= min(m[3], o.end) && text != "" && most > 0; no++ {
			most--
			i, ok := at[no]
			if !ok || s.Rows[i].Cell(col) != "" {
				continue
			}
			for len(s.Rows[i].Cells) <= col {
				s.Rows[i].Cells = append(s.Rows[i].Cells, "")
			}
			s.Rows[i].Cells[col] = text
		}
	}
}

// A Page is a sheet that is to be written.
type Page struct {
	Name   string
	Title  string // above the head; "" for none
	Note   string // below the title: as of which day
	Heads  []string
	Widths []float64 // in characters; 0 leaves it to the program
	Rows   [][]string
}

// Write writes a file: every cell is text, and no text is ever a formula.
func Write(w io.Writer, pages []Page) error {
	f := excelize.NewFile()
	defer f.Close()
	thin := []excelize.Border{{Type: "left", Style: 1, Color: "999999"}, {Type: "top", Style: 1, Color: "999999"}, {Type: "right", Style: 1, Color: "999999"}, {Type: "bottom", Style: 1, Color: "999999"}}
	title, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 16, Family: "宋体"}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}})
	if err != nil {
		return err
	}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 11, Family: "宋体"}, Border: thin, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	if err != nil {
		return err
	}
	// Text (@): typing in a cell does not make a formula of it either.
	body, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Size: 11, Family: "宋体"}, Border: thin, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	for i, p := range pages {
		if i == 0 {
			err = f.SetSheetName("Sheet1", p.Name)
		} else {
			_, err = f.NewSheet(p.Name)
		}
		if err != nil {
			return err
		}
		if err := p.write(f, title, head, body); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}

func (p Page) write(f *excelize.File, title, head, body int) error {
	if err := p.printed(f); err != nil {
		return err
	}
	s, err := f.NewStreamWriter(p.Name)
	if err != nil {
		return err
	}
	for i, w := range p.Widths {
		if w > 0 {
			if err := s.SetColWidth(i+1, i+1, w); err != nil {
				return err
			}
		}
	}
	no := 1
	row := func(style int, texts []string, opts ...excelize.RowOpts) error {
		cells := make([]any, len(texts))
		for i, t := range texts {
			cells[i] = excelize.Cell{StyleID: style, Value: t}
		}
		at, err := excelize.CoordinatesToCellName(1, no)
		if err != nil {
			return err
		}
		no++
		return s.SetRow(at, cells, opts...)
	}
	if p.Title != "" {
		if err := row(title, []string{p.Title}, excelize.RowOpts{Height: 30}); err != nil {
			return err
		}
		if last := Column(len(p.Heads) - 1); len(p.Heads) > 1 {
			if err := s.MergeCell("A1", last+"1"); err != nil {
				return err
			}
		}
	}
	if p.Note != "" {
		if err := row(body, []string{p.Note}); err != nil {
			return err
		}
		if last := Column(len(p.Heads) - 1); len(p.Heads) > 1 {
			if err := s.MergeCell(fmt.Sprintf("A%d", no-1), fmt.Sprintf("%s%d", last, no-1)); err != nil {
				return err
			}
		}
	}
	if err := row(head, p.Heads); err != nil {
		return err
	}
	for _, r := range p.Rows {
		if err := row(body, r, excelize.RowOpts{Height: p.height(r)}); err != nil {
			return err
		}
	}
	return s.Flush()
}

// A sheet of more characters than that is printed on A3.
const mostOnA4 = 140

// printed has a sheet printed whole: across the paper and as wide as it is, its heads
// on every page.
func (p Page) printed(f *excelize.File) error {
	paper, across, wide, long, fit, margin := 9, "landscape", 1, 0, true, 0.4
	sum := 0.0
	for _, w := range p.Widths {
		sum += w
	}
	if sum > mostOnA4 {
		paper = 8
	}
	return errors.Join(
		f.SetSheetProps(p.Name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		f.SetPageLayout(p.Name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &across, FitToWidth: &wide, FitToHeight: &long}),
		f.SetPageMargins(p.Name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin}),
		f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: p.Name, RefersTo: fmt.Sprintf("'%s'!$%d:$%d", strings.ReplaceAll(p.Name, "'", "''"), p.headRow(), p.headRow())}),
	)
}

// headRow is the row in which the heads stand.
func (p Page) headRow() int {
	n := 1
	for _, above := range []string{p.Title, p.Note} {
		if above != "" {
			n++
		}
	}
	return n
}

// Of a line, and the tallest that a row may be, in points.
const (
	lineHeight = 16
	mostHeight = 409
)

// height is that of a row whose longest cell is wrapped: not every program works it
// out when it opens the file.
func (p Page) height(cells []string) float64 {
	lines := 1
	for i, c := range cells {
		width := 8.0
		if i < len(p.Widths) && p.Widths[i] > 0 {
			width = p.Widths[i]
		}
		n := 0
		for l := range strings.SplitSeq(c, "\n") {
			n += max(1, int(math.Ceil(columns(l)/(width-1))))
		}
		lines = max(lines, n)
	}
	return min(float64(lines)*lineHeight, mostHeight)
}

// columns is how wide a line is in digits: a Chinese character is a little
// wider than two.
func columns(s string) (n float64) {
	for _, r := range s {
		if r < 0x2E80 {
			n++
		} else {
			n += 2.2
		}
	}
	return n
}
