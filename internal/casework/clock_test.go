package casework_test

import (
	"errors"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/org"
)

func due(c *casework.Case, no int, cal *calendar.Calendar) string {
	d := c.Due(no, cal)
	switch {
	case d.Stopped:
		return "stopped"
	case d.At.IsZero():
		return "none"
	}
	s := d.At.Add(-time.Second).Format(time.DateOnly)
	if d.Provisional {
		s += "?"
	}
	return s
}

func TestClock(t *testing.T) {
	type step struct {
		at   string
		act  func(*casework.Case, casework.Answer) error
		who  string
		want string // due of task 4, 司法局: 7 WD
	}
	answer := func(no int, v casework.Verdict) func(*casework.Case, casework.Answer) error {
		return func(c *casework.Case, a casework.Answer) error { a.Verdict = v; return c.Answer(no, a) }
	}
	correct := func(c *casework.Case, a casework.Answer) error { return c.Correct(calendar.WorkDays(5), a) }
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"runs", []step{{"2026-08-10 16:00", nil, "", "2026-08-19"}}},
		{"correction stops every clock of the stage", []step{
			{"2026-08-12 10:00", correct, "编办", "stopped"},                      // 1 day used: the 11th
			{"2026-08-17 10:00", answer(5, casework.Done), "水利局", "2026-08-25"}, // 6 left from the 18th
		}},
		{"a pause about one task leaves the other running", []step{
			{"2026-08-12 10:00", func(c *casework.Case, a casework.Answer) error { return c.Pause(3, a) }, "编办", "2026-08-19"},
		}},
		{"two pauses that overlap count once", []step{
			{"2026-08-12 10:00", correct, "编办", "stopped"},
			{"2026-08-13 10:00", func(c *casework.Case, a casework.Answer) error { return c.Pause(0, a) }, "编办", "stopped"},
			{"2026-08-14 10:00", answer(5, casework.Done), "水利局", "stopped"},
			{"2026-08-17 10:00", answer(6, casework.Done), "领导小组", "2026-08-25"},
		}},
		{"extension counts when granted", []step{
			{"2026-08-12 10:00", func(c *casework.Case, a casework.Answer) error { return c.Extend(4, calendar.WorkDays(10), a) }, "司法局", "2026-08-19"},
			{"2026-08-12 11:00", answer(5, casework.Agree), "编办", "2026-08-24"},
		}},
		{"extension refused", []step{
			{"2026-08-12 10:00", func(c *casework.Case, a casework.Answer) error { return c.Extend(4, calendar.WorkDays(10), a) }, "司法局", "2026-08-19"},
			{"2026-08-12 11:00", answer(5, casework.Return), "编办", "2026-08-19"},
		}},
		{"while another office grants it, the unit's clock stands still", []step{
			{"2026-08-12 10:00", answer(4, casework.Agree), "司法局", "stopped"},
			{"2026-08-17 10:00", answer(5, casework.Return), "领导小组", "2026-08-25"},
		}},
		{"asking another unit's view stops nothing and settles nothing", []step{
			{"2026-08-12 10:00", func(c *casework.Case, a casework.Answer) error {
				return c.Consult(4, org.Unit("财政局"), calendar.WorkDays(3), a)
			}, "司法局", "2026-08-19"},
			{"2026-08-13 10:00", answer(5, casework.Done), "财政局", "2026-08-19"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, c := review(t, func(p *casework.Procedure) { p.Steps[2].Ways[0] = p.Steps[2].Ways[0].GrantedBy(org.Lead) })
			for _, s := range tt.steps {
				if s.act != nil {
					if err := s.act(c, casework.Answer{By: who(s.who), Text: "理由", At: at(s.at)}); err != nil {
						t.Fatal(err)
					}
				}
				if got := due(c, 4, calendar.Built()); got != s.want {
					t.Errorf("%s: due %s, want %s", s.at, got, s.want)
				}
			}
			if c.Stage != "review" {
				t.Error("moved to", c.Stage)
			}
		})
	}
}

