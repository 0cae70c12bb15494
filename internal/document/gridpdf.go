package document

import (
	"math"
	"slices"
	"strings"
)

// A setting is how generously a form is set: a short text stands large, a long
// one is still 小四.
type setting struct {
	size   float64 // of the type
	lead   float64 // from line to line, in sizes
	pad    float64 // inside a cell
	margin float64 // of the page, left and right
	top    float64
	ease   float64 // height left for seals and pens, or else the next setting is taken
}

var settings = []setting{
	{size4, 1.6, 7, 68, 64, 130},
	{size4, 1.4, 5, 62, 54, 90},
	{size4s, 1.5, 5, 56, 48, 40},
	{size4s, 1.35, 4, 50, 40, 0},
	{size4s, 1.18, 3, 40, 24, 0},
}

// footRoom is what the foot of the page takes.
const footRoom = 48

// PDF implements [Body].
func (f F1) PDF(fonts *Fonts, p Print) ([]byte, error) { return f.grid().pdf(fonts, p) }

// PDF implements [Body].
func (f F2) PDF(fonts *Fonts, p Print) ([]byte, error) { return f.grid().pdf(fonts, p) }

func (g grid) pdf(fonts *Fonts, p Print) ([]byte, error) {
	c, err := newCanvas(fonts, false)
	if err != nil {
		return nil, err
	}
	g.set(c, p)
	return c.file(p.Title)
}

// set sets the form in the largest setting in which it is one page. A text that
// is too long even for the smallest is cut, and the rest goes onto a 续页.
func (g grid) set(c *canvas, p Print) {
	l := g.fit(c, 0)
	if l.spare() < 0 {
		l.cut()
	}
	l.stretch()
	l.draw()
	l.overflow()
	c.foots(p, l.margin)
}

// fit is the form in the most generous setting that leaves it one page with above
// points free at its top, or in the smallest one.
func (g grid) fit(c *canvas, above float64) (l gridLayout) {
	for _, s := range settings {
		s.top += above
		l = gridLayout{canvas: c, grid: g, setting: s}
		l.measure()
		if l.spare() >= s.ease {
			break
		}
	}
	return l
}

// A gridLayout is a form in one setting.
type gridLayout struct {
	*canvas
	grid
	setting
	text    [][][]string // lines by row and cell
	foot    [][]string   // of the last cell of a row, in lines
	height  []float64    // of rows
	titles  []string
	remarks []string
	rest    []rest
	kept    map[int]string // what is left of a row's text that was cut
}

// rest is what a row has to say on a continuation sheet: its text, and the text in
// lines.
type rest struct {
	label  string
	part   typeface
	lines  []string
	text   string
	heads  []string // the label in lines
	height float64
}

func (l *gridLayout) inner() float64 { return l.canvas.width - 2*l.margin }
func (l *gridLayout) step() float64  { return l.size * l.lead }

// cell is the left edge and the width of a cell.
func (l *gridLayout) cell(r gridRow, i int) (x, w float64) {
	col := 0
	for _, c := range r.cells[:i] {
		col += c.span
	}
	x = l.margin
	for _, share := range l.cols[:col] {
		x += share * l.inner()
	}
	for _, share := range l.cols[col : col+r.cells[i].span] {
		w += share * l.inner()
	}
	return x, w
}

// gap is what keeps text off the sides of its cell.
const gap = 6

// narrow makes the columns of heads as wide as four characters need, so that
// the rest is for what is said.
func (l *gridLayout) narrow() {
	h := (4*l.size + 2*gap + 6) / l.inner()
	l.cols = []float64{h, l.cols[1], h, 1 - l.cols[1] - 2*h}
}

func (l *gridLayout) measure() {
	l.narrow()
	l.titles = l.lines(bold, size2, l.inner(), 0, l.title)
	l.remarks = l.lines(song, size4s, l.inner(), 0, l.remark)
	l.foot = make([][]string, len(l.rows))
	for ri, r := range l.rows {
		var cells [][]string
		most := r.lines
		for i, cell := range r.cells {
			_, w := l.cell(r, i)
			ls := l.lines(cell.part, l.size, w-2*gap, 0, cell.text)
			if cell.text == "" {
				ls = nil
			}
			cells = append(cells, ls)
			n := len(ls)
			if cell.foot != nil {
				l.foot[ri] = l.sign(cell.foot, w-2*gap)
				n = max(n, 1) + len(l.foot[ri])
			}
			most = max(most, n)
		}
		l.text = append(l.text, cells)
		l.height = append(l.height, float64(most)*l.step()+2*l.pad)
	}
}

