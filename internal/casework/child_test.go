package casework_test

import (
	"errors"
	"testing"

	"yidan/internal/casework"
	"yidan/internal/org"
)

func chain(depth int) *casework.Procedure {
	p := &casework.Procedure{Name: "p", Title: "p", Form: func() any { return new(matter) }, Steps: []casework.Step{{
		Stage: "s", Title: "s", Rule: "AE-1.1", Ask: casework.Ask(org.Owner),
		Ways: casework.Ways{casework.Done.To(casework.Closed), casework.Withdraw.To(casework.Closed)},
	}}}
	if depth > 0 {
		p.Steps[0].Ask = func(c *casework.Case) []casework.Task {
			return []casework.Task{casework.Await(c.Owner, chain(depth-1), c.Owner, new(matter)), {Party: org.Unit("y")}}
		}
		p.Steps[0].Ways[1] = casework.Withdraw.To(casework.Closed).By(org.Owner)
	}
	return p
}

func TestChildren(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*world)
		want []string
	}{
		{"outcome climbs", func(w *world) { w.walk("r y 办结\nr.1 y 办结\nr.1.1 x 办结") }, []string{"r=closed:办结"}},
		{"outcome that is no way falls back to the party", func(w *world) { w.walk("r y 办结\nr.1 y 办结\nr.1.1 x 撤回\nr.1 x 办结") }, []string{"r=closed:办结"}},
		{"calling off goes down", func(w *world) { w.walk("r x 撤回") }, []string{"r=closed:撤回", "r.1=closed:撤回", "r.1.1=closed:撤回"}},
		{"nobody answers for a child", func(w *world) {
			if err := w.d.Cases["r"].Answer(1, casework.Answer{Verdict: casework.Done, By: who("x"), At: w.now}); !errors.Is(err, casework.ErrWaiting) {
				w.t.Error("answered", err)
			}
		}, []string{"r=s"}},
		{"nobody takes back what a child answered", func(w *world) {
			w.walk("r.1 y 办结\nr.1.1 x 办结")
			if c := w.d.Cases["r"]; c.TakeBack(1, casework.Answer{By: who("x"), At: w.now}) == nil {
				w.t.Error("taken back")
			}
		}, []string{"r=s", "r.1=closed:办结"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "2026-08-03 09:00")
			w.open("r", chain(2), "x", new(matter))
			tt.do(w)
			w.stands(tt.want...)
		})
	}
}
