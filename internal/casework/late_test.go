package casework_test

import (
	"errors"
	"slices"
	"testing"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

// What is counted is what is listed, by the same eyes: cases by how and when they
// ended, and those that wait for somebody past the time.
func TestATallyAndWhatIsLateAreWhatIsListed(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s := shelf(d, calendar.Built())
		open := at("2026-08-03 09:00")
		refused := filed(t, s, open, "河湾镇")
		waiting := filed(t, s, open, "城关镇", "南寨镇")
		filed(t, s, at("2026-09-01 09:00"), "城关镇")
		for _, step := range []struct {
			who string
			v   casework.Verdict
		}{{"河湾镇", casework.Agree}, {"编办", casework.Reject}, {"司法局", casework.Reject}} {
			if err := answer(s, refused, step.who, step.v, at("2026-08-04 09:00")); err != nil {
				t.Fatal(err)
			}
		}
		if err := answer(s, waiting, "南寨镇", casework.Agree, at("2026-08-05 09:00")); err != nil {
			t.Fatal(err)
		}
		now := at("2026-08-20 09:00")
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			for _, a := range []string{"编办", "水利局", "城关镇", "南寨镇", "林草局"} {
				late, e := casework.Late(tx, who(a), now)
				err = errors.Join(err, e)
				for _, f := range []casework.Filter{
					{}, {Standing: "overdue"}, {Outcome: casework.Reject}, {Closed: [2]string{"2026-08-04", "2026-08-04"}}, {Closed: [2]string{"2026-08-05", ""}}, {Closed: [2]string{"", "2026-08-03"}},
					{From: "2026-08-04", To: "2026-12-31"}, {Late: []org.Party{org.Unit("城关镇")}}, {Late: []org.Party{org.Unit("南寨镇"), org.Holder(org.ListOffice)}},
				} {
					rows, _, e := casework.List(tx, who(a), f, now)
					n, e2 := casework.Tally(tx, who(a), f, now)
					err = errors.Join(err, e, e2)
					if n != len(rows) {
						t.Errorf("%s %+v: %d counted, %d listed", a, f, n, len(rows))
					}
					if len(f.Late) == 1 {
						var ids []string
						for _, r := range rows {
							ids = append(ids, r.ID)
						}
						if !slices.Equal(ids, late[f.Late[0].Key()]) {
							t.Errorf("%s: late are %v, listed %v", a, late, ids)
						}
					}
				}
			}
			late, e := casework.Late(tx, who("编办"), now)
			if got := late["u:城关镇"]; !slices.Equal(got, []string{waiting}) || late["u:南寨镇"] != nil {
				t.Errorf("late: %v", late)
			}
			n, e2 := casework.Tally(tx, who("编办"), casework.Filter{Outcome: casework.Reject, Closed: [2]string{"2026-08-04", "2026-08-04"}}, now)
			if n != 1 {
				t.Errorf("%d refused", n)
			}
			return errors.Join(err, e, e2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
