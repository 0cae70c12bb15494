package opinion

import (
	"cmp"
	"time"

	"yidan/internal/audit"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// A Topic is what an opinion is about; the zero value is the list.
type Topic struct {
	Code     string // of an item
	Change   string // an open change: a case
	Subject  string // in words
	Category string // of the item
	Lead     string // the unit that leads in it
}

// Lodge takes an opinion of the public and gives it to the list office, whose unit
// office is (DM-10.1). It is filed at once.
func Lodge(tx *db.Tx, cases *casework.Store, office string, about Topic, x Submission, receipt string, now time.Time) (caseID string, err error) {
	if office == "" {
		return "", fault.Refuse("DM-10.1", "还没有确定由哪个单位受理意见。过些天再提，或者打公布的电话")
	}
	if err := fault.Join(SubmissionLayout.Check(&x)...); err != nil {
		return "", err
	}
	about.Subject = cmp.Or(about.Subject, "清单")
	public := org.Actor{Name: "公众", Unit: office}
	caseID, err = cases.OpenIn(tx, "opinion", public, now, func(_ *db.Tx, dst any) error {
		*dst.(*Opinion) = Opinion{Subject: about.Subject, Code: about.Code, Change: about.Change, Lead: about.Lead, Kind: x.Kind, Text: x.Text, Private: x.Private}
		return nil
	})
	if err != nil {
		return "", err
	}
	return caseID, insert(tx, caseID, about, x, digest(receipt), now)
}

// Contact is how the writer of an opinion is reached: for the unit that answers it
// and the list office alone, and every look is on record.
func Contact(tx *db.Tx, by org.Actor, caseID string, now time.Time) (string, error) {
	if err := casework.Visible(tx, by, caseID); err != nil {
		return "", err
	}
	r, err := Find(tx, caseID)
	if err != nil {
		return "", err
	}
	if !MayReach(by, r) {
		return "", fault.Absent()
	}
	l := by.Line(now, "opinion.contact", "case:"+caseID)
	l.Result = audit.Viewed
	if err := audit.Append(tx, l); err != nil {
		return "", err
	}
	return contact(tx, caseID)
}

// MayReach reports whether an actor may see how the writer is reached.
func MayReach(by org.Actor, r Row) bool {
	return r.Reachable && by.Class == org.Business && (by.Holds(org.ListOffice) || r.Unit != "" && by.Is(org.Unit(r.Unit)))
}
