package web

import (
	"net/url"

	"github.com/a-h/templ"

	"yidan/internal/web/part"
)

// A listView is a page of one list.
type listView struct {
	Title, Lead string
	More        templ.Component // beside the title of the page
	Tabs        []part.Tab
	Before      templ.Component
	part.List
	After templ.Component
}

func (v listView) reply(under ...part.Link) Reply {
	r := Show(v.Title, listPage(v))
	if len(under) > 0 {
		r = r.Under(under...)
	}
	return r
}

// ways are links beside the title of a page.
func ways(ls ...part.Link) templ.Component {
	var all []templ.Component
	for _, l := range ls {
		all = append(all, part.Go(l, part.Second))
	}
	return templ.Join(all...)
}

// onward is the pager of a list that is asked for by a key in its address.
func onward(here string, asked url.Values, key, next string) (p part.Pager) {
	if asked.Get(key) != "" {
		p.First = here + ask(asked, key, "")
	}
	if next != "" {
		p.Next = here + ask(asked, key, next)
		p.Note = "每页 50 条"
	}
	return p
}

func pager(q *Request, next string) part.Pager {
	return onward(q.http.URL.Path, q.Query, qKey, next)
}
