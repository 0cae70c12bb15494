package session

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// letters are those of one-time codes: none that is taken for another.
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// newCode is a random code of groups of five letters, 25 bits each.
func newCode(groups int) string {
	b := make([]byte, groups*5)
	rand.Read(b) // never fails
	var s strings.Builder
	for i, x := range b {
		if i > 0 && i%5 == 0 {
			s.WriteByte('-')
		}
		s.WriteByte(letters[x%32])
	}
	return s.String()
}

// plainCode is a code as it is hashed, however it was typed.
func plainCode(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '\u3000' || r == '—' || r == '–' {
			return -1
		}
		return r
	}, strings.ToUpper(norm.NFKC.String(strings.TrimSpace(s))))
}

const (
	setupLife      = 24 * time.Hour
	invitationLife = 7 * 24 * time.Hour
)

// Setup issues what a district starts with: one set-up code for each of the
// three administrators (accounts, policy, audit) whose class nobody holds yet;
// "" for the others. Codes that were issued before and not used are void. The
// console shows them once. There is no default account.
func Setup(tx *db.Tx, now time.Time) (codes [3]string, err error) {
	for i, c := range []org.Class{org.Accounts, org.Policy, org.Auditor} {
		held, err := org.Held(tx, c)
		if err != nil {
			return codes, err
		}
		if held {
			continue
		}
		if codes[i], err = Issue(tx, c, now); err != nil {
			return codes, err
		}
	}
	return codes, nil
}

// Issue makes a set-up code for one class of administrator. Only whoever holds
// the console gets here: for the first one, a successor, or one who lost access.
func Issue(tx *db.Tx, c org.Class, now time.Time) (string, error) {
	if _, err := tx.Exec(`DELETE FROM codes WHERE purpose = 'setup' AND class = $1 AND used_at = ''`, c); err != nil {
		return "", err
	}
	code := newCode(5)
	if _, err := tx.Exec(`INSERT INTO codes (hash, purpose, class, issued_at, expires_at) VALUES ($1, 'setup', $2, $3, $4)`,
		digest(plainCode(code)), c, db.At(now), db.At(now.Add(setupLife))); err != nil {
		return "", err
	}
	return code, note(tx, org.Actor{Name: "控制台"}, now, "setup.issue", "class:"+string(c), nil)
}

// Invite makes the code with which somebody sets the first password of an
// account; an accounts administrator hands it over. Nobody but the person ever
// knows the password.
func Invite(tx *db.Tx, by org.Actor, person string, now time.Time) (string, error) {
	if err := org.Only(by, org.Accounts, now, "person.invite", "person:"+person); err != nil {
		return "", err
	}
	p, err := org.PersonOf(tx, person)
	if err != nil {
		return "", err
	}
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM credentials WHERE person_id = $1`, person).Scan(&n); err != nil {
		return "", err
	}
	if n > 0 {
		return "", fault.Refuse("", "%s已经设置过密码。忘记密码时，由系统管理员申请、安全管理员重置", p.Name)
	}
	return hand(tx, by, p, "invitation", "", now)
}

// hand issues a code for a person; an earlier one is void.
func hand(tx *db.Tx, by org.Actor, p org.Person, purpose, asked string, now time.Time) (string, error) {
	if !p.Disabled.IsZero() {
		return "", fault.Refuse("", "%s的账号已停用", p.Name)
	}
	if _, err := tx.Exec(`DELETE FROM codes WHERE person_id = $1 AND used_at = ''`, p.ID); err != nil {
		return "", err
	}
	code := newCode(5)
	if _, err := tx.Exec(`INSERT INTO codes (hash, purpose, person_id, asked_by, issued_by, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		digest(plainCode(code)), purpose, p.ID, asked, by.Person, db.At(now), db.At(now.Add(invitationLife))); err != nil {
		return "", err
	}
	return code, note(tx, by, now, "person."+purpose, "person:"+p.ID, nil)
}

