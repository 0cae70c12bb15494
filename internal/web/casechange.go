package web

import (
	"errors"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/web/part"
)

// changes are what a case makes of items of the list, field by field: an
// application of its own item, an edition of all that it takes in.
func (m *matter) changes(tx *db.Tx) (items []changedItem, findings []string, err error) {
	var cases []string
	switch x := m.Form.(type) {
	case *adjustment.Change, *adjustment.Removal:
	case *adjustment.Edition:
		cases = x.Cases
	default:
		return nil, nil, nil
	}
	book, err := m.q.Site.Books.Get(tx)
	if err != nil {
		return nil, nil, err
	}
	marks, err := m.q.marks(tx)
	if err != nil {
		return nil, nil, err
	}
	s := &shelf{base: staffList, book: book, citing: marks}
	if cases == nil {
		if d, ok := m.difference(book, m.Case); ok {
			items = append(items, s.changed(d, nil))
		}
		return items, nil, nil
	}
	for _, id := range cases {
		c, err := casework.Load(tx, m.env, id, m.q.Now)
		if fault.Is(err, fault.Missing) || err == nil && c.Sealed && casework.Visible(tx, m.q.Actor, id) != nil {
			continue // the findings say so
		}
		if err != nil {
			return nil, nil, err
		}
		if d, ok := m.difference(book, c); ok {
			items = append(items, s.changed(d, []part.Link{{Text: c.Number, Href: "/sq/" + c.ID}}))
		}
	}
	if m.Stage == casework.Closed {
		return items, nil, nil
	}
	flaws, err := book.Findings(tx, cases, m.q.Now)
	for _, f := range flaws {
		findings = append(findings, f.Item+"："+f.Text)
	}
	return items, findings, err
}

// noted are the demonstrations of a change that the list office entered (DM-9.1).
func (m *matter) noted(tx *db.Tx) (fs []part.Fact, err error) {
	ns, err := adjustment.Demonstrations(tx, m.ID)
	if len(ns) == 0 && m.Stage == approval.Review && adjustment.Undemonstrated(m.Case) {
		none := part.Fact{Label: "论证记录", Text: "还没有。登记以后才能通过"}
		for _, w := range m.WaysFor(nil, m.q.Actor) {
			if w.On == adjustment.Reasoned {
				none = part.Fact{Label: "论证记录", Show: templ.Join(part.Plain("还没有。"), part.To(part.Link{Text: w.Text(), Href: wayURL(m.path("/y/0"), w)}))}
			}
		}
		fs = append(fs, none)
	}
	for _, n := range ns {
		fs = append(fs, part.Fact{Label: part.Day(n.On), Text: n.Who + "：" + n.Findings + "（" + n.By + " " + sayTime(n.At, m.q.Now) + " 登记）"})
	}
	return fs, err
}

// toApply is how long a change that is still being written may be applied for (DM-8.1);
// nil where nothing says so.
func (m *matter) toApply(tx *db.Tx) (templ.Component, error) {
	x, ok := m.Form.(*adjustment.Change)
	if !ok || !m.Filed.IsZero() || x.HappenedOn == "" {
		return nil, nil
	}
	l, err := m.q.lens(tx)
	if err != nil {
		return nil, err
	}
	within, err := l.within()
	return part.Light(l.light(l.dueOn(x.HappenedOn, within))), err
}

// issued is the edition by which a change, or all that an edition took in, was issued (DM-8.6).
func (m *matter) issued(tx *db.Tx, p *casePage) error {
	id := m.ID
	if x, ok := m.Form.(*adjustment.Edition); ok && len(x.Cases) > 0 && m.Stage == casework.Closed {
		id = x.Cases[0]
	}
	r, err := adjustment.Find(tx, id)
	if fault.Is(err, fault.Missing) || r.Edition == 0 {
		return nil
	}
	book, e := m.q.Site.Books.Get(tx)
	if err = errors.Join(err, e); err != nil {
		return err
	}
	if e, ok := book.Edition(r.Edition); ok {
		p.Beside = append(p.Beside, beside{"印发", []part.Fact{{Label: "版本", Show: part.To(part.Link{Text: editionName(e), Href: fmt.Sprintf("%s/bb/%d", staffList, e.No)})}}})
	}
	return nil
}

