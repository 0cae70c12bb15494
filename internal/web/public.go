package web

import (
	"net/http"

	"github.com/a-h/templ"

	"yidan/internal/org"
	"yidan/internal/web/part"
)

// publicRoutes are what everybody may see without signing in (DM-3.1): the list,
// its items and editions, and where every unit is reached.
var publicRoutes = []Route{
	{http.MethodGet, publicList, Public, Read, showList(publicList)},
	{http.MethodGet, publicList + "/{code}", Public, Read, showItem(publicList)},
	{http.MethodGet, publicList + "/dc/{kind}", Public, Heavy, sendList(publicList)},
	{http.MethodGet, publicList + "/dh", Public, Read, showContacts},
}

// A contactsView is where units are reached, a table a kind.
type contactsView struct {
	Tables []part.Table
}

// showContacts publishes every unit's telephone and mailbox for opinions (DM-10.1).
func showContacts(q *Request) (Reply, error) {
	s, err := q.shelf(publicList)
	if err != nil {
		return Reply{}, err
	}
	v := contactsView{Tables: s.contacts()}
	return s.frame(q, Show("各单位电话邮箱", contactsPage(v)).Under(part.Link{Text: "清单", Href: publicList})), nil
}

// contacts are how every unit is reached, a table a kind of unit.
func (s *shelf) contacts() (ts []part.Table) {
	for _, k := range org.Kinds {
		if org.Kind(k.Value) == org.Superior || org.Kind(k.Value) == org.Group {
			continue
		}
		t := part.Table{Caption: k.Label, Columns: []part.Column{{Title: "单位"}, {Title: "电话"}, {Title: "邮箱"}}}
		for _, u := range s.book.Directory().Units(s.today, org.Kind(k.Value)) {
			t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plain(u.Name), part.Plain(orNone(u.Phone)), part.Plain(orNone(u.Mailbox))}})
		}
		if len(t.Rows) > 0 {
			ts = append(ts, t)
		}
	}
	return ts
}

func orNone(s string) string {
	if s == "" {
		return "暂无"
	}
	return s
}
