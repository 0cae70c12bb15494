package part

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// A Basis is what something rests on: 《森林法》第十条. Gone says why nothing can rest
// on it any more (已废止), Note what else is to be known (已修改), New what took its place.
type Basis struct {
	Link
	Gone, Note string
	New        Link
}

// A Piece is a stretch of a text; with Href it leads somewhere.
type Piece struct{ Text, Href, Gone string }

// Linked is a text in which places lead somewhere. Not a character is added
// between them, nor a space.
func Linked(ps []Piece) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString(`<span class="text">`)
		for _, p := range ps {
			text := templ.EscapeString(p.Text)
			if p.Href != "" {
				text = `<a href="` + templ.EscapeString(string(href(p.Href))) + `">` + text + `</a>`
			}
			b.WriteString(text)
			if p.Gone != "" {
				b.WriteString(`<span class="tag gone">` + templ.EscapeString(p.Gone) + `</span>`)
			}
		}
		b.WriteString(`</span>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}
