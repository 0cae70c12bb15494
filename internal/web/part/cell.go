package part

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"yidan/internal/calendar"
)

// The cells of lists are written by hand: a page of fifty rows has hundreds, and
// what a template does around each costs more than the cell.

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

// What leads to what a row is about, with a line below.
func What(l Link, below string) templ.Component {
	s := `<div class="what"><a href="` + templ.EscapeString(string(href(l.Href))) + `">` + templ.EscapeString(l.Text) + `</a></div>`
	if below != "" {
		s += `<div class="below">` + templ.EscapeString(below) + `</div>`
	}
	return markup(s)
}

// Light shows how a deadline stands.
func Light(l calendar.Light) templ.Component {
	if l.State == calendar.Done {
		return markup(`<span>` + templ.EscapeString(l.Text) + `</span>`)
	}
	return markup(`<span class="light ` + templ.EscapeString(string(l.State)) + `">` + templ.EscapeString(l.Text) + `</span>`)
}
