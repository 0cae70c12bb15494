package adjustment_test

import (
	"fmt"
	"testing"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
	"yidan/internal/testkit/room"
)

// The change of an item told a second time: nothing waits for an edition that both
// offices and the leading group did not agree to after each other (T40).
func TestTheChangeOfAnItemAndItsTaleAgree(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	const own = "区生态局"
	asked := x.change(adjustment.Adjust, "P001", func(c *adjustment.Change) { c.LateWhy = "等待解释" }) // where the story goes on after the ten days
	(&room.Tale{
		Procedure: "adjustment", Owner: own, First: adjustment.Draft, End: adjustment.Issue,
		Fill: func(form any) { *form.(*adjustment.Change) = *asked },
		Scenes: map[casework.Stage]room.Scene{
			adjustment.Draft: {Asks: []string{own}, Ways: []room.Lead{room.On(casework.Submit, approval.Review), room.On(casework.Withdraw, casework.Closed)}},
			approval.Review:  {Asks: []string{"区委编办", "区司法局"}, Ways: []room.Lead{room.On(casework.Agree, approval.Approve), room.On(casework.Return, adjustment.Draft), room.On(casework.Reject, casework.Closed)}},
			approval.Approve: {Asks: []string{"领导小组"}, Ways: []room.Lead{room.On(casework.Agree, approval.Filing), room.On(casework.Return, approval.Review), room.On(casework.Reject, casework.Closed)}},
			approval.Filing:  {Asks: []string{"区委办", "区委办"}, Ways: []room.Lead{room.On(casework.Done, adjustment.Issue)}},
			adjustment.Issue: {Asks: []string{"区委办", "区委办"}, Ways: []room.Lead{room.On(casework.Done, "")}}, // receipts: they hold nothing up
		},
		Aside: func(s casework.Stage, who string, v casework.Verdict) (to casework.Stage, heard bool) {
			switch {
			case v == casework.Withdraw && who == own && (s == approval.Review || s == approval.Approve):
				return casework.Closed, true
			case v == adjustment.Reasoned && who == "区委编办" && s == approval.Review:
				return "", true
			case v == adjustment.CompareIt && who == "区委编办" && s == adjustment.Issue:
				return adjustment.Draft, true
			}
			return "", false
		},
		People:   []string{own, "区委编办", "区司法局", "领导小组", "区委办", "区水务局", "城关镇"},
		Verdicts: []casework.Verdict{casework.Submit, casework.Agree, casework.Object, casework.Return, casework.Reject, casework.Withdraw, casework.Silent, casework.Done, adjustment.Reasoned, adjustment.CompareIt, adjustment.Issued},
		Sheet: func(s casework.Stage, who string, v casework.Verdict, day string) any {
			switch {
			case s == approval.Review && v == casework.Agree && who == "区司法局":
				return legal
			case v == adjustment.Reasoned:
				return &adjustment.Demonstration{On: day, Who: "专家三人", Findings: "应当调整"}
			case s == approval.Approve && v == casework.Agree:
				return &approval.Decision{Basis: decision.Basis, On: day}
			case v == casework.Done:
				return &approval.Letter{Number: letter.Number, On: day}
			}
			return nil
		},
		Lawful: func(c *casework.Case) error {
			if c.Stage != adjustment.Issue && c.Stage != approval.Filing {
				return nil
			}
			last := room.LastSaid(c, adjustment.Issue, approval.Filing)
			for _, r := range []org.Role{org.ListOffice, org.Justice, org.Lead} {
				if v := last[org.Holder(r)]; v != casework.Agree {
					return fmt.Errorf("in %s, but %s said %q last", c.Stage, r, v)
				}
			}
			return nil
		},
	}).Agrees(t, x.s)
}
