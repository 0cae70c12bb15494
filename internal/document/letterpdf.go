package document

import "fmt"

// Margins of a letter (GB/T 9704), in points.
const (
	letterTop    = 95.0
	letterSide   = 76.0
	letterLead   = 28.0 // from line to line
	tableLead    = 17.0
	tablePad     = 4.0
	letterIndent = 2 * size3
)

// A flow fills pages from top to bottom.
type flow struct {
	*canvas
	side, top, y float64
}

func newFlow(f *Fonts, landscape bool, side, top float64) (*flow, error) {
	c, err := newCanvas(f, landscape)
	if err != nil {
		return nil, err
	}
	w := &flow{canvas: c, side: side, top: top}
	w.turn()
	return w, nil
}

func (w *flow) turn()           { w.page(); w.y = w.top }
func (w *flow) inner() float64  { return w.width - 2*w.side }
func (w *flow) bottom() float64 { return w.height - footRoom - 6 }

// room turns the page when less than h is left of it.
func (w *flow) room(h float64) {
	if w.y+h > w.bottom() && w.y > w.top {
		w.turn()
	}
}

// line makes room for a line and returns where it stands.
func (w *flow) line(lead, size float64) (base float64) {
	w.room(lead)
	w.y += lead
	return w.y - (lead-size)/2 - size*.14
}

func (w *flow) title(s string) {
	for _, t := range w.balanced(bold, size2, w.inner(), s) {
		w.centre(bold, size2, w.width/2, w.line(size2*1.5, size2), t)
	}
}

// para writes a paragraph.
func (w *flow) para(part typeface, size, lead, indent float64, s string) {
	w.ending(0, part, size, lead, indent, s)
}

// ending writes a paragraph whose last two lines stay with what follows, so high.
func (w *flow) ending(after float64, part typeface, size, lead, indent float64, s string) {
	ls := w.lines(part, size, w.inner(), indent, s)
	for i, t := range ls {
		if last := len(ls) - i; after > 0 && i == max(len(ls)-2, 0) && lead*float64(last)+after < w.bottom()-w.top {
			w.room(lead*float64(last) + after)
		}
		x := w.side
		if i == 0 {
			x += indent
		}
		w.text(part, size, x, w.line(lead, size), t)
	}
}

// PDF implements [Body].
func (l Letter) PDF(f *Fonts, p Print) ([]byte, error) {
	w, err := l.flow(f)
	if err != nil {
		return nil, err
	}
	w.foots(p, w.side)
	return w.file(p.Title)
}

// flow is the letter on its pages.
func (l Letter) flow(f *Fonts) (*flow, error) {
	w, err := newFlow(f, false, letterSide, letterTop)
	if err != nil {
		return nil, err
	}
	if l.Number != "" {
		w.centre(song, size3, w.width/2, w.line(letterLead, size3), l.Number)
		w.y += 6
		w.stroke(1, w.side, w.y, w.side+w.inner(), w.y)
		w.y += 18
	}
	w.title(l.Title)
	w.y += 12
	if l.To != "" {
		w.para(song, size3, letterLead, 0, l.To+"：")
	}
	for i, s := range l.Paragraphs {
		after := 0.0
		if i == len(l.Paragraphs)-1 && l.Table == nil { // nobody signs a page that says nothing
			after = w.signed(l)
		}
		w.ending(after, song, size3, letterLead, letterIndent, s)
	}
	if l.Table != nil {
		w.y += 6
		w.table(*l.Table)
		w.y += 6
	}
	for i, s := range l.enclosures() {
		if i == 0 {
			w.y += letterLead / 2
		}
		w.para(song, size3, letterLead, letterIndent, s)
	}
	w.sign(l)
	return w, nil
}

func (l Letter) enclosures() (ls []string) {
	for i, e := range l.Enclosures {
		head := "　　　"
		if i == 0 {
			head = "附件："
		}
		if len(l.Enclosures) > 1 {
			head += fmt.Sprintf("%d. ", i+1)
		}
		ls = append(ls, head+e)
	}
	return ls
}

