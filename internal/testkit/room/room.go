// Package room is what the tests of every room's procedures stand on: a small district
// of offices, departments and three townships, called by their names, and a store of
// cases over it.
package room

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/org"
)

// Offices are held by these units; a unit's id is its name.
var Offices = map[org.Role]string{
	org.ListOffice: "区委编办", org.Justice: "区司法局", org.Lead: "领导小组", org.Secretariat: "小组办", org.CommitteeOffice: "区委办", org.GovernOffice: "区政府办",
	org.Discipline: "区纪委监委",
}

// Townships are the district's.
var Townships = []string{"城关镇", "南寨镇", "河湾镇"}

// At is an instant of the district's clock, 2006-01-02 15:04.
func At(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

// Who is the handler of a unit, in its offices.
func Who(unit string) org.Actor {
	a := org.Actor{Person: unit, Name: unit + " 经办", Unit: unit, Post: org.Handler, Class: org.Business}
	for r, u := range Offices {
		if u == unit {
			a.Roles = append(a.Roles, r)
		}
	}
	return a
}

// Leader is the leader of a unit, another person than its handler.
func Leader(unit string) org.Actor {
	a := Who(unit)
	a.Person, a.Name, a.Post = unit+"负责人", unit+" 负责人", org.Leader
	return a
}

// Holder is the unit that holds an office.
func Holder(r org.Role) string { return Offices[r] }

// Name is the name of a unit.
func Name(id string) string { return id }

// Kind is the kind of a unit.
func Kind(id string) org.Kind {
	switch {
	case slices.Contains(Townships, id):
		return org.Township
	case strings.HasPrefix(id, "区"):
		return org.Department
	}
	return org.Group
}

// Number gives out numbers as the product does.
func Number(tx *db.Tx) func(prefix string, year int) (string, error) {
	return func(prefix string, year int) (string, error) { return document.Number(tx, prefix, year) }
}

// Signer is who signs for a party: the leader of the one unit that signs.
func Signer(signs string) func(org.Party) (org.Party, bool) {
	return func(p org.Party) (org.Party, bool) {
		unit := p.Unit
		if p.Role != "" {
			unit = Offices[p.Role]
		}
		p.Post = org.Leader
		return p, signs != "" && unit == signs
	}
}

// Store is a store of a room's cases.
func Store(d *db.DB, editions func(tx *db.Tx) casework.Editions) *casework.Store {
	return &casework.Store{DB: d, Wire: func(tx *db.Tx, _ time.Time) (*casework.Env, error) {
		return &casework.Env{Calendar: calendar.Built(), Near: 3, Name: func(p org.Party) string { return p.Unit + org.RoleName(p.Role) }, Editions: editions(tx)}, nil
	}}
}

// Say has somebody answer the first task that takes the answer, of a matter where one
// is named, or take a way.
func Say(s *casework.Store, id string, a casework.Answer, matter ...string) error {
	return s.Do(context.Background(), id, a.By, a.At, func(_ *db.Tx, c *casework.Case) error {
		for _, t := range c.Asked(a.By) {
			if len(matter) > 0 && t.Matter != matter[0] {
				continue
			}
			if err := c.Answer(t.No, a); !errors.Is(err, casework.ErrVerdict) {
				return err
			}
		}
		return c.Take(a)
	})
}

// Sign has the leader of a unit sign what it answered.
func Sign(s *casework.Store, id, unit string, now time.Time) error {
	by := Leader(unit)
	return s.Do(context.Background(), id, by, now, func(_ *db.Tx, c *casework.Case) error {
		for _, t := range c.Asked(by) {
			if t.Kind == casework.Grant {
				return c.Answer(t.No, casework.Answer{Verdict: casework.Agree, By: by, At: now})
			}
		}
		return casework.ErrNotYou
	})
}

// Load is a case as it stands.
func Load(t testing.TB, s *casework.Store, id string, now time.Time) (c *casework.Case) {
	t.Helper()
	Read(t, s.DB, func(tx *db.Tx) error {
		env, err := s.Wire(tx, now)
		if err == nil {
			c, err = casework.Load(tx, env, id, now)
		}
		return err
	})
	return c
}

// Stands is a case that stands where it is wanted.
func Stands(t testing.TB, s *casework.Store, id string, want casework.Stage, now time.Time) *casework.Case {
	t.Helper()
	c := Load(t, s, id, now)
	if c.Stage != want {
		t.Fatalf("stands in %s, want %s", c.Stage, want)
	}
	return c
}

// Read looks at a store; an error ends the test.
func Read(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// Write changes a store; an error ends the test.
func Write(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}