// sign puts signature and date on one line where there is room.
func (l *gridLayout) sign(foot []string, w float64) (ls []string) {
	one := strings.Join(foot, "　")
	if l.faces.wide(song, one, l.size) <= w {
		return []string{one}
	}
	for _, f := range foot {
		ls = append(ls, l.lines(song, l.size, w, 0, f)...)
	}
	return ls
}

// tableTop is where the table begins, remarkHeight what the remark takes below it.
func (l *gridLayout) tableTop() float64 {
	return l.top + float64(len(l.titles))*size2*1.35 + float64(len(l.aboveLines()))*size4s*1.6 + 6
}

func (l *gridLayout) remarkHeight() float64 { return float64(len(l.remarks))*size4s*1.3 + 6 }

// aboveLines are the lines above the table: one, or two when a long name leaves no room.
func (l *gridLayout) aboveLines() []string {
	if l.faces.wide(song, l.left+"　"+l.grid.right, size4s) <= l.inner() {
		return []string{l.left}
	}
	return append(l.lines(song, size4s, l.inner(), 0, l.left), l.grid.right)
}

// spare is the height that is left on the page; negative when there is too much.
func (l *gridLayout) spare() float64 {
	h := l.canvas.height - footRoom - l.remarkHeight() - l.tableTop()
	for _, r := range l.height {
		h -= r
	}
	return h
}

// cut shortens the longest rows until the page holds them all: each keeps what a
// fair share of the height gives it.
func (l *gridLayout) cut() {
	over := -l.spare()
	limit := slices.Max(l.height)
	for limit > 0 && over > 0 {
		limit--
		over = -l.spare()
		for _, h := range l.height {
			over -= max(0, h-limit)
		}
	}
	for ri, r := range l.rows {
		if l.height[ri] <= limit {
			continue
		}
		last := len(r.cells) - 1
		lines, foot := l.text[ri][last], l.foot[ri]
		keep := max(0, int((limit-2*l.pad)/l.step())-len(foot)-1) // one line says where it goes on
		if r.cells[last].mid || keep >= len(lines) {
			continue
		}
		head, tail := split(r.cells[last].text, lines[:keep])
		if l.kept == nil {
			l.kept = map[int]string{}
		}
		l.kept[ri] = head
		l.rest = append(l.rest, rest{label: r.label() + "（续）", part: r.cells[last].part, lines: lines[keep:], text: tail})
		l.text[ri][last] = append(slices.Clone(lines[:keep]), overleaf)
		l.height[ri] = float64(max(keep+1+len(foot), r.lines))*l.step() + 2*l.pad
	}
}

// stretch gives what the page has to spare to the rows that people write in.
func (l *gridLayout) stretch() {
	spare, shares := l.spare(), 0.0
	for _, r := range l.rows {
		shares += r.room
	}
	if spare <= 0 || shares == 0 {
		return
	}
	for i, r := range l.rows {
		l.height[i] += spare * r.room / shares
	}
}

func (l *gridLayout) draw() {
	l.page()
	l.header(l.titles)
	y := l.tableTop()
	top := y
	for ri, r := range l.rows {
		for i := range r.cells {
			l.drawCell(ri, i, y)
		}
		if ri > 0 {
			l.stroke(.5, l.margin, y, l.margin+l.inner(), y)
		}
		y += l.height[ri]
	}
	l.frame(1, l.margin, top, l.inner(), y-top)
	y += 4
	for _, s := range l.remarks {
		y += size4s * 1.3
		l.canvas.text(song, size4s, l.margin, y-size4s*.3, s)
	}
}

// header writes the title and the line above the table.
func (l *gridLayout) header(titles []string) float64 {
	y := l.top
	for _, t := range titles {
		y += size2 * 1.35
		l.centre(bold, size2, l.canvas.width/2, y-size2*.35, t)
	}
	if ls := l.aboveLines(); len(ls) == 1 {
		y += size4s * 1.6
		l.canvas.text(song, size4s, l.margin, y-2, l.left)
		l.canvas.right(song, size4s, l.margin+l.inner(), y-2, l.grid.right)
	} else {
		for _, s := range ls {
			y += size4s * 1.6
			l.canvas.text(song, size4s, l.margin, y-2, s)
		}
	}
	return y
}

