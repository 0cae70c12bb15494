package opinion

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// A Row is an opinion in a register.
type Row struct {
	Case, Number, Code, Change, Subject, Category, Kind, Text string
	Private                                                   bool
	ReceivedAt                                                time.Time
	Unit, Result, Answer, AnsweredOn, ClosedOn                string
	Published                                                 bool
	Trigger                                                   string
	Reachable                                                 bool // its writer left word how to be reached
	Due                                                       calendar.Deadline
}

// States of an opinion.
const (
	Waiting   = "route"
	Answering = "answer"
	Checking  = "release"
	Closed    = "closed"
)

// States in words, in their order.
var States = []struct{ Value, Label string }{{Waiting, "待分办"}, {Answering, "答复中"}, {Checking, "答复待审核"}, {Closed, "已答复"}}

// State is where an opinion stands.
func (r Row) State() string {
	switch {
	case r.ClosedOn != "":
		return Closed
	case r.AnsweredOn != "":
		return Checking
	case r.Unit != "":
		return Answering
	}
	return Waiting
}

// StateText is the state in words.
func (r Row) StateText() string {
	for _, s := range States {
		if s.Value == r.State() {
			return s.Label
		}
	}
	return ""
}

const rowColumns = `SELECT o.case_id, c.number, o.code, o.change_id, o.subject, o.category, o.kind, o.text, o.private, o.received_at, o.unit_id, o.result, o.answer, o.answered_on, o.closed_on, o.published, o.trigger_id, o.contact <> '', c.due_at, c.due_flag
	FROM opinions o JOIN cases c ON c.id = o.case_id`

func scanRow(r *sql.Rows) (x Row, err error) {
	var received, due db.Time
	var flag string
	err = r.Scan(&x.Case, &x.Number, &x.Code, &x.Change, &x.Subject, &x.Category, &x.Kind, &x.Text, &x.Private, &received, &x.Unit, &x.Result, &x.Answer, &x.AnsweredOn, &x.ClosedOn, &x.Published, &x.Trigger, &x.Reachable, &due, &flag)
	x.ReceivedAt = received.Time
	x.Due = calendar.Deadline{Stopped: flag == "stopped", Provisional: flag == "provisional"}
	if flag == "" || flag == "provisional" {
		x.Due.At = due.Time
	}
	return x, err
}

func one(rs []Row, err error) (Row, error) {
	if err != nil || len(rs) == 0 {
		return Row{}, errors.Join(err, fault.Absent())
	}
	return rs[0], nil
}

// Find is the opinion of a case; fault.Absent where there is none.
func Find(tx *db.Tx, caseID string) (Row, error) {
	return one(db.All(tx, scanRow, rowColumns+` WHERE o.case_id = $1`, caseID))
}

// LookUp is the opinion of a receipt as it was typed.
func LookUp(tx *db.Tx, receipt string) (Row, error) {
	if receipt = typed(receipt); receipt == "" {
		return Row{}, fault.Absent()
	}
	return one(db.All(tx, scanRow, rowColumns+` WHERE o.digest = $1`, digest(receipt)))
}

// A Filter narrows a register. Zero fields do not filter.
type Filter struct {
	Unit, Code, Change, Category, Kind, Result, State string
	From, To                                          string // received between these days
	Words                                             string
	Before                                            string // the case of the last row seen
	Limit                                             int
}

type conditions struct {
	text []string
	args []any
}

func (w *conditions) add(cond string, arg any) {
	w.args = append(w.args, arg)
	w.text = append(w.text, strings.ReplaceAll(cond, "?", fmt.Sprintf("$%d", len(w.args))))
}

// asks are the conditions of a filter under which an actor sees rows; nil is the
// public, which sees what was closed.
func (f Filter) asks(a *org.Actor) (w conditions) {
	if a == nil {
		w.text = append(w.text, `o.closed_on <> '' AND NOT c.sealed`)
	} else {
		cond, args := casework.VisibleIn(*a, 1)
		w.text, w.args = append(w.text, cond), args
	}
	for _, x := range []struct{ column, value string }{{"unit_id", f.Unit}, {"code", f.Code}, {"change_id", f.Change}, {"category", f.Category}, {"kind", f.Kind}, {"result", f.Result}} {
		if x.value != "" {
			w.add(`o.`+x.column+` = ?`, x.value)
		}
	}
	if f.From != "" {
		w.add(`o.received_on >= ?`, f.From)
	}
	if f.To != "" {
		w.add(`o.received_on <= ?`, f.To)
	}
	switch f.State {
	case Waiting:
		w.text = append(w.text, `o.unit_id = '' AND o.closed_on = ''`)
	case Answering:
		w.text = append(w.text, `o.unit_id <> '' AND o.answered_on = ''`)
	case Checking:
		w.text = append(w.text, `o.answered_on <> '' AND o.closed_on = ''`)
	case Closed:
		w.text = append(w.text, `o.closed_on <> ''`)
	}
	shown := `o.text`
	if a == nil {
		shown = `CASE WHEN o.published THEN o.text ELSE '' END`
	}
	for _, word := range strings.Fields(f.Words) {
		w.add(`(o.subject LIKE ? ESCAPE '\' OR c.number LIKE ? ESCAPE '\' OR `+shown+` LIKE ? ESCAPE '\')`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word)+"%")
	}
	return w
}

