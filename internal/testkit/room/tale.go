package room

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
)

// A Tale is a procedure told a second time, as plainly as its regulation tells it.
type Tale struct {
	Procedure, Owner string
	Fill             func(form any)
	First, End       casework.Stage // End: a story that gets there got far
	Scenes           map[casework.Stage]Scene
	Aside            func(s casework.Stage, who string, v casework.Verdict) (to casework.Stage, heard bool) // what is said unasked; "" stays
	People           []string
	Verdicts         []casework.Verdict
	Sheet            func(s casework.Stage, who string, v casework.Verdict, day string) any // one that holds where, and on the day on which, it is given
	Lawful           func(c *casework.Case) error                                           // what must never be
}

// A Scene is whom a stage asks, and where each answer leads, from the gentlest to the
// gravest; "" is nowhere.
type Scene struct {
	Asks    []string
	Ways    []Lead
	Silence casework.Verdict // what not answering in time comes down to; "" where nothing does
}

// A Lead is where an answer leads.
type Lead struct {
	On casework.Verdict
	To casework.Stage
}

// On is where an answer leads.
func On(v casework.Verdict, to casework.Stage) Lead { return Lead{v, to} }

// A teller follows what is said by the tale alone.
type teller struct {
	*Tale
	stage casework.Stage
	open  []string // who has yet to answer
	said  []casework.Verdict
}

func (m *teller) to(s casework.Stage) {
	m.stage, m.open, m.said = s, slices.Clone(m.Scenes[s].Asks), nil
}

// hears reports whether somebody may say that now, and goes where it leads.
func (m *teller) hears(who string, v casework.Verdict) bool {
	if to, heard := m.Aside(m.stage, who, v); heard {
		if to != "" {
			m.to(to)
		}
		return true
	}
	i := slices.Index(m.open, who)
	if i < 0 || v == casework.Silent || !slices.ContainsFunc(m.Scenes[m.stage].Ways, func(l Lead) bool { return l.On == v }) {
		return false
	}
	m.open, m.said = slices.Delete(m.open, i, i+1), append(m.said, v)
	m.settle()
	return true
}

func (m *teller) settle() {
	if len(m.open) > 0 {
		return
	}
	for _, l := range slices.Backward(m.Scenes[m.stage].Ways) {
		if slices.Contains(m.said, l.On) {
			if l.To != "" {
				m.to(l.To)
			}
			return
		}
	}
}

// waits lets the time of a stage run out.
func (m *teller) waits() {
	if v := m.Scenes[m.stage].Silence; v != "" {
		for range m.open {
			m.said = append(m.said, v)
		}
		m.open = nil
		m.settle()
	}
}

var errUndo = errors.New("undo")

// Agrees has random people say random things: the declaration and the tale agree on
// what is heard and where it leads, and what must never be never is. By default a
// hundred stories; -rapid.checks=10000 for the full run (T40).
func (x *Tale) Agrees(t *testing.T, s *casework.Store) {
	// most of what is said is what the tale would hear, so that stories get far
	type word struct{ who, v, pick int }
	words := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) word {
		return word{rapid.IntRange(0, len(x.People)-1).Draw(t, "who"), rapid.IntRange(0, len(x.Verdicts)).Draw(t, "verdict"), rapid.IntRange(-2, 9).Draw(t, "pick")}
	}), 10, 60)
	far := 0
	rapid.Check(t, func(t *rapid.T) {
		story := words.Draw(t, "story")
		err := s.DB.Write(context.Background(), func(tx *db.Tx) error {
			now := At("2026-08-03 09:00")
			id, err := s.OpenIn(tx, x.Procedure, Who(x.Owner), now, func(_ *db.Tx, f any) error { x.Fill(f); return nil })
			if err != nil {
				return err
			}
			m := &teller{Tale: x}
			m.to(x.First)
			for _, w := range story {
				name, v := x.People[w.who], casework.Silent
				if w.v < len(x.Verdicts) {
					v = x.Verdicts[w.v]
				}
				if ways := x.Scenes[m.stage].Ways; w.pick >= 0 && len(m.open) > 0 {
					name, v = m.open[w.pick%len(m.open)], ways[min(max(0, w.pick-6), len(ways)-1)].On
				}
				from, heard := m.stage, true
				var do func(c *casework.Case) error
				if w.v == len(x.Verdicts) && w.pick < 0 {
					now = now.AddDate(0, 0, 30)
					m.waits()
					env, err := s.Wire(tx, now)
					if err != nil {
						return err
					}
					do = func(c *casework.Case) error { return c.Lapse(env.Calendar, now) }
				} else {
					heard = m.hears(name, v)
					a := casework.Answer{Verdict: v, By: Who(name), Text: "理由", Data: x.Sheet(from, name, v, org.Day(now)), At: now}
					do = func(c *casework.Case) error {
						for _, task := range c.Asked(a.By) {
							if err := c.Answer(task.No, a); !errors.Is(err, casework.ErrVerdict) {
								return err
							}
						}
						return c.Take(a)
					}
				}
				said := s.In(tx, now, func(d *casework.Docket) error { return d.Do(id, now, do) })
				if heard != (said == nil) {
					return fmt.Errorf("%s says %s in %s: the tale hears it: %v, the procedure: %v", name, v, from, heard, said)
				}
				env, err := s.Wire(tx, now)
				if err != nil {
					return err
				}
				c, err := casework.Load(tx, env, id, now)
				if err != nil {
					return err
				}
				if c.Stage != m.stage {
					return fmt.Errorf("%s said %s in %s: the procedure stands in %s, the tale in %s", name, v, from, c.Stage, m.stage)
				}
				if c.Stage == x.End {
					far++
				}
				if err := x.Lawful(c); err != nil {
					return err
				}
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
	})
	if t.Logf("in %s after %d steps", x.End, far); far == 0 {
		t.Error("no story got far")
	}
}

// LastSaid is what each party that was asked before some stages said last.
func LastSaid(c *casework.Case, before ...casework.Stage) map[org.Party]casework.Verdict {
	last := map[org.Party]casework.Verdict{}
	for _, t := range c.Tasks {
		if t.Kind == casework.Main && t.Verdict != "" && t.Verdict != casework.Void && !slices.Contains(before, t.Stage) {
			last[t.Party] = t.Verdict
		}
	}
	return last
}
