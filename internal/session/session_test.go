package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
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
		if h.alive(token) {
			t.Error("lives longer than 10 hours")
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
		if h.alive(two) {
			t.Error("killed and alive")
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

func text(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Text
	}
	return fmt.Sprint(err)
}

func TestGuessingLocksTheGuesserOutAndNobodyElse(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		for _, login := range []string{"clerk", "nobody-here"} { // the same whether it exists or not
			for i, want := range []string{
				"账号或密码不正确。再输错 4 次将锁定 15 分钟", "账号或密码不正确。再输错 3 次将锁定 15 分钟", "账号或密码不正确。再输错 2 次将锁定 15 分钟", "账号或密码不正确。再输错 1 次将锁定 15 分钟",
				"连续输错 5 次，这个账号在这台电脑上锁定到 09:15。到时再试；急用时联系安全管理员解锁", "连续输错 5 次，这个账号在这台电脑上锁定到 09:15。到时再试；急用时联系安全管理员解锁",
			} {
				if _, err := h.signIn(login, "wrong password "+fmt.Sprint(i), "", away); text(err) != want {
					t.Errorf("%s %d: %v", login, i, err)
				}
			}
		}
		if _, err := h.signIn("clerk", good, "", away); !fault.Is(err, fault.TooMany) {
			t.Error("locked, and the right password opens:", err)
		}
		if ls := h.record(audit.Query{Action: "session.lock"}); len(ls) != 2 || ls[1].Person != h.clerk || ls[1].Result != audit.Refused {
			t.Errorf("%+v", ls)
		}
		// The victim signs in from their own place meanwhile.
		h.enter("clerk")
		// An attacker with many places gets slow, and still the victim does not wait.
		for i := range 40 {
			h.signIn("clerk", "wrong", "", fmt.Sprintf("172.16.0.%d", i))
		}
		if p := pauses.Max(); p != 4*time.Second {
			t.Error("guessing from everywhere waits", p)
		}
		h.enter("clerk")
		if p := pauses.Max(); p != 0 {
			t.Error("the victim waits", p)
		}
		for i := range 40 {
			h.signIn("nobody-here", "wrong", "", fmt.Sprintf("172.16.0.%d", i))
		}
		if p := pauses.Max(); p != 4*time.Second {
			t.Error("guessing an account that is not there waits", p)
		}
		h.later(15*time.Minute - time.Second)
		if _, err := h.signIn("clerk", good, "", away); !fault.Is(err, fault.TooMany) {
			t.Error(err)
		}
		h.later(time.Second)
		if _, err := h.signIn("clerk", good, "", away); err != nil {
			t.Error("locked for longer than said:", err)
		}
		// Four failures, then another after the quarter of an hour: counted anew.
		for range 4 {
			h.signIn("clerk", "wrong", "", away)
		}
		h.later(16 * time.Minute)
		if _, err := h.signIn("clerk", "wrong", "", away); !strings.Contains(text(err), "再输错 4 次") {
			t.Error(err)
		}
	})
}

func TestThePolicyAdministratorUnlocks(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		for range 5 {
			h.signIn("clerk", "wrong", "", desk)
		}
		h.write(func(tx *db.Tx) error {
			ls, err := session.Locks(tx, h.now)
			if len(ls) != 1 || ls[0].Login != "clerk" || ls[0].Source != desk {
				t.Error(ls)
			}
			return err
		})
		for _, by := range []org.Actor{h.accounts, h.auditor, {}} {
			if err := org.Write(ctx, d, func(tx *db.Tx) error { return session.Unlock(tx, by, "clerk", h.now) }); !fault.Is(err, fault.Refused) {
				t.Errorf("%s unlocks: %v", by.Class, err)
			}
		}
		h.write(func(tx *db.Tx) error { return session.Unlock(tx, h.policy, "clerk", h.now) })
		h.enter("clerk")
	})
}