// signed is how high enclosures, sender and date are.
func (w *flow) signed(l Letter) float64 {
	n := float64(len(w.lines(song, size3, w.inner()-4*size3, 0, l.From)) + 2)
	for i, s := range l.enclosures() {
		if i == 0 {
			n += .5
		}
		n += float64(len(w.lines(song, size3, w.inner(), letterIndent, s)))
	}
	return n * letterLead
}

// sign writes sender and date, centred over one another at the right, never
// torn apart by the end of a page.
func (w *flow) sign(l Letter) {
	from := w.lines(song, size3, w.inner()-4*size3, 0, l.From)
	date := sayDay(l.Date)
	w.room(letterLead * float64(len(from)+2))
	w.y += letterLead
	wide := w.faces.wide(song, date, size3)
	for _, s := range from {
		wide = max(wide, w.faces.wide(song, s, size3))
	}
	x := w.side + w.inner() - 2*size3 - wide/2
	for _, s := range append(from, date) {
		w.centre(song, size3, x, w.line(letterLead, size3), s)
	}
}

// PDF implements [Body].
func (r Record) PDF(f *Fonts, p Print) ([]byte, error) {
	w, err := newFlow(f, false, 50, 56)
	if err != nil {
		return nil, err
	}
	s := r.sheet()
	w.title(s.Title)
	w.y += 8
	for _, t := range r.facts() {
		w.para(song, size4s, 19, 0, t)
	}
	w.y += 6
	w.table(s)
	w.foots(p, w.side)
	return w.file(p.Title)
}

// PDF sets the sheet on as many pages as it takes, its heads on each.
func (s Sheet) PDF(f *Fonts, p Print) ([]byte, error) {
	w, err := newFlow(f, s.Landscape, 46, 50)
	if err != nil {
		return nil, err
	}
	w.title(s.Title)
	if s.Sub != "" {
		w.centre(song, size4s, w.width/2, w.line(22, size4s), s.Sub)
	}
	w.y += 8
	w.table(s)
	w.foots(p, w.side)
	return w.file(p.Title)
}

// table sets a table; a row that does not fit goes on on the next page.
func (w *flow) table(s Sheet) {
	cols := s.share(w.inner())
	w.room(6 * tableLead)
	w.row(s.Heads, cols, bold, nil)
	for i, row := range s.Rows {
		shown := make([]string, len(s.Heads))
		for j := range shown {
			if !s.repeats(i, j) {
				shown[j] = value(row, j)
			}
		}
		w.row(shown, cols, song, s.Heads)
	}
}

// row sets one row. Where the page ends it is torn between lines, and heads are
// written again on the next.
func (w *flow) row(row []string, cols []float64, part typeface, heads []string) {
	cells := make([][]string, len(cols))
	most := 0
	for i, width := range cols {
		cells[i] = w.lines(part, size4s, width-2*tablePad, 0, value(row, i))
		most = max(most, len(cells[i]))
	}
	whole := float64(most)*tableLead + 2*tablePad
	if heads != nil && w.y+whole > w.bottom() && (whole < w.bottom()/2 || w.y+3*tableLead > w.bottom()) {
		w.turn()
		w.row(heads, cols, bold, nil)
	}
	for most > 0 {
		n := most
		if heads != nil {
			n = min(most, max(1, int((w.bottom()-w.y-2*tablePad)/tableLead)))
		}
		h := float64(n)*tableLead + 2*tablePad
		x := w.side
		for i, width := range cols {
			y := w.y + tablePad
			if part == bold {
				y += float64(n-len(cells[i])) * tableLead / 2
			}
			for _, t := range cells[i][:min(n, len(cells[i]))] {
				base := y + tableLead/2 + size4s*.36
				if part == bold {
					w.centre(part, size4s, x+width/2, base, t)
				} else {
					w.text(part, size4s, x+tablePad, base, t)
				}
				y += tableLead
			}
			cells[i] = cells[i][min(n, len(cells[i])):]
			w.frame(.5, x, w.y, width, h)
			x += width
		}
		w.y += h
		if most -= n; most > 0 {
			w.turn()
			w.row(heads, cols, bold, nil)
		}
	}
}
