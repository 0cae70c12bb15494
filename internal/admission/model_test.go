package admission_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

const own = "区农业农村局"

// told is the admission told a second time, as plainly as the regulation tells it:
// whom a stage asks, and where each answer leads, from the gentlest to the gravest.
var told = map[casework.Stage]struct {
	asks []string
	ways []lead
}{
	admission.Draft:    {[]string{own}, []lead{{casework.Submit, admission.Choose}, {casework.Withdraw, casework.Closed}}},
	admission.Choose:   {[]string{"区委编办"}, []lead{{casework.Agree, admission.Opinions}, {admission.ByLaw, casework.Closed}, {admission.Assistance, casework.Closed}, {casework.Return, admission.Draft}}},
	admission.Opinions: {[]string{"城关镇", "南寨镇"}, []lead{{casework.Agree, admission.Apply}, {admission.Condition, admission.Apply}, {casework.Object, admission.Apply}, {casework.Silent, admission.Apply}}},
	admission.Apply:    {[]string{own}, []lead{{casework.Submit, approval.Review}, {admission.AskAgain, admission.Opinions}}},
	approval.Review:    {[]string{"区委编办", "区司法局"}, []lead{{casework.Agree, approval.Meeting}, {casework.Return, admission.Apply}, {casework.Reject, casework.Closed}}},
	approval.Meeting:   {[]string{"小组办"}, []lead{{casework.Agree, approval.Approve}, {casework.Return, admission.Apply}, {casework.Reject, casework.Closed}}},
	approval.Approve:   {[]string{"领导小组"}, []lead{{casework.Agree, approval.Filing}, {approval.Refer, approval.Meeting}, {casework.Return, approval.Review}, {casework.Reject, casework.Closed}}},
	approval.Filing:    {[]string{"区委办", "区委办"}, []lead{{casework.Done, admission.Live}}},
	admission.Live:     {[]string{"城关镇", "南寨镇", "区委办", "区委办"}, []lead{{casework.Done, ""}}},
}

type lead struct {
	v  casework.Verdict
	to casework.Stage
}

// A teller follows what is said by the table alone.
type teller struct {
	stage casework.Stage
	open  []string // who has yet to answer
	said  []casework.Verdict
}

func (m *teller) to(s casework.Stage) {
	*m = teller{stage: s, open: slices.Clone(told[s].asks)}
}

// hears reports whether somebody may say that now, and goes where it leads.
func (m *teller) hears(who string, v casework.Verdict) bool {
	withdrawable := []casework.Stage{admission.Choose, admission.Opinions, admission.Apply, approval.Review, approval.Meeting, approval.Approve}
	switch {
	case v == casework.Withdraw && who == own && slices.Contains(withdrawable, m.stage):
		m.to(casework.Closed)
		return true
	case v == approval.Defer:
		return who == "小组办" && m.stage == approval.Meeting
	case v == admission.Trained:
		return who == own && m.stage == admission.Live
	case v == casework.Silent:
		return false
	}
	i := slices.Index(m.open, who)
	if i < 0 || !slices.ContainsFunc(told[m.stage].ways, func(l lead) bool { return l.v == v }) {
		return false
	}
	m.open, m.said = slices.Delete(m.open, i, i+1), append(m.said, v)
	m.settle()
	return true
}

func (m *teller) settle() {
	if len(m.open) > 0 || m.stage == admission.Live {
		return
	}
	for _, l := range slices.Backward(told[m.stage].ways) {
		if slices.Contains(m.said, l.v) {
			m.to(l.to)
			return
		}
	}
}

// waits lets the time of the townships run out.
func (m *teller) waits() {
	if m.stage == admission.Opinions {
		for range m.open {
			m.said = append(m.said, casework.Silent)
		}
		m.open = nil
		m.settle()
	}
}

// filled is a sheet that holds for a verdict where, and on the day on which, it is given.
func filled(s casework.Stage, v casework.Verdict, day string) any {
	switch {
	case s == admission.Choose && (v == admission.ByLaw || v == admission.Assistance):
		return &admission.Door{Basis: "某法第一条", Conditions: "车辆"}
	case v == admission.Condition:
		return &admission.Reply{Conditions: "提供车辆"}
	case v == casework.Reject:
		return refusal
	case s == approval.Meeting && (v == casework.Agree || v == casework.Return):
		return &approval.Minutes{Number: minutes.Number, On: day}
	case s == approval.Approve && v == casework.Agree:
		return &approval.Decision{Basis: decision.Basis, On: day}
	case v == casework.Done:
		return &approval.Letter{Number: letter.Number, On: day}
	case v == admission.Trained:
		return &admission.Training{On: "2026-08-03", Content: "要点", Participants: "30 人", Material: "手册", Townships: []string{"城关镇"}}
	}
	return nil
}

var errUndo = errors.New("undo")