func TestGuessesAtOnceAreAllCounted(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		var wg sync.WaitGroup
		var mu sync.Mutex
		kinds := map[fault.Kind]int{}
		for range 20 {
			wg.Go(func() {
				_, err := h.signIn("clerk", "wrong", "", away)
				f, ok := fault.As(err)
				if !ok {
					t.Error(err)
					return
				}
				mu.Lock()
				kinds[f.Kind]++
				mu.Unlock()
			})
		}
		wg.Wait()
		if kinds[fault.Invalid] != 4 || kinds[fault.TooMany] != 16 {
			t.Error(kinds)
		}
	})
}

// An answer tells nothing by its time: argon2 outweighs the rest.
func TestAnswersTakeAsLongForNobody(t *testing.T) {
	if testing.Short() {
		t.Log("measured with 8 samples each")
	}
	defer session.Dear()()
	h := build(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	median := func(login string) time.Duration {
		var ds []time.Duration
		for i := range 8 {
			h.later(time.Hour)
			begin := time.Now()
			h.signIn(login, "wrong", "", fmt.Sprintf("10.0.0.%d", i))
			ds = append(ds, time.Since(begin))
		}
		slices.Sort(ds)
		return ds[len(ds)/2]
	}
	a, b := median("clerk"), median("nobody-here")
	if r := float64(a) / float64(b); r < 0.7 || r > 1.43 { // coarse: others share this machine
		t.Errorf("known %v, unknown %v", a, b)
	}
	if a < 20*time.Millisecond {
		t.Errorf("a guess costs only %v", a)
	}
}

func TestACodeOfTheSecondFactorWorksOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		token := h.enter("clerk")
		h.write(func(tx *db.Tx) error {
			if _, _, err := session.NewFactor(tx, token, "依单", h.now); !fault.Is(err, fault.Refused) {
				t.Error("a second factor for whoever sits down at the desk:", err)
			}
			return nil
		})
		token, err := session.StepUp(ctx, d, token, good, "", h.now)
		if err != nil {
			t.Fatal(err)
		}
		var seed, address string
		var recovery []string
		h.write(func(tx *db.Tx) (err error) {
			seed, address, err = session.NewFactor(tx, token, "依单", h.now)
			return err
		})
		if !strings.HasPrefix(address, "otpauth://totp/") || !strings.Contains(address, seed) {
			t.Error(address)
		}
		h.write(func(tx *db.Tx) (err error) {
			if _, err := session.ConfirmFactor(tx, token, "000000", h.now); !fault.Is(err, fault.Invalid) {
				t.Error(err)
			}
			recovery, err = session.ConfirmFactor(tx, token, h.code(seed), h.now)
			return err
		})
		if len(recovery) != 10 {
			t.Fatal(recovery)
		}
		enter := func(code string) error { _, err := h.signIn("clerk", good, code, desk); return err }
		if err := enter(h.code(seed)); err == nil {
			t.Error("the code that turned it on opens too")
		}
		h.later(30 * time.Second)
		if err := enter(""); !strings.Contains(text(err), "账号或密码不正确") {
			t.Error("without a code:", err)
		}
		c := h.code(seed)
		if err := enter(c[:3] + " " + c[3:]); err != nil {
			t.Error(err)
		}
		if err := enter(c); err == nil {
			t.Error("a code worked twice")
		}
		h.later(20 * time.Second)
		if err := enter(c); err == nil {
			t.Error("a code worked twice, in its neighbour's time")
		}
		h.later(5 * time.Minute)
		ahead, _ := totp.GenerateCode(seed, h.now.Add(30*time.Second))
		behind, _ := totp.GenerateCode(seed, h.now.Add(-30*time.Second))
		far, _ := totp.GenerateCode(seed, h.now.Add(60*time.Second))
		if err := enter(far); err == nil {
			t.Error("a code of the minute after opens")
		}
		if err := enter(behind); err != nil {
			t.Error("a phone 30 s slow:", err)
		}
		if err := enter(ahead); err != nil {
			t.Error("a phone 30 s fast:", err)
		}
		if err := enter(h.code(seed)); err == nil {
			t.Error("a code before the last one used opens")
		}
		// A recovery code opens once, however it is typed.
		if err := enter(strings.ToLower(strings.ReplaceAll(recovery[3], "-", " "))); err != nil {
			t.Error(err)
		}
		if err := enter(recovery[3]); err == nil {
			t.Error("a recovery code worked twice")
		}
		// Stepping up takes the factor, not the password.
		h.later(time.Hour)
		token, err = h.signIn("clerk", good, h.code(seed), desk)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := session.StepUp(ctx, d, token, good, "", h.now); !fault.Is(err, fault.Invalid) {
			t.Error("stepped up with the password alone:", err)
		}
		if _, err := session.StepUp(ctx, d, token, good, h.code(seed), h.now); err == nil {
			t.Error("stepped up with the code of the sign-in")
		}
		h.later(30 * time.Second)
		// A code of another account's factor is nothing here.
		foreign, _ := totp.GenerateCode("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", h.now)
		if _, err := session.StepUp(ctx, d, token, "", foreign, h.now); err == nil {
			t.Error("another account's code")
		}
		if token, err = session.StepUp(ctx, d, token, "", h.code(seed), h.now); err != nil {
			t.Fatal(err)
		}
		h.write(func(tx *db.Tx) error {
			on, left, err := session.HasFactor(tx, h.clerk)
			if !on || left != 9 {
				t.Error(on, left)
			}
			if err := session.DropFactor(tx, token, h.now); err != nil {
				return err
			}
			if on, left, err := session.HasFactor(tx, h.clerk); on || left != 0 || err != nil {
				t.Error(on, left, err)
			}
			return err
		})
		if err := enter(""); err != nil {
			t.Error(err)
		}
	})
}

