package web

import (
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
		fs := []part.Fact{{Label: "收到", Text: x.What}, {Label: "编号", Text: x.Number}, {Label: "收到时间", Text: part.Day(org.Day(x.At)) + " " + x.At.In(calendar.Zone).Format("15:04")}}
		sheet := part.Sheet{Number: x.Number, By: q.Actor.UnitName + " " + postName(q.Actor), At: sayTime(q.Now, q.Now), State: "回执"}
		id, _, _ := strings.Cut(strings.TrimPrefix(x.Location, "/sq/"), "/")
		if id != x.Location && casework.Visible(tx, q.Actor, id) == nil {
			m, err := q.matter(tx, id)
			if err != nil {
				return err
			}
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
	var next []string
	for _, no := range m.Pending() {
		t, _ := m.Task(no)
		line := m.party(t.Party) + "：" + m.asks(t)
		if !t.Within.None() {
			line += "（" + m.light(t).Text + "）"
		}
		next = append(next, line)
	}
	if len(next) == 0 {
		next = []string{"不再等谁办理"}
	}
	return []part.Fact{
		{Label: "提交人", Text: by}, {Label: "办件", Text: m.Title()}, {Label: "申请单位", Text: m.party(m.Owner)},
		{Label: "现在", Text: m.Status()}, {Label: "接下来", Text: strings.Join(next, "\n")},
	}, nil
}
