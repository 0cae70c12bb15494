package part

import (
	"context"
	"io"
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
		return markup(`<span class="faint"><span aria-hidden="true">—</span><span class="vh">暂无</span></span>`)
	}
	return markup(templ.EscapeString(s))
}

// Whole is a short text that is not broken over lines.
func Whole(s string) templ.Component {
	return markup(`<span class="tight">` + templ.EscapeString(s) + `</span>`)
}

// Over is a text with a line below.
func Over(s, below string) templ.Component {
	return markup(`<div>` + templ.EscapeString(s) + `<div class="below">` + templ.EscapeString(below) + `</div></div>`)
}

// What leads to what a row is about, with a line below.
func What(l Link, below string) templ.Component { return what{l, below} }

type what struct {
	Link
	below string
}

// Render implements [templ.Component].
func (x what) Render(_ context.Context, w io.Writer) error {
	b := pen{w: w}
	b.write(`<div class="what"><a href="`, templ.EscapeString(string(href(x.Href))), `">`, templ.EscapeString(x.Text), `</a></div>`)
	if x.below != "" {
		b.write(`<div class="below">`, templ.EscapeString(x.below), `</div>`)
	}
	return b.err
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

// Light shows how a deadline stands.
func Light(l calendar.Light) templ.Component {
	if l.State == calendar.Done {
		return markup(`<span>` + templ.EscapeString(l.Text) + `</span>`)
	}
	return markup(`<span class="light ` + templ.EscapeString(string(l.State)) + `">` + templ.EscapeString(l.Text) + `</span>`)
}

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
			for i, c := range r.Cells {
				b.write(heads[i])
				if b.err == nil {
					b.err = c.Render(ctx, w)
				}
				b.write(`</div></td>`)
			}
			b.write(`</tr>`)
		}
		return b.err
	})
}

// options are the choices of a select.
func options(os []Option) templ.Component {
	var b strings.Builder
	for _, o := range os {
		b.WriteString(`<option value="`)
		b.WriteString(templ.EscapeString(o.Value))
		if b.WriteByte('"'); o.On {
			b.WriteString(` selected`)
		}
		b.WriteByte('>')
		b.WriteString(templ.EscapeString(o.Label))
		b.WriteString(`</option>`)
	}
	return markup(b.String())
}