func TestFailingToStepUpEndsTheSession(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		token, elsewhere := h.enter("clerk"), ""
		if elsewhere, _ = h.signIn("clerk", good, "", away); elsewhere == "" {
			t.Fatal("no second session")
		}
		for i := range 5 {
			if !h.alive(token) {
				t.Fatal("over after", i)
			}
			_, err := session.StepUp(ctx, d, token, "wrong", "", h.now)
			if i < 4 && text(err) != fmt.Sprintf("密码不正确。再输错 %d 次将锁定 15 分钟", 4-i) {
				t.Error(err)
			}
		}
		if h.alive(token) || !h.alive(elsewhere) {
			t.Error("five failures end the session they were made in, and no other")
		}
	})
}

func TestAPasswordIsChangedWithTheOldOne(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		change := func(token, old, password string) (string, error) {
			return session.ChangePassword(ctx, d, token, old, password, h.now)
		}
		token, second := h.enter("clerk"), h.enter("clerk")
		for name, tt := range map[string]struct{ old, password, field string }{
			"the old one is wrong": {"wrong", other, "password"}, "the same again": {good, good, "new"}, "too short": {good, "Ab1!Ab1!Ab1", "new"}, "two kinds": {good, "abcdefgh1234xq", "new"},
			"a row": {good, "Abcdefgh12345678!", "new"}, "a word": {good, "Password2026!!", "new"}, "a unit": {good, "郊区水利局2026Aa", "new"}, "a unit in pinyin": {good, "Shuiliju@2026", "new"},
			"the login": {good, "Clerk.Clerk.99", "new"}, "a repetition": {good, "AAAAAAaaaaaa1111", "new"}, "control": {good, "Vier\x00Hengste 1 Esel!", "new"}, "endless": {good, strings.Repeat("Ab1!", 33), "new"},
		} {
			_, err := change(token, tt.old, tt.password)
			if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Fields[0].Name != tt.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		h.later(time.Minute)
		next, err := change(token, good, other)
		if err != nil {
			t.Fatal(err)
		}
		if h.alive(token) || h.alive(second) || !h.alive(next) {
			t.Error("other sessions end, this one goes on under a new token")
		}
		if _, err := h.signIn("clerk", good, "", desk); err == nil {
			t.Error("the old password opens")
		}
		if _, err := h.signIn("clerk", "Ｋｕｐｆｅｒ & Lavendel 7", "", desk); err != nil {
			t.Error("full-width letters are the same letters:", err)
		}
		// Five back may not come again; the sixth may.
		for i := range 4 {
			h.later(time.Minute)
			if next, err = change(next, fmt.Sprint([]string{other, "Lampe 1 Regen!", "Lampe 2 Regen!", "Lampe 3 Regen!"}[i]), fmt.Sprintf("Lampe %d Regen!", i+1)); err != nil {
				t.Fatal(i, err)
			}
		}
		if _, err := change(next, "Lampe 4 Regen!", other); !fault.Is(err, fault.Invalid) {
			t.Error("the fifth last came again:", err)
		}
		if next, err = change(next, "Lampe 4 Regen!", good); err != nil {
			t.Error("the sixth last may come again:", err)
		}
		// It grows old.
		h.later(90*24*time.Hour - time.Hour)
		token = h.enter("clerk")
		if s, _ := h.of(token); s.MustChange {
			t.Error("too early")
		}
		h.later(time.Hour)
		h.touch(token)
		token = h.enter("clerk")
		if s, err := h.of(token); err != nil || !s.MustChange {
			t.Error("90 days and not to be changed", err)
		}
		if token, err = change(token, good, "Tinte 9 & Feder"); err != nil {
			t.Fatal(err)
		}
		if s, _ := h.of(token); s.MustChange {
			t.Error("changed and still to be changed")
		}
	})
}

