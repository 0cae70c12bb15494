package casework

import (
	"fmt"
	"slices"
	"strings"

	"yidan/internal/calendar"
	"yidan/internal/org"
)

// Mermaid draws a procedure from its declaration: the golden files in
// docs/procedures are what it draws, and nobody draws by hand.
func (p *Procedure) Mermaid() string {
	var b strings.Builder
	fmt.Fprintf(&b, "flowchart TD\n")
	for _, s := range p.Steps {
		within := ""
		if !s.Within.None() {
			within = "<br/>" + s.Within.String()
		}
		fmt.Fprintf(&b, "  %s[\"%s<br/><small>%s%s</small>\"]\n", s.Stage, s.Title, s.Rule, within)
	}
	fmt.Fprintf(&b, "  closed([办结])\n")
	drawn := map[string]bool{} // ways that differ only in whom they are for are one line
	for _, s := range p.Steps {
		for _, w := range s.Ways {
			to := w.To
			if to == Here {
				to = s.Stage
			}
			label, line := w.Text(), "-->"
			if w.Taker != "" {
				line = "-.->"
				if name := org.RoleName(w.Taker); name != "" {
					label += "（" + name + "）"
				}
			}
			if w.On == s.Lapse {
				label += "（期满）"
			}
			if arrow := fmt.Sprintf("  %s %s|%s| %s\n", s.Stage, line, label, to); !drawn[arrow] {
				drawn[arrow] = true
				b.WriteString(arrow)
			}
		}
	}
	return b.String()
}

// Asks is whom a step asks, in words, as far as the declaration tells: units that
// only a case names are 涉及的单位.
func (p *Procedure) Asks(s *Step) string {
	if s.Ask == nil {
		return p.takes(s)
	}
	var all []string
	for _, t := range s.Ask(&Case{Procedure: p, Stage: s.Stage, Form: p.Form(), Owner: org.Holder(org.Owner)}) {
		if name := org.RoleName(t.Party.Role); t.Party.Role != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	if len(all) == 0 {
		return "涉及的单位"
	}
	return strings.Join(all, "、")
}

// takes is who may move a step that asks nobody; another case is the system's own doing.
func (p *Procedure) takes(s *Step) string {
	var all []string
	for _, w := range s.Ways {
		name := org.RoleName(w.Taker)
		if w.Taker == org.Linked {
			name = "系统按关联的办件办理"
		}
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, "、")
}

// A Mark is one step of the progress line of a case.
type Mark struct {
	Stage  Stage
	Title  string
	Rule   string
	State  string // done, now, ahead
	Detail string // when it was done, how many have answered, when it is due
}

// Progress is where a case stands on the main road of its procedure: the fixed
// steps, which are not the timeline and not a to-do list.
func (c *Case) Progress(cal *calendar.Calendar) (ms []Mark) {
	reached := map[Stage]Task{}
	for _, t := range c.Tasks {
		if t.Kind == Main && (t.At.After(reached[t.Stage].At) || reached[t.Stage].No == 0) {
			reached[t.Stage] = t
		}
	}
	at := -1
	for i, s := range c.Procedure.Steps {
		if s.Stage == c.Stage {
			at = i
		}
	}
	for i, s := range c.Procedure.Steps {
		if s.Aside && s.Stage != c.Stage {
			continue
		}
		m := Mark{Stage: s.Stage, Title: s.Title, Rule: s.Rule, State: "ahead"}
		t, was := reached[s.Stage]
		switch {
		case s.Stage == c.Stage:
			m.State, m.Detail = "now", c.standing(cal)
		case was && (i < at || c.Stage == Closed):
			m.State = "done"
			if !t.At.IsZero() {
				m.Detail = t.At.In(calendar.Zone).Format("1月2日")
			}
		case c.Stage == Closed && slices.ContainsFunc(s.Ways, func(w Way) bool { return w.Taker == org.Linked && w.To == Closed && w.On == c.Outcome }):
			m.State, m.Detail = "done", c.ClosedAt.In(calendar.Zone).Format("1月2日") // another case ended it
		}
		ms = append(ms, m)
	}
	return ms
}

// standing says how far the present visit has got and by when it should end.
func (c *Case) standing(cal *calendar.Calendar) string {
	round, answered := c.round(), 0
	var due calendar.Deadline
	for _, t := range round {
		if t.Verdict != "" {
			answered++
		} else if d := c.Due(t.No, cal); due.At.IsZero() || !d.At.IsZero() && d.At.Before(due.At) {
			due = d
		}
	}
	var s []string
	if len(round) > 1 {
		s = append(s, fmt.Sprintf("%d/%d", answered, len(round)))
	}
	if !due.At.IsZero() {
		s = append(s, "应于"+due.At.Add(-1).In(calendar.Zone).Format("1月2日"))
	}
	return strings.Join(s, "，")
}
