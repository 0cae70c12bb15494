// Package session knows who is at the other end: passwords and second factors,
// sessions with the post they act in, one-time codes with which an account is
// opened, and what happens to those who guess.
//
// A session is a random token of 256 bits of which the store keeps a hash. It is
// a new one after signing in, after switching to another post and after a
// step-up, so what somebody saw before is worth nothing. What a session may do
// is read anew at every request from package org: a post taken away or an account
// stopped ends with the next click.
package session

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// A Session is who is at the other end and in which post they act.
type Session struct {
	Person     string
	Actor      org.Actor
	Seats      []org.Actor // all ways this person may act today
	Started    time.Time
	Seen       time.Time // at most a minute old
	Ends       time.Time // at the latest
	Stepped    time.Time // the last step-up; zero without one
	MustChange bool      // the password is too old: nothing else until it is changed

	hash, source string
	change       time.Time
	idle         int
}

var (
	// ErrOver reports a token that is nobody's, or nobody's any more.
	ErrOver = errors.New("session: over")
	// ErrIdle is an ErrOver of a session that nobody used for too long.
	ErrIdle error = ended(Idle)
)

// An End is why a session is over.
type End string

const (
	Over     End = "over"     // nobody's, or ended by its own person
	Idle     End = "idle"     // unused for too long
	Expired  End = "expired"  // as old as a session may get
	Killed   End = "killed"   // by an administrator
	Password End = "password" // the password was changed or reset
	Tries    End = "tries"    // too many wrong proofs in it
	Gone     End = "gone"     // the account is stopped or the post is taken away
)

// An ended is an ErrOver with its reason.
type ended End

func (e ended) Error() string { return "session: " + string(e) }
func (e ended) Is(target error) bool {
	return target == ErrOver || target == ErrIdle && End(e) == Idle
}

// Ended is why an ErrOver is one.
func Ended(err error) End {
	var e ended
	if errors.As(err, &e) {
		return End(e)
	}
	return Over
}

// end ends the sessions of a person but one, and says how many there were.
func end(tx *db.Tx, person, but string, why End) (int64, error) {
	return tx.Exec(`UPDATE sessions SET ended = $3 WHERE person_id = $1 AND hash <> $2 AND ended = ''`, person, but, string(why))
}

// fresh is how long a step-up counts for what needs one just now.
const fresh = 15 * time.Minute

// Fresh reports a step-up within the last quarter of an hour.
func (s Session) Fresh(now time.Time) bool {
	return !s.Stepped.IsZero() && now.Sub(s.Stepped) <= fresh && !now.Before(s.Stepped)
}

// Stale reports that [Touch] is due: once a minute.
func (s Session) Stale(now time.Time) bool { return now.Sub(s.Seen) >= time.Minute }

// Until is when the session ends unless something is asked before.
func (s Session) Until(now time.Time) time.Time {
	if t := now.Add(time.Duration(s.idle) * time.Second); t.Before(s.Ends) {
		return t
	}
	return s.Ends
}

var columns = db.Line(`person_id`, `seat`, `source`, `started_at`, `seen_at`, `stepped_at`, `ends_at`, `change_at`, `idle`, `ended`)

// lately are the sessions that were asked for since one last began, was used or ended,
// as stored, by hash.
var lately = db.Shared[*sync.Map]{Room: "session", Load: func(*db.Tx) (*sync.Map, error) { return new(sync.Map), nil }}

// A stored session, and why it was ended.
type stored struct {
	Session
	why string
}

// find reads a session; db.ErrNoRows where there is none.
func find(tx *db.Tx, hash string) (s stored, err error) {
	kept, err := lately.Get(tx)
	if err != nil {
		return s, err
	}
	if at, ok := kept.Load(hash); ok {
		return at.(stored), nil
	}
	var f db.Fields
	if err := tx.QueryRow(`SELECT `+columns+` FROM sessions WHERE hash = $1`, hash).Scan(&f); err != nil {
		return s, err
	}
	s.hash = hash
	s.Person, s.Actor.Seat, s.source = f.Text(), f.Text(), f.Text()
	s.Started, s.Seen, s.Stepped, s.Ends, s.change = f.Time(), f.Time(), f.Time(), f.Time(), f.Time()
	s.idle, s.why = f.Int(), f.Text()
	if f.Err == nil {
		kept.Store(hash, s)
	}
	return s, f.Err
}

// Of finds the session of a token: [ErrOver] or [ErrIdle] when there is none.
func Of(tx *db.Tx, token string, now time.Time) (Session, error) {
	if len(token) != tokenLength {
		return Session{}, ErrOver
	}
	found, err := find(tx, digest(token))
	if errors.Is(err, db.ErrNoRows) {
		return Session{}, ErrOver
	}
	if err != nil {
		return Session{}, fmt.Errorf("session: %w", err)
	}
	s := found.Session
	s.MustChange = !now.Before(s.change)
	switch {
	case found.why != "":
		return Session{}, ended(found.why)
	case !now.Before(s.Ends):
		return Session{}, ended(Expired)
	case now.Sub(s.Seen) >= time.Duration(s.idle)*time.Second:
		return Session{}, ended(Idle)
	}
	if s.Seats, err = org.Actors(tx, s.Person, org.Day(now)); err != nil {
		return Session{}, err
	}
	for _, a := range s.Seats {
		if a.Seat == s.Actor.Seat {
			s.Actor = a
			return s, nil
		}
	}
	return Session{}, ended(Gone)
}