func TestTheRulesCanOnlyBeTightened(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		set := func(by org.Actor, f func(*session.Rules)) error {
			r := session.Defaults
			f(&r)
			return org.Write(ctx, d, func(tx *db.Tx) error { return session.SetRules(tx, by, r, h.now) })
		}
		for name, f := range map[string]func(*session.Rules){
			"idle": func(r *session.Rules) { r.Idle = 31 }, "absolute": func(r *session.Rules) { r.Absolute = 24 }, "tries": func(r *session.Rules) { r.Tries = 6 },
			"lock": func(r *session.Rules) { r.Lock = 1 }, "rotate": func(r *session.Rules) { r.Rotate = 0 }, "history": func(r *session.Rules) { r.History = 0 }, "words": func(r *session.Rules) { r.Words = []string{"a"} },
		} {
			if err := set(h.policy, f); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		tight := func(r *session.Rules) {
			r.Idle, r.Absolute, r.Tries, r.Words = 5, 1, 3, []string{" 凤栖区 ", "Fengqi"}
		}
		for _, by := range []org.Actor{h.accounts, h.auditor, {}} {
			if err := set(by, tight); !fault.Is(err, fault.Refused) {
				t.Errorf("%s: %v", by.Class, err)
			}
		}
		before := h.enter("clerk")
		if err := set(h.policy, tight); err != nil {
			t.Fatal(err)
		}
		token := h.enter("clerk")
		if _, err := session.ChangePassword(ctx, d, token, good, "Fengqi-Fengqi-77", h.now); !fault.Is(err, fault.Invalid) {
			t.Error("the district's name:", err)
		}
		h.later(6 * time.Minute)
		if h.alive(token) || !h.alive(before) {
			t.Error("five minutes")
		}
		for range 2 {
			h.signIn("clerk", "wrong", "", away)
		}
		if _, err := h.signIn("clerk", "wrong", "", away); !fault.Is(err, fault.TooMany) {
			t.Error(err)
		}
	})
}

