package casework

import (
	"fmt"
	"time"

	"yidan/internal/org"
)

// Nobody decides on its own case (回避): neither an office whose unit applied, nor a
// person who acted for the applicant.

// mayAnswer refuses whoever is not asked, and whoever would decide on its own case:
// an office whose unit applied, and a person who acted for the applicant.
func (c *Case) mayAnswer(t *Task, by org.Actor) error {
	if !by.Is(t.Party) {
		return ErrNotYou
	}
	if t.Party == c.Owner || t.Party.Role == "" {
		return nil
	}
	if by.Is(org.Unit(c.Owner.Unit)) {
		return ErrOwnCase
	}
	for _, o := range c.Tasks {
		if o.Party == c.Owner && o.Verdict != "" && o.By.Person != "" && (o.By.Person == by.Person || o.By.Person == by.For) {
			return ErrOwnCase
		}
	}
	return nil
}

// standIns are asked in the place of an office whose unit brought the case.
var standIns = []org.Role{org.Secretariat, org.Lead}

// stoodIn asks another office where the one asked would decide on its own case.
func (c *Case) stoodIn(t Task, now time.Time) Task {
	if t.Party.Role == "" || t.Party == c.Owner || c.Procedure.Holder == nil {
		return t
	}
	own := func(u string) bool {
		return u == c.Owner.Unit || c.Procedure.Heir != nil && u == c.Procedure.Heir(c.Owner.Unit)
	}
	if !own(c.Procedure.Holder(t.Party.Role)) {
		return t
	}
	for _, r := range standIns {
		if u := c.Procedure.Holder(r); r != t.Party.Role && u != "" && !own(u) {
			why := "申请单位是原审核单位"
			if c.Procedure.Holder(t.Party.Role) != c.Owner.Unit {
				why = "申请单位已经并入原审核单位"
			}
			c.note(Event{At: now, Act: "stand-in", Text: fmt.Sprintf("%s，按回避要求改由%s审核", why, org.RoleName(r))})
			t.Party = org.Holder(r)
			return t
		}
	}
	return t
}
