package web

import (
	"net/url"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/web/part"
)

// A refusal is what the page of a refused application says first: why, the written
// notice, and to the applicant what may be done now.
type refusal struct {
	Title, Rule string
	Reasons     []part.Opinion
	Papers      []paperLine
	Onward      []casework.Recourse
	Again       part.Link // begins a new application as a copy
}

// refused fills in what a refused application says first.
func (m *matter) refused(_ *db.Tx, p *casePage) error {
	if m.Stage != casework.Closed || m.Outcome != casework.Reject {
		return nil
	}
	after := m.Procedure.Refused
	r := &refusal{Title: m.Status() + "的理由", Rule: after.Rule}
	for _, t := range m.Tasks {
		if t.Kind == casework.Main && t.Verdict == casework.Reject {
			r.Reasons = append(r.Reasons, m.opinion(t))
		}
	}
	for _, x := range p.Papers {
		if x.Kind == "notice" {
			r.Papers = append(r.Papers, x)
		}
	}
	if m.q.Actor.Is(m.Owner) {
		r.Onward = after.Ways
		if _, ok := m.Form.(copied); ok {
			r.Again = part.Link{Text: "复制为新的申请", Href: "/sq/new/" + m.Procedure.Name + "?" + url.Values{"copy": {m.ID}}.Encode()}
		}
	}
	p.Refused = r
	return nil
}
