package web

import (
	"fmt"
	"strings"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// showReceipt is the receipt of a submission, to be printed and kept: what came in
// when, from whom, and what happens next.
func showReceipt(q *Request) (r Reply, err error) {
	err = q.Read(func(tx *db.Tx) error {
		x, err := q.submitted(tx, q.Path("id"))
		if err != nil {
			return err
		}
		m, err := q.submittedTo(tx, x)
		if err != nil {
			return err
		}
		if m != nil {
			x.Number = m.Number
		}
		fs := []part.Fact{{Label: "办理", Text: x.What}, {Label: "编号", Text: x.Number}, {Label: "时间", Text: part.Day(org.Day(x.At)) + " " + x.At.In(calendar.Zone).Format("15:04")}}
		sheet := part.Sheet{Number: x.Number, By: q.Actor.UnitName + " " + postName(q.Actor), At: sayTime(q.Now, q.Now), State: "回执"}
		if m != nil {
			more, err := m.receiptFacts(tx, x.At)
			if err != nil {
				return err
			}
			fs = append(fs, more...)
		}
		r = Show("回执", receiptBody(fs, x.Location)).Narrow().Print(sheet)
		return nil
	})
	return r, err
}

// submittedTo is the case that a submission was for; nil where it was for none, or
// for one that its writer may not see any more.
func (q *Request) submittedTo(tx *db.Tx, x handedIn) (*matter, error) {
	at, ok := strings.CutPrefix(x.Location, "/sq/")
	id, _, _ := strings.Cut(at, "/")
	if !ok || casework.Visible(tx, q.Actor, id) != nil {
		return nil, nil
	}
	return q.matter(tx, id)
}

// done says that what a button offers has been done.
func done(button string) string {
	switch {
	case strings.HasPrefix(button, "已"):
		return button
	case strings.HasPrefix(button, "提交"):
		return "已" + button
	}
	return "“" + button + "”已办好"
}

// next is who does what now, in one sentence for whoever has just done something, at at.
func (m *matter) next(at time.Time) string {
	switch {
	case m.Stage == casework.Closed && m.ClosedAt.Equal(at):
		return "本件到此办结：" + m.Status() + "。"
	case m.Stage == casework.Closed: // long since
		return ""
	}
	if asked := m.Asked(m.q.Actor); len(asked) > 0 {
		return "接下来等你单位办：" + m.asks(asked[0]) + "。"
	}
	var whats []string
	whos := map[string][]string{}
	for _, no := range m.Pending() {
		t, _ := m.Task(no)
		if t.Held.Verdict != "" || t.Child != "" { // another task or case speaks for it
			continue
		}
		what := m.asks(t)
		if whos[what] == nil {
			whats = append(whats, what)
		}
		whos[what] = append(whos[what], m.party(t.Party))
	}
	s, last := "", ""
	for _, what := range whats {
		who := whos[what]
		all := strings.Join(who, "、")
		if len(who) > 3 {
			all = fmt.Sprintf("%s等 %d 个单位", strings.Join(who[:2], "、"), len(who))
		}
		if !strings.Contains(what, "“") {
			what = "“" + what + "”"
			if all != last {
				what = "办理" + what
			}
		}
		if all != last {
			what = "，由" + all + what
		}
		s, last = s+what, all
	}
	if s == "" {
		return ""
	}
	return "接下来" + strings.TrimPrefix(s, "，") + "。"
}

// led are the cases to which an act of a moment led, as far as the reader may see
// them: what a township contests goes on as a dispute.
func (m *matter) led(tx *db.Tx, at time.Time) (ms []*matter, err error) {
	rows, err := casework.Children(tx, m.q.Actor, m.ID)
	for _, r := range rows {
		if err == nil && r.Filed.Equal(at) {
			var o *matter
			o, err = m.q.matter(tx, r.ID)
			ms = append(ms, o)
		}
	}
	return ms, err
}

// awaited are whom a case waits for, a line each.
func (m *matter) awaited() (lines []string) {
	for _, no := range m.Pending() {
		t, _ := m.Task(no)
		line := m.party(t.Party) + "：" + m.asks(t)
		if !t.Within.None() {
			line += "（" + m.light(t).Text + "）"
		}
		lines = append(lines, line)
	}
	return lines
}

// receiptFacts are what a receipt says of the case that the submission was for.
func (m *matter) receiptFacts(tx *db.Tx, at time.Time) ([]part.Fact, error) {
	es, err := casework.Timeline(tx, m.ID)
	if err != nil {
		return nil, err
	}
	by := ""
	for _, e := range es {
		if e.At.Equal(at) && e.By.Name != "" {
			by = e.By.Name
		}
	}
	others, err := m.led(tx, at)
	if err != nil {
		return nil, err
	}
	var next []string
	for _, o := range others {
		for _, line := range o.awaited() {
			next = append(next, o.Number+"　"+line)
		}
	}
	if next = append(next, m.awaited()...); len(next) == 0 {
		next = []string{"不再等谁办理"}
	}
	return []part.Fact{
		{Label: "提交人", Text: by}, {Label: "办件", Text: m.Title()}, {Label: m.Procedure.Owned(), Text: m.party(m.Owner)},
		{Label: "现在", Text: m.Status()}, {Label: "接下来", Text: strings.Join(next, "\n")},
	}, nil
}
