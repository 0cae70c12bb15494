package admission_test

import (
	"strings"
	"testing"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

// What a merged department had admitted is ended by its successor; where that is the
// justice bureau, another office looks at whether it is lawful.
//
// Proves: AE-9.1, DM-8.3
func TestWhatAMergedDepartmentAdmittedIsEndedByItsHeir(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toLive()
		admitted := x.id
		x.heirs = map[string]string{"区农业农村局": "区司法局"}
		heir := who("区司法局")
		heir.Former = []string{"区农业农村局"}
		id, err := x.s.Open(ctx, "exit", heir, x.now, func(_ *db.Tx, f any) error {
			*f.(*admission.Exit) = admission.Exit{Admission: admitted, Matter: "x", Ground: "completed", Reason: "完成", Rest: "无", Contact: "科", Phone: "0454-8000000"}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		x.id = id
		x.must("区司法局", casework.Submit, nil)
		if err := x.say("区司法局", casework.Agree, nil); err == nil {
			t.Error("the heir reviews its own exit")
		}
		x.must("区委编办", casework.Agree, nil)
		x.must("小组办", casework.Agree, nil) // stands in
		x.must("小组办", casework.Agree, minutes)
		x.must("领导小组", casework.Agree, decision)
		x.must("区委办", casework.Done, letter, approval.ToCity)
		x.must("区委办", casework.Done, letter, approval.ToProvince)
		x.read(func(tx *db.Tx) error { // the notice is the heir's, who keeps a copy
			ps, err := document.OfCase(tx, id)
			for _, p := range ps {
				if _, ok := p.CopyOf("区司法局"); p.Kind == "exit-notice" && (!ok || p.Body.(document.Letter).From != "区司法局") {
					t.Errorf("%+v", p)
				}
			}
			if len(ps) != 2 {
				t.Errorf("%d papers", len(ps))
			}
			return err
		})
	})
}

// A refusal is addressed to the unit that stands for the applicant today.
//
// Proves: AE-6.1
func TestARefusalGoesToTheHeir(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		x.toReview()
		x.heirs = map[string]string{"区农业农村局": "区水务局"}
		x.must("区委编办", casework.Reject, refusal)
		x.must("区司法局", casework.Reject, refusal)
		x.read(func(tx *db.Tx) error {
			ps, err := document.OfCase(tx, x.id)
			for _, p := range ps {
				if _, ok := p.CopyOf("区水务局"); p.Kind == "notice" && (!ok || p.Body.(document.Letter).To != "区水务局") {
					t.Errorf("%+v", p)
				}
			}
			return err
		})
	})
}

// Whoever reviews, approves and stands in would all be the applicant: it is told so
// before it hands in, since nobody could decide.
//
// Proves: DM-8.3
func TestAnApplicantThatHoldsEveryOffice(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.open(asked())
		own := "区农业农村局"
		for _, r := range []org.Role{org.Justice, org.Lead} {
			x.holds = map[org.Role]string{r: own, org.Secretariat: own, org.Lead: own}
			err := x.say(own, casework.Submit, nil)
			if f, ok := fault.As(err); !ok || f.Kind != fault.Refused || f.Rule != "AE-6.1" || !strings.Contains(f.Text, "没有别的单位可以代为审核") {
				t.Errorf("%s: %v", r, err)
			}
		}
		x.holds = map[org.Role]string{org.Justice: own, org.Secretariat: own}
		x.must(own, casework.Submit, nil)
	})
}
