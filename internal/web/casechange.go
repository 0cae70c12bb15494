package web

import (
	"yidan/internal/adjustment"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
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
