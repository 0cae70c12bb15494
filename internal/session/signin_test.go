package session_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/testkit"
)

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

func TestAnswersTakeAsLongForNobody(t *testing.T) {
	defer session.Dear()()
	h := build(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	took := map[string][]time.Duration{}
	for i := range 8 { // in turns: what else the machine does meets both
		for _, login := range []string{"clerk", "nobody-here"} {
			begin := time.Now()
			h.signIn(login, "wrong", "", fmt.Sprintf("10.0.0.%d", i))
			took[login] = append(took[login], time.Since(begin))
		}
		h.later(time.Hour)
	}
	median := func(login string) time.Duration { slices.Sort(took[login]); return took[login][4] }
	a, b := median("clerk"), median("nobody-here")
	if r := float64(a) / float64(b); r < 0.75 || r > 1.33 { // coarse: others share this machine
		t.Errorf("known %v, unknown %v", a, b)
	}
	if a < 20*time.Millisecond {
		t.Errorf("a guess costs only %v", a)
	}
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
		hash, err := session.Hash(ctx, good)
		if err != nil {
			t.Fatal(err)
		}
		h.write(func(tx *db.Tx) error { return session.Install(tx, h.accounts.Person, hash, h.now) })
		h.write(func(tx *db.Tx) error {
			ps, err := session.Unused(tx, h.now.AddDate(0, 0, -90))
			if len(ps) != 2 {
				t.Errorf("one was given a password today: %v", ps)
			}
			return err
		})
	})
}
