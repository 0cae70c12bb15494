package session_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/testkit"
)

var pauses *session.Pauses

func TestMain(m *testing.M) {
	session.Cheap()
	pauses = session.Watch()
	os.Exit(m.Run())
}

var ctx = context.Background()

const (
	good  = "Vier Hengste, 1 Esel"
	other = "Kupfer & Lavendel 7"
	desk  = "10.1.1.5" // where the victim sits
	away  = "10.9.9.9"
)

// A house is a district with people in it and a clock that moves when told.
type house struct {
	*testing.T
	d                         *db.DB
	now                       time.Time
	accounts, policy, auditor org.Actor
	water, farm               string // units
	clerk                     string // person: handler of water, leader of farm
}

func build(t *testing.T, d *db.DB) *house {
	h := &house{T: t, d: d, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)} // 9:00
	hash, err := session.Hash(ctx, good)
	if err != nil {
		t.Fatal(err)
	}
	h.write(func(tx *db.Tx) error {
		for _, a := range []struct {
			class org.Class
			to    *org.Actor
		}{{org.Accounts, &h.accounts}, {org.Policy, &h.policy}, {org.Auditor, &h.auditor}} {
			id, err := org.AddAdministrator(tx, org.Person{Login: string(a.class), Name: org.ClassName(a.class), Class: a.class}, h.now)
			if err == nil {
				err = session.Install(tx, id, hash, h.now)
			}
			if err != nil {
				return err
			}
			as, err := org.Actors(tx, id, org.Day(h.now))
			if err != nil {
				return err
			}
			*a.to = as[0]
		}
		return nil
	})
	h.write(func(tx *db.Tx) (err error) {
		if h.water, err = org.AddUnit(tx, h.accounts, org.UnitRow{Name: "郊区水利局", Short: "水利局", Kind: org.Department, From: "2020-01-01"}, h.now); err != nil {
			return err
		}
		h.farm, err = org.AddUnit(tx, h.accounts, org.UnitRow{Name: "郊区农业农村局", Kind: org.Department, From: "2020-01-01"}, h.now)
		return err
	})
	h.clerk = h.person("clerk", hash)
	h.grant(h.clerk, h.water, org.Handler, "2026-01-01", "")
	h.grant(h.clerk, h.farm, org.Leader, "2026-02-01", "")
	return h
}

func (h *house) write(f func(tx *db.Tx) error) {
	h.Helper()
	if err := org.Write(ctx, h.d, f); err != nil {
		h.Fatal(err)
	}
}

func (h *house) person(login, hash string) (id string) {
	h.Helper()
	h.write(func(tx *db.Tx) (err error) {
		id, err = org.AddPerson(tx, h.accounts, org.Person{Login: login, Name: login + " 经办", Class: org.Business}, h.now)
		if err == nil && hash != "" {
			err = session.Install(tx, id, hash, h.now)
		}
		return err
	})
	return id
}

func (h *house) grant(person, unit, duty, from, until string) (id string) {
	h.Helper()
	h.write(func(tx *db.Tx) (err error) {
		id, err = org.Grant(tx, h.policy, org.Post{Person: person, Unit: unit, Duty: duty, From: from, Until: until}, h.now)
		return err
	})
	return id
}

func (h *house) signIn(login, password, code, source string) (string, error) {
	return session.SignIn(ctx, h.d, login, password, code, source, h.now)
}

func (h *house) enter(login string) string {
	h.Helper()
	token, err := h.signIn(login, good, "", desk)
	if err != nil {
		h.Fatal(err)
	}
	return token
}

func (h *house) of(token string) (s session.Session, err error) {
	err = h.d.Read(ctx, func(tx *db.Tx) (err error) { s, err = session.Of(tx, token, h.now); return err })
	return s, err
}

func (h *house) alive(token string) bool {
	h.Helper()
	_, err := h.of(token)
	if err != nil && !errors.Is(err, session.ErrOver) {
		h.Fatal(err)
	}
	return err == nil
}

func (h *house) touch(token string) {
	h.Helper()
	h.write(func(tx *db.Tx) error { return session.Touch(tx, token, h.now) })
}

func (h *house) later(d time.Duration) { h.now = h.now.Add(d) }

