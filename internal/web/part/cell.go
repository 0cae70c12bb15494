package part

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/calendar"
)

// Rows, cells and options of lists are written by hand: a page of fifty rows has
// hundreds, and what a template does around each costs more than the cell.

// A markup is HTML that is known to be whole.
type markup string

// Render implements [templ.Component].
func (m markup) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(m))
	return err
}

// Plain is a text as a component, for cells of tables; an empty one is a sign that
// there is nothing, since an empty cell reads as broken.
func Plain(s string) templ.Component {
	if s == "" {
		return nothing
	}
	return markup(templ.EscapeString(s))
}

// Whole is a short text that is not broken over lines.
func Whole(s string) templ.Component {
	return markup(`<span class="tight">` + templ.EscapeString(s) + `</span>`)
}

// Lines is a text of several lines.
func Lines(s string) templ.Component {
	if s == "" {
		return nothing
	}
	return markup(`<span class="text">` + templ.EscapeString(s) + `</span>`)
}

// Over is a text with a line below.
func Over(s, below string) templ.Component {
	return markup(`<div>` + templ.EscapeString(s) + `<div class="below">` + templ.EscapeString(below) + `</div></div>`)
}

const nothing markup = `<span class="faint"><span aria-hidden="true">—</span><span class="vh">暂无</span></span>`

// What leads to what a row is about, with a line below.
func What(l Link, below string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := pen{w: w}
		b.what(l, below)
		return b.err
	})
}

// Offer leads to what may be done about a row; it is not printed.
func Offer(l Link) templ.Component {
	return markup(`<div class="what no-print"><a href="` + templ.EscapeString(string(href(l.Href))) + `">` + templ.EscapeString(l.Text) + `</a></div>`)
}

// Light shows how a deadline stands.
func Light(l calendar.Light) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := pen{w: w}
		b.light(l)
		return b.err
	})
}

// A pen writes until something goes wrong.
type pen struct {
	w   io.Writer
	err error
}

func (p *pen) write(ss ...string) {
	for _, s := range ss {
		if p.err == nil {
			_, p.err = io.WriteString(p.w, s)
		}
	}
}

func (p *pen) what(l Link, below string) {
	p.write(`<div class="what"><a href="`, templ.EscapeString(string(href(l.Href))), `">`, templ.EscapeString(l.Text), `</a></div>`)
	if below != "" {
		p.write(`<div class="below">`, templ.EscapeString(below), `</div>`)
	}
}

func (p *pen) light(l calendar.Light) {
	p.write(`<span`)
	if l.State != calendar.Done {
		p.write(` class="light `, templ.EscapeString(string(l.State)), `"`)
	}
	p.write(`>`, templ.EscapeString(l.Text), `</span>`)
}

const shut = `</div></td>`

// rows are the lines of a table.
func (t Table) rows() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		b := pen{w: w}
		heads := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			heads[i] = `<td data-label="` + templ.EscapeString(c.Title) + `"><div>`
			if c.Num {
				heads[i] = `<td class="num" data-label="` + templ.EscapeString(c.Title) + `"><div>`
			}
		}
		for _, r := range t.Rows {
			if r.Seen {
				b.write(`<tr class="seen">`)
			} else {
				b.write(`<tr>`)
			}
			switch {
			case t.Pick == "":
			case r.Pick == "": // it cannot be picked
				b.write(`<td class="pickcell"></td>`)
			default:
				b.write(`<td class="pickcell"><label class="tickbox"><input type="checkbox" name="`, templ.EscapeString(t.Pick), `" value="`, templ.EscapeString(r.Pick), `"`, map[bool]string{true: ` checked`}[r.On], `><span class="vh">`, templ.EscapeString(r.Name), `</span></label></td>`)
			}
			i := 0
			open := func() { b.write(heads[i]); i++ }
			if l := r.Line; l != nil {
				open()
				b.what(l.Link, l.Number)
				b.write(shut)
				for _, c := range l.Cells {
					open()
					b.write(cmp.Or(templ.EscapeString(c), string(nothing)), shut)
				}
				if l.Light.State != "" {
					open()
					b.light(l.Light)
					b.write(shut)
				}
			}
			for _, c := range r.Cells {
				open()
				if b.err == nil {
					b.err = c.Render(ctx, w)
				}
				b.write(shut)
			}
			b.write(`</tr>`)
		}
		return b.err
	})
}

// options are the choices of a select.
func options(os []Option) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := pen{w: w}
		for _, o := range os {
			b.write(`<option value="`, templ.EscapeString(o.Value))
			if o.On {
				b.write(`" selected>`)
			} else {
				b.write(`">`)
			}
			b.write(templ.EscapeString(o.Label), `</option>`)
		}
		return b.err
	})
}

// A Menu is the choices of a select that page after page shows, written once. It
// is shared and does not change.
type Menu struct {
	options []Option
	plain   markup
}

// NewMenu writes a menu; which option is On, each page says itself.
func NewMenu(os []Option) *Menu {
	var b strings.Builder
	options(os).Render(context.Background(), &b) // a Builder takes everything
	return &Menu{os, markup(b.String())}
}

// choices are the options, one of them chosen.
func (m *Menu) choices(value string) templ.Component {
	if value == "" {
		return m.plain
	}
	os := slices.Clone(m.options)
	for i := range os {
		os[i].On = os[i].Value == value
	}
	return options(os)
}