// difference is what an application makes of its item; ok is false where it says nothing yet.
func (m *matter) difference(book *catalog.Book, c *casework.Case) (d catalog.Difference, ok bool) {
	version := func(code string, t *catalog.Text) *catalog.Version {
		if t == nil {
			return nil
		}
		return &catalog.Version{Code: code, Text: t}
	}
	switch x := c.Form.(type) {
	case *adjustment.Removal:
		d.Old = version(x.Code, book.Text(x.Base))
	case *adjustment.Change:
		d.Old = version(x.Code, book.Text(x.Base))
		d.New = version(x.Code, x.Says(func(name string) string {
			u, _ := m.dir.Resolve(name, m.day)
			return u.ID
		}, m.dir.Name))
	}
	if d.New != nil && d.New.Name == "" {
		d.New = nil
	}
	return d, d.Old != nil || d.New != nil
}

// An overtaken application was written against a text that another edition has
// changed since: what became of it, and where it is taken over.
type overtaken struct {
	Code, Edition string
	To            string // "" where the item is gone
	Revision      int
	Items         []changedItem
	form          onItem
	was           *catalog.Text
	now           *catalog.Version
}

// An onItem form is about an item, written against what the item said.
type onItem interface {
	On() (code, base string)
	TakeOver(was *catalog.Text, now *catalog.Version) (both []string)
}

// overtaken is what the actor has to take over before the form is handed in; nil
// where the list still says what it was written against.
func (m *matter) overtaken(tx *db.Tx) (*overtaken, error) {
	form, ok := m.Form.(onItem)
	if !ok || !m.MayRevise(m.q.Actor) {
		return nil, nil
	}
	code, base := form.On()
	if code == "" || base == "" {
		return nil, nil
	}
	book, err := m.q.Site.Books.Get(tx)
	if err != nil {
		return nil, err
	}
	v := overtaken{Code: code, Revision: m.Revision, form: form, was: book.Text(base), now: book.Latest(code)}
	marks, err := m.q.marks(tx)
	if err != nil || v.was == nil || v.now != nil && v.now.TextID() == base {
		return nil, err
	}
	s := &shelf{base: staffList, book: book, citing: marks}
	v.Items = []changedItem{s.changed(catalog.Difference{Old: &catalog.Version{Code: code, Text: v.was}, New: v.now}, nil)}
	if v.now != nil {
		v.To = m.path("/dz")
		v.Edition = fmt.Sprintf("第 %d 版", v.now.Edition)
		if e, ok := book.Edition(v.now.Edition); ok {
			v.Edition += "（" + e.Number + "）"
		}
	}
	return &v, nil
}

// takeOver writes an application against what its item says now, in the same case.
func takeOver(q *Request) (Reply, error) {
	return q.onCase(func(tx *db.Tx, c *casework.Case) (Receipt, error) {
		m, err := q.seen(tx, c)
		if err != nil {
			return Receipt{}, err
		}
		v, err := m.overtaken(tx)
		if err != nil {
			return Receipt{}, err
		}
		if v == nil || v.now == nil {
			return Receipt{}, fault.Absent()
		}
		form, err := clone(m.Procedure, m.Form)
		if err != nil {
			return Receipt{}, err
		}
		what := "已取用现在的内容"
		if both := form.(onItem).TakeOver(v.was, v.now); len(both) > 0 {
			what += "（" + strings.Join(both, "、") + "两边都改了，留的是你写的，逐项核对）"
		}
		return Receipt{What: what, Location: m.path("/hd")}, q.revise(tx, c, form, map[string]any{"base": v.now.TextID(), "edition": v.now.Edition})
	})
}
