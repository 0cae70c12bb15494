package approval

import (
	"slices"
	"strings"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/org"
)

// A Clerk writes the papers of a procedure in one transaction.
type Clerk struct {
	Tx     *db.Tx
	Number func(series string, year int) (string, error)
	Holder func(org.Role) string  // unit that holds an office
	Heir   func(id string) string // the unit that stands for a merged one; nil where no form is written
	Unit   func(id string) string // as papers call it
}

// Opinion is the last word of an office, for its cell of Forms F1 and F2. Where
// another office stood in for it, that office is named. now is what is just being said.
func (k Clerk) Opinion(c *casework.Case, r org.Role, now casework.Answer) (o document.Opinion) {
	stages := map[org.Role][]casework.Stage{org.ListOffice: {Review}, org.Justice: {Review, Legality}, org.Lead: {Approve}}[r]
	said := func(a casework.Answer, p org.Party) {
		o = document.Opinion{Text: a.Text, Unit: k.Unit(k.Holder(p.Role)), Signer: a.By.Name, Date: org.Day(a.At), Sealed: true}
		if a.Paper != nil {
			o.Signer, o.Date = a.Paper.Signer, a.Paper.On
		}
		if p.Role != r {
			o.Text += "（" + org.RoleName(r) + "回避，由" + org.RoleName(p.Role) + "审核）"
		}
	}
	for _, t := range c.Tasks {
		if t.Kind != casework.Main || !slices.Contains(stages, t.Stage) || t.Verdict == "" || t.Verdict == casework.Void || t.Verdict == casework.Dropped {
			continue
		}
		if g := c.Granted(t.No); g.By.Name != "" { // whoever signed for the office, and when, not who drafted
			t.By, t.At = g.By, g.At
		}
		if t.Party.Role == r || t.Party.Role != org.ListOffice && t.Party.Role != org.Justice && r != org.Lead && (k.Holder(r) == c.Owner.Unit || k.Heir != nil && k.Holder(r) == k.Heir(c.Owner.Unit)) {
			said(t.Answer, t.Party)
		}
	}
	if r == org.Lead && o.Text == "" {
		said(now, org.Holder(org.Lead))
	}
	return o
}

// Applicant is the unit that papers name: whoever handed the application in last,
// the successor where its draft was inherited; before that, whose draft it is.
func Applicant(c *casework.Case) (unit string) {
	unit = c.Owner.Unit
	for _, t := range c.Tasks {
		if t.Party == c.Owner && t.Verdict == casework.Submit && t.By.Unit != "" {
			unit = t.By.Unit
		}
	}
	return unit
}

// AppliedOn is the day on which the applicant last handed in at a stage.
func AppliedOn(c *casework.Case, s casework.Stage) (day string) {
	for _, t := range c.Tasks {
		if t.Stage == s && t.Verdict == casework.Submit {
			day = org.Day(t.At)
		}
	}
	return day
}

// Decided refuses an application that nobody could decide: whoever reviews and approves
// is the applicant itself, and so is whoever would stand in. rule is that of the review.
func Decided(c *casework.Case, rule string) error {
	return c.Undecided(rule, org.ListOffice, org.Justice, org.Lead)
}

// A Conclusion is what a reviewing office came to, as its button says; empty where it has not.
type Conclusion struct {
	Office     org.Role
	Said, Text string
}

// Conclusions are the last word of each reviewing office and of the conference, for
// whoever approves.
func Conclusions(c *casework.Case) (all []Conclusion) {
	for _, t := range c.Tasks {
		if t.Stage != Review && t.Stage != Legality && (t.Stage != Meeting || t.Verdict == "") || t.Kind != casework.Main || t.Verdict == casework.Void || t.Verdict == casework.Dropped {
			continue
		}
		x := Conclusion{Office: t.Party.Role, Said: c.Procedure.Said(t.Stage, t.Matter, t.Verdict), Text: t.Text}
		if i := slices.IndexFunc(all, func(y Conclusion) bool { return y.Office == x.Office }); i >= 0 {
			all[i] = x
		} else {
			all = append(all, x)
		}
	}
	return all
}

// Against are the reasons of everybody who refused in this round; a's where none did.
func Against(c *casework.Case, a casework.Answer) (ps []string) {
	for _, t := range c.Tasks {
		if t.Kind == casework.Main && t.Verdict == casework.Reject && t.Text != "" {
			ps = append(ps, org.RoleName(t.Party.Role)+"的理由："+Sentence(t.Text))
		}
	}
	if len(ps) == 0 {
		ps = []string{"理由：" + Sentence(a.Text)}
	}
	return ps
}

// Sentence is what somebody typed, with a full stop where it has no end.
func Sentence(text string) string {
	if text == "" || strings.HasSuffix(text, "。") || strings.HasSuffix(text, "！") || strings.HasSuffix(text, "；") {
		return text
	}
	return text + "。"
}