// Touch notes that a session is in use. Package web calls it when [Session.Stale].
func Touch(tx *db.Tx, token string, now time.Time) error {
	_, err := tx.Exec(`UPDATE sessions SET seen_at = $2 WHERE hash = $1 AND seen_at < $2`, digest(token), db.At(now))
	return err
}

// tokenLength is 256 bits in base64.
const tokenLength = 43

func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// open stores a session under a new token.
func (s Session) open(tx *db.Tx) (string, error) {
	token := newToken()
	_, err := tx.Exec(`INSERT INTO sessions (hash, person_id, seat, source, started_at, seen_at, stepped_at, ends_at, change_at, idle) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		digest(token), s.Person, s.Actor.Seat, s.source, db.At(s.Started), db.At(s.Seen), db.At(s.Stepped), db.At(s.Ends), db.At(s.change), s.idle)
	return token, err
}

// renew gives a session a new token; the old one is dead.
func (s Session) renew(tx *db.Tx, now time.Time) (string, error) {
	s.Seen = now
	n, err := tx.Exec(`DELETE FROM sessions WHERE hash = $1 AND ended = ''`, s.hash)
	if err == nil && n == 0 {
		err = ErrOver
	}
	if err != nil {
		return "", err
	}
	return s.open(tx)
}

// Switch goes on in another post and returns the new token. seat is the Seat of
// one of the session's Seats. The step-up does not go along.
func Switch(tx *db.Tx, token, seat string, now time.Time) (string, error) {
	s, err := Of(tx, token, now)
	if err != nil {
		return "", err
	}
	for _, a := range s.Seats {
		if a.Seat != seat {
			continue
		}
		from := s.Actor
		s.Actor, s.Stepped = a, time.Time{}
		if _, err := tx.Exec(`UPDATE credentials SET seat = $2 WHERE person_id = $1`, s.Person, seat); err != nil {
			return "", err
		}
		if err := note(tx, a, now, "session.switch", "person:"+s.Person, map[string]any{"from_unit": from.Unit, "from_post": from.Post, "to_unit": a.Unit, "to_post": a.Post}); err != nil {
			return "", err
		}
		return s.renew(tx, now)
	}
	return "", fault.Absent()
}

// SignOut ends a session; a token that is nobody's any more is no error.
func SignOut(tx *db.Tx, token string, now time.Time) error {
	s, err := Of(tx, token, now)
	if errors.Is(err, ErrOver) {
		_, err = tx.Exec(`DELETE FROM sessions WHERE hash = $1`, digest(token))
		return err
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM sessions WHERE hash = $1`, s.hash); err != nil {
		return err
	}
	return note(tx, s.Actor, now, "session.sign-out", "person:"+s.Person, nil)
}

// KillAll ends every session of a person and says how many there were: their own
// wish, or an administrator's.
func KillAll(tx *db.Tx, by org.Actor, person string, now time.Time) (int64, error) {
	if by.Person != person && by.Class != org.Policy && by.Class != org.Accounts {
		return 0, fault.Absent()
	}
	why := Killed
	if by.Person == person {
		why = Over
	}
	return kill(tx, by, person, why, now)
}

func kill(tx *db.Tx, by org.Actor, person string, why End, now time.Time) (int64, error) {
	n, err := end(tx, person, "", why)
	if err != nil {
		return 0, err
	}
	return n, note(tx, by, now, "session.kill", "person:"+person, map[string]any{"sessions": n})
}

// Stop stops an account and ends its sessions, so that starting it again later
// brings none of them back.
func Stop(tx *db.Tx, by org.Actor, person, reason string, now time.Time) error {
	if err := org.Disable(tx, by, person, reason, now); err != nil {
		return err
	}
	_, err := kill(tx, by, person, Gone, now)
	return err
}

// Sweep ends sessions that are over and forgets those of the day before, codes that ran out and failures of the
// day before. The ticker calls it.
func Sweep(tx *db.Tx, now time.Time) error {
	day := db.At(now.AddDate(0, 0, -1))
	for why, over := range map[End]string{Expired: `ends_at <= $2`, Idle: `seen_at <= $2`} {
		at := now
		if why == Idle {
			at = now.Add(-time.Hour) // no idle time is longer
		}
		if _, err := tx.Exec(`UPDATE sessions SET ended = $1 WHERE ended = '' AND `+over, string(why), db.At(at)); err != nil {
			return err
		}
	}
	for _, q := range []struct {
		sql string
		arg any
	}{
		{`DELETE FROM sessions WHERE seen_at <= $1`, day}, // until then its browser is told why
		{`DELETE FROM codes WHERE expires_at <= $1`, day},
		{`DELETE FROM attempts WHERE last_at <= $1 AND locked_until <= $1`, day},
		{`DELETE FROM known_sources WHERE last_at <= $1`, db.At(now.AddDate(-1, 0, 0))},
	} {
		if _, err := tx.Exec(q.sql, q.arg); err != nil {
			return err
		}
	}
	return nil
}

// note writes a line of what was done.
func note(tx *db.Tx, by org.Actor, now time.Time, action, object string, detail map[string]any) error {
	l := by.Line(now, action, object)
	l.Detail = detail
	return audit.Append(tx, l)
}
