package session

import (
	"context"
	"slices"
	"strings"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// self is the account of a session.
func (s Session) self(tx *db.Tx, now time.Time) (account, error) {
	p, err := org.PersonOf(tx, s.Person)
	if err != nil {
		return account{}, err
	}
	return look(tx, p.Login, s.source, now)
}

// StepUp shows once more who is there before something grave: the code of the
// second factor where the account has one, the password where not. It returns
// the new token. Failures count as at signing in; the one that locks ends the session.
func StepUp(ctx context.Context, d *db.DB, token, password, code string, now time.Time) (next string, err error) {
	return prove(ctx, d, token, password, code, "session.step-up", now, func(tx *db.Tx, s Session) (string, error) {
		s.Stepped = now
		if err := note(tx, s.Actor, now, "session.step-up", "person:"+s.Person, nil); err != nil {
			return "", err
		}
		return s.renew(tx, now)
	})
}

// prove checks the person behind a session and then does something as them.
func prove(ctx context.Context, d *db.DB, token, password, code, action string, now time.Time, do func(tx *db.Tx, s Session) (string, error)) (next string, err error) {
	var a account
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		s, err := Of(tx, token, now)
		if err == nil {
			a, err = s.self(tx, now)
		}
		return err
	}); err != nil {
		return "", err
	}
	factor := a.seed != "" && action == "session.step-up"
	right, hash := factor, a.hash
	if !factor && !now.Before(a.locked) {
		if right, err = matches(ctx, password, a.hash); err != nil {
			return "", err
		}
	}
	var no error
	err = d.Write(ctx, func(tx *db.Tx) error {
		next, no = "", nil
		s, err := Of(tx, token, now)
		if err != nil {
			return err
		}
		if a, err = s.self(tx, now); err != nil {
			return err
		}
		ok := right && !now.Before(a.locked) && a.hash == hash && (a.seed != "" && action == "session.step-up") == factor
		if ok && factor {
			if ok, err = a.second(tx, code, now); err != nil {
				return err
			}
		}
		if ok {
			next, err = do(tx, s)
			return err
		}
		if no, err = a.fail(tx, s.source, action, now); err == nil && fault.Is(no, fault.TooMany) {
			_, err = tx.Exec(`UPDATE sessions SET ended = $2 WHERE hash = $1`, s.hash, string(Tries))
		}
		if f, isField := fault.As(no); isField && f.Kind == fault.Invalid {
			no = proof(f, factor)
		}
		return err
	})
	if err == nil {
		err = no
	}
	return next, err
}

// proof says of a failed check within a session what was wrong: who is there is known.
func proof(f *fault.Fault, factor bool) *fault.Fault {
	field, what := "password", "密码不正确"
	if factor {
		field, what = "code", "动态码不正确或者已经用过"
	}
	return fault.On(field, "", "%s", strings.Replace(f.Text, "账号或密码不正确", what, 1))
}

// ChangePassword sets a new password. The person's other sessions end; this one
// goes on under the returned token.
func ChangePassword(ctx context.Context, d *db.DB, token, old, password string, now time.Time) (next string, err error) {
	var person string
	var former []string
	if err := d.Read(ctx, func(tx *db.Tx) error {
		s, err := Of(tx, token, now)
		if err == nil {
			person = s.Person
			former, err = check(tx, s.Person, password)
		}
		return err
	}); err != nil {
		return "", err
	}
	hash, again, err := fire(ctx, password, former)
	if err != nil {
		return "", err
	}
	return prove(ctx, d, token, old, "", "session.password", now, func(tx *db.Tx, s Session) (string, error) {
		latest, err := check(tx, person, password) // changed twice at once?
		if err != nil {
			return "", err
		}
		if again || !slices.Equal(latest, former) {
			return "", fault.On("new", "", "“新密码”不能与最近用过的密码相同")
		}
		if err := put(tx, person, hash, now); err != nil {
			return "", err
		}
		rules, err := RulesNow(tx)
		if err != nil {
			return "", err
		}
		s.change = now.AddDate(0, 0, rules.Rotate)
		if _, err := end(tx, person, s.hash, Password); err != nil {
			return "", err
		}
		if err := note(tx, s.Actor, now, "session.password", "person:"+person, nil); err != nil {
			return "", err
		}
		return s.renew(tx, now)
	})
}
