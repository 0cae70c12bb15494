package web

import (
	"net/url"
	"slices"
	"strings"

	"yidan/internal/admission"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/document"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// perGroup is how many results of one kind a search shows.
const perGroup = 10

// A find is a page of results, a block a kind.
type find struct {
	Words  string
	Groups []block
}

// showFound looks for words in what an actor may see: the list, cases, admitted
// tasks, papers. Administrators find only the list, which is public.
func showFound(q *Request) (Reply, error) {
	v := find{Words: form.Clean(q.Query.Get(qWords))}
	if v.Words == "" {
		return Show("查找", findPage(v)), nil
	}
	err := q.look(func(l *lens) error {
		for _, f := range []func(*find, *Request) error{l.findItems, l.findCases, l.findMatters, l.findPapers} {
			if err := f(&v, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return Show("查找", findPage(v)), nil
}

func (v *find) add(title string, more part.Link, items []item) {
	if len(items) > 0 {
		b := block{Title: title, Body: itemList(items)}
		if more.Href != "" {
			b.More = part.To(more)
		}
		v.Groups = append(v.Groups, b)
	}
}

func (l *lens) findItems(v *find, q *Request) error {
	found, near, err := l.listed(q.Site.Books, v.Words)
	var items []item
	for _, x := range append(found, near...) {
		items = append(items, listedItem(x))
	}
	v.add("清单事项", part.Link{Text: "在清单里查", Href: "/qd" + ask(map[string][]string{qWords: {v.Words}})}, items)
	return err
}

// same is how much of a sentence an item has that is about the same; what has
// less merely resembles it.
const same = 0.5

// listed are the items in force today that a code or words find or that are about
// what a sentence says, and apart from them those that merely resemble it.
func (l *lens) listed(books *catalog.Books, words string) (found, near []*catalog.Version, err error) {
	book, err := books.Get(l.tx)
	if err != nil {
		return nil, nil, err
	}
	m := book.On(l.today())
	found = book.Find(m, catalog.Query{Words: words})
	if x := book.Item(m, strings.ToUpper(words)); x != nil {
		found = append([]*catalog.Version{x}, found...)
	}
	for _, x := range book.Similar(l.today(), words, "", perGroup) {
		switch {
		case slices.Contains(found, x.Version):
		case x.Share >= same:
			found = append(found, x.Version)
		default:
			near = append(near, x.Version)
		}
	}
	found = found[:min(len(found), perGroup)]
	return found, near[:min(len(near), perGroup-len(found))], nil
}

// listedItem is an item of the list in a line: whose duty it is.
func listedItem(x *catalog.Version) item {
	below := x.Code + "　" + catalog.PartName(x.Part)
	if who := share(x.Text); who != "" {
		below += "，" + who
	}
	return item{Link: part.Link{Text: x.Name, Href: staffList + "/" + url.PathEscape(x.Code)}, Below: below}
}

func (l *lens) findCases(v *find, q *Request) error {
	rows, _, err := casework.List(l.tx, q.Actor, casework.Filter{Words: v.Words, Limit: perGroup}, q.Now)
	v.add("办件", part.Link{Text: "在办件里查", Href: "/sq" + ask(map[string][]string{qWords: {v.Words}})}, l.cases(rows))
	return err
}

func (l *lens) findMatters(v *find, q *Request) error {
	ms, err := l.matters(true)
	if err != nil {
		return err
	}
	var items []item
	for _, m := range ms {
		if len(items) < perGroup && containsAll(m.Matter+" "+m.Number, v.Words) {
			items = append(items, item{Link: matterLink(m), Below: m.Number + "　" + standingText[m.Standing(l.now, l.today())]})
		}
	}
	v.add("准入事项", part.Link{Text: "在准入事项里查", Href: "/zr" + ask(map[string][]string{qWords: {v.Words}, qStanding: {"all"}})}, items)
	return nil
}

func (l *lens) findPapers(v *find, q *Request) error {
	if q.Actor.Class != org.Business || q.Actor.Unit == "" {
		return nil
	}
	ks, err := document.Archive(l.tx, l.heirs(), document.Filter{Text: v.Words, Limit: perGroup})
	var items []item
	for _, k := range ks {
		items = append(items, item{Link: part.Link{Text: k.Title, Href: "/cl/" + k.Paper}, Below: k.Number})
	}
	v.add("留存文书", part.Link{Text: "在留存里查", Href: "/cl" + ask(map[string][]string{qWords: {v.Words}})}, items)
	return err
}

// matters are the admitted tasks an actor may see: of the whole district for the
// offices that decide and keep, a department's own, those that name a township.
func (l *lens) matters(ended bool) ([]admission.Matter, error) {
	a := l.actor
	switch {
	case a.Class != org.Business || a.Unit == "":
		return nil, nil
	case seesAllMatters(a):
		return admission.Register(l.tx, nil, nil, ended)
	case a.Kind.Local():
		return admission.Register(l.tx, nil, a.Units(), ended)
	}
	return admission.Register(l.tx, a.Units(), nil, ended)
}

// seesAllMatters reports whether an actor sees every admitted task.
func seesAllMatters(a org.Actor) bool {
	for _, r := range []org.Role{org.ListOffice, org.Justice, org.Lead, org.Secretariat, org.CommitteeOffice, org.GovernOffice} {
		if a.Holds(r) {
			return true
		}
	}
	return false
}

// containsAll reports whether a text has every word.
func containsAll(text, words string) bool {
	for _, w := range strings.Fields(words) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
