package web

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"yidan/internal/adjustment"
	"yidan/internal/admission"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// clone is an independent copy of a form of a procedure.
func clone(p *casework.Procedure, src any) (any, error) {
	dst := p.Form()
	b, err := json.Marshal(src)
	if err == nil {
		err = json.Unmarshal(b, dst)
	}
	return dst, err
}

// readable is a form as it is read: telephone numbers are masked unless it is
// the reader's own, or they asked to see them, which is on record.
func (m *matter) readable(src any) (any, error) {
	if m.phone || m.q.Actor.Is(m.Owner) {
		return src, nil
	}
	b, err := json.Marshal(src)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, err
	}
	for _, f := range m.Procedure.Layout.Fields() {
		if text := form.Get(src, f.Name); f.Type == form.Phone && text != "" {
			fields[f.Name], _ = json.Marshal(org.Masked(text)) // a text can always be written
		}
	}
	if b, err = json.Marshal(fields); err != nil {
		return nil, err
	}
	dst := m.Procedure.Form()
	return dst, json.Unmarshal(b, dst)
}

// hidesPhone reports that a number is masked for this reader.
func (m *matter) hidesPhone() bool {
	if m.phone || m.q.Actor.Is(m.Owner) {
		return false
	}
	for _, f := range m.Procedure.Layout.Fields() {
		if f.Type == form.Phone && form.Get(m.Form, f.Name) != "" {
			return true
		}
	}
	return false
}

// units are units as options.
func units(us []org.UnitRow) (os []form.Option) {
	for _, u := range us {
		os = append(os, form.Option{Value: u.ID, Label: u.Name})
	}
	return os
}

// offer fills in the options that the district knows.
func (m *matter) offer(l form.Layout) form.Layout {
	return withOptions(l, func(f form.Field) []form.Option { return m.closed(f, m.known(f)) })
}

// closed are options with the units that the form names and that are no more.
func (m *matter) closed(f form.Field, os []form.Option) []form.Option {
	switch f.Source {
	case "townships", "departments", "respondents":
		for _, id := range append(form.List(m.Form, f.Name), form.Get(m.Form, f.Name)) {
			if u, ok := m.dir.Unit(id); ok && !slices.ContainsFunc(os, func(o form.Option) bool { return o.Value == id }) {
				os = append(os, form.Option{Value: id, Label: u.Name + "（已撤销）"})
			}
		}
	}
	return os
}

// known are the options that the district knows for a field.
func (m *matter) known(f form.Field) []form.Option {
	switch f.Source {
	case "grounds":
		return adjustment.Grounds(form.Get(m.Form, "kind"))
	case "events":
		return adjustment.Events(form.Get(m.Form, "kind"))
	case "townships":
		return units(m.dir.Townships(m.day))
	case "departments":
		return units(m.dir.Departments(m.day))
	case "units":
		return slices.DeleteFunc(options(m.dir.Units(m.day)), func(o form.Option) bool { return o.Group == org.KindName(org.Superior) })
	case "respondents":
		return units(append(m.dir.Departments(m.day), m.dir.Townships(m.day)...))
	case "case-townships":
		var us []org.UnitRow
		for _, id := range form.List(m.Form, "townships") {
			if u, ok := m.dir.Unit(id); ok {
				us = append(us, u)
			}
		}
		return units(us)
	}
	return f.Options
}

