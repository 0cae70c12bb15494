package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yidan/internal/db"
	"yidan/internal/org"
)

// Units and offices change while cases wait for them (撤并). For a unit that was merged
// into one other, that one answers (org.Actor.Former). What is left is whom nobody
// answers for: a unit that was split or is no more, and an office that has come to the
// applicant.

// Reseat asks, in the place of whoever can answer no more, those who stand for it
// today. Their time begins anew, and the record says why.
func (c *Case) Reseat(successors func(unit string) []string, name func(org.Party) string, now time.Time) error {
	moved := false
	for _, no := range c.Pending() {
		t := *c.task(no)
		if t.Kind != Main || t.Child != "" || t.Party == c.Owner {
			continue
		}
		var to []org.Party
		why := ""
		if t.Party.Role != "" {
			in := c.stoodIn(t, now)
			if in.Party == t.Party {
				continue
			}
			to, why = []org.Party{in.Party}, c.Log[len(c.Log)-1].Text
		} else {
			heirs := successors(t.Party.Unit)
			if len(heirs) == 1 {
				continue
			}
			for _, u := range heirs {
				if p := org.Unit(u); p != c.Owner && !slices.ContainsFunc(c.round(), func(o Task) bool { return o.Party == p && o.Matter == t.Matter }) {
					to = append(to, p)
				}
			}
			if len(to) == 0 && len(c.round()) == 1 { // nobody would be left
				continue
			}
			why = gone(t.Party, heirs, name)
			c.note(Event{At: now, Act: "succeed", Task: no, Text: why})
		}
		c.release(no, now)
		c.task(no).Answer = Answer{Verdict: Dropped, Text: why, At: now}
		for _, p := range to {
			c.ask(Task{Party: p, Matter: t.Matter, Within: t.Within, Words: t.Words}, now)
		}
		moved = true
	}
	if !moved {
		return nil
	}
	return c.settle(now)
}

// gone says what became of a unit that was asked.
func gone(p org.Party, heirs []string, name func(org.Party) string) string {
	if len(heirs) == 0 {
		return name(p) + "已经撤销，没有承继单位，不再等它办理"
	}
	var ns []string
	for _, u := range heirs {
		ns = append(ns, name(org.Unit(u)))
	}
	return fmt.Sprintf("%s已经撤销，由%s分别承继，改由承继单位办理", name(p), strings.Join(ns, "、"))
}

// ReseatDue reseats every case that waits for somebody who can answer no more. Like
// all that time brings about it acts on what stands in the rows.
func (s *Store) ReseatDue(ctx context.Context, now time.Time) (moved int, err error) {
	var ids []string
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		env, err := s.Wire(tx, now)
		if err != nil {
			return err
		}
		ids, err = adrift(tx, env, now)
		return err
	})
	for _, id := range ids {
		if err == nil {
			moved++
			err = s.Write(ctx, now, func(tx *db.Tx, d *Docket) error {
				env, err := s.Wire(tx, now)
				if err != nil {
					return err
				}
				return d.Do(id, now, func(c *Case) error { return env.reseat(c, now) })
			})
		}
	}
	return moved, err
}

// adrift lists the cases that reseating would change: those that ask a unit without one
// successor, and those that ask an office about its own unit's matter.
func adrift(tx *db.Tx, env *Env, now time.Time) (ids []string, err error) {
	parties, err := db.All(tx, scanID, `SELECT DISTINCT party FROM tasks WHERE listed ORDER BY party`)
	if err != nil || env.Units == nil {
		return nil, err
	}
	var all []string
	for _, p := range parties {
		var some []string
		if unit, ok := strings.CutPrefix(p, "u:"); !ok {
			h := env.Units.Holder(org.Role(p[len("r:"):]), env.Day)
			args := []any{p, h}
			for _, f := range env.Units.Former(h, env.Day) {
				args = append(args, f)
			}
			some, err = db.All(tx, scanID, `SELECT t.case_id FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.listed AND t.party = $1 AND c.owner_unit IN (`+db.Marks(2, len(args)-1)+`)`, args...)
		} else if len(env.Units.Successors(unit, env.Day)) != 1 {
			some, err = db.All(tx, scanID, `SELECT case_id FROM tasks WHERE listed AND party = $1`, p)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.Sort(all)
	for _, id := range slices.Compact(all) {
		c, err := Load(tx, env, id, now)
		if err == nil {
			err = env.reseat(c, now)
		}
		if err != nil {
			return nil, err
		}
		if len(c.Log) > 0 {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (env *Env) reseat(c *Case, now time.Time) error {
	return c.Reseat(func(u string) []string { return env.Units.Successors(u, env.Day) }, env.Name, now)
}