// Whoever may not grant itself more time does not stop its own clock for good either:
// a pause is lifted by who would grant more time, whenever that office does not consent.
func TestAPauseIsLiftedByWhoGrantsMoreTime(t *testing.T) {
	_, c := review(t)
	if err := c.Pause(4, casework.Answer{By: who("司法局"), Text: "等上级解释", At: at("2026-08-12 10:00")}); err != nil {
		t.Fatal(err)
	}
	lift := casework.Answer{Verdict: casework.Done, At: at("2026-08-12 11:00")}
	for _, unit := range []string{"司法局", "水利局", "领导小组"} {
		if lift.By = who(unit); c.Answer(5, lift) == nil {
			t.Errorf("%s lifts the pause", unit)
		}
	}
	if got := due(c, 4, calendar.Built()); got != "stopped" {
		t.Error(got)
	}
	lift.By = who("编办")
	if err := c.Answer(5, lift); err != nil {
		t.Fatal(err)
	}
	if got := due(c, 4, calendar.Built()); got != "2026-08-20" { // the day on which it stood still does not count
		t.Error("lifted at once, and yet due", got)
	}
}

func TestTheListOfficesOwnExtensionIsGrantedByTheLeadingGroup(t *testing.T) {
	_, c := review(t)
	if err := c.Extend(3, calendar.WorkDays(20), casework.Answer{By: who("编办"), Text: "情况复杂", At: at("2026-08-12 10:00")}); err != nil {
		t.Fatal(err)
	}
	if got := c.Tasks[4].Party.Role; got != org.Lead {
		t.Errorf("asked %s", got)
	}
}

// Proves: AE-5.2
func TestSilenceIsRecordedAsSilence(t *testing.T) {
	w := newWorld(t, "2026-08-03 09:00")
	c := w.open("a", walked(), "水利局", &matter{Name: "河道巡查", Townships: []string{"城关镇", "南寨镇"}})
	w.walk("a 水利局 提交\n a 城关镇 同意")
	for _, day := range []string{"2026-08-10 23:59", "2026-08-11 00:00"} {
		w.now = at(day)
		if err := w.d.Do("a", w.now, func(c *casework.Case) error { return c.Lapse(calendar.Built(), w.now) }); err != nil {
			t.Fatal(err)
		}
	}
	w.stands("a=review")
	if got := c.Tasks[2].Verdict; got != casework.Silent {
		t.Errorf("recorded as %s", got)
	}
	e := c.Log[len(c.Log)-1]
	if e.Act != "lapse" || e.By.Name != "" || e.Text != "AE-5.2" || e.To != "review" {
		t.Errorf("%+v", e)
	}
}

func TestNothingLapsesOnAProvisionalDate(t *testing.T) {
	w := newWorld(t, "2026-12-28 09:00") // five working days end in 2027
	c := w.open("a", walked(), "水利局", &matter{Name: "x", Townships: []string{"城关镇"}})
	w.walk("a 水利局 提交")
	if d := due(c, 2, calendar.Built()); d[len(d)-1] != '?' {
		t.Fatalf("due %s is not provisional", d)
	}
	if err := c.Lapse(calendar.Built(), at("2027-02-01 09:00")); err != nil || c.Stage != "opinions" {
		t.Error(err, c.Stage)
	}
}

