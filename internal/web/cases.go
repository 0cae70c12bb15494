package web

import (
	"maps"
	"slices"
	"strings"

	"yidan/internal/casework"
	"yidan/internal/web/part"
)

// showCases is every case an actor may see, those filed last first.
func showCases(q *Request) (Reply, error) {
	v := listView{Title: "办件", Lead: "你单位提出、参加办理或者被告知的办件；区委编办、区司法局看全区的"}
	v.More, v.Tabs = exportLink(q, "/sq/xlsx"), paperTabs("/sq")
	var bad note
	err := q.look(func(l *lens) error {
		f, b := l.caseFilter(q.Query)
		bad = b
		rows, next, err := casework.List(l.tx, q.Actor, f, q.Now)
		if err != nil {
			return err
		}
		v.Table, v.Pager = l.caseLines("办件，最近提交的在前", rows).table("办件"), pager(q, next)
		v.Filter = l.allCasesFilter(q, f)
		if len(rows) == 0 {
			v.Empty = part.Empty("还没有办件。提交以后就出现在这里。")
			if len(v.Filter.Chips) > 0 {
				v.Empty = part.Empty("按这些条件没有找到办件。去掉一个条件再查。", part.Link{Text: "清除条件", Href: "/sq"})
			}
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return bad.on(Show("办件", listPage(v))), nil
}

// paperTabs lead to cases and to the papers that they left.
func paperTabs(here string) []part.Tab {
	ts := []part.Tab{{Text: "办件", Href: "/sq"}, {Text: "留存文书", Href: "/cl"}}
	for i := range ts {
		ts[i].Here = ts[i].Href == here
	}
	return ts
}

// allCasesFilter narrows all cases: by procedure, stage, standing, units, words, days.
func (l *lens) allCasesFilter(q *Request, f casework.Filter) *part.Filter {
	states := make([]part.Option, len(standings))
	for i, o := range standings {
		o.On = o.Value == f.Standing
		states[i] = o
	}
	p := l.caseFilterForm("/sq", q.Query, f, false)
	p.Groups = append(p.Groups,
		part.Group{Title: "办理状态", Name: qStanding, Kind: "select", Options: states},
		part.Group{Title: "申请单位", Name: qOwner, Kind: "select", Menu: l.everyUnit(), Value: f.Owner},
		part.Group{Title: "参加办理的单位", Name: qUnit, Kind: "select", Menu: l.everyUnit(), Value: f.Unit},
		part.Group{Title: "提交日期从", Name: qFrom, Kind: "date", Value: q.Query.Get(qFrom)},
		part.Group{Title: "到", Name: qTo, Kind: "date", Value: q.Query.Get(qTo)},
	)
	ended := f.Standing == "closed" || f.Standing == "archived" || f.Outcome != "" || q.Query.Get(qClosedFrom)+q.Query.Get(qClosedTo) != ""
	if ended { // of what has ended, how and when
		p.Groups = append(p.Groups,
			part.Group{Title: "办结意见", Name: qOutcome, Kind: "select", Options: l.outcomes(f.Procedure, f.Outcome)},
			part.Group{Title: "办结日期从", Name: qClosedFrom, Kind: "date", Value: q.Query.Get(qClosedFrom)},
			part.Group{Title: "办结日期到", Name: qClosedTo, Kind: "date", Value: q.Query.Get(qClosedTo)},
		)
	}
	if late := q.Query.Get(qLate); late != "" { // led here by a figure of the statistics
		p.Groups = append(p.Groups, part.Group{Title: "超期未办的单位", Name: qLate, Kind: "select", Menu: l.everyUnit(), Value: late})
	}
	p.Chips = chips("/sq", q.Query, p.Groups)
	return p
}

// outcomes are the ways in which a case may have ended, of one procedure or of all,
// each in the words of its buttons.
func (l *lens) outcomes(procedure string, on casework.Verdict) (os []part.Option) {
	for _, name := range slices.Sorted(maps.Keys(l.env.Editions)) {
		p := l.newest(name)
		if p == nil || procedure != "" && procedure != name {
			continue
		}
		for _, s := range p.Steps[1:] { // what ends in the first step was a draft
			for _, w := range s.Ways {
				if w.To != casework.Closed {
					continue
				}
				i := slices.IndexFunc(os, func(o part.Option) bool { return o.Value == string(w.On) })
				if i < 0 {
					i, os = len(os), append(os, part.Option{Value: string(w.On), On: w.On == on})
				}
				if text := casework.Ended(p, w.On, true); !slices.Contains(strings.Split(os[i].Label, "、"), text) {
					os[i].Label = strings.TrimPrefix(os[i].Label+"、"+text, "、")
				}
			}
		}
	}
	return os
}
