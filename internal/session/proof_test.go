package session_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/testkit"
)

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
