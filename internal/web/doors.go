package web

import (
	"cmp"
	"fmt"

	"yidan/internal/admission"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/web/part"
)

// A doors view is the check before work is handed down: is it on the list,
// admitted, in need of no application, or to be admitted first (AE-2.1, AE-4.2).
type doors struct {
	Words     string
	Asked     bool
	Answers   []block
	Grounds   int // on which it may be handed down
	Near      int // items of the list that merely resemble it
	Questions []question
	Way       *admission.Way
	Articles  []article
	MayStart  bool // a department begins an admission here
	Town      bool
}

type question struct {
	Name, Text, Answer string
}

type article struct{ Label, Text string }

// showDoors answers 查是否要走准入 and 这件事该不该我们干.
func showDoors(q *Request) (Reply, error) {
	a := q.Actor
	v := doors{Words: form.Clean(q.Query.Get(qWords)), Town: a.Kind.Local()}
	v.MayStart = Bureaus.Admits(q.Visitor)
	v.Asked = v.Words != ""
	answers := map[string]string{}
	for _, x := range admission.Questions {
		answers[x.Name] = q.Query.Get(x.Name)
		v.Questions = append(v.Questions, question{x.Name, x.Text, answers[x.Name]})
	}
	if w, ok := admission.Advise(answers); ok {
		v.Way = &w
	}
	v.Articles = doorArticles()
	title := "要不要走准入"
	if v.Town {
		title = "这件事该不该我们干？"
	}
	if v.Asked {
		if err := q.look(func(l *lens) error { return l.answer(q, &v) }); err != nil {
			return Reply{}, err
		}
	}
	return Show(title, doorsPage(title, v)).Print(part.Sheet{By: a.Name, At: clockTime(q.Now, q.Now), State: title}), nil
}

// doorArticles are the two that are to be read together (AE-4.2).
func doorArticles() (as []article) {
	for _, rule := range []string{"AE-2", "AE-4"} {
		if x, ok := regulation.Find(rule); ok {
			as = append(as, article{x.Cite(), x.Text()})
		}
	}
	return as
}

// answer looks a matter up in the list, among what is admitted, and among what
// needs no application.
func (l *lens) answer(q *Request, v *doors) error {
	found, near, err := l.listed(q.Site.Books, v.Words)
	if err != nil {
		return err
	}
	var items, back []item
	for _, x := range found {
		if x.Part == catalog.TakenBack {
			back = append(back, listedItem(x))
		} else {
			items = append(items, listedItem(x))
		}
	}
	v.ground("在清单内：按清单办理", items)
	v.answer("已由部门收回：不能再交给乡镇（街道）", back)
	items = nil
	for _, x := range near {
		items = append(items, listedItem(x))
	}
	v.Near = len(items)
	v.answer("清单里相近的事项：核对是不是同一件事，是的按清单办理", items)
	if err := l.answerAdmitted(v); err != nil {
		return err
	}
	all, err := admission.Lawfuls(l.tx)
	if err != nil {
		return err
	}
	items = nil
	for _, x := range all {
		if admission.Alike(x.Matter, v.Words) && len(items) < perGroup {
			below := lawfulKind[x.Kind] + "，依据：" + x.Basis
			if x.Conditions != "" {
				below += "。部门提供的工作条件：" + x.Conditions
			}
			items = append(items, item{Link: part.Link{Text: x.Matter, Href: "/zr/wx" + ask(map[string][]string{qWords: {x.Matter}})}, Below: below})
		}
	}
	v.ground("无需申请：乡镇（街道）依法履行或者依法协助", items)
	return l.answerApplied(v)
}

// answerApplied names what is being applied for and not approved yet, as far as
// the actor may see it: no ground either.
func (l *lens) answerApplied(v *doors) error {
	rows, _, err := casework.List(l.tx, l.actor, casework.Filter{Procedure: "admission", Standing: "open", Words: v.Words, Limit: perGroup}, l.now)
	if err != nil {
		return err
	}
	var items []item
	for _, r := range rows {
		if r.Stage != admission.Live {
			items = append(items, item{Link: caseLink(r), Below: r.Number + "　" + l.units.Name(r.Owner) + "申请，" + l.standing(r)})
		}
	}
	v.answer("正在申请准入：批准以前不能交给乡镇（街道）", items)
	return nil
}

// answerAdmitted says what is admitted and until when; what has run out is said
// to have run out, for it is no ground any more.
func (l *lens) answerAdmitted(v *doors) error {
	ms, err := admission.Register(l.tx, nil, nil, true)
	if err != nil {
		return err
	}
	var live, wait, over []item
	for _, m := range ms {
		if !admission.Alike(m.Matter, v.Words) && m.Number != v.Words {
			continue
		}
		x := item{Link: part.Link{Text: m.Matter}, Below: fmt.Sprintf("%s　%s，交给 %d 个乡镇（街道）", m.Number, l.units.Name(m.Unit), len(m.Townships))}
		own, named := m.Delivery(l.actor.Units()...)
		if named || l.actor.Is(org.Unit(m.Unit)) || seesAllMatters(l.actor) {
			x.Link.Href = "/zr/" + m.Case
		}
		if m.To == "" {
			x.Below += "，长期"
		} else {
			x.Below += "，至" + part.Day(m.To)
		}
		unit := ""
		if v.Town {
			unit = cmp.Or(own.Unit, l.actor.Unit)
		}
		why, _ := fault.As(m.Carries(unit, l.now))
		if why != nil {
			x.Below += "。" + why.Text
		}
		switch {
		case why == nil:
			live = append(live, x)
		case m.Carries("", l.now) == nil || m.Ended.IsZero() && !m.Expired(l.now):
			wait = append(wait, x)
		default:
			over = append(over, x)
		}
	}
	v.ground("在准入事项内：按批准的内容和时限办理", live[:min(len(live), perGroup)])
	v.answer("已经准入，但现在不能据此交办", wait[:min(len(wait), perGroup)])
	v.answer("准入已到期或者已退出：不能再交给乡镇（街道）", over[:min(len(over), perGroup)])
	return nil
}

// ground is an answer on which the work may be handed down.
func (v *doors) ground(title string, items []item) {
	v.Grounds += len(items)
	v.answer(title, items)
}

func (v *doors) answer(title string, items []item) {
	if len(items) > 0 {
		v.Answers = append(v.Answers, block{Title: title, Body: itemList(items)})
	}
}
