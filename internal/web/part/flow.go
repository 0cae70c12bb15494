package part

import "fmt"

// A Flow leads from column to column: what changed, what it reaches, who must act.
// It is the picture of a table, which is the real content.
type Flow struct {
	Title   string
	Heads   []string
	Columns [][]string // labels, from above
	Edges   []Edge
}

// An Edge leads from a label of a column, by its place, to one of the next column.
type Edge struct{ Column, From, To int }

// Measures of a flow, in the units of the drawing.
const (
	flowW    = 190
	flowH    = 30
	flowGapX = 90
	flowGapY = 10
	flowHead = 26
	flowMost = 13 // characters in a box
)

func (f Flow) viewBox() string {
	most := 1
	for _, c := range f.Columns {
		most = max(most, len(c))
	}
	n := len(f.Columns)
	return fmt.Sprintf("0 0 %d %d", 2*margin+n*flowW+(n-1)*flowGapX, 2*margin+flowHead+most*(flowH+flowGapY))
}

// place of a box: a shorter column is spread over the height of the longest.
func (f Flow) place(column, i int) (x, y int) {
	most := 1
	for _, c := range f.Columns {
		most = max(most, len(c))
	}
	step := flowH + flowGapY
	off := (most - len(f.Columns[column])) * step / 2
	return margin + column*(flowW+flowGapX), margin + flowHead + off + i*step
}

func (f Flow) curve(e Edge) string {
	x, y := f.place(e.Column, e.From)
	u, v := f.place(e.Column+1, e.To)
	x, y, v = x+flowW, y+flowH/2, v+flowH/2
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, y, x+flowGapX/2, y, u-flowGapX/2, v, u, v)
}

// short is a label that fits its box; the table has it whole.
func short(s string) string {
	if r := []rune(s); len(r) > flowMost {
		return string(r[:flowMost-1]) + "…"
	}
	return s
}

// A box of a flow in its place.
type flowBox struct {
	x, y  int
	label string
}

func (f Flow) boxes() (bs []flowBox) {
	for c, labels := range f.Columns {
		for i, l := range labels {
			x, y := f.place(c, i)
			bs = append(bs, flowBox{x, y, short(l)})
		}
	}
	return bs
}