// Random people say random things: the declaration and the table agree on what is
// heard and where it leads, and nothing comes into force that both offices, the
// leading group and every township were not asked about. By default a hundred
// stories; -rapid.checks=10000 for the full run (T40).
func TestTheAdmissionAndItsTableAgree(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	people := []string{own, "城关镇", "南寨镇", "区委编办", "区司法局", "小组办", "领导小组", "区委办", "区水务局"}
	verdicts := []casework.Verdict{casework.Submit, casework.Agree, casework.Object, casework.Return, casework.Reject, casework.Withdraw, casework.Silent, casework.Done,
		admission.ByLaw, admission.Assistance, admission.Condition, admission.AskAgain, admission.Trained, approval.Defer, approval.Refer}
	// most of what is said is what the table would hear, so that stories get far
	type word struct{ who, v, pick int }
	words := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) word {
		return word{rapid.IntRange(0, len(people)-1).Draw(t, "who"), rapid.IntRange(0, len(verdicts)).Draw(t, "verdict"), rapid.IntRange(-2, 9).Draw(t, "pick")}
	}), 10, 60)
	lives := 0
	rapid.Check(t, func(t *rapid.T) {
		story := words.Draw(t, "story")
		err := x.s.DB.Write(ctx, func(tx *db.Tx) error {
			now := at("2026-08-03 09:00")
			id, err := x.s.OpenIn(tx, "admission", who(own), now, func(_ *db.Tx, f any) error {
				*f.(*admission.Request) = *asked(func(r *admission.Request) { r.Span, r.From, r.To = "long", "", "" })
				return nil
			})
			if err != nil {
				return err
			}
			m := &teller{}
			m.to(admission.Draft)
			for _, w := range story {
				name, v := people[w.who], casework.Silent
				if w.v < len(verdicts) {
					v = verdicts[w.v]
				}
				if ways := told[m.stage].ways; w.pick >= 0 && len(m.open) > 0 {
					name, v = m.open[w.pick%len(m.open)], ways[min(max(0, w.pick-6), len(ways)-1)].v
				}
				from, heard := m.stage, false
				var said error
				if w.v == len(verdicts) && w.pick < 0 {
					now = now.AddDate(0, 0, 30)
					m.waits()
					heard = true
					said = x.s.In(tx, now, func(d *casework.Docket) error {
						env, err := x.s.Wire(tx, now)
						if err != nil {
							return err
						}
						return d.Do(id, now, func(c *casework.Case) error { return c.Lapse(env.Calendar, now) })
					})
				} else {
					heard = m.hears(name, v)
					a := casework.Answer{Verdict: v, By: who(name), Text: "理由", Data: filled(from, v, org.Day(now)), At: now}
					said = x.s.In(tx, now, func(d *casework.Docket) error {
						return d.Do(id, now, func(c *casework.Case) error {
							for _, task := range c.Asked(a.By) {
								if err := c.Answer(task.No, a); !errors.Is(err, casework.ErrVerdict) {
									return err
								}
							}
							return c.Take(a)
						})
					})
				}
				if heard != (said == nil) {
					return fmt.Errorf("%s says %s in %s: the table hears it: %v, the procedure: %v", name, v, from, heard, said)
				}
				env, err := x.s.Wire(tx, now)
				if err != nil {
					return err
				}
				c, err := casework.Load(tx, env, id, now)
				if err != nil {
					return err
				}
				if c.Stage != m.stage {
					return fmt.Errorf("%s said %s in %s: the procedure stands in %s, the table in %s", name, v, from, c.Stage, m.stage)
				}
				if c.Stage == admission.Live {
					lives++
				}
				if err := lawful(c); err != nil {
					return err
				}
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
	})
	if t.Logf("in force after %d steps", lives); lives == 0 {
		t.Error("no story got into force")
	}
}

// lawful says what must never be: work in force that the regulation did not let in.
func lawful(c *casework.Case) error {
	if c.Stage != admission.Live && c.Stage != approval.Filing {
		return nil
	}
	last := map[org.Party]casework.Verdict{}
	for _, t := range c.Tasks {
		if t.Kind == casework.Main && t.Verdict != "" && t.Verdict != casework.Void && t.Stage != admission.Live && t.Stage != approval.Filing {
			last[t.Party] = t.Verdict
		}
	}
	for _, p := range []org.Party{org.Holder(org.ListOffice), org.Holder(org.Justice), org.Holder(org.Secretariat), org.Holder(org.Lead)} {
		if last[p] != casework.Agree {
			return fmt.Errorf("in %s, but %s said %q last", c.Stage, p.Role, last[p])
		}
	}
	for _, u := range c.Form.(*admission.Request).Townships {
		if last[org.Unit(u)] == "" {
			return fmt.Errorf("in %s, but %s was not asked", c.Stage, u)
		}
	}
	return nil
}
