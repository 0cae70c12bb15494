package web

import (
	"io"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/web/part"
)

// A Reply is one of: a page, a redirect, a file, data. A handler may return a
// page together with an error: then the error is shown on that page, with what
// was typed. Without a page it is shown on a page of its own.
type Reply struct {
	Page  templ.Component
	Frame part.Frame // Title, Crumbs, Notice, Sheet, Narrow; the site fills in the rest

	To   string // 303, after every change
	File *File
	JSON any

	session *string // a new session; "" ends it
	large   *bool
	asset   string
	fieldAt func(name string) string // the page of a field that is filled in elsewhere
}

// A File is sent to be saved, never to be shown within the site.
type File struct {
	Name string // in any language
	Type string
	Body io.Reader // closed after sending if it is a Closer
	At   time.Time
}

// Show is a page.
func Show(title string, page templ.Component) Reply {
	return Reply{Page: page, Frame: part.Frame{Title: title}}
}

// Under puts a page below others; the page's own title ends the line.
func (r Reply) Under(ls ...part.Link) Reply {
	r.Frame.Crumbs = append(ls, part.Link{Text: r.Frame.Title})
	return r
}

// Narrow makes a page one column of text.
func (r Reply) Narrow() Reply { r.Frame.Narrow = true; return r }

// Print says what a printed page carries at its foot.
func (r Reply) Print(s part.Sheet) Reply { r.Frame.Sheet = &s; return r }

// Notice puts a notice on top.
func (r Reply) Notice(n part.Notice) Reply { r.Frame.Notice = &n; return r }

// Go leads on after a change.
func Go(to string) Reply { return Reply{To: to} }

// Send is a file.
func Send(f File) Reply { return Reply{File: &f} }

// Data is JSON, for our own script.
func Data(v any) Reply { return Reply{JSON: v} }

// Enter begins a session with a new secret.
func (r Reply) Enter(token string) Reply { r.session = &token; return r }

// Leave ends the session; the browser forgets what it kept of the site.
func (r Reply) Leave() Reply { var none string; r.session = &none; return r }