func (h *house) record(q audit.Query) (ls []audit.Line) {
	h.Helper()
	q.Limit = 500
	if err := h.d.Read(ctx, func(tx *db.Tx) (err error) { ls, _, err = audit.List(tx, q); return err }); err != nil {
		h.Fatal(err)
	}
	return ls
}

func (h *house) code(seed string) string {
	h.Helper()
	c, err := totp.GenerateCode(seed, h.now)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

func TestASessionLivesAndEnds(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		token := h.enter("Clerk ")
		s, err := h.of(token)
		if err != nil || s.Person != h.clerk || s.Actor.Unit != h.water || s.Actor.Post != org.Handler || len(s.Seats) != 2 || s.MustChange || s.Fresh(h.now) {
			t.Fatalf("%+v %v", s, err)
		}
		for _, bad := range []string{"", "x", token[:len(token)-1] + "-", strings.Repeat("A", 43)} {
			if h.alive(bad) {
				t.Errorf("%q is a session", bad)
			}
		}
		h.later(29 * time.Minute)
		if !h.alive(token) {
			t.Error("ended before 30 minutes")
		}
		h.later(time.Minute)
		if _, err := h.of(token); !errors.Is(err, session.ErrIdle) {
			t.Error("idle for 30 minutes:", err)
		}
		h.later(-time.Minute)
		if s, _ := h.of(token); !s.Stale(h.now) {
			t.Error("29 minutes are not stale")
		}
		h.touch(token)
		if s, _ := h.of(token); s.Stale(h.now) || !s.Until(h.now).Equal(h.now.Add(30*time.Minute)) {
			t.Error("touched and still stale")
		}
		for h.now.Before(s.Ends.Add(-25 * time.Minute)) {
			h.later(25 * time.Minute)
			h.touch(token)
			if !h.alive(token) {
				t.Fatal("ended while in use", h.now)
			}
		}
		if s, err := h.of(token); err != nil || !s.Until(h.now).Equal(s.Ends) {
			t.Error("says that it lives on beyond its end", err)
		}
		if !s.Ends.Equal(s.Started.Add(10 * time.Hour)) {
			t.Error(s.Ends)
		}
		h.now = s.Ends.Add(-time.Second)
		if !h.alive(token) {
			t.Error("ended before 10 hours")
		}
		h.now = s.Ends
		if _, err := h.of(token); session.Ended(err) != session.Expired {
			t.Error("lives longer than 10 hours, or does not say that they are over", err)
		}
		h.write(func(tx *db.Tx) error { return session.Sweep(tx, h.now) })
		h.now = s.Ends.Add(-time.Second)
		if h.alive(token) {
			t.Error("was not swept")
		}
	})
}

func TestOldTokensAreDeadAtOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		one, two := h.enter("clerk"), h.enter("clerk")
		if one == two || !h.alive(one) || !h.alive(two) {
			t.Fatal("two devices, two sessions")
		}
		s, _ := h.of(one)
		var next string
		h.write(func(tx *db.Tx) (err error) { next, err = session.Switch(tx, one, s.Seats[1].Seat, h.now); return err })
		if h.alive(one) || !h.alive(two) {
			t.Error("switching ends the old token, and only that")
		}
		s2, err := h.of(next)
		if err != nil || s2.Actor.Unit != h.farm || s2.Actor.Post != org.Leader || !s2.Ends.Equal(s.Ends) {
			t.Fatalf("%+v %v", s2, err)
		}
		h.write(func(tx *db.Tx) error {
			if _, err := session.Switch(tx, next, "somebody else's post", h.now); !fault.Is(err, fault.Missing) {
				t.Error(err)
			}
			if _, err := session.Switch(tx, one, s.Seats[1].Seat, h.now); !errors.Is(err, session.ErrOver) {
				t.Error("a dead token switches:", err)
			}
			return nil
		})
		stepped, err := session.StepUp(ctx, d, next, good, "", h.now)
		if err != nil || h.alive(next) {
			t.Fatal("a step-up ends the old token", err)
		}
		if s, _ := h.of(stepped); !s.Fresh(h.now) || s.Fresh(h.now.Add(16*time.Minute)) || s.Stepped.IsZero() {
			t.Error("not stepped up")
		}
		var back string
		h.write(func(tx *db.Tx) (err error) {
			back, err = session.Switch(tx, stepped, s.Seats[0].Seat, h.now)
			return err
		})
		if s, _ := h.of(back); !s.Stepped.IsZero() {
			t.Error("a step-up goes along to another post")
		}
		h.write(func(tx *db.Tx) error { return session.SignOut(tx, back, h.now) })
		if h.alive(back) || !h.alive(two) {
			t.Error("signing out ends this session and no other")
		}
		h.write(func(tx *db.Tx) error { return session.SignOut(tx, back, h.now) }) // twice is no error
		if s, _ := h.of(h.enter("clerk")); s.Actor.Unit != h.water {
			t.Error("the post acted in last is not the first offered")
		}
		h.write(func(tx *db.Tx) error {
			if _, err := session.KillAll(tx, h.auditor, h.clerk, h.now); !fault.Is(err, fault.Missing) {
				t.Error(err)
			}
			n, err := session.KillAll(tx, h.policy, h.clerk, h.now)
			if n != 2 {
				t.Error(n)
			}
			return err
		})
		if _, err := h.of(two); !errors.Is(err, session.ErrOver) || session.Ended(err) != session.Killed {
			t.Error("killed and alive, or not told by whom", err)
		}
		var acts []string
		for _, l := range h.record(audit.Query{Action: "session"}) {
			acts = append(acts, strings.TrimPrefix(l.Action, "session."))
		}
		slices.Reverse(acts)
		if got := strings.Join(acts, " "); got != "sign-in sign-in switch step-up switch sign-out sign-in kill" {
			t.Error(got)
		}
	})
}

