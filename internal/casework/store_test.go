package casework_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

var ctx = context.Background()

// shelf is a store of walked cases.
func shelf(d *db.DB, cal *calendar.Calendar, change ...func(*casework.Procedure)) *casework.Store {
	return &casework.Store{DB: d, Wire: func(tx *db.Tx, now time.Time) (*casework.Env, error) {
		n := func(prefix string, year int) (string, error) {
			var k int
			err := tx.QueryRow(`SELECT count(*) FROM cases WHERE number <> ''`).Scan(&k)
			return fmt.Sprintf("%s〔%d〕%03d", prefix, year, k+1), err
		}
		return &casework.Env{Calendar: cal, Near: 3, Name: func(p org.Party) string { return p.Unit + string(p.Role) },
			Editions: casework.Editions{"walk": {{N: 1, From: "2026-01-01", New: func(time.Time) *casework.Procedure {
				p := walked(change...)
				p.Number = n
				return p
			}}}}}, nil
	}}
}

// filed is a case of 水利局 that asks the townships.
func filed(t *testing.T, s *casework.Store, now time.Time, towns ...string) string {
	t.Helper()
	id, err := s.Open(ctx, "walk", who("水利局"), now, func(_ *db.Tx, f any) error {
		*f.(*matter) = matter{Name: "河道巡查", Townships: towns}
		return nil
	})
	if err == nil {
		err = answer(s, id, "水利局", casework.Submit, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func answer(s *casework.Store, id, name string, v casework.Verdict, now time.Time) error {
	a := casework.Answer{Verdict: v, By: who(name), At: now}
	return s.Do(ctx, id, a.By, now, func(_ *db.Tx, c *casework.Case) error {
		for _, t := range c.Asked(a.By) {
			return c.Answer(t.No, a)
		}
		return c.Take(a)
	})
}

// inbox is what waits for somebody.
func inbox(tx *db.Tx, a org.Actor, f casework.Filter, now time.Time) ([]casework.Todo, string, error) {
	n, err := casework.Count(tx, a)
	if err != nil {
		return nil, "", err
	}
	return n.Inbox(tx, a, f, now)
}

func load(t *testing.T, s *casework.Store, id string, now time.Time) (c *casework.Case) {
	t.Helper()
	if err := s.DB.Read(ctx, func(tx *db.Tx) error {
		env, err := s.Wire(tx, now)
		if err != nil {
			return err
		}
		c, err = casework.Load(tx, env, id, now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return c
}

// Thirty townships answer at once: nobody is told to type again.
func TestAllAnswerAtOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built()), at("2026-08-03 09:00")
		var towns []string
		for i := range 30 {
			towns = append(towns, fmt.Sprint("乡镇", i))
		}
		id := filed(t, s, now, towns...)
		var wg sync.WaitGroup
		for _, u := range towns {
			wg.Go(func() {
				if err := answer(s, id, u, casework.Agree, now); err != nil {
					t.Error(u, err)
				}
			})
		}
		wg.Wait()
		if c := load(t, s, id, now); c.Stage != "review" || c.Number != "走查〔2026〕001" {
			t.Error(c.Stage, c.Number)
		}
	})
}

// Who signs for the applicant finds the first hand-in in the inbox and is told,
// though the case is not filed before the signature.
func TestAFirstHandInWaitsInTheInboxOfItsSigner(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		now := at("2026-08-03 09:00")
		s := shelf(d, calendar.Built(), func(p *casework.Procedure) {
			p.Signer = func(q org.Party) (org.Party, bool) { q.Post = org.Leader; return q, q.Unit == "水利局" }
		})
		waits := func(name string) (todos []casework.Todo) {
			if err := d.Read(ctx, func(tx *db.Tx) (err error) {
				todos, _, err = inbox(tx, who(name), casework.Filter{Limit: 9}, now)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return todos
		}
		id, err := s.Open(ctx, "walk", who("水利局/handler"), now, func(_ *db.Tx, f any) error {
			*f.(*matter) = matter{Name: "河道巡查", Townships: []string{"城关镇"}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(waits("水利局/leader")) + len(waits("水利局/handler")); n != 0 {
			t.Errorf("a draft is %d duties", n)
		}
		if err := answer(s, id, "水利局/handler", casework.Submit, now); err != nil {
			t.Fatal(err)
		}
		waiting := waits("水利局/leader")
		if len(waiting) != 1 || waiting[0].Task.Kind != casework.Grant || waiting[0].Title != "河道巡查" {
			t.Fatalf("the signer finds %+v", waiting)
		}
		var told int
		if err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM messages WHERE case_id = $1 AND post = $2`, id, org.Leader).Scan(&told)
		}); err != nil || told != 1 {
			t.Errorf("the signer is told %d times, %v", told, err)
		}
		if err := answer(s, id, "水利局/leader", casework.Agree, now); err != nil {
			t.Fatal(err)
		}
		if n := len(waits("水利局/leader")); n != 0 {
			t.Errorf("%d duties are left after signing", n)
		}
		if n := len(waits("城关镇")); n != 1 {
			t.Errorf("the township is asked %d times", n)
		}
	})
}

// Of two reviewers of one unit who press at once, one is heard and the other is
// told by whom and when; never both, never neither (T38).
func TestTwoOfOneUnitAnswerAtOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built()), at("2026-08-03 09:00")
		for i := range 20 {
			id := filed(t, s, now, "城关镇")
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for k, v := range []casework.Verdict{casework.Agree, casework.Object} {
				wg.Go(func() {
					errs[k] = s.Do(ctx, id, who("城关镇"), now, func(_ *db.Tx, c *casework.Case) error {
						return c.Answer(2, casework.Answer{Verdict: v, By: who("城关镇"), At: now})
					})
				})
			}
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("%d: %v / %v", i, errs[0], errs[1])
			}
			if err := errors.Join(errs...); !errors.Is(err, casework.ErrClosed) || !fault.Is(err, fault.Conflict) {
				t.Fatal(err)
			}
		}
	})
}

// The applicant withdraws while the last reviewer lets pass: one is heard, the other
// is refused; never both, never neither (T38). YIDAN_THOROUGH tries it a thousand times.
func TestWithdrawingAndPassingAtOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now, n, passed := shelf(d, calendar.Built()), at("2026-08-03 09:00"), 25, 0
		if os.Getenv("YIDAN_THOROUGH") != "" {
			n = 1000
		}
		for range n {
			id := filed(t, s, now, "城关镇")
			if err := errors.Join(answer(s, id, "城关镇", casework.Agree, now), answer(s, id, "编办", casework.Agree, now)); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			var pass, withdraw error
			wg.Go(func() { pass = answer(s, id, "司法局", casework.Agree, now) })
			wg.Go(func() { withdraw = answer(s, id, "水利局", casework.Withdraw, now) })
			wg.Wait()
			c := load(t, s, id, now)
			switch {
			case pass == nil && withdraw != nil && c.Stage == "approval":
				passed++
			case pass != nil && withdraw == nil && c.Stage == casework.Closed && c.Outcome == casework.Withdraw:
			default:
				t.Fatalf("passed: %v, withdrawn: %v, stands in %s", pass, withdraw, c.Stage)
			}
		}
		t.Logf("%d of %d passed", passed, n)
	})
}

func TestNothingOfARefusedActIsKept(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		no := errors.New("the register refused")
		s := shelf(d, calendar.Built(), func(p *casework.Procedure) {
			p.Steps[1].Ways[0] = p.Steps[1].Ways[0].Do(func(*casework.Case, casework.Answer) error { return no })
		})
		now := at("2026-08-03 09:00")
		id := filed(t, s, now, "城关镇")
		before := dump(t, d)
		if err := answer(s, id, "城关镇", casework.Agree, now); !errors.Is(err, no) {
			t.Fatal(err)
		}
		if dump(t, d) != before {
			t.Error("something was kept")
		}
	})
}

// dump is everything the engine keeps, as one text.
func dump(t *testing.T, d *db.DB) (all string) {
	t.Helper()
	if err := d.Read(ctx, func(tx *db.Tx) error {
		for _, q := range []string{`SELECT id || stage || version || form FROM cases ORDER BY id`, `SELECT data FROM tasks ORDER BY case_id, no`, `SELECT data FROM events ORDER BY case_id, seq`,
			`SELECT party || case_id FROM case_parties ORDER BY party, case_id`, `SELECT hash FROM audit ORDER BY seq`} {
			rows, err := tx.Query(q)
			if err != nil {
				return err
			}
			for rows.Next() {
				var s string
				if err := rows.Scan(&s); err != nil {
					return err
				}
				all += s + "\n"
			}
			rows.Close()
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhoMaySee(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built()), at("2026-08-03 09:00")
		draft, err := s.Open(ctx, "walk", who("水利局"), now, nil)
		if err != nil {
			t.Fatal(err)
		}
		id := filed(t, s, now, "城关镇")
		admin := who("水利局")
		admin.Class = org.Accounts
		sees := func(a org.Actor, id string) bool {
			var listed bool
			err := d.Read(ctx, func(tx *db.Tx) error {
				rows, _, err := casework.List(tx, a, casework.Filter{}, now)
				for _, r := range rows {
					listed = listed || r.ID == id
				}
				if err != nil {
					return err
				}
				return casework.Visible(tx, a, id)
			})
			if err != nil && !fault.Is(err, fault.Missing) {
				t.Fatal(err)
			}
			if (err == nil) != listed && id != draft {
				t.Errorf("%s: the list and the page differ", a.Name)
			}
			return err == nil
		}
		for _, tt := range []struct {
			who         string
			filed, held bool // sees the case; sees it when sealed
		}{{"水利局", true, true}, {"城关镇", true, true}, {"编办", true, false}, {"司法局", true, false}, {"领导小组", false, false}, {"南寨镇", false, false}} {
			if got := sees(who(tt.who), id); got != tt.filed {
				t.Errorf("%s sees it: %v", tt.who, got)
			}
			if got := sees(who(tt.who), draft); got != (tt.who == "水利局") {
				t.Errorf("%s sees the draft: %v", tt.who, got)
			}
		}
		if sees(admin, id) {
			t.Error("an administrator sees it")
		}
		if err := s.Do(ctx, id, who("编办"), now, func(_ *db.Tx, c *casework.Case) error {
			return c.Seal(true, casework.Answer{By: who("编办"), Text: "涉密", At: now})
		}); err != nil {
			t.Fatal(err)
		}
		for _, u := range []string{"编办", "司法局"} {
			if sees(who(u), id) {
				t.Errorf("%s sees the sealed case", u)
			}
		}
		if err := s.Do(ctx, id, who("南寨镇"), now, func(_ *db.Tx, c *casework.Case) error { return nil }); !fault.Is(err, fault.Missing) {
			t.Error("acted on an unseen case:", err)
		}
	})
}

func TestTheInboxGoesByDeadline(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s := shelf(d, calendar.Built())
		var ids []string
		for _, day := range []string{"2026-08-05 09:00", "2026-08-03 09:00", "2026-08-04 09:00"} {
			ids = append(ids, filed(t, s, at(day), "城关镇"))
		}
		now := at("2026-08-06 09:00")
		var got []string
		var n casework.Counts
		var overdue, near int
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			for before := ""; ; { // a page of one, thrice
				todos, next, err := inbox(tx, who("城关镇"), casework.Filter{Before: before, Limit: 1}, now)
				if err != nil {
					return err
				}
				for _, x := range todos {
					got = append(got, x.ID)
				}
				if before = next; next == "" {
					break
				}
			}
			if n, err = casework.Count(tx, who("城关镇")); err != nil {
				return err
			}
			overdue, near, err = n.Pressing(tx, calendar.Built(), 3, at("2026-08-11 09:00"))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if want := []string{ids[1], ids[2], ids[0]}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", got, want)
		}
		if n.Todo != 3 || overdue != 1 || near != 2 {
			t.Errorf("%+v, %d overdue, %d near", n, overdue, near)
		}
		if err := answer(s, ids[0], "城关镇", casework.Agree, now); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			done, _, err := casework.Handled(tx, who("城关镇"), casework.Filter{}, now)
			if len(done) != 1 || done[0].ID != ids[0] || done[0].Task.Verdict != casework.Agree {
				t.Errorf("%+v", done)
			}
			mine, _, err2 := casework.Brought(tx, who("水利局"), false, casework.Filter{Words: "河道 002"}, now)
			if len(mine) != 1 || mine[0].ID != ids[1] {
				t.Errorf("%+v", mine)
			}
			return errors.Join(err, err2)
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// The ticker may run twice, late, or on two nodes: what it does, it does once.
func TestLapsesAndRemindersHappenOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s := shelf(d, calendar.Built())
		id := filed(t, s, at("2026-08-03 09:00"), "城关镇")
		for _, day := range []string{"2026-08-04 09:00", "2026-08-07 09:00", "2026-08-07 10:00", "2026-08-11 00:00", "2026-08-20 09:00"} {
			for range 2 {
				if _, err := s.RemindDue(ctx, at(day)); err != nil {
					t.Fatal(err)
				}
				if _, err := s.LapseDue(ctx, at(day)); err != nil {
					t.Fatal(err)
				}
			}
		}
		count := map[string]int{}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			es, err := casework.Timeline(tx, id)
			for _, e := range es {
				count[e.Act]++
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		// near and over of the township's task, then near and over of the justice bureau's
		if count["lapse"] != 1 || count["remind"] < 2 {
			t.Error(count)
		}
		if c := load(t, s, id, at("2026-08-20 09:00")); c.Stage != "review" || c.Tasks[1].Verdict != casework.Silent {
			t.Error(c.Stage, c.Tasks[1].Verdict)
		}
	})
}

// Where silence means something nobody holds the answer back beyond the term: not by
// leaving it unsigned, nor by suspending the own clock.
//
// Proves: AE-5.2, DM-11.2
func TestSilenceIsNotPutOff(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s := shelf(d, calendar.Built(), func(p *casework.Procedure) {
			p.Signer = func(q org.Party) (org.Party, bool) { q.Post = org.Leader; return q, q.Unit == "城关镇" }
		})
		id := filed(t, s, at("2026-08-03 09:00"), "城关镇", "南寨镇")
		err := s.Do(ctx, id, who("南寨镇"), at("2026-08-04 09:00"), func(_ *db.Tx, c *casework.Case) error {
			return c.Pause(c.Asked(who("南寨镇"))[0].No, casework.Answer{By: who("南寨镇"), Text: "还要研究", At: at("2026-08-04 09:00")})
		})
		if f, ok := fault.As(err); !ok || f.Rule != "AE-5.2" {
			t.Error("a township suspends its own term:", err)
		}
		if err := answer(s, id, "城关镇/handler", casework.Agree, at("2026-08-04 09:00")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.LapseDue(ctx, at("2026-08-10 09:00")); err != nil {
			t.Fatal(err)
		}
		if c := load(t, s, id, at("2026-08-10 09:00")); c.Stage != "opinions" {
			t.Fatal("lapsed early: ", c.Stage)
		}
		for range 2 {
			if _, err := s.LapseDue(ctx, at("2026-08-11 09:00")); err != nil {
				t.Fatal(err)
			}
		}
		c := load(t, s, id, at("2026-08-11 09:00"))
		if c.Stage != "review" || c.Tasks[1].Verdict != casework.Silent || c.Tasks[1].Held.Verdict != "" || c.Tasks[2].Verdict != casework.Silent {
			t.Error(c.Stage, c.Tasks[1], c.Tasks[2])
		}
		if err := answer(s, id, "城关镇/leader", casework.Agree, at("2026-08-11 10:00")); err == nil {
			t.Error("signed after its time")
		}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			env, err := s.Wire(tx, at("2026-08-11 10:00"))
			if err != nil {
				return err
			}
			faults, err := casework.Replay(tx, env, at("2026-08-11 10:00"))
			if len(faults) > 0 {
				t.Error(faults)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestANewCalendarMovesOpenDeadlinesOnly(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s := shelf(d, calendar.Built())
		open := filed(t, s, at("2026-08-03 09:00"), "城关镇", "南寨镇")
		if err := answer(s, open, "南寨镇", casework.Agree, at("2026-08-04 09:00")); err != nil {
			t.Fatal(err)
		}
		later := calendar.Built().With(calendar.Edition{Kind: "local", Year: 2026, Title: "防汛停工", Issued: "2026-08-04", Days: []calendar.NamedDay{{Date: "2026-08-06", Name: "防汛停工"}}})
		now := at("2026-08-05 09:00")
		moved := 0
		for range 2 { // the second time there is nothing left to move
			if err := d.Write(ctx, func(tx *db.Tx) error {
				s := shelf(d, later)
				env, err := s.Wire(tx, now)
				if err != nil {
					return err
				}
				n, err := casework.Recompute(tx, env, now)
				moved += n
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if moved != 1 {
			t.Errorf("%d moved", moved)
		}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			todos, _, err := inbox(tx, who("城关镇"), casework.Filter{}, now)
			if len(todos) != 1 || todos[0].Due.At.Add(-1).In(calendar.Zone).Format(time.DateOnly) != "2026-08-11" {
				t.Errorf("%+v", todos)
			}
			es, err2 := casework.Timeline(tx, open)
			if e := es[len(es)-1]; e.Act != "recount" || e.Data == nil {
				t.Errorf("%+v", e)
			}
			return errors.Join(err, err2)
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheEventsTellTheRows(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built()), at("2026-08-03 09:00")
		id := filed(t, s, now, "城关镇")
		for _, x := range []struct {
			who string
			v   casework.Verdict
		}{{"城关镇", casework.Object}, {"编办", casework.Agree}, {"司法局", casework.Agree}, {"领导小组", casework.Agree}} {
			if err := answer(s, id, x.who, x.v, now); err != nil {
				t.Fatal(x, err)
			}
		}
		replay := func() (faults []string) {
			if err := d.Read(ctx, func(tx *db.Tx) error {
				env, err := s.Wire(tx, now)
				if err != nil {
					return err
				}
				faults, err = casework.Replay(tx, env, now)
				if _, verr := audit.Verify(tx, nil); verr != nil {
					t.Error(verr)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return faults
		}
		if fs := replay(); len(fs) != 0 {
			t.Error(fs)
		}
		for _, q := range []string{`UPDATE cases SET stage = 'draft', outcome = '', closed_at = ''`, `UPDATE cases SET stage = 'review', outcome = '', closed_at = '', version = version + 1`, `DELETE FROM cases`, `UPDATE events SET data = '{}'`, `DELETE FROM events`, `DELETE FROM tasks`,
			`INSERT INTO events (case_id, seq, at, data) VALUES ('` + id + `', 99, '', '{}')`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s: accepted", q)
			}
		}
		second := filed(t, s, now, "城关镇")
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE cases SET stage = 'review', version = version + 1 WHERE id = $1`, second)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if fs := replay(); len(fs) == 0 {
			t.Error("a row was moved by hand and nobody noticed")
		}
	})
}

// A row of a list is one column; whatever a title holds, the other fields stay in their places.
func TestATitleOfAnyTextIsOneFieldOfALine(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s, now := shelf(d, calendar.Built()), at("2026-08-03 09:00")
		id, err := s.Open(ctx, "walk", who("水利局"), now, func(_ *db.Tx, f any) error {
			*f.(*matter) = matter{Name: "河道\x1f'巡查'，\"%\"", Townships: []string{"城关镇"}}
			return nil
		})
		if err == nil {
			err = answer(s, id, "水利局", casework.Submit, now)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			todos, _, err := inbox(tx, who("城关镇"), casework.Filter{}, now)
			if err != nil {
				return err
			}
			if len(todos) != 1 {
				t.Fatalf("%d in the inbox", len(todos))
			}
			x := todos[0]
			if x.ID != id || x.Title != "河道\x1f'巡查'，\"%\"" || x.Owner != "水利局" || x.Task.No != 2 || x.Task.Stage != "opinions" || !x.Filed.Equal(now) || x.Due.At.IsZero() {
				t.Errorf("%+v", x)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