// Proves: DM-12.1
func TestEditions(t *testing.T) {
	within := func(n int) func(*casework.Procedure) {
		return func(p *casework.Procedure) { p.Steps[1].Within = calendar.WorkDays(n) }
	}
	es := casework.Editions{"walk": {
		{N: 1, From: "2026-01-01", New: func(time.Time) *casework.Procedure { return walked(within(5)) }},
		{N: 2, From: "2026-09-01", New: func(time.Time) *casework.Procedure { return walked(within(10)) }},
	}}
	for _, tt := range []struct {
		name, opened, submitted string
		edition                 int
		due                     string // of the township's task
	}{
		{"filed under 1, finished while 2 exists", "2026-08-03 09:00", "2026-08-03 09:00", 1, "2026-08-10"},
		{"drafted under 1, filed under 2: runs under 2", "2026-08-03 09:00", "2026-09-07 09:00", 2, "2026-09-20"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.opened)
			p, err := es.Of("walk", 0, time.Time{}, w.now)
			if err != nil {
				t.Fatal(err)
			}
			c := w.open("a", p, "水利局", &matter{Name: "x", Townships: []string{"城关镇"}})
			w.now = at(tt.submitted)
			if c.Procedure, err = es.Of("walk", 0, time.Time{}, w.now); err != nil { // as the store loads a draft
				t.Fatal(err)
			}
			w.walk("a 水利局 提交")
			if got := due(c, 2, calendar.Built()); got != tt.due {
				t.Errorf("due %s, want %s", got, tt.due)
			}
			w.now = w.now.AddDate(0, 2, 0)
			if c.Procedure, err = es.Of("walk", c.Procedure.Edition, c.Filed, w.now); err != nil {
				t.Fatal(err)
			}
			if c.Procedure.Edition != tt.edition {
				t.Errorf("edition %d", c.Procedure.Edition)
			}
		})
	}
	if _, err := es.Of("walk", 0, time.Time{}, at("2025-01-01 09:00")); err == nil {
		t.Error("an edition before the first")
	}
}

func TestCheckFindsBadDeclarations(t *testing.T) {
	for name, change := range map[string]func(*casework.Procedure){
		"unknown target":    func(p *casework.Procedure) { p.Steps[0].Ways[0].To = "nowhere" },
		"unreachable":       func(p *casework.Procedure) { p.Steps[2].Ways[0].To = casework.Closed },
		"dead end":          func(p *casework.Procedure) { p.Steps[3].Ways = casework.Ways{casework.Agree.To(casework.Here)} },
		"lapse without way": func(p *casework.Procedure) { p.Steps[3].Lapse = casework.Silent },
		"asks nobody":       func(p *casework.Procedure) { p.Steps[3].Ask = nil },
		"no rule":           func(p *casework.Procedure) { p.Steps[3].Rule = "" },
		"two ways on one":   func(p *casework.Procedure) { p.Steps[3].Ways[1].On = casework.Agree },
	} {
		if walked(change).Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := walked().Check(); err != nil {
		t.Error(err)
	}
}

func TestARingOfCasesIsCut(t *testing.T) {
	var p *casework.Procedure
	p = &casework.Procedure{Name: "ring", Title: "x", Form: func() any { return new(matter) }, Steps: []casework.Step{{
		Stage: "s", Title: "s", Rule: "AE-1.1", Ways: casework.Ways{casework.Done.To(casework.Closed)},
		Ask: func(c *casework.Case) []casework.Task {
			return []casework.Task{casework.Await(c.Owner, p, c.Owner, new(matter))}
		},
	}}}
	d := &casework.Docket{Load: func(string) (*casework.Case, error) { return nil, errors.New("none") }}
	if err := d.Open(&casework.Case{ID: "a", Procedure: p, Owner: org.Unit("x"), Form: new(matter)}, at("2026-08-03 09:00")); err == nil {
		t.Error("opened for ever")
	}
}

// A leader signs within the term of what is signed, so it stands in the inbox by its deadline.
func TestASignerHasTheTermOfWhatIsSigned(t *testing.T) {
	_, c := review(t, func(p *casework.Procedure) {
		p.Signer = func(q org.Party) (org.Party, bool) { q.Post = org.Leader; return q, q.Role == org.Justice }
	})
	if err := c.Answer(4, casework.Answer{Verdict: casework.Agree, By: who("司法局/handler"), Text: "合法", At: at("2026-08-11 10:00")}); err != nil {
		t.Fatal(err)
	}
	cal := calendar.Built()
	sign := c.Tasks[len(c.Tasks)-1]
	if got, want := c.Due(sign.No, cal), c.Due(4, cal); sign.Kind != casework.Grant || got.At.IsZero() || !got.At.Equal(want.At) {
		t.Errorf("%s is due %s, what is signed %s", sign.Kind, got.At, want.At)
	}
}
