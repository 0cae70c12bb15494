package session_test

import (
	"strings"
	"testing"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/testkit"
)

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
