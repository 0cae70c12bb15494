package casework_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/org"
)

// model is the walked procedure told a second time, as plainly as can be: where
// it stands and who has said what since it came there.
type model struct {
	stage string
	said  map[string]casework.Verdict
}

func (m *model) to(stage string) { m.stage, m.said = stage, map[string]casework.Verdict{} }

var asks = map[string][]string{"draft": {"水利局"}, "opinions": {"城关镇", "南寨镇"}, "review": {"编办", "司法局"}, "approval": {"领导小组"}}

var leads = map[string][]struct {
	v  casework.Verdict
	to string
}{
	"draft":    {{casework.Submit, "opinions"}, {casework.Withdraw, "closed:撤回"}},
	"opinions": {{casework.Agree, "review"}, {casework.Silent, "review"}, {casework.Object, "review"}},
	"review":   {{casework.Agree, "approval"}, {casework.Return, "draft"}, {casework.Reject, "closed:不予通过"}},
	"approval": {{casework.Agree, "closed:同意"}, {casework.Return, "review"}, {casework.Reject, "closed:不予通过"}},
}

// say reports whether the model hears it.
func (m *model) say(who string, v casework.Verdict) bool {
	if v == casework.Withdraw && who == "水利局" && (m.stage == "opinions" || m.stage == "review") {
		m.to("closed:撤回")
		return true
	}
	if !slices.Contains(asks[m.stage], who) || m.said[who] != "" || v == casework.Silent {
		return false
	}
	if !slices.ContainsFunc(leads[m.stage], func(l struct {
		v  casework.Verdict
		to string
	}) bool {
		return l.v == v
	}) {
		return false
	}
	m.said[who] = v
	m.settle()
	return true
}

func (m *model) settle() {
	if len(m.said) < len(asks[m.stage]) {
		return
	}
	to := ""
	for _, l := range leads[m.stage] { // gentlest to gravest
		for _, v := range m.said {
			if v == l.v {
				to = l.to
			}
		}
	}
	m.to(to)
}

func (m *model) lapse() {
	if m.stage != "opinions" {
		return
	}
	for _, u := range asks["opinions"] {
		if m.said[u] == "" {
			m.said[u] = casework.Silent
		}
	}
	m.settle()
}

// Random acts by random people: engine and model agree on what is heard and
// where that leads, and what must never be never is (T40).
func TestEngineAndModelAgree(t *testing.T) {
	people := []string{"水利局", "城关镇", "南寨镇", "编办", "司法局", "领导小组", "财政局"}
	verdicts := []casework.Verdict{casework.Submit, casework.Agree, casework.Object, casework.Return, casework.Reject, casework.Withdraw, casework.Silent, casework.Done}
	rapid.Check(t, func(t *rapid.T) {
		now := at("2026-08-03 09:00")
		d := &casework.Docket{Load: func(id string) (*casework.Case, error) { return nil, fmt.Errorf("no case %q", id) }}
		c := &casework.Case{ID: "a", Procedure: walked(), Owner: org.Unit("水利局"), Form: &matter{Name: "x", Townships: asks["opinions"]}}
		if err := d.Open(c, now); err != nil {
			t.Fatal(err)
		}
		m := &model{}
		m.to("draft")
		t.Repeat(map[string]func(*rapid.T){
			"say": func(t *rapid.T) {
				p, v := rapid.SampledFrom(people).Draw(t, "who"), rapid.SampledFrom(verdicts).Draw(t, "verdict")
				before := state(c)
				a := casework.Answer{Verdict: v, By: who(p), Text: "理由", At: now}
				err := d.Do("a", now, func(c *casework.Case) error {
					for _, task := range c.Asked(a.By) {
						return c.Answer(task.No, a)
					}
					return c.Take(a)
				})
				if heard := m.say(p, v); heard != (err == nil) {
					t.Fatalf("%s %s in %s: engine %v, model heard it: %v", p, v, before, err, heard)
				}
				if err != nil && state(c) != before {
					t.Fatalf("refused, but changed:\n%s\n%s", before, state(c))
				}
			},
			"wait": func(t *rapid.T) {
				now = now.AddDate(0, 0, rapid.IntRange(1, 12).Draw(t, "days"))
				due := false
				for _, no := range c.Pending() {
					x := c.Due(no, calendar.Built())
					due = due || c.Stage == "opinions" && !x.Provisional && !now.Before(x.At)
				}
				if err := d.Do("a", now, func(c *casework.Case) error { return c.Lapse(calendar.Built(), now) }); err != nil {
					t.Fatal(err)
				}
				if due {
					m.lapse()
				}
			},
			"": func(t *rapid.T) { invariants(t, c, m, now) },
		})
	})
}

func state(c *casework.Case) string {
	b, err := json.Marshal(struct {
		Stage casework.Stage
		Round int
		Tasks []casework.Task
		Form  any
	}{c.Stage, c.Round, c.Tasks, c.Form})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func invariants(t *rapid.T, c *casework.Case, m *model, now time.Time) {
	got := string(c.Stage)
	if c.Stage == casework.Closed {
		got += ":" + string(c.Outcome)
	}
	if got != m.stage {
		t.Fatalf("engine stands in %s, model in %s", got, m.stage)
	}
	if c.Stage == casework.Closed && len(c.Pending()) > 0 {
		t.Fatal("closed, but it still asks")
	}
	if c.Outcome == casework.Agree { // approved: both offices agreed, and after them the leading group
		var last [3]casework.Verdict
		for _, x := range c.Tasks {
			switch x.Party.Role {
			case org.ListOffice:
				last[0] = x.Verdict
			case org.Justice:
				last[1] = x.Verdict
			case org.Lead:
				last[2] = x.Verdict
			}
		}
		if last != [3]casework.Verdict{casework.Agree, casework.Agree, casework.Agree} {
			t.Fatal("approved on", last)
		}
	}
	for _, x := range c.Tasks {
		if x.Verdict == casework.Silent && now.Before(x.At) {
			t.Fatal("silence before its time")
		}
	}
}
