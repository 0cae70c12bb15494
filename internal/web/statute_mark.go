package web

import (
	"fmt"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// citing shows what something rests on, marked as it stands, and where it leads:
// whoever keeps the register to the instrument, everybody else to the items that
// cite it.
type citing struct {
	reg   *statute.Register
	gone  statute.Standing
	base  string // of the list
	keeps bool
}

func (c citing) href(b catalog.Basis) string {
	if _, ok := c.reg.Of(b.Instrument); !ok {
		return ""
	}
	if !c.keeps {
		return c.base + "?" + qBasis + "=" + b.Instrument
	}
	at := lawBook + "/" + b.Instrument
	if b.Article != "" {
		at += "#" + statute.Whole(b.Article)
	}
	return at
}

// basis is a basis of a text that holds from a day on: a change since then has to
// be looked at.
func (c citing) basis(b catalog.Basis, from string) part.Basis {
	if b.Instrument == "" {
		b.Instrument = statute.ID(b.Title)
	}
	x := part.Basis{Link: part.Link{Text: b.String(), Href: c.href(b)}}
	s := c.gone.Of(b)
	switch {
	case s.Gone():
		x.Gone = s.Name()
		if n := s.Change.New; n.Title != "" {
			x.New = part.Link{Text: n.String(), Href: c.href(n)}
		}
	case s.State == statute.Revised && from != "" && s.Change.On > from:
		x.Note = part.Day(s.Change.On) + "修改，待核对"
	}
	return x
}

// state says in words how a basis stands.
func (c citing) state(b catalog.Basis) string {
	if b.Instrument == "" {
		b.Instrument = statute.ID(b.Title)
	}
	if _, known := c.reg.Of(b.Instrument); !known {
		return "法规库里没有，无法核对"
	}
	s := c.gone.Of(b)
	switch {
	case s.Gone():
		return fmt.Sprintf("%s起废止（%s）", part.Day(s.Change.On), s.Change.Number)
	case s.State == statute.Revised:
		return fmt.Sprintf("有效，%s修改（%s）", part.Day(s.Change.On), s.Change.Number)
	}
	return "有效"
}

// first is the first of a text's bases, and how many there are besides. One that is
// gone goes first: it is to be seen.
func (c citing) first(t *catalog.Text, from string) templ.Component {
	bs := t.Bases()
	if len(bs) == 0 {
		return part.Plain("")
	}
	show := 0
	for i := range bs {
		if c.gone.Of(bs[i]).Gone() {
			show = i
			break
		}
	}
	x := c.basis(bs[show], from)
	x.Href = ""
	if len(bs) > 1 {
		x.Text += fmt.Sprintf(" 等 %d 条", len(bs))
	}
	return x.Show()
}

// all are bases below one another, each marked as it stands.
func (c citing) all(bs []catalog.Basis, from string) templ.Component {
	if len(bs) == 0 {
		return part.Plain("")
	}
	var all []templ.Component
	for _, b := range bs {
		all = append(all, lineOf(c.basis(b, from)))
	}
	return templ.Join(all...)
}

// void are those of some bases on which nothing can rest any more.
func (c citing) void(bs []catalog.Basis) (gone []catalog.Basis) {
	for _, b := range bs {
		if c.gone.Of(b).Gone() {
			gone = append(gone, b)
		}
	}
	return gone
}

// marked is a text that says behind each citation when nothing can rest on it any more.
func (c citing) marked(text string) string { return c.reg.Marked(text, c.gone) }

// linked is a text in which what it cites of the register leads there; nil where it
// cites nothing.
func (c citing) linked(text string) templ.Component {
	spots := c.reg.Spots(text)
	if len(spots) == 0 {
		return nil
	}
	var ps []part.Piece
	at := 0
	for _, s := range spots {
		p := part.Piece{Text: text[s.From:s.To], Href: c.href(s.Basis)}
		if x := c.gone.Of(s.Basis); x.Gone() {
			p.Gone = x.Name()
		}
		ps = append(ps, part.Piece{Text: text[at:s.From]}, p)
		at = s.To
	}
	return part.Linked(append(ps, part.Piece{Text: text[at:]}))
}

// said is a fact whose text leads to what it cites.
func (c citing) said(label, text string) part.Fact {
	return part.Fact{Label: label, Text: text, Show: c.linked(text)}
}
