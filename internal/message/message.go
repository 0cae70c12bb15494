// Package message keeps what people are told: one box a unit or office, and what
// goes out of it as mail (mail.go).
package message

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// A Message tells a party something.
type Message struct {
	To            org.Party
	Subject, Text string
	Case          string // casework case id; "" for none
	Link          string // address in the product
	At            time.Time
}

// Post puts a message into a party's box, from where it also goes out as mail, in the
// caller's transaction.
func Post(tx *db.Tx, m Message) error {
	_, err := PostOnce(tx, "", m)
	return err
}

// PostOnce posts what is told once for ever: a second message of the same name is not
// delivered, and told is false.
func PostOnce(tx *db.Tx, name string, m Message) (told bool, err error) {
	n, err := tx.Exec(`INSERT INTO messages (party, post, subject, text, case_id, link, once, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (once) WHERE once <> '' DO NOTHING`,
		m.To.Key(), m.To.Post, m.Subject, m.Text, m.Case, m.Link, name, db.At(m.At))
	return n > 0, err
}

// A Kept message lies in a box.
type Kept struct {
	ID string
	Message
	Read   time.Time // zero: not yet
	ReadBy string    // as shown
}

// A Filter narrows a box. Before is the key of the last message seen.
type Filter struct {
	Unread bool
	Words  string
	Before string
	Limit  int // 50 when zero
}

// mine is the condition that a message is for an actor, with its arguments.
func mine(a org.Actor) (cond string, args []any) {
	if a.Class != org.Business || a.Unit == "" {
		return `1 = 0`, nil
	}
	for _, k := range a.Keys() {
		args = append(args, k)
	}
	n := len(args)
	return fmt.Sprintf(`party IN (`+db.Marks(1, n)+`) AND (post = '' OR post = $%d)`, n+1), append(args, a.Post)
}

// Box is the messages of an actor's unit and offices, the last first, and the
// key of the next page.
func Box(tx *db.Tx, a org.Actor, f Filter) ([]Kept, string, error) {
	where, args := mine(a)
	and := func(cond string, vs ...any) {
		for _, v := range vs {
			args = append(args, v)
			cond = strings.Replace(cond, "?", db.Marks(len(args), 1), 1)
		}
		where += ` AND ` + cond
	}
	for _, w := range strings.Fields(f.Words) {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(w) + "%"
		and(`(subject LIKE ? ESCAPE '\' OR text LIKE ? ESCAPE '\')`, like, like)
	}
	if at, key, ok := strings.Cut(f.Before, "~"); ok {
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return nil, "", fault.Absent()
		}
		and(`(at, id) < (?, ?)`, at, id)
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	order := fmt.Sprintf(` ORDER BY at DESC, id DESC LIMIT %d`, f.Limit+1)
	found := func(read string) string {
		return `SELECT ` + kept + ` FROM messages WHERE ` + read + ` AND ` + where + order
	}
	q := found(`read_at = ''`)
	if !f.Unread { // each half in the order of its index
		q = `SELECT ` + kept + ` FROM (` + q + `) AS unread UNION ALL SELECT ` + kept + ` FROM (` + found(`read_at <> ''`) + `) AS read` + order
	}
	all, err := db.All(tx, scanKept, q, args...)
	if err != nil || len(all) <= f.Limit {
		return all, "", err
	}
	all = all[:f.Limit]
	last := all[f.Limit-1]
	at, err := db.At(last.At).Value()
	return all, fmt.Sprint(at) + "~" + last.ID, err
}

// kept are the columns of a kept message.
const kept = `id, party, post, subject, text, case_id, link, at, read_at, read_by`

func scanKept(r *sql.Rows) (k Kept, err error) {
	var party string
	var at, read db.Time
	err = r.Scan(&k.ID, &party, &k.To.Post, &k.Subject, &k.Text, &k.Case, &k.Link, &at, &read, &k.ReadBy)
	k.At, k.Read = at.Time, read.Time
	k.To = partyOf(party, k.To.Post)
	return k, err
}

// partyOf is the party of a key.
func partyOf(key, post string) org.Party {
	if r, ok := strings.CutPrefix(key, "r:"); ok {
		return org.Party{Role: org.Role(r), Post: post}
	}
	return org.Party{Unit: strings.TrimPrefix(key, "u:"), Post: post}
}

// Read marks a message as read and gives it back; fault.Absent where it is not
// the actor's. Whoever read it first stays on it.
func Read(tx *db.Tx, a org.Actor, id string, now time.Time) (Kept, error) {
	no, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return Kept{}, fault.Absent()
	}
	where, args := mine(a)
	args = append(args, no)
	all, err := db.All(tx, scanKept, `SELECT `+kept+` FROM messages WHERE `+where+` AND id = `+db.Marks(len(args), 1), args...)
	if err != nil {
		return Kept{}, err
	}
	if len(all) == 0 {
		return Kept{}, fault.Absent()
	}
	k := all[0]
	if k.Read.IsZero() {
		k.Read, k.ReadBy = now, a.Name
		_, err = tx.Exec(`UPDATE messages SET read_at = $1, read_by = $2 WHERE id = $3 AND read_at = ''`, db.At(now), a.Name, no)
	}
	return k, err
}

// ReadAll marks every message of an actor's box as read that was there at a moment.
func ReadAll(tx *db.Tx, a org.Actor, until, now time.Time) (int64, error) {
	where, args := mine(a)
	n := len(args)
	args = append(args, db.At(now), a.Name, db.At(until))
	return tx.Exec(`UPDATE messages SET read_at = `+db.Marks(n+1, 1)+`, read_by = `+db.Marks(n+2, 1)+` WHERE read_at = '' AND at <= `+db.Marks(n+3, 1)+` AND `+where, args...)
}
