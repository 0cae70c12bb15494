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
	Onward      []recourse
	Again       part.Link // begins a new application as a copy
}

// A recourse is one way on after a refusal, with the article that gives it.
type recourse struct{ Text, Rule string }

// recourses are, by procedure, the rule of the written notice and the ways on.
var recourses = map[string]struct {
	Rule string
	Ways []recourse
}{
	"admission": {"AE-6.1", []recourse{
		{"没有批准以前，不交给乡镇（街道）办理或者协助办理。", "AE-2.1"},
		{"难以完成或者履职成本过高，又符合政府购买服务政策规定的，向社会组织购买公共服务。", "AE-10.1"},
		{"补足理由和材料，或者情况有变化的，重新写专项说明、征求乡镇（街道）意见后再申请。", "AE-5.1"},
	}},
	"exit": {"AE-12.1", []recourse{
		{"准入事项继续按原批准内容实施。", "AE-6.2"},
		{"以后完成，或者发生变化不适宜继续由乡镇（街道）办理的，再申请退出。", "AE-9.1"},
	}},
	"adjustment": {"DM-8.3", []recourse{
		{"清单不变，继续按清单执行。", "DM-8.3"},
		{"又出现规定的调整情形的，在规定时间内再提出。", "DM-8.1"},
	}},
	"removal": {"AE-12.1", []recourse{
		{"事项留在清单里，继续按清单执行。", "AE-12.1"},
		{"又出现第十一条情形的，再提出书面申请。", "AE-11.1"},
	}},
}

// refused fills in what a refused application says first.
func (m *matter) refused(_ *db.Tx, p *casePage) error {
	if m.Stage != casework.Closed || m.Outcome != casework.Reject {
		return nil
	}
	after := recourses[m.Procedure.Name]
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