func TestRightsEndWithTheNextRequest(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		token := h.enter("clerk")
		s, _ := h.of(token)
		h.write(func(tx *db.Tx) error { return org.Revoke(tx, h.policy, s.Actor.Seat, "调离", h.now) })
		if h.alive(token) {
			t.Error("acts in a post that was revoked")
		}
		token = h.enter("clerk")
		if s, _ := h.of(token); s.Actor.Unit != h.farm || len(s.Seats) != 1 {
			t.Errorf("%+v", s)
		}
		h.write(func(tx *db.Tx) error { return org.Disable(tx, h.accounts, h.clerk, "离岗", h.now) })
		if h.alive(token) {
			t.Error("a stopped account goes on")
		}
		if _, err := h.signIn("clerk", good, "", desk); !fault.Is(err, fault.Refused) {
			t.Error(err)
		}
		h.write(func(tx *db.Tx) error { return org.Enable(tx, h.policy, h.clerk, h.now) })
		token = h.enter("clerk")
		h.write(func(tx *db.Tx) error { return session.Stop(tx, h.accounts, h.clerk, "离岗", h.now) })
		h.write(func(tx *db.Tx) error { return org.Enable(tx, h.policy, h.clerk, h.now) })
		if h.alive(token) {
			t.Error("a session came back with its account")
		}
		hash, _ := session.Hash(ctx, good)
		h.person("inert", hash)
		if _, err := h.signIn("inert", good, "", desk); !fault.Is(err, fault.Refused) || !strings.Contains(err.Error(), "岗位") {
			t.Error("an inert account:", err)
		}
		h.grant(h.clerk, h.water, org.Handler, "2026-11-23", "2026-11-23")
	})
}