// offerAll also fills in the options that registers know.
func (m *matter) offerAll(tx *db.Tx, l form.Layout) (form.Layout, error) {
	var admitted []form.Option
	for _, f := range l.Fields() {
		if f.Source != "admissions" {
			continue
		}
		ms, err := admission.Register(tx, append([]string{m.Owner.Unit}, m.dir.Former(m.Owner.Unit, m.day)...), nil, false)
		if err != nil {
			return nil, err
		}
		for _, a := range ms {
			admitted = append(admitted, form.Option{Value: a.Case, Label: a.Number + " " + a.Matter})
		}
	}
	// what has left is named all the same where an exit says so
	if x, ok := m.Form.(*admission.Exit); ok && x.Admission != "" && !slices.ContainsFunc(admitted, func(o form.Option) bool { return o.Value == x.Admission }) {
		switch a, err := admission.Find(tx, x.Admission); {
		case err == nil:
			admitted = append(admitted, form.Option{Value: a.Case, Label: a.Number + " " + a.Matter})
		case !fault.Is(err, fault.Missing):
			return nil, err
		}
	}
	waiting, err := m.waitingChanges(tx, l)
	if err != nil {
		return nil, err
	}
	own, err := m.ownChanges(tx, l)
	if err != nil {
		return nil, err
	}
	book, err := m.q.Site.Books.Get(tx)
	return withOptions(m.offer(l), func(f form.Field) []form.Option {
		switch f.Source {
		case "admissions":
			return admitted
		case "waiting-changes":
			return waiting
		case "own-changes":
			return own
		case "own-items":
			return m.ownItems(book)
		case "categories":
			return adjustment.Categories(book)
		}
		return f.Options
	}), err
}

// ownItems are the items in which the unit behind a case has a duty that it may hand
// on to townships, and the one that its form names.
func (m *matter) ownItems(book *catalog.Book) (os []form.Option) {
	offer := func(code, name string) {
		if code != "" && !slices.ContainsFunc(os, func(o form.Option) bool { return o.Value == code }) {
			os = append(os, form.Option{Value: code, Label: strings.TrimSpace(code + " " + name)})
		}
	}
	for _, s := range book.Booklet(book.On(m.day), m.Owner.Unit) {
		if s.Part != catalog.TakenBack {
			offer(s.Code, s.Name)
		}
	}
	code, name := form.Get(m.Form, "code"), ""
	if v := book.Item(book.On(m.day), code); v != nil {
		name = v.Name
	}
	offer(code, name)
	return os
}

// waitingChanges are the permitted changes that an edition may take in, where the
// layout asks for them.
func (m *matter) waitingChanges(tx *db.Tx, l form.Layout) (os []form.Option, err error) {
	if !slices.ContainsFunc(l.Fields(), func(f form.Field) bool { return f.Source == "waiting-changes" }) {
		return nil, nil
	}
	ps, err := catalog.Waiting(tx)
	if err != nil {
		return nil, err
	}
	taken, err := m.q.takenIn(tx, m.ID)
	if err != nil {
		return nil, err
	}
	offer := func(id, hint string) error {
		c, err := casework.Load(tx, m.env, id, m.q.Now)
		if err == nil {
			os = append(os, form.Option{Value: id, Label: c.Number + " " + c.Title(), Hint: hint})
		}
		return err
	}
	for _, p := range ps {
		hint := p.Code
		if in := taken[p.Cause]; in != "" {
			hint += "，已列入" + in
		}
		if err := offer(p.Cause, hint); err != nil {
			return nil, err
		}
	}
	for _, id := range form.List(m.Form, "cases") { // what was issued since waits no more, and has its name
		if !slices.ContainsFunc(os, func(o form.Option) bool { return o.Value == id }) && casework.Visible(tx, m.q.Actor, id) == nil {
			if err := offer(id, "已经印发，或者退回了"); err != nil {
				return nil, err
			}
		}
	}
	return os, nil
}

// takenIn are the changes that other editions which are being prepared have taken in,
// each with what that edition is called.
func (q *Request) takenIn(tx *db.Tx, but string) (map[string]string, error) {
	us, err := casework.Underway(tx, q.Actor, "edition")
	all := map[string]string{}
	for _, u := range us {
		var x adjustment.Edition
		if u.ID == but {
			continue
		}
		if err := json.Unmarshal(u.Form, &x); err != nil {
			return nil, err
		}
		for _, id := range x.Cases {
			all[id] = cmp.Or(u.Number, "另一份草案") + "“" + cmp.Or(x.Title, "未填名称") + "”"
		}
	}
	return all, err
}

// withOptions is a layout whose fields offer what options says.
func withOptions(l form.Layout, options func(form.Field) []form.Option) form.Layout {
	all := make(form.Layout, len(l))
	for i, s := range l {
		all[i] = s
		all[i].Fields = make([]form.Field, len(s.Fields))
		for j, f := range s.Fields {
			f.Options = options(f)
			all[i].Fields[j] = f
		}
	}
	return all
}
