package document

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/signintech/gopdf"
)

// A4 in points.
const (
	a4Width  = 595.28
	a4Height = 841.89
)

// Sizes of type in points, by their Chinese names.
const (
	size2  = 22.0 // 二号
	size3  = 16.0 // 三号
	size4  = 14.0 // 四号
	size4s = 12.0 // 小四: nothing that is read is smaller
	sizeFn = 9.0  // 小五: the foot of the page
)

// Print is what the foot of the pages says about this printing.
type Print struct {
	Title  string // of the file
	No, Of int    // 第 n 份，共 of 份; 0 is no particular copy
	Holder string // whose copy: ××留存
	Code   string // 核验码; empty before issue
	URL    string // where it is verified
	Digest string // SM3 of the paper
	At     time.Time
	Source string // what was issued and is printed again; the foot then says that, and no time
	// Unsigned is a form that is to be signed on paper; every page says that it is not approved.
	Unsigned bool
}

// foot are the two lines at the foot of every page.
func (p Print) foot() (left, right string) {
	if p.No > 0 {
		left = fmt.Sprintf("第 %d 份（共 %d 份）· %s留存", p.No, p.Of, p.Holder)
	}
	if p.Source != "" {
		return left, p.Source
	}
	if p.Unsigned {
		return unsigned + "：" + notApproved, "打印时间 " + sayTime(p.At)
	}
	if p.Code == "" {
		return left, "打印时间 " + sayTime(p.At)
	}
	right = "核验码 " + ShowCode(p.Code)
	if p.URL != "" {
		right += " · " + p.URL
	}
	return left, right
}

// What a form says on its face that is printed to be signed.
const (
	unsigned    = "待签"
	notApproved = "供手写签署，未经批准，不是批准后的审批表"
)

func (p Print) foot2() string {
	if p.Code == "" {
		return ""
	}
	s := "打印时间 " + sayTime(p.At)
	if len(p.Digest) >= 16 {
		s = "摘要 SM3 " + p.Digest[:16] + " · " + s
	}
	return s
}

func sayTime(t time.Time) string { return t.In(zone).Format("2006年1月2日 15:04") }

// A mark is one thing on a page: a line of text or a stroke. Coordinates are in
// points from the upper left corner; a text stands on its base line y.
type mark struct {
	text  string
	part  typeface
	size  float64
	grey  uint8
	x, y  float64
	x2    float64 // of a stroke
	y2    float64
	thick float64
}

// A canvas is pages before they are a file, so that a layout knows how many there are.
type canvas struct {
	faces         *faces
	width, height float64
	pages         [][]mark
}

func newCanvas(f *Fonts, landscape bool) (*canvas, error) {
	fs, err := f.faces()
	if err != nil {
		return nil, err
	}
	c := &canvas{faces: fs, width: a4Width, height: a4Height}
	if landscape {
		c.width, c.height = c.height, c.width
	}
	return c, nil
}

func (c *canvas) page() { c.pages = append(c.pages, nil) }

func (c *canvas) put(m mark) {
	i := len(c.pages) - 1
	c.pages[i] = append(c.pages[i], m)
}

// text writes one line, in as many pieces as it needs faces.
func (c *canvas) text(part typeface, size, x, y float64, s string) {
	var run []rune
	face, begin := part, x
	flush := func() {
		if len(run) > 0 {
			c.put(mark{text: string(run), part: face, size: size, x: begin, y: y})
		}
		run, begin = run[:0], x
	}
	for _, r := range s {
		t, shown := c.faces.pick(part, r)
		if t != face {
			flush()
			face = t
		}
		run = append(run, shown)
		x += c.faces.width(part, r, size)
	}
	flush()
}

func (c *canvas) right(part typeface, size, x, y float64, s string) {
	c.text(part, size, x-c.faces.wide(part, s, size), y, s)
}

func (c *canvas) centre(part typeface, size, x, y float64, s string) {
	c.text(part, size, x-c.faces.wide(part, s, size)/2, y, s)
}

