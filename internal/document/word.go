package document

import "strings"

// wordFace is a part as a Chinese office computer has it.
var wordFace = map[typeface]string{song: fangsong, bold: heiti, kai: kaiti}

// Word implements [Body].
func (f F1) Word(p Print) ([]byte, error) { return f.grid().word(p) }

// Word implements [Body].
func (f F2) Word(p Print) ([]byte, error) { return f.grid().word(p) }

// word sets the form in Word as [grid.set] does on paper: with exact distances of
// lines, so that one page is one page whatever fonts an office computer has.
func (g grid) word(p Print) ([]byte, error) {
	above := 0.0
	if p.Unsigned {
		above = size3 * 1.35
	}
	const slack = 14 // Word counts borders and fonts its own way
	l := g.fit(&canvas{width: a4Width, height: a4Height - slack}, above)
	if l.spare() < 0 {
		l.cut()
	}
	l.stretch()
	whole := l.inner()
	d := &docx{margin: [4]float64{l.top - above, l.margin, footRoom, l.margin}, foot: p, pad: l.pad}
	if p.Unsigned {
		d.para(paragraph{text: "【" + unsigned + "】", font: heiti, size: size3, align: "right", lead: above})
	}
	titled := func(title string, fresh bool) {
		d.para(paragraph{text: title, font: songti, bold: true, size: size2, align: "center", lead: size2 * 1.35, fresh: fresh})
		if ls := l.aboveLines(); len(ls) == 1 {
			d.para(paragraph{text: g.left, far: g.right, tab: whole, font: fangsong, size: size4s, lead: size4s * 1.6})
		} else {
			d.para(paragraph{text: strings.Join(ls, "\n"), font: fangsong, size: size4s, lead: size4s * 1.6})
		}
	}
	titled(g.title, false)
	var cols []float64
	for _, share := range l.cols {
		cols = append(cols, share*whole)
	}
	var rows []row
	for i := range l.rows {
		rows = append(rows, l.word(i))
	}
	d.table(cols, rows)
	d.para(paragraph{text: g.remark, font: fangsong, size: size4s, before: 4, lead: size4s * 1.3})
	_, sheets := l.sheets()
	for _, rests := range sheets {
		titled(g.title+"（续页）", true)
		rows = nil
		for _, r := range rests {
			rows = append(rows, l.wordRest(r))
		}
		d.table([]float64{cols[0], whole - cols[0]}, rows)
	}
	return d.file(p.Title)
}

// wordRest is what a row has to say on a continuation sheet.
func (l *gridLayout) wordRest(r rest) row {
	label := paragraph{text: r.label, font: wordFace[bold], size: l.size, align: "center", lead: l.step()}
	return row{height: r.height, cells: []cell{
		{mid: true, paras: []paragraph{label}},
		{paras: []paragraph{{text: r.text, font: wordFace[r.part], size: l.size, lead: l.step()}}},
	}}
}

// word is one row; who signed, and when, stands at its bottom.
func (l *gridLayout) word(ri int) (w row) {
	w.height = l.height[ri]
	for i, c := range l.rows[ri].cells {
		if head, cut := l.kept[ri]; cut && i == len(l.rows[ri].cells)-1 {
			c.text = strings.TrimPrefix(head+"\n"+overleaf, "\n")
		}
		x := cell{span: c.span, mid: c.mid || c.foot == nil}
		para := paragraph{text: strings.ReplaceAll(c.text, ticked, "☑"), font: wordFace[c.part], size: l.size, lead: l.step()}
		if c.mid {
			para.align = "center"
		}
		x.paras = append(x.paras, para)
		if c.foot != nil {
			said := float64(max(1, len(l.text[ri][i])) + len(l.foot[ri]))
			for j, f := range l.foot[ri] {
				q := paragraph{text: f, font: fangsong, size: l.size, align: "right", lead: l.step()}
				if j == 0 {
					q.before = max(0, w.height-2*l.pad-said*l.step()-2)
				}
				x.paras = append(x.paras, q)
			}
		}
		w.cells = append(w.cells, x)
	}
	return w
}

// Word implements [Body].
func (l Letter) Word(p Print) ([]byte, error) {
	d := &docx{margin: [4]float64{letterTop, letterSide, 80, letterSide}, foot: p}
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
	for i, s := range l.Paragraphs {
		with(s, func(q *paragraph) { q.indent, q.stay = 2, i == len(l.Paragraphs)-1 && l.Table == nil })
	}
	if l.Table != nil {
		d.sheet(*l.Table, a4Width-2*letterSide)
	}
	for i, s := range l.enclosures() {
		with(s, func(q *paragraph) {
			q.indent, q.stay = 2, true
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
	d := &docx{margin: [4]float64{56, side, 60, side}, foot: p}
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
	d := &docx{landscape: s.Landscape, margin: [4]float64{50, side, 60, side}, foot: p}
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

// Word makes an editable document of the report.
func (r Report) Word(p Print) ([]byte, error) {
	const side = 62
	d := &docx{margin: [4]float64{46, side, 52, side}, foot: p}
	d.para(paragraph{text: r.Title, font: songti, bold: true, size: size2, align: "center", after: 4})
	d.para(paragraph{text: r.Sub, font: fangsong, size: size4s, align: "center"})
	for _, t := range r.Tables {
		d.para(paragraph{text: t.Title, font: heiti, size: size4s, before: 8, after: 2, stay: true})
		if len(t.Rows) > 0 {
			d.sheet(t, a4Width-2*side)
		}
		if t.Sub != "" {
			d.para(paragraph{text: t.Sub, font: fangsong, size: size4s})
		}
	}
	return d.file(p.Title)
}
