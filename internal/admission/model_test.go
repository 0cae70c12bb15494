package admission_test

import (
	"fmt"
	"slices"
	"testing"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
	"yidan/internal/testkit/room"
)

const own = "区农业农村局"

// told is the admission told a second time.
var told = map[casework.Stage]room.Scene{
	admission.Draft:    {Asks: []string{own}, Ways: []room.Lead{room.On(casework.Submit, admission.Choose), room.On(casework.Withdraw, casework.Closed)}},
	admission.Choose:   {Asks: []string{"区委编办"}, Ways: []room.Lead{room.On(casework.Agree, admission.Opinions), room.On(admission.ByLaw, casework.Closed), room.On(admission.Assistance, casework.Closed), room.On(casework.Return, admission.Draft)}},
	admission.Opinions: {Asks: []string{"城关镇", "南寨镇"}, Silence: casework.Silent, Ways: []room.Lead{room.On(casework.Agree, admission.Apply), room.On(admission.Condition, admission.Apply), room.On(casework.Object, admission.Apply), room.On(casework.Silent, admission.Apply)}},
	admission.Apply:    {Asks: []string{own}, Ways: []room.Lead{room.On(casework.Submit, approval.Review), room.On(admission.AskAgain, admission.Opinions)}},
	approval.Review:    {Asks: []string{"区委编办", "区司法局"}, Ways: []room.Lead{room.On(casework.Agree, approval.Meeting), room.On(casework.Return, admission.Apply), room.On(casework.Reject, casework.Closed)}},
	approval.Meeting:   {Asks: []string{"小组办"}, Ways: []room.Lead{room.On(casework.Agree, approval.Approve), room.On(casework.Return, admission.Apply), room.On(casework.Reject, casework.Closed)}},
	approval.Approve:   {Asks: []string{"领导小组"}, Ways: []room.Lead{room.On(casework.Agree, approval.Filing), room.On(approval.Refer, approval.Meeting), room.On(casework.Return, approval.Review), room.On(casework.Reject, casework.Closed)}},
	approval.Filing:    {Asks: []string{"区委办", "区委办"}, Ways: []room.Lead{room.On(casework.Done, admission.Live)}},
	admission.Live:     {Asks: []string{"城关镇", "南寨镇", "区委办", "区委办"}, Ways: []room.Lead{room.On(casework.Done, "")}},
}

// The admission and its tale: nothing comes into force that both offices, the leading
// group and every township were not asked about (T40).
func TestTheAdmissionAndItsTableAgree(t *testing.T) {
	x := newDistrict(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	withdrawable := []casework.Stage{admission.Choose, admission.Opinions, admission.Apply, approval.Review, approval.Meeting, approval.Approve}
	(&room.Tale{
		Procedure: "admission", Owner: own, First: admission.Draft, End: admission.Live, Scenes: told,
		Fill: func(form any) {
			*form.(*admission.Request) = *asked(func(r *admission.Request) { r.Span, r.From, r.To = "long", "", "" })
		},
		Aside: func(s casework.Stage, who string, v casework.Verdict) (to casework.Stage, heard bool) {
			switch {
			case v == casework.Withdraw && who == own && slices.Contains(withdrawable, s):
				return casework.Closed, true
			case v == approval.Defer && who == "小组办" && s == approval.Meeting, v == admission.Trained && who == own && s == admission.Live:
				return "", true
			}
			return "", false
		},
		People: []string{own, "城关镇", "南寨镇", "区委编办", "区司法局", "小组办", "领导小组", "区委办", "区水务局"},
		Verdicts: []casework.Verdict{casework.Submit, casework.Agree, casework.Object, casework.Return, casework.Reject, casework.Withdraw, casework.Silent, casework.Done,
			admission.ByLaw, admission.Assistance, admission.Condition, admission.AskAgain, admission.Trained, approval.Defer, approval.Refer},
		Sheet: filled, Lawful: lawful,
	}).Agrees(t, x.s)
}

// filled is a sheet that holds for a verdict where, and on the day on which, it is given.
func filled(s casework.Stage, _ string, v casework.Verdict, day string) any {
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

// lawful says what must never be: work in force that the regulation did not let in.
func lawful(c *casework.Case) error {
	if c.Stage != admission.Live && c.Stage != approval.Filing {
		return nil
	}
	last := room.LastSaid(c, admission.Live, approval.Filing)
	for _, r := range []org.Role{org.ListOffice, org.Justice, org.Secretariat, org.Lead} {
		if v := last[org.Holder(r)]; v != casework.Agree {
			return fmt.Errorf("in %s, but %s said %q last", c.Stage, r, v)
		}
	}
	for _, u := range c.Form.(*admission.Request).Townships {
		if last[org.Unit(u)] == "" {
			return fmt.Errorf("in %s, but %s was not asked", c.Stage, u)
		}
	}
	return nil
}
