package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// An account as signing in sees it; empty where there is none.
type account struct {
	org.Person
	key       string // of attempts
	hash      string
	set       time.Time
	seed      string
	step      int64
	seat      string
	elsewhere int  // failures of late from all sources
	known     bool // this source is one of theirs
	locked    time.Time
	rules     Rules
}

// look reads an account and what was tried on it lately. It asks the same of the
// store whether the account exists or not.
func look(tx *db.Tx, login, source string, now time.Time) (a account, err error) {
	if a.rules, err = RulesNow(tx); err != nil {
		return a, err
	}
	a.Person, err = org.PersonByLogin(tx, login)
	if err != nil && !fault.Is(err, fault.Missing) {
		return a, err
	}
	if a.key = a.Login; a.key == "" {
		a.key = digest(login)
	}
	var set, locked db.Time
	err = tx.QueryRow(`SELECT hash, set_at, seed, step, seat FROM credentials WHERE person_id = $1`, a.ID).Scan(&a.hash, &set, &a.seed, &a.step, &a.seat)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return a, err
	}
	a.set = set.Time
	window := now.Add(-time.Duration(a.rules.Lock) * time.Minute)
	if err := tx.QueryRow(`SELECT coalesce(sum(CASE WHEN last_at > $2 THEN failed ELSE 0 END), 0), coalesce(max(CASE WHEN source = $3 THEN locked_until ELSE '' END), '') FROM attempts WHERE login = $1`,
		a.key, db.At(window), source).Scan(&a.elsewhere, &locked); err != nil {
		return a, err
	}
	a.locked = locked.Time
	var n int
	err = tx.QueryRow(`SELECT count(*) FROM known_sources WHERE person_id = $1 AND source = $2`, a.ID, source).Scan(&n)
	a.known = n > 0
	return a, err
}

// pause waits; tests do not.
var pause = func(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// slow is how long an answer waits: guessing from many places gets slow, signing
// in from one's own place does not, and nobody is locked out by it.
func (a account) slow() time.Duration {
	n := a.elsewhere - a.rules.Tries
	if n < 0 || a.known {
		return 0
	}
	return min(250*time.Millisecond<<min(n, 4), 4*time.Second)
}

// SignIn opens a session and returns its token. login, password and code (of the
// second factor, or a recovery code) are as typed; source is where from. Every
// failure has one text and takes as long, whether the account exists or not;
// only who knows the password learns that the account is stopped or still inert.
func SignIn(ctx context.Context, d *db.DB, login, password, code, source string, now time.Time) (token string, err error) {
	login = org.Login(login)
	var a account
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { a, err = look(tx, login, source, now); return err }); err != nil {
		return "", err
	}
	right := false
	if !now.Before(a.locked) {
		if err := pause(ctx, a.slow()); err != nil {
			return "", err
		}
		if right, err = matches(ctx, password, a.hash); err != nil {
			return "", err
		}
	}
	hash := a.hash
	var no error
	err = d.Write(ctx, func(tx *db.Tx) error {
		token, no = "", nil
		a, err := look(tx, login, source, now) // others have tried meanwhile
		if err != nil {
			return err
		}
		ok := right && a.hash == hash && !now.Before(a.locked)
		if ok && a.seed != "" {
			if ok, err = a.second(tx, code, now); err != nil {
				return err
			}
		}
		if !ok {
			no, err = a.fail(tx, source, "session.sign-in", now)
			return err
		}
		token, no, err = a.enter(tx, source, now)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, no
}

// fail counts a failure, locks the account for this source where it was the last
// one allowed, and says what the person is told.
func (a account) fail(tx *db.Tx, source, action string, now time.Time) (told, err error) {
	l := audit.Line{At: now, Person: a.ID, Name: a.Name, Action: action, Object: "person:" + a.ID, Result: audit.Refused, Detail: map[string]any{"source": source}}
	if a.ID == "" {
		l.Object, l.Detail["unknown"] = "", a.key[:16]
	}
	if now.Before(a.locked) {
		l.Detail["locked"] = true
		return locked(a, a.locked), audit.Append(tx, l)
	}
	window := now.Add(-time.Duration(a.rules.Lock) * time.Minute)
	var failed int
	if err := tx.QueryRow(`INSERT INTO attempts (login, source, failed, since, last_at) VALUES ($1, $2, 1, $3, $3)
		ON CONFLICT (login, source) DO UPDATE SET
			failed = CASE WHEN attempts.since > $4 AND attempts.locked_until = '' THEN attempts.failed + 1 ELSE 1 END,
			since = CASE WHEN attempts.since > $4 AND attempts.locked_until = '' THEN attempts.since ELSE $3 END,
			last_at = $3, locked_until = ''
		RETURNING failed`, a.key, source, db.At(now), db.At(window)).Scan(&failed); err != nil {
		return nil, err
	}
	if err := audit.Append(tx, l); err != nil {
		return nil, err
	}
	if left := a.rules.Tries - failed; left > 0 {
		return fault.On("login", "", "账号或密码不正确。再输错 %d 次将锁定 %d 分钟", left, a.rules.Lock), nil
	}
	until := now.Add(time.Duration(a.rules.Lock) * time.Minute)
	if _, err := tx.Exec(`UPDATE attempts SET locked_until = $3 WHERE login = $1 AND source = $2`, a.key, source, db.At(until)); err != nil {
		return nil, err
	}
	l.Action = "session.lock"
	return locked(a, until), audit.Append(tx, l)
}

func locked(a account, until time.Time) error {
	return &fault.Fault{Kind: fault.TooMany, Text: fmt.Sprintf("连续输错 %d 次，这个账号在这台电脑上锁定到 %s。到时再试；急用时联系安全管理员解锁", a.rules.Tries, org.Clock(until))}
}

// enter opens the session of somebody who has shown who they are.
func (a account) enter(tx *db.Tx, source string, now time.Time) (token string, told, err error) {
	seats, err := org.Actors(tx, a.ID, org.Day(now))
	if err != nil {
		return "", nil, err
	}
	if len(seats) == 0 {
		text := "账号还没有授予岗位，或者岗位已经到期。联系安全管理员"
		if !a.Disabled.IsZero() {
			text = "账号已停用。需要使用时，联系系统管理员"
		}
		return "", fault.Refuse("", "%s", text), audit.Append(tx, audit.Line{At: now, Person: a.ID, Name: a.Name, Action: "session.sign-in", Object: "person:" + a.ID, Result: audit.Refused, Detail: map[string]any{"source": source, "why": text}})
	}
	s := Session{Person: a.ID, Actor: seats[0], Started: now, Seen: now, Ends: now.Add(time.Duration(a.rules.Absolute) * time.Hour),
		source: source, idle: a.rules.Idle * 60, change: a.set.AddDate(0, 0, a.rules.Rotate)}
	for _, b := range seats {
		if b.Seat == a.seat {
			s.Actor = b
		}
	}
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`DELETE FROM attempts WHERE login = $1 AND source = $2`, []any{a.key, source}},
		{`UPDATE credentials SET signed_in_at = $2 WHERE person_id = $1`, []any{a.ID, db.At(now)}},
		{`INSERT INTO known_sources (person_id, source, last_at) VALUES ($1, $2, $3) ON CONFLICT (person_id, source) DO UPDATE SET last_at = $3`, []any{a.ID, source, db.At(now)}},
	} {
		if _, err := tx.Exec(q.sql, q.args...); err != nil {
			return "", nil, err
		}
	}
	if err := note(tx, s.Actor, now, "session.sign-in", "person:"+a.ID, map[string]any{"source": source}); err != nil {
		return "", nil, err
	}
	token, err = s.open(tx)
	return token, nil, err
}