// page is a page of rows, newest first, and the key of the next.
func (f Filter) page(tx *db.Tx, a *org.Actor) (rs []Row, next string, err error) {
	w := f.asks(a)
	if f.Before != "" {
		w.add(`(o.received_at, o.case_id) < (SELECT b.received_at, b.case_id FROM opinions b WHERE b.case_id = ?)`, f.Before)
	}
	n := f.Limit
	if n <= 0 || n > 200 {
		n = 50
	}
	rs, err = db.All(tx, scanRow, rowColumns+` WHERE `+strings.Join(w.text, ` AND `)+fmt.Sprintf(` ORDER BY o.received_at DESC, o.case_id DESC LIMIT %d`, n+1), w.args...)
	if len(rs) > n {
		rs, next = rs[:n], rs[n-1].Case
	}
	return rs, next, err
}

// Register is what an actor may see of all opinions, newest first (DM-10.2).
func Register(tx *db.Tx, a org.Actor, f Filter) ([]Row, string, error) { return f.page(tx, &a) }

// Published are the opinions that were answered, newest first. Of those that are
// only counted text and answer are empty.
func Published(tx *db.Tx, f Filter) ([]Row, string, error) {
	rs, next, err := f.page(tx, nil)
	for i := range rs {
		if !rs[i].Published {
			rs[i].Text, rs[i].Answer = "", ""
		}
	}
	return rs, next, err
}

// Of counts the opinions on an open change.
func Of(tx *db.Tx, change string) (n int, err error) {
	return n, tx.QueryRow(`SELECT count(*) FROM opinions WHERE change_id = $1`, change).Scan(&n)
}

// A Cell is how many opinions agree in everything that statistics part them by.
type Cell struct {
	Code, Subject, Category, Unit, Month, Result string // Result is empty until it is answered
	N                                            int
}

// Cells are the figures of the opinions that an actor may see; nil counts all.
func Cells(tx *db.Tx, a *org.Actor, f Filter) ([]Cell, error) {
	w := f.asks(a)
	if a == nil {
		w.text[0] = `NOT c.sealed` // figures count what is open too
	}
	return db.All(tx, func(r *sql.Rows) (x Cell, err error) {
		return x, r.Scan(&x.Code, &x.Subject, &x.Category, &x.Unit, &x.Month, &x.Result, &x.N)
	}, `SELECT o.code, o.subject, o.category, o.unit_id, substr(o.received_on, 1, 7), CASE WHEN o.closed_on <> '' THEN o.result ELSE '' END, count(*)
		FROM opinions o JOIN cases c ON c.id = o.case_id WHERE `+strings.Join(w.text, ` AND `)+` GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`, w.args...)
}

func insert(tx *db.Tx, caseID string, t Topic, x Submission, digest string, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO opinions (case_id, digest, code, change_id, subject, category, kind, text, private, contact, received_at, received_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		caseID, digest, t.Code, t.Change, t.Subject, t.Category, x.Kind, x.Text, x.Private, x.Contact, db.At(now), org.Day(now))
	return err
}

func setUnit(tx *db.Tx, caseID, unit string) error {
	_, err := tx.Exec(`UPDATE opinions SET unit_id = $2 WHERE case_id = $1`, caseID, unit)
	return err
}

func setAnswer(tx *db.Tx, caseID string, x Answered, on string) error {
	_, err := tx.Exec(`UPDATE opinions SET result = $2, answer = $3, answered_on = $4 WHERE case_id = $1`, caseID, x.Result, x.Answer, on)
	return err
}

func setClosed(tx *db.Tx, caseID, on string, published bool) error {
	_, err := tx.Exec(`UPDATE opinions SET closed_on = $2, published = $3 WHERE case_id = $1`, caseID, on, published)
	return err
}

func setTrigger(tx *db.Tx, caseID, trigger string) error {
	_, err := tx.Exec(`UPDATE opinions SET trigger_id = $2 WHERE case_id = $1`, caseID, trigger)
	return err
}

func contact(tx *db.Tx, caseID string) (s string, err error) {
	return s, tx.QueryRow(`SELECT contact FROM opinions WHERE case_id = $1`, caseID).Scan(&s)
}

// DropContacts deletes how writers are reached once their opinion was answered so
// long ago as keep says of the day of the answer (opinion.keep_contact).
func DropContacts(tx *db.Tx, over func(closedOn string) bool) (dropped int, err error) {
	days, err := db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) },
		`SELECT DISTINCT closed_on FROM opinions WHERE contact <> '' AND closed_on <> ''`)
	for _, day := range days {
		if !over(day) {
			continue
		}
		n, err := tx.Exec(`UPDATE opinions SET contact = '' WHERE closed_on = $1 AND contact <> ''`, day)
		if err != nil {
			return dropped, err
		}
		dropped += int(n)
	}
	return dropped, err
}

// Questions are those of the district's own that are asked, oldest first.
func Questions(tx *db.Tx) ([]Question, error) {
	return db.All(tx, func(r *sql.Rows) (q Question, err error) {
		var at db.Time
		err = r.Scan(&q.ID, &q.Text, &q.Answers, &q.By, &at)
		q.At = at.Time
		return q, err
	}, `SELECT id, text, answers, added_name, added_at FROM opinion_questions WHERE dropped_at = '' ORDER BY added_at, id`)
}

func addQuestion(tx *db.Tx, by org.Actor, q Question, now time.Time) (string, error) {
	id := db.NewID()
	_, err := tx.Exec(`INSERT INTO opinion_questions (id, text, answers, added_by, added_name, added_at) VALUES ($1, $2, $3, $4, $5, $6)`, id, q.Text, q.Answers, by.Person, by.Name, db.At(now))
	return id, err
}

func dropQuestion(tx *db.Tx, id string, now time.Time) error {
	n, err := tx.Exec(`UPDATE opinion_questions SET dropped_at = $2 WHERE id = $1 AND dropped_at = ''`, id, db.At(now))
	if err == nil && n == 0 {
		err = fault.Absent()
	}
	return err
}