// AskReset is the accounts administrator's half of a forgotten password.
func AskReset(tx *db.Tx, by org.Actor, person string, now time.Time) error {
	if err := org.Only(by, org.Accounts, now, "person.ask-reset", "person:"+person); err != nil {
		return err
	}
	p, err := org.PersonOf(tx, person)
	if err != nil {
		return err
	}
	if p.Class == org.Accounts || p.Class == org.Auditor {
		return fault.Refuse("", "%s忘记密码时，在控制台重新发设置码", org.ClassName(p.Class))
	}
	if _, err := tx.Exec(`INSERT INTO resets (person_id, asked_by, asked_at) VALUES ($1, $2, $3) ON CONFLICT (person_id) DO UPDATE SET asked_by = $2, asked_at = $3`, person, by.Person, db.At(now)); err != nil {
		return err
	}
	return note(tx, by, now, "person.ask-reset", "person:"+person, nil)
}

// Resets are the people for whom one was asked, for the policy administrator.
func Resets(tx *db.Tx) ([]string, error) {
	return db.All(tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT person_id FROM resets ORDER BY asked_at, person_id`)
}

// Reset is the policy administrator's half: it returns the code with which the
// person sets a new password. Two people are needed to get into an account that
// is in use. The old password, its second factor and its sessions end here.
func Reset(tx *db.Tx, by org.Actor, person string, now time.Time) (string, error) {
	object := "person:" + person
	if err := org.Only(by, org.Policy, now, "person.reset", object); err != nil {
		return "", err
	}
	p, err := org.PersonOf(tx, person)
	if err != nil {
		return "", err
	}
	var asked string
	err = tx.QueryRow(`DELETE FROM resets WHERE person_id = $1 RETURNING asked_by`, person).Scan(&asked)
	if errors.Is(err, db.ErrNoRows) {
		return "", fault.Refuse("", "没有重置%s密码的申请。先由系统管理员申请", p.Name)
	}
	if err != nil {
		return "", err
	}
	if person == by.Person {
		return "", fault.Refuse("", "不能重置自己的密码，由另一名安全管理员重置")
	}
	if err := drop(tx, person); err != nil {
		return "", err
	}
	if _, err := end(tx, person, "", Password); err != nil {
		return "", err
	}
	return hand(tx, by, p, "reset", asked, now)
}

var errCode = fault.On("code", "", "这个码不正确、已经用过或者已经过期。核对后再填，或者要一个新的")

// opens tells what a code is for; it stays usable.
func opens(tx *db.Tx, code string, now time.Time) (class org.Class, person string, err error) {
	var p sql.NullString
	err = tx.QueryRow(`SELECT class, person_id FROM codes WHERE hash = $1 AND used_at = '' AND expires_at > $2`, digest(plainCode(code)), db.At(now)).Scan(&class, &p)
	if errors.Is(err, db.ErrNoRows) {
		err = errCode
	}
	return class, p.String, err
}

func use(tx *db.Tx, code string, now time.Time) error {
	n, err := tx.Exec(`UPDATE codes SET used_at = $2 WHERE hash = $1 AND used_at = '' AND expires_at > $2`, digest(plainCode(code)), db.At(now))
	if err == nil && n == 0 {
		err = errCode
	}
	return err
}

// Purpose says what a code is for, for the page on which it is used: a class of
// administrator, or the account whose password it sets.
func Purpose(tx *db.Tx, code string, now time.Time) (class org.Class, person org.Person, err error) {
	class, id, err := opens(tx, code, now)
	if err == nil && id != "" {
		person, err = org.PersonOf(tx, id)
	}
	return class, person, err
}

// guessed keeps a wrong code on record: it is an attempt at rights.
func guessed(ctx context.Context, d *db.DB, source string, now time.Time, err error) error {
	if !errors.Is(err, errCode) {
		return err
	}
	if e := d.Write(ctx, func(tx *db.Tx) error {
		return audit.Append(tx, audit.Line{At: now, Action: "code.use", Result: audit.Refused, Detail: map[string]any{"source": source}})
	}); e != nil {
		return e
	}
	return err
}

// Redeem makes an administrator of a set-up code, with a password of their own.
func Redeem(ctx context.Context, d *db.DB, code, login, name, password, source string, now time.Time) error {
	return guessed(ctx, d, source, now, redeem(ctx, d, code, login, name, password, now))
}

func redeem(ctx context.Context, d *db.DB, code, login, name, password string, now time.Time) error {
	if err := d.Read(ctx, func(tx *db.Tx) error {
		class, _, err := opens(tx, code, now)
		if err == nil && class == "" {
			err = errCode
		}
		if err != nil {
			return err
		}
		rules, err := RulesNow(tx)
		if err != nil {
			return err
		}
		return judge(tx, password, rules, login, name)
	}); err != nil {
		return err
	}
	hash, err := Hash(ctx, password)
	if err != nil {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		class, _, err := opens(tx, code, now)
		if err != nil {
			return err
		}
		if err := use(tx, code, now); err != nil {
			return err
		}
		id, err := org.AddAdministrator(tx, org.Person{Login: login, Name: name, Class: class}, now)
		if err != nil {
			return err
		}
		return put(tx, id, hash, now)
	})
}

// Enrol sets a password with an invitation or a reset.
func Enrol(ctx context.Context, d *db.DB, code, password, source string, now time.Time) error {
	return guessed(ctx, d, source, now, enrol(ctx, d, code, password, now))
}

func enrol(ctx context.Context, d *db.DB, code, password string, now time.Time) error {
	var former []string
	if err := d.Read(ctx, func(tx *db.Tx) error {
		_, person, err := opens(tx, code, now)
		if err == nil && person == "" {
			err = errCode
		}
		if err == nil {
			former, err = check(tx, person, password)
		}
		return err
	}); err != nil {
		return err
	}
	hash, again, err := fire(ctx, password, former)
	if err != nil {
		return err
	}
	if again {
		return fault.On("new", "", "“新密码”不能与最近用过的密码相同")
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		_, person, err := opens(tx, code, now)
		if err != nil {
			return err
		}
		p, err := org.PersonOf(tx, person)
		if err != nil {
			return err
		}
		if err := use(tx, code, now); err != nil {
			return err
		}
		if err := put(tx, person, hash, now); err != nil {
			return err
		}
		return note(tx, org.Actor{Person: p.ID, Name: p.Name}, now, "session.password", "person:"+person, nil)
	})
}

// check judges a new password for a person and gives the former ones it must
// not repeat, the last first.
func check(tx *db.Tx, person, password string) (former []string, err error) {
	rules, err := RulesNow(tx)
	if err != nil {
		return nil, err
	}
	p, err := org.PersonOf(tx, person)
	if err != nil {
		return nil, err
	}
	if err := judge(tx, password, rules, p.Login, p.Name); err != nil {
		return nil, err
	}
	return db.All(tx, func(r *sql.Rows) (h string, err error) { return h, r.Scan(&h) },
		`SELECT hash FROM (SELECT hash, set_at FROM credentials WHERE person_id = $1 UNION SELECT hash, set_at FROM former_passwords WHERE person_id = $1) h ORDER BY set_at DESC, hash LIMIT $2`, person, rules.History)
}

// fire hashes a password and says whether it is one of the former.
func fire(ctx context.Context, password string, former []string) (hash string, again bool, err error) {
	for _, h := range former {
		if again, err = matches(ctx, password, h); err != nil || again {
			return "", again, err
		}
	}
	hash, err = Hash(ctx, password)
	return hash, false, err
}

// put stores a password's hash and keeps the one before for the history.
func put(tx *db.Tx, person, hash string, now time.Time) error {
	if _, err := tx.Exec(`INSERT INTO former_passwords (person_id, hash, set_at) SELECT person_id, hash, set_at FROM credentials WHERE person_id = $1 ON CONFLICT (person_id, hash) DO NOTHING`, person); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO credentials (person_id, hash, set_at) VALUES ($1, $2, $3) ON CONFLICT (person_id) DO UPDATE SET hash = $2, set_at = $3`, person, hash, db.At(now))
	return err
}

// Install gives an account the password of a hash without anybody's leave: for
// the demo, whose accounts are open to everybody, and for tests. See [Hash].
func Install(tx *db.Tx, person, hash string, now time.Time) error { return put(tx, person, hash, now) }
