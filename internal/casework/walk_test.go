package casework_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/form"
	"yidan/internal/org"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

// offices says which unit holds what in the walks.
var offices = map[org.Role]string{org.ListOffice: "编办", org.Justice: "司法局", org.Lead: "领导小组", org.Secretariat: "小组办", org.Convener: "召集人"}

// who makes the actor for "unit" or "unit/post".
func who(s string) org.Actor {
	unit, post, _ := strings.Cut(s, "/")
	a := org.Actor{Person: s, Name: s, Unit: unit, Post: post, Class: org.Business}
	for r, u := range offices {
		if u == unit {
			a.Roles = append(a.Roles, r)
		}
	}
	return a
}

// A matter is the form of the walks.
type matter struct {
	Name      string   `json:"name"`
	Townships []string `json:"townships"`
}

var matterLayout = form.Layout{{Key: "m", Rule: "AE-5.1", Fields: []form.Field{{Name: "name", Label: "事项", Type: form.Line, Need: "填写“事项”", Max: 50}}}}

// walked is a procedure with everything the walks need: a consultation that
// lapses, two offices at once, an approval.
func walked(change ...func(*casework.Procedure)) *casework.Procedure {
	withdraw := casework.Withdraw.To(casework.Closed).By(org.Owner)
	p := &casework.Procedure{
		Name: "walk", Edition: 1, Title: "走查", Prefix: "走查", Form: func() any { return new(matter) }, Layout: matterLayout,
		Subject: func(f any) string { return f.(*matter).Name },
		Steps: []casework.Step{{
			Stage: "draft", Title: "提出申请", Rule: "AE-5.1", Edits: true, Ask: casework.Ask(org.Owner),
			Ways: casework.Ways{casework.Submit.To("opinions"), casework.Withdraw.To(casework.Closed)},
		}, {
			Stage: "opinions", Title: "征求意见", Rule: "AE-5.2", Within: calendar.WorkDays(5), Lapse: casework.Silent,
			Ask:  casework.Units(func(c *casework.Case) []string { return c.Form.(*matter).Townships }),
			Ways: casework.Ways{casework.Agree.To("review"), casework.Silent.To("review"), casework.Object.To("review"), withdraw},
		}, {
			Stage: "review", Title: "审核", Rule: "AE-6.1",
			Ask: func(*casework.Case) []casework.Task {
				return []casework.Task{{Party: org.Holder(org.ListOffice), Within: calendar.WorkDays(15)}, {Party: org.Holder(org.Justice), Within: calendar.WorkDays(7)}}
			},
			Ways: casework.Ways{casework.Agree.To("approval"), casework.Return.To("draft"), casework.Reject.To(casework.Closed), withdraw},
		}, {
			Stage: "approval", Title: "审批", Rule: "AE-6.2", Ask: casework.Ask(org.Lead), Movable: true,
			Ways: casework.Ways{casework.Agree.To(casework.Closed), casework.Return.To("review"), casework.Reject.To(casework.Closed)},
		}},
	}
	for _, f := range change {
		f(p)
	}
	return p
}

// A world is cases in memory and a clock.
type world struct {
	t   *testing.T
	d   *casework.Docket
	now time.Time
}

func newWorld(t *testing.T, now string) *world {
	return &world{t, &casework.Docket{Load: func(id string) (*casework.Case, error) { return nil, fmt.Errorf("no case %q", id) }}, at(now)}
}

func (w *world) open(id string, p *casework.Procedure, owner string, form any) *casework.Case {
	w.t.Helper()
	if err := p.Check(); err != nil {
		w.t.Fatal(err)
	}
	c := &casework.Case{ID: id, Procedure: p, Owner: org.Unit(owner), Form: form}
	if err := w.d.Open(c, w.now); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// say answers the open task that is who's, or takes a way that is. A refusal
// leaves everything as it was, as the store's transaction does.
func (w *world) say(id, name string, v casework.Verdict, words ...string) error {
	a := casework.Answer{Verdict: v, By: who(name), At: w.now, Text: strings.Join(words, " ")}
	before := map[string]casework.Case{}
	for k, c := range w.d.Cases {
		b := *c
		b.Tasks, b.Log = slices.Clone(c.Tasks), slices.Clone(c.Log)
		before[k] = b
	}
	err := w.d.Do(id, w.now, func(c *casework.Case) error {
		for _, t := range c.Asked(a.By) {
			if err := c.Answer(t.No, a); err != casework.ErrVerdict {
				return err
			}
		}
		return c.Take(a)
	})
	if err != nil {
		for k, c := range w.d.Cases {
			if b, ok := before[k]; ok {
				*c = b
			} else {
				delete(w.d.Cases, k)
			}
		}
	}
	return err
}

// walk runs "case who verdict [words]" lines; "@ day time" moves the clock; a
// line that starts with ! must be refused.
func (w *world) walk(says string) {
	w.t.Helper()
	for l := range strings.Lines(says) {
		f := strings.Fields(l)
		if len(f) == 0 {
			continue
		}
		if f[0] == "@" {
			w.now = at(f[1] + " " + f[2])
			continue
		}
		err := w.say(strings.TrimPrefix(f[0], "!"), f[1], casework.Verdict(f[2]), f[3:]...)
		if strings.HasPrefix(f[0], "!") != (err != nil) {
			w.t.Fatalf("%s: err=%v", strings.TrimSpace(l), err)
		}
	}
}

// stands checks "case=stage" or "case=closed:outcome".
func (w *world) stands(wants ...string) {
	w.t.Helper()
	for _, s := range wants {
		id, want, _ := strings.Cut(s, "=")
		c, err := w.d.Case(id)
		if err != nil {
			w.t.Error(err)
			continue
		}
		got := string(c.Stage)
		if c.Stage == casework.Closed {
			got += ":" + string(c.Outcome)
		}
		if got != want {
			w.t.Errorf("%s stands in %s, want %s", id, got, want)
		}
	}
}

// review is a case of 水利局 that reached the two offices on Mon 10 Aug 2026:
// tasks 3 (编办, 15 WD) and 4 (司法局, 7 WD).
func review(t *testing.T, change ...func(*casework.Procedure)) (*world, *casework.Case) {
	t.Helper()
	w := newWorld(t, "2026-08-03 09:00")
	c := w.open("a", walked(change...), "水利局", &matter{Name: "河道巡查", Townships: []string{"城关镇"}})
	w.walk("a 水利局 提交\n @ 2026-08-10 15:00\n a 城关镇 同意")
	return w, c
}
