package web

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/adjustment"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// A publicChange is one change of the list as the public may know it: while it is
// commented on, and once it was issued (DM-3.1, DM-10.1).
type publicChange struct {
	id, code, title, unit, number string
	kind                          string
	open                          bool   // under public comment now
	until                         string // the last day of it
	edition                       int64  // that issued it; 0: none yet
	evidence                      adjustment.Evidence
	reason, approved              string
	why                           []adjustment.Demonstration
	difference                    catalog.Difference
}

// publicChange is one that the public may know; any other is not there.
func (q *Request) publicChange(tx *db.Tx, id string) (p publicChange, err error) {
	rec, err := adjustment.Find(tx, id)
	if err != nil {
		return p, err
	}
	env, err := q.Site.Cases.Wire(tx, q.Now)
	if err != nil {
		return p, err
	}
	c, err := casework.Load(tx, env, id, q.Now)
	if err != nil {
		return p, err
	}
	p = publicChange{id: id, code: rec.Code, kind: rec.Kind, title: c.Title(), unit: c.Owner.Unit, number: c.Number, open: c.Stage == adjustment.Comment && !c.Sealed, edition: rec.Edition, approved: rec.Basis}
	if !p.open && p.edition == 0 {
		return p, fault.Absent()
	}
	b, err := q.Site.Books.Get(tx)
	if err != nil {
		return p, err
	}
	base := ""
	var says *catalog.Text
	switch x := c.Form.(type) {
	case *adjustment.Change:
		p.evidence, p.reason, p.why, base = x.Evidence, x.Reason, x.Demonstrations, x.Base
		dir, err := org.LoadDirectory(tx)
		if err != nil {
			return p, err
		}
		says = x.Says(func(name string) string { u, _ := dir.Resolve(name, org.Day(q.Now)); return u.ID }, dir.Name)
	case *adjustment.Removal:
		p.evidence, p.reason, p.why, base = x.Evidence, x.Reason, x.Demonstrations, x.Base
	}
	version := func(t *catalog.Text) *catalog.Version {
		if t == nil {
			return nil
		}
		return &catalog.Version{Code: p.code, Text: t}
	}
	p.difference = catalog.Difference{Old: version(b.Text(base)), New: version(says)}
	if p.open {
		for _, no := range c.Pending() {
			if d := c.Due(no, env.Calendar); !d.At.IsZero() {
				p.until = org.Day(d.At.Add(-1))
			}
		}
	}
	return p, nil
}

// grounds are what a change rests on, in words.
func (p publicChange) grounds(c citing) (fs []part.Fact) {
	e := p.evidence
	add := func(label string, texts ...string) {
		if s := strings.TrimSpace(strings.Join(texts, " ")); s != "" {
			fs = append(fs, part.Fact{Label: label, Text: s})
		}
	}
	add("情形", strings.Join(adjustment.GroundNames(p.kind, e.Grounds), "；"))
	if e.Has(adjustment.ByLaw) {
		add("依据", c.marked("《"+e.Instrument+"》"+e.Article), wording(adjustment.EventNames, e.Event), part.Day(e.EventOn))
	}
	if e.Has(adjustment.ByReport) {
		add("基层反映", e.Reported)
	}
	if e.Has(adjustment.ByDecision) {
		add("上级决定", e.DecisionOf, e.DecisionNo)
	}
	if e.Has(adjustment.ByFunction) {
		add("职能调整文件", e.FunctionDoc)
	}
	if e.Has(adjustment.ByOther) {
		add("其他情形", e.OtherWhy)
	}
	add("理由", p.reason)
	for _, d := range p.why {
		add("论证（"+part.Day(d.On)+"）", d.Findings)
	}
	add("批准依据", p.approved)
	return fs
}

func changeKind(kind string) string { return cmp.Or(adjustment.KindName(kind), "退出") }

// showOpenChanges lists the changes that the public may comment on now (DM-10.1).
func showOpenChanges(q *Request) (Reply, error) {
	v := listView{Title: "变更公示", Lead: "正在公示征求意见的清单变更。截止以前都可以提意见"}
	v.Table = part.Table{Caption: "正在公示的变更", Columns: []part.Column{{Title: "变更"}, {Title: "申请单位"}, {Title: "公示到"}, {Title: "提意见"}}}
	err := q.look(func(l *lens) error {
		rs, err := adjustment.Commented(l.tx)
		if err != nil {
			return err
		}
		for _, r := range rs {
			p, err := q.publicChange(l.tx, r.Case)
			if err != nil {
				return err
			}
			to := publicList + "/gs/" + p.id
			v.Table.Rows = append(v.Table.Rows, part.Row{Cells: []templ.Component{
				part.What(part.Link{Text: p.title, Href: to}, strings.TrimSpace(p.number+" "+p.code)), part.Plain(l.units.Name(p.unit)), part.Plain(untilText(p.until)),
				part.To(part.Link{Text: "提意见", Href: sayIt + ask(nil, qPending, p.id)}),
			}})
		}
		return nil
	})
	v.Empty = part.Empty("现在没有正在公示的变更。已经印发的变更在“版本”里，每一项都写明事由和依据。", part.Link{Text: "看历次版本", Href: publicList + "/bb"}, part.Link{Text: "提意见", Href: sayIt})
	return v.reply(), err
}

func untilText(day string) string {
	if day == "" {
		return "另行公布"
	}
	return part.Day(day)
}

// A publicChangeView is one change: why, and the two texts side by side.
type publicChangeView struct {
	Head    part.Head
	Tag     string
	Facts   []part.Fact
	Grounds []part.Fact
	Items   []changedItem
	Say     part.Link
}

func showPublicChange(q *Request) (Reply, error) {
	s, err := q.shelf(publicList)
	if err != nil {
		return Reply{}, err
	}
	var v publicChangeView
	err = q.look(func(l *lens) error {
		p, err := q.publicChange(l.tx, q.Path("id"))
		if err != nil {
			return err
		}
		v.Head = part.Head{Title: p.title, Lead: p.number}
		v.Facts = []part.Fact{{Label: "变更", Text: changeKind(p.kind)}, {Label: "申请单位", Text: l.units.Name(p.unit)}}
		v.Grounds = p.grounds(s.citing)
		if p.open {
			v.Tag, v.Say = "公示征求意见中", part.Link{Text: "对这项变更提意见", Href: sayIt + ask(nil, qPending, p.id)}
			v.Facts = append(v.Facts, part.Fact{Label: "公示到", Text: untilText(p.until)})
		} else if e, ok := s.book.Edition(p.edition); ok {
			v.Tag = "已印发"
			v.Facts = append(v.Facts, part.Fact{Label: "印发", Show: part.To(part.Link{Text: editionName(e), Href: fmt.Sprintf("%s/bb/%d", publicList, e.No)})})
		}
		if d := p.difference; d.Old != nil || d.New != nil {
			x := s.changed(d, nil)
			if p.code == "" || s.book.Latest(p.code) == nil {
				x.Link = part.Link{}
			}
			v.Items = []changedItem{x}
		}
		return nil
	})
	return s.frame(q, Show("清单变更", publicChangePage(v)).Under(part.Link{Text: "变更公示", Href: publicList + "/gs"})), err
}
