package document

import "strings"

// feet are the lines at the foot of a Word page.
func (p Print) feet() (ls []string) {
	left, right := p.foot()
	for _, s := range []string{left, right, p.foot2()} {
		if s != "" {
			ls = append(ls, s)
		}
	}
	return ls
}

// wordFace is a part as a Chinese office computer has it.
var wordFace = map[typeface]string{song: fangsong, bold: heiti, kai: kaiti}

// Word implements [Body].
func (f F1) Word(p Print) ([]byte, error) { return f.grid().word(p) }

// Word implements [Body].
func (f F2) Word(p Print) ([]byte, error) { return f.grid().word(p) }

func (g grid) word(p Print) ([]byte, error) {
	const side = 56
	whole := a4Width - 2*side
	d := &docx{margin: [4]float64{54, side, 60, side}, foot: p.feet()}
	if p.Unsigned {
		d.para(paragraph{text: "【" + unsigned + "】", font: heiti, size: size3, align: "right"})
	}
	d.para(paragraph{text: g.title, font: songti, bold: true, size: size2, align: "center", after: 8})
	d.para(paragraph{text: g.left, far: g.right, tab: whole, font: fangsong, size: size4s, after: 2})
	var cols []float64
	for _, share := range g.cols {
		cols = append(cols, share*whole)
	}
	var rows []row
	for _, r := range g.rows {
		rows = append(rows, r.word())
	}
	d.table(cols, rows)
	d.para(paragraph{text: g.remark, font: fangsong, size: size4s, before: 4})
	return d.file(p.Title)
}

func (r gridRow) word() (w row) {
	w.height = float64(r.lines)*20 + 24*r.room
	for _, c := range r.cells {
		x := cell{span: c.span, mid: c.mid || c.foot == nil}
		para := paragraph{text: strings.ReplaceAll(c.text, ticked, "☑"), font: wordFace[c.part], size: size4s}
		if c.mid {
			para.align = "center"
		}
		x.paras = append(x.paras, para)
		for i, f := range c.foot {
			p := paragraph{text: f, font: fangsong, size: size4s, align: "right"}
			if i == 0 {
				p.before = 14
			}
			x.paras = append(x.paras, p)
		}
		w.cells = append(w.cells, x)
	}
	return w
}

// Word implements [Body].
func (l Letter) Word(p Print) ([]byte, error) {
	d := &docx{margin: [4]float64{letterTop, letterSide, 80, letterSide}, foot: p.feet()}
	body := paragraph{font: fangsong, size: size3, lead: letterLead}
	with := func(text string, change func(*paragraph)) {
		q := body
		q.text = text
		if change != nil {
			change(&q)
		}
		d.para(q)
	}
	if l.Number != "" {
		with(l.Number, func(q *paragraph) { q.align, q.after = "center", 18 })
	}
	d.para(paragraph{text: l.Title, font: songti, bold: true, size: size2, align: "center", after: 12})
	if l.To != "" {
		with(l.To+"：", nil)
	}
	for _, s := range l.Paragraphs {
		with(s, func(q *paragraph) { q.indent = 2 })
	}
	if l.Table != nil {
		d.sheet(*l.Table, a4Width-2*letterSide)
	}
	for i, s := range l.enclosures() {
		with(s, func(q *paragraph) {
			q.indent = 2
			if i == 0 {
				q.before = letterLead / 2
			}
		})
	}
	with(l.From, func(q *paragraph) { q.align, q.inset, q.before, q.stay = "right", 2*size3, letterLead, true })
	with(sayDay(l.Date), func(q *paragraph) { q.align, q.inset = "right", 2*size3 })
	return d.file(p.Title)
}

// Word implements [Body].
func (r Record) Word(p Print) ([]byte, error) {
	const side = 50
	s := r.sheet()
	d := &docx{margin: [4]float64{56, side, 60, side}, foot: p.feet()}
	d.para(paragraph{text: s.Title, font: songti, bold: true, size: size2, align: "center", after: 8})
	for _, f := range r.facts() {
		d.para(paragraph{text: f, font: fangsong, size: size4s})
	}
	d.sheet(s, a4Width-2*side)
	return d.file(p.Title)
}

// Word makes an editable document of the sheet.
func (s Sheet) Word(p Print) ([]byte, error) {
	const side = 46
	d := &docx{landscape: s.Landscape, margin: [4]float64{50, side, 60, side}, foot: p.feet()}
	whole := a4Width - 2*side
	if s.Landscape {
		whole = a4Height - 2*side
	}
	d.para(paragraph{text: s.Title, font: songti, bold: true, size: size2, align: "center", after: 6})
	if s.Sub != "" {
		d.para(paragraph{text: s.Sub, font: fangsong, size: size4s, align: "center", after: 6})
	}
	d.sheet(s, whole)
	return d.file(p.Title)
}

// sheet writes a table; its heads come again on every page.
func (d *docx) sheet(s Sheet, whole float64) {
	heads := row{head: true, whole: true}
	for _, h := range s.Heads {
		heads.cells = append(heads.cells, cell{mid: true, paras: []paragraph{{text: h, font: heiti, size: size4s, align: "center"}}})
	}
	rows := []row{heads}
	for i := range s.Rows {
		var r row
		for j := range s.Heads {
			c := cell{paras: []paragraph{{text: value(s.Rows[i], j), font: fangsong, size: size4s}}}
			switch {
			case s.repeats(i, j):
				c = cell{merge: "continue"}
			case i+1 < len(s.Rows) && s.repeats(i+1, j):
				c.merge = "restart"
			}
			r.cells = append(r.cells, c)
		}
		rows = append(rows, r)
	}
	d.table(s.share(whole), rows)
}
