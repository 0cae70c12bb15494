// Package audit keeps the record: every change, sign-in, refusal and view of
// sensitive data is one line, written in the transaction it tells of and
// chained to the line before by SM3. The database refuses to change or delete a
// line; whoever holds the last hash on paper can tell that none was.
package audit

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"yidan/internal/db"
)

// What became of what was attempted.
const (
	Done    = "done"
	Refused = "refused"
	Viewed  = "viewed"
)

// A Line is one thing that happened. It never holds passwords, tokens, receipts,
// the text of a report or a whole telephone number.
type Line struct {
	Seq     int64          `json:"seq"`
	At      time.Time      `json:"at"`
	Person  string         `json:"person,omitempty"` // people.id
	Name    string         `json:"name,omitempty"`   // the post as shown that day
	Unit    string         `json:"unit,omitempty"`
	For     string         `json:"for,omitempty"` // whom a deputy stood in for
	Action  string         `json:"action"`        // noun.verb, such as case.answer
	Object  string         `json:"object,omitempty"`
	Result  string         `json:"result"`
	Request string         `json:"request,omitempty"` // look-up number of the request
	Detail  map[string]any `json:"detail,omitempty"`
}

// Append writes a line at the end of the chain.
func Append(tx *db.Tx, l Line) error {
	var prev string
	err := tx.QueryRow(`SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&l.Seq, &prev)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return err
	}
	l.Seq++
	l.At = l.At.UTC().Truncate(time.Microsecond)
	if l.Result == "" {
		l.Result = Done
	}
	body, err := canonical(l)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO audit (seq, at, person, unit, action, object, result, body, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		l.Seq, db.At(l.At), l.Person, l.Unit, l.Action, l.Object, l.Result, string(body), prev, Hash(prev, body))
	return err
}

// canonical is the one form of a line: JSON in the order of the fields, map keys
// sorted, nothing escaped that need not be, one line.
func canonical(l Line) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Hash chains a line: SM3 over a zero byte, the previous hash in hexadecimal, a
// line feed and the canonical line.
func Hash(prev string, body []byte) string {
	h := sm3.New()
	fmt.Fprintf(h, "\x00%s\n", prev)
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// A Head is the end of the chain: what to keep on paper.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
	At   string `json:"at"`
}

// Last is the head of the chain; Seq 0 when it is empty.
func Last(tx *db.Tx) (h Head, err error) {
	err = tx.QueryRow(`SELECT seq, hash, at FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&h.Seq, &h.Hash, &h.At)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return h, err
}

// A Sheet is what one stretch of the record comes to, for the paper on which a
// day is closed (审计日结单).
type Sheet struct {
	Before Head             // the end of the chain when it began
	Head   Head             // the end of the chain when it was over
	Count  map[string]int64 // lines by result
}

// Lines is how many lines there are.
func (s Sheet) Lines() int64 { return s.Head.Seq - s.Before.Seq }

// Close sums up the lines written from one instant to another.
func Close(tx *db.Tx, from, to time.Time) (s Sheet, err error) {
	if s.Before, err = until(tx, from); err != nil {
		return s, err
	}
	if s.Head, err = until(tx, to); err != nil {
		return s, err
	}
	s.Count = map[string]int64{}
	err = db.Each(tx, func(r *sql.Rows) error {
		var result string
		var n int64
		if err := r.Scan(&result, &n); err != nil {
			return err
		}
		s.Count[result] = n
		return nil
	}, `SELECT result, count(*) FROM audit WHERE seq > $1 AND seq <= $2 GROUP BY result`, s.Before.Seq, s.Head.Seq)
	return s, err
}

// until is the last line written before an instant.
func until(tx *db.Tx, t time.Time) (h Head, err error) {
	err = tx.QueryRow(`SELECT seq, hash, at FROM audit WHERE at < $1 ORDER BY seq DESC LIMIT 1`, db.At(t)).Scan(&h.Seq, &h.Hash, &h.At)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return h, err
}
