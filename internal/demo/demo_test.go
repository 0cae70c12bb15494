package demo_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/session"
	"yidan/internal/statute"
	"yidan/internal/testkit"
)

var ctx = context.Background()

var now = time.Date(2026, 11, 25, 12, 40, 0, 0, calendar.Zone)

func seed(t *testing.T, d *db.DB) *demo.District {
	t.Helper()
	x, err := demo.Seed(ctx, d, now)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func read(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(ctx, f); err != nil {
		t.Fatal(err)
	}
}

// The demo is made once on each database and looked at from all sides.
func TestTheDemo(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := seed(t, d)
		for _, look := range []struct {
			at string
			do func(t *testing.T, d *db.DB, x *demo.District)
		}{
			{"accounts and offices", everyAccountSignsInAndEveryOfficeIsHeld},
			{"the password", thePasswordKeepsTheRules},
			{"the list", theListIsInForce},
			{"the rules", whatTheListRestsOnHasChanged},
			{"stages", everyStageOfEveryProcedureIsThere},
			{"what happened", theDatabaseRefusesToTouchWhatHappened},
			{"what was said", whatWasWrittenIntoACaseIsNamed},
		} {
			t.Run(look.at, func(t *testing.T) { look.do(t, d, x) })
		}
	})
}

// A demo may be opened on a day off at the turn of a year, and in a year whose
// working days nobody knows yet.
func TestTheDemoCanBeMadeOnAnyDay(t *testing.T) {
	for _, day := range []string{"2026-01-01T00:10:00+08:00", "2027-03-02T09:00:00+08:00"} {
		t.Run(day[:10], func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, day)
			if err != nil {
				t.Fatal(err)
			}
			d := testkit.Open(t, testkit.Source(t, db.SQLite))
			if _, err := demo.Seed(ctx, d, at); err != nil {
				t.Fatal(err)
			}
			read(t, d, func(tx *db.Tx) error {
				env, err := regulation.Wire(tx, at)
				if err != nil {
					return err
				}
				faults, err := casework.Replay(tx, env, at)
				for _, f := range faults {
					t.Error(f)
				}
				return err
			})
		})
	}
}

// Everybody on the sign-in page gets in, in the post it says; every office that
// the regulations name is held, by somebody who can act and somebody who can sign.
func everyAccountSignsInAndEveryOfficeIsHeld(t *testing.T, d *db.DB, x *demo.District) {
	if h, err := demo.Look(ctx, d); h != demo.Demo || err != nil {
		t.Errorf("it holds %v, %v", h, err)
	}
	logins, posts := map[string]bool{}, map[string]bool{}
	duties := map[org.Role]map[string]bool{}
	read(t, d, func(tx *db.Tx) error {
		for _, a := range x.Accounts {
			if logins[a.Login] || posts[a.Post] {
				t.Errorf("%s %s stands twice", a.Login, a.Post)
			}
			logins[a.Login], posts[a.Post] = true, true
			p, err := org.PersonByLogin(tx, a.Login)
			if err != nil {
				return err
			}
			ways, err := org.Actors(tx, p.ID, org.Day(now))
			if err != nil || len(ways) == 0 {
				t.Errorf("%s cannot act: %v", a.Login, err)
			}
			for _, w := range ways {
				for _, r := range w.Roles {
					if duties[r] == nil {
						duties[r] = map[string]bool{}
					}
					duties[r][w.Post] = true
				}
			}
		}
		return nil
	})
	for _, o := range org.Offices {
		if !duties[o.Role][org.Handler] || !duties[o.Role][org.Leader] {
			t.Errorf("%s: %v", o.Name, duties[o.Role])
		}
	}
	for _, login := range []string{"bianban", "chengguan-zhen", "hewan-dangzheng", "shenji"} {
		token, err := x.SignIn(ctx, login, now)
		if err != nil {
			t.Fatal(login, err)
		}
		read(t, d, func(tx *db.Tx) error {
			s, err := session.Of(tx, token, now)
			if s.MustChange {
				t.Errorf("%s has to change the password at once", login)
			}
			if two := login == "hewan-dangzheng"; two != (len(s.Seats) > 1) {
				t.Errorf("%s has %d seats", login, len(s.Seats))
			}
			return err
		})
	}
}