// A Locked account cannot be tried from one source until a moment.
type Locked struct {
	Login, Source string
	Until         time.Time
}

// Locks are the locked accounts that exist, for the policy administrator.
func Locks(tx *db.Tx, now time.Time) ([]Locked, error) {
	return db.All(tx, func(r *sql.Rows) (l Locked, err error) {
		var until db.Time
		err = r.Scan(&l.Login, &l.Source, &until)
		l.Until = until.Time
		return l, err
	}, `SELECT a.login, a.source, a.locked_until FROM attempts a JOIN people p ON p.login = a.login WHERE a.locked_until > $1 ORDER BY a.locked_until DESC, a.login, a.source`, db.At(now))
}

// Unlock lets an account be tried again from everywhere; a policy administrator does it.
func Unlock(tx *db.Tx, by org.Actor, login string, now time.Time) error {
	if err := org.Only(by, org.Policy, now, "session.unlock", ""); err != nil {
		return err
	}
	p, err := org.PersonByLogin(tx, login)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM attempts WHERE login = $1`, p.Login); err != nil {
		return err
	}
	return note(tx, by, now, "session.unlock", "person:"+p.ID, nil)
}

// Unused are the accounts that nobody has signed in to since a moment, for the
// hint to stop them (8.1.4.2); those never used count from when they were made
// and last given a password.
func Unused(tx *db.Tx, since time.Time) ([]org.Person, error) {
	ids, err := db.All(tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
		`SELECT p.id FROM people p LEFT JOIN credentials c ON c.person_id = p.id
		WHERE p.disabled_at = '' AND p.created_at < $1 AND coalesce(c.signed_in_at, '') < $1 AND coalesce(c.set_at, '') < $1 ORDER BY p.login`, db.At(since))
	if err != nil {
		return nil, err
	}
	var ps []org.Person
	for _, id := range ids {
		p, err := org.PersonOf(tx, id)
		if err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	return ps, nil
}
