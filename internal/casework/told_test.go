package casework_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

// told is every message of a case to a party, the oldest first.
func told(t *testing.T, d *db.DB, id string, to org.Party) string {
	t.Helper()
	var all []string
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `SELECT text FROM messages WHERE case_id = $1 AND party = $2 ORDER BY at, id`, id, to.Key())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// act does something to a stored case.
func act(t *testing.T, s *casework.Store, id, name string, now time.Time, do func(*casework.Case, casework.Answer) error) {
	t.Helper()
	a := casework.Answer{By: who(name), Text: "理由", At: now}
	if err := s.Do(ctx, id, a.By, now, func(_ *db.Tx, c *casework.Case) error { return do(c, a) }); err != nil {
		t.Fatal(err)
	}
}

// Whoever a step is handed to sees the case, finds it in the inbox and is told, as
// often as it comes to them.
func TestWhoeverAStepIsHandedToSeesItAndIsTold(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built(), func(p *casework.Procedure) { p.Steps[2].Movable = true }), at("2026-08-03 09:00")
		id := filed(t, s, now, "城关镇")
		if err := answer(s, id, "城关镇", casework.Agree, now); err != nil {
			t.Fatal(err)
		}
		hand := func(from, to string) {
			now = now.Add(time.Minute)
			act(t, s, id, from, now, func(c *casework.Case, a casework.Answer) error { return c.Reassign(4, org.Unit(to), a) })
		}
		hand("司法局", "财政局")
		for _, name := range []string{"财政局", "司法局"} {
			if err := d.Read(ctx, func(tx *db.Tx) error { return casework.Visible(tx, who(name), id) }); err != nil {
				t.Error(name, err)
			}
		}
		if got := told(t, d, id, org.Unit("财政局")); strings.Count(got, "审核") != 1 {
			t.Errorf("told %q", got)
		}
		hand("财政局", "审计局")
		hand("审计局", "财政局")
		if got := told(t, d, id, org.Unit("财政局")); strings.Count(got, "审核") != 2 {
			t.Errorf("told %q", got)
		}
		if err := answer(s, id, "财政局", casework.Agree, now); err != nil {
			t.Error(err)
		}
	})
}

// The applicant is told how the case went by the word of the button, whoever
// answered last and whoever signed; who is asked no longer is told that.
func TestPeopleAreToldHowItWentByTheWordOfTheButton(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built(), func(p *casework.Procedure) {
			p.Steps[2].Ways[2] = p.Steps[2].Ways[2].Called("不予准入", "")
			p.Signer = func(q org.Party) (org.Party, bool) { q.Post = org.Leader; return q, q.Role == org.Justice }
		}), at("2026-08-03 09:00")
		must := func(id, name string, v casework.Verdict) {
			t.Helper()
			if err := answer(s, id, name, v, now); err != nil {
				t.Fatal(err)
			}
		}
		owner := org.Unit("水利局")
		id := filed(t, s, now, "城关镇")
		must(id, "城关镇", casework.Agree)
		must(id, "编办", casework.Reject)
		must(id, "司法局/handler", casework.Agree)
		must(id, "司法局/leader", casework.Agree)
		if got := told(t, d, id, owner); !strings.HasSuffix(got, "：不予准入，已办结。") || strings.Contains(got, "不予通过") {
			t.Errorf("told %q", got)
		}

		id = filed(t, s, now, "城关镇", "南寨镇")
		act(t, s, id, "编办", now, func(c *casework.Case, a casework.Answer) error { return c.Drop(3, a) })
		if got := told(t, d, id, org.Unit("南寨镇")); !strings.HasSuffix(got, "征求意见不用再办了，现在是“征求意见”。理由：理由") {
			t.Errorf("told %q", got)
		}
		must(id, "城关镇", casework.Agree)
		must(id, "编办", casework.Agree)
		must(id, "水利局", casework.Withdraw)
		if got := told(t, d, id, org.Holder(org.Justice)); !strings.HasSuffix(got, "审核不用再办了，现在是“撤回”。") {
			t.Errorf("told %q", got)
		}
		if got := told(t, d, id, org.Holder(org.ListOffice)); strings.Contains(got, "不用再办") {
			t.Errorf("who had answered is told %q", got)
		}
	})
}

// Whoever asked for a view or for a correction is told when it has come.
func TestWhoeverAskedIsToldOfTheAnswer(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built()), at("2026-08-03 09:00")
		id := filed(t, s, now, "城关镇")
		if err := answer(s, id, "城关镇", casework.Agree, now); err != nil {
			t.Fatal(err)
		}
		act(t, s, id, "司法局", now, func(c *casework.Case, a casework.Answer) error {
			return errors.Join(c.Consult(4, org.Unit("财政局"), calendar.WorkDays(3), a), c.Correct(calendar.Term{}, a))
		})
		side := func(name string, no int) {
			act(t, s, id, name, now, func(c *casework.Case, a casework.Answer) error {
				a.Verdict = casework.Done
				return c.Answer(no, a)
			})
		}
		side("财政局", 5)
		if got := told(t, d, id, org.Holder(org.Justice)); !strings.HasSuffix(got, "：财政局 提出意见。理由") {
			t.Errorf("told %q", got)
		}
		if got := told(t, d, id, org.Holder(org.ListOffice)); strings.Contains(got, "提出意见。") {
			t.Errorf("who did not ask is told %q", got)
		}
		side("水利局", 6)
		for _, r := range []org.Role{org.Justice, org.ListOffice} { // whose clocks go on
			if got := told(t, d, id, org.Holder(r)); !strings.HasSuffix(got, "：水利局 补正完成。理由") {
				t.Errorf("told %q", got)
			}
		}
	})
}

// Whoever is asked by what somebody else did is told once: what was done, and what is
// asked.
func TestOneActTellsAPartyOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built()), at("2026-08-03 09:00")
		id := filed(t, s, now, "城关镇")
		for _, name := range []string{"城关镇", "编办"} {
			if err := answer(s, id, name, casework.Agree, now); err != nil {
				t.Fatal(err)
			}
		}
		before := told(t, d, id, org.Unit("水利局"))
		if err := answer(s, id, "司法局", casework.Return, now); err != nil {
			t.Fatal(err)
		}
		got := strings.TrimPrefix(told(t, d, id, org.Unit("水利局")), before+"\n")
		if want := "《河道巡查》：退回，现在是“提出申请”。待办：提出申请。"; strings.Count(got, "《") != 1 || !strings.HasSuffix(got, want) {
			t.Errorf("told %q, want one message that ends in %q", got, want)
		}
	})
}

// Who comes second is told who was first, and when that was he himself, so.
func TestWhoComesSecondIsToldWhoWasFirst(t *testing.T) {
	s := []struct{ name, want string }{{"编办", "你自己在 09:00 已提交“同意”"}, {"编办/leader", "编办在 09:00 已提交“同意”"}}
	w := newWorld(t, "2026-08-03 09:00")
	c := w.open("c1", walked(), "水利局", &matter{Name: "河道巡查", Townships: []string{"城关镇"}})
	for _, x := range []struct {
		name string
		v    casework.Verdict
	}{{"水利局", casework.Submit}, {"城关镇", casework.Agree}, {"编办", casework.Agree}} {
		if err := w.say("c1", x.name, x.v); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range s {
		err := c.Answer(3, casework.Answer{Verdict: casework.Return, By: who(x.name), At: w.now})
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}