func TestASessionThatIsOverSaysWhy(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		hash, err := session.Hash(ctx, good)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range []struct {
			name string
			want session.End
			do   func(token string, s session.Session) error
		}{
			{"left alone", session.Idle, func(string, session.Session) error { h.later(30 * time.Minute); return nil }},
			{"used for ten hours", session.Expired, func(token string, s session.Session) error {
				for h.now.Before(s.Ends) {
					h.later(20 * time.Minute)
					h.touch(token)
				}
				return nil
			}},
			{"left alone and swept", session.Idle, func(string, session.Session) error {
				h.later(2 * time.Hour)
				return d.Write(ctx, func(tx *db.Tx) error { return session.Sweep(tx, h.now) })
			}},
			{"ended by an administrator", session.Killed, func(_ string, s session.Session) error {
				return d.Write(ctx, func(tx *db.Tx) error { _, err := session.KillAll(tx, h.policy, s.Person, h.now); return err })
			}},
			{"ended everywhere by its person", session.Over, func(_ string, s session.Session) error {
				return d.Write(ctx, func(tx *db.Tx) error { _, err := session.KillAll(tx, s.Actor, s.Person, h.now); return err })
			}},
			{"signed out", session.Over, func(token string, _ session.Session) error {
				return d.Write(ctx, func(tx *db.Tx) error { return session.SignOut(tx, token, h.now) })
			}},
			{"password changed in another", session.Password, func(_ string, s session.Session) error {
				login := fmt.Sprint("clerk", 6)
				_, err := session.ChangePassword(ctx, d, h.enter(login), good, other, h.now)
				return err
			}},
			{"password reset", session.Password, func(_ string, s session.Session) error {
				return d.Write(ctx, func(tx *db.Tx) error {
					if err := session.AskReset(tx, h.accounts, s.Person, h.now); err != nil {
						return err
					}
					_, err := session.Reset(tx, h.policy, s.Person, h.now)
					return err
				})
			}},
			{"too many wrong passwords in it", session.Tries, func(token string, _ session.Session) error {
				for range 5 {
					if _, err := session.StepUp(ctx, d, token, "wrong", "", h.now); err == nil {
						return errors.New("a wrong password steps up")
					}
				}
				return nil
			}},
			{"post taken away", session.Gone, func(_ string, s session.Session) error {
				return org.Write(ctx, d, func(tx *db.Tx) error { return org.Revoke(tx, h.policy, s.Actor.Seat, "调离", h.now) })
			}},
			{"account stopped", session.Gone, func(_ string, s session.Session) error {
				return org.Write(ctx, d, func(tx *db.Tx) error { return session.Stop(tx, h.accounts, s.Person, "离岗", h.now) })
			}},
		} {
			login := fmt.Sprint("clerk", i)
			h.grant(h.person(login, hash), h.water, org.Handler, "2026-01-01", "")
			token := h.enter(login)
			s, err := h.of(token)
			if err != nil {
				t.Fatal(x.name, err)
			}
			if err := x.do(token, s); err != nil {
				t.Fatal(x.name, err)
			}
			if _, err := h.of(token); !errors.Is(err, session.ErrOver) || session.Ended(err) != x.want {
				t.Errorf("%s: %v", x.name, err)
			}
		}
	})
}

func TestADeputysSessionSaysForWhom(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		hash, _ := session.Hash(ctx, good)
		boss := h.person("boss", hash)
		post := h.grant(boss, h.water, org.Leader, "2026-01-01", "")
		h.write(func(tx *db.Tx) error {
			_, err := org.Deputise(tx, h.policy, org.Deputy{Post: post, Deputy: h.clerk, From: "2026-11-23", Until: "2026-11-23", Reason: "外出"}, h.now)
			return err
		})
		token := h.enter("clerk")
		s, _ := h.of(token)
		if s.Actor.For != "" || len(s.Seats) != 3 {
			t.Fatalf("%+v", s)
		}
		var next string
		h.write(func(tx *db.Tx) (err error) { next, err = session.Switch(tx, token, s.Seats[2].Seat, h.now); return err })
		s, _ = h.of(next)
		if s.Actor.For != boss || s.Actor.Post != org.Leader || s.Actor.Person != h.clerk {
			t.Errorf("%+v", s.Actor)
		}
		if l := h.record(audit.Query{Action: "session.switch"})[0]; l.For != boss {
			t.Errorf("%+v", l)
		}
		h.later(9 * time.Hour)
		h.touch(next)
		if !h.alive(next) {
			t.Error("over before the day was")
		}
	})
}

// An answer tells nothing by its time: argon2 outweighs the rest.

// What is kept of a session is what the store holds, whoever changed it: another
// process, or SQL.
func TestASessionEndedElsewhereIsOverAtOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		first, second := h.enter("clerk"), h.enter("clerk")
		if !h.alive(first) || !h.alive(second) {
			t.Fatal("nobody came in")
		}
		h.write(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE sessions SET ended = 'killed' WHERE hash = (SELECT max(hash) FROM sessions)`)
			return err
		})
		if h.alive(first) == h.alive(second) {
			t.Errorf("first %v, second %v", h.alive(first), h.alive(second))
		}
		h.write(func(tx *db.Tx) error { _, err := tx.Exec(`DELETE FROM sessions`); return err })
		if h.alive(first) || h.alive(second) {
			t.Error("a session that is gone goes on")
		}
	})
}