func TestADistrictStartsWithThreeCodes(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		setup := func() (codes [3]string) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) (err error) { codes, err = session.Setup(tx, now); return err }); err != nil {
				t.Fatal(err)
			}
			return codes
		}
		for _, login := range []string{"admin", "root", "accounts", ""} {
			for _, password := range []string{"", "admin", "123456"} {
				if _, err := session.SignIn(ctx, d, login, password, "", login+password, now); err == nil {
					t.Error("a default account:", login)
				}
			}
		}
		lost, codes := setup(), setup()
		redeem := func(code, login, password string) error {
			return session.Redeem(ctx, d, code, login, "管理员", password, desk, now)
		}
		if err := redeem(lost[0], "acc", good); !fault.Is(err, fault.Invalid) {
			t.Error("a code lives on beside its successor:", err)
		}
		if err := redeem(codes[0], "acc", "weak"); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		if err := redeem(codes[0], "a c", good); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		if err := redeem(strings.ToLower(codes[0]), "acc", good); err != nil {
			t.Fatal(err)
		}
		if err := redeem(codes[0], "acc2", good); !fault.Is(err, fault.Invalid) {
			t.Error("a code was used twice:", err)
		}
		if err := redeem(codes[1], "acc", good); !fault.Is(err, fault.Invalid) {
			t.Error("one login in two classes:", err)
		}
		again := setup()
		if again[0] != "" || again[1] == "" || again[2] == "" {
			t.Error(again)
		}
		for i, login := range []string{"pol", "aud"} {
			if err := redeem(again[i+1], login, good); err != nil {
				t.Fatal(err)
			}
		}
		if codes = setup(); codes != [3]string{} {
			t.Error(codes)
		}
		for login, class := range map[string]org.Class{"acc": org.Accounts, "pol": org.Policy, "aud": org.Auditor} {
			token, err := session.SignIn(ctx, d, login, good, "", desk, now)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Read(ctx, func(tx *db.Tx) error {
				s, err := session.Of(tx, token, now)
				if s.Actor.Class != class || s.Actor.Unit != "" {
					t.Errorf("%+v", s.Actor)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
		}
		var code string
		if err := d.Write(ctx, func(tx *db.Tx) (err error) { code, err = session.Issue(tx, org.Auditor, now); return err }); err != nil {
			t.Fatal(err)
		}
		now = now.Add(25 * time.Hour)
		if err := redeem(code, "aud2", good); !fault.Is(err, fault.Invalid) {
			t.Error("a day later:", err)
		}
	})
}

