package casework

import (
	"fmt"
	"time"

	"yidan/internal/fault"
	"yidan/internal/org"
)

// Nobody decides on its own case (回避): neither an office whose unit applied, nor a
// person who acted for the applicant.

// mayAnswer refuses whoever is not asked, and whoever would decide on its own case:
// an office whose unit applied, and a person who acted for the applicant.
func (c *Case) mayAnswer(t *Task, by org.Actor) error {
	if !by.Is(t.Party) {
		return c.Under(ErrNotYou)
	}
	if t.Party == c.Owner || t.Party.Role == "" {
		return nil
	}
	if by.Is(org.Unit(c.Owner.Unit)) {
		return c.Under(ErrOwnCase)
	}
	for _, o := range c.Tasks {
		if o.Party == c.Owner && o.Verdict != "" && o.By.Person != "" && (o.By.Person == by.Person || o.By.Person == by.For) {
			return c.Under(ErrOwnCase)
		}
	}
	return nil
}

// Under is a refusal under the article that says whom this step asks.
func (c *Case) Under(f *fault.Fault) error {
	return &fault.Fault{Kind: f.Kind, Rule: c.step().Rule, Text: f.Text, Cause: f}
}

// standIns are asked in the place of an office whose unit brought the case.
var standIns = []org.Role{org.Secretariat, org.Lead}

// ours reports whether a unit is the applicant, or what became of it.
func (c *Case) ours(unit string) bool {
	return unit == c.Owner.Unit || c.Procedure.Heir != nil && unit != "" && unit == c.Procedure.Heir(c.Owner.Unit)
}

// decider is the office that decides in the place of one; "" where nobody could.
func (c *Case) decider(r org.Role) org.Role {
	if c.Procedure.Holder == nil || !c.ours(c.Procedure.Holder(r)) {
		return r
	}
	for _, s := range standIns {
		if u := c.Procedure.Holder(s); s != r && u != "" && !c.ours(u) {
			return s
		}
	}
	return ""
}

// Undecided refuses a case about which one of some offices would have to decide in its
// own matter, since nobody is left to stand in. rule says that those offices decide.
func (c *Case) Undecided(rule string, offices ...org.Role) error {
	for _, r := range offices {
		if c.decider(r) == "" {
			return fault.Refuse(rule, "申请单位承担%s的职责，应当回避；领导小组办公室、领导小组的职责也在申请单位，没有别的单位可以代为审核。先请安全管理员把其中一项职责交给别的单位，再提交", org.RoleName(r))
		}
	}
	return nil
}

// stoodIn asks another office where the one asked would decide on its own case.
func (c *Case) stoodIn(t Task, now time.Time) Task {
	if t.Party.Role == "" || t.Party == c.Owner {
		return t
	}
	r := c.decider(t.Party.Role)
	if r == "" || r == t.Party.Role {
		return t
	}
	why := "申请单位是原审核单位"
	if c.Procedure.Holder(t.Party.Role) != c.Owner.Unit {
		why = "申请单位已经并入原审核单位"
	}
	c.note(Event{At: now, Act: "stand-in", Text: fmt.Sprintf("%s，按回避要求改由%s审核", why, org.RoleName(r))})
	t.Party = org.Holder(r)
	return t
}