func (c *canvas) stroke(thick, x, y, x2, y2 float64) {
	c.put(mark{x: x, y: y, x2: x2, y2: y2, thick: thick})
}

func (c *canvas) frame(thick, x, y, w, h float64) {
	c.stroke(thick, x, y, x+w, y)
	c.stroke(thick, x, y+h, x+w, y+h)
	c.stroke(thick, x, y-thick/2, x, y+h+thick/2)
	c.stroke(thick, x+w, y-thick/2, x+w, y+h+thick/2)
}

// balanced breaks a title in lines of about one length: as many as it needs, and
// none of them a lonely end.
func (c *canvas) balanced(part typeface, size, width float64, s string) (ls []string) {
	ls = c.lines(part, size, width, 0, s)
	for n := len(ls); n > 1; {
		width -= size / 2
		next := c.lines(part, size, width, 0, s)
		if len(next) > n {
			return ls
		}
		ls = next
	}
	return ls
}

func (c *canvas) lines(part typeface, size, width, indent float64, s string) []string {
	return breakLines(s, width, indent, func(r rune) float64 { return c.faces.width(part, r, size) })
}

// lefts are the lines of the foot on its left; right stands beside the first of
// them unless it leaves no room there.
func (p Print) lefts(fs *faces, width float64) (lefts []string, right string) {
	left, right := p.foot()
	if left != "" && fs.wide(song, left+"　　"+right, sizeFn) > width {
		return []string{left, right, p.foot2()}, ""
	}
	return []string{left, p.foot2()}, right
}

// foots writes the foot of every page, now that their number is known.
func (c *canvas) foots(p Print, margin float64) {
	lefts, right := p.lefts(c.faces, c.width-2*margin)
	for i := range c.pages {
		all := c.pages
		c.pages = all[:i+1]
		n := len(c.pages[i])
		y := c.height - 22 - float64(len(lefts)-1)*11.5
		for j, s := range lefts {
			c.text(song, sizeFn, margin, y, s)
			if j == 0 {
				c.right(song, sizeFn, c.width-margin, y, right)
			}
			y += 11.5
		}
		if p.Unsigned {
			w := c.faces.wide(bold, unsigned, size3) + 10
			c.frame(1, c.width-20-w, 14, w, 24)
			c.text(bold, size3, c.width-20-w+5, 32, unsigned)
		}
		c.right(song, sizeFn, c.width-margin, c.height-22, fmt.Sprintf("第 %d 页 共 %d 页", i+1, len(all)))
		for j := n; j < len(c.pages[i]); j++ {
			c.pages[i][j].grey = 70
		}
		c.pages = all
	}
}

// file makes the PDF. Nothing in it depends on the hour or the machine.
func (c *canvas) file(title string) ([]byte, error) {
	var g gopdf.GoPdf
	g.Start(gopdf.Config{PageSize: gopdf.Rect{W: c.width, H: c.height}, Unit: gopdf.UnitPT})
	title = strings.Map(func(r rune) rune {
		if r > 0xFFFF { // the library writes no surrogates
			return missing
		}
		return r
	}, tidy(title))
	g.SetInfo(gopdf.PdfInfo{Title: title, Creator: "Yidan"})
	for t := song; t <= kai; t++ {
		if c.faces.by[t] == nil {
			continue
		}
		if err := g.AddTTFFontFromFontContainer(families[t], &c.faces.box); err != nil {
			return nil, err
		}
	}
	for _, marks := range c.pages {
		g.AddPage()
		for _, m := range marks {
			if err := draw(&g, m); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	_, err := g.WriteTo(&b)
	return b.Bytes(), err
}

func draw(g *gopdf.GoPdf, m mark) error {
	if m.text == "" {
		g.SetLineWidth(m.thick)
		g.Line(m.x, m.y, m.x2, m.y2)
		return nil
	}
	if err := g.SetFont(families[m.part], "", m.size); err != nil {
		return err
	}
	g.SetTextColor(m.grey, m.grey, m.grey)
	g.SetXY(m.x, m.y)
	return g.Text(m.text)
}