func TestTwoPeopleOpenAnAccountThatIsInUse(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		novice := h.person("novice", "")
		h.grant(novice, h.water, org.Handler, "2026-01-01", "")
		if _, err := h.signIn("novice", "", "", desk); err == nil {
			t.Error("an account without a password opens")
		}
		try := func(f func(tx *db.Tx) error) error { return org.Write(ctx, d, f) }
		var first, code string
		for _, c := range []*string{&first, &code} {
			h.write(func(tx *db.Tx) (err error) { *c, err = session.Invite(tx, h.accounts, novice, h.now); return err })
		}
		enrol := func(code, password string) error { return session.Enrol(ctx, d, code, password, desk, h.now) }
		if err := enrol(first, good); !fault.Is(err, fault.Invalid) {
			t.Error("an invitation outlives its successor:", err)
		}
		if err := session.Redeem(ctx, d, code, "x-admin", "管理员", good, desk, h.now); !fault.Is(err, fault.Invalid) {
			t.Error("an invitation makes an administrator:", err)
		}
		if err := enrol(code, good); err != nil {
			t.Fatal(err)
		}
		if err := enrol(code, other); !fault.Is(err, fault.Invalid) {
			t.Error("used twice:", err)
		}
		if ls := h.record(audit.Query{Action: "code.use"}); len(ls) != 3 || ls[0].Result != audit.Refused {
			t.Errorf("%+v", ls)
		}
		token := h.enter("novice")
		for name, f := range map[string]func(tx *db.Tx) error{
			"accounts alone":     func(tx *db.Tx) error { _, err := session.Invite(tx, h.accounts, novice, h.now); return err },
			"accounts twice":     func(tx *db.Tx) error { _, err := session.Reset(tx, h.accounts, novice, h.now); return err },
			"policy alone":       func(tx *db.Tx) error { _, err := session.Reset(tx, h.policy, novice, h.now); return err },
			"policy asks":        func(tx *db.Tx) error { return session.AskReset(tx, h.policy, novice, h.now) },
			"the auditor":        func(tx *db.Tx) error { return session.AskReset(tx, h.auditor, novice, h.now) },
			"into the auditor's": func(tx *db.Tx) error { return session.AskReset(tx, h.accounts, h.auditor.Person, h.now) },
			"a clerk": func(tx *db.Tx) error {
				_, err := session.Invite(tx, org.Actor{Person: h.clerk, Class: org.Business}, novice, h.now)
				return err
			},
			"policy its own": func(tx *db.Tx) error {
				if err := session.AskReset(tx, h.accounts, h.policy.Person, h.now); err != nil {
					return nil // and then the test fails
				}
				_, err := session.Reset(tx, h.policy, h.policy.Person, h.now)
				return err
			},
			"raw": func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO codes (hash, purpose, person_id, asked_by, issued_by, issued_at, expires_at) VALUES ('h', 'reset', $1, 'a', 'a', '1', '2')`, novice)
				if err != nil {
					return fault.Refuse("", "%v", err)
				}
				return nil
			},
		} {
			if err := try(f); !fault.Is(err, fault.Refused) {
				t.Errorf("%s: %v", name, err)
			}
		}
		h.write(func(tx *db.Tx) error { return session.AskReset(tx, h.accounts, novice, h.now) })
		h.write(func(tx *db.Tx) (err error) { code, err = session.Reset(tx, h.policy, novice, h.now); return err })
		if h.alive(token) {
			t.Error("sessions outlive a reset")
		}
		if err := enrol(code, good); !fault.Is(err, fault.Invalid) {
			t.Error("the forgotten password again:", err)
		}
		if err := enrol(code, other); err != nil {
			t.Fatal(err)
		}
		if _, err := h.signIn("novice", other, "", desk); err != nil {
			t.Error(err)
		}
	})
}

func TestTheRecordHoldsNoSecret(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		token := h.enter("clerk")
		h.signIn("clerk", "SecretTypo 12!", "", desk)
		h.signIn("MyPassword-Typed-Here", "x", "", desk)
		next, err := session.ChangePassword(ctx, d, token, good, other, h.now)
		if err != nil {
			t.Fatal(err)
		}
		var code string
		novice := h.person("novice", "")
		h.write(func(tx *db.Tx) (err error) { code, err = session.Invite(tx, h.accounts, novice, h.now); return err })
		all, _ := json.Marshal(h.record(audit.Query{}))
		dump := string(all)
		if err := d.Read(ctx, func(tx *db.Tx) error {
			for _, table := range []string{"sessions", "codes", "attempts", "credentials"} {
				rows, err := tx.Query(`SELECT * FROM ` + table)
				if err != nil {
					return err
				}
				cols, _ := rows.Columns()
				for rows.Next() {
					vs := make([]any, len(cols))
					for i := range vs {
						vs[i] = new(any)
					}
					if err := rows.Scan(vs...); err != nil {
						return err
					}
					for _, v := range vs {
						dump += fmt.Sprintf("%s ", *v.(*any))
					}
				}
				rows.Close()
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{token, next, good, other, "SecretTypo", "mypassword-typed-here", "MyPassword-Typed-Here", code, strings.ReplaceAll(code, "-", "")} {
			if strings.Contains(dump, secret) {
				t.Errorf("%q is stored", secret)
			}
		}
	})
}

func TestUnusedAccountsAreFound(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.later(91 * 24 * time.Hour)
		h.enter("clerk")
		h.write(func(tx *db.Tx) error {
			ps, err := session.Unused(tx, h.now.AddDate(0, 0, -90))
			if len(ps) != 3 || ps[0].Login != "accounts" {
				t.Error(ps)
			}
			return err
		})
	})
}
