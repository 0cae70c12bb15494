package approval

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/document"
	"yidan/internal/org"
)

// Today are units as they stand today: what became of one that was merged, each once.
func (k Clerk) Today(units ...string) (ids []string) {
	for _, u := range units {
		if k.Heir != nil {
			u = cmp.Or(k.Heir(u), u) // split, or gone without a successor: named as it was
		}
		if !slices.Contains(ids, u) {
			ids = append(ids, u)
		}
	}
	return ids
}

// Called are units by name, as papers address them.
func (k Clerk) Called(units ...string) string {
	var ns []string
	for _, u := range units {
		ns = append(ns, k.Unit(u))
	}
	return strings.Join(ns, "、")
}

// Copies are a copy of a paper for each unit, each unit once, in their order.
func (k Clerk) Copies(units ...string) (hs []document.Holder) {
	for i, u := range units {
		if u != "" && !slices.Contains(units[:i], u) {
			hs = append(hs, document.Holder{Unit: u, Name: k.Unit(u)})
		}
	}
	return hs
}

// Offices are the units that keep a copy of Forms F1 and F2 besides applicant and
// townships (F-3).
func (k Clerk) Offices() (units []string) {
	for _, r := range []org.Role{org.ListOffice, org.Justice, org.CommitteeOffice, org.GovernOffice} {
		units = append(units, k.Holder(r))
	}
	return units
}

// Letter numbers a letter and keeps it as a paper of the case.
func (k Clerk) Letter(c *casework.Case, kind, series string, l document.Letter, holders []document.Holder, now time.Time) error {
	n, err := k.Number(series, now.In(calendar.Zone).Year())
	if err != nil {
		return err
	}
	l.Number, l.Date = n, calendar.SayDay(org.Day(now))
	_, err = document.Issue(k.Tx, document.Paper{Kind: kind, Case: c.ID, Number: n, Title: l.Title, Body: l}, holders, now)
	return err
}

// Notice is the list office's written word to the applicant, or to whoever stands for
// it today; the justice bureau keeps a copy.
func (k Clerk) Notice(c *casework.Case, title, basis string, paragraphs []string, now time.Time) error {
	office, to := k.Holder(org.ListOffice), k.Today(c.Owner.Unit)[0]
	l := document.Letter{Title: title, To: k.Unit(to), Paragraphs: append(paragraphs, basis+"，特此书面告知。"), From: k.Unit(office)}
	return k.Letter(c, "notice", "告知", l, k.Copies(to, office, k.Holder(org.Justice)), now)
}