// The demo's password is one that the rules would let anybody choose.
func thePasswordKeepsTheRules(t *testing.T, d *db.DB, _ *demo.District) {
	var code string
	err := d.Write(ctx, func(tx *db.Tx) (err error) { code, err = session.Issue(tx, org.Auditor, now); return err })
	if err == nil {
		err = session.Redeem(ctx, d, code, "shenji2", "第二审计管理员", demo.Password, "127.0.0.1", now)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestAnotherDistrictIsNotTakenForADemo(t *testing.T) {
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	if h, err := demo.Look(ctx, d); h != demo.Nothing || err != nil {
		t.Fatal(h, err)
	}
	err := d.Write(ctx, func(tx *db.Tx) error {
		if _, err := org.AddAdministrator(tx, org.Person{Login: "someone", Name: "系统管理员", Class: org.Accounts}, now); err != nil {
			return err
		}
		p, err := org.PersonByLogin(tx, "someone")
		if err != nil {
			return err
		}
		as, err := org.Actors(tx, p.ID, org.Day(now))
		if err != nil {
			return err
		}
		_, err = org.AddUnit(tx, as[0], org.UnitRow{Name: "区水务局", Kind: org.Department, From: "2024-01-01"}, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if h, err := demo.Look(ctx, d); h != demo.Another || err != nil {
		t.Error(h, err)
	}
}

// Whoever looks around in the demo meets a case in every stage of every
// procedure and every way in which one ends; what is on record agrees with what
// stands in the rows, and the chain of the record is whole.
func everyStageOfEveryProcedureIsThere(t *testing.T, d *db.DB, x *demo.District) {
	read(t, d, func(tx *db.Tx) error {
		env, err := regulation.Wire(tx, now)
		if err != nil {
			return err
		}
		faults, err := casework.Replay(tx, env, now)
		for _, f := range faults {
			t.Error(f)
		}
		if err != nil {
			return err
		}
		if _, err := audit.Verify(tx, nil); err != nil {
			t.Error(err)
		}
		stages, ends, cases := map[casework.Stage]int{}, map[string]int{}, x.Cases()
		if len(cases) < 40 {
			t.Errorf("%d cases", len(cases))
		}
		for _, id := range cases {
			c, err := casework.Load(tx, env, id, now)
			if err != nil {
				return err
			}
			stages[c.Stage+casework.Stage(" of "+c.Procedure.Name)]++
			ends[c.Procedure.Name+" "+string(c.Outcome)]++
			for _, no := range c.Pending() {
				task, _ := c.Task(no)
				ends[string(task.Kind)]++
				if task.Held.Verdict != "" {
					ends["held"]++
				}
				due := calendar.LightOf(now, c.Due(no, env.Calendar), env.Calendar, env.Near)
				ends[string(due.State)]++
			}
		}
		for _, p := range regulation.Declared(now) {
			for _, s := range p.Steps {
				if !s.Passed() && stages[s.Stage+casework.Stage(" of "+p.Name)] == 0 {
					t.Errorf("no %s stands in %s", p.Name, s.Stage)
				}
			}
		}
		for _, want := range []string{
			"admission 依法履行", "admission 依法协助", "admission 不予通过", "admission 撤回", "admission 退出", "exit 办结", "exit 不予通过", "exit 撤回",
			"征求意见", "补正", "中止", "签发", "延期", "held", string(calendar.Near), string(calendar.Over), string(calendar.Hold), string(calendar.OK),
		} {
			if ends[want] == 0 {
				t.Errorf("nothing shows %q: %v", want, ends)
			}
		}
		return nil
	})
}

// The list is an edition like any other: proposed, approved, issued, and it names
// units of the directory only.
func theListIsInForce(t *testing.T, d *db.DB, _ *demo.District) {
	read(t, d, func(tx *db.Tx) error {
		b, err := catalog.Load(tx)
		if err != nil {
			return err
		}
		m := b.On(org.Day(now))
		parts := map[catalog.Part]int{}
		for _, v := range b.At(m) {
			parts[v.Text.Part]++
			for _, dep := range v.Text.Departments {
				if dep.Unit == "" {
					t.Errorf("%s: %s is no unit", v.Text.Name, dep.Name)
				}
			}
		}
		if parts[catalog.Basic]+parts[catalog.Cooperating]+parts[catalog.TakenBack] < 45 || parts[catalog.TakenBack] == 0 {
			t.Errorf("%v", parts)
		}
		return catalog.Verify(tx)
	})
}

// The demo's own rules have articles to read, and what happened to them shows: one
// is repealed and an item has lost its last basis, articles are amended and one will
// be; of what is to be applied for, something was, something is still open, and
// something is overdue.
func whatTheListRestsOnHasChanged(t *testing.T, d *db.DB, _ *demo.District) {
	read(t, d, func(tx *db.Tx) error {
		reg, err := statute.Load(tx)
		if err != nil {
			return err
		}
		today := org.Day(now)
		states, coming := map[statute.State]int{}, 0
		for _, i := range reg.All() {
			if i.Kind != statute.Normative {
				continue
			}
			states[reg.Standing(today).Instrument(i).State]++
			coming += len(reg.Standing(today).Coming(i))
			ts, err := statute.Texts(tx, i.ID)
			if err != nil || len(ts) < len(i.Articles) || !strings.Contains(ts[0].Body, "演示区自拟") {
				t.Errorf("《%s》 says %d of %d articles: %v", i.Title, len(ts), len(i.Articles), err)
			}
		}
		if states[statute.Dead] != 1 || states[statute.Revised] != 3 || coming != 1 {
			t.Errorf("%v, %d coming", states, coming)
		}
		book, err := catalog.Load(tx)
		if err != nil {
			return err
		}
		bare := 0
		for _, v := range book.At(book.On(today)) {
			if bs := v.Bases(); !slices.ContainsFunc(bs, func(b statute.Basis) bool { return !reg.Standing(today).Of(b).Gone() }) && len(bs) > 0 {
				bare++
			}
		}
		if bare != 1 {
			t.Errorf("%d items have lost their last basis", bare)
		}
		ts, err := adjustment.Every(tx, false)
		if err != nil {
			return err
		}
		term := calendar.WorkDays(10)
		cal, err := calendar.Load(tx)
		if err != nil {
			return err
		}
		asked := map[string]int{}
		for _, x := range ts {
			from, err := time.ParseInLocation(time.DateOnly, x.HappenedOn, calendar.Zone)
			if x.Kind != "law" || err != nil {
				continue
			}
			for _, duty := range x.Duties {
				switch due := cal.Due(from, term, nil); {
				case duty.Case != "":
					asked["applied for"]++
				case due.At.Before(now):
					asked["overdue"]++
				default:
					asked["open"]++
				}
			}
		}
		if len(asked) != 3 {
			t.Errorf("%v", asked)
		}
		return nil
	})
}

// A making that is broken off is told from a demo, in which people can sign in,
// and from a district of somebody's own.
func TestAnUnfinishedDemoIsNeitherADemoNorADistrict(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		broken, stop := context.WithCancel(ctx)
		defer stop()
		go func() {
			for broken.Err() == nil {
				if h, err := demo.Look(ctx, d); err == nil && h != demo.Nothing {
					stop()
				}
			}
		}()
		if _, err := demo.Seed(broken, d, now); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if h, err := demo.Look(ctx, d); h != demo.Unfinished || err != nil {
			t.Error(h, err)
		}
	})
}
