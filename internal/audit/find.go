package audit

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"yidan/internal/db"
)

// A Query narrows what the auditor reads. Before is the sequence number of the
// last line seen; the next page follows it.
type Query struct {
	Person, Unit, Action, Object, Result string // Action is a noun, or a noun and verb
	From, To                             time.Time
	Persons                              []string // any of them; nil is all
	Before                               int64
	Limit                                int
}

// The record is looked through by terms: whose line it is, what was done to what.
// They are filed behind the lines, a batch at a time, so that writing a line costs
// one tree and not four; lines that are not filed yet are read one by one.
const batch = 1000

// File gives the lines that have come since the last time their terms.
func File(ctx context.Context, d *db.DB) (err error) {
	for n := batch; err == nil && n == batch; {
		err = d.Write(ctx, func(tx *db.Tx) (err error) { n, err = file(tx); return err })
	}
	return err
}

func file(tx *db.Tx) (n int, err error) {
	last, err := filed(tx)
	if err != nil {
		return 0, err
	}
	lines, err := db.All(tx, func(r *sql.Rows) (l Line, err error) {
		return l, r.Scan(&l.Seq, &l.Person, &l.Unit, &l.Action, &l.Object)
	}, `SELECT seq, person, unit, action, object FROM audit WHERE seq > $1 ORDER BY seq LIMIT `+fmt.Sprint(batch), last)
	if err != nil || len(lines) == 0 {
		return 0, err
	}
	for _, l := range lines {
		for _, t := range l.terms() {
			if _, err := tx.Exec(`INSERT INTO audit_terms (term, seq) VALUES ($1, $2)`, t, l.Seq); err != nil {
				return 0, err
			}
		}
	}
	_, err = tx.Exec(`UPDATE audit_filed SET seq = $1`, lines[len(lines)-1].Seq)
	return len(lines), err
}

// filed is the last line that has its terms.
func filed(tx *db.Tx) (seq int64, err error) {
	return seq, tx.QueryRow(`SELECT seq FROM audit_filed`).Scan(&seq)
}

// terms are what a line is found by.
func (l Line) terms() (ts []string) {
	for _, t := range [][2]string{{"person", l.Person}, {"unit", l.Unit}, {"object", l.Object}, {"action", l.Action}} {
		if t[1] != "" {
			ts = append(ts, t[0]+":"+t[1])
		}
	}
	if noun, _, ok := strings.Cut(l.Action, "."); ok {
		ts = append(ts, "action:"+noun)
	}
	return ts
}

// List reads lines, the last first, and the Before of the next page (0: none).
func List(tx *db.Tx, q Query) (ls []Line, next int64, err error) {
	if q.Persons != nil && len(q.Persons) == 0 {
		return nil, 0, nil
	}
	n := q.Limit
	if n <= 0 || n > 500 {
		n = 50
	}
	where, args := q.where()
	find := func(from, cond string, more ...any) error {
		some, err := db.All(tx, func(r *sql.Rows) (l Line, err error) {
			var body []byte
			if err = r.Scan(&body); err == nil {
				err = json.Unmarshal(body, &l)
			}
			return l, err
		}, `SELECT a.body FROM `+from+` WHERE `+where+cond+fmt.Sprintf(` DESC LIMIT %d`, n+1-len(ls)), append(slices.Clone(args), more...)...)
		ls = append(ls, some...)
		return err
	}
	if terms := q.terms(); terms == nil {
		err = find(`audit a`, ` ORDER BY a.seq`)
	} else {
		var last int64
		if last, err = filed(tx); err != nil {
			return nil, 0, err
		}
		err = find(`audit a`, ` AND a.seq > `+db.Marks(len(args)+1, 1)+` ORDER BY a.seq`, last)
		if err == nil && len(ls) <= n {
			if q.Before > 0 {
				last = min(last, q.Before-1)
			}
			err = find(`audit_terms t JOIN audit a ON a.seq = t.seq`, ` AND t.seq <= `+db.Marks(len(args)+1, 1)+` AND t.term IN (`+db.Marks(len(args)+2, len(terms))+`) ORDER BY t.seq`, append([]any{last}, terms...)...)
		}
	}
	if err == nil && len(ls) > n {
		ls = ls[:n]
		next = ls[n-1].Seq
	}
	return ls, next, err
}

// where is the condition of a query on audit a, with its arguments.
func (q Query) where() (cond string, args []any) {
	cond = `1 = 1`
	and := func(text string, v any) {
		args = append(args, v)
		cond += ` AND ` + strings.Replace(text, "?", db.Marks(len(args), 1), 1)
	}
	for _, c := range [][2]string{{"person", q.Person}, {"unit", q.Unit}, {"object", q.Object}, {"result", q.Result}} {
		if c[1] != "" {
			and(`a.`+c[0]+` = ?`, c[1])
		}
	}
	if q.Action != "" {
		n := len(args)
		cond += fmt.Sprintf(` AND (a.action = $%d OR a.action >= $%d AND a.action < $%d)`, n+1, n+2, n+3)
		args = append(args, q.Action, q.Action+".", q.Action+"/")
	}
	if !q.From.IsZero() {
		and(`a.at >= ?`, db.At(q.From))
	}
	if !q.To.IsZero() {
		and(`a.at < ?`, db.At(q.To))
	}
	if q.Persons != nil {
		cond += ` AND a.person IN (` + db.Marks(len(args)+1, len(q.Persons)) + `)`
		for _, p := range q.Persons {
			args = append(args, p)
		}
	}
	if q.Before > 0 {
		and(`a.seq < ?`, q.Before)
	}
	return cond, args
}

// terms are the narrowest that a query names, any of which a line has to have; nil
// where it names none.
func (q Query) terms() (ts []any) {
	switch {
	case q.Object != "":
		return []any{"object:" + q.Object}
	case q.Person != "":
		return []any{"person:" + q.Person}
	case q.Action != "":
		return []any{"action:" + q.Action}
	case q.Persons != nil:
		for _, p := range q.Persons {
			ts = append(ts, "person:"+p)
		}
	case q.Unit != "":
		ts = []any{"unit:" + q.Unit}
	}
	return ts
}
