package web

import (
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// Lines are a list before it is shown: the same columns make the table of the page
// and the spreadsheet, so that neither says more than the other.
type lines struct {
	Caption string
	Heads   []string // after the first, which names the thing
	Rows    []line
}

type line = part.Line

// table is the list on a page.
func (ls lines) table(first string) part.Table {
	t := part.Table{Caption: ls.Caption, Columns: []part.Column{{Title: first}}}
	for _, h := range ls.Heads {
		t.Columns = append(t.Columns, part.Column{Title: h})
	}
	t.Rows = make([]part.Row, 0, len(ls.Rows))
	for i := range ls.Rows {
		x := &ls.Rows[i]
		t.Rows = append(t.Rows, part.Row{Line: x, Name: x.Link.Text, Seen: x.Seen})
	}
	return t
}

// page is the list as a spreadsheet: number and name in columns of their own.
func (ls lines) page(name, title, first string) sheet.Page {
	p := sheet.Page{Name: name, Title: title, Heads: append([]string{"编号", first}, ls.Heads...), Widths: []float64{20, 40}}
	for range ls.Heads {
		p.Widths = append(p.Widths, 24)
	}
	for _, x := range ls.Rows {
		r := append([]string{x.Number, x.Link.Text}, x.Cells...)
		if x.Light.State != "" {
			r = append(r, x.Light.Text)
		}
		p.Rows = append(p.Rows, r)
	}
	return p
}