func (l *gridLayout) drawCell(ri, i int, top float64) {
	r := l.rows[ri]
	cell, lines := r.cells[i], l.text[ri][i]
	x, w := l.cell(r, i)
	if i > 0 {
		l.stroke(.5, x, top, x, top+l.height[ri])
	}
	y := top + l.pad
	if cell.mid || cell.foot == nil && len(lines) < 3 {
		y = top + (l.height[ri]-float64(len(lines))*l.step())/2
	}
	for _, s := range lines {
		base := y + l.step()/2 + l.size*.36 // the middle of the line is the middle of the characters
		y += l.step()
		switch {
		case cell.mid && strings.HasSuffix(s, ticked):
			l.tick(strings.TrimSuffix(s, ticked), x+w/2, base)
		case cell.mid:
			l.centre(cell.part, l.size, x+w/2, base, s)
		default:
			l.canvas.text(cell.part, l.size, x+gap, base, s)
		}
	}
	y = top + l.height[ri] - l.pad - float64(len(l.foot[ri]))*l.step()
	if cell.foot == nil {
		return
	}
	for _, s := range l.foot[ri] {
		l.canvas.right(song, l.size, x+w-gap, y+l.step()/2+l.size*.36, s)
		y += l.step()
	}
}

// tick writes a label with a ticked box, centred.
func (l *gridLayout) tick(label string, x, base float64) {
	s := label + "□"
	x -= l.faces.wide(song, s, l.size) / 2
	l.canvas.text(song, l.size, x, base, s)
	l.canvas.text(bold, l.size, x+l.faces.wide(song, label, l.size)+l.size*.06, base, "√")
}

// split parts a text where its first lines end: what they say, and what follows.
func split(text string, lines []string) (head, tail string) {
	rs, at := []rune(tidy(text)), 0
	for _, r := range strings.Join(lines, "") {
		for at < len(rs) && rs[at] != r { // what the end of a line stands for
			at++
		}
		at = min(at+1, len(rs))
	}
	return string(rs[:at]), strings.TrimLeft(string(rs[at:]), "\n ")
}

// sheetTop is where a continuation sheet begins below its title of some lines.
func (l *gridLayout) sheetTop(titles []string) float64 {
	return l.top + float64(len(titles))*size2*1.35 + float64(len(l.aboveLines()))*size4s*1.6 + 8
}

// sheets are the continuation sheets (续页), each with its rows.
func (l *gridLayout) sheets() (titles []string, all [][]rest) {
	if len(l.rest) == 0 {
		return nil, nil
	}
	titles = l.lines(bold, size2, l.inner(), 0, l.title+"（续页）")
	_, hw := l.cell(gridRow{cells: []gridCell{{span: 1}, {span: 3}}}, 0)
	y, bottom := math.Inf(1), l.canvas.height-footRoom
	for _, r := range l.rest {
		r.heads = l.lines(bold, l.size, hw-2*gap, 0, r.label)
		for len(r.lines) > 0 {
			if y+2*l.pad+4*l.step() > bottom {
				y, all = l.sheetTop(titles), append(all, nil)
			}
			x := r
			x.lines = r.lines[:min(len(r.lines), int((bottom-y-2*l.pad)/l.step()))]
			x.text, r.text = split(r.text, x.lines)
			x.height = float64(max(len(x.lines), len(x.heads)))*l.step() + 2*l.pad
			r.lines = r.lines[len(x.lines):]
			all[len(all)-1] = append(all[len(all)-1], x)
			y += x.height
		}
	}
	return titles, all
}

// overflow draws the continuation sheets.
func (l *gridLayout) overflow() {
	titles, sheets := l.sheets()
	row := gridRow{cells: []gridCell{{span: 1}, {span: 3}}}
	x, _ := l.cell(row, 1)
	hx, hw := l.cell(row, 0)
	for _, rests := range sheets {
		l.page()
		l.header(titles)
		top := l.sheetTop(titles)
		for _, r := range rests {
			hy := top + (r.height-float64(len(r.heads))*l.step())/2
			for _, s := range r.heads {
				l.centre(bold, l.size, hx+hw/2, hy+l.step()/2+l.size*.36, s)
				hy += l.step()
			}
			for j, s := range r.lines {
				l.canvas.text(r.part, l.size, x+gap, top+l.pad+float64(j)*l.step()+l.step()/2+l.size*.36, s)
			}
			l.frame(1, l.margin, top, l.inner(), r.height)
			l.stroke(.5, x, top, x, top+r.height)
			top += r.height
		}
	}
}
