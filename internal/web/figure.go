package web

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"yidan/internal/document"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// A figure is a count and the list that it counts: asked by the same reader, the
// list has as many rows.
type figure struct {
	N    int
	Href string
}

// Figures are a table of counts. What stands on the page stands in the Word
// document and in the spreadsheet.
type figures struct {
	Title, Rule string
	Heads       []string // the first is over the names
	Rows        []figureRow
	Empty, Note string // where there are no rows; below the table
}

type figureRow struct {
	Name   part.Link
	Counts []figure
}

// A countsView is a page of figures.
type countsView struct {
	Head    part.Head
	Tabs    []part.Tab
	Filter  *part.Filter
	Exports []part.Link
	Figures []figures
	Notes   []string
	OnePage bool // two columns, and one sheet of paper
}

// row adds a line.
func (f *figures) row(name part.Link, counts ...figure) {
	f.Rows = append(f.Rows, figureRow{name, counts})
}

// table is the figures on a page: each leads to what it counts.
func (f figures) table() part.Table {
	t := part.Table{Caption: f.Title}
	for i, h := range f.Heads {
		t.Columns = append(t.Columns, part.Column{Title: h, Num: i > 0})
	}
	for _, r := range f.Rows {
		cells := []templ.Component{part.Plain(r.Name.Text)}
		if r.Name.Href != "" {
			cells[0] = part.To(r.Name)
		}
		for _, c := range r.Counts {
			n := strconv.Itoa(c.N)
			if c.N == 0 || c.Href == "" {
				cells = append(cells, part.Plain(n))
			} else {
				cells = append(cells, part.To(part.Link{Text: n, Href: c.Href}))
			}
		}
		t.Rows = append(t.Rows, part.Row{Cells: cells})
	}
	return t
}

// body is the table, or what is said in its place, with what is to be known of it.
func (f figures) body() templ.Component {
	var all []templ.Component
	if len(f.Rows) > 0 {
		all = append(all, f.table().Show())
	} else {
		all = append(all, part.Empty(f.Empty))
	}
	if f.Note != "" {
		all = append(all, aside(f.Note))
	}
	return templ.Join(all...)
}

// more is the article beside the title; nil for none.
func (f figures) more() templ.Component {
	if f.Rule == "" {
		return nil
	}
	return part.Cite(f.Rule)
}

// texts are the lines as they are written to a file.
func (f figures) texts() (rows [][]string) {
	for _, r := range f.Rows {
		row := []string{r.Name.Text}
		for _, c := range r.Counts {
			row = append(row, strconv.Itoa(c.N))
		}
		rows = append(rows, row)
	}
	return rows
}

// sendFigures sends tables of counts as a Word document or a spreadsheet.
func sendFigures(q *Request, kind, title, sub string, all []figures) (Reply, error) {
	name := fmt.Sprintf("%s %s", title, org.Day(q.Now))
	if kind == "docx" {
		r := document.Report{Title: title, Sub: sub}
		for _, f := range all {
			t := document.Sheet{Title: f.Title, Sub: f.Note, Heads: f.Heads, Widths: []int{3}, Rows: f.texts()}
			if len(t.Rows) == 0 {
				t.Sub = f.Empty
			}
			r.Tables = append(r.Tables, t)
		}
		b, err := r.Word(document.Print{Title: title, At: q.Now})
		return Send(File{Name: name + ".docx", Type: word, Body: bytes.NewReader(b), At: q.Now}), err
	}
	var pages []sheet.Page
	for _, f := range all {
		p := sheet.Page{Name: f.Title, Title: title + "：" + f.Title, Note: sub, Heads: f.Heads, Widths: []float64{28}, Rows: f.texts()}
		for range f.Heads[1:] {
			p.Widths = append(p.Widths, 14)
		}
		pages = append(pages, p)
	}
	var b bytes.Buffer
	if err := sheet.Write(&b, pages); err != nil {
		return Reply{}, err
	}
	return Send(File{Name: name + ".xlsx", Type: excel, Body: &b, At: q.Now}), nil
}
